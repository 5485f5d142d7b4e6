/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a statement's result: shown, compared with what was expected, counted for the
 * exit status. */
#ifndef SHELL_FINISH_H
#define SHELL_FINISH_H

#include "shell/session.h"

/*
 * The host's finish(). WANTED: the outcome that expect asked for (empty: an expression had to be
 * true), NULL without expect. False: stop reading statements.
 */
bool finish_statement(struct session *s, const struct node *statement, const struct result *result,
	const struct str *wanted);

/* Reports a statement that could not be understood, with its place and a caret; the only place
 * where errors print. */
void finish_error(struct session *s, const struct err *err);
/* Reports that the script NAME cannot be read on, with the errno. */
void finish_unreadable(struct session *s, const char *name, int error);

#endif
