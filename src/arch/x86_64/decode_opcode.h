/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The opcode of an instruction, as far as it tells why a trap refused it. Private to decode*.c. */
#ifndef ARCH_X86_64_DECODE_OPCODE_H
#define ARCH_X86_64_DECODE_OPCODE_H

#include "arch/arch.h"

/* Trap numbers that explanations need by name. */
enum {
	TRAP_DE = 0,
	TRAP_DB = 1,
	TRAP_BP = 3,
	TRAP_OF = 4,
	TRAP_UD = 6,
	TRAP_TS = 10,
	TRAP_NP = 11,
	TRAP_SS = 12,
	TRAP_GP = 13,
	TRAP_MF = 16,
	TRAP_AC = 17,
	TRAP_XM = 19,
};

enum opcode_map { MAP_ONE, MAP_0F, MAP_0F38 };

/* Prefixes taken off, the opcode and what follows it. */
struct opcode {
	uint8_t map; /* enum opcode_map */
	uint8_t byte;
	bool has_modrm; /* MODRM is the byte behind; whether it belongs to it only the opcode tells
			 */
	uint8_t modrm;
	uint8_t rex;    /* 0: there is none */
	bool wide;      /* the prefix 0x66: operands of 16 bits, or another vector instruction */
	bool locked;    /* the prefix lock */
	uint8_t repeat; /* the prefix 0xf2 or 0xf3; 0: neither */
};

/* False if CODE ends before its opcode does. */
bool opcode_read(const struct arch_code *code, struct opcode *op);

/* The digit behind the slash in the manual. */
static inline unsigned opcode_digit(const struct opcode *op)
{
	return op->modrm >> 3 & 7;
}

/* Why this opcode raises TRAP, if it does so for a reason of its own. */
bool opcode_explain(uint64_t trap, const struct opcode *op, struct arch_instruction *out);

#endif
