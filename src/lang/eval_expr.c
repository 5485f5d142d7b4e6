/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions: names, operators, memory, calls.
 *
 * Everything returns ST_OK or what ended the statement. Inside sizeof the same code runs with
 * types_only set: values are then stand-ins that have the right type, and the target is left alone.
 */
#include "lang/eval_expr.h"

#include "lang/eval_op.h"

enum {
	MAX_DEPTH = 1000, /* of nested expressions; a chain like 1+1+…+1 nests too */
	FEW_ARGS = 8,     /* arguments that need no allocation */
	NAME_SHOWN = 64,  /* bytes of a name in a sentence */
};

#define NAME_ARGS(s) (int)MIN((s).n, (size_t)NAME_SHOWN), (s).p

struct value expr_stand_in(struct value v)
{
	if (type_is_real(v.type))
		v.real = 1;
	else if (v.type.depth || type_is_integer(v.type))
		v.bits = 1;
	return v;
}

struct value expr_var_value(struct context *c, const struct var *var)
{
	struct value v = var->value;
	if (v.type.base == T_STRING && !v.type.depth)
		v.str = arena_copy(c->ev->arena, v.str);
	return v;
}

enum status expr_unknown_name(struct context *c, const struct node *n)
{
	const struct host *host = c->ev->host;
	const char *sigil = n->kind == N_DOLLAR ? "$" : "";
	if (n->kind == N_NAME && host->reserved(host->ctx, n->name))
		return EXPR_FAIL(c, ERR_NAME, n->span,
			"write $%.*s: a name that faultline sets needs the $", NAME_ARGS(n->name));
	const char *advice = host->advice(host->ctx, n->name);
	return EXPR_FAIL(c, ERR_NAME, n->span, "no variable or constant \"%s%.*s\"%s%s", sigil,
		NAME_ARGS(n->name), advice ? ": " : "", advice ? advice : "");
}

static enum status eval_name(struct context *c, const struct node *n, struct value *out)
{
	const struct host *host = c->ev->host;
	const struct var *var = vars_find(c->ev->vars, n->name);
	if (var) {
		*out = expr_var_value(c, var);
		return ST_OK;
	}
	if (host->constant(host->ctx, n->name, out))
		return ST_OK;
	return expr_unknown_name(c, n);
}

static enum status eval_dollar(struct context *c, const struct node *n, struct value *out)
{
	const struct host *host = c->ev->host;
	const struct var *var = vars_find(c->ev->vars, n->name);
	if (var) {
		*out = expr_var_value(c, var);
		return ST_OK;
	}
	struct err *err = &c->result->err;
	if (host->dollar(host->ctx, n->name, out, err))
		return ST_OK;
	if (err->code == ERR_NONE)
		return expr_unknown_name(c, n);
	if (!err->span.len)
		err->span = n->span;
	return ST_ERROR;
}

static enum status eval_unary(struct context *c, const struct node *n, struct value *out)
{
	struct value a;
	enum status status = expr_operand(c, n->a, &a);
	if (status != ST_OK)
		return status;
	return op_unary(n->op, a, expr_op_span(n), out, &c->result->err) ? ST_OK : ST_ERROR;
}

static enum status eval_logical(struct context *c, const struct node *n, struct value *out)
{
	struct value v;
	enum status status = expr_operand(c, n->a, &v);
	if (status == ST_OK && value_is_true(v) == (n->op == BOP_LAND))
		status = expr_operand(c, n->b, &v);
	if (status == ST_OK)
		*out = value_int(value_is_true(v));
	return status;
}

