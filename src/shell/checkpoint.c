/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the session's checkpoints. */
#include "shell/checkpoint.h"

#include <stdio.h>

#include "shell/out.h"
#include "shell/repl.h"
#include "shell/session.h"

static void drop(struct checkpoints *list, size_t i)
{
	memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof(list->v[0]));
	list->n--;
}

void checkpoint_forget(struct session *s, const struct checkpoint *c)
{
	remote_forget(s->remote, c->id);
	drop(&s->checkpoints, (size_t)(c - s->checkpoints.v));
}

void checkpoints_sweep(struct session *s)
{
	struct checkpoints *list = &s->checkpoints;

	for (size_t i = list->n; i-- > 0;)
		if (!remote_checkpoint_pid(s->remote, list->v[i].id))
			drop(list, i);
}

/* The newest that was made by `set undo` or by the user; NAME empty: whatever it is called. */
static const struct checkpoint *newest(struct session *s, bool undo, struct str name)
{
	const struct checkpoints *list = &s->checkpoints;

	for (size_t i = list->n; i-- > 0;)
		if (list->v[i].undo == undo && (!name.n || str_is(name, list->v[i].name)))
			return &list->v[i];
	return NULL;
}

const struct checkpoint *checkpoint_find(struct session *s, struct str name)
{
	return newest(s, false, name);
}

/* Makes one at the end of the list, which has room. */
static struct checkpoint *add(struct session *s, bool undo, struct err *err)
{
	struct checkpoints *list = &s->checkpoints;
	unsigned id = remote_checkpoint(s->remote, err);

	if (!id)
		return NULL;
	list->v[list->n] = (struct checkpoint){.id = id, .undo = undo};
	return &list->v[list->n++];
}

const struct checkpoint *checkpoint_make(struct session *s, struct str name, struct err *err)
{
	checkpoints_sweep(s);
	const struct checkpoint *old = name.n ? checkpoint_find(s, name) : NULL;
	if (old)
		checkpoint_forget(s, old);
	if (s->checkpoints.n == REMOTE_CHECKPOINTS) {
		err_set(err, ERR_VALUE, (struct span){0},
			"there are %d checkpoints already: forget NAME ends one, set undo 0 those "
			"for undo",
			REMOTE_CHECKPOINTS);
		return NULL;
	}
	struct checkpoint *c = add(s, false, err);
	if (!c)
		return NULL;
	s->checkpoints.made++;
	if (name.n)
		snprintf(c->name, CHECKPOINT_NAME_MAX, "%.*s", (int)name.n, name.p);
	else
		snprintf(c->name, CHECKPOINT_NAME_MAX, "%u", s->checkpoints.made);
	return c;
}

/* The newest that can still be copied becomes the target. */
static bool restore_newest(struct session *s, struct buf *text)
{
	struct checkpoints *list = &s->checkpoints;
	struct err err;

	while (list->n) {
		const struct checkpoint *c = &list->v[list->n - 1];
		bool restored = remote_restore(s->remote, c->id, &err);
		if (restored)
			buf_printf(text,
				c->undo ? "  the target is back as it was before the statement: "
					  "%s\n"
					: "  the target is back as it was at checkpoint %s\n",
				c->name);
		else
			buf_printf(text, "  checkpoint %s cannot be restored any more: %s\n",
				c->name, err.text);
		if (!restored || c->undo)
			checkpoint_forget(s, c);
		if (restored)
			return true;
	}
	return false;
}

bool checkpoint_after_loss(struct session *s, struct buf *text)
{
	/* A ^C that ended the target has done its work there; another one ends the way back. */
	bool interrupted = remote_interrupted();

	remote_interrupt_clear();
	s->checkpoints.before_change = false; /* going back is not a change to be undone */
	bool back = restore_newest(s, text);
	if (interrupted)
		remote_interrupt();
	return back;
}

/* ---- undo ---- */

void undo_begin(struct session *s)
{
	s->checkpoints.before_change = s->checkpoints.undo > 0;
}

static unsigned count_undo(const struct checkpoints *list)
{
	unsigned n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->v[i].undo;
	return n;
}

/* Ends the oldest until N are left. */
static void keep_undo(struct session *s, unsigned n)
{
	struct checkpoints *list = &s->checkpoints;

	for (size_t i = 0; i < list->n && count_undo(list) > n;)
		if (list->v[i].undo)
			checkpoint_forget(s, &list->v[i]);
		else
			i++;
}

/* The first line of the statement under way, cut where it is long. */
static void name_statement(const struct session *s, struct checkpoint *c)
{
	struct str text = s->place ? s->place->text : (struct str){"", 0};
	const char *newline = text.n ? memchr(text.p, '\n', text.n) : NULL;
	struct buf b = BUF_INIT;

	if (newline)
		text.n = (size_t)(newline - text.p);
	bool cut = text.n >= CHECKPOINT_TEXT_MAX / 2;
	out_escape(&b, (struct str){text.p, cut ? CHECKPOINT_TEXT_MAX / 2 - 3 : text.n});
	snprintf(c->name, sizeof(c->name), "%s%s", buf_cstr(&b), cut ? "..." : "");
	buf_deinit(&b);
}

void undo_before_change(void *session)
{
	struct session *s = session;
	struct checkpoints *list = &s->checkpoints;
	struct err err = {0};

	if (!list->before_change)
		return;
	list->before_change = false;
	checkpoints_sweep(s);
	keep_undo(s, list->undo - 1);
	if (list->n == REMOTE_CHECKPOINTS)
		err_set(&err, ERR_VALUE, (struct span){0}, "there are %d checkpoints already",
			REMOTE_CHECKPOINTS);
	struct checkpoint *c = list->n < REMOTE_CHECKPOINTS ? add(s, true, &err) : NULL;
	if (c)
		name_statement(s, c);
	else
		out_error("faultline: this statement cannot be undone: %s", err.text);
}

const struct checkpoint *undo_last(struct session *s)
{
	checkpoints_sweep(s);
	return newest(s, true, (struct str){0});
}

void undo_set(struct session *s, unsigned n)
{
	s->checkpoints.undo = n;
	s->checkpoints.before_change = false;
	keep_undo(s, n);
}
