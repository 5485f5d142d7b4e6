/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the kernel's lines, right and wrong ones; finding addresses; sizes in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>

#include "edge.h"
#include "mem/maps.h"

static const struct {
	const char *line;
	struct mapping want;
} good[] = {
	{"7f0ed4f4a000-7f0ed50a0000 r-xp 00026000 fe:00 332835                     "
	 "/usr/lib/libc.so.6",
		{0x7f0ed4f4a000, 0x7f0ed50a0000, 0x26000, 332835, 0xfe, 0, PERM_R | PERM_X,
			"/usr/lib/libc.so.6"}},
	{"7ffc0b1a4000-7ffc0b1c5000 rw-p 00000000 00:00 0                          [stack]",
		{0x7ffc0b1a4000, 0x7ffc0b1c5000, 0, 0, 0, 0, PERM_R | PERM_W, "[stack]"}},
	{"00010000-00011000 ---s 00000000 00:01 42 ",
		{0x10000, 0x11000, 0, 42, 0, 1, PERM_SHARED, ""}},
	{"00010000-00011000 -w-p 00000000 00:00 0", {0x10000, 0x11000, 0, 0, 0, 0, PERM_W, ""}},
	{"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
		{0xffffffffff600000, 0xffffffffff601000, 0, 0, 0, 0, PERM_X, "[vsyscall]"}},
	{"1000-2000 rwxs fffffffffffff000 fffff:ffffffff 18446744073709551615 /a  b\\012c "
	 "(deleted)",
		{0x1000, 0x2000, 0xfffffffffffff000, UINT64_MAX, 0xfffff, UINT32_MAX, 15,
			"/a  b\\012c (deleted)"}},
	{"1000-2000 rw-p 00000000 00:00 0    [anon:glibc: malloc arena]",
		{0x1000, 0x2000, 0, 0, 0, 0, 3, "[anon:glibc: malloc arena]"}},
	{"1000-2000 rw-s 00000000 00:01 9    [anon_shmem:x]",
		{0x1000, 0x2000, 0, 9, 0, 1, 11, "[anon_shmem:x]"}},
};

static const char *const bad[] = {
	"",
	" ",
	"-",
	"1000",
	"1000-",
	"1000-2000",
	"1000-2000 ",
	"1000-2000 rw-",
	"1000-2000 rw-p",
	"1000-2000 rw-p ",
	"1000-2000 rw-p 0",
	"1000-2000 rw-p 0 ",
	"1000-2000 rw-p 0 0",
	"1000-2000 rw-p 0 0:",
	"1000-2000 rw-p 0 0:0",
	"1000-2000 rw-p 0 0:0 ",
	"-2000 rw-p 0 0:0 0",
	"1000-2000 rwp- 0 0:0 0",
	"1000-2000 rw-q 0 0:0 0",
	"1000-2000 wr-p 0 0:0 0",
	"1000-2000  rw-p 0 0:0 0",
	"1000-2000 rw-p 0 0:0 0x",
	"1000-2000 rw-p 0 0:0 0[heap]",
	"2000-1000 rw-p 0 0:0 0",
	"1000-1000 rw-p 0 0:0 0",
	"10000000000000000-20000000000000000 rw-p 0 0:0 0",
	"1000-2000 rw-p 10000000000000000 0:0 0",
	"1000-2000 rw-p 0 100000000:0 0",
	"1000-2000 rw-p 0 0:100000000 0",
	"1000-2000 rw-p 0 0:0 18446744073709551616",
	"1000-2000 rw-p 0 0:0 99999999999999999999999",
	"1000-2000 rw-p 0 0:0 -1",
	"0x1000-0x2000 rw-p 0 0:0 0",
	"1000-200G rw-p 0 0:0 0",
	"1000-2000 rw-p 0 0:0 0\t/a",
	"ABCD-FFFF rw-p 0 0:0 0",
};

static void lines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct mapping m;
		char name[MAPPING_NAME_MAX];
		assert_true(maps_parse_line(text_at_edge(good[i].line), &m, name));
		assert_ptr_equal(m.name, name);
		assert_true(mapping_equal(&m, &good[i].want));
	}
}

