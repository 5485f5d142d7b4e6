/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions that are looked at after each statement and shown when they changed. */
#ifndef SHELL_WATCHES_H
#define SHELL_WATCHES_H

#include "base/buf.h"
#include "base/err.h"

struct session;

struct watch {
	struct buf text;  /* the expression as it was typed */
	struct buf value; /* as it was shown last */
};

struct watches {
	struct watch *v; /* owned; in the order in which they were made */
	size_t n;
	bool looking; /* one is being evaluated: its own end is no statement's end */
};

/* TEXT must be an expression that changes nothing. False with ERR filled, its span counted from
 * TEXT. */
bool watch_add(struct session *s, struct str text, struct err *err);
void watch_remove(struct session *s, size_t i);
void watches_deinit(struct watches *w);

/* Both on one line, as a terminal takes them: "*p: 5". */
void watch_print(struct buf *b, const struct watch *w);

/* Called at the end of each statement. */
void watches_look(struct session *s);

#endif
