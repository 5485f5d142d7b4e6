/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ranges that commands work on: how they are named, and what lies in them.
 *
 * A range may be larger than any memory: what it costs to go through it follows what is there.
 * START is inclusive, END exclusive throughout.
 */
#ifndef SHELL_RANGE_H
#define SHELL_RANGE_H

#include "shell/pages.h"
#include "shell/row.h"

/* What one part of a range is. */
enum part_kind {
	PART_READABLE,
	PART_ZERO,   /* readable private memory that was never touched: every byte reads as 0 */
	PART_DENIED, /* a mapping that does not allow reading */
	PART_GUARD,  /* a guard of MADV_GUARD_INSTALL */
	PART_UNMAPPED,
};

struct part {
	uint64_t start, end;
	enum part_kind kind;
};

struct parts {
	struct part *v; /* owned; ascending, neighbours of the same range differ in kind */
	size_t n, cap;
};

#define PARTS_INIT ((struct parts){0})

void parts_deinit(struct parts *p);

/*
 * Appends what lies in [START, END). ZEROS: never-touched memory is told apart, which asks the
 * kernel about every private mapping. False if the target is gone or ^C came.
 */
bool parts_add(struct session *s, uint64_t start, uint64_t end, bool zeros, struct parts *out);

/* "nothing is mapped there", for a part that is skipped. */
const char *part_kind_text(enum part_kind kind);

/*
 * Reads RANGE, the arguments of IN from *AT on: an address and a length, or one word: all,
 * readable, writable, executable, or part of a mapping's name. Appends its parts and moves *AT
 * behind it. A word leaves the agent's own mappings out. ST_OK, ST_ERROR with ERR filled,
 * ST_INTERRUPTED or ST_LOST.
 */
enum status range_read(struct session *s, const struct invocation *in, size_t *at, bool zeros,
	struct parts *out, struct err *err);

/* False, with ERR filled, if [ADDR, ADDR+LEN) wraps. ARG is the argument to point at. */
bool range_check(
	const struct invocation *in, size_t arg, uint64_t addr, uint64_t len, struct err *err);

/* Whether writing there is refused, with the session's refusal filled. */
bool range_guarded(struct session *s, uint64_t addr, uint64_t len);

/* What a request came to, as a statement's status. */
enum status range_status(enum remote_status status);

/* "N bytes at ADDR", "N bytes at ADDR, of LEN": how much was done. */
void range_report(struct session *s, const char *what, uint64_t addr, uint64_t done, uint64_t len);

/* For struct range_progress: shows it at the terminal. */
void range_tell(void *unused, uint64_t done, uint64_t total);

#endif
