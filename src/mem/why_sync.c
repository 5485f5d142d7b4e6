/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why questions about pages fail, and writing them back: msync, mincore.
 *
 * After the manual pages of section 2 and mm/msync.c, mm/mincore.c.
 */
#include <errno.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* Both take the range first: call(addr, length, …). */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])

/* ---- msync(addr, length, flags) ---- */

#define SYNC_FLAGS(c) ((c)->args[2])

TEST(sync_flags_unknown)
{
	uint64_t known = MS_ASYNC | MS_SYNC | MS_INVALIDATE;
	return why_unknown_bits(f, (uint32_t)SYNC_FLAGS(c) & ~known, "flag");
}

TEST(sync_and_async)
{
	return (SYNC_FLAGS(c) & MS_SYNC) && (SYNC_FLAGS(c) & MS_ASYNC);
}

TEST(invalidates_locked)
{
	if (!(SYNC_FLAGS(c) & MS_INVALIDATE))
		return WHY_NO;
	return why_first_such(c, f, ADDR(c), align_up(LENGTH(c), c->page), why_is_locked,
		" is locked in memory, and MS_INVALIDATE is given");
}

TEST(sync_hole)
{
	enum verdict v = why_first_hole(c, f);
	if (v == WHY_YES)
		buf_puts(&f->effect,
			SYNC_FLAGS(c) & MS_SYNC
				? "msync goes on behind a hole: all that is mapped in the "
				  "range was written"
				: "");
	return v;
}

/* ---- mincore(addr, length, vector) ---- */

TEST(core_beyond)
{
	return why_ends_beyond(c, f, "range", ADDR(c), LENGTH(c));
}

TEST(vector_not_writable)
{
	uint64_t pages = align_up(LENGTH(c), c->page) / c->page;
	return why_bad_pointer(c, f, "the vector", c->args[2], pages, PERM_W);
}

#define WRAPS "address and length together go past the end of the address space"
#define HOLE "something in the range is not mapped"
#define UNALIGNED "the address is no multiple of the page size"

const struct why_row why_rows_sync[] = {
	{"msync", EINVAL, "a bit of the flags is no known one", sync_flags_unknown, NULL},
	{"msync", EINVAL, UNALIGNED, why_first_unaligned, NULL},
	{"msync", EINVAL, "MS_SYNC and MS_ASYNC exclude each other", sync_and_async,
		"use only one"},
	{"msync", ENOMEM, WRAPS, why_first_wraps, NULL},
	{"msync", ENOMEM, HOLE, sync_hole, NULL},
	{"msync", EBUSY, "MS_INVALIDATE is given, and a page in the range is locked in memory",
		invalidates_locked, "munlock it first, or leave MS_INVALIDATE out"},
	{"msync", EIO, "writing the file failed", NULL, NULL},

	{"mincore", EINVAL, UNALIGNED, why_first_unaligned, NULL},
	{"mincore", ENOMEM, "the range goes past the end of the address space", core_beyond, NULL},
	{"mincore", EFAULT, "the vector, a byte for each page, cannot be written",
		vector_not_writable, NULL},
	{"mincore", ENOMEM, HOLE, why_first_hole, NULL},
	{"mincore", EAGAIN, "the kernel itself is short of memory for a moment", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
