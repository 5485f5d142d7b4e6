/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history file: append under a lock, trim by writing a new file in its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "shell/line_history.h"

/* Makes the directories that lead to PATH's last component. */
static void make_directories(const char *path)
{
	struct buf part = BUF_INIT;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		buf_clear(&part);
		buf_add(&part, path, (size_t)(slash - path));
		mkdir(buf_cstr(&part), 0700);
	}
	buf_deinit(&part);
}

static bool same_file(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/*
 * Opens the file and locks it; again if another session has put a new one in its place
 * meanwhile. -1 on failure.
 */
static int open_locked(const char *path)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
		if (fd < 0 || flock(fd, LOCK_EX) != 0) {
			if (fd >= 0)
				close(fd);
			return -1;
		}
		if (same_file(fd, path))
			return fd;
		close(fd);
	}
}

static bool write_all(int fd, struct str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text.p += n;
		text.n -= (size_t)n;
	}
	return true;
}

static void encode(struct buf *b, const char *entry)
{
	for (; *entry; entry++)
		if (*entry == '\n')
			buf_puts(b, "\\n");
		else if (*entry == '\\')
			buf_puts(b, "\\\\");
		else
			buf_putc(b, *entry);
	buf_putc(b, '\n');
}

static void decode(struct buf *b, struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		bool escape = line.p[i] == '\\' && i + 1 < line.n;
		if (escape)
			i++;
		buf_putc(b, escape && line.p[i] == 'n' ? '\n' : line.p[i]);
	}
}

void history_file_append(const char *path, const char *entry)
{
	struct buf line = BUF_INIT;
	int fd = open_locked(path);

	if (fd < 0 && errno == ENOENT) {
		make_directories(path);
		fd = open_locked(path);
	}
	if (fd < 0)
		return;
	encode(&line, entry);
	write_all(fd, buf_slice(&line));
	buf_deinit(&line);
	close(fd);
}

/* Reads FD to its end. */
static bool read_all(int fd, struct buf *b)
{
	for (;;) {
		ssize_t n = read(fd, buf_room(b, 65536), 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
		b->p[b->len] = '\0';
	}
}

/* The last HISTORY_MAX lines of TEXT; TEXT itself when it has no more. */
static struct str last_lines(struct str text)
{
	size_t lines = 0;

	for (size_t i = text.n; i > 0; i--) {
		bool line_starts = i < text.n && text.p[i - 1] == '\n';
		if (line_starts && ++lines == HISTORY_MAX)
			return (struct str){text.p + i, text.n - i};
	}
	return text;
}

/* By their text, then by their place. */
static int by_text(const void *a, const void *b)
{
	const struct str *x = *(struct str *const *)a, *y = *(struct str *const *)b;
	int order = memcmp(x->p, y->p, MIN(x->n, y->n));

	if (!order)
		order = (x->n > y->n) - (x->n < y->n);
	return order ? order : (x > y) - (x < y);
}

/* Empties the lines whose text comes again later. */
static void drop_repeated(struct str *lines, size_t n)
{
	struct str **sorted = calloc(n + 1, sizeof(*sorted));

	if (!sorted)
		abort();
	for (size_t i = 0; i < n; i++)
		sorted[i] = &lines[i];
	qsort(sorted, n, sizeof(*sorted), by_text);
	for (size_t i = 1; i < n; i++)
		if (str_eq(*sorted[i - 1], *sorted[i]))
			sorted[i - 1]->n = 0;
	free(sorted);
}

/* Cuts TEXT into at most HISTORY_MAX lines. */
static size_t cut(struct str text, struct str *lines)
{
	size_t n = 0;

	while (text.n && n < HISTORY_MAX) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t len = end ? (size_t)(end - text.p) : text.n;
		lines[n++] = (struct str){text.p, len};
		len += end != NULL;
		text = (struct str){text.p + len, text.n - len};
	}
	return n;
}

void history_file_load(const char *path, void (*each)(const char *entry))
{
	static struct str lines[HISTORY_MAX];
	struct buf text = BUF_INIT;
	struct buf entry = BUF_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return;
	read_all(fd, &text);
	close(fd);
	size_t n = cut(last_lines(buf_slice(&text)), lines);
	drop_repeated(lines, n);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&entry);
		decode(&entry, lines[i]);
		if (entry.len)
			each(buf_cstr(&entry));
	}
	buf_deinit(&entry);
	buf_deinit(&text);
}

/* Puts a file with TEXT in the place of the one at PATH. */
static void replace(const char *path, struct str text)
{
	struct buf temporary = BUF_INIT;

	buf_printf(&temporary, "%s.%ld", path, (long)getpid());
	int fd = open(buf_cstr(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		bool good = write_all(fd, text);
		close(fd);
		if (!good || rename(buf_cstr(&temporary), path) != 0)
			unlink(buf_cstr(&temporary));
	}
	buf_deinit(&temporary);
}

void history_file_trim(const char *path)
{
	struct buf text = BUF_INIT;
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	int fd = open_locked(path);
	if (fd < 0)
		return;
	if (read_all(fd, &text)) {
		struct str kept = last_lines(buf_slice(&text));
		if (kept.n < text.len)
			replace(path, kept);
	}
	close(fd); /* and so gives up the lock */
	buf_deinit(&text);
}
