/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of line editing with readline share. Only line_*.c include this. */
#ifndef SHELL_LINE_PRIVATE_H
#define SHELL_LINE_PRIVATE_H

#include "base/buf.h"

struct session;

/* line_complete.c: makes TAB ask complete(). Call before rl_initialize(), so that an inputrc has
 * the last word. */
void line_completion_init(struct session *session);
void line_completion_deinit(void);

/* line_help.c: M-? and F1 show the signature of the call at the cursor. Likewise. */
void line_help_init(void);

/*
 * line_readline.c: adds the lines of the statement under way that were read before, and the line
 * that is edited. *AT, a place in the latter, becomes one in the whole.
 */
void line_whole(struct buf *b, size_t *at);

#endif
