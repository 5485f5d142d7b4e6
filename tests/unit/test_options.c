/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: every option in its spellings, bad usage, and --help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "shell/options.h"

/* Parses the words after the program's name. */
#define PARSE(o, ...) parse((o), (char *[]){"faultline", __VA_ARGS__, NULL})

static struct err err;

static bool parse(struct options *o, char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	err = (struct err){0};
	return options_parse(o, argc, argv, &err);
}

static void check_fails(char **argv, const char *message)
{
	struct options o = {.n_files = 77};

	assert_false(parse(&o, argv));
	assert_string_equal(err.text, message);
	assert_int_equal(err.code, ERR_ARGS);
	assert_int_equal(o.n_files, 77);
}

#define FAILS(message, ...) check_fails((char *[]){"faultline", __VA_ARGS__, NULL}, message)

static void test_nothing(void **state)
{
	struct options o;

	(void)state;
	assert_true(parse(&o, (char *[]){"faultline", NULL}));
	assert_int_equal(o.n_statements, 0);
	assert_int_equal(o.n_files, 0);
	assert_false(o.stop_at_error || o.echo || o.interactive || o.quiet || o.no_aslr || o.help ||
		     o.version);
	assert_int_equal(o.color, COLOR_AUTO);
	options_deinit(&o);
}

static void test_no_arguments_at_all(void **state)
{
	struct options o;
	struct err none = {0};

	(void)state;
	assert_true(options_parse(&o, 0, (char *[]){NULL}, &none));
	options_deinit(&o);
}

static void test_statements_and_files(void **state)
{
	struct options o;

	(void)state;
	assert_true(
		PARSE(&o, "a", "-c", "p = 1", "b", "-c*p", "-ec", "-x", "-", "--", "-q", "--help"));
	assert_int_equal(o.n_statements, 3);
	assert_string_equal(o.statements[0], "p = 1");
	assert_string_equal(o.statements[1], "*p");
	assert_string_equal(o.statements[2], "-x");
	assert_int_equal(o.n_files, 5);
	assert_string_equal(o.files[0], "a");
	assert_string_equal(o.files[1], "b");
	assert_string_equal(o.files[2], "-");
	assert_string_equal(o.files[3], "-q");
	assert_string_equal(o.files[4], "--help");
	assert_true(o.stop_at_error);
	assert_false(o.echo || o.quiet || o.help);
	options_deinit(&o);
}

static void test_switches(void **state)
{
	struct options o;

	(void)state;
	assert_true(PARSE(&o, "-xiq", "--no-aslr", "--help", "--version"));
	assert_true(o.echo && o.interactive && o.quiet && o.no_aslr && o.help && o.version);
	assert_false(o.stop_at_error);
	options_deinit(&o);
	assert_true(PARSE(&o, "-h", "-V"));
	assert_true(o.help && o.version);
	options_deinit(&o);
}

static void test_color(void **state)
{
	struct options o;

	(void)state;
	assert_true(PARSE(&o, "--color=always"));
	assert_int_equal(o.color, COLOR_ALWAYS);
	options_deinit(&o);
	assert_true(PARSE(&o, "--color", "never"));
	assert_int_equal(o.color, COLOR_NEVER);
	options_deinit(&o);
	assert_true(PARSE(&o, "--color=never", "--color=auto"));
	assert_int_equal(o.color, COLOR_AUTO);
	options_deinit(&o);
}

static void test_bad_usage(void **state)
{
	(void)state;
	FAILS("unknown option --foo: see --help", "--foo");
	FAILS("unknown option --colour (did you mean --color?): see --help", "--colour=always");
	FAILS("unknown option -z: see --help", "-z");
	FAILS("unknown option -z: see --help", "-xz");
	FAILS("unknown option -é: see --help", "-é");
	FAILS("-c needs an argument: STATEMENT: see --help", "-c");
	FAILS("-c needs an argument: STATEMENT: see --help", "file", "-ec");
	FAILS("--color needs an argument: WHEN: see --help", "--color");
	FAILS("--color is auto, always or never, not \"blue\": see --help", "--color=blue");
	FAILS("--color is auto, always or never, not \"\": see --help", "--color=");
	FAILS("--no-aslr takes no argument: see --help", "--no-aslr=1");
}

/* What the table has, the help says; every line fits a terminal. */
static void test_help(void **state)
{
	struct buf b = BUF_INIT;
	char option[40];

	(void)state;
	options_help(&b);
	for (const struct option_row *row = option_rows; row->letter || row->name; row++) {
		if (row->letter) {
			snprintf(option, sizeof(option), "\n  -%c", row->letter);
			assert_non_null(strstr(buf_cstr(&b), option));
		}
		if (row->name) {
			snprintf(option, sizeof(option), "--%s", row->name);
			assert_non_null(strstr(buf_cstr(&b), option));
		}
		assert_non_null(strstr(buf_cstr(&b), row->summary));
	}
	for (const char *line = buf_cstr(&b); *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 100);
	assert_int_equal(b.p[b.len - 1], '\n');
	buf_deinit(&b);
}

/* Every option of the table is understood: none is listed that the parser forgets. */
static void test_table_is_understood(void **state)
{
	struct options o;
	char text[40];

	(void)state;
	for (const struct option_row *row = option_rows; row->letter || row->name; row++) {
		const char *value = !row->argument ? NULL : row->name ? "auto" : "1";
		if (row->letter) {
			snprintf(text, sizeof(text), "-%c", row->letter);
			assert_true(parse(&o, (char *[]){"faultline", text, (char *)value, NULL}));
			options_deinit(&o);
		}
		if (row->name) {
			snprintf(text, sizeof(text), "--%s", row->name);
			assert_true(parse(&o, (char *[]){"faultline", text, (char *)value, NULL}));
			options_deinit(&o);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_no_arguments_at_all),
		cmocka_unit_test(test_statements_and_files),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_bad_usage),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_table_is_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
