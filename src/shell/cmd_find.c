/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: find, which the agent does where the memory lies, and strings. */
#include <stdio.h>
#include <stdlib.h>

#include "lang/ast.h"
#include "shell/bytes.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/pattern.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/skip.h"
#include "shell/tables.h"

/* ---- Going through a range ---- */

/* One find: what, where it has come, and what it has seen. */
struct finder {
	struct session *s;
	const struct pattern *pattern;
	struct found *found;
	struct skips skips;
	uint64_t looked; /* bytes looked at */
	uint64_t zeros;  /* bytes not looked at because they are known to be zeros */
	uint64_t total;  /* bytes in all parts, for the progress */
	/* Zeros are looked at where they touch other memory. That they count once: */
	uint64_t counted;    /* below this address everything is in one of the sums */
	uint64_t zeros_from; /* what the search reads from here on is counted as zeros */
};

static void count_looked(struct finder *f, uint64_t from, uint64_t to)
{
	from = MAX(from, f->counted);
	to = MIN(to, f->zeros_from);
	if (from >= to)
		return;
	f->looked += to - from;
	f->counted = to;
}

static void count_zeros(struct finder *f, const struct part *p)
{
	f->zeros += p->end - p->start;
	f->counted = p->end;
}

static uint64_t unit_of(const struct pattern *p)
{
	return p->what.words ? sizeof(uint64_t) : p->bytes.len;
}

/*
 * Where to go on behind the page that cannot be read; END if nothing before it is worth trying. The
 * bytes between AT and that page were looked at: nothing that begins there fits.
 */
static uint64_t behind_fault(
	struct finder *f, uint64_t at, uint64_t end, const struct wire_fault *fault)
{
	uint64_t page = align_down(fault->addr, f->s->page);
	uint64_t from = fault->addr >= at && fault->addr < end ? MAX(page, at) : at;
	count_looked(f, at, from);
	struct skip skip = skip_fault(f->s, from, end, fault);
	skips_add(&f->skips, skip.start, skip.end, skip.why);
	return skip.end;
}

/*
 * Loads the N bytes at *AT, fewer than the pattern has: at an edge the search may pass over bytes
 * without a load, and only what can be read counts as looked at. Where a page refuses, *AT moves
 * behind it, at most to END, and *REFUSED is set.
 */
static enum status load_edge(
	struct finder *f, uint64_t *at, uint64_t n, uint64_t end, bool *refused)
{
	unsigned char bytes[WIRE_PATTERN_MAX];
	struct wire_fault fault;
	size_t have = 0;
	enum remote_status status = REMOTE_DONE;
	if (n)
		status = remote_read(f->s->remote, *at, bytes, n, &have, &fault);
	*refused = status == REMOTE_FAULT;
	if (*refused) {
		count_looked(f, *at, *at + have);
		*at = behind_fault(f, *at + have, end, &fault);
		return ST_OK;
	}
	return range_status(status);
}

/*
 * Moves *AT to the first place below END from which on memory can be read and something may begin.
 */
static enum status pass_start(struct finder *f, uint64_t *at, uint64_t end)
{
	uint64_t unit = unit_of(f->pattern);
	enum status status = ST_OK;
	bool refused = true;
	while (status == ST_OK && refused)
		status = load_edge(f, at, MIN(end - *at, unit - 1), end, &refused);
	uint64_t first = f->pattern->what.words ? MIN(align_up(*at, unit), end) : *at;
	count_looked(f, *at, first);
	*at = first;
	return status;
}

/* Counts what lies behind the last place where something may begin. */
static enum status pass_end(struct finder *f, uint64_t at, uint64_t end)
{
	enum status status = ST_OK;
	bool refused = true;
	while (status == ST_OK && refused)
		status = load_edge(f, &at, end - at, end, &refused);
	count_looked(f, at, end);
	return status;
}

