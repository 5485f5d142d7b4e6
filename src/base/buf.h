/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A byte buffer that grows. Always terminated by a NUL that LEN does not count. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/util.h"

struct buf {
	char *p;    /* owned; NULL until something is added */
	size_t len; /* bytes in use */
	size_t cap; /* bytes allocated */
};

#define BUF_INIT ((struct buf){0})

void buf_deinit(struct buf *b);
void buf_clear(struct buf *b); /* empties it and keeps the memory */

/*
 * Makes room for N more bytes and returns where they go; the caller then adds to LEN what it used.
 */
char *buf_room(struct buf *b, size_t n);

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *s);
void buf_str(struct buf *b, struct str s);
void buf_pad(struct buf *b, char c, size_t n); /* N times C */
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

/* Fast number formats, without printf: lower-case hex without 0x (at least WIDTH digits), decimal,
 * decimal with a sign where it is below 0. */
void buf_hex(struct buf *b, uint64_t x, unsigned width);
void buf_dec(struct buf *b, uint64_t x);
void buf_int(struct buf *b, int64_t x);

/* The text as a C string: never NULL, valid until the next change. */
const char *buf_cstr(const struct buf *b);
struct str buf_slice(const struct buf *b);

#endif
