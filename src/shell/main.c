/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clang-format off */
/*
 * faultline: an interactive memory-mapping shell for Linux.
 *
 * This is the shell, the process you talk to. It never touches the memory that is explored: that
 * lies in a second process, the target, where the agent makes the system calls and accesses.
 *
 *     main, options             the command line
 *     repl, prompt, line_*      reading statements, from scripts and at the terminal
 *     complete*, signature      what can stand at a place: TAB, and the synopsis at the cursor
 *     finish, show, out*        results: counted, rendered, written
 *     session, host, names      what the language asks of the shell
 *     row, cmd_*, report        every builtin is one row; the lines of views that tell several facts
 *     aliases, watches          what the user makes commands of, and what is looked at after each
 *                               statement
 *     call*, observe, did       system calls: made, the mappings they changed, what else they did
 *     pages, effects            the state of pages, and what accesses and calls do to it
 *     facts*                    why calls and accesses failed
 *     code*, prototypes         the target's own code: called, and where a signal stopped it
 *     symbol*, lib_elf          symbols of mapped files, by name and by address
 *     remote*, procmap          the target: its channel, its life, its mappings
 *
 * ../lang is the language, ../mem what is known about address spaces, ../arch what only this kind
 * of machine knows, ../agent and ../target what runs in the other process, ../wire.h what the two
 * say to each other.
 */
/* clang-format on */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/finish.h"
#include "shell/line.h"
#include "shell/locate.h"
#include "shell/out.h"
#include "shell/repl.h"

#include "config.h"

static void on_interrupt(int signo)
{
	(void)signo;
	remote_interrupt();
}

static void catch_signals(void)
{
	struct sigaction interrupt = {.sa_handler = on_interrupt};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL); /* a limit on file sizes is an error that is told */
	sigaction(SIGTTOU, &ignore, NULL);
}

static bool wants_terminal(const struct options *o)
{
	if (o->interactive)
		return true;
	return !o->n_statements && !o->n_files && out_stdin_is_terminal();
}

static bool stdin_is_script(const struct options *o)
{
	bool named = false;
	for (size_t i = 0; i < o->n_files; i++)
		named = named || !strcmp(o->files[i], "-");
	return named || (!o->n_statements && !o->n_files && !out_stdin_is_terminal()) ||
	       (o->interactive && !out_stdin_is_terminal());
}

static bool done(const struct session *s)
{
	return s->quit || s->stopped || out_failed();
}

static void run_scripts(struct session *s, const struct options *o)
{
	struct err err = {0};
	for (size_t i = 0; i < o->n_statements && !done(s); i++)
		repl_text(s, "-c", str_from(o->statements[i]));
	for (size_t i = 0; i < o->n_files && !done(s); i++) {
		if (!strcmp(o->files[i], "-"))
			repl_stream(s, "stdin", STDIN_FILENO);
		else if (!repl_file(s, o->files[i], &err)) {
			out_error("faultline: %s", err.text);
			session_fail(s, 2);
		}
	}
	if (!o->n_statements && !o->n_files && !wants_terminal(o))
		repl_stream(s, "stdin", STDIN_FILENO);
}

/* What the user wants done at the start of every session at a terminal. */
static void run_init(struct session *s)
{
	struct err err = {0};
	char *path = locate_init();
	if (path && access(path, F_OK) == 0 && !repl_file(s, path, &err))
		out_error("faultline: %s", err.text);
	free(path);
}

/* Statuses of what a person tries out at a prompt are no verdict: the session ends with 0. */
static void run_terminal(struct session *s, const struct options *o)
{
	if (!o->quiet) {
		out_printf("faultline %s: exploring process %d. help shows the way, quit leaves.\n",
			FAULTLINE_VERSION, (int)remote_pid(s->remote));
	}
	char *history = out_stdin_is_terminal() ? locate_history() : NULL;
	line_init(s, history);
	s->at_terminal = true;
	if (!o->norc)
		run_init(s);
	if (!done(s))
		repl_terminal(s);
	line_deinit();
	free(history);
	if (out_stdin_is_terminal())
		s->exit_status = 0;
}

static int run(const struct options *o)
{
	struct session s;
	struct err err = {0};
	char *target = locate_target();
	if (!session_init(&s, o, target, stdin_is_script(o), &err)) {
		out_error("faultline: %s", err.text);
		free(target);
		return 2;
	}
	run_scripts(&s, o);
	if (wants_terminal(o) && !done(&s))
		run_terminal(&s, o);
	out_flush();
	int status = out_failed() ? MAX(s.exit_status, 1) : s.exit_status;
	bool interrupted = remote_interrupted() && !s.at_terminal;
	session_deinit(&s);
	free(target);
	if (interrupted) {
		signal(SIGINT, SIG_DFL);
		raise(SIGINT);
	}
	return status;
}

static int print_and_leave(const struct options *o)
{
	if (o->help)
		options_help(out_text());
	else
		out_printf("faultline %s\n", FAULTLINE_VERSION);
	out_flush();
	return out_failed() ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err = {0};
	catch_signals();
	out_init(COLOR_AUTO);
	if (!options_parse(&options, argc, argv, &err)) {
		out_error("faultline: %s", err.text);
		return 2;
	}
	out_set_color(options.color);
	int status = options.help || options.version ? print_and_leave(&options) : run(&options);
	options_deinit(&options);
	return status;
}
