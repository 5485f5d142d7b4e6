/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine means by its traps, registers and page tables, under names that every machine can
 * share.
 *
 * The only part of src/arch that hosted code may include. It explains numbers that the agent
 * reported and never asks the kernel; only arch_relax() and the arch_cpu_ functions ask the CPU.
 * Each folder beside this file (x86_64/) implements it in decode*.c.
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

/* What the manual calls the register that trap_addr was read from. */
extern const char arch_addr_register[];

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

/*
 * An entry of one of the CPU's own tables, which a trap's error code names. The string is static.
 */
struct arch_selector {
	const char *table; /* "interrupt descriptor table" */
	unsigned index;
};

/* False if the error code names none. */
bool arch_trap_selector(const struct wire_fault *fault, struct arch_selector *out);

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

/*
 * What pages of a mapping with PERMS (enum perm of mem/maps.h, the bits of PROT_) really allow: the
 * page tables may know fewer kinds than mmap.
 */
uint32_t arch_perms_allow(uint32_t perms);

enum { ARCH_CODE_MAX = 15 }; /* bytes in the longest instruction */

/* The bytes at a fault's instruction pointer. */
struct arch_code {
	uint8_t bytes[ARCH_CODE_MAX];
	uint8_t n; /* how many of them could be read */
	/* The two bytes below, ascending: some traps are reported behind their instruction. */
	uint8_t before[2];
	uint8_t n_before; /* how many of them could be read, from the nearest on */
};

/*
 * How many bytes below the reported instruction pointer the instruction begins that raised the
 * fault; 0: at it.
 */
unsigned arch_code_behind(const struct wire_fault *fault, const struct arch_code *code);

/* Whether the instruction right below the reported one is a system call. */
bool arch_code_after_syscall(const struct arch_code *code);

/* What is known of an instruction that a trap stopped. The strings are static. */
struct arch_instruction {
	const char *name; /* "hlt"; NULL: not told */
	const char *why;  /* why the CPU did not go on: "only the kernel may execute it" */
};

/* False if nothing is known of it beyond the trap's name. */
bool arch_explain_instruction(
	const struct wire_fault *fault, const struct arch_code *code, struct arch_instruction *out);

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

/*
 * The registers in the order that DWARF numbers them, the return address column holding the
 * instruction pointer. Returns how many, at most WIRE_REGS.
 */
unsigned arch_dwarf_regs(const struct wire_fault *fault, uint64_t regs[WIRE_REGS]);
enum { ARCH_DWARF_SKIPPED = 8 }; /* bytes that a call pushes on the stack */
/* As if a function with a frame had returned: the frame pointer is what lies at its old place. */
uint64_t arch_frame_pointer(const struct wire_fault *fault);
void arch_fault_leave(struct wire_fault *fault, uint64_t frame_pointer, uint64_t ip);
/* As if the function at which FAULT stands had returned to IP at once. */
void arch_fault_return(struct wire_fault *fault, uint64_t ip);

/* A place in memory that an instruction touches, or the place where it makes the CPU go on. */
struct arch_operand {
	enum arch_access access;
	uint64_t addr;
	unsigned size;  /* bytes; 0 unknown */
	bool is_target; /* the CPU goes on at the address stored there */
	int regs[2];    /* indices in arch_regs of what ADDR was computed from; -1: none */
};
enum { ARCH_OPERANDS = 4 };

/*
 * What an instruction that capstone decoded with details touches, its registers being those of
 * FAULT; addresses that depend on what is not known there are left out. INSN is a const cs_insn *.
 * Returns how many. 0 in a build without capstone.
 */
unsigned arch_operands(
	const void *insn, const struct wire_fault *fault, struct arch_operand out[ARCH_OPERANDS]);
/* An address that stands in the instruction itself: where it jumps to, or data beside the code. */
bool arch_insn_refers(const void *insn, uint64_t *addr);
/* Whether only the kernel may execute it. */
bool arch_insn_privileged(const void *insn);
/* On a multiple of how many bytes its operand in memory must lie; 0: anywhere. */
unsigned arch_insn_alignment(const void *insn);
/* What capstone calls this machine: cs_arch and cs_mode. */
extern const int arch_cs_arch, arch_cs_mode;

/* Tells the CPU that this is a turn of a loop that waits for another CPU. */
void arch_relax(void);

/* ---- Protection keys ---- */

enum { ARCH_KEYS = 16 }; /* no machine here has more */

/* Whether this machine has protection keys and the kernel switched them on. */
bool arch_has_keys(void);
/* The register that says what the thread may do with the memory of each key: "pkru". */
extern const char arch_rights_name[];
/* What a value of it forbids for KEY, below ARCH_KEYS: bits of PKEY_DISABLE_ACCESS and _WRITE. */
unsigned arch_key_forbids(uint64_t rights, unsigned key);
/* Its bits that belong to KEY, and what they are where FORBIDDEN is forbidden. */
uint64_t arch_key_mask(unsigned key);
uint64_t arch_key_bits(unsigned key, unsigned forbidden);

/* ---- This CPU ---- */

enum { ARCH_PAGE_SIZES = 4, ARCH_FEATURES = 16, ARCH_TLBS = 32 };

/* What the CPU, or a hypervisor in its name, says of itself. */
struct arch_cpu {
	char vendor[13];
	char model[49];
	bool hypervisor;        /* the answers came through one */
	unsigned ring;          /* at which this program runs: 3 is user mode on x86 */
	unsigned virtual_bits;  /* width of an address that a program can use; 0: not told */
	unsigned physical_bits; /* width of an address of physical memory; 0: not told */
	uint64_t page_sizes[ARCH_PAGE_SIZES]; /* bytes, ascending; 0 at the end */
};

void arch_cpu_describe(struct arch_cpu *out);

/* A feature that has to do with protection or paging. The strings are static. */
struct arch_feature {
	const char *name;    /* the manual's: "SMEP" */
	const char *flag;    /* how /proc/cpuinfo spells it where the kernel uses it: "smep" */
	const char *meaning; /* what it does, in a few words */
	bool present;        /* the CPU says that it has it */
};

/* Fills V and returns how many. */
size_t arch_cpu_features(struct arch_feature v[ARCH_FEATURES]);

/* A buffer of translations that were walked before. */
struct arch_tlb {
	unsigned level;     /* 1 is nearest */
	const char *what;   /* "data", "instructions", "both"; static */
	uint64_t page_size; /* bytes that an entry translates */
	unsigned entries;
};

/* Fills V and returns how many; 0 where the CPU does not tell. */
size_t arch_cpu_tlbs(struct arch_tlb v[ARCH_TLBS]);

#endif
