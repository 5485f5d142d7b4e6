/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The language from text to result: one line of source, and what it came to, as the fake host
 * prints it
 * ("= value", "quiet", "errno 22", "fault", "AT+LEN: error" …), joined by "; " where there are
 * several.
 *
 * Every row starts afresh with these variables: p = (void *)0x1000, q = (u32 *)0x1000, b = (u8
 * *)0x1000, w = (s16 *)0x1010, x = 5, u = (u64)7, m = (s8)-1, d = 2.5, s = "abc", and u8 c = 200,
 * declared. Memory holds byte i at 0x1000 + i.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_host.h"
#include "lang/parse.h"

/* ---- A vocabulary: the fake host's functions, and the commands cmd, fail and none ---- */

static const struct param params[] = {
	{.name = "first", .reads = READS_EXPR, .flags = PARAM_OPTIONAL},
	{.name = "rest", .reads = READS_EXPR, .flags = PARAM_OPTIONAL | PARAM_REPEATS},
};

static const struct form forms[] = {
	{"sum", "", params, 2, FORM_COMMAND | FORM_FUNCTION},
	{"fail", "", params, 2, FORM_COMMAND | FORM_FUNCTION},
	{"none", "", params, 2, FORM_COMMAND | FORM_FUNCTION},
};

static const struct form *find_command(void *ctx, struct str name)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (str_is(name, forms[i].name))
			return &forms[i];
	}
	return NULL;
}

static const struct form *find_abbreviation(void *ctx, struct str word, struct err *err)
{
	(void)ctx;
	(void)word;
	(void)err;
	return NULL;
}

static bool is_variable(void *ctx, struct str name)
{
	const struct fake *fake = ctx;
	return vars_find(fake->ev.vars, name) != NULL;
}

static bool is_known(void *ctx, struct str name)
{
	struct fake *fake = ctx;
	struct value v;
	return fake_knows(name) || fake->host.constant(fake, name, &v);
}

static bool read_flags(void *ctx, const struct param *param, struct str word, uint64_t *value)
{
	(void)ctx;
	(void)param;
	(void)word;
	(void)value;
	return false;
}

static const char *flags_cure(void *ctx, const struct param *param)
{
	(void)ctx;
	(void)param;
	return "not a flag";
}

static bool is_outcome(void *ctx, struct str word)
{
	(void)ctx;
	return str_is(word, "ok") || str_is(word, "EINVAL") || str_is(word, "SIGSEGV");
}

static const char *advise_command(void *ctx, struct str word)
{
	(void)ctx;
	(void)word;
	return NULL;
}

/* ---- The rows ---- */

struct row {
	const char *source;
	const char *expected;
};

/* clang-format off */
static const struct row literals[] = {
	{"100", "= 100 (0x64)"},
	{"0x10", "= 16 (0x10)"},
	{"010", "= 8"},
	{"'a'", "= 97 (0x61)"},
	{"4K", "= 4096 (0x1000)"},
	{"0xffffffffffffffff", "= 18446744073709551615 (0xffffffffffffffff)"},
	{"2.5", "= 2.5"},
	{"\"a\\tb\"", "= \"a\\tb\""},
	{"page", "= 4096 (0x1000)"},
	{"NULL", "= 0x0"},
	{"p", "= 0x1000"},
	{"m", "= -1 (0xff)"},
	{"c", "= 200 (0xc8)"},
	{"s", "= \"abc\""},
	{"$p", "= 0x1000"},
	{"$errno", "= 22 (0x16)"},
	{"$pi", "= 3.25"},
};

