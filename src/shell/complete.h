/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can stand at a place in a statement: candidates for completion. Knows the rows, not
 * readline. */
#ifndef SHELL_COMPLETE_H
#define SHELL_COMPLETE_H

#include "base/util.h"

struct session;

struct candidate {
	char *word; /* owned: what replaces the word */
	char *note; /* owned: one line of meaning for lists, NULL for none */
	char after; /* what to add behind a sole match: ' ', '(', or 0 for nothing */
};

struct candidates {
	struct candidate *v; /* owned; sorted by word, each once */
	size_t n, cap;
	bool paths; /* the place wants a file name: the caller completes it */
};

/*
 * All that can stand in LINE at bytes [START, END), END being the cursor, and begins with what
 * stands there. The caller frees OUT with candidates_deinit().
 */
void complete(
	struct session *session, struct str line, size_t start, size_t end, struct candidates *out);
void candidates_deinit(struct candidates *c);

/*
 * Whether the word that ends at byte END of LINE is one of a kind that only blanks part from
 * others: a file's or mapping's name, which may hold - and /.
 */
bool complete_whole_words(struct str line, size_t end);

#endif
