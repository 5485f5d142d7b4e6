/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: help and apropos, from the rows and the topics. */
#include <stdio.h>
#include <stdlib.h>

#include "base/suggest.h"
#include "mem/flags.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/setting.h"
#include "shell/sysnames.h"
#include "shell/tables.h"
#include "shell/topics.h"

/* ---- Text in lines ---- */

/* TEXT in lines of at most WIDTH columns, each behind INDENT blanks; blank lines stay, lines that begin with a blank too. */
static void wrap(const char *text, unsigned indent, unsigned width)
{
	struct buf *b = out_text();
	unsigned column = 0;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " \n");
		if (column && column + 1 + n > width) {
			buf_putc(b, '\n');
			column = 0;
		}
		buf_pad(b, ' ', column ? 1 : n ? indent : 0);
		column = (column ? column + 1 : indent) + (unsigned)n;
		buf_add(b, p, n);
		p += n;
		for (; *p == '\n'; p++) {
			buf_putc(b, '\n');
			column = 0;
		}
		p += strspn(p, " ");
	}
	buf_putc(b, '\n');
}

static unsigned text_width(void)
{
	return MIN(out_width(), 100u);
}

/* ---- help ---- */

static void list_group(const struct row_group *group)
{
	const struct row *row;
	out_styled(STYLE_HEADING, group->title);
	buf_putc(out_text(), '\n');
	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!strcmp(row->group, group->name))
			out_printf("  %-17s %s\n", row->form.name, row->summary);
	}
}

static void help_all(void)
{
	out_printf("Type the C call you would have written, or its short form without parentheses:\n"
		   "  p = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)\n"
		   "  p = mmap page rw        *p = 100        *(u8 *)(p + page)        why\n\n");
	for (const struct row_group *g = row_groups; g->name; g++)
		list_group(g);
	out_printf("\nhelp NAME tells more, apropos WORD searches. Topics:");
	for (const struct topic *t = topics; t->name; t++)
		out_printf(" help %s%s", t->name, t[1].name ? "," : ".\n");
}

static void section(const char *title)
{
	buf_putc(out_text(), '\n');
	out_styled(STYLE_HEADING, title);
	buf_putc(out_text(), '\n');
}

