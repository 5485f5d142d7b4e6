/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a call failed: running the rows, and the small tests that many of them share.
 *
 * The rows stand in why_*.c, a file for each kind of call, those of one call in the order in which
 * Linux 6.18 looks. Each was checked by making the call there; the sources are the manual pages of
 * section 2 and the kernel's own checks.
 */
#include "mem/errno_why.h"

#include <errno.h>
#include <stdio.h>

#include "mem/explain_parts.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

static const struct why_row *const tables[] = {why_rows_map, why_rows_map_file, why_rows_change,
	why_rows_remap, why_rows_advise, why_rows_sync, why_rows_collapse, why_rows_shm,
	why_rows_lock, why_rows_new, why_rows_policy, why_rows_open, why_rows_file, why_rows_space,
	why_rows_fcntl, why_rows_process, why_rows_prctl};

bool errno_call_listed(const char *list, const char *call)
{
	size_t n = strlen(call);
	for (const char *p = list; *p;) {
		size_t word = strcspn(p, " ");
		bool same = word >= n && !strncmp(p, call, n);
		if (same && (word == n || (word == n + 2 && !strncmp(p + n, "64", 2))))
			return true;
		p += word + (p[word] == ' ');
	}
	return false;
}

/* What every call has: a kernel without it, or a filter before it. */
static bool is_too_old(const struct failed_call *c)
{
	unsigned major, minor;
	return c->since && c->kernel && sscanf(c->since, "%u.%u", &major, &minor) == 2 &&
	       c->kernel < (major << 16 | minor);
}

TEST(kernel_too_old)
{
	if (!is_too_old(c))
		return WHY_NO;
	buf_printf(&f->text, "this kernel has no such call; it came with Linux %s, and this is %s",
		c->since, c->release);
	return WHY_YES;
}

/* The only other reasons; which of the two cannot be told from outside. */
TEST(kernel_without_it)
{
	if (is_too_old(c))
		return WHY_NO;
	buf_puts(&f->text,
		"this kernel has no such call: it was built without it, or a filter hides it");
	return WHY_YES;
}

static const struct why_row rows_of_all[] = {
	{"", ENOSYS, "the kernel is older than the call", kernel_too_old, NULL},
	{"", ENOSYS, "the kernel was built without this call, or a filter (seccomp) hides it",
		kernel_without_it, NULL},
	{NULL, 0, NULL, NULL, NULL},
};

/* Row I of all tables in one series; NULL behind the last. */
static const struct why_row *row_at(size_t i)
{
	for (size_t t = 0; t <= ARRAY_SIZE(tables); t++) {
		const struct why_row *row = t < ARRAY_SIZE(tables) ? tables[t] : rows_of_all;
		while (row->calls && i) {
			row++;
			i--;
		}
		if (row->calls)
			return row;
	}
	return NULL;
}

static bool is_about(const struct why_row *row, const char *call, int error)
{
	return (!error || row->error == error) &&
	       (!row->calls[0] || errno_call_listed(row->calls, call));
}

bool errno_documented(const char *call, int error, size_t *at, struct documented *out)
{
	const struct why_row *row;
	while ((row = row_at((*at)++))) {
		if (!is_about(row, call, error))
			continue;
		*out = (struct documented){row->calls, row->error, row->text, row->cure};
		return true;
	}
	return false;
}

static struct str keep(struct arena *arena, const struct buf *own, const char *fixed)
{
	return arena_copy(arena, own->len ? buf_slice(own) : str_from(fixed ? fixed : ""));
}

static void add_cause(
	struct why *out, struct arena *arena, const struct why_row *row, const struct finding *f)
{
	if (out->n < CAUSES_MAX)
		out->causes[out->n++] = (struct cause){keep(arena, &f->text, row->text),
			keep(arena, &f->cure, row->cure), keep(arena, &f->fact, NULL)};
	if (f->effect.len)
		out->effect = keep(arena, &f->effect, NULL);
}

static void take(struct why *out, struct arena *arena, const struct why_row *row,
	enum verdict verdict, const struct finding *f)
{
	if (verdict == WHY_YES)
		add_cause(out, arena, row, f);
	else if (verdict == WHY_UNKNOWN && out->n_possible < POSSIBLE_MAX)
		out->possible[out->n_possible++] = str_from(row->text);
	else if (verdict == WHY_NO && out->n_excluded < POSSIBLE_MAX)
		out->excluded[out->n_excluded++] = str_from(row->text);
}

/* The rule of the manual pages: a call that fails has done nothing, unless a row says otherwise. */
static void say_effect(struct why *out, struct arena *arena, const struct failed_call *c)
{
	if (!out->effect.n && c->changed)
		out->effect = arena_copy(
			arena, str_from("what the call had done before it failed stays done"));
}

void errno_why(struct why *out, struct arena *arena, const struct failed_call *call)
{
	static const struct maps none;
	struct failed_call c = *call;
	struct finding f = {0};
	const struct why_row *row;
	*out = (struct why){0};
	if (!c.maps)
		c.maps = &none;
	for (size_t i = 0; (row = row_at(i)); i++) {
		if (!is_about(row, c.name, c.error))
			continue;
		buf_clear(&f.text);
		buf_clear(&f.cure);
		buf_clear(&f.fact);
		buf_clear(&f.effect);
		take(out, arena, row, row->test ? row->test(&c, &f) : WHY_UNKNOWN, &f);
	}
	say_effect(out, arena, &c);
	buf_deinit(&f.text);
	buf_deinit(&f.cure);
	buf_deinit(&f.fact);
	buf_deinit(&f.effect);
}