static enum status eval_binary(struct context *c, const struct node *n, struct value *out)
{
	if (n->op == BOP_LAND || n->op == BOP_LOR)
		return eval_logical(c, n, out);
	struct value a, b;
	enum status status = expr_operand(c, n->a, &a);
	if (status == ST_OK)
		status = expr_operand(c, n->b, &b);
	if (status != ST_OK)
		return status;
	if (c->types_only) {
		a = expr_stand_in(a);
		b = expr_stand_in(b);
	}
	if (n == c->compare) {
		c->result->sides[0] = a;
		c->result->sides[1] = b;
	}
	return op_binary(n->op, a, b, expr_op_span(n), out, &c->result->err) ? ST_OK : ST_ERROR;
}

/*
 * The type that N would have, without evaluating it. False where that cannot be known: a call, a
 * name that is not there.
 */
static bool type_of(struct context *c, const struct node *n, struct type *out)
{
	struct value v;
	struct err err = c->result->err;
	bool outer = c->types_only;
	c->types_only = true;
	bool known = expr_eval(c, n, &v) == ST_OK;
	c->types_only = outer;
	c->result->err = err;
	if (known)
		*out = v.type;
	return known;
}

static enum status eval_cond(struct context *c, const struct node *n, struct value *out)
{
	struct value v;
	struct type other;
	enum status status = expr_operand(c, n->a, &v);
	if (status != ST_OK)
		return status;
	bool yes = value_is_true(v);
	status = expr_eval(c, yes ? n->b : n->c, out);
	if (status == ST_OK && type_of(c, yes ? n->c : n->b, &other))
		*out = op_balance(*out, other);
	return status;
}

static enum status eval_cast(struct context *c, const struct node *n, struct value *out)
{
	struct value v;
	bool discard = n->type.base == T_VOID && !n->type.depth;
	enum status status = discard ? expr_eval(c, n->a, &v) : expr_operand(c, n->a, &v);
	if (status != ST_OK)
		return status;
	if (discard) {
		*out = VALUE_NONE;
		return ST_OK;
	}
	return op_convert(v, n->type, n->span, out, &c->result->err) ? ST_OK : ST_ERROR;
}

static enum status size_of_expression(struct context *c, const struct node *n, uint64_t *size)
{
	if (n->kind == N_STRING) {
		*size = n->value.str.n + 1;
		return ST_OK;
	}
	struct value v;
	bool outer = c->types_only;
	c->types_only = true;
	enum status status = expr_operand(c, n, &v);
	c->types_only = outer;
	if (status == ST_OK)
		*size = type_size(v.type);
	return status;
}

static enum status eval_sizeof(struct context *c, const struct node *n, struct value *out)
{
	uint64_t size = type_size(n->type);
	if (n->a) {
		enum status status = size_of_expression(c, n->a, &size);
		if (status != ST_OK)
			return status;
	}
	if (!size)
		return EXPR_FAIL(c, ERR_TYPE, n->span,
			n->a ? "a string has no size in memory" : "void has no size");
	*out = value_uint(size);
	return ST_OK;
}

/* ---- Memory ---- */

static enum status deref_place(struct context *c, const struct node *n, struct place *out)
{
	struct value v;
	enum status status = expr_operand(c, n->a, &v);
	if (status != ST_OK)
		return status;
	if (!type_is_pointer(v.type) && !type_is_integer(v.type))
		return EXPR_FAIL(c, ERR_TYPE, n->span, "* needs an address, not a %s",
			type_is_real(v.type) ? "floating-point number" : "string");
	*out = (struct place){v.bits, type_target(v.type)};
	return ST_OK;
}

static enum status check_index(
	struct context *c, const struct node *n, struct value base, struct value i)
{
	if (base.type.base == T_STRING || type_is_real(base.type))
		return EXPR_FAIL(c, ERR_TYPE, n->span, "[] needs a pointer, not a %s",
			type_is_real(base.type) ? "floating-point number" : "string");
	if (!type_is_pointer(base.type) || (base.type.base == T_VOID && base.type.depth == 1)) {
		bool named = n->a->kind == N_NAME || n->a->kind == N_DOLLAR;
		struct str name = named ? n->a->name : STR("p");
		return EXPR_FAIL(c, ERR_TYPE, n->span,
			"[] needs a pointer to a type: cast it, as in ((u8 *)%s%.*s)[i]",
			n->a->kind == N_DOLLAR ? "$" : "", NAME_ARGS(name));
	}
	if (!type_is_integer(i.type))
		return EXPR_FAIL(c, ERR_TYPE, n->b->span, "an index is an integer");
	return ST_OK;
}

