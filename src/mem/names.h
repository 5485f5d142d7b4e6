/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables behind errno_name() and its siblings, for those who need every constant. Private to
 * mem. */
#ifndef MEM_NAMES_H
#define MEM_NAMES_H

#include "mem/flags.h"

/* An si_code and the signal that carries it; 0: any signal. */
struct sicode_constant {
	struct flag flag;
	int signo;
};

extern const struct flag errno_constants[]; /* end with a NULL name, as do the others */
extern const struct flag signal_constants[];
extern const struct sicode_constant sicode_constants[];

#endif
