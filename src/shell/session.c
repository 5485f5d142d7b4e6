/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginning and the end of a session. */
#include "shell/session.h"

#include <stdlib.h>
#include <unistd.h>

#include "mem/flags.h"
#include "shell/out.h"
#include "shell/symbols.h"

/* The target was stopped by a signal or a tracer while a statement runs: that is no loss, but it is
 * said. */
static void say_stopped(void *arg, enum stop_kind kind, int number)
{
	(void)arg;
	switch (kind) {
	case STOP_SIGNAL:
		out_error("faultline: the target was stopped by %s; the statement goes on when it "
			  "is continued, "
			  "^C gives up",
			signal_name(number));
		break;
	case STOP_OWN:
		out_error("faultline: the target stopped itself by %s and was continued",
			signal_name(number));
		break;
	case STOP_TRACER:
		out_error("faultline: the target is held by its tracer, process %d; the statement "
			  "goes on when that "
			  "lets it go, ^C gives up",
			number);
		break;
	}
}

bool session_init(struct session *s, const struct options *options, const char *target_path,
	bool stdin_is_script, struct err *err)
{
	const struct remote_options remote = {
		.target_path = target_path,
		.no_aslr = options->no_aslr,
		.stdin_is_script = stdin_is_script,
		.on_stop = say_stopped,
		.on_change = undo_before_change,
		.on_change_arg = s,
	};
	*s = (struct session){
		.options = options,
		.settings =
			{.guard = true, .echo = true, .maps = true, .explain = true, .hints = true},
		.examine = {.letter = 'x', .size = 'w'},
		.page = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	s->remote = remote_create(&remote, err);
	if (!s->remote)
		return false;
	s->vars = vars_create();
	s->ev = (struct evaluator){.host = &s->host, .vars = s->vars, .arena = &s->arena};
	s->host = session_host;
	s->host.ctx = s;
	return true;
}

void session_deinit(struct session *s)
{
	remote_destroy(s->remote);
	vars_destroy(s->vars);
	symbols_destroy(s->symbols);
	free(s->found.v);
	arena_deinit(&s->arena);
	call_record_deinit(&s->call);
	buf_deinit(&s->failure.text);
	buf_deinit(&s->fault.place);
	buf_deinit(&s->interrupted);
	buf_deinit(&s->last_text);
	buf_deinit(&s->effects.lines);
	buf_deinit(&s->again);
	watches_deinit(&s->watches);
	aliases_deinit(&s->aliases);
}

void session_fail(struct session *s, int status)
{
	s->exit_status = MAX(s->exit_status, status);
	if (s->options->stop_at_error)
		s->stopped = true;
}

void session_again(struct session *s, const char *fmt, ...)
{
	va_list args;
	if (!s->at_terminal)
		return;
	buf_clear(&s->again);
	va_start(args, fmt);
	buf_vprintf(&s->again, fmt, args);
	va_end(args);
}

void session_remember(struct session *s, struct value v)
{
	if (v.type.base == T_STRING && !v.type.depth) {
		buf_clear(&s->last_text);
		buf_str(&s->last_text, v.str);
		v.str = buf_slice(&s->last_text);
	}
	s->last = v;
}
