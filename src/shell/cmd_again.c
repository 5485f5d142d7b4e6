/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: watch, unwatch, time, repeat, alias, unalias. */
#include <stdio.h>
#include <time.h>

#include "shell/aliases.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/tables.h"
#include "shell/watches.h"

/* ---- watch, unwatch ---- */

static enum status run_watch(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	if (in->args[0].type.base != T_NONE && !watch_add(s, in->args[0].str, err)) {
		err->span.at += in->node->args[0]->span.at;
		return ST_ERROR;
	}
	size_t first = in->args[0].type.base != T_NONE ? s->watches.n - 1 : 0;
	for (size_t i = first; i < s->watches.n; i++) {
		out_printf("  watch %zu  ", i + 1);
		watch_print(out_text(), &s->watches.v[i]);
		out_printf("\n");
	}
	if (!s->watches.n)
		out_printf("nothing is watched: watch EXPRESSION shows it whenever it changed\n");
	return ST_OK;
}

static enum status run_unwatch(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	if (in->args[0].type.base == T_NONE) {
		while (s->watches.n)
			watch_remove(s, s->watches.n - 1);
		return ST_OK;
	}
	uint64_t number = value_bits(in->args[0]);
	if (!number || number > s->watches.n) {
		err_set(err, ERR_VALUE, in->node->args[0]->span,
			"there is no watch of this number: watch lists them");
		return ST_ERROR;
	}
	watch_remove(s, (size_t)number - 1);
	return ST_OK;
}

/* ---- time, repeat ---- */

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A count of the target, by the function that scripts use. */
static int64_t counter(struct session *s, const char *name, struct arena *arena)
{
	const struct row *row = row_find(str_from(name), FORM_FUNCTION);
	struct called called = {0};
	struct err err = {0};
	const struct invocation in = {.row = row, .arena = arena, .node = &(struct node){0}};
	return row->run(s, &in, &called, &err) == ST_OK ? (int64_t)called.value.bits : 0;
}

static void print_duration(struct buf *b, uint64_t ns)
{
	if (ns < 1000)
		buf_printf(b, "%u ns", (unsigned)ns);
	else if (ns < 1000000)
		buf_printf(b, "%.1f µs", (double)ns / 1e3);
	else if (ns < 1000000000)
		buf_printf(b, "%.1f ms", (double)ns / 1e6);
	else
		buf_printf(b, "%.2f s", (double)ns / 1e9);
}

