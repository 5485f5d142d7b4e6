/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables that row.c reads: each ends with a row whose form.name is NULL. */
#ifndef SHELL_ROW_TABLES_H
#define SHELL_ROW_TABLES_H

#include "shell/row.h"

extern const struct row *const row_tables[]; /* ends with NULL */

#endif
