/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: walk, the way of an address through the page tables. */
#include <errno.h>
#include <stdlib.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/pages.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/show.h"
#include "shell/tables.h"

/* The indices need no looking: they are bits of the address. */
static void show_indices(uint64_t addr, unsigned levels)
{
	const struct arch_level *level;
	for (unsigned depth = 0; depth < levels; depth++) {
		level = arch_level(levels, depth);
		report(level->name, "bits %u-%-2u  index %3u = 0x%03x  an entry is for %s",
			level->shift + level->bits - 1, level->shift, arch_level_index(level, addr),
			arch_level_index(level, addr), report_size(1ULL << level->shift));
	}
	level = arch_level(levels, levels - 1);
	report("offset", "bits %u-0   0x%llx in a page of %s", level->shift - 1,
		(unsigned long long)(addr & ((1ULL << level->shift) - 1)),
		report_size(1ULL << level->shift));
}

/*
 * Bytes in the pages of the mapping at ADDR as smaps tells: those of hugetlb may be of any level.
 */
static uint64_t mapping_page_size(struct session *s, uint64_t addr)
{
	struct buf text = BUF_INIT;
	const char *line =
		proc_smaps(s->remote, addr, &text) ? proc_field(text.p, "MMUPageSize") : NULL;
	uint64_t size = line ? strtoull(line, NULL, 10) * 1024 : 0;
	buf_deinit(&text);
	return MAX(size, s->page);
}

/* Bytes that the entry maps at which the walk of a huge page ends. */
static uint64_t huge_size(struct session *s, uint64_t addr, unsigned levels)
{
	uint64_t size = mapping_page_size(s, addr);
	/*
	 * Transparent huge pages keep the small size there; they are of the level above the last.
	 */
	return size > s->page ? size : 1ULL << arch_level(levels, levels - 2)->shift;
}

/* How many levels a walk can come down to a page of SIZE bytes. */
static unsigned levels_to(unsigned levels, uint64_t size)
{
	while (levels > 1 && 1ULL << arch_level(levels, levels - 1)->shift < size)
		levels--;
	return levels;
}

static const char *level_of_size(unsigned levels, uint64_t size)
{
	for (unsigned depth = 0; depth < levels; depth++) {
		if (1ULL << arch_level(levels, depth)->shift == size)
			return arch_level(levels, depth)->name;
	}
	return "an entry";
}

/* Where the walk to a page that is not present can end: below the tables that others prove. */
static void show_early_end(
	struct session *s, const struct pages *pages, uint64_t addr, unsigned levels)
{
	unsigned last = levels_to(levels, mapping_page_size(s, addr));
	unsigned sure = MIN(pages_walk_depth(pages, addr, levels), last);
	struct buf b = BUF_INIT;
	for (unsigned depth = sure - 1; depth < last; depth++) {
		const char *name = arch_level(levels, depth)->name;
		buf_printf(&b, "%s%s", depth < sure ? "" : depth + 1 < last ? ", " : " or ", name);
	}
	if (sure == last)
		report("ends",
			"at the %s, which is not present; its table is there, as a page in it "
			"shows",
			buf_cstr(&b));
	else if (sure > 1)
		report("ends",
			"at an entry that is not present, in %s: pages near it prove the "
			"tables above; more is not visible from outside the kernel",
			buf_cstr(&b));
	else
		report("ends",
			"at an entry that is not present, in %s: which is not visible from "
			"outside the kernel",
			buf_cstr(&b));
	buf_deinit(&b);
}

/* Of such a mapping the kernel keeps the pages that it had. */
static bool allows_nothing(struct session *s, uint64_t addr)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	return procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
	       mapping_covers(&m, addr) && !arch_perms_allow(m.perms);
}

static void show_end(struct session *s, const struct pages *pages, uint64_t addr, unsigned levels,
	const struct page *p)
{
	struct buf b = BUF_INIT;
	uint64_t size = p->huge ? huge_size(s, addr, levels) : s->page;
	report_page(&b, p);
	report("page", "%s", buf_cstr(&b));
	buf_deinit(&b);
	if (!p->present) {
		show_early_end(s, pages, addr, levels);
		return;
	}
	report("ends", "at the %s, with a page of %s%s%s", level_of_size(levels, size),
		report_size(size), p->huge ? ": the levels below are not used" : "",
		allows_nothing(s, addr) ? "; to the CPU the entry is marked as not present, which "
					  "is how PROT_NONE is made"
					: "");
	if (p->frame)
		report("physical",
			"0x%llx: the frame's number times the page size, plus the offset",
			(unsigned long long)(p->frame * s->page + addr % s->page));
	else
		report("physical", "hidden: needs CAP_SYS_ADMIN");
}

/* What the CPU said of this page when it last faulted there. */
static void show_last_fault(struct session *s, uint64_t addr)
{
	const struct fault *f = &s->fault.fault;
	if (!s->fault.have || !arch_is_page_fault(&f->wire) || f->kind == ACCESS_OTHER)
		return;
	if (align_down(fault_byte(f, &s->fault.around), s->page) != align_down(addr, s->page))
		return;
	if (arch_entry_present(&f->wire))
		report("fault", "the last fault's walk reached the end: an entry was present and "
				"forbade the access");
	else if (fault_byte(f, &s->fault.around) < arch_user_limit(facts_levels(s)))
		report("fault",
			"the last fault's walk ended early: an entry on the way was not present");
	else
		report("fault",
			"of the kernel's half the error code does not tell where the walk ended");
}

static void show_walk(struct session *s, uint64_t addr, unsigned levels)
{
	struct pages pages;
	struct page p;
	out_printf(
		"0x%llx in %u levels of page tables; the indices are computed from the address\n",
		(unsigned long long)addr, levels);
	show_indices(addr, levels);
	if (addr >= arch_user_limit(levels)) {
		report("ends", "not visible: the kernel's half is hidden from programs");
	} else if (!pages_open(s, &pages)) {
		report("page", "not known: pagemap cannot be opened (%s)", strerror(errno));
	} else {
		if (pages_one(&pages, addr, &p))
			show_end(s, &pages, addr, levels, &p);
		pages_close(&pages);
	}
	show_last_fault(s, addr);
}

static enum status run_walk(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t addr = value_bits(in->args[0]);
	unsigned levels = facts_levels(s);
	(void)out, (void)err;
	if (arch_addr_canonical(addr, levels))
		show_walk(s, addr, levels);
	else
		out_printf("0x%llx is no address: the CPU refuses it before it looks at any page "
			   "table\n",
			(unsigned long long)addr);
	return ST_OK;
}

const struct row rows_walk[] = {
	{
		.form = {.name = "walk",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR})},
		.group = "look",
		.summary = "cut an address into its page-table indices",
		.details =
			"The tables are named as the kernel names them. The indices are "
			"computed from the address; the page at the end, its size and, for those "
			"with CAP_SYS_ADMIN, its frame are what the kernel tells in pagemap and "
			"smaps. Where the page is not present the kernel does not tell at which "
			"table a walk ends; pages near it prove some of the tables. If the last "
			"fault was in this page, the CPU's error code tells how far its walk came.",
		.example = "p = mmap page\nwalk p\n*p = 1\nwalk p",
		.see = "where pages cpu why",
		.run = run_walk,
	},
	ROW_END,
};