static void print_count(struct buf *b, int64_t n, const char *what)
{
	if (n > 0)
		buf_printf(b, ", %lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}

static enum status run_time(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out, (void)err;
	int64_t minor = counter(s, "minflt", in->arena), major = counter(s, "majflt", in->arena);
	uint64_t start = now_ns();
	eval_run(&s->ev, in->node->args[0]);
	uint64_t end = now_ns();
	buf_puts(out_text(), "  took ");
	print_duration(out_text(), end - start);
	print_count(out_text(), counter(s, "minflt", in->arena) - minor, "minor fault");
	print_count(out_text(), counter(s, "majflt", in->arena) - major, "major fault");
	buf_putc(out_text(), '\n');
	return ST_OK;
}

static enum status run_repeat(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct arena_mark mark = arena_mark(&s->arena);
	int64_t n = (int64_t)value_bits(in->args[0]);
	(void)out;
	if (n < 0) {
		err_set(err, ERR_VALUE, in->node->args[0]->span,
			"it cannot be done less than 0 times");
		return ST_ERROR;
	}
	for (int64_t i = 0; i < n && !remote_interrupted(); i++) {
		if (!eval_run(&s->ev, in->node->args[1]))
			break;
		arena_release(&s->arena, mark);
	}
	return ST_OK;
}

/* ---- alias, unalias ---- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		if (!letter && c != '_' && !(i && c >= '0' && c <= '9'))
			return false;
	}
	return s.n > 0;
}

static enum status list_aliases(const struct session *s, struct str name)
{
	bool some = false;
	for (size_t i = 0; i < s->aliases.n; i++) {
		const struct alias *a = s->aliases.v[i];
		if (name.n && !str_is(name, a->name))
			continue;
		out_printf("alias %s ", a->name);
		out_escape(out_text(), str_from(a->text));
		out_printf("\n");
		some = true;
	}
	if (!some)
		out_printf(name.n ? "no alias of this name: alias NAME TEXT makes one\n"
				  : "no aliases yet: alias NAME TEXT makes one\n");
	return ST_OK;
}

static enum status run_alias_command(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	if (in->args[0].type.base == T_NONE)
		return list_aliases(s, STR(""));
	struct str name = in->args[0].str;
	if (in->args[1].type.base == T_NONE)
		return list_aliases(s, name);
	if (is_name(name) && !row_find(name, FORM_COMMAND)) {
		alias_set(&s->aliases, name, in->args[1].str);
		return ST_OK;
	}
	err_set(err, ERR_NAME, in->node->args[0]->span,
		is_name(name) ? "%.*s is a command already"
			      : "an alias is a name: letters, digits and _, not \"%.*s\"",
		(int)name.n, name.p);
	return ST_ERROR;
}

static enum status run_unalias(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	struct str name = in->args[0].str;
	if (alias_remove(&s->aliases, name))
		return ST_OK;
	err_set(err, ERR_NAME, in->node->args[0]->span, "no alias \"%.*s\": alias lists them",
		(int)name.n, name.p);
	return ST_ERROR;
}

#define STATEMENT                                                                                  \
	{                                                                                          \
		.name = "STATEMENT", .kind = KIND_STATEMENT, .reads = READS_STATEMENT              \
	}
#define COMMAND(command, ...)                                                                      \
	.form = {.name = command,                                                                  \
		.aliases = "",                                                                     \
		.flags = FORM_COMMAND | FORM_SHELL,                                                \
		PARAMS(__VA_ARGS__)}

const struct row rows_again[] = {
	{
		COMMAND("watch", {.name = "EXPRESSION",
					 .kind = KIND_ANY,
					 .reads = READS_TEXT,
					 .flags = PARAM_OPTIONAL}),
		.group = "shell",
		.summary = "show an expression whenever a statement changed it",
		.details = "EXPRESSION is evaluated after each statement, by real loads, which "
			   "bring pages in as any load does; when "
			   "its value is another than before, both are shown. It must change "
			   "nothing itself. Without EXPRESSION "
			   "what is watched is listed.",
		.example = "p = mmap page\nwatch *p\n*p = 5\nunwatch",
		.see = "unwatch why",
		.run = run_watch,
	},
	{
		COMMAND("unwatch", {.name = "NUMBER",
					   .kind = KIND_WATCH,
					   .flags = PARAM_OPTIONAL,
					   .dflt = "all"}),
		.group = "shell",
		.summary = "watch an expression no longer",
		.details = "NUMBER is the one that watch lists.",
		.example = "n = 1\nwatch n\nunwatch 1",
		.see = "watch",
		.run = run_unwatch,
	},
	{
		COMMAND("time", STATEMENT),
		.group = "shell",
		.summary = "tell how long a statement takes",
		.details = "The time from the start of the statement to its end as the shell sees "
			   "it, the way to the target and back "
			   "and the making of its output included, and the page faults of the "
			   "target meanwhile. With parentheses, "
			   "time(addr) is the system call.",
		.example = "p = mmap page\ntime *p = 1",
		.see = "repeat minflt",
		.run = run_time,
	},
	{
		COMMAND("repeat", {.name = "N", .kind = KIND_NUMBER}, STATEMENT),
		.group = "shell",
		.summary = "run a statement several times",
		.details = "A block { } makes one statement of several. ^C ends it.",
		.example = "n = 0\nrepeat 3 n += 2\nexpect n == 6",
		.see = "time",
		.run = run_repeat,
	},
	{
		COMMAND("alias",
			{.name = "NAME",
				.kind = KIND_TEXT,
				.reads = READS_WORD,
				.flags = PARAM_OPTIONAL},
			{.name = "TEXT",
				.kind = KIND_STATEMENT,
				.reads = READS_TEXT,
				.flags = PARAM_OPTIONAL}),
		.group = "shell",
		.summary = "make a command of your own",
		.details = "NAME then stands for TEXT: what is typed behind it is added to TEXT, "
			   "and the whole is run. Aliases of your "
			   "own belong into the init file. Without TEXT they are shown.",
		.example = "alias lib maps libc\nlib\nalias",
		.see = "unalias",
		.run = run_alias_command,
	},
	{
		COMMAND("unalias", {.name = "NAME", .kind = KIND_ALIAS, .reads = READS_WORD}),
		.group = "shell",
		.summary = "forget an alias",
		.details = "Of those that alias made.",
		.example = "alias lib maps libc\nunalias lib",
		.see = "alias",
		.run = run_unalias,
	},
	ROW_END,
};
