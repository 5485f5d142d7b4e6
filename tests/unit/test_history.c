/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history file: entries of several lines, several sessions at once, the cap, permissions,
 * odd files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "shell/line_history.h"

static char directory[] = "/tmp/faultline-history-XXXXXX";
static char path[64];
static size_t count;
static struct buf first, last;

static int setup(void **state)
{
	(void)state;
	strcpy(directory + sizeof(directory) - 7, "XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/a/b/history", directory);
	return 0;
}

static int teardown(void **state)
{
	char command[80];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static void note(const char *entry)
{
	struct buf *b = count++ ? &last : &first;

	buf_clear(b);
	buf_puts(b, entry);
}

static size_t load(void)
{
	count = 0;
	buf_clear(&first);
	buf_clear(&last);
	history_file_load(path, note);
	return count;
}

static void write_file(const char *text)
{
	history_file_append(path, "x");
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static unsigned mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_mode & 0777;
}

static void test_missing(void **state)
{
	(void)state;
	assert_int_equal(load(), 0);
	history_file_trim(path);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void test_append_and_load(void **state)
{
	static const char block[] = "for (;;) {\n\tbreak \\\n}\n";
	char parent[64];

	(void)state;
	history_file_append(path, "p = mmap page");
	history_file_append(path, block);
	assert_int_equal(load(), 2);
	assert_string_equal(buf_cstr(&first), "p = mmap page");
	assert_string_equal(buf_cstr(&last), block);
	assert_int_equal(mode_of(path), 0600);
	snprintf(parent, sizeof(parent), "%s/a", directory);
	assert_int_equal(mode_of(parent), 0700);
}

/* Written by hand or cut off: every line is an entry, whatever stands in it. */
static void test_odd_files(void **state)
{
	(void)state;
	write_file("");
	assert_int_equal(load(), 0);
	write_file("\n\na\\");
	assert_int_equal(load(), 1);
	assert_string_equal(buf_cstr(&first), "a\\");
	write_file("a\\zb\\\\n\nno newline");
	assert_int_equal(load(), 2);
	assert_string_equal(buf_cstr(&first), "azb\\n");
	assert_string_equal(buf_cstr(&last), "no newline");
}

static void test_cap(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < HISTORY_MAX + 5; i++)
		buf_printf(&text, "%d\n", i);
	write_file(buf_cstr(&text));
	assert_int_equal(load(), HISTORY_MAX);
	assert_string_equal(buf_cstr(&first), "5");
	history_file_trim(path);
	assert_int_equal(load(), HISTORY_MAX);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, text.len - strlen("0\n1\n2\n3\n4\n"));
	assert_int_equal(mode_of(path), 0600);
	buf_deinit(&text);
}

static void test_link_is_left_alone(void **state)
{
	struct stat st;

	(void)state;
	history_file_append(path, "x");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	history_file_append(path, "y");
	history_file_trim(path);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(load(), 0);
}

/* What comes again is kept where it came last. */
static void test_repeated(void **state)
{
	(void)state;
	history_file_append(path, "a");
	history_file_append(path, "b");
	history_file_append(path, "ab");
	history_file_append(path, "a");
	assert_int_equal(load(), 3);
	assert_string_equal(buf_cstr(&last), "a");
}

enum { SESSIONS = 4, ENTRIES = 100 };

/* Sessions that append and trim at the same time lose nothing: the file stays below the cap. */
static void test_several_sessions(void **state)
{
	(void)state;
	for (int i = 0; i < SESSIONS; i++) {
		if (fork() == 0) {
			for (int k = 0; k < ENTRIES; k++) {
				char entry[40];
				snprintf(entry, sizeof(entry), "p = mmap %d*page rw",
					i * ENTRIES + k);
				history_file_append(path, entry);
				history_file_trim(path);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < SESSIONS; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(load(), SESSIONS * ENTRIES);
	assert_memory_equal(buf_cstr(&last), "p = mmap ", 9);
}

/* The same while the file is being replaced again and again: it never loses what came last. */
static void test_append_during_trim(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < HISTORY_MAX; i++)
		buf_puts(&text, "old\n");
	write_file(buf_cstr(&text));
	pid_t trimmer = fork();
	if (trimmer == 0)
		for (;;)
			history_file_trim(path);
	for (int k = 0; k < ENTRIES; k++) {
		history_file_append(path, "new");
		load();
		assert_string_equal(buf_cstr(&last), "new");
	}
	kill(trimmer, SIGKILL);
	assert_int_equal(waitpid(trimmer, NULL, 0), trimmer);
	history_file_trim(path);
	size_t news = 0;
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	for (char line[16]; fgets(line, sizeof(line), f);)
		news += strcmp(line, "new\n") == 0;
	fclose(f);
	assert_int_equal(news, ENTRIES);
	buf_deinit(&text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_missing),
		TEST(test_append_and_load),
		TEST(test_odd_files),
		TEST(test_cap),
		TEST(test_link_is_left_alone),
		TEST(test_repeated),
		TEST(test_several_sessions),
		TEST(test_append_during_trim),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
