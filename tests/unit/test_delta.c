/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call did to the mappings: the changes in order, and a sentence that is true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "mem/delta.h"

/* Mappings in short: "10-13 rw-p" is 0x10000-0x13000; a file has its offset in pages behind: "10-13
 * r--s 5". */
static struct maps list(const char *text)
{
	struct maps m = MAPS_INIT;
	struct buf b = BUF_INIT;
	while (*text) {
		unsigned start, end, offset = 0;
		char perms[5];
		int used = 0, more = 0;
		assert_int_equal(sscanf(text, "%x-%x %4s%n", &start, &end, perms, &used), 3);
		bool file = sscanf(text + used, " %u%n", &offset, &more) == 1;
		buf_printf(&b, "%x000-%x000 %s %x000 0:%d %d %s\n", start, end, perms, offset, file,
			file ? 9 : 0, file ? "/f" : "");
		text += used + more;
		text += strspn(text, ", ");
	}
	struct err err;
	assert_true(maps_parse(&m, buf_slice(&b), &err));
	buf_deinit(&b);
	return m;
}

static const struct {
	const char *before, *after;
	const char *lines; /* sign and start page of each change, in order */
	const char *sentence;
	unsigned fresh_start, fresh_end; /* pages */
	unsigned moved_start, moved_end; /* the same of what a mremap moved */
} cases[] = {
	{"", "", "", "", 0, 0, 0, 0},
	{"10-13 rw-p", "10-13 rw-p", "", "", 0, 0, 0, 0},
	{"", "10-13 rw-p", "+10", "", 0, 0, 0, 0},
	{"10-13 rw-p", "", "-10", "", 0, 0, 0, 0},
	/* mprotect */
	{"10-13 rw-p", "10-11 rw-p, 11-12 ---p, 12-13 rw-p", "-10 +10 +11 +12",
		"one mapping became three", 0, 0, 0, 0},
	{"10-13 rw-p", "10-11 rw-p, 11-13 ---p", "-10 +10 +11", "one mapping became two", 0, 0, 0,
		0},
	{"10-13 rw-p", "10-13 r--p", "-10 +10", "", 0, 0, 0, 0},
	{"10-11 rw-p, 11-12 r--p, 12-13 rw-p", "10-13 rw-p", "-10 -11 -12 +10",
		"three mappings became one", 0, 0, 0, 0},
	{"10-12 rw-p, 12-14 r--p", "10-11 rw-p, 11-14 r--p", "-10 -12 +10 +11",
		"4K went from the mapping below to the one above", 0, 0, 0, 0},
	{"10-12 rw-p, 12-14 r--p", "10-13 rw-p, 13-14 r--p", "-10 -12 +10 +13",
		"4K went from the mapping above to the one below", 0, 0, 0, 0},
	{"10-14 r--s 0", "10-12 r--s 0, 12-14 ---s 2", "-10 +10 +12", "one mapping became two", 0,
		0, 0, 0},
	/* munmap */
	{"10-13 rw-p", "10-11 rw-p, 12-13 rw-p", "-10 +10 +12", "one mapping became two", 0, 0, 0,
		0},
	{"10-13 rw-p", "10-12 rw-p", "-10 +10", "shrank by 4K", 0, 0, 0, 0},
	{"10-13 r--p 7", "11-13 r--p 8", "-10 +11", "shrank by 4K", 0, 0, 0, 0},
	{"10-11 rw-p, 12-13 r--p, 14-15 rw-p", "", "-10 -12 -14", "three mappings went", 0, 0, 0,
		0},
	{"10-11 rw-p, 20-21 rw-p", "20-21 rw-p", "-10", "", 0, 0, 0, 0},
	{"10-12 rw-p, 20-21 r--p", "10-11 rw-p", "-10 +10 -20", "", 0, 0, 0, 0},
	/* growing */
	{"10-11 rw-p", "10-13 rw-p", "-10 +10", "grew by 8K", 0, 0, 0, 0},
	{"10-13 rw-p", "0f-13 rw-p", "-10 +f", "grew down by 4K", 0, 0, 0, 0},
	/* a fresh mapping beside old ones */
	{"10-11 rw-p", "10-13 rw-p", "-10 +10", "merged with the mapping below", 0x11, 0x13, 0, 0},
	{"12-13 rw-p", "10-13 rw-p", "-12 +10", "merged with the mapping above", 0x10, 0x12, 0, 0},
	{"10-11 rw-p, 12-13 rw-p", "10-13 rw-p", "-10 -12 +10", "merged with both neighbours", 0x11,
		0x12, 0, 0},
	{"10-11 rw-p, 12-13 rw-p", "10-13 rw-p", "-10 -12 +10", "two mappings became one", 0, 0, 0,
		0},
	{"", "10-13 rw-p", "+10", "", 0x10, 0x13, 0, 0},
	{"10-13 rw-p", "10-13 rw-p", "",
		"replaced 4K of 00010000-00013000 rw-p; the mappings look the same as before", 0x11,
		0x12, 0, 0},
	/* a fresh mapping over old ones */
	{"10-13 rw-p", "10-11 rw-p, 11-12 r--p 0, 12-13 rw-p", "-10 +10 +11 +12",
		"replaced 4K of 00010000-00013000 rw-p", 0x11, 0x12, 0, 0},
	{"10-13 rw-p", "10-11 rw-p, 11-12 r--p 0, 12-13 rw-p", "-10 +10 +11 +12", "", 0, 0, 0, 0},
	{"10-11 rw-p, 11-12 r--p", "10-12 r--p 0", "-10 -11 +10", "replaced two mappings", 0x10,
		0x12, 0, 0},
	{"10-12 rw-p", "10-12 rw-p 3", "-10 +10", "replaced one mapping", 0, 0, 0, 0},
	{"10-12 rw-p 1", "10-12 rw-p 3", "-10 +10", "replaced one mapping", 0, 0, 0, 0},
	/* mremap */
	{"10-12 rw-p", "20-22 rw-p", "-10 +20", "moved up", 0x20, 0x22, 0x10, 0x12},
	{"20-22 rw-p", "10-13 rw-p", "+10 -20", "moved down and grew by 4K", 0x10, 0x13, 0x20,
		0x22},
	{"10-12 rw-p", "20-22 rw-p", "-10 +20", "", 0, 0, 0, 0},
	{"10-12 rw-p", "10-12 rw-p, 20-22 rw-p", "+20", "", 0x20, 0x22, 0x10, 0x12},
	{"10-12 rw-p, 12-13 r--p", "20-22 rw-p, 22-23 r--p", "-10 -12 +20 +22",
		"two mappings moved up", 0x20, 0x23, 0x10, 0x13},
	{"10-14 rw-p, 20-28 ---p", "10-11 rw-p, 12-14 rw-p, 20-21 rw-p, 21-28 ---p",
		"-10 +10 +12 -20 +20 +21", "4K moved up, replacing 4K of 00020000-00028000 ---p",
		0x20, 0x21, 0x11, 0x12},
	/* neighbours that did not change stay out of it */
	{"0f-10 r--p, 10-13 rw-p, 13-14 r-xp", "0f-10 r--p, 10-12 rw-p, 13-14 r-xp", "-10 +10",
		"shrank by 4K", 0, 0, 0, 0},
	/* changes that only touch through what came */
	{"10-11 rw-p, 13-14 rw-p", "10-14 r--p", "-10 -13 +10", "two mappings became one", 0, 0, 0,
		0},
	{"10-11 rw-p, 20-21 rw-p", "10-11 r--p, 20-21 r--p", "-10 +10 -20 +20", "", 0, 0, 0, 0},
};

