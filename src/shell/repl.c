/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading statements and running them, one line of the grammar at a time.
 *
 * A source of text is a feed: what was read and not yet used. A line that the parser calls
 * unfinished waits for more text; only at the source's end is it an error.
 */
#include "shell/repl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/finish.h"
#include "shell/out.h"

enum {
	READ_SIZE = 64 * 1024,
	SOURCE_DEPTH = 16,
	LONGEST_SCRIPT = 64 << 20, /* bytes; a device may have no end */
};

/* ---- One line of the grammar ---- */

/* The statement as a transcript shows it. */
static void echo_statement(struct str text)
{
	struct buf *b = out_text();
	const char *prompt = REPL_PROMPT;
	while (text.n) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;
		buf_puts(b, prompt);
		out_escape_lines(b, (struct str){text.p, n && text.p[n - 1] == '\r' ? n - 1 : n});
		buf_putc(b, '\n');
		text = (struct str){text.p + MIN(n + 1, text.n), text.n - MIN(n + 1, text.n)};
		prompt = REPL_PROMPT_MORE;
	}
}

static unsigned count_lines(struct str text)
{
	unsigned n = 0;
	for (const char *p = text.p; (p = memchr(p, '\n', text.n - (size_t)(p - text.p))); p++)
		n++;
	return n;
}

/*
 * Parses and runs what stands at the start of PLACE's text. *USED: bytes taken, 0 when more text is
 * needed. LAST: no more text will come. Returns false to stop.
 */
static bool run_line(struct session *s, struct place *place, bool last, size_t *used)
{
	struct vocab vocab;
	struct node *tree;
	struct err err = {0};
	session_vocab(s, &vocab);
	arena_reset(&s->arena);
	s->place = place;
	enum parse_result parsed = parse_line(&vocab, place->text, &s->arena, used, &tree, &err);
	if (parsed == PARSE_INCOMPLETE) {
		*used = last ? place->text.n : 0;
		if (!last)
			return true;
		parsed = PARSE_ERROR;
	}
	if (s->options->echo && !s->at_terminal && parsed != PARSE_EMPTY)
		echo_statement((struct str){place->text.p, *used});
	if (parsed == PARSE_ERROR) {
		finish_error(s, &err);
		return !s->stopped;
	}
	undo_begin(s);
	bool go_on = parsed != PARSE_DONE || eval_run(&s->ev, tree);
	s->causes_pending = false;
	if (s->at_terminal)
		out_flush();
	else
		out_maybe_flush();
	/* A script that is made of short statements only is left between two of them. */
	bool interrupted = !s->at_terminal && remote_interrupted();
	return go_on && !interrupted && !s->quit && !s->stopped && !out_failed();
}

size_t repl_lines(struct session *s, struct place *place, struct str text, bool last, bool *go_on)
{
	size_t done = 0;
	while (*go_on && done < text.n) {
		size_t used = 0;
		place->text = (struct str){text.p + done, text.n - done};
		*go_on = run_line(s, place, last, &used);
		if (!used)
			break;
		place->line += count_lines((struct str){text.p + done, used});
		done += used;
	}
	return done;
}

/* ---- Scripts ---- */

void repl_text(struct session *s, const char *name, struct str text)
{
	struct place place = {.name = name, .line = 1};
	const struct place *outer = s->place;
	bool go_on = true;
	repl_lines(s, &place, text, true, &go_on);
	s->place = outer;
}

/* Bytes up to and with the last newline: a line without its end may still grow. */
static size_t whole_lines(struct str text, bool last)
{
	const char *nl = last ? NULL : memrchr(text.p, '\n', text.n);
	return last ? text.n : nl ? (size_t)(nl - text.p) + 1 : 0;
}

/* The target may have made a file non-blocking that it shares with us. False after ^C. */
static bool wait_readable(int fd)
{
	struct pollfd in = {.fd = fd, .events = POLLIN};

	return poll(&in, 1, -1) >= 0 || !remote_interrupted();
}

void repl_stream(struct session *s, const char *name, int fd)
{
	struct place place = {.name = name, .line = 1};
	struct buf text = BUF_INIT;
	bool go_on = true, last = false;
	while (go_on && !last) {
		if (s->options->interactive || text.len == 0)
			out_flush();
		ssize_t n = read(fd, buf_room(&text, READ_SIZE), READ_SIZE);
		if (n < 0 && errno == EINTR && !remote_interrupted())
			continue;
		if (n < 0 && errno == EAGAIN && wait_readable(fd))
			continue;
		if (n < 0 && !remote_interrupted())
			finish_unreadable(s, name, errno);
		last = n <= 0;
		text.len += (size_t)MAX(n, (ssize_t)0);
		size_t whole = whole_lines(buf_slice(&text), last);
		size_t used =
			repl_lines(s, &place, (struct str){buf_cstr(&text), whole}, last, &go_on);
		memmove(text.p, text.p + used, text.len - used);
		text.len -= used;
	}
	s->place = NULL;
	buf_deinit(&text);
}

/* False with errno set. */
static bool read_all(int fd, struct buf *text)
{
	ssize_t n;
	while ((n = read(fd, buf_room(text, READ_SIZE), READ_SIZE)) != 0) {
		if (n < 0 && (errno != EINTR || remote_interrupted()))
			return false;
		text->len += (size_t)MAX(n, (ssize_t)0);
		if (text->len > LONGEST_SCRIPT) {
			errno = EFBIG;
			return false;
		}
	}
	return true;
}

bool repl_file(struct session *s, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 && read_all(fd, &text);
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (!done) {
		buf_deinit(&text);
		return err_set(err, ERR_SYSTEM, (struct span){0}, "cannot read the script %s: %s",
			path, strerror(error));
	}
	if (s->depth >= SOURCE_DEPTH) {
		buf_deinit(&text);
		return err_set(err, ERR_VALUE, (struct span){0},
			"scripts are nested too deeply: %d at most", SOURCE_DEPTH);
	}
	s->depth++;
	repl_text(s, path, buf_slice(&text));
	s->depth--;
	buf_deinit(&text);
	return true;
}