static void what_is_no_line_is_refused(void **state)
{
	(void)state;
	struct mapping m = {.start = 7};
	char name[MAPPING_NAME_MAX] = "untouched";
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (maps_parse_line(text_at_edge(bad[i]), &m, name))
			fail_msg("taken for a mapping: \"%s\"", bad[i]);
		assert_int_equal(m.start, 7);
		assert_string_equal(name, "untouched");
	}
	static const char with_nul[] = "1000-2000 rw-p 0 0:0 0 /a\0b";
	assert_false(maps_parse_line(at_edge(with_nul, sizeof(with_nul) - 1), &m, name));
	static const char with_newline[] = "1000-2000 rw-p 0 0:0 0 /a\n";
	assert_false(maps_parse_line(at_edge(with_newline, sizeof(with_newline) - 1), &m, name));
}

static void every_beginning_of_a_line_is_survived(void **state)
{
	(void)state;
	const char *line = good[0].line;
	size_t shortest = strlen("7f0ed4f4a000-7f0ed50a0000 r-xp 00026000 fe:00 3");
	for (size_t n = 0; n <= strlen(line); n++) {
		struct mapping m;
		char name[MAPPING_NAME_MAX];
		assert_int_equal(maps_parse_line(at_edge(line, n), &m, name), n >= shortest);
	}
}

static void long_names(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	struct maps list = MAPS_INIT;
	struct mapping m;
	struct err err;
	char name[MAPPING_NAME_MAX];
	buf_puts(&b, "1000-2000 rw-p 0 0:0 1 /");
	size_t before = b.len - 1;
	buf_pad(&b, 'x', MAPPING_NAME_MAX - 2);
	assert_true(maps_parse_line(at_edge(b.p, b.len), &m, name));
	assert_int_equal(strlen(name), MAPPING_NAME_MAX - 1);
	buf_putc(&b, 'x');
	assert_false(maps_parse_line(at_edge(b.p, b.len), &m, name));
	assert_true(maps_parse(&list, at_edge(b.p, b.len), &err));
	assert_int_equal(strlen(list.v[0].name), b.len - before);
	maps_deinit(&list);
	buf_deinit(&b);
}

static void whole_files(void **state)
{
	(void)state;
	struct maps m = MAPS_INIT;
	struct err err;
	assert_true(maps_parse(&m, text_at_edge(""), &err));
	assert_int_equal(m.n, 0);
	assert_true(maps_parse(
		&m, text_at_edge("1000-2000 r--p 0 0:0 5 /a\n2000-3000 rw-p 0 0:0 5 /a\n"), &err));
	assert_int_equal(m.n, 2);
	assert_string_equal(m.v[1].name, "/a");
	/* no newline at the end; the list goes on */
	assert_true(maps_parse(&m, text_at_edge("5000-6000 rw-p 0 0:0 0 "), &err));
	assert_int_equal(m.n, 3);
	/* a bad line keeps those before it, and is pointed at */
	assert_false(maps_parse(&m,
		text_at_edge("7000-8000 rw-p 0 0:0 0 \nnonsense\n9000-a000 rw-p 0 0:0 0\n"), &err));
	assert_int_equal(m.n, 4);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(err.span.at, 24);
	assert_int_equal(err.span.len, 8);
	assert_non_null(strstr(err.text, "line 2"));
	/* overlap and disorder */
	assert_false(maps_parse(&m, text_at_edge("7fff-9000 rw-p 0 0:0 0\n"), &err));
	assert_int_equal(m.n, 4);
	maps_clear(&m);
	assert_int_equal(m.n, 0);
	assert_false(maps_parse(&m, text_at_edge("\n"), &err));
	maps_deinit(&m);
}

