/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What x86-64 instructions touch, as capstone decodes them. */
#include "arch/arch.h"

#if HAVE_CAPSTONE

#include <capstone/capstone.h>

#include "arch/x86_64/regs.h"

const int arch_cs_arch = CS_ARCH_X86, arch_cs_mode = CS_MODE_64;

/* A register that can be part of an address: its index in arch_regs, and how much of it counts. */
struct part {
	int reg;
	uint64_t mask;
};

static bool part_of(unsigned reg, struct part *out)
{
	static const uint16_t whole[N_MREGS] = {X86_REG_RAX, X86_REG_RBX, X86_REG_RCX, X86_REG_RDX,
		X86_REG_RSI, X86_REG_RDI, X86_REG_RBP, X86_REG_RSP, X86_REG_R8, X86_REG_R9,
		X86_REG_R10, X86_REG_R11, X86_REG_R12, X86_REG_R13, X86_REG_R14, X86_REG_R15};
	static const uint16_t half[N_MREGS] = {X86_REG_EAX, X86_REG_EBX, X86_REG_ECX, X86_REG_EDX,
		X86_REG_ESI, X86_REG_EDI, X86_REG_EBP, X86_REG_ESP, X86_REG_R8D, X86_REG_R9D,
		X86_REG_R10D, X86_REG_R11D, X86_REG_R12D, X86_REG_R13D, X86_REG_R14D, X86_REG_R15D};

	for (int i = MREG_AX; i <= MREG_R15; i++) {
		if (reg != whole[i] && reg != half[i])
			continue;
		*out = (struct part){i, reg == whole[i] ? UINT64_MAX : UINT32_MAX};
		return true;
	}
	return false;
}

/* The address that a memory operand means; false where a register's value is not known. */
static bool address_of(const cs_insn *insn, const x86_op_mem *mem, const struct wire_fault *fault,
	struct arch_operand *out)
{
	struct part base, index;

	out->regs[0] = out->regs[1] = -1;
	out->addr = (uint64_t)mem->disp;
	if (mem->segment == X86_REG_FS || mem->segment == X86_REG_GS)
		return false;
	if (mem->base == X86_REG_RIP) {
		out->addr += insn->address + insn->size;
	} else if (mem->base != X86_REG_INVALID) {
		if (!part_of(mem->base, &base))
			return false;
		out->regs[0] = base.reg;
		out->addr += fault->regs[base.reg] & base.mask;
	}
	if (mem->index != X86_REG_INVALID && mem->index != X86_REG_RIZ &&
		mem->index != X86_REG_EIZ) {
		if (!part_of(mem->index, &index))
			return false;
		out->regs[1] = index.reg;
		out->addr += (fault->regs[index.reg] & index.mask) * (uint64_t)mem->scale;
	}
	if (insn->detail->x86.addr_size == 4)
		out->addr &= UINT32_MAX;
	return true;
}

static bool only_computes(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_LEA:
	case X86_INS_NOP:
	case X86_INS_PREFETCH:
	case X86_INS_PREFETCHNTA:
	case X86_INS_PREFETCHT0:
	case X86_INS_PREFETCHT1:
	case X86_INS_PREFETCHT2:
	case X86_INS_PREFETCHW:
		return true;
	default:
		return false;
	}
}

/* What is touched by the stack pointer alone. */
static bool implicit_operand(
	const cs_insn *insn, const struct wire_fault *fault, struct arch_operand *out)
{
	*out = (struct arch_operand){.access = ARCH_ACCESS_READ,
		.addr = fault->regs[MREG_SP],
		.size = 8,
		.regs = {MREG_SP, -1}};
	switch (insn->id) {
	case X86_INS_PUSH:
	case X86_INS_PUSHFQ:
	case X86_INS_CALL:
		out->addr -= 8;
		out->access = ARCH_ACCESS_WRITE;
		return true;
	case X86_INS_RET:
		out->is_target = true;
		return true;
	case X86_INS_POP:
	case X86_INS_POPFQ:
		return true;
	case X86_INS_LEAVE:
		out->addr = fault->regs[MREG_BP];
		out->regs[0] = MREG_BP;
		return true;
	default:
		return false;
	}
}

static bool goes_on_elsewhere(const cs_insn *insn)
{
	return insn->id == X86_INS_CALL || insn->id == X86_INS_JMP;
}

static enum arch_access access_of(const cs_x86_op *op)
{
	return op->access & CS_AC_WRITE ? ARCH_ACCESS_WRITE : ARCH_ACCESS_READ;
}

unsigned arch_operands(
	const void *decoded, const struct wire_fault *fault, struct arch_operand out[ARCH_OPERANDS])
{
	const cs_insn *insn = decoded;
	const cs_x86 *x86 = &insn->detail->x86;
	struct part part;
	unsigned n = 0;

	for (unsigned i = 0; i < x86->op_count && n < ARCH_OPERANDS - 1 && !only_computes(insn);
		i++) {
		const cs_x86_op *op = &x86->operands[i];
		if (op->type == X86_OP_MEM && address_of(insn, &op->mem, fault, &out[n])) {
			out[n].access = access_of(op);
			out[n].size = op->size;
			out[n++].is_target = goes_on_elsewhere(insn);
		} else if (op->type == X86_OP_REG && goes_on_elsewhere(insn) &&
			   part_of(op->reg, &part)) {
			out[n++] = (struct arch_operand){.access = ARCH_ACCESS_EXECUTE,
				.addr = fault->regs[part.reg] & part.mask,
				.regs = {part.reg, -1}};
		}
	}
	if (implicit_operand(insn, fault, &out[n]))
		n++;
	return n;
}

