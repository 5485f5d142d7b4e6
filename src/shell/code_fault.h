/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the place where called code was stopped by a signal. */
#ifndef SHELL_CODE_FAULT_H
#define SHELL_CODE_FAULT_H

#include "shell/session.h"

/* Fills s->fault from a signal that the code called at CALLEE raised, and s->fault.place. */
void code_fault(struct session *s, uint64_t callee, const struct wire_fault *wire);
/* Code that was interrupted: only the place, in s->interrupted. */
void code_interrupted(struct session *s, const struct wire_fault *wire);

/* The first bytes at ADDR of the target, as many as can be read: at most INSN_LONGEST. (for x/i) */
size_t code_bytes(struct session *s, uint64_t addr, unsigned char *bytes, struct wire_fault *fault);

#endif
