/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The buffer of stdout's text, how it is written, and how styles look. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shell/out.h"
#include "shell/out_private.h"

enum { LARGE = 64 * 1024 }; /* bytes that out_maybe_flush() lets collect */

static struct {
	struct buf text;  /* what collected */
	enum style style; /* of the end of TEXT */
	unsigned shown;   /* bits: the styles that were used */
	enum color_mode mode;
	bool terminal;      /* stdout is one */
	bool colors;        /* styles show on stdout */
	bool failed;        /* a write to stdout failed and that was said */
	bool paging;        /* see out_set_paging */
	bool redirected;    /* see out_redirect */
	int fd;             /* REDIRECTED: where text goes */
	bool to_screen;     /* REDIRECTED: what reads it shows it on the screen */
	bool passes_colors; /* REDIRECTED: styles pass */
	bool stopped;       /* REDIRECTED: the reader has gone */
} out;

/* In the order of enum style. Modest, and never the only carrier of a meaning. */
static const char *const sgr[] = {
	[STYLE_PLAIN] = "\033[0m",
	[STYLE_DIM] = "\033[0;2m",
	[STYLE_CODE] = "\033[0;31m",
	[STYLE_WX] = "\033[0;4;31m",
	[STYLE_GONE] = "\033[0;2;31m",
	[STYLE_CAME] = "\033[0;32m",
	[STYLE_SIGNAL] = "\033[0;1;31m",
	[STYLE_ERROR] = "\033[0;31m",
	[STYLE_LABEL] = "\033[0;36m",
	[STYLE_HEADING] = "\033[0;1m",
};

static bool decide_color(enum color_mode mode)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	return out.terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

void out_init(enum color_mode mode)
{
	out.terminal = isatty(STDOUT_FILENO);
	out_set_color(mode);
}

void out_set_color(enum color_mode mode)
{
	out_style(STYLE_PLAIN);
	out.mode = mode;
	out.colors = decide_color(mode);
}

enum color_mode out_color_mode(void)
{
	return out.mode;
}

bool out_stdin_is_terminal(void)
{
	return isatty(STDIN_FILENO);
}

bool out_to_terminal(void)
{
	return out.terminal && !out.redirected;
}

bool out_has_color(void)
{
	return out.redirected ? out.passes_colors : out.colors;
}

static struct winsize screen(void)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct winsize told;

	if (!out.terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &told) != 0)
		return size;
	if (told.ws_row)
		size.ws_row = told.ws_row;
	if (told.ws_col)
		size.ws_col = told.ws_col;
	return size;
}

unsigned out_width(void)
{
	return screen().ws_col;
}

unsigned out_height(void)
{
	return screen().ws_row;
}

struct buf *out_text(void)
{
	return &out.text;
}

void out_style(enum style style)
{
	if (style == out.style || !out_has_color())
		return;
	out.style = style;
	out.shown |= 1u << style;
	buf_puts(&out.text, sgr[style]);
}

bool out_has_shown(enum style style)
{
	return out.shown & 1u << style;
}

void out_printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&out.text, fmt, args);
	va_end(args);
}

void out_styled(enum style style, const char *text)
{
	out_style(style);
	buf_puts(&out.text, text);
	out_style(STYLE_PLAIN);
}

/* Writes all of TEXT to FD. 0, or the errno that stopped it. */
static int write_all(int fd, struct str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n >= 0) {
			text.p += n;
			text.n -= (size_t)n;
		} else if (errno == EAGAIN) {
			/* Whoever gave us this descriptor made it non-blocking. */
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

/* The same; TO_SCREEN: lines that are too wide are broken between words. */
static int write_lines(int fd, struct str text, bool to_screen)
{
	struct buf folded = BUF_INIT;

	if (!to_screen)
		return write_all(fd, text);
	out_fold(&folded, text, out_width());
	int error = write_all(fd, buf_slice(&folded));
	buf_deinit(&folded);
	return error;
}

static void write_stderr(const char *fmt, va_list args)
{
	struct buf line = BUF_INIT;

	struct buf shown = BUF_INIT;

	buf_vprintf(&line, fmt, args);
	out_escape_lines(&shown, buf_slice(&line));
	buf_putc(&shown, '\n');
	out_progress_wipe();
	write_lines(STDERR_FILENO, buf_slice(&shown), isatty(STDERR_FILENO));
	buf_deinit(&line);
	buf_deinit(&shown);
}

/* The reader of stdout has gone: ends as a program that does not ignore SIGPIPE. */
static void die_of_sigpipe(void)
{
	sigset_t only;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, SIGPIPE);
	raise(SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(128 + SIGPIPE);
}

static void say_failure(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_stderr(fmt, args);
	va_end(args);
}

static void write_stdout(void)
{
	out_progress_wipe();
	int error = out.failed ? 0 : write_lines(STDOUT_FILENO, buf_slice(&out.text), out.terminal);

	if (error == EPIPE)
		die_of_sigpipe();
	if (error) {
		out.failed = true;
		say_failure("faultline: cannot write to standard output: %s", strerror(error));
	}
}

static void write_out(void)
{
	if (!out.text.len)
		return;
	if (!out.redirected)
		write_stdout();
	else if (!out.stopped)
		out.stopped = write_lines(out.fd, buf_slice(&out.text), out.to_screen) != 0;
	buf_clear(&out.text);
}

void out_flush(void)
{
	if (out.paging)
		out_page_abandon();
	write_out();
}

void out_maybe_flush(void)
{
	if (out.paging)
		out_page_spill();
	else if (out.text.len >= LARGE)
		write_out();
}

bool out_failed(void)
{
	return out.failed;
}

bool out_stopped(void)
{
	return out.redirected ? out.stopped : out.failed;
}

void out_error(const char *fmt, ...)
{
	va_list args;

	out_flush();
	va_start(args, fmt);
	write_stderr(fmt, args);
	va_end(args);
}

void out_set_paging(bool paging)
{
	out.paging = paging;
}

void out_redirect(int fd, bool to_screen)
{
	out.redirected = true;
	out.fd = fd;
	out.to_screen = to_screen;
	out.passes_colors = out.colors && (to_screen || out.mode == COLOR_ALWAYS);
	out.stopped = false;
}

void out_unredirect(void)
{
	out.redirected = false;
	out.style = STYLE_PLAIN;
	buf_clear(&out.text);
}
