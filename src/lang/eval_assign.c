/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Assignment, ++ and --, and declarations.
 *
 * The right side is evaluated first, then the address, then (where there is an operator) the old
 * value is loaded, and last comes the store. What cannot be assigned at all is refused before
 * anything is evaluated.
 */
#include "lang/eval_expr.h"

#include "lang/eval_op.h"

static bool is_variable(const struct node *n)
{
	return n->kind == N_NAME || n->kind == N_DOLLAR;
}

/* Whether the variable or declaration N may be set; a variable that exists always may. */
static enum status check_name(struct context *c, const struct node *n, struct span span)
{
	const struct host *host = c->ev->host;
	struct value constant;
	int len = (int)MIN(n->name.n, (size_t)64);
	if (vars_find(c->ev->vars, n->name))
		return ST_OK;
	if (host->reserved(host->ctx, n->name))
		return EXPR_FAIL(c, ERR_NAME, span,
			"$%.*s is set by faultline and cannot be assigned", len, n->name.p);
	if (host->constant(host->ctx, n->name, &constant))
		return EXPR_FAIL(c, ERR_NAME, span,
			"%.*s is a constant and cannot be assigned: choose another name", len,
			n->name.p);
	return ST_OK;
}

/*
 * Sets the variable NAME to V, converted to its type if it was declared; *OUT is what it then
 * holds.
 */
static enum status set_variable(
	struct context *c, struct str name, struct value v, struct span span, struct value *out)
{
	const struct var *var = vars_find(c->ev->vars, name);
	bool declared = var && var->declared;
	if (declared && !op_convert(v, var->value.type, span, &v, &c->result->err))
		return ST_ERROR;
	if (!c->types_only)
		vars_set(c->ev->vars, name, v, declared);
	*out = v;
	return ST_OK;
}

static enum status store(struct context *c, const struct place *place, struct value v,
	struct span span, struct value *out)
{
	const struct host *host = c->ev->host;
	if (!op_convert(v, place->type, span, &v, &c->result->err))
		return ST_ERROR;
	if (!c->types_only) {
		enum status status = host->store(
			host->ctx, place->addr, type_size(place->type), value_to_memory(v));
		if (status != ST_OK)
			return status;
	}
	*out = v;
	return ST_OK;
}

/* The place that is assigned: a variable, or memory. */
struct target {
	const struct node *node;
	struct place place; /* of memory */
	struct value old;   /* where it was asked for */
};

/* Resolves the left side N; with OLD also loads what is there. */
static enum status find_target(
	struct context *c, const struct node *n, bool old, struct target *out)
{
	out->node = n;
	if (is_variable(n)) {
		const struct var *var = vars_find(c->ev->vars, n->name);
		if (old && !var)
			return expr_unknown_name(c, n);
		if (old)
			out->old = expr_var_value(c, var);
		return ST_OK;
	}
	enum status status = expr_place(c, n, &out->place);
	if (status == ST_OK && old)
		status = expr_load(c, &out->place, &out->old);
	return status;
}

static enum status set_target(struct context *c, const struct target *t, struct value v,
	struct span span, struct value *out)
{
	if (is_variable(t->node))
		return set_variable(c, t->node->name, v, span, out);
	return store(c, &t->place, v, span, out);
}

static enum status check_left(struct context *c, const struct node *n, const struct node *left)
{
	if (is_variable(left))
		return check_name(c, left, left->span);
	if (left->kind == N_DEREF || left->kind == N_INDEX)
		return ST_OK;
	return EXPR_FAIL(c, ERR_SYNTAX, expr_op_span(n),
		"only a variable or memory (*p, p[i]) can be assigned");
}

static bool combine(struct context *c, const struct node *n, enum binary_op op, struct value old,
	struct value right, struct value *out)
{
	if (c->types_only)
		right = expr_stand_in(right);
	return op_binary(op, old, right, expr_op_span(n), out, &c->result->err);
}

enum status expr_assign(struct context *c, const struct node *n, struct value *out)
{
	struct value right;
	struct target target;
	enum status status = check_left(c, n, n->a);
	if (status == ST_OK)
		status = expr_operand(c, n->b, &right);
	if (status == ST_OK)
		status = find_target(c, n->a, n->op != BOP_NONE, &target);
	if (status != ST_OK)
		return status;
	if (n->op != BOP_NONE && !combine(c, n, n->op, target.old, right, &right))
		return ST_ERROR;
	return set_target(c, &target, right, n->b->span, out);
}

enum status expr_step(struct context *c, const struct node *n, struct value *out)
{
	bool up = n->op == STEP_PRE_INC || n->op == STEP_POST_INC;
	bool post = n->op == STEP_POST_INC || n->op == STEP_POST_DEC;
	struct value v;
	struct target target;
	enum status status = check_left(c, n, n->a);
	if (status == ST_OK)
		status = find_target(c, n->a, true, &target);
	if (status != ST_OK)
		return status;
	if (!combine(c, n, up ? BOP_ADD : BOP_SUB, target.old, value_int(1), &v))
		return ST_ERROR;
	status = set_target(c, &target, v, n->span, &v);
	if (status == ST_OK)
		*out = post ? target.old : v;
	return status;
}

enum status expr_declare(struct context *c, const struct node *n, struct value *out)
{
	struct value v = value_int(0);
	struct span span = n->a ? n->a->span : n->span;
	if (!type_size(n->type))
		return EXPR_FAIL(c, ERR_TYPE, n->span,
			"a variable cannot be void: choose void * or another type");
	enum status status = check_name(c, n, expr_op_span(n));
	if (status == ST_OK && n->a)
		status = expr_operand(c, n->a, &v);
	if (status != ST_OK)
		return status;
	if (!op_convert(v, n->type, span, &v, &c->result->err))
		return ST_ERROR;
	vars_set(c->ev->vars, n->name, v, true);
	*out = v;
	return ST_OK;
}
