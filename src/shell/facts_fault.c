/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies around a fault's address. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/pages.h"
#include "shell/proc.h"
#include "shell/procmap.h"

enum {
	CAP_LOCK = 14,  /* CAP_IPC_LOCK may lock past RLIMIT_MEMLOCK */
	CAP_RAWIO = 17, /* CAP_SYS_RAWIO may map below mmap_min_addr: security/commoncap.c */
};

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
	uint64_t lowest = proc_number("/proc/sys/vm/mmap_min_addr", 0);
	return lowest && proc_capable(s->remote, CAP_RAWIO) ? 0 : lowest;
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
	return procmap_query(s->remote, as_hex, &m, name) == PROCMAP_FOUND &&
	       mapping_covers(&m, as_hex);
}

/* ---- Around the address ---- */

/* The mapping at ADDR and its neighbours; NAMES gets their names. */
static void look_around(
	struct session *s, struct surroundings *a, char names[3][MAPPING_NAME_MAX], uint64_t addr)
{
	struct mapping m;
	bool found = procmap_query(s->remote, addr, &m, names[0]) == PROCMAP_FOUND;
	a->mapped = found && mapping_covers(&m, addr);
	if (a->mapped) {
		a->here = m;
		found = procmap_query(s->remote, m.end, &m, names[2]) == PROCMAP_FOUND;
	} else if (found) {
		strcpy(names[2], names[0]);
		m.name = names[2];
	}
	a->has_above = found;
	if (found)
		a->above = m;
	uint64_t edge = a->mapped ? a->here.start : addr;
	a->has_below = procmap_below(s->remote, edge, &m, names[1]) == PROCMAP_FOUND;
	if (a->has_below)
		a->below = m;
	a->agents = a->mapped && remote_owns(s->remote, addr, 1);
}

/* ---- The mapping at the address ---- */

/*
 * Whether mprotect() may do anything there without a look: the kernel sets VM_MAYREAD, VM_MAYWRITE
 * and VM_MAYEXEC for private memory without a file (mm/mmap.c, do_mmap), and nothing takes them
 * away.
 */
static bool is_free_to_change(const struct session *s, const struct mapping *m)
{
	bool plain = !m->name[0] || !strcmp(m->name, "[heap]") || !strcmp(m->name, "[stack]");
	return plain && mapping_is_anonymous(m) && !(m->perms & PERM_SHARED) &&
	       !remote_may_seal(s->remote);
}

static uint32_t may_flags(const char *flags)
{
	return (proc_has_word(flags, STR("mr")) ? PERM_R : 0) |
	       (proc_has_word(flags, STR("mw")) ? PERM_W : 0) |
	       (proc_has_word(flags, STR("me")) ? PERM_X : 0);
}

/* What smaps tells: costly, for the kernel counts the pages of all mappings for it. */
static void look_at_smaps(struct session *s, struct surroundings *a, int signo)
{
	struct buf smaps = BUF_INIT;
	if (signo == SIGSEGV && is_free_to_change(s, &a->here)) {
		a->may_known = true;
		a->may = PERM_R | PERM_W | PERM_X;
		return;
	}
	bool read = proc_smaps(s->remote, a->here.start, &smaps);
	const char *flags = read ? proc_field(buf_cstr(&smaps), "VmFlags") : NULL;
	a->may_known = flags != NULL;
	if (flags) {
		const char *size = proc_field(smaps.p, "KernelPageSize");
		a->may = may_flags(flags);
		a->sealed = proc_has_word(flags, STR("sl"));
		a->watched = proc_has_word(flags, STR("um")) || proc_has_word(flags, STR("uw")) ||
			     proc_has_word(flags, STR("ui"));
		a->granule = proc_has_word(flags, STR("ht")) && size
				     ? strtoull(size, NULL, 10) * 1024
				     : 0;
	}
	/* Besides [heap], [stack] and [anon:…] these names are the kernel's own. */
	a->unsplit = str_starts(str_from(a->here.name), STR("[v")) ||
		     strcmp(a->here.name, "[uprobes]") == 0;
	buf_deinit(&smaps);
}

