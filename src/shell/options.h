/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: one table of options, from which --help, the manual and shell completion are
 * made. */
#ifndef SHELL_OPTIONS_H
#define SHELL_OPTIONS_H

#include "base/err.h"
#include "shell/out.h"

struct option_row {
	char letter;          /* 0 for none */
	const char *name;     /* the long name, without dashes; NULL for none */
	const char *argument; /* "STATEMENT"; NULL if it takes none */
	const char *summary;  /* one line */
	const char *values;   /* what the argument can be, blank-separated; NULL: anything */
};

/* Ends with a row of letter 0 and name NULL. */
extern const struct option_row option_rows[];

struct options {
	const char **statements; /* of -c, in order; owned array of argv's strings */
	size_t n_statements;
	const char **files; /* scripts named on the command line; "-" is stdin */
	size_t n_files;
	bool stop_at_error; /* -e */
	bool echo;          /* -x */
	bool interactive;   /* -i: a prompt even where stdin is no terminal, or after -c and scripts
			     */
	bool quiet;         /* -q: no banner */
	bool no_aslr;
	bool norc; /* the init file is not read */
	bool help, version;
	enum color_mode color;
};

/* Reads the command line. False with ERR filled (a sentence naming the option) on bad usage. */
bool options_parse(struct options *out, int argc, char **argv, struct err *err);
void options_deinit(struct options *o);
/* The text of --help. */
void options_help(struct buf *b);

#endif
