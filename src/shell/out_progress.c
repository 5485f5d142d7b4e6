/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line at the terminal that tells how far something long has come.
 *
 * It goes to stderr, so that what is piped or written to a file stays clean, and it is wiped before
 * anything else is written there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mem/maps.h"
#include "shell/out.h"
#include "shell/out_private.h"

enum { FIRST_MS = 1000, AGAIN_MS = 200 };

static struct {
	const char *what; /* NULL: nothing is under way */
	uint64_t next;    /* when the line is to be written next, ms */
	size_t shown;     /* columns that it takes now */
} progress;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void write_line(const struct buf *b)
{
	/* A line that cannot be shown is not worth a word. */
	if (write(STDERR_FILENO, b->p, b->len) < 0)
		progress.what = NULL;
}

void out_progress_wipe(void)
{
	struct buf b = BUF_INIT;

	if (!progress.shown)
		return;
	buf_putc(&b, '\r');
	buf_pad(&b, ' ', progress.shown);
	buf_putc(&b, '\r');
	progress.shown = 0;
	write_line(&b);
	buf_deinit(&b);
}

void out_progress_begin(const char *what)
{
	out_progress_wipe();
	progress.what = isatty(STDERR_FILENO) ? what : NULL;
	progress.next = now_ms() + FIRST_MS;
}

/* "  find  1.2G of 4G, 30%  (^C stops)", cut to the screen. */
static void print_progress(struct buf *b, uint64_t done, uint64_t total)
{
	buf_printf(b, "  %s  ", progress.what);
	size_print(b, done);
	if (total) {
		buf_puts(b, " of ");
		size_print(b, total);
		buf_printf(b, ", %u%%", (unsigned)((double)MIN(done, total) / (double)total * 100));
	}
	buf_puts(b, "  (^C stops)");
	b->len = MIN(b->len, (size_t)out_width() - 1);
}

void out_progress(uint64_t done, uint64_t total)
{
	struct buf b = BUF_INIT;
	uint64_t now = progress.what ? now_ms() : 0;

	if (!progress.what || now < progress.next)
		return;
	progress.next = now + AGAIN_MS;
	buf_putc(&b, '\r');
	print_progress(&b, done, total);
	size_t columns = b.len - 1;
	if (columns < progress.shown)
		buf_pad(&b, ' ', progress.shown - columns);
	progress.shown = MAX(progress.shown, columns);
	write_line(&b);
	buf_deinit(&b);
}

void out_progress_end(void)
{
	out_progress_wipe();
	progress.what = NULL;
}
