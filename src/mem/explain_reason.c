/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reason of a fault in words, and what is worth knowing besides. */
#include <signal.h>

#include "arch/arch.h"
#include "mem/explain_parts.h"
#include "mem/flags.h"

bool mapping_is_secret(const struct mapping *m)
{
	return strncmp(m->name, "/secretmem", 10) == 0;
}

static bool is_vsyscall(const struct mapping *m)
{
	return strcmp(m->name, "[vsyscall]") == 0;
}

/* The kernel plays the three functions of the page itself. They begin 1024 bytes apart. */
static const char *vsyscall_text(const struct scene *c)
{
	uint64_t into = c->byte - c->s->here.start;
	if (c->f->kind == ACCESS_FETCH && into % 1024 == 0 && into / 1024 < 3)
		return "the kernel plays this vsyscall function itself, and what it was given is "
		       "of no use: a pointer, or the return address on the stack";
	return "the vsyscall page can only be called, at the start of one of its three functions";
}

const char *verb_ing(enum access_kind kind)
{
	return kind == ACCESS_READ ? "reading" : kind == ACCESS_WRITE ? "writing" : "executing";
}

static const char *reason_text(const struct scene *c)
{
	switch (c->reason) {
	case REASON_NOT_ADDRESS:
		return "this is no address (not canonical)";
	case REASON_TOP:
		return "the last page of the lower half is never mapped";
	case REASON_KERNEL:
		return c->s->mapped && is_vsyscall(&c->s->here)
			       ? vsyscall_text(c)
			       : "this address belongs to the kernel";
	case REASON_GAP:
		return c->byte < c->s->page ? "nothing is mapped there, in the page of NULL"
					    : "nothing is mapped there";
	case REASON_PROTECTION:
		return "the mapping there does not allow ";
	case REASON_KEY:
		return fault_execute_only(c->s) ? "execute-only memory, which the kernel hides "
						  "behind protection key "
						: "forbidden by protection key ";
	case REASON_GUARD:
		return "the page is a guard inside a mapping (MADV_GUARD_INSTALL)";
	case REASON_PAST_END:
		return "the mapped file ends before this page";
	case REASON_WATCHED:
		return "the page is not present, and a userfaultfd wants a signal instead of a "
		       "page (UFFD_FEATURE_SIGBUS)";
	case REASON_WRITE_WATCHED:
		return "a userfaultfd protects the page from writes, and wants a signal "
		       "(UFFD_FEATURE_SIGBUS)";
	case REASON_NO_HUGE:
		return "mapped, but no huge page was free for it";
	case REASON_NO_PAGE:
		return "mapped, but the kernel could not bring the page in";
	case REASON_DAMAGED:
		return "the hardware reports that this memory is damaged";
	case REASON_ALIGNMENT:
		return "not a multiple of the width, and the flag AC makes the CPU check that";
	case REASON_NONE:
	case REASON_SENT:
	case REASON_INSTRUCTION:
	case REASON_UNKNOWN:
		break;
	}
	return "refused, and what is mapped there does not show why";
}

void put_reason(struct scene *c)
{
	buf_puts(&c->text, reason_text(c));
	if (c->reason == REASON_PROTECTION)
		buf_puts(&c->text, verb_ing(c->f->kind));
	else if (c->reason == REASON_KEY)
		buf_dec(&c->text, c->s->key);
}

/* "1, allocated with pkey_alloc; pkru is 0x5555555c and forbids loads and stores" */
void say_key(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	if (c->reason != REASON_KEY)
		return;
	buf_printf(&c->text, "%u, %s", c->s->key, key_owner_text(c->s->key_owner));
	if (w->has_rights)
		buf_printf(&c->text, "; %s is 0x%llx and %s", arch_rights_name,
			(unsigned long long)w->rights,
			key_forbids_text(arch_key_forbids(w->rights, c->s->key)));
	scene_line(c, "key");
}

/* Where the instruction began: some traps report the address behind it. */
static uint64_t instruction_start(const struct scene *c)
{
	return c->f->wire.ip - arch_code_behind(&c->f->wire, &c->s->code);
}

