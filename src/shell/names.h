/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What names mean in a session: constants, the $ names that faultline sets, and names for
 * addresses. */
#ifndef SHELL_NAMES_H
#define SHELL_NAMES_H

#include "shell/session.h"

/* page, NULL, SYS_…, and the constants of the kernel's headers. */
bool name_constant(struct session *s, struct str name, struct value *out);

/* Whether NAME (without $) is one that faultline sets. */
bool name_reserved(struct str name);
/* Its value. False if there is none of this name (ERR untouched) or it has no value yet (ERR says
 * why). */
bool name_dollar(struct session *s, struct str name, struct value *out, struct err *err);
/* The $ names that are not registers: I from 0, NULL at the end. */
const char *name_dollar_at(size_t i);
const char *name_dollar_meaning(size_t i); /* of one that is there */

/*
 * A name for ADDR: a pointer variable plus a distance ("p+0x1000"), unless ADDR lies in a named
 * mapping that begins behind it, else a mapping's name plus a distance ("libc.so.6+0x26000",
 * "[stack]+0x40"). False, with nothing added, where there is none. It is an address_namer for
 * mem/explain.h, with the session as its CTX.
 */
bool name_address(void *session, struct buf *b, uint64_t addr);
/* The same from variables only, and from mappings only. */
bool name_by_variable(void *session, struct buf *b, uint64_t addr);
bool name_by_mapping(void *session, struct buf *b, uint64_t addr);

#endif
