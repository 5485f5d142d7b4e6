/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a statement's result. */
#include "shell/finish.h"

#include "mem/flags.h"
#include "shell/effects.h"
#include "shell/out.h"
#include "shell/repl.h"
#include "shell/show.h"

/* ---- Errors with their place ---- */

/* The line of TEXT that byte AT stands in, its number from 0, and the byte's place in it. */
static struct str line_of(struct str text, size_t at, unsigned *number, size_t *column)
{
	size_t start = 0;
	*number = 0;
	at = MIN(at, text.n);
	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == '\n') {
			start = i + 1;
			++*number;
		}
	}
	const char *nl = memchr(text.p + start, '\n', text.n - start);
	size_t end = nl ? (size_t)(nl - text.p) : text.n;
	if (end > start && text.p[end - 1] == '\r')
		end--;
	*column = MIN(at - start, end - start);
	return (struct str){text.p + start, end - start};
}

/* Columns that the first N bytes of a line take: UTF-8 continuation bytes take none. */
static size_t columns(struct str line, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n && i < line.n; i++)
		count += ((unsigned char)line.p[i] & 0xc0) != 0x80;
	return count;
}

static void add_caret(struct buf *b, struct str line, size_t column, size_t len, size_t indent)
{
	size_t under =
		columns((struct str){line.p + column, line.n - column}, MIN(len, line.n - column));
	buf_pad(b, ' ', indent);
	for (size_t i = 0; i < column; i++) {
		if (line.p[i] == '\t')
			buf_putc(b, '\t');
		else if (((unsigned char)line.p[i] & 0xc0) != 0x80)
			buf_putc(b, ' ');
	}
	buf_putc(b, '^');
	if (under > 1)
		buf_pad(b, '~', under - 1);
}

enum { LONGEST_QUOTE = 200 }; /* a longer line is not quoted: its column has to do */

/* Whether each byte of LINE takes one column. */
static bool is_plain(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] > '~')
			return false;
	return true;
}

/*
 * A line that is wider than the screen stands there in rows. Cuts *LINE to the row that byte
 * *COLUMN of it stands in, and makes *INDENT the columns before it there; *COLUMN follows. Returns
 * whether it is the last row.
 */
static bool cut_row(struct str *line, size_t *column, size_t *indent)
{
	size_t width = out_width();
	size_t row = (*indent + *column) / width, last = (*indent + line->n) / width;

	if (!last || !is_plain(*line))
		return true;
	size_t start = row ? row * width - *indent : 0;
	size_t end = MIN((row + 1) * width - *indent, line->n);
	*line = (struct str){line->p + start, end - start};
	*column -= start;
	*indent = row ? 0 : *indent;
	return row == last;
}

/* At the terminal the statement stands right above: the caret goes below it, the sentence behind
 * the caret. */
static void error_typed(const struct place *place, const struct err *err)
{
	unsigned number;
	size_t column;
	struct str line = line_of(place->text, err->span.at, &number, &column);
	struct buf b = BUF_INIT;
	size_t lines = 0, indent = place->indent;
	for (size_t i = 0; i + 1 < place->text.n; i++)
		lines += place->text.p[i] == '\n';
	if (err->span.len && line.n <= LONGEST_QUOTE) {
		bool last = cut_row(&line, &column, &indent);
		if (number < lines || !last) { /* not the last line on the screen */
			buf_pad(&b, ' ', indent);
			out_escape(&b, line);
			buf_putc(&b, '\n');
		}
		add_caret(&b, line, column, err->span.len, indent);
		buf_puts(&b, indent + column + strlen(err->text) + 4 < out_width() ? " " : "\n");
	}
	out_error("%s%s", buf_cstr(&b), err->text);
	buf_deinit(&b);
}

