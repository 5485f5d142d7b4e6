/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: vars, source, echo, quit. */
#include <stdlib.h>

#include "shell/names.h"
#include "shell/out.h"
#include "shell/repl.h"
#include "shell/session.h"
#include "shell/tables.h"

/* ---- vars ---- */

static void show_variable(struct session *s, const struct var *v, size_t width)
{
	struct buf *b = out_text();
	struct buf type = BUF_INIT;
	type_print(&type, v->value.type);
	buf_puts(b, v->name);
	buf_pad(b, ' ', width - strlen(v->name) + 2);
	buf_str(b, buf_slice(&type));
	buf_pad(b, ' ', type.len < 8 ? 8 - type.len : 1);
	value_print(b, v->value);
	if (type_is_pointer(v->value.type)) {
		struct buf name = BUF_INIT;
		if (name_by_mapping(s, &name, v->value.bits))
			buf_printf(b, "  %s", buf_cstr(&name));
		buf_deinit(&name);
	}
	buf_putc(b, '\n');
	buf_deinit(&type);
}

static enum status run_vars(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	size_t n, width = 0;
	struct var *const *vars = vars_sorted(s->vars, &n);
	(void)in, (void)out, (void)err;
	for (size_t i = 0; i < n; i++)
		width = MAX(width, strlen(vars[i]->name));
	for (size_t i = 0; i < n; i++)
		show_variable(s, vars[i], width);
	if (!n)
		out_printf("no variables yet: NAME = EXPRESSION makes one\n");
	return ST_OK;
}

/* ---- source, echo, quit ---- */

static enum status run_source(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	struct str path = arena_copy(in->arena, in->args[0].str);
	struct arena outer =
		s->arena; /* the script's lines reset the session's arena: give them another */
	s->arena = ARENA_INIT;
	bool read = repl_file(s, path.p, err);
	arena_deinit(&s->arena);
	s->arena = outer;
	if (read)
		return ST_OK;
	err->span = in->node->span;
	return ST_ERROR;
}

static enum status run_echo(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out, (void)err;
	struct buf *b = out_text();
	bool first = true;
	for (size_t i = 0; i < in->n; i++) {
		struct value v = in->args[i];
		if (v.type.base == T_NONE)
			continue;
		if (!first)
			buf_putc(b, ' ');
		first = false;
		if (v.type.base == T_STRING && !v.type.depth)
			out_escape_lines(b, v.str);
		else
			value_print(b, v);
	}
	buf_putc(b, '\n');
	return ST_OK;
}

static enum status run_quit(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)in, (void)out, (void)err;
	s->quit = true;
	return ST_OK;
}

const struct row rows_shell[] = {
	{
		.form = {.name = "vars", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "shell",
		.summary = "list the variables",
		.details = "Name, type, value, and for pointers what they point into.",
		.example = "p = mmap page\nn = 3\nvars",
		.see = "set",
		.run = run_vars,
	},
	{
		.form = {.name = "source",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "FILE", .kind = KIND_FILE, .reads = READS_WORD})},
		.group = "shell",
		.summary = "run the statements of a file",
		.details = "They run in this session, as if they were typed; variables stay. "
			   "Errors name the file and line.",
		.example = "!echo 'n = 5' >n.fl\nsource n.fl\nexpect n == 5",
		.see = "quit",
		.run = run_source,
	},
	{
		.form = {.name = "echo",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "VALUE",
				.kind = KIND_ANY,
				.flags = PARAM_OPTIONAL | PARAM_REPEATS | PARAM_TEXT})},
		.group = "shell",
		.summary = "print strings and values",
		.details = "Strings print as they are, values as a statement would show them, a "
			   "blank between.",
		.example = "n = 16\necho \"n is\" n \"and page is\" page",
		.see = "vars",
		.run = run_echo,
	},
	{
		.form = {.name = "quit", .aliases = "q", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "shell",
		.summary = "leave faultline",
		.details = "The target ends with it. In a script the rest is not run; the exit "
			   "status is that of what ran.",
		.example = "quit",
		.see = "exit",
		.run = run_quit,
	},
	{
		.form = {.name = "exit", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "shell",
		.summary = "the same as quit",
		.details = "With parentheses, exit(status) is the system call: it ends the target, "
			   "not the session.",
		.example = "expect lost exit(3)\nexit",
		.see = "quit",
		.run = run_quit,
	},
	ROW_END,
};