static enum status index_place(struct context *c, const struct node *n, struct place *out)
{
	struct value base, i;
	enum status status = expr_operand(c, n->a, &base);
	if (status == ST_OK)
		status = expr_operand(c, n->b, &i);
	if (status == ST_OK)
		status = check_index(c, n, base, i);
	if (status != ST_OK)
		return status;
	struct type type = type_target(base.type);
	*out = (struct place){base.bits + i.bits * type_size(type), type};
	return ST_OK;
}

enum status expr_place(struct context *c, const struct node *n, struct place *out)
{
	return n->kind == N_DEREF ? deref_place(c, n, out) : index_place(c, n, out);
}

enum status expr_load(struct context *c, const struct place *place, struct value *out)
{
	const struct host *host = c->ev->host;
	uint64_t bits = 1;
	if (!c->types_only) {
		enum status status =
			host->load(host->ctx, place->addr, type_size(place->type), &bits);
		if (status != ST_OK)
			return status;
	}
	*out = value_from_memory(bits, place->type);
	return ST_OK;
}

static enum status eval_load(struct context *c, const struct node *n, struct value *out)
{
	struct place place;
	enum status status = expr_place(c, n, &place);
	return status == ST_OK ? expr_load(c, &place, out) : status;
}

static enum status eval_address(struct context *c, const struct node *n, struct value *out)
{
	if (n->a->kind == N_NAME || n->a->kind == N_DOLLAR)
		return EXPR_FAIL(c, ERR_TYPE, n->span,
			"%.*s has no address: variables live in the shell, not in the target",
			NAME_ARGS(n->a->name));
	if (n->a->kind != N_DEREF && n->a->kind != N_INDEX)
		return EXPR_FAIL(c, ERR_TYPE, n->span, "& needs something in memory: *p or p[i]");
	struct place place;
	enum status status = expr_place(c, n->a, &place);
	if (status != ST_OK)
		return status;
	struct type type = {place.type.base, (uint8_t)(place.type.depth + 1)};
	*out = (struct value){.type = type, .bits = place.addr};
	return ST_OK;
}

/* ---- Calls ---- */

/* Whether the argument is a statement, which the host runs itself. */
static bool is_statement(const struct node *n, size_t i)
{
	const struct form *form = n->form;
	if (n->kind != N_COMMAND || !form || !form->n_params)
		return false;
	return form->params[MIN(i, (size_t)form->n_params - 1)].reads == READS_STATEMENT;
}

/* Whether a name that means nothing is, as this argument, text whose quotes are missing. */
static bool is_unquoted(const struct node *n, size_t i)
{
	const struct form *form = n->form;
	if (n->kind != N_COMMAND || !form || !form->n_params || n->args[i]->kind != N_NAME)
		return false;
	return form->params[MIN(i, (size_t)form->n_params - 1)].flags & PARAM_TEXT;
}

