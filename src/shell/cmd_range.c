/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: fill, copy and compare, which the agent does where the memory lies. */
#include "lang/ast.h"
#include "shell/bytes.h"
#include "shell/effects.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

/* ---- fill ---- */

static enum status fill(struct session *s, uint64_t addr, uint64_t len, struct str pattern)
{
	struct range_progress progress = {.tell = range_tell};
	struct wire_fault fault;
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, len);
	out_progress_begin("fill");
	enum remote_status status = remote_fill(s->remote, addr, len, pattern, &progress, &fault);
	out_progress_end();
	effects_access_after(s, &probe, status == REMOTE_DONE);
	if (status != REMOTE_LOST)
		range_report(s, "filled at", addr, progress.done, len);
	if (status == REMOTE_FAULT)
		facts_fault(
			s, ACCESS_WRITE, addr + progress.done, len - progress.done, true, &fault);
	return range_status(status);
}

static enum status run_fill(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct buf pattern = BUF_INIT;
	uint64_t addr = value_bits(in->args[0]), len = value_bits(in->args[1]);
	enum status status = ST_ERROR;
	(void)out;
	if (!range_check(in, 0, addr, len, err) || !bytes_gather(&pattern, in, 2, err))
		status = ST_ERROR;
	else if (!pattern.len || pattern.len > WIRE_DATA_SIZE)
		err_set(err, ERR_ARGS, in->node->args[2]->span,
			"the pattern must have 1 to %d bytes", WIRE_DATA_SIZE);
	else if (range_guarded(s, addr, len))
		status = ST_REFUSED;
	else
		status = fill(s, addr, len, buf_slice(&pattern));
	buf_deinit(&pattern);
	return status;
}

/* ---- copy ---- */

/* Which of the two places of a copy or comparison refuses now: a load or store there tells. */
static bool refuses(struct session *s, uint64_t addr, struct wire_fault *fault)
{
	uint64_t value;
	return remote_load(s->remote, addr, 1, &value, fault) == REMOTE_FAULT;
}

static bool lies_in(uint64_t x, uint64_t start, uint64_t len)
{
	return x >= start && x - start < len;
}

/*
 * The copy of LEN bytes from FROM to TO was stopped at OFFSET. Going down from the end it is
 * stopped at the lowest byte of a piece that lies below there: the signal tells which.
 */
static void explain_copy(struct session *s, uint64_t to, uint64_t from, uint64_t len,
	uint64_t offset, bool from_end, const struct wire_fault *fault)
{
	struct wire_fault probe;
	bool source = refuses(s, from + offset, &probe);
	uint64_t start = source ? from : to, addr = start + offset;
	if (from_end && lies_in(fault->addr, start, len))
		addr = fault->addr;
	facts_fault(s, source ? ACCESS_READ : ACCESS_WRITE, addr, start + len - addr, true, fault);
}

static enum status copy(struct session *s, uint64_t to, uint64_t from, uint64_t len)
{
	struct range_progress progress = {.tell = range_tell};
	struct wire_fault fault;
	bool from_end = from < to && to - from < len;
	struct effects_probe probe;
	effects_accesses_before(s, &probe, to, from, len);
	out_progress_begin("copy");
	enum remote_status status =
		remote_move(s->remote, to, from, len, from_end, &progress, &fault);
	out_progress_end();
	effects_access_after(s, &probe, status == REMOTE_DONE);
	uint64_t done = progress.done;
	if (status != REMOTE_LOST)
		range_report(s,
			from_end && done < len ? "copied, from the end down, to" : "copied to",
			from_end ? to + len - done : to, done, len);
	if (status == REMOTE_FAULT)
		explain_copy(s, to, from, len, from_end ? len - done - 1 : done, from_end, &fault);
	return range_status(status);
}

static enum status run_copy(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t to = value_bits(in->args[0]), from = value_bits(in->args[1]),
		 len = value_bits(in->args[2]);
	(void)out;
	if (!range_check(in, 0, to, len, err) || !range_check(in, 1, from, len, err))
		return ST_ERROR;
	return range_guarded(s, to, len) ? ST_REFUSED : copy(s, to, from, len);
}

/* ---- compare ---- */

enum {
	SIDE = 8, /* bytes of each range in a line */
	LINES_SHOWN = 8,
	LOOK = 16 << 20, /* bytes between two looks for ^C */
};

struct side {
	unsigned char bytes[SIDE * LINES_SHOWN];
	size_t have;
};

