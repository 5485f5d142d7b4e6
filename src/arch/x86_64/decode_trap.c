/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the CPU refused an instruction: by its trap, its opcode and the registers. */
#include <signal.h>

#include "arch/arch.h"
#include "arch/x86_64/decode_opcode.h"
#include "arch/x86_64/regs.h"

enum { FLAG_TF = 1 << 8, FLAG_AC = 1 << 18 };

/* The goal of a jump is checked before it is taken. A goal in memory has an address of its own. */
static bool explain_jump(const struct opcode *op, struct arch_instruction *out)
{
	enum { CALL = 2, JUMP = 4 };
	bool indirect = op->byte == 0xff && op->has_modrm &&
			(opcode_digit(op) == CALL || opcode_digit(op) == JUMP);

	if (op->map != MAP_ONE)
		return false;
	if (op->byte == 0xc3 || op->byte == 0xc2) {
		*out = (struct arch_instruction){
			"ret", "the address on the stack that it returns to is not canonical"};
		return true;
	}
	out->name = opcode_digit(op) == CALL ? "call" : "jmp";
	out->why = op->modrm >> 6 == 3 ? "the address that it goes to is not canonical"
				       : "the address that it goes to, or that of its operand in "
					 "memory, is not canonical";
	return indirect;
}

/* The number in the register that the r/m field names, as wide as a division takes it. */
static uint64_t register_operand(const struct wire_fault *fault, const struct opcode *op)
{
	enum { BYTES = 0xf6, WIDE_REX = 8 };
	static const uint8_t numbering[16] = {MREG_AX, MREG_CX, MREG_DX, MREG_BX, MREG_SP, MREG_BP,
		MREG_SI, MREG_DI, MREG_R8, MREG_R9, MREG_R10, MREG_R11, MREG_R12, MREG_R13,
		MREG_R14, MREG_R15};
	unsigned number = (op->modrm & 7) | (op->rex & 1) << 3;
	bool high_byte = op->byte == BYTES && !op->rex && number >= 4; /* ah, ch, dh, bh */
	uint64_t whole = fault->regs[numbering[high_byte ? number - 4 : number]];

	if (op->byte == BYTES)
		return (uint8_t)(high_byte ? whole >> 8 : whole);
	if (op->rex & WIDE_REX)
		return whole;
	return op->wide ? (uint16_t)whole : (uint32_t)whole;
}

/* A divisor in a register tells a division by zero from a quotient that is too large. */
static void explain_division(
	const struct wire_fault *fault, const struct opcode *op, struct arch_instruction *out)
{
	enum { SIGNED = 7, UNSIGNED = 6 };
	bool divides = op->map == MAP_ONE && (op->byte == 0xf6 || op->byte == 0xf7) &&
		       op->has_modrm && opcode_digit(op) >= UNSIGNED;

	out->why = "the divisor is 0, or the quotient does not fit";
	if (!divides)
		return;
	out->name = opcode_digit(op) == SIGNED ? "idiv" : "div";
	if (op->modrm >> 6 != 3)
		return;
	out->why = register_operand(fault, op)
			   ? "the quotient does not fit the register that it goes to"
			   : "the divisor is 0";
}

enum { INT = 0xcd, INT1 = 0xf1, INT3 = 0xcc };

/*
 * Whether the byte right below the instruction pointer is an instruction, or INT and this number.
 */
static bool is_behind(const struct arch_code *code, uint8_t byte)
{
	return code->n_before && code->before[1] == byte;
}

static bool is_behind_int(const struct arch_code *code, uint8_t number)
{
	return code->n_before == 2 && code->before[0] == INT && code->before[1] == number;
}

unsigned arch_code_behind(const struct wire_fault *fault, const struct arch_code *code)
{
	if (!arch_trap_valid(fault))
		return 0;
	switch (fault->trap) {
	case TRAP_BP:
		return is_behind_int(code, 3) ? 2 : is_behind(code, INT3);
	case TRAP_OF:
		return is_behind_int(code, 4) ? 2 : 0;
	case TRAP_DB:
		return fault->code == TRAP_BRKPT && is_behind(code, INT1);
	}
	return 0;
}