/* A ! at the start of a statement runs a program, hence the parentheses. */
static const struct row integers[] = {
	{"2 + 3", "= 5"},
	{"2 - 3", "= -1 (0xffffffffffffffff)"},
	{"6 * 7", "= 42 (0x2a)"},
	{"7 / 2", "= 3"},
	{"-7 / 2", "= -3 (0xfffffffffffffffd)"},
	{"7 % 4", "= 3"},
	{"-7 % 4", "= -3 (0xfffffffffffffffd)"},
	{"1 << 12", "= 4096 (0x1000)"},
	{"1 << 63", "= -9223372036854775808 (0x8000000000000000)"},
	{"1 << 64", "= 0"},
	{"1 << 1000", "= 0"},
	{"-16 >> 2", "= -4 (0xfffffffffffffffc)"},
	{"-1 >> 64", "= -1 (0xffffffffffffffff)"},
	{"5 >> 64", "= 0"},
	{"(u64)-1 >> 60", "= 15 (0xf)"},
	{"(u64)-1 >> 64", "= 0"},
	{"-1 >> u", "= -1 (0xffffffffffffffff)"},
	{"6 & 3", "= 2"},
	{"6 | 3", "= 7"},
	{"6 ^ 3", "= 5"},
	{"~0", "= -1 (0xffffffffffffffff)"},
	{"~u", "= 18446744073709551608 (0xfffffffffffffff8)"},
	{"-x", "= -5 (0xfffffffffffffffb)"},
	{"-u", "= 18446744073709551609 (0xfffffffffffffff9)"},
	{"+m", "= -1 (0xffffffffffffffff)"},
	{"(!0)", "= 1"},
	{"(!5)", "= 0"},
	{"(!!x)", "= 1"},
	{"3 < 4", "= 1"},
	{"4 <= 3", "= 0"},
	{"3 > 4", "= 0"},
	{"4 >= 4", "= 1"},
	{"4 == 4", "= 1"},
	{"4 != 4", "= 0"},
	{"-1 < 1", "= 1"},
	{"-1 < (u64)1", "= 0"},
	{"-1 > u", "= 1"},
	{"-1 <= u", "= 0"},
	{"-1 >= u", "= 1"},
	{"-1 == (u64)-1", "= 1"},
	/* Narrow operands widen first; the result is of 64 bits. */
	{"m + 1", "= 0"},
	{"c + 100", "= 300 (0x12c)"},
	{"c << 1", "= 400 (0x190)"},
	{"(u8)255 + (u8)1", "= 256 (0x100)"},
	{"~(u8)0", "= -1 (0xffffffffffffffff)"},
	{"-(u8)1", "= -1 (0xffffffffffffffff)"},
	{"m == 255", "= 0"},
	{"(u32)-1 < 0", "= 0"},
	/* Overflow wraps. */
	{"0x7fffffffffffffff + 1", "= -9223372036854775808 (0x8000000000000000)"},
	{"u * -1", "= 18446744073709551609 (0xfffffffffffffff9)"},
	{"(1 << 63) / -1", "= -9223372036854775808 (0x8000000000000000)"},
	{"(1 << 63) % -1", "= 0"},
	{"-(1 << 63)", "= -9223372036854775808 (0x8000000000000000)"},
	{"(1 << 62) * 4", "= 0"},
	{"u / -1", "= 0"},
	{"(u64)-1 / 2", "= 9223372036854775807 (0x7fffffffffffffff)"},
	{"(u64)-1 % 10", "= 5"},
	/* Precedence. */
	{"2 + 3 * 4", "= 14 (0xe)"},
	{"(2 + 3) * 4", "= 20 (0x14)"},
	{"1 | 2 == 2", "= 1"},
	{"10 - 3 - 2", "= 5"},
	{"0 || 1 && 0", "= 0"},
	{"1 ? 2 : 0 ? 3 : 4", "= 2"},
	{"x ? none() : 1", "nothing"},
	{"x == 5 ? \"yes\" : \"no\"", "= \"yes\""},
	/* The branches have one type, as in C. */
	{"(1 ? -1 : u) > 0", "= 1"},
	{"(0 ? u : -1) > 0", "= 1"},
	{"1 ? x : d", "= 5.0"},
	{"sizeof(1 ? m : c)", "= 8"},
	{"0 ? q : 0", "= 0x0"},
	{"(1 ? 0 : q) + 1", "= 0x4"},
	{"1 ? -1 : \"no\"", "= -1 (0xffffffffffffffff)"},
	{"1 ? -1 : pagee", "= -1 (0xffffffffffffffff)"},
	{"1 ? -1 : sum(1)", "= -1 (0xffffffffffffffff)"},
	{"1 ? -1 : (x = 7)", "= -1 (0xffffffffffffffff)"},
	{"0 ? (x = 7) : 1; x", "= 1; = 5"},
	{"0 && 1/0", "= 0"},
	{"1 || 1/0", "= 1"},
	{"2 && \"a\"", "= 1"},
	{"0 || \"\"", "= 0"},
	{"(!\"\")", "= 1"},
};

