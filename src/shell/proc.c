/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files of the target's /proc/PID. */
#include "shell/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "shell/remote.h"

static bool read_whole(int fd, struct buf *text)
{
	enum { PIECE = 16 * 1024 };
	ssize_t n;
	while ((n = read(fd, buf_room(text, PIECE), PIECE)) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		text->len += (size_t)MAX(n, (ssize_t)0);
	}
	buf_puts(text, "");
	return true;
}

bool proc_read(const struct remote *r, const char *name, struct buf *text)
{
	int fd = openat(remote_proc_fd(r), name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool read = read_whole(fd, text);
	close(fd);
	return read;
}

/* Fields of stat are counted from 1, behind the second, a name in parentheses that can hold
 * anything. */
bool proc_faults(const struct remote *r, uint64_t *minor, uint64_t *major)
{
	enum { MINOR = 10, MAJOR = 12 };
	struct buf text = BUF_INIT;
	uint64_t first = 0;
	const char *p = proc_read(r, "stat", &text) ? strrchr(text.p, ')') : NULL;
	for (unsigned field = 2; p && field < MAJOR; field++) {
		if (field == MINOR)
			first = strtoull(p, NULL, 10);
		p = strchr(p + 1, ' ');
	}
	if (p) {
		*minor = first;
		*major = strtoull(p, NULL, 10);
	}
	buf_deinit(&text);
	return p != NULL;
}

bool proc_resident(const struct remote *r, uint64_t *pages)
{
	struct buf text = BUF_INIT;
	const char *p = proc_read(r, "statm", &text) ? strchr(text.p, ' ') : NULL;
	if (p)
		*pages = strtoull(p, NULL, 10);
	buf_deinit(&text);
	return p != NULL;
}

/*
 * A descriptor of PATH: every fault asks for the same few, so the first ones stay open, and *STAYS.
 * -1 if it cannot be opened.
 */
static int number_fd(const char *path, bool *stays)
{
	static struct {
		char path[64];
		int fd;
	} open_files[8];
	size_t i = 0;
	while (i < ARRAY_SIZE(open_files) && open_files[i].path[0] &&
		strcmp(open_files[i].path, path) != 0)
		i++;
	*stays = i < ARRAY_SIZE(open_files) && strlen(path) < sizeof(open_files[i].path);
	if (!*stays)
		return open(path, O_RDONLY | O_CLOEXEC);
	if (!open_files[i].path[0]) {
		strcpy(open_files[i].path, path);
		open_files[i].fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	return open_files[i].fd;
}

uint64_t proc_number(const char *path, uint64_t fallback)
{
	char text[32];
	bool stays;
	int fd = number_fd(path, &stays);
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
	if (fd >= 0 && !stays)
		close(fd);
	if (n <= 0)
		return fallback;
	text[n] = '\0';
	return strtoull(text, NULL, 10);
}

const char *proc_field(const char *text, const char *field)
{
	size_t n = strlen(field);
	for (const char *line = text; line && *line;) {
		if (!strncmp(line, field, n) && line[n] == ':')
			return line + n + 1 + strspn(line + n + 1, " \t");
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NULL;
}

uint64_t proc_bytes(const char *text, const char *field)
{
	const char *at = proc_field(text, field);
	return at ? strtoull(at, NULL, 10) * 1024 : 0;
}

bool proc_has_word(const char *line, struct str word)
{
	for (const char *p = line; *p && *p != '\n';) {
		p += strspn(p, " ");
		size_t n = strcspn(p, " \n");
		if (n && str_eq((struct str){p, n}, word))
			return true;
		p += n;
	}
	return false;
}

/* A walk over smaps. */
struct smaps_walk {
	uint64_t start, end; /* the range that is asked about */
	smaps_line *fn;
	void *ctx;
	struct mapping mapping; /* whose lines come now */
	char name[MAPPING_NAME_MAX];
	bool inside; /* MAPPING meets the range */
	bool past;   /* it lies above: nothing more is of interest */
};

static void smaps_take(struct smaps_walk *w, struct str line)
{
	static char name[MAPPING_NAME_MAX];
	struct mapping m;
	if (line.n < sizeof(name) && maps_parse_line(line, &m, name)) {
		w->mapping = m;
		w->mapping.name = strcpy(w->name, name);
		w->inside = m.start < w->end && m.end > w->start;
		w->past = m.start >= w->end;
	} else if (w->inside) {
		w->fn(w->ctx, &w->mapping, line);
	}
}

/* Takes the whole lines at the start of TEXT off it. */
static void smaps_take_lines(struct smaps_walk *w, struct buf *text)
{
	size_t at = 0;
	const char *end;
	while (!w->past && (end = memchr(text->p + at, '\n', text->len - at))) {
		smaps_take(w, (struct str){text->p + at, (size_t)(end - text->p) - at});
		at = (size_t)(end - text->p) + 1;
	}
	memmove(text->p, text->p + at, text->len - at);
	text->len -= at;
}

bool proc_smaps_each(
	const struct remote *r, uint64_t start, uint64_t end, smaps_line *fn, void *ctx)
{
	enum { PIECE = 16 * 1024 };
	struct smaps_walk w = {.start = start, .end = end, .fn = fn, .ctx = ctx};
	struct buf text = BUF_INIT;
	ssize_t n = 0;
	int fd = openat(remote_proc_fd(r), "smaps", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while (!w.past && (n = read(fd, buf_room(&text, PIECE), PIECE)) > 0) {
		text.len += (size_t)n;
		smaps_take_lines(&w, &text);
	}
	close(fd);
	buf_deinit(&text);
	return n >= 0;
}

static void add_smaps_line(void *ctx, const struct mapping *m, struct str line)
{
	struct buf *text = ctx;
	(void)m;
	buf_str(text, line);
	buf_putc(text, '\n');
}

bool proc_smaps(const struct remote *r, uint64_t addr, struct buf *text)
{
	size_t before = text->len;
	if (addr == UINT64_MAX)
		return false; /* no mapping ends behind it */
	return proc_smaps_each(r, addr, addr + 1, add_smaps_line, text) && text->len > before;
}

bool proc_capable(const struct remote *r, unsigned capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3, .pid = remote_pid(r)};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	if (!header.pid || syscall(SYS_capget, &header, data) != 0)
		return false;
	return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

bool proc_is_file_of(const struct mapping *m, const struct stat *st)
{
	return st->st_ino == m->inode && major(st->st_dev) == m->major &&
	       minor(st->st_dev) == m->minor && S_ISREG(st->st_mode);
}
