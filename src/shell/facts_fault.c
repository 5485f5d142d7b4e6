/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies around a fault's address. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/proc.h"
#include "shell/procmap.h"

enum { CAP_RAWIO = 17 }; /* CAP_SYS_RAWIO may map below mmap_min_addr: security/commoncap.c */

unsigned facts_levels(struct session *s)
{
	enum { ENOUGH = 64 * 1024 }; /* the first CPU's lines tell */
	if (!s->levels) {
		char *text = malloc(ENOUGH);
		int fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 || !text ? 0 : read(fd, text, ENOUGH);
		if (fd >= 0)
			close(fd);
		s->levels = arch_pt_levels((struct str){text, (size_t)MAX(n, (ssize_t)0)});
		free(text);
	}
	return s->levels;
}

uint64_t facts_lowest_address(const struct session *s)
{
	if (proc_capable(s->remote, CAP_RAWIO))
		return 0;
	return proc_number("/proc/sys/vm/mmap_min_addr", 0);
}

/* The file behind M among the target's descriptors: all that an unprivileged user can ask of a file without name. */
static bool stat_by_descriptor(const struct session *s, const struct mapping *m, struct stat *st)
{
	int fd = openat(remote_proc_fd(s->remote), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool found = false;
	while (dir && !found && (entry = readdir(dir)))
		found = fstatat(dirfd(dir), entry->d_name, st, 0) == 0 && proc_is_file_of(m, st);
	if (dir)
		closedir(dir);
	return found;
}

/* The size of the file behind M: by the kernel's own link to it, by its name, or by a descriptor of the target. */
static bool file_size(const struct session *s, const struct mapping *m, uint64_t *size)
{
	char link[64];
	struct stat st;
	if (!m->inode)
		return false;
	snprintf(link, sizeof(link), "map_files/%" PRIx64 "-%" PRIx64, m->start, m->end);
	bool found = fstatat(remote_proc_fd(s->remote), link, &st, 0) == 0 && proc_is_file_of(m, &st);
	if (!found)
		found = stat(m->name, &st) == 0 && proc_is_file_of(m, &st);
	if (!found && !stat_by_descriptor(s, m, &st))
		return false;
	*size = (uint64_t)st.st_size;
	return true;
}

/* Whether the decimal digits of ADDR, read as hex, are a mapped address. */
static bool forgotten_0x(const struct session *s, uint64_t addr)
{
	char digits[24], name[MAPPING_NAME_MAX];
	struct mapping m;
	snprintf(digits, sizeof(digits), "%" PRIu64, addr);
	if (strlen(digits) < 8 || strlen(digits) > 16)
		return false;
	uint64_t as_hex = strtoull(digits, NULL, 16);
	return procmap_query(s->remote, as_hex, &m, name) == PROCMAP_FOUND && mapping_covers(&m, as_hex);
}

/* The mapping at ADDR and its neighbours. */
static void look_around(struct session *s, uint64_t addr)
{
	struct last_fault *f = &s->fault;
	struct surroundings *a = &f->around;
	struct mapping m;
	bool found = procmap_query(s->remote, addr, &m, f->names[0]) == PROCMAP_FOUND;
	a->mapped = found && mapping_covers(&m, addr);
	if (a->mapped) {
		a->here = m;
		found = procmap_query(s->remote, m.end, &m, f->names[2]) == PROCMAP_FOUND;
	}
	a->has_above = found;
	if (found)
		a->above = m;
	uint64_t edge = a->mapped ? a->here.start : addr;
	a->has_below = procmap_below(s->remote, edge, &m, f->names[1]) == PROCMAP_FOUND;
	if (a->has_below)
		a->below = m;
}

/*
 * Whether mprotect() may do anything there without a look: the kernel sets VM_MAYREAD, VM_MAYWRITE and VM_MAYEXEC for
 * private memory without a file (mm/mmap.c, do_mmap), and nothing takes them away.
 */
static bool is_free_to_change(const struct session *s, const struct mapping *m)
{
	bool plain = !m->name[0] || !strcmp(m->name, "[heap]") || !strcmp(m->name, "[stack]");
	return plain && mapping_is_anonymous(m) && !(m->perms & PERM_SHARED) && !remote_may_seal(s->remote);
}

/* What mprotect() may do there: the flags mr, mw, me and sl of smaps. */
static void look_at_flags(struct session *s, uint64_t addr)
{
	struct surroundings *a = &s->fault.around;
	struct buf smaps = BUF_INIT;
	if (is_free_to_change(s, &a->here)) {
		a->may_known = true;
		a->may = PERM_R | PERM_W | PERM_X;
		return;
	}
	const char *flags = proc_smaps(s->remote, addr, &smaps) ? proc_field(buf_cstr(&smaps), "VmFlags") : NULL;
	a->may_known = flags != NULL;
	if (flags) {
		a->may = (proc_has_word(flags, STR("mr")) ? PERM_R : 0) | (proc_has_word(flags, STR("mw")) ? PERM_W : 0) |
			 (proc_has_word(flags, STR("me")) ? PERM_X : 0);
		a->sealed = proc_has_word(flags, STR("sl"));
	}
	buf_deinit(&smaps);
}

static uint64_t limit(const struct session *s, int resource)
{
	struct rlimit l;
	if (prlimit(remote_pid(s->remote), (enum __rlimit_resource)resource, NULL, &l) != 0 || l.rlim_cur == RLIM_INFINITY)
		return 0;
	return l.rlim_cur;
}

/* Whether one page more would pass RLIMIT_AS or max_map_count. */
static bool no_room(const struct session *s)
{
	struct buf text = BUF_INIT;
	uint64_t as = limit(s, RLIMIT_AS), most = proc_number("/proc/sys/vm/max_map_count", UINT64_MAX);
	uint64_t pages = 0;
	if (as && proc_read(s->remote, "statm", &text))
		pages = strtoull(text.p, NULL, 10);
	buf_deinit(&text);
	return (as && (pages + 1) * s->page > as) || procmap_has(s->remote, most);
}

void facts_fault(struct session *s, enum access_kind kind, uint64_t addr, uint64_t len, bool bulk,
	const struct wire_fault *wire)
{
	struct last_fault *f = &s->fault;
	struct surroundings *a = &f->around;
	f->have = true;
	f->newest = true;
	s->registers = *wire;
	s->have_registers = true;
	buf_clear(&f->place);
	f->fault = (struct fault){.kind = kind, .addr = addr, .len = len, .bulk = bulk, .wire = *wire};
	*a = (struct surroundings){
		.page = s->page,
		.agent_code = remote_owns(s->remote, wire->ip, 1),
		.levels = facts_levels(s),
		.user_limit = arch_user_limit(facts_levels(s)),
		.mmap_min_addr = facts_lowest_address(s),
		.stack_limit = limit(s, RLIMIT_STACK),
	};
	uint64_t byte = fault_byte(&f->fault, a);
	look_around(s, byte);
	if (a->mapped) {
		a->agents = remote_owns(s->remote, byte, 1);
		look_at_flags(s, byte);
		a->file_size_known = file_size(s, &a->here, &a->file_size);
	} else {
		a->no_room = no_room(s);
		a->decimal_hint = forgotten_0x(s, addr);
	}
}