/* Searches [AT, END), all of which is expected to be readable. */
static enum status search(struct finder *f, uint64_t at, uint64_t end)
{
	uint64_t unit = unit_of(f->pattern), room[256], done;
	enum remote_status status = REMOTE_DONE;
	struct wire_fault fault;
	size_t n;
	enum status passed = pass_start(f, &at, end);
	if (passed != ST_OK)
		return passed;
	while (end - at >= unit && !found_full(f->found)) {
		if (remote_interrupted())
			return ST_INTERRUPTED;
		size_t most = MIN(ARRAY_SIZE(room), f->found->limit + 1 - f->found->n);
		status = remote_find(f->s->remote, &f->pattern->what, at, end - at, room, most, &n,
			&done, &fault);
		if (status == REMOTE_LOST)
			return ST_LOST;
		found_add(f->found, room, n);
		count_looked(f, at, at + done);
		at += done;
		out_progress(f->looked + f->zeros, f->total);
		if (status == REMOTE_INTERRUPTED)
			return ST_INTERRUPTED;
		if (status == REMOTE_FAULT)
			at = behind_fault(f, at, end, &fault);
	}
	if (!found_full(f->found))
		return pass_end(f, at, end);
	count_looked(f, at, at + MIN(end - at, unit - 1)); /* the rest of what was found last */
	return ST_OK;
}

static bool is_memory(const struct part *p)
{
	return p->kind == PART_READABLE || p->kind == PART_ZERO;
}

static bool goes_on(const struct finder *f, enum status status)
{
	return status == ST_OK && !found_full(f->found);
}

/* From part I on: searches the readable memory up to a hole, and moves I behind it. */
static enum status search_stretch(struct finder *f, const struct parts *parts, size_t *i)
{
	uint64_t edge = unit_of(f->pattern) - 1, start = 0, end = 0;
	enum status status = ST_OK;
	for (uint64_t next = parts->v[*i].start;
		*i < parts->n && is_memory(&parts->v[*i]) && parts->v[*i].start == next; ++*i) {
		const struct part *p = &parts->v[*i];
		next = p->end;
		if (p->kind == PART_READABLE || f->pattern->fits_zeros) {
			start = end ? start : p->start;
			end = p->end;
			continue;
		}
		/* Nothing lies within zeros, but something may begin before them or end behind
		 * them. */
		uint64_t tail = end && f->pattern->ends_in_zero ? MIN(edge, p->end - p->start) : 0;
		uint64_t head = f->pattern->starts_with_zero ? MIN(edge, p->end - p->start) : 0;
		f->zeros_from = p->start;
		if (end)
			status = search(f, start, end + tail);
		f->zeros_from = UINT64_MAX;
		if (!goes_on(f, status))
			return status;
		count_zeros(f, p);
		start = p->end - head;
		end = head ? p->end : 0;
		bool more = *i + 1 < parts->n && parts->v[*i + 1].start == p->end &&
			    is_memory(&parts->v[*i + 1]);
		if (!more)
			end = 0;
	}
	return end ? search(f, start, end) : status;
}

static enum status search_all(struct finder *f, const struct parts *parts)
{
	enum status status = ST_OK;
	for (size_t i = 0; i < parts->n; i++)
		f->total += parts->v[i].end - parts->v[i].start;
	for (size_t i = 0; i < parts->n && goes_on(f, status);) {
		const struct part *p = &parts->v[i];
		if (is_memory(p)) {
			status = search_stretch(f, parts, &i);
			continue;
		}
		skips_add(&f->skips, p->start, p->end, part_kind_text(p->kind));
		f->total -= p->end - p->start;
		i++;
	}
	return status;
}

/* ---- Telling ---- */

static void show_found(struct session *s, const struct found *found)
{
	struct buf *b = out_text();
	for (size_t i = 0; i < MIN(found->n, found->limit); i++) {
		buf_printf(b, "$%zu = 0x%llx", i + 1, (unsigned long long)found->v[i]);
		size_t before = b->len;
		buf_puts(b, "  ");
		if (!name_address(s, b, found->v[i]))
			b->len = before;
		buf_putc(b, '\n');
		out_maybe_flush();
	}
}

