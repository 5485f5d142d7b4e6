/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Did you mean": edit distance with transpositions (optimal string alignment), case ignored.
 * A candidate is near enough when no more than a third of the word, and at most 3 letters, differ.
 */
#include "base/suggest.h"

#include <ctype.h>

enum { LONGEST = 40 };

static unsigned edit_distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *above = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b.n; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			int x = tolower((unsigned char)a.p[i - 1]);
			int y = tolower((unsigned char)b.p[j - 1]);
			unsigned best = MIN(above[j] + 1, now[j - 1] + 1);
			best = MIN(best, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b.p[j - 2]) &&
				y == tolower((unsigned char)a.p[i - 2]))
				best = MIN(best, before[j - 2] + 1);
			now[j] = best;
		}
		unsigned *spare = before;
		before = above;
		above = now;
		now = spare;
	}
	return above[b.n];
}

struct suggest suggest_start(struct str word)
{
	size_t most = MIN(MAX(word.n / 3, (size_t)1), (size_t)3);
	return (struct suggest){.word = word, .distance = (unsigned)most + 1};
}

void suggest_offer(struct suggest *s, const char *candidate)
{
	struct str c = str_from(candidate);
	if (s->word.n > LONGEST || c.n > LONGEST || s->word.n < 2)
		return;
	unsigned d = edit_distance(s->word, c);
	if (d < s->distance) {
		s->distance = d;
		s->best = candidate;
	}
}
