/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: names and sizes of types, conversions, memory images, printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "lang/value.h"

static struct type scalar(uint8_t base)
{
	return (struct type){base, 0};
}

static struct type pointer(uint8_t base)
{
	return (struct type){base, 1};
}

static struct value integer(uint8_t base, int64_t x)
{
	return (struct value){.type = scalar(base), .bits = (uint64_t)x};
}

static void check_print(struct value v, const char *expected)
{
	struct buf b = BUF_INIT;
	value_print(&b, v);
	assert_string_equal(buf_cstr(&b), expected);
	buf_deinit(&b);
}

static void test_type_names(void **state)
{
	(void)state;
	static const struct {
		const char *name, *printed;
		unsigned size;
	} rows[] = {
		{"u8", "u8", 1},
		{"s8", "s8", 1},
		{"u16", "u16", 2},
		{"s16", "s16", 2},
		{"u32", "u32", 4},
		{"s32", "s32", 4},
		{"u64", "u64", 8},
		{"s64", "s64", 8},
		{"void", "void", 0},
		{"float", "float", 4},
		{"double", "double", 8},
		{"char", "s8", 1},
		{"short", "s16", 2},
		{"int", "s32", 4},
		{"long", "s64", 8},
		{"signed", "s32", 4},
		{"unsigned", "u32", 4},
		{"size_t", "u64", 8},
		{"ssize_t", "s64", 8},
		{"off_t", "s64", 8},
		{"int8_t", "s8", 1},
		{"uint8_t", "u8", 1},
		{"int16_t", "s16", 2},
		{"uint16_t", "u16", 2},
		{"int32_t", "s32", 4},
		{"uint32_t", "u32", 4},
		{"int64_t", "s64", 8},
		{"uint64_t", "u64", 8},
		{"uintptr_t", "u64", 8},
		{"intptr_t", "s64", 8},
		{"ptrdiff_t", "s64", 8},
		{"intmax_t", "s64", 8},
		{"uintmax_t", "u64", 8},
		{"uint_least16_t", "u16", 2},
		{"uint_fast16_t", "u64", 8},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct type t;
		struct buf b = BUF_INIT;
		assert_true(type_find(str_from(rows[i].name), &t));
		assert_int_equal(type_size(t), rows[i].size);
		type_print(&b, t);
		assert_string_equal(buf_cstr(&b), rows[i].printed);
		buf_deinit(&b);
	}
}

