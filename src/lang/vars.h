/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The variables of a session: name → typed value. A variable keeps its type; a plain assignment to
 * one that was not declared gives it the value's type.
 */
#ifndef LANG_VARS_H
#define LANG_VARS_H

#include "lang/value.h"

struct var {
	char *name;         /* owned */
	struct value value; /* a string is owned by the variable */
	bool declared;      /* TYPE NAME = …: assignments convert to the type */
};

struct vars; /* a hash table */

struct vars *vars_create(void);
void vars_destroy(struct vars *vars);

struct var *vars_find(const struct vars *vars, struct str name); /* NULL if there is none */
/*
 * Sets NAME, copying what it needs. DECLARED makes VALUE's type stick. Pointers from vars_find stay
 * valid.
 */
void vars_set(struct vars *vars, struct str name, struct value value, bool declared);
bool vars_remove(struct vars *vars, struct str name);

/*
 * The variables in order of their names: an array of *N pointers, owned by VARS, valid until the
 * next change.
 */
struct var *const *vars_sorted(struct vars *vars, size_t *n);

#endif
