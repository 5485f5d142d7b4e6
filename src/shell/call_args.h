/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a call: into the target, filled up, guarded, and shown. For call.c. */
#ifndef SHELL_CALL_ARGS_H
#define SHELL_CALL_ARGS_H

#include "shell/call.h"

/* Fills C->args and n_args from N values; strings go to the target's memory. */
bool args_marshal(struct session *s, struct call_record *c, const struct value *args, size_t n,
	struct err *err);

/* Command form: what was left out, and the structures that C's arguments point at. */
bool args_complete(struct session *s, struct call_record *c, const struct value *args, size_t n,
	struct err *err);

/* Whether the ranges that the arguments name leave the agent's pages alone; if not s->refusal says
 * which. */
bool args_guard(struct session *s, const struct call_record *c);

/* Fills C->shown of what arguments point at: before the call what it will read, when it is DONE
 * what it wrote, the bytes that it copied, and names. */
void args_show(struct session *s, struct call_record *c, bool done);

#endif
