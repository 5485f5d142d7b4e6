/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of names: open addressing, linear probing, at most half full. */
#include "lang/parse_names.h"

enum { FIRST_ROOM = 8 };

static size_t hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return (size_t)(h ^ (h >> 32));
}

/* The slot that holds NAME, or the empty one where it belongs. */
static struct str *find_slot(const struct names *names, struct str name)
{
	size_t i = hash(name) & (names->room - 1);
	while (names->slots[i].p && !str_eq(names->slots[i], name))
		i = (i + 1) & (names->room - 1);
	return &names->slots[i];
}

static void grow(struct names *names, struct arena *arena)
{
	struct names old = *names;
	names->room = old.room ? old.room * 2 : FIRST_ROOM;
	names->slots = arena_alloc(arena, names->room * sizeof(*names->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].p)
			*find_slot(names, old.slots[i]) = old.slots[i];
}

void names_add(struct names *names, struct arena *arena, struct str name)
{
	if (names->n * 2 >= names->room)
		grow(names, arena);
	struct str *slot = find_slot(names, name);
	names->n += !slot->p;
	*slot = name;
}

bool names_have(const struct names *names, struct str name)
{
	return names->n && find_slot(names, name)->p;
}
