/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the readers of pagemap, by entries and by PAGEMAP_SCAN: the runs of like pages cover the
 * range without holes, and agree with single pages.
 *
 * An input is a byte (odd: the kernel knows PAGEMAP_SCAN), the text of maps up to a NUL, and
 * entries or what regions are made of.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "shell/pages.h"
#include "stand_in.h"

enum { PAGE = 4096 };
static const uint64_t START = 0, END = 64 * PAGE;

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "fuzz_pagemap: %s\n", what);
		abort();
	}
}

static void check_runs(const struct page_runs *runs)
{
	struct buf b = BUF_INIT;
	uint64_t at = START;

	for (size_t i = 0; i < runs->n; i++) {
		const struct page_run *run = &runs->v[i];
		must(run->start == at && run->end > at, "a hole between runs, or an empty one");
		must(!i || page_letter(runs->v[i - 1].page) != page_letter(run->page),
			"two runs that are one");
		must(page_runs_letter(runs, run->start, run->end) == page_letter(run->page),
			"a run that is not found");
		must(run->page.kind < N_PAGE_KINDS && page_kind_meaning(run->page.kind),
			"a kind without meaning");
		buf_clear(&b);
		page_print(&b, run->page);
		at = run->end;
	}
	must(at == END, "runs that end early");
	buf_deinit(&b);
}

/* With entries each page can be asked for by itself. */
static void check_pages(struct pages *p, const struct page_runs *runs)
{
	struct page one;

	for (uint64_t at = START; at < END; at += PAGE)
		must(pages_one(p, at, &one) &&
				page_letter(one) == page_runs_letter(runs, at, at + PAGE),
			"a page that its run does not know");
}

static void check(struct session *s, bool scans)
{
	enum { MOST = 8 };
	struct page_change changes[MOST];
	struct page_runs runs = PAGE_RUNS_INIT, again = PAGE_RUNS_INIT;
	struct pages p;

	must(pages_open(s, &p), "no pagemap");
	if (pages_runs(&p, START, END, &runs)) {
		check_runs(&runs);
		if (!scans)
			check_pages(&p, &runs);
		if (pages_runs(&p, START, END, &again)) /* scanned anew: other regions */
			must(page_runs_compare(&runs, &again, changes, MOST) <= MOST,
				"more changes than there is room for");
	}
	page_runs_deinit(&runs);
	page_runs_deinit(&again);
	pages_close(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session s = {.remote = stand_in_start(), .page = PAGE, .levels = 4};
	bool scans = size && data[0] % 2;
	struct str text = {(const char *)data + (size > 0), size - (size > 0)};
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
	size_t n = nul ? (size_t)(nul - text.p) : text.n, rest = text.n - n - (nul != NULL);

	stand_in_scans(scans);
	stand_in_file("maps", (struct str){text.p, n});
	if (scans)
		stand_in_script((struct str){text.p + text.n - rest, rest});
	else
		stand_in_file("pagemap", (struct str){text.p + text.n - rest, rest});
	check(&s, scans);
	return 0;
}

const struct str fuzz_pieces[] = {
	STR("0000-40000 rw-p 00000000 00:00 0 \n"),
	STR("3000-8000 r--p 00000000 08:01 7 /file\n"),
	STR("\n"),
	STR("\0"),
	STR("\5\0\0\0\0\0\0\x80"),
	STR("\5\0\0\0\0\0\x80\xa1"),
	STR("\0\0\0\0\0\0\0\x44"),
	STR("\1\3\x08\0"),
	STR("\0\x10\x28\1"),
	{NULL, 0},
};
