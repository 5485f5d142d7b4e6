/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: pages, one cell for each page of a range. */
#include <errno.h>
#include <stdio.h>

#include "shell/out.h"
#include "shell/pages.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/show.h"
#include "shell/tables.h"

enum {
	CELLS = 64,    /* in a line of the strip */
	LINES = 16,    /* of the strip; in a larger range a cell stands for several pages */
	DETAILED = 16, /* most pages that get a line each */
	LISTED = 24,   /* most runs that get a line each */
};

/* The range asked for, in whole pages. */
struct range {
	uint64_t start, end; /* END exclusive */
};

static enum style style_of(char letter)
{
	switch (letter) {
	case 'a':
	case 'A':
		return STYLE_CAME;
	case 'z':
	case 'Z':
	case 'f':
	case 'F':
		return STYLE_LABEL;
	case 'g':
	case 'w':
		return STYLE_SIGNAL;
	case '.':
	case '_':
		return STYLE_DIM;
	default:
		return STYLE_PLAIN;
	}
}

static void add_addr(struct session *s, struct buf *b, uint64_t addr)
{
	if (s->settings.named)
		show_addr(s, b, addr);
	else
		buf_hex(b, addr, 8);
}

/* ---- The strip ---- */

/* How many pages a cell stands for: a power of two, so that it keeps to round addresses. */
static uint64_t pages_in_cell(uint64_t n_pages)
{
	uint64_t per_cell = 1;
	while (n_pages > per_cell * CELLS * LINES)
		per_cell *= 2;
	return per_cell;
}

/* Letters of the same style are written together. */
static void show_cells(const char *cells, size_t n)
{
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && style_of(cells[j]) == style_of(cells[i]);)
			j++;
		out_style(style_of(cells[i]));
		buf_add(out_text(), cells + i, j - i);
	}
	out_style(STYLE_PLAIN);
	buf_putc(out_text(), '\n');
}

/* CELL: the bytes that one cell stands for. Returns whether a cell was mixed. */
static bool show_strip(
	struct session *s, const struct page_runs *runs, struct range r, uint64_t cell)
{
	bool mixed = false;
	for (uint64_t at = r.start; at < r.end;) {
		char cells[CELLS];
		size_t n = 0;
		size_t from = out_text()->len;
		add_addr(s, out_text(), at);
		buf_pad(out_text(), ' ', 2 + 12 - MIN(out_text()->len - from, (size_t)12));
		for (; n < CELLS && at < r.end; n++, at += MIN(cell, r.end - at)) {
			cells[n] = page_runs_letter(runs, at, at + MIN(cell, r.end - at));
			mixed = mixed || cells[n] == '*';
		}
		show_cells(cells, n);
	}
	return mixed;
}

/* ---- What the letters mean, and how many pages have each ---- */

static void show_total(char letter, uint64_t n, uint64_t bytes, const struct page *p)
{
	const char key[] = {letter, '\0'};
	out_printf("  ");
	out_styled(style_of(letter), key);
	out_printf(" %8llu page%s %6s  %s%s: %s\n", (unsigned long long)n, n == 1 ? " " : "s",
		report_size(bytes), page_kind_text(p->kind), p->huge ? ", huge" : "",
		page_kind_meaning(p->kind));
}

static void show_totals(struct session *s, const struct page_runs *runs)
{
	uint64_t bytes[256] = {0};
	const struct page *example[256];
	for (size_t i = 0; i < runs->n; i++) {
		unsigned char letter = (unsigned char)page_letter(runs->v[i].page);
		bytes[letter] += runs->v[i].end - runs->v[i].start;
		example[letter] = &runs->v[i].page;
	}
	for (unsigned letter = 0; letter < ARRAY_SIZE(bytes); letter++) {
		if (bytes[letter])
			show_total((char)letter, bytes[letter] / s->page, bytes[letter],
				example[letter]);
	}
}

static void show_runs(struct session *s, const struct page_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct page_run *run = &runs->v[i];
		add_addr(s, out_text(), run->start);
		buf_putc(out_text(), '-');
		add_addr(s, out_text(), run->end);
		out_printf(
			" %6s  %c  ", report_size(run->end - run->start), page_letter(run->page));
		out_printf(
			"%s%s\n", page_kind_text(run->page.kind), run->page.huge ? ", huge" : "");
	}
}

/* ---- Page by page ---- */