/* "the instruction at 0x7f6c2a9f1000 (p), hlt: " */
static void put_instruction_place(struct scene *c, const char *name)
{
	if (c->s->agent_code) {
		buf_puts(&c->text, "the agent's instruction");
	} else {
		buf_puts(&c->text, "the instruction at ");
		put_address(c, instruction_start(c));
	}
	if (name) {
		buf_puts(&c->text, ", ");
		buf_puts(&c->text, name);
	}
	buf_puts(&c->text, ": ");
}

/*
 * The kernel can send this signal by itself, as in rt_sigreturn() when it cannot read the frame.
 * The trap number is then an older one's, or none.
 */
static bool is_kernels_own(const struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	return w->signo == SIGSEGV && w->code == SI_KERNEL && !arch_trap_valid(w);
}

static bool may_be_kernels_own(const struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	return w->signo == SIGSEGV && w->code == SI_KERNEL && arch_code_after_syscall(&c->s->code);
}

/* Why the signal came, of an instruction without an address to speak of. */
static void put_instruction(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	const char *text = w->code == SI_KERNEL ? NULL : sicode_text(w->signo, w->code);
	struct arch_instruction is = {0};
	bool known = arch_explain_instruction(w, &c->s->code, &is);
	put_instruction_place(c, is.name);
	if (c->s->levels && !arch_addr_canonical(w->ip, c->s->levels)) {
		buf_puts(&c->text, "what should be executed lies at no address (not canonical)");
		return;
	}
	if (is_kernels_own(c)) {
		buf_puts(&c->text,
			"the CPU raised no exception here: the kernel sent the signal by "
			"itself");
		buf_puts(&c->text, may_be_kernels_own(c) ? ", in the system call before it" : "");
		return;
	}
	/* Of floating point only si_code tells which exception it was; else the instruction tells
	 * more. */
	if (text && (!known || (w->signo == SIGFPE && w->code != FPE_INTDIV))) {
		buf_puts(&c->text, text);
		buf_puts(&c->text, known ? "; " : "");
	}
	if (known)
		buf_puts(&c->text, is.why);
	else if (c->s->alignment)
		buf_printf(&c->text, "its operand in memory must lie on a multiple of %u bytes",
			c->s->alignment);
	else if (!text)
		buf_puts(&c->text,
			"refused, and the CPU does not tell why: perhaps an operand whose address "
			"is not canonical or not aligned");
	if (may_be_kernels_own(c))
		buf_puts(&c->text, ", unless the kernel sent the signal by itself, in the system "
				   "call before it");
}

void put_no_access(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	if (c->reason != REASON_SENT)
		return put_instruction(c);
	buf_puts(&c->text, "no access was at fault: the signal was ");
	buf_puts(&c->text, w->code == SI_USER || w->code == SI_TKILL || w->code == SI_QUEUE
				   ? "sent by a process"
				   : "not raised by an instruction");
}

/* ---- Notes ---- */

/*
 * The stack grows down to an access, within limits. Only what lies right below the lowest address
 * that it may reach is called an overflow: further down nothing says that the stack was meant.
 */
static void note_stack(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (c->reason != REASON_GAP || !s->has_above || !s->above_grows)
		return;
	const struct mapping *below = &s->below;
	uint64_t gap = STACK_GAP_PAGES * s->page,
		 size = s->above.end - align_down(c->byte, s->page);
	if (s->stack_limit && size > s->stack_limit &&
		size <= MAX(s->stack_limit, s->above.end - s->above.start) + gap) {
		buf_puts(&c->text, "the stack above has overflowed: it grows down when touched, "
				   "but not past ");
		size_print(&c->text, s->stack_limit);
		buf_puts(&c->text, " (RLIMIT_STACK)");
	} else if (s->has_below && below->perms & (PERM_R | PERM_W | PERM_X) &&
		   c->byte - below->end < gap && (!s->stack_limit || size <= s->stack_limit)) {
		buf_puts(&c->text, "the stack above grows down when touched, but keeps a gap of ");
		size_print(&c->text, gap);
		buf_puts(&c->text, " to what is below");
	}
	scene_line(c, "note");
}

