/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a line at the terminal: five names with two bodies, line_readline.c and line_plain.c, of
 * which line.c chooses.
 */
#ifndef SHELL_LINE_H
#define SHELL_LINE_H

#include "base/util.h"

enum line_result {
	LINE_READ,
	LINE_END,         /* ^D on an empty line, or the end of the input */
	LINE_INTERRUPTED, /* ^C: what was typed is abandoned; remote_interrupted() is false again */
};

struct session;

/* HISTORY_PATH: where lines are kept between sessions, NULL for nowhere. SESSION is what completion
 * asks. */
void line_init(struct session *session, const char *history_path);
/*
 * Shows PROMPT and reads a line, without its newline. BEFORE: the lines of the same statement that
 * were read before it, for completion. *LINE is malloc'ed and the caller's; only for LINE_READ.
 */
enum line_result line_read(const char *prompt, const char *before, char **line);
/*
 * The next line_read() begins with TEXT, as if it had been typed. Without readline it does nothing.
 */
void line_prefill(const char *text);
/* Adds a whole statement (it may have newlines) to the history; blank ones and repeats of the last
 * are left out. */
void line_remember(const char *statement);
void line_deinit(void); /* writes the history, restores the terminal */

#endif
