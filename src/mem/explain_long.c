/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The long explanation of a fault, behind `why`: every fact in a line of its own, then the two
 * questions. */
#include <signal.h>

#include "arch/arch.h"
#include "mem/explain_parts.h"
#include "mem/flags.h"

static void say_here(struct scene *c)
{
	const struct surroundings *s = c->s;
	put_perms_range(&c->text, &s->here);
	buf_puts(&c->text, "  ");
	buf_puts(&c->text, mapping_label(&s->here));
	scene_line(c, "mapping");
	uint64_t into = c->byte - s->here.start;
	if (into) {
		put_bytes(&c->text, into);
		buf_puts(&c->text, " after its start, ");
	} else {
		buf_puts(&c->text, "its first byte, ");
	}
	put_bytes(&c->text, s->here.end - c->byte);
	buf_puts(&c->text, " before its end");
	scene_line(c, "place");
}

static void say_gap(struct scene *c)
{
	const struct surroundings *s = c->s;
	buf_puts(&c->text, "nothing is mapped ");
	if (s->has_below) {
		buf_puts(&c->text, "from ");
		buf_hex(&c->text, s->below.end, 8);
	} else {
		buf_puts(&c->text, "from 0");
	}
	if (s->has_above) {
		buf_puts(&c->text, " to ");
		buf_hex(&c->text, s->above.start, 8);
	} else {
		buf_puts(&c->text, " on");
	}
	scene_line(c, "gap");
}

/* What lies at the address and on both sides of it. */
static void say_surroundings(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (c->reason == REASON_NOT_ADDRESS)
		return;
	if (s->mapped)
		say_here(c);
	else if (c->reason == REASON_GAP)
		say_gap(c);
	if (s->has_below) {
		put_neighbour(c, &s->below);
		scene_line(c, "below");
	}
	if (s->has_above) {
		put_neighbour(c, &s->above);
		scene_line(c, "above");
	}
}

static void say_signal(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	const char *code = sicode_name(w->signo, w->code), *text = sicode_text(w->signo, w->code);
	buf_puts(&c->text, signal_name(w->signo));
	buf_puts(&c->text, ", si_code ");
	if (code)
		buf_puts(&c->text, code);
	else
		buf_printf(&c->text, "%d", w->code);
	if (text) {
		buf_puts(&c->text, ": ");
		buf_puts(&c->text, text);
	}
	scene_line(c, "signal");
}

static void say_bits(struct scene *c)
{
	struct arch_code_bit bits[ARCH_CODE_BITS];
	size_t n = arch_trap_code_bits(&c->f->wire, bits);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&c->text, "0x%llx %s is %d: ", (unsigned long long)bits[i].mask,
			bits[i].name, bits[i].set);
		bool masked = bits[i].by_kernel ||
			      (c->reason == REASON_TOP && strcmp(bits[i].name, "PROT") == 0);
		buf_puts(&c->text, masked ? "set by the kernel for every address of its own"
					  : bits[i].meaning);
		scene_line(c, "bit");
	}
}

static void say_trap(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	const struct arch_trap *trap = arch_trap_valid(w) ? arch_trap_name(w->trap) : NULL;
	if (c->reason == REASON_SENT || !trap)
		return;
	buf_printf(&c->text, "%s, %s (trap number %llu)", trap->mnemonic, trap->name,
		(unsigned long long)w->trap);
	if (w->trap_code || arch_is_page_fault(w))
		buf_printf(&c->text, ", error code 0x%llx", (unsigned long long)w->trap_code);
	scene_line(c, "cpu");
	say_bits(c);
	if (arch_addr_valid(w)) {
		put_address(c, w->trap_addr);
		buf_puts(&c->text, ", told by the CPU");
	} else {
		buf_puts(&c->text, "none: this trap tells no address");
	}
	scene_line(c, "address");
}

/* The way of the address through the page tables. The error code tells whether it came to its end,
 * no more. */
