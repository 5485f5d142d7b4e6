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

#include "arch/x86_64/keys.h"
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

/*
 * The same for a call that may be any. With KEYS it may close key 0 (pkey_alloc can hand it out
 * when it was given back): until that is undone no memory can be touched, only registers. The stack
 * pointer stands at FLOOR, where there are zeros, for the sake of a signal return without a frame:
 * what it loads blocks no signal and sets no signal stack.
 */
static inline int64_t machine_syscall_any(
	bool keys, const unsigned char *floor, uint64_t nr, const uint64_t args[WIRE_ARGS])
{
	register uint64_t r10 __asm__("r10") = args[3];
	register uint64_t r8 __asm__("r8") = args[4];
	register uint64_t r9 __asm__("r9") = args[5];
	uint64_t dx = args[2], sp;
	int64_t result;

	__asm__ volatile("mov	%%rsp, %[sp]\n\t"
			 "mov	%[floor], %%rsp\n\t"
			 "syscall\n\t"
			 "mov	%[sp], %%rsp\n\t"
			 "test	%k[keys], %k[keys]\n\t"
			 "jz	1f\n\t"
			 "mov	%%rax, %%r11\n\t"
			 "xor	%%ecx, %%ecx\n\t"
			 "rdpkru\n\t"
			 "test	%[own], %%eax\n\t"
			 "jz	2f\n\t"
			 "and	%[others], %%eax\n\t"
			 "xor	%%edx, %%edx\n\t"
			 "wrpkru\n"
			 "2:	mov	%%r11, %%rax\n"
			 "1:"
			 : "=a"(result), "+d"(dx), [sp] "=&r"(sp)
			 : "0"(nr), "D"(args[0]), "S"(args[1]), "r"(r10), "r"(r8),
			 "r"(r9), [keys] "r"((uint64_t)keys), [floor] "r"(floor),
			 [own] "i"(PKRU_OWN), [others] "i"(~PKRU_OWN)
			 : "rcx", "r11", "cc", "memory");
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
 * multiple of 16. Whatever the code does to the registers, once it returns all is as it was, but
 * for PKRU (KEYS: there is one), where only key 0 is opened again. If it does not return,
 * agent_derailed() is the way out. (call.S)
 */
struct machine_result machine_call(
	const struct wire_call *call, uint64_t address, unsigned char *stack_end, uint64_t keys);

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

/*
 * The x87 registers become empty: a call begins and ends so, and they may hold an error that waits.
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
	uint64_t unused;
	uint32_t key; /* of SEGV_PKUERR */
};

struct machine_ucontext {
	uint64_t flags;
	uint64_t link;
	struct machine_stack stack;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error_code, trap, old_mask, cr2;
	unsigned char *state; /* what XSAVE saved, in its standard format; may be NULL */
};

static inline uint64_t machine_ip(const struct machine_ucontext *uc)
{
	return uc->ip;
}

/* ---- Protection keys ---- */

struct machine_keys {
	bool asked;  /* the others are filled */
	bool on;     /* this machine has them */
	uint32_t at; /* where XSAVE puts PKRU */
};

static inline void machine_ask_keys(struct machine_keys *keys)
{
	enum { LEAF_XSAVE = 13, STATE_PKRU = 9, EBX = 1 };
	uint32_t r[4] = {0};

	if (keys->asked)
		return;
	keys->asked = true;
	keys->on = keys_are_on();
	if (keys->on)
		keys_cpuid(LEAF_XSAVE, STATE_PKRU, r);
	keys->at = r[EBX];
}

/* As WIRE_RIGHTS wants it; key 0 stays open. */
static inline uint64_t machine_rights(uint64_t mask, uint64_t bits)
{
	uint32_t now = keys_read(), then = (uint32_t)((now & ~mask) | (bits & mask));

	then &= ~(uint32_t)PKRU_OWN;
	if (then != now)
		keys_write(then);
	return then;
}

/*
 * PKRU in the signal frame: what the interrupted code had and will have again. The handler itself
 * runs with the kernel's first value. NULL: the frame holds none, or that is 0 (a state in which a
 * component is all zeros need not be saved): then *ZERO is set.
 */
static inline uint32_t *machine_frame_rights(
	const struct machine_keys *keys, const struct machine_ucontext *uc, bool *zero)
{
	enum { MAGIC_AT = 464, FEATURES_AT = 472, SIZE_AT = 480, SAVED_AT = 512 };
	const uint32_t magic = 0x46505853;
	const uint64_t pkru = 1 << 9;
	unsigned char *state = uc->state;

	*zero = false;
	if (!keys->on || !keys->at || !state || *(uint32_t *)(state + MAGIC_AT) != magic ||
		!(*(uint64_t *)(state + FEATURES_AT) & pkru) ||
		*(uint32_t *)(state + SIZE_AT) < keys->at + sizeof(uint32_t))
		return 0;
	*zero = !(*(uint64_t *)(state + SAVED_AT) & pkru);
	return *zero ? 0 : (uint32_t *)(state + keys->at);
}

/* Makes the interrupted code go on at IP when the handler returns. */
static inline void machine_set_ip(struct machine_ucontext *uc, uint64_t ip)
{
	uc->ip = ip;
}

/*
 * The same whatever became of the registers: an empty stack that ends at STACK_END, sane flags and
 * segments, key 0 open.
 */
static inline void machine_restart(const struct machine_keys *keys, struct machine_ucontext *uc,
	uint64_t ip, uint64_t stack_end)
{
	enum { INTERRUPTS_ON = 0x202 };
	bool zero;
	uint32_t *pkru = machine_frame_rights(keys, uc, &zero);

	if (pkru)
		*pkru &= ~(uint32_t)PKRU_OWN;

	uc->ip = ip;
	uc->sp = stack_end;
	uc->eflags = INTERRUPTS_ON;
	__asm__("mov %%cs, %0" : "=r"(uc->cs));
	__asm__("mov %%ss, %0" : "=r"(uc->ss));
}

/* Fills all of FAULT from what the kernel says of the signal. */
static inline void machine_fault(struct wire_fault *fault, const struct machine_keys *keys,
	const struct machine_siginfo *info, const struct machine_ucontext *uc)
{
	bool zero;
	const uint32_t *pkru = machine_frame_rights(keys, uc, &zero);
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
	fault->key = info->key;
	fault->has_rights = pkru || zero;
	fault->rights = pkru ? *pkru : 0;
	for (unsigned i = 0; i < WIRE_REGS; i++)
		fault->regs[i] = i < N_MREGS ? regs[i] : 0;
}

#endif