static enum status eval_args(struct context *c, const struct node *n, struct value *args)
{
	for (size_t i = 0; i < n->n_args; i++) {
		args[i] = VALUE_NONE;
		if (!n->args[i] || is_statement(n, i))
			continue;
		enum status status = expr_operand(c, n->args[i], &args[i]);
		if (status == ST_ERROR && is_unquoted(n, i))
			return EXPR_FAIL(c, ERR_NAME, n->args[i]->span,
				"no variable or constant \"%.*s\": text stands in quotes",
				NAME_ARGS(n->args[i]->name));
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

/* What a call or command came to, once the host has run it. */
static void take(
	struct context *c, const struct node *n, const struct called *called, struct value *out)
{
	*out = called->value;
	if (called->error_number && called->value.type.base == T_NONE)
		*out = value_int(-1);
	if (n == c->whole) {
		c->result->error_number = called->error_number;
		c->echoed = called->echoed;
		c->echoed_type = called->value.type;
	}
}

static enum status run_call(struct context *c, const struct node *n, struct value *out)
{
	const struct host *host = c->ev->host;
	struct err *err = &c->result->err;
	struct value few[FEW_ARGS];
	struct value *args = few;
	if (n->n_args > FEW_ARGS)
		args = arena_alloc(c->ev->arena, n->n_args * sizeof(*args));
	enum status status = eval_args(c, n, args);
	if (status != ST_OK)
		return status;
	struct called called = {0};
	if (n->kind == N_CALL)
		status = host->call(host->ctx, n, args, n->n_args, &called, err);
	else
		status = host->command(host->ctx, n, args, n->n_args, &called, err);
	if (status == ST_OK)
		take(c, n, &called, out);
	else if (status == ST_ERROR && !err->span.len)
		err->span = n->span;
	return status;
}

static enum status eval_call(struct context *c, const struct node *n, struct value *out)
{
	if (c->types_only)
		return EXPR_FAIL(c, ERR_TYPE, n->span,
			"sizeof does not know the type that %.*s() yields", NAME_ARGS(n->name));
	return run_call(c, n, out);
}

enum status expr_command(struct context *c, const struct node *n, struct value *out)
{
	return run_call(c, n, out);
}

/* ---- All of them ---- */

static enum status eval_kind(struct context *c, const struct node *n, struct value *out)
{
	switch ((enum node_kind)n->kind) {
	case N_NUMBER:
	case N_STRING:
		*out = n->value;
		return ST_OK;
	case N_NAME:
		return eval_name(c, n, out);
	case N_DOLLAR:
		return eval_dollar(c, n, out);
	case N_UNARY:
		return eval_unary(c, n, out);
	case N_BINARY:
		return eval_binary(c, n, out);
	case N_COND:
		return eval_cond(c, n, out);
	case N_ASSIGN:
		return expr_assign(c, n, out);
	case N_STEP:
		return expr_step(c, n, out);
	case N_DEREF:
	case N_INDEX:
		return eval_load(c, n, out);
	case N_ADDRESS:
		return eval_address(c, n, out);
	case N_CAST:
		return eval_cast(c, n, out);
	case N_SIZEOF:
		return eval_sizeof(c, n, out);
	case N_CALL:
		return eval_call(c, n, out);
	default:
		return EXPR_FAIL(
			c, ERR_SYNTAX, n->span, "a statement cannot stand inside an expression");
	}
}

enum status expr_eval(struct context *c, const struct node *n, struct value *out)
{
	if (c->depth >= MAX_DEPTH)
		return EXPR_FAIL(c, ERR_SYNTAX, n->span,
			"the expression is nested more than %d deep: split it", MAX_DEPTH);
	c->depth++;
	enum status status = eval_kind(c, n, out);
	c->depth--;
	return status;
}

enum status expr_operand(struct context *c, const struct node *n, struct value *out)
{
	bool command = n->kind == N_COMMAND;
	enum status status = command ? expr_command(c, n, out) : expr_eval(c, n, out);
	if (status != ST_OK || out->type.base != T_NONE)
		return status;
	if (command)
		return EXPR_FAIL(
			c, ERR_TYPE, n->span, "the command %s yields no value", n->form->name);
	if (n->kind == N_CALL)
		return EXPR_FAIL(
			c, ERR_TYPE, n->span, "%.*s() yields no value", NAME_ARGS(n->name));
	return EXPR_FAIL(c, ERR_TYPE, n->span, "this yields no value");
}
