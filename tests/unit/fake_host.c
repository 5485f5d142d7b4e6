/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host for tests of the evaluator. */
#include "fake_host.h"

#include <stdlib.h>

static void separate(struct buf *b)
{
	if (b->len)
		buf_puts(b, "; ");
}

static enum status access_at(uint64_t addr, unsigned width, bool is_store)
{
	if (addr >= FAKE_BASE && addr - FAKE_BASE <= FAKE_SIZE - width)
		return ST_OK;
	if (is_store)
		return addr == 0x3000 ? ST_REFUSED : ST_FAULT;
	return addr == 0x4000 ? ST_LOST : addr == 0x5000 ? ST_INTERRUPTED : ST_FAULT;
}

static enum status fake_load(void *ctx, uint64_t addr, unsigned width, uint64_t *bits)
{
	struct fake *fake = ctx;
	separate(&fake->events);
	buf_printf(&fake->events, "load 0x%llx/%u", (unsigned long long)addr, width);
	enum status status = access_at(addr, width, false);
	if (status != ST_OK)
		return status;
	*bits = 0;
	memcpy(bits, fake->memory + (addr - FAKE_BASE), width);
	return ST_OK;
}

static enum status fake_store(void *ctx, uint64_t addr, unsigned width, uint64_t bits)
{
	struct fake *fake = ctx;
	separate(&fake->events);
	buf_printf(&fake->events, "store 0x%llx/%u 0x%llx", (unsigned long long)addr, width,
		(unsigned long long)bits);
	enum status status = access_at(addr, width, true);
	if (status == ST_OK)
		memcpy(fake->memory + (addr - FAKE_BASE), &bits, width);
	return status;
}

static bool fake_constant(void *ctx, struct str name, struct value *out)
{
	(void)ctx;
	if (str_is(name, "page"))
		*out = value_uint(4096);
	else if (str_is(name, "NULL"))
		*out = value_ptr(0);
	else if (str_is(name, "PROT_READ"))
		*out = value_int(1);
	else
		return false;
	return true;
}

static bool fake_reserved(void *ctx, struct str name)
{
	(void)ctx;
	return str_is(name, "errno") || str_is(name, "pi") || str_is(name, "si_addr");
}

static bool fake_dollar(void *ctx, struct str name, struct value *out, struct err *err)
{
	(void)ctx;
	if (str_is(name, "errno"))
		*out = value_int(22);
	else if (str_is(name, "pi"))
		*out = value_real(3.25);
	else if (str_is(name, "si_addr"))
		return err_set(err, ERR_VALUE, (struct span){0, 0}, "nothing has faulted yet");
	else
		return false;
	return true;
}

static const char *const functions[] = {"id", "sum", "str", "none", "fail", "void_fail", "echo",
	"fault", "refuse", "lose", "interrupt", "error", "cmd"};

bool fake_knows(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (str_is(name, functions[i]))
			return true;
	}
	return false;
}

static void log_call(struct fake *fake, struct str name, const struct value *args, size_t n)
{
	separate(&fake->events);
	buf_str(&fake->events, name);
	buf_putc(&fake->events, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(&fake->events, ", ");
		value_print(&fake->events, args[i]);
	}
	buf_putc(&fake->events, ')');
}

static enum status end_of(struct str name, struct err *err)
{
	if (str_is(name, "fault"))
		return ST_FAULT;
	if (str_is(name, "refuse"))
		return ST_REFUSED;
	if (str_is(name, "lose"))
		return ST_LOST;
	if (str_is(name, "interrupt"))
		return ST_INTERRUPTED;
	if (!str_is(name, "error"))
		return ST_OK;
	err_set(err, ERR_ARGS, (struct span){0, 0}, "the host says no");
	return ST_ERROR;
}

