/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of pages of a live target: what was done to them is what is told, with and without
 * PAGEMAP_SCAN. */
#include "remote_helpers.h"
#include "shell/pages.h"

enum { PAGES = 200, SEED = 7 };

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Does one of the things that give a page its state, and returns the letter of that state. */
static char make_page(struct remote *r, uint64_t at, unsigned what)
{
	struct wire_fault fault;
	uint64_t value;

	switch (what) {
	case 0:
		assert_int_equal(remote_load(r, at, 1, &value, &fault), REMOTE_DONE);
		return 'z';
	case 1:
		assert_int_equal(remote_store(r, at, 1, 1, &fault), REMOTE_DONE);
		return 'a';
	case 2:
		assert_int_equal(CALL(r, SYS_munmap, at, PAGE), 0);
		return '_';
	case 3:
		return CALL(r, SYS_madvise, at, PAGE, MADV_GUARD_INSTALL) == 0 ? 'g' : '.';
	case 4:
		assert_int_equal(remote_store(r, at, 1, 1, &fault), REMOTE_DONE);
		assert_int_equal(CALL(r, SYS_madvise, at, PAGE, MADV_DONTNEED), 0);
		return '.';
	default:
		return '.';
	}
}

/* A range of pages in known states, at a place of its own. */
static uint64_t make_range(struct remote *r, char letters[PAGES])
{
	const uint64_t start = 0x200000000000, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	uint32_t seed = SEED;

	assert_true(CALL(r, SYS_mmap, start, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, -1ULL,
			    0) > 0);
	CALL(r, SYS_madvise, start, PAGES * PAGE, MADV_NOHUGEPAGE);
	for (unsigned i = 0; i < PAGES; i++)
		letters[i] = make_page(r, start + i * PAGE, next_random(&seed) % 7);
	return start;
}

static void check(struct remote *r, bool with_scan)
{
	struct session s = {.remote = r, .page = PAGE};
	struct page_runs runs = PAGE_RUNS_INIT;
	struct pages p;
	struct page one;
	char letters[PAGES];
	uint64_t start = make_range(r, letters);

	assert_true(pages_open(&s, &p));
	if (!with_scan)
		p.categories = 0;
	assert_true(pages_runs(&p, start, start + PAGES * PAGE, &runs));
	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t at = start + i * PAGE;
		/* Without PAGEMAP_SCAN nothing tells the zero page from a frame that is shared. */
		char wanted = letters[i] == 'z' && !p.categories ? 's' : letters[i];
		assert_int_equal(page_runs_letter(&runs, at, at + PAGE), wanted);
		assert_true(pages_one(&p, at + 5, &one));
		assert_int_equal(page_letter(one), wanted);
	}
	assert_true(runs.v[0].start == start && runs.v[runs.n - 1].end == start + PAGES * PAGE);
	assert_false(pages_one(&p, p.limit, &one));
	page_runs_deinit(&runs);
	pages_close(&p);
}

static void test_with_scan(void **state)
{
	check(*state, true);
}

static void test_without_scan(void **state)
{
	check(*state, false);
}

/* More regions than one answer of PAGEMAP_SCAN holds. */
static void test_many_regions(void **state)
{
	enum { MANY = 3000 };
	struct remote *r = *state;
	struct session s = {.remote = r, .page = PAGE};
	struct page_runs runs = PAGE_RUNS_INIT;
	struct wire_fault fault;
	struct pages p;
	uint64_t start = map(r, MANY * PAGE, PROT_READ | PROT_WRITE);

	CALL(r, SYS_madvise, start, MANY * PAGE, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < MANY; i += 2)
		assert_int_equal(remote_store(r, start + i * PAGE, 1, 1, &fault), REMOTE_DONE);
	assert_true(pages_open(&s, &p));
	assert_true(pages_runs(&p, start, start + MANY * PAGE, &runs));
	assert_int_equal(runs.n, MANY);
	for (size_t i = 0; i < runs.n; i++) {
		assert_true(runs.v[i].start == start + i * PAGE &&
			    runs.v[i].end == start + (i + 1) * PAGE);
		assert_int_equal(page_letter(runs.v[i].page), i % 2 ? '.' : 'a');
	}
	page_runs_deinit(&runs);
	pages_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_with_scan, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_scan, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_regions, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
