/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes as text, fast: every byte is one look-up and one store of four characters, the last of
 * which the next store overwrites; runs of equal lines are found by comparing the data with itself,
 * 16 bytes on.
 */
#include "mem/hexdump.h"

enum {
	LINE = HEXDUMP_LINE,
	HALF = LINE / 2,
	LINE_CHARS = 96, /* room for any line: 16 + 2 + 24 + 1 + 24 + 1 + 16 + 1, and the NUL */
	RUN = 4096,      /* bytes compared at once in a run of equal lines */
};

/* clang-format off */
#define HEX1(h, l) {h, l, ' ', 0}
/* clang-format on */
#define HEX16(h)                                                                                   \
	HEX1(h, '0'), HEX1(h, '1'), HEX1(h, '2'), HEX1(h, '3'), HEX1(h, '4'), HEX1(h, '5'),        \
		HEX1(h, '6'), HEX1(h, '7'), HEX1(h, '8'), HEX1(h, '9'), HEX1(h, 'a'),              \
		HEX1(h, 'b'), HEX1(h, 'c'), HEX1(h, 'd'), HEX1(h, 'e'), HEX1(h, 'f')

/* "68 " for 0x68 */
static const char hex_of[256][4] = {
	HEX16('0'),
	HEX16('1'),
	HEX16('2'),
	HEX16('3'),
	HEX16('4'),
	HEX16('5'),
	HEX16('6'),
	HEX16('7'),
	HEX16('8'),
	HEX16('9'),
	HEX16('a'),
	HEX16('b'),
	HEX16('c'),
	HEX16('d'),
	HEX16('e'),
	HEX16('f'),
};

void hexdump_start(struct hexdump *h, uint64_t addr)
{
	*h = (struct hexdump){.addr = addr};
}

/* The address and two blanks. All put_ functions return where the next character goes. */
static char *put_addr(char *p, uint64_t addr)
{
	for (int shift = addr >> 48 ? 56 : 40; shift >= 0; shift -= 8) {
		memcpy(p, hex_of[addr >> shift & 255], 4);
		p += 2;
	}
	*p++ = ' ';
	*p++ = ' ';
	return p;
}

static inline char *put_half(char *p, const unsigned char *bytes)
{
	for (int i = 0; i < HALF; i++) {
		memcpy(p, hex_of[bytes[i]], 4);
		p += 3;
	}
	*p++ = ' ';
	return p;
}

static inline char *put_text(char *p, const unsigned char *bytes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	return p + n;
}

static char *put_line(char *p, uint64_t addr, const unsigned char *bytes)
{
	p = put_addr(p, addr);
	p = put_half(p, bytes);
	p = put_half(p, bytes + HALF);
	p = put_text(p, bytes, LINE);
	*p++ = '\n';
	return p;
}

/* A line of which only HAVE bytes are known, then UNKNOWN that could not be read, then nothing. */
static char *put_partial(
	char *p, uint64_t addr, const unsigned char *bytes, unsigned have, unsigned unknown)
{
	p = put_addr(p, addr);
	for (unsigned i = 0; i < LINE; i++) {
		memcpy(p, i < have ? hex_of[bytes[i]] : i < have + unknown ? "?? " : "   ", 3);
		p += 3;
		if (i == HALF - 1 || i == LINE - 1)
			*p++ = ' ';
	}
	p = put_text(p, bytes, have);
	memset(p, '?', unknown);
	p += unknown;
	*p++ = '\n';
	return p;
}

/* The star that stands for lines held back, before a line that differs. */
static char *put_star(struct hexdump *h, char *p)
{
	if (h->held) {
		*p++ = '*';
		*p++ = '\n';
		h->held = 0;
	}
	return p;
}

/* How many bytes from BYTES on, whole lines, repeat the line before them. */
static size_t equal_run(const unsigned char *last, const unsigned char *bytes, size_t n)
{
	if (n < LINE || memcmp(last, bytes, LINE) != 0)
		return 0;
	size_t run = LINE;
	while (n - run >= RUN && memcmp(bytes + run - LINE, bytes + run, RUN) == 0)
		run += RUN;
	while (n - run >= LINE && memcmp(bytes, bytes + run, LINE) == 0)
		run += LINE;
	return run;
}

/* Whole lines from memory; N is a multiple of 16. */
static void add_lines(struct hexdump *h, struct buf *out, const unsigned char *bytes, size_t n)
{
	enum { BATCH = 64 }; /* lines for which room is made at a time */
	while (n) {
		char *p = buf_room(out, BATCH * LINE_CHARS), *start = p;
		for (unsigned i = 0; i < BATCH && n; i++) {
			size_t run = h->has_last ? equal_run(h->last, bytes, n) : 0;
			if (run) {
				h->held += run / LINE;
			} else {
				p = put_line(put_star(h, p), h->addr, bytes);
				memcpy(h->last, bytes, LINE);
				h->has_last = true;
				run = LINE;
			}
			h->addr += run;
			bytes += run;
			n -= run;
		}
		*p = '\0';
		out->len += (size_t)(p - start);
	}
}

void hexdump_add(struct hexdump *h, struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	if (h->have) {
		size_t take = MIN(n, (size_t)(LINE - h->have));
		memcpy(h->line + h->have, p, take);
		h->have += (unsigned)take;
		h->addr += take;
		p += take;
		n -= take;
		if (h->have < LINE)
			return;
		h->have = 0;
		h->addr -= LINE;
		add_lines(h, out, h->line, LINE);
	}
	size_t whole = n - n % LINE;
	add_lines(h, out, p, whole);
	if (n > whole)
		memcpy(h->line, p + whole, n - whole);
	h->have = (unsigned)(n - whole);
	h->addr += h->have;
}

void hexdump_end(struct hexdump *h, struct buf *out, uint64_t missing)
{
	unsigned unknown = (unsigned)MIN(missing, (uint64_t)(LINE - h->have));
	char *start = buf_room(out, 2 * LINE_CHARS), *p = start;
	if (h->have || unknown) {
		p = put_star(h, p);
		p = put_partial(p, h->addr - h->have, h->line, h->have, unknown);
	} else if (h->held) {
		h->held--; /* the last of them is shown in full */
		p = put_star(h, p);
		p = put_line(p, h->addr - LINE, h->last);
	}
	*p = '\0';
	out->len += (size_t)(p - start);
	hexdump_start(h, h->addr + unknown);
}