static void help_example(const char *example)
{
	section("Example");
	for (const char *p = example; *p;) {
		size_t n = strcspn(p, "\n");
		out_printf("  %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
}

static void help_words(const struct flag_set *set)
{
	section(set->prefix);
	for (const struct flag *f = set->flags; f->name; f++)
		out_printf("  %-24s%s%s\n", f->name, f->meaning ? " " : "", f->meaning ? f->meaning : "");
}

static void help_settings(void)
{
	section("Settings");
	const struct setting *setting;
	for (size_t i = 0; (setting = setting_at(i)); i++)
		out_printf("  %-10s %-18s %s\n", setting->name, setting->values, setting->summary);
}

static void help_row(const struct row *row)
{
	struct buf b = BUF_INIT;
	out_styled(STYLE_HEADING, row->form.name);
	out_printf(": %s\n\n", row->summary);
	if (row->form.flags & FORM_COMMAND) {
		row_synopsis(&b, row);
		out_printf("  %s\n", buf_cstr(&b));
	}
	if (row->form.flags & FORM_FUNCTION) {
		buf_clear(&b);
		row_prototype(&b, row);
		out_printf("  %s\n", buf_cstr(&b));
	}
	for (unsigned i = 0; i < row->form.n_params; i++) {
		if (row->form.params[i].dflt)
			out_printf("  %s left out means %s\n", row->form.params[i].name, row->form.params[i].dflt);
	}
	buf_putc(out_text(), '\n');
	wrap(row->details, 2, text_width());
	if (row->run && !strcmp(row->form.name, "set"))
		help_settings();
	for (unsigned i = 0; i < row->form.n_params; i++) {
		if (row->form.params[i].kind == KIND_FLAGS)
			help_words(row->form.params[i].set);
	}
	help_example(row->example);
	if (row->since)
		out_printf("\nSince Linux %s.\n", row->since);
	if (row->form.aliases[0])
		out_printf("\nAlso called: %s\n", row->form.aliases);
	if (row->see[0])
		out_printf("\nSee also: %s\n", row->see);
	buf_deinit(&b);
}

static void help_raw_call(const struct sysname *call)
{
	out_printf("%s: system call number %ld", call->name, call->nr);
	if (call->since)
		out_printf(", since Linux %s", call->since);
	out_printf("\n\n  %s(...)\n\n", call->name);
	wrap("It has no row of its own: call it in parentheses with up to six numbers, addresses or strings, as man 2 "
	     "describes it. Strings are placed in the target for the call. The mappings that it changed are shown.",
		2, text_width());
}

static bool help_constant(struct str name)
{
	const struct flag *flag;
	for (size_t i = 0; (flag = constant_at(i)); i++) {
		if (!str_is(name, flag->name))
			continue;
		out_printf("%s = %llu (0x%llx)%s%s\n", flag->name, (unsigned long long)flag->value,
			(unsigned long long)flag->value, flag->meaning ? ": " : "", flag->meaning ? flag->meaning : "");
		return true;
	}
	return false;
}

static const struct row *find_row(struct str name)
{
	const struct row *row = row_find(name, FORM_COMMAND);
	if (!row)
		row = row_find(name, FORM_FUNCTION);
	return row ? row : row_by_alias(name);
}

static const struct topic *find_topic(struct str name)
{
	for (const struct topic *t = topics; t->name; t++) {
		if (str_is(name, t->name))
			return t;
	}
	return NULL;
}

static bool nothing_known(struct str name, struct span span, struct err *err)
{
	struct suggest best = suggest_start(name);
	const struct row *row;
	for (size_t i = 0; (row = row_at(i)); i++)
		suggest_offer(&best, row->form.name);
	for (const struct topic *t = topics; t->name; t++)
		suggest_offer(&best, t->name);
	if (best.best)
		return err_set(err, ERR_NAME, span, "no help on \"%.*s\": did you mean %s?", (int)name.n, name.p, best.best);
	return err_set(err, ERR_NAME, span, "no help on \"%.*s\": try apropos %.*s", (int)name.n, name.p, (int)name.n, name.p);
}

static enum status run_help(struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out;
	bool known = true;
	out_page_begin();
	if (in->args[0].type.base == T_NONE) {
		help_all();
	} else {
		struct str name = in->args[0].str;
		const struct row *row = find_row(name);
		const struct topic *topic = find_topic(name);
		const struct sysname *call = sysname_find(name);
		if (row)
			help_row(row);
		else if (topic)
			out_printf("%s", topic->text);
		else if (call)
			help_raw_call(call);
		else
			known = help_constant(name) || nothing_known(name, in->node->args[0]->span, err);
	}
	out_page_end();
	return known ? ST_OK : ST_ERROR;
}

/* ---- apropos ---- */

static bool mentions(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

static enum status run_apropos(struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out, (void)err;
	struct str copy = arena_copy(in->arena, in->args[0].str);
	size_t found = 0;
	const struct row *row;
	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!mentions(row->form.name, copy.p) && !mentions(row->summary, copy.p) && !mentions(row->details, copy.p) &&
			!mentions(row->form.aliases, copy.p))
			continue;
		out_printf("%-17s %s\n", row->form.name, row->summary);
		found++;
	}
	const struct sysname *call;
	for (size_t i = 0; (call = sysname_at(i)); i++) {
		if (!mentions(call->name, copy.p) || row_find(str_from(call->name), FORM_FUNCTION))
			continue;
		out_printf("%s() system call, raw arguments\n", call->name);
		found++;
	}
	const struct flag *flag;
	for (size_t i = 0; (flag = constant_at(i)); i++) {
		if (!mentions(flag->name, copy.p) && !mentions(flag->meaning, copy.p))
			continue;
		out_printf("%s%s%s\n", flag->name, flag->meaning ? " " : "", flag->meaning ? flag->meaning : "");
		found++;
	}
	if (!found)
		out_printf("nothing is about \"%s\"\n", copy.p);
	return ST_OK;
}

const struct row rows_help[] = {
	{
		.form = {.name = "help", .aliases = "?", .flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "NAME", .kind = KIND_TOPIC, .reads = READS_WORD, .flags = PARAM_OPTIONAL, .dflt = "all"})},
		.group = "shell",
		.summary = "list the commands, or tell all about one",
		.details = "NAME is a command, a function, a system call, a constant or a topic.",
		.example = "help mmap\nhelp language\nhelp MADV_DONTNEED",
		.see = "apropos",
		.run = run_help,
	},
	{
		.form = {.name = "apropos", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "WORD", .kind = KIND_TOPIC, .reads = READS_WORD})},
		.group = "shell",
		.summary = "search names and descriptions",
		.details = "Lists the commands, system calls and constants that mention WORD.",
		.example = "apropos protection",
		.see = "help",
		.run = run_apropos,
	},
	ROW_END,
};