static const struct row integer_errors[] = {
	{"1 / 0", "2+1: division by zero"},
	{"1 % (x - 5)", "2+1: modulo by zero"},
	{"u / 0", "2+1: division by zero"},
	{"p % 0", "2+1: modulo by zero"},
	{"x /= 0", "2+2: division by zero"},
	{"1 << -1", "2+2: << by a negative count"},
	{"1 >> m", "2+2: >> by a negative count"},
};

static const struct row casts[] = {
	{"(u8)300", "= 44 (0x2c)"},
	{"(s8)200", "= -56 (0xc8)"},
	{"(u16)-1", "= 65535 (0xffff)"},
	{"(s32)0xffffffff", "= -1 (0xffffffff)"},
	{"(u64)m", "= 18446744073709551615 (0xffffffffffffffff)"},
	{"(unsigned char)-1", "= 255 (0xff)"},
	{"(unsigned long)-1", "= 18446744073709551615 (0xffffffffffffffff)"},
	{"(void *)x", "= 0x5"},
	{"(u64)p", "= 4096 (0x1000)"},
	{"(u8)p", "= 0"},
	{"(int)2.9", "= 2"},
	{"(int)-2.9", "= -2 (0xfffffffe)"},
	{"(double)3", "= 3.0"},
	{"(float)0.1", "= 0.1"},
	{"(double)(float)0.1", "= 0.10000000149011612"},
	{"(u64)s", "0+6: a string cannot become u64: bytes are stored with write, as in write p \"text\""},
	{"(u8 *)s", "0+7: a string is not in the target's memory and has no address: p = mmap page, "
			  "write p \"text\""},
	{"(u8 *)d", "0+7: double cannot become u8 *: go through an integer, as in (u64)x"},
	{"(double)p", "0+9: void * cannot become double: go through an integer, as in (u64)x"},
};

static const struct row reals[] = {
	{"d + 1", "= 3.5"},
	{"1 - d", "= -1.5"},
	{"d * 2", "= 5.0"},
	{"1 / d", "= 0.4"},
	{"(float)1 / 3", "= 0.3333333333333333"},
	{"d + (u64)-1", "= 1.8446744073709552e+19"},
	{"-d", "= -2.5"},
	{"+d", "= 2.5"},
	{"(!d)", "= 0"},
	{"d < 3", "= 1"},
	{"d > 3", "= 0"},
	{"d <= 2.5", "= 1"},
	{"d >= 2.5", "= 1"},
	{"d == 2.5", "= 1"},
	{"d != 2.5", "= 0"},
	{"d ? 1 : 2", "= 1"},
	{"d / 0", "2+1: division by zero"},
	{"d % 2", "2+1: % needs integers: cast the floating-point number, as in (s64)x"},
	{"d & 2", "2+1: & needs integers: cast the floating-point number, as in (s64)x"},
	{"2 | d", "2+1: | needs integers: cast the floating-point number, as in (s64)x"},
	{"d ^ d", "2+1: ^ needs integers: cast the floating-point number, as in (s64)x"},
	{"d << 1", "2+2: << needs integers: cast the floating-point number, as in (s64)x"},
	{"1 >> d", "2+2: >> needs integers: cast the floating-point number, as in (s64)x"},
	{"~d", "0+1: ~ needs an integer: cast the floating-point number, as in (s64)x"},
	{"p + d", "2+1: + does not mix a pointer and a floating-point number"},
	{"d == p", "2+2: == does not mix a pointer and a floating-point number"},
};

static const struct row pointers[] = {
	{"p + 8", "= 0x1008"},
	{"8 + p", "= 0x1008"},
	{"q + 8", "= 0x1020"},
	{"2 + q", "= 0x1008"},
	{"q - 1", "= 0xffc"},
	{"b - 1", "= 0xfff"},
	{"w + -1", "= 0x100e"},
	{"(u8 **)p + 1", "= 0x1008"},
	{"(void **)p + 1", "= 0x1008"},
	{"p - 0x1001", "= 0xffffffffffffffff"},
	{"(p + 24) - p", "= 24 (0x18)"},
	{"(q + 3) - q", "= 3"},
	{"q - (q + 3)", "= -3 (0xfffffffffffffffd)"},
	{"w - (s16 *)p", "= 8"},
	{"p == 0x1000", "= 1"},
	{"p != NULL", "= 1"},
	{"p < 0x2000", "= 1"},
	{"p > -1", "= 0"},
	{"q == p", "= 1"},
	{"p & 0xff00", "= 4096 (0x1000)"},
	{"p | 1", "= 4097 (0x1001)"},
	{"p ^ p", "= 0"},
	{"p % page", "= 0"},
	{"p >> 12", "= 1"},
	{"p / page", "= 1"},
	{"~p", "= 18446744073709547519 (0xffffffffffffefff)"},
	{"(!p)", "= 0"},
	{"p && 1", "= 1"},
	{"p + q", "2+1: + does not add two pointers: cast one, as in (u64)q"},
	{"8 - p", "2+1: - does not take a pointer from an integer: cast it, as in (u64)p"},
	{"q - b", "2+1: these pointers have different types, u32 * and u8 *: "
		"cast one, as in (u32 *)q"},
	{"p - q", "2+1: these pointers have different types, void * and u32 *: "
		"cast one, as in (void *)q"},
};

