/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: telescope, words of memory and what they point at, link by link. */
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

enum { WORD = 8, DEFAULT_COUNT = 8, LINKS = 6, TEXT = 24 };

/* Whether VALUE is the address of something that can be read. */
static bool is_pointer(struct session *s, uint64_t value, struct mapping *m, char *name)
{
	return procmap_query(s->remote, value, m, name) == PROCMAP_FOUND &&
	       mapping_covers(m, value) && (m->perms & PERM_R);
}

/* Whether all bytes of the word are text: then it is shown as such and not as a number. */
static size_t text_length(const char *bytes, size_t n)
{
	size_t i = 0;
	while (i < n && (unsigned char)bytes[i] >= 0x20 && (unsigned char)bytes[i] < 0x7f)
		i++;
	return i;
}

/* The text at ADDR, if there is some: at least 4 characters. */
static bool show_text(struct session *s, struct buf *b, uint64_t addr)
{
	enum { LEAST = 4 };
	char bytes[TEXT];
	size_t have = 0;
	struct wire_fault fault;
	if (remote_read(s->remote, addr, bytes, sizeof(bytes), &have, &fault) == REMOTE_LOST)
		return false;
	size_t n = text_length(bytes, have);
	if (n < LEAST)
		return false;
	buf_putc(b, ' ');
	value_print(b, value_str((struct str){bytes, n}));
	if (n == have)
		buf_puts(b, "...");
	return true;
}

static void show_link(struct session *s, struct buf *b, uint64_t value, const struct mapping *m)
{
	char perms[5];
	buf_puts(b, "0x");
	buf_hex(b, value, 1);
	buf_puts(b, " (");
	size_t before = b->len;
	if (!name_address(s, b, value))
		b->len = before;
	else
		buf_putc(b, ' ');
	perms_print(perms, m->perms);
	buf_printf(b, "%s)", perms);
}

static void show_number(struct buf *b, uint64_t value)
{
	value_print(b, value_uint(value));
}

/* What VALUE is and what it points at, at most LINKS deep. */
static void show_chain(struct session *s, struct buf *b, uint64_t value)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t seen[LINKS];
	struct wire_fault fault;
	for (size_t depth = 0; is_pointer(s, value, &m, name); depth++) {
		show_link(s, b, value, &m);
		for (size_t i = 0; i < MIN(depth, (size_t)LINKS); i++) {
			if (seen[i] == value) {
				buf_puts(b, " again");
				return;
			}
		}
		if (depth == LINKS || show_text(s, b, value))
			return;
		seen[depth] = value;
		buf_puts(b, " -> ");
		if (remote_load(s->remote, value, WORD, &value, &fault) != REMOTE_DONE) {
			buf_puts(b, "??");
			return;
		}
	}
	show_number(b, value);
}

static enum status run_telescope(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]);
	uint64_t count = in->args[1].type.base == T_NONE ? DEFAULT_COUNT : value_bits(in->args[1]);
	uint64_t len = count > UINT64_MAX / WORD ? UINT64_MAX : count * WORD;
	struct wire_fault fault;
	(void)out;
	if (!range_check(in, 0, addr, len, err))
		return ST_ERROR;
	for (uint64_t i = 0; i < count; i++, addr += WORD) {
		uint64_t value;
		if (remote_interrupted())
			return ST_INTERRUPTED;
		enum remote_status status = remote_load(s->remote, addr, WORD, &value, &fault);
		if (status == REMOTE_FAULT)
			facts_fault(s, ACCESS_READ, addr, WORD, false, &fault);
		if (status != REMOTE_DONE)
			return range_status(status);
		show_addr(s, out_text(), addr);
		buf_puts(out_text(), "  ");
		show_chain(s, out_text(), value);
		buf_putc(out_text(), '\n');
		out_maybe_flush();
		if (out_stopped())
			break;
	}
	return ST_OK;
}

const struct row rows_telescope[] = {
	{
		.form = {.name = "telescope",
			.aliases = "dereference",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR}, {.name = "COUNT",
									    .kind = KIND_NUMBER,
									    .flags = PARAM_OPTIONAL,
									    .dflt = "8"})},
		.group = "range",
		.summary = "show words and what they point at",
		.details = "Loads COUNT words of 8 bytes from ADDR on. A word that is the address "
			   "of readable memory is followed to what "
			   "lies there, up to 6 links, with its name and permissions; the chain "
			   "ends at a number, at text, at "
			   "memory that cannot be read (shown as ?\?), or where it comes back to "
			   "itself.",
		.example = "p = mmap page\n*p = (u64)(p + 8)\n*(p + 8) = (u64)(p + 16)\nwrite p+16 "
			   "\"the end\"\ntelescope p 3",
		.see = "x find",
		.run = run_telescope,
	},
	ROW_END,
};
