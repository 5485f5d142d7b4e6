/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why advice about pages fails: madvise, process_madvise.
 *
 * After the manual pages of section 2 and mm/madvise.c.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/uio.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* madvise(addr, length, advice) */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])

TEST(no_split)
{
	return why_map_count(c, f, 1);
}

/* ---- madvise(addr, length, advice), process_madvise(pidfd, iovec, count, advice, flags) ---- */

static bool is_process_madvise(const struct failed_call *c)
{
	return c->name[0] == 'p';
}

static int advice(const struct failed_call *c)
{
	return (int)c->args[is_process_madvise(c) ? 3 : 2];
}

bool why_advised_range(const struct failed_call *c, uint64_t *start, uint64_t *len)
{
	uint64_t v[2] = {ADDR(c), LENGTH(c)};
	if (!is_process_madvise(c)) {
		*start = v[0], *len = v[1];
		return true;
	}
	for (uint64_t i = 0; i < MIN(c->args[2], (uint64_t)UIO_MAXIOV); i++) {
		if (!c->peek || !c->peek(c->ctx, c->args[1] + i * sizeof(v), v, sizeof(v)))
			return false;
		if (v[1]) {
			*start = v[0], *len = v[1];
			return true;
		}
	}
	*start = *len = 0;
	return c->args[2] <= UIO_MAXIOV;
}

/* What the running kernel says of it when there is nothing to advise. */
TEST(advice_unknown)
{
	uint64_t start, len;
	bool named = false;
	if (is_process_madvise(c) && why_advised_range(c, &start, &len) && !len)
		return WHY_NO; /* an empty list is done before the advice is looked at */
	for (const struct flag *flag = flags_madv.flags; flag->name; flag++)
		named = named || (int)flag->value == advice(c);
	if (named && c->advice >= 0)
		return c->advice ? WHY_NO : WHY_UNKNOWN;
	if (named)
		buf_puts(&f->text, "this kernel does not know this advice: "
				   "it is older or was built without it");
	else
		buf_printf(&f->text, "there is no advice with the number %d", advice(c));
	return WHY_YES;
}

TEST(madvise_hole)
{
	bool populates = advice(c) == MADV_POPULATE_READ || advice(c) == MADV_POPULATE_WRITE;
	enum verdict v = why_first_hole(c, f);
	if (v == WHY_YES && !populates)
		buf_puts(&f->effect,
			"madvise goes on behind a hole: all that is mapped in the range "
			"was advised");
	else if (v == WHY_YES)
		buf_puts(&f->effect,
			"the pages before the hole were brought in, those behind it not");
	return v;
}

/* The first mapping of the range for which TEST holds, if the advice is this. */
static enum verdict only_for(const struct failed_call *c, struct finding *f, int wanted,
	mapping_test *test, const char *behind)
{
	uint64_t start, len;
	if (advice(c) != wanted)
		return WHY_NO;
	if (!why_advised_range(c, &start, &len))
		return WHY_UNKNOWN;
	return why_first_such(c, f, start, len, test, behind);
}

static enum verdict has_file(const struct failed_call *c, size_t i)
{
	return !mapping_is_anonymous(&c->maps->v[i]);
}

static enum verdict has_no_file(const struct failed_call *c, size_t i)
{
	return mapping_is_anonymous(&c->maps->v[i]);
}

static enum verdict no_write(const struct failed_call *c, size_t i)
{
	return !(c->maps->v[i].perms & PERM_W);
}

static enum verdict no_read(const struct failed_call *c, size_t i)
{
	return !(c->maps->v[i].perms & PERM_R);
}

/* Shared, and of a file that was open for writing. */
static enum verdict not_shared_writable(const struct failed_call *c, size_t i)
{
	if (mapping_is_anonymous(&c->maps->v[i]))
		return WHY_NO;
	enum verdict shared = why_has_flag(c, i, "sh"), may = why_has_flag(c, i, "mw");
	if (shared == WHY_UNKNOWN)
		return WHY_UNKNOWN;
	return shared == WHY_NO || may == WHY_NO;
}

static enum verdict no_shared_file(const struct failed_call *c, size_t i)
{
	return !(c->maps->v[i].perms & PERM_SHARED) && has_no_file(c, i);
}

/* Locked, huge or no ordinary memory. */
static enum verdict not_on_lists(const struct failed_call *c, size_t i)
{
	enum verdict lo = why_is_locked(c, i);
	return lo == WHY_UNKNOWN ? lo : lo || why_is_huge(c, i) || why_has_flag(c, i, "pf");
}

