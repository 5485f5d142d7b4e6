/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion scripts from the table of options. Sources: bash(1) "Programmable Completion",
 * zshcompsys(1), fish-completions(1). */
#include "shell/shells.h"
#include "shell/options.h"

#define EACH_OPTION(row)                                                                           \
	const struct option_row *row = option_rows;                                                \
	row->letter || row->name;                                                                  \
	row++

/* TEXT with a backslash before each of the characters SPECIAL; a ' leaves the quotes that surround
 * it. */
static void add_quoted(struct buf *b, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_puts(b, "'\\'");
		else if (strchr(special, *text))
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
}

/* ---- bash ---- */

/* The words that can follow an option which takes an argument. */
static void bash_arguments(struct buf *b)
{
	for (EACH_OPTION(row)) {
		if (!row->argument)
			continue;
		buf_puts(b, "\t");
		if (row->letter)
			buf_printf(b, "-%c", row->letter);
		if (row->name)
			buf_printf(b, "%s--%s", row->letter ? "|" : "", row->name);
		buf_printf(b, ") COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n",
			row->values ? row->values : "");
	}
}

void shells_bash(struct buf *b)
{
	buf_puts(b, "# bash completion for faultline; made from its table of options\n"
		    "_faultline()\n"
		    "{\n"
		    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		    "\tif [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then "
		    "prev=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
		    "\tcase $prev in\n");
	bash_arguments(b);
	buf_puts(b, "\tesac\n"
		    "\tif [[ $cur == -* ]]; then\n"
		    "\t\tCOMPREPLY=($(compgen -W '");
	for (EACH_OPTION(row)) {
		if (row->letter)
			buf_printf(b, " -%c", row->letter);
		if (row->name)
			buf_printf(b, " --%s%s", row->name, row->argument ? "=" : "");
	}
	buf_puts(b, "' -- \"$cur\"))\n"
		    "\t\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null\n"
		    "\telse\n"
		    "\t\tcompopt -o filenames 2>/dev/null\n"
		    "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		    "\tfi\n"
		    "}\n"
		    "complete -F _faultline faultline\n");
}

/* ---- zsh ---- */

/* '(-h --help)'{-h,--help}'[print this help and exit]' */
static void zsh_option(struct buf *b, const struct option_row *row)
{
	const char *again = row->letter == 'c' ? "*" : "";

	buf_puts(b, "\t");
	if (row->letter && row->name)
		buf_printf(b, "'(-%c --%s)'{-%c,--%s}'", row->letter, row->name, row->letter,
			row->name);
	else if (row->letter)
		buf_printf(b, "'%s-%c", again, row->letter);
	else
		buf_printf(b, "'--%s%s", row->name, row->argument ? "=" : "");
	buf_puts(b, "[");
	add_quoted(b, row->summary, "[]:\\");
	buf_puts(b, "]");
	if (row->argument)
		buf_printf(b, ":%s:", row->argument);
	if (row->values)
		buf_printf(b, "(%s)", row->values);
	buf_puts(b, "' \\\n");
}

void shells_zsh(struct buf *b)
{
	buf_puts(b, "#compdef faultline\n# zsh completion for faultline; made from its table of "
		    "options\n_arguments -s \\\n");
	for (EACH_OPTION(row))
		zsh_option(b, row);
	buf_puts(b, "\t'*:script:_files'\n");
}

/* ---- fish ---- */

void shells_fish(struct buf *b)
{
	buf_puts(b, "# fish completion for faultline; made from its table of options\n");
	for (EACH_OPTION(row)) {
		buf_puts(b, "complete -c faultline");
		if (row->letter)
			buf_printf(b, " -s %c", row->letter);
		if (row->name)
			buf_printf(b, " -l %s", row->name);
		if (row->argument)
			buf_puts(b, " -x");
		if (row->values)
			buf_printf(b, " -a '%s'", row->values);
		buf_puts(b, " -d '");
		add_quoted(b, row->summary, "\\");
		buf_puts(b, "'\n");
	}
}
