/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on whole ranges of the explored memory, done where it lies: filling, copying, comparing,
 * searching, touching.
 *
 * The shell asks for pieces of bounded size. A piece ends early at memory that refuses and at the
 * shell's interrupt, and tells exactly how far it came.
 */
#include "agent/agent.h"

enum { PIECE = 64 * 1024 }; /* bytes between two looks for an interrupt */

#pragma GCC visibility push(hidden)
struct access bulk_scan(
	uint64_t from, uint64_t end, uint64_t distance, uint32_t first, uint32_t second);
struct access bulk_scan_bytes(
	uint64_t from, uint64_t end, uint64_t distance, uint32_t first, uint32_t second);
struct access bulk_scan_words(uint64_t from, uint64_t end, uint64_t low, uint64_t span);
struct access bulk_match(uint64_t addr, const void *pattern, const void *mask, uint64_t len);
struct access bulk_compare(uint64_t a, uint64_t b, uint64_t len);
struct access bulk_compare_bytes(uint64_t a, uint64_t b, uint64_t len);
struct access bulk_rewrite(uint64_t addr);
#pragma GCC visibility pop

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Ends a request that came to DONE. UNFINISHED: a fault or an interrupt ended it. */
static void finish(struct wire_reply *reply, bool unfinished, uint64_t done)
{
	agent.state = AGENT_IDLE;
	reply->value = done;
	if (!unfinished) {
		reply->outcome = WIRE_DONE;
	} else if (agent.trapped) {
		reply->fault = agent.fault;
		reply->outcome = WIRE_FAULT;
	} else {
		reply->outcome = WIRE_INTERRUPTED;
	}
}

/* ---- Writing ---- */

void bulk_fill(const struct wire_request *request, struct wire_reply *reply)
{
	uint64_t period = request->args[0], done = 0;
	struct access access = {0};

	if (period == 0 || period > WIRE_DATA_SIZE) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	agent.state = AGENT_ACCESS;
	while (done < request->b && !access.stopped && !agent.interrupted) {
		uint64_t n = least(period, request->b - done);
		access = access_copy(request->a + done, (uint64_t)agent.data, n);
		done += access.stopped ? n - access.value : n;
	}
	finish(reply, done < request->b, done);
}

static uint64_t copy_up(const struct wire_request *request)
{
	uint64_t done = 0;
	struct access access = {0};

	while (done < request->b && !access.stopped && !agent.interrupted) {
		uint64_t n = least(PIECE, request->b - done);
		access = access_copy(request->a + done, request->args[0] + done, n);
		done += access.stopped ? n - access.value : n;
	}
	return done;
}

/*
 * How many bytes below both A and B lie in one page each, at most LEFT: what is copied at once from
 * the end down, so that a piece is either copied or not.
 */
static uint64_t piece_below(uint64_t a, uint64_t b, uint64_t left)
{
	const uint64_t page = WIRE_SMALLEST_PAGE;
	uint64_t n = least((a - 1) % page + 1, (b - 1) % page + 1);

	return least(n, left);
}

/* From the end down, by way of the slot's data: the ranges overlap and the source is the lower. */
static uint64_t copy_down(const struct wire_request *request)
{
	uint64_t to = request->a + request->b, from = request->args[0] + request->b, done = 0;
	struct access access = {0};

	while (done < request->b && !access.stopped && !agent.interrupted) {
		uint64_t n = piece_below(to - done, from - done, request->b - done);
		access = access_copy((uint64_t)agent.data, from - done - n, n);
		if (!access.stopped)
			access = access_copy(to - done - n, (uint64_t)agent.data, n);
		if (!access.stopped)
			done += n;
	}
	return done;
}

void bulk_copy(const struct wire_request *request, struct wire_reply *reply)
{
	agent.state = AGENT_ACCESS;
	uint64_t done = request->flags & WIRE_FROM_END ? copy_down(request) : copy_up(request);
	finish(reply, done < request->b, done);
}

/* ---- Reading ---- */

/* Whether a wide load was stopped by a fault, so that the exact byte is to be looked for. */
static bool look_closer(struct access access)
{
	if (!access.stopped || !agent.trapped)
		return false;
	agent.trapped = false;
	return true;
}

void bulk_compare_ranges(const struct wire_request *request, struct wire_reply *reply)
{
	uint64_t a = request->a, b = request->args[0], len = request->b;

	agent.state = AGENT_ACCESS;
	struct access access = bulk_compare(a, b, len);
	uint64_t equal = len - access.value;
	if (look_closer(access)) {
		access = bulk_compare_bytes(a + equal, b + equal, len - equal);
		equal = len - access.value;
	}
	finish(reply, access.stopped, equal);
}

/* One search. The slot's data holds the pattern, its mask, and takes what is found. */
struct search {
	const unsigned char *pattern, *mask;
	uint64_t len;         /* of both */
	uint64_t align;       /* what is found lies at a multiple of it: a power of two */
	uint64_t most;        /* stop after so many */
	uint64_t key, second; /* places in the pattern of the two bytes that are looked for first */
	struct wire_found *found;
};

