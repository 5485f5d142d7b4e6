/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is freed all at once, in a list of growing blocks. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used; /* bytes given out from DATA */
	size_t cap;  /* bytes in DATA */
	alignas(max_align_t) char data[];
};

static struct arena_block *block_create(size_t cap)
{
	struct arena_block *b = malloc(sizeof(*b) + cap);
	if (!b)
		abort();
	*b = (struct arena_block){.cap = cap};
	return b;
}

static void free_list(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_deinit(struct arena *a)
{
	free_list(a->first);
	*a = ARENA_INIT;
}

void arena_reset(struct arena *a)
{
	if (!a->first)
		return;
	free_list(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	a->last = a->first;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->last, a->last ? a->last->used : 0};
}

void arena_release(struct arena *a, struct arena_mark mark)
{
	if (!mark.block) {
		arena_reset(a);
		return;
	}
	free_list(mark.block->next);
	mark.block->next = NULL;
	mark.block->used = mark.used;
	a->last = mark.block;
}

void *arena_alloc(struct arena *a, size_t n)
{
	n = align_up(n ? n : 1, alignof(max_align_t));
	if (!a->last)
		a->first = a->last = block_create(MAX(n, (size_t)FIRST_BLOCK));
	if (a->last->cap - a->last->used < n) {
		a->last->next = block_create(MAX(n, a->last->cap * 2));
		a->last = a->last->next;
	}
	void *p = a->last->data + a->last->used;
	a->last->used += n;
	return memset(p, 0, n);
}

struct str arena_copy(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){p, s.n};
}
