/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables: set, find, remove, order, and the ownership of strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "lang/vars.h"

static int setup(void **state)
{
	*state = vars_create();
	return 0;
}

static int teardown(void **state)
{
	vars_destroy(*state);
	return 0;
}

static struct str nth_name(char room[16], unsigned i)
{
	return (struct str){room, (size_t)snprintf(room, 16, "v%u", i)};
}

static void test_set_and_find(void **state)
{
	struct vars *vars = *state;
	assert_null(vars_find(vars, STR("p")));
	vars_set(vars, STR("p"), value_int(1), false);
	const struct var *p = vars_find(vars, STR("p"));
	assert_non_null(p);
	assert_string_equal(p->name, "p");
	assert_int_equal(p->value.bits, 1);
	assert_false(p->declared);
	assert_null(vars_find(vars, STR("pp")));
	assert_null(vars_find(vars, STR("P")));

	vars_set(vars, STR("p"), value_ptr(2), true);
	assert_ptr_equal(vars_find(vars, STR("p")), p);
	assert_int_equal(p->value.bits, 2);
	assert_int_equal(p->value.type.depth, 1);
	assert_true(p->declared);
}

static void test_name_is_a_slice(void **state)
{
	struct vars *vars = *state;
	vars_set(vars, (struct str){"page+1", 4}, value_int(1), false);
	assert_non_null(vars_find(vars, STR("page")));
	assert_null(vars_find(vars, STR("page+1")));
}

static void test_strings_are_copied(void **state)
{
	struct vars *vars = *state;
	char text[] = "rw-p";
	vars_set(vars, STR("s"), value_str((struct str){text, 4}), false);
	text[0] = 'x';
	struct var *s = vars_find(vars, STR("s"));
	assert_true(str_is(s->value.str, "rw-p"));

	vars_set(vars, STR("s"), s->value, false); /* from itself */
	assert_true(str_is(s->value.str, "rw-p"));
	vars_set(vars, STR("t"), s->value, false);
	assert_true(vars_remove(vars, STR("s")));
	assert_true(str_is(vars_find(vars, STR("t"))->value.str, "rw-p"));
	vars_set(vars, STR("t"), value_int(3), false);
	assert_int_equal(vars_find(vars, STR("t"))->value.bits, 3);
	vars_set(vars, STR("t"), value_str(STR("")), false);
	assert_int_equal(vars_find(vars, STR("t"))->value.str.n, 0);
}

static void test_many(void **state)
{
	enum { N = 5000 };
	struct vars *vars = *state;
	char room[16];
	for (unsigned i = 0; i < N; i++)
		vars_set(vars, nth_name(room, i), value_int(i), false);
	for (unsigned i = 0; i < N; i += 3)
		assert_true(vars_remove(vars, nth_name(room, i)));
	assert_false(vars_remove(vars, STR("v0")));
	for (unsigned i = 0; i < N; i++) {
		const struct var *var = vars_find(vars, nth_name(room, i));
		if (i % 3 == 0) {
			assert_null(var);
		} else {
			assert_non_null(var);
			assert_int_equal(var->value.bits, i);
		}
	}
}

static void test_variables_do_not_move(void **state)
{
	struct vars *vars = *state;
	char room[16];
	vars_set(vars, STR("p"), value_int(42), false);
	const struct var *p = vars_find(vars, STR("p"));
	for (unsigned i = 0; i < 1000; i++)
		vars_set(vars, nth_name(room, i), value_int(i), false);
	assert_ptr_equal(vars_find(vars, STR("p")), p);
	assert_int_equal(p->value.bits, 42);
}

static void check_order(struct vars *vars, const char *const *names, size_t n)
{
	size_t found;
	struct var *const *sorted = vars_sorted(vars, &found);
	assert_int_equal(found, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(sorted[i]->name, names[i]);
}

static void test_sorted(void **state)
{
	struct vars *vars = *state;
	check_order(vars, NULL, 0);
	vars_set(vars, STR("q"), value_int(1), false);
	vars_set(vars, STR("a"), value_int(2), false);
	vars_set(vars, STR("p2"), value_int(3), false);
	vars_set(vars, STR("p"), value_int(4), false);
	check_order(vars, (const char *const[]){"a", "p", "p2", "q"}, 4);
	assert_true(vars_remove(vars, STR("p")));
	check_order(vars, (const char *const[]){"a", "p2", "q"}, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_set_and_find),
		TEST(test_name_is_a_slice),
		TEST(test_strings_are_copied),
		TEST(test_many),
		TEST(test_variables_do_not_move),
		TEST(test_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
