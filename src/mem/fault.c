/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fault was about: which byte failed and what refused it. */
#include "mem/fault.h"

#include <signal.h>

#include "arch/arch.h"

static bool is_access(const struct fault *f)
{
	return f->kind != ACCESS_OTHER && (f->wire.signo == SIGSEGV || f->wire.signo == SIGBUS);
}

uint64_t fault_byte(const struct fault *f, const struct surroundings *s)
{
	uint64_t into = f->wire.addr - f->addr, last = f->addr + f->len - 1;
	if (!is_access(f) || f->wire.code <= 0)
		return f->addr;
	if (f->wire.code != SI_KERNEL)
		return into < f->len ? f->wire.addr : f->addr;
	/* The trap told no address. A word that begins on an address and ends on none failed with
	 * its end. */
	bool ends_outside = f->len && !f->bulk && s->levels &&
			    arch_addr_canonical(f->addr, s->levels) &&
			    !arch_addr_canonical(last, s->levels);
	return ends_outside ? align_down(last, s->page) : f->addr;
}

bool fault_other_byte(const struct fault *f, uint64_t failed, uint64_t page, uint64_t *other)
{
	uint64_t boundary = align_down(f->addr + f->len - 1, page);
	if (f->bulk || !is_access(f) || f->len < 2 || boundary <= f->addr)
		return false;
	*other = failed < boundary ? boundary : f->addr;
	return true;
}

struct fault fault_of_code(const struct wire_fault *w)
{
	struct fault f = {.kind = ACCESS_OTHER, .addr = w->ip, .wire = *w};
	/* The kernel itself plays the code of its half that programs may call, and refuses without
	 * a trap. */
	if (w->code == SI_KERNEL && !arch_trap_valid(w) && w->ip >> 63)
		f.kind = ACCESS_FETCH;
	if (w->code <= 0 || w->code == SI_KERNEL || !arch_addr_valid(w))
		return f;
	switch (arch_access_of_code(w)) {
	case ARCH_ACCESS_READ:
		f.kind = ACCESS_READ;
		break;
	case ARCH_ACCESS_WRITE:
		f.kind = ACCESS_WRITE;
		break;
	case ARCH_ACCESS_EXECUTE:
		f.kind = ACCESS_FETCH;
		break;
	case ARCH_ACCESS_UNKNOWN:
		return f;
	}
	f.addr = w->addr;
	return f;
}

uint32_t fault_needs(enum access_kind kind)
{
	switch (kind) {
	case ACCESS_READ:
		return PERM_R;
	case ACCESS_WRITE:
		return PERM_W;
	case ACCESS_FETCH:
		return PERM_X;
	case ACCESS_OTHER:
		break;
	}
	return 0;
}

/* Whether the access touches a number that is no address. Both ends: a word may begin on an
 * address. */
static bool not_address(const struct fault *f, const struct surroundings *s)
{
	if (!s->levels || arch_addr_valid(&f->wire))
		return false;
	return !arch_addr_canonical(f->addr, s->levels) ||
	       (f->len && !f->bulk && !arch_addr_canonical(f->addr + f->len - 1, s->levels));
}

static bool is_past_end(const struct surroundings *s, uint64_t byte)
{
	uint64_t page_offset = align_down(byte, s->page) - s->here.start + s->here.offset;
	return s->mapped && s->file.size_known && page_offset >= s->file.size;
}

/* SIGBUS: the file is too short, or something else kept the page out. */
static enum fault_reason bus_reason(
	const struct fault *f, const struct surroundings *s, uint64_t byte)
{
	switch (f->wire.code) {
	case BUS_ADRERR:
		break;
	case BUS_ADRALN:
		return REASON_ALIGNMENT;
	case BUS_MCEERR_AR:
	case BUS_MCEERR_AO:
		return REASON_DAMAGED;
	default:
		return REASON_UNKNOWN;
	}
	if (is_past_end(s, byte))
		return REASON_PAST_END;
	if (s->watched && (!s->page_known || s->absent))
		return REASON_WATCHED;
	if (s->watched && s->write_protected && f->kind == ACCESS_WRITE)
		return REASON_WRITE_WATCHED;
	return s->granule ? REASON_NO_HUGE : REASON_NO_PAGE;
}

