/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine as the agent sees it: raw system calls, the signal frame, waiting. Freestanding.
 *
 * The structures are the kernel's own (asm/sigcontext.h, asm/ucontext.h, asm-generic/siginfo.h), of
 * which the C library has other ideas; only the fields that the agent needs are named.
 */
#ifndef ARCH_X86_64_MACHINE_H
#define ARCH_X86_64_MACHINE_H

#include <stdint.h>

#include "arch/x86_64/regs.h"
#include "wire.h"

/* Numbers of the system calls that the agent makes for itself. */
enum {
	NR_RT_SIGACTION = 13,
	NR_RT_SIGPROCMASK = 14,
	NR_GETPID = 39,
	NR_CLONE = 56,
	NR_EXIT = 60,
	NR_GETRUSAGE = 98,
	NR_GETPPID = 110,
	NR_SIGALTSTACK = 131,
	NR_PRCTL = 157,
	NR_ARCH_PRCTL = 158,
	NR_GETTID = 186,
	NR_FUTEX = 202,
	NR_CLOCK_GETTIME = 228,
	NR_EXIT_GROUP = 231,
	NR_TGKILL = 234,
};

static inline int64_t machine_syscall(
	uint64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	int64_t result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* One turn of a loop that waits for another CPU. */
static inline void machine_relax(void)
{
	__builtin_ia32_pause();
}

/*
 * The handler that the kernel is given and what it returns through; trap_handler in C does the
 * work.
 */
void trap_entry(void);
void trap_return(void);
/* Where a thrown-off agent goes on, with an empty stack: calls agent_resume(). */
void agent_derailed(void);

/* What called code left in the registers that carry a result. */
struct machine_result {
	uint64_t integer, real;
};

/*
 * Calls the code at ADDRESS with the arguments of CALL on a stack that ends at STACK_END, a
 * multiple of 16. Whatever the code does to the registers, once it returns all is as it was. If it
 * does not, agent_derailed() is the way out. (call.S)
 */
struct machine_result machine_call(
	const struct wire_call *call, uint64_t address, unsigned char *stack_end);

/* What called code may change and the agent, or the next called code, needs as it was. */
struct machine_context {
	uint64_t fs_base, gs_base;
	uint32_t mxcsr;
	uint16_t x87_control;
};

enum {
	MACHINE_SET_GS = 0x1001, /* of arch_prctl: asm/prctl.h */
	MACHINE_SET_FS = 0x1002,
	MACHINE_GET_FS = 0x1003,
	MACHINE_GET_GS = 0x1004,
};

static inline void machine_save(struct machine_context *c)
{
	machine_syscall(NR_ARCH_PRCTL, MACHINE_GET_FS, (uint64_t)&c->fs_base, 0, 0, 0, 0);
	machine_syscall(NR_ARCH_PRCTL, MACHINE_GET_GS, (uint64_t)&c->gs_base, 0, 0, 0, 0);
	__asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(c->mxcsr), "=m"(c->x87_control));
}

/* The x87 registers become empty: a call begins and ends so, and they may hold an error that waits.
 */
static inline void machine_restore(const struct machine_context *c)
{
	machine_syscall(NR_ARCH_PRCTL, MACHINE_SET_FS, c->fs_base, 0, 0, 0, 0);
	machine_syscall(NR_ARCH_PRCTL, MACHINE_SET_GS, c->gs_base, 0, 0, 0, 0);
	__asm__ volatile("fninit\n\tfldcw %1\n\tldmxcsr %0" : : "m"(c->mxcsr), "m"(c->x87_control));
}

enum { MACHINE_SA_RESTORER = 0x04000000 };

/* What rt_sigaction takes. */
struct machine_sigaction {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

struct machine_stack {
	uint64_t start;
	int32_t flags;
	int32_t pad;
	uint64_t size;
};

struct machine_siginfo {
	int32_t signo;
	int32_t errno_;
	int32_t code;
	int32_t pad;
	uint64_t addr;
};

struct machine_ucontext {
	uint64_t flags;
	uint64_t link;
	struct machine_stack stack;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error_code, trap, old_mask, cr2;
};

static inline uint64_t machine_ip(const struct machine_ucontext *uc)
{
	return uc->ip;
}

/* Makes the interrupted code go on at IP when the handler returns. */
static inline void machine_set_ip(struct machine_ucontext *uc, uint64_t ip)
{
	uc->ip = ip;
}

/*
 * The same whatever became of the registers: an empty stack that ends at STACK_END, sane flags and
 * segments.
 */
static inline void machine_restart(struct machine_ucontext *uc, uint64_t ip, uint64_t stack_end)
{
	enum { INTERRUPTS_ON = 0x202 };

	uc->ip = ip;
	uc->sp = stack_end;
	uc->eflags = INTERRUPTS_ON;
	__asm__("mov %%cs, %0" : "=r"(uc->cs));
	__asm__("mov %%ss, %0" : "=r"(uc->ss));
}

/* Fills all of FAULT from what the kernel says of the signal. */
static inline void machine_fault(struct wire_fault *fault, const struct machine_siginfo *info,
	const struct machine_ucontext *uc)
{
	const uint64_t regs[N_MREGS] = {
		[MREG_AX] = uc->ax,
		[MREG_BX] = uc->bx,
		[MREG_CX] = uc->cx,
		[MREG_DX] = uc->dx,
		[MREG_SI] = uc->si,
		[MREG_DI] = uc->di,
		[MREG_BP] = uc->bp,
		[MREG_SP] = uc->sp,
		[MREG_R8] = uc->r8,
		[MREG_R9] = uc->r9,
		[MREG_R10] = uc->r10,
		[MREG_R11] = uc->r11,
		[MREG_R12] = uc->r12,
		[MREG_R13] = uc->r13,
		[MREG_R14] = uc->r14,
		[MREG_R15] = uc->r15,
		[MREG_IP] = uc->ip,
		[MREG_FLAGS] = uc->eflags,
		[MREG_CS] = uc->cs,
		[MREG_SS] = uc->ss,
	};

	fault->signo = info->signo;
	fault->code = info->code;
	fault->addr = info->addr;
	fault->trap = uc->trap;
	fault->trap_code = uc->error_code;
	fault->trap_addr = uc->cr2;
	fault->ip = uc->ip;
	fault->sp = uc->sp;
	for (unsigned i = 0; i < WIRE_REGS; i++)
		fault->regs[i] = i < N_MREGS ? regs[i] : 0;
}

#endif
