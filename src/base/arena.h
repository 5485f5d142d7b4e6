/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is freed all at once: the trees and strings of one statement.
 *
 * arena_reset() keeps the first block, so that a script of small statements allocates nothing.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/util.h"

struct arena_block;

struct arena {
	struct arena_block *first; /* kept by arena_reset */
	struct arena_block *last;  /* the one being filled */
};

#define ARENA_INIT ((struct arena){0})

void arena_deinit(struct arena *a);
void arena_reset(struct arena *a);

/* N zeroed bytes, aligned for any object; never NULL. Valid until arena_reset or arena_deinit. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of S in the arena, NUL-terminated (the NUL is not counted). */
struct str arena_copy(struct arena *a, struct str s);

/* A point in time: arena_release() takes back what was allocated since. Marks nest. */
struct arena_mark {
	struct arena_block *block; /* the last one then; NULL if the arena was empty */
	size_t used;               /* bytes given out from it */
};

struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
