/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of rows, one a file; each ends with a row without name. row_tables.c joins them. */
#ifndef SHELL_TABLES_H
#define SHELL_TABLES_H

#include "shell/row.h"

extern const struct row rows_map[];         /* cmd_map.c: calls that map memory */
extern const struct row rows_advise[];      /* cmd_advise.c: advice, what is in memory */
extern const struct row rows_lock[];        /* cmd_lock.c: locks and seals */
extern const struct row rows_key[];         /* cmd_key.c: keys, secret memory, userfaultfd */
extern const struct row rows_rights[];      /* cmd_rights.c: what keys forbid the thread */
extern const struct row rows_numa[];        /* cmd_numa.c: memory policies */
extern const struct row rows_limit[];       /* cmd_limit.c: limits and usage */
extern const struct row rows_process[];     /* cmd_process.c: prctl and the memory of others */
extern const struct row rows_shm[];         /* cmd_shm.c: shared memory of System V */
extern const struct row rows_file[];        /* cmd_file.c: calls on files */
extern const struct row rows_fd[];          /* cmd_fd.c: calls on descriptors */
extern const struct row rows_bytes[];       /* cmd_bytes.c: read, write */
extern const struct row rows_examine[];     /* cmd_examine.c: x */
extern const struct row rows_look[];        /* cmd_look.c: maps, why */
extern const struct row rows_explain[];     /* cmd_explain.c: explain */
extern const struct row rows_pages[];       /* cmd_pages.c: pages */
extern const struct row rows_code[];        /* cmd_code.c: running code */
extern const struct row rows_where[];       /* cmd_where.c: where */
extern const struct row rows_walk[];        /* cmd_walk.c: walk */
extern const struct row rows_cpu[];         /* cmd_cpu.c: cpu */
extern const struct row rows_stat[];        /* cmd_stat.c: limits, stat */
extern const struct row rows_smaps[];       /* cmd_smaps.c: smaps */
extern const struct row rows_picture[];     /* cmd_picture.c: picture */
extern const struct row rows_access[];      /* cmd_access.c: access */
extern const struct row rows_range[];       /* cmd_range.c: fill, copy, compare */
extern const struct row rows_find[];        /* cmd_find.c: find, strings */
extern const struct row rows_range_file[];  /* cmd_range_file.c: save, load */
extern const struct row rows_range_touch[]; /* cmd_range_touch.c: touch, checksum */
extern const struct row rows_telescope[];   /* cmd_telescope.c: telescope */
extern const struct row rows_facts[];       /* cmd_facts.c: introspection for scripts */
extern const struct row rows_checkpoint[];  /* cmd_checkpoint.c: checkpoints, restore, undo */
extern const struct row rows_shell[];       /* cmd_shell.c: vars, source, echo, quit */
extern const struct row rows_again[];       /* cmd_again.c: watch, time, repeat, alias */
extern const struct row rows_habits[];      /* cmd_habits.c: dq, eq and their like */
extern const struct row rows_set[];         /* cmd_set.c: set */
extern const struct row rows_help[];        /* cmd_help.c: help, apropos */

#endif