/* False if the request makes no sense. */
static bool prepare(const struct wire_request *request, struct search *s)
{
	const uint64_t *args = request->args;
	bool words = request->flags & WIRE_FIND_WORDS;

	*s = (struct search){
		.pattern = agent.data + WIRE_PATTERN_AT,
		.mask = agent.data + WIRE_MASK_AT,
		.len = args[0],
		.align = args[1],
		.most = args[2],
		.key = args[3],
		.second = args[4],
		.found = (struct wire_found *)(agent.data + WIRE_FOUND_AT),
	};
	s->found->n = 0;
	if (s->len == 0 || s->len > WIRE_PATTERN_MAX || s->len > request->b || s->align == 0)
		return false;
	if (s->most == 0 || s->most > WIRE_FOUND_MAX)
		return false;
	return words || (s->key <= s->second && s->second < s->len);
}

/* The next place at or above AT and below END where both key bytes are; see bulk_scan. */
static struct access next_candidate(const struct search *s, uint64_t at, uint64_t end)
{
	uint64_t distance = s->second - s->key;
	uint32_t one = s->pattern[s->key], two = s->pattern[s->second];
	struct access access = bulk_scan(at + s->key, end + s->key, distance, one, two);

	if (look_closer(access))
		access = bulk_scan_bytes(access.value, end + s->key, distance, one, two);
	access.value -= s->key;
	return access;
}

/* Whether the pattern is at AT; if so it is noted. False if it could not be looked at. */
static bool note_match(const struct search *s, uint64_t at)
{
	if (at & (s->align - 1))
		return true;
	struct access match = bulk_match(at, s->pattern, s->mask, s->len);
	if (!match.stopped && match.value == 0)
		s->found->at[s->found->n++] = at;
	return !match.stopped;
}

/* Looks at the places from AT on, below END. Returns the first that it did not look at. */
static uint64_t search_bytes(const struct search *s, uint64_t at, uint64_t end)
{
	while (at < end && s->found->n < s->most && !agent.interrupted) {
		struct access access = next_candidate(s, at, end);
		at = access.value;
		if (access.stopped || at >= end || !note_match(s, at))
			break;
		at++;
	}
	return least(at, end);
}

/* The same for words in [LOW, LOW + SPAN). */
static uint64_t search_words(
	const struct search *s, uint64_t at, uint64_t end, uint64_t low, uint64_t span)
{
	while (at < end && s->found->n < s->most && !agent.interrupted) {
		struct access access = bulk_scan_words(at, end, low, span);
		at = access.value;
		if (access.stopped || at >= end)
			break;
		s->found->at[s->found->n++] = at;
		at += sizeof(uint64_t);
	}
	return least(at, end);
}

void bulk_find(const struct wire_request *request, struct wire_reply *reply)
{
	struct search s;
	uint64_t at = request->a;

	if (!prepare(request, &s)) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	uint64_t end = request->a + request->b - s.len + 1; /* of the places to begin at */
	agent.state = AGENT_ACCESS;
	if (request->flags & WIRE_FIND_WORDS)
		at = search_words(&s, at, end, request->args[3], request->args[4]);
	else
		at = search_bytes(&s, at, end);
	finish(reply, at < end && s.found->n < s.most, at - request->a);
}

/* ---- Touching ---- */

enum { CLOCK_ID_MONOTONIC = 1, USAGE_SELF = 0 };

/* What the process has counted so far, and the time. */
static struct wire_touched take_stock(void)
{
	struct {
		uint64_t times[4], sizes[4], minor, major, others[8];
	} usage = {0};
	struct {
		uint64_t s, ns;
	} now = {0};

	machine_syscall(NR_GETRUSAGE, USAGE_SELF, (uint64_t)&usage, 0, 0, 0, 0);
	machine_syscall(NR_CLOCK_GETTIME, CLOCK_ID_MONOTONIC, (uint64_t)&now, 0, 0, 0, 0);
	return (struct wire_touched){
		.ns = now.s * 1000000000 + now.ns, .minor = usage.minor, .major = usage.major};
}

void bulk_touch(const struct wire_request *request, struct wire_reply *reply)
{
	bool store = request->flags & WIRE_TOUCH_STORE;
	struct wire_touched before = take_stock();
	struct access access = {0};
	uint64_t done = 0;

	agent.state = AGENT_ACCESS;
	while (done < request->b && !agent.interrupted) {
		uint64_t addr = request->a + done * request->args[0];
		access = store ? bulk_rewrite(addr) : access_load1(addr);
		if (access.stopped)
			break;
		done++;
	}
	finish(reply, done < request->b, done);
	struct wire_touched after = take_stock();
	*(struct wire_touched *)agent.data = (struct wire_touched){
		.ns = after.ns - before.ns,
		.minor = after.minor - before.minor,
		.major = after.major - before.major,
	};
}
