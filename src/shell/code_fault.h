/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the place where called code was stopped by a signal. */
#ifndef SHELL_CODE_FAULT_H
#define SHELL_CODE_FAULT_H

#include "shell/session.h"

/* Fills s->fault from a signal that called code raised, and finds out where that was. */
void code_fault(struct session *s, const struct wire_fault *wire);
/* The same for code that was interrupted: only the place. */
void code_interrupted(struct session *s, const struct wire_fault *wire);

#endif
