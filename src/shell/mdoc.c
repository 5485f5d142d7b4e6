/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows, options and settings as parts of a manual page in mdoc. */
#include <ctype.h>

#include "shell/mdoc.h"
#include "shell/options.h"
#include "shell/row.h"
#include "shell/setting.h"

/* Adds the character at P, escaped for roff, and returns the bytes that it takes. */
static size_t add_char(struct buf *b, const char *p)
{
	static const struct {
		char c;
		const char *roff;
	} special[] = {{'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'^', "\\(ha"},
		{'~', "\\(ti"}, {'"', "\\(dq"}};
	unsigned char c = (unsigned char)*p;
	size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (*p == special[i].c) {
			buf_puts(b, special[i].roff);
			return 1;
		}
	if (n == 1) {
		buf_putc(b, *p);
		return 1;
	}
	uint32_t code = c & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)p[i] & 0x3f);
	buf_printf(b, "\\[u%04X]", code);
	return n;
}

/* TEXT within a line. A dot or quote at a line's start would make it a request. */
static void add_text(struct buf *b, const char *text)
{
	bool line_starts = !b->len || b->p[b->len - 1] == '\n';

	while (*text) {
		if (line_starts && (*text == '.' || *text == '\''))
			buf_puts(b, "\\&");
		line_starts = *text == '\n';
		text += add_char(b, text);
	}
}

/* Prose: blank lines part paragraphs, sentences begin on lines of their own. */
static void add_prose(struct buf *b, const char *text)
{
	struct buf line = BUF_INIT;

	for (; *text; text++) {
		bool sentence_ends =
			strchr(".:?", *text) && text[1] == ' ' && isupper((unsigned char)text[2]);
		if (text[0] == '\n' && text[1] == '\n') {
			buf_puts(&line, "\n");
			add_text(b, buf_cstr(&line));
			buf_puts(b, ".Pp\n");
			buf_clear(&line);
			text++;
		} else {
			buf_putc(&line, *text);
			if (sentence_ends) {
				buf_putc(&line, '\n');
				text++;
			}
		}
	}
	add_text(b, buf_cstr(&line));
	buf_putc(b, '\n');
	buf_deinit(&line);
}

/* A row's summary as a sentence. */
static void add_summary(struct buf *b, const char *summary)
{
	char first[2] = {(char)toupper((unsigned char)*summary), '\0'};

	add_text(b, first);
	add_text(b, summary + 1);
	buf_puts(b, ".\n");
}

/* A word of a macro's arguments: nothing in it may be taken for a macro or a delimiter. */
static void add_argument(struct buf *b, const char *word)
{
	buf_puts(b, " \\&");
	add_text(b, word);
}

static void command_head(struct buf *b, const struct row *row)
{
	const struct form *form = &row->form;

	buf_puts(b, ".It Ic");
	add_argument(b, form->name);
	for (unsigned i = 0; i < form->n_params; i++) {
		const struct param *param = &form->params[i];
		bool format = i == 0 && form->flags & FORM_FORMAT;
		bool optional = format || param->flags & (PARAM_OPTIONAL | PARAM_ELIDED);

		buf_puts(b, format ? " Ns Oo / Ns Ar" : optional ? " Oo Ar" : " Ar");
		add_argument(b, param->name + (format && param->name[0] == '/'));
		if (optional)
			buf_puts(b, " Oc");
		if (param->flags & PARAM_REPEATS)
			buf_puts(b, " Ns \\[u2026]");
	}
	buf_putc(b, '\n');
}

static void function_head(struct buf *b, const struct row *row)
{
	unsigned n;
	const struct param *params = row_c_params(row, NULL, &n);

	buf_puts(b, ".It Fn");
	add_argument(b, row->form.name);
	for (unsigned i = 0; i < n; i++) {
		const struct param *param = &params[i];
		buf_puts(b, " \"");
		add_text(b, param->name);
		buf_puts(b, param->flags & PARAM_REPEATS ? "\\[u2026]\"" : "\"");
	}
	buf_putc(b, '\n');
}

