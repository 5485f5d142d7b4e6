/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the C library's best-known functions return: their symbols do not tell. */
#ifndef SHELL_PROTOTYPES_H
#define SHELL_PROTOTYPES_H

#include "lang/value.h"

struct prototype {
	struct type returns; /* T_VOID, depth 0: nothing */
	bool takes_reals;    /* every argument is a double: an integer is converted */
};

/* False for a function that is not in the list. */
bool prototype_find(struct str name, struct prototype *out);

#endif
