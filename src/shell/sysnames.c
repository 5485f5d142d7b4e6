/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a system call by its name: binary search in the generated table. */
#include "shell/sysnames_table.h"

/* As strcmp, for a NAME that need not be terminated. */
static int compare(struct str name, const char *other)
{
	int order = strncmp(name.p, other, name.n);

	return order ? order : -(other[name.n] != '\0');
}

const struct sysname *sysname_find(struct str name)
{
	size_t low = 0, high = sysname_count;

	if (!name.n || memchr(name.p, '\0', name.n))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(name, sysname_table[middle].name);
		if (order == 0)
			return &sysname_table[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct sysname *sysname_at(size_t i)
{
	return i < sysname_count ? &sysname_table[i] : NULL;
}