static void test_type_unknown(void **state)
{
	(void)state;
	struct type t = {99, 99};
	static const char *const names[] = {"", "u", "u88", "U8", "string", "nothing", "uint8"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_false(type_find(str_from(names[i]), &t));
	assert_int_equal(t.base, 99);
}

static void test_type_shapes(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	type_print(&b, (struct type){T_U8, 2});
	assert_string_equal(buf_cstr(&b), "u8 **");
	buf_deinit(&b);
	assert_int_equal(type_size(pointer(T_VOID)), 8);
	assert_int_equal(type_size(scalar(T_STRING)), 0);
	assert_int_equal(type_size(scalar(T_NONE)), 0);
	assert_true(type_is_signed(scalar(T_S8)));
	assert_false(type_is_signed(scalar(T_U8)));
	assert_false(type_is_signed(pointer(T_S8)));
	assert_false(type_is_signed(scalar(T_F64)));
}

static void test_type_target(void **state)
{
	(void)state;
	struct type t = type_target(pointer(T_VOID));
	assert_true(t.base == T_U64 && t.depth == 0);
	t = type_target(scalar(T_S32));
	assert_true(t.base == T_U64 && t.depth == 0);
	t = type_target(pointer(T_S16));
	assert_true(t.base == T_S16 && t.depth == 0);
	t = type_target((struct type){T_VOID, 2});
	assert_true(t.base == T_VOID && t.depth == 1);
}

static void check_cast(struct value from, uint8_t to, uint64_t bits)
{
	struct value v;
	assert_true(value_cast(from, scalar(to), &v));
	assert_int_equal(v.type.base, to);
	assert_int_equal(v.bits, bits);
}

static void test_cast_integers(void **state)
{
	(void)state;
	check_cast(value_int(0x1ff), T_U8, 0xff);
	check_cast(value_int(0x1ff), T_S8, UINT64_MAX);
	check_cast(value_int(-1), T_U16, 0xffff);
	check_cast(value_int(-1), T_U32, 0xffffffff);
	check_cast(value_int(-1), T_U64, UINT64_MAX);
	check_cast(value_uint(0x80000000), T_S32, 0xffffffff80000000);
	check_cast(value_uint(0x8000), T_S16, 0xffffffffffff8000);
	check_cast(integer(T_S8, -128), T_S64, (uint64_t)-128);
	check_cast(value_ptr(0x7fff12345678), T_U32, 0x12345678);
}

static void test_cast_reals(void **state)
{
	(void)state;
	check_cast(value_real(3.99), T_S64, 3);
	check_cast(value_real(-3.99), T_S64, (uint64_t)-3);
	check_cast(value_real(300.5), T_U8, 44);
	check_cast(value_real(1e19), T_U64, 10000000000000000000u);
	check_cast(value_real(1e300), T_U64, UINT64_MAX);
	check_cast(value_real(1e19), T_S64, INT64_MAX);
	check_cast(value_real(1e300), T_S64, INT64_MAX);
	check_cast(value_real(INFINITY), T_S64, INT64_MAX);
	check_cast(value_real(-INFINITY), T_S64, (uint64_t)INT64_MIN);
	check_cast(value_real(-1), T_U64, UINT64_MAX);
	check_cast(value_real(-1e300), T_S64, (uint64_t)INT64_MIN);
	check_cast(value_real(NAN), T_S64, 0);

	struct value v;
	assert_true(value_cast(value_real(0.1), scalar(T_F32), &v));
	assert_true(v.real == (double)0.1f);
	assert_true(value_cast(value_uint(UINT64_MAX), scalar(T_F64), &v));
	assert_true(v.real == 0x1p64);
	assert_true(value_cast(value_int(-2), scalar(T_F64), &v));
	assert_true(v.real == -2);
}

static void test_cast_refused(void **state)
{
	(void)state;
	struct value v = value_int(7);
	assert_false(value_cast(value_str(STR("x")), scalar(T_S64), &v));
	assert_false(value_cast(value_str(STR("x")), pointer(T_U8), &v));
	assert_false(value_cast(VALUE_NONE, scalar(T_S64), &v));
	assert_false(value_cast(value_real(1), pointer(T_U8), &v));
	assert_false(value_cast(value_ptr(1), scalar(T_F64), &v));
	assert_false(value_cast(value_int(1), scalar(T_STRING), &v));
	assert_false(value_cast(value_int(1), scalar(T_VOID), &v));
	assert_int_equal(v.bits, 7);
}

static void check_memory(struct value v, uint64_t image)
{
	assert_int_equal(value_to_memory(v), image);
	struct value back = value_from_memory(image, v.type);
	assert_int_equal(back.type.base, v.type.base);
	assert_memory_equal(&back.bits, &v.bits, sizeof(v.bits));
}

static void test_memory(void **state)
{
	(void)state;
	check_memory(integer(T_S8, -1), 0xff);
	check_memory(integer(T_U8, 200), 200);
	check_memory(integer(T_S16, -2), 0xfffe);
	check_memory(integer(T_S32, INT32_MIN), 0x80000000);
	check_memory(value_int(-1), UINT64_MAX);
	check_memory(value_ptr(0xfffffffffffff000), 0xfffffffffffff000);
	check_memory(value_real(1.0), 0x3ff0000000000000);
	check_memory((struct value){.type = scalar(T_F32), .real = 1.0}, 0x3f800000);
	/* What lies above the type's width is not looked at. */
	assert_int_equal(value_from_memory(0xabcd80, scalar(T_S8)).bits, (uint64_t)-128);
}

static void test_truth_and_bits(void **state)
{
	(void)state;
	assert_true(value_is_true(value_int(-1)));
	assert_false(value_is_true(value_ptr(0)));
	assert_true(value_is_true(value_real(0.5)));
	assert_false(value_is_true(value_real(-0.0)));
	assert_true(value_is_true(value_str(STR("0"))));
	assert_false(value_is_true(value_str(STR(""))));
	assert_false(value_is_true(VALUE_NONE));
	assert_int_equal(value_bits(integer(T_S8, -1)), UINT64_MAX);
	assert_int_equal(value_bits(value_real(-2.5)), (uint64_t)-2);
	assert_int_equal(value_bits(VALUE_NONE), 0);
	assert_int_equal(value_bits(value_str(STR("x"))), 0);
}

static void test_print_integers(void **state)
{
	(void)state;
	check_print(value_int(0), "0");
	check_print(value_int(9), "9");
	check_print(value_int(10), "10 (0xa)");
	check_print(value_uint(100), "100 (0x64)");
	check_print(value_uint(UINT64_MAX), "18446744073709551615 (0xffffffffffffffff)");
	check_print(value_int(-1), "-1 (0xffffffffffffffff)");
	check_print(value_int(INT64_MIN), "-9223372036854775808 (0x8000000000000000)");
	check_print(integer(T_S8, -1), "-1 (0xff)");
	check_print(integer(T_S16, -1), "-1 (0xffff)");
	check_print(integer(T_S32, -5), "-5 (0xfffffffb)");
	check_print(integer(T_U8, 255), "255 (0xff)");
	check_print(value_ptr(0), "0x0");
	check_print(value_ptr(0x7f6c2a9f1000), "0x7f6c2a9f1000");
	check_print(VALUE_NONE, "no value");
}

static void test_print_reals(void **state)
{
	(void)state;
	check_print(value_real(3.5), "3.5");
	check_print(value_real(0.1), "0.1");
	check_print(value_real(0.1 + 0.2), "0.30000000000000004");
	check_print(value_real(3), "3.0");
	check_print(value_real(-0.0), "-0.0");
	check_print(value_real(1e100), "1e+100");
	check_print(value_real(1.0 / 3), "0.3333333333333333");
	check_print(value_real(INFINITY), "inf");
	check_print(value_real(-INFINITY), "-inf");
	check_print(value_real(NAN), "nan");
	check_print((struct value){.type = scalar(T_F32), .real = 0.1f}, "0.1");
}

static void test_print_strings(void **state)
{
	(void)state;
	check_print(value_str(STR("")), "\"\"");
	check_print(value_str(STR("rw-p")), "\"rw-p\"");
	check_print(value_str(STR("a\"b\\c\n\t\r")), "\"a\\\"b\\\\c\\n\\t\\r\"");
	check_print(value_str(STR("\0001\033[m\177")), "\"\\0001\\033[m\\177\"");
	check_print(value_str(STR("\303\251")), "\"\\303\\251\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_type_names),
		cmocka_unit_test(test_type_unknown),
		cmocka_unit_test(test_type_shapes),
		cmocka_unit_test(test_type_target),
		cmocka_unit_test(test_cast_integers),
		cmocka_unit_test(test_cast_reals),
		cmocka_unit_test(test_cast_refused),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_truth_and_bits),
		cmocka_unit_test(test_print_integers),
		cmocka_unit_test(test_print_reals),
		cmocka_unit_test(test_print_strings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