static void side_print(struct buf *b, const struct side *side, size_t at, size_t n)
{
	for (size_t i = 0; i < SIDE; i++) {
		bool known = i < n && at + i < side->have;
		if (known)
			buf_hex(b, side->bytes[at + i], 2);
		else
			buf_puts(b, i < n ? "??" : "  ");
		buf_putc(b, ' ');
	}
	buf_putc(b, ' ');
	for (size_t i = 0; i < SIDE; i++) {
		unsigned char c = i < n && at + i < side->have ? side->bytes[at + i]
				  : i < n                      ? '?'
							       : ' ';
		buf_putc(b, c >= 0x20 && c < 0x7f ? (char)c : '.');
	}
}

/*
 * Lines of both sides from START on, which differs; lines that are the same in both are left out.
 */
static void show_sides(const struct side *a, const struct side *b, uint64_t start, uint64_t n)
{
	struct buf *out = out_text();
	for (size_t at = 0; at < n; at += SIDE) {
		size_t line = MIN((uint64_t)SIDE, n - at);
		bool known = at + line <= a->have && at + line <= b->have;
		if (known && !memcmp(a->bytes + at, b->bytes + at, line))
			continue;
		buf_puts(out, "  +");
		buf_hex(out, start + at, 8);
		buf_puts(out, "  ");
		side_print(out, a, at, line);
		buf_puts(out, "  ");
		side_print(out, b, at, line);
		while (out->p[out->len - 1] == ' ')
			out->len--;
		buf_putc(out, '\n');
	}
}

static void load_side(struct session *s, uint64_t addr, uint64_t n, struct side *side)
{
	struct wire_fault fault;
	side->have = 0;
	if (remote_read(s->remote, addr, side->bytes, n, &side->have, &fault) == REMOTE_LOST)
		side->have = 0;
}

static void show_difference(struct session *s, uint64_t a, uint64_t b, uint64_t len, uint64_t at)
{
	struct side one, two;
	uint64_t start = align_down(at, SIDE), n = MIN(len - start, (uint64_t)sizeof(one.bytes));
	struct buf *out = out_text();
	buf_printf(out, "%llu byte%s equal, then they differ: ", (unsigned long long)at,
		at == 1 ? " is" : "s are");
	show_addr(s, out, a + at);
	buf_puts(out, " and ");
	show_addr(s, out, b + at);
	buf_putc(out, '\n');
	load_side(s, a + start, n, &one);
	load_side(s, b + start, n, &two);
	show_sides(&one, &two, start, n);
}

/* One side of a comparison. */
struct side_parts {
	struct parts parts;
	size_t at; /* the part that was asked for last */
};

/* How many bytes from ADDR on are all in the same part. *ZEROS: they were never touched. */
static uint64_t same_part(struct side_parts *side, uint64_t addr, bool *zeros)
{
	while (side->at + 1 < side->parts.n && side->parts.v[side->at].end <= addr)
		side->at++;
	const struct part *p = &side->parts.v[side->at];
	*zeros = p->kind == PART_ZERO;
	return p->end - addr;
}

/* Compares part by part, leaving out what is zeros on both sides. */
static enum remote_status compare_parts(struct session *s, struct side_parts *one,
	struct side_parts *two, uint64_t len, uint64_t *equal, struct wire_fault *fault)
{
	uint64_t a = one->parts.v[0].start, b = two->parts.v[0].start;
	enum remote_status status = REMOTE_DONE;
	for (*equal = 0; status == REMOTE_DONE && *equal < len;) {
		struct range_progress progress = {0};
		bool zeros, zeros_too;
		uint64_t n = same_part(one, a + *equal, &zeros);
		n = MIN(n, same_part(two, b + *equal, &zeros_too));
		if (zeros && zeros_too) {
			*equal += n;
			continue;
		}
		n = MIN(n, (uint64_t)LOOK);
		status = remote_compare(s->remote, a + *equal, b + *equal, n, &progress, fault);
		*equal += progress.done;
		out_progress(*equal, len);
		if (progress.done < n)
			break;
	}
	return status;
}

/*
 * Compares LEN bytes, more than none. *EQUAL is how many are the same before the first difference.
 */
static enum remote_status compare_ranges(struct session *s, uint64_t a, uint64_t b, uint64_t len,
	uint64_t *equal, struct wire_fault *fault)
{
	struct side_parts one = {.parts = PARTS_INIT}, two = {.parts = PARTS_INIT};
	enum remote_status status = REMOTE_DONE;
	if (!parts_add(s, a, a + len, true, &one.parts) ||
		!parts_add(s, b, b + len, true, &two.parts))
		status = remote_interrupted() ? REMOTE_INTERRUPTED : REMOTE_LOST;
	if (status == REMOTE_DONE)
		status = compare_parts(s, &one, &two, len, equal, fault);
	parts_deinit(&one.parts);
	parts_deinit(&two.parts);
	return status;
}

