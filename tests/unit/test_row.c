/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: the order of help, look-up by name, alias and prefix, synopses; and that every row is
 * whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>

#include "shell/row.h"

static bool in_list(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static size_t group_number(const struct row *row)
{
	size_t i = 0;

	while (row_groups[i].name && strcmp(row_groups[i].name, row->group) != 0)
		i++;
	return i;
}

/* What help, the manual and the doctests read must be there. */
static void test_every_row_is_whole(void **state)
{
	const struct row *row;
	size_t last = 0;

	(void)state;
	for (size_t i = 0; (row = row_at(i)); i++) {
		print_message("# %s\n", row->form.name);
		assert_non_null(row_groups[group_number(row)].name);
		assert_true(group_number(row) >= last);
		last = group_number(row);
		assert_true(row->summary && *row->summary);
		assert_false(isupper((unsigned char)row->summary[0]) &&
			     islower((unsigned char)row->summary[1]));
		assert_int_not_equal(row->summary[strlen(row->summary) - 1], '.');
		assert_true(row->details && *row->details && row->example && *row->example);
		assert_true(row->form.aliases && row->see);
		assert_true(row->form.flags & (FORM_COMMAND | FORM_FUNCTION));
		assert_true(row->run || row_number(row) >= 0);
		assert_ptr_equal(row_of(&row->form), row);
	}
	assert_null(row_at(100000));
}

static void test_find(void **state)
{
	const struct row *row;

	(void)state;
	for (size_t i = 0; (row = row_at(i)); i++) {
		struct str name = str_from(row->form.name);
		if (row->form.flags & FORM_COMMAND)
			assert_ptr_equal(row_find(name, FORM_COMMAND), row);
		if (row->form.flags & FORM_FUNCTION)
			assert_ptr_equal(row_find(name, FORM_FUNCTION), row);
	}
	assert_null(row_find(STR(""), FORM_COMMAND));
	assert_null(row_find(STR("mma"), FORM_COMMAND));
	assert_null(row_find(STR("maps"), FORM_FUNCTION));
	assert_null(row_find(STR("perms"), FORM_COMMAND));
	assert_null(row_find(STR("vmmap"), FORM_COMMAND));
	assert_non_null(row_find((struct str){"mmap(", 4}, FORM_FUNCTION));
}

static void test_alias(void **state)
{
	const struct row *row = row_by_alias(STR("vmmap"));

	(void)state;
	assert_ptr_equal(row, row_find(STR("maps"), FORM_COMMAND));
	assert_ptr_equal(row_by_alias(STR("q")), row_find(STR("quit"), FORM_COMMAND));
	assert_null(row_by_alias(STR("maps")));
	assert_null(row_by_alias(STR("")));
	assert_null(row_by_alias(STR("vm")));
}

/* What is related is there, under its exact name. */
static void test_see(void **state)
{
	const struct row *row;

	(void)state;
	for (size_t i = 0; (row = row_at(i)); i++) {
		const char *see = row->see;
		while (*(see += strspn(see, " "))) {
			struct str name = {see, strcspn(see, " ")};
			print_message("# %s sees %.*s\n", row->form.name, (int)name.n, name.p);
			assert_true(row_find(name, FORM_COMMAND) || row_find(name, FORM_FUNCTION));
			see += name.n;
		}
		assert_false(in_list(row->see, row->form.name));
	}
}

static void test_prefix(void **state)
{
	struct buf b = BUF_INIT;
	bool ambiguous = true;

	(void)state;
	assert_ptr_equal(
		row_by_prefix(STR("map"), &b, &ambiguous), row_find(STR("maps"), FORM_COMMAND));
	assert_false(ambiguous);
	assert_ptr_equal(
		row_by_prefix(STR("maps"), &b, &ambiguous), row_find(STR("maps"), FORM_COMMAND));
	assert_null(row_by_prefix(
		STR("mpro"), &b, &ambiguous)); /* a call, not a command of the shell */
	assert_false(ambiguous);
	assert_null(row_by_prefix(STR(""), &b, &ambiguous));
	assert_false(ambiguous);
	assert_int_equal(b.len, 0);
	assert_null(row_by_prefix(STR("w"), &b, &ambiguous));
	assert_true(ambiguous);
	assert_string_equal(buf_cstr(&b), "why, where, walk, write, watch");
	buf_deinit(&b);
}

static void check_written(const char *name, const char *synopsis, const char *prototype)
{
	struct buf b = BUF_INIT;

	row_synopsis(&b, row_find(str_from(name), FORM_COMMAND));
	assert_string_equal(buf_cstr(&b), synopsis);
	buf_clear(&b);
	if (prototype) {
		row_prototype(&b, row_find(str_from(name), FORM_FUNCTION));
		assert_string_equal(buf_cstr(&b), prototype);
	}
	buf_deinit(&b);
}

static void test_synopsis(void **state)
{
	(void)state;
	check_written("mmap", "mmap [ADDR] LEN [PROT] [FLAGS] [FD] [OFFSET]",
		"mmap(ADDR, LEN, PROT, FLAGS, FD, OFFSET)");
	check_written("open", "open PATH [FLAGS] [MODE]", "open(PATH, FLAGS[, MODE])");
	check_written("x", "x[/FMT] [ADDR]", NULL);
	check_written("write", "write ADDR BYTES…", NULL);
	check_written("quit", "quit", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_whole),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_see),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_synopsis),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
