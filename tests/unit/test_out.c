/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output: when text is written and where to, colour, pager, pipes, and what becomes of it when
 * nobody reads.
 *
 * Each case runs in a process of its own whose stdout is a pipe, a file or a terminal, and whose
 * text is looked at here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/out.h"
#include "shell/out_private.h"

enum { ROWS = 10, COLUMNS = 40 };

static struct buf seen; /* what the case wrote */

/* Reads FD to its end; a terminal's end is EIO. */
static void collect(int fd)
{
	buf_clear(&seen);
	for (;;) {
		ssize_t n = read(fd, buf_room(&seen, 4096), 4096);
		if (n <= 0)
			break;
		seen.len += (size_t)n;
		seen.p[seen.len] = '\0';
	}
	close(fd);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Runs BODY as faultline's main would, with nothing open but the standard descriptors. */
static void run_clean(void (*body)(void))
{
	close_range(3, ~0U, 0);
	signal(SIGPIPE, SIG_IGN);
	body();
	_exit(0);
}

/* Runs BODY with stdout and stderr in one pipe; returns its wait status. */
static int in_pipe(void (*body)(void))
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		run_clean(body);
	}
	close(ends[1]);
	collect(ends[0]);
	return wait_for(pid);
}

/* Runs BODY at a terminal of ROWS by COLUMNS. */
static int at_terminal(void (*body)(void))
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
	struct termios raw;
	int fd;

	memset(&raw, 0, sizeof(raw));
	cfmakeraw(&raw);
	pid_t pid = forkpty(&fd, NULL, &raw, &size);
	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("TERM", "xterm", 1);
		unsetenv("NO_COLOR");
		unsetenv("LESS");
		run_clean(body);
	}
	collect(fd);
	return wait_for(pid);
}

/* ---- Escapes and rows ---- */

static void check_escape(const char *text, size_t n, const char *wanted)
{
	struct buf b = BUF_INIT;

	out_escape(&b, (struct str){text, n});
	assert_string_equal(buf_cstr(&b), wanted);
	buf_deinit(&b);
}

#define ESCAPES(text, wanted) check_escape(text, sizeof(text) - 1, wanted)