static enum status run_function(struct fake *fake, struct str name, const struct value *args,
	size_t n, struct called *out, struct err *err)
{
	log_call(fake, name, args, n);
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += value_bits(args[i]);
	if (str_is(name, "id") || str_is(name, "echo"))
		out->value = n ? args[0] : VALUE_NONE;
	else if (str_is(name, "sum"))
		out->value = value_int((int64_t)sum);
	else if (str_is(name, "str"))
		out->value = value_str(STR("rw-p"));
	else if (str_is(name, "fail"))
		out->value = value_int(-1);
	if (str_is(name, "fail") || str_is(name, "void_fail"))
		out->error_number = 22;
	out->echoed = str_is(name, "echo");
	return end_of(name, err);
}

static enum status fake_call(void *ctx, const struct node *call, const struct value *args, size_t n,
	struct called *out, struct err *err)
{
	return run_function(ctx, call->name, args, n, out, err);
}

static enum status fake_command(void *ctx, const struct node *command, const struct value *args,
	size_t n, struct called *out, struct err *err)
{
	return run_function(ctx, str_from(command->form->name), args, n, out, err);
}

static enum status fake_bang(void *ctx, struct str program, struct err *err)
{
	struct fake *fake = ctx;
	separate(&fake->events);
	buf_printf(&fake->events, "!%.*s", (int)program.n, program.p);
	return end_of(program, err);
}

static enum status fake_pipe(void *ctx, struct evaluator *ev, const struct node *statement,
	struct str program, struct err *err)
{
	struct fake *fake = ctx;
	separate(&fake->events);
	buf_printf(&fake->events, "|%.*s", (int)program.n, program.p);
	eval_run(ev, statement);
	return end_of(program, err);
}

static void print_result(struct buf *b, const struct result *r)
{
	static const char *const words[] = {[ST_FAULT] = "fault",
		[ST_REFUSED] = "refused",
		[ST_LOST] = "lost",
		[ST_INTERRUPTED] = "interrupted"};
	switch (r->status) {
	case ST_OK:
		if (r->quiet || r->value.type.base == T_NONE) {
			buf_puts(b, r->quiet ? "quiet" : "nothing");
			break;
		}
		buf_puts(b, "= ");
		value_print(b, r->value);
		break;
	case ST_ERRNO:
		buf_printf(b, "errno %d", r->error_number);
		break;
	case ST_ERROR:
		buf_printf(b, "%zu+%zu: %s", r->err.span.at, r->err.span.len, r->err.text);
		break;
	case ST_FALSE:
		buf_puts(b, "false");
		for (int i = 0; i < 2 && r->sides[i].type.base != T_NONE; i++) {
			buf_puts(b, i ? " and " : ": ");
			value_print(b, r->sides[i]);
		}
		break;
	default:
		buf_puts(b, words[r->status]);
	}
}

static bool fake_finish(void *ctx, const struct node *statement, const struct result *result,
	const struct str *wanted)
{
	struct fake *fake = ctx;
	(void)statement;
	separate(&fake->results);
	if (wanted)
		buf_printf(&fake->results, "[%.*s] ", (int)wanted->n, wanted->p);
	print_result(&fake->results, result);
	return ++fake->finished != fake->stop_after;
}

static bool fake_interrupted(void *ctx)
{
	struct fake *fake = ctx;
	return fake->turns >= 0 && fake->turns-- == 0;
}

static const char *fake_advice(void *ctx, struct str name)
{
	(void)ctx;
	return str_is(name, "pagee") ? "did you mean page?" : NULL;
}

struct fake *fake_create(void)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	if (!fake)
		abort();
	for (unsigned i = 0; i < FAKE_SIZE; i++)
		fake->memory[i] = (unsigned char)i;
	fake->host = (struct host){fake, fake_load, fake_store, fake_constant, fake_dollar,
		fake_reserved, fake_call, fake_command, fake_bang, fake_pipe, fake_finish,
		fake_interrupted, fake_advice};
	fake->ev = (struct evaluator){&fake->host, vars_create(), &fake->arena};
	fake->turns = -1;
	return fake;
}

void fake_destroy(struct fake *fake)
{
	vars_destroy(fake->ev.vars);
	arena_deinit(&fake->arena);
	buf_deinit(&fake->events);
	buf_deinit(&fake->results);
	free(fake);
}
