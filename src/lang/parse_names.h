/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of names in an arena: the variables that a text assigns to before any of it has run. */
#ifndef LANG_PARSE_NAMES_H
#define LANG_PARSE_NAMES_H

#include "base/arena.h"

struct names {
	struct str *slots; /* ROOM of them, a power of two; empty where p is NULL */
	size_t n, room;
};

/* NAME must live as long as the set. */
void names_add(struct names *names, struct arena *arena, struct str name);
bool names_have(const struct names *names, struct str name);

#endif
