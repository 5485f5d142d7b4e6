/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What helps with a name that means nothing, for behind a colon: "did you mean mmap?", or a
 * sentence. NULL for nothing. Valid until the next call with the same session.
 */
#ifndef SHELL_ADVICE_H
#define SHELL_ADVICE_H

#include "base/util.h"

struct session;

/* Of a name in an expression. */
const char *advice_name(struct session *s, struct str name);
/* Of the word that a statement begins with: commands only, which can be typed in its place. */
const char *advice_command(struct session *s, struct str word);

#endif