static void look_at_page(struct session *s, struct surroundings *a, uint64_t byte)
{
	struct pages pages;
	struct page page;
	if (!pages_open(s, &pages))
		return;
	a->page_known = pages_one(&pages, byte, &page);
	a->guard = a->page_known && page.kind == PAGE_GUARD;
	a->absent = a->page_known && page.kind == PAGE_ABSENT;
	a->kept = a->page_known && page.present;
	a->write_protected = a->page_known && page.uffd_wp;
	pages_close(&pages);
}

/*
 * Its protection key: the one that the signal tells, else the one of smaps. Beside a page that a
 * key refused lies one that another may refuse.
 */
static void look_at_key(
	struct session *s, struct surroundings *a, const struct wire_fault *w, bool told)
{
	uint64_t rights = w->rights;
	if (told)
		a->key = w->key;
	else if (!facts_may_have_key(s, &a->here) || !facts_mapping_key(s, &a->here, &a->key))
		return;
	a->key_known = w->has_rights || facts_rights(s, &rights);
	a->key_denies = key_denies(arch_key_forbids(rights, a->key));
	if (a->key || told)
		a->key_owner = facts_key_owner(s, a->key, a->here.perms);
}

/* ---- Nothing at the address ---- */

/* Whether the mapping above grows down: the stack, or one that was made with MAP_GROWSDOWN. */
static bool above_grows(struct session *s, const struct surroundings *a, uint64_t byte)
{
	enum {
		REACH = 2 * 1024 * 1024
	}; /* past its limit nothing is said about a stack that is further away */
	const struct mapping *m = &a->above;
	if (!a->has_above || m->inode || m->perms & PERM_SHARED)
		return false;
	if (a->stack_limit && m->end - byte > MAX(a->stack_limit, m->end - m->start) + REACH)
		return false;
	if (strcmp(m->name, "[stack]") == 0)
		return true;
	struct buf smaps = BUF_INIT;
	const char *flags = proc_smaps(s->remote, m->start, &smaps)
				    ? proc_field(buf_cstr(&smaps), "VmFlags")
				    : NULL;
	bool grows = flags && proc_has_word(flags, STR("gd"));
	buf_deinit(&smaps);
	return grows;
}

/* ---- Limits ---- */

/* 0: there is none, or it is not known. */
static uint64_t limit(const struct session *s, int resource)
{
	struct rlimit l;
	if (prlimit(remote_pid(s->remote), (enum __rlimit_resource)resource, NULL, &l) != 0 ||
		l.rlim_cur == RLIM_INFINITY)
		return 0;
	return l.rlim_cur;
}

/* How many mappings there are, without the page above all that is nobody's. */
static uint64_t count_mappings(const struct session *s)
{
	struct buf text = BUF_INIT;
	uint64_t count = 0;
	if (procmap_read(s->remote, &text)) {
		for (const char *p = text.p; (p = strchr(p, '\n')); p++)
			count++;
		count -= strstr(text.p, "[vsyscall]\n") != NULL;
	}
	buf_deinit(&text);
	return count;
}

/* Pages that the access, or what remained of a copy, touches. */
static uint64_t pages_of_access(const struct session *s, const struct fault *f)
{
	uint64_t last = f->len ? f->addr + f->len - 1 : f->addr;
	return last < f->addr ? 1 : last / s->page - f->addr / s->page + 1;
}

/*
 * Whether a new mapping of MORE pages would be refused because it would be locked. No file tells
 * whether mlockall(MCL_FUTURE) is in force: a mapping is tried, and is gone again.
 */
