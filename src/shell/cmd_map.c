/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: the system calls that map memory. Sources: their man pages, mm/mmap.c, mm/mprotect.c,
 * mm/mremap.c. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "shell/call.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

#define MAP_TYPE_MASK 0x0f /* MAP_TYPE: the field that MAP_SHARED and MAP_PRIVATE live in */

/* What is left out of mmap has the obvious default: any address, read and write, private and
 * anonymous. */
static bool mmap_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[2])
		a[2] = PROT_READ | PROT_WRITE;
	if (!(a[3] & MAP_TYPE_MASK))
		a[3] |= MAP_PRIVATE;
	if (!given[4]) {
		a[3] |= MAP_ANONYMOUS;
		a[4] = (uint64_t)-1;
	}
	return true;
}

static bool mremap_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[3])
		a[3] = given[4] ? MREMAP_MAYMOVE | MREMAP_FIXED : MREMAP_MAYMOVE;
	return true;
}

static unsigned mremap_looks_at(const uint64_t args[6])
{
	return args[3] & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? 5 : 4;
}

/* Whether MORE bytes would exceed the limit; FIELD of /proc/PID/status says what counts. */
static void tell_limit(struct session *s, struct buf *b, enum __rlimit_resource resource,
	const char *name, const char *field, uint64_t more)
{
	struct rlimit l;
	struct buf status = BUF_INIT;
	const char *used =
		proc_read(s->remote, "status", &status) ? proc_field(status.p, field) : NULL;
	bool over = used && prlimit(remote_pid(s->remote), resource, NULL, &l) == 0 &&
		    l.rlim_cur != RLIM_INFINITY &&
		    strtoull(used, NULL, 10) * 1024 + more > l.rlim_cur;
	buf_deinit(&status);
	if (!over)
		return;
	buf_printf(b, "; %s allows at most ", name);
	size_print(b, l.rlim_cur);
}

/* brk has no errno: when it will not move the break it returns the old one, and this says why where
 * it is seen. */
static void brk_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	char name[MAPPING_NAME_MAX];
	struct mapping next;
	if (!c->args[0] || c->result == c->args[0])
		return;
	buf_puts(b, "  the break did not move");
	uint64_t end = align_up(c->result, s->page), wanted = align_up(c->args[0], s->page);
	bool above = c->args[0] > c->result &&
		     procmap_query(s->remote, end, &next, name) == PROCMAP_FOUND;
	if (above && wanted >= end && next.start < wanted + s->page) {
		buf_puts(b, ": the next mapping, at ");
		show_addr(s, b, next.start);
		buf_puts(b, ", is in the way; a page must stay free below it");
	}
	if (wanted > end) {
		tell_limit(s, b, RLIMIT_AS, "RLIMIT_AS", "VmSize", wanted - end);
		tell_limit(s, b, RLIMIT_DATA, "RLIMIT_DATA", "VmData", wanted - end);
	}
	buf_putc(b, '\n');
}