/* Of called code: a wrong stack pointer faults with the first push. */
static void note_stack_pointer(struct scene *c)
{
	uint64_t sp = c->f->wire.sp, page = c->s->page;
	if (c->s->agent_code || c->s->agents ||
		(c->reason != REASON_GAP && c->reason != REASON_PROTECTION))
		return;
	if (c->byte + page < sp || c->byte > sp + page)
		return;
	buf_puts(&c->text, "the stack pointer is there: ");
	put_address(c, sp);
	scene_line(c, "note");
}

/* An instruction can begin in one page and end in the next. */
static void note_crossing(struct scene *c)
{
	uint64_t into = c->byte - c->f->wire.ip;
	if (c->f->kind != ACCESS_FETCH || !scene_has_address(c) || !into || into >= ARCH_CODE_MAX)
		return;
	buf_puts(&c->text, "the instruction begins ");
	put_bytes(&c->text, into);
	buf_puts(&c->text, " before, in a page that may be executed");
	scene_line(c, "note");
}

static void note_file(struct scene *c)
{
	if (c->reason != REASON_PAST_END)
		return;
	buf_puts(&c->text, "is ");
	put_bytes(&c->text, c->s->file.size);
	buf_puts(&c->text, " long, and the failing byte is at offset ");
	buf_dec(&c->text, c->byte - c->s->here.start + c->s->here.offset);
	scene_line(c, "file");
}

static void note_page(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (c->reason != REASON_NO_PAGE || !s->mapped)
		return;
	if (s->watched)
		buf_puts(&c->text, "a userfaultfd watches this memory: it may have declared the "
				   "page lost (UFFDIO_POISON)");
	else if (s->unsplit)
		buf_puts(&c->text, "the kernel keeps nothing for this page of its own mapping on "
				   "this machine");
	else if (s->here.inode && !s->file.size_known)
		buf_puts(&c->text, "the file's size cannot be asked: it may end before this page");
	else if (s->file.full)
		buf_puts(&c->text, "the file system that holds the file is full, and the file has "
				   "a hole here");
	else if (!mapping_is_anonymous(&s->here))
		buf_puts(&c->text, "an input or output error, or the file system is full");
	scene_line(c, "note");
}

/* The kernel looks at the key first, and the CPU tells of it even where nothing else would allow
 * it. */
static void note_permissions(struct scene *c)
{
	uint32_t needs = fault_needs(c->f->kind);
	if (c->reason != REASON_KEY || !c->s->mapped || arch_perms_allow(c->s->here.perms) & needs)
		return;
	buf_printf(&c->text, "the mapping does not allow %s either", verb_ing(c->f->kind));
	scene_line(c, "note");
}

static void note_secret(struct scene *c)
{
	if (!scene_has_address(c) || !c->s->mapped || !mapping_is_secret(&c->s->here))
		return;
	buf_puts(&c->text,
		"secret memory (memfd_secret): only this process can read it, no other one and no "
		"debugger");
	scene_line(c, "note");
}

static void note_address(struct scene *c)
{
	if (c->reason == REASON_NOT_ADDRESS) {
		buf_puts(&c->text,
			c->f->computed
				? "the address was computed from the instruction and the registers"
				: "the address is known only because faultline asked for it");
		scene_line(c, "note");
	}
	if (c->s->decimal_hint) {
		buf_printf(&c->text, "%llu has no 0x; 0x%llu is mapped",
			(unsigned long long)c->f->addr, (unsigned long long)c->f->addr);
		scene_line(c, "hint");
	}
}

void say_notes(struct scene *c)
{
	note_file(c);
	note_crossing(c);
	note_stack(c);
	note_stack_pointer(c);
	note_page(c);
	note_permissions(c);
	note_secret(c);
	note_address(c);
}
