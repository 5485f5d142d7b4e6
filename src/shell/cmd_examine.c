/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: x, gdb's way of looking at memory. Source of the format letters: gdb's manual, "Examining
 * Memory". */
#include <stdio.h>

#include "shell/disasm.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/symbols.h"
#include "shell/tables.h"

enum { UNITS_MAX = 1 << 20 };

/* One x command: what is shown and how. */
struct plan {
	uint64_t count;
	char letter;   /* x z d u o t c s a i */
	unsigned size; /* bytes in a unit: 1, 2, 4, 8 */
};

static unsigned size_of(char letter)
{
	switch (letter) {
	case 'b':
		return 1;
	case 'h':
		return 2;
	case 'w':
		return 4;
	case 'g':
		return 8;
	default:
		return 0;
	}
}

static char letter_of(unsigned size)
{
	return size == 1 ? 'b' : size == 2 ? 'h' : size == 4 ? 'w' : 'g';
}

/* Reads "4gx": a count, then a format and a size letter in any order; what is missing is as it was
 * last. */
static bool read_format(
	struct session *s, struct str text, struct span span, struct plan *plan, struct err *err)
{
	size_t i = 0;
	uint64_t count = 0;
	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		count = MIN(count * 10 + (uint64_t)(text.p[i] - '0'), (uint64_t)UNITS_MAX + 1);
	bool sized = false;
	size_t digits = i;
	char letter = s->examine.letter, size = s->examine.size;
	for (; i < text.n; i++) {
		if (size_of(text.p[i])) {
			size = text.p[i];
			sized = true;
		} else if (strchr("xzduotcsai", text.p[i])) {
			letter = text.p[i];
		} else {
			return err_set(err, ERR_ARGS, span,
				"/%.*s: no format %c: use x z d u o t c s a i, sizes b h w g, and "
				"a count before them",
				(int)text.n, text.p, text.p[i]);
		}
	}
	if (count > UNITS_MAX)
		return err_set(err, ERR_VALUE, span, "/%.*s: at most %d units at once", (int)text.n,
			text.p, UNITS_MAX);
	if (letter == 'a' && !sized)
		size = 'g';
	if ((letter == 'c' || letter == 's') && !sized)
		size = 'b';
	s->examine.letter = letter;
	if (letter != 'c' && letter != 's' && letter != 'a' && letter != 'i')
		s->examine.size = size;
	*plan = (struct plan){.count = digits ? count : 1, .letter = letter, .size = size_of(size)};
	return true;
}

static unsigned units_in_line(const struct plan *p)
{
	if (p->letter == 's')
		return 1;
	if (p->letter == 't')
		return p->size >= 4 ? 8 / p->size : 8 / p->size / 2 ? 8 / p->size / 2 : 1;
	return p->size >= 4 ? 16 / p->size : 8;
}

static int64_t sign_extend(uint64_t bits, unsigned size)
{
	unsigned shift = 64 - size * 8;
	return (int64_t)(bits << shift) >> shift;
}

static void binary(struct buf *b, uint64_t bits, unsigned digits)
{
	while (digits--)
		buf_putc(b, bits >> digits & 1 ? '1' : '0');
}

static void character(struct buf *b, uint64_t bits)
{
	char c = (char)bits;
	struct buf quoted = BUF_INIT;
	buf_printf(b, "%d '", (signed char)c);
	if (c == '\'') {
		buf_puts(b, "\\'");
	} else {
		value_print(&quoted, value_str((struct str){&c, 1}));
		buf_add(b, quoted.p + 1, quoted.len - 2);
	}
	buf_putc(b, '\'');
	buf_deinit(&quoted);
}

