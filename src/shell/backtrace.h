/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who called the code that was stopped. */
#ifndef SHELL_BACKTRACE_H
#define SHELL_BACKTRACE_H

#include "shell/session.h"

struct frame {
	uint64_t pc;   /* where the caller goes on: behind its call */
	bool doubtful; /* found on the stack or by a frame pointer, not by the file's unwinding
			  tables */
};

/*
 * The callers of the code at FAULT, the nearest first, up to the one that faultline itself called.
 * Reads the target's memory. Returns how many, at most MOST.
 */
size_t backtrace_make(
	struct session *s, const struct wire_fault *fault, struct frame *out, size_t most);

#endif
