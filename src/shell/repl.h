/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading statements from wherever they come, running them, and telling what went wrong where. */
#ifndef SHELL_REPL_H
#define SHELL_REPL_H

#include "shell/session.h"

/* Where a statement's text came from. */
struct place {
	const char *name; /* "FILE", "stdin", "-c"; NULL at the terminal */
	unsigned line;    /* of the first byte of TEXT, from 1 */
	struct str text;  /* what was parsed: spans count from its start */
	unsigned indent;  /* columns of the prompt in front of it, at the terminal */
};

#define REPL_PROMPT "faultline> "
#define REPL_PROMPT_MORE "        -> "

/* Each returns when its source ends, after quit, or, with -e, after a failure. */
void repl_text(struct session *s, const char *name, struct str text);
void repl_stream(struct session *s, const char *name, int fd);
/* A script file. False with ERR filled when it cannot be read at all. */
bool repl_file(struct session *s, const char *path, struct err *err);
void repl_terminal(struct session *s); /* prompt.c */

/*
 * Runs the lines at the start of TEXT that are whole. LAST: no more text will come. Returns the
 * bytes used; clears *GO_ON to stop.
 */
size_t repl_lines(struct session *s, struct place *place, struct str text, bool last, bool *go_on);

#endif
