/* SPDX-License-Identifier: GPL-3.0-or-later */
/* String and character literals: C's escapes, and hex"90 90 c3". */
#include "lang/lex.h"

/* Where in a literal's text we are. */
struct scan {
	struct str text;
	size_t i;  /* bytes read */
	size_t at; /* position of TEXT in the statement */
	struct err *err;
};

static char peek(const struct scan *s)
{
	return s->i < s->text.n ? s->text.p[s->i] : '\0';
}

/* What stands from START to here, for an error. */
static struct span since(const struct scan *s, size_t start)
{
	return (struct span){s->at + start, s->i - start};
}

/* "\x" { hex }: as many digits as there are, as in C. */
static bool read_hex_escape(struct scan *s, size_t start, unsigned char *out)
{
	unsigned x = 0;
	size_t first = s->i;
	for (int d; (d = lex_hex_digit(peek(s))) >= 0; s->i++)
		x = x > 0xff ? x : x * 16 + (unsigned)d;
	if (s->i == first)
		return err_set(
			s->err, ERR_SYNTAX, since(s, start), "hexadecimal digits must follow \\x");
	if (x > 0xff)
		return err_set(s->err, ERR_VALUE, since(s, start),
			"this is more than a byte: end the string behind two digits and go on in "
			"another, \"\\x41\" \"b\"");
	*out = (unsigned char)x;
	return true;
}

/* "\" octal [ octal [ octal ] ] */
static bool read_octal_escape(struct scan *s, size_t start, unsigned char *out)
{
	unsigned x = 0;
	for (unsigned n = 0; n < 3 && peek(s) >= '0' && peek(s) <= '7'; n++)
		x = x * 8 + (unsigned)(s->text.p[s->i++] - '0');
	if (x > 0xff)
		return err_set(s->err, ERR_VALUE, since(s, start),
			"this is more than a byte: the largest is \\377");
	*out = (unsigned char)x;
	return true;
}

/* An escape, the backslash already read. */
static bool read_escape(struct scan *s, unsigned char *out)
{
	static const char letters[] = "abefnrtv\\\"'?";
	static const char meanings[] = "\a\b\033\f\n\r\t\v\\\"'?";
	size_t start = s->i - 1;
	char c = peek(s);
	if (c >= '0' && c <= '7')
		return read_octal_escape(s, start, out);
	s->i++;
	if (c == 'x')
		return read_hex_escape(s, start, out);
	const char *letter = c ? strchr(letters, c) : NULL;
	if (!letter)
		return err_set(s->err, ERR_SYNTAX, since(s, start),
			"no such escape: there are \\n \\t \\r \\a \\b \\e \\f \\v \\\\ \\\" \\' "
			"\\0 \\x41 \\101");
	*out = (unsigned char)meanings[letter - letters];
	return true;
}

/* A backslash at a line's end joins the lines. */
static bool skip_joined_line(struct scan *s)
{
	size_t n = peek(s) == '\r' ? 1 : 0;
	if (s->i + n >= s->text.n || s->text.p[s->i + n] != '\n')
		return false;
	s->i += n + 1;
	return true;
}

/* string = '"' { character | escape } '"' */
static bool read_text(struct scan *s, char *out, size_t *n)
{
	size_t last = s->text.n - 1; /* the closing quote */
	size_t done = 0;
	for (s->i = 1; s->i < last;) {
		char c = s->text.p[s->i++];
		unsigned char byte = (unsigned char)c;
		if (c == '\\' && skip_joined_line(s))
			continue;
		if (c == '\\' && !read_escape(s, &byte))
			return false;
		out[done++] = (char)byte;
	}
	*n = done;
	return true;
}

/* bytes = 'hex"' { hex hex | blank } '"' */
static bool read_bytes(struct scan *s, char *out, size_t *n)
{
	size_t last = s->text.n - 1;
	size_t done = 0;
	for (s->i = sizeof("hex\"") - 1; s->i < last;) {
		char c = s->text.p[s->i++];
		if (c == ' ' || c == '\t')
			continue;
		int high = lex_hex_digit(c), low = lex_hex_digit(peek(s));
		if (high < 0)
			return err_set(s->err, ERR_SYNTAX, since(s, s->i - 1),
				"only pairs of hexadecimal digits stand in hex\"…\"");
		if (low < 0)
			return err_set(s->err, ERR_SYNTAX, since(s, s->i - 1),
				"a byte is two hexadecimal digits: 0%c", c);
		s->i++;
		out[done++] = (char)(high * 16 + low);
	}
	*n = done;
	return true;
}

bool lex_string(struct str text, size_t at, char *out, size_t *n, struct err *err)
{
	struct scan s = {.text = text, .at = at, .err = err};
	return text.p[0] == '"' ? read_text(&s, out, n) : read_bytes(&s, out, n);
}

bool lex_string_is_plain(struct str text)
{
	return text.p[0] == '"' && !memchr(text.p, '\\', text.n);
}

/* character = "'" ( character | escape ) "'", with the sign of C's char on this machine */
bool lex_char(struct str text, size_t at, struct value *out, struct err *err)
{
	struct scan s = {.text = text, .i = 2, .at = at, .err = err};
	struct span whole = {at, text.n};
	if (text.n == 2)
		return err_set(err, ERR_SYNTAX, whole, "a character must stand between the quotes");
	unsigned char byte = (unsigned char)text.p[1];
	if (byte == '\\' && !read_escape(&s, &byte))
		return false;
	if (s.i + 1 != text.n)
		return err_set(
			err, ERR_SYNTAX, whole, "only one byte stands in '…': for text use \"…\"");
	*out = value_int((signed char)byte);
	return true;
}
