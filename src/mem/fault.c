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
	(void)s;
	uint64_t into = f->wire.addr - f->addr;
	return is_access(f) && f->wire.code > 0 && f->wire.code != SI_KERNEL && into < f->len
		       ? f->wire.addr
		       : f->addr;
}

struct fault fault_of_code(const struct wire_fault *w)
{
	struct fault f = {.kind = ACCESS_OTHER, .addr = w->ip, .wire = *w};
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

uint32_t fault_needs(const struct fault *f)
{
	switch (f->kind) {
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

/* SIGBUS: the file is too short, or something else kept the page out. */
static enum fault_reason bus_reason(const struct surroundings *s, uint64_t byte)
{
	if (!s->mapped || mapping_is_anonymous(&s->here))
		return REASON_NO_PAGE;
	uint64_t page_offset = align_down(byte, s->page) - s->here.start + s->here.offset;
	return s->file_size_known && page_offset >= s->file_size ? REASON_PAST_END : REASON_NO_PAGE;
}

enum fault_reason fault_reason(const struct fault *f, const struct surroundings *s)
{
	const struct wire_fault *w = &f->wire;
	uint64_t byte = fault_byte(f, s);
	if (w->code <= 0)
		return REASON_SENT;
	if (!is_access(f))
		return REASON_INSTRUCTION;
	if (w->signo == SIGBUS && w->code != SI_KERNEL)
		return w->code == BUS_ADRERR ? bus_reason(s, byte) : REASON_UNKNOWN;
	if (w->code == SI_KERNEL)
		return not_address(f, s) ? REASON_NOT_ADDRESS : REASON_INSTRUCTION;
	if (s->user_limit && byte >= s->user_limit)
		return REASON_KERNEL;
	if (w->code == SEGV_PKUERR)
		return REASON_KEY;
	if (!s->mapped)
		return w->code == SEGV_MAPERR ? REASON_GAP : REASON_UNKNOWN;
	if (w->code == SEGV_MAPERR)
		return REASON_GUARD;
	return s->here.perms & fault_needs(f) ? REASON_UNKNOWN : REASON_PROTECTION;
}