static void test_escape(void **state)
{
	(void)state;
	ESCAPES("", "");
	ESCAPES("plain, \\ and \"quoted\"", "plain, \\ and \"quoted\"");
	ESCAPES("a\nb", "a\\nb");
	ESCAPES("\033[2J\r\t\177", "\\x1b[2J\\x0d\\x09\\x7f");
	ESCAPES("a\0b", "a\\x00b");
	ESCAPES("é…𝄞", "é…𝄞");
	ESCAPES("\xc3", "\\xc3");
	ESCAPES("\xc3(", "\\xc3(");
	ESCAPES("\xff\xe2\x82", "\\xff\\xe2\\x82");
	ESCAPES("\xc0\x8a", "\\xc0\\x8a");          /* a newline in two bytes */
	ESCAPES("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* half a surrogate pair */
	ESCAPES("\xc2\x9b"
		"1A",
		"\\xc2\\x9b"
		"1A"); /* CSI as one character */
	ESCAPES("\xe2\x80\xae"
		"x",
		"\\xe2\\x80\\xae"
		"x"); /* right-to-left override */
}

static void check_rows(const char *text, size_t wanted)
{
	assert_int_equal(out_count_rows(str_from(text), 4, 100), wanted);
}

static void test_rows(void **state)
{
	(void)state;
	check_rows("", 0);
	check_rows("a", 1);
	check_rows("a\n", 1);
	check_rows("\n\n", 2);
	check_rows("abcd\n", 1);
	check_rows("abcde\n", 2);
	check_rows("abcdefghi", 3);
	check_rows("éééé\n", 1);
	check_rows("\033[0;31mabcd\033[0m\n", 1);
	assert_true(out_count_rows(STR("\n\n\n\n\n\n"), 4, 2) > 2);
}

static void check_fold(const char *text, const char *wanted)
{
	struct buf b = BUF_INIT;

	out_fold(&b, str_from(text), 20);
	assert_string_equal(buf_cstr(&b), wanted);
	buf_deinit(&b);
}

static void test_fold(void **state)
{
	(void)state;
	check_fold("", "");
	check_fold("12345678901234567890\n", "12345678901234567890\n");
	check_fold("a sentence that is wider", "a sentence that is\n    wider");
	check_fold("  cpu  one two three four\nx\n", "  cpu  one two three\n       four\nx\n");
	check_fold("call(1, 2, 3, 4, 5) = 0x7f6c2a9f1000\n",
		"call(1, 2, 3, 4, 5)\n    = 0x7f6c2a9f1000\n");
	check_fold("0x1000  \"a string of many words\"", "0x1000  \"a string of many words\"");
	check_fold("one\ttwo three four five six", "one\ttwo three four five six");
	check_fold("averyveryverylongword of letters", "averyveryverylongword of letters");
	check_fold(
		"call(AAAA|BBBBBB|CCCC|DDDDDD, 1)\n", "call(AAAA|BBBBBB|\n    CCCC|DDDDDD, 1)\n");
	check_fold("éééé éééé éééé éééé é", "éééé éééé éééé éééé\n    é");
	check_fold(
		"\033[0;36mabcd\033[0m 5678 0123 56789", "\033[0;36mabcd\033[0m 5678 0123 56789");
}

/* ---- Writing ---- */

static void write_late(void)
{
	out_init(COLOR_AUTO);
	out_printf("first ");
	out_maybe_flush();
	fputs("second ", stderr);
	out_flush();
	out_error("third %d", 3);
}

static void test_collects(void **state)
{
	(void)state;
	assert_int_equal(in_pipe(write_late), 0);
	assert_string_equal(buf_cstr(&seen), "second first third 3\n");
}

static void write_large(void)
{
	out_init(COLOR_AUTO);
	buf_pad(out_text(), 'x', 64 * 1024 - 1);
	out_maybe_flush();
	fputs("[small]", stderr);
	out_printf("y");
	out_maybe_flush();
	fputs("[large]", stderr);
}

static void test_large_is_written(void **state)
{
	(void)state;
	assert_int_equal(in_pipe(write_large), 0);
	assert_int_equal(seen.len, 64 * 1024 + 14);
	assert_memory_equal(seen.p, "[small]x", 8);
	assert_string_equal(seen.p + seen.len - 8, "y[large]");
}

static void write_nonblocking(void)
{
	fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
	out_init(COLOR_AUTO);
	buf_pad(out_text(), 'x', 1 << 20);
	out_flush();
}

static void test_nonblocking_stdout(void **state)
{
	(void)state;
	assert_int_equal(in_pipe(write_nonblocking), 0);
	assert_int_equal(seen.len, 1 << 20);
}

static void write_to_nobody(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		_exit(9);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[0]);
	out_init(COLOR_AUTO);
	out_printf("x");
	out_flush();
	fputs("still here", stderr);
}

static void test_closed_pipe(void **state)
{
	(void)state;
	int status = in_pipe(write_to_nobody);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGPIPE);
	assert_int_equal(seen.len, 0);
}

static void write_to_full(void)
{
	dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
	out_init(COLOR_AUTO);
	out_printf("x");
	if (out_failed())
		_exit(8);
	out_flush();
	out_printf("y");
	out_flush();
	_exit(out_failed() ? 7 : 6);
}

static void test_full_disk(void **state)
{
	(void)state;
	int status = in_pipe(write_to_full);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_string_equal(buf_cstr(&seen),
		"faultline: cannot write to standard output: No space left on device\n");
}

/* ---- Colour ---- */

static void write_colours(void)
{
	out_printf("%d", out_has_color());
	out_styled(STYLE_CODE, "c");
	out_style(STYLE_PLAIN);
	out_style(STYLE_DIM);
	out_style(STYLE_DIM);
	out_printf("d");
	out_style(STYLE_PLAIN);
	out_flush();
}

