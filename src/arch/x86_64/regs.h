/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of registers in wire_fault.regs, for the agent that fills it and the decoder that names
 * them.
 */
#ifndef ARCH_X86_64_REGS_H
#define ARCH_X86_64_REGS_H

enum mreg {
	MREG_AX,
	MREG_BX,
	MREG_CX,
	MREG_DX,
	MREG_SI,
	MREG_DI,
	MREG_BP,
	MREG_SP,
	MREG_R8,
	MREG_R9,
	MREG_R10,
	MREG_R11,
	MREG_R12,
	MREG_R13,
	MREG_R14,
	MREG_R15,
	MREG_IP,
	MREG_FLAGS,
	MREG_CS,
	MREG_SS,
	N_MREGS,
};

#endif