static enum verdict not_for_guards(const struct failed_call *c, size_t i)
{
	enum verdict special = why_is_special(c, i);
	if (special == WHY_UNKNOWN)
		return special;
	bool old = c->kernel && c->kernel < (6 << 16 | 15);
	return special || why_is_huge(c, i) ||
	       (advice(c) == MADV_GUARD_INSTALL && why_is_locked(c, i)) || (old && has_file(c, i));
}

static enum verdict not_dumpable(const struct failed_call *c, size_t i)
{
	enum verdict special = why_is_special(c, i);
	return special == WHY_YES && why_is_huge(c, i) ? WHY_NO : special;
}

/* Pages that the kernel mapped from outside ordinary memory. */
static enum verdict is_pfn(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "pf");
}

static enum verdict is_droppable(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "dp");
}

TEST(free_of_file)
{
	return only_for(c, f, MADV_FREE, has_file,
		" has a file, and MADV_FREE is for private anonymous memory only");
}

TEST(wipe_of_file)
{
	return only_for(c, f, MADV_WIPEONFORK, has_file,
		" is no private anonymous memory, as MADV_WIPEONFORK needs");
}

TEST(keep_of_droppable)
{
	return only_for(c, f, MADV_KEEPONFORK, is_droppable, " is droppable (MAP_DROPPABLE)");
}

TEST(remove_without_file)
{
	return only_for(c, f, MADV_REMOVE, no_shared_file,
		" has no file whose space MADV_REMOVE could free");
}

TEST(remove_locked)
{
	return only_for(c, f, MADV_REMOVE, why_is_locked, " is locked in memory");
}

TEST(remove_not_writable)
{
	return only_for(c, f, MADV_REMOVE, not_shared_writable,
		" is not shared, or its file was not opened for writing, as MADV_REMOVE needs");
}

TEST(drop_locked)
{
	enum verdict v = only_for(c, f, MADV_DONTNEED, why_is_locked, " is locked in memory");
	return v != WHY_NO ? v : only_for(c, f, MADV_FREE, why_is_locked, " is locked in memory");
}

TEST(drop_foreign)
{
	enum verdict v = only_for(c, f, MADV_DONTNEED, is_pfn, " is not ordinary memory");
	return v != WHY_NO
		       ? v
		       : only_for(c, f, MADV_DONTNEED_LOCKED, is_pfn, " is not ordinary memory");
}

TEST(cold_of_locked)
{
	const char *words = " is locked, of huge pages or not ordinary memory";
	enum verdict v = only_for(c, f, MADV_COLD, not_on_lists, words);
	return v != WHY_NO ? v : only_for(c, f, MADV_PAGEOUT, not_on_lists, words);
}

TEST(populate_not_writable)
{
	return only_for(c, f, MADV_POPULATE_WRITE, no_write, " does not allow writing");
}

TEST(populate_not_readable)
{
	return only_for(c, f, MADV_POPULATE_READ, no_read, " does not allow reading");
}

TEST(populate_special)
{
	const char *words = " is not ordinary memory";
	enum verdict v = only_for(c, f, MADV_POPULATE_READ, why_is_special, words);
	return v != WHY_NO ? v : only_for(c, f, MADV_POPULATE_WRITE, why_is_special, words);
}

TEST(guard_special)
{
	const char *words = " is locked, of huge pages or not ordinary memory, as guards need";
	enum verdict v = only_for(c, f, MADV_GUARD_INSTALL, not_for_guards, words);
	return v != WHY_NO ? v : only_for(c, f, MADV_GUARD_REMOVE, not_for_guards, words);
}

TEST(dofork_special)
{
	return only_for(c, f, MADV_DOFORK, why_is_special, " is not ordinary memory");
}

TEST(dodump_special)
{
	return only_for(c, f, MADV_DODUMP, not_dumpable, " is not ordinary memory");
}

static bool populates(const struct failed_call *c)
{
	return advice(c) == MADV_POPULATE_READ || advice(c) == MADV_POPULATE_WRITE;
}

TEST(populate_past_end)
{
	return populates(c) ? why_nothing_behind(c, f, ADDR(c), LENGTH(c)) : WHY_NO;
}

TEST(populate_broken)
{
	return populates(c) ? WHY_UNKNOWN : WHY_NO;
}

TEST(populate_short)
{
	bool populates = advice(c) == MADV_POPULATE_READ || advice(c) == MADV_POPULATE_WRITE;
	return populates ? WHY_UNKNOWN : WHY_NO;
}

