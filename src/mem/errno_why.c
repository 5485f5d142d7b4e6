/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a call failed: running the rows, and the tests that many of them share.
 *
 * The rows stand in why_map.c (mmap), why_change.c (calls on mappings that exist) and why_file.c.
 * Each was checked by making the call on Linux 6.18; the sources are the manual pages and the
 * kernel's own checks.
 */
#include "mem/errno_why.h"

#include "mem/explain_parts.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

static const struct why_row *const tables[] = {why_rows_map, why_rows_change, why_rows_file};

static struct str keep(struct arena *arena, const struct buf *own, const char *fixed)
{
	return arena_copy(arena, own->len ? buf_slice(own) : str_from(fixed ? fixed : ""));
}

/* Whether NAME, which may lack the 64 that the kernel adds ("pread"), means the row's call. */
static bool same_call(const char *row, const char *name)
{
	size_t n = strlen(name);
	return strncmp(row, name, n) == 0 && (!row[n] || strcmp(row + n, "64") == 0);
}

size_t errno_why(
	struct cause *out, size_t most, struct arena *arena, const struct failed_call *call)
{
	static const struct maps none;
	struct failed_call c = *call;
	struct finding f = {0};
	size_t n = 0;
	if (!c.maps)
		c.maps = &none;
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
		for (const struct why_row *row = tables[t]; row->call; row++) {
			buf_clear(&f.text);
			buf_clear(&f.cure);
			if (row->error != c.error || !same_call(row->call, c.name) ||
				!row->test(&c, &f))
				continue;
			if (n < most)
				out[n] = (struct cause){keep(arena, &f.text, row->text),
					keep(arena, &f.cure, row->cure)};
			n++;
		}
	}
	buf_deinit(&f.text);
	buf_deinit(&f.cure);
	return n;
}

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

bool why_unaligned(const struct failed_call *c, struct finding *f, const char *what, uint64_t x)
{
	if (!why_is_unaligned(c, x))
		return false;
	buf_printf(&f->text, "the %s 0x%llx is ", what, (unsigned long long)x);
	put_bytes(&f->text, x % c->page);
	buf_puts(&f->text, " past a multiple of the page size");
	buf_printf(&f->cure, "use 0x%llx", (unsigned long long)align_down(x, c->page));
	uint64_t up = align_up(x, c->page);
	if (up)
		buf_printf(&f->cure, " or 0x%llx", (unsigned long long)up);
	return true;
}

bool why_beyond(const struct failed_call *c, uint64_t start, uint64_t len)
{
	if (!c->task_size)
		return false;
	uint64_t whole = align_up(len, c->page);
	return whole < len || start > c->task_size || whole > c->task_size - start;
}

/* The first address in the range that has not PERM; with PERM 0: that is not mapped at all. */
static bool first_without(
	const struct failed_call *c, uint64_t start, uint64_t len, uint32_t perm, uint64_t *addr)
{
	uint64_t end = why_end(start, len);
	size_t i = maps_at_or_above(c->maps, start);
	while (start < end) {
		if (i == c->maps->n || !mapping_covers(&c->maps->v[i], start) ||
			(c->maps->v[i].perms & perm) != perm) {
			*addr = start;
			return true;
		}
		start = c->maps->v[i++].end;
	}
	return false;
}

bool why_hole(const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len)
{
	uint64_t hole;
	if (!c->maps->n || !first_without(c, start, len, 0, &hole))
		return false;
	buf_puts(&f->text, "nothing is mapped at ");
	why_put_address(&f->text, hole);
	if (hole > start) {
		buf_puts(&f->text, ", ");
		put_bytes(&f->text, hole - start);
		buf_puts(&f->text, " into the range");
	}
	return true;
}

bool why_no_access(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len, uint32_t perm)
{
	uint64_t at;
	if (!c->maps->n || !first_without(c, start, len, perm, &at))
		return false;
	if (!maps_find(c->maps, at)) {
		buf_puts(&f->text, "nothing is mapped at ");
		why_put_address(&f->text, at);
		return true;
	}
	buf_puts(&f->text, "the mapping at ");
	why_put_address(&f->text, at);
	buf_puts(&f->text, perm == PERM_W ? " does not allow writing" : " does not allow reading");
	return true;
}

bool why_unknown_bits(struct finding *f, uint64_t unknown, const char *what)
{
	if (!unknown)
		return false;
	buf_printf(&f->text, "0x%llx is no %s that this call knows", (unsigned long long)unknown,
		what);
	return true;
}

/* Bytes that the program has mapped; the kernel's own page above user space does not count. */
static uint64_t mapped_size(const struct failed_call *c)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < c->maps->n; i++)
		if (!c->task_size || c->maps->v[i].end <= c->task_size)
			sum += c->maps->v[i].end - c->maps->v[i].start;
	return sum;
}

bool why_rlimit_as(const struct failed_call *c, struct finding *f, uint64_t more)
{
	if (!c->rlimit_as || c->rlimit_as == UINT64_MAX || !c->maps->n)
		return false;
	uint64_t now = mapped_size(c);
	if (why_end(now, align_up(more, c->page)) <= c->rlimit_as)
		return false;
	buf_puts(&f->text, "the address space would exceed its limit: ");
	size_print(&f->text, now);
	buf_puts(&f->text, " mapped, at most ");
	size_print(&f->text, c->rlimit_as);
	buf_puts(&f->text, " allowed (RLIMIT_AS)");
	return true;
}

bool why_map_count(const struct failed_call *c, struct finding *f, unsigned more)
{
	size_t n = 0;
	for (size_t i = 0; i < c->maps->n; i++)
		n += !c->task_size || c->maps->v[i].end <= c->task_size;
	if (!c->max_map_count || why_end(n, more) <= c->max_map_count)
		return false;
	buf_printf(&f->text, "there are %zu mappings, and vm.max_map_count is %llu", n,
		(unsigned long long)c->max_map_count);
	return true;
}

bool why_fd_not_open(const struct failed_call *c, struct finding *f, int fd)
{
	if (fd >= 0 && (!c->fd_known || c->fd_open))
		return false;
	buf_printf(&f->text, "descriptor %d is not open", fd);
	return true;
}

bool why_fd_is_path(const struct failed_call *c, struct finding *f, int fd)
{
	if (fd < 0 || !c->fd_known || !c->fd_open || !(c->fd_flags & O_PATH))
		return false;
	buf_printf(&f->text, "descriptor %d was opened with O_PATH and only names a place", fd);
	return true;
}
