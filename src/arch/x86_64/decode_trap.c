/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why the CPU refused an instruction: by its trap and the few bytes that tell the refused
 * instructions apart.
 *
 * This is no disassembler: it knows the opcodes that fault for a reason of their own. Source:
 * Intel's manual, volume 2.
 */
#include <signal.h>

#include "arch/arch.h"
#include "arch/x86_64/regs.h"

enum {
	TRAP_DE = 0,
	TRAP_DB = 1,
	TRAP_BP = 3,
	TRAP_UD = 6,
	TRAP_SS = 12,
	TRAP_GP = 13,
	TRAP_MF = 16,
	TRAP_AC = 17,
	TRAP_XM = 19,
};
enum { FLAG_TF = 1 << 8 };
/* MAP_0F01: 0F 01 with a register in the next byte, which then tells the instruction. */
enum { MAP_ONE = 0, MAP_0F = 0x0f, MAP_0F01 = 1 };

static const char privileged[] = "only the kernel may execute it (ring 0; programs run in ring 3)";
static const char ports[] = "programs may not use input/output ports, unless ioperm(2) allows them";
static const char interrupts[] = "only the kernel may switch interrupts off and on";
static const char aligned[] = "its operand in memory must lie on a multiple of 16 bytes";
static const char undefined[] = "an opcode that will never mean anything, made to stop a program";
static const char not_64[] = "an instruction that 64-bit code does not have";

/* Prefixes taken off, the opcode and what follows it. */
struct opcode {
	uint8_t map; /* MAP_ONE, MAP_0F or MAP_0F01 */
	uint8_t byte;
	bool has_modrm;
	uint8_t modrm;
	uint8_t rex;
	bool wide; /* the prefix 0x66: of vector instructions it names another one */
};

/*
 * An opcode that faults for a reason of its own: FIRST to LAST in MAP. REG: the digit behind the
 * slash in the manual, ANY, or WIDE for one that only the prefix 0x66 makes.
 */
