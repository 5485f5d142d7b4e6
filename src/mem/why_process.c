/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls about limits and other processes fail: getrlimit, setrlimit, prlimit64, getrusage,
 * process_vm_readv, process_vm_writev.
 *
 * After the manual pages of section 2 and kernel/sys.c, mm/process_vm_access.c.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/uio.h>
#include <sys/resource.h>

#include "mem/uapi.h"
#include "mem/why_parts.h"

/* ---- getrlimit, setrlimit(resource, limit), prlimit64(pid, resource, new, old) ---- */

static bool is_prlimit(const struct failed_call *c)
{
	return c->name[0] == 'p';
}

static uint32_t resource(const struct failed_call *c)
{
	return (uint32_t)c->args[is_prlimit(c)];
}

static uint64_t new_limit_at(const struct failed_call *c)
{
	return is_prlimit(c) ? c->args[2] : c->name[0] == 's' ? c->args[1] : 0;
}

static bool new_limit(const struct failed_call *c, uint64_t v[2])
{
	return c->peek && new_limit_at(c) && c->peek(c->ctx, new_limit_at(c), v, 2 * sizeof(v[0]));
}

TEST(resource_unknown)
{
	if (resource(c) < RLIM_NLIMITS)
		return WHY_NO;
	buf_printf(&f->text, "there is no limit with the number %u", resource(c));
	return WHY_YES;
}

TEST(new_unreadable)
{
	uint64_t at = new_limit_at(c);
	if (!at && is_prlimit(c))
		return WHY_NO;
	return c->name[0] == 'g' ? WHY_NO : why_bad_pointer(c, f, "the new limit", at, 16, PERM_R);
}

TEST(old_unwritable)
{
	uint64_t at = is_prlimit(c) ? c->args[3] : c->name[0] == 'g' ? c->args[1] : 0;
	if (!at && is_prlimit(c))
		return WHY_NO;
	return c->name[0] == 's'
		       ? WHY_NO
		       : why_bad_pointer(c, f, "the place for the answer", at, 16, PERM_W);
}

TEST(soft_above_hard)
{
	uint64_t v[2];
	if (!new_limit(c, v))
		return new_limit_at(c) ? WHY_UNKNOWN : WHY_NO;
	if (v[0] <= v[1])
		return WHY_NO;
	buf_printf(&f->text, "the soft limit %lld is above the hard limit %lld", (long long)v[0],
		(long long)v[1]);
	return WHY_YES;
}

/* Descriptors have one more limit, for the whole system. */
TEST(above_nr_open)
{
	uint64_t v[2];
	if (resource(c) != RLIMIT_NOFILE)
		return WHY_NO;
	if (!new_limit(c, v) || !c->nr_open)
		return WHY_UNKNOWN;
	if (v[1] <= c->nr_open)
		return WHY_NO;
	buf_printf(&f->text, "more than %llu descriptors are allowed to nobody (fs.nr_open)",
		(unsigned long long)c->nr_open);
	return WHY_YES;
}

TEST(raises_hard)
{
	uint64_t v[2];
	if (!new_limit(c, v))
		return new_limit_at(c) ? WHY_UNKNOWN : WHY_NO;
	return why_lacks(c, f, CAP_SYS_RESOURCE);
}

TEST(no_process)
{
	return why_no_process(c, f, (int)c->args[0]);
}

TEST(foreign_process)
{
	return c->args[0] ? why_foreign_process(c, f, (int)c->args[0]) : WHY_NO;
}

/* ---- getrusage(who, usage) ---- */

TEST(who_unknown)
{
	int who = (int)c->args[0];
	if (who >= -1 && who <= 1)
		return WHY_NO;
	buf_printf(&f->text, "%d is neither RUSAGE_SELF, RUSAGE_CHILDREN nor RUSAGE_THREAD", who);
	return WHY_YES;
}

TEST(usage_unwritable)
{
	enum { RUSAGE_BYTES = 144 };
	return why_bad_pointer(c, f, "the place for the answer", c->args[1], RUSAGE_BYTES, PERM_W);
}

/* ---- process_vm_readv, process_vm_writev(pid, local, n, remote, n, flags) ---- */

TEST(flags_unknown)
{
	return why_unknown_bits(f, c->args[5], "flag");
}

/* Whether the list of own ranges names any byte: else the kernel is done before it looks at the
 * other list. */
static bool wants_bytes(const struct failed_call *c)
{
	uint64_t v[2];
	for (uint64_t i = 0; i < MIN(c->args[2], (uint64_t)UIO_MAXIOV); i++)
		if (!c->peek || !c->peek(c->ctx, c->args[1] + i * sizeof(v), v, sizeof(v)) || v[1])
			return true;
	return false;
}

