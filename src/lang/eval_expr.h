/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evaluation of expressions: what eval.c (statements) asks of eval_expr.c and eval_assign.c, and
 * they of each other.
 */
#ifndef LANG_EVAL_EXPR_H
#define LANG_EVAL_EXPR_H

#include "lang/eval.h"

/* One simple statement or condition being evaluated. */
struct context {
	struct evaluator *ev;
	struct result *result;      /* err, error_number and sides go there at once */
	const struct node *whole;   /* the call or command whose failure is the statement's */
	const struct node *compare; /* the comparison whose sides expect wants, or NULL */
	unsigned depth;             /* of the recursion */
	bool echoed;                /* the host has shown WHOLE and its value */
	struct type echoed_type;    /* of that value */
	bool types_only;            /* inside sizeof: nothing is loaded, stored or called */
};

/* A place in the target's memory. */
struct place {
	uint64_t addr;
	struct type type; /* of what lies there; never void */
};

/* Fills the error and yields ST_ERROR. */
#define EXPR_FAIL(c, ...) (err_set(&(c)->result->err, __VA_ARGS__), ST_ERROR)

/* Any expression; the value may be T_NONE. */
enum status expr_eval(struct context *c, const struct node *n, struct value *out);
/* The same, or a command as a right side, where a value is needed: T_NONE is an error. */
enum status expr_operand(struct context *c, const struct node *n, struct value *out);
/* Command form. */
enum status expr_command(struct context *c, const struct node *n, struct value *out);

/* The place that N_DEREF or N_INDEX means, without touching it. */
enum status expr_place(struct context *c, const struct node *n, struct place *out);
enum status expr_load(struct context *c, const struct place *place, struct value *out);
enum status expr_unknown_name(struct context *c, const struct node *n);
/* What the variable holds, safe against its being changed in the same expression. */
struct value expr_var_value(struct context *c, const struct var *var);

/* For sizeof: a value of V's type that no operator stumbles over. */
struct value expr_stand_in(struct value v);

/* In eval_assign.c. Each yields the value as stored. */
enum status expr_assign(struct context *c, const struct node *n, struct value *out);
enum status expr_step(struct context *c, const struct node *n, struct value *out);
enum status expr_declare(struct context *c, const struct node *n, struct value *out);

/* Where an error about N's operator points. */
static inline struct span expr_op_span(const struct node *n)
{
	return n->op_span.len ? n->op_span : n->span;
}

#endif
