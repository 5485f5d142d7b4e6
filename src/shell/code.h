/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calling the target's own code: functions by name, addresses. */
#ifndef SHELL_CODE_H
#define SHELL_CODE_H

#include "shell/prototypes.h"
#include "shell/session.h"

/* What is called. */
struct callee {
	const char *name; /* for the echo */
	uint64_t addr;
	bool known; /* PROTOTYPE says what it returns */
	struct prototype prototype;
};

/*
 * Calls it with N arguments and shows that: integers, pointers and strings (placed in the target
 * for the call) go where the ABI wants integers, reals where it wants reals. OUT gets what was
 * returned, as type RETURNS if the base of that is not T_NONE, else as the prototype says, else as
 * a number. NODE is for errors.
 */
enum status code_call(struct session *s, const struct callee *callee, const struct node *node,
	const struct value *args, size_t n, struct type returns, struct called *out,
	struct err *err);

/*
 * The function NAME(…) of the target, if there is one: what a variable of this name points at, or a
 * symbol. Symbols that stand for a choice (IFUNC) are asked for it in the target first. ST_ERROR
 * with ERR_NONE if there is none.
 */
enum status code_find(struct session *s, struct str name, struct callee *out, struct err *err);

#endif
