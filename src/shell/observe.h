/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seeing what a call does to the mappings without reading the whole list: the parts of the address
 * space that it can change are captured before and after.
 */
#ifndef SHELL_OBSERVE_H
#define SHELL_OBSERVE_H

#include "shell/call.h"

struct remote;

/* START inclusive, END exclusive; the mappings that touch it count as its neighbours and are
 * captured too. */
struct window {
	uint64_t start, end;
};

enum { WINDOWS_MAX = 4 };

struct observation {
	bool all;                           /* compare the whole lists */
	struct window windows[WINDOWS_MAX]; /* sorted and disjoint once begun */
	unsigned n_windows;
	uint64_t old_break; /* EFFECT_BRK */
};

/* Fills C->before with what C, about to be made, can change. */
void observe_before(struct remote *r, struct observation *o, struct call_record *c);
/* Fills C->after and C->delta, once the result is known. */
void observe_after(struct remote *r, struct observation *o, struct call_record *c);

#endif
