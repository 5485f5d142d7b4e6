/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text whose last byte is the last before an unmapped page: reading past it is a crash. */
#ifndef TESTS_UNIT_EDGE_H
#define TESTS_UNIT_EDGE_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/util.h"

/* A copy of N bytes at the edge, not terminated. The next call for the same text size or smaller
 * reuses it. */
static inline struct str at_edge(const char *bytes, size_t n)
{
	static char *start;
	static size_t size;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	if (n > size || !start) {
		size_t room = (n / page + 1) * page;
		char *p = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED || mprotect(p + room, page, PROT_NONE) < 0)
			abort();
		if (start)
			munmap(start, size + page);
		start = p;
		size = room;
	}
	char *at = start + size - n;
	if (n)
		memcpy(at, bytes, n);
	return (struct str){at, n};
}

static inline struct str text_at_edge(const char *text)
{
	return at_edge(text, strlen(text));
}

#endif
