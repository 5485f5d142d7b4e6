/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target's mappings: the PROCMAP_QUERY ioctl, and the text of /proc/PID/maps where there is
 * none.
 */
#include "shell/procmap.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The kernel's include/uapi/linux/fs.h, which older headers do not have. */
struct query {
	uint64_t size;
	uint64_t query_flags;
	uint64_t query_addr;
	uint64_t vma_start; /* from here on the kernel's answer */
	uint64_t vma_end;   /* exclusive */
	uint64_t vma_flags;
	uint64_t vma_page_size;
	uint64_t vma_offset;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t vma_name_size; /* in: room for the name; out: its size with the NUL */
	uint32_t build_id_size;
	uint64_t vma_name_addr;
	uint64_t build_id_addr;
};

#define QUERY_IOCTL _IOWR('f', 17, struct query)

/* In an answer's flags, and COVERING_OR_NEXT in the question's. */
enum {
	VMA_READABLE = 1,
	VMA_WRITABLE = 2,
	VMA_EXECUTABLE = 4,
	VMA_SHARED = 8,
	COVERING_OR_NEXT = 16,
};

#define PAGE 4096ULL             /* the smallest distance at which mappings can begin */
#define KERNEL_HALF (1ULL << 63) /* above it only the text knows a mapping */

enum { RAW_NAME_MAX = 4096 }; /* PATH_MAX: more the kernel does not return */

static bool fallback;

void procmap_set_fallback(bool value)
{
	fallback = value;
}

bool procmap_fallback(void)
{
	return fallback;
}

static uint32_t perms_of(uint64_t flags)
{
	return (flags & VMA_READABLE ? PERM_R : 0) | (flags & VMA_WRITABLE ? PERM_W : 0) |
	       (flags & VMA_EXECUTABLE ? PERM_X : 0) | (flags & VMA_SHARED ? PERM_SHARED : 0);
}

/* The text writes a newline in a name as \012; the query does not. */
static void escape_name(char *to, const char *raw)
{
	size_t n = 0;

	for (; *raw && n + 5 < MAPPING_NAME_MAX; raw++) {
		if (*raw == '\n') {
			memcpy(to + n, "\\012", 4);
			n += 4;
		} else {
			to[n++] = *raw;
		}
	}
	to[n] = '\0';
}

/*
 * Asks the kernel. RAW has room for RAW_NAME_MAX bytes; NULL if the name is not wanted. Returns 0
 * or an errno.
 */
static int ask_kernel(int fd, uint64_t addr, struct query *q, char *raw)
{
	*q = (struct query){
		.size = sizeof(*q),
		.query_flags = COVERING_OR_NEXT,
		.query_addr = addr,
		.vma_name_size = raw ? RAW_NAME_MAX : 0,
		.vma_name_addr = (uint64_t)(uintptr_t)raw,
	};
	if (raw)
		raw[0] = '\0';
	return ioctl(fd, QUERY_IOCTL, q) == 0 ? 0 : errno;
}

static bool lacks_query(int error)
{
	return error == ENOTTY || error == EINVAL || error == ENOSYS || error == EPERM;
}

static void fill(struct mapping *out, char *name, const struct query *q, const char *raw)
{
	escape_name(name, q->vma_name_size ? raw : "");
	*out = (struct mapping){
		.start = q->vma_start,
		.end = q->vma_end,
		.offset = q->vma_offset,
		.inode = q->inode,
		.major = q->dev_major,
		.minor = q->dev_minor,
		.perms = perms_of(q->vma_flags),
		.name = name,
	};
}

bool procmap_read(struct remote *r, struct buf *text)
{
	enum { PIECE = 64 * 1024 };
	int fd = remote_maps_fd(r);
	size_t before = text->len;
	off_t at = 0;
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = pread(fd, buf_room(text, PIECE), PIECE, at)) > 0) {
		text->len += (size_t)n;
		at += n;
	}
	if (n == 0 && text->len > before) {
		text->p[text->len] = '\0';
		return true;
	}
	text->len = before;
	return false;
}

/* Walks the text's lines: the last one below ADDR and the first that covers it or lies above. */
struct neighbours {
	struct str below, at_or_above; /* lines without newline; P is NULL if there is none */
};

static struct neighbours scan(struct str text, uint64_t addr)
{
	struct neighbours found = {0};
	static char name[MAPPING_NAME_MAX];
	struct mapping m;

	for (size_t at = 0; at < text.n;) {
		const char *end = memchr(text.p + at, '\n', text.n - at);
		struct str line = {text.p + at, (end ? (size_t)(end - text.p) : text.n) - at};
		at += line.n + 1;
		if (!maps_parse_line(line, &m, name))
			continue;
		if (m.start < addr)
			found.below = line;
		if (m.end > addr) {
			found.at_or_above = line;
			break;
		}
	}
	return found;
}

static enum procmap_result search_text(
	struct remote *r, uint64_t addr, bool below, struct mapping *out, char *name)
{
	struct buf text = BUF_INIT;
	enum procmap_result result = PROCMAP_ERROR;

