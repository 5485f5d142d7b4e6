/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session's checkpoints: those that the user made and named, and those that `set undo` makes
 * before each statement that changes the target. All stand in one list, in the order of their
 * making.
 */
#ifndef SHELL_CHECKPOINT_H
#define SHELL_CHECKPOINT_H

#include "base/buf.h"
#include "base/err.h"
#include "shell/remote.h"

struct session;

enum {
	CHECKPOINT_NAME_MAX = 32, /* bytes of a name, with the NUL */
	CHECKPOINT_TEXT_MAX = 64, /* of the statement that one was made before */
	UNDO_MAX = 16,
};

struct checkpoint {
	unsigned id; /* the remote's number */
	bool undo;   /* made by set undo: NAME is the statement, made printable */
	char name[CHECKPOINT_TEXT_MAX];
};

struct checkpoints {
	struct checkpoint v[REMOTE_CHECKPOINTS];
	size_t n;
	unsigned made;      /* by the user, for the names of those that get none */
	unsigned undo;      /* how many statements can be taken back: set undo */
	bool before_change; /* no checkpoint was made yet before the statement under way */
};

/* Makes one called NAME (empty: the next number) in place of an older one of this name. NULL with
 * ERR filled. */
const struct checkpoint *checkpoint_make(struct session *s, struct str name, struct err *err);
/* The newest that the user made (NAME empty), or the one of this name; NULL if there is none. */
const struct checkpoint *checkpoint_find(struct session *s, struct str name);
void checkpoint_forget(struct session *s, const struct checkpoint *c);
/* Drops from the list those whose process has died. */
void checkpoints_sweep(struct session *s);

/* The target is gone: the newest living checkpoint becomes the target. What happened is added to
 * TEXT. False if there is none. */
bool checkpoint_after_loss(struct session *s, struct buf *text);

/* A statement begins: if it changes the target, that can be taken back. */
void undo_begin(struct session *s);
/* For struct remote_options: something is about to change the target. */
void undo_before_change(void *session);
/* The newest checkpoint that set undo made; NULL if there is none. */
const struct checkpoint *undo_last(struct session *s);
void undo_set(struct session *s, unsigned n);

#endif