static bool no_lock(struct session *s, uint64_t more)
{
	const uint64_t args[WIRE_ARGS] = {
		0, s->page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, UINT64_MAX, 0};
	struct wire_fault fault;
	struct buf text = BUF_INIT;
	uint64_t most = limit(s, RLIMIT_MEMLOCK), result = 0;
	const char *locked =
		most && proc_read(s->remote, "status", &text) ? proc_field(text.p, "VmLck") : NULL;
	bool full = locked && strtoull(locked, NULL, 10) * 1024 + more * s->page > most;
	buf_deinit(&text);
	if (!full || proc_capable(s->remote, CAP_LOCK) ||
		remote_syscall(s->remote, SYS_mmap, args, false, &result, &fault) != REMOTE_DONE)
		return false;
	if (result == (uint64_t)-EAGAIN)
		return true;
	if ((int64_t)result > 0)
		remote_syscall(s->remote, SYS_munmap, (uint64_t[WIRE_ARGS]){result, s->page}, false,
			&result, &fault);
	return false;
}

/* Whether so many pages are more than the machine has, or more than it may still promise. */
static bool no_memory(const struct session *s, uint64_t pages)
{
	enum { STRICT = 2 };
	struct buf info = BUF_INIT;
	bool strict = proc_number("/proc/sys/vm/overcommit_memory", 0) == STRICT, none = false;
	if (proc_read(s->remote, "/proc/meminfo", &info)) {
		uint64_t wanted = pages * s->page;
		none = wanted > proc_bytes(info.p, "MemTotal") + proc_bytes(info.p, "SwapTotal") ||
		       (strict && proc_bytes(info.p, "Committed_AS") + wanted >
					  proc_bytes(info.p, "CommitLimit"));
	}
	buf_deinit(&info);
	return none;
}

/* Whether a limit forbids what a cure needs: a mapping more, two more by splitting one, a private
 * page to write to. */
static void look_at_limits(struct session *s, struct surroundings *a, const struct fault *f)
{
	struct buf text = BUF_INIT;
	uint64_t most = proc_number("/proc/sys/vm/max_map_count", INT32_MAX);
	uint64_t as = limit(s, RLIMIT_AS), data = limit(s, RLIMIT_DATA), count = 0,
		 more = pages_of_access(s, f);
	uint64_t pages =
		as && proc_read(s->remote, "statm", &text) ? strtoull(text.p, NULL, 10) : 0;
	if (procmap_has(s->remote, most - 1))
		count = count_mappings(s);
	a->no_room = as && pages + more > as / s->page;
	a->no_more = count > most;
	a->no_split = count + 2 > most;
	a->no_lock = !a->mapped && no_lock(s, more);
	a->no_memory = f->bulk && fault_needs(f->kind) == PERM_W && no_memory(s, more);
	buf_clear(&text);
	const char *used =
		data && proc_read(s->remote, "status", &text) ? proc_field(text.p, "VmData") : NULL;
	a->no_data = used && strtoull(used, NULL, 10) * 1024 / s->page + more > data / s->page;
	buf_deinit(&text);
}

/* Only the process itself is told. */
static bool no_exec_gain(struct session *s)
{
	enum { GET_MDWE = 66, REFUSE_EXEC_GAIN = 1 }; /* PR_GET_MDWE, Linux 6.3 */
	const uint64_t args[WIRE_ARGS] = {GET_MDWE};
	struct wire_fault fault;
	uint64_t result = 0;
	enum remote_status done =
		remote_syscall(s->remote, SYS_prctl, args, false, &result, &fault);
	return done == REMOTE_DONE && (int64_t)result > 0 && result & REFUSE_EXEC_GAIN;
}

/* ---- The instruction ---- */

void facts_code(struct session *s, const struct wire_fault *wire, struct arch_code *code)
{
	struct wire_fault fault;
	size_t done = 0;
	remote_read(s->remote, wire->ip, code->bytes, sizeof(code->bytes), &done, &fault);
	code->n = (uint8_t)done;
	for (size_t n = sizeof(code->before); n; n--) {
		uint8_t *nearest = code->before + sizeof(code->before) - n;
		remote_read(s->remote, wire->ip - n, nearest, n, &done, &fault);
		if (done < n)
			continue;
		code->n_before = (uint8_t)n;
		return;
	}
}