static void this_process(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	struct maps m = MAPS_INIT;
	struct err err;
	int fd = open("/proc/self/maps", O_RDONLY);
	assert_true(fd >= 0);
	ssize_t n;
	while ((n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.len += (size_t)n;
	close(fd);
	assert_true(maps_parse(&m, buf_slice(&b), &err));
	const struct mapping *stack = maps_find(&m, (uintptr_t)&err);
	assert_non_null(stack);
	assert_string_equal(stack->name, "[stack]");
	assert_true(mapping_is_anonymous(stack));
	const struct mapping *text = maps_find(&m, (uintptr_t)this_process);
	assert_non_null(text);
	assert_int_equal(text->perms, PERM_R | PERM_X);
	assert_false(mapping_is_anonymous(text));
	maps_deinit(&m);
	buf_deinit(&b);
}

static void addresses_are_found(void **state)
{
	(void)state;
	struct maps m = MAPS_INIT;
	struct mapping one = {.start = 0x1000, .end = 0x2000, .name = "a"};
	struct mapping two = {.start = 0x2000, .end = 0x3000, .name = "b"};
	struct mapping three = {.start = 0x5000, .end = UINT64_MAX, .name = "b"};
	assert_int_equal(maps_at_or_above(&m, 0), 0);
	assert_null(maps_find(&m, 0));
	maps_add(&m, &one);
	maps_add(&m, &two);
	maps_add(&m, &three);
	static const struct {
		uint64_t addr;
		size_t index;
		bool covered;
	} cases[] = {
		{0, 0, false},
		{0xfff, 0, false},
		{0x1000, 0, true},
		{0x1fff, 0, true},
		{0x2000, 1, true},
		{0x2fff, 1, true},
		{0x3000, 2, false},
		{0x4fff, 2, false},
		{0x5000, 2, true},
		{UINT64_MAX - 1, 2, true},
		{UINT64_MAX, 3, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(maps_at_or_above(&m, cases[i].addr), cases[i].index);
		assert_int_equal(maps_find(&m, cases[i].addr) != NULL, cases[i].covered);
	}
	maps_deinit(&m);
}

static void ranges_meet(void **state)
{
	(void)state;
	struct mapping m = {.start = 0x2000, .end = 0x4000};
	assert_true(mapping_meets(&m, 0x2000, 1));
	assert_true(mapping_meets(&m, 0x3fff, 1));
	assert_true(mapping_meets(&m, 0, 0x2001));
	assert_true(mapping_meets(&m, 0, UINT64_MAX));
	assert_true(mapping_meets(&m, 0x3000, UINT64_MAX)); /* wraps */
	assert_false(mapping_meets(&m, 0x3000, 0));
	assert_false(mapping_meets(&m, 0, 0x2000));
	assert_false(mapping_meets(&m, 0x4000, UINT64_MAX));
}

static void differences_are_seen(void **state)
{
	(void)state;
	const struct mapping base = {1, 2, 3, 4, 5, 6, 7, "n"};
	struct mapping other = base;
	char copy[] = "n";
	other.name = copy;
	assert_true(mapping_equal(&base, &other));
	for (int field = 0; field < 8; field++) {
		other = base;
		switch (field) {
		case 0:
			other.start++;
			break;
		case 1:
			other.end++;
			break;
		case 2:
			other.offset++;
			break;
		case 3:
			other.inode++;
			break;
		case 4:
			other.major++;
			break;
		case 5:
			other.minor++;
			break;
		case 6:
			other.perms++;
			break;
		case 7:
			other.name = "m";
			break;
		}
		assert_false(mapping_equal(&base, &other));
	}
}

static void sizes_in_words(void **state)
{
	(void)state;
	static const struct {
		uint64_t bytes;
		const char *size, *distance;
	} cases[] = {
		{0, "0B", "0 bytes"},
		{1, "1B", "1 byte"},
		{1023, "1023B", "1023 bytes"},
		{4096, "4K", "4 KiB"},
		{12288, "12K", "12 KiB"},
		{1500, "1500B", "1.4 KiB"},
		{1023 << 10, "1023K", "1023 KiB"},
		{(1 << 20) - 1, "1048575B", "1023 KiB"},
		{1 << 20, "1M", "1 MiB"},
		{3 << 19, "1.5M", "1.5 MiB"},
		{(1 << 20) + (1 << 12), "1M", "1 MiB"},
		{1280 << 10, "1.25M", "1.2 MiB"},
		{(99 << 20) + (1 << 19), "99.5M", "99 MiB"},
		{(132 << 20) + (1 << 19), "132M", "132 MiB"},
		{1ULL << 47, "128T", "128 TiB"},
		{0x55d0c6b5a000 - 9999999, "85.8T", "85 TiB"},
		{UINT64_MAX, "15.9E", "15 EiB"},
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&b);
		size_print(&b, cases[i].bytes);
		assert_string_equal(buf_cstr(&b), cases[i].size);
		buf_clear(&b);
		distance_print(&b, cases[i].bytes);
		assert_string_equal(buf_cstr(&b), cases[i].distance);
	}
	buf_deinit(&b);
	char perms[5];
	perms_print(perms, 0);
	assert_string_equal(perms, "---p");
	perms_print(perms, PERM_R | PERM_W | PERM_X | PERM_SHARED);
	assert_string_equal(perms, "rwxs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(what_is_no_line_is_refused),
		cmocka_unit_test(every_beginning_of_a_line_is_survived),
		cmocka_unit_test(long_names),
		cmocka_unit_test(whole_files),
		cmocka_unit_test(this_process),
		cmocka_unit_test(addresses_are_found),
		cmocka_unit_test(ranges_meet),
		cmocka_unit_test(differences_are_seen),
		cmocka_unit_test(sizes_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
