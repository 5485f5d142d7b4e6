/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a system call in the target: arguments in, refusals, the mappings before and after, the record shown.
 */
#include "shell/call.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "shell/effects.h"
#include "shell/facts.h"
#include "shell/observe.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/show.h"

enum { ERRNO_MAX = 4095 }; /* include/linux/err.h: results above -4096 are errors */

void call_record_deinit(struct call_record *c)
{
	maps_deinit(&c->before);
	maps_deinit(&c->after);
	delta_deinit(&c->delta);
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

static bool check_range(struct session *s, uint64_t addr, uint64_t len)
{
	if (!remote_owns(s->remote, addr, len))
		return true;
	snprintf(s->refusal, sizeof(s->refusal),
		"the range at 0x%llx touches the agent's own pages (see maps); set guard off allows it",
		(unsigned long long)addr);
	return false;
}

/* Whether the ranges that the row's arguments name leave the agent's pages alone. */
static bool check_guard(struct session *s, const struct call_record *c)
{
	if (!c->row || !s->settings.guard)
		return true;
	const uint64_t *a = c->args;
	if (c->row->effect == EFFECT_MMAP && !(a[3] & MAP_FIXED))
		return true; /* only a hint, or refused by the kernel itself */
	if (c->row->effect == EFFECT_MREMAP && (a[3] & MREMAP_FIXED) && !check_range(s, a[4], a[2]))
		return false;
	for (unsigned i = 0; i + 1 < c->row->form.n_params; i++) {
		enum kind kind = c->row->form.params[i].kind;
		bool range = kind == KIND_ADDR && c->row->form.params[i + 1].kind == KIND_LEN;
		if ((range || kind == KIND_OUTPUT) && !c->texts[i].p && !check_range(s, a[i], a[i + 1]))
			return false;
	}
	return true;
}

/* Strings go to the target's memory, everything else is 64 bits. */
static bool marshal(struct session *s, struct call_record *c, const struct value *args, size_t n, struct err *err)
{
	struct span span = {0};
	remote_scratch_reset(s->remote);
	for (size_t i = 0; i < n; i++) {
		if (args[i].type.base != T_STRING || args[i].type.depth) {
			c->args[i] = value_bits(args[i]);
			continue;
		}
		c->texts[i] = args[i].str;
		c->args[i] = remote_scratch(s->remote, arena_copy(&s->arena, args[i].str).p, args[i].str.n + 1);
		if (!c->args[i])
			return err_set(err, ERR_VALUE, span,
				"the strings are too long to be placed in the target: %d bytes fit", WIRE_DATA_SIZE);
	}
	c->n_args = (unsigned)n;
	return true;
}

static bool fill_defaults(
	struct call_record *c, const struct value *args, size_t n, struct err *err)
{
	bool given[WIRE_ARGS];
	for (size_t i = 0; i < WIRE_ARGS; i++)
		given[i] = i < n && args[i].type.base != T_NONE;
	c->n_args = c->row->form.n_params;
	return !c->row->defaults || c->row->defaults(c->args, given, err);
}

/* Splits what the kernel returned into value and errno. */
static void settle(struct session *s, struct call_record *c, struct called *out)
{
	c->returned = true;
	c->error = c->result > (uint64_t)-ERRNO_MAX - 1 ? (int)-c->result : 0;
	if (c->row && c->row->effect == EFFECT_BRK)
		c->error = 0; /* the call has no errors: it returns the break */
	bool addr = c->row && c->row->returns == RETURNS_ADDR;
	out->value = c->error ? value_int(-1) : addr ? value_ptr(c->result) : value_int((int64_t)c->result);
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

/* A signal that the call itself brought (a filter's SIGSYS): what it says of an access is all that is known. */
static void fault_in_call(struct session *s, const struct wire_fault *wire)
{
	struct fault f = fault_of_code(wire);
	facts_fault(s, f.kind, f.addr, f.len, false, wire);
}

static enum status perform(struct session *s, struct call_record *c, long nr, struct called *out)
{
	struct observation o;
	struct wire_fault fault;
	if (!c->row || c->row->writes_files)
		out_flush();
	observe_before(s->remote, &o, c);
	enum remote_status done = remote_syscall(s->remote, (uint64_t)nr, c->args, !c->row, &c->result, &fault);
	if (done == REMOTE_DONE)
		settle(s, c, out);
	if (done == REMOTE_FAULT)
		fault_in_call(s, &fault);
	if (done != REMOTE_LOST)
		observe_after(s->remote, &o, c);
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
	*c = (struct call_record){.before = c->before, .after = c->after, .delta = c->delta, .row = row, .name = name};
	maps_clear(&c->before);
	maps_clear(&c->after);
	c->delta.n = 0;
	if (!marshal(s, c, args, MIN(n, (size_t)WIRE_ARGS), err))
		return ST_ERROR;
	if (command && !fill_defaults(c, args, n, err))
		return ST_ERROR;
	if (!check_no_fork(s, nr) || !check_guard(s, c))
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
