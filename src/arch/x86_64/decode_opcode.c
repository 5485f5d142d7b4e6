/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The few bytes that tell the refused instructions apart, and what each is refused for.
 *
 * This is no disassembler: it knows the opcodes that fault for a reason of their own. Source:
 * Intel's manual, volume 2.
 */
#include "arch/x86_64/decode_opcode.h"

static const char privileged[] = "only the kernel may execute it (ring 0; programs run in ring 3)";
static const char ports[] = "programs may not use input/output ports, unless ioperm(2) allows them";
static const char interrupts[] = "only the kernel may switch interrupts off and on";
static const char aligned[] = "its operand in memory must lie on a multiple of 16 bytes";
static const char aligned_64[] = "its operand in memory must lie on a multiple of 64 bytes";
static const char undefined[] = "an opcode that will never mean anything, made to stop a program";
static const char not_64[] = "an instruction that 64-bit code does not have";
static const char segment[] = "the selector names no segment that programs may use";
static const char code_segment[] = "the selector that it takes from memory names no code segment "
				   "that programs may use, or the "
				   "address beside it is not canonical";
static const char no_vmx[] = "only a hypervisor may execute it, and this kernel runs none";
static const char vectors[] =
	"the CPU has no such vector instruction, or the kernel has not switched its registers on";
static const char mxcsr[] = "it would set a bit of MXCSR that must be 0";

/* What must stand behind the opcode: in the byte that names its operands. */
enum form {
	ANY,
	DIGIT,    /* the digit behind the slash in the manual is VALUE */
	MEMORY,   /* the same, and an operand in memory */
	REGISTER, /* the same, and a register */
	BYTE,     /* VALUE is the whole byte: it belongs to the opcode */
};

