/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking the target's agent for work on whole ranges, in pieces short enough for ^C. */
#include "shell/remote_internal.h"

enum { PIECE = 16 << 20, TOUCH_PIECE = 4096 };

/* How one piece is asked for: REQUEST with its start and length filled in for DONE bytes of it. */
typedef void place_piece(
	struct wire_request *piece, const struct wire_request *whole, uint64_t done, uint64_t n);

/* Runs WHOLE in pieces of at most MOST. Ends early where a piece does less than was asked. */
static enum remote_status in_pieces(struct remote *r, const struct wire_request *whole,
	uint64_t most, place_piece *place, struct range_progress *progress,
	struct wire_fault *fault)
{
	enum remote_status status = r->pid ? REMOTE_DONE : REMOTE_LOST;
	uint64_t done = 0;

	while (status == REMOTE_DONE && done < whole->b) {
		struct wire_request piece = *whole;
		uint64_t n = MIN(whole->b - done, most), value = 0;
		if (remote_interrupted())
			return REMOTE_INTERRUPTED;
		place(&piece, whole, done, n);
		status = remote_ask(r, &piece, n, &value, fault);
		if (status == REMOTE_LOST)
			return status;
		done += value;
		progress->done = done;
		if (progress->tell)
			progress->tell(progress->arg, done, whole->b);
		if (status == REMOTE_DONE && value < n)
			return status;
	}
	return status;
}

static void upwards(
	struct wire_request *piece, const struct wire_request *whole, uint64_t done, uint64_t n)
{
	piece->a = whole->a + done;
	piece->b = n;
}

static void both_upwards(
	struct wire_request *piece, const struct wire_request *whole, uint64_t done, uint64_t n)
{
	upwards(piece, whole, done, n);
	piece->args[0] = whole->args[0] + done;
}

static void both_downwards(
	struct wire_request *piece, const struct wire_request *whole, uint64_t done, uint64_t n)
{
	both_upwards(piece, whole, whole->b - done - n, n);
}

enum remote_status remote_fill(struct remote *r, uint64_t addr, uint64_t len, struct str pattern,
	struct range_progress *progress, struct wire_fault *fault)
{
	enum {
		BLOCK = 32 * 1024
	}; /* as many patterns as fit: large enough to copy fast, small for a cache */
	size_t period = MAX(BLOCK / pattern.n, (size_t)1) * pattern.n;

	progress->done = 0;
	r->scratch = 0;
	if (!r->pid)
		return REMOTE_LOST;
	for (size_t at = 0; at < period; at += pattern.n)
		memcpy(r->data + at, pattern.p, pattern.n);
	const struct wire_request whole = {.op = WIRE_FILL, .a = addr, .b = len, .args = {period}};
	return in_pieces(r, &whole, PIECE / period * period, upwards, progress, fault);
}

enum remote_status remote_move(struct remote *r, uint64_t to, uint64_t from, uint64_t len,
	bool from_end, struct range_progress *progress, struct wire_fault *fault)
{
	const struct wire_request whole = {.op = WIRE_MOVE,
		.flags = from_end ? WIRE_FROM_END : 0,
		.a = to,
		.b = len,
		.args = {from}};

	progress->done = 0;
	r->scratch = 0;
	return in_pieces(
		r, &whole, PIECE, from_end ? both_downwards : both_upwards, progress, fault);
}

enum remote_status remote_compare(struct remote *r, uint64_t a, uint64_t b, uint64_t len,
	struct range_progress *progress, struct wire_fault *fault)
{
	const struct wire_request whole = {.op = WIRE_COMPARE, .a = a, .b = len, .args = {b}};

	progress->done = 0;
	return in_pieces(r, &whole, PIECE, both_upwards, progress, fault);
}

/* Adds what a piece of a touch cost; the user may have overwritten it. */
static void add_cost(const struct remote *r, struct wire_touched *cost)
{
	struct wire_touched piece;

	memcpy(&piece, r->data, sizeof(piece));
	cost->ns += piece.ns;
	cost->minor += piece.minor;
	cost->major += piece.major;
}

enum remote_status remote_touch(struct remote *r, uint64_t addr, uint64_t count, uint64_t distance,
	bool store, struct range_progress *progress, struct wire_touched *cost,
	struct wire_fault *fault)
{
	enum remote_status status = r->pid ? REMOTE_DONE : REMOTE_LOST;

	*cost = (struct wire_touched){0};
	progress->done = 0;
	r->scratch = 0;
	while (status == REMOTE_DONE && progress->done < count) {
		const struct wire_request piece = {
			.op = WIRE_TOUCH,
			.flags = store ? WIRE_TOUCH_STORE : 0,
			.a = addr + progress->done * distance,
			.b = MIN(count - progress->done, (uint64_t)TOUCH_PIECE),
			.args = {distance},
		};
		uint64_t value = 0;
		if (remote_interrupted())
			return REMOTE_INTERRUPTED;
		status = remote_ask(r, &piece, piece.b, &value, fault);
		if (status == REMOTE_LOST)
			break;
		add_cost(r, cost);
		progress->done += value;
		if (progress->tell)
			progress->tell(progress->arg, progress->done * distance, count * distance);
	}
	return status;
}

/* What was found in [FROM, END), judged as it is copied: rising, inside, and at most MOST. */
static bool take_found(const struct remote *r, const struct search_for *what, uint64_t from,
	uint64_t end, uint64_t most, uint64_t *found, size_t *n)
{
	const volatile struct wire_found *wire =
		(const volatile struct wire_found *)(r->data + WIRE_FOUND_AT);
	uint64_t count = wire->n, low = from;

	if (count > most)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = wire->at[i];
		if (at < low || at >= end || (at & (what->align - 1)))
			return false;
		found[i] = at;
		low = at + 1;
	}
	*n = count;
	return true;
}

static void place_pattern(struct remote *r, const struct search_for *what)
{
	if (what->words)
		return;
	memcpy(r->data + WIRE_PATTERN_AT, what->pattern.p, what->pattern.n);
	memcpy(r->data + WIRE_MASK_AT, what->mask.p, what->mask.n);
}

static struct wire_request find_request(
	const struct search_for *what, uint64_t addr, uint64_t len, uint64_t most)
{
	uint64_t n = what->words ? sizeof(uint64_t) : what->pattern.n;

	return (struct wire_request){
		.op = WIRE_FIND,
		.flags = what->words ? WIRE_FIND_WORDS : 0,
		.a = addr,
		.b = len,
		.args = {n, what->align, MIN(most, (uint64_t)WIRE_FOUND_MAX),
			what->words ? what->low : what->key,
			what->words ? what->span : what->second},
	};
}

enum remote_status remote_find(struct remote *r, const struct search_for *what, uint64_t addr,
	uint64_t len, uint64_t *found, size_t most, size_t *n, uint64_t *done,
	struct wire_fault *fault)
{
	uint64_t unit = what->words ? sizeof(uint64_t) : what->pattern.n;
	/* A piece's last places need the bytes behind it too. */
	struct wire_request request =
		find_request(what, addr, MIN(len, (uint64_t)PIECE + unit - 1), most);
	uint64_t places = request.b - unit + 1;

	*n = 0;
	*done = 0;
	r->scratch = 0;
	if (!r->pid)
		return REMOTE_LOST;
	place_pattern(r, what);
	enum remote_status status = remote_ask(r, &request, places, done, fault);
	if (status == REMOTE_LOST)
		return status;
	return take_found(r, what, addr, addr + places, request.args[2], found, n)
		       ? status
		       : remote_garbled(r);
}