static void colours_auto(void)
{
	out_init(COLOR_AUTO);
	write_colours();
}

static void colours_always(void)
{
	out_init(COLOR_ALWAYS);
	write_colours();
	out_set_color(COLOR_NEVER);
	write_colours();
}

static void colours_no_color(void)
{
	setenv("NO_COLOR", "1", 1);
	colours_auto();
}

static void colours_empty_no_color(void)
{
	setenv("NO_COLOR", "", 1);
	colours_auto();
}

static void colours_dumb(void)
{
	setenv("TERM", "dumb", 1);
	colours_auto();
}

#define COLOURED "1\033[0;31mc\033[0m\033[0;2md\033[0m"

static void test_colour(void **state)
{
	(void)state;
	in_pipe(colours_auto);
	assert_string_equal(buf_cstr(&seen), "0cd");
	in_pipe(colours_always);
	assert_string_equal(buf_cstr(&seen), COLOURED "0cd");
	at_terminal(colours_auto);
	assert_string_equal(buf_cstr(&seen), COLOURED);
	at_terminal(colours_no_color);
	assert_string_equal(buf_cstr(&seen), "0cd");
	at_terminal(colours_empty_no_color);
	assert_string_equal(buf_cstr(&seen), COLOURED);
	at_terminal(colours_dumb);
	assert_string_equal(buf_cstr(&seen), "0cd");
}

static void write_size(void)
{
	out_init(COLOR_AUTO);
	out_printf("%d %ux%u", out_to_terminal(), out_width(), out_height());
	out_flush();
}

static void test_size(void **state)
{
	(void)state;
	in_pipe(write_size);
	assert_string_equal(buf_cstr(&seen), "0 80x24");
	at_terminal(write_size);
	assert_string_equal(buf_cstr(&seen), "1 40x10");
}

/* ---- Pipes ---- */

static void pipe_through(void)
{
	out_init(COLOR_ALWAYS);
	out_printf("before ");
	if (!out_pipe_begin("tr a-z A-Z; exit 3"))
		_exit(9);
	out_printf("inside ");
	int status = out_pipe_end();
	out_printf("after");
	out_flush();
	_exit(WEXITSTATUS(status));
}

static void test_pipe(void **state)
{
	(void)state;
	int status = in_pipe(pipe_through);
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_string_equal(buf_cstr(&seen), "before INSIDE after");
}

static void pipe_to_quitter(void)
{
	out_init(COLOR_AUTO);
	if (!out_pipe_begin("exec true"))
		_exit(9);
	for (int i = 0; i < 1000 && !out_stopped(); i++) {
		buf_pad(out_text(), 'x', 64 * 1024);
		out_maybe_flush();
	}
	bool stopped = out_stopped();
	int status = out_pipe_end();
	out_printf("%d %d %d %d", stopped, status, out_stopped(), out_failed());
	out_flush();
}

static void test_program_stops_reading(void **state)
{
	(void)state;
	assert_int_equal(in_pipe(pipe_to_quitter), 0);
	assert_string_equal(buf_cstr(&seen), "1 0 0 0");
}

/*
 * The program must find nothing open but its standard descriptors, and no signal ignored or
 * blocked.
 */
static void pipe_to_inspector(void)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	out_init(COLOR_AUTO);
	if (!out_pipe_begin("cd /proc/self/fd && echo [0-9]*; exec grep -E '^Sig(Blk|Ign)' "
			    "/proc/self/status"))
		_exit(9);
	out_pipe_end();
}

static void test_program_starts_clean(void **state)
{
	(void)state;
	assert_int_equal(in_pipe(pipe_to_inspector), 0);
	assert_memory_equal(seen.p, "0 1 2 3\n", 8); /* 3: the directory that the program lists */
	assert_non_null(strstr(buf_cstr(&seen), "SigBlk:\t0000000000000000"));
	const char *ignored = strstr(buf_cstr(&seen), "SigIgn:\t");
	assert_non_null(ignored);
	/* glibc's posix_spawn, and so its system(), leaves its own signals 32 and 33 ignored. */
	assert_int_equal(strtoull(ignored + 8, NULL, 16) & ~(3ULL << 31), 0);
}

