/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of other debuggers and of C, and what is written here instead: for "did you mean". */
#ifndef SHELL_HABITS_H
#define SHELL_HABITS_H

#include "base/util.h"

/* What to write instead of WORD, exactly; NULL if it is no word of theirs. Valid until the next
 * call. */
const char *habit_of(struct str word);
/* Why there is no such WORD here, and what does its work: a sentence, or NULL. */
const char *habit_absent(struct str word);
/* The same as habit_of() for WinDbg's words behind a !. */
const char *habit_of_bang(struct str program);

#endif
