/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a line with readline: editing, history, completion.
 *
 * Readline's callback interface is used, so that the wait for a key is ours: signals are let in
 * only while we wait, which leaves no moment in which a ^C could be missed, and each is answered
 * outside its handler.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/line.h"
#include "shell/line_history.h"
#include "shell/line_lib.h"
#include "shell/line_private.h"
#include "shell/remote.h"

static struct {
	char *history_path; /* owned; NULL: nothing is kept */
	bool done;          /* the line is there, or its end */
	char *line;         /* the line; NULL at the end of the input */
	sigset_t waiting;   /* the signals that stay blocked while we wait */
	const char *before; /* the lines of the statement under way before this one */
	char *prefill;      /* owned: what the next line begins with; NULL for nothing */
} state;

/* Signals that would leave the terminal as readline set it. */
static const int passed_on[] = {SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
static struct sigaction actions_before[ARRAY_SIZE(passed_on)];
static volatile sig_atomic_t caught; /* one of passed_on, 0 for none */

static void on_signal(int signo)
{
	caught = signo;
}

/* Catches those of passed_on that nobody else has taken over. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++) {
		sigaction(passed_on[i], NULL, &actions_before[i]);
		if (actions_before[i].sa_handler == SIG_DFL)
			sigaction(passed_on[i], &action, NULL);
	}
}

static void release_signals(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
		sigaction(passed_on[i], &actions_before[i], NULL);
}

/* Lets the caught signal do what it does by default, with the terminal put back; then goes on. */
static void pass_on(void)
{
	sigset_t only;
	int signo = caught;

	caught = 0;
	rl_deprep_terminal();
	release_signals();
	sigemptyset(&only);
	sigaddset(&only, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	sigprocmask(SIG_BLOCK, &only, NULL);
	catch_signals();
	rl_prep_terminal(1);
	rl_reset_screen_size();
	rl_forced_update_display();
}

static void block_signals(sigset_t *before)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
		sigaddset(&blocked, passed_on[i]);
	sigprocmask(SIG_BLOCK, &blocked, before);
	state.waiting = *before;
	sigdelset(&state.waiting, SIGINT);
}

/* Waits for a key and lets signals in meanwhile. False: ^C. */
static bool wait_for_key(void)
{
	struct pollfd in = {.fd = fileno(rl_instream), .events = POLLIN};

	while (!remote_interrupted()) {
		if (ppoll(&in, 1, NULL, &state.waiting) >= 0 || errno != EINTR)
			return true;
		rl_check_signals(); /* the window's size */
		if (caught)
			pass_on();
	}
	return false;
}

/*
 * Readline's source of bytes. EOF after ^C ends whatever asks for a key on its own (a question,
 * a paste).
 */
static int get_byte(FILE *stream)
{
	unsigned char c;

	while (wait_for_key()) {
		ssize_t n = read(fileno(stream), &c, 1);
		if (n == 1)
			return c;
		if (n == 0 || errno != EINTR)
			return EOF;
	}
	return EOF;
}

static void got_line(char *line)
{
	state.line = line;
	state.done = true;
	rl_callback_handler_remove();
}

/* Leaves what was typed on the screen, with ^C behind it, and forgets it. */
static void abandon(void)
{
	if (state.done) {
		free(state.line);
		return;
	}
	rl_point = rl_end;
	rl_redisplay();
	fputs("^C\n", rl_outstream);
	fflush(rl_outstream);
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_replace_line("", 1);
	rl_callback_handler_remove();
}

/* Types what prefill() was given. */
static void type_prefill(void)
{
	if (state.prefill) {
		rl_insert_text(state.prefill);
		rl_redisplay();
	}
	free(state.prefill);
	state.prefill = NULL;
}

static enum line_result read_line(const char *prompt, const char *before, char **line)
{
	sigset_t mask;

	state.done = false;
	state.line = NULL;
	state.before = before;
	remote_interrupt_clear(); /* one that came late for the last statement is not for this line
				   */
	block_signals(&mask);
	catch_signals();
	rl_reset_screen_size();
	rl_callback_handler_install(prompt, got_line);
	type_prefill();
	while (!state.done && wait_for_key())
		rl_callback_read_char();
	bool interrupted = remote_interrupted();
	if (interrupted)
		abandon();
	remote_interrupt_clear();
	release_signals();
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (interrupted)
		return LINE_INTERRUPTED;
	if (!state.line)
		return LINE_END;
	*line = state.line;
	return LINE_READ;
}

static void add_entry(const char *entry)
{
	add_history(entry);
}

static void init(struct session *session, const char *history_path)
{
	rl_readline_name = "faultline";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 1;
	rl_change_environment = 0;
	rl_getc_function = get_byte;
	line_completion_init(session);
	line_help_init();
	rl_initialize();
	using_history();
	stifle_history(HISTORY_MAX);
	if (!history_path)
		return;
	state.history_path = strdup(history_path);
	history_file_load(history_path, add_entry);
}

/* Forgets an earlier entry of the same text: a statement stands in the history once, where it was
 * typed last. */
static void forget(const char *entry)
{
	for (int i = history_length - 1; i >= 0; i--) {
		HIST_ENTRY *old = history_get(history_base + i);
		if (old && strcmp(old->line, entry) == 0) {
			free_history_entry(remove_history(i));
			return;
		}
	}
}

static void remember(const char *statement)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
	size_t end = strlen(statement);

	while (end && strchr(" \t\n", statement[end - 1]))
		end--;
	if (!end)
		return;
	char *entry = strndup(statement, end);
	if (entry && !(last && strcmp(last->line, entry) == 0)) {
		forget(entry);
		add_history(entry);
		if (state.history_path)
			history_file_append(state.history_path, entry);
	}
	free(entry);
}

static void prefill(const char *text)
{
	free(state.prefill);
	state.prefill = strdup(text);
}

void line_whole(struct buf *b, size_t *at)
{
	buf_puts(b, state.before);
	*at += b->len;
	buf_add(b, rl_line_buffer, (size_t)rl_end);
}

static void deinit(void)
{
	line_completion_deinit();
	if (state.history_path)
		history_file_trim(state.history_path);
	free(state.history_path);
	state.history_path = NULL;
	clear_history();
}

bool line_readline_load(void)
{
	return line_lib_load();
}

const struct line_editor line_readline = {
	.init = init,
	.read = read_line,
	.prefill = prefill,
	.remember = remember,
	.deinit = deinit,
};
