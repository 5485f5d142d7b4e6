/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of a command or function: what the parser must know of a row to read its arguments.
 *
 * The rows themselves, with their help texts and functions, are the shell's; each embeds a form.
 */
#ifndef LANG_FORM_H
#define LANG_FORM_H

#include "base/util.h"

/* How an argument is read in command form. In call form every argument is an expression. */
enum reads {
	READS_EXPR,    /* an expression */
	READS_FLAGS,   /* a word up to the blank, by the host's vocabulary; where that does not know
			  it: an expression */
	READS_WORD,    /* a bare word up to the blank, or a string literal; the value is a string */
	READS_OPERAND, /* an expression where the word is one, else a word (maps libc, where p+8) */
	READS_PATTERN, /* as READS_OPERAND, and hex"90 ?? c3" with wildcards, a string of its own
			  text */
	READS_TEXT,    /* the raw rest of the statement's line, without comments cut; a string */
	READS_STATEMENT, /* the rest is a statement of its own (time, repeat) */
};

enum param_flag {
	PARAM_OPTIONAL = 1, /* may be left out at the end in command form */
	PARAM_C_OPTIONAL =
		2,         /* may be left out at the end in call form too, as in C (open's mode) */
	PARAM_REPEATS = 4, /* the last parameter: any number more of the same (write's bytes) */
	PARAM_ELIDED = 8,  /* mmap's address: left out when there is only one argument or the second
			      argument  is a word that parameter 3 (index 2) reads as flags */
	PARAM_TEXT = 16,   /* usually text: a name that means nothing has lost its quotes */
};

struct param {
	const char *name;
	uint8_t reads; /* enum reads */
	uint8_t flags; /* enum param_flag */
	uint16_t kind; /* what it means: the host's own enumeration, for echo, checks and completion
			*/
	const void *set;  /* READS_FLAGS: the host's flag set */
	const char *dflt; /* what is meant when left out, as shown in help; NULL: nothing to say */
};

enum form_flag {
	FORM_COMMAND = 1,  /* can be used in command form */
	FORM_FUNCTION = 2, /* can be used in call form */
	FORM_SHELL = 4,    /* a command of the shell (its unique prefixes work at a terminal), not a
			      system call */
	FORM_FORMAT = 8,   /* takes a /FMT directly behind its name: x/4gx; passed as the first
			      argument, a string */
};

struct form {
	const char *name;
	const char *aliases;        /* blank-separated, "" for none */
	const struct param *params; /* N_PARAMS of them */
	uint8_t n_params;
	uint8_t flags; /* enum form_flag */
};

#endif
