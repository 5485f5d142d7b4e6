/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexer: where tokens begin and end, what comments and blanks are, what literals are worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lang/lex.h"

/* The tokens of TEXT between bars; a blank before one is shown as a dot, an error as ?. */
static void print_tokens(struct buf *b, struct str text, bool over_lines)
{
	struct lexer lx = {.text = text.p, .end = text.n, .over_lines = over_lines};
	struct token t;
	do {
		lex_next(&lx, &t);
		if (t.kind == TOK_END)
			break;
		buf_puts(b, t.blank_before ? "." : "");
		buf_puts(b, t.kind == TOK_ERROR ? "?" : "");
		buf_str(b, t.kind == TOK_NEWLINE ? STR("NL") : lex_text(&lx, t.span));
		buf_putc(b, '|');
	} while (t.span.len);
}

static const struct {
	const char *text, *tokens;
} token_rows[] = {
	{"", ""},
	{"  ", ""},
	{"a", ".a|"},
	{"a b", ".a|.b|"},
	{"a+b", ".a|+|b|"},
	{"a\nb", ".a|NL|b|"},
	{"a \r\nb", ".a|.NL|b|"},
	{"a\\\nb", ".a|.b|"},
	{"a\\\r\nb", ".a|.b|"},
	{"a<<=b>>=c", ".a|<<=|b|>>=|c|"},
	{"<< >> <= >= == !=", ".<<|.>>|.<=|.>=|.==|.!=|"},
	{"&&||&|^~!", ".&&||||&|||^|~|!|"},
	{"+=-=*=/=%=&=|=^=", ".+=|-=|*=|/=|%=|&=||=|^=|"},
	{"a+++b", ".a|++|+|b|"},
	{"a---b", ".a|--|-|b|"},
	{"=<", ".=|<|"},
	{"===", ".==|=|"},
	{"()[]{},;?:", ".(|)|[|]|{|}|,|;|?|:|"},
	{"$p $_ $1 $si_addr", ".$p|.$_|.$1|.$si_addr|"},
	{"$", ".?$|"},
	{"0x7f 4K 1.5e-3 1e+3 .5 08", ".0x7f|.4K|.1.5e-3|.1e+3|..5|.08|"},
	{"1-2 0x1e-3 7fe-3 1e-x", ".1|-|2|.0x1e|-|3|.7fe|-|3|.1e|-|x|"},
	{"'a' '\\'' \"b\" \"\\\"\"", ".'a'|.'\\''|.\"b\"|.\"\\\"\"|"},
	{"hex\"90 c3\" hex \"a\" hexa\"b\"", ".hex\"90 c3\"|.hex|.\"a\"|.hexa|\"b\"|"},
	{"a # b", ".a|"},
	{"a // b\nc", ".a|.NL|c|"},
	{"a/* b */c", ".a|.c|"},
	{"a/*\n*/c", ".a|.c|"},
	{"a /* b */ # c", ".a|"},
	{"# a", ""},
	{"a;# b", ".a|;|"},
	{"a#b", ".a|?#|b|"},
	{"a//b", ".a|/|/|b|"},
	{"\"# a\" \"// b\" \"/* c\"", ".\"# a\"|.\"// b\"|.\"/* c\"|"},
	{"/* a", ".?/* a|"},
	{"\"a", ".?\"|a|"},
	{"\"a\nb\"", ".?\"|a|NL|b|?\"|"},
	{"\"a\\\nb\"", ".\"a\\\nb\"|"},
	{"p.x p->x", ".p|?.|x|.p|?-|>|x|"},
	{"@\x01\xff", ".?@|?\x01|?\xff|"},
	{"\u00e9\u201c", ".?\u00e9|?\u201c|"},
};

static void test_tokens(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(token_rows); i++) {
		buf_clear(&b);
		print_tokens(&b, str_from(token_rows[i].text), false);
		if (!str_is(buf_slice(&b), token_rows[i].tokens))
			fail_msg("%s: got %s, not %s", token_rows[i].text, buf_cstr(&b),
				token_rows[i].tokens);
	}
	buf_deinit(&b);
}