static void unit_print(struct session *s, struct buf *b, const struct plan *p, uint64_t bits)
{
	switch (p->letter) {
	case 'x':
	case 'z':
		buf_puts(b, "0x");
		buf_hex(b, bits, p->size * 2);
		break;
	case 'd':
		buf_printf(b, "%lld", (long long)sign_extend(bits, p->size));
		break;
	case 'u':
		buf_dec(b, bits);
		break;
	case 'o':
		buf_printf(b, "%s%llo", bits ? "0" : "", (unsigned long long)bits);
		break;
	case 't':
		binary(b, bits, p->size * 8);
		break;
	case 'c':
		character(b, bits);
		break;
	case 'a':
		buf_puts(b, "0x");
		buf_hex(b, bits, 1);
		struct buf name = BUF_INIT;
		if (symbol_name(s, &name, bits) || name_address(s, &name, bits))
			buf_printf(b, " <%s>", buf_cstr(&name));
		buf_deinit(&name);
		break;
	}
}

static enum status load_unit(struct session *s, uint64_t addr, unsigned size, uint64_t *bits)
{
	return s->host.load(s, addr, size, bits);
}

static void line_start(struct session *s, uint64_t addr)
{
	show_addr(s, out_text(), addr);
	buf_putc(out_text(), ':');
}

/* COUNT units from *ADDR on; *ADDR ends behind the last that could be read. */
static enum status examine_units(struct session *s, const struct plan *p, uint64_t *addr)
{
	struct buf *b = out_text();
	unsigned per_line = units_in_line(p);
	enum status status = ST_OK;
	bool open = false;
	for (uint64_t i = 0; i < p->count && status == ST_OK; i++) {
		uint64_t bits;
		status = load_unit(s, *addr, p->size, &bits);
		if (status != ST_OK)
			break;
		if (i % per_line == 0) {
			if (open)
				buf_putc(b, '\n');
			line_start(s, *addr);
			open = true;
		}
		buf_putc(b, '\t');
		unit_print(s, b, p, bits);
		*addr += p->size;
		out_maybe_flush();
	}
	if (open)
		buf_putc(b, '\n');
	return status;
}

/* One string up to its NUL, byte by byte as a program would; cut after 200 bytes as gdb does. */
static enum status examine_string(struct session *s, uint64_t *addr)
{
	enum { LONGEST = 200 };
	char text[LONGEST];
	size_t n = 0;
	uint64_t start = *addr, bits = 1;
	enum status status = ST_OK;
	while (n < LONGEST && bits && status == ST_OK) {
		status = load_unit(s, *addr, 1, &bits);
		if (status == ST_OK) {
			++*addr;
			text[n] = (char)bits;
			n += bits != 0;
		}
	}
	if (n || status == ST_OK) {
		line_start(s, start);
		buf_putc(out_text(), '\t');
		value_print(out_text(), value_str((struct str){text, n}));
		buf_puts(out_text(), n == LONGEST ? "...\n" : "\n");
	}
	return status;
}

/* "=> 0x7f… <puts+4>:": the arrow marks where the last signal stopped code. */
static void insn_start(struct session *s, uint64_t addr)
{
	struct buf *b = out_text();
	struct buf name = BUF_INIT;
	bool here = s->have_registers && s->registers.ip == addr;
	buf_puts(b, here ? "=> " : "   ");
	if (!s->settings.named) {
		buf_puts(b, "0x");
		buf_hex(b, addr, 1);
		buf_puts(
			b, symbol_name(s, &name, addr) || name_address(s, &name, addr) ? " <" : "");
	} else if (!symbol_name(s, &name, addr)) {
		show_addr(s, &name, addr);
	}
	buf_printf(b, "%s%s:\t", buf_cstr(&name), name.len && !s->settings.named ? ">" : "");
	buf_deinit(&name);
}

/* The name of what an instruction mentions: "<puts>", or "# 0x7f… <environ>" where TEXT does not
 * have the address. */
static void reference(struct session *s, const char *text, uint64_t addr)
{
	struct buf name = BUF_INIT;
	char number[20];
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)addr);
	if (symbol_name(s, &name, addr) || name_address(s, &name, addr)) {
		if (!strstr(text, number))
			out_printf("\t# %s", number);
		buf_printf(out_text(), " <%s>", buf_cstr(&name));
	}
	buf_deinit(&name);
}