static void error_in_script(const struct place *place, const struct err *err)
{
	unsigned number;
	size_t column;
	struct str line = line_of(place->text, err->span.at, &number, &column);
	struct buf b = BUF_INIT;
	buf_printf(&b, "%s:%u:%zu: error: %s", place->name, place->line + number,
		columns(line, column) + 1, err->text);
	if (err->span.len && line.n <= LONGEST_QUOTE) {
		buf_puts(&b, "\n  ");
		struct buf quote = BUF_INIT;
		out_escape(&quote, line);
		bool plain = quote.len == line.n;
		buf_str(&b, buf_slice(&quote));
		buf_deinit(&quote);
		if (plain) {
			buf_putc(&b, '\n');
			add_caret(&b, line, column, err->span.len, 2);
		}
	}
	out_error("%s", buf_cstr(&b));
	buf_deinit(&b);
}

static void print_error(struct session *s, const struct err *err)
{
	if (!s->place)
		out_error("faultline: %s", err->text);
	else if (s->place->name)
		error_in_script(s->place, err);
	else
		error_typed(s->place, err);
}

void finish_error(struct session *s, const struct err *err)
{
	print_error(s, err);
	session_fail(s, 2);
}

/* A statement that was understood but cannot be carried out (division by zero) is a failure like
 * any other. */
static void finish_failed(struct session *s, const struct err *err)
{
	print_error(s, err);
	session_fail(s, err->code == ERR_VALUE || err->code == ERR_SYSTEM ? 1 : 2);
}

void finish_unreadable(struct session *s, const char *name, int error)
{
	out_error("faultline: cannot read the script %s: %s", name, strerror(error));
	session_fail(s, 2);
}

/* ---- Expectations ---- */

static bool word_matches(const struct session *s, const struct result *r, struct str word)
{
	int number = 0, code = 0;
	if (str_is(word, "ok"))
		return r->status == ST_OK;
	if (str_is(word, "refused"))
		return r->status == ST_REFUSED;
	if (str_is(word, "lost"))
		return r->status == ST_LOST;
	if (str_is(word, "interrupted"))
		return r->status == ST_INTERRUPTED;
	const struct wire_fault *w = &s->fault.fault.wire;
	switch (outcome_find(word, &number, &code)) {
	case OUTCOME_ERRNO:
		return r->status == ST_ERRNO && r->error_number == number;
	case OUTCOME_SIGNAL:
		return r->status == ST_FAULT && w->signo == number;
	case OUTCOME_SICODE:
		return r->status == ST_FAULT && w->signo == number && w->code == code;
	case OUTCOME_NO:
		break;
	}
	return false;
}

static bool outcome_matches(const struct session *s, const struct result *r, struct str wanted)
{
	while (wanted.n) {
		const char *bar = memchr(wanted.p, '|', wanted.n);
		size_t n = bar ? (size_t)(bar - wanted.p) : wanted.n;
		if (word_matches(s, r, (struct str){wanted.p, n}))
			return true;
		n = MIN(n + 1, wanted.n);
		wanted = (struct str){wanted.p + n, wanted.n - n};
	}
	return false;
}

/* What the statement came to, in the words of expect. */
static void outcome_name(const struct session *s, const struct result *r, struct buf *b)
{
	const struct wire_fault *w = &s->fault.fault.wire;
	const char *code;
	switch (r->status) {
	case ST_ERRNO:
		buf_puts(b, errno_name(r->error_number) ? errno_name(r->error_number)
							: "an unknown errno");
		break;
	case ST_FAULT:
		code = sicode_name(w->signo, w->code);
		buf_printf(b, "%s %s", signal_name(w->signo), code ? code : "");
		break;
	case ST_REFUSED:
		buf_puts(b, "refused");
		break;
	case ST_LOST:
		buf_puts(b, "lost");
		break;
	case ST_INTERRUPTED:
		buf_puts(b, "interrupted");
		break;
	default:
		buf_puts(b, "ok");
	}
}

