/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean": the nearest of some candidates to a mistyped word. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/util.h"

struct suggest {
	struct str word;   /* what was typed; not owned */
	const char *best;  /* nearest candidate so far, NULL if none is near enough; not owned */
	unsigned distance; /* its edit distance */
};

struct suggest suggest_start(struct str word);
void suggest_offer(struct suggest *s, const char *candidate);

#endif
