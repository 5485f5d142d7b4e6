/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types and values: sizes, names, conversions, and how a value is printed. */
#include "lang/value.h"

#include <math.h>
#include <stdlib.h>

enum { POINTER_SIZE = 8 };

static const struct {
	const char *name; /* as type_print writes it */
	uint8_t size;     /* bytes in memory */
	bool is_signed;
} types[] = {
	[T_NONE] = {"nothing", 0, false},
	[T_VOID] = {"void", 0, false},
	[T_S8] = {"s8", 1, true},
	[T_U8] = {"u8", 1, false},
	[T_S16] = {"s16", 2, true},
	[T_U16] = {"u16", 2, false},
	[T_S32] = {"s32", 4, true},
	[T_U32] = {"u32", 4, false},
	[T_S64] = {"s64", 8, true},
	[T_U64] = {"u64", 8, false},
	[T_F32] = {"float", 4, false},
	[T_F64] = {"double", 8, false},
	[T_STRING] = {"string", 0, false},
};

/* clang-format off */
#define NAMED(literal, base) {{literal, sizeof(literal) - 1}, base}

/* Every type name of one word. */
static const struct {
	struct str name;
	uint8_t base;
} type_names[] = {
	NAMED("u8", T_U8), NAMED("u16", T_U16), NAMED("u32", T_U32), NAMED("u64", T_U64),
	NAMED("s8", T_S8), NAMED("s16", T_S16), NAMED("s32", T_S32), NAMED("s64", T_S64),
	NAMED("void", T_VOID), NAMED("float", T_F32), NAMED("double", T_F64),
	NAMED("char", T_S8), NAMED("short", T_S16), NAMED("int", T_S32), NAMED("long", T_S64),
	NAMED("signed", T_S32), NAMED("unsigned", T_U32),
	NAMED("size_t", T_U64), NAMED("ssize_t", T_S64), NAMED("off_t", T_S64),
	NAMED("int8_t", T_S8), NAMED("uint8_t", T_U8),
	NAMED("int16_t", T_S16), NAMED("uint16_t", T_U16),
	NAMED("int32_t", T_S32), NAMED("uint32_t", T_U32),
	NAMED("int64_t", T_S64), NAMED("uint64_t", T_U64),
	NAMED("intptr_t", T_S64), NAMED("uintptr_t", T_U64), NAMED("ptrdiff_t", T_S64),
	NAMED("intmax_t", T_S64), NAMED("uintmax_t", T_U64),
	NAMED("int_least8_t", T_S8), NAMED("uint_least8_t", T_U8),
	NAMED("int_least16_t", T_S16), NAMED("uint_least16_t", T_U16),
	NAMED("int_least32_t", T_S32), NAMED("uint_least32_t", T_U32),
	NAMED("int_least64_t", T_S64), NAMED("uint_least64_t", T_U64),
	NAMED("int_fast8_t", T_S8), NAMED("uint_fast8_t", T_U8),
	NAMED("int_fast16_t", T_S64), NAMED("uint_fast16_t", T_U64),
	NAMED("int_fast32_t", T_S64), NAMED("uint_fast32_t", T_U64),
	NAMED("int_fast64_t", T_S64), NAMED("uint_fast64_t", T_U64),
};
/* clang-format on */

unsigned type_size(struct type t)
{
	return t.depth ? POINTER_SIZE : types[t.base].size;
}

bool type_is_signed(struct type t)
{
	return t.depth == 0 && types[t.base].is_signed;
}

struct type type_target(struct type t)
{
	if (t.depth > 1 || (t.depth == 1 && t.base != T_VOID))
		return (struct type){t.base, t.depth - 1};
	return (struct type){T_U64, 0};
}

bool type_find(struct str name, struct type *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(type_names); i++) {
		if (str_eq(name, type_names[i].name)) {
			*out = (struct type){type_names[i].base, 0};
			return true;
		}
	}
	return false;
}

void type_print(struct buf *b, struct type t)
{
	buf_puts(b, types[t.base].name);
	if (t.depth) {
		buf_putc(b, ' ');
		buf_pad(b, '*', t.depth);
	}
}

struct value value_int(int64_t x)
{
	return (struct value){.type = {T_S64, 0}, .bits = (uint64_t)x};
}

struct value value_uint(uint64_t x)
{
	return (struct value){.type = {T_U64, 0}, .bits = x};
}

struct value value_ptr(uint64_t address)
{
	return (struct value){.type = {T_VOID, 1}, .bits = address};
}

struct value value_real(double x)
{
	return (struct value){.type = {T_F64, 0}, .real = x};
}

struct value value_str(struct str s)
{
	return (struct value){.type = {T_STRING, 0}, .str = s};
}

/* The low bytes of BITS that fit type T, extended to 64 bits by its sign. */
static uint64_t narrow(uint64_t bits, struct type t)
{
	unsigned unused = 64 - 8 * type_size(t);
	if (type_is_signed(t))
		return (uint64_t)((int64_t)(bits << unused) >> unused);
	return bits << unused >> unused;
}

/*
 * A real as 64 bits: truncated, and the nearest there is where it is out of range, which C leaves
 * undefined. Not-a-number is 0. A negative one wraps as the integer would.
 */
