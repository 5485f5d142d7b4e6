/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a page of the address space is, decoded from the kernel's answers about it, and runs of like
 * pages.
 *
 * An entry of /proc/PID/pagemap is 64 bits: 0-54 the frame (0 where it is hidden), 55 soft-dirty,
 * 56 exclusive, 57 write-protected by userfaultfd, 58 guard, 61 of a file or shared, 62 swapped, 63
 * present. PAGEMAP_SCAN knows besides which pages are the shared zero page and which are part of a
 * huge page.
 *
 * Source: Documentation/admin-guide/mm/pagemap.rst.
 */
#ifndef MEM_PAGEMAP_H
#define MEM_PAGEMAP_H

#include "base/buf.h"
#include "mem/flags.h"

/* The categories of PAGEMAP_SCAN that page_decode() understands. */
enum page_category {
	CATEGORY_FILE = 1 << 2,
	CATEGORY_PRESENT = 1 << 3,
	CATEGORY_SWAPPED = 1 << 4,
	CATEGORY_ZERO = 1 << 5,
	CATEGORY_HUGE = 1 << 6,
	CATEGORY_SOFT_DIRTY = 1 << 7,
	CATEGORY_GUARD = 1 << 8, /* Linux 6.15 */
};

enum page_kind {
	PAGE_UNMAPPED, /* no mapping is there */
	PAGE_ABSENT,   /* mapped, but no page-table entry points at a frame */
	PAGE_ZERO,     /* the frame of zeros that all processes share */
	PAGE_ANON,     /* a frame of this process alone, without a file */
	PAGE_SHARED,   /* a frame without a file that is mapped elsewhere too, by another process or
			  because KSM merged equal pages, or (no PAGEMAP_SCAN) the zero page */
	PAGE_FILE,     /* a frame of a file's page cache; shared memory too */
	PAGE_SWAPPED,  /* in swap, on its way from one frame to another, or a userfaultfd's mark */
	PAGE_GUARD,    /* a guard of MADV_GUARD_INSTALL */
	N_PAGE_KINDS,
};

struct page {
	enum page_kind kind;
	bool huge; /* mapped as part of a huge page (known from PAGEMAP_SCAN only) */
	bool present;
	bool exclusive;  /* the frame is mapped nowhere else */
	bool soft_dirty; /* written since the bits were cleared; never set where the kernel does not
			    track it */
	bool uffd_wp;    /* write-protected through a userfaultfd */
	uint64_t frame;  /* its number; 0: there is none, or it is hidden */
};

/* A page of a mapping, from its pagemap ENTRY and what PAGEMAP_SCAN says of it (0 where it was not
 * asked). */
struct page page_decode(uint64_t entry, uint64_t categories);

/* What is shown in a strip: one letter, upper case for a huge page. */
char page_letter(struct page p);
/* "anonymous", "zero page", "not present", and the same in a few more words for a legend. */
const char *page_kind_text(enum page_kind kind);
const char *page_kind_meaning(enum page_kind kind);
/* "present, anonymous, exclusive, huge": all but the frame. */
void page_print(struct buf *b, struct page p);

/* START inclusive, END exclusive. Every page in it has PAGE's kind and hugeness; the rest holds for
 * the first. */
struct page_run {
	uint64_t start, end;
	struct page page;
};

struct page_runs {
	struct page_run *v; /* owned; ascending, without holes; neighbours differ in letter */
	size_t n, cap;
};

#define PAGE_RUNS_INIT ((struct page_runs){0})

void page_runs_deinit(struct page_runs *r);
/* Appends [START, END), which must begin where the last run ends; nothing if it is empty. */
void page_runs_add(struct page_runs *r, uint64_t start, uint64_t end, struct page page);
/* The letter of [START, END): '*' where it holds several. */
char page_runs_letter(const struct page_runs *r, uint64_t start, uint64_t end);

/* Pages that were of one letter and are now of another. */
struct page_change {
	struct page from, to; /* of the first of them */
	uint64_t start;       /* the first of them */
	uint64_t bytes;       /* of all of them, which need not stand together */
};

/*
 * Compares two states of the same range and fills V with its changes, at most MAX, in the order of
 * the first page of each. Pages without a frame that were mapped or unmapped are no change. Returns
 * how many.
 */
size_t page_runs_compare(const struct page_runs *before, const struct page_runs *after,
	struct page_change *v, size_t max);

/* The flags of a frame, as /proc/kpageflags tells them. */
extern const struct flag_set flags_kpage;

#endif
