/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call did to the mappings: those that went, those that came, and a plain sentence. */
#ifndef MEM_DELTA_H
#define MEM_DELTA_H

#include "mem/maps.h"

struct change {
	char sign;                     /* '-' went, '+' came */
	unsigned group;                /* from 0; changes that touch are of one group */
	const struct mapping *mapping; /* in the list it was compared from; not owned */
};

/*
 * A comparison. The lists alone do not tell a mapping that grew from a new one that merged with it;
 * the caller, who knows the call, may say so between delta_compute() and delta_sentence().
 */
struct delta {
	struct change *v; /* owned; groups in ascending order; in a group all '-' before its '+', by
			     address */
	size_t n, cap;
	uint64_t fresh_start, fresh_end; /* what the call mapped anew, end exclusive; 0, 0 if
					    nothing or unknown */
	uint64_t moved_start, moved_end; /* what a mremap moved to the fresh range, end exclusive;
					    0, 0 if nothing */
	bool in_place;                   /* the call was a mremap that returned the same address */
	const struct maps *before, *after; /* what was compared; not owned */
};

#define DELTA_INIT ((struct delta){0})

void delta_deinit(struct delta *d);
void delta_clear(struct delta *d); /* no changes, nothing said; keeps the memory */

/*
 * Compares two lists of the same part of the address space and clears what the caller said of an
 * earlier call. Linear in the lists' lengths. The lists must stay as they are while D is used.
 */
void delta_compute(struct delta *d, const struct maps *before, const struct maps *after);

/*
 * The list before, where a fresh range [START, END) came out of nothing in one of AFTER's mappings:
 * outer parts of the mapping that covers it are the old neighbours it merged with. BEFORE is
 * cleared first.
 */
void delta_before_fresh(
	struct maps *before, const struct maps *after, uint64_t start, uint64_t end);

/*
 * What happened, in a few words, where words help: "one mapping became three", "merged with the
 * mapping below", "grew by 8K"; "" where the lines say it all (a single mapping came or went) or no
 * sentence is certain to be true.
 */
void delta_sentence(struct buf *b, const struct delta *d);

#endif
