/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of pagemap as facts, and runs of like pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mem/pagemap.h"

/* Entries and categories as Linux 6.18 gave them, with the state that was known to be there. */
static const struct {
	uint64_t entry, categories;
	char letter;
	const char *text;
	uint64_t frame;
} seen[] = {
	{0, 0, '.', "not present", 0},
	{0x8100000000137dfe, 0x08, 'a', "present, anonymous, exclusive", 0x137dfe},
	{0x8100000000000000, 0x08, 'a', "present, anonymous, exclusive", 0},
	{0x8000000000003b34, 0x28, 'z', "present, zero page", 0x3b34},
	{0x800000000010ce0a, 0x08, 's', "present, anonymous, shared", 0x10ce0a},
	{0xa10000000012e1ed, 0x0c, 'f', "present, file, exclusive", 0x12e1ed},
	{0xa00000000012e1ed, 0x0c, 'f', "present, file", 0x12e1ed},
	{0xa00000000016a600, 0x68, 'Z', "present, zero page, part of a huge page", 0x16a600},
	{0x8100000000159600, 0x48, 'A', "present, anonymous, exclusive, part of a huge page",
		0x159600},
	{0x440000000000009f, 0x110, 'g', "guard", 0},
	{0x440000000000009f, 0x10, 'g', "guard",
		0}, /* a kernel whose PAGEMAP_SCAN does not know guards */
	{0, 0x110, 'g', "guard", 0}, {0x4000000000012340, 0x10, 'w', "swapped", 0},
	{0x8180000000000001, 0x88, 'a', "present, anonymous, exclusive, soft-dirty", 1},
	{0x8300000000000001, 0x08, 'a',
		"present, anonymous, exclusive, write-protected by userfaultfd", 1},
	{0x8100000000000001, 0, 'a', "present, anonymous, exclusive", 1}, /* without PAGEMAP_SCAN */
};

static void test_entries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
		struct page p = page_decode(seen[i].entry, seen[i].categories);
		struct buf b = BUF_INIT;
		page_print(&b, p);
		assert_string_equal(buf_cstr(&b), seen[i].text);
		assert_int_equal(page_letter(p), seen[i].letter);
		assert_true(p.frame == seen[i].frame);
		buf_deinit(&b);
	}
}

static void test_letters_differ(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * N_PAGE_KINDS; i++) {
		for (unsigned j = 0; j < i; j++) {
			struct page a = {.kind = i / 2, .huge = i % 2},
				    b = {.kind = j / 2, .huge = j % 2};
			bool may_be_huge = a.kind >= PAGE_ZERO && a.kind <= PAGE_FILE;
			if (a.kind != b.kind || may_be_huge)
				assert_int_not_equal(page_letter(a), page_letter(b));
		}
	}
}

static void test_runs(void **state)
{
	(void)state;
	const struct page absent = {.kind = PAGE_ABSENT}, anon = {.kind = PAGE_ANON};
	struct page_runs r = PAGE_RUNS_INIT;
	page_runs_add(&r, 0x1000, 0x3000, absent);
	page_runs_add(&r, 0x3000, 0x3000, anon);
	page_runs_add(&r, 0x3000, 0x4000, absent);
	page_runs_add(&r, 0x4000, 0x5000, anon);
	for (uint64_t at = 0x5000; at < 0x45000; at += 0x1000)
		page_runs_add(&r, at, at + 0x1000, at & 0x1000 ? absent : anon);
	assert_int_equal(r.n, 66);
	assert_true(r.v[0].start == 0x1000 && r.v[0].end == 0x4000);
	assert_int_equal(page_runs_letter(&r, 0x1000, 0x4000), '.');
	assert_int_equal(page_runs_letter(&r, 0x3000, 0x5000), '*');
	assert_int_equal(page_runs_letter(&r, 0x4000, 0x5000), 'a');
	assert_int_equal(page_runs_letter(&r, 0x44000, 0x45000), 'a');
	assert_int_equal(page_runs_letter(&r, 0x45000, 0x46000), '_');
	page_runs_deinit(&r);
}

static struct page of(enum page_kind kind)
{
	return (struct page){.kind = kind, .present = kind != PAGE_ABSENT && kind != PAGE_UNMAPPED};
}

/* Changes of one kind are told together; a mapping that comes or goes without frames is none. */
static void test_compare(void **state)
{
	(void)state;
	struct page_runs before = PAGE_RUNS_INIT, after = PAGE_RUNS_INIT;
	struct page_change v[4];
	page_runs_add(&before, 0x1000, 0x3000, of(PAGE_ABSENT));
	page_runs_add(&before, 0x3000, 0x4000, of(PAGE_ZERO));
	page_runs_add(&before, 0x4000, 0x8000, of(PAGE_ABSENT));
	page_runs_add(&before, 0x8000, 0x9000, of(PAGE_UNMAPPED));
	page_runs_add(&after, 0x1000, 0x2000, of(PAGE_ABSENT));
	page_runs_add(&after, 0x2000, 0x5000, of(PAGE_ANON));
	page_runs_add(&after, 0x5000, 0x6000, of(PAGE_UNMAPPED));
	page_runs_add(&after, 0x6000, 0x7000, of(PAGE_ANON));
	page_runs_add(&after, 0x7000, 0x9000, of(PAGE_ABSENT));
	assert_int_equal(page_runs_compare(&before, &after, v, ARRAY_SIZE(v)), 2);
	assert_true(v[0].start == 0x2000 && v[0].bytes == 0x3000);
	assert_true(v[0].from.kind == PAGE_ABSENT && v[0].to.kind == PAGE_ANON);
	assert_true(v[1].start == 0x3000 && v[1].bytes == 0x1000 && v[1].from.kind == PAGE_ZERO);
	assert_int_equal(page_runs_compare(&before, &after, v, 1), 1);
	assert_int_equal(page_runs_compare(&before, &before, v, ARRAY_SIZE(v)), 0);
	page_runs_deinit(&before);
	page_runs_deinit(&after);
}

static void test_frame_flags(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	flags_print(&b, &flags_kpage, 0x5868);
	assert_string_equal(buf_cstr(&b), "UPTODATE|LRU|ACTIVE|MMAP|ANON|SWAPBACKED");
	buf_clear(&b);
	flags_print(&b, &flags_kpage, 1ULL << 24 | 1ULL << 60);
	assert_string_equal(buf_cstr(&b), "ZERO_PAGE|0x1000000000000000");
	buf_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_letters_differ),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_frame_flags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
