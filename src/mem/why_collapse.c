/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why MADV_COLLAPSE fails. After madvise(2) and madvise_collapse() in mm/khugepaged.c. */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* Whether it is that advice, for the range [START, START+LEN). */
static bool collapses(const struct failed_call *c, uint64_t *start, uint64_t *len)
{
	unsigned advice = c->name[0] == 'm' ? 2 : 3; /* process_madvise has it behind the list */
	return (int)c->args[advice] == MADV_COLLAPSE && why_advised_range(c, start, len);
}

/* What one table of the page tables' lowest level covers: the size of the huge pages that are
 * meant.
 */
static uint64_t huge_size(const struct failed_call *c)
{
	return c->page / sizeof(uint64_t) * c->page;
}

/* Whether the mapping has room for a huge page, which begins at a multiple of its size. */
static enum verdict has_no_room(const struct failed_call *c, size_t i)
{
	uint64_t size = huge_size(c);
	return align_up(c->maps->v[i].start, size) >= align_down(c->maps->v[i].end, size);
}

TEST(too_small)
{
	uint64_t start, len;
	if (!collapses(c, &start, &len) ||
		why_first_such(c, f, start, len, has_no_room,
			" has no room for a huge page, which begins at a multiple of "
			"its size, ") != WHY_YES)
		return WHY_NO;
	size_print(&f->text, huge_size(c));
	return WHY_YES;
}

static enum verdict is_kept_small(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "nh");
}

TEST(kept_small)
{
	uint64_t start, len;
	if (!collapses(c, &start, &len))
		return WHY_NO;
	return why_first_such(
		c, f, start, len, is_kept_small, " shall have no huge pages (MADV_NOHUGEPAGE)");
}

static enum verdict cannot_be_huge(const struct failed_call *c, size_t i)
{
	enum verdict special = why_is_special(c, i);
	return special == WHY_NO ? why_is_huge(c, i) : special;
}

TEST(special)
{
	uint64_t start, len;
	if (!collapses(c, &start, &len))
		return WHY_NO;
	return why_first_such(
		c, f, start, len, cannot_be_huge, " is not ordinary memory of small pages");
}

/* Whether no page of the block at ADDR came into being yet. */
static enum verdict is_untouched(const struct failed_call *c, uint64_t addr)
{
	for (uint64_t at = addr; at < addr + huge_size(c); at += c->page) {
		enum page_behind state = c->page_behind(c->ctx, at);
		if (state != BEHIND_NOTHING_YET)
			return state == BEHIND_UNKNOWN ? WHY_UNKNOWN : WHY_NO;
	}
	return WHY_YES;
}

/* The first block within [START, END) of which no page is there; *LEFT blocks are looked at. */
static enum verdict first_untouched(
	const struct failed_call *c, uint64_t start, uint64_t end, unsigned *left, uint64_t *at)
{
	uint64_t size = huge_size(c);
	for (*at = align_up(start, size); *at >= start && *at < end && end - *at >= size;
		*at += size) {
		if (!*left)
			return WHY_UNKNOWN;
		--*left;
		enum verdict v = is_untouched(c, *at);
		if (v != WHY_NO)
			return v;
	}
	return WHY_NO;
}

/* The blocks are looked at one by one, and all of them must have become huge. */
TEST(untouched)
{
	unsigned left = 16;
	uint64_t at, start, len;
	if (!collapses(c, &start, &len) || why_is_unaligned(c, start) || why_wraps(c, start, len))
		return WHY_NO;
	if (!c->page_behind || !c->maps->n)
		return WHY_UNKNOWN;
	uint64_t end = why_end(start, len);
	for (size_t i = maps_at_or_above(c->maps, start);
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!mapping_is_anonymous(m))
			continue;
		enum verdict v =
			first_untouched(c, MAX(m->start, start), MIN(m->end, end), &left, &at);
		if (v == WHY_YES) {
			buf_puts(&f->text, "no page of the ");
			size_print(&f->text, huge_size(c));
			buf_puts(&f->text, " at ");
			why_put_address(&f->text, at);
			buf_puts(&f->text,
				" was touched yet: there is nothing to put on a huge page");
		}
		if (v != WHY_NO)
			return v;
	}
	return WHY_NO;
}

TEST(page_unfit)
{
	uint64_t start, len;
	return collapses(c, &start, &len) ? WHY_UNKNOWN : WHY_NO;
}

const struct why_row why_rows_collapse[] = {
	{"madvise process_madvise", EINVAL, "MADV_COLLAPSE: a mapping has no room for a huge page",
		too_small, NULL},
	{"madvise process_madvise", EINVAL,
		"MADV_COLLAPSE: MADV_NOHUGEPAGE was given for a mapping", kept_small,
		"madvise it with MADV_HUGEPAGE before"},
	{"madvise process_madvise", EINVAL,
		"MADV_COLLAPSE is for ordinary memory of small pages only", special, NULL},
	{"madvise process_madvise", EINVAL, "MADV_COLLAPSE: no page of a block was touched yet",
		untouched, "touch a page of it, or use MADV_POPULATE_WRITE before"},
	{"madvise process_madvise", EINVAL, "MADV_COLLAPSE: the pages cannot become a huge page",
		page_unfit, NULL},
	{"madvise process_madvise", EAGAIN, "MADV_COLLAPSE: a page is busy; trying again may help",
		page_unfit, NULL},
	{"madvise process_madvise", EBUSY,
		"MADV_COLLAPSE: the memory group may not have a huge page", page_unfit, NULL},
	{"madvise process_madvise", ENOMEM, "MADV_COLLAPSE: there is no huge page to be had",
		page_unfit, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