static bool show_details(struct session *s, struct pages *pages, struct range r)
{
	bool hidden = false;
	for (uint64_t at = r.start; at < r.end; at += s->page) {
		struct page p;
		if (!pages_one(pages, at, &p))
			return false;
		struct buf b = BUF_INIT;
		report_page(&b, &p);
		hidden = hidden || (p.present && !p.frame);
		add_addr(s, out_text(), at);
		out_printf("  %c  %s\n", page_letter(p), buf_cstr(&b));
		buf_deinit(&b);
	}
	if (hidden)
		out_printf("  frames, their flags and map counts: hidden, needs CAP_SYS_ADMIN\n");
	return true;
}

/* ---- The command ---- */

static bool show_range(struct session *s, struct pages *pages, struct range r)
{
	struct page_runs runs = PAGE_RUNS_INIT;
	uint64_t n = (r.end - r.start) / s->page, cell = pages_in_cell(n);
	bool read = pages_runs(pages, r.start, r.end, &runs);
	if (read && n <= DETAILED) {
		read = show_details(s, pages, r);
	} else if (read) {
		bool mixed = show_strip(s, &runs, r, cell * s->page);
		if (cell > 1)
			out_printf("  one cell is %llu pages%s\n", (unsigned long long)cell,
				mixed ? "; * several kinds" : "");
		if (runs.n > 1 && runs.n <= LISTED)
			show_runs(s, &runs);
	}
	if (read)
		show_totals(s, &runs);
	page_runs_deinit(&runs);
	return read;
}

/* Without LEN: to the end of the mapping, or the one page where nothing is mapped. */
static uint64_t end_of_mapping(struct session *s, uint64_t addr)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	bool mapped = procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
		      mapping_covers(&m, addr);
	return mapped ? m.end : addr + 1;
}

static bool read_range(struct session *s, const struct invocation *in, uint64_t limit,
	struct range *r, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]);
	if (addr >= limit)
		return err_set(err, ERR_VALUE, in->node->args[0]->span,
			"pagemap tells only of a program's addresses, below 0x%llx",
			(unsigned long long)limit);
	bool given = in->args[1].type.base != T_NONE;
	uint64_t len = given ? value_bits(in->args[1]) : end_of_mapping(s, addr) - addr;
	if (!len)
		return err_set(err, ERR_VALUE, in->node->args[1]->span,
			"the length is 0: give at least 1 byte");
	r->start = align_down(addr, s->page);
	r->end = align_up(addr + MIN(len, limit - addr), s->page);
	return true;
}

static enum status run_pages(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct pages pages;
	struct range r = {0};
	(void)out;
	if (!pages_open(s, &pages)) {
		err_set(err, ERR_SYSTEM, in->node->span,
			"the target's pagemap cannot be opened: %s", strerror(errno));
		return ST_ERROR;
	}
	enum status status = ST_ERROR;
	if (read_range(s, in, pages.limit, &r, err)) {
		out_page_begin();
		bool shown = show_range(s, &pages, r);
		out_page_end();
		status = shown ? ST_OK : remote_interrupted() ? ST_INTERRUPTED : ST_ERROR;
		if (status == ST_ERROR)
			err_set(err, ERR_SYSTEM, in->node->span,
				"the target's pagemap cannot be read");
	}
	if (status == ST_OK && in->args[1].type.base != T_NONE && r.end < pages.limit)
		session_again(s, "pages 0x%llx %llu", (unsigned long long)r.end,
			(unsigned long long)(r.end - r.start));
	pages_close(&pages);
	return status;
}

const struct row rows_pages[] = {
	{
		.form = {.name = "pages",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "LEN",
					.kind = KIND_LEN,
					.flags = PARAM_OPTIONAL,
					.dflt = "to the end of the mapping"})},
		.group = "look",
		.summary = "show the state of each page of a range",
		.details =
			"Up to 16 pages get a line each: present, whose, exclusive, huge, "
			"soft-dirty, and to those with "
			"CAP_SYS_ADMIN the frame, how often it is mapped, and its flags as "
			"/proc/kpageflags names them. A larger range "
			"is a strip with one letter a page (in a very large one a letter for "
			"several), then its runs of "
			"like pages. Below stand what the letters mean and how many pages have "
			"each; an upper-case letter is part "
			"of a huge page. What is present to the kernel need not be so to the CPU: "
			"in memory "
			"that was made PROT_NONE the kernel keeps the pages. Nothing is touched by "
			"looking.",
		.example = "p = mmap 8*page\n*p = 1\n*(p + page)\npages p 8*page\npages p 1G",
		.see = "maps set madvise",
		.run = run_pages,
	},
	ROW_END,
};
