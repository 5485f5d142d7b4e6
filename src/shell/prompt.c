/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading statements at the terminal: prompts, what is pasted, what an empty line and a ? at the
 * end mean. */
#include <stdlib.h>

#include "shell/hints.h"
#include "shell/line.h"
#include "shell/out.h"
#include "shell/repl.h"
#include "shell/signature.h"

/* ---- Pasted transcripts ---- */

/* Takes PROMPT off the start of LINE if it stands there, with or without the blank at its end. */
static bool take_prompt(struct str *line, struct str prompt)
{
	if (!str_starts(*line, prompt)) {
		prompt.n--;
		if (!str_eq(*line, prompt))
			return false;
	}
	*line = (struct str){line->p + prompt.n, line->n - prompt.n};
	return true;
}

/* The line that TEXT begins with, its end taken off TEXT too. */
static struct str next_line(struct str *text)
{
	const char *nl = memchr(text->p, '\n', text->n);
	struct str line = {text->p, nl ? (size_t)(nl - text->p) : text->n};
	size_t used = MIN(line.n + 1, text->n);

	*text = (struct str){text->p + used, text->n - used};
	return line;
}

/*
 * A piece of a transcript holds prompts and output: of such TEXT only what follows a prompt is
 * statements. Any other text is added as it is.
 */
static void add_statements(struct buf *b, struct str text)
{
	const struct str first = STR(REPL_PROMPT), more = STR(REPL_PROMPT_MORE);
	bool transcript = false, statement = false;

	for (struct str rest = text; rest.n;) {
		struct str line = next_line(&rest);
		transcript |= take_prompt(&line, first);
	}
	while (transcript && text.n) {
		struct str line = next_line(&text);
		statement = take_prompt(&line, first) || (statement && take_prompt(&line, more));
		if (statement) {
			buf_str(b, line);
			buf_putc(b, '\n');
		}
	}
	if (!transcript) {
		buf_str(b, text);
		buf_putc(b, '\n');
	}
}

/* ---- Questions ---- */

/* Bytes of LINE before a ? at its end, which asks what the call there takes; 0 where it asks
 * nothing. */
static size_t question(const char *line)
{
	size_t n = strlen(line);

	while (n && strchr(" \t\n", line[n - 1]))
		n--;
	if (n < 2 || line[n - 1] != '?' || line[0] == '!' || strchr(line, '#') || strchr(line, '"'))
		return 0;
	n--;
	size_t blanks = strspn(line, " \t");
	return blanks < n ? n : 0;
}

static void answer(const struct buf *before, const char *line, size_t n)
{
	struct buf whole = BUF_INIT;
	struct buf typed = BUF_INIT;

	buf_add(&typed, line, n);
	buf_str(&whole, buf_slice(before));
	buf_str(&whole, buf_slice(&typed));
	signature_print(out_text(), buf_slice(&whole), whole.len);
	line_prefill(buf_cstr(&typed));
	buf_deinit(&typed);
	buf_deinit(&whole);
}

/* ---- Running ---- */

/* Runs what was typed so far; what is unfinished stays in TEXT. */
static bool run_typed(struct session *s, struct buf *text, bool last)
{
	struct place place = {.line = 1, .indent = strlen(REPL_PROMPT)};
	bool go_on = true;

	remote_interrupt_clear();
	buf_clear(&s->again);
	size_t used = repl_lines(s, &place, buf_slice(text), last, &go_on);
	if (used == text->len)
		line_remember(buf_cstr(text));
	memmove(text->p, text->p + used, text->len - used);
	text->len -= used;
	text->p[text->len] = '\0';
	s->place = NULL;
	return go_on || !s->quit;
}

/* An empty line: goes on where the last statement stopped, if it can. */
static bool run_again(struct session *s)
{
	struct buf text = s->again;
	struct place place = {.name = "again", .line = 1};
	bool go_on = true;

	s->again = BUF_INIT;
	remote_interrupt_clear();
	repl_lines(s, &place, buf_slice(&text), true, &go_on);
	s->place = NULL;
	buf_deinit(&text);
	return go_on || !s->quit;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t\n")] == '\0';
}

/* One line more behind TEXT, the statement so far. False to leave. */
static bool take_line(struct session *s, struct buf *text, const char *line)
{
	size_t n = question(line);

	if (n) {
		answer(text, line, n);
		return true;
	}
	if (!text->len && is_blank(line))
		return run_again(s);
	add_statements(text, str_from(line));
	return run_typed(s, text, false);
}

void repl_terminal(struct session *s)
{
	struct buf text = BUF_INIT;
	bool go_on = true;

	s->at_terminal = true;
	while (go_on) {
		char *line;
		hint_give(s);
		out_flush();
		enum line_result got = line_read(
			text.len ? REPL_PROMPT_MORE : REPL_PROMPT, buf_cstr(&text), &line);
		if (got == LINE_END && !text.len)
			break;
		if (got == LINE_INTERRUPTED) {
			buf_clear(&text);
		} else if (got == LINE_READ) {
			go_on = take_line(s, &text, line);
			free(line);
		} else {
			go_on = run_typed(s, &text, true);
		}
	}
	buf_deinit(&text);
}
