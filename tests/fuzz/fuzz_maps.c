/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the maps parser: whatever the text, it is refused or becomes a list that keeps what it
 * promises.
 *
 * With clang's -fsanitize=fuzzer this is a libFuzzer target. Built with FUZZ_MAIN it is a program
 * by itself: fuzz_maps FILE… runs every file as it is and changed in a fixed series of ways, the
 * same ones every time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mem/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

#ifdef FUZZ_MAIN

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % n;
}

/* One of: another byte, a byte less, a piece doubled, cut off. */
static size_t change(uint8_t *bytes, size_t n, size_t room)
{
	static const char telling[] = "0123456789abcdef-: rwxps\n\0\\[]/g";
	size_t at = random_below((uint32_t)n);
	size_t piece = 1 + random_below((uint32_t)(n - at));
	switch (random_below(4)) {
	case 0:
		bytes[at] = (uint8_t)telling[random_below(sizeof(telling) - 1)];
		return n;
	case 1:
		memmove(bytes + at, bytes + at + 1, n - at - 1);
		return n - 1;
	case 2:
		if (n + piece > room)
			return n;
		memmove(bytes + at + piece, bytes + at, n - at);
		return n + piece;
	default:
		return random_below(8) ? n : at;
	}
}

static void run_file(const char *path)
{
	enum { ROOM = 1 << 16, ROUNDS = 2000 };
	static uint8_t original[ROOM], bytes[2 * ROOM];
	FILE *in = fopen(path, "rb");
	if (!in) {
		perror(path);
		exit(1);
	}
	size_t size = fread(original, 1, ROOM, in);
	fclose(in);
	LLVMFuzzerTestOneInput(original, size);
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = size;
		memcpy(bytes, original, size);
		for (uint32_t left = 1 + random_below(4); left && n; left--)
			n = change(bytes, n, sizeof(bytes));
		LLVMFuzzerTestOneInput(bytes, n);
	}
}

int main(int argc, char **argv)
{
	random_state = 1;
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	return argc > 1 ? 0 : 2;
}

#endif