/* ---- All together ---- */

/* The file, and what could be done about its end, or (WIDEN) about a mapping that was made for too
 * little. */
static void look_at_file(
	struct session *s, struct surroundings *a, uint64_t byte, int signo, bool widen)
{
	if (!a->mapped || !a->here.inode || a->agents)
		return;
	facts_file_size(s, &a->here, &a->file);
	if (signo == SIGBUS)
		facts_file_system(s, &a->here, &a->file);
	a->file_limit = limit(s, RLIMIT_FSIZE);
	if (widen || fault_obstacles(ACCESS_READ, byte, a) & 1U << REASON_PAST_END)
		facts_file_descriptors(s, &a->here, &a->file);
}

/* What only the kinds of refusal that were seen make interesting. */
static void look_closer(
	struct session *s, struct surroundings *a, const struct fault *f, uint64_t byte)
{
	const struct wire_fault *w = &f->wire;
	uint32_t needs = fault_needs(f->kind);
	bool forbidden = a->mapped && !(arch_perms_allow(a->here.perms) & needs);
	bool keyed = a->mapped && a->key_known && a->key_denies & needs;
	if (byte >= a->user_limit)
		return;
	if (!a->mapped || forbidden || keyed)
		look_at_limits(s, a, f);
	if (!a->mapped) {
		a->mmap_min_addr = facts_lowest_address(s);
		a->stack_limit = limit(s, RLIMIT_STACK);
		a->above_grows = above_grows(s, a, byte);
	} else if (w->signo == SIGBUS || forbidden || keyed) {
		look_at_smaps(s, a, w->signo);
	}
	if (a->mapped && (w->signo == SIGSEGV || a->watched) && !a->agents)
		look_at_page(s, a, byte);
	if (w->signo == SIGBUS || forbidden || keyed || a->guard)
		look_at_file(s, a, byte, w->signo, forbidden && a->may_known && !(a->may & needs));
	if (forbidden && needs == PERM_X)
		a->no_exec_gain = no_exec_gain(s);
}

/* The other page of a word that crosses a page: all that could refuse it too. */
static void look_at_other(struct session *s, uint64_t byte)
{
	struct last_fault *f = &s->fault;
	struct surroundings *a = &f->around, *other = &f->other;
	uint64_t at;
	if (!fault_other_byte(&f->fault, byte, s->page, &at))
		return;
	*other = *a;
	other->page_known = other->guard = other->absent = other->kept = false;
	other->here = other->above = other->below = (struct mapping){0};
	other->file = (struct mapped_file){0};
	other->key_known = false;
	look_around(s, other, f->names + 3, at);
	if (other->mapped && !other->agents)
		look_at_key(s, other, &f->fault.wire, false);
	look_closer(s, other, &f->fault, at);
	if (other->mapped && !other->page_known && !other->agents)
		look_at_page(s, other, at);
	if (!other->file.size_known)
		look_at_file(s, other, at, f->fault.wire.signo, false);
	a->other = other;
	a->other_byte = at;
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
	f->fault =
		(struct fault){.kind = kind, .addr = addr, .len = len, .bulk = bulk, .wire = *wire};
	*a = (struct surroundings){
		.page = s->page,
		.agent_code = remote_owns(s->remote, wire->ip, 1),
		.levels = facts_levels(s),
		.user_limit = arch_user_limit(facts_levels(s)),
	};
	if (kind == ACCESS_OTHER) {
		facts_code(s, wire, &a->code);
		return;
	}
	uint64_t byte = fault_byte(&f->fault, a);
	look_around(s, a, f->names, byte);
	a->decimal_hint = !a->mapped && forgotten_0x(s, addr);
	if (a->mapped && wire->signo == SIGSEGV)
		look_at_key(s, a, wire, wire->code == SEGV_PKUERR);
	look_closer(s, a, &f->fault, byte);
	look_at_other(s, byte);
}
