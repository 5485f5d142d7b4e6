/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as a terminal takes it: bytes that would move the cursor made visible, rows counted. */
#include "shell/out.h"
#include "shell/out_private.h"

/*
 * Bytes of the well-formed UTF-8 character that S begins with, 0 if there is none; *CODE is the
 * character.
 */
static size_t utf8(struct str s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char c = (unsigned char)s.p[0];
	size_t n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;

	if (!n || n > s.n)
		return 0;
	uint32_t x = n == 1 ? c : c & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
		x = x << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (x < least[n] || x > 0x10ffff || (x >= 0xd800 && x < 0xe000))
		return 0;
	*code = x;
	return n;
}

/*
 * Controls (C0, DEL, C1), line separators, and the characters that reverse the direction of
 * writing.
 */
static bool moves_cursor(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f;
}

void out_escape(struct buf *b, struct str s)
{
	while (s.n) {
		uint32_t code = 0;
		size_t n = utf8(s, &code);
		bool shown = n && !moves_cursor(code);

		if (!n)
			n = 1;
		if (shown)
			buf_add(b, s.p, n);
		else if (*s.p == '\n')
			buf_puts(b, "\\n");
		else
			for (size_t i = 0; i < n; i++) {
				buf_puts(b, "\\x");
				buf_hex(b, (unsigned char)s.p[i], 2);
			}
		s.p += n;
		s.n -= n;
	}
}

void out_cut(struct buf *b, struct str s, size_t width)
{
	size_t columns = 0, end = 0, last = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) == 0x80)
			continue;
		if (columns == width) {
			buf_add(b, s.p, last);
			buf_puts(b, "…");
			return;
		}
		last = end;
		end = i + 1;
		while (end < s.n && ((unsigned char)s.p[end] & 0xc0) == 0x80)
			end++;
		columns++;
	}
	buf_str(b, s);
}

void out_escape_lines(struct buf *b, struct str s)
{
	size_t start = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '\n' && s.p[i] != '\t')
			continue;
		out_escape(b, (struct str){s.p + start, i - start});
		if (i < s.n)
			buf_putc(b, s.p[i]);
		start = i + 1;
	}
}

size_t out_style_switch(struct str s)
{
	if (s.n < 3 || s.p[0] != '\033' || s.p[1] != '[')
		return 0;
	const char *end = memchr(s.p, 'm', s.n);
	return end ? (size_t)(end - s.p) + 1 : 0;
}

void out_cut_start(struct buf *b, struct str s, size_t width)
{
	size_t columns = 0, start = s.n, last = s.n;

	while (start > 0 && columns <= width) {
		last = start;
		do
			start--;
		while (start > 0 && ((unsigned char)s.p[start] & 0xc0) == 0x80);
		columns++;
	}
	if (columns <= width) {
		buf_str(b, s);
		return;
	}
	/* LAST begins the last WIDTH characters: one of them gives way to the mark. */
	do
		last++;
	while (last < s.n && ((unsigned char)s.p[last] & 0xc0) == 0x80);
	buf_puts(b, "…");
	buf_add(b, s.p + last, s.n - last);
}

unsigned out_column(void)
{
	struct str text = buf_slice(out_text());
	const char *nl = text.n ? memrchr(text.p, '\n', text.n) : NULL;
	struct str line = nl ? (struct str){nl + 1, text.n - (size_t)(nl + 1 - text.p)} : text;
	unsigned column = 0;

	while (line.n) {
		size_t n = out_style_switch(line);
		column += !n && ((unsigned char)*line.p & 0xc0) != 0x80;
		n = n ? n : 1;
		line = (struct str){line.p + n, line.n - n};
	}
	return column;
}

size_t out_count_rows(struct str text, unsigned width, size_t limit)
{
	size_t rows = 0;
	unsigned column = 0;

	while (text.n && rows <= limit) {
		size_t n = out_style_switch(text);
		if (!n) {
			n = 1;
			bool inside_character = ((unsigned char)*text.p & 0xc0) == 0x80;
			if (*text.p == '\n') {
				rows++;
				column = 0;
			} else if (!inside_character && ++column > width) {
				rows++;
				column = 1;
			}
		}
		text.p += n;
		text.n -= n;
	}
	return rows + (column > 0);
}
