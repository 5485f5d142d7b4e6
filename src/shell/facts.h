/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering what explanations need from /proc and the target, only after something failed. */
#ifndef SHELL_FACTS_H
#define SHELL_FACTS_H

#include "shell/call.h"
#include "shell/session.h"

/* Fills s->fault from a fault of an access of LEN bytes at ADDR. BULK: see struct fault. (facts_fault.c) */
void facts_fault(struct session *s, enum access_kind kind, uint64_t addr, uint64_t len, bool bulk,
	const struct wire_fault *wire);

/* Fills C->why for a call that failed, and s->failure. Texts live in s->arena. (facts_call.c) */
void facts_failure(struct session *s, struct call_record *c);

/* Page-table levels of this machine, asked at the first question. */
unsigned facts_levels(struct session *s);
/* The lowest address that the target may map: 0 when it is privileged. */
uint64_t facts_lowest_address(const struct session *s);

#endif