	if (procmap_read(r, &text)) {
		struct neighbours found = scan(buf_slice(&text), addr);
		struct str line = below ? found.below : found.at_or_above;
		result = PROCMAP_NONE;
		if (line.p && maps_parse_line(line, out, name))
			result = PROCMAP_FOUND;
	}
	buf_deinit(&text);
	return result;
}

enum procmap_result procmap_query(struct remote *r, uint64_t addr, struct mapping *out, char *name)
{
	char raw[RAW_NAME_MAX];
	struct query q;
	int fd = remote_maps_fd(r);

	if (fd < 0)
		return PROCMAP_ERROR;
	int error = fallback ? ENOTTY : ask_kernel(fd, addr, &q, raw);
	if (error == 0) {
		fill(out, name, &q, raw);
		return PROCMAP_FOUND;
	}
	/* The text may list one mapping more, the kernel's own [vsyscall] page above all others. */
	if (error == ENOENT || error == ENAMETOOLONG)
		return search_text(r, addr, false, out, name);
	if (!lacks_query(error))
		return PROCMAP_ERROR;
	fallback = true;
	return search_text(r, addr, false, out, name);
}

/*
 * Whether some mapping that begins below ADDR ends above LOW: if so Q is the first such. Returns 0
 * or an errno.
 */
static int ask_between(int fd, uint64_t low, uint64_t addr, struct query *q, bool *found)
{
	int error = ask_kernel(fd, low, q, NULL);

	*found = error == 0 && q->vma_start < addr;
	return error == ENOENT ? 0 : error;
}

/* Where answers to earlier questions began: places to look from, never answers by themselves. */
static struct {
	uint64_t at[4];
	unsigned next;
} guesses;

static void keep_guess(uint64_t start)
{
	for (size_t i = 0; i < ARRAY_SIZE(guesses.at); i++) {
		if (guesses.at[i] == start)
			return;
	}
	guesses.at[guesses.next++ % ARRAY_SIZE(guesses.at)] = start;
}

/*
 * The last mapping that begins below ADDR, mapping by mapping from the nearest guess upwards. False
 * if that takes more than a few steps, or if there is nothing between the guess and ADDR.
 */
static bool climb(int fd, uint64_t addr, uint64_t *start)
{
	enum { STEPS = 4 };
	uint64_t at = 0;
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(guesses.at); i++)
		at = guesses.at[i] < addr ? MAX(at, guesses.at[i]) : at;
	for (unsigned step = 0; at && step < STEPS; step++) {
		struct query q;
		bool found;
		if (ask_between(fd, at, addr, &q, &found) != 0)
			return false;
		if (!found)
			return any;
		*start = q.vma_start;
		any = true;
		at = q.vma_end;
		if (at >= addr)
			return true;
	}
	return false;
}

/*
 * The kernel only looks upwards, so this asks further and further below ADDR until an answer begins
 * below it, then halves what lies between the two. *START is the last mapping's that begins below
 * ADDR.
 */
static int query_below(int fd, uint64_t addr, uint64_t *start, bool *found)
{
	uint64_t high = addr; /* no mapping that begins below ADDR ends above this */
	uint64_t end = 0;     /* of the best answer */
	struct query q;
	int error = 0;

	*found = climb(fd, addr, start);
	if (*found)
		return 0;
	for (uint64_t step = PAGE; !error && !*found && high > 0; step *= 8) {
		uint64_t low = addr > step ? addr - step : 0;
		error = ask_between(fd, low, addr, &q, found);
		if (!*found)
			high = low;
	}
	while (!error && *found && end < high) {
		bool closer = true;
		uint64_t middle = high;
		if (end > 0) {
			middle = end + align_down((high - end) / 2, PAGE);
			error = ask_between(fd, middle, addr, &q, &closer);
		}
		if (closer) {
			*start = q.vma_start;
			end = q.vma_end;
		} else {
			high = middle;
		}
	}
	if (!error && *found)
		keep_guess(*start);
	return error;
}

enum procmap_result procmap_below(struct remote *r, uint64_t addr, struct mapping *out, char *name)
{
	uint64_t start = 0;
	bool found;
	int fd = remote_maps_fd(r);

	if (fd < 0)
		return PROCMAP_ERROR;
	if (fallback || addr > KERNEL_HALF)
		return search_text(r, addr, true, out, name);
	int error = query_below(fd, addr, &start, &found);
	if (error)
		return lacks_query(error) ? search_text(r, addr, true, out, name) : PROCMAP_ERROR;
	return found ? procmap_query(r, start, out, name) : PROCMAP_NONE;
}

bool procmap_has(struct remote *r, uint64_t n)
{
	struct buf text = BUF_INIT;
	uint64_t most = remote_most_mappings(r), count = 0;

	if (most && most < n)
		return false;
	if (procmap_read(r, &text))
		for (const char *p = text.p; (p = strchr(p, '\n')); p++)
			count++;
	buf_deinit(&text);
	remote_note_mappings(r, count);
	return count >= n;
}

bool procmap_space_lives(struct remote *r)
{
	struct query q;
	char byte;
	int fd = remote_maps_fd(r);

	if (!fallback) {
		int error = ask_kernel(fd, 0, &q, NULL);
		if (!lacks_query(error))
			return error != ESRCH;
	}
	return pread(fd, &byte, 1, 0) > 0;
}