static enum status examine_insn(struct session *s, uint64_t *addr)
{
	unsigned char bytes[INSN_LONGEST];
	struct insn insn;
	struct wire_fault fault;
	size_t n = 0;
	enum remote_status status = remote_read(s->remote, *addr, bytes, sizeof(bytes), &n, &fault);
	if (status == REMOTE_LOST || status == REMOTE_INTERRUPTED)
		return status == REMOTE_LOST ? ST_LOST : ST_INTERRUPTED;
	bool known = disasm(bytes, n, *addr, s->settings.intel, NULL, &insn);
	if (!known && status == REMOTE_FAULT) {
		facts_fault(s, ACCESS_READ, *addr + n, sizeof(bytes) - n, true, &fault);
		return ST_FAULT;
	}
	insn_start(s, *addr);
	buf_puts(out_text(), known ? insn.text : "(bad)");
	if (known && insn.refers)
		reference(s, insn.text, insn.reference);
	buf_putc(out_text(), '\n');
	*addr += known ? insn.size : 1;
	return ST_OK;
}

static enum status examine_insns(
	struct session *s, uint64_t count, uint64_t *addr, struct span span, struct err *err)
{
	enum status status = ST_OK;
	if (disasm_missing()) {
		err_set(err, ERR_SYSTEM, span, "instructions cannot be shown: %s",
			disasm_missing());
		return ST_ERROR;
	}
	for (uint64_t i = 0; i < count && status == ST_OK && !out_stopped(); i++) {
		status = remote_interrupted() ? ST_INTERRUPTED : examine_insn(s, addr);
		out_maybe_flush();
	}
	return status;
}

static enum status run_examine(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct plan plan = {0};
	(void)out;
	struct str format = in->args[0].type.base == T_STRING ? in->args[0].str : STR("");
	if (!read_format(s, format, in->node->op_span, &plan, err))
		return ST_ERROR;
	if (in->args[1].type.base == T_NONE && !s->examine.shown) {
		err_set(err, ERR_ARGS, in->node->op_span,
			"ADDR is missing, and nothing was examined yet that x could go on behind");
		return ST_ERROR;
	}
	uint64_t addr = in->args[1].type.base == T_NONE ? s->examine.next : value_bits(in->args[1]);
	enum status status = ST_OK;
	if (plan.letter == 'i')
		status = examine_insns(s, plan.count, &addr, in->node->op_span, err);
	else if (plan.letter != 's')
		status = examine_units(s, &plan, &addr);
	for (uint64_t i = 0; plan.letter == 's' && i < plan.count && status == ST_OK; i++)
		status = examine_string(s, &addr);
	s->examine.next = addr;
	s->examine.shown = true;
	if (status == ST_OK)
		session_again(s, "x/%u%c%c 0x%llx", (unsigned)plan.count, plan.letter,
			letter_of(plan.size), (unsigned long long)addr);
	return status;
}

const struct row rows_examine[] = {
	{
		.form = {.name = "x",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL | FORM_FORMAT,
			PARAMS({.name = "/FMT",
				       .kind = KIND_TEXT,
				       .reads = READS_WORD,
				       .flags = PARAM_OPTIONAL,
				       .dflt = "as last"},
				{.name = "ADDR",
					.kind = KIND_ADDR,
					.flags = PARAM_OPTIONAL,
					.dflt = "behind the last"})},
		.group = "bytes",
		.summary = "examine memory as gdb does: x/4gx p",
		.details = "FMT is a count, a format letter and a size letter, as in x/4gx. "
			   "Formats: x hex, z hex too, d signed, u "
			   "unsigned, o octal, t binary, c character, s string, a address with its "
			   "name, i instruction (=> marks $rip). Sizes: b 1, h 2, w 4, g 8 "
			   "bytes. Letters left out stay as they were last, the count is 1 then. "
			   "Every unit is one load. Without "
			   "ADDR it goes on behind the last unit shown.",
		.example = "p = mmap page\n*p = 0x1122334455667788\nx/2gx p\nx/s p\nx/4xb p",
		.see = "read",
		.run = run_examine,
	},
	ROW_END,
};
