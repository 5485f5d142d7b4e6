/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines that are wider than the screen, broken between words.
 *
 * A terminal breaks them anywhere, also in the middle of an address. Here the rest of a line goes
 * below the column that its text began in: behind a label, or in the last column of a table.
 */
#include "shell/out.h"
#include "shell/out_private.h"

enum {
	NARROWEST = 16, /* columns that are worth breaking lines for */
	HANG = 4,       /* where the rest goes of a line that has no columns of its own */
};

/* Columns of TEXT: neither style switches nor UTF-8 continuation bytes take any. */
static unsigned columns(struct str text)
{
	unsigned n = 0;

	while (text.n) {
		size_t used = out_style_switch(text);
		n += !used && ((unsigned char)*text.p & 0xc0) != 0x80;
		used = used ? used : 1;
		text = (struct str){text.p + used, text.n - used};
	}
	return n;
}

static size_t blanks(struct str text)
{
	size_t n = 0;

	while (n < text.n && text.p[n] == ' ')
		n++;
	return n;
}

/* Bytes up to the next blank that is not in a string. */
static size_t word(struct str text)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < text.n && (quoted || text.p[n] != ' '); n++) {
		if (quoted && text.p[n] == '\\' && n + 1 < text.n)
			n++;
		else if (text.p[n] == '"')
			quoted = !quoted;
	}
	return n;
}

/* The same, but what follows an = stays with it: "= 0x7f6c2a9f1000". */
static size_t piece(struct str text)
{
	size_t n = word(text);

	if (n != 1 || *text.p != '=')
		return n;
	n += blanks((struct str){text.p + n, text.n - n});
	return n + word((struct str){text.p + n, text.n - n});
}

/* The column below which the rest of LINE goes. */
static unsigned hang(struct str line, unsigned width)
{
	unsigned column = 0, found = HANG;

	while (line.n && column < width / 2) {
		size_t n = blanks(line);
		unsigned end = column + (unsigned)n;
		if (n >= 2 && end <= 2 * width / 3)
			found = end;
		n = n ? n : word(line);
		column += columns((struct str){line.p, n});
		line = (struct str){line.p + n, line.n - n};
	}
	return found;
}

/*
 * A word that no line is wide enough for, such as a long list of flags: breaks it behind its bars
 * and returns the last part. *COLUMN is where it begins.
 */
static struct str cut_at_bars(
	struct buf *b, struct str text, unsigned indent, unsigned width, unsigned *column)
{
	for (;;) {
		const char *bar = memchr(text.p, '|', text.n);
		if (!bar)
			return text;
		struct str part = {text.p, (size_t)(bar + 1 - text.p)};
		struct str rest = {bar + 1, text.n - part.n};
		const char *next = memchr(rest.p, '|', rest.n);
		size_t len = next ? (size_t)(next + 1 - rest.p) : rest.n;
		buf_str(b, part);
		*column += columns(part);
		if (*column + columns((struct str){rest.p, len}) > width) {
			buf_putc(b, '\n');
			buf_pad(b, ' ', indent);
			*column = indent;
		}
		text = rest;
	}
}

static void fold_line(struct buf *b, struct str line, unsigned width)
{
	unsigned indent = hang(line, width), column = 0;

	while (line.n) {
		size_t gap = blanks(line);
		struct str rest = {line.p + gap, line.n - gap};
		struct str next = {rest.p, piece(rest)};
		unsigned wide = columns(next);

		if (gap && next.n && column > indent && column + gap + wide > width) {
			buf_putc(b, '\n');
			buf_pad(b, ' ', indent);
			column = indent;
		} else {
			buf_pad(b, ' ', gap);
			column += (unsigned)gap;
		}
		if (indent + wide > width)
			next = cut_at_bars(b, next, indent, width, &column);
		buf_str(b, next);
		column += columns(next);
		if (column > width) /* the terminal has broken it */
			column %= width;
		size_t used = (size_t)(next.p + next.n - line.p);
		line = (struct str){line.p + used, line.n - used};
	}
}

void out_fold(struct buf *b, struct str text, unsigned width)
{
	while (text.n) {
		const char *nl = memchr(text.p, '\n', text.n);
		struct str line = {text.p, nl ? (size_t)(nl - text.p) : text.n};
		bool fits = line.n <= width || width < NARROWEST || memchr(line.p, '\t', line.n) ||
			    columns(line) <= width;
		size_t used = line.n + (nl != NULL);

		if (fits)
			buf_str(b, line);
		else
			fold_line(b, line, width);
		if (nl)
			buf_putc(b, '\n');
		text = (struct str){text.p + used, text.n - used};
	}
}
