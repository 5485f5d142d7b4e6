/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing of lexer and parser: any bytes are cut into statements, and what comes out must make
 * sense.
 *
 * With clang's -fsanitize=fuzzer this is a libFuzzer target. Built with FUZZ_MAIN it is a program
 * by itself: fuzz_parse [-n MUTATIONS] FILE… runs every file, and that many mutations of each, the
 * same ones every time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/fake_vocab.h"

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static bool lies_in(struct span s, size_t n)
{
	return s.at <= n && s.len <= n - s.at;
}

static void check_tree(const struct node *n, size_t size)
{
	if (!n)
		return;
	CHECK(n->kind <= N_PIPE);
	CHECK(lies_in(n->span, size));
	CHECK(lies_in(n->op_span, size));
	CHECK((n->kind == N_COMMAND) == (n->form != NULL));
	CHECK(n->kind != N_COMMAND || n->n_args >= n->form->n_params);
	check_tree(n->a, size);
	check_tree(n->b, size);
	check_tree(n->c, size);
	for (size_t i = 0; i < n->n_args; i++)
		check_tree(n->args[i], size);
}

/* Parses the line at the start of TEXT and returns how much it took; 0 when there is no more. */
static size_t parse_one(struct str text, struct arena *arena, struct buf *printed)
{
	struct node *tree = NULL;
	struct err err = {0};
	size_t used = text.n + 1;
	enum parse_result result = parse_line(&fake_vocab, text, arena, &used, &tree, &err);
	CHECK(used <= text.n);
	CHECK((result == PARSE_INCOMPLETE) == (used == 0) || text.n == 0);
	CHECK((result == PARSE_DONE) == (tree != NULL));
	if (result == PARSE_DONE) {
		check_tree(tree, used);
		buf_clear(printed);
		fake_print(printed, tree);
	} else if (result != PARSE_EMPTY) {
		CHECK(err.code != ERR_NONE && err.text[0]);
		CHECK(lies_in(err.span, result == PARSE_ERROR ? used : text.n));
		CHECK(err.span.len > 0);
	}
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct buf printed;
	struct arena arena = ARENA_INIT;
	char *copy = malloc(
		size ? size : 1); /* of exactly this size: the sanitizer sees a read behind it */
	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	for (size_t at = 0, used; at < size; at += used) {
		arena_reset(&arena);
		used = parse_one((struct str){copy + at, size - at}, &arena, &printed);
		if (!used)
			break;
	}
	arena_deinit(&arena);
	free(copy);
	return 0;
}

#ifdef FUZZ_MAIN

/* xorshift64: the same numbers everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * What is put into texts: everything that means something to the lexer, and a few bytes that mean
 * nothing.
 */
static const struct str pieces[] = {
	{"(", 1},
	{")", 1},
	{"[", 1},
	{"]", 1},
	{"{", 1},
	{"}", 1},
	{"\"", 1},
	{"'", 1},
	{"\\", 1},
	{"\n", 1},
	{" ", 1},
	{";", 1},
	{",", 1},
	{" | ", 3},
	{"|", 1},
	{"!", 1},
	{"#", 1},
	{"//", 2},
	{"/*", 2},
	{"*/", 2},
	{"$", 1},
	{"\0", 1},
	{"\xff", 1},
	{"\r\n", 2},
	{"else ", 5},
	{"if (", 4},
	{"expect ", 7},
	{"x/4gx ", 6},
	{"mmap ", 5},
	{"mprotect p 1 ", 13},
	{"maps ", 5},
	{"echo ", 5},
	{"time ", 5},
	{"u8 *", 4},
	{"(u8)", 4},
	{"sizeof", 6},
	{"hex\"", 4},
	{"0x", 2},
	{"7f", 2},
	{"1e", 2},
	{"--", 2},
	{"->", 2},
	{"?", 1},
	{":", 1},
	{"= ", 2},
	{"\\\n", 2},
};

/* One change to TEXT: a piece put in, a stretch taken out or doubled, a byte changed. */
static void mutate(struct buf *text, uint64_t *state)
{
	size_t at = next_random(state) % (text->len + 1);
	size_t n = next_random(state) % 16;
	struct str piece = pieces[next_random(state) % ARRAY_SIZE(pieces)];
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

int main(int argc, char **argv)
{
	unsigned long mutations = 0;
	int first = 1;
	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		mutations = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	if (first >= argc) {
		fprintf(stderr, "usage: %s [-n MUTATIONS] FILE…\n", argv[0]);
		return 2;
	}
	for (int i = first; i < argc; i++)
		run_file(argv[i], mutations);
	printf("%d files, %lu mutations of each\n", argc - first, mutations);
	return 0;
}

#endif
