/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statements: which simple statements run, and what each came to.
 *
 * Each statement tells the one around it how to go on; that is an enum flow. Results go to the
 * host's finish(), the only one that prints.
 */
#include "lang/eval.h"

#include "lang/eval_expr.h"
#include "lang/eval_op.h"

enum flow {
	FLOW_NEXT,
	FLOW_BREAK,
	FLOW_CONTINUE,
	FLOW_ABANDON, /* interrupted: everything around it ends too */
	FLOW_STOP,    /* finish() asked to stop */
};

static enum flow run(struct evaluator *ev, const struct node *n, bool in_loop);

static void result_init(struct result *r)
{
	r->status = ST_OK;
	r->error_number = 0;
	r->value = VALUE_NONE;
	r->quiet = false;
	r->sides[0] = r->sides[1] = VALUE_NONE;
	r->err.code = ERR_NONE;
	r->err.span = (struct span){0, 0};
	r->err.text[0] = '\0';
}

/* Hands a result to the host. WANTED is NULL without expect. */
static enum flow finish(struct evaluator *ev, const struct node *n, const struct result *r,
	const struct str *wanted)
{
	if (!ev->host->finish(ev->host->ctx, n, r, wanted))
		return FLOW_STOP;
	return r->status == ST_INTERRUPTED && !wanted ? FLOW_ABANDON : FLOW_NEXT;
}

static enum flow finish_error(struct evaluator *ev, const struct node *n, const char *sentence)
{
	struct result r;
	result_init(&r);
	r.status = ST_ERROR;
	err_set(&r.err, ERR_SYNTAX, n->span, "%s", sentence);
	return finish(ev, n, &r, NULL);
}

/* ---- Simple statements ---- */

/* The call or command that is all of the statement or of its right side; NULL if there is none. */
static const struct node *whole_call(const struct node *n)
{
	while (n) {
		if (n->kind == N_CALL || n->kind == N_COMMAND)
			return n;
		if (n->kind == N_CAST || n->kind == N_DECLARE)
			n = n->a;
		else if (n->kind == N_ASSIGN)
			n = n->b;
		else
			return NULL;
	}
	return NULL;
}

static enum status eval_value(struct context *c, const struct node *n, struct value *out)
{
	if (n->kind == N_COMMAND)
		return expr_command(c, n, out);
	if (n->kind == N_DECLARE)
		return expr_declare(c, n, out);
	return expr_eval(c, n, out);
}

/* Whether all that N yields was shown by the host: a call, perhaps behind a cast to the type that
 * it has anyway. */
static bool was_shown(const struct context *c, const struct node *n)
{
	if (!c->echoed)
		return false;
	return n == c->whole ||
	       (n->kind == N_CAST && n->a == c->whole && n->type.base == c->echoed_type.base &&
		       n->type.depth == c->echoed_type.depth);
}

/* An expression, declaration or command as a statement. */
static enum status run_value(struct evaluator *ev, const struct node *n, struct result *r)
{
	struct context c = {.ev = ev, .result = r, .whole = whole_call(n)};
	enum status status = eval_value(&c, n, &r->value);
	if (status == ST_OK && r->error_number)
		status = ST_ERRNO;
	r->quiet = n->kind == N_ASSIGN || n->kind == N_DECLARE || n->kind == N_STEP ||
		   was_shown(&c, n);
	return status;
}

static enum status run_expect(struct evaluator *ev, const struct node *n, struct result *r)
{
	struct context c = {.ev = ev, .result = r, .compare = n->a};
	struct value v;
	bool compares = n->a->kind == N_BINARY && op_is_comparison(n->a->op);
	if (!compares)
		c.compare = NULL;
	enum status status = expr_operand(&c, n->a, &v);
	if (status != ST_OK)
		return status;
	r->quiet = true;
	if (!value_is_true(v))
		return ST_FALSE;
	r->sides[0] = r->sides[1] = VALUE_NONE;
	return ST_OK;
}

static enum status run_simple(struct evaluator *ev, const struct node *n, struct result *r)
{
	const struct host *host = ev->host;
	result_init(r);
	switch (n->kind) {
	case N_BANG:
		r->status = host->bang(host->ctx, n->name, &r->err);
		break;
	case N_PIPE:
		r->status = host->pipe(host->ctx, ev, n->a, n->name, &r->err);
		break;
	case N_EXPECT:
		r->status = run_expect(ev, n, r);
		break;
	default:
		r->status = run_value(ev, n, r);
	}
	if (r->status == ST_ERROR && !r->err.span.len)
		r->err.span = n->span;
	if (r->status != ST_OK && r->status != ST_ERRNO)
		r->value = VALUE_NONE;
	return r->status;
}

/* expect OUTCOME statement */
static enum flow run_expect_outcome(struct evaluator *ev, const struct node *n)
{
	switch (n->a->kind) {
	case N_BLOCK:
	case N_IF:
	case N_WHILE:
	case N_FOR:
	case N_BREAK:
	case N_CONTINUE:
	case N_EXPECT:
		return finish_error(
			ev, n, "expect takes a single expression, command or assignment");
	}
	struct result r;
	run_simple(ev, n->a, &r);
	return finish(ev, n, &r, &n->name);
}

