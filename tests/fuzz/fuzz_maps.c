/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the maps parser: whatever the text, it is refused or becomes a list that keeps what it
 * promises.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mem/maps.h"

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "fuzz_maps: %s\n", what);
		abort();
	}
}

/* The line that a mapping was read from, made again. */
static void print_line(struct buf *b, const struct mapping *m)
{
	char perms[5];
	perms_print(perms, m->perms);
	buf_printf(b, "%llx-%llx %s %llx %x:%x %llu %s", (unsigned long long)m->start,
		(unsigned long long)m->end, perms, (unsigned long long)m->offset, m->major,
		m->minor, (unsigned long long)m->inode, m->name);
}

static void check_mapping(const struct maps *m, size_t i)
{
	struct mapping again;
	static char name[MAPPING_NAME_MAX];
	struct buf line = BUF_INIT;
	const struct mapping *one = &m->v[i];
	must(one->start < one->end, "an empty mapping");
	must(!i || m->v[i - 1].end <= one->start, "mappings out of order");
	must(maps_find(m, one->start) == one && maps_find(m, one->end - 1) == one,
		"a mapping is not found");
	must(!strchr(one->name, '\n'), "a newline in a name");
	print_line(&line, one);
	bool fits = strlen(one->name) < MAPPING_NAME_MAX;
	must(maps_parse_line(buf_slice(&line), &again, name) == fits,
		"a printed line is not read again");
	must(!fits || mapping_equal(one, &again), "a line comes back changed");
	buf_deinit(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maps m = MAPS_INIT;
	struct err err = {0};
	char *exact = malloc(size ? size : 1); /* so that sanitizers see a read past the end */
	if (!exact)
		abort();
	if (size)
		memcpy(exact, data, size);
	bool ok = maps_parse(&m, (struct str){exact, size}, &err);
	must(ok || (err.code == ERR_SYSTEM && err.text[0]), "a failure without an error");
	must(ok || err.span.at + err.span.len <= size, "an error outside of the text");
	for (size_t i = 0; i < m.n; i++)
		check_mapping(&m, i);
	maps_deinit(&m);
	free(exact);
	return 0;
}

/* Everything that means something in a line of maps. */
const struct str fuzz_pieces[] = {
	{"0", 1},
	{"f", 1},
	{"-", 1},
	{":", 1},
	{" ", 1},
	{"\n", 1},
	{"\0", 1},
	{"\\012", 4},
	{"rwxp ", 5},
	{"---s ", 5},
	{"[heap]", 6},
	{"/file (deleted)", 15},
	{"ffffffffffffffff", 16},
	{"00000000 00:00 0", 16},
	{"7f0000000000-7f0000001000 r--p 00000000 00:00 0\n", 49},
	{0},
};
