/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking the target's agent: one request, one reply, and no trust in what comes back. */
#include "shell/remote_internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/arch.h"

/* What an honest agent's fault can be. */
static bool fault_is_sane(const struct wire_fault *fault)
{
	switch (fault->signo) {
	case SIGSEGV:
		return fault->code > 0 && (fault->code != SEGV_PKUERR || fault->key < ARCH_KEYS);
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
	case SIGSYS:
		return fault->code > 0;
	default:
		return false;
	}
}

enum remote_status remote_garbled(struct remote *r)
{
	remote_lose(r, LOSS_GARBLED);
	return REMOTE_LOST;
}

static void send_request(struct remote *r, const struct wire_request *request)
{
	struct wire_slot *slot = r->slot;

	slot->request = *request;
	r->sent++;
	__atomic_store_n(&slot->requests, r->sent, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&slot->agent_sleeps, __ATOMIC_SEQ_CST))
		remote_futex_wake(&slot->requests);
}

/*
 * Copies the reply, each field once, and judges the copy. MOST is the largest value that a stopped
 * or finished request of this kind can yield.
 */
static enum remote_status take_reply(
	struct remote *r, uint64_t most, uint64_t *value, struct wire_fault *fault)
{
	const volatile struct wire_reply *reply = &r->slot->reply;
	uint32_t outcome = reply->outcome;
	uint64_t yielded = reply->value;
	struct wire_fault copy;

	if (yielded > most)
		return remote_garbled(r);
	*value = yielded;
	switch (outcome) {
	case WIRE_DONE:
		return REMOTE_DONE;
	case WIRE_INTERRUPTED:
		/* With the terminal lent, the target learns of ^C, and the shell only by this. */
		if (r->was_lent && !r->timed_out)
			remote_interrupt();
		return REMOTE_INTERRUPTED;
	case WIRE_FAULT:
		memcpy(&copy, &r->slot->reply.fault, sizeof(copy));
		__asm__ volatile("" : : "r"(&copy) : "memory"); /* it is the copy that is judged */
		if (!fault_is_sane(&copy))
			return remote_garbled(r);
		*fault = copy;
		return REMOTE_FAULT;
	default:
		return remote_garbled(r);
	}
}

static bool may_change(const struct wire_request *request)
{
	uint32_t op = request->op;

	if (op == WIRE_RIGHTS)
		return request->a != 0;
	return op != WIRE_NOP && op != WIRE_LOAD && op != WIRE_READ && op != WIRE_COPY &&
	       op != WIRE_COMPARE && op != WIRE_FIND;
}

/* A call splits two mappings at the most, and adds one. */
static void note_mappings(struct remote *r, const struct wire_request *request)
{
	enum { MOST_NEW = 3, NR_MSEAL = 462 };
	bool call = request->op == WIRE_SYSCALL, code = request->op == WIRE_CALL;
	bool many = call && (request->a == SYS_process_madvise || request->a == SYS_io_uring_enter);

	if (code || many)
		r->most_mappings = 0;
	else if (call && r->most_mappings)
		r->most_mappings += MOST_NEW;
	r->may_seal |= code || (call && request->a == NR_MSEAL);
	r->may_key |= code || (call && request->a == SYS_pkey_mprotect);
	r->may_free_key |= code || (call && request->a == SYS_pkey_free);
}

uint64_t remote_most_mappings(const struct remote *r)
{
	return r->most_mappings;
}

void remote_note_mappings(struct remote *r, uint64_t n)
{
	r->most_mappings = n;
}

bool remote_may_seal(const struct remote *r)
{
	return r->may_seal;
}

bool remote_may_key(const struct remote *r)
{
	return r->may_key;
}

bool remote_may_free_key(const struct remote *r)
{
	return r->may_free_key;
}