static enum flow run_expect_truth(struct evaluator *ev, const struct node *n)
{
	static const struct str no_outcome = {"", 0};
	struct result r;
	run_simple(ev, n, &r);
	return finish(ev, n, &r, &no_outcome);
}

static enum flow run_and_finish(struct evaluator *ev, const struct node *n)
{
	struct result r;
	run_simple(ev, n, &r);
	return finish(ev, n, &r, NULL);
}

/* ---- Control statements ---- */

enum truth { NO, YES, UNKNOWN };

/*
 * Whether the condition holds. Where it cannot be told, that is finished, and *FLOW says how to go
 * on.
 */
static enum truth ask(struct evaluator *ev, const struct node *n, enum flow *flow)
{
	struct result r;
	struct value v;
	result_init(&r);
	struct context c = {.ev = ev, .result = &r};
	r.status = expr_operand(&c, n, &v);
	if (r.status == ST_OK)
		return value_is_true(v) ? YES : NO;
	*flow = finish(ev, n, &r, NULL);
	return UNKNOWN;
}

/* A chain of else if is walked, not recursed into. */
static enum flow run_if(struct evaluator *ev, const struct node *n, bool in_loop)
{
	for (;;) {
		enum flow flow = FLOW_NEXT;
		enum truth truth = ask(ev, n->a, &flow);
		if (truth == UNKNOWN)
			return flow;
		const struct node *then = truth == YES ? n->b : n->c;
		if (truth == YES || !then || then->kind != N_IF)
			return run(ev, then, in_loop);
		n = then;
	}
}

/* while and for in one. Each part but NODE may be NULL. */
struct loop {
	const struct node *node;
	const struct node *condition;
	const struct node *step;
	const struct node *body;
};

/*
 * The first or last part of a for's head: heard of only when it fails. An errno does not end the
 * loop.
 */
static bool run_head(struct evaluator *ev, const struct node *n, enum flow *flow)
{
	struct result r;
	if (!n || run_simple(ev, n, &r) == ST_OK)
		return true;
	*flow = finish(ev, n, &r, NULL);
	return *flow == FLOW_NEXT && r.status == ST_ERRNO;
}

/* One turn. False when the loop is over; *FLOW then says how to go on behind it. */
static bool turn(struct evaluator *ev, const struct loop *loop, enum flow *flow)
{
	*flow = FLOW_NEXT;
	if (ev->host->interrupted(ev->host->ctx)) {
		struct result r;
		result_init(&r);
		r.status = ST_INTERRUPTED;
		*flow = finish(ev, loop->node, &r, NULL);
		return false;
	}
	if (loop->condition && ask(ev, loop->condition, flow) != YES)
		return false;
	*flow = run(ev, loop->body, true);
	if (*flow == FLOW_BREAK) {
		*flow = FLOW_NEXT;
		return false;
	}
	if (*flow == FLOW_ABANDON || *flow == FLOW_STOP)
		return false;
	*flow = FLOW_NEXT;
	return run_head(ev, loop->step, flow);
}

/*
 * What a turn put into the arena goes at its end, so that an endless loop does not eat all memory.
 */
static enum flow run_loop(struct evaluator *ev, const struct loop *loop)
{
	struct arena_mark mark = arena_mark(ev->arena);
	enum flow flow;
	while (turn(ev, loop, &flow))
		arena_release(ev->arena, mark);
	return flow;
}

static enum flow run_while(struct evaluator *ev, const struct node *n)
{
	return run_loop(ev, &(struct loop){.node = n, .condition = n->a, .body = n->b});
}

static enum flow run_for(struct evaluator *ev, const struct node *n)
{
	enum flow flow = FLOW_NEXT;
	if (!run_head(ev, n->args[0], &flow))
		return flow;
	return run_loop(ev, &(struct loop){n, n->args[1], n->args[2], n->b});
}

static enum flow run_block(struct evaluator *ev, const struct node *n, bool in_loop)
{
	for (size_t i = 0; i < n->n_args; i++) {
		enum flow flow = run(ev, n->args[i], in_loop);
		if (flow != FLOW_NEXT)
			return flow;
	}
	return FLOW_NEXT;
}

static enum flow leave(struct evaluator *ev, const struct node *n, bool in_loop)
{
	bool is_break = n->kind == N_BREAK;
	if (in_loop)
		return is_break ? FLOW_BREAK : FLOW_CONTINUE;
	return finish_error(ev, n, is_break ? "break outside a loop" : "continue outside a loop");
}

static enum flow run(struct evaluator *ev, const struct node *n, bool in_loop)
{
	if (!n)
		return FLOW_NEXT;
	switch (n->kind) {
	case N_BLOCK:
		return run_block(ev, n, in_loop);
	case N_IF:
		return run_if(ev, n, in_loop);
	case N_WHILE:
		return run_while(ev, n);
	case N_FOR:
		return run_for(ev, n);
	case N_BREAK:
	case N_CONTINUE:
		return leave(ev, n, in_loop);
	case N_EXPECT:
		return n->name.n ? run_expect_outcome(ev, n) : run_expect_truth(ev, n);
	default:
		return run_and_finish(ev, n);
	}
}

bool eval_run(struct evaluator *ev, const struct node *statement)
{
	return run(ev, statement, false) != FLOW_STOP;
}

enum status eval_expr(struct evaluator *ev, const struct node *expr, struct result *result)
{
	return run_simple(ev, expr, result);
}
