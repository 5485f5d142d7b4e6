/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where called code was stopped: the instruction, what it touched, its callers. */
#include "shell/code_fault.h"

#include <signal.h>

#include "arch/arch.h"
#include "shell/backtrace.h"
#include "shell/disasm.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/symbols.h"

enum { FRAMES_SHOWN = 8 };

/* ---- The instruction ---- */

size_t code_bytes(struct session *s, uint64_t addr, unsigned char *bytes, struct wire_fault *fault)
{
	size_t done = 0;
	remote_read(s->remote, addr, bytes, INSN_LONGEST, &done, fault);
	return done;
}

static bool decode(
	struct session *s, uint64_t addr, const struct wire_fault *wire, struct insn *out)
{
	unsigned char bytes[INSN_LONGEST];
	struct wire_fault fault;
	size_t n = code_bytes(s, addr, bytes, &fault);
	return disasm(bytes, n, addr, s->settings.intel, wire, out);
}

/* The instruction that raised WIRE, which some traps report only by the address behind it. */
static bool decode_culprit(
	struct session *s, const struct wire_fault *wire, uint64_t *ip, struct insn *out)
{
	struct arch_code code = {0};
	facts_code(s, wire, &code);
	*ip = wire->ip - arch_code_behind(wire, &code);
	return decode(s, *ip, wire, out);
}

/* ---- What it touched ---- */

static bool is_address(struct session *s, uint64_t addr)
{
	return arch_addr_canonical(addr, facts_levels(s));
}

static enum access_kind kind_of(enum arch_access access)
{
	return access == ARCH_ACCESS_WRITE     ? ACCESS_WRITE
	       : access == ARCH_ACCESS_EXECUTE ? ACCESS_FETCH
					       : ACCESS_READ;
}

/* The CPU told the address: the operand in which it lies tells where the access began and how wide
 * it was. */
static void find_width(struct fault *f, const struct insn *insn)
{
	for (unsigned i = 0; i < insn->n_operands; i++) {
		const struct arch_operand *o = &insn->operands[i];
		if (kind_of(o->access) != f->kind || !o->size || f->wire.addr - o->addr >= o->size)
			continue;
		f->addr = o->addr;
		f->len = o->size;
		return;
	}
}

static void set_fetch(struct fault *f, uint64_t addr)
{
	f->kind = ACCESS_FETCH;
	f->addr = addr;
	f->len = 0;
}

/* The CPU did not tell: an operand whose address is none must be it. */
static void find_non_address(struct session *s, struct fault *f, const struct insn *insn)
{
	for (unsigned i = 0; i < insn->n_operands && f->kind == ACCESS_OTHER; i++) {
		const struct arch_operand *o = &insn->operands[i];
		uint64_t target;
		if (!is_address(s, o->addr) || (o->size && !is_address(s, o->addr + o->size - 1))) {
			f->kind = kind_of(o->access);
			f->addr = o->addr;
			f->len = o->size;
		} else if (o->is_target) {
			struct wire_fault ignored;
			if (remote_load(s->remote, o->addr, 8, &target, &ignored) == REMOTE_DONE &&
				!is_address(s, target))
				set_fetch(f, target);
		}
	}
}

/* ---- In words ---- */

static void line(struct buf *b, const char *label, const struct buf *text)
{
	buf_printf(b, "  %-8s %s\n", label, buf_cstr(text));
}

static void put_place(struct session *s, struct buf *b, uint64_t addr)
{
	struct buf name = BUF_INIT;
	struct symbol symbol;
	buf_puts(b, "0x");
	buf_hex(b, addr, 1);
	if (!symbol_at(s, addr, &symbol) ? name_address(s, &name, addr) : true) {
		if (!name.len)
			symbol_describe(s, &name, addr);
		buf_printf(b, " (%s)", buf_cstr(&name));
	}
	buf_deinit(&name);
}

/* The bytes there, where they could not be decoded; nothing where none can be read. */
static void say_bytes(struct session *s, struct buf *b, uint64_t ip)
{
	unsigned char bytes[INSN_LONGEST];
	struct wire_fault fault;
	size_t n = MIN(code_bytes(s, ip, bytes, &fault), (size_t)8);
	if (!n)
		return;
	buf_puts(b, ": the bytes");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, " %02x", bytes[i]);
	if (disasm_missing())
		buf_printf(b, ", not disassembled: %s", disasm_missing());
	else
		buf_puts(b, ", no instruction that capstone knows");
}

static void say_code(struct session *s, struct buf *b, uint64_t ip, const struct insn *insn)
{
	struct buf text = BUF_INIT;
	put_place(s, &text, ip);
	if (insn)
		buf_printf(&text, ": %s", insn->text);
	else
		say_bytes(s, &text, ip);
	line(b, "insn", &text);
	buf_deinit(&text);
}