enum remote_status remote_ask(struct remote *r, const struct wire_request *request, uint64_t most,
	uint64_t *value, struct wire_fault *fault)
{
	if (r->options.on_change && may_change(request))
		r->options.on_change(r->options.on_change_arg);
	if (!r->pid)
		return REMOTE_LOST;
	if (__atomic_load_n(&r->slot->replies, __ATOMIC_RELAXED) != r->sent)
		return remote_garbled(r);
	note_mappings(r, request);
	send_request(r, request);
	if (!remote_await(r))
		return REMOTE_LOST;
	return take_reply(r, most, value, fault);
}

bool remote_ping(struct remote *r)
{
	const struct wire_request request = {.op = WIRE_NOP};
	struct wire_fault fault;
	uint64_t value;

	return remote_ask(r, &request, 0, &value, &fault) == REMOTE_DONE;
}

enum remote_status remote_copy(struct remote *r, unsigned index, int64_t *pid)
{
	const struct wire_request request = {.op = WIRE_COPY, .a = index};
	struct wire_fault fault;
	uint64_t value = 0;

	enum remote_status status = remote_ask(r, &request, UINT64_MAX, &value, &fault);
	*pid = (int64_t)value;
	return status;
}

enum remote_status remote_syscall(struct remote *r, uint64_t nr, const uint64_t args[WIRE_ARGS],
	bool check_pid, uint64_t *result, struct wire_fault *fault)
{
	struct wire_request request = {
		.op = WIRE_SYSCALL, .flags = check_pid ? WIRE_CHECK_PID : 0, .a = nr};
	uint64_t value;

	memcpy(request.args, args, sizeof(request.args));
	remote_note_call(r, nr, args);
	enum remote_status status = remote_ask(r, &request, UINT64_MAX, &value, fault);
	r->in_exec = false;
	r->sends = 0;
	if (status == REMOTE_DONE)
		*result = value;
	return status;
}

enum remote_status remote_call(struct remote *r, uint64_t addr, const struct wire_call *call,
	struct remote_result *result, struct wire_fault *fault)
{
	const struct wire_request request = {.op = WIRE_CALL, .a = addr};
	uint64_t value;

	if (!r->pid)
		return REMOTE_LOST;
	r->slot->call = *call;
	enum remote_status status = remote_ask(r, &request, UINT64_MAX, &value, fault);
	if (status == REMOTE_DONE)
		*result = (struct remote_result){value, r->slot->reply.real};
	if (status == REMOTE_INTERRUPTED)
		memcpy(fault, &r->slot->reply.fault, sizeof(*fault));
	return status;
}

enum remote_status remote_rights(struct remote *r, uint64_t mask, uint64_t bits, uint64_t *rights)
{
	const struct wire_request request = {.op = WIRE_RIGHTS, .a = mask, .b = bits};
	struct wire_fault fault;
	uint64_t value = 0;

	enum remote_status status = remote_ask(r, &request, UINT64_MAX, &value, &fault);
	if (status == REMOTE_DONE)
		*rights = value;
	return status;
}

enum remote_status remote_load(
	struct remote *r, uint64_t addr, unsigned width, uint64_t *value, struct wire_fault *fault)
{
	const struct wire_request request = {.op = WIRE_LOAD, .a = addr, .width = width};
	uint64_t most = width < 8 ? (1ULL << 8 * width) - 1 : UINT64_MAX;
	uint64_t loaded;

	enum remote_status status = remote_ask(r, &request, most, &loaded, fault);
	if (status == REMOTE_DONE)
		*value = loaded;
	return status;
}

enum remote_status remote_store(
	struct remote *r, uint64_t addr, unsigned width, uint64_t value, struct wire_fault *fault)
{
	const struct wire_request request = {
		.op = WIRE_STORE, .a = addr, .width = width, .b = value};
	uint64_t nothing;

	return remote_ask(r, &request, 0, &nothing, fault);
}

/* Has the agent copy N bytes, at most WIRE_DATA_SIZE, between ADDR and the slot's data. */
static enum remote_status copy_piece(struct remote *r, enum wire_op op, uint64_t addr, size_t n,
	size_t *done, struct wire_fault *fault)
{
	const struct wire_request request = {.op = op, .a = addr, .b = n};
	uint64_t value = 0;

	enum remote_status status = remote_ask(r, &request, n, &value, fault);
	if (status == REMOTE_DONE && value != n)
		status = remote_garbled(r);
	*done = status == REMOTE_LOST ? 0 : value;
	return status;
}

