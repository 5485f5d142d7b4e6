/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would make a refused access work: a statement that can be typed, or a sentence why there is
 * none.
 *
 * A statement covers all pages of the access that fail for the same reason, and is left out where
 * the facts show that the kernel would refuse it too.
 */
#include <signal.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"

/* Whole pages, END exclusive. */
struct pages {
	uint64_t start, end;
};

/* The pages of the access from the failing byte on, up to LIMIT (a page's start). */
static struct pages failing_pages(const struct scene *c, uint64_t limit)
{
	uint64_t page = c->s->page;
	uint64_t start = align_down(c->byte, page), end = align_up(c->end, page);
	if (end <= start || end > limit) /* at the end of the address space it wraps to 0 */
		end = limit;
	return (struct pages){start, MAX(end, start)};
}

static void put_pages(struct scene *c, const char *call, struct pages pages)
{
	buf_puts(&c->text, call);
	buf_putc(&c->text, '(');
	if (pages.start)
		put_plain_address(&c->text, pages.start);
	else
		buf_puts(&c->text, "NULL");
	buf_puts(&c->text, ", ");
	buf_dec(&c->text, pages.end - pages.start);
}

/* What mprotect or mmap must be given for the access; nothing may be written or executed but not
 * read. */
static uint32_t wanted_perms(const struct scene *c, uint32_t now)
{
	return (now & (PERM_R | PERM_W | PERM_X)) | PERM_R | fault_needs(c->f);
}

static const char *word_for(uint32_t perm)
{
	return perm == PERM_W ? "writing" : perm == PERM_X ? "executing" : "reading";
}

static void cure_protection(struct scene *c)
{
	const struct mapping *here = &c->s->here;
	uint32_t needs = fault_needs(c->f);
	if (c->s->agents) {
		buf_puts(&c->text, "none: this mapping belongs to the agent");
	} else if (c->s->sealed) {
		buf_puts(&c->text, "none: the mapping is sealed (mseal)");
	} else if (c->s->may_known && !(c->s->may & needs)) {
		buf_puts(&c->text, "none by mprotect: what is mapped was not opened for ");
		buf_puts(&c->text, word_for(needs));
	} else {
		put_pages(c, "mprotect", failing_pages(c, here->end));
		buf_puts(&c->text, ", ");
		flags_print(&c->text, &flags_prot, wanted_perms(c, here->perms));
		buf_putc(&c->text, ')');
		bool doubtful = needs == PERM_W && here->perms & PERM_SHARED && !c->s->may_known;
		if (doubtful)
			buf_puts(&c->text, ", if the file is open for writing");
	}
}

static void cure_gap(struct scene *c)
{
	const struct surroundings *s = c->s;
	uint64_t limit = s->has_above ? s->above.start : s->user_limit;
	struct pages pages = failing_pages(c, limit);
	if (pages.start < s->mmap_min_addr) {
		buf_puts(&c->text, "none: nothing may be mapped below ");
		put_plain_address(&c->text, s->mmap_min_addr);
		buf_puts(&c->text, " (vm.mmap_min_addr)");
	} else if (s->no_room) {
		buf_puts(&c->text, "none: a limit of this process allows no further mapping");
	} else if (c->f->kind == ACCESS_FETCH) {
		buf_puts(&c->text, "put code there first: a fresh mapping holds only zeros");
	} else if (pages.end > pages.start) {
		put_pages(c, "mmap", pages);
		buf_puts(&c->text, ", ");
		flags_print(&c->text, &flags_prot, wanted_perms(c, 0));
		buf_puts(&c->text, ", MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)");
	}
}

/* The offset in the file that ADDR shows. */
static uint64_t file_offset(const struct scene *c, uint64_t addr)
{
	return addr - c->s->here.start + c->s->here.offset;
}

