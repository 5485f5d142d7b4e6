/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in a statement a place is: what completion must know before it looks for candidates. */
#ifndef SHELL_COMPLETE_CONTEXT_H
#define SHELL_COMPLETE_CONTEXT_H

#include "shell/row.h"

enum spot {
	SPOT_NOTHING,    /* in a comment, behind x/ */
	SPOT_STATEMENT,  /* where a statement begins */
	SPOT_RIGHT_SIDE, /* behind NAME =: an expression, or a call in command form */
	SPOT_EXPECT,     /* behind expect: an outcome, or a statement */
	SPOT_OUTCOME,    /* behind expect A|: an outcome */
	SPOT_EXPRESSION,
	SPOT_PARAMS, /* an argument in command form: see PARAMS */
	SPOT_STRING, /* in a string, or in a program's command line: a file's name, unless PARAMS
			tells */
};

struct context {
	enum spot spot;
	const struct row *row;         /* whose argument this is; NULL for none */
	const struct param *params[2]; /* what it may be; two where one may have been elided */
	struct str before;             /* SPOT_PARAMS: the argument before; empty for the first */
	bool rest;                     /* SPOT_PARAMS: a statement of its own begins here */
};

/* The place at byte START of LINE. */
struct context context_find(struct str line, size_t start);

#endif
