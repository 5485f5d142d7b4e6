/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: checkpoint, checkpoints, restore, forget, undo. */
#include <stdio.h>
#include <stdlib.h>

#include "mem/delta.h"
#include "shell/checkpoint.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

static struct str name_argument(const struct invocation *in)
{
	return in->args[0].type.base == T_NONE ? (struct str){0} : in->args[0].str;
}

/* ---- What a checkpoint does not hold ---- */

struct not_held {
	unsigned shared, left_out, wiped, locked; /* mappings, the agent's not counted */
};

struct count {
	struct session *s;
	struct not_held n;
};

/* A line of smaps: the last about each mapping has its flags. */
static void count_flags(void *ctx, const struct mapping *m, struct str line)
{
	static const char field[] = "VmFlags:";
	struct count *c = ctx;
	const size_t n = sizeof(field) - 1;

	if (line.n < n || memcmp(line.p, field, n) ||
		remote_owns(c->s->remote, m->start, m->end - m->start))
		return;
	char flags[256];
	snprintf(flags, sizeof(flags), "%.*s", (int)(line.n - n), line.p + n);
	if (m->perms & PERM_SHARED)
		c->n.shared += proc_has_word(flags, str_from("mw"));
	c->n.left_out += proc_has_word(flags, str_from("dc"));
	c->n.wiped += proc_has_word(flags, str_from("wf"));
	c->n.locked += proc_has_word(flags, str_from("lo"));
}

/* Threads that called code has started, besides the one that the agent runs in. */
static unsigned other_threads(const struct session *s)
{
	struct buf status = BUF_INIT;
	const char *n =
		proc_read(s->remote, "status", &status) ? proc_field(status.p, "Threads") : NULL;
	unsigned long all = n ? strtoul(n, NULL, 10) : 1;
	buf_deinit(&status);
	return all > 1 ? (unsigned)all - 1 : 0;
}

static void say_not_held(unsigned n, const char *one, const char *many)
{
	if (n == 1)
		out_printf("  %s\n", one);
	else if (n > 1)
		out_printf("  %u %s\n", n, many);
}

static void show_not_held(struct session *s)
{
	struct count count = {.s = s};
	proc_smaps_each(s->remote, 0, UINT64_MAX, count_flags, &count);
	const struct not_held n = count.n;

	say_not_held(n.shared, "what is written to the shared mapping will not be taken back",
		"shared mappings: what is written to them will not be taken back");
	say_not_held(n.left_out, "the mapping with MADV_DONTFORK is not in it",
		"mappings with MADV_DONTFORK are not in it");
	say_not_held(n.wiped, "the mapping with MADV_WIPEONFORK reads as zero in it",
		"mappings with MADV_WIPEONFORK read as zero in it");
	say_not_held(n.locked, "the locked mapping is not locked in it",
		"locked mappings are not locked in it");
	say_not_held(other_threads(s), "the thread that called code started is not in it",
		"threads that called code started are not in it");
}

/* ---- checkpoint, checkpoints, forget ---- */

static enum status run_checkpoint(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct str name = name_argument(in);
	(void)out;
	if (name.n >= CHECKPOINT_NAME_MAX) {
		err_set(err, ERR_ARGS, in->node->args[0]->span, "a name has at most %d bytes",
			CHECKPOINT_NAME_MAX - 1);
		return ST_ERROR;
	}
	const struct checkpoint *c = checkpoint_make(s, name, err);
	if (!c) {
		err->span = in->node->span;
		return ST_ERROR;
	}
	out_printf("checkpoint ");
	out_escape(out_text(), str_from(c->name));
	out_printf("\n");
	show_not_held(s);
	return ST_OK;
}

static enum status run_checkpoints(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)in, (void)out, (void)err;
	checkpoints_sweep(s);
	const struct checkpoints *list = &s->checkpoints;
	if (!list->n)
		out_printf("no checkpoints: checkpoint [NAME] makes one\n");
	for (size_t i = 0; i < list->n; i++) {
		out_printf("process %d  %s", (int)remote_checkpoint_pid(s->remote, list->v[i].id),
			list->v[i].undo ? "for undo, before " : "");
		out_escape(out_text(), str_from(list->v[i].name));
		out_printf("\n");
	}
	return ST_OK;
}

static enum status no_checkpoint(struct session *s, const struct invocation *in, struct err *err)
{
	const struct checkpoint *last = checkpoint_find(s, (struct str){0});
	struct str name = name_argument(in);

	if (!last)
		err_set(err, ERR_VALUE, in->node->span,
			"there is no checkpoint: checkpoint [NAME] makes one");
	else
		err_set(err, ERR_NAME, in->node->args[0]->span,
			"no checkpoint \"%.*s\": checkpoints lists them", (int)name.n, name.p);
	return ST_ERROR;
}

static enum status run_forget(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	const struct checkpoint *c = checkpoint_find(s, name_argument(in));
	if (!c)
		return no_checkpoint(s, in, err);
	checkpoint_forget(s, c);
	return ST_OK;
}

/* ---- restore and undo ---- */

static void read_maps(struct session *s, struct maps *maps)
{
	struct buf text = BUF_INIT;
	struct err err;

	if (procmap_read(s->remote, &text))
		maps_parse(maps, buf_slice(&text), &err);
	buf_deinit(&text);
}

