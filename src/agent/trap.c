/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals. A fault at an access is recorded and the access ends; the shell's interrupt ends what is
 * under way; anything else means that the agent itself is broken, and it dies of the signal,
 * visibly.
 */
#include "agent/agent.h"

/* Numbers that all of Linux's machines but a few old ones share; asm-generic/signal.h. */
enum {
	SIGNAL_INTERRUPT = 2,
	SIGNAL_ILL = 4,
	SIGNAL_TRAP = 5,
	SIGNAL_BUS = 7,
	SIGNAL_FPE = 8,
	SIGNAL_SEGV = 11,
	SIGNAL_SYS = 31,
};

enum {
	ACTION_SIGINFO = 4,
	ACTION_ONSTACK = 0x08000000,
	MASK_UNBLOCK = 1,
	MASK_SET = 2,
	MASK_SIZE = 8, /* bytes in the kernel's signal set */
};

#define BIT(signo) (1ULL << ((signo)-1))
#define CAUGHT                                                                                     \
	(BIT(SIGNAL_INTERRUPT) | BIT(SIGNAL_ILL) | BIT(SIGNAL_TRAP) | BIT(SIGNAL_BUS) |            \
		BIT(SIGNAL_FPE) | BIT(SIGNAL_SEGV) | BIT(SIGNAL_SYS))

static _Alignas(64) unsigned char signal_stack[AGENT_SIGNAL_STACK_SIZE];

/* An address that the compiler must compute here: in a constant it would need a relocation. */
static uint64_t computed(uint64_t address)
{
	__asm__("" : "+r"(address));
	return address;
}

static void set_action(int signo, uint64_t handler)
{
	/* Everything is blocked in the handler, and interrupted system calls are not restarted. */
	struct machine_sigaction action = {
		.handler = handler,
		.flags = MACHINE_SA_RESTORER | ACTION_SIGINFO | ACTION_ONSTACK,
		.restorer = computed((uint64_t)trap_return),
		.mask = ~0ULL,
	};

	machine_syscall(NR_RT_SIGACTION, (uint64_t)signo, (uint64_t)&action, 0, MASK_SIZE, 0, 0);
}

void trap_arm(void)
{
	struct machine_stack stack = {
		.start = computed((uint64_t)signal_stack),
		.size = sizeof(signal_stack),
	};
	uint64_t caught = CAUGHT;

	machine_syscall(NR_SIGALTSTACK, (uint64_t)&stack, 0, 0, 0, 0, 0);
	for (int signo = 1; signo <= SIGNAL_SYS; signo++)
		if (CAUGHT & BIT(signo))
			set_action(signo, computed((uint64_t)trap_entry));
	machine_syscall(NR_RT_SIGPROCMASK, MASK_UNBLOCK, (uint64_t)&caught, 0, MASK_SIZE, 0, 0);
}

uint64_t trap_mask(void)
{
	uint64_t mask = 0;

	machine_syscall(NR_RT_SIGPROCMASK, MASK_SET, 0, (uint64_t)&mask, MASK_SIZE, 0, 0);
	return mask;
}

void trap_restore_mask(uint64_t mask)
{
	machine_syscall(NR_RT_SIGPROCMASK, MASK_SET, (uint64_t)&mask, 0, MASK_SIZE, 0, 0);
}

/* Sends SIGNO to the thread TID of this process, which may be a copy of the agent's. */
static void send(int64_t tid, int signo)
{
	int64_t pid = machine_syscall(NR_GETPID, 0, 0, 0, 0, 0, 0);

	machine_syscall(NR_TGKILL, (uint64_t)pid, (uint64_t)tid, (uint64_t)signo, 0, 0, 0);
}

/*
 * With the default action back and the signal pending, the process dies when the handler returns.
 */
static void die(int signo)
{
	set_action(signo, 0);
	send(machine_syscall(NR_GETTID, 0, 0, 0, 0, 0, 0), signo);
}

/* Whether a copy of the process, which called code made, is in the handler. */
static bool is_copy(void)
{
	return machine_syscall(NR_GETPID, 0, 0, 0, 0, 0, 0) != agent.pid;
}

/* Whether another thread than the agent's, or a copy, is. */
static bool is_stranger(void)
{
	return machine_syscall(NR_GETTID, 0, 0, 0, 0, 0, 0) != agent.tid;
}

/* It goes on at agent_resume(), wherever it was. */
static void derail(struct machine_ucontext *uc)
{
	agent.state = AGENT_IDLE; /* a second fault on the way must not come here again */
	machine_restart(&agent.keys, uc, (uint64_t)agent_derailed, (uint64_t)agent_stack_end);
}

static void interrupt(const struct machine_siginfo *info, struct machine_ucontext *uc)
{
	if (is_copy())
		sys_exit(128 + SIGNAL_INTERRUPT);
	if (is_stranger()) {
		send(agent.tid, SIGNAL_INTERRUPT);
		return;
	}
	if (agent.state == AGENT_IDLE)
		return;
	agent.interrupted = true;
	if (access_is_site(machine_ip(uc)))
		machine_set_ip(uc, access_recovery());
	if (agent.state == AGENT_CALL) {
		machine_fault(&agent.fault, &agent.keys, info, uc);
		derail(uc);
	}
}

void trap_handler(int signo, const struct machine_siginfo *info, struct machine_ucontext *uc)
{
	if (signo == SIGNAL_INTERRUPT) {
		interrupt(info, uc);
		return;
	}
	if (info->code <= 0)
		return; /* some process sent it: no instruction raised it */
	if (agent.state == AGENT_IDLE || is_stranger()) {
		die(signo);
		return;
	}
	machine_fault(&agent.fault, &agent.keys, info, uc);
	agent.trapped = true;
	if (access_is_site(machine_ip(uc))) {
		machine_set_ip(uc, access_recovery());
	} else if (agent.state == AGENT_SYSCALL || agent.state == AGENT_CALL) {
		derail(uc);
	} else {
		die(signo);
	}
}