/* ---- Pager ---- */

static void page(unsigned lines)
{
	out_init(COLOR_NEVER);
	out_page_begin();
	for (unsigned i = 0; i < lines; i++) {
		out_printf("%u\n", i);
		out_maybe_flush();
	}
	out_page_end();
	out_printf("end");
	out_flush();
}

static void page_tall(void)
{
	setenv("PAGER", "tr 0-9 a-j; echo $LESS", 1);
	page(ROWS);
}

static void page_short(void)
{
	setenv("PAGER", "tr 0-9 a-j", 1);
	page(ROWS - 1);
}

static void page_with_less_options(void)
{
	setenv("PAGER", "tr 0-9 a-j; echo $LESS", 1);
	setenv("LESS", "M", 1);
	page(ROWS);
}

static void page_without(void)
{
	setenv("PAGER", "", 1);
	page(ROWS);
}

static void page_with_cat(void)
{
	setenv("PAGER", "cat", 1);
	page(ROWS);
}

static void page_left_early(void)
{
	setenv("PAGER", "head -n 1", 1);
	page(200000);
}

static void page_interrupted_by_error(void)
{
	setenv("PAGER", "tr 0-9 a-j", 1);
	out_init(COLOR_NEVER);
	out_page_begin();
	out_printf("1\n");
	out_error("oops");
	out_printf("2\n");
	out_page_end();
	out_flush();
}

#define TEN "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"

static void test_pager(void **state)
{
	(void)state;
	at_terminal(page_tall);
	assert_string_equal(buf_cstr(&seen), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nFRXPs--more-- "
					     "(space\\: go on, q\\: back to the prompt)$\nend");
	at_terminal(page_with_less_options);
	assert_string_equal(buf_cstr(&seen), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nM\nend");
	at_terminal(page_short);
	assert_string_equal(buf_cstr(&seen), "0\n1\n2\n3\n4\n5\n6\n7\n8\nend");
	at_terminal(page_without);
	assert_string_equal(buf_cstr(&seen), TEN "end");
	at_terminal(page_with_cat);
	assert_string_equal(buf_cstr(&seen), TEN "end");
	in_pipe(page_tall);
	assert_string_equal(buf_cstr(&seen), TEN "end");
}

static void test_pager_and_others(void **state)
{
	(void)state;
	assert_int_equal(at_terminal(page_left_early), 0);
	assert_string_equal(buf_cstr(&seen), "0\nend");
	at_terminal(page_interrupted_by_error);
	assert_string_equal(buf_cstr(&seen), "1\noops\n2\n");
}

static void check_cut(const char *text, size_t width, const char *end_gone, const char *start_gone)
{
	struct buf b = BUF_INIT;

	out_cut(&b, str_from(text), width);
	assert_string_equal(buf_cstr(&b), end_gone);
	buf_clear(&b);
	out_cut_start(&b, str_from(text), width);
	assert_string_equal(buf_cstr(&b), start_gone);
	buf_deinit(&b);
}

static void test_cut(void **state)
{
	(void)state;
	check_cut("", 3, "", "");
	check_cut("abc", 3, "abc", "abc");
	check_cut("abcd", 3, "ab…", "…cd");
	check_cut("aéd", 3, "aéd", "aéd");
	check_cut("éééé", 3, "éé…", "…éé");
	check_cut("abcd", 1, "…", "…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_collects),
		cmocka_unit_test(test_large_is_written),
		cmocka_unit_test(test_nonblocking_stdout),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_program_stops_reading),
		cmocka_unit_test(test_program_starts_clean),
		cmocka_unit_test(test_pager),
		cmocka_unit_test(test_pager_and_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