static enum verdict sealed_and_unwritable(const struct failed_call *c, size_t i)
{
	const struct mapping *m = &c->maps->v[i];
	if (!mapping_is_anonymous(m) || m->perms & (PERM_SHARED | PERM_W))
		return WHY_NO;
	return why_has_flag(c, i, "sl");
}

TEST(discards_sealed)
{
	uint64_t start, len;
	if (!why_advised_range(c, &start, &len))
		return WHY_UNKNOWN;
	return why_first_such(c, f, start, len, sealed_and_unwritable,
		" is sealed (mseal) and not writable, and the advice would drop data");
}

TEST(poison_without_right)
{
	if (advice(c) != MADV_HWPOISON && advice(c) != MADV_SOFT_OFFLINE)
		return WHY_NO;
	return why_lacks(c, f, CAP_SYS_ADMIN);
}

TEST(remove_sealed_file)
{
	return advice(c) == MADV_REMOVE ? WHY_UNKNOWN : WHY_NO;
}

/* ---- process_madvise ---- */

TEST(process_flags)
{
	return why_unknown_bits(f, c->args[4], "flag");
}

TEST(too_many_vectors)
{
	return c->args[2] > UIO_MAXIOV;
}

TEST(vectors_unreadable)
{
	uint64_t n = MIN(c->args[2], (uint64_t)UIO_MAXIOV);
	return why_bad_pointer(c, f, "the list of ranges", c->args[1], n * 16, PERM_R);
}

TEST(pidfd_not_open)
{
	return why_fd_not_open(c, f, (int)c->args[0]);
}

TEST(fd_is_no_pidfd)
{
	if (!c->fd.known || !c->fd.open || !c->fd.link)
		return c->fd.open ? WHY_UNKNOWN : WHY_NO;
	if (!strcmp(c->fd.link, "anon_inode:[pidfd]") || !strncmp(c->fd.link, "pidfd:", 6))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is %s, no pidfd (pidfd_open)", (int)c->args[0],
		c->fd.link);
	return WHY_YES;
}

TEST(process_ended)
{
	if (!c->fd.known || !c->fd.open)
		return WHY_NO;
	if (c->fd.ended)
		buf_printf(&f->text, "the process of descriptor %d has ended", (int)c->args[0]);
	return c->fd.ended ? WHY_YES : WHY_UNKNOWN;
}

/* Each range is checked like madvise's own, once its turn has come. */
TEST(vector_bad)
{
	uint64_t v[2], n = c->args[2] <= UIO_MAXIOV ? c->args[2] : 0;
	bool read = c->peek != NULL, advised = false;
	uint64_t start, len;
	if (why_advised_range(c, &start, &len) && !len)
		return WHY_NO;
	for (uint64_t i = 0; i < n && read && !advised; i++) {
		read = c->peek(c->ctx, c->args[1] + i * sizeof(v), v, sizeof(v));
		if (read && (v[0] % c->page || why_wraps(c, v[0], v[1]) || (int64_t)v[1] < 0)) {
			buf_printf(&f->text,
				"range %llu of the list, 0x%llx and %llu bytes, is not aligned or "
				"wraps",
				(unsigned long long)i, (unsigned long long)v[0],
				(unsigned long long)v[1]);
			return WHY_YES;
		}
		advised = read && v[1];
	}
	return read ? WHY_NO : WHY_UNKNOWN;
}

TEST(vector_hole)
{
	uint64_t start, len;
	if (!why_advised_range(c, &start, &len))
		return WHY_UNKNOWN;
	return why_hole(c, f, start, align_up(len, c->page));
}

TEST(advice_not_for_others)
{
	int a = advice(c);
	if (a == MADV_COLD || a == MADV_PAGEOUT || a == MADV_WILLNEED || a == MADV_COLLAPSE)
		return WHY_NO;
	return c->kernel && c->kernel < (6 << 16 | 13) ? WHY_YES : WHY_UNKNOWN;
}

#define ADVISE "madvise process_madvise"
#define WRAPS "address and length together go past the end of the address space"
#define HOLE "something in the range is not mapped"
#define UNALIGNED "the address is no multiple of the page size"

