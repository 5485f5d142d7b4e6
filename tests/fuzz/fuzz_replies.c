/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing what is made of the agent's replies: whatever stands in the channel, a request keeps the
 * promises of remote.h, and a fault can be explained.
 *
 * An input is a number of requests, a byte for each, and the bytes of the replies.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mem/explain.h"
#include "shell/disasm.h"
#include "stand_in.h"

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

enum { LENGTH = 300 };
static const uint64_t ADDR = 0x10000;

static bool no_name(void *ctx, struct buf *b, uint64_t addr)
{
	(void)ctx, (void)b, (void)addr;
	return false;
}

static void check_fault(const struct wire_fault *wire)
{
	static const struct mapping here = {
		.start = 0x10000, .end = 0x14000, .perms = PERM_R, .name = ""};
	struct arena arena = ARENA_INIT;
	struct explanation e;
	struct buf b = BUF_INIT;
	struct surroundings around = {.mapped = wire->addr < here.end,
		.here = here,
		.below = here,
		.above = here,
		.page = 4096,
		.levels = 4,
		.user_limit = arch_user_limit(4)};
	struct fault f = fault_of_code(wire);

	CHECK(wire->code > 0 && wire->signo > 0 && wire->signo <= SIGSYS);
	memcpy(around.code.bytes, wire->regs, sizeof(around.code.bytes));
	around.code.n = ARCH_CODE_MAX;
	signal_print(&b, wire);
	explain_fault(&e, &arena, &f, &around, no_name, NULL);
	explain_fault_long(&e, &arena, &f, &around, no_name, NULL);
	buf_deinit(&b);
	arena_deinit(&arena);
}

/* The registers are the instruction too: what it touches is computed from them. */
static void check_instruction(const struct wire_fault *wire)
{
	struct insn insn;
	unsigned char bytes[ARCH_CODE_MAX];

	memcpy(bytes, wire->regs, sizeof(bytes));
	if (disasm(bytes, sizeof(bytes), wire->ip, wire->addr & 1, wire, &insn))
		CHECK(insn.n_operands <= ARCH_OPERANDS);
}

static void check_find(struct remote *r, bool words, struct wire_fault *fault)
{
	enum { MOST = 40 };
	const struct search_for what = {.pattern = STR("ab"),
		.mask = STR("\xff\xff"),
		.second = 1,
		.align = words ? 8 : 1,
		.words = words,
		.span = 1000};
	uint64_t found[MOST], done;
	size_t n;

	remote_find(r, &what, ADDR, LENGTH, found, MOST, &n, &done, fault);
	CHECK(n <= MOST && done <= LENGTH);
	for (size_t i = 0; i < n; i++)
		CHECK(found[i] >= ADDR && found[i] < ADDR + LENGTH && found[i] % what.align == 0 &&
			(!i || found[i - 1] < found[i]));
}

static enum remote_status check_range(struct remote *r, unsigned which, struct wire_fault *fault)
{
	const uint64_t len = 40 << 20;
	struct range_progress progress = {0};
	struct wire_touched cost;
	enum remote_status status;
	uint64_t all = len;

	switch (which % 4) {
	case 0:
		status = remote_fill(r, ADDR, len, STR("abc"), &progress, fault);
		break;
	case 1:
		status = remote_move(r, ADDR, ADDR + 5, len, which & 4, &progress, fault);
		break;
	case 2:
		status = remote_compare(r, ADDR, ADDR + 5, len, &progress, fault);
		break;
	default:
		all = 5000;
		status = remote_touch(r, ADDR, all, 4096, which & 4, &progress, &cost, fault);
	}
	CHECK(progress.done <= all);
	return status;
}

/* Makes one request; its fault is in FAULT. */
static enum remote_status ask(struct remote *r, unsigned which, struct wire_fault *fault)
{
	unsigned char bytes[LENGTH] = {0};
	const uint64_t args[WIRE_ARGS] = {0};
	const struct wire_call no_arguments = {0};
	struct remote_result result;
	struct err err = {0};
	enum remote_status status = REMOTE_DONE;
	unsigned width = 1u << (which / 16 % 4);
	uint64_t value = 0;
	size_t done = 0;

	switch (which % 16) {
	case 0:
		status = remote_load(r, ADDR, width, &value, fault);
		CHECK(status != REMOTE_DONE || width == 8 || value < 1ULL << 8 * width);
		break;
	case 1:
		status = remote_store(r, ADDR, width, 1, fault);
		break;
	case 2:
		status = remote_syscall(r, 39, args, which & 16, &value, fault);
		break;
	case 3:
		status = remote_read(r, ADDR, bytes, LENGTH, &done, fault);
		CHECK(done <= LENGTH && (status != REMOTE_DONE || done == LENGTH));
		break;
	case 4:
		status = remote_write(r, ADDR, bytes, LENGTH, &done, fault);
		CHECK(done <= LENGTH && (status != REMOTE_DONE || done == LENGTH));
		break;
	case 5:
		remote_peek(r, ADDR, bytes, which);
		break;
	case 6:
		status = remote_call(r, ADDR, &no_arguments, &result, fault);
		break;
	case 7:
		check_find(r, which & 16, fault);
		break;
	case 8: /* the copy is none of this process's children, whatever its number */
		CHECK(remote_checkpoint(r, &err) == 0 && err.text[0]);
		break;
	case 9:
		CHECK(!remote_restore(r, which, &err) && err.text[0]);
		break;
	default:
		status = check_range(r, which / 16, fault);
	}
	CHECK((status == REMOTE_LOST) <= (remote_pid(r) == 0));
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct remote_options options = {0};
	struct err err;
	size_t n = size ? MIN(data[0], size - 1) : 0, rest = size ? size - 1 - n : 0;
	struct wire_fault fault = {0};

	stand_in_start();
	stand_in_script((struct str){(const char *)data + size - rest, rest});
	stand_in_interrupt_after(100);
	struct remote *r = remote_create(&options, &err);
	for (size_t i = 0; i < n; i++) {
		if (ask(r, data[1 + i], &fault) == REMOTE_FAULT) {
			check_fault(&fault);
			check_instruction(&fault);
		}
		if (!remote_pid(r))
			remote_respawn(r, &err);
	}
	remote_destroy(r);
	return 0;
}

/* As in fuzz_symbols.c. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "intercept_tls_get_addr=0";
}

const struct str fuzz_pieces[] = {
	STR("\2\0\1"),
	STR("\2\0\2"),
	STR("\2\1\2"),
	STR("\5\1\0\0\0"),
	STR("\5\2\0\0\0"),
	STR("\1\0\0\0\0\0\0\0\0"),
	STR("\4\2\x09"),
	STR("\7\x10\0\x10"),
	STR("\3\0"),
	STR("\xff\xff\xff\xff\xff\xff\xff\xff"),
	{NULL, 0},
};
