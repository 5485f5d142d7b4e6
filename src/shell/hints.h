/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hints for newcomers at the terminal: each at most once in a session, none after set hints off. */
#ifndef SHELL_HINTS_H
#define SHELL_HINTS_H

#include "shell/session.h"

/* Gives the hint, if any, that fits what the last statement came to. */
void hint_give(struct session *s);

#endif
