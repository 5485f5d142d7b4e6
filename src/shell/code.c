/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calling the target's own code, and showing what came of it. */
#include "shell/effects.h"
#include "shell/code.h"

#include <inttypes.h>
#include <stdio.h>

#include "shell/code_fault.h"
#include "shell/observe.h"
#include "shell/out.h"
#include "shell/show.h"
#include "shell/symbols.h"

static bool is_string(struct value v)
{
	return v.type.base == T_STRING && !v.type.depth;
}

/* ---- Arguments ---- */

/* The next place for a word of its class, or else on the stack; false where there is none left. */
static bool add_word(struct wire_call *call, uint64_t bits, unsigned *n_integers, bool real)
{
	if (real && call->n_reals < WIRE_REALS)
		call->reals[call->n_reals++] = bits;
	else if (!real && *n_integers < WIRE_ARGS)
		call->integers[(*n_integers)++] = bits;
	else if (call->n_stack < WIRE_STACK_ARGS)
		call->stack[call->n_stack++] = bits;
	else
		return false;
	return true;
}

static bool place_string(
	struct session *s, struct str text, struct span span, uint64_t *addr, struct err *err)
{
	*addr = remote_scratch(s->remote, arena_copy(&s->arena, text).p, text.n + 1);
	if (!*addr)
		err_set(err, ERR_VALUE, span,
			"the strings are too long to be placed in the target: %d bytes fit",
			WIRE_DATA_SIZE);
	return *addr != 0;
}

static bool marshal(struct session *s, struct wire_call *call, const struct callee *callee,
	const struct value *args, size_t n, const struct node *node, struct err *err)
{
	unsigned n_integers = 0;
	remote_scratch_reset(s->remote);
	for (size_t i = 0; i < n; i++) {
		struct value v = args[i];
		uint64_t bits = 0;
		if (callee->known && callee->prototype.takes_reals)
			value_cast(v, (struct type){T_F64, 0}, &v);
		bool real = type_is_real(v.type);
		if (is_string(v) && !place_string(s, v.str, node->span, &bits, err))
			return false;
		if (!is_string(v))
			bits = real ? value_to_memory(v) : value_bits(v);
		if (!add_word(call, bits, &n_integers, real))
			return err_set(err, ERR_ARGS, node->span,
				"too many arguments: %d integers, %d reals and %d more fit",
				WIRE_ARGS, WIRE_REALS, WIRE_STACK_ARGS);
	}
	return true;
}

/* ---- The result ---- */

static struct type type_of_result(const struct callee *callee, struct type wanted)
{
	if (wanted.base != T_NONE)
		return wanted;
	return callee->known ? callee->prototype.returns : (struct type){T_S64, 0};
}

static struct value value_of_result(const struct remote_result *result, struct type type)
{
	if (type.base == T_VOID && !type.depth)
		return VALUE_NONE;
	return value_from_memory(type_is_real(type) ? result->real : result->integer, type);
}

/* ---- The echo ---- */

static void word_print(struct session *s, struct buf *b, struct value v)
{
	if (is_string(v))
		show_quoted(b, v.str, SHOW_QUOTED);
	else if (type_is_real(v.type))
		value_print(b, v);
	else if (type_is_pointer(v.type))
		show_addr(s, b, v.bits);
	else
		show_raw(s, b, v.bits);
}

/* RESULT: NULL if it did not come back. */
static void show_code_call(struct session *s, const struct callee *callee, const struct value *args,
	size_t n, const struct value *result)
{
	struct buf *b = out_text();
	if (!s->settings.echo)
		return;
	buf_printf(b, "%s(", callee->name);
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, i ? ", " : "");
		word_print(s, b, args[i]);
	}
	buf_puts(b, ") = ");
	if (!result)
		buf_puts(b, "?");
	else if (result->type.base == T_NONE)
		buf_puts(b, "void");
	else
		word_print(s, b, *result);
	buf_putc(b, '\n');
	if (s->settings.maps)
		show_delta(s, &s->call.delta);
}

/* ---- The call ---- */

static enum status perform(struct session *s, const struct callee *callee,
	const struct wire_call *call, struct remote_result *result)
{
	struct call_record *c = &s->call;
	struct observation o;
	struct wire_fault fault;
	*c = (struct call_record){.before = c->before,
		.after = c->after,
		.delta = c->delta,
		.did = c->did,
		.name = callee->name};
	delta_clear(&c->delta);
	buf_clear(&c->did);
	out_flush();
	observe_before(s->remote, &o, c);
	enum remote_status status = remote_call(s->remote, callee->addr, call, result, &fault);
	if (status != REMOTE_LOST)
		observe_after(s->remote, &o, c);
	switch (status) {
	case REMOTE_DONE:
		return ST_OK;
	case REMOTE_FAULT:
		code_fault(s, callee->addr, &fault);
		return ST_FAULT;
	case REMOTE_INTERRUPTED:
		code_interrupted(s, &fault);
		return ST_INTERRUPTED;
	case REMOTE_LOST:
		break;
	}
	return ST_LOST;
}

enum status code_call(struct session *s, const struct callee *callee, const struct node *node,
	const struct value *args, size_t n, struct type returns, struct called *out,
	struct err *err)
{
	struct wire_call call = {0};
	struct remote_result result = {0};
	if (s->settings.guard && remote_owns(s->remote, callee->addr, 1)) {
		snprintf(s->refusal, sizeof(s->refusal),
			"0x%" PRIx64 " belongs to the agent (see maps); set guard off allows it",
			callee->addr);
		return ST_REFUSED;
	}
	if (s->causes_pending)
		show_causes(s, &s->call);
	s->causes_pending = false;
	if (!marshal(s, &call, callee, args, n, node, err))
		return ST_ERROR;
	struct effects_probe probe;
	effects_call_begin(s);
	effects_call_before(s, &probe, &(struct call_record){.row = NULL});
	enum status status = perform(s, callee, &call, &result);
	out->value = value_of_result(&result, type_of_result(callee, returns));
	out->echoed = s->settings.echo;
	show_code_call(s, callee, args, n, status == ST_OK ? &out->value : NULL);
	effects_call_after(s, &probe, &s->call);
	return status;
}

/* ---- By name ---- */

/* Asks an IFUNC's resolver which function is meant. */
static enum status resolve(struct session *s, uint64_t *addr)
{
	const struct wire_call no_arguments = {0};
	struct remote_result result;
	struct wire_fault fault;
	switch (remote_call(s->remote, *addr, &no_arguments, &result, &fault)) {
	case REMOTE_DONE:
		*addr = result.integer;
		return ST_OK;
	case REMOTE_FAULT:
		code_fault(s, *addr, &fault);
		return ST_FAULT;
	case REMOTE_INTERRUPTED:
		return ST_INTERRUPTED;
	case REMOTE_LOST:
		break;
	}
	return ST_LOST;
}

enum status code_find(struct session *s, struct str name, struct callee *out, struct err *err)
{
	const struct var *var = vars_find(s->vars, name);
	struct symbol symbol;
	(void)err;
	*out = (struct callee){.name = arena_copy(&s->arena, name).p};
	if (var) {
		if (is_string(var->value) || type_is_real(var->value.type))
			return ST_ERROR;
		out->addr = var->value.bits;
		return ST_OK;
	}
	if (!symbol_find(s, name, &symbol))
		return ST_ERROR;
	out->addr = symbol.addr;
	out->known = prototype_find(name, &out->prototype);
	return symbol.kind == SYMBOL_IFUNC ? resolve(s, &out->addr) : ST_OK;
}
