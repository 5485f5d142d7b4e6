/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The meaning of x86-64's trap numbers, error codes, registers and page-table indices. */
#include "arch/arch.h"

#include <signal.h>

#include "arch/x86_64/regs.h"

/* Trap numbers that code here needs by name. */
enum {
	TRAP_DIVIDE = 0,
	TRAP_DEBUG = 1,
	TRAP_BREAKPOINT = 3,
	TRAP_INVALID_OPCODE = 6,
	TRAP_PAGE_FAULT = 14,
	TRAP_X87 = 16,
	TRAP_SIMD = 19,
};

/* Bits of a page fault's error code. */
enum {
	PF_PROT = 1 << 0,
	PF_WRITE = 1 << 1,
	PF_USER = 1 << 2,
	PF_RSVD = 1 << 3,
	PF_INSTR = 1 << 4,
	PF_PK = 1 << 5,
	PF_SHSTK = 1 << 6,
	PF_SGX = 1 << 15,
};

const char arch_name[] = "x86_64";
const char arch_addr_register[] = "CR2";

const char *const arch_regs[] = {
	[MREG_AX] = "rax",
	[MREG_BX] = "rbx",
	[MREG_CX] = "rcx",
	[MREG_DX] = "rdx",
	[MREG_SI] = "rsi",
	[MREG_DI] = "rdi",
	[MREG_BP] = "rbp",
	[MREG_SP] = "rsp",
	[MREG_R8] = "r8",
	[MREG_R9] = "r9",
	[MREG_R10] = "r10",
	[MREG_R11] = "r11",
	[MREG_R12] = "r12",
	[MREG_R13] = "r13",
	[MREG_R14] = "r14",
	[MREG_R15] = "r15",
	[MREG_IP] = "rip",
	[MREG_FLAGS] = "eflags",
	[MREG_CS] = "cs",
	[MREG_SS] = "ss",
};
const size_t arch_n_regs = ARRAY_SIZE(arch_regs);

_Static_assert(ARRAY_SIZE(arch_regs) == N_MREGS, "every register has a name");
_Static_assert((int)N_MREGS <= WIRE_REGS, "every register has room in a fault");

static const struct arch_trap traps[] = {
	[0] = {"#DE", "divide error"},
	[1] = {"#DB", "debug exception"},
	[2] = {"NMI", "non-maskable interrupt"},
	[3] = {"#BP", "breakpoint"},
	[4] = {"#OF", "overflow"},
	[5] = {"#BR", "bound range exceeded"},
	[6] = {"#UD", "invalid opcode"},
	[7] = {"#NM", "device not available"},
	[8] = {"#DF", "double fault"},
	[10] = {"#TS", "invalid TSS"},
	[11] = {"#NP", "segment not present"},
	[12] = {"#SS", "stack-segment fault"},
	[13] = {"#GP", "general protection fault"},
	[14] = {"#PF", "page fault"},
	[16] = {"#MF", "x87 floating-point exception"},
	[17] = {"#AC", "alignment check"},
	[18] = {"#MC", "machine check"},
	[19] = {"#XM", "SIMD floating-point exception"},
	[20] = {"#VE", "virtualization exception"},
	[21] = {"#CP", "control-protection exception"},
	[29] = {"#VC", "VMM communication exception"},
};

const struct arch_trap *arch_trap_name(uint64_t trap)
{
	if (trap >= ARRAY_SIZE(traps) || !traps[trap].name)
		return NULL;
	return &traps[trap];
}

bool arch_trap_valid(const struct wire_fault *fault)
{
	if (!arch_trap_name(fault->trap))
		return false;
	switch (fault->signo) {
	case SIGFPE:
		return fault->trap == TRAP_DIVIDE || fault->trap == TRAP_X87 ||
		       fault->trap == TRAP_SIMD;
	case SIGTRAP:
		return fault->trap == TRAP_DEBUG || fault->trap == TRAP_BREAKPOINT;
	case SIGILL:
		return fault->trap == TRAP_INVALID_OPCODE;
	case SIGSYS:
		return false;
	}
	/* A page fault always has an si_code of its own. */
	if (fault->trap == TRAP_PAGE_FAULT)
		return fault->code != SI_KERNEL;
	return fault->trap > TRAP_BREAKPOINT && fault->trap != TRAP_INVALID_OPCODE &&
	       fault->trap != TRAP_X87 && fault->trap != TRAP_SIMD;
}

bool arch_is_page_fault(const struct wire_fault *fault)
{
	return arch_trap_valid(fault) && fault->trap == TRAP_PAGE_FAULT;
}

bool arch_addr_valid(const struct wire_fault *fault)
{
	return arch_is_page_fault(fault);
}

/* A null CLEAR: the bit is not worth a word when it is 0. */
static const struct {
	uint64_t mask;
	const char *name, *clear, *set;
} page_fault_bits[] = {
	{PF_PROT, "PROT", "no page-table entry present",
		"a page-table entry is present and forbids it"},
	{PF_WRITE, "WRITE", "a read", "a write"},
	{PF_USER, "USER", "from kernel mode", "from user mode"},
	{PF_RSVD, "RSVD", NULL, "a reserved bit is set in a page-table entry"},
	{PF_INSTR, "INSTR", NULL, "an instruction fetch"},
	{PF_PK, "PK", NULL, "a protection key forbids it"},
	{PF_SHSTK, "SHSTK", NULL, "a shadow-stack access"},
	{PF_SGX, "SGX", NULL, "an SGX enclave's page map forbids it"},
};