static const struct row memory[] = {
	{"*p", "= 506097522914230528 (0x706050403020100)"},
	{"*0x1001", "= 578437695752307201 (0x807060504030201)"},
	{"*b", "= 0"},
	{"*(b + 3)", "= 3"},
	{"*q", "= 50462976 (0x3020100)"},
	{"*w", "= 4368 (0x1110)"},
	{"*(u8 *)(p + 16)", "= 16 (0x10)"},
	{"b[10]", "= 10 (0xa)"},
	{"q[1]", "= 117835012 (0x7060504)"},
	{"w[-1]", "= 3854 (0xf0e)"},
	{"((u8 *)p)[63]", "= 63 (0x3f)"},
	{"&b[10]", "= 0x100a"},
	{"&q[3]", "= 0x100c"},
	{"&*p", "= 0x1000"},
	{"&*b + 1", "= 0x1001"},
	{"&b[1] - b", "= 1"},
	{"*(u8 **)p", "= 0x706050403020100"},
	{"*b = 300; *b", "quiet; = 44 (0x2c)"},
	{"(*b = 300) + 0", "= 44 (0x2c)"},
	{"*(s8 *)p = 200; *(s8 *)p", "quiet; = -56 (0xc8)"},
	{"*q = -1; q[0]", "quiet; = 4294967295 (0xffffffff)"},
	{"*p = 100; *p", "quiet; = 100 (0x64)"},
	{"*p = -1; *b", "quiet; = 255 (0xff)"},
	{"*(double *)p = 1.5; *(double *)p", "quiet; = 1.5"},
	{"*(float *)p = 0.1; *(float *)p", "quiet; = 0.1"},
	{"*q = 2.9; *q", "quiet; = 2"},
	{"*(void **)p = p; *(void **)p", "quiet; = 0x1000"},
	{"b[5] += 7; b[5]", "quiet; = 12 (0xc)"},
	{"b[5] -= 7; b[5]", "quiet; = 254 (0xfe)"},
	{"b[5] *= 100; b[5]", "quiet; = 244 (0xf4)"},
	{"b[5] /= 2; b[5]", "quiet; = 2"},
	{"b[5] %= 2; b[5]", "quiet; = 1"},
	{"b[5] <<= 7; b[5]", "quiet; = 128 (0x80)"},
	{"b[5] >>= 1; b[5]", "quiet; = 2"},
	{"b[5] &= 4; b[5]", "quiet; = 4"},
	{"b[5] |= 8; b[5]", "quiet; = 13 (0xd)"},
	{"b[5] ^= 1; b[5]", "quiet; = 4"},
	{"b[5]++; b[5]", "quiet; = 6"},
	{"--b[0]; b[0]", "quiet; = 255 (0xff)"},
	{"b[5]++ + 0", "= 5"},
	{"++b[5] + 0", "= 6"},
	{"b[5]-- + b[5]", "= 9"},
	{"*(u8 **)p = b; ++*(u8 **)p; *(u8 **)p", "quiet; quiet; = 0x1001"},
	{"b[1] = b[2] = 9; b[1]", "quiet; = 9"},
	{"*b++ = 7; b; b[-1]", "quiet; = 0x1001; = 7"},
	{"*0", "fault"},
	{"*0 = 1", "fault"},
	{"*(p + 57)", "fault"},
	{"*(p + 56)", "= 4557147201846524216 (0x3f3e3d3c3b3a3938)"},
	{"*0x3000 = 1", "refused"},
	{"*0x4000", "lost"},
	{"*0 + fault()", "fault"},
	{"x = *0; x", "fault; = 5"},
	{"*0 += 1", "fault"},
	{"p[0]", "0+4: [] needs a pointer to a type: cast it, as in ((u8 *)p)[i]"},
	{"x[1]", "0+4: [] needs a pointer to a type: cast it, as in ((u8 *)x)[i]"},
	{"$p[1]", "0+5: [] needs a pointer to a type: cast it, as in ((u8 *)$p)[i]"},
	{"d[1]", "0+4: [] needs a pointer, not a floating-point number"},
	{"s[1]", "0+4: [] needs a pointer, not a string"},
	{"b[d]", "2+1: an index is an integer"},
	{"b[p]", "2+1: an index is an integer"},
	{"*d", "0+2: * needs an address, not a floating-point number"},
	{"*s", "0+2: * needs an address, not a string"},
	{"*b = \"x\"", "5+3: a string cannot become u8: bytes are stored with write, as in write p \"text\""},
};

