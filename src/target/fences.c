/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fences between and around the libraries' mappings. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "target/target.h"

/*
 * Mappings nearer than this belong to one cluster. The kernel keeps at least 128 MiB between the
 * stack and the libraries, and the program and its heap are further away still.
 */
#define CLUSTER_GAP (64ULL << 20)

/* A START below END; START inclusive. */
struct span {
	uint64_t start, end;
};

enum { MOST_SPANS = 128, MOST_TEXT = 16 * 1024 };

/*
 * The text of /proc/self/maps. It goes to the stack: memory from the heap would change what is
 * being read.
 */
static void read_maps(char text[MOST_TEXT])
{
	size_t len = 0;
	ssize_t n;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot open /proc/self/maps");
	while ((n = read(fd, text + len, MOST_TEXT - 1 - len)) > 0)
		len += (size_t)n;
	if (n < 0 || len == MOST_TEXT - 1)
		die("cannot read /proc/self/maps");
	close(fd);
	text[len] = '\0';
}

/* All mappings in ascending order. Returns how many. */
static size_t parse_maps(const char *text, struct span spans[MOST_SPANS])
{
	size_t n = 0;

	while (*text) {
		char *end;
		if (n == MOST_SPANS)
			die("too many mappings in a fresh process");
		spans[n].start = strtoull(text, &end, 16);
		spans[n].end = strtoull(end + 1, NULL, 16);
		n++;
		while (*text && *text++ != '\n')
			;
	}
	return n;
}

static void fence(struct room *room, int exe_fd, uint64_t start, uint64_t end)
{
	void *at = (void *)(uintptr_t)start;

	if (room->n_ranges == WIRE_RANGES)
		return;
	if (mmap(at, end - start, PROT_NONE, MAP_PRIVATE | MAP_FIXED_NOREPLACE, exe_fd, 0) != at)
		return; /* a fence less: mappings may merge there, nothing worse */
	room_add_range(room, at, end - start);
}

void fences_make(struct room *room, int exe_fd)
{
	char text[MOST_TEXT];
	struct span spans[MOST_SPANS];
	read_maps(text);
	size_t n = parse_maps(text, spans);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t inside = (uint64_t)(uintptr_t)room->agent; /* among the libraries */
	size_t first = 0, last;

	while (first < n && spans[first].end <= inside)
		first++;
	last = first;
	while (first > 0 && spans[first].start - spans[first - 1].end < CLUSTER_GAP)
		first--;
	while (last + 1 < n && spans[last + 1].start - spans[last].end < CLUSTER_GAP)
		last++;

	/* The agent's block begins with a fence of its own. */
	if (spans[first].start != inside - page)
		fence(room, exe_fd, spans[first].start - page, spans[first].start);
	for (size_t i = first; i < last; i++)
		if (spans[i].end < spans[i + 1].start)
			fence(room, exe_fd, spans[i].end, spans[i + 1].start);
	fence(room, exe_fd, spans[last].end, spans[last].end + page);
}
