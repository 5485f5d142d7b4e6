/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: help and apropos, from the rows and the topics. */
#include <stdio.h>
#include <stdlib.h>

#include "base/suggest.h"
#include "mem/errno_why.h"
#include "mem/flags.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/setting.h"
#include "shell/signature.h"
#include "shell/sysnames.h"
#include "shell/tables.h"
#include "shell/topics.h"

/* ---- Text ---- */

enum {
	NAMES_COLUMN = 11, /* where a list's second column begins */
	ROOMY = 40,        /* lines of a screen that holds the overview with every name */
};

/* The line that *TEXT begins with; moves *TEXT behind it. */
static struct str take_line(const char **text)
{
	size_t n = strcspn(*text, "\n");
	struct str line = {*text, n};
	*text += n + ((*text)[n] == '\n');
	return line;
}

/* Paragraphs behind INDENT blanks and those they begin with; a line that begins with a tab stays as
 * it is. */
static void prose(const char *text, unsigned indent)
{
	while (*text) {
		struct str line = take_line(&text);
		unsigned blanks = 0;
		while (blanks < line.n && line.p[blanks] == ' ')
			blanks++;
		if (line.n && *line.p == '\t') {
			out_printf("%*s%.*s\n", (int)indent + 2, "", (int)line.n - 1, line.p + 1);
			continue;
		}
		buf_pad(out_text(), ' ', line.n ? indent + blanks : 0);
		out_wrap(line, indent + blanks, indent + blanks);
	}
}

static void section(const char *title)
{
	buf_putc(out_text(), '\n');
	out_styled(STYLE_HEADING, title);
	buf_putc(out_text(), '\n');
}

/* "  NAME      text that goes on below itself" */
static void labelled(const char *name, unsigned column, const char *text)
{
	struct buf *b = out_text();
	size_t width = strlen(name);
	buf_puts(b, "  ");
	out_styled(STYLE_LABEL, name);
	buf_pad(b, ' ', width + 4 > column ? 2 : column - width - 2);
	out_wrap(str_from(text), (unsigned)MAX(width + 4, (size_t)column), column);
}

/* ---- help ---- */

/* "map       Mapping memory: mmap munmap …", on a small screen as many names as the line holds. */
static void list_names(const struct row_group *group)
{
	struct buf names = BUF_INIT;
	const struct row *row;
	size_t room = out_width() > NAMES_COLUMN + 2 ? out_width() - NAMES_COLUMN - 2 : 0;
	bool full = false;
	if (!out_to_terminal() || out_height() >= ROOMY)
		room = SIZE_MAX;
	buf_printf(&names, "%s:", group->title);
	for (size_t i = 0; !full && (row = row_at(i)); i++) {
		if (strcmp(row->group, group->name) != 0)
			continue;
		full = names.len + 1 + strlen(row->form.name) > room;
		buf_printf(&names, " %s", full ? "…" : row->form.name);
	}
	labelled(group->name, NAMES_COLUMN, buf_cstr(&names));
	buf_deinit(&names);
}

/* The same with what each is for. */
static void list_group(const struct row_group *group)
{
	const struct row *row;
	out_styled(STYLE_HEADING, group->title);
	buf_putc(out_text(), '\n');
	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!strcmp(row->group, group->name))
			labelled(row->form.name, 17, row->summary);
	}
}

static void name_topics(void)
{
	struct buf names = BUF_INIT;
	for (const struct topic *t = topics; t->name; t++)
		buf_printf(&names, "%s%s", t == topics ? "" : " ", t->name);
	labelled("topics", NAMES_COLUMN, buf_cstr(&names));
	buf_deinit(&names);
}

static void list_topics(void)
{
	for (const struct topic *t = topics; t->name; t++)
		labelled(t->name, 17, t->title);
}

/* A screenful: what does not fit 80 columns and 24 lines nobody reads. */
static void help_start(void)
{
	out_printf(
		"Type the C call you would have written, or its short form without parentheses:\n"
		"  p = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)\n"
		"  p = mmap page rw        *p = 100        *(u8 *)(p + page)        why\n\n");
	for (const struct row_group *g = row_groups; g->name; g++)
		list_names(g);
	name_topics();
	out_printf("\n");
	prose("help NAME explains any of these or lists a group, help all lists everything, "
	      "apropos WORD searches. TAB completes, a ? at a line's end tells what belongs.",
		0);
}

static void help_all(void)
{
	for (const struct row_group *g = row_groups; g->name; g++) {
		if (g != row_groups)
			buf_putc(out_text(), '\n');
		list_group(g);
	}
	section("Topics");
	list_topics();
}