static void show_totals(const struct finder *f, enum status status)
{
	struct buf *b = out_text();
	size_t n = MIN(f->found->n, f->found->limit);
	bool more = found_full(f->found);
	buf_printf(b, n ? "%zu found in " : "nothing found in ", n);
	size_print(b, f->looked + f->zeros);
	if (more)
		buf_printf(b, ": there is more, limit %zu ended it", f->found->limit);
	else if (status == ST_INTERRUPTED)
		buf_puts(b, " until it was interrupted");
	buf_putc(b, '\n');
	if (f->zeros) {
		buf_puts(b, "  of that never touched, all zeros: ");
		size_print(b, f->zeros);
		buf_putc(b, '\n');
	}
	skips_show(&f->skips);
}

/* ---- The row ---- */

static enum status run_find(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct parts parts = PARTS_INIT;
	struct pattern pattern = PATTERN_INIT;
	struct finder f = {
		.s = s, .pattern = &pattern, .found = &s->found, .zeros_from = UINT64_MAX};
	size_t at = 0;
	(void)out;
	out_progress_begin("find");
	enum status status = range_read(s, in, &at, true, &parts, err);
	if (status == ST_OK)
		status = pattern_read(s, in, at, &pattern, err) ? ST_OK : ST_ERROR;
	if (status == ST_OK) {
		found_clear(&s->found, pattern.limit);
		status = search_all(&f, &parts);
		out_progress_end();
		if (status != ST_LOST) {
			show_found(s, &s->found);
			show_totals(&f, status);
			s->found.n = MIN(s->found.n, s->found.limit);
		}
	}
	out_progress_end();
	parts_deinit(&parts);
	pattern_deinit(&pattern);
	skips_deinit(&f.skips);
	return status;
}

/* ---- strings ---- */

enum { PIECE = 128 * 1024, SHORTEST = 4, LONGEST_SHOWN = 200 };

/* A run of printable characters that may go on in the next piece. */
struct run {
	uint64_t addr;  /* of its first character */
	uint64_t n;     /* characters so far */
	uint64_t least; /* fewer are not shown */
	uint64_t shown; /* runs shown */
	uint64_t before,
		total; /* bytes in the parts behind us and in all parts, for the progress */
	char text[LONGEST_SHOWN];
};

static void end_run(struct session *s, struct run *r)
{
	struct buf *b = out_text();
	if (r->n >= r->least) {
		show_addr(s, b, r->addr);
		buf_puts(b, "  ");
		value_print(
			b, value_str((struct str){r->text, MIN(r->n, (uint64_t)LONGEST_SHOWN)}));
		if (r->n > LONGEST_SHOWN)
			buf_printf(b, "... %llu characters", (unsigned long long)r->n);
		buf_putc(b, '\n');
		r->shown++;
		out_maybe_flush();
	}
	r->n = 0;
}

static void add_text(
	struct session *s, struct run *r, uint64_t addr, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = bytes[i];
		if (c != '\t' && (c < 0x20 || c >= 0x7f)) {
			if (r->n)
				end_run(s, r);
			continue;
		}
		if (!r->n)
			r->addr = addr + i;
		if (r->n < LONGEST_SHOWN)
			r->text[r->n] = (char)c;
		r->n++;
	}
}

static enum status read_strings(
	struct session *s, const struct part *p, struct run *r, struct skips *skips)
{
	static unsigned char piece[PIECE];
	struct wire_fault fault;
	uint64_t at = p->start;
	while (at < p->end) {
		size_t done;
		enum remote_status status = remote_read(
			s->remote, at, piece, MIN(p->end - at, (uint64_t)PIECE), &done, &fault);
		add_text(s, r, at, piece, done);
		at += done;
		out_progress(r->before + at - p->start, r->total);
		if (status == REMOTE_LOST || status == REMOTE_INTERRUPTED || out_stopped())
			return range_status(status);
		if (status == REMOTE_FAULT) {
			struct skip skip = skip_fault(s, at, p->end, &fault);
			end_run(s, r);
			skips_add(skips, skip.start, skip.end, skip.why);
			at = skip.end;
		}
	}
	return ST_OK;
}