bool arch_insn_refers(const void *decoded, uint64_t *addr)
{
	const cs_insn *insn = decoded;
	const cs_x86 *x86 = &insn->detail->x86;

	for (unsigned i = 0; i < x86->op_count; i++) {
		const cs_x86_op *op = &x86->operands[i];
		if (op->type == X86_OP_MEM && op->mem.base == X86_REG_RIP) {
			*addr = insn->address + insn->size + (uint64_t)op->mem.disp;
			return true;
		}
		if (op->type == X86_OP_IMM &&
			(insn->id == X86_INS_CALL || insn->detail->groups_count)) {
			for (unsigned g = 0; g < insn->detail->groups_count; g++) {
				uint8_t group = insn->detail->groups[g];
				if (group == CS_GRP_JUMP || group == CS_GRP_CALL) {
					*addr = (uint64_t)op->imm;
					return true;
				}
			}
		}
	}
	return false;
}

bool arch_insn_privileged(const void *decoded)
{
	const cs_insn *insn = decoded;

	/* capstone counts these too, which programs may execute. */
	if (insn->id == X86_INS_IRET || insn->id == X86_INS_IRETD || insn->id == X86_INS_IRETQ ||
		insn->id == X86_INS_POP || insn->id == X86_INS_MOV)
		return false;
	for (unsigned g = 0; g < insn->detail->groups_count; g++)
		if (insn->detail->groups[g] == CS_GRP_PRIVILEGE)
			return true;
	return insn->id == X86_INS_HLT || insn->id == X86_INS_CLI || insn->id == X86_INS_STI;
}

/*
 * Of the first vector instructions, which move or take 16 bytes, these are content with any place.
 */
static bool is_unaligned_move(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_MOVUPS:
	case X86_INS_MOVUPD:
	case X86_INS_MOVDQU:
	case X86_INS_LDDQU:
	case X86_INS_MASKMOVDQU:
	case X86_INS_PCMPESTRI:
	case X86_INS_PCMPESTRM:
	case X86_INS_PCMPISTRI:
	case X86_INS_PCMPISTRM:
		return true;
	default:
		return false;
	}
}

/* Whether it is one of the vector instructions from before AVX. */
static bool is_early_vector(const cs_insn *insn)
{
	for (unsigned g = 0; g < insn->detail->groups_count; g++) {
		switch (insn->detail->groups[g]) {
		case X86_GRP_SSE1:
		case X86_GRP_SSE2:
		case X86_GRP_SSE3:
		case X86_GRP_SSSE3:
		case X86_GRP_SSE41:
		case X86_GRP_SSE42:
		case X86_GRP_AES:
		case X86_GRP_PCLMUL:
		case X86_GRP_SHA:
			return true;
		}
	}
	return false;
}

static unsigned memory_size(const cs_insn *insn)
{
	const cs_x86 *x86 = &insn->detail->x86;

	for (unsigned i = 0; i < x86->op_count; i++) {
		if (x86->operands[i].type == X86_OP_MEM)
			return x86->operands[i].size;
	}
	return 0;
}

unsigned arch_insn_alignment(const void *decoded)
{
	const cs_insn *insn = decoded;

	switch (insn->id) {
	case X86_INS_FXSAVE:
	case X86_INS_FXSAVE64:
	case X86_INS_FXRSTOR:
	case X86_INS_FXRSTOR64:
	case X86_INS_CMPXCHG16B:
		return 16;
	case X86_INS_XSAVE:
	case X86_INS_XSAVE64:
	case X86_INS_XSAVEOPT:
	case X86_INS_XSAVEOPT64:
	case X86_INS_XRSTOR:
	case X86_INS_XRSTOR64:
		return 64;
	case X86_INS_VMOVAPS:
	case X86_INS_VMOVAPD:
	case X86_INS_VMOVDQA:
	case X86_INS_VMOVNTPS:
	case X86_INS_VMOVNTPD:
	case X86_INS_VMOVNTDQ:
	case X86_INS_VMOVNTDQA:
		return memory_size(insn);
	}
	return is_early_vector(insn) && memory_size(insn) == 16 && !is_unaligned_move(insn) ? 16
											    : 0;
}

#else

const int arch_cs_arch = 0, arch_cs_mode = 0;

unsigned arch_operands(
	const void *insn, const struct wire_fault *fault, struct arch_operand out[ARCH_OPERANDS])
{
	(void)insn, (void)fault, (void)out;
	return 0;
}

bool arch_insn_refers(const void *insn, uint64_t *addr)
{
	(void)insn, (void)addr;
	return false;
}

bool arch_insn_privileged(const void *insn)
{
	(void)insn;
	return false;
}

unsigned arch_insn_alignment(const void *insn)
{
	(void)insn;
	return 0;
}

#endif