enum { ANY = 8, WIDE = 9 };
static const struct {
	uint64_t trap;
	uint8_t map, first, last, reg;
	struct arch_instruction is;
} table[] = {
	{TRAP_GP, MAP_ONE, 0xf4, 0xf4, ANY, {"hlt", privileged}},
	{TRAP_GP, MAP_ONE, 0xfa, 0xfa, ANY, {"cli", interrupts}},
	{TRAP_GP, MAP_ONE, 0xfb, 0xfb, ANY, {"sti", interrupts}},
	{TRAP_GP, MAP_ONE, 0xe4, 0xe5, ANY, {"in", ports}},
	{TRAP_GP, MAP_ONE, 0xec, 0xed, ANY, {"in", ports}},
	{TRAP_GP, MAP_ONE, 0xe6, 0xe7, ANY, {"out", ports}},
	{TRAP_GP, MAP_ONE, 0xee, 0xef, ANY, {"out", ports}},
	{TRAP_GP, MAP_ONE, 0x6c, 0x6d, ANY, {"ins", ports}},
	{TRAP_GP, MAP_ONE, 0x6e, 0x6f, ANY, {"outs", ports}},
	{TRAP_GP, MAP_ONE, 0xcd, 0xcd, ANY,
		{"int", "programs may raise only the interrupts 3, 4 and, where the kernel has it, "
			"0x80"}},
	{TRAP_GP, MAP_ONE, 0x8e, 0x8e, ANY,
		{"mov to a segment register",
			"the selector names no segment that programs may use"}},
	{TRAP_GP, MAP_0F, 0x30, 0x30, ANY, {"wrmsr", privileged}},
	{TRAP_GP, MAP_0F, 0x32, 0x32, ANY, {"rdmsr", privileged}},
	{TRAP_GP, MAP_0F, 0x33, 0x33, ANY,
		{"rdpmc", "the kernel did not allow programs to read performance counters"}},
	{TRAP_GP, MAP_0F, 0x31, 0x31, ANY,
		{"rdtsc", "this program may not read the time-stamp counter (PR_SET_TSC)"}},
	{TRAP_GP, MAP_0F, 0xa2, 0xa2, ANY,
		{"cpuid", "the kernel forbids it to this program (ARCH_CPUID)"}},
	{TRAP_GP, MAP_0F, 0x06, 0x06, ANY, {"clts", privileged}},
	{TRAP_GP, MAP_0F, 0x07, 0x07, ANY, {"sysret", privileged}},
	{TRAP_GP, MAP_0F, 0x08, 0x08, ANY, {"invd", privileged}},
	{TRAP_GP, MAP_0F, 0x09, 0x09, ANY, {"wbinvd", privileged}},
	{TRAP_GP, MAP_0F, 0x35, 0x35, ANY, {"sysexit", privileged}},
	{TRAP_GP, MAP_0F, 0x20, 0x20, ANY, {"mov from a control register", privileged}},
	{TRAP_GP, MAP_0F, 0x22, 0x22, ANY, {"mov to a control register", privileged}},
	{TRAP_GP, MAP_0F, 0x21, 0x21, ANY, {"mov from a debug register", privileged}},
	{TRAP_GP, MAP_0F, 0x23, 0x23, ANY, {"mov to a debug register", privileged}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 2, {"lldt", privileged}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 3, {"ltr", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 2, {"lgdt", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 3, {"lidt", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 6, {"lmsw", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 7, {"invlpg", privileged}},
	{TRAP_GP, MAP_0F01, 0xd1, 0xd1, ANY, {"xsetbv", privileged}},
	{TRAP_GP, MAP_0F01, 0xf0, 0xf7, ANY, {"lmsw", privileged}},
	{TRAP_GP, MAP_0F01, 0xf8, 0xf8, ANY, {"swapgs", privileged}},
	{TRAP_GP, MAP_0F, 0x28, 0x29, ANY, {"movaps", aligned}},
	{TRAP_GP, MAP_0F, 0x2b, 0x2b, ANY, {"movntps", aligned}},
	{TRAP_GP, MAP_0F, 0x6f, 0x6f, WIDE, {"movdqa", aligned}},
	{TRAP_GP, MAP_0F, 0x7f, 0x7f, WIDE, {"movdqa", aligned}},
	{TRAP_GP, MAP_0F, 0xe7, 0xe7, WIDE, {"movntdq", aligned}},
	{TRAP_UD, MAP_0F, 0x0b, 0x0b, ANY, {"ud2", undefined}},
	{TRAP_UD, MAP_0F, 0xb9, 0xb9, ANY, {"ud1", undefined}},
	{TRAP_UD, MAP_0F, 0xff, 0xff, ANY, {"ud0", undefined}},
	{TRAP_UD, MAP_ONE, 0x06, 0x07, ANY, {"push es or pop es", not_64}},
	{TRAP_UD, MAP_ONE, 0x0e, 0x0e, ANY, {"push cs", not_64}},
	{TRAP_UD, MAP_ONE, 0x16, 0x17, ANY, {"push ss or pop ss", not_64}},
	{TRAP_UD, MAP_ONE, 0x1e, 0x1f, ANY, {"push ds or pop ds", not_64}},
	{TRAP_UD, MAP_ONE, 0x27, 0x27, ANY, {"daa", not_64}},
	{TRAP_UD, MAP_ONE, 0x2f, 0x2f, ANY, {"das", not_64}},
	{TRAP_UD, MAP_ONE, 0x37, 0x37, ANY, {"aaa", not_64}},
	{TRAP_UD, MAP_ONE, 0x3f, 0x3f, ANY, {"aas", not_64}},
	{TRAP_UD, MAP_ONE, 0x60, 0x61, ANY, {"pusha or popa", not_64}},
	{TRAP_UD, MAP_ONE, 0x9a, 0x9a, ANY, {"call far", not_64}},
	{TRAP_UD, MAP_ONE, 0xce, 0xce, ANY, {"into", not_64}},
	{TRAP_UD, MAP_ONE, 0xd4, 0xd4, ANY, {"aam", not_64}},
	{TRAP_UD, MAP_ONE, 0xd5, 0xd5, ANY, {"aad", not_64}},
	{TRAP_UD, MAP_ONE, 0xea, 0xea, ANY, {"jmp far", not_64}},
};

static bool is_prefix(uint8_t b)
{
	return b == 0x66 || b == 0x67 || b == 0xf0 || b == 0xf2 || b == 0xf3 || b == 0x2e ||
	       b == 0x36 || b == 0x3e || b == 0x26 || b == 0x64 || b == 0x65;
}

/* Next byte of CODE; false at its end. */
static bool next(const struct arch_code *code, size_t *at, uint8_t *byte)
{
	if (*at >= code->n || *at >= ARCH_CODE_MAX)
		return false;
	*byte = code->bytes[(*at)++];
	return true;
}

static bool read_opcode(const struct arch_code *code, struct opcode *op)
{
	size_t at = 0;
	uint8_t byte;

	*op = (struct opcode){0};
	do {
		if (!next(code, &at, &byte))
			return false;
		op->wide |= byte == 0x66;
	} while (is_prefix(byte));
	if ((byte & 0xf0) == 0x40) {
		op->rex = byte;
		if (!next(code, &at, &byte))
			return false;
	}
	if (byte == MAP_0F) {
		op->map = MAP_0F;
		if (!next(code, &at, &byte))
			return false;
	}
	op->byte = byte;
	op->has_modrm = next(code, &at, &op->modrm);
	if (op->map == MAP_0F && op->byte == 0x01 && op->has_modrm && op->modrm >= 0xc0) {
		op->map = MAP_0F01;
		op->byte = op->modrm;
	}
	return true;
}

static unsigned modrm_reg(const struct opcode *op)
{
	return op->modrm >> 3 & 7;
}

/* The goal of a jump is checked before it is taken. A goal in memory has an address of its own. */
static bool explain_jump(const struct opcode *op, struct arch_instruction *out)
{
	enum { CALL = 2, JUMP = 4 };
	bool indirect = op->byte == 0xff && op->has_modrm &&
			(modrm_reg(op) == CALL || modrm_reg(op) == JUMP);

	if (op->map != MAP_ONE)
		return false;
	if (op->byte == 0xc3 || op->byte == 0xc2) {
		*out = (struct arch_instruction){
			"ret", "the address on the stack that it returns to is not canonical"};
		return true;
	}
	out->name = modrm_reg(op) == CALL ? "call" : "jmp";
	out->why = op->modrm >> 6 == 3 ? "the address that it goes to is not canonical"
				       : "the address that it goes to, or that of its operand in "
					 "memory, is not canonical";
	return indirect;
}

static bool look_up(uint64_t trap, const struct opcode *op, struct arch_instruction *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].trap != trap || table[i].map != op->map || op->byte < table[i].first ||
			op->byte > table[i].last)
			continue;
		if (table[i].reg == WIDE && !op->wide)
			continue;
		if (table[i].reg < ANY && (!op->has_modrm || modrm_reg(op) != table[i].reg))
			continue;
		*out = table[i].is;
		return true;
	}
	return false;
}

/* The register that the r/m field names, in the numbering of instructions. */
static uint64_t register_operand(const struct wire_fault *fault, const struct opcode *op)
{
	static const uint8_t numbering[16] = {MREG_AX, MREG_CX, MREG_DX, MREG_BX, MREG_SP, MREG_BP,
		MREG_SI, MREG_DI, MREG_R8, MREG_R9, MREG_R10, MREG_R11, MREG_R12, MREG_R13,
		MREG_R14, MREG_R15};
	return fault->regs[numbering[(op->modrm & 7) | (op->rex & 1) << 3]];
}

/* A divisor in a register tells a division by zero from a quotient that is too large. */
static void explain_division(
	const struct wire_fault *fault, const struct opcode *op, struct arch_instruction *out)
{
	enum { SIGNED = 7, UNSIGNED = 6, WIDE_REX = 8 };
	bool divides = op->map == MAP_ONE && (op->byte == 0xf6 || op->byte == 0xf7) &&
		       op->has_modrm && modrm_reg(op) >= UNSIGNED;

	out->why = "the divisor is 0, or the quotient does not fit";
	if (!divides)
		return;
	out->name = modrm_reg(op) == SIGNED ? "idiv" : "div";
	if (op->modrm >> 6 != 3 || op->byte == 0xf6)
		return;
	uint64_t divisor = register_operand(fault, op);
	if (!(op->rex & WIDE_REX))
		divisor = (uint32_t)divisor;
	out->why = divisor ? "the quotient does not fit the register that it goes to"
			   : "the divisor is 0";
}

static void explain_debug(
	const struct wire_fault *fault, const struct arch_code *code, struct arch_instruction *out)
{
	if (fault->code == TRAP_TRACE || fault->regs[MREG_FLAGS] & FLAG_TF) {
		out->why = "the trap flag (TF) is set, and the CPU stops after each instruction";
	} else if ((code->n && code->bytes[0] == 0xf1) ||
		   (code->has_before && code->before == 0xf1)) {
		*out = (struct arch_instruction){
			"int1", "it raises a debug exception, which is all that it does"};
	}
}

bool arch_explain_instruction(
	const struct wire_fault *fault, const struct arch_code *code, struct arch_instruction *out)
{
	struct arch_instruction is = {0};
	struct opcode op;
	bool known = read_opcode(code, &op);

	if (!arch_trap_valid(fault))
		return false;
	switch (fault->trap) {
	case TRAP_DE:
		explain_division(fault, known ? &op : &(struct opcode){0}, &is);
		break;
	case TRAP_DB:
		explain_debug(fault, code, &is);
		break;
	case TRAP_BP:
		is = (struct arch_instruction){
			code->has_before && code->before == 0xcc ? "int3" : NULL,
			"a breakpoint, made for debuggers; the instruction pointer is already "
			"behind it"};
		break;
	case TRAP_SS:
		is.why = "the address that it makes from the stack pointer or the frame pointer is "
			 "not canonical";
		break;
	case TRAP_AC:
		is.why = "the flag AC is set, and its operand in memory does not lie on a multiple "
			 "of its size";
		break;
	case TRAP_MF:
		is.why = "the x87 control word lets this exception through; it is reported by the "
			 "next x87 instruction";
		break;
	case TRAP_XM:
		is.why = "MXCSR lets this exception through";
		break;
	default:
		if (!known)
			return false;
		if (!look_up(fault->trap, &op, &is) &&
			!(fault->trap == TRAP_GP && explain_jump(&op, &is)))
			return false;
	}
	*out = is;
	return is.why != NULL;
}
