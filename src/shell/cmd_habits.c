/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows for habits: WinDbg's d and e commands, done by x and write. */
#include "shell/out.h"
#include "shell/session.h"
#include "shell/tables.h"

/* What a word shows, in x's terms. */
static const struct display {
	const char *word;
	char letter, size;
	unsigned count;
} displays[] = {
	{"dq", 'x', 'g', 16},
	{"dd", 'x', 'w', 32},
	{"dw", 'x', 'h', 64},
	{"da", 's', 'b', 1},
	{"dps", 'a', 'g', 16},
};

static const struct display *display_of(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(displays); i++) {
		if (str_is(word, displays[i].word))
			return &displays[i];
	}
	return &displays[0];
}

/* A count as WinDbg writes it, L8, or a number. 0 where it is none. */
static unsigned count_of(struct value v)
{
	enum { MOST = 1 << 20 };
	uint64_t n = 0;
	if (v.type.base != T_STRING || v.type.depth) {
		n = value_bits(v);
		return n <= MOST ? (unsigned)n : 0;
	}
	if (v.str.n < 2 || (v.str.p[0] | 32) != 'l')
		return 0;
	for (size_t i = 1; i < v.str.n && n <= MOST; i++) {
		if (v.str.p[i] < '0' || v.str.p[i] > '9')
			return 0;
		n = n * 10 + (uint64_t)(v.str.p[i] - '0');
	}
	return n <= MOST ? (unsigned)n : 0;
}

static enum status run_display(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	const struct display *d = display_of(in->node->name);
	const struct row *x = row_find(STR("x"), FORM_COMMAND);
	struct buf format = BUF_INIT;
	unsigned count = in->args[1].type.base == T_NONE ? d->count : count_of(in->args[1]);
	if (!count) {
		err_set(err, ERR_ARGS, in->node->args[1]->span,
			"the count is a number or, as in WinDbg, L and a number: L8");
		return ST_ERROR;
	}
	buf_printf(&format, "%u%c%c", count, d->letter, d->size);
	const struct value args[] = {value_str(buf_slice(&format)), in->args[0]};
	const struct invocation inner = {
		.row = x, .node = in->node, .args = args, .n = 2, .arena = in->arena};
	enum status status = x->run(s, &inner, out, err);
	buf_deinit(&format);
	return status;
}

/* The type whose width the word names. */
static struct type width_of(struct str word)
{
	return (struct type){str_is(word, "ew") ? T_U16 : str_is(word, "ed") ? T_U32 : T_U64, 0};
}

static enum status run_enter(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	const struct row *write = row_find(STR("write"), FORM_COMMAND);
	struct value *args = arena_alloc(in->arena, in->n * sizeof(*args));
	for (size_t i = 0; i < in->n; i++) {
		args[i] = in->args[i];
		if (i && args[i].type.base != T_NONE &&
			!value_cast(in->args[i], width_of(in->node->name), &args[i])) {
			err_set(err, ERR_ARGS, in->node->args[i]->span,
				"a number is stored here; write takes strings");
			return ST_ERROR;
		}
	}
	const struct invocation inner = {
		.row = write, .node = in->node, .args = args, .n = in->n, .arena = in->arena};
	return write->run(s, &inner, out, err);
}

const struct row rows_habits[] = {
	{
		.form = {.name = "dq",
			.aliases = "dd dw da dps",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR",
				       .kind = KIND_ADDR,
				       .flags = PARAM_OPTIONAL,
				       .dflt = "behind the last"},
				{.name = "COUNT",
					.kind = KIND_ANY,
					.reads = READS_OPERAND,
					.flags = PARAM_OPTIONAL,
					.dflt = "as many as usual"})},
		.group = "bytes",
		.summary = "show memory as WinDbg does: dq, dd, dw, da, dps",
		.details =
			"Short for x: dq is x/16gx, dd x/32wx, dw x/64hx, da x/s and dps x/16ga. "
			"COUNT is a number or L and a number. db is read.",
		.example = "p = mmap page\n*p = 0x1122334455667788\ndq p 2\ndd p L4",
		.see = "x read eq telescope",
		.run = run_display,
	},
	{
		.form = {.name = "eq",
			.aliases = "ed ew",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "NUMBER", .kind = KIND_NUMBER, .flags = PARAM_REPEATS})},
		.group = "bytes",
		.summary = "store numbers as WinDbg does: eq, ed, ew",
		.details = "Stores the numbers one after the other from ADDR on, 8 bytes each with "
			   "eq, 4 with ed, 2 with ew. eb is write.",
		.example = "p = mmap page\ned p 1 2\nexpect *p == 0x200000001",
		.see = "write dq",
		.run = run_enter,
	},
	ROW_END,
};