static void help_topic(const struct topic *topic)
{
	out_styled(STYLE_HEADING, topic->title);
	out_printf("\n\n");
	prose(topic->text, 2);
	if (strcmp(topic->name, "language") != 0)
		return;
	struct buf more = BUF_INIT;
	buf_puts(&more, "More:");
	for (const struct topic *t = topic + 1; t->name && strcmp(t->name, "outcomes") != 0; t++)
		buf_printf(&more, "%s help %s", t == topic + 1 ? "" : ",", t->name);
	buf_puts(&more, ".\n");
	buf_putc(out_text(), '\n');
	prose(buf_cstr(&more), 2);
	buf_deinit(&more);
}

static void help_example(const char *example)
{
	section("Example");
	while (*example) {
		struct str line = take_line(&example);
		out_printf("  %.*s\n", (int)line.n, line.p);
	}
}

/* Each argument: what it is, and what is meant when it is left out. */
static void help_arguments(const struct form *form)
{
	unsigned width = 0;
	struct buf b = BUF_INIT;
	for (unsigned i = 0; i < form->n_params; i++)
		width = MAX(width, (unsigned)strlen(form->params[i].name));
	if (form->n_params)
		section("Arguments");
	for (unsigned i = 0; i < form->n_params; i++) {
		const struct param *p = &form->params[i];
		buf_clear(&b);
		param_describe(&b, p);
		if (p->dflt)
			buf_printf(&b, "; left out: %s", p->dflt);
		labelled(p->name, MIN(width, 16u) + 4, buf_cstr(&b));
	}
	buf_deinit(&b);
}

static void help_words(const struct flag_set *set)
{
	section(set->prefix);
	for (const struct flag *f = set->flags; f->name; f++)
		labelled(f->name, 28, f->meaning ? f->meaning : "");
}

static void help_settings(void)
{
	section("Settings");
	const struct setting *setting;
	struct buf b = BUF_INIT;
	for (size_t i = 0; (setting = setting_at(i)); i++) {
		buf_clear(&b);
		buf_printf(
			&b, "%s (%s; the first is the default)", setting->summary, setting->values);
		labelled(setting->name, 13, buf_cstr(&b));
	}
	buf_deinit(&b);
}

/* What the errors of a system call mean: their documented causes, those of one errno together. */
static void help_errors(const struct row *row)
{
	const char *call = row->echo ? row->echo : row->form.name;
	enum { ERRNO_MAX = 134 };
	bool seen[ERRNO_MAX] = {false}, any = false;
	struct documented d, same;
	for (size_t at = 0; errno_documented(call, 0, &at, &d);) {
		if (!d.calls[0] || d.error < 0 || d.error >= ERRNO_MAX || seen[d.error])
			continue;
		if (!any)
			section("Errors");
		any = seen[d.error] = true;
		const char *name = errno_name(d.error);
		for (size_t at_same = 0; errno_documented(call, d.error, &at_same, &same);
			name = "")
			labelled(name, 16, same.text);
	}
	if (any)
		out_printf("  explain %s tells what helps against each.\n", row->form.name);
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
	buf_putc(out_text(), '\n');
	prose(row->details, 2);
	help_arguments(&row->form);
	if (row->run && !strcmp(row->form.name, "set"))
		help_settings();
	for (unsigned i = 0; i < row->form.n_params; i++) {
		if (row->form.params[i].kind == KIND_FLAGS)
			help_words(row->form.params[i].set);
	}
	if (!row->run)
		help_errors(row);
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
	prose("It has no row of its own: call it in parentheses with up to six numbers, addresses "
	      "or strings, as man 2 "
	      "describes it. Strings are placed in the target for the call. The mappings that it "
	      "changed are shown.",
		2);
}

/* What a constant means: its own line, or what the system says of an errno or a signal. */
static const char *constant_meaning(const struct flag *flag)
{
	int number = 0, code = 0;
	if (flag->meaning)
		return flag->meaning;
	switch (outcome_find(str_from(flag->name), &number, &code)) {
	case OUTCOME_ERRNO:
		return errno_text(number);
	case OUTCOME_SIGNAL:
		return sigdescr_np(number);
	default:
		return NULL;
	}
}

static bool help_constant(struct str name)
{
	const struct flag *flag;
	for (size_t i = 0; (flag = constant_at(i)); i++) {
		if (!str_is(name, flag->name))
			continue;
		const char *meaning = constant_meaning(flag);
		out_printf("%s = %llu (0x%llx)%s%s\n", flag->name, (unsigned long long)flag->value,
			(unsigned long long)flag->value, meaning ? ": " : "",
			meaning ? meaning : "");
		return true;
	}
	return false;
}