static void report_unmet(
	struct session *s, const struct node *statement, const struct result *r, struct str wanted)
{
	struct err err = {0};
	struct buf b = BUF_INIT;
	outcome_name(s, r, &b);
	err_set(&err, ERR_VALUE, statement->span, "expected %.*s, but the outcome is %s",
		(int)wanted.n, wanted.p, buf_cstr(&b));
	buf_deinit(&b);
	print_error(s, &err);
}

static void report_false(struct session *s, const struct node *statement, const struct result *r)
{
	struct err err = {0};
	struct buf b = BUF_INIT;
	buf_puts(&b, "expected this to be true, but it is false");
	if (r->sides[0].type.base != T_NONE) {
		buf_puts(&b, ": left ");
		value_print(&b, r->sides[0]);
		buf_puts(&b, ", right ");
		value_print(&b, r->sides[1]);
	}
	err_set(&err, ERR_VALUE, statement->span, "%s", buf_cstr(&b));
	buf_deinit(&b);
	print_error(s, &err);
}

/* ---- Results ---- */

static void finish_lost(struct session *s)
{
	struct err err = {0};
	struct buf back = BUF_INIT;
	show_loss(remote_loss(s->remote));
	bool restored = checkpoint_after_loss(s, &back);
	out_escape_lines(out_text(), buf_slice(&back));
	buf_deinit(&back);
	if (restored)
		return;
	if (!remote_respawn(s->remote, &err)) {
		print_error(s, &err);
		session_fail(s, 1);
		s->quit =
			!s->at_terminal; /* a person may mend it: the next statement tries again */
		return;
	}
	out_printf("  a fresh target was started; variables stay, its memory starts anew\n");
}

/* Prints the result. EXPECTED: it is what expect asked for, and needs no reasons. */
static void show_result(
	struct session *s, const struct node *statement, const struct result *r, bool expected)
{
	if (s->causes_pending && !expected)
		show_causes(s, &s->call);
	s->causes_pending = false;
	switch (r->status) {
	case ST_OK:
		if (!r->quiet && r->value.type.base != T_NONE)
			show_value(s, r->value);
		if (r->value.type.base != T_NONE)
			session_remember(s, r->value);
		break;
	case ST_ERRNO:
		break; /* the echo said it */
	case ST_FAULT:
		show_fault(s, !expected);
		break;
	case ST_REFUSED:
		show_refusal(s);
		break;
	case ST_LOST:
		finish_lost(s);
		break;
	case ST_INTERRUPTED:
		show_interrupted(s);
		break;
	case ST_ERROR:
		finish_failed(s, &r->err);
		break;
	case ST_FALSE:
		report_false(s, statement, r);
		break;
	}
}

bool finish_statement(struct session *s, const struct node *statement, const struct result *r,
	const struct str *wanted)
{
	bool outcome_wanted = wanted && wanted->n;
	bool met = outcome_wanted && outcome_matches(s, r, *wanted);
	struct result shown = *r;
	if (wanted && !outcome_wanted)
		shown.quiet = true; /* expect EXPR prints only when it fails */
	show_result(s, statement, &shown, met);
	effects_flush(s);
	if (s->watches.n)
		watches_look(s);
	if (met && r->status == ST_INTERRUPTED)
		remote_interrupt_clear(); /* it has done what was expected of it, and ends nothing
					     more */
	if (outcome_wanted && !met && r->status != ST_ERROR)
		report_unmet(s, statement, r, *wanted);
	bool failed = outcome_wanted ? !met : r->status != ST_OK;
	if (failed && r->status != ST_ERROR)
		session_fail(s, 1);
	/* By ^C, and not by a signal that the target sent itself. */
	bool stop = r->status == ST_INTERRUPTED && !met && remote_interrupted();
	remote_forget_time(s->remote);
	if (stop && !s->at_terminal)
		s->quit = true;
	out_maybe_flush();
	if (out_failed())
		s->quit = true;
	return !s->quit && !s->stopped && !stop;
}
