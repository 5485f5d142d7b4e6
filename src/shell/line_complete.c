/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TAB: what complete() finds, given to readline, and shown with its meaning. */
#include <stdio.h>
#include <stdlib.h>

#include "shell/complete.h"
#include "shell/line_lib.h"
#include "shell/line_private.h"
#include "shell/out.h"

/* Where a word begins. `$` and `.` belong to words; `/` does not (x/4gx), but to a file's name. */
#define WORD_BREAKS " \t\n\"'`@><=;|&{}(+-*/%!~^,?:[])"
#define BLANKS " \t\n\"'`@><=;|&(!"
#define QUOTES "\"'"

static struct {
	struct session *session; /* what complete() asks */
	struct candidates found; /* of the completion under way */
	size_t next;             /* which of FOUND comes next */
} state;

/* Whether the cursor stands in a string that is not closed. */
static bool in_string(void)
{
	char quote = '\0';

	for (int i = 0; i < rl_point; i++) {
		char c = rl_line_buffer[i];
		if (quote && c == '\\')
			i++;
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
	}
	return quote != '\0';
}

static char *word_breaks(void)
{
	struct buf whole = BUF_INIT;
	size_t at = (size_t)rl_point;

	if (in_string())
		return QUOTES;
	line_whole(&whole, &at);
	bool blanks = complete_whole_words(buf_slice(&whole), at);
	buf_deinit(&whole);
	return blanks ? BLANKS : WORD_BREAKS;
}

/* Readline asks for one candidate after the other: malloc'ed words, NULL at the end. */
static char *next_candidate(const char *text, int again)
{
	(void)text;
	if (!again)
		state.next = 0;
	return state.next < state.found.n ? strdup(state.found.v[state.next++].word) : NULL;
}

static char **attempt(const char *text, int start, int end)
{
	struct buf whole = BUF_INIT;
	size_t at = (size_t)start;
	char **matches;

	rl_attempted_completion_over = 1; /* what complete() does not know is not guessed at */
	line_whole(&whole, &at);
	candidates_deinit(&state.found);
	complete(state.session, buf_slice(&whole), at, at + (size_t)(end - start), &state.found);
	buf_deinit(&whole);
	if (state.found.paths) {
		matches = rl_completion_matches(text, rl_filename_completion_function);
		rl_filename_completion_desired = 1;
	} else {
		matches = rl_completion_matches(text, next_candidate);
		rl_completion_append_character = state.found.n == 1 ? state.found.v[0].after : '\0';
		rl_completion_suppress_append = rl_completion_append_character == '\0';
	}
	return matches;
}

/* ---- The list ---- */

/* One candidate a line, each with its meaning; returns how many have one: they come first. */
static size_t add_with_notes(struct buf *b, unsigned width)
{
	size_t room = out_width() > width + 5 ? out_width() - width - 5 : 0, i;

	for (i = 0; i < state.found.n && state.found.v[i].note; i++) {
		const struct candidate *c = &state.found.v[i];
		buf_printf(b, "  %s", c->word);
		if (room > 8) {
			buf_pad(b, ' ', width - strlen(c->word) + 2);
			out_cut(b, str_from(c->note), room);
		}
		buf_putc(b, '\n');
	}
	return i;
}

/* Those from the one at FIRST on in columns, read downwards. */
static void add_in_columns(struct buf *b, size_t first)
{
	const struct candidate *v = state.found.v + first;
	size_t n = state.found.n - first, widest = 0;

	for (size_t i = 0; i < n; i++)
		widest = MAX(widest, strlen(v[i].word));
	size_t fit = MAX(((size_t)out_width() - 1) / (widest + 2), (size_t)1);
	size_t rows = (n + fit - 1) / fit;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < n; i += rows) {
			buf_printf(b, "  %s", v[i].word);
			if (i + rows < n)
				buf_pad(b, ' ', widest - strlen(v[i].word));
		}
		buf_putc(b, '\n');
	}
}

/* How many lines more are wanted on a full screen. Any other key ends the list and is obeyed. */
static size_t ask_for_more(size_t page)
{
	static const char question[] = "--more-- (space: go on, q: stop)";
	size_t more = 0;

	fputs(question, rl_outstream);
	fflush(rl_outstream);
	int key = rl_read_key();
	if (key == ' ' || key == '\t' || key == 'y')
		more = page;
	else if (key == '\r' || key == '\n')
		more = 1;
	else if (key > 0 && !strchr("qn\a\x7f", key))
		rl_execute_next(key);
	fprintf(rl_outstream, "\r%*s\r", (int)sizeof(question) - 1, "");
	fflush(rl_outstream);
	return more;
}

/* Writes TEXT a screen at a time. */
static void show_pages(struct str text)
{
	const char *paged = rl_variable_value("page-completions");
	bool whole = paged && strcmp(paged, "off") == 0;
	size_t page = MAX(out_height(), 3u) - 2, left = page;

	while (text.n) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = (size_t)(nl - text.p) + 1;
		if (!left && !whole && !(left = ask_for_more(page)))
			break;
		buf_add(out_text(), text.p, n);
		out_flush();
		left--;
		text = (struct str){text.p + n, text.n - n};
	}
}

/* Those with a meaning with it, the rest below in columns. */
static void show_found(unsigned width)
{
	struct buf text = BUF_INIT;
	size_t told = add_with_notes(&text, width);

	if (told < state.found.n)
		add_in_columns(&text, told);
	rl_crlf();
	fflush(rl_outstream);
	show_pages(buf_slice(&text));
	buf_deinit(&text);
}

/* Asks as readline does before it fills the screen. */
static bool wants_all(int n)
{
	if (rl_completion_query_items <= 0 || n < rl_completion_query_items)
		return true;
	fprintf(rl_outstream, "Display all %d possibilities? (y or n)", n);
	fflush(rl_outstream);
	for (;;) {
		int key = rl_read_key();
		if (key == 'y' || key == 'Y' || key == ' ')
			break;
		if (key == 'n' || key == 'N' || key == 0x7f || key == EOF) {
			fputc('\n', rl_outstream);
			return false;
		}
	}
	return true;
}

static void show_list(char **matches, int n, int width)
{
	bool ours = n == (int)state.found.n && !state.found.paths;
	int point = rl_point;

	rl_point = rl_end; /* below the last row of the line */
	rl_redisplay();
	rl_point = point;
	if (n >= rl_completion_query_items)
		rl_crlf();
	if (wants_all(n)) {
		if (ours)
			show_found((unsigned)width);
		else
			rl_display_match_list(matches, n, width);
	}
	rl_forced_update_display();
}

void line_completion_init(struct session *session)
{
	state.session = session;
	rl_attempted_completion_function = attempt;
	rl_completion_word_break_hook = word_breaks;
	rl_completion_display_matches_hook = show_list;
	rl_completer_quote_characters = "\"'";
	rl_filename_quote_characters = NULL;
	rl_variable_bind("show-all-if-ambiguous", "on");
}

void line_completion_deinit(void)
{
	candidates_deinit(&state.found);
}
