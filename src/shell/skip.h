/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ranges that a long work passed over because they cannot be read, and the list of what was found.
 */
#ifndef SHELL_SKIP_H
#define SHELL_SKIP_H

#include "base/util.h"
#include "shell/session.h"

/* START inclusive, END exclusive. */
struct skip {
	uint64_t start, end;
	const char *why; /* static */
};

struct skips {
	struct skip *v; /* owned */
	size_t n, cap;
};

void skips_deinit(struct skips *k);
/* One that goes on where the last ended, for the same reason, becomes part of it. */
void skips_add(struct skips *k, uint64_t start, uint64_t end, const char *why);
/* A line each, the first few; nothing if there are none. */
void skips_show(const struct skips *k);

/*
 * What a load at ADDR that FAULT stopped makes one pass over: from ADDR on the rest of the page, or
 * of the mapping where that has nothing more to give; at most up to END, which lies above ADDR.
 */
struct skip skip_fault(
	struct session *s, uint64_t addr, uint64_t end, const struct wire_fault *fault);

/* Addresses; one more than LIMIT tells that there are more. See struct found in session.h. */
void found_clear(struct found *f, size_t limit);
void found_add(struct found *f, const uint64_t *v, size_t n);
bool found_full(const struct found *f);
void found_deinit(struct found *f);

#endif
