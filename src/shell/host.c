/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the language asks of a session: memory, calls, commands, names. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "mem/flags.h"
#include "shell/advice.h"
#include "shell/call.h"
#include "shell/effects.h"
#include "shell/code.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/finish.h"
#include "shell/habits.h"
#include "shell/lib_elf.h"
#include "shell/row.h"
#include "shell/session.h"
#include "shell/sysnames.h"

/* ---- Memory ---- */

static enum status access_status(struct session *s, enum remote_status status,
	enum access_kind kind, uint64_t addr, unsigned width, const struct wire_fault *fault)
{
	switch (status) {
	case REMOTE_DONE:
		return ST_OK;
	case REMOTE_FAULT:
		facts_fault(s, kind, addr, width, false, fault);
		return ST_FAULT;
	case REMOTE_INTERRUPTED:
		return ST_INTERRUPTED;
	case REMOTE_LOST:
		break;
	}
	return ST_LOST;
}

static enum status host_load(void *ctx, uint64_t addr, unsigned width, uint64_t *bits)
{
	struct session *s = ctx;
	struct wire_fault fault;
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, width);
	enum remote_status status = remote_load(s->remote, addr, width, bits, &fault);
	effects_access_after(s, &probe, status == REMOTE_DONE);
	return access_status(s, status, ACCESS_READ, addr, width, &fault);
}

static enum status host_store(void *ctx, uint64_t addr, unsigned width, uint64_t bits)
{
	struct session *s = ctx;
	struct wire_fault fault;
	if (s->settings.guard && remote_owns(s->remote, addr, width)) {
		snprintf(s->refusal, sizeof(s->refusal),
			"0x%llx belongs to the agent (see maps); set guard off allows it",
			(unsigned long long)addr);
		return ST_REFUSED;
	}
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, width);
	enum remote_status status = remote_store(s->remote, addr, width, bits, &fault);
	effects_access_after(s, &probe, status == REMOTE_DONE);
	return access_status(s, status, ACCESS_WRITE, addr, width, &fault);
}

/* ---- Names ---- */

static bool host_constant(void *ctx, struct str name, struct value *out)
{
	return name_constant(ctx, name, out);
}

static bool host_dollar(void *ctx, struct str name, struct value *out, struct err *err)
{
	return name_dollar(ctx, name, out, err);
}

static bool host_reserved(void *ctx, struct str name)
{
	(void)ctx;
	return name_reserved(name);
}

static const char *host_advice(void *ctx, struct str name)
{
	return advice_name(ctx, name);
}

/* ---- Calls and commands ---- */

static bool bad_arity(const struct row *row, const struct node *call, struct err *err)
{
	struct buf b = BUF_INIT;
	row_prototype(&b, row);
	if (row->form.flags & FORM_COMMAND) {
		buf_puts(&b, ", or without parentheses ");
		row_synopsis(&b, row);
	}
	err_set(err, ERR_ARGS, call->span, "wrong number of arguments: it is %s", buf_cstr(&b));
	buf_deinit(&b);
	return false;
}

static bool check_arity(const struct row *row, const struct node *call, size_t n, struct err *err)
{
	unsigned n_params;
	const struct param *params = row_c_params(row, NULL, &n_params);
	size_t least = n_params, most = n_params;
	while (least && (params[least - 1].flags & PARAM_C_OPTIONAL))
		least--;
	if (most && (params[most - 1].flags & PARAM_REPEATS))
		most = SIZE_MAX;
	return (n >= least && n <= most) || bad_arity(row, call, err);
}

static bool is_number(enum kind kind)
{
	switch (kind) {
	case KIND_ADDR:
	case KIND_LEN:
	case KIND_NUMBER:
	case KIND_FLAGS:
	case KIND_FD:
	case KIND_DIRFD:
	case KIND_OFFSET:
	case KIND_MAP_OFFSET:
	case KIND_MODE:
	case KIND_OUTPUT:
	case KIND_WRITES:
	case KIND_BITS:
	case KIND_INT:
	case KIND_WATCH:
		return true;
	default:
		return false;
	}
}

/* Whether every argument that must be a number is one. */
static bool check_kinds(const struct param *params, size_t n_params, const struct node *node,
	const struct value *args, size_t n, struct err *err)
{
	for (size_t i = 0; i < MIN(n, n_params); i++) {
		if (args[i].type.base == T_STRING && !args[i].type.depth &&
			is_number(params[i].kind))
			return err_set(err, ERR_ARGS, node->args[i]->span,
				"%s is a number, not a string", params[i].name);
	}
	return true;
}