static enum status compare(
	struct session *s, uint64_t a, uint64_t b, uint64_t len, bool quiet, uint64_t *equal)
{
	enum remote_status status = REMOTE_DONE;
	struct wire_fault fault, again;
	struct effects_probe probe;
	*equal = 0;
	effects_accesses_before(s, &probe, a, b, len);
	out_progress_begin("compare");
	if (len)
		status = compare_ranges(s, a, b, len, equal, &fault);
	out_progress_end();
	effects_access_after(s, &probe, status == REMOTE_DONE);
	if (status == REMOTE_DONE && *equal < len && !quiet)
		show_difference(s, a, b, len, *equal);
	else if (status != REMOTE_LOST && !quiet)
		out_printf("%llu byte%s equal%s\n", (unsigned long long)*equal,
			*equal == 1 ? " is" : "s are", *equal < len ? " up to there" : "");
	if (status == REMOTE_FAULT)
		facts_fault(s, ACCESS_READ, (refuses(s, a + *equal, &again) ? a : b) + *equal,
			len - *equal, true, &fault);
	return range_status(status);
}

static enum status run_compare(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t a = value_bits(in->args[0]), b = value_bits(in->args[1]),
		 len = value_bits(in->args[2]), equal = 0;
	bool quiet = in->node->kind == N_CALL;
	if (!range_check(in, 0, a, len, err) || !range_check(in, 1, b, len, err))
		return ST_ERROR;
	enum status status = compare(s, a, b, len, quiet, &equal);
	if (quiet && status == ST_OK)
		out->value = value_uint(equal);
	return status;
}

#define ADDR(n)                                                                                    \
	{                                                                                          \
		.name = n, .kind = KIND_ADDR                                                       \
	}
#define LEN                                                                                        \
	{                                                                                          \
		.name = "LEN", .kind = KIND_LEN                                                    \
	}

const struct row rows_range[] = {
	{
		.form = {.name = "fill",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(ADDR("ADDR"), LEN,
				{.name = "PATTERN",
					.kind = KIND_BYTES,
					.flags = PARAM_REPEATS | PARAM_TEXT})},
		.group = "range",
		.summary = "store a pattern over and over",
		.details = "Stores the bytes of PATTERN, given as for write, again and again until "
			   "LEN bytes are full; the last "
			   "may be cut short. Where the memory refuses the bytes before it stay "
			   "filled, and the fault follows.",
		.example = "p = mmap 16*page\nfill p 16*page 0xaa\nfill p 6 \"ab\"\nexpect *(u32 "
			   "*)(p + 3) == 0xaa626162",
		.see = "write copy",
		.run = run_fill,
	},
	{
		.form = {.name = "copy",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(ADDR("DST"), ADDR("SRC"), LEN)},
		.group = "range",
		.summary = "copy memory to another place",
		.details = "Loads LEN bytes from SRC on and stores them from DST on. The ranges "
			   "may overlap: if DST lies within the "
			   "source, it goes from the end down, so that every byte is read before "
			   "it is overwritten. Where the "
			   "memory refuses, what was copied stays, and the fault follows.",
		.example = "p = mmap 2*page\nwrite p \"abcdef\"\ncopy p+2 p 6\nexpect *(u64 *)p == "
			   "0x6665646362616261",
		.see = "fill compare",
		.run = run_copy,
	},
	{
		.form = {.name = "compare",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_FUNCTION | FORM_SHELL,
			PARAMS(ADDR("A"), ADDR("B"), LEN)},
		.group = "range",
		.summary = "find where two ranges differ",
		.details = "Loads from both ranges until bytes differ, and shows the lines that "
			   "differ in the 64 bytes from there on, "
			   "those of A to the left and those of B to the right. With parentheses "
			   "it shows nothing and yields how many "
			   "bytes are equal before the first difference: LEN if there is none. "
			   "What was never touched on either side holds zeros on both, and is not "
			   "read.",
		.example = "p = mmap 2*page\nfill p 2*page 7\nexpect compare(p, p + page, page) == "
			   "page\n*(u8 *)(p + 100) = 8\n"
			   "compare p p+page page",
		.see = "find checksum",
		.run = run_compare,
	},
	ROW_END,
};
