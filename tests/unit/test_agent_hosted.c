/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The agent compiled as ordinary code, with the suite's sanitizers, serving a channel in this
 * process. It takes this process's fault signals, as it does in a target.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/agent.h"

enum { PAGE = 4096 };

static unsigned char *channel;

static int attach(void **state)
{
	(void)state;
	channel = mmap(
		NULL, WIRE_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(channel, MAP_FAILED);
	agent_attach(channel, 1, getppid());
	return 0;
}

static int detach(void **state)
{
	(void)state;
	return munmap(channel, WIRE_CHANNEL_SIZE);
}

/* One request, answered in this process. */
static struct wire_reply ask(struct wire_request request)
{
	trap_arm(); /* cmocka has set handlers of its own since attach() */
	agent.slot->request = request;
	memset(&agent.slot->reply, 0x5a, sizeof(agent.slot->reply));
	agent_answer();
	assert_int_equal(agent.state, AGENT_IDLE);
	return agent.slot->reply;
}

static unsigned char *pages(int prot)
{
	void *p = mmap(NULL, 2 * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

static void the_slot_is_the_one_asked_for(void **state)
{
	(void)state;
	assert_ptr_equal(agent.slot, channel + WIRE_SLOT_OFFSET(1));
	assert_ptr_equal(agent.data, channel + WIRE_DATA_OFFSET(1));
	assert_int_equal(ask((struct wire_request){.op = WIRE_NOP}).outcome, WIRE_DONE);
}

static void unknown_requests_are_refused(void **state)
{
	(void)state;
	uint64_t word = 0;
	const struct wire_request wrong[] = {
		{.op = 0},
		{.op = 99},
		{.op = WIRE_LOAD, .a = (uint64_t)&word, .width = 3},
		{.op = WIRE_STORE, .a = (uint64_t)&word, .width = 0},
		{.op = WIRE_READ, .a = (uint64_t)&word, .b = WIRE_DATA_SIZE + 1},
		{.op = WIRE_WRITE, .a = (uint64_t)&word, .b = UINT64_MAX},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ask(wrong[i]).outcome, WIRE_BAD_REQUEST);
	assert_int_equal(word, 0);
}

static void accesses_touch_only_their_width(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= 8; width *= 2) {
		uint64_t mask = width == 8 ? UINT64_MAX : (1ULL << 8 * width) - 1;
		uint64_t word = UINT64_MAX;
		struct wire_request request = {
			.op = WIRE_STORE,
			.a = (uint64_t)&word,
			.b = 0x0102030405060708,
			.width = width,
		};
		assert_int_equal(ask(request).outcome, WIRE_DONE);
		assert_int_equal(word, (0x0102030405060708 & mask) | ~mask);
		request.op = WIRE_LOAD;
		struct wire_reply reply = ask(request);
		assert_int_equal(reply.outcome, WIRE_DONE);
		assert_int_equal(reply.value, 0x0102030405060708 & mask);
	}
}

static void faults_are_recorded(void **state)
{
	(void)state;
	unsigned char *none = pages(PROT_NONE), *readable = pages(PROT_READ);
	struct wire_reply reply =
		ask((struct wire_request){.op = WIRE_LOAD, .a = (uint64_t)none, .width = 4});

	assert_int_equal(reply.outcome, WIRE_FAULT);
	assert_int_equal(reply.value, 0);
	assert_int_equal(reply.fault.signo, SIGSEGV);
	assert_int_equal(reply.fault.code, SEGV_ACCERR);
	assert_int_equal(reply.fault.addr, (uint64_t)none);
	assert_int_equal(reply.fault.trap_addr, (uint64_t)none);
	assert_true(access_is_site(reply.fault.ip));
	assert_int_equal(reply.fault.regs[MREG_IP], reply.fault.ip);
	assert_int_equal(reply.fault.regs[N_MREGS], 0);
	reply = ask((struct wire_request){
		.op = WIRE_STORE, .a = (uint64_t)readable, .b = 7, .width = 8});
	assert_int_equal(reply.outcome, WIRE_FAULT);
	assert_int_equal(reply.fault.regs[MREG_SI], 7);
	munmap(none, 2 * PAGE);
	munmap(readable, 2 * PAGE);
}

static void copies_count_what_they_did(void **state)
{
	(void)state;
	unsigned char *p = pages(PROT_READ | PROT_WRITE);

	memset(p, 'a', PAGE);
	assert_int_equal(munmap(p + PAGE, PAGE), 0);
	struct wire_request request = {.op = WIRE_READ, .a = (uint64_t)p + PAGE - 10, .b = 20};
	struct wire_reply reply = ask(request);
	assert_int_equal(reply.outcome, WIRE_FAULT);
	assert_int_equal(reply.value, 10);
	assert_int_equal(reply.fault.addr, (uint64_t)p + PAGE);
	assert_memory_equal(agent.data, "aaaaaaaaaa\0", 11);
	memset(agent.data, 'b', 20);
	request.op = WIRE_WRITE;
	reply = ask(request);
	assert_int_equal(reply.outcome, WIRE_FAULT);
	assert_int_equal(reply.value, 10);
	assert_memory_equal(p + PAGE - 11, "abbbbbbbbbb", 11);
	request.b = 10;
	reply = ask(request);
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal(reply.value, 10);
	munmap(p, PAGE);
}

static void calls_reach_the_kernel(void **state)
{
	(void)state;
	struct wire_reply reply = ask((struct wire_request){.op = WIRE_SYSCALL, .a = SYS_getpid});
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal(reply.value, getpid());
	reply = ask((struct wire_request){
		.op = WIRE_SYSCALL, .flags = WIRE_CHECK_PID, .a = SYS_close, .args = {12345}});
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal((int64_t)reply.value, -EBADF);
}

static void the_interrupt_signal_ends_a_call(void **state)
{
	(void)state;
	pid_t parent = getpid(), child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		for (;;) {
			usleep(20000);
			if (getppid() != parent || kill(parent, SIGINT) != 0)
				_exit(0);
		}
	}
	struct wire_reply reply = ask((struct wire_request){.op = WIRE_SYSCALL, .a = SYS_pause});
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(reply.outcome, WIRE_INTERRUPTED);
	assert_int_equal((int64_t)reply.value, -EINTR);
}

static void idle_it_ignores_what_others_send(void **state)
{
	(void)state;
	ask((struct wire_request){.op = WIRE_NOP});
	raise(SIGINT);
	raise(SIGSEGV);
	raise(SIGBUS);
	assert_false(agent.interrupted);
	assert_false(agent.trapped);
	assert_int_equal(ask((struct wire_request){.op = WIRE_NOP}).outcome, WIRE_DONE);
}

static void wait_for_reply(uint32_t number)
{
	for (int i = 0; i < 5000; i++) {
		if (__atomic_load_n(&agent.slot->replies, __ATOMIC_SEQ_CST) == number)
			return;
		usleep(1000);
	}
	fail_msg("no reply %u", number);
}

/*
 * The whole loop in a process of its own: it sleeps, is woken, answers, and dies with its parent's
 * signal.
 */
static void the_loop_serves_one_request_after_the_other(void **state)
{
	(void)state;
	uint64_t word = 41;
	int status;
	pid_t parent = getpid(), child = fork();

	assert_true(child >= 0);
	if (child == 0)
		agent_main(channel, 1, parent);
	for (uint32_t i = 1; i <= 20; i++) {
		usleep(i % 3 * 1000);
		agent.slot->spin = i % 2 * 1000;
		agent.slot->request =
			(struct wire_request){.op = WIRE_LOAD, .a = (uint64_t)&word, .width = 8};
		__atomic_store_n(&agent.slot->requests, i, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&agent.slot->agent_sleeps, __ATOMIC_SEQ_CST))
			sys_futex_wake(&agent.slot->requests);
		wait_for_reply(i);
		assert_int_equal(agent.slot->reply.outcome, WIRE_DONE);
		assert_int_equal(agent.slot->reply.value, 41);
	}
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

/* A fault of the agent's own, not of an access, must be seen and not be repeated for ever. */
static void a_broken_agent_dies_of_the_signal(void **state)
{
	(void)state;
	int status;
	pid_t parent = getpid(), child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		agent_attach(channel, 1, parent);
		munmap(channel + WIRE_SLOT_OFFSET(1), PAGE);
		agent_resume();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

#define ATTACHED(test) cmocka_unit_test_setup_teardown(test, attach, detach)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ATTACHED(the_slot_is_the_one_asked_for),
		ATTACHED(unknown_requests_are_refused),
		ATTACHED(accesses_touch_only_their_width),
		ATTACHED(faults_are_recorded),
		ATTACHED(copies_count_what_they_did),
		ATTACHED(calls_reach_the_kernel),
		ATTACHED(the_interrupt_signal_ends_a_call),
		ATTACHED(idle_it_ignores_what_others_send),
		ATTACHED(the_loop_serves_one_request_after_the_other),
		ATTACHED(a_broken_agent_dies_of_the_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