static uint64_t real_to_bits(double x, bool is_signed)
{
	if (isnan(x))
		return 0;
	if (x >= (is_signed ? 0x1p63 : 0x1p64))
		return is_signed ? INT64_MAX : UINT64_MAX;
	if (x >= 0x1p63)
		return (uint64_t)x;
	if (x < -0x1p63)
		return (uint64_t)INT64_MIN;
	return (uint64_t)(int64_t)x;
}

static bool is_word(struct type t)
{
	return type_is_pointer(t) || type_is_integer(t);
}

static double value_to_real(struct value v)
{
	if (type_is_real(v.type))
		return v.real;
	return type_is_signed(v.type) ? (double)(int64_t)v.bits : (double)v.bits;
}

bool value_cast(struct value v, struct type to, struct value *out)
{
	if (is_word(v.type) && is_word(to)) {
		*out = (struct value){.type = to, .bits = narrow(v.bits, to)};
		return true;
	}
	if (type_is_real(v.type) && type_is_integer(to)) {
		uint64_t bits = real_to_bits(v.real, type_is_signed(to));
		*out = (struct value){.type = to, .bits = narrow(bits, to)};
		return true;
	}
	if ((type_is_real(v.type) || type_is_integer(v.type)) && type_is_real(to)) {
		double x = value_to_real(v);
		*out = (struct value){.type = to, .real = to.base == T_F32 ? (double)(float)x : x};
		return true;
	}
	return false;
}

uint64_t value_to_memory(struct value v)
{
	uint64_t bits = 0;
	if (is_word(v.type)) {
		unsigned unused = 64 - 8 * type_size(v.type);
		return v.bits << unused >> unused;
	}
	if (type_is_real(v.type) && v.type.base == T_F64) {
		memcpy(&bits, &v.real, sizeof(v.real));
	} else if (type_is_real(v.type)) {
		float f = (float)v.real;
		uint32_t half;
		memcpy(&half, &f, sizeof(half));
		bits = half;
	}
	return bits;
}

struct value value_from_memory(uint64_t bits, struct type t)
{
	struct value v = {.type = t};
	if (is_word(t)) {
		v.bits = narrow(bits, t);
	} else if (type_is_real(t) && t.base == T_F64) {
		memcpy(&v.real, &bits, sizeof(v.real));
	} else if (type_is_real(t)) {
		uint32_t half = (uint32_t)bits;
		float f;
		memcpy(&f, &half, sizeof(f));
		v.real = f;
	}
	return v;
}

bool value_is_true(struct value v)
{
	if (type_is_real(v.type))
		return v.real != 0;
	if (is_word(v.type))
		return v.bits != 0;
	return v.type.base == T_STRING && v.str.n != 0;
}

uint64_t value_bits(struct value v)
{
	if (is_word(v.type))
		return v.bits;
	return type_is_real(v.type) ? real_to_bits(v.real, v.real < 0) : 0;
}

static void print_integer(struct buf *b, struct value v)
{
	bool negative = type_is_signed(v.type) && (int64_t)v.bits < 0;
	if (negative)
		buf_putc(b, '-');
	buf_dec(b, negative ? 0 - v.bits : v.bits);
	if (v.bits <= 9)
		return;
	buf_puts(b, " (0x");
	buf_hex(b, value_to_memory(v), 1);
	buf_putc(b, ')');
}

static bool reads_back(const char *text, double x, bool is_float)
{
	return is_float ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x;
}

/*
 * The fewest digits that read back as the same number; a whole number keeps a ".0" that tells it is
 * a real.
 */
static void print_real(struct buf *b, double x, bool is_float)
{
	size_t start = b->len;
	if (isnan(x) || isinf(x)) {
		buf_puts(b, isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		b->len = start;
		buf_printf(b, "%.*g", digits, x);
		if (reads_back(buf_cstr(b) + start, x, is_float))
			break;
	}
	if (!strpbrk(buf_cstr(b) + start, ".e"))
		buf_puts(b, ".0");
}

static void print_char(struct buf *b, unsigned char c)
{
	static const char plain[] = "\a\b\t\n\v\f\r\"\\";
	static const char letters[] = "abtnvfr\"\\";
	const char *special = c ? strchr(plain, c) : NULL;
	if (special) {
		buf_putc(b, '\\');
		buf_putc(b, letters[special - plain]);
	} else if (c < 0x20 || c >= 0x7f) {
		buf_printf(b, "\\%03o", c);
	} else {
		buf_putc(b, (char)c);
	}
}

static void print_string(struct buf *b, struct str s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++)
		print_char(b, (unsigned char)s.p[i]);
	buf_putc(b, '"');
}

void value_print(struct buf *b, struct value v)
{
	if (type_is_pointer(v.type)) {
		buf_puts(b, "0x");
		buf_hex(b, v.bits, 1);
	} else if (type_is_integer(v.type)) {
		print_integer(b, v);
	} else if (type_is_real(v.type)) {
		print_real(b, v.real, v.type.base == T_F32);
	} else if (v.type.base == T_STRING) {
		print_string(b, v.str);
	} else {
		buf_puts(b, "no value");
	}
}