static const struct row strings[] = {
	{"s == \"abc\"", "= 1"},
	{"s != \"abc\"", "= 0"},
	{"s == \"abd\"", "= 0"},
	{"str() == \"rw-p\"", "= 1"},
	{"s = \"new\"; s", "quiet; = \"new\""},
	{"s < \"b\"", "2+1: < does not take a string: strings only compare, with == and !="},
	{"s + 1", "2+1: + does not take a string: strings only compare, with == and !="},
	{"-s", "0+1: - does not take a string: strings only compare, with == and !="},
	{"~s", "0+1: ~ does not take a string: strings only compare, with == and !="},
	{"s == 3", "2+2: == compares a string only with another string"},
	{"s++", "1+2: + does not take a string: strings only compare, with == and !="},
	{"s += \"x\"", "2+2: + does not take a string: strings only compare, with == and !="},
};

static const struct row variables[] = {
	{"n = 3; n", "quiet; = 3"},
	{"$n = 3; n", "quiet; = 3"},
	{"n = (u8)3; n + 254; n", "quiet; = 257 (0x101); = 3"},
	{"x = p; x", "quiet; = 0x1000"},
	{"x = \"now a string\"; x", "quiet; = \"now a string\""},
	{"c = 300; c", "quiet; = 44 (0x2c)"},
	{"(c = 300) + 0", "= 44 (0x2c)"},
	{"c += 100; c", "quiet; = 44 (0x2c)"},
	{"c++; c", "quiet; = 201 (0xc9)"},
	{"c = 2.9; c", "quiet; = 2"},
	{"c = s; c", "4+1: a string cannot become u8: bytes are stored with write, as in write p \"text\"; = 200 (0xc8)"},
	{"s8 z = 200; z", "quiet; = -56 (0xc8)"},
	{"s8 z; z", "quiet; = 0"},
	{"double z; z", "quiet; = 0.0"},
	{"u32 *z = p; z + 1", "quiet; = 0x1004"},
	{"u8 z = 1; u32 z = 0x12345; z", "quiet; quiet; = 74565 (0x12345)"},
	{"int z = \"x\"", "8+3: a string cannot become s32: bytes are stored with write, as in write p \"text\""},
	{"x += 3; x", "quiet; = 8"},
	{"x -= 6; x", "quiet; = -1 (0xffffffffffffffff)"},
	{"x <<= 2; x", "quiet; = 20 (0x14)"},
	{"q += 2; q", "quiet; = 0x1008"},
	{"p -= 1; p", "quiet; = 0xfff"},
	{"x++; x", "quiet; = 6"},
	{"x--; x", "quiet; = 4"},
	{"++q; q", "quiet; = 0x1004"},
	{"--p; p", "quiet; = 0xfff"},
	{"w++ - w", "= -1 (0xffffffffffffffff)"},
	{"d++; d", "quiet; = 3.5"},
	{"d -= 1; d", "quiet; = 1.5"},
	{"m += 2; m", "quiet; = 1"},
	{"a = e = 4; a + e", "quiet; = 8"},
	{"x = x + x * x; x", "quiet; = 30 (0x1e)"},
	{"foo", "0+3: no variable or constant \"foo\""},
	{"1 + pagee", "4+5: no variable or constant \"pagee\": did you mean page?"},
	{"$foo", "0+4: no variable or constant \"$foo\""},
	{"foo += 1", "0+3: no variable or constant \"foo\""},
	{"foo++", "0+3: no variable or constant \"foo\""},
	{"errno", "0+5: write $errno: a name that faultline sets needs the $"},
	{"$si_addr", "0+8: nothing has faulted yet"},
	{"$errno = 1", "0+6: $errno is set by faultline and cannot be assigned"},
	{"errno = 1", "0+5: $errno is set by faultline and cannot be assigned"},
	{"$errno++", "0+6: $errno is set by faultline and cannot be assigned"},
	{"int errno = 3", "4+5: $errno is set by faultline and cannot be assigned"},
	{"page = 1", "0+4: page is a constant and cannot be assigned: choose another name"},
	{"NULL = 0", "0+4: NULL is a constant and cannot be assigned: choose another name"},
	{"PROT_READ |= 1",
		"0+9: PROT_READ is a constant and cannot be assigned: choose another name"},
};

