/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why locking fails: mlock, mlock2, munlock, mlockall. After mlock(2) and mm/mlock.c. */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* The kernel widens the range to whole pages on both sides. */
static uint64_t lock_start(const struct failed_call *c)
{
	return align_down(c->args[0], c->page);
}

static uint64_t lock_length(const struct failed_call *c)
{
	return align_up(c->args[1] + c->args[0] % c->page, c->page);
}

TEST(flags_unknown)
{
	return why_unknown_bits(f, (uint32_t)c->args[2] & ~(uint32_t)MLOCK_ONFAULT, "flag");
}

TEST(may_not_lock)
{
	return why_no_memlock(c, f);
}

/* What is locked already is not counted twice. */
TEST(over_limit)
{
	uint64_t more = lock_length(c), end = why_end(lock_start(c), more);
	for (size_t i = maps_at_or_above(c->maps, lock_start(c));
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (why_is_locked(c, i) == WHY_YES)
			more -= MIN(m->end, end) - MAX(m->start, lock_start(c));
	}
	return why_limit_memlock(c, f, more);
}

TEST(wraps)
{
	return lock_start(c) + lock_length(c) < lock_start(c);
}

/* Whether the first mapping of the range is as the call was to make it. */
static bool begun(const struct failed_call *c)
{
	size_t i = maps_at_or_above(c->maps, lock_start(c));
	if (i == c->maps->n || !mapping_covers(&c->maps->v[i], lock_start(c)))
		return false;
	return why_is_locked(c, i) == (c->name[1] == 'l' ? WHY_YES : WHY_NO);
}

TEST(hole)
{
	enum verdict v = why_hole(c, f, lock_start(c), lock_length(c));
	if (v == WHY_YES && begun(c))
		buf_printf(&f->effect, "what lies before it in the range is %s all the same",
			c->name[1] == 'l' ? "locked" : "unlocked");
	return v;
}

TEST(no_split)
{
	return why_map_count(c, f, 1);
}

/* The pages are left for later. */
static bool only_on_fault(const struct failed_call *c)
{
	return !strcmp(c->name, "mlock2") && c->args[2] & MLOCK_ONFAULT;
}

/* Pages of such memory cannot be brought in, but the mapping counts as locked. */
static enum verdict untouchable(const struct failed_call *c, size_t i)
{
	return !(c->maps->v[i].perms & (PERM_R | PERM_W | PERM_X));
}

TEST(not_accessible)
{
	if (only_on_fault(c))
		return WHY_NO;
	enum verdict v = why_first_such(c, f, lock_start(c), lock_length(c), untouchable,
		" allows no access, and its pages cannot be brought in");
	if (v == WHY_YES && begun(c))
		buf_puts(&f->effect, "the mapping counts as locked all the same");
	return v;
}

/* With a limit in the way nothing was touched, and nothing is looked for. */
TEST(past_end)
{
	struct finding limit = {0};
	bool limited = over_limit(c, &limit) == WHY_YES;
	buf_deinit(&limit.text);
	buf_deinit(&limit.cure);
	buf_deinit(&limit.fact);
	if (only_on_fault(c) || limited)
		return WHY_NO;
	enum verdict v = why_nothing_behind(c, f, lock_start(c), lock_length(c));
	if (v == WHY_YES && begun(c))
		buf_puts(&f->effect, "the mapping counts as locked all the same");
	return v;
}

/* ---- mlockall(flags) ---- */

#define ALL_FLAGS(c) ((uint32_t)(c)->args[0])

TEST(all_flags_unknown)
{
	return why_unknown_bits(
		f, ALL_FLAGS(c) & ~(uint32_t)(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT), "flag");
}

TEST(all_flags_missing)
{
	return ALL_FLAGS(c) == 0;
}

TEST(all_only_onfault)
{
	return ALL_FLAGS(c) == MCL_ONFAULT;
}

/* All that is mapped counts, whether it is locked already or not. */
TEST(all_over_limit)
{
	struct failed_call all = *c;
	if (!(ALL_FLAGS(c) & MCL_CURRENT))
		return WHY_NO;
	if (!c->memory.mapped)
		return WHY_UNKNOWN;
	all.memory.locked = 0;
	enum verdict v = why_limit_memlock(&all, f, c->memory.mapped);
	if (v != WHY_YES)
		return v;
	buf_clear(&f->text);
	buf_clear(&f->cure);
	buf_puts(&f->text, "all that is mapped, ");
	size_print(&f->text, c->memory.mapped);
	buf_puts(&f->text, ", is more than may be locked, ");
	size_print(&f->text, c->limits.memlock);
	buf_puts(&f->text, " (RLIMIT_MEMLOCK)");
	return v;
}

#define LOCK "mlock mlock2"
#define BOTH "mlock mlock2 munlock"

const struct why_row why_rows_lock[] = {
	{"mlock2", EINVAL, "a bit of the flags is no known one", flags_unknown,
		"use MLOCK_ONFAULT or 0"},
	{LOCK, EPERM, "RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing", may_not_lock, NULL},
	{LOCK, ENOMEM, "locked memory would exceed RLIMIT_MEMLOCK", over_limit, NULL},
	{BOTH, EINVAL, "address and length together go past the end of the address space", wraps,
		NULL},
	{BOTH, ENOMEM, "something in the range is not mapped", hole, NULL},
	{BOTH, ENOMEM,
		"a mapping would have to be split, and there are as many as vm.max_map_count "
		"allows",
		no_split, NULL},
	{LOCK, ENOMEM, "a mapping in the range allows no access", not_accessible, NULL},
	{LOCK, ENOMEM, "a page has nothing behind it: the file ends before, or it is a guard",
		past_end, NULL},
	{LOCK, EAGAIN, "some pages could not be brought in: memory is short", NULL, NULL},
	{BOTH, ENOMEM, "the kernel itself is out of memory", NULL, NULL},

	{"mlockall", EINVAL, "the flags are 0", all_flags_missing, "use MCL_CURRENT or MCL_FUTURE"},
	{"mlockall", EINVAL, "a bit of the flags is no known one", all_flags_unknown, NULL},
	{"mlockall", EINVAL, "MCL_ONFAULT alone says not what to lock", all_only_onfault,
		"add MCL_CURRENT or MCL_FUTURE"},
	{"mlockall", EPERM, "RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing", may_not_lock, NULL},
	{"mlockall", ENOMEM, "all that is mapped is more than RLIMIT_MEMLOCK allows to lock",
		all_over_limit, NULL},
	{"mlockall", EAGAIN, "some pages could not be brought in", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
