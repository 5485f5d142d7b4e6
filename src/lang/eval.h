/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tree → what happens. Pure: memory, calls and printing belong to a host.
 *
 * Every simple statement (expression, declaration, command, expect) ends in one result, handed to
 * the host's finish(); control statements only decide which simple statements run. A failed call
 * inside an expression yields -1 and evaluation goes on; a fault, refusal or loss ends the simple
 * statement and nothing is assigned.
 */
#ifndef LANG_EVAL_H
#define LANG_EVAL_H

#include "base/arena.h"
#include "lang/ast.h"
#include "lang/vars.h"

/* What a simple statement came to. */
enum status {
	ST_OK,
	ST_ERRNO,       /* the call that is the whole statement or right side failed */
	ST_FAULT,       /* a caught signal; the host holds the details */
	ST_REFUSED,     /* by faultline itself; the host holds the sentence */
	ST_LOST,        /* the target is gone; the host holds the cause */
	ST_INTERRUPTED, /* ^C or a time limit */
	ST_ERROR,       /* the statement makes no sense: err is filled */
	ST_FALSE,       /* an expect whose expression is false */
};

struct result {
	enum status status;
	int error_number;   /* ST_ERRNO: the errno */
	struct value value; /* ST_OK: of an expression; T_NONE when there is nothing to print */
	bool quiet;         /* an assignment, or a call whose echo showed the value: do not print */
	struct value sides[2]; /* ST_FALSE of a comparison: the values compared; else T_NONE */
	struct err err;        /* ST_ERROR */
};

/* What a called function or command gives back besides its status. */
struct called {
	struct value value; /* T_NONE if it yields nothing */
	int error_number;   /* not 0: it failed so; VALUE is then usually -1 */
	bool echoed;        /* the host has shown the call and its value */
};

struct evaluator;

/*
 * Every function gets CTX first. Those returning a status may return ST_OK, ST_FAULT, ST_REFUSED,
 * ST_LOST, ST_INTERRUPTED, or ST_ERROR with ERR filled; a failed system call is ST_OK with
 * called.error_number set.
 */
struct host {
	void *ctx;
	/* One access of WIDTH (1, 2, 4, 8) bytes; BITS zero-extended. */
	enum status (*load)(void *ctx, uint64_t addr, unsigned width, uint64_t *bits);
	enum status (*store)(void *ctx, uint64_t addr, unsigned width, uint64_t bits);
	/* A constant (PROT_READ, page, NULL); false if there is none of this name. */
	bool (*constant)(void *ctx, struct str name, struct value *out);
	/*
	 * A name that faultline sets: $_ $errno $si_addr $1 (NAME without the $). False if there is
	 * none; ERR says why it has no value, or is ERR_NONE.
	 */
	bool (*dollar)(void *ctx, struct str name, struct value *out, struct err *err);
	/* Whether NAME, without $, is one that faultline sets and the user cannot assign. */
	bool (*reserved)(void *ctx, struct str name);
	/* NAME(args): a row's function, a system call, an introspection function or a symbol. */
	enum status (*call)(void *ctx, const struct node *call, const struct value *args, size_t n,
		struct called *out, struct err *err);
	/*
	 * Command form. ARGS in the order of the form's params, T_NONE where left out and for
	 * READS_STATEMENT, whose statement (command->args[i]) the host runs itself; N may exceed
	 * n_params when the last repeats.
	 */
	enum status (*command)(void *ctx, const struct node *command, const struct value *args,
		size_t n, struct called *out, struct err *err);
	/*
	 * !program; and | statement | program, where the host runs STATEMENT through eval_run with
	 * its output piped.
	 */
	enum status (*bang)(void *ctx, struct str program, struct err *err);
	enum status (*pipe)(void *ctx, struct evaluator *ev, const struct node *statement,
		struct str program, struct err *err);
	/*
	 * The result of a simple statement; also of a condition or part of a for's head, when that
	 * fails, and of a loop that was interrupted. WANTED: what expect asked for (STATEMENT is
	 * then the N_EXPECT), empty for the form with an expression, NULL without expect. Returns
	 * false to stop (-e, quit, ^C).
	 */
	bool (*finish)(void *ctx, const struct node *statement, const struct result *result,
		const struct str *wanted);
	/* Asked once per turn of a loop: whether to stop (^C). */
	bool (*interrupted)(void *ctx);
	/*
	 * What helps with a name that means nothing, for behind a colon: "did you mean page?", or
	 * a sentence. NULL for nothing. Valid until the next call.
	 */
	const char *(*advice)(void *ctx, struct str name);
};

struct evaluator {
	const struct host *host;
	struct vars *vars;
	/*
	 * For values made on the way; reset by the caller between lines. At the end of each turn a
	 * loop releases what was allocated since its start.
	 */
	struct arena *arena;
};

/*
 * Runs a statement. False when the host's finish() asked to stop. Nesting is bounded by the parser.
 */
bool eval_run(struct evaluator *ev, const struct node *statement);

/*
 * Evaluates a lone expression, without finish(): for watch, and for the host's own use. ST_OK, or
 * what ended it (RESULT tells).
 */
enum status eval_expr(struct evaluator *ev, const struct node *expr, struct result *result);

#endif
