/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target without a fuzzer: on files, and on a fixed series of changes of each, the same
 * everywhere. What it finds can be repeated; what a fuzzer found becomes a file of the corpus.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"

/* xorshift64: the same numbers everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t count_pieces(void)
{
	size_t n = 0;
	while (fuzz_pieces[n].p)
		n++;
	return n;
}

/* One change to TEXT: a piece put in, a stretch taken out or doubled, a byte changed. */
static void mutate(struct buf *text, uint64_t *state)
{
	size_t at = next_random(state) % (text->len + 1);
	size_t n = next_random(state) % 16;
	struct str piece = fuzz_pieces[next_random(state) % count_pieces()];
	struct buf out = BUF_INIT;
	n = MIN(n, text->len - at);
	buf_add(&out, buf_cstr(text), at);
	switch (next_random(state) % 4) {
	case 0:
		buf_str(&out, piece);
		n = 0;
		break;
	case 1:
		break;
	case 2:
		buf_add(&out, buf_cstr(text) + at, n);
		n = 0;
		break;
	default:
		buf_putc(&out, (char)next_random(state));
		n = MIN(n, (size_t)1);
	}
	buf_add(&out, buf_cstr(text) + at + n, text->len - at - n);
	buf_deinit(text);
	*text = out;
}

static void run_file(const char *path, unsigned long mutations)
{
	struct buf text = BUF_INIT, changed = BUF_INIT;
	uint64_t state = 0x9e3779b97f4a7c15;
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	for (int c; (c = getc(f)) != EOF;)
		buf_putc(&text, (char)c);
	fclose(f);
	LLVMFuzzerTestOneInput((const uint8_t *)buf_cstr(&text), text.len);
	for (unsigned long i = 0; i < mutations; i++) {
		if (i % 8 == 0) {
			buf_clear(&changed);
			buf_add(&changed, buf_cstr(&text), text.len);
		}
		mutate(&changed, &state);
		LLVMFuzzerTestOneInput((const uint8_t *)buf_cstr(&changed), changed.len);
	}
	buf_deinit(&text);
	buf_deinit(&changed);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* PATH is a file, or a folder of files. Returns how many. */
static size_t run_path(const char *path, unsigned long mutations)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_visible, alphasort);

	if (n < 0) {
		run_file(path, mutations);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		struct buf file = BUF_INIT;
		buf_printf(&file, "%s/%s", path, entries[i]->d_name);
		run_file(buf_cstr(&file), mutations);
		buf_deinit(&file);
		free(entries[i]);
	}
	free(entries);
	return (size_t)n;
}

int main(int argc, char **argv)
{
	unsigned long mutations = 0;
	size_t files = 0;
	int first = 1;
	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		mutations = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	if (first >= argc) {
		fprintf(stderr, "usage: %s [-n MUTATIONS] FILE-OR-FOLDER…\n", argv[0]);
		return 2;
	}
	for (int i = first; i < argc; i++)
		files += run_path(argv[i], mutations);
	printf("%zu files, %lu mutations of each\n", files, mutations);
	return 0;
}