/* ---- Numbers ---- */

uint64_t why_end(uint64_t start, uint64_t len)
{
	uint64_t end;
	return __builtin_add_overflow(start, len, &end) ? UINT64_MAX : end;
}

void why_put_address(struct buf *b, uint64_t addr)
{
	put_plain_address(b, addr);
}

void why_put_mapping(struct buf *b, const struct mapping *m)
{
	put_perms_range(b, m);
	buf_putc(b, ' ');
	buf_puts(b, mapping_basename(m));
}

bool why_is_unaligned(const struct failed_call *c, uint64_t x)
{
	return x % c->page != 0;
}

enum verdict why_unaligned(
	const struct failed_call *c, struct finding *f, const char *what, uint64_t x)
{
	if (!why_is_unaligned(c, x))
		return WHY_NO;
	buf_printf(&f->text, "the %s 0x%llx is ", what, (unsigned long long)x);
	put_bytes(&f->text, x % c->page);
	buf_puts(&f->text, " past a multiple of the page size");
	uint64_t down = align_down(x, c->page), up = align_up(x, c->page);
	bool address = strstr(what, "address"),
	     beyond = address && c->task_size && up >= c->task_size;
	if (!beyond)
		buf_printf(&f->cure, "use 0x%llx", (unsigned long long)down);
	if (!beyond && up)
		buf_printf(&f->cure, " or 0x%llx", (unsigned long long)up);
	buf_printf(&f->fact, "a page has %llu bytes", (unsigned long long)c->page);
	return WHY_YES;
}

bool why_wraps(const struct failed_call *c, uint64_t start, uint64_t len)
{
	uint64_t whole = align_up(len, c->page);
	return len && (whole < len || start + whole < start);
}

bool why_beyond(const struct failed_call *c, uint64_t start, uint64_t len)
{
	if (!c->task_size)
		return false;
	uint64_t whole = align_up(len, c->page);
	return whole < len || start > c->task_size || whole > c->task_size - start;
}

enum verdict why_ends_beyond(const struct failed_call *c, struct finding *f, const char *what,
	uint64_t start, uint64_t len)
{
	if (!c->task_size)
		return WHY_UNKNOWN;
	if (!why_beyond(c, start, len))
		return WHY_NO;
	buf_printf(&f->text, "the %s does not end below ", what);
	why_put_address(&f->text, c->task_size);
	buf_puts(&f->text, ", where the addresses of programs end");
	return WHY_YES;
}

enum verdict why_unknown_bits(struct finding *f, uint64_t unknown, const char *what)
{
	if (!unknown)
		return WHY_NO;
	buf_printf(&f->text, "0x%llx is no %s that this call knows", (unsigned long long)unknown,
		what);
	return WHY_YES;
}

/* ---- Descriptors ---- */

enum verdict why_fd_not_open(const struct failed_call *c, struct finding *f, int fd)
{
	if (fd >= 0 && !c->fd.known)
		return WHY_UNKNOWN;
	if (fd >= 0 && c->fd.open)
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is not open", fd);
	return WHY_YES;
}

enum verdict why_fd_is_path(const struct failed_call *c, struct finding *f, int fd)
{
	if (fd < 0 || !c->fd.known || !c->fd.open || !(c->fd.flags & O_PATH))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d was opened with O_PATH and only names a place", fd);
	return WHY_YES;
}

bool why_fd_usable(const struct failed_call *c)
{
	return c->fd.known && c->fd.open && !(c->fd.flags & O_PATH);
}

const char *why_file_kind(uint32_t mode)
{
	return S_ISDIR(mode)    ? "a directory"
	       : S_ISFIFO(mode) ? "a pipe"
	       : S_ISSOCK(mode) ? "a socket"
	       : S_ISCHR(mode)  ? "a character device"
	       : S_ISBLK(mode)  ? "a block device"
	       : S_ISREG(mode)  ? "a regular file"
				: "no file of a usual kind";
}

enum verdict why_fd_not_for(
	const struct failed_call *c, struct finding *f, uint32_t wrong_mode, const char *what)
{
	if (!c->fd.known)
		return WHY_UNKNOWN;
	if (!why_fd_usable(c) || (c->fd.flags & O_ACCMODE) != wrong_mode)
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is not open for %s", (int)c->args[0], what);
	return WHY_YES;
}

enum verdict why_fd_is_directory(const struct failed_call *c, struct finding *f, int fd)
{
	if (!c->fd.known)
		return WHY_UNKNOWN;
	if (!why_fd_usable(c) || !S_ISDIR(c->fd.mode))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is a directory", fd);
	return WHY_YES;
}

bool why_is_secret(const struct failed_call *c)
{
	return why_fd_usable(c) && c->fd.link && strstr(c->fd.link, "/secretmem");
}

/* ---- Other processes ---- */

enum verdict why_no_process(const struct failed_call *c, struct finding *f, int pid)
{
	if (!c->process_known)
		return WHY_UNKNOWN;
	if (c->process_error != ESRCH)
		return WHY_NO;
	buf_printf(&f->text, "there is no process %d", pid);
	return WHY_YES;
}

enum verdict why_foreign_process(const struct failed_call *c, struct finding *f, int pid)
{
	if (!c->process_known)
		return WHY_UNKNOWN;
	if (c->process_error != EPERM)
		return WHY_UNKNOWN; /* the same user may still be refused: ptrace(2) */
	buf_printf(&f->text, "process %d belongs to another user", pid);
	return WHY_YES;
}
