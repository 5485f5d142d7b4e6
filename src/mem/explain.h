/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a fault happened: facts in, plain sentences out. Nothing is guessed: a sentence is made only
 * where the facts show it, and what cannot be known is called so.
 *
 * The two questions are kept apart: is there a mapping that allows the access (maps, si_code), and
 * was there a page-table entry (error code).
 */
#ifndef MEM_EXPLAIN_H
#define MEM_EXPLAIN_H

#include "mem/fault.h"

/* A labelled line of an explanation: "cpu", "#PF, error code 0x4: …". */
struct reason {
	const char *label; /* at most 8 letters: mapping nearest file cpu note hint cure, in the
			      long form more */
	struct str text;   /* in the arena */
};

struct explanation {
	struct str headline; /* "read of 8 bytes at 0x98967f: nothing is mapped there" */
	struct reason lines[32];
	size_t n_lines;
};

/* Names an address for people, such as "p+0x1000"; false where it has no name. Appends to B. */
typedef bool address_namer(void *ctx, struct buf *b, uint64_t addr);

/* The short form, printed below the signal: headline, mapping or nearest, cpu, cure. */
void explain_fault(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx);

/* The long form behind `why`: what happened in its order, from the instruction over the page
 * tables, the trap and the kernel's look-up to the signal, with both neighbours and every bit of
 * the error code; the cure. */
void explain_fault_long(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx);

/* "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_ACCERR, si_addr=0x7f6c2a9f2000} ---", as strace
 * prints it. */
void signal_print(struct buf *b, const struct wire_fault *w);

#endif
