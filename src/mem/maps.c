/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mappings: reading the kernel's lines, finding an address, printing sizes.
 *
 * The text comes from a process whose memory the user scribbles on, so nothing about it is
 * believed: every field is checked, and no byte outside the given slice is read.
 */
#include "mem/maps.h"

#include <stdlib.h>

#include "wire.h"

void maps_deinit(struct maps *m)
{
	free(m->v);
	arena_deinit(&m->names);
	*m = MAPS_INIT;
}

void maps_clear(struct maps *m)
{
	m->n = 0;
	arena_reset(&m->names);
}

static struct mapping *append(struct maps *m)
{
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 32;
		struct mapping *v = reallocarray(m->v, cap, sizeof(*v));
		if (!v)
			abort();
		m->v = v;
		m->cap = cap;
	}
	return &m->v[m->n++];
}

/* A copy of NAME in the list; a file's mappings stand together, so the last name often serves
 * again. */
static const char *keep_name(struct maps *m, struct str name)
{
	if (!name.n)
		return "";
	if (m->n) {
		const char *last = m->v[m->n - 1].name;
		if (strlen(last) == name.n && memcmp(last, name.p, name.n) == 0)
			return last;
	}
	return arena_copy(&m->names, name).p;
}

void maps_add(struct maps *m, const struct mapping *mapping)
{
	struct mapping copy = *mapping;
	copy.name = keep_name(m, str_from(mapping->name));
	*append(m) = copy;
}

/* What is left of a line. */
struct cursor {
	const char *p, *end;
};

static bool take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

/* One plus the value of each lower-case hexadecimal digit, 0 for all other bytes. */
static const unsigned char hex_digit[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
};

static bool take_hex(struct cursor *c, uint64_t *out)
{
	const char *from = c->p;
	uint64_t x = 0;
	unsigned digit;
	while (c->p < c->end && (digit = hex_digit[(unsigned char)*c->p])) {
		if (x >> 60)
			return false;
		x = x << 4 | (digit - 1);
		c->p++;
	}
	*out = x;
	return c->p > from;
}

static bool take_hex32(struct cursor *c, uint32_t *out)
{
	uint64_t x;
	if (!take_hex(c, &x) || x > UINT32_MAX)
		return false;
	*out = (uint32_t)x;
	return true;
}

static bool take_decimal(struct cursor *c, uint64_t *out)
{
	const char *from = c->p;
	uint64_t x = 0;
	while (c->p < c->end && *c->p >= '0' && *c->p <= '9') {
		uint64_t digit = (uint64_t)(*c->p - '0');
		if (__builtin_mul_overflow(x, 10, &x) || __builtin_add_overflow(x, digit, &x))
			return false;
		c->p++;
	}
	*out = x;
	return c->p > from;
}

static bool take_perm(struct cursor *c, char set, char clear, uint32_t bit, uint32_t *perms)
{
	if (take(c, set))
		*perms |= bit;
	else if (!take(c, clear))
		return false;
	return true;
}

static bool take_perms(struct cursor *c, uint32_t *out)
{
	uint32_t perms = 0;
	if (!take_perm(c, 'r', '-', PERM_R, &perms) || !take_perm(c, 'w', '-', PERM_W, &perms) ||
		!take_perm(c, 'x', '-', PERM_X, &perms) ||
		!take_perm(c, 's', 'p', PERM_SHARED, &perms))
		return false;
	*out = perms;
	return true;
}

/* Blanks and the name, both of which may be missing. Names hold blanks, but neither newline nor
 * NUL. */
static bool take_name(struct cursor *c, struct str *name)
{
	if (c->p < c->end && !take(c, ' '))
		return false;
	while (take(c, ' '))
		;
	size_t n = (size_t)(c->end - c->p);
	*name = (struct str){c->p, n};
	return !memchr(c->p, '\0', n) && !memchr(c->p, '\n', n);
}

/* line = start "-" end " " perms " " offset " " major ":" minor " " inode [" "… name] */
static bool parse_fields(struct str line, struct mapping *out, struct str *name)
{
	struct cursor c = {line.p, line.p + line.n};
	struct mapping m = {.name = ""};
	if (!line.n)
		return false;
	bool ok = take_hex(&c, &m.start) && take(&c, '-') && take_hex(&c, &m.end) &&
		  take(&c, ' ') && take_perms(&c, &m.perms) && take(&c, ' ') &&
		  take_hex(&c, &m.offset) && take(&c, ' ') && take_hex32(&c, &m.major) &&
		  take(&c, ':') && take_hex32(&c, &m.minor) && take(&c, ' ') &&
		  take_decimal(&c, &m.inode) && take_name(&c, name);
	/* Whoever counts pages relies on whole ones. */
	if (!ok || m.start >= m.end || (m.start | m.end) % WIRE_SMALLEST_PAGE)
		return false;
	*out = m;
	return true;
}

