/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls on limits and on what was used. Sources: getrlimit(2), getrusage(2),
 * kernel/sys.c.
 */
#include <sys/resource.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "mem/maps.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

/* Of the target, or of process PID if it is not 0. */
static bool present_limit(struct session *s, pid_t pid, uint64_t resource, struct rlimit *out)
{
	return prlimit(pid ? pid : remote_pid(s->remote), (enum __rlimit_resource)resource, NULL,
		       out) == 0;
}

/*
 * Places the new limits of RESOURCE as argument I. A hard limit that was left out stays as it is.
 */
static bool place_limits(struct session *s, struct call_record *c, unsigned i, pid_t pid,
	uint64_t resource, uint64_t soft, const uint64_t *hard, struct err *err)
{
	struct rlimit now = {soft, soft};
	if (!hard)
		present_limit(s, pid, resource, &now);
	const struct rlimit limits = {soft, hard ? *hard : now.rlim_max};
	return call_place(s, c, i, &limits, sizeof(limits), err);
}

static bool getrlimit_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	(void)given;
	return call_place(s, c, 1, NULL, sizeof(struct rlimit), err);
}

/* RESOURCE SOFT HARD becomes RESOURCE LIMITS. */
static bool setrlimit_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	uint64_t hard = c->args[2];
	c->args[2] = 0;
	return place_limits(s, c, 1, 0, c->args[0], c->args[1], given[2] ? &hard : NULL, err);
}

/* PID RESOURCE SOFT HARD becomes PID RESOURCE NEW OLD. */
static bool prlimit_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	uint64_t soft = c->args[2], hard = c->args[3];
	c->args[2] = 0;
	if (given[2] && !place_limits(s, c, 2, (pid_t)c->args[0], c->args[1], soft,
				given[3] ? &hard : NULL, err))
		return false;
	return call_place(s, c, 3, NULL, sizeof(struct rlimit), err);
}

static bool getrusage_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	(void)given;
	return call_place(s, c, 1, NULL, sizeof(struct rusage), err);
}

static bool counts_bytes(uint64_t resource)
{
	switch (resource) {
	case RLIMIT_AS:
	case RLIMIT_CORE:
	case RLIMIT_DATA:
	case RLIMIT_FSIZE:
	case RLIMIT_MEMLOCK:
	case RLIMIT_MSGQUEUE:
	case RLIMIT_RSS:
	case RLIMIT_STACK:
		return true;
	default:
		return false;
	}
}

static void put_limit(struct buf *b, uint64_t resource, rlim_t limit)
{
	if (limit == RLIM_INFINITY)
		buf_puts(b, "none");
	else if (counts_bytes(resource))
		size_print(b, limit);
	else
		buf_dec(b, limit);
}

static void tell_limits(
	struct session *s, struct buf *b, const struct call_record *c, unsigned i, const char *when)
{
	struct rlimit l;
	uint64_t resource = c->args[i == 1 ? 0 : 1];
	if (!call_peek(s, c, i, &l, sizeof(l)))
		return;
	buf_printf(b, "  %ssoft limit ", when);
	put_limit(b, resource, l.rlim_cur);
	buf_puts(b, ", hard limit ");
	put_limit(b, resource, l.rlim_max);
	buf_putc(b, '\n');
}

static void getrlimit_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	tell_limits(s, b, c, 1, "");
}

static void prlimit_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	tell_limits(s, b, c, 3, c->args[2] ? "before: " : "");
}

static void put_seconds(struct buf *b, const struct timeval *t, const char *what)
{
	buf_printf(b, "%lld.%06lld s %s", (long long)t->tv_sec, (long long)t->tv_usec, what);
}

static void getrusage_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	struct rusage u;
	if (!call_peek(s, c, 1, &u, sizeof(u)))
		return;
	buf_puts(b, "  ");
	put_seconds(b, &u.ru_utime, "in user mode, ");
	put_seconds(b, &u.ru_stime, "in the kernel\n");
	buf_printf(b, "  %ld minor and %ld major faults, at most ", u.ru_minflt, u.ru_majflt);
	size_print(b, (uint64_t)u.ru_maxrss * 1024);
	buf_puts(b, " in memory at a time\n");
}

