/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in the way of a failed call: limits, memory, rights, and what the machine has. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "arch/arch.h"
#include "mem/uapi.h"
#include "shell/facts.h"
#include "shell/facts_private.h"
#include "shell/proc.h"
#include "shell/sysnames.h"

static uint64_t limit(const struct session *s, int resource, bool *known)
{
	struct rlimit l;
	if (prlimit(remote_pid(s->remote), (enum __rlimit_resource)resource, NULL, &l) != 0) {
		*known = false;
		return 0;
	}
	return l.rlim_cur == RLIM_INFINITY ? UINT64_MAX : l.rlim_cur;
}

static void about_rlimits(const struct session *s, struct about_limits *l)
{
	l->known = true;
	l->as = limit(s, RLIMIT_AS, &l->known);
	l->data = limit(s, RLIMIT_DATA, &l->known);
	l->memlock = limit(s, RLIMIT_MEMLOCK, &l->known);
	l->fsize = limit(s, RLIMIT_FSIZE, &l->known);
	l->nofile = limit(s, RLIMIT_NOFILE, &l->known);
}

/* As proc_bytes(); TEXT may be NULL. */
static uint64_t kilobytes(const char *text, const char *field)
{
	return text ? proc_bytes(text, field) : 0;
}

/* ---- Rights ---- */

/* Capabilities count only in the first user namespace, whose number never changes. */
static bool in_first_user_namespace(const struct session *s)
{
	char link[64] = "";
	ssize_t n = readlinkat(remote_proc_fd(s->remote), "ns/user", link, sizeof(link) - 1);
	return n > 0 && strstr(link, "[4026531837]");
}

static void about_groups(struct session *s, struct about_rights *r, const char *groups)
{
	enum { MOST = 64 };
	uint32_t *v = arena_alloc(&s->arena, MOST * sizeof(*v));
	char *end;
	r->groups = v;
	while (groups && r->n_groups < MOST) {
		unsigned long gid = strtoul(groups, &end, 10);
		if (end == groups || *groups == '\n')
			break;
		v[r->n_groups++] = (uint32_t)gid;
		groups = end + strspn(end, " \t");
	}
}

/* Uid and Gid list real, effective, saved and file-system numbers. */
static uint32_t fourth_number(const char *p)
{
	unsigned long n[4] = {0};
	if (p)
		sscanf(p, "%lu %lu %lu %lu", &n[0], &n[1], &n[2], &n[3]);
	return (uint32_t)n[3];
}

static void about_rights(struct session *s, struct failed_call *f, const char *status)
{
	const char *caps = proc_field(status, "CapEff");
	f->rights.known = caps != NULL;
	f->rights.caps = caps && in_first_user_namespace(s) ? strtoull(caps, NULL, 16) : 0;
	f->rights.uid = fourth_number(proc_field(status, "Uid"));
	f->rights.gid = fourth_number(proc_field(status, "Gid"));
	about_groups(s, &f->rights, proc_field(status, "Groups"));
	const char *nodes = proc_field(status, "Mems_allowed");
	const char *last = nodes ? nodes : ""; /* 32 bits a word, the lowest last */
	uint64_t low = 0;
	for (const char *p = last; *p && *p != '\n'; p++) {
		if (*p == ',')
			low = low << 32;
		else
			low = (low & ~(uint64_t)0xffffffff) |
			      (((low & 0xffffffff) << 4) |
				      (uint64_t)(*p <= '9' ? *p - '0' : (*p | 32) - 'a' + 10));
	}
	f->nodes = low;
}

/* ---- Memory ---- */

static uint64_t pool_number(const char *name, const char *field)
{
	char path[512];
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/%s/%s", name, field);
	return proc_number(path, 0);
}

static void about_pools(struct about_memory *m)
{
	DIR *dir = opendir("/sys/kernel/mm/hugepages");
	struct dirent *entry;
	m->pools_known = true;
	while (dir && (entry = readdir(dir)) && m->n_pools < HUGE_POOLS_MAX) {
		unsigned long long kb;
		if (sscanf(entry->d_name, "hugepages-%llukB", &kb) != 1)
			continue;
		uint64_t all = pool_number(entry->d_name, "free_hugepages");
		uint64_t reserved = pool_number(entry->d_name, "resv_hugepages");
		uint64_t extra = pool_number(entry->d_name, "nr_overcommit_hugepages");
		uint64_t surplus = pool_number(entry->d_name, "surplus_hugepages");
		m->pools[m->n_pools++] = (struct huge_pool){.size = kb * 1024,
			.free = all > reserved ? all - reserved : 0,
			.overcommit = extra > surplus ? extra - surplus : 0};
	}
	if (dir)
		closedir(dir);
}

