/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hexdumps: whole and partial lines, repeated ones, unreadable ends, any cutting into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "edge.h"
#include "mem/hexdump.h"

#define ZEROS "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  ................\n"

static const struct {
	const char *what;
	uint64_t addr;
	const char *bytes; /* NULL: zeros */
	size_t n;
	uint64_t missing;
	const char *want;
} cases[] = {
	{"nothing", 0x1000, "", 0, 0, ""},
	{"one byte", 0x1000, "A", 1, 0,
		"000000001000  41                                                A\n"},
	{"half a line", 0x7f6c2a9f1000, "hello\n\0\x7f", 8, 0,
		"7f6c2a9f1000  68 65 6c 6c 6f 0a 00 7f                           hello...\n"},
	{"nine bytes", 0x7f6c2a9f1001, "123456789", 9, 0,
		"7f6c2a9f1001  31 32 33 34 35 36 37 38  39                       123456789\n"},
	{"a line", 0x1000, "0123456789abc\xff~ ", 16, 0,
		"000000001000  30 31 32 33 34 35 36 37  38 39 61 62 63 ff 7e 20  0123456789abc.~ "
		"\n"},
	{"two equal lines", 0x1000, NULL, 32, 0, "000000001000  " ZEROS "000000001010  " ZEROS},
	{"three equal lines", 0x1000, NULL, 48, 0,
		"000000001000  " ZEROS "*\n000000001020  " ZEROS},
	{"equal lines, then a part", 0x1000, NULL, 50, 0,
		"000000001000  " ZEROS "*\n"
		"000000001030  00 00                                             ..\n"},
	{"high addresses", 0xfffffffffffffff0, NULL, 16, 0, "fffffffffffffff0  " ZEROS},
	{"around the end", 0xfffffffffffffff0, "aaaaaaaaaaaaaaaab", 17, 0,
		"fffffffffffffff0  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  "
		"aaaaaaaaaaaaaaaa\n"
		"000000000000  62                                                b\n"},
	{"nothing readable", 0x1000, "", 0, 100,
		"000000001000  ?? ?? ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  "
		"????????????????\n"},
	{"three bytes unreadable", 0x1000, "", 0, 3,
		"000000001000  ?? ?? ??                                          ???\n"},
	{"a part readable", 0x1000, "AB", 2, 7,
		"000000001000  41 42 ?? ?? ?? ?? ?? ??  ??                       AB???????\n"},
	{"readable up to a page", 0x1000, NULL, 48, 4096,
		"000000001000  " ZEROS "*\n"
		"000000001030  ?? ?? ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  "
		"????????????????\n"},
};

static void dump(struct buf *out, size_t i, size_t piece)
{
	static const char zeros[64];
	struct hexdump h;
	struct str bytes = at_edge(cases[i].bytes ? cases[i].bytes : zeros, cases[i].n);
	hexdump_start(&h, cases[i].addr);
	for (size_t at = 0; at < bytes.n; at += piece)
		hexdump_add(&h, out, bytes.p + at, MIN(piece, bytes.n - at));
	hexdump_end(&h, out, cases[i].missing);
}

static void lines_come_out_in_any_pieces(void **state)
{
	(void)state;
	struct buf out = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t piece = 1; piece <= 64; piece++) {
			buf_clear(&out);
			dump(&out, i, piece);
			if (strcmp(buf_cstr(&out), cases[i].want) != 0)
				fail_msg("%s in pieces of %zu:\n%s", cases[i].what, piece,
					buf_cstr(&out));
		}
	}
	buf_deinit(&out);
}

/* A slow and simple dump to compare with, of whole lines. */
static void simple_dump(struct buf *out, uint64_t addr, const unsigned char *bytes, size_t n)
{
	bool starred = false;
	for (size_t at = 0; at < n; at += 16) {
		bool equal = at && memcmp(bytes + at, bytes + at - 16, 16) == 0;
		if (equal && at + 16 < n) {
			buf_puts(out, starred ? "" : "*\n");
			starred = true;
			continue;
		}
		starred = false;
		buf_printf(out, "%012llx ", (unsigned long long)(addr + at));
		for (size_t i = 0; i < 16; i++)
			buf_printf(out, "%s%02x", i == 8 ? "  " : " ", bytes[at + i]);
		buf_puts(out, "  ");
		for (size_t i = 0; i < 16; i++)
			buf_putc(out, bytes[at + i] >= 32 && bytes[at + i] < 127
					      ? (char)bytes[at + i]
					      : '.');
		buf_putc(out, '\n');
	}
}

/* Long runs cross the block in which they are searched. */
static void long_runs(void **state)
{
	(void)state;
	enum { SIZE = 40000 * 16 / 10 };
	static unsigned char bytes[SIZE];
	struct buf got = BUF_INIT, want = BUF_INIT;
	unsigned random = 1;
	for (size_t at = 0; at < SIZE;) {
		random = random * 1103515245 + 12345;
		size_t run = (random >> 16) % 900 * 16 + 16;
		for (size_t i = 0; i < run && at < SIZE; i++, at++)
			bytes[at] = (unsigned char)(random >> (at % 16));
	}
	for (size_t i = 0; i < SIZE / 3; i += 997)
		bytes[i] ^= 1;
	struct str edge = at_edge((const char *)bytes, SIZE);
	struct hexdump h;
	hexdump_start(&h, 0x7f0000000000);
	hexdump_add(&h, &got, edge.p, edge.n);
	hexdump_end(&h, &got, 0);
	simple_dump(&want, 0x7f0000000000, bytes, SIZE);
	assert_int_equal(got.len, want.len);
	assert_string_equal(buf_cstr(&got), buf_cstr(&want));
	buf_deinit(&got);
	buf_deinit(&want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_out_in_any_pieces),
		cmocka_unit_test(long_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
