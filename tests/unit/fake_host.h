/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A host for tests of the evaluator: a little memory, a few constants and functions, and a log.
 *
 * Memory: 64 bytes at 0x1000, byte i being i. Other addresses fault, but a load at 0x4000 loses the
 * target, one at 0x5000 is interrupted, and a store at 0x3000 is refused. Constants: page, NULL,
 * PROT_READ. $ names: $errno is 22, $pi a double; $si_addr has no value yet.
 *
 * Functions and commands by name: id(x) yields x; sum(…); str() "rw-p"; none() nothing; fail(x)
 * fails with errno 22 and yields -1; void_fail() the same yielding nothing; echo(x) is id that was
 * echoed; fault(), refuse(), lose(), interrupt(), and error(), which makes no sense to the host.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include "base/buf.h"
#include "lang/eval.h"

enum {
	FAKE_BASE = 0x1000,
	FAKE_SIZE = 64,
};

struct fake {
	struct host host; /* its ctx is this fake */
	struct evaluator ev;
	struct arena arena;
	unsigned char memory[FAKE_SIZE];
	struct buf events;  /* "load 0x1000/8; store 0x1000/1 0x64; id(5 (0x5))", in order */
	struct buf results; /* "= 100 (0x64); quiet; errno 22; fault; …", one for each finish() */
	int turns;          /* turns of loops until interrupted() says so; -1: never */
	int stop_after;     /* finish() asks to stop at this result, counted from 1; 0: never */
	int finished;       /* results so far */
};

struct fake *fake_create(void);
void fake_destroy(struct fake *fake);

/* Whether a function or command of this name exists. */
bool fake_knows(struct str name);

#endif
