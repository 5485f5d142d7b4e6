/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names and numbers of this machine's system calls. Generated from the kernel's headers, plus
 * newer ones. */
#ifndef SHELL_SYSNAMES_H
#define SHELL_SYSNAMES_H

#include "base/util.h"

struct sysname {
	const char *name; /* "mmap" */
	long nr;
	const char *since; /* the kernel that brought it, "6.10"; NULL for those that are older
			      than 5.0 */
};

/* NULL if there is none of this name. */
const struct sysname *sysname_find(struct str name);
/* All in order of their names: I from 0; NULL at the end. */
const struct sysname *sysname_at(size_t i);

#endif
