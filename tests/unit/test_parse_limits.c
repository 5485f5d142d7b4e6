/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser's bookkeeping: bytes taken, spans, very long lines, very deep nesting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_vocab.h"

static void test_used(void **state)
{
	static const struct {
		const char *text;
		enum parse_result result;
		size_t used;
	} rows[] = {
		{"", PARSE_EMPTY, 0},
		{"\n", PARSE_EMPTY, 1},
		{" # c\np", PARSE_EMPTY, 5},
		{"/* a\n */ \np", PARSE_EMPTY, 10},
		{";;\np", PARSE_EMPTY, 3},
		{"p", PARSE_DONE, 1},
		{"p\nq", PARSE_DONE, 2},
		{"p\r\nq", PARSE_DONE, 3},
		{"p # c\nq", PARSE_DONE, 6},
		{"if (p) {\n}\nq", PARSE_DONE, 11},
		{"(p\n)\nq", PARSE_DONE, 5},
		{"!ls\nq", PARSE_DONE, 4},
		{"echo a\r\nq", PARSE_DONE, 8},
		{"| maps | cat\nq", PARSE_DONE, 13},
		{"p; q;\ni", PARSE_DONE, 6},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena arena = ARENA_INIT;
		struct node *tree;
		struct err err = {0};
		size_t used = 99;
		enum parse_result result =
			parse_line(&fake_vocab, str_from(rows[i].text), &arena, &used, &tree, &err);
		if (result != rows[i].result || used != rows[i].used)
			fail_msg("%s: result %d, used %zu", rows[i].text, result, used);
		arena_deinit(&arena);
	}
}

/* Spans are where a caret would point. */
static void test_spans(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *n;
	struct err err;
	size_t used;
	(void)state;
	assert_int_equal(
		parse_line(&fake_vocab, STR("  (p + 1) * dup(2)"), &arena, &used, &n, &err),
		PARSE_DONE);
	assert_int_equal(n->span.at, 2);
	assert_int_equal(n->span.len, 16);
	assert_int_equal(n->op_span.at, 10);
	assert_int_equal(n->a->span.len, 7);
	assert_int_equal(n->a->op_span.at, 5);
	assert_int_equal(n->b->span.at, 12);
	assert_int_equal(n->b->span.len, 6);
	assert_int_equal(n->b->op_span.len, 3);
	assert_int_equal(
		parse_line(&fake_vocab, STR("p = mprotect p 100 rw # c"), &arena, &used, &n, &err),
		PARSE_DONE);
	assert_int_equal(n->span.len, 21);
	assert_int_equal(n->b->span.at, 4);
	assert_int_equal(n->b->op_span.len, 8);
	assert_int_equal(n->b->args[2]->span.at, 19);
	assert_int_equal(n->b->args[2]->span.len, 2);
	arena_deinit(&arena);
}

static enum parse_result parse_buf(const struct buf *b, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct node *tree;
	size_t used;
	enum parse_result result = parse_line(&fake_vocab, buf_slice(b), &arena, &used, &tree, err);
	if (result == PARSE_DONE)
		assert_int_equal(used, b->len);
	arena_deinit(&arena);
	return result;
}

static void add_copies(struct buf *b, const char *part, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_puts(b, part);
}

/* ---- Long lines ---- */

/* Texts of very many parts; what all of them together are. */
static const struct {
	const char *before, *part, *after;
	enum parse_result result;
} long_lines[] = {
	{"1", " + 1", "", PARSE_DONE},
	{"", "p = 1; ", "", PARSE_DONE},
	{"write p", " 1", "", PARSE_DONE},
	{"maps", " libc", "", PARSE_DONE},
	{"", "\"a\" ", "", PARSE_DONE},
	{"{", "p\n", "}", PARSE_DONE},
	{"if (p) {}", " else if (p) {}", "", PARSE_DONE},
	{"f(1", ", 1", ")", PARSE_DONE},
	{"p", "[0]", "", PARSE_DONE},
	{"", "/* c */", "p", PARSE_DONE},
	{"expect ok", "|ok", " p", PARSE_DONE},
	{"echo ", "a \\\n", "", PARSE_INCOMPLETE},
	{"{ frob now", "\np", "", PARSE_INCOMPLETE},
	{"p q ", "/*", "", PARSE_ERROR},
	{"p q \"", "\\\"", "", PARSE_ERROR},
	{"p q ", "(\n", "", PARSE_ERROR},
	{"mmap (", "1 ", "", PARSE_ERROR},
};

/* A megabyte is read in linear time: were it quadratic, the test would run out of time. */
static void test_long_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(long_lines); i++) {
		struct buf b = BUF_INIT;
		struct err err;
		buf_puts(&b, long_lines[i].before);
		add_copies(&b, long_lines[i].part, 250 * 1000);
		buf_puts(&b, long_lines[i].after);
		enum parse_result result = parse_buf(&b, &err);
		if (result != long_lines[i].result)
			fail_msg("%s %s: result %d", long_lines[i].before, long_lines[i].part,
				result);
		buf_deinit(&b);
	}
}

/* ---- Nesting ---- */

/* What can be nested, and what closes it again. */
static const char *const nests[][2] = {{"(", ")"}, {"- ", ""}, {"{", "}"}, {"f(", ")"}, {"p[", "]"},
	{"(u8)", ""}, {"p = ", ""}, {"p ? ", " : 1"}, {"p ? 1 : ", ""}, {"if (p) ", ""},
	{"while (p) ", ""}, {"for (;;) ", ""}, {"time ", ""}, {"sizeof ", ""}, {"p + (", ")"}};

static enum parse_result parse_nested(
	const char *open, const char *close, size_t n, struct err *err)
{
	struct buf b = BUF_INIT;
	add_copies(&b, open, n);
	buf_puts(&b, "p");
	add_copies(&b, close, n);
	enum parse_result result = parse_buf(&b, err);
	buf_deinit(&b);
	return result;
}

/* A hundred levels are fine; very many are an error and never a stack that overflows. */
static void test_nesting(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nests); i++) {
		const char *open = nests[i][0], *close = nests[i][1];
		struct err err;
		enum parse_result some = parse_nested(open, close, 100, &err);
		enum parse_result many = parse_nested(open, close, 100 * 1000, &err);
		if (some != PARSE_DONE || many != PARSE_ERROR)
			fail_msg("%s: results %d and %d", open, some, many);
		assert_string_equal(err.text, "this is nested too deeply: take it apart");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_used),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_nesting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