/*
 * The kernel reports a user's access to a kernel address always as a protection fault, so that
 * nobody learns the layout of its page tables.
 */
static bool prot_is_masked(const struct wire_fault *fault)
{
	return fault->trap_addr >> 63;
}

size_t arch_trap_code_bits(
	const struct wire_fault *fault, struct arch_code_bit bits[ARCH_CODE_BITS])
{
	size_t n = 0;

	if (!arch_is_page_fault(fault))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(page_fault_bits); i++) {
		uint64_t mask = page_fault_bits[i].mask;
		bool set = fault->trap_code & mask;
		const char *meaning = set ? page_fault_bits[i].set : page_fault_bits[i].clear;
		/* The key in the entry forbids it; whether the entry does is not told. */
		if (set && mask == PF_PROT && fault->trap_code & PF_PK)
			meaning = "a page-table entry is present";
		if (!meaning)
			continue;
		bits[n++] = (struct arch_code_bit){
			.mask = mask,
			.set = set,
			.by_kernel = mask == PF_PROT && prot_is_masked(fault),
			.name = page_fault_bits[i].name,
			.meaning = meaning,
		};
	}
	return n;
}

enum arch_access arch_access_of_code(const struct wire_fault *fault)
{
	if (!arch_is_page_fault(fault))
		return ARCH_ACCESS_UNKNOWN;
	if (fault->trap_code & PF_INSTR)
		return ARCH_ACCESS_EXECUTE;
	return fault->trap_code & PF_WRITE ? ARCH_ACCESS_WRITE : ARCH_ACCESS_READ;
}

bool arch_entry_present(const struct wire_fault *fault)
{
	return arch_is_page_fault(fault) && (fault->trap_code & PF_PROT) && !prot_is_masked(fault);
}

unsigned arch_ring(const struct wire_fault *fault)
{
	return fault->regs[MREG_CS] & 3;
}

/* The kernel drops the la57 flag from /proc/cpuinfo where it runs with four levels. */
unsigned arch_pt_levels(struct str cpuinfo)
{
	static const char flag[] = " la57";
	size_t n = sizeof(flag) - 1;

	for (size_t i = 0; i + n <= cpuinfo.n; i++) {
		if (memcmp(cpuinfo.p + i, flag, n) != 0)
			continue;
		if (i + n == cpuinfo.n || cpuinfo.p[i + n] == ' ' || cpuinfo.p[i + n] == '\n')
			return 5;
	}
	return 4;
}

/* Bits of a virtual address that the page tables translate: 12 for the page and 9 a level. */
static unsigned addr_bits(unsigned levels)
{
	return 12 + 9 * levels;
}

bool arch_addr_canonical(uint64_t addr, unsigned levels)
{
	unsigned unused = 64 - addr_bits(levels);

	return (uint64_t)((int64_t)(addr << unused) >> unused) == addr;
}

/*
 * The last page below the hole stays unmapped: a system call at its end would return to a bad
 * address.
 */
uint64_t arch_user_limit(unsigned levels)
{
	return (1ULL << (addr_bits(levels) - 1)) - 4096;
}

/* A page-table entry can forbid writing and executing, but what is there at all can be read. */
uint32_t arch_perms_allow(uint32_t perms)
{
	enum { READ = 1, WRITE = 2, EXECUTE = 4 };

	return perms & (READ | WRITE | EXECUTE) ? perms | READ : perms;
}

const struct arch_level *arch_level(unsigned levels, unsigned depth)
{
	static const struct arch_level table[] = {
		{"pgd", 48, 9},
		{"p4d", 39, 9},
		{"pud", 30, 9},
		{"pmd", 21, 9},
		{"pte", 12, 9},
	};
	/* With four levels the kernel folds p4d into pgd, which then holds bits 39 to 47. */
	static const struct arch_level folded_pgd = {"pgd", 39, 9};

	if (levels == 5)
		return &table[depth];
	return depth == 0 ? &folded_pgd : &table[depth + 1];
}

unsigned arch_level_index(const struct arch_level *level, uint64_t addr)
{
	return addr >> level->shift & ((1U << level->bits) - 1);
}

/* Source: System V ABI, AMD64 supplement, figure 3.36. */
unsigned arch_dwarf_regs(const struct wire_fault *fault, uint64_t regs[WIRE_REGS])
{
	static const uint8_t order[] = {MREG_AX, MREG_DX, MREG_CX, MREG_BX, MREG_SI, MREG_DI,
		MREG_BP, MREG_SP, MREG_R8, MREG_R9, MREG_R10, MREG_R11, MREG_R12, MREG_R13,
		MREG_R14, MREG_R15, MREG_IP};

	for (unsigned i = 0; i < ARRAY_SIZE(order); i++)
		regs[i] = fault->regs[order[i]];
	return ARRAY_SIZE(order);
}

void arch_fault_return(struct wire_fault *fault, uint64_t ip)
{
	fault->ip = fault->regs[MREG_IP] = ip;
	fault->sp = fault->regs[MREG_SP] += ARCH_DWARF_SKIPPED;
}

uint64_t arch_frame_pointer(const struct wire_fault *fault)
{
	return fault->regs[MREG_BP];
}

void arch_fault_leave(struct wire_fault *fault, uint64_t frame_pointer, uint64_t ip)
{
	fault->ip = fault->regs[MREG_IP] = ip;
	fault->sp = fault->regs[MREG_SP] = fault->regs[MREG_BP] + 2 * ARCH_DWARF_SKIPPED;
	fault->regs[MREG_BP] = frame_pointer;
}

void arch_relax(void)
{
	__builtin_ia32_pause();
}
