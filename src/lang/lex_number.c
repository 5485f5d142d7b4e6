/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number literals: C's integers and reals, and 4K 2M 1G 1T. */
#include <math.h>
#include <stdlib.h>

#include "lang/lex.h"

/* A literal being read: what is left of it. */
struct number {
	struct str text; /* the whole */
	struct span span;
	size_t i; /* bytes read */
	struct err *err;
};

static char peek(const struct number *n)
{
	return n->i < n->text.n ? n->text.p[n->i] : '\0';
}

/* How much of the literal a message quotes. */
static int quoted(const struct number *n)
{
	return (int)MIN(n->text.n, (size_t)40);
}

static bool too_large(const struct number *n)
{
	return err_set(n->err, ERR_VALUE, n->span,
		"the number is too large: the largest is 18446744073709551615 "
		"(0xffffffffffffffff)");
}

static bool not_a_number(const struct number *n)
{
	return err_set(n->err, ERR_SYNTAX, n->span, "\"%.*s\" is neither a number nor a name",
		quoted(n), n->text.p);
}

/* Reads digits of BASE. False if they do not fit 64 bits. */
static bool read_digits(struct number *n, unsigned base, uint64_t *out)
{
	uint64_t x = 0;
	for (int d; (d = lex_hex_digit(peek(n))) >= 0 && (unsigned)d < base; n->i++) {
		if (__builtin_mul_overflow(x, (uint64_t)base, &x) ||
			__builtin_add_overflow(x, (uint64_t)d, &x))
			return too_large(n);
	}
	*out = x;
	return true;
}

/* suffix = [ "K" | "M" | "G" | "T" ], powers of 1024, behind decimal numbers */
static bool read_scale(struct number *n, uint64_t *x)
{
	static const char letters[] = "kmgt";
	const char *letter = peek(n) ? strchr(letters, peek(n) | 32) : NULL;
	if (!letter)
		return true;
	n->i++;
	if (__builtin_mul_overflow(*x, (uint64_t)1 << (10 * (letter - letters + 1)), x))
		return too_large(n);
	return true;
}

/* c-suffix = u, l or ll, in either order and case. *UNSIGNED is set by u. */
static void read_c_suffix(struct number *n, bool *is_unsigned)
{
	bool has_u = false, has_l = false;
	for (;;) {
		char c = peek(n);
		if ((c | 32) == 'u' && !has_u) {
			has_u = true;
			n->i++;
		} else if ((c | 32) == 'l' && !has_l) {
			has_l = true;
			n->i++;
			n->i += peek(n) == c;
		} else {
			break;
		}
	}
	*is_unsigned = has_u;
}

static bool finish_integer(struct number *n, uint64_t x, struct value *out)
{
	bool is_unsigned;
	read_c_suffix(n, &is_unsigned);
	if (n->i < n->text.n)
		return not_a_number(n);
	*out = is_unsigned || x > INT64_MAX ? value_uint(x) : value_int((int64_t)x);
	return true;
}

static bool read_hex(struct number *n, struct value *out)
{
	uint64_t x = 0;
	n->i = 2;
	if (!read_digits(n, 16, &x))
		return false;
	if (n->i == 2)
		return err_set(n->err, ERR_SYNTAX, n->span, "hexadecimal digits must follow 0x");
	if (peek(n) && strchr("KMGTkmgt", peek(n)) && n->i + 1 == n->text.n)
		return err_set(n->err, ERR_SYNTAX, n->span,
			"%c goes with decimal numbers only: 16K, or 0x4000", peek(n));
	return finish_integer(n, x, out);
}

static bool read_octal(struct number *n, struct value *out)
{
	uint64_t x = 0;
	if (!read_digits(n, 8, &x))
		return false;
	if (lex_is_digit(peek(n)))
		return err_set(n->err, ERR_SYNTAX, n->span,
			"a number that begins with 0 is octal and has no digit %c: leave out the "
			"0, or write 0x",
			peek(n));
	if (n->i == 1 && !read_scale(n, &x))
		return false;
	return finish_integer(n, x, out);
}

static bool read_decimal(struct number *n, struct value *out)
{
	uint64_t x = 0;
	if (!read_digits(n, 10, &x) || !read_scale(n, &x))
		return false;
	return finish_integer(n, x, out);
}

/* Digits with a dot or an exponent, and perhaps an f or l. Only then is it a real. */
static bool is_real(struct str s)
{
	size_t i = 0;
	bool mark = false;
	for (; i < s.n && (lex_is_digit(s.p[i]) || s.p[i] == '.'); i++)
		mark = mark || s.p[i] == '.';
	if (i < s.n && (s.p[i] | 32) == 'e') {
		size_t sign = i + 1 < s.n && (s.p[i + 1] == '+' || s.p[i + 1] == '-');
		size_t first = i + 1 + sign;
		for (i = first; i < s.n && lex_is_digit(s.p[i]); i++)
			;
		mark = mark || i > first;
		if (i == first)
			return false;
	}
	if (mark && i < s.n && ((s.p[i] | 32) == 'f' || (s.p[i] | 32) == 'l'))
		i++;
	return mark && i == s.n;
}

static bool read_real(struct number *n, struct value *out)
{
	char digits[400];
	if (n->text.n >= sizeof(digits))
		return err_set(n->err, ERR_VALUE, n->span, "the number has too many digits");
	memcpy(digits, n->text.p, n->text.n);
	digits[n->text.n] = '\0';
	char *end;
	double x = strtod(digits, &end);
	bool single = (*end | 32) == 'f';
	if (*end && (single || (*end | 32) == 'l'))
		end++;
	if (*end)
		return not_a_number(n);
	if (single)
		x = (double)(float)x;
	if (isinf(x))
		return err_set(n->err, ERR_VALUE, n->span, "the number is too large for a %s",
			single ? "float" : "double");
	*out = value_real(x);
	if (single)
		out->type.base = T_F32;
	return true;
}

/* Hexadecimal digits and nothing else, with a letter among them: an address copied from maps. */
static bool is_bare_hex(struct str s)
{
	bool letter = false;
	for (size_t i = 0; i < s.n; i++) {
		if (lex_hex_digit(s.p[i]) < 0)
			return false;
		letter = letter || !lex_is_digit(s.p[i]);
	}
	return letter;
}

/*
 * number  = integer | real
 * integer = ( "0x" hex | "0" octal ) [ c-suffix ] | decimal [ suffix ] [ c-suffix ]
 */
bool lex_number(struct str text, size_t at, struct value *out, struct err *err)
{
	struct number n = {.text = text, .span = {at, text.n}, .err = err};
	if (text.n > 1 && text.p[0] == '0' && (text.p[1] | 32) == 'x')
		return read_hex(&n, out);
	if (is_real(text))
		return read_real(&n, out);
	if (is_bare_hex(text))
		return err_set(err, ERR_SYNTAX, n.span, "hexadecimal needs its 0x: 0x%.*s",
			quoted(&n), text.p);
	if (text.p[0] == '0')
		return read_octal(&n, out);
	return read_decimal(&n, out);
}
