/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of options, and how the command line is read by it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/suggest.h"
#include "shell/options.h"

const struct option_row option_rows[] = {
	{'c', NULL, "STATEMENT", "run STATEMENT; may be given again"},
	{'e', NULL, NULL, "stop at the first statement that fails"},
	{'x', NULL, NULL, "echo each statement of a script before its output"},
	{'i', NULL, NULL, "afterwards read statements from standard input, with a prompt"},
	{'q', NULL, NULL, "start without a greeting"},
	{0, "color", "WHEN", "colour the output: auto, always or never", "auto always never"},
	{0, "norc", NULL, "do not read the init file at the start of a session at a terminal"},
	{0, "no-aslr", NULL, "give the target a fixed layout"},
	{'h', "help", NULL, "print this help and exit"},
	{'V', "version", NULL, "print the version and exit"},
	{0},
};

/* What is read, argument by argument. */
struct reader {
	char **argv; /* the rest, NULL at the end */
	struct err *err;
};

static bool fail(struct reader *r, const char *text)
{
	return err_set(r->err, ERR_ARGS, (struct span){0}, "%s: see --help", text);
}

static const struct option_row *by_letter(char letter)
{
	for (const struct option_row *row = option_rows; row->letter || row->name; row++)
		if (row->letter == letter)
			return row;
	return NULL;
}

static const struct option_row *by_name(struct str name)
{
	for (const struct option_row *row = option_rows; row->letter || row->name; row++)
		if (row->name && str_is(name, row->name))
			return row;
	return NULL;
}

static bool set_color(struct options *o, const char *when, struct reader *r)
{
	static const char *const names[] = {"auto", "always", "never"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(when, names[i]) == 0) {
			o->color = (enum color_mode)i;
			return true;
		}
	return err_set(r->err, ERR_ARGS, (struct span){0},
		"--color is auto, always or never, not \"%.100s\": see --help", when);
}

/* Notes that ROW was given, with VALUE if it takes one. */
static bool apply(
	struct options *o, const struct option_row *row, const char *value, struct reader *r)
{
	switch (row->letter) {
	case 'c':
		o->statements[o->n_statements++] = value;
		return true;
	case 'e':
		o->stop_at_error = true;
		return true;
	case 'x':
		o->echo = true;
		return true;
	case 'i':
		o->interactive = true;
		return true;
	case 'q':
		o->quiet = true;
		return true;
	case 'h':
		o->help = true;
		return true;
	case 'V':
		o->version = true;
		return true;
	}
	if (strcmp(row->name, "color") == 0)
		return set_color(o, value, r);
	if (strcmp(row->name, "norc") == 0)
		o->norc = true;
	else
		o->no_aslr = true;
	return true;
}

static bool unknown_name(struct str name, struct reader *r)
{
	struct suggest near = suggest_start(name);
	int n = (int)MIN(name.n, 100);

	for (const struct option_row *row = option_rows; row->letter || row->name; row++)
		if (row->name)
			suggest_offer(&near, row->name);
	if (!near.best)
		return err_set(r->err, ERR_ARGS, (struct span){0},
			"unknown option --%.*s: see --help", n, name.p);
	return err_set(r->err, ERR_ARGS, (struct span){0},
		"unknown option --%.*s (did you mean --%s?): see --help", n, name.p, near.best);
}

/* --NAME, --NAME=VALUE, or --NAME with the value in the next argument. */
static bool read_long(struct options *o, const char *text, struct reader *r)
{
	const char *equals = strchr(text, '=');
	struct str name = {text, equals ? (size_t)(equals - text) : strlen(text)};
	const struct option_row *row = by_name(name);
	const char *value = equals ? equals + 1 : NULL;
	char message[120];

	if (!row)
		return unknown_name(name, r);
	if (value && !row->argument) {
		snprintf(message, sizeof(message), "--%s takes no argument", row->name);
		return fail(r, message);
	}
	if (row->argument && !value && !(value = *r->argv++)) {
		r->argv--;
		snprintf(message, sizeof(message), "--%s needs an argument: %s", row->name,
			row->argument);
		return fail(r, message);
	}
	return apply(o, row, value, r);
}

/* -x, -xeq, -cSTATEMENT, or -c with the statement in the next argument. */
static bool read_letters(struct options *o, const char *text, struct reader *r)
{
	char message[120];

	for (; *text; text++) {
		const struct option_row *row = by_letter(*text);
		if (!row) {
			int n = 1;
			while (((unsigned char)text[n] & 0xc0) == 0x80)
				n++;
			snprintf(message, sizeof(message), "unknown option -%.*s", n, text);
			return fail(r, message);
		}
		if (!row->argument) {
			apply(o, row, NULL, r);
			continue;
		}
		const char *value = text[1] ? text + 1 : *r->argv++;
		if (!value) {
			r->argv--;
			snprintf(message, sizeof(message), "-%c needs an argument: %s", *text,
				row->argument);
			return fail(r, message);
		}
		return apply(o, row, value, r);
	}
	return true;
}

static bool read_all(struct options *o, struct reader *r)
{
	while (*r->argv) {
		const char *text = *r->argv++;
		if (strcmp(text, "--") == 0)
			break;
		bool option = text[0] == '-' && text[1];
		if (!option)
			o->files[o->n_files++] = text;
		else if (text[1] == '-' ? !read_long(o, text + 2, r)
					: !read_letters(o, text + 1, r))
			return false;
	}
	while (*r->argv)
		o->files[o->n_files++] = *r->argv++;
	return true;
}

bool options_parse(struct options *out, int argc, char **argv, struct err *err)
{
	struct reader r = {.argv = argv + (argc > 0), .err = err};
	struct options o = {
		.statements = calloc((size_t)argc + 1, sizeof(*o.statements)),
		.files = calloc((size_t)argc + 1, sizeof(*o.files)),
	};

	if (!o.statements || !o.files)
		abort();
	if (!read_all(&o, &r)) {
		options_deinit(&o);
		return false;
	}
	*out = o;
	return true;
}

void options_deinit(struct options *o)
{
	free(o->statements);
	free(o->files);
	*o = (struct options){0};
}

static void help_row(struct buf *b, const struct option_row *row)
{
	struct buf left = BUF_INIT;

	if (row->letter)
		buf_printf(&left, "-%c%s", row->letter, row->name ? ", " : "");
	else
		buf_puts(&left, "    ");
	if (row->name)
		buf_printf(&left, "--%s", row->name);
	if (row->argument)
		buf_printf(&left, "%c%s", row->name ? '=' : ' ', row->argument);
	buf_printf(b, "  %-17s %s\n", buf_cstr(&left), row->summary);
	buf_deinit(&left);
}

void options_help(struct buf *b)
{
	buf_puts(b,
		"usage: faultline [OPTION]… [FILE]…\n"
		"\n"
		"Explores the memory mappings of a real process: type the C call you would have\n"
		"written. Statements come from each -c and from the FILEs, where - is standard\n"
		"input, or, with neither, from standard input.\n"
		"\n");
	for (const struct option_row *row = option_rows; row->letter || row->name; row++)
		help_row(b, row);
	buf_puts(b,
		"\n"
		"Exit status: 0 all went well, 1 a statement failed, 2 bad usage or a statement\n"
		"that could not be understood. At the prompt, help explains the language and\n"
		"the commands.\n");
}