static void test_over_lines(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	print_tokens(&b, STR("a\n\n # c\n b"), true);
	assert_string_equal(buf_cstr(&b), ".a|.b|");
	buf_deinit(&b);
}

static void test_unfinished(void **state)
{
	static const struct {
		const char *text;
		bool unfinished;
	} rows[] = {{"/* a", true}, {"\\", true}, {"\\\n", true}, {"\\\r\n", true},
		{"\"a\\\n", true}, {"@", false}, {"\"a", false}, {"\\a", false}};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lexer lx = {.text = rows[i].text, .end = strlen(rows[i].text)};
		struct token t;
		lex_next(&lx, &t);
		if (t.kind != TOK_ERROR || lx.unfinished != rows[i].unfinished)
			fail_msg("%s: kind %d, unfinished %d", rows[i].text, t.kind, lx.unfinished);
	}
}

static void test_nul(void **state)
{
	(void)state;
	struct lexer lx = {.text = "a\0b", .end = 3};
	struct token t;
	lex_next(&lx, &t);
	lex_next(&lx, &t);
	assert_int_equal(t.kind, TOK_ERROR);
	assert_string_equal(lx.err.text, "stray byte \\x00");
	assert_int_equal(lx.err.span.at, 1);
}

/* ---- Numbers ---- */

static const struct {
	const char *text;
	uint64_t bits;
	uint8_t base;
} integer_rows[] = {
	{"0", 0, T_S64},
	{"7", 7, T_S64},
	{"100", 100, T_S64},
	{"0x0", 0, T_S64},
	{"0xfF", 255, T_S64},
	{"0X10", 16, T_S64},
	{"010", 8, T_S64},
	{"0777", 511, T_S64},
	{"00", 0, T_S64},
	{"4K", 4096, T_S64},
	{"4k", 4096, T_S64},
	{"2M", 2 << 20, T_S64},
	{"1G", 1 << 30, T_S64},
	{"1T", 1ULL << 40, T_S64},
	{"0K", 0, T_S64},
	{"10u", 10, T_U64},
	{"10UL", 10, T_U64},
	{"10lu", 10, T_U64},
	{"10ull", 10, T_U64},
	{"10LLU", 10, T_U64},
	{"10l", 10, T_S64},
	{"0x10u", 16, T_U64},
	{"4KU", 4096, T_U64},
	{"9223372036854775807", INT64_MAX, T_S64},
	{"9223372036854775808", 1ULL << 63, T_U64},
	{"18446744073709551615", UINT64_MAX, T_U64},
	{"0xffffffffffffffff", UINT64_MAX, T_U64},
	{"0x7fffffffffffffff", INT64_MAX, T_S64},
	{"01777777777777777777777", UINT64_MAX, T_U64},
	{"0x000000000000000000001", 1, T_S64},
	{"16777215T", 16777215ULL << 40, T_U64},
};

static const struct {
	const char *text;
	double real;
	uint8_t base;
} real_rows[] = {
	{"1.5", 1.5, T_F64},
	{"1e3", 1000, T_F64},
	{"1E3", 1000, T_F64},
	{".5", .5, T_F64},
	{"1.", 1, T_F64},
	{"1e-3", 1e-3, T_F64},
	{"1.5e+3", 1500, T_F64},
	{"0.1f", 0.1f, T_F32},
	{"1.5F", 1.5, T_F32},
	{"1.5l", 1.5, T_F64},
	{"09.5", 9.5, T_F64},
	{"1e0f", 1, T_F32},
};