static const struct row sizes[] = {
	{"sizeof(u8)", "= 1"},
	{"sizeof(int)", "= 4"},
	{"sizeof(u8 *)", "= 8"},
	{"sizeof x", "= 8"},
	{"sizeof c", "= 1"},
	{"sizeof(c + 1)", "= 8"},
	{"sizeof *q", "= 4"},
	{"sizeof q[0]", "= 4"},
	{"sizeof *0", "= 8"},
	{"sizeof(float)", "= 4"},
	{"sizeof(x / 0)", "= 8"},
	{"sizeof(*b = 9); *b", "= 1; = 0"},
	{"sizeof(x = \"a\" == \"b\"); x", "= 8; = 5"},
	{"sizeof(q++); q", "= 8; = 0x1000"},
	{"sizeof \"abc\"", "= 4"},
	{"sizeof s", "0+8: a string has no size in memory"},
	{"sizeof(void)", "0+12: void has no size"},
	{"sizeof sum(1)", "7+6: sizeof does not know the type that sum() yields"},
	{"sizeof nope", "7+4: no variable or constant \"nope\""},
};

static const struct row calls[] = {
	{"sum(1, 2, 3)", "= 6"},
	{"sum()", "= 0"},
	{"sum(sum(1, 2), 3)", "= 6"},
	{"sum 1 2 3", "= 6"},
	{"id(\"x\")", "= \"x\""},
	{"echo(3)", "quiet"},
	{"echo(3) + 1", "= 4"},
	{"(u8)echo(3)", "= 3"},
	{"n = echo(3); n", "quiet; = 3"},
	{"none()", "nothing"},
	{"none() + 1", "0+6: none() yields no value"},
	{"n = none()", "4+6: none() yields no value"},
	{"sum(none())", "4+6: none() yields no value"},
	{"*none()", "1+6: none() yields no value"},
	{"fail()", "errno 22"},
	{"(fail())", "errno 22"},
	{"(void *)fail()", "errno 22"},
	{"n = fail(); n", "errno 22; = -1 (0xffffffffffffffff)"},
	{"n = (void *)fail(); n", "errno 22; = 0xffffffffffffffff"},
	{"u8 n = fail(); n", "errno 22; = 255 (0xff)"},
	{"n = void_fail(); n", "errno 22; = -1 (0xffffffffffffffff)"},
	{"fail() + 1", "= 0"},
	{"n = fail() == -1; n", "quiet; = 1"},
	{"sum(fail())", "= -1 (0xffffffffffffffff)"},
	{"n = fail 3; n", "errno 22; = -1 (0xffffffffffffffff)"},
	{"n = sum 3 4; n", "quiet; = 7"},
	{"n = none 3", "4+6: the command none yields no value"},
	{"fail", "errno 22"},
	{"fault()", "fault"},
	{"n = refuse()", "refused"},
	{"lose() + 1", "lost"},
	{"interrupt()", "interrupted"},
	{"error()", "0+7: the host says no"},
	{"1 + error()", "4+7: the host says no"},
};

