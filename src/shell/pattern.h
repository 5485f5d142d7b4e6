/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What find looks for, as it was typed. */
#ifndef SHELL_PATTERN_H
#define SHELL_PATTERN_H

#include "base/err.h"
#include "shell/remote.h"
#include "shell/row.h"

struct pattern {
	struct buf bytes, mask; /* WHAT's, owned */
	struct search_for what;
	size_t limit;          /* stop after so many */
	bool fits_zeros;       /* memory of zeros matches */
	bool starts_with_zero; /* its first byte can be a zero */
	bool ends_in_zero;
};

#define PATTERN_INIT ((struct pattern){0})

void pattern_deinit(struct pattern *p);

/* Reads the arguments of IN from FROM on. */
bool pattern_read(struct session *s, const struct invocation *in, size_t from, struct pattern *out,
	struct err *err);

#endif
