/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The structures and arrays that system calls read and write in memory: how long they are, and how
 * strace prints them.
 *
 * Source: the kernel's uapi headers and the manual pages of the calls; strace 6.1 for the spelling.
 */
#ifndef MEM_LAYOUT_H
#define MEM_LAYOUT_H

#include "base/buf.h"

struct layout {
	const char *what; /* "struct rlimit" */
	size_t each;      /* bytes of one */
	/* How many there are, by the arguments of the call; I is the number of the one that points
	 * at them. NULL: one, which prints without brackets. */
	uint64_t (*count)(const uint64_t args[6], unsigned i);
	void (*print)(
		struct buf *b, const unsigned char *bytes); /* one; BYTES need not be aligned */
};

enum { LAYOUT_SHOWN = 32 }; /* most elements that are printed */

extern const struct layout layout_rlimit, layout_stat, layout_rusage, layout_iovec,
	layout_residency, /* mincore's bytes, one a page */
	layout_nodes,     /* a node mask; the argument behind it says how many bits */
	layout_nodes_old, /* the same; argument 1 says it */
	layout_mode,      /* get_mempolicy's */
	layout_pages,     /* move_pages' addresses, argument 1 of them */
	layout_node_numbers, layout_status, layout_segment,
	layout_segment_set; /* shmctl's struct shmid_ds: asked for, set */

/* Bytes that the call can read or write; UINT64_MAX where that would wrap. */
uint64_t layout_size(const struct layout *l, const uint64_t args[6], unsigned i);

/* BYTES hold N whole ones, TOTAL there are: "{rlim_cur=…}", "[1, 0, 1]", "[0, 0, ...]". */
void layout_print(struct buf *b, const struct layout *l, const unsigned char *bytes, size_t n,
	uint64_t total);

#endif
