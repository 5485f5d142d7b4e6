/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The long explanation of a fault, behind `why`: what happened, in its order. An instruction, the
 * way of its address through the page tables, the trap with what the CPU told, what the kernel
 * found when it looked the address up, the signal.
 */
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

/* ---- The CPU ---- */

static void say_code(struct scene *c)
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

/* Whether the kernel keeps to itself what the page tables hold. */
static bool is_hidden(const struct scene *c)
{
	return c->reason == REASON_KERNEL || c->reason == REASON_TOP;
}

static void put_indices(struct scene *c)
{
	unsigned levels = c->s->levels;
	for (unsigned depth = 0; depth < levels; depth++) {
		const struct arch_level *level = arch_level(levels, depth);
		buf_printf(&c->text, "%s%s %u", depth ? ", " : "", level->name,
			arch_level_index(level, c->f->wire.trap_addr));
	}
}

/*
 * The way of the address through the page tables. The error code tells whether it came to its end,
 * no more. A translation that is not there is not in the TLB either.
 */
static void say_walk(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	if (c->reason == REASON_NOT_ADDRESS)
		buf_puts(&c->text, "none: the CPU refuses a number that is no address before it "
				   "looks at the TLB or the page tables");
	if (c->reason == REASON_NOT_ADDRESS || !arch_is_page_fault(w) || !c->s->levels)
		return scene_line(c, "walk");
	bool present = arch_entry_present(w);
	buf_puts(&c->text, is_hidden(c) || present
				   ? "from the TLB, or from the page tables by the indices "
				   : "the TLB has nothing of this page; in the page tables the "
				     "indices are ");
	put_indices(c);
	buf_puts(&c->text, is_hidden(c) ? "; what was found the kernel does not tell"
			   : present && c->reason == REASON_KEY
				   ? "; the page has an entry, and the key in it forbids the access"
			   : present ? "; the page has an entry, and it, or one above it, "
				       "forbids the access"
				     : "; the walk ended at the first of these entries that is "
				       "not present");
	scene_line(c, "walk");
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
	if (arch_is_page_fault(w))
		buf_printf(&c->text, ", error code 0x%llx", (unsigned long long)w->trap_code);
	put_selector(c);
	scene_line(c, "cpu");
	say_bits(c);
	if (arch_addr_valid(w)) {
		put_address(c, w->trap_addr);
		buf_printf(&c->text, ", in %s", arch_addr_register);
	} else if (w->signo == SIGSEGV || w->signo == SIGBUS) {
		buf_printf(&c->text, "none: this trap leaves %s as it was", arch_addr_register);
	}
	scene_line(c, "address");
}

/* ---- The kernel ---- */

static const char *found_text(const struct scene *c)
{
	switch (c->reason) {
	case REASON_GAP:
		return "looks for a mapping at this address, and there is none";
	case REASON_KERNEL:
	case REASON_TOP:
		return "looks for no mapping: none of a program's can be there";
	case REASON_NOT_ADDRESS:
	case REASON_ALIGNMENT:
		return "looks for no mapping: it is told no address";
	case REASON_PROTECTION:
		return "finds a mapping at this address, but it does not allow ";
	case REASON_KEY:
		return arch_perms_allow(c->s->here.perms) & fault_needs(c->f->kind)
			       ? "finds a mapping whose permissions allow it, but its protection "
				 "key does not"
			       : "finds a mapping, but neither its permissions nor its protection "
				 "key allow it";
	case REASON_GUARD:
		return "finds a mapping that allows it, but this page of it is marked as a guard";
	case REASON_PAST_END:
		return "finds a mapping that allows it, but no page of the file for it";
	case REASON_WATCHED:
		return "finds a mapping that allows it, but a userfaultfd wants a signal where a "
		       "page is missing";
	case REASON_WRITE_WATCHED:
		return "finds a mapping that allows it, but a userfaultfd wants a signal where "
		       "this page is written to";
	case REASON_NO_HUGE:
	case REASON_NO_PAGE:
		return "finds a mapping that allows it, but cannot bring the page in";
	case REASON_DAMAGED:
		return "finds a mapping that allows it, but the memory behind it is damaged";
	case REASON_NONE:
	case REASON_SENT:
	case REASON_INSTRUCTION:
	case REASON_UNKNOWN:
		break;
	}
	return "what it found the facts do not show";
}

static void say_found(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	buf_puts(&c->text, found_text(c));
	if (c->reason == REASON_PROTECTION)
		buf_puts(&c->text, verb_ing(c->f->kind));
	scene_line(c, "kernel");
	say_surroundings(c);
	if (!c->s->mapped || !arch_is_page_fault(w) || arch_entry_present(w) || is_hidden(c))
		return;
	buf_puts(&c->text,
		c->s->kept && !arch_perms_allow(c->s->here.perms)
			? "the kernel keeps the page, and marked its entry as not present: "
			  "that is how PROT_NONE is made"
			: "no entry is not no mapping: entries are made by accesses that "
			  "are allowed");
	if (c->reason == REASON_KEY)
		buf_puts(&c->text, "; the kernel found the key in the mapping");
	scene_line(c, "note");
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

void explain_fault_long(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx)
{
	struct scene c = scene_start(out, arena, f, s, name, ctx);
	say_headline(&c);
	say_code(&c);
	say_walk(&c);
	say_trap(&c);
	if (scene_has_address(&c))
		say_found(&c);
	say_key(&c);
	say_signal(&c);
	if (scene_has_address(&c)) {
		say_rest(&c);
		say_notes(&c);
		say_cure(&c);
	}
	scene_end(&c);
}
