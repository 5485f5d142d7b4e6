/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion: what is offered where. The cursor stands at the ^ of each line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>

#include "shell/complete.h"
#include "shell/session.h"

static struct session session;
static struct candidates found;

static int setup(void **state)
{
	(void)state;
	session.vars = vars_create();
	vars_set(session.vars, STR("ptr"), value_ptr(4096), false);
	vars_set(session.vars, STR("pages"), value_int(3), false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vars_destroy(session.vars);
	return 0;
}

/*
 * The word at the cursor begins behind the last byte that cannot be in a word; in a string,
 * behind the quote.
 */
static size_t word_start(const char *line, size_t end)
{
	size_t start = end;

	for (const char *quote = memchr(line, '"', end); quote;) {
		const char *close = memchr(quote + 1, '"', end - (size_t)(quote + 1 - line));
		if (!close)
			return (size_t)(quote + 1 - line);
		quote = memchr(close + 1, '"', end - (size_t)(close + 1 - line));
	}
	while (start && (isalnum((unsigned char)line[start - 1]) || strchr("_$.", line[start - 1])))
		start--;
	return start;
}

static void at(const char *marked)
{
	char line[200];
	size_t end = strcspn(marked, "^");

	assert_int_equal(marked[end], '^');
	snprintf(line, sizeof(line), "%.*s%s", (int)end, marked, marked + end + 1);
	candidates_deinit(&found);
	complete(&session, str_from(line), word_start(line, end), end, &found);
}

static const struct candidate *offered(const char *word)
{
	for (size_t i = 0; i < found.n; i++)
		if (strcmp(found.v[i].word, word) == 0)
			return &found.v[i];
	return NULL;
}

#define OFFERS(word) assert_non_null(offered(word))
#define LACKS(word) assert_null(offered(word))

static void check_after(const char *word, char after)
{
	OFFERS(word);
	assert_int_equal(offered(word)->after, after);
}

static void test_statement(void **state)
{
	(void)state;
	at("^");
	check_after("mmap", ' ');
	check_after("maps", ' ');
	check_after("ptr", '\0');
	check_after("expect", ' ');
	check_after("perms", '(');
	LACKS("PROT_READ");
	LACKS("getpid");
	at("  m^");
	OFFERS("mprotect");
	LACKS("ptr");
	at("getp^");
	check_after("getpid", '(');
	at("x = 1; ma^");
	check_after("maps", ' ');
	at("if (p) { ma^");
	check_after("maps", ' ');
	at("if (p) ma^");
	check_after("maps", ' ');
	at("while (f(p)) ma^");
	OFFERS("maps");
	at("} else ma^");
	OFFERS("maps");
	at("| ma^");
	OFFERS("maps");
}

static void test_sorted_and_once(void **state)
{
	(void)state;
	at("m^");
	assert_true(found.n > 5);
	for (size_t i = 1; i < found.n; i++)
		assert_true(strcmp(found.v[i - 1].word, found.v[i].word) < 0);
}

static void test_expression(void **state)
{
	(void)state;
	at("*p^");
	OFFERS("ptr");
	check_after("perms", '(');
	OFFERS("page");
	at("x = ptr + PROT_^");
	OFFERS("PROT_READ");
	at("mp = mpr^");
	check_after("mprotect", ' ');
	at("p = ma^");
	LACKS("maps");
	OFFERS("mapped");
	at("p = 1 + mpr^");
	check_after("mprotect", '(');
	at("p == mpr^");
	check_after("mprotect", '(');
	at("(u^");
	OFFERS("u64");
	at("mp^(1)");
	check_after("mprotect", ' ');
	at("f(mp^(1))");
	check_after("mprotect", '\0');
}

static void test_call_arguments(void **state)
{
	(void)state;
	at("mmap(0, page, ^");
	OFFERS("PROT_READ");
	LACKS("MAP_PRIVATE");
	OFFERS("ptr");
	at("mmap(0, f(1, 2, 3), PROT_READ, ^");
	OFFERS("MAP_PRIVATE");
	LACKS("PROT_READ");
	at("madvise(ptr, page, MADV_D^");
	OFFERS("MADV_DONTNEED");
	LACKS("ptr");
}

static void test_command_arguments(void **state)
{
	(void)state;
	at("mprotect ptr page ^");
	OFFERS("rw");
	OFFERS("none");
	at("mprotect ptr, page, P^");
	OFFERS("PROT_READ");
	LACKS("rw");
	at("mprotect ptr + 8 page ^");
	OFFERS("none");
	at("mprotect ptr +8 ^");
	OFFERS("none");
	at("mprotect ptr+page ^");
	LACKS("none");
	OFFERS("ptr");
	at("mprotect (ptr + 8) page PROT_READ|PROT_^");
	OFFERS("PROT_WRITE");
	at("madvise ptr page dont^");
	OFFERS("dontneed");
	at("p = madvise ptr page ^");
	OFFERS("dontneed");
	at("mprotect ptr page none ^");
	assert_int_equal(found.n, 0);
}

/* The address of mmap may be left out: what comes second is a length or a protection. */
static void test_elided_address(void **state)
{
	(void)state;
	at("mmap page ^");
	OFFERS("rw");
	OFFERS("ptr");
	at("mmap page rw ^");
	OFFERS("private");
	LACKS("none");
	at("mmap 0 page ^");
	OFFERS("rw");
	LACKS("private");
	at("mmap 0 page rw shared|an^");
	OFFERS("anonymous");
}

static void test_expect(void **state)
{
	(void)state;
	at("expect SEGV_^");
	check_after("SEGV_ACCERR", ' ');
	at("expect ma^");
	OFFERS("maps");
	OFFERS("mapped");
	at("expect SEGV_ACCERR|SEGV_^");
	OFFERS("SEGV_MAPERR");
	LACKS("maps");
	at("expect SEGV_ACCERR ma^");
	check_after("maps", ' ');
	at("expect re^");
	OFFERS("refused");
}

static void test_words_of_commands(void **state)
{
	(void)state;
	at("set ^");
	check_after("guard", ' ');
	LACKS("ptr");
	at("set guard ^");
	OFFERS("off");
	LACKS("named");
	at("set addresses ^");
	OFFERS("named");
	LACKS("off");
	at("help mm^");
	check_after("mmap", ' ');
	LACKS("expect");
	at("help langu^");
	OFFERS("language");
}

static void test_dollar(void **state)
{
	(void)state;
	at("expect $si_^");
	OFFERS("$si_addr");
	at("$p^");
	OFFERS("$ptr");
	OFFERS("$pages");
	LACKS("ptr");
}

static void test_paths_and_nothing(void **state)
{
	(void)state;
	at("fd = open \"/et^");
	assert_true(found.paths);
	assert_int_equal(found.n, 0);
	at("source ^");
	assert_true(found.paths);
	at("!ls ^");
	assert_true(found.paths);
	at("# ma^");
	assert_int_equal(found.n, 0);
	assert_false(found.paths);
	at("p = 1 // ma^");
	assert_int_equal(found.n, 0);
	at("x/4g^");
	assert_int_equal(found.n, 0);
	at("x/4gx pt^");
	OFFERS("ptr");
	at("echo \"a\" pt^");
	OFFERS("ptr");
	at("a # b\nma^");
	OFFERS("maps");
}

/* Nothing that is half typed may crash it. */
static void test_odd_lines(void **state)
{
	static const char *const lines[] = {"^", "(^", ")^",
		"((((((((((((((((((((((((((((((((((((((((^", "))))]]^", "\"^", "\"\\^", "'^",
		"mmap (^", "mmap ((^", "mmap , , , , , , , , , ,^", "mmap + + + ^", "=^", "= ^",
		"a = b = ^", "|^", "||^", "!^", "expect ^", "expect |^", "expect A|^", "x/^",
		"x/ ^", "mmap a b c d e f g h i j k l m n o p q r s ^", "{^", "}^", ";;^", "$^",
		"\\^", "mmap ,,^", "help \"^"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		at(lines[i]);
	candidates_deinit(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statement),
		cmocka_unit_test(test_sorted_and_once),
		cmocka_unit_test(test_expression),
		cmocka_unit_test(test_call_arguments),
		cmocka_unit_test(test_command_arguments),
		cmocka_unit_test(test_elided_address),
		cmocka_unit_test(test_expect),
		cmocka_unit_test(test_words_of_commands),
		cmocka_unit_test(test_dollar),
		cmocka_unit_test(test_paths_and_nothing),
		cmocka_unit_test(test_odd_lines),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
