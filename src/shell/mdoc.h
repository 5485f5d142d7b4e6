/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generated parts of the manual, as mdoc. Used by the build only (rows_main.c). */
#ifndef SHELL_MDOC_H
#define SHELL_MDOC_H

#include "base/buf.h"

void mdoc_commands(struct buf *b); /* every row, by group: .Ss and a list */
void mdoc_options(struct buf *b);  /* the list of options */
void mdoc_settings(struct buf *b); /* the list of settings */

#endif