bool arch_code_after_syscall(const struct arch_code *code)
{
	return code->n_before == 2 && code->before[0] == 0x0f && code->before[1] == 0x05;
}

static void explain_debug(
	const struct wire_fault *fault, const struct arch_code *code, struct arch_instruction *out)
{
	if (fault->code == TRAP_TRACE || fault->regs[MREG_FLAGS] & FLAG_TF) {
		out->why = "the trap flag (TF) is set, and the CPU stops after each instruction";
	} else if ((code->n && code->bytes[0] == INT1) || is_behind(code, INT1)) {
		*out = (struct arch_instruction){
			"int1", "it raises a debug exception, which is all that it does"};
	}
}

/* What is neither in the table nor without bytes. */
static bool explain_unknown(uint64_t trap, const struct opcode *op, struct arch_instruction *out)
{
	if (trap == TRAP_GP)
		return explain_jump(op, out);
	if (trap != TRAP_UD)
		return false;
	out->why = op->locked ? "the prefix lock stands only before an instruction that changes "
				"memory, and only before some of these"
			      : "this CPU has no such instruction, or not for programs as they run "
				"here";
	return true;
}

static bool explain_opcode(
	uint64_t trap, const struct arch_code *code, struct arch_instruction *out)
{
	struct opcode op;

	if (opcode_read(code, &op))
		return opcode_explain(trap, &op, out) || explain_unknown(trap, &op, out);
	out->why = "an instruction may have 15 bytes at most, and these are all prefixes";
	return trap == TRAP_GP && code->n == ARCH_CODE_MAX;
}

bool arch_explain_instruction(
	const struct wire_fault *fault, const struct arch_code *code, struct arch_instruction *out)
{
	struct arch_instruction is = {0};
	struct opcode op;

	if (!arch_trap_valid(fault))
		return false;
	switch (fault->trap) {
	case TRAP_DE:
		if (!opcode_read(code, &op))
			op = (struct opcode){0};
		explain_division(fault, &op, &is);
		break;
	case TRAP_DB:
		explain_debug(fault, code, &is);
		break;
	case TRAP_BP:
		is = (struct arch_instruction){arch_code_behind(fault, code) ? "int3" : NULL,
			"a breakpoint, made for debuggers; the instruction pointer is already "
			"behind it"};
		break;
	case TRAP_OF:
		is = (struct arch_instruction){arch_code_behind(fault, code) ? "int 4" : NULL,
			"it raises an overflow exception, which is all that it does"};
		break;
	case TRAP_SS:
		is.why = "the address that it makes from the stack pointer or the frame pointer is "
			 "not canonical";
		break;
	case TRAP_AC:
		is.why =
			fault->regs[MREG_FLAGS] & FLAG_AC
				? "the flag AC is set, and its operand in memory does not lie on a "
				  "multiple of its size"
				: "a locked access to two cache lines at once, which this machine "
				  "is set to refuse (split_lock_detect)";
		break;
	case TRAP_MF:
		is.why = "the x87 control word lets this exception through; it is reported by the "
			 "next x87 instruction";
		break;
	case TRAP_XM:
		is.why = "MXCSR lets this exception through";
		break;
	default:
		if (!explain_opcode(fault->trap, code, &is))
			return false;
	}
	*out = is;
	return is.why != NULL;
}

bool arch_trap_selector(const struct wire_fault *fault, struct arch_selector *out)
{
	enum { INTERRUPTS = 2, LOCAL = 4 }; /* bit 0: raised from outside the program */
	uint64_t code = fault->trap_code;

	if (!arch_trap_valid(fault) || !code || code > UINT16_MAX)
		return false;
	if (fault->trap != TRAP_GP && fault->trap != TRAP_SS && fault->trap != TRAP_NP &&
		fault->trap != TRAP_TS)
		return false;
	out->index = (unsigned)code >> 3;
	out->table = code & INTERRUPTS ? "interrupt descriptor table"
		     : code & LOCAL    ? "local descriptor table"
				       : "global descriptor table";
	return true;
}
