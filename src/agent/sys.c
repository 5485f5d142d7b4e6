/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System calls: the shell's, and the few that the agent needs for itself. */
#include "agent/agent.h"

enum {
	ERRNO_INTERRUPTED = 4,
	FUTEX_OP_WAIT = 0,
	FUTEX_OP_WAKE = 1,
	PRCTL_SET_PDEATHSIG = 1,
	CLONE_SAME_PARENT = 0x8000,
	SIGNAL_KILL = 9,
	SIGNAL_CHILD = 17,
};

void sys_futex_wait(const uint32_t *word, uint32_t value)
{
	machine_syscall(NR_FUTEX, (uint64_t)word, FUTEX_OP_WAIT, value, 0, 0, 0);
}

void sys_futex_wake(const uint32_t *word)
{
	machine_syscall(NR_FUTEX, (uint64_t)word, FUTEX_OP_WAKE, 1, 0, 0, 0);
}

int64_t sys_copy(void)
{
	return machine_syscall(NR_CLONE, CLONE_SAME_PARENT | SIGNAL_CHILD, 0, 0, 0, 0, 0);
}

void sys_exit(int status)
{
	for (;;)
		machine_syscall(NR_EXIT_GROUP, (uint64_t)status, 0, 0, 0, 0, 0);
}

void sys_bind_to_parent(void)
{
	machine_syscall(NR_PRCTL, PRCTL_SET_PDEATHSIG, SIGNAL_KILL, 0, 0, 0, 0);
	if (machine_syscall(NR_GETPPID, 0, 0, 0, 0, 0, 0) != agent.parent)
		sys_exit(1);
}

void sys_call(const struct wire_request *request, struct wire_reply *reply)
{
	bool check = request->flags & WIRE_CHECK_PID;

	agent.state = AGENT_SYSCALL;
	int64_t result =
		machine_syscall_any(agent.keys.on, agent_stack_end, request->a, request->args);
	if (check)
		agent_check_identity(); /* the call could be any */
	agent.state = AGENT_IDLE;
	if (check) {
		trap_arm();
		sys_bind_to_parent();
	}
	reply->value = (uint64_t)result;
	if (result == -ERRNO_INTERRUPTED && agent.interrupted)
		reply->outcome = WIRE_INTERRUPTED;
	else
		reply->outcome = WIRE_DONE;
}
