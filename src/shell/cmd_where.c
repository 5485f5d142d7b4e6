/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: where, all that is known of one address. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/show.h"
#include "shell/symbols.h"
#include "shell/tables.h"

/* What the kernel calls its special mappings, and what they are. */
static const struct {
	const char *name;
	const char *what;
} special[] = {
	{"[heap]", "the heap, which brk moves the end of and malloc gives out"},
	{"[stack]",
		"the stack of the program's main thread, which grows downwards when it is touched"},
	{"[vdso]",
		"code of the kernel's for calls that need no system call, such as clock_gettime"},
	{"[vvar]", "data of the kernel's that the code in [vdso] reads"},
	{"[vvar_vclock]", "clock data of a hypervisor's that the code in [vdso] reads"},
	{"[vsyscall]", "a page at a fixed address for programs from before the vdso"},
	{"[uprobes]", "instructions that the kernel displaced to watch the program"},
	{"/memfd:", "memory with a descriptor, from memfd_create"},
	{"/dev/zero", "shared anonymous memory"},
	{"/SYSV", "System V shared memory, from shmget"},
	{"/secretmem", "memory that the kernel itself cannot reach, from memfd_secret"},
	{"[anon:", "anonymous memory that was given a name with prctl"},
	{"[anon_shmem:", "shared anonymous memory that was given a name with prctl"},
};

static bool is_program(struct session *s, const char *name)
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(remote_proc_fd(s->remote), "exe", path, sizeof(path));
	return n > 0 && str_is((struct str){path, (size_t)n}, name);
}

static const char *owner(struct session *s, const struct mapping *m)
{
	if (remote_owns(s->remote, m->start, m->end - m->start))
		return "the agent, which makes the calls and accesses, or a fence that keeps its "
		       "neighbours apart";
	for (size_t i = 0; i < ARRAY_SIZE(special); i++) {
		if (!strncmp(m->name, special[i].name, strlen(special[i].name)))
			return special[i].what;
	}
	if (!m->name[0])
		return "anonymous memory: no file is behind it";
	if (is_program(s, m->name))
		return "the program that the target runs";
	const char *slash = strrchr(m->name, '/');
	if (slash && !strncmp(slash, "/ld-linux", 9))
		return "the dynamic linker, which loaded the libraries";
	return slash && strstr(slash, ".so") ? "a library" : "a file that is mapped";
}

static void report_addr(struct session *s, uint64_t addr)
{
	struct buf b = BUF_INIT;
	out_printf("0x%llx", (unsigned long long)addr);
	if (name_by_variable(s, &b, addr))
		out_printf(" (%s)", buf_cstr(&b));
	buf_clear(&b);
	if (name_by_mapping(s, &b, addr))
		out_printf(" <%s>", buf_cstr(&b));
	out_printf("\n");
	buf_deinit(&b);
}

static void labelled_mapping(struct session *s, const char *label, const struct mapping *m)
{
	char padded[24];
	snprintf(padded, sizeof(padded), "  %-8s ", label);
	show_mapping(s, padded, m, 0);
}

/* A neighbour and how far it is from the mapping or address in between. */
static void report_neighbour(
	struct session *s, const char *label, const struct mapping *m, uint64_t distance)
{
	struct buf b = BUF_INIT;
	labelled_mapping(s, label, m);
	distance_print(&b, distance);
	if (distance)
		report("", "%s %s", buf_cstr(&b), label);
	buf_deinit(&b);
}

/* LOW and HIGH: the ends of what the neighbours are neighbours of. */
static void report_neighbours(struct session *s, uint64_t low, uint64_t high)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	if (low && procmap_below(s->remote, low, &m, name) == PROCMAP_FOUND)
		report_neighbour(s, "below", &m, low - m.end);
	if ((high || !low) && procmap_query(s->remote, high, &m, name) == PROCMAP_FOUND &&
		m.start < arch_user_limit(facts_levels(s)))
		report_neighbour(s, "above", &m, m.start - high);
}

/* The function or data that ADDR lies in, as the file's symbol table tells. */
static void report_symbol(struct session *s, uint64_t addr)
{
	struct symbol symbol;
	if (!symbol_at(s, addr, &symbol))
		return;
	report("symbol", "0x%llx after the start of %s, %llu bytes of %s",
		(unsigned long long)symbol.offset, symbol.name, (unsigned long long)symbol.size,
		symbol.module);
}

/* Its protection key, where it has one of its own and what that forbids. */
static void report_key(struct session *s, const struct mapping *m)
{
	unsigned key;
	uint64_t rights;
	if (!facts_may_have_key(s, m) || !facts_mapping_key(s, m, &key) || !key ||
		!facts_rights(s, &rights))
		return;
	report("key", "%u, %s; %s %s", key, key_owner_text(facts_key_owner(s, key, m->perms)),
		arch_rights_name, key_forbids_text(arch_key_forbids(rights, key)));
}

static void report_mapped(struct session *s, const struct mapping *m, uint64_t addr)
{
	struct buf page = BUF_INIT;
	labelled_mapping(s, "mapping", m);
	report("place", "0x%llx after its start, 0x%llx before its end",
		(unsigned long long)(addr - m->start), (unsigned long long)(m->end - addr));
	if (m->inode)
		report("file", "offset 0x%llx",
			(unsigned long long)(m->offset + (addr - m->start)));
	report_symbol(s, addr);
	report("owner", "%s", owner(s, m));
	report_page_at(s, &page, addr);
	report("page", "%s", buf_cstr(&page));
	report_key(s, m);
	buf_deinit(&page);
	report_neighbours(s, m->start, m->end);
}

static void report_unmapped(struct session *s, uint64_t addr)
{
	uint64_t lowest = facts_lowest_address(s);
	report("mapping", "nothing is mapped there");
	if (addr < s->page)
		report("note", "this is what a null pointer points at");
	if (addr < lowest)
		report("note", "nothing may be mapped below 0x%llx here (vm.mmap_min_addr)",
			(unsigned long long)lowest);
	report_neighbours(s, addr, addr);
}

static enum status run_where(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t addr = value_bits(in->args[0]);
	unsigned levels = facts_levels(s);
	(void)out, (void)err;
	report_addr(s, addr);
	bool mapped = procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
		      mapping_covers(&m, addr);
	if (mapped)
		report_mapped(s, &m, addr);
	else if (!arch_addr_canonical(addr, levels))
		report("mapping",
			"none can be there: the CPU does not take this number for an address");
	else if (addr >= arch_user_limit(levels))
		report("mapping",
			"none of a program's can be there: the addresses from 0x%llx on are the "
			"kernel's",
			(unsigned long long)arch_user_limit(levels));
	else
		report_unmapped(s, addr);
	return ST_OK;
}

const struct row rows_where[] = {
	{
		.form = {.name = "where",
			.aliases = "xinfo",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR})},
		.group = "look",
		.summary = "tell all that is known of one address",
		.details = "The mapping that covers ADDR, where in it and in its file ADDR lies, "
			   "who owns it, the state of its page, and "
			   "the neighbours with their distances. Nothing is touched by looking.",
		.example = "p = mmap page\n*p = 1\nwhere p\nwhere 0",
		.see = "maps pages walk access",
		.run = run_where,
	},
	ROW_END,
};