static enum status show_strings(struct session *s, const struct parts *parts, uint64_t least)
{
	struct run run = {.least = least};
	struct skips skips = {0};
	enum status status = ST_OK;
	for (size_t i = 0; i < parts->n; i++)
		run.total += parts->v[i].end - parts->v[i].start;
	out_progress_begin("strings");
	for (size_t i = 0; i < parts->n && status == ST_OK && !out_stopped(); i++) {
		const struct part *p = &parts->v[i];
		if (run.n && (p->kind != PART_READABLE || p->start != run.addr + run.n))
			end_run(s, &run);
		if (p->kind == PART_READABLE)
			status = read_strings(s, p, &run, &skips);
		else if (p->kind != PART_ZERO)
			skips_add(&skips, p->start, p->end, part_kind_text(p->kind));
		run.before += p->end - p->start;
	}
	out_progress_end();
	if (status != ST_LOST) {
		end_run(s, &run);
		out_printf("%llu string%s\n", (unsigned long long)run.shown,
			run.shown == 1 ? "" : "s");
		skips_show(&skips);
	}
	skips_deinit(&skips);
	return status;
}

static enum status run_strings(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct parts parts = PARTS_INIT;
	size_t at = 0;
	(void)out;
	enum status status = range_read(s, in, &at, true, &parts, err);
	uint64_t least = at < in->n && in->args[at].type.base != T_NONE ? value_bits(in->args[at])
									: SHORTEST;
	if (status == ST_OK && at + 1 < in->n) {
		err_set(err, ERR_ARGS, in->node->args[at + 1]->span,
			"too many arguments: strings RANGE [MIN]");
		status = ST_ERROR;
	}
	if (status == ST_OK)
		status = show_strings(s, &parts, MAX(least, (uint64_t)1));
	parts_deinit(&parts);
	return status;
}

#define RANGE                                                                                      \
	{                                                                                          \
		.name = "RANGE", .kind = KIND_MAPPING, .reads = READS_OPERAND                      \
	}

const struct row rows_find[] = {
	{
		.form = {.name = "find",
			.aliases = "search",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(RANGE, {.name = "PATTERN",
					      .kind = KIND_BYTES,
					      .reads = READS_PATTERN,
					      .flags = PARAM_REPEATS})},
		.group = "range",
		.summary = "search memory for bytes, text, numbers or pointers",
		.details = "RANGE is ADDR LEN, or one word: part of a mapping's name (heap, libc), "
			   "readable, writable, executable or "
			   "all; a word leaves the agent's own memory out. PATTERN is given as for "
			   "write, and in hex\"90 ?? c3\" ?? "
			   "is any byte. A single number with a type, such as (u32)7, is found "
			   "only where it is aligned to its size; "
			   "align N at the end sets another alignment, align 1 none. In place of a "
			   "pattern, pointers RANGE finds the "
			   "aligned words that point into that range. The addresses become $1, $2, "
			   "and so on, until the next find; "
			   "it stops after 20, or after N with limit N.\n\n"
			   "What cannot be read is skipped and told. Private memory that was never "
			   "touched holds only zeros and is "
			   "not read, so that huge reservations cost nothing.",
		.example = "p = mmap 4*page\nwrite p+100 \"needle\"\nfind p 4*page "
			   "\"needle\"\nexpect $1 == p + 100\n"
			   "*(u64 *)(p + 8) = (u64)(p + 5)\nfind p 4*page pointers p page\nexpect "
			   "$1 == p + 8",
		.see = "strings compare x",
		.run = run_find,
	},
	{
		.form = {.name = "strings",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(RANGE, {.name = "LEN|MIN",
					      .kind = KIND_LEN,
					      .flags = PARAM_OPTIONAL | PARAM_REPEATS,
					      .dflt = "4"})},
		.group = "range",
		.summary = "show the text in memory",
		.details = "Shows every run of at least MIN printable ASCII characters or tabs "
			   "with its address, 4 without MIN. RANGE "
			   "is as for find: ADDR LEN, or one word.",
		.example = "p = mmap page\nwrite p+50 \"some text\"\nstrings p page\nstrings p "
			   "page 12",
		.see = "find read",
		.run = run_strings,
	},
	ROW_END,
};