/* The registers that the operands were computed from. */
static void say_registers(struct buf *b, const struct insn *insn, const struct wire_fault *wire)
{
	struct buf text = BUF_INIT;
	uint32_t said = 0;
	for (unsigned i = 0; i < insn->n_operands; i++) {
		for (unsigned j = 0; j < 2; j++) {
			int reg = insn->operands[i].regs[j];
			if (reg < 0 || (said & 1u << reg))
				continue;
			said |= 1u << reg;
			buf_printf(&text, "%s%s = 0x", text.len ? ", " : "", arch_regs[reg]);
			buf_hex(&text, wire->regs[reg], 1);
		}
	}
	if (text.len)
		line(b, "with", &text);
	buf_deinit(&text);
}

/* The operand that lies where this instruction allows none; NULL if there is no such. */
static const struct arch_operand *misaligned(const struct insn *insn)
{
	for (unsigned i = 0; insn->alignment && i < insn->n_operands; i++) {
		if (insn->operands[i].size && insn->operands[i].addr % insn->alignment)
			return &insn->operands[i];
	}
	return NULL;
}

static void say_notes(struct session *s, struct buf *b, const struct insn *insn)
{
	const struct fault *f = &s->fault.fault;
	const struct arch_operand *o = misaligned(insn);
	struct buf text = BUF_INIT;
	struct arch_instruction known; /* then the headline says it */
	bool untold =
		f->wire.signo == SIGSEGV && f->wire.code == SI_KERNEL && f->kind == ACCESS_OTHER;
	if (f->kind != ACCESS_OTHER && remote_below_stack(s->remote, f->addr))
		buf_printf(&text, "the stack that called code runs on is used up: it has %d KiB",
			WIRE_STACK_SIZE / 1024);
	else if (untold && insn->privileged &&
		 !arch_explain_instruction(&f->wire, &s->fault.around.code, &known))
		buf_puts(&text, "this instruction is for the kernel only");
	else if (untold && o)
		buf_printf(&text, "0x%llx is no multiple of %u, which this instruction needs",
			(unsigned long long)o->addr, insn->alignment);
	if (text.len)
		line(b, "note", &text);
	buf_deinit(&text);
}

static void say_frames(struct session *s, struct buf *b, const struct wire_fault *wire)
{
	struct frame frames[FRAMES_SHOWN];
	size_t n = backtrace_make(s, wire, frames, FRAMES_SHOWN);
	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT;
		struct symbol symbol;
		if (symbol_at(s, frames[i].pc - 1,
			    &symbol)) /* the call itself: behind it another function may begin */
			buf_printf(&text, "0x%llx (%s+0x%llx (%s))",
				(unsigned long long)frames[i].pc, symbol.name,
				(unsigned long long)(symbol.offset + 1), symbol.module);
		else
			put_place(s, &text, frames[i].pc);
		if (frames[i].doubtful)
			buf_puts(&text, " (doubtful)");
		line(b, i ? "" : "caller", &text);
		buf_deinit(&text);
	}
}

/* ---- All of it ---- */

void code_fault(struct session *s, uint64_t callee, const struct wire_fault *wire)
{
	struct fault f = fault_of_code(wire);
	struct insn insn = {0};
	struct buf *place = &s->fault.place;
	uint64_t ip = wire->ip;
	bool agents = remote_owns(s->remote, wire->ip, 1); /* the call did not even get there */
	bool decoded = !agents && f.kind != ACCESS_FETCH && decode_culprit(s, wire, &ip, &insn);
	bool untold = f.kind == ACCESS_OTHER && (wire->signo == SIGSEGV || wire->signo == SIGBUS) &&
		      wire->code > 0;
	if (untold && !is_address(s, wire->ip))
		set_fetch(&f, wire->ip);
	else if (untold && agents && !is_address(s, callee))
		set_fetch(&f, callee);
	else if (untold)
		find_non_address(s, &f, &insn);
	else if (f.kind == ACCESS_READ || f.kind == ACCESS_WRITE)
		find_width(&f, &insn);
	facts_fault(s, f.kind, f.addr, f.len, false, wire);
	s->fault.fault.computed = untold && decoded && f.kind != ACCESS_OTHER;
	if (untold && decoded && misaligned(&insn))
		s->fault.around.alignment = insn.alignment;
	if (!agents && f.kind != ACCESS_FETCH)
		say_code(s, place, ip, decoded ? &insn : NULL);
	if (!agents && f.kind == ACCESS_FETCH && decoded)
		say_code(s, place, ip, &insn);
	if (decoded && (wire->signo == SIGSEGV || wire->signo == SIGBUS))
		say_registers(place, &insn, wire);
	if (decoded) {
		say_notes(s, place, &insn);
	}
	if (!agents)
		say_frames(s, place, wire);
}

void code_interrupted(struct session *s, const struct wire_fault *wire)
{
	struct insn insn;
	bool pressed = remote_interrupted();
	buf_clear(&s->interrupted);
	s->registers = *wire;
	s->have_registers = true;
	if (remote_owns(s->remote, wire->ip, 1))
		return;
	remote_interrupt_clear(); /* what is to be read now is not to be interrupted */
	bool decoded = decode(s, wire->ip, NULL, &insn);
	say_code(s, &s->interrupted, wire->ip, decoded ? &insn : NULL);
	say_frames(s, &s->interrupted, wire);
	if (pressed)
		remote_interrupt();
}