static bool check_call(const struct row *row, const struct node *call, const struct value *args,
	size_t n, struct err *err)
{
	unsigned n_params;
	const struct param *params = row_c_params(row, NULL, &n_params);
	return check_arity(row, call, n, err) && check_kinds(params, n_params, call, args, n, err);
}

/* A call of a system call without a row: raw arguments. */
static enum status call_raw(struct session *s, const struct sysname *name, const struct node *call,
	const struct value *args, size_t n, struct called *out, struct err *err)
{
	if (n > WIRE_ARGS) {
		err_set(err, ERR_ARGS, call->span, "a system call takes at most %d arguments",
			WIRE_ARGS);
		return ST_ERROR;
	}
	return call_make(s, NULL, name->name, name->nr, args, n, false, out, err);
}

/* Rows that tell of the shell alone do not need a target. */
static bool needs_target(const struct row *row)
{
	return strcmp(row->group, "shell") != 0;
}

/*
 * Runs a row's own function. A target that went away before or meanwhile is lost, whatever the
 * function makes of the files that it could not read.
 */
static enum status run_row(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	if (needs_target(in->row) && !remote_alive(s->remote))
		return ST_LOST;
	enum status status = in->row->run(s, in, out, err);
	bool lost = (status == ST_OK || status == ST_ERROR) && needs_target(in->row) &&
		    !remote_alive(s->remote);
	return lost ? ST_LOST : status;
}

static enum status host_call(void *ctx, const struct node *call, const struct value *args, size_t n,
	struct called *out, struct err *err)
{
	struct session *s = ctx;
	const struct row *row = row_find(call->name, FORM_FUNCTION);
	if (row && !check_call(row, call, args, n, err))
		return ST_ERROR;
	if (row && row->run) {
		const struct invocation in = {
			.row = row, .node = call, .args = args, .n = n, .arena = &s->arena};
		return run_row(s, &in, out, err);
	}
	if (row)
		return call_make(s, row, row->echo ? row->echo : row->form.name, row_number(row),
			args, n, false, out, err);
	const struct sysname *name = sysname_find(call->name);
	if (name)
		return call_raw(s, name, call, args, n, out, err);
	struct callee callee;
	enum status found = code_find(s, call->name, &callee, err);
	if (found != ST_ERROR)
		return found == ST_OK ? code_call(s, &callee, call, args, n, call->type, out, err)
				      : found;
	if (row_find(call->name, FORM_COMMAND)) {
		err_set(err, ERR_NAME, call->op_span,
			"%.*s is a command: it takes no parentheses, as help %.*s tells",
			(int)call->name.n, call->name.p, (int)call->name.n, call->name.p);
		return ST_ERROR;
	}
	const char *advice = advice_name(s, call->name);
	const char *missing = lib_elf_missing();
	if (advice)
		err_set(err, ERR_NAME, call->op_span,
			"no function, system call or symbol \"%.*s\": %s", (int)call->name.n,
			call->name.p, advice);
	else
		err_set(err, ERR_NAME, call->op_span,
			"no function, system call or symbol \"%.*s\"%s%s", (int)call->name.n,
			call->name.p, missing ? ": " : "", missing ? missing : "");
	return ST_ERROR;
}

static enum status host_command(void *ctx, const struct node *command, const struct value *args,
	size_t n, struct called *out, struct err *err)
{
	struct session *s = ctx;
	const struct row *row = row_of(command->form);
	if (!check_kinds(row->form.params, row->form.n_params, command, args, n, err))
		return ST_ERROR;
	if (!row->run)
		return call_make(s, row, row->echo ? row->echo : row->form.name, row_number(row),
			args, n, true, out, err);
	const struct invocation in = {
		.row = row, .node = command, .args = args, .n = n, .arena = &s->arena};
	return run_row(s, &in, out, err);
}

/* ---- Programs ---- */

static enum status host_bang(void *ctx, struct str program, struct err *err)
{
	(void)ctx;
	struct buf b = BUF_INIT;
	buf_str(&b, program);
	out_flush();
	int status = system(buf_cstr(&b));
	buf_deinit(&b);
	if (status == -1) {
		err_set(err, ERR_SYSTEM, (struct span){0}, "the program could not be started");
		return ST_ERROR;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status))
		out_printf("exit status %d\n", WEXITSTATUS(status));
	const char *habit =
		WIFEXITED(status) && WEXITSTATUS(status) == 127 ? habit_of_bang(program) : NULL;
	if (habit)
		out_printf("  ! runs a program of the system; what you ask for is: %s\n", habit);
	return ST_OK;
}

