/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a system call in the target: arguments in (call_args.c), refusals, the mappings before and
 * after, the record shown.
 */
#include "shell/call.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "shell/call_args.h"
#include "shell/effects.h"
#include "shell/facts.h"
#include "shell/observe.h"
#include "shell/out.h"
#include "shell/did.h"
#include "shell/session.h"
#include "shell/show.h"

enum { ERRNO_MAX = 4095 }; /* include/linux/err.h: results above -4096 are errors */

void call_record_deinit(struct call_record *c)
{
	maps_deinit(&c->before);
	maps_deinit(&c->after);
	delta_deinit(&c->delta);
	buf_deinit(&c->did);
}

static bool refuse(struct session *s, const char *sentence)
{
	snprintf(s->refusal, sizeof(s->refusal), "%s", sentence);
	return false;
}

/* A second process would answer in the target's name (DESIGN: no second answerer). */
static bool check_no_fork(struct session *s, long nr)
{
	if (nr != SYS_fork && nr != SYS_vfork && nr != SYS_clone && nr != SYS_clone3)
		return true;
	return refuse(s, "it would make a second process that answers in the target's name");
}

/* Splits what the kernel returned into value and errno. */
static void settle(struct session *s, struct call_record *c, struct called *out)
{
	c->returned = true;
	c->error = c->result > (uint64_t)-ERRNO_MAX - 1 ? (int)-c->result : 0;
	if (c->row && c->row->effect == EFFECT_BRK)
		c->error = 0; /* the call has no errors: it returns the break */
	bool addr = c->row && c->row->returns == RETURNS_ADDR;
	out->value = c->error ? value_int(-1)
		     : addr   ? value_ptr(c->result)
			      : value_int((int64_t)c->result);
	out->error_number = c->error;
	out->echoed = true;
	if (c->error)
		s->error_number = c->error;
}

static enum status status_of(enum remote_status status)
{
	switch (status) {
	case REMOTE_DONE:
		return ST_OK;
	case REMOTE_FAULT:
		return ST_FAULT;
	case REMOTE_INTERRUPTED:
		return ST_INTERRUPTED;
	case REMOTE_LOST:
		break;
	}
	return ST_LOST;
}

/* A signal that the call itself brought (a filter's SIGSYS): what it says of an access is all that
 * is known. */
static void fault_in_call(struct session *s, const struct wire_fault *wire)
{
	struct fault f = fault_of_code(wire);
	facts_fault(s, f.kind, f.addr, f.len, false, wire);
}

/* Whether the call may change what the agent relies on: its signals, its process. */
static bool may_unsettle(const struct call_record *c)
{
	return !c->row || c->row->effect == EFFECT_PRCTL;
}

static enum status perform(struct session *s, struct call_record *c, long nr, struct called *out)
{
	struct observation o;
	struct did_probe did;
	struct wire_fault fault;
	if (!c->row || c->row->writes_files)
		out_flush();
	observe_before(s->remote, &o, c);
	did_before(s, &did, c);
	args_show(s, c, false);
	enum remote_status done = remote_syscall(
		s->remote, (uint64_t)nr, c->args, may_unsettle(c), &c->result, &fault);
	if (done == REMOTE_DONE)
		settle(s, c, out);
	if (done == REMOTE_DONE)
		args_show(s, c, true);
	if (done == REMOTE_FAULT)
		fault_in_call(s, &fault);
	if (done != REMOTE_LOST)
		observe_after(s->remote, &o, c);
	did_after(s, &did, c);
	return status_of(done);
}

enum status call_make(struct session *s, const struct row *row, const char *name, long nr,
	const struct value *args, size_t n, bool command, struct called *out, struct err *err)
{
	struct call_record *c = &s->call;
	if (s->causes_pending)
		show_causes(s, c);
	s->causes_pending = false;
	effects_call_begin(s);
	*c = (struct call_record){.before = c->before,
		.after = c->after,
		.delta = c->delta,
		.did = c->did,
		.row = row,
		.name = name};
	maps_clear(&c->before);
	maps_clear(&c->after);
	delta_clear(&c->delta);
	buf_clear(&c->did);
	if (!args_marshal(s, c, args, MIN(n, (size_t)WIRE_ARGS), err))
		return ST_ERROR;
	if (command && !args_complete(s, c, args, n, err))
		return ST_ERROR;
	if (!check_no_fork(s, nr) || !args_guard(s, c))
		return ST_REFUSED;
	struct effects_probe probe;
	effects_call_before(s, &probe, c);
	enum status status = perform(s, c, nr, out);
	if (c->error)
		facts_failure(s, c);
	show_call(s, c);
	effects_call_after(s, &probe, c);
	s->causes_pending = c->error != 0;
	return status;
}
