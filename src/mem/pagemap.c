/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of pagemap as facts about a page, and runs of like pages. */
#include "mem/pagemap.h"

#include <ctype.h>
#include <stdlib.h>

#define BIT(n) (1ULL << (n))

/* fs/proc/task_mmu.c */
#define PM_FRAME (BIT(55) - 1)
#define PM_SOFT_DIRTY BIT(55)
#define PM_EXCLUSIVE BIT(56)
#define PM_UFFD_WP BIT(57)
#define PM_GUARD BIT(58)
#define PM_FILE BIT(61)
#define PM_SWAP BIT(62)
#define PM_PRESENT BIT(63)

/*
 * The order matters: a guard has the bit of a swapped page too, the huge zero page that of a file.
 */
static enum page_kind kind_of(uint64_t entry, uint64_t categories)
{
	if ((entry & PM_GUARD) || (categories & CATEGORY_GUARD))
		return PAGE_GUARD;
	if ((entry & PM_SWAP) || (categories & CATEGORY_SWAPPED))
		return PAGE_SWAPPED;
	if (!(entry & PM_PRESENT) && !(categories & CATEGORY_PRESENT))
		return PAGE_ABSENT;
	if (categories & CATEGORY_ZERO)
		return PAGE_ZERO;
	if ((entry & PM_FILE) || (categories & CATEGORY_FILE))
		return PAGE_FILE;
	return entry & PM_EXCLUSIVE ? PAGE_ANON : PAGE_SHARED;
}

struct page page_decode(uint64_t entry, uint64_t categories)
{
	struct page p = {.kind = kind_of(entry, categories)};
	p.present = (entry & PM_PRESENT) || (categories & CATEGORY_PRESENT);
	p.huge = p.present && (categories & CATEGORY_HUGE);
	p.exclusive = p.present && (entry & PM_EXCLUSIVE);
	p.soft_dirty = (entry & PM_SOFT_DIRTY) || (categories & CATEGORY_SOFT_DIRTY);
	p.uffd_wp = entry & PM_UFFD_WP;
	if (p.present)
		p.frame = entry & PM_FRAME;
	return p;
}

static const struct {
	char letter;
	const char *text, *meaning;
} kinds[N_PAGE_KINDS] = {
	[PAGE_UNMAPPED] = {'_', "nothing mapped", "a touch is SIGSEGV"},
	[PAGE_ABSENT] = {'.', "not present", "no page-table entry, a touch faults"},
	[PAGE_ZERO] = {'z', "zero page", "one frame of zeros, shared until written"},
	[PAGE_ANON] = {'a', "anonymous", "a frame of this process alone"},
	[PAGE_SHARED] = {'s', "anonymous, shared",
		"the frame is mapped elsewhere too, or merged (KSM)"},
	[PAGE_FILE] = {'f', "file", "a frame of a page cache or of shared memory"},
	[PAGE_SWAPPED] = {'w', "swapped",
		"or being moved, or a mark of a userfaultfd; a touch brings it back"},
	[PAGE_GUARD] = {'g', "guard", "set by MADV_GUARD_INSTALL, a touch is SIGSEGV"},
};

char page_letter(struct page p)
{
	return p.huge ? (char)toupper(kinds[p.kind].letter) : kinds[p.kind].letter;
}

const char *page_kind_text(enum page_kind kind)
{
	return kinds[kind].text;
}

const char *page_kind_meaning(enum page_kind kind)
{
	return kinds[kind].meaning;
}

void page_print(struct buf *b, struct page p)
{
	buf_printf(b, "%s%s", p.present ? "present, " : "", page_kind_text(p.kind));
	if (p.kind == PAGE_ANON || (p.kind == PAGE_FILE && p.exclusive))
		buf_puts(b, ", exclusive");
	if (p.huge)
		buf_puts(b, ", part of a huge page");
	if (p.soft_dirty)
		buf_puts(b, ", soft-dirty");
	if (p.uffd_wp)
		buf_puts(b, ", write-protected by userfaultfd");
}

/* ---- Runs ---- */

void page_runs_deinit(struct page_runs *r)
{
	free(r->v);
	*r = PAGE_RUNS_INIT;
}

void page_runs_add(struct page_runs *r, uint64_t start, uint64_t end, struct page page)
{
	if (start == end)
		return;
	if (r->n && page_letter(r->v[r->n - 1].page) == page_letter(page)) {
		r->v[r->n - 1].end = end;
		return;
	}
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->v = realloc(r->v, r->cap * sizeof(r->v[0]));
		if (!r->v)
			abort();
	}
	r->v[r->n++] = (struct page_run){start, end, page};
}

