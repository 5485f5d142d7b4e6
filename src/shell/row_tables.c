/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the tables of rows, one of each cmd_*.c. */
#include "shell/row_tables.h"
#include "shell/tables.h"

const struct row *const row_tables[] = {
	rows_map,
	rows_advise,
	rows_lock,
	rows_key,
	rows_numa,
	rows_limit,
	rows_process,
	rows_file,
	rows_fd,
	rows_bytes,
	rows_examine,
	rows_habits,
	rows_look,
	rows_pages,
	rows_code,
	rows_where,
	rows_walk,
	rows_access,
	rows_cpu,
	rows_stat,
	rows_smaps,
	rows_picture,
	rows_facts,
	rows_checkpoint,
	rows_shell,
	rows_again,
	rows_set,
	rows_help,
	NULL,
};
