/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text → tree. Pure: what words mean is asked of a vocabulary.
 *
 * The text is cut into lines by the grammar itself: a line goes on inside brackets and after a
 * trailing operator, comma or backslash. How a statement is read (expression, call, command) is
 * told in parse_simple.c.
 */
#ifndef LANG_PARSE_H
#define LANG_PARSE_H

#include "base/arena.h"
#include "lang/ast.h"

/* What the parser asks of its host. Every function gets CTX first. */
struct vocab {
	void *ctx;
	/* The command of exactly this name; NULL if there is none. */
	const struct form *(*command)(void *ctx, struct str name);
	/*
	 * A command by alias or, at a terminal, by a unique prefix. NULL with ERR->code ERR_NONE
	 * when there is none; NULL with ERR filled when the prefix is ambiguous.
	 */
	const struct form *(*abbreviation)(void *ctx, struct str word, struct err *err);
	/* Whether a variable has this name. */
	bool (*variable)(void *ctx, struct str name);
	/* Whether a constant or function (a call) has this name: it then is no mistyped command. */
	bool (*known)(void *ctx, struct str name);
	/* WORD read as PARAM's flags ("rw", "private|anon", "PROT_READ"): false when it is none. */
	bool (*flags)(void *ctx, const struct param *param, struct str word, uint64_t *value);
	/* A sentence for a word that is none of PARAM's flags ("not a protection: use …"). */
	const char *(*flags_cure)(void *ctx, const struct param *param);
	/* Whether WORD is an outcome: an errno, signal, si_code, ok, refused, lost, interrupted. */
	bool (*outcome)(void *ctx, struct str word);
	/*
	 * What helps with a word that is no command, for behind a colon: "did you mean maps?", or
	 * a sentence. NULL for nothing. Valid until the next call.
	 */
	const char *(*advice)(void *ctx, struct str word);
};

enum parse_result {
	PARSE_DONE,  /* *TREE is a statement (N_BLOCK for several on the line) */
	PARSE_EMPTY, /* only blanks, comments and ; up to the line's end */
	/*
	 * The text ends before the statement does; ERR says what is still open, in case no more
	 * comes. So also where a block holds an error and is not closed yet: ERR is then that
	 * error, and stays so when the rest has come.
	 */
	PARSE_INCOMPLETE,
	PARSE_ERROR, /* ERR is filled */
};

/*
 * Parses one line (which may span several, see above) from the start of TEXT. *USED is the number
 * of bytes it took, the line's end included, also for PARSE_ERROR: there it reaches to the end of
 * the broken statement, brackets and all, so that the rest of a broken block is not taken for
 * statements. (A bracket that is open for 8 KiB behind the error ends with its line instead: it is
 * a mistake.) For PARSE_INCOMPLETE *USED is 0. TEXT must live as long as the tree. A NUL byte in
 * the text is an error like any other stray character.
 */
enum parse_result parse_line(const struct vocab *vocab, struct str text, struct arena *arena,
	size_t *used, struct node **tree, struct err *err);

#endif
