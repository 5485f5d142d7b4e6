/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the tables of rows, one of each cmd_*.c. */
#include "shell/row_tables.h"
#include "shell/tables.h"

const struct row *const row_tables[] = {
	rows_map,
	rows_file,
	rows_bytes,
	rows_examine,
	rows_look,
	rows_pages,
	rows_code,
	rows_where,
	rows_walk,
	rows_access,
	rows_facts,
	rows_checkpoint,
	rows_shell,
	rows_set,
	rows_help,
	NULL,
};