/* Opcodes FIRST to LAST of MAP that raise TRAP for a reason of their own. */
static const struct {
	uint8_t trap, map, first, last;
	uint8_t prefix; /* it must stand before it; 0: any or none */
	uint8_t form, value;
	struct arch_instruction is;
} table[] = {
	{TRAP_GP, MAP_ONE, 0xf4, 0xf4, 0, ANY, 0, {"hlt", privileged}},
	{TRAP_GP, MAP_ONE, 0xfa, 0xfa, 0, ANY, 0, {"cli", interrupts}},
	{TRAP_GP, MAP_ONE, 0xfb, 0xfb, 0, ANY, 0, {"sti", interrupts}},
	{TRAP_GP, MAP_ONE, 0xe4, 0xe5, 0, ANY, 0, {"in", ports}},
	{TRAP_GP, MAP_ONE, 0xec, 0xed, 0, ANY, 0, {"in", ports}},
	{TRAP_GP, MAP_ONE, 0xe6, 0xe7, 0, ANY, 0, {"out", ports}},
	{TRAP_GP, MAP_ONE, 0xee, 0xef, 0, ANY, 0, {"out", ports}},
	{TRAP_GP, MAP_ONE, 0x6c, 0x6d, 0, ANY, 0, {"ins", ports}},
	{TRAP_GP, MAP_ONE, 0x6e, 0x6f, 0, ANY, 0, {"outs", ports}},
	{TRAP_GP, MAP_ONE, 0xcd, 0xcd, 0, ANY, 0,
		{"int", "programs may raise only the interrupts 3, 4 and, where the kernel has it, "
			"0x80"}},
	{TRAP_GP, MAP_ONE, 0x8e, 0x8e, 0, ANY, 0, {"mov to a segment register", segment}},
	{TRAP_GP, MAP_0F, 0xa1, 0xa1, 0, ANY, 0, {"pop to a segment register", segment}},
	{TRAP_GP, MAP_0F, 0xa9, 0xa9, 0, ANY, 0, {"pop to a segment register", segment}},
	{TRAP_GP, MAP_0F, 0xb2, 0xb2, 0, ANY, 0, {"lss", segment}},
	{TRAP_GP, MAP_0F, 0xb4, 0xb4, 0, ANY, 0, {"lfs", segment}},
	{TRAP_GP, MAP_0F, 0xb5, 0xb5, 0, ANY, 0, {"lgs", segment}},
	{TRAP_GP, MAP_ONE, 0xca, 0xcb, 0, ANY, 0, {"ret far", code_segment}},
	{TRAP_GP, MAP_ONE, 0xff, 0xff, 0, DIGIT, 3, {"call far", code_segment}},
	{TRAP_GP, MAP_ONE, 0xff, 0xff, 0, DIGIT, 5, {"jmp far", code_segment}},
	{TRAP_GP, MAP_ONE, 0xcf, 0xcf, 0, ANY, 0,
		{"iret", "what it takes from the stack is no state that a program may return to"}},
	{TRAP_GP, MAP_0F, 0x30, 0x30, 0, ANY, 0, {"wrmsr", privileged}},
	{TRAP_GP, MAP_0F, 0x32, 0x32, 0, ANY, 0, {"rdmsr", privileged}},
	{TRAP_GP, MAP_0F, 0x33, 0x33, 0, ANY, 0,
		{"rdpmc", "the kernel did not allow programs to read performance counters"}},
	{TRAP_GP, MAP_0F, 0x31, 0x31, 0, ANY, 0,
		{"rdtsc", "this program may not read the time-stamp counter (PR_SET_TSC)"}},
	{TRAP_GP, MAP_0F, 0xa2, 0xa2, 0, ANY, 0,
		{"cpuid", "the kernel forbids it to this program (ARCH_CPUID)"}},
	{TRAP_GP, MAP_0F, 0x06, 0x06, 0, ANY, 0, {"clts", privileged}},
	{TRAP_GP, MAP_0F, 0x07, 0x07, 0, ANY, 0, {"sysret", privileged}},
	{TRAP_GP, MAP_0F, 0x08, 0x08, 0, ANY, 0, {"invd", privileged}},
	{TRAP_GP, MAP_0F, 0x09, 0x09, 0, ANY, 0, {"wbinvd", privileged}},
	{TRAP_GP, MAP_0F, 0x35, 0x35, 0, ANY, 0, {"sysexit", privileged}},
	{TRAP_GP, MAP_0F, 0x20, 0x20, 0, ANY, 0, {"mov from a control register", privileged}},
	{TRAP_GP, MAP_0F, 0x22, 0x22, 0, ANY, 0, {"mov to a control register", privileged}},
	{TRAP_GP, MAP_0F, 0x21, 0x21, 0, ANY, 0, {"mov from a debug register", privileged}},
	{TRAP_GP, MAP_0F, 0x23, 0x23, 0, ANY, 0, {"mov to a debug register", privileged}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 0, DIGIT, 0,
		{"sldt", "only the kernel may ask for it (UMIP)"}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 0, DIGIT, 1,
		{"str", "only the kernel may ask for it (UMIP)"}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 0, DIGIT, 2, {"lldt", privileged}},
	{TRAP_GP, MAP_0F, 0x00, 0x00, 0, DIGIT, 3, {"ltr", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, BYTE, 0xd0,
		{"xgetbv", "the register whose number is in ecx does not exist"}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, BYTE, 0xd1, {"xsetbv", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, BYTE, 0xee, {"rdpkru", "ecx must be 0"}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, BYTE, 0xef, {"wrpkru", "ecx and edx must be 0"}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, BYTE, 0xf8, {"swapgs", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, MEMORY, 2, {"lgdt", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, MEMORY, 3, {"lidt", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, DIGIT, 6, {"lmsw", privileged}},
	{TRAP_GP, MAP_0F, 0x01, 0x01, 0, MEMORY, 7, {"invlpg", privileged}},
	{TRAP_GP, MAP_0F38, 0x82, 0x82, 0x66, ANY, 0, {"invpcid", privileged}},
	{TRAP_GP, MAP_0F, 0xc7, 0xc7, 0, MEMORY, 3, {"xrstors", privileged}},
	{TRAP_GP, MAP_0F, 0xc7, 0xc7, 0, MEMORY, 5, {"xsaves", privileged}},
	{TRAP_GP, MAP_0F, 0xc7, 0xc7, 0, MEMORY, 1, {"cmpxchg16b", aligned}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0xf3, REGISTER, 2,
		{"wrfsbase", "the number in its register is no address (not canonical)"}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0xf3, REGISTER, 3,
		{"wrgsbase", "the number in its register is no address (not canonical)"}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0, MEMORY, 0, {"fxsave", aligned}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0, MEMORY, 1,
		{"fxrstor",
			"its operand in memory must lie on a multiple of 16 bytes, and MXCSR in it "
			"may have no bit that must be 0"}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0, MEMORY, 2, {"ldmxcsr", mxcsr}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0, MEMORY, 4, {"xsave", aligned_64}},
	{TRAP_GP, MAP_0F, 0xae, 0xae, 0, MEMORY, 5,
		{"xrstor",
			"its operand in memory must lie on a multiple of 64 bytes and hold a state "
			"that is valid"}},
	{TRAP_GP, MAP_0F, 0x28, 0x29, 0, ANY, 0, {"movaps", aligned}},
	{TRAP_GP, MAP_0F, 0x2b, 0x2b, 0, ANY, 0, {"movntps", aligned}},
	{TRAP_GP, MAP_0F, 0x6f, 0x6f, 0x66, ANY, 0, {"movdqa", aligned}},
	{TRAP_GP, MAP_0F, 0x7f, 0x7f, 0x66, ANY, 0, {"movdqa", aligned}},
	{TRAP_GP, MAP_0F, 0xe7, 0xe7, 0x66, ANY, 0, {"movntdq", aligned}},
	{TRAP_GP, MAP_0F38, 0x2a, 0x2a, 0x66, ANY, 0, {"movntdqa", aligned}},
	{TRAP_GP, MAP_0F38, 0xf8, 0xf8, 0x66, ANY, 0,
		{"movdir64b", "the place that it writes to must lie on a multiple of 64 bytes"}},
	{TRAP_UD, MAP_0F, 0x0b, 0x0b, 0, ANY, 0, {"ud2", undefined}},
	{TRAP_UD, MAP_0F, 0xb9, 0xb9, 0, ANY, 0, {"ud1", undefined}},
	{TRAP_UD, MAP_0F, 0xff, 0xff, 0, ANY, 0, {"ud0", undefined}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xc8, {"monitor", privileged}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xc9, {"mwait", privileged}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xca, {"clac", privileged}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xcb, {"stac", privileged}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xc2, {"vmlaunch", no_vmx}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xc3, {"vmresume", no_vmx}},
	{TRAP_UD, MAP_0F, 0x01, 0x01, 0, BYTE, 0xc4, {"vmxoff", no_vmx}},
	{TRAP_UD, MAP_0F, 0x78, 0x78, 0, ANY, 0, {"vmread", no_vmx}},
	{TRAP_UD, MAP_0F, 0x79, 0x79, 0, ANY, 0, {"vmwrite", no_vmx}},
	{TRAP_UD, MAP_0F, 0xc7, 0xc7, 0xf3, MEMORY, 6, {"vmxon", no_vmx}},
	{TRAP_UD, MAP_0F, 0xaa, 0xaa, 0, ANY, 0,
		{"rsm", "only the firmware may execute it, in system-management mode"}},
	{TRAP_UD, MAP_ONE, 0x8e, 0x8e, 0, DIGIT, 1,
		{"mov to cs", "the code segment changes only by far jumps, calls and returns"}},
	{TRAP_UD, MAP_ONE, 0x06, 0x07, 0, ANY, 0, {"push es or pop es", not_64}},
	{TRAP_UD, MAP_ONE, 0x0e, 0x0e, 0, ANY, 0, {"push cs", not_64}},
	{TRAP_UD, MAP_ONE, 0x16, 0x17, 0, ANY, 0, {"push ss or pop ss", not_64}},
	{TRAP_UD, MAP_ONE, 0x1e, 0x1f, 0, ANY, 0, {"push ds or pop ds", not_64}},
	{TRAP_UD, MAP_ONE, 0x27, 0x27, 0, ANY, 0, {"daa", not_64}},
	{TRAP_UD, MAP_ONE, 0x2f, 0x2f, 0, ANY, 0, {"das", not_64}},
	{TRAP_UD, MAP_ONE, 0x37, 0x37, 0, ANY, 0, {"aaa", not_64}},
	{TRAP_UD, MAP_ONE, 0x3f, 0x3f, 0, ANY, 0, {"aas", not_64}},
	{TRAP_UD, MAP_ONE, 0x60, 0x61, 0, ANY, 0, {"pusha or popa", not_64}},
	{TRAP_UD, MAP_ONE, 0x82, 0x82, 0, ANY, 0, {NULL, not_64}},
	{TRAP_UD, MAP_ONE, 0x9a, 0x9a, 0, ANY, 0, {"call far", not_64}},
	{TRAP_UD, MAP_ONE, 0xce, 0xce, 0, ANY, 0, {"into", not_64}},
	{TRAP_UD, MAP_ONE, 0xd4, 0xd4, 0, ANY, 0, {"aam", not_64}},
	{TRAP_UD, MAP_ONE, 0xd5, 0xd5, 0, ANY, 0, {"aad", not_64}},
	{TRAP_UD, MAP_ONE, 0xd6, 0xd6, 0, ANY, 0, {"salc", not_64}},
	{TRAP_UD, MAP_ONE, 0xea, 0xea, 0, ANY, 0, {"jmp far", not_64}},
	{TRAP_UD, MAP_ONE, 0x62, 0x62, 0, ANY, 0, {NULL, vectors}},
	{TRAP_UD, MAP_ONE, 0xc4, 0xc5, 0, ANY, 0, {NULL, vectors}},
};

/* Notes what a prefix changes; false if B is none. */
static bool take_prefix(struct opcode *op, uint8_t b)
{
	switch (b) {
	case 0x66:
		op->wide = true;
		return true;
	case 0xf0:
		op->locked = true;
		return true;
	case 0xf2:
	case 0xf3:
		op->repeat = b;
		return true;
	case 0x67:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x26:
	case 0x64:
	case 0x65:
		return true;
	}
	return false;
}

/* Next byte of CODE; false at its end. */
static bool next(const struct arch_code *code, size_t *at, uint8_t *byte)
{
	if (*at >= code->n || *at >= ARCH_CODE_MAX)
		return false;
	*byte = code->bytes[(*at)++];
	return true;
}

/* The opcode behind a 0x0f. */
static bool read_second(const struct arch_code *code, size_t *at, struct opcode *op, uint8_t *byte)
{
	op->map = MAP_0F;
	if (!next(code, at, byte))
		return false;
	if (*byte != 0x38)
		return true;
	op->map = MAP_0F38;
	return next(code, at, byte);
}

bool opcode_read(const struct arch_code *code, struct opcode *op)
{
	size_t at = 0;
	uint8_t byte;

	*op = (struct opcode){0};
	do {
		if (!next(code, &at, &byte))
			return false;
	} while (take_prefix(op, byte));
	if ((byte & 0xf0) == 0x40) {
		op->rex = byte;
		if (!next(code, &at, &byte))
			return false;
	}
	if (byte == 0x0f && !read_second(code, &at, op, &byte))
		return false;
	op->byte = byte;
	op->has_modrm = next(code, &at, &op->modrm);
	return true;
}

static bool has_prefix(const struct opcode *op, uint8_t prefix)
{
	return !prefix || (prefix == 0x66 ? op->wide : op->repeat == prefix);
}

static bool has_form(const struct opcode *op, uint8_t form, uint8_t value)
{
	bool memory = op->modrm >> 6 != 3;

	if (form == ANY)
		return true;
	if (!op->has_modrm)
		return false;
	if (form == BYTE)
		return op->modrm == value;
	return opcode_digit(op) == value && (form != MEMORY || memory) &&
	       (form != REGISTER || !memory);
}

bool opcode_explain(uint64_t trap, const struct opcode *op, struct arch_instruction *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].trap != trap || table[i].map != op->map || op->byte < table[i].first ||
			op->byte > table[i].last)
			continue;
		if (!has_prefix(op, table[i].prefix) ||
			!has_form(op, table[i].form, table[i].value))
			continue;
		*out = table[i].is;
		return true;
	}
	return false;
}