/* "If left out, PROT is rw, FLAGS is private|anon." */
static void defaults(struct buf *b, const struct row *row)
{
	const struct form *form = &row->form;
	const char *start = "If left out,\n.Ar";

	for (unsigned i = 0; i < form->n_params; i++) {
		const char *name = form->params[i].name;
		if (!form->params[i].dflt)
			continue;
		buf_puts(b, start);
		add_argument(b, name + (*name == '/'));
		buf_puts(b, "\nis ");
		add_text(b, form->params[i].dflt);
		start = ",\n.Ar";
	}
	if (*start == ',')
		buf_puts(b, ".\n");
}

/* "Also called hexdump, db." */
static void names(struct buf *b, const char *title, const char *list)
{
	const char *separator = title;

	if (!list)
		return;
	while (*(list += strspn(list, " "))) {
		size_t n = strcspn(list, " ");
		buf_printf(b, "%s\n.Ic \\&%.*s", separator, (int)n, list);
		separator = " ,";
		list += n;
	}
	if (separator != title)
		buf_puts(b, " .\n");
}

static void example(struct buf *b, const char *text)
{
	if (!text)
		return;
	buf_puts(b, ".Bd -literal -offset indent\n");
	add_text(b, text);
	buf_puts(b, "\n.Ed\n");
}

static void add_row(struct buf *b, const struct row *row)
{
	if (row->form.flags & FORM_COMMAND)
		command_head(b, row);
	if (row->form.flags & FORM_FUNCTION)
		function_head(b, row);
	add_summary(b, row->summary);
	if (row->details)
		add_prose(b, row->details);
	defaults(b, row);
	if (row->since)
		buf_printf(b, "Since Linux %s.\n", row->since);
	names(b, "Also called", row->form.aliases);
	names(b, "See", row->see);
	example(b, row->example);
}

void mdoc_commands(struct buf *b)
{
	const char *group = "";
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++) {
		if (strcmp(row->group, group) != 0) {
			const struct row_group *title = row_groups;
			while (title->name && strcmp(title->name, row->group) != 0)
				title++;
			buf_puts(b, *group ? ".El\n" : "");
			buf_printf(b, ".Ss %s\n.Bl -tag -width Ds\n",
				title->name ? title->title : row->group);
			group = row->group;
		}
		add_row(b, row);
	}
	buf_puts(b, *group ? ".El\n" : "");
}

static void option_head(struct buf *b, const struct option_row *row)
{
	buf_puts(b, ".It");
	if (row->letter)
		buf_printf(b, " Fl %c", row->letter);
	if (row->letter && row->name)
		buf_puts(b, " ,");
	if (row->name) {
		buf_puts(b, " Fl \\-");
		add_text(b, row->name);
	}
	if (row->argument)
		buf_printf(b, row->name ? " Ns = Ns Ar %s" : " Ar %s", row->argument);
	buf_putc(b, '\n');
}

void mdoc_options(struct buf *b)
{
	buf_puts(b, ".Bl -tag -width Ds\n");
	for (const struct option_row *row = option_rows; row->letter || row->name; row++) {
		option_head(b, row);
		add_summary(b, row->summary);
	}
	buf_puts(b, ".El\n");
}

void mdoc_settings(struct buf *b)
{
	const struct setting *setting;

	buf_puts(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; (setting = setting_at(i)); i++) {
		const char *values = setting->values;
		const char *separator = "";
		buf_printf(b, ".It Cm %s", setting->name);
		while (*(values += strspn(values, " "))) {
			size_t n = strcspn(values, " ");
			buf_printf(b, "%s Cm %.*s", separator, (int)n, values);
			separator = " |";
			values += n;
		}
		buf_putc(b, '\n');
		add_summary(b, setting->summary);
	}
	buf_puts(b, ".El\n");
}
