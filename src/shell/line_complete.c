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

static bool has_notes(void)
{
	bool some = false;

	for (size_t i = 0; i < state.found.n; i++)
		some |= state.found.v[i].note != NULL;
	return some;
}

/* One candidate a line, each with its meaning. */
static void list_with_notes(unsigned width)
{
	struct buf *b = out_text();
	size_t room = out_width() > width + 5 ? out_width() - width - 5 : 0;

	for (size_t i = 0; i < state.found.n; i++) {
		const struct candidate *c = &state.found.v[i];
		out_printf("  %s", c->word);
		if (c->note && room > 8) {
			buf_pad(b, ' ', width - strlen(c->word) + 2);
			out_cut(b, str_from(c->note), room);
		}
		buf_putc(b, '\n');
	}
	out_flush();
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

/* Meanings where the list fits the screen with them, else readline's columns. */
static void show_list(char **matches, int n, int width)
{
	bool ours = n == (int)state.found.n && !state.found.paths;
	int point = rl_point;

	rl_point = rl_end; /* below the last row of the line */
	rl_redisplay();
	rl_point = point;
	if (ours && has_notes() && (unsigned)n + 2 <= out_height()) {
		rl_crlf();
		fflush(rl_outstream);
		list_with_notes((unsigned)width);
	} else {
		if (n >= rl_completion_query_items)
			rl_crlf();
		if (wants_all(n))
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
