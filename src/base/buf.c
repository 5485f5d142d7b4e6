/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A byte buffer that grows. Running out of memory for text ends the process: nothing sensible is
 * left. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void buf_deinit(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->p)
		b->p[0] = '\0';
}

/* Apart from buf_room(), so that what is done for each byte is short. */
__attribute__((noinline)) static void grow(struct buf *b, size_t need)
{
	size_t cap = MAX(need, MAX(b->cap * 2, (size_t)64));
	char *p = realloc(b->p, cap);
	if (!p)
		abort();
	b->p = p;
	b->cap = cap;
}

char *buf_room(struct buf *b, size_t n)
{
	size_t need = b->len + n + 1;
	if (need > b->cap)
		grow(b, need);
	return b->p + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n)
		memcpy(buf_room(b, n), bytes, n);
	else
		buf_room(b, 0);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_putc(struct buf *b, char c)
{
	char *at = buf_room(b, 1);
	at[0] = c;
	at[1] = '\0';
	b->len++;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void buf_pad(struct buf *b, char c, size_t n)
{
	memset(buf_room(b, n), c, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	char *at = buf_room(b, 80);
	int n = vsnprintf(at, b->cap - b->len, fmt, args);
	if (n > 0 && (size_t)n >= b->cap - b->len) {
		at = buf_room(b, (size_t)n);
		vsnprintf(at, b->cap - b->len, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += (size_t)n;
}

void buf_hex(struct buf *b, uint64_t x, unsigned width)
{
	char digits[16]; /* filled from its end */
	unsigned at = sizeof(digits);
	do {
		digits[--at] = "0123456789abcdef"[x & 15];
		x >>= 4;
	} while (x);
	if (width > sizeof(digits) - at)
		buf_pad(b, '0', width - (sizeof(digits) - at));
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_dec(struct buf *b, uint64_t x)
{
	char digits[20]; /* filled from its end */
	unsigned at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + x % 10);
		x /= 10;
	} while (x);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_int(struct buf *b, int64_t x)
{
	if (x < 0)
		buf_putc(b, '-');
	buf_dec(b, x < 0 ? -(uint64_t)x : (uint64_t)x);
}

const char *buf_cstr(const struct buf *b)
{
	return b->p ? b->p : "";
}

struct str buf_slice(const struct buf *b)
{
	return (struct str){buf_cstr(b), b->len};
}