static const struct {
	const char *text, *error;
} bad_numbers[] = {
	{"08", "a number that begins with 0 is octal and has no digit 8: leave out the 0, or write "
	       "0x"},
	{"0779", "a number that begins with 0 is octal and has no digit 9: leave out the 0, or "
		 "write 0x"},
	{"7fff1234", "hexadecimal needs its 0x: 0x7fff1234"},
	{"7f6c2a9f1000", "hexadecimal needs its 0x: 0x7f6c2a9f1000"},
	{"00400abc", "hexadecimal needs its 0x: 0x00400abc"},
	{"1e", "hexadecimal needs its 0x: 0x1e"},
	{"10f", "hexadecimal needs its 0x: 0x10f"},
	{"0x", "hexadecimal digits must follow 0x"},
	{"0xg", "hexadecimal digits must follow 0x"},
	{"0x4K", "K goes with decimal numbers only: 16K, or 0x4000"},
	{"010K", "\"010K\" is neither a number nor a name"},
	{"4KB", "\"4KB\" is neither a number nor a name"},
	{"12foo", "\"12foo\" is neither a number nor a name"},
	{"10uu", "\"10uu\" is neither a number nor a name"},
	{"10lLu", "\"10lLu\" is neither a number nor a name"},
	{"1.2.3", "\"1.2.3\" is neither a number nor a name"},
	{"1.5x", "\"1.5x\" is neither a number nor a name"},
	{"0x1.5", "\"0x1.5\" is neither a number nor a name"},
	{"18446744073709551616", "the number is too large: the largest is 18446744073709551615 "
				 "(0xffffffffffffffff)"},
	{"0x10000000000000000", "the number is too large: the largest is 18446744073709551615 "
				"(0xffffffffffffffff)"},
	{"02000000000000000000000", "the number is too large: the largest is 18446744073709551615 "
				    "(0xffffffffffffffff)"},
	{"16777216T", "the number is too large: the largest is 18446744073709551615 "
		      "(0xffffffffffffffff)"},
	{"1e999", "the number is too large for a double"},
	{"1e99f", "the number is too large for a float"},
};

static void test_integers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(integer_rows); i++) {
		struct value v;
		struct err err;
		if (!lex_number(str_from(integer_rows[i].text), 0, &v, &err))
			fail_msg("%s: %s", integer_rows[i].text, err.text);
		if (v.type.base != integer_rows[i].base || v.type.depth ||
			v.bits != integer_rows[i].bits)
			fail_msg("%s: type %d, %llu", integer_rows[i].text, v.type.base,
				(unsigned long long)v.bits);
	}
}

static void test_reals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(real_rows); i++) {
		struct value v;
		struct err err;
		if (!lex_number(str_from(real_rows[i].text), 0, &v, &err))
			fail_msg("%s: %s", real_rows[i].text, err.text);
		if (v.type.base != real_rows[i].base || v.real != real_rows[i].real)
			fail_msg("%s: type %d, %g", real_rows[i].text, v.type.base, v.real);
	}
}

static void test_bad_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_numbers); i++) {
		struct value v = VALUE_NONE;
		struct err err;
		if (lex_number(str_from(bad_numbers[i].text), 3, &v, &err))
			fail_msg("%s is a number", bad_numbers[i].text);
		assert_string_equal(err.text, bad_numbers[i].error);
		assert_int_equal(err.span.at, 3);
		assert_int_equal(err.span.len, strlen(bad_numbers[i].text));
		assert_int_equal(v.type.base, T_NONE);
	}
}

static void test_long_number(void **state)
{
	char text[1000];
	struct value v;
	struct err err;
	(void)state;
	memset(text, '1', sizeof(text));
	assert_false(lex_number((struct str){text, sizeof(text)}, 0, &v, &err));
	text[1] = '.';
	assert_false(lex_number((struct str){text, sizeof(text)}, 0, &v, &err));
	assert_string_equal(err.text, "the number has too many digits");
}

/* ---- Strings and characters ---- */

