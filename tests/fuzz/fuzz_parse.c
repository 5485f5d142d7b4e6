/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing of lexer and parser: any bytes are cut into statements, and what comes out must make
 * sense.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
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

/* Everything that means something to the lexer, and a few bytes that mean nothing. */
const struct str fuzz_pieces[] = {
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
	{0},
};
