/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the agent know of each other.
 *
 * House rules: everything here is compiled into a blob that runs in another program's address space
 * without any library. No libc, no thread-local storage, no constant tables of pointers (they need
 * relocations), no floating point. Whatever the agent stands on is in its own pages.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/*
 * Every symbol is the blob's own: no access may go through a table that somebody would have to
 * fill.
 */
#pragma GCC visibility push(hidden)

#include "machine.h"

enum agent_state {
	AGENT_IDLE,    /* waiting: a signal means nothing */
	AGENT_ACCESS,  /* about to touch the explored memory, or touching it */
	AGENT_SYSCALL, /* in a system call for the shell, which may change anything */
	AGENT_CALL,    /* in code of the explored program, which may do anything */
};

enum {
	AGENT_SIGNAL_STACK_SIZE = 64 * 1024, /* a signal frame holds every vector register */
};

struct agent {
	unsigned char *channel; /* where the channel is mapped */
	struct wire_slot *slot; /* the one that this agent serves */
	unsigned char *data;    /* the slot's bulk data */
	int32_t parent;         /* dies with it */
	int32_t pid;            /* who the agent is: a process with another one is a copy */
	int32_t tid;
	struct machine_keys keys; /* the machine's protection keys */
	uint32_t served;          /* requests answered: both counters of an idle slot */
	volatile enum agent_state state;
	volatile bool interrupted; /* the shell's interrupt signal came during this request */
	volatile bool trapped;     /* a signal stopped this request: FAULT is filled */
	struct wire_fault fault;
};

/* What an access came to. */
struct access {
	uint64_t value;   /* what was loaded, or what remained of a copy */
	uint64_t stopped; /* 1 if a fault or an interrupt stopped it */
};

extern struct agent agent;
extern unsigned char agent_stack_end[]; /* past the end of the agent's stack (entry.S) */

/* agent.c: the loop */
_Noreturn void agent_main(unsigned char *channel, uint32_t slot, int32_t parent);
_Noreturn void agent_resume(void);
/*
 * A process or thread that is not the one that was asked ends itself. The stack may be shared with
 * such a copy, so nothing is called that is not inlined before the copy has gone.
 */
static inline __attribute__((always_inline)) void agent_check_identity(void);
/* Takes up serving a slot of a channel, without the loop. */
void agent_attach(unsigned char *channel, uint32_t slot, int32_t parent);
/* Performs the slot's request and writes its reply, but does not publish it. */
void agent_answer(void);

/* access.c: the explored memory. Each fills REPLY. */
void access_load(const struct wire_request *request, struct wire_reply *reply);
void access_store(const struct wire_request *request, struct wire_reply *reply);
void access_read(const struct wire_request *request, struct wire_reply *reply);
void access_write(const struct wire_request *request, struct wire_reply *reply);
struct access access_load1(uint64_t addr);
struct access access_copy(uint64_t to, uint64_t from, uint64_t len);
/*
 * Whether IP is an instruction that touches the explored memory, and where it goes on if it is
 * stopped.
 */
bool access_is_site(uint64_t ip);
uint64_t access_recovery(void);

/* bulk.c: whole ranges of it. Each fills REPLY. */
void bulk_fill(const struct wire_request *request, struct wire_reply *reply);
void bulk_copy(const struct wire_request *request, struct wire_reply *reply);
void bulk_compare_ranges(const struct wire_request *request, struct wire_reply *reply);
void bulk_find(const struct wire_request *request, struct wire_reply *reply);
void bulk_touch(const struct wire_request *request, struct wire_reply *reply);

/* trap.c: signals */
void trap_arm(void); /* handlers, mask, signal stack: as the agent needs them, whatever they were */
/* The signal mask, for trap_restore_mask(). */
uint64_t trap_mask(void);
void trap_restore_mask(uint64_t mask);
void trap_handler(int signo, const struct machine_siginfo *info, struct machine_ucontext *uc);

/* call.c: code of the explored program. Fills REPLY. */
void call_run(const struct wire_request *request, struct wire_reply *reply);
/* Takes back what called code may have changed under the agent, however it ended. */
void call_recover(void);

/* sys.c: system calls */
void sys_call(const struct wire_request *request, struct wire_reply *reply);
void sys_futex_wait(const uint32_t *word, uint32_t value);
void sys_futex_wake(const uint32_t *word);
void sys_bind_to_parent(void); /* dies with the parent; exits if it is gone already */
/* As fork, but the copy is the parent's child: returns its process ID, 0 in the copy. */
int64_t sys_copy(void);
_Noreturn void sys_exit(int status);

static inline __attribute__((always_inline)) void agent_check_identity(void)
{
	if (machine_syscall(NR_GETPID, 0, 0, 0, 0, 0, 0) != agent.pid)
		machine_syscall(NR_EXIT_GROUP, 0, 0, 0, 0, 0, 0);
	if (machine_syscall(NR_GETTID, 0, 0, 0, 0, 0, 0) != agent.tid)
		machine_syscall(NR_EXIT, 0, 0, 0, 0, 0, 0);
}

#pragma GCC visibility pop

#endif
