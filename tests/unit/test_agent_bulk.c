/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent's work on whole ranges, compiled as ordinary code and serving a channel in this
 * process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/agent.h"

enum { PAGE = 4096, PAGES = 4 };

static unsigned char *memory; /* PAGES pages and one that nobody may touch */

static int attach(void **state)
{
	(void)state;
	unsigned char *channel = mmap(
		NULL, WIRE_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memory = mmap(NULL, (PAGES + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	assert_ptr_not_equal(channel, MAP_FAILED);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(mprotect(memory + PAGES * PAGE, PAGE, PROT_NONE), 0);
	agent_attach(channel, 1, getppid());
	return 0;
}

static struct wire_reply ask(struct wire_request request)
{
	trap_arm();
	agent.slot->request = request;
	memset(&agent.slot->reply, 0x5a, sizeof(agent.slot->reply));
	agent_answer();
	assert_int_equal(agent.state, AGENT_IDLE);
	return agent.slot->reply;
}

static uint64_t at(size_t offset)
{
	return (uint64_t)(memory + offset);
}

static void expect_fault(const struct wire_reply *reply, uint64_t done)
{
	assert_int_equal(reply->outcome, WIRE_FAULT);
	assert_int_equal(reply->value, done);
	assert_int_equal(reply->fault.signo, SIGSEGV);
	assert_int_equal(reply->fault.addr & -PAGE, at(PAGES * PAGE));
}

static void filling_repeats_and_stops_at_the_fault(void **state)
{
	(void)state;
	memset(memory, 0, PAGES * PAGE);
	memcpy(agent.data, "abcabc", 6);
	struct wire_reply reply =
		ask((struct wire_request){.op = WIRE_FILL, .a = at(1), .b = 8, .args = {6}});
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal(reply.value, 8);
	assert_memory_equal(memory, "\0abcabcab\0", 10);
	reply = ask((struct wire_request){
		.op = WIRE_FILL, .a = at(PAGES * PAGE - 7), .b = 100, .args = {6}});
	expect_fault(&reply, 7);
	assert_memory_equal(memory + PAGES * PAGE - 8, "\0abcabca", 8);
}

static void copying_overlaps_both_ways(void **state)
{
	(void)state;
	unsigned char model[PAGES * PAGE];
	static const int distances[] = {
		1, 7, 64, 4095, 4096, 4097, -1, -7, -64, -4095, -4096, -4097};

	for (size_t i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
		int d = distances[i];
		size_t from = 5000, len = 6000;
		for (size_t k = 0; k < sizeof(model); k++)
			memory[k] = model[k] = (unsigned char)(k * 7 + k / 256);
		memmove(model + from + d, model + from, len);
		struct wire_reply reply = ask((struct wire_request){
			.op = WIRE_MOVE,
			.flags = d > 0 ? WIRE_FROM_END : 0,
			.a = at(from + d),
			.b = len,
			.args = {at(from)},
		});
		assert_int_equal(reply.outcome, WIRE_DONE);
		assert_int_equal(reply.value, len);
		assert_memory_equal(memory, model, sizeof(model));
	}
}

static void comparing_finds_every_place(void **state)
{
	(void)state;
	for (size_t place = 0; place < 200; place++) {
		memset(memory, 9, 2 * PAGE);
		memory[PAGE + place] = 8;
		struct wire_reply reply = ask((struct wire_request){
			.op = WIRE_COMPARE, .a = at(0), .b = 200, .args = {at(PAGE)}});
		assert_int_equal(reply.outcome, WIRE_DONE);
		assert_int_equal(reply.value, place);
	}
	memset(memory, 9, PAGES * PAGE);
	struct wire_reply reply = ask((struct wire_request){
		.op = WIRE_COMPARE, .a = at(0), .b = PAGE, .args = {at(PAGES * PAGE - 77)}});
	expect_fault(&reply, 77);
}

static struct wire_reply find(
	uint64_t from, uint64_t len, const char *pattern, size_t n, uint64_t align, uint64_t most)
{
	memcpy(agent.data + WIRE_PATTERN_AT, pattern, n);
	memset(agent.data + WIRE_MASK_AT, 0xff, n);
	return ask((struct wire_request){
		.op = WIRE_FIND, .a = from, .b = len, .args = {n, align, most, 0, n - 1}});
}

static const struct wire_found *found(void)
{
	return (const struct wire_found *)(agent.data + WIRE_FOUND_AT);
}

static void finding_finds_every_place(void **state)
{
	(void)state;
	memset(memory, 'n', PAGES * PAGE);
	for (size_t place = 0; place + 6 <= 200; place++) {
		memset(memory, 'n', 256);
		memcpy(memory + place, "needle", 6);
		struct wire_reply reply = find(at(0), 200, "needle", 6, 1, 10);
		assert_int_equal(reply.outcome, WIRE_DONE);
		assert_int_equal(reply.value, 195);
		assert_int_equal(found()->n, 1);
		assert_int_equal(found()->at[0], at(place));
	}
}

static void finding_obeys_its_limits(void **state)
{
	(void)state;
	memset(memory, 'x', PAGES * PAGE);
	struct wire_reply reply = find(at(3), 1000, "xx", 2, 8, 3);
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal(found()->n, 3);
	assert_int_equal(found()->at[0], at(8));
	assert_int_equal(found()->at[2], at(24));
	assert_int_equal(reply.value, 22);
	assert_int_equal(find(at(0), 1, "xx", 2, 1, 1).outcome, WIRE_BAD_REQUEST);
	assert_int_equal(find(at(0), 10, "xx", 2, 1, WIRE_FOUND_MAX + 1).outcome, WIRE_BAD_REQUEST);
}

static void finding_stops_at_the_fault(void **state)
{
	(void)state;
	size_t end = PAGES * PAGE;
	memset(memory, 'x', end);
	memcpy(memory + end - 30, "needle", 6);
	memcpy(memory + end - 3, "nee", 3);
	struct wire_reply reply = find(at(100), 2 * end, "needle", 6, 1, 10);
	expect_fault(&reply, end - 3 - 100);
	assert_int_equal(found()->n, 1);
	assert_int_equal(found()->at[0], at(end - 30));
}

static void words_are_found_by_value(void **state)
{
	(void)state;
	memset(memory, 0xff, PAGES * PAGE);
	*(uint64_t *)(memory + 80) = 1000;
	*(uint64_t *)(memory + 96) = 1009;
	*(uint64_t *)(memory + 104) = 1010;
	struct wire_reply reply = ask((struct wire_request){.op = WIRE_FIND,
		.flags = WIRE_FIND_WORDS,
		.a = at(0),
		.b = 4096,
		.args = {8, 8, 10, 1000, 10}});
	assert_int_equal(reply.outcome, WIRE_DONE);
	assert_int_equal(found()->n, 2);
	assert_int_equal(found()->at[0], at(80));
	assert_int_equal(found()->at[1], at(96));
}

static void touching_changes_nothing_and_counts(void **state)
{
	(void)state;
	memset(memory, 7, PAGES * PAGE);
	for (uint32_t flags = 0; flags <= WIRE_TOUCH_STORE; flags += WIRE_TOUCH_STORE) {
		struct wire_reply reply = ask((struct wire_request){
			.op = WIRE_TOUCH, .flags = flags, .a = at(0), .b = PAGES, .args = {PAGE}});
		assert_int_equal(reply.outcome, WIRE_DONE);
		assert_int_equal(reply.value, PAGES);
		assert_int_equal(memory[0], 7);
		reply = ask((struct wire_request){.op = WIRE_TOUCH,
			.flags = flags,
			.a = at(PAGE),
			.b = PAGES,
			.args = {PAGE}});
		expect_fault(&reply, PAGES - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filling_repeats_and_stops_at_the_fault),
		cmocka_unit_test(copying_overlaps_both_ways),
		cmocka_unit_test(comparing_finds_every_place),
		cmocka_unit_test(finding_finds_every_place),
		cmocka_unit_test(finding_obeys_its_limits),
		cmocka_unit_test(finding_stops_at_the_fault),
		cmocka_unit_test(words_are_found_by_value),
		cmocka_unit_test(touching_changes_nothing_and_counts),
	};

	return cmocka_run_group_tests(tests, attach, NULL);
}