/* $errno, also without its $. */
static bool help_dollar(struct str name)
{
	const char *known;
	if (name.n && *name.p == '$')
		name = (struct str){name.p + 1, name.n - 1};
	for (size_t i = 0; (known = name_dollar_at(i)); i++) {
		if (str_is(name, known)) {
			out_printf("$%s: %s\n", known, name_dollar_meaning(i));
			return true;
		}
	}
	return false;
}

/* rw, anon: words of command form. */
static bool help_word(struct str name)
{
	static const struct {
		const struct flag_set *set;
		const char *where;
	} sets[] = {{&flags_prot, "mprotect"}, {&flags_map, "mmap"}};
	uint64_t value;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		struct buf b = BUF_INIT;
		if (!flags_word(sets[i].set, name, &value))
			continue;
		flags_print(&b, sets[i].set, value);
		out_printf("%.*s: %s, in the arguments of %s\n", (int)name.n, name.p, buf_cstr(&b),
			sets[i].where);
		buf_deinit(&b);
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

static const struct row_group *find_group(struct str name)
{
	for (const struct row_group *g = row_groups; g->name; g++) {
		if (str_is(name, g->name))
			return g;
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
		return err_set(err, ERR_NAME, span, "no help on \"%.*s\": did you mean %s?",
			(int)name.n, name.p, best.best);
	return err_set(err, ERR_NAME, span, "no help on \"%.*s\": try apropos %.*s", (int)name.n,
		name.p, (int)name.n, name.p);
}

static enum status run_help(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out;
	bool known = true;
	out_page_begin();
	if (in->args[0].type.base == T_NONE) {
		help_start();
	} else if (str_is(in->args[0].str, "all")) {
		help_all();
	} else if (str_is(in->args[0].str, "topics")) {
		list_topics();
	} else {
		struct str name = in->args[0].str;
		const struct row *row = find_row(name);
		const struct topic *topic = find_topic(name);
		const struct row_group *group = find_group(name);
		const struct sysname *call = sysname_find(name);
		if (row)
			help_row(row);
		else if (topic)
			help_topic(topic);
		else if (group)
			list_group(group);
		else if (call)
			help_raw_call(call);
		else
			known = help_constant(name) || help_dollar(name) || help_word(name) ||
				nothing_known(name, in->node->args[0]->span, err);
	}
	out_page_end();
	return known ? ST_OK : ST_ERROR;
}

/* ---- apropos ---- */

static bool mentions(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

static enum status run_apropos(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out, (void)err;
	struct str copy = arena_copy(in->arena, in->args[0].str);
	size_t found = 0;
	const struct row *row;
	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!mentions(row->form.name, copy.p) && !mentions(row->summary, copy.p) &&
			!mentions(row->details, copy.p) && !mentions(row->form.aliases, copy.p))
			continue;
		out_printf("%-17s %s\n", row->form.name, row->summary);
		found++;
	}
	for (const struct topic *t = topics; t->name; t++) {
		if (!mentions(t->name, copy.p) && !mentions(t->title, copy.p) &&
			!mentions(t->text, copy.p))
			continue;
		out_printf("%-13s %s (help %s)\n", t->name, t->title, t->name);
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
		out_printf("%s%s%s\n", flag->name, flag->meaning ? " " : "",
			flag->meaning ? flag->meaning : "");
		found++;
	}
	if (!found) {
		out_printf("nothing is about \"");
		out_escape(out_text(), copy);
		out_printf("\"\n");
	}
	return ST_OK;
}

const struct row rows_help[] = {
	{
		.form = {.name = "help",
			.aliases = "?",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "NAME",
				.kind = KIND_TOPIC,
				.reads = READS_WORD,
				.flags = PARAM_OPTIONAL,
				.dflt = "an overview"})},
		.group = "shell",
		.summary = "list the commands, or tell all about one",
		.details = "NAME is a command, a function, a system call, a constant, a topic, a "
			   "group as help lists them, topics, or all.",
		.example = "help mmap\nhelp language\nhelp MADV_DONTNEED",
		.see = "apropos",
		.run = run_help,
	},
	{
		.form = {.name = "apropos",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "WORD", .kind = KIND_TOPIC, .reads = READS_WORD})},
		.group = "shell",
		.summary = "search names and descriptions",
		.details =
			"Lists the commands, topics, system calls and constants that mention WORD.",
		.example = "apropos protection",
		.see = "help",
		.run = run_apropos,
	},
	ROW_END,
};