static enum status host_pipe(void *ctx, struct evaluator *ev, const struct node *statement,
	struct str program, struct err *err)
{
	(void)ctx;
	struct buf b = BUF_INIT;
	buf_str(&b, program);
	bool started = out_pipe_begin(buf_cstr(&b));
	buf_deinit(&b);
	if (!started) {
		err_set(err, ERR_SYSTEM, (struct span){0}, "the program could not be started");
		return ST_ERROR;
	}
	eval_run(ev, statement);
	out_pipe_end();
	return ST_OK;
}

static bool host_interrupted(void *ctx)
{
	(void)ctx;
	return remote_interrupted();
}

static bool host_finish(void *ctx, const struct node *statement, const struct result *result,
	const struct str *wanted)
{
	return finish_statement(ctx, statement, result, wanted);
}

const struct host session_host = {
	.load = host_load,
	.store = host_store,
	.constant = host_constant,
	.dollar = host_dollar,
	.reserved = host_reserved,
	.call = host_call,
	.command = host_command,
	.bang = host_bang,
	.pipe = host_pipe,
	.finish = host_finish,
	.interrupted = host_interrupted,
	.advice = host_advice,
};

/* ---- The parser's vocabulary ---- */

static const struct form *vocab_command(void *ctx, struct str name)
{
	(void)ctx;
	const struct row *row = row_find(name, FORM_COMMAND);
	return row ? &row->form : NULL;
}

static const struct form *vocab_abbreviation(void *ctx, struct str word, struct err *err)
{
	struct session *s = ctx;
	const struct alias *own = alias_find(&s->aliases, word);
	const struct row *row = own ? &own->row : row_by_alias(word);
	if (row || !s->at_terminal)
		return row ? &row->form : NULL;
	struct buf names = BUF_INIT;
	bool ambiguous = false;
	row = row_by_prefix(word, &names, &ambiguous);
	if (ambiguous && habit_of(word))
		err_set(err, ERR_NAME, (struct span){0}, "%.*s could be %s; or did you mean %s?",
			(int)word.n, word.p, buf_cstr(&names), habit_of(word));
	else if (ambiguous)
		err_set(err, ERR_NAME, (struct span){0}, "ambiguous: %.*s could be %s", (int)word.n,
			word.p, buf_cstr(&names));
	buf_deinit(&names);
	return row ? &row->form : NULL;
}

static bool vocab_variable(void *ctx, struct str name)
{
	struct session *s = ctx;
	return vars_find(s->vars, name) != NULL;
}

static bool vocab_known(void *ctx, struct str name)
{
	struct value v;
	return name_constant(ctx, name, &v) || row_find(name, FORM_FUNCTION) || sysname_find(name);
}

static bool vocab_flags(void *ctx, const struct param *param, struct str word, uint64_t *value)
{
	(void)ctx;
	return flags_word(param->set, word, value);
}

static const char *vocab_flags_cure(void *ctx, const struct param *param)
{
	struct session *s = ctx;
	const struct flag_set *set = param->set;
	bool plural = set->what[strlen(set->what) - 1] == 's';
	const char *article = plural ? "" : strchr("aeiou", set->what[0]) ? "an " : "a ";
	snprintf(s->cure, sizeof(s->cure), "not %s%s: %s", article, set->what, set->cure);
	return s->cure;
}

static bool vocab_outcome(void *ctx, struct str word)
{
	(void)ctx;
	int number, code;
	return str_is(word, "ok") || str_is(word, "refused") || str_is(word, "lost") ||
	       str_is(word, "interrupted") || outcome_find(word, &number, &code) != OUTCOME_NO;
}

static const char *vocab_advice(void *ctx, struct str word)
{
	return advice_command(ctx, word);
}

void session_vocab(struct session *s, struct vocab *out)
{
	*out = (struct vocab){
		.ctx = s,
		.command = vocab_command,
		.abbreviation = vocab_abbreviation,
		.variable = vocab_variable,
		.known = vocab_known,
		.flags = vocab_flags,
		.flags_cure = vocab_flags_cure,
		.outcome = vocab_outcome,
		.advice = vocab_advice,
	};
}
