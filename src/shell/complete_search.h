/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of completion share: the search under way and how a candidate is offered. Only
 * complete*.c include this. */
#ifndef SHELL_COMPLETE_SEARCH_H
#define SHELL_COMPLETE_SEARCH_H

#include "shell/complete.h"

struct flag_set;
struct param;

/* The word that is completed, and where its candidates go. */
struct search {
	struct session *session;
	struct str before; /* what stands before it */
	struct str word;   /* what stands there */
	bool call;         /* an opening parenthesis follows already */
	struct candidates *out;
};

/* A word of the language and what it does. */
struct told {
	const char *word;
	const char *note;
};

/* Offers PREFIX followed by WORD if it begins with what was typed. The first offer of a word
 * counts. NOTE is copied. */
void offer(struct search *s, const char *prefix, struct str word, const char *note, char after);
void offer_name(struct search *s, const char *name, const char *note, char after);
void offer_told(struct search *s, const struct told *words, size_t n, char after);

/* The names of mappings and the permissions, as maps takes them. */
void offer_mappings(struct search *s);
/* The functions of the files mapped in the target. */
void offer_symbols(struct search *s, char after);
/*
 * The words that parameter P takes, where its kind is one of names that are known; BEFORE is the
 * argument before it. False where it is not.
 */
bool offer_words(struct search *s, const struct param *p, struct str before);

/*
 * The names of SET that add to what is given already: in FULL, as C needs them, or short
 * ("private"). True when some were given: then nothing but these can follow.
 */
bool offer_flags(struct search *s, const struct flag_set *set, bool full);

#endif