static void say_walk(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	unsigned levels = c->s->levels;
	if (!arch_is_page_fault(w) || !levels)
		return;
	for (unsigned depth = 0; depth < levels; depth++) {
		const struct arch_level *level = arch_level(levels, depth);
		buf_printf(&c->text, "%s%s %u", depth ? ", " : "index in ", level->name,
			arch_level_index(level, w->trap_addr));
	}
	if (c->reason == REASON_KERNEL || c->reason == REASON_TOP)
		buf_puts(&c->text, "; where the walk ended is not told");
	else if (arch_entry_present(w))
		buf_puts(&c->text,
			"; the walk came to the page, and an entry on the way forbade the access");
	else
		buf_puts(&c->text,
			"; the walk ended at the first of these entries that is not present");
	scene_line(c, "walk");
}

static void say_registers(struct scene *c)
{
	if (c->s->agent_code) {
		buf_printf(&c->text,
			"an instruction of the agent, made for this statement, ring %u",
			arch_ring(&c->f->wire));
		scene_line(c, "code");
		return;
	}
	buf_puts(&c->text, "instruction at ");
	put_plain_address(&c->text, c->f->wire.ip);
	buf_puts(&c->text, ", stack pointer ");
	put_plain_address(&c->text, c->f->wire.sp);
	buf_printf(&c->text, ", ring %u", arch_ring(&c->f->wire));
	scene_line(c, "code");
}

/* The first question: the kernel's mappings. */
static void ask_mapping(struct scene *c)
{
	buf_puts(&c->text, "is there a mapping that allows it? ");
	switch (c->reason) {
	case REASON_GAP:
	case REASON_KERNEL:
	case REASON_TOP:
	case REASON_NOT_ADDRESS:
		buf_puts(&c->text, "no, none of the program's");
		break;
	case REASON_PROTECTION:
		buf_puts(&c->text, "there is a mapping, but it does not");
		break;
	case REASON_KEY:
		buf_puts(&c->text, "its permissions may, its protection key does not");
		break;
	case REASON_GUARD:
		buf_puts(&c->text, "its permissions may, but this page is a guard");
		break;
	case REASON_PAST_END:
		buf_puts(&c->text, "yes, but there is no file behind this page");
		break;
	case REASON_WATCHED:
	case REASON_WRITE_WATCHED:
	case REASON_NO_HUGE:
	case REASON_NO_PAGE:
		buf_puts(&c->text, "yes, but the page could not be brought in");
		break;
	case REASON_DAMAGED:
	case REASON_ALIGNMENT:
		buf_puts(&c->text, "yes, but the hardware did not perform the access");
		break;
	case REASON_NONE:
	case REASON_SENT:
	case REASON_INSTRUCTION:
	case REASON_UNKNOWN:
		buf_puts(&c->text, "the facts do not show it");
		break;
	}
	scene_line(c, "kernel");
}

/* The second: the CPU's page tables. */
static void ask_entry(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	if (!arch_is_page_fault(w))
		return;
	bool hidden = c->reason == REASON_KERNEL || c->reason == REASON_TOP;
	buf_puts(&c->text, "was there a page-table entry? ");
	buf_puts(&c->text, hidden                  ? "the kernel does not tell"
			   : arch_entry_present(w) ? "yes, and it forbids the access"
						   : "no");
	scene_line(c, "mmu");
	if (!hidden && !arch_entry_present(w) && c->s->mapped) {
		buf_puts(&c->text, "no entry is not no mapping: entries are made by accesses that "
				   "are allowed");
		scene_line(c, "note");
	}
}

void explain_fault_long(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx)
{
	struct scene c = scene_start(out, arena, f, s, name, ctx);
	say_headline(&c);
	if (scene_has_address(&c))
		say_surroundings(&c);
	say_signal(&c);
	say_trap(&c);
	say_walk(&c);
	say_registers(&c);
	if (scene_has_address(&c)) {
		ask_mapping(&c);
		ask_entry(&c);
		say_rest(&c);
		say_notes(&c);
		say_cure(&c);
	}
	scene_end(&c);
}
