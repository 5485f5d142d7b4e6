/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: read and write, bytes in and out of the target's memory by its own loads and stores. */
#include <stdio.h>

#include "mem/hexdump.h"
#include "shell/effects.h"
#include "shell/bytes.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

enum { PIECE = 128 * 1024, DEFAULT_LEN = 64 };

/* ---- read ---- */

static enum status dump(struct session *s, uint64_t addr, uint64_t len)
{
	static unsigned char piece[PIECE];
	struct wire_fault fault;
	struct hexdump h;
	enum remote_status status = REMOTE_DONE;
	uint64_t left = len;
	hexdump_start(&h, addr);
	out_progress_begin("read");
	while (left && status == REMOTE_DONE) {
		size_t done = 0;
		status = remote_read(
			s->remote, addr, piece, MIN(left, (uint64_t)PIECE), &done, &fault);
		hexdump_add(&h, out_text(), piece, done);
		out_maybe_flush();
		addr += done;
		left -= done;
		if (!out_to_terminal())
			out_progress(len - left, len);
		if (remote_interrupted() && status == REMOTE_DONE)
			status = REMOTE_INTERRUPTED;
		if (out_stopped())
			break;
	}
	out_progress_end();
	hexdump_end(&h, out_text(), status == REMOTE_FAULT ? left : 0);
	if (status == REMOTE_FAULT)
		facts_fault(s, ACCESS_READ, addr, left, true, &fault);
	return range_status(status);
}

static enum status run_read(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]);
	uint64_t len = in->args[1].type.base == T_NONE ? DEFAULT_LEN : value_bits(in->args[1]);
	(void)out;
	if (len > 0 && addr + len - 1 < addr) {
		err_set(err, ERR_VALUE, in->node->span,
			"the range wraps: 0x%llx + %llu is past the end of the address space",
			(unsigned long long)addr, (unsigned long long)len);
		return ST_ERROR;
	}
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, len);
	enum status status = dump(s, addr, len);
	effects_access_after(s, &probe, status == ST_OK);
	if (status == ST_OK && len)
		session_again(s, "read 0x%llx %llu", (unsigned long long)(addr + len),
			(unsigned long long)len);
	return status;
}

/* ---- write ---- */

bool bytes_add(struct buf *b, struct value v, struct span span, struct err *err)
{
	if (v.type.base == T_STRING && !v.type.depth) {
		buf_str(b, v.str);
		return true;
	}
	unsigned size = type_size(v.type);
	uint64_t bits = value_to_memory(v);
	bool plain = v.type.base == T_S64 && !v.type.depth;
	if (plain && ((int64_t)bits < -128 || (int64_t)bits > 255))
		return err_set(err, ERR_ARGS, span,
			"%lld does not fit a byte: give it a type, such as (u32)%lld",
			(long long)bits, (long long)bits);
	buf_add(b, &bits, plain ? 1 : size);
	return true;
}

bool bytes_gather(struct buf *b, const struct invocation *in, size_t from, struct err *err)
{
	for (size_t i = from; i < in->n; i++) {
		if (in->args[i].type.base == T_NONE)
			continue;
		if (!bytes_add(b, in->args[i], in->node->args[i]->span, err))
			return false;
	}
	return true;
}

static enum status store_all(struct session *s, uint64_t addr, const struct buf *bytes)
{
	struct wire_fault fault;
	size_t done = 0;
	struct effects_probe probe;
	effects_access_before(s, &probe, addr, bytes->len);
	enum remote_status status =
		remote_write(s->remote, addr, bytes->p, bytes->len, &done, &fault);
	effects_access_after(s, &probe, status == REMOTE_DONE);
	if (status != REMOTE_LOST) {
		out_printf("%zu byte%s at ", done, done == 1 ? "" : "s");
		show_addr(s, out_text(), addr);
		out_printf(done < bytes->len ? ", of %zu\n" : "\n", bytes->len);
	}
	if (status == REMOTE_FAULT)
		facts_fault(s, ACCESS_WRITE, addr + done, bytes->len - done, true, &fault);
	return range_status(status);
}

static enum status run_write(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct buf bytes = BUF_INIT;
	uint64_t addr = value_bits(in->args[0]);
	enum status status = ST_ERROR;
	(void)out;
	if (bytes_gather(&bytes, in, 1, err)) {
		if (s->settings.guard && remote_owns(s->remote, addr, bytes.len)) {
			snprintf(s->refusal, sizeof(s->refusal),
				"these bytes would overwrite the agent (see maps); set guard off "
				"allows it");
			status = ST_REFUSED;
		} else {
			status = store_all(s, addr, &bytes);
		}
	}
	buf_deinit(&bytes);
	return status;
}

const struct row rows_bytes[] = {
	{
		.form = {.name = "read",
			.aliases = "hexdump db",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR}, {.name = "LEN",
									    .kind = KIND_LEN,
									    .flags = PARAM_OPTIONAL,
									    .dflt = "64"})},
		.group = "bytes",
		.summary = "show memory as bytes and text",
		.details = "Loads LEN bytes from ADDR on and shows them, 16 a line with their "
			   "characters. Lines equal to the one "
			   "above are shown as one *. Where the memory cannot be read the rest of "
			   "the line is ?? and the fault "
			   "follows. With parentheses, read(fd, addr, len) is the system call.",
		.example = "p = mmap page\nwrite p \"hello\\n\"\nread p 32",
		.see = "x write",
		.run = run_read,
	},
	{
		.form = {.name = "write",
			.aliases = "eb ea",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "BYTES",
					.kind = KIND_BYTES,
					.flags = PARAM_REPEATS | PARAM_TEXT})},
		.group = "bytes",
		.summary = "store bytes: text, numbers, hex\"…\"",
		.details = "Stores the bytes one after the other from ADDR on: those of a string "
			   "\"…\" (without a closing NUL), of "
			   "hex\"90 c3\", of numbers from -128 to 255 one byte each, and of "
			   "numbers with a type, such as (u32)7, as "
			   "many as the type has, the lowest first. With parentheses, write(fd, "
			   "addr, len) is the system call.",
		.example = "p = mmap page\nwrite p \"AB\" 10 hex\"90 c3\" (u16)258\nexpect *(u8 "
			   "*)(p + 5) == 2",
		.see = "read x",
		.run = run_write,
	},
	ROW_END,
};