#define RESOURCE                                                                                   \
	{                                                                                          \
		.name = "RESOURCE", .kind = KIND_FLAGS, .reads = READS_FLAGS,                      \
		.set = &flags_resource                                                             \
	}
#define LIMITS(direction, called)                                                                  \
	{                                                                                          \
		.name = called, .kind = direction, .set = &layout_rlimit                           \
	}
#define LIMIT(called, ...)                                                                         \
	{                                                                                          \
		.name = called, .kind = KIND_NUMBER, .reads = READS_FLAGS, .set = &flags_limit,    \
		__VA_ARGS__                                                                        \
	}
#define SOFT(optional) LIMIT("SOFT", .flags = optional)
#define HARD LIMIT("HARD", .flags = PARAM_OPTIONAL, .dflt = "what it is now")

const struct row rows_limit[] = {
	{
		.form = {.name = "getrlimit", .aliases = "", .flags = CALL_FLAGS, PARAMS(RESOURCE)},
		C_PARAMS(RESOURCE, LIMITS(KIND_WRITES, "LIMITS")),
		.build = getrlimit_build,
		.tell = getrlimit_tell,
		.group = "process",
		.summary = "ask for a limit of the target",
		.details = "The soft limit counts; it may be raised as far as the hard one. In "
			   "call form LIMITS is the address of a "
			   "struct rlimit that is written.",
		.example =
			"getrlimit as\np = mmap page\ngetrlimit(RLIMIT_NOFILE, p)\nexpect *p > 0",
		.see = "setrlimit prlimit",
		.nr = SYS_getrlimit,
	},
	{
		.form = {.name = "setrlimit",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(RESOURCE, SOFT(0), HARD)},
		C_PARAMS(RESOURCE, LIMITS(KIND_READS, "LIMITS")),
		.build = setrlimit_build,
		.group = "process",
		.summary = "set a limit of the target",
		.details = "unlimited, or RLIM_INFINITY, is no limit. Raising the hard limit needs "
			   "CAP_SYS_RESOURCE; lowering it cannot be undone "
			   "without. In call form LIMITS is the address of a struct rlimit: two "
			   "8-byte numbers, soft and hard.",
		.example = "setrlimit as 1G\nexpect ENOMEM mmap 2G\nsetrlimit memlock 4K",
		.see = "getrlimit prlimit mlock",
		.nr = SYS_setrlimit,
	},
	{
		.form = {.name = "prlimit",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "PID", .kind = KIND_INT}, RESOURCE, SOFT(PARAM_OPTIONAL),
				HARD)},
		C_PARAMS({.name = "PID", .kind = KIND_INT}, RESOURCE, LIMITS(KIND_READS, "NEW"),
			LIMITS(KIND_WRITES, "OLD")),
		.build = prlimit_build,
		.tell = prlimit_tell,
		.group = "process",
		.summary = "ask for and set a limit of a process",
		.details = "PID 0 is the target. Without SOFT it only asks. In call form NEW and "
			   "OLD are addresses of struct rlimit "
			   "that are read and written, or NULL.",
		.example = "prlimit 0 data\nprlimit 0 data 1G\nexpect ok prlimit 0 data",
		.see = "getrlimit setrlimit",
		.echo = "prlimit64",
		.nr = SYS_prlimit64,
	},
	{
		.form = {.name = "getrusage",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "WHO",
				.kind = KIND_FLAGS,
				.reads = READS_FLAGS,
				.set = &flags_usage,
				.flags = PARAM_OPTIONAL,
				.dflt = "self"})},
		C_PARAMS({.name = "WHO", .kind = KIND_FLAGS, .set = &flags_usage},
			{.name = "USAGE", .kind = KIND_WRITES, .set = &layout_rusage}),
		.build = getrusage_build,
		.tell = getrusage_tell,
		.group = "process",
		.summary = "ask what the target has used: time, faults, memory",
		.details = "A minor fault found its page in memory, a major one had to read it. In "
			   "call form USAGE is the address of a "
			   "struct rusage that is written.",
		.example = "getrusage\nexpect minflt() > 0",
		.see = "minflt majflt rss",
		.nr = SYS_getrusage,
	},
	ROW_END,
};
