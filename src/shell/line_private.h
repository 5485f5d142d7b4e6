/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of line editing share. Only line_*.c include this. */
#ifndef SHELL_LINE_PRIVATE_H
#define SHELL_LINE_PRIVATE_H

#include "base/buf.h"
#include "shell/line.h"

/* One way of reading lines: the body of what line.h declares, name by name. */
struct line_editor {
	void (*init)(struct session *session, const char *history_path);
	enum line_result (*read)(const char *prompt, const char *before, char **line);
	void (*prefill)(const char *text);
	void (*remember)(const char *statement);
	void (*deinit)(void);
};

extern const struct line_editor line_plain;
extern const struct line_editor line_readline; /* only after line_readline_load() was true */

/* Loads the library. False where it is not there. */
bool line_readline_load(void);

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
