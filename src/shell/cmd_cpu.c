/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: cpu, what this CPU can do about memory and protection. */
#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/report.h"
#include "shell/tables.h"

static void report_tables(unsigned levels)
{
	struct buf b = BUF_INIT;
	for (unsigned depth = 0; depth < levels; depth++)
		buf_printf(&b, "%s%s", depth ? " " : "", arch_level(levels, depth)->name);
	report("tables", "%u levels as the kernel uses them: %s", levels, buf_cstr(&b));
	report("programs", "may use addresses below 0x%llx",
		(unsigned long long)arch_user_limit(levels));
	buf_deinit(&b);
}

static void report_sizes(const struct arch_cpu *cpu)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARCH_PAGE_SIZES && cpu->page_sizes[i]; i++)
		buf_printf(&b, "%s%s", i ? " " : "", report_size(cpu->page_sizes[i]));
	report("pages", "of %s", buf_cstr(&b));
	buf_deinit(&b);
}

static void report_identity(const struct arch_cpu *cpu)
{
	report("model", "%s (%s)%s", cpu->model[0] ? cpu->model : "not told", cpu->vendor,
		cpu->hypervisor ? ", as a hypervisor tells it" : "");
	report("ring", "%u%s", cpu->ring,
		cpu->ring == 3 ? ": user mode, as for every program" : "");
	if (cpu->virtual_bits)
		report("address", "%u bits virtual, %u bits physical", cpu->virtual_bits,
			cpu->physical_bits);
}

/* What the kernel found and has not switched off. "flags		: fpu vme …": the name is
 * followed by a tab, which proc_field() does not expect. */
static const char *flags_line(const struct buf *text)
{
	const char *line = strstr(buf_cstr(text), "\nflags");
	line = line ? strchr(line, ':') : NULL;
	return line ? line + 1 : NULL;
}

/* FLAGS: what the kernel lists; NULL if that cannot be read. */
static const char *use_of(const struct arch_feature *f, const char *flags)
{
	if (!f->present)
		return "no";
	if (!flags)
		return "yes";
	return proc_has_word(flags, str_from(f->flag)) ? "used" : "not used";
}

static void report_features(struct session *s)
{
	struct arch_feature v[ARCH_FEATURES];
	struct buf text = BUF_INIT;
	size_t n = arch_cpu_features(v);
	const char *flags = proc_read(s->remote, "/proc/cpuinfo", &text) ? flags_line(&text) : NULL;
	for (size_t i = 0; i < n; i++)
		report(v[i].name, "%-8s  %s", use_of(&v[i], flags), v[i].meaning);
	buf_deinit(&text);
}

static void report_tlbs(void)
{
	struct arch_tlb v[ARCH_TLBS];
	size_t n = arch_cpu_tlbs(v);
	if (!n)
		report("TLB", "the CPU does not tell its sizes");
	for (size_t i = 0; i < n; i++)
		report("TLB", "level %u, %-12s %5u entries for pages of %s", v[i].level, v[i].what,
			v[i].entries, report_size(v[i].page_size));
}

static enum status run_cpu(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct arch_cpu cpu;
	(void)in, (void)out, (void)err;
	arch_cpu_describe(&cpu);
	out_page_begin();
	report_identity(&cpu);
	report_tables(facts_levels(s));
	report_sizes(&cpu);
	report_features(s);
	report_tlbs();
	out_page_end();
	return ST_OK;
}

const struct row rows_cpu[] = {
	{
		.form = {.name = "cpu", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "look",
		.summary = "tell what the CPU can do about memory",
		.details = "The privilege level at which programs run, the width of addresses, the "
			   "levels of page tables, the sizes of "
			   "pages, the features that protect memory, and the TLBs, which keep "
			   "translations. \"no\": the CPU lacks "
			   "it; \"used\": it has it and the kernel lists it in /proc/cpuinfo; "
			   "\"not used\": the kernel does not list it.",
		.example = "cpu",
		.see = "walk limits",
		.run = run_cpu,
	},
	ROW_END,
};
