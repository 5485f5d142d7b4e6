/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generated table behind sysnames.h. Only sysnames.c and the generated file include this. */
#ifndef SHELL_SYSNAMES_TABLE_H
#define SHELL_SYSNAMES_TABLE_H

#include "shell/sysnames.h"

extern const struct sysname sysname_table[]; /* in order of their names, by strcmp */
extern const size_t sysname_count;

#endif
