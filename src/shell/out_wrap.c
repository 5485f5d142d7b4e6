/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose cut into lines that fit the screen. */
#include "shell/out.h"

enum { WIDEST = 100 }; /* longer lines are hard to read */

/* Columns of a word of UTF-8: continuation bytes take none. */
static unsigned columns(struct str word)
{
	unsigned n = 0;

	for (size_t i = 0; i < word.n; i++)
		n += ((unsigned char)word.p[i] & 0xc0) != 0x80;
	return n;
}

void out_wrap(struct str text, unsigned column, unsigned indent)
{
	struct buf *b = out_text();
	unsigned width = MIN(out_width(), (unsigned)WIDEST);
	bool first = true;

	while (text.n) {
		const char *end = memchr(text.p, ' ', text.n);
		struct str word = {text.p, end ? (size_t)(end - text.p) : text.n};
		size_t used = word.n + (end != NULL);
		text = (struct str){text.p + used, text.n - used};
		if (!word.n)
			continue;
		if (!first && column + 1 + columns(word) > width) {
			buf_putc(b, '\n');
			buf_pad(b, ' ', indent);
			column = indent;
		} else if (!first) {
			buf_putc(b, ' ');
			column++;
		}
		buf_str(b, word);
		column += columns(word);
		first = false;
	}
	buf_putc(b, '\n');
}