enum remote_status remote_read(struct remote *r, uint64_t addr, void *to, size_t len, size_t *done,
	struct wire_fault *fault)
{
	enum remote_status status = r->pid ? REMOTE_DONE : REMOTE_LOST;

	r->scratch = 0;
	*done = 0;
	while (status == REMOTE_DONE && *done < len) {
		if (remote_interrupted())
			return REMOTE_INTERRUPTED;
		size_t n;
		size_t piece = MIN(len - *done, WIRE_DATA_SIZE);
		status = copy_piece(r, WIRE_READ, addr + *done, piece, &n, fault);
		if (n > 0)
			memcpy((char *)to + *done, r->data, n);
		*done += n;
	}
	return status;
}

enum remote_status remote_write(struct remote *r, uint64_t addr, const void *from, size_t len,
	size_t *done, struct wire_fault *fault)
{
	enum remote_status status = r->pid ? REMOTE_DONE : REMOTE_LOST;

	r->scratch = 0;
	*done = 0;
	while (status == REMOTE_DONE && *done < len) {
		if (remote_interrupted())
			return REMOTE_INTERRUPTED;
		size_t n = MIN(len - *done, WIRE_DATA_SIZE);
		memcpy(r->data, (const char *)from + *done, n);
		status = copy_piece(r, WIRE_WRITE, addr + *done, n, &n, fault);
		*done += n;
	}
	return status;
}

bool remote_peek(struct remote *r, uint64_t addr, void *to, size_t n)
{
	unsigned char placed[REMOTE_PEEK_MAX];
	size_t kept = MIN(r->scratch, n), done = 0;
	struct wire_fault fault;

	if (!r->pid || n > sizeof(placed))
		return false;
	if (kept > 0)
		memcpy(placed, r->data, kept);
	enum remote_status status = copy_piece(r, WIRE_READ, addr, n, &done, &fault);
	if (status == REMOTE_LOST)
		return false;
	if (status == REMOTE_DONE && n > 0)
		memcpy(to, r->data, n);
	if (kept > 0)
		memcpy(r->data, placed, kept);
	return status == REMOTE_DONE;
}

uint64_t remote_scratch(struct remote *r, const void *bytes, size_t n)
{
	enum { ALIGNMENT = 16 };

	if (!r->pid || n > WIRE_DATA_SIZE - r->scratch)
		return 0;
	uint64_t addr = r->target_data + r->scratch;
	if (n > 0)
		memcpy(r->data + r->scratch, bytes, n);
	r->scratch = MIN(align_up(r->scratch + n, ALIGNMENT), (size_t)WIRE_DATA_SIZE);
	return addr;
}

void remote_scratch_reset(struct remote *r)
{
	r->scratch = 0;
}

pid_t remote_pid(const struct remote *r)
{
	return r->pid;
}

const struct loss *remote_loss(const struct remote *r)
{
	return &r->loss;
}

int remote_maps_fd(const struct remote *r)
{
	return r->maps_fd;
}

int remote_proc_fd(const struct remote *r)
{
	return r->proc_fd;
}

bool remote_below_stack(const struct remote *r, uint64_t addr)
{
	return addr - (r->target_stack - WIRE_STACK_GUARD) < WIRE_STACK_GUARD;
}

const struct wire_range *remote_ranges(const struct remote *r, size_t *n)
{
	*n = r->pid ? r->n_ranges : 0;
	return r->ranges;
}

bool remote_owns(const struct remote *r, uint64_t addr, uint64_t len)
{
	uint64_t end = addr + len < addr ? UINT64_MAX : addr + len;

	for (size_t i = 0; r->pid && i < r->n_ranges; i++)
		if (r->ranges[i].start < end && addr < r->ranges[i].end)
			return true;
	return false;
}
