/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a line without readline: the terminal's own editing, no history, no completion. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "shell/line_private.h"
#include "shell/remote.h"

static struct buf pending; /* read and not yet given out: the lines after the first of a paste */

static void init(struct session *session, const char *history_path)
{
	(void)session;
	(void)history_path;
}

static void deinit(void)
{
	buf_deinit(&pending);
	pending = BUF_INIT;
}

static void remember(const char *statement)
{
	(void)statement;
}

/*
 * Waits for input, with SIGINT let in only here so that none is missed between a look and the
 * wait.
 */
static bool wait_for_input(void)
{
	sigset_t blocked, before;
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	sigset_t waiting = before;
	sigdelset(&waiting, SIGINT);
	while (!remote_interrupted() && ppoll(&in, 1, NULL, &waiting) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !remote_interrupted();
}

/* Gives out the first N bytes of PENDING, and drops SKIP more. */
static enum line_result give_out(size_t n, size_t skip, char **line)
{
	*line = strndup(buf_cstr(&pending), n);
	if (!*line)
		abort();
	pending.len -= n + skip;
	memmove(pending.p, pending.p + n + skip, pending.len);
	pending.p[pending.len] = '\0';
	return LINE_READ;
}

static void prefill(const char *text)
{
	(void)text;
}

static enum line_result read_line(const char *prompt, const char *before, char **line)
{
	(void)before;
	remote_interrupt_clear(); /* one that came late for the last statement is not for this line
				   */
	fputs(prompt, stdout);
	fflush(stdout);
	for (;;) {
		char *end = pending.len ? memchr(pending.p, '\n', pending.len) : NULL;
		if (end)
			return give_out((size_t)(end - pending.p), 1, line);
		if (!wait_for_input()) {
			remote_interrupt_clear();
			buf_clear(&pending);
			fputs("\n", stdout); /* the terminal has shown the ^C */
			fflush(stdout);
			return LINE_INTERRUPTED;
		}
		ssize_t n = read(STDIN_FILENO, buf_room(&pending, 4096), 4096);
		if (n > 0)
			pending.len += (size_t)n;
		else if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return pending.len ? give_out(pending.len, 0, line) : LINE_END;
	}
}

const struct line_editor line_plain = {
	.init = init,
	.read = read_line,
	.prefill = prefill,
	.remember = remember,
	.deinit = deinit,
};
