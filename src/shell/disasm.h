/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instructions as text, by capstone, which is loaded at the first question. */
#ifndef SHELL_DISASM_H
#define SHELL_DISASM_H

#include "arch/arch.h"

enum { INSN_LONGEST = 16 }; /* bytes; no machine here has longer ones */

struct insn {
	unsigned size;  /* bytes */
	char text[200]; /* "movb $1, (%rdx)" */
	bool refers;    /* REFERENCE stands in it: where it jumps to, or data beside the code */
	uint64_t reference;
	bool privileged;    /* only the kernel may execute it */
	unsigned alignment; /* its memory operand must lie on a multiple of so many bytes; 0:
			       anywhere */
	unsigned n_operands;
	struct arch_operand operands[ARCH_OPERANDS]; /* only where registers were given */
};

/*
 * Decodes the first of N bytes, which lie at ADDR. INTEL: in Intel's syntax instead of AT&T's.
 * REGISTERS: those that memory operands are computed with, or NULL. False where the bytes are no
 * instruction, or capstone is missing.
 */
bool disasm(const unsigned char *bytes, size_t n, uint64_t addr, bool intel,
	const struct wire_fault *registers, struct insn *out);

/* Why there is no disassembly, a sentence to be continued after a colon; NULL if there is. */
const char *disasm_missing(void);

#endif
