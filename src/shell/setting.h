/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every setting is a row too: set, help, completion and the manual read it. */
#ifndef SHELL_SETTING_H
#define SHELL_SETTING_H

#include "shell/session.h"

struct setting {
	const char *name;
	const char *values;                       /* blank-separated; the first is the default */
	const char *summary;                      /* one line */
	unsigned (*get)(const struct session *s); /* index in VALUES */
	void (*set)(struct session *s, unsigned value); /* by index in VALUES */
	/* For values that are no list, else NULL: takes what VALUES does not have, and prints what
	 * it is. */
	const char *expects; /* "off or a duration, such as 5s" */
	bool (*parse)(struct session *s, struct str value);
	void (*print)(const struct session *s, struct buf *b);
};

/* I from 0, NULL at the end. */
const struct setting *setting_at(size_t i);
const struct setting *setting_find(struct str name);
const char *setting_name_at(size_t i);

#endif