static const struct row statements[] = {
	{"if (x == 5) { 1 } else { 2 }", "= 1"},
	{"if (x) 1", "= 1"},
	{"if (!x) 1", ""},
	{"for (i = 0; i < 3; i++) { i }", "= 0; = 1; = 2"},
	{"for (i = 0; i < 9; i++) { if (i == 1) continue; if (i == 3) break; i }", "= 0; = 2"},
	{"while (x > 3) { x-- }; x", "quiet; quiet; = 3"},
	{"for (i = 0; i < 3; i++) { *i; }", "fault; fault; fault"},
	{"for (i = 0; i < 3; nope) { i }; 7",
		"= 0; 19+4: no variable or constant \"nope\"; = 7"},
	{"while (*0) { 1 }; 7", "fault; = 7"},
	{"if (1/0) 1", "5+1: division by zero"},
	{"{ 1; 2 }", "= 1; = 2"},
	{"expect x == 5", "[] quiet"},
	{"expect x == 6", "[] false: 5 and 6"},
	{"expect s == \"b\"", "[] false: \"abc\" and \"b\""},
	{"expect x == 5 && u == 6", "[] false"},
	{"expect x", "[] quiet"},
	{"expect !x", "[] false"},
	{"expect *0 == 1", "[] fault"},
	{"expect x == nope", "[] 12+4: no variable or constant \"nope\""},
	{"expect SIGSEGV *0 = 1", "[SIGSEGV] fault"},
	{"expect EINVAL fail()", "[EINVAL] errno 22"},
	{"expect EINVAL|ok n = fail()", "[EINVAL|ok] errno 22"},
	{"expect ok 3", "[ok] = 3"},
};
/* clang-format on */

/* ---- Running them ---- */

static struct fake *fake_with_variables(void)
{
	struct fake *fake = fake_create();
	struct vars *vars = fake->ev.vars;
	struct value v = value_ptr(FAKE_BASE);
	vars_set(vars, STR("p"), v, false);
	v.type.base = T_U32;
	vars_set(vars, STR("q"), v, false);
	v.type.base = T_U8;
	vars_set(vars, STR("b"), v, false);
	v = value_ptr(FAKE_BASE + 16);
	v.type.base = T_S16;
	vars_set(vars, STR("w"), v, false);
	vars_set(vars, STR("x"), value_int(5), false);
	vars_set(vars, STR("u"), value_uint(7), false);
	v = value_int(-1);
	v.type.base = T_S8;
	vars_set(vars, STR("m"), v, false);
	vars_set(vars, STR("d"), value_real(2.5), false);
	vars_set(vars, STR("s"), value_str(STR("abc")), false);
	v = value_int(200);
	v.type.base = T_U8;
	vars_set(vars, STR("c"), v, true);
	return fake;
}

/* Whether the row comes out as it says; prints what came instead. */
static bool check_row(const struct row *row)
{
	struct fake *fake = fake_with_variables();
	struct vocab vocab = {fake, find_command, find_abbreviation, is_variable, is_known,
		read_flags, flags_cure, is_outcome, advise_command};
	struct node *tree = NULL;
	size_t used = 0;
	struct err err = {0};
	enum parse_result parsed =
		parse_line(&vocab, str_from(row->source), &fake->arena, &used, &tree, &err);
	bool same = false;
	if (parsed == PARSE_DONE) {
		eval_run(&fake->ev, tree);
		same = strcmp(buf_cstr(&fake->results), row->expected) == 0;
		if (!same)
			print_error("%s\n  expected  %s\n  came      %s\n", row->source,
				row->expected, buf_cstr(&fake->results));
	} else {
		print_error("%s\n  parser: %d at %zu+%zu: %s\n", row->source, (int)parsed,
			err.span.at, err.span.len, err.text);
	}
	fake_destroy(fake);
	return same;
}

static void check_rows(const struct row *rows, size_t n)
{
	unsigned failed = 0;
	for (size_t i = 0; i < n; i++)
		failed += !check_row(&rows[i]);
	assert_int_equal(failed, 0);
}

#define TEST_TABLE(table)                                                                          \
	static void test_##table(void **state)                                                     \
	{                                                                                          \
		(void)state;                                                                       \
		check_rows(table, ARRAY_SIZE(table));                                              \
	}

TEST_TABLE(literals)
TEST_TABLE(integers)
TEST_TABLE(integer_errors)
TEST_TABLE(casts)
TEST_TABLE(reals)
TEST_TABLE(pointers)
TEST_TABLE(memory)
TEST_TABLE(strings)
TEST_TABLE(variables)
TEST_TABLE(sizes)
TEST_TABLE(calls)
TEST_TABLE(statements)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_integer_errors),
		cmocka_unit_test(test_casts),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_statements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
