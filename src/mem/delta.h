/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call did to the mappings: those that went, those that came, and a plain sentence. */
#ifndef MEM_DELTA_H
#define MEM_DELTA_H

#include "mem/maps.h"

struct change {
	char sign;                     /* '-' went, '+' came */
	const struct mapping *mapping; /* in the list it was compared from; not owned */
};

struct delta {
	struct change *v; /* owned; by address, at equal addresses '-' first; all '-' of a group before its '+' */
	size_t n, cap;
};

#define DELTA_INIT ((struct delta){0})

void delta_deinit(struct delta *d);

/*
 * Compares two lists of the same part of the address space. A group is a run of touching changes: all '-' of a
 * group stand before its '+', groups in ascending order. Linear in the lists' lengths.
 */
void delta_compute(struct delta *d, const struct maps *before, const struct maps *after);

/*
 * The list before, where a fresh range [START, END) came out of nothing in one of AFTER's mappings: outer
 * parts of the mapping that covers it are the old neighbours it merged with. BEFORE is cleared first.
 */
void delta_before_fresh(struct maps *before, const struct maps *after, uint64_t start, uint64_t end);

/*
 * What happened, in a few words, where words help: "one mapping became three", "merged with the mapping
 * below", "grew by 8K"; "" where the lines say it all (a single mapping came or went).
 */
void delta_sentence(struct buf *b, const struct delta *d);

#endif
