/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program of the build: prints what the rows, options and settings say, for the manual, the
 * tests and the fuzzers.
 *
 *     faultline-rows commands-mdoc   the manual's COMMANDS
 *     faultline-rows options-mdoc    its OPTIONS
 *     faultline-rows settings-mdoc   its SETTINGS
 *     faultline-rows examples        each row's example: name, tab, script with \n for a newline
 *     faultline-rows options         the command line's options, one a line, without explanation
 *     faultline-rows bash-completion, zsh-completion, fish-completion
 *     faultline-rows words           a dictionary for fuzzers: every word of the language, quoted
 */
#include <stdio.h>

#include "mem/errno_why.h"
#include "mem/flags.h"
#include "shell/mdoc.h"
#include "shell/options.h"
#include "shell/row.h"
#include "shell/setting.h"
#include "shell/shells.h"

static void examples(struct buf *b)
{
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!row->example)
			continue;
		buf_printf(b, "%s\t", row->form.name);
		for (const char *p = row->example; *p; p++)
			if (*p == '\n')
				buf_puts(b, "\\n");
			else if (*p == '\\')
				buf_puts(b, "\\\\");
			else
				buf_putc(b, *p);
		buf_putc(b, '\n');
	}
}

static void options(struct buf *b)
{
	for (const struct option_row *row = option_rows; row->letter || row->name; row++) {
		if (row->letter)
			buf_printf(b, "-%c\n", row->letter);
		if (row->name)
			buf_printf(b, "--%s%s\n", row->name, row->argument ? "=" : "");
	}
}

/* A line of a dictionary as libFuzzer and AFL read it. */
static void word(struct buf *b, struct str text)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_printf(b, "\\%c", text.p[i]);
		else if (text.p[i] >= ' ' && text.p[i] < 0x7f)
			buf_putc(b, text.p[i]);
		else
			buf_printf(b, "\\x%02x", (unsigned char)text.p[i]);
	buf_puts(b, "\"\n");
}

static void row_words(struct buf *b, const struct row *row)
{
	const char *alias = row->form.aliases;

	word(b, str_from(row->form.name));
	while (alias && *(alias += strspn(alias, " "))) {
		size_t n = strcspn(alias, " ");
		word(b, (struct str){alias, n});
		alias += n;
	}
}

static void words(struct buf *b)
{
	static const char *const others[] = {"if", "else", "while", "for", "break", "continue",
		"expect", "ok", "refused", "lost", "interrupted", "page", "NULL", "MAP_FAILED",
		"$_", "$errno", "sizeof", "u8", "u64 *", "(u32 *)", "float", "double",
		"unsigned long", "void *", "hex\"90 c3\"", "0x", "4K", "1G", "'a'", "\\\n",
		"<<=", ">>=", "&&", "||", "++", "--", "?:", "//", "#", "| ", "!", "/4gx", "rw",
		"r-x", "none", "private|anon"};
	const struct flag *flag;
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		row_words(b, row);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		word(b, str_from(others[i]));
	for (size_t i = 0; (flag = constant_at(i)); i++)
		word(b, str_from(flag->name));
}

/* Each errno of each call for which a cause is documented, once: "mmap<tab>EINVAL". */
static void errnos(struct buf *b)
{
	const struct row *row;
	for (size_t i = 0; (row = row_at(i)); i++) {
		const char *name = row->echo ? row->echo : row->form.name;
		struct documented d;
		if (row->run)
			continue;
		for (int error = 1; error < 134; error++) {
			size_t at = 0;
			if (errno_documented(name, error, &at, &d) && d.calls[0])
				buf_printf(b, "%s\t%s\n", name, errno_name(error));
		}
	}
}

static const struct mode {
	const char *name;
	void (*print)(struct buf *b);
} modes[] = {
	{"commands-mdoc", mdoc_commands},
	{"options-mdoc", mdoc_options},
	{"settings-mdoc", mdoc_settings},
	{"examples", examples},
	{"options", options},
	{"bash-completion", shells_bash},
	{"zsh-completion", shells_zsh},
	{"fish-completion", shells_fish},
	{"words", words},
	{"errnos", errnos},
};

int main(int argc, char **argv)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			modes[i].print(&b);
	if (!b.len) {
		fputs("usage: faultline-rows", stderr);
		for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
			fprintf(stderr, "%c%s", i ? '|' : ' ', modes[i].name);
		fputc('\n', stderr);
		return 2;
	}
	fputs(buf_cstr(&b), stdout);
	buf_deinit(&b);
	return fflush(stdout) == 0 ? 0 : 1;
}