/* Index of the run that holds ADDR, or N. */
static size_t run_at(const struct page_runs *r, uint64_t addr)
{
	size_t low = 0, high = r->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (r->v[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

char page_runs_letter(const struct page_runs *r, uint64_t start, uint64_t end)
{
	size_t i = run_at(r, start);
	if (i == r->n)
		return '_';
	return r->v[i].end < end ? '*' : page_letter(r->v[i].page);
}

static bool is_change(struct page from, struct page to)
{
	bool was_empty = from.kind == PAGE_UNMAPPED || from.kind == PAGE_ABSENT;
	bool is_empty = to.kind == PAGE_UNMAPPED || to.kind == PAGE_ABSENT;
	return page_letter(from) != page_letter(to) && !(was_empty && is_empty);
}

/* Adds BYTES to the change that goes the same way, or begins a new one. Returns the number of
 * changes. */
static size_t add_change(struct page_change *v, size_t n, size_t max, struct page_change c)
{
	for (size_t i = 0; i < n; i++) {
		if (page_letter(v[i].from) == page_letter(c.from) &&
			page_letter(v[i].to) == page_letter(c.to)) {
			v[i].bytes += c.bytes;
			return n;
		}
	}
	if (n < max)
		v[n++] = c;
	return n;
}

size_t page_runs_compare(const struct page_runs *before, const struct page_runs *after,
	struct page_change *v, size_t max)
{
	size_t n = 0;
	for (size_t i = 0, j = 0; i < before->n && j < after->n;) {
		const struct page_run *a = &before->v[i], *b = &after->v[j];
		uint64_t start = MAX(a->start, b->start), end = MIN(a->end, b->end);
		if (is_change(a->page, b->page))
			n = add_change(v, n, max,
				(struct page_change){a->page, b->page, start, end - start});
		i += a->end == end;
		j += b->end == end;
	}
	return n;
}

/* ---- Flags of a frame ---- */

/* include/uapi/linux/kernel-page-flags.h; from 32 on include/linux/kernel-page-flags.h. */
static const struct flag kpage_flags[] = {
	{"LOCKED", BIT(0), NULL},
	{"ERROR", BIT(1), NULL},
	{"REFERENCED", BIT(2), NULL},
	{"UPTODATE", BIT(3), NULL},
	{"DIRTY", BIT(4), NULL},
	{"LRU", BIT(5), NULL},
	{"ACTIVE", BIT(6), NULL},
	{"SLAB", BIT(7), NULL},
	{"WRITEBACK", BIT(8), NULL},
	{"RECLAIM", BIT(9), NULL},
	{"BUDDY", BIT(10), NULL},
	{"MMAP", BIT(11), NULL},
	{"ANON", BIT(12), NULL},
	{"SWAPCACHE", BIT(13), NULL},
	{"SWAPBACKED", BIT(14), NULL},
	{"COMPOUND_HEAD", BIT(15), NULL},
	{"COMPOUND_TAIL", BIT(16), NULL},
	{"HUGE", BIT(17), NULL},
	{"UNEVICTABLE", BIT(18), NULL},
	{"HWPOISON", BIT(19), NULL},
	{"NOPAGE", BIT(20), NULL},
	{"KSM", BIT(21), NULL},
	{"THP", BIT(22), NULL},
	{"OFFLINE", BIT(23), NULL},
	{"ZERO_PAGE", BIT(24), NULL},
	{"IDLE", BIT(25), NULL},
	{"PGTABLE", BIT(26), NULL},
	{"RESERVED", BIT(32), NULL},
	{"MLOCKED", BIT(33), NULL},
	{"OWNER_2", BIT(34), NULL},
	{"PRIVATE", BIT(35), NULL},
	{"PRIVATE_2", BIT(36), NULL},
	{"OWNER_PRIVATE", BIT(37), NULL},
	{"ARCH", BIT(38), NULL},
	{"UNCACHED", BIT(39), NULL},
	{"SOFTDIRTY", BIT(40), NULL},
	{"ARCH_2", BIT(41), NULL},
	{"ARCH_3", BIT(42), NULL},
	{NULL, 0, NULL},
};

const struct flag_set flags_kpage = {
	.what = "page flags",
	.prefix = "",
	.style = FLAGS_BITS,
	.flags = kpage_flags,
	.zero = "none",
};