const struct why_row why_rows_advise[] = {
	{"process_madvise", EINVAL, "the flags are not 0", process_flags, "use 0"},
	{"process_madvise", EINVAL, "the list has more than 1024 ranges", too_many_vectors, NULL},
	{"process_madvise", EFAULT, "the list of ranges cannot be read", vectors_unreadable, NULL},
	{"process_madvise", EBADF, "the descriptor is not open", pidfd_not_open, NULL},
	{"process_madvise", EBADF, "the descriptor is no pidfd", fd_is_no_pidfd, NULL},
	{"process_madvise", ESRCH, "the process has ended", process_ended, NULL},
	{"process_madvise", EINVAL, "a range of the list is not aligned or wraps", vector_bad,
		NULL},
	{"process_madvise", ENOMEM, "something in a range of the list is not mapped", vector_hole,
		NULL},
	{"process_madvise", EINVAL,
		"only MADV_COLD, MADV_PAGEOUT, MADV_WILLNEED and MADV_COLLAPSE are for other "
		"processes",
		advice_not_for_others, NULL},
	{"process_madvise", EPERM, "the process may not be traced, or CAP_SYS_NICE is missing",
		NULL, NULL},

	{ADVISE, EINVAL, "the advice is no known one, or this kernel was built without it",
		advice_unknown, NULL},
	{"madvise", EINVAL, UNALIGNED, why_first_unaligned, NULL},
	{"madvise", EINVAL, WRAPS, why_first_wraps, NULL},
	{ADVISE, EPERM, "MADV_HWPOISON and MADV_SOFT_OFFLINE need CAP_SYS_ADMIN",
		poison_without_right, NULL},
	{"madvise", ENOMEM, HOLE, madvise_hole, NULL},
	{ADVISE, EPERM,
		"the advice would drop data of a sealed mapping (mseal) that is not writable",
		discards_sealed, NULL},
	{ADVISE, EINVAL, "MADV_FREE is for private anonymous memory only", free_of_file, NULL},
	{ADVISE, EINVAL, "MADV_WIPEONFORK is for private anonymous memory only", wipe_of_file,
		NULL},
	{ADVISE, EINVAL, "MADV_KEEPONFORK is not for droppable memory", keep_of_droppable, NULL},
	{ADVISE, EINVAL, "MADV_REMOVE frees space of a file, and the mapping has none",
		remove_without_file, NULL},
	{ADVISE, EINVAL, "MADV_REMOVE is not for locked memory", remove_locked, NULL},
	{ADVISE, EACCES, "MADV_REMOVE needs a shared mapping of a file opened for writing",
		remove_not_writable, NULL},
	{ADVISE, EPERM, "MADV_REMOVE: the file is sealed against writing", remove_sealed_file,
		NULL},
	{ADVISE, EOPNOTSUPP, "MADV_REMOVE: the file system cannot punch holes", remove_sealed_file,
		NULL},
	{ADVISE, EINVAL, "MADV_DONTNEED and MADV_FREE are not for locked memory", drop_locked,
		"munlock it first, or MADV_DONTNEED_LOCKED"},
	{ADVISE, EINVAL, "the mapping is not ordinary memory, and the advice would drop pages",
		drop_foreign, NULL},
	{ADVISE, EINVAL, "MADV_COLD and MADV_PAGEOUT are not for locked memory or huge pages",
		cold_of_locked, NULL},
	{ADVISE, EINVAL, "MADV_POPULATE_WRITE needs PROT_WRITE", populate_not_writable, NULL},
	{ADVISE, EINVAL, "MADV_POPULATE_READ needs PROT_READ", populate_not_readable, NULL},
	{ADVISE, EINVAL, "MADV_POPULATE_… is for ordinary memory only", populate_special, NULL},
	{"madvise", EFAULT,
		"a page to be brought in has nothing behind it (past the file's end, a guard)",
		populate_past_end, NULL},
	{"madvise", EHWPOISON, "a page to be brought in is broken", populate_broken, NULL},
	{ADVISE, EINVAL, "guards are not for locked memory, huge pages or devices", guard_special,
		NULL},
	{ADVISE, EINVAL, "MADV_DOFORK is for ordinary memory only", dofork_special, NULL},
	{ADVISE, EINVAL, "MADV_DODUMP is for ordinary memory only", dodump_special, NULL},
	{"madvise", ENOMEM, "MADV_POPULATE_…: memory is short", populate_short, NULL},
	{"madvise", EAGAIN,
		"a mapping would have to be split, and there are as many as vm.max_map_count "
		"allows",
		no_split, NULL},
	{"madvise", EAGAIN, "the kernel itself is out of memory", NULL, NULL},
	{"madvise", EBADF, "MADV_WILLNEED: the kernel has no swap, and the mapping no file", NULL,
		NULL},
	{"madvise", EIO, "reading or writing the file failed", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
