/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls of the explored program's code. It runs on a stack of its own and may do anything: what the
 * agent stands on is taken back afterwards, whether the code returned or a signal ended it.
 */
#include "agent/agent.h"

/* What the machine's call routine relies on. */
_Static_assert(offsetof(struct wire_call, integers) == 0 &&
		       offsetof(struct wire_call, reals) == 48 &&
		       offsetof(struct wire_call, stack) == 112 &&
		       offsetof(struct wire_call, n_reals) == 240 &&
		       offsetof(struct wire_call, n_stack) == 244,
	"call.S knows these offsets");

/* Bytes above the first frame: code that reads arguments which were not given finds something
 * there, as in C. */
enum { ABOVE = 1024 };

/* As it was before the call under way. */
static struct {
	bool saved;
	uint64_t mask;
	struct machine_context context;
} before;

void call_recover(void)
{
	if (!before.saved)
		return;
	before.saved = false;
	machine_restore(&before.context);
	trap_restore_mask(before.mask);
	sys_bind_to_parent();
}

void call_run(const struct wire_request *request, struct wire_reply *reply)
{
	struct wire_call call = agent.slot->call;

	if (call.n_reals > WIRE_REALS || call.n_stack > WIRE_STACK_ARGS) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	machine_save(&before.context);
	before.mask = trap_mask();
	before.saved = true;
	agent.state = AGENT_CALL;
	struct machine_result result = machine_call(&call, request->a,
		agent.channel + WIRE_STACK_OFFSET + WIRE_STACK_SIZE - ABOVE, agent.keys.on);
	agent_check_identity();
	agent.state = AGENT_IDLE;
	trap_arm();
	call_recover();
	reply->value = result.integer;
	reply->real = result.real;
	reply->outcome = WIRE_DONE;
}
