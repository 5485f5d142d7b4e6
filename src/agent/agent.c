/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent's loop: wait for a request, do it, reply. */
#include "agent/agent.h"

/* However the channel is overwritten, an idle agent goes to sleep. */
enum { MOST_TURNS = 1 << 20 };

struct agent agent;

static uint32_t requests(void)
{
	return __atomic_load_n(&agent.slot->requests, __ATOMIC_ACQUIRE);
}

/* Any other change of the counter is not the shell's work: the explored program wrote to the
 * channel. */
static bool is_asked(uint32_t counter)
{
	return counter == agent.served + 1;
}

static bool spin_for_request(void)
{
	uint32_t turns = __atomic_load_n(&agent.slot->spin, __ATOMIC_RELAXED);

	if (turns > MOST_TURNS)
		turns = MOST_TURNS;
	for (uint32_t i = 0; i < turns; i++) {
		if (is_asked(requests()))
			return true;
		machine_relax();
	}
	return is_asked(requests());
}

static void wait_for_request(void)
{
	while (!spin_for_request()) {
		/*
		 * The order matters on both sides: say that we sleep, then look; the shell asks,
		 * then looks.
		 */
		__atomic_store_n(&agent.slot->agent_sleeps, 1, __ATOMIC_SEQ_CST);
		uint32_t seen = __atomic_load_n(&agent.slot->requests, __ATOMIC_SEQ_CST);
		if (!is_asked(seen))
			sys_futex_wait(&agent.slot->requests, seen);
		__atomic_store_n(&agent.slot->agent_sleeps, 0, __ATOMIC_RELAXED);
	}
}

/*
 * Makes a checkpoint of the process. The copy comes back from here too, but serves the other slot:
 * what it replies there says that it is ready.
 */
static void copy_process(const struct wire_request *request, struct wire_reply *reply)
{
	uint32_t slot = (uint32_t)request->a;

	if (slot >= WIRE_SLOTS) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	int64_t pid = sys_copy();
	if (pid == 0) {
		sys_bind_to_parent();
		agent_attach(agent.channel, slot, agent.parent);
		reply = &agent.slot->reply;
	}
	reply->value = (uint64_t)pid;
	reply->outcome = WIRE_DONE;
}

/* Reads or changes the rights that protection keys leave. */
static void change_rights(const struct wire_request *request, struct wire_reply *reply)
{
	if (!agent.keys.on) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	reply->value = machine_rights(request->a, request->b);
	reply->outcome = WIRE_DONE;
}

void agent_answer(void)
{
	struct wire_request request = agent.slot->request;
	struct wire_reply *reply = &agent.slot->reply;

	agent.interrupted = false;
	agent.trapped = false;
	switch (request.op) {
	case WIRE_NOP:
		reply->value = 0;
		reply->outcome = WIRE_DONE;
		break;
	case WIRE_SYSCALL:
		sys_call(&request, reply);
		break;
	case WIRE_LOAD:
		access_load(&request, reply);
		break;
	case WIRE_STORE:
		access_store(&request, reply);
		break;
	case WIRE_READ:
		access_read(&request, reply);
		break;
	case WIRE_WRITE:
		access_write(&request, reply);
		break;
	case WIRE_CALL:
		call_run(&request, reply);
		break;
	case WIRE_COPY:
		copy_process(&request, reply);
		break;
	case WIRE_FILL:
		bulk_fill(&request, reply);
		break;
	case WIRE_MOVE:
		bulk_copy(&request, reply);
		break;
	case WIRE_COMPARE:
		bulk_compare_ranges(&request, reply);
		break;
	case WIRE_FIND:
		bulk_find(&request, reply);
		break;
	case WIRE_TOUCH:
		bulk_touch(&request, reply);
		break;
	case WIRE_RIGHTS:
		change_rights(&request, reply);
		break;
	default:
		reply->outcome = WIRE_BAD_REQUEST;
	}
}

static void publish_reply(void)
{
	agent.served++;
	__atomic_store_n(&agent.slot->replies, agent.served, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&agent.slot->shell_sleeps, __ATOMIC_SEQ_CST))
		sys_futex_wake(&agent.slot->replies);
}

static _Noreturn void serve(void)
{
	for (;;) {
		wait_for_request();
		agent_answer();
		publish_reply();
	}
}

void agent_attach(unsigned char *channel, uint32_t slot, int32_t parent)
{
	agent.channel = channel;
	agent.slot = (struct wire_slot *)(channel + WIRE_SLOT_OFFSET(slot));
	agent.data = channel + WIRE_DATA_OFFSET(slot);
	agent.parent = parent;
	agent.pid = (int32_t)machine_syscall(NR_GETPID, 0, 0, 0, 0, 0, 0);
	agent.tid = (int32_t)machine_syscall(NR_GETTID, 0, 0, 0, 0, 0, 0);
	agent.served = __atomic_load_n(&agent.slot->replies, __ATOMIC_RELAXED);
	agent.state = AGENT_IDLE;
	machine_ask_keys(&agent.keys);
	trap_arm();
}

void agent_main(unsigned char *channel, uint32_t slot, int32_t parent)
{
	agent_attach(channel, slot, parent);
	sys_bind_to_parent();
	serve();
}

/*
 * A system call or called code threw the agent off its path, and the trap handler put it here: that
 * is the call's outcome.
 */
void agent_resume(void)
{
	struct wire_reply *reply = &agent.slot->reply;

	agent_check_identity();
	agent.state = AGENT_IDLE;
	trap_arm();
	call_recover();
	reply->fault = agent.fault;
	reply->value = 0;
	reply->outcome = agent.trapped ? WIRE_FAULT : WIRE_INTERRUPTED;
	publish_reply();
	serve();
}