static void changes_and_sentences(void **state)
{
	(void)state;
	struct delta d = DELTA_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct maps before = list(cases[i].before), after = list(cases[i].after);
		struct buf lines = BUF_INIT, sentence = BUF_INIT;
		delta_compute(&d, &before, &after);
		d.fresh_start = (uint64_t)cases[i].fresh_start << 12;
		d.fresh_end = (uint64_t)cases[i].fresh_end << 12;
		d.moved_start = (uint64_t)cases[i].moved_start << 12;
		d.moved_end = (uint64_t)cases[i].moved_end << 12;
		for (size_t j = 0; j < d.n; j++)
			buf_printf(&lines, "%s%c%llx", j ? " " : "", d.v[j].sign,
				(unsigned long long)d.v[j].mapping->start >> 12);
		delta_sentence(&sentence, &d);
		if (strcmp(buf_cstr(&lines), cases[i].lines) != 0 ||
			strcmp(buf_cstr(&sentence), cases[i].sentence) != 0)
			fail_msg("\"%s\" to \"%s\": %s \"%s\"", cases[i].before, cases[i].after,
				buf_cstr(&lines), buf_cstr(&sentence));
		buf_deinit(&lines);
		buf_deinit(&sentence);
		maps_deinit(&before);
		maps_deinit(&after);
	}
	delta_deinit(&d);
}

static void neighbours_before_a_fresh_range(void **state)
{
	(void)state;
	static const struct {
		const char *after;
		unsigned start, end;
		const char *before;
	} fresh[] = {
		{"10-13 rw-p", 0x10, 0x13, ""},
		{"10-13 rw-p", 0x11, 0x13, "10-11 rw-p"},
		{"10-13 rw-p", 0x10, 0x12, "12-13 rw-p"},
		{"10-13 rw-p", 0x11, 0x12, "10-11 rw-p, 12-13 rw-p"},
		{"08-09 r--p, 10-13 rw-s 4, 20-21 r--p", 0x11, 0x12,
			"08-09 r--p, 10-11 rw-s 4, 12-13 rw-s 6, 20-21 r--p"},
	};
	struct maps got = MAPS_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(fresh); i++) {
		struct maps after = list(fresh[i].after), want = list(fresh[i].before);
		delta_before_fresh(
			&got, &after, (uint64_t)fresh[i].start << 12, (uint64_t)fresh[i].end << 12);
		assert_int_equal(got.n, want.n);
		for (size_t j = 0; j < got.n; j++)
			assert_true(mapping_equal(&got.v[j], &want.v[j]));
		maps_deinit(&after);
		maps_deinit(&want);
	}
	maps_deinit(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_and_sentences),
		cmocka_unit_test(neighbours_before_a_fresh_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
