/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: touch and checksum. */
#include <stdio.h>

#include "lang/ast.h"
#include "shell/crc32.h"
#include "shell/effects.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

/* ---- touch ---- */

static void count_print(struct buf *b, uint64_t n, const char *what)
{
	buf_dec(b, n);
	buf_printf(b, " %s%s", what, n == 1 ? "" : "s");
}

static void time_print(struct buf *b, uint64_t ns)
{
	if (ns < 10000)
		buf_printf(b, "%llu ns", (unsigned long long)ns);
	else if (ns < 10000000)
		buf_printf(b, "%.1f us", (double)ns / 1e3);
	else
		buf_printf(b, "%.1f ms", (double)ns / 1e6);
}

static void report_touch(
	bool store, uint64_t pages, uint64_t wanted, const struct wire_touched *cost)
{
	struct buf *b = out_text();
	count_print(b, pages, "page");
	buf_printf(b, " touched by a %s each", store ? "store" : "load");
	if (pages < wanted)
		buf_printf(b, ", of %llu", (unsigned long long)wanted);
	buf_puts(b, ": ");
	count_print(b, cost->minor, "minor fault");
	buf_puts(b, ", ");
	count_print(b, cost->major, "major fault");
	if (pages && pages == wanted) {
		buf_puts(b, ", ");
		time_print(b, cost->ns / pages);
		buf_puts(b, " a page");
	}
	buf_putc(b, '\n');
}

static enum status touch(struct session *s, uint64_t addr, uint64_t len, bool store)
{
	struct range_progress progress = {.tell = range_tell};
	struct wire_touched cost;
	struct wire_fault fault;
	uint64_t start = align_down(addr, s->page);
	uint64_t pages = len ? (addr + len - 1 - start) / s->page + 1 : 0;
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, len);
	out_progress_begin("touch");
	enum remote_status status =
		remote_touch(s->remote, start, pages, s->page, store, &progress, &cost, &fault);
	out_progress_end();
	effects_access_after(s, &probe, status == REMOTE_DONE);
	if (status != REMOTE_LOST)
		report_touch(store, progress.done, pages, &cost);
	if (status == REMOTE_FAULT) {
		uint64_t at = start + progress.done * s->page;
		facts_fault(
			s, store ? ACCESS_WRITE : ACCESS_READ, at, addr + len - at, true, &fault);
	}
	return range_status(status);
}

static enum status run_touch(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]), len = value_bits(in->args[1]);
	struct str mode = in->args[2].type.base == T_STRING ? in->args[2].str : STR("r");
	bool store = str_is(mode, "w");
	(void)out;
	if (!range_check(in, 0, addr, len, err))
		return ST_ERROR;
	if (!store && !str_is(mode, "r")) {
		err_set(err, ERR_ARGS, in->node->args[2]->span,
			"r loads, w stores: nothing else can be done to touch");
		return ST_ERROR;
	}
	if (store && range_guarded(s, addr, len))
		return ST_REFUSED;
	return touch(s, addr, len, store);
}

/* ---- checksum ---- */

enum { PIECE = 128 * 1024 };

struct sum {
	uint32_t crc;
	uint64_t done;
};

/* Adds [START, END). *FAULT is filled for ST_FAULT. */
static enum status sum_readable(struct session *s, uint64_t start, uint64_t end, struct sum *sum,
	uint64_t total, struct wire_fault *fault)
{
	static unsigned char piece[PIECE];
	enum remote_status status = REMOTE_DONE;
	while (start < end && status == REMOTE_DONE) {
		size_t done;
		status = remote_read(
			s->remote, start, piece, MIN(end - start, (uint64_t)PIECE), &done, fault);
		sum->crc = crc32_add(sum->crc, piece, done);
		sum->done += done;
		start += done;
		out_progress(sum->done, total);
	}
	return range_status(status);
}

static enum status checksum(struct session *s, uint64_t addr, uint64_t len, struct sum *sum)
{
	struct parts parts = PARTS_INIT;
	struct wire_fault fault;
	enum status status = ST_OK;
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, len);
	out_progress_begin("checksum");
	if (!parts_add(s, addr, addr + len, true, &parts))
		status = remote_interrupted() ? ST_INTERRUPTED : ST_LOST;
	for (size_t i = 0; i < parts.n && status == ST_OK; i++) {
		const struct part *p = &parts.v[i];
		if (p->kind == PART_ZERO) {
			sum->crc = crc32_zeros(sum->crc, p->end - p->start);
			sum->done += p->end - p->start;
		} else {
			status = sum_readable(s, p->start, p->end, sum, len, &fault);
		}
	}
	out_progress_end();
	parts_deinit(&parts);
	effects_access_after(s, &probe, status == ST_OK);
	if (status == ST_FAULT)
		facts_fault(s, ACCESS_READ, addr + sum->done, len - sum->done, true, &fault);
	return status;
}

static enum status run_checksum(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]), len = value_bits(in->args[1]);
	struct sum sum = {0};
	if (!range_check(in, 0, addr, len, err))
		return ST_ERROR;
	enum status status = checksum(s, addr, len, &sum);
	if (in->node->kind == N_CALL) {
		if (status == ST_OK)
			out->value = value_uint(sum.crc);
	} else if (status != ST_LOST) {
		out_printf("CRC-32 %08x of ", sum.crc);
		range_report(s, "at", addr, sum.done, len);
	}
	return status;
}

#define ADDR                                                                                       \
	{                                                                                          \
		.name = "ADDR", .kind = KIND_ADDR                                                  \
	}
#define LEN                                                                                        \
	{                                                                                          \
		.name = "LEN", .kind = KIND_LEN                                                    \
	}

const struct row rows_range_touch[] = {
	{
		.form = {.name = "touch",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(ADDR, LEN,
				{.name = "r|w",
					.kind = KIND_TEXT,
					.reads = READS_WORD,
					.flags = PARAM_OPTIONAL,
					.dflt = "r"})},
		.group = "range",
		.summary = "access every page once and count the faults",
		.details = "Accesses the first byte of every page that the range meets: with r by "
			   "a load, with w by a store that "
			   "leaves it as it is. Tells how many page faults the target had "
			   "meanwhile, minor (no input was needed) "
			   "and major, and the mean time a page.",
		.example = "p = mmap 16*page\ntouch p 16*page\ntouch p 16*page w\nset effects "
			   "pages\n*(p + page)",
		.see = "pages fill",
		.run = run_touch,
	},
	{
		.form = {.name = "checksum",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_FUNCTION | FORM_SHELL,
			PARAMS(ADDR, LEN)},
		.group = "range",
		.summary = "the CRC-32 of a range",
		.details =
			"The checksum that zip, gzip and PNG use. Memory that was never touched "
			"counts as the zeros that it holds, "
			"without being read. Where the memory cannot be read, the checksum is that "
			"of the bytes before, and the "
			"fault follows. With parentheses it shows nothing and yields the number.",
		.example = "p = mmap page\nwrite p \"123456789\"\nexpect checksum(p, 9) == "
			   "0xcbf43926\nchecksum p 9",
		.see = "compare",
		.run = run_checksum,
	},
	ROW_END,
};