TEST(too_many)
{
	return c->args[2] > UIO_MAXIOV || (c->args[4] > UIO_MAXIOV && wants_bytes(c));
}

/* A list that holds a length which is negative as a signed number. */
static enum verdict negative(const struct failed_call *c, uint64_t at, uint64_t n)
{
	uint64_t v[2];
	if (!c->peek)
		return WHY_UNKNOWN;
	for (uint64_t i = 0; i < MIN(n, (uint64_t)UIO_MAXIOV); i++) {
		if (!c->peek(c->ctx, at + i * sizeof(v), v, sizeof(v)))
			return WHY_NO;
		if ((int64_t)v[1] < 0)
			return WHY_YES;
	}
	return WHY_NO;
}

TEST(length_negative)
{
	enum verdict local = negative(c, c->args[1], c->args[2]);
	return local != WHY_NO ? local : negative(c, c->args[3], c->args[4]);
}

TEST(local_list)
{
	uint64_t n = MIN(c->args[2], (uint64_t)UIO_MAXIOV);
	return why_bad_pointer(c, f, "the list of own ranges", c->args[1], n * 16, PERM_R);
}

TEST(remote_list)
{
	uint64_t n = MIN(c->args[4], (uint64_t)UIO_MAXIOV);
	return why_bad_pointer(c, f, "the list of the other's ranges", c->args[3], n * 16, PERM_R);
}

/*
 * The start of the first range of a list that is not empty. What follows is no cause: if anything
 * was copied the call yields how much.
 */
static enum verdict range_of(const struct failed_call *c, struct finding *f, uint64_t at,
	uint64_t n, const char *what, uint32_t perm)
{
	uint64_t v[2];
	if (!c->peek)
		return WHY_UNKNOWN;
	for (uint64_t i = 0; i < MIN(n, (uint64_t)UIO_MAXIOV); i++) {
		if (!c->peek(c->ctx, at + i * sizeof(v), v, sizeof(v)))
			return WHY_NO;
		if (v[1])
			return why_bad_pointer(c, f, what, v[0], 1, perm);
	}
	return WHY_NO;
}

/* Whose memory is written: the own one by a read, the other's by a write. */
static bool is_write(const struct failed_call *c)
{
	return strstr(c->name, "writev") != NULL;
}

TEST(local_range)
{
	return range_of(
		c, f, c->args[1], c->args[2], "an own range", is_write(c) ? PERM_R : PERM_W);
}

/* Only the target's own mappings are known here; other processes' are not. */
TEST(remote_range)
{
	if (!c->pid || (int)c->args[0] != c->pid)
		return WHY_UNKNOWN;
	return range_of(c, f, c->args[3], c->args[4], "a range of the other process",
		is_write(c) ? PERM_W : PERM_R);
}

#define LIMITS "getrlimit setrlimit prlimit64"
#define SETS "setrlimit prlimit64"
#define VM "process_vm_readv process_vm_writev"

const struct why_row why_rows_process[] = {
	{"prlimit64 process_vm_readv process_vm_writev", ESRCH, "there is no such process",
		no_process, NULL},
	{"prlimit64 process_vm_readv process_vm_writev", EPERM,
		"the process belongs to another user or may not be traced", foreign_process, NULL},
	{LIMITS, EINVAL, "the limit is no known one", resource_unknown, NULL},
	{SETS, EFAULT, "the new limit cannot be read", new_unreadable, NULL},
	{SETS, EINVAL, "the soft limit is above the hard limit", soft_above_hard, NULL},
	{SETS, EPERM, "RLIMIT_NOFILE: more than fs.nr_open", above_nr_open, NULL},
	{SETS, EPERM, "only with CAP_SYS_RESOURCE may the hard limit be raised", raises_hard, NULL},
	{"getrlimit prlimit64", EFAULT, "the place for the answer cannot be written",
		old_unwritable, NULL},

	{"getrusage", EINVAL, "it is not known whose use is asked for", who_unknown, NULL},
	{"getrusage", EFAULT, "the place for the answer cannot be written", usage_unwritable, NULL},

	{VM, EINVAL, "the flags are not 0", flags_unknown, "use 0"},
	{VM, EINVAL, "a list has more than 1024 ranges", too_many, NULL},
	{VM, EINVAL, "a length in a list is negative", length_negative, NULL},
	{VM, EFAULT, "the list of own ranges cannot be read", local_list, NULL},
	{VM, EFAULT, "the list of the other's ranges cannot be read", remote_list, NULL},
	{VM, EFAULT, "an own range cannot be read or written", local_range, NULL},
	{VM, EFAULT, "a range of the other process cannot be read or written", remote_range, NULL},
	{VM, ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
