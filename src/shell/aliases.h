/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that the user gives to text: what is typed behind one is added to the text, and the whole
 * is run. */
#ifndef SHELL_ALIASES_H
#define SHELL_ALIASES_H

#include "shell/row.h"

struct alias {
	struct row
		row; /* what the parser and host see: a command that takes the rest of the line */
	char *name;  /* owned; the row's */
	char *text;  /* owned */
};

struct aliases {
	struct alias *
		*v; /* owned, each of them too: rows stay where they are; in order of their names */
	size_t n;
};

const struct alias *alias_find(const struct aliases *a, struct str name);
/* Makes or changes one. */
void alias_set(struct aliases *a, struct str name, struct str text);
bool alias_remove(struct aliases *a, struct str name);
void aliases_deinit(struct aliases *a);

#endif