bool maps_parse_line(struct str line, struct mapping *out, char *name)
{
	struct mapping m;
	struct str found;
	if (!parse_fields(line, &m, &found) || found.n >= MAPPING_NAME_MAX)
		return false;
	memcpy(name, found.p, found.n);
	name[found.n] = '\0';
	m.name = name;
	*out = m;
	return true;
}

bool maps_parse(struct maps *m, struct str text, struct err *err)
{
	const char *p = text.p, *end = text.p + text.n;
	for (size_t number = 1; p < end; number++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		struct str line = {p, (size_t)((newline ? newline : end) - p)};
		struct span span = {(size_t)(p - text.p), line.n};
		struct mapping mapping;
		struct str name;
		if (!parse_fields(line, &mapping, &name))
			return err_set(err, ERR_SYSTEM, span, "line %zu of the list is no mapping",
				number);
		if (m->n && mapping.start < m->v[m->n - 1].end)
			return err_set(err, ERR_SYSTEM, span,
				"line %zu of the list lies below the end of the mapping before it",
				number);
		mapping.name = keep_name(m, name);
		*append(m) = mapping;
		p = newline ? newline + 1 : end;
	}
	return true;
}

size_t maps_at_or_above(const struct maps *m, uint64_t addr)
{
	size_t low = 0, high = m->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (m->v[middle].end > addr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct mapping *maps_find(const struct maps *m, uint64_t addr)
{
	size_t i = maps_at_or_above(m, addr);
	return i < m->n && mapping_covers(&m->v[i], addr) ? &m->v[i] : NULL;
}

bool mapping_covers(const struct mapping *m, uint64_t addr)
{
	return addr >= m->start && addr < m->end;
}

bool mapping_meets(const struct mapping *m, uint64_t addr, uint64_t len)
{
	if (!len)
		return false;
	uint64_t last = addr + (len - 1) < addr ? UINT64_MAX : addr + (len - 1);
	return m->start <= last && m->end > addr;
}

bool mapping_equal(const struct mapping *a, const struct mapping *b)
{
	return a->start == b->start && a->end == b->end && a->perms == b->perms &&
	       a->offset == b->offset && a->inode == b->inode && a->major == b->major &&
	       a->minor == b->minor && (a->name == b->name || strcmp(a->name, b->name) == 0);
}

bool mapping_is_anonymous(const struct mapping *m)
{
	return !m->inode && !m->major && !m->minor;
}

void perms_print(char out[5], uint32_t perms)
{
	out[0] = perms & PERM_R ? 'r' : '-';
	out[1] = perms & PERM_W ? 'w' : '-';
	out[2] = perms & PERM_X ? 'x' : '-';
	out[3] = perms & PERM_SHARED ? 's' : 'p';
	out[4] = '\0';
}

/* Which of K, M, G, T, P, E is the largest that BYTES reach: 1 to 6; 0 below 1 K. */
static unsigned unit_of(uint64_t bytes)
{
	return bytes ? (63 - (unsigned)__builtin_clzll(bytes)) / 10 : 0;
}

/* BYTES in units of 1024^UNIT, with up to PLACES decimals, cut off, without zeros at the end. */
static void print_scaled(struct buf *b, uint64_t bytes, unsigned unit, unsigned places)
{
	unsigned shift = unit * 10;
	uint64_t rest = bytes & ((1ULL << shift) - 1);
	char digits[8];
	unsigned n = 0, keep = 0;
	buf_dec(b, bytes >> shift);
	while (n < places && n < sizeof(digits)) {
		unsigned __int128 wide = (unsigned __int128)rest * 10;
		digits[n++] = (char)('0' + (unsigned)(wide >> shift));
		rest = (uint64_t)wide & ((1ULL << shift) - 1);
		if (digits[n - 1] != '0')
			keep = n;
	}
	if (keep) {
		buf_putc(b, '.');
		buf_add(b, digits, keep);
	}
}

void size_print(struct buf *b, uint64_t bytes)
{
	unsigned unit = unit_of(bytes);
	if (unit <= 1) {
		bool whole = unit == 1 && bytes % 1024 == 0;
		buf_dec(b, whole ? bytes / 1024 : bytes);
		buf_putc(b, whole ? 'K' : 'B');
		return;
	}
	uint64_t count = bytes >> (unit * 10);
	print_scaled(b, bytes, unit, count < 10 ? 2 : count < 100 ? 1 : 0);
	buf_putc(b, "BKMGTPE"[unit]);
}

void distance_print(struct buf *b, uint64_t bytes)
{
	static const char *const names[] = {"byte", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned unit = unit_of(bytes);
	print_scaled(b, bytes, unit, unit && bytes >> (unit * 10) < 10 ? 1 : 0);
	buf_putc(b, ' ');
	buf_puts(b, names[unit]);
	if (!unit && bytes != 1)
		buf_putc(b, 's');
}
