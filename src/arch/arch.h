/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine means by its traps, registers and page tables, under names that every machine can
 * share.
 *
 * The only part of src/arch that hosted code may include. It is pure but for arch_relax(): it
 * explains numbers that the agent reported and asks neither the CPU nor the kernel. Each folder
 * beside this file (x86_64/) implements it in decode.c.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include "base/util.h"
#include "wire.h"

/* The machine's name as uname -m spells it. */
extern const char arch_name[];

/* Names of wire_fault.regs, in its order: arch_regs[i] names regs[i]. */
extern const char *const arch_regs[];
extern const size_t arch_n_regs; /* at most WIRE_REGS */

/*
 * Whether a fault's trap number belongs to it. A signal that no trap raised carries an older trap's
 * number.
 */
bool arch_trap_valid(const struct wire_fault *fault);

/*
 * Whether trap_addr belongs to this fault: only some traps set it, for others it is an older
 * fault's.
 */
bool arch_addr_valid(const struct wire_fault *fault);

/* A trap number in the manual's words. Both strings are static. */
struct arch_trap {
	const char *mnemonic; /* "#PF" */
	const char *name;     /* "page fault" */
};

/* NULL for a number that means nothing. */
const struct arch_trap *arch_trap_name(uint64_t trap);

enum { ARCH_CODE_BITS = 16 }; /* room for the bits of any trap's error code */

/* One bit of an error code. The strings are static. */
struct arch_code_bit {
	uint64_t mask;       /* the bit */
	bool set;            /* whether the code has it */
	bool by_kernel;      /* the kernel sets it for this address: not what the CPU said */
	const char *name;    /* the kernel's name: "PROT" */
	const char *meaning; /* of this value of the bit: "no page-table entry present" */
};

/*
 * The bits of FAULT's error code that mean something, lowest first: every one with a meaning for
 * both values, the others only when they are set. Returns how many, 0 if this trap's code is no set
 * of bits.
 */
size_t arch_trap_code_bits(
	const struct wire_fault *fault, struct arch_code_bit bits[ARCH_CODE_BITS]);

enum arch_access {
	ARCH_ACCESS_UNKNOWN, /* the trap does not tell */
	ARCH_ACCESS_READ,
	ARCH_ACCESS_WRITE,
	ARCH_ACCESS_EXECUTE,
};

/* What the error code says the instruction tried. */
enum arch_access arch_access_of_code(const struct wire_fault *fault);

/*
 * Whether the error code says that a page-table entry was present (of a kernel address it never
 * tells).
 */
bool arch_entry_present(const struct wire_fault *fault);

/* Whether this trap is the MMU's refusal of an address. */
bool arch_is_page_fault(const struct wire_fault *fault);

/* The privilege level at the faulting instruction: 3 is user mode on x86. */
unsigned arch_ring(const struct wire_fault *fault);

/* How many page-table levels the kernel uses, from the text of /proc/cpuinfo. */
unsigned arch_pt_levels(struct str cpuinfo);

/* Whether the CPU accepts ADDR as an address at all (on x86: bits above the top one repeat it). */
bool arch_addr_canonical(uint64_t addr, unsigned levels);

/* End of the addresses a program can map, exclusive. */
uint64_t arch_user_limit(unsigned levels);

/* One level of the page tables. */
struct arch_level {
	const char *name; /* the kernel's: pgd, p4d, pud, pmd, pte */
	unsigned shift;   /* lowest address bit of the index */
	unsigned bits;    /* width of the index */
};

/*
 * The table that a walk of LEVELS levels reads at DEPTH (0 is the root). DEPTH must be below
 * LEVELS.
 */
const struct arch_level *arch_level(unsigned levels, unsigned depth);
unsigned arch_level_index(const struct arch_level *level, uint64_t addr);

/* Tells the CPU that this is a turn of a loop that waits for another CPU. */
void arch_relax(void);

#endif
