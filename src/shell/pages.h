/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of the target's pages, asked of the kernel: pagemap, PAGEMAP_SCAN (Linux 6.7) and,
 * where it is permitted, kpageflags and kpagecount.
 */
#ifndef SHELL_PAGES_H
#define SHELL_PAGES_H

#include "base/err.h"
#include "mem/pagemap.h"
#include "shell/session.h"

struct pages {
	struct remote *remote;
	int fd;              /* pagemap */
	uint64_t page;       /* bytes in a page */
	uint64_t limit;      /* end of the addresses that pagemap tells of, exclusive */
	uint64_t categories; /* that PAGEMAP_SCAN knows here; 0: the kernel lacks it */
};

/* False with errno set if the target's pagemap cannot be opened. */
bool pages_open(struct session *s, struct pages *p);
void pages_close(struct pages *p);

/*
 * Appends the runs of [START, END), both multiples of the page size and END at most LIMIT. False if
 * the target is gone, pagemap cannot be read, or ^C came.
 */
bool pages_runs(struct pages *p, uint64_t start, uint64_t end, struct page_runs *out);
/* The page that holds ADDR. False as above, and at or above LIMIT. */
bool pages_one(struct pages *p, uint64_t addr, struct page *out);

/*
 * How many levels of page tables a walk to ADDR, whose page is not present, surely comes down:
 * pages that are there prove the tables above them, in each of which an entry is for as many bytes
 * as arch_level() says. 1: no more than the root is sure. At most LEVELS.
 */
unsigned pages_walk_depth(const struct pages *p, uint64_t addr, unsigned levels);

/* What the kernel tells of a frame to those with CAP_SYS_ADMIN. */
struct frame_facts {
	bool have_flags, have_count;
	uint64_t flags; /* of flags_kpage */
	uint64_t count; /* how many page-table entries map it */
};
struct frame_facts pages_frame(uint64_t frame);

#endif
