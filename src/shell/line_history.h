/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that keeps statements between sessions. Knows no readline; only line_*.c include
 * this.
 *
 * One entry a line, oldest first; a newline within an entry is written as \n, a backslash as \\.
 * Several sessions may append at the same time. Failures are silent: a session without history
 * is still a session.
 */
#ifndef SHELL_LINE_HISTORY_H
#define SHELL_LINE_HISTORY_H

#include "base/util.h"

enum { HISTORY_MAX = 10000 }; /* entries that are kept */

/*
 * Calls EACH with every entry of the file at PATH, the last HISTORY_MAX of them. ENTRY lasts
 * until EACH returns.
 */
void history_file_load(const char *path, void (*each)(const char *entry));
/* Adds ENTRY, making the file (0600) and its directories (0700) where they are missing. */
void history_file_append(const char *path, const char *entry);
/* Cuts the file down to the last HISTORY_MAX entries. A symbolic link is left alone. */
void history_file_trim(const char *path);

#endif