static void about_memory(const struct session *s, struct about_memory *m, const char *status)
{
	struct buf info = BUF_INIT;
	m->mapped = kilobytes(status, "VmSize");
	m->data = kilobytes(status, "VmData");
	m->locked = kilobytes(status, "VmLck");
	m->locked_known = proc_field(status, "VmLck") != NULL;
	m->max_map_count = proc_number("/proc/sys/vm/max_map_count", 0);
	m->mmap_min_addr = proc_number("/proc/sys/vm/mmap_min_addr", 0);
	enum { UNKNOWN = 99 };
	m->overcommit = (unsigned)proc_number("/proc/sys/vm/overcommit_memory", UNKNOWN);
	m->overcommit_known = m->overcommit != UNKNOWN;
	if (proc_read(s->remote, "/proc/meminfo", &info)) {
		m->commit_limit = kilobytes(info.p, "CommitLimit");
		m->committed = kilobytes(info.p, "Committed_AS");
		m->ram_and_swap = kilobytes(info.p, "MemTotal") + kilobytes(info.p, "SwapTotal");
		m->default_huge = kilobytes(info.p, "Hugepagesize");
	}
	about_pools(m);
	buf_deinit(&info);
}

/* ---- The kernel and the CPU ---- */

static void about_kernel(struct session *s, struct failed_call *f)
{
	static struct utsname name;
	unsigned major, minor;
	if (uname(&name) == 0 && sscanf(name.release, "%u.%u", &major, &minor) == 2) {
		f->kernel = major << 16 | minor;
		f->release = name.release;
	}
	const struct sysname *call = sysname_find(str_from(f->name));
	f->since = call ? call->since : NULL;
	f->page = s->page;
	f->task_size = arch_user_limit(facts_levels(s));
}

static void about_keys(struct session *s, struct failed_call *f)
{
	f->has_pkeys = arch_has_keys();
	if (!strncmp(f->name, "pkey_", 5))
		f->pkeys_known = facts_keys_allocated(s, &f->pkeys);
	if (f->error == EFAULT)
		f->key_rights_known = facts_rights(s, &f->key_rights);
}

/* Advice about nothing is checked all the same: it shows whether the kernel knows it. */
static void about_advice(struct failed_call *f)
{
	bool process = !strcmp(f->name, "process_madvise");
	if (!process && strcmp(f->name, "madvise") != 0)
		return;
	int advice = (int)f->args[process ? 3 : 2];
	f->advice = syscall(SYS_madvise, NULL, 0, advice) == 0 || errno != EINVAL ? 1 : -1;
}

static void about_exec_rule(struct session *s, struct failed_call *f)
{
	uint64_t args[WIRE_ARGS] = {PR_GET_MDWE}, result;
	struct wire_fault fault;
	bool asks = f->error == EACCES || !strcmp(f->name, "prctl");
	f->mdwe = -1;
	if (asks &&
		remote_syscall(s->remote, SYS_prctl, args, false, &result, &fault) == REMOTE_DONE &&
		(int64_t)result >= 0)
		f->mdwe = (int)result;
}

/* The other process of the calls that have one: whether a signal would reach it. */
static void about_process(struct failed_call *f)
{
	static const char calls[] =
		"prlimit64 process_vm_readv process_vm_writev move_pages migrate_pages";
	if (!errno_call_listed(calls, f->name))
		return;
	pid_t pid = (pid_t)f->args[0];
	bool self = pid == 0 && f->name[0] != 'p'; /* in the others' 0 is the caller */
	if (pid == 0 && strcmp(f->name, "prlimit64") == 0)
		self = true;
	f->process_known = true;
	f->process_error = self ? 0 : pid <= 0 ? ESRCH : kill(pid, 0) < 0 ? errno : 0;
}

void facts_about_limits(struct session *s, struct failed_call *f)
{
	struct buf status = BUF_INIT;
	about_rlimits(s, &f->limits);
	if (proc_read(s->remote, "status", &status)) {
		about_rights(s, f, status.p);
		about_memory(s, &f->memory, status.p);
	}
	about_kernel(s, f);
	about_keys(s, f);
	about_advice(f);
	about_exec_rule(s, f);
	about_process(f);
	enum { UNKNOWN = 99 };
	uint64_t uffd = proc_number("/proc/sys/vm/unprivileged_userfaultfd", UNKNOWN);
	f->uffd_known = uffd != UNKNOWN;
	f->uffd_for_all = uffd == 1;
	f->nr_open = proc_number("/proc/sys/fs/nr_open", 0);
	facts_count_descriptors(s, f);
	buf_deinit(&status);
}