const struct row rows_map[] = {
	{
		.form = {.name = "mmap",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR",
				       .kind = KIND_ADDR,
				       .flags = PARAM_ELIDED,
				       .dflt = "NULL"},
				{.name = "LEN", .kind = KIND_LEN},
				{.name = "PROT",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_prot,
					.flags = PARAM_OPTIONAL,
					.dflt = "rw"},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_map,
					.flags = PARAM_OPTIONAL,
					.dflt = "private|anon"},
				{.name = "FD",
					.kind = KIND_FD,
					.flags = PARAM_OPTIONAL,
					.dflt = "-1"},
				{.name = "OFFSET",
					.kind = KIND_MAP_OFFSET,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"})},
		.group = "map",
		.summary = "map memory or a file",
		.details = "Asks the kernel for LEN bytes of address space, rounded up to whole "
			   "pages, and yields where they "
			   "begin. No page exists yet: the first touch of each brings it in. "
			   "Without ADDR the kernel chooses the "
			   "place; with it, ADDR is only a wish unless FLAGS have fixed (which "
			   "replaces what is there) or "
			   "fixed_noreplace (which fails instead). Without FD the memory is "
			   "anonymous and reads as zero. In "
			   "command form FLAGS without private or shared get private.",
		.example = "p = mmap 3*page rw\n*p = 100\nexpect *p == 100\nexpect perms(p) == "
			   "\"rw-p\"",
		.see = "munmap mprotect mremap maps",
		.nr = SYS_mmap,
		.effect = EFFECT_MMAP,
		.returns = RETURNS_ADDR,
		.defaults = mmap_defaults,
	},
	{
		.form = {.name = "munmap", .aliases = "", .flags = CALL_FLAGS, PARAMS(ADDR_LEN)},
		.group = "map",
		.summary = "give mapped memory back",
		.details = "Removes all pages of the range from the address space, whole mappings "
			   "or parts of them; a hole in the "
			   "range is no error. ADDR must be the start of a page. Touching the "
			   "range afterwards faults.",
		.example = "p = mmap 2*page\nmunmap p+page page\nexpect SEGV_MAPERR *(p + "
			   "page)\nexpect !mapped(p + page)",
		.see = "mmap maps",
		.nr = SYS_munmap,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "mprotect",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, {.name = "PROT",
						 .kind = KIND_FLAGS,
						 .reads = READS_FLAGS,
						 .set = &flags_prot})},
		.group = "map",
		.summary = "change what may be done with mapped memory",
		.details = "Sets the protection of the pages of the range. Where only a part of a "
			   "mapping is covered the mapping is "
			   "split. The whole range must be mapped; what lies before a hole is "
			   "changed all the same.",
		.example = "p = mmap 3*page\nmprotect p+page page none\nexpect SEGV_ACCERR *(u8 "
			   "*)(p + page)\n"
			   "expect vma_count(p, 3*page) == 3",
		.see = "mmap why",
		.nr = SYS_mprotect,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "mremap",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "OLD", .kind = KIND_ADDR},
				{.name = "OLD_LEN", .kind = KIND_LEN},
				{.name = "NEW_LEN", .kind = KIND_LEN},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_mremap,
					.flags = PARAM_OPTIONAL,
					.dflt = "maymove"},
				{.name = "NEW",
					.kind = KIND_ADDR,
					.flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL})},
		.group = "map",
		.summary = "grow, shrink or move a mapping",
		.details = "Changes the length of the mapping at OLD, and moves it when it cannot "
			   "grow in place and FLAGS have "
			   "maymove, which is what is meant in command form when FLAGS are left "
			   "out. With NEW and fixed it moves "
			   "exactly there. The contents move by page tables, not by copying.",
		.example = "p = mmap page\n*p = 7\np = mremap p page 3*page\nexpect *p == 7",
		.see = "mmap",
		.nr = SYS_mremap,
		.effect = EFFECT_MREMAP,
		.returns = RETURNS_ADDR,
		.defaults = mremap_defaults,
		.looks_at = mremap_looks_at,
	},
	{
		.form = {.name = "brk",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR",
				.kind = KIND_ADDR,
				.flags = PARAM_OPTIONAL,
				.dflt = "NULL: asks where it is"})},
		.group = "map",
		.summary = "move the end of the heap",
		.details = "Sets the break, the end of the [heap] mapping, and yields the break as "
			   "it is afterwards. The kernel's "
			   "call has no errors: when it will not move the break it returns the old "
			   "one.",
		.example = "b = brk(0)\nbrk b+page\n*(u8 *)b = 1\nexpect brk(0) == b + page",
		.see = "mmap maps",
		.nr = SYS_brk,
		.effect = EFFECT_BRK,
		.returns = RETURNS_ADDR,
		.tell = brk_tell,
	},
	{
		.form = {.name = "remap_file_pages",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN,
				{.name = "PROT",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_prot,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"},
				{.name = "PGOFF",
					.kind = KIND_NUMBER,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_map,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"})},
		.group = "map",
		.summary = "show another part of the file in a shared mapping",
		.details = "The pages of the range show the file from page PGOFF on. The kernel "
			   "only imitates this old call: it maps "
			   "anew, so that the mapping is split. PROT must be 0.",
		.example = "fd = memfd_create \"x\"\nftruncate fd 2*page\np = mmap 2*page rw "
			   "shared fd\n*(p + page) = 5\n"
			   "expect ok|ENOSYS remap_file_pages p page 0 1\nexpect *p == 5 || $errno",
		.see = "mmap",
		.nr = SYS_remap_file_pages,
		.effect = EFFECT_RANGE,
	},
	ROW_END,
};
