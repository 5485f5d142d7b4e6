/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output that goes through a program: the pager, and what a user pipes a command into. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/out.h"
#include "shell/out_private.h"

extern char **environ;

/* A program that reads our text. */
struct sink {
	pid_t pid; /* 0 when none runs */
	int fd;    /* the writing end */
};

static struct sink pipe_sink, pager_sink;
static bool paging; /* since out_page_begin, until a pager runs or something was written without */

/*
 * The signals that the shell may ignore or catch and that a program must find as a terminal's
 * user expects.
 */
static const int signals[] = {
	SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ, SIGTSTP, SIGTTIN, SIGTTOU, SIGTERM, SIGHUP};

/* Starts `sh -c PROGRAM` with descriptor STDIN_FD as its input. 0, or an errno. */
static int spawn(const char *program, int stdin_fd, pid_t *pid)
{
	char *argv[] = {"sh", "-c", (char *)program, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults, none;

	sigemptyset(&none);
	sigemptyset(&defaults);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&defaults, signals[i]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, stdin_fd, STDIN_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setsigmask(&attributes, &none);
	int error = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Sends what follows to PROGRAM; TO_SCREEN: it shows it. False with errno set. */
static bool sink_open(struct sink *sink, const char *program, bool to_screen)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	int error = spawn(program, ends[0], &sink->pid);
	close(ends[0]);
	if (error) {
		close(ends[1]);
		sink->pid = 0;
		errno = error;
		return false;
	}
	sink->fd = ends[1];
	out_redirect(sink->fd, to_screen);
	return true;
}

/* Ends the program's input and waits for its end. Returns its wait status. */
static int sink_close(struct sink *sink)
{
	int status = 0;

	out_flush();
	out_unredirect();
	close(sink->fd);
	while (waitpid(sink->pid, &status, 0) < 0 && errno == EINTR)
		;
	sink->pid = 0;
	return status;
}

bool out_pipe_begin(const char *program)
{
	out_style(STYLE_PLAIN);
	out_flush();
	return sink_open(&pipe_sink, program, false);
}

int out_pipe_end(void)
{
	return sink_close(&pipe_sink);
}

/* What runs as the pager: NULL for none. Valid until the environment changes. */
static const char *pager(void)
{
	const char *user = getenv("PAGER");

	if (!user)
		return "if command -v less >/dev/null; then exec less; else exec cat; fi";
	if (!*user || strcmp(user, "cat") == 0)
		return NULL;
	return user;
}

/*
 * What collected becomes the first that the pager reads; if it cannot be started, it is written
 * as ever.
 */
static void start_pager(void)
{
	struct buf command = BUF_INIT;

	/* less reads its options from LESS; those that the user has chosen stay. */
	buf_printf(&command,
		"LESS=\"${LESS-FRXPs--more-- (space\\: go on, q\\: back to the prompt)\\$}\"; "
		"export LESS; %s",
		pager());
	out_page_abandon();
	sink_open(&pager_sink, buf_cstr(&command), true);
	buf_deinit(&command);
}

static bool too_tall(void)
{
	size_t limit = out_height() - 1; /* the prompt takes a line */
	struct buf folded = BUF_INIT;

	out_fold(&folded, buf_slice(out_text()), out_width());
	bool tall = out_count_rows(buf_slice(&folded), out_width(), limit) > limit;
	buf_deinit(&folded);
	return tall;
}

void out_page_begin(void)
{
	if (!out_to_terminal() || !out_stdin_is_terminal() || !pager())
		return;
	out_flush();
	paging = true;
	out_set_paging(true);
}

void out_page_spill(void)
{
	if (paging && too_tall())
		start_pager();
}

void out_page_abandon(void)
{
	paging = false;
	out_set_paging(false);
}

void out_page_end(void)
{
	out_page_spill();
	if (pager_sink.pid)
		sink_close(&pager_sink);
	else
		out_page_abandon();
}