/* SIGSEGV at an address that a program can map. */
static enum fault_reason segv_reason(const struct fault *f, const struct surroundings *s)
{
	if (f->wire.code == SEGV_PKUERR)
		return REASON_KEY;
	if (!s->mapped)
		return f->wire.code == SEGV_MAPERR ? REASON_GAP : REASON_UNKNOWN;
	if (f->wire.code == SEGV_MAPERR)
		return s->page_known && !s->guard ? REASON_UNKNOWN : REASON_GUARD;
	return arch_perms_allow(s->here.perms) & fault_needs(f->kind) ? REASON_UNKNOWN
								      : REASON_PROTECTION;
}

/* Above what a program can map. */
static enum fault_reason high_reason(const struct surroundings *s, uint64_t byte)
{
	return byte < s->user_limit + s->page ? REASON_TOP : REASON_KERNEL;
}

enum fault_reason fault_reason(const struct fault *f, const struct surroundings *s)
{
	const struct wire_fault *w = &f->wire;
	uint64_t byte = fault_byte(f, s);
	if (w->code <= 0)
		return REASON_SENT;
	if (w->code == SI_KERNEL && not_address(f, s))
		return REASON_NOT_ADDRESS;
	if (f->kind == ACCESS_FETCH && w->code == SI_KERNEL && s->user_limit &&
		f->addr >= s->user_limit)
		return high_reason(s, f->addr);
	if (!is_access(f) || w->code == SI_KERNEL)
		return w->signo == SIGBUS && w->code == BUS_ADRALN ? REASON_ALIGNMENT
								   : REASON_INSTRUCTION;
	if (w->signo == SIGBUS)
		return bus_reason(f, s, byte);
	if (s->user_limit && byte >= s->user_limit)
		return high_reason(s, byte);
	return segv_reason(f, s);
}

/*
 * Whether the kernel would make the stack above grow down to BYTE: within its limit, and not too
 * close to what is below (which may be close if nobody can access it).
 */
static bool would_grow(uint64_t byte, const struct surroundings *s)
{
	uint64_t page = align_down(byte, s->page);
	if (!s->has_above || !s->above_grows ||
		(s->stack_limit && s->above.end - page > s->stack_limit))
		return false;
	bool room = !s->has_below || page - s->below.end >= STACK_GAP_PAGES * s->page;
	return room || !(s->below.perms & (PERM_R | PERM_W | PERM_X));
}

uint32_t fault_obstacles(enum access_kind kind, uint64_t byte, const struct surroundings *s)
{
	uint32_t found = 0;
	if (s->levels && !arch_addr_canonical(byte, s->levels))
		return 1U << REASON_NOT_ADDRESS;
	if (s->user_limit && byte >= s->user_limit)
		return 1U << high_reason(s, byte);
	/* A stack would grow there, but with what the stack itself allows. */
	bool grows = !s->mapped && would_grow(byte, s) &&
		     arch_perms_allow(s->above.perms) & fault_needs(kind);
	if (!s->mapped)
		return grows ? 0 : 1U << REASON_GAP;
	if (s->key_known && s->key_denies & fault_needs(kind))
		found |= 1U << REASON_KEY;
	if (!(arch_perms_allow(s->here.perms) & fault_needs(kind)))
		found |= 1U << REASON_PROTECTION;
	if (s->page_known && s->guard)
		found |= 1U << REASON_GUARD;
	if (is_past_end(s, byte))
		found |= 1U << REASON_PAST_END;
	else if (s->watched && s->page_known && s->absent)
		found |= 1U << REASON_WATCHED;
	else if (s->watched && s->write_protected && kind == ACCESS_WRITE)
		found |= 1U << REASON_WRITE_WATCHED;
	return found;
}

bool fault_execute_only(const struct surroundings *s)
{
	return s->mapped && s->key_known && s->key_owner == KEY_KERNELS &&
	       (s->here.perms & (PERM_R | PERM_W | PERM_X)) == PERM_X;
}

enum fault_reason fault_first(uint32_t obstacles)
{
	return obstacles ? (enum fault_reason)__builtin_ctz(obstacles) : REASON_NONE;
}