static void cure_past_end(struct scene *c)
{
	uint64_t last = MIN(c->end, c->s->here.end) - 1;
	buf_puts(&c->text, "make the file at least ");
	put_bytes(&c->text, file_offset(c, last) + 1);
	buf_puts(&c->text, " long, with ftruncate for example");
}

static void cure_guard(struct scene *c)
{
	if (c->s->sealed) {
		buf_puts(&c->text, "none: the mapping is sealed (mseal)");
		return;
	}
	put_pages(c, "madvise", failing_pages(c, c->s->here.end));
	buf_puts(&c->text, ", MADV_GUARD_REMOVE)");
}

void say_cure(struct scene *c)
{
	switch (c->reason) {
	case REASON_GAP:
		cure_gap(c);
		break;
	case REASON_PROTECTION:
		cure_protection(c);
		break;
	case REASON_GUARD:
		cure_guard(c);
		break;
	case REASON_PAST_END:
		cure_past_end(c);
		break;
	case REASON_KERNEL:
		buf_puts(&c->text,
			"none: the kernel's half of the address space is closed to programs");
		break;
	case REASON_NOT_ADDRESS:
		buf_puts(&c->text, "none: nothing can be mapped there");
		break;
	case REASON_KEY:
		buf_puts(&c->text, "allow the key (WRPKRU), or set another with pkey_mprotect");
		break;
	case REASON_SENT:
	case REASON_INSTRUCTION:
	case REASON_NO_PAGE:
	case REASON_UNKNOWN:
		break;
	}
	scene_line(c, "cure");
}

/* The stack grows down to an access, within limits. */
static void note_stack(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (c->reason != REASON_GAP || !s->has_above || strcmp(s->above.name, "[stack]") != 0)
		return;
	uint64_t size = s->above.end - align_down(c->byte, s->page);
	enum {
		GUARD_PAGES = 256
	}; /* stack_guard_gap in mm/mmap.c, unless the kernel was booted with another */
	if (s->stack_limit && size > s->stack_limit) {
		buf_puts(&c->text, "the stack above grows down when touched, but not past ");
		size_print(&c->text, s->stack_limit);
		buf_puts(&c->text, " (RLIMIT_STACK)");
	} else if (s->has_below && c->byte - s->below.end < GUARD_PAGES * s->page) {
		buf_puts(&c->text, "the stack above grows down when touched, but keeps a gap to "
				   "what is below");
	}
	scene_line(c, "note");
}

static void note_file(struct scene *c)
{
	if (c->reason != REASON_PAST_END)
		return;
	buf_puts(&c->text, "is ");
	put_bytes(&c->text, c->s->file_size);
	buf_puts(&c->text, " long, and the failing byte is at offset ");
	buf_dec(&c->text, file_offset(c, c->byte));
	scene_line(c, "file");
}

static void note_address(struct scene *c)
{
	if (c->reason == REASON_NOT_ADDRESS) {
		buf_puts(&c->text, c->f->computed
					   ? "the address was computed from the instruction and the registers"
					   : "the address is known only because faultline asked for it");
		scene_line(c, "note");
	}
	if (c->reason == REASON_NO_PAGE && c->s->mapped && c->s->here.inode &&
		!c->s->file_size_known) {
		buf_puts(&c->text, "the file's size cannot be asked: it may end before this page");
		scene_line(c, "note");
	} else if (c->reason == REASON_NO_PAGE && c->s->mapped &&
		   !mapping_is_anonymous(&c->s->here)) {
		buf_puts(&c->text,
			"an input or output error, or the file system or huge-page pool is full");
		scene_line(c, "note");
	}
}

void say_notes(struct scene *c)
{
	note_file(c);
	note_stack(c);
	note_address(c);
	if (c->s->decimal_hint) {
		buf_printf(&c->text, "%llu has no 0x; 0x%llu is mapped",
			(unsigned long long)c->f->addr, (unsigned long long)c->f->addr);
		scene_line(c, "hint");
	}
}