/* Restores C and shows how that changed the mappings. */
static bool go_back(
	struct session *s, const struct checkpoint *c, const char *what, struct err *err)
{
	struct maps before = MAPS_INIT, after = MAPS_INIT;
	struct delta delta = DELTA_INIT;

	read_maps(s, &before);
	bool restored = remote_restore(s->remote, c->id, err);
	if (restored) {
		read_maps(s, &after);
		out_printf("%s", what);
		out_escape(out_text(), str_from(c->name));
		out_printf("\n");
		delta_compute(&delta, &before, &after);
		if (s->settings.maps)
			show_delta(s, &delta);
	}
	delta_deinit(&delta);
	maps_deinit(&before);
	maps_deinit(&after);
	return restored;
}

static enum status run_restore(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	checkpoints_sweep(s);
	const struct checkpoint *c = checkpoint_find(s, name_argument(in));
	if (!c)
		return no_checkpoint(s, in, err);
	unsigned id = c->id;
	undo_before_change(s); /* the list may move */
	for (size_t i = 0; i < s->checkpoints.n; i++)
		if (s->checkpoints.v[i].id == id)
			c = &s->checkpoints.v[i];
	if (go_back(s, c, "the target is as it was at checkpoint ", err))
		return ST_OK;
	err->span = in->node->span;
	return ST_ERROR;
}

static enum status run_undo(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	const struct checkpoint *c = undo_last(s);
	if (!c) {
		err_set(err, ERR_VALUE, in->node->span,
			s->checkpoints.undo
				? "nothing to undo: no statement changed the target since the last "
				  "one that was taken back"
				: "nothing to undo: set undo 8 makes the next statements undoable");
		return ST_ERROR;
	}
	bool back = go_back(s, c, "the target is as it was before: ", err);
	checkpoint_forget(s, c);
	err->span = in->node->span;
	return back ? ST_OK : ST_ERROR;
}

#define NAME_PARAM(name_kind, meaning)                                                             \
	PARAMS({.name = "NAME",                                                                    \
		.kind = (name_kind),                                                               \
		.reads = READS_WORD,                                                               \
		.flags = PARAM_OPTIONAL,                                                           \
		.dflt = (meaning)})

const struct row rows_checkpoint[] = {
	{
		.form = {.name = "checkpoint",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			NAME_PARAM(KIND_TEXT, "the next number")},
		.group = "state",
		.summary = "keep the target's present state",
		.details = "A copy of the target, made as fork(2) makes one, sleeps until restore "
			   "wants it. An older one of the "
			   "same name ends. Memory and descriptors are kept; what is written to "
			   "shared mappings and files, "
			   "positions in files, and changes outside the process are not taken "
			   "back. Mappings with "
			   "MADV_DONTFORK are not in it, those with MADV_WIPEONFORK are zero, and "
			   "nothing is locked. "
			   "Nor are threads in it that called code started.\n\n"
			   "A copy changes what is seen of the target later: touched pages are "
			   "shared until one side "
			   "writes, so that a write to one costs a minor fault and a new frame, "
			   "and a new neighbour of a "
			   "touched mapping may no longer merge with it.",
		.example = "p = mmap page rw\n*p = 1\ncheckpoint\n*p = 2\nrestore\nexpect *p == 1",
		.see = "restore checkpoints forget undo",
		.run = run_checkpoint,
	},
	{
		.form = {.name = "checkpoints", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "state",
		.summary = "list the checkpoints",
		.details = "In the order in which they were made, with their processes. Those that "
			   "set undo made show the "
			   "statement before which that was.",
		.example = "checkpoint before\ncheckpoints",
		.see = "checkpoint",
		.run = run_checkpoints,
	},
	{
		.form = {.name = "restore",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			NAME_PARAM(KIND_CHECKPOINT, "the last one made")},
		.group = "state",
		.summary = "go back to a checkpoint",
		.details = "A copy of the checkpoint becomes the target, a process with another "
			   "number ($pid); the present one "
			   "ends. The checkpoint stays and can be restored again. Variables are "
			   "the shell's and stay. Shown "
			   "are the mappings that went and came by it.",
		.example = "checkpoint clean\np = mmap page rw\nrestore clean\nexpect "
			   "!mapped(p)\nrestore clean",
		.see = "checkpoint undo",
		.run = run_restore,
	},
	{
		.form = {.name = "forget",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			NAME_PARAM(KIND_CHECKPOINT, "the last one made")},
		.group = "state",
		.summary = "end a checkpoint",
		.details = "Its process ends, and it cannot be restored any more.",
		.example = "checkpoint a\nforget a",
		.see = "checkpoint checkpoints",
		.run = run_forget,
	},
	{
		.form = {.name = "undo", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "state",
		.summary = "take the last statement that changed the target back",
		.details = "Needs set undo N, which makes a checkpoint before each statement that "
			   "stores, calls or writes, and "
			   "keeps the last N. Once more goes back further. Variables stay. What a "
			   "checkpoint does not hold "
			   "is not taken back.",
		.example = "set undo 8\np = mmap page rw\n*p = 1\n*p = 2\nundo\nexpect *p == "
			   "1\nundo\nexpect *p == 0",
		.see = "set checkpoint restore",
		.run = run_undo,
	},
	ROW_END,
};