static const struct {
	const char *text;
	struct str bytes;
} string_rows[] = {
	{"\"\"", {"", 0}},
	{"\"abc\"", {"abc", 3}},
	{"\"\\n\\t\\r\\a\\b\\f\\v\\e\\\\\\\"\\'\\?\"", {"\n\t\r\a\b\f\v\x1b\\\"'?", 12}},
	{"\"\\0\\x41\\101\\377\"", {"\0AA\xff", 4}},
	{"\"\\0011\"", {"\x01"
			"1",
			       2}},
	{"\"\\x9g\"", {"\tg", 2}},
	{"\"a\\\nb\"", {"ab", 2}},
	{"\"a\\\r\nb\"", {"ab", 2}},
	{"hex\"\"", {"", 0}},
	{"hex\"90 90 c3\"", {"\x90\x90\xc3", 3}},
	{"hex\"9090C3\"", {"\x90\x90\xc3", 3}},
	{"hex\" 00\t01 \"", {"\0\x01", 2}},
};

static const struct {
	const char *text, *error;
	struct span span;
} bad_strings[] = {
	{"\"a\\q\"",
		"no such escape: there are \\n \\t \\r \\a \\b \\e \\f \\v \\\\ \\\" \\' \\0 \\x41 "
		"\\101",
		{2, 2}},
	{"\"\\x\"", "hexadecimal digits must follow \\x", {1, 2}},
	{"\"\\x414\"",
		"this is more than a byte: end the string behind two digits and go on in another, "
		"\"\\x41\" \"b\"",
		{1, 5}},
	{"\"\\x4444444444444444444\"",
		"this is more than a byte: end the string behind two digits and go on in another, "
		"\"\\x41\" \"b\"",
		{1, 21}},
	{"\"\\400\"", "this is more than a byte: the largest is \\377", {1, 4}},
	{"hex\"9\"", "a byte is two hexadecimal digits: 09", {4, 1}},
	{"hex\"90 c\"", "a byte is two hexadecimal digits: 0c", {7, 1}},
	{"hex\"9 0\"", "a byte is two hexadecimal digits: 09", {4, 1}},
	{"hex\"0x90\"", "a byte is two hexadecimal digits: 00", {4, 1}},
	{"hex\"zz\"", "only pairs of hexadecimal digits stand in hex\"…\"", {4, 1}},
};

static void test_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(string_rows); i++) {
		char bytes[64];
		size_t n;
		struct err err;
		if (!lex_string(str_from(string_rows[i].text), 0, bytes, &n, &err))
			fail_msg("%s: %s", string_rows[i].text, err.text);
		assert_int_equal(n, string_rows[i].bytes.n);
		assert_memory_equal(bytes, string_rows[i].bytes.p, n);
	}
}

static void test_bad_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_strings); i++) {
		char bytes[64];
		size_t n;
		struct err err;
		if (lex_string(str_from(bad_strings[i].text), 10, bytes, &n, &err))
			fail_msg("%s is a string", bad_strings[i].text);
		assert_string_equal(err.text, bad_strings[i].error);
		assert_int_equal(err.span.at, bad_strings[i].span.at + 10);
		assert_int_equal(err.span.len, bad_strings[i].span.len);
	}
}

static void test_characters(void **state)
{
	static const struct {
		const char *text;
		int value;
	} good[] = {{"'a'", 'a'}, {"'\\n'", '\n'}, {"'\\''", '\''}, {"'\"'", '"'}, {"'\\0'", 0},
		{"'\\x41'", 'A'}, {"'\\xff'", -1}, {"'\\377'", -1}, {"'\\\\'", '\\'}};
	static const char *const bad[] = {
		"''", "'ab'", "'\\q'", "'\\x'", "'\\x100'", "'\\na'", "'\u00e9'"};
	struct value v;
	struct err err;
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		if (!lex_char(str_from(good[i].text), 0, &v, &err))
			fail_msg("%s: %s", good[i].text, err.text);
		assert_int_equal((int64_t)v.bits, good[i].value);
		assert_int_equal(v.type.base, T_S64);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (lex_char(str_from(bad[i]), 0, &v, &err))
			fail_msg("%s is a character", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_over_lines),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_long_number),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_bad_strings),
		cmocka_unit_test(test_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
