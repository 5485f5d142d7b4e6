/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small things that C lacks: array sizes, alignment, byte slices. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* A byte slice: N bytes at P, not terminated, not owned. */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){literal, sizeof(literal) - 1})

static inline struct str str_from(const char *s)
{
	return (struct str){s, strlen(s)};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *s)
{
	return str_eq(a, str_from(s));
}

static inline bool str_starts(struct str a, struct str prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

/* Rounding to a power of two; up wraps to 0 at the end of the address space. */
static inline uint64_t align_down(uint64_t x, uint64_t power)
{
	return x & ~(power - 1);
}

static inline uint64_t align_up(uint64_t x, uint64_t power)
{
	return (x + power - 1) & ~(power - 1);
}

#endif
