/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: limits and stat, what bounds the target's memory and how much of it is in use. Sources:
 * proc(5), getrlimit(2). */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/tables.h"

/* Of a line "VmRSS:	    1234 kB", bytes; 0 if there is none. */
static uint64_t bytes_of(const struct buf *text, const char *field)
{
	return proc_bytes(buf_cstr(text), field);
}

static uint64_t number_of(const struct buf *text, const char *field)
{
	const char *line = proc_field(buf_cstr(text), field);
	return line ? strtoull(line, NULL, 10) : 0;
}

static bool read_status(struct session *s, struct buf *text, struct span span, struct err *err)
{
	if (proc_read(s->remote, "status", text))
		return true;
	return err_set(err, ERR_SYSTEM, span, "the target's /proc/PID/status cannot be read");
}

static uint64_t count_mappings(struct session *s)
{
	struct buf text = BUF_INIT;
	uint64_t n = 0;
	if (procmap_read(s->remote, &text)) {
		for (size_t i = 0; i < text.len; i++)
			n += text.p[i] == '\n';
	}
	buf_deinit(&text);
	return n;
}

/* "3", how many descriptors the target has open, or "hidden". */
static void descriptors(struct session *s, char text[16])
{
	int fd = openat(remote_proc_fd(s->remote), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	unsigned n = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	if (dir)
		snprintf(text, 16, "%u", n);
	else
		snprintf(text, 16, "hidden");
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

/* ---- limits ---- */

static void line(const char *what, const char *limit, const char *used, const char *name)
{
	out_printf("  %-22s %12s %12s%s%s\n", what, limit, used, name[0] ? "  " : "", name);
}

static const char *limit_text(uint64_t limit)
{
	return limit == RLIM_INFINITY ? "unlimited" : report_size(limit);
}

static void show_rlimits(struct session *s, const struct buf *status)
{
	static const struct {
		int resource;
		const char *what, *field, *name;
	} rows[] = {
		{RLIMIT_AS, "address space", "VmSize", "RLIMIT_AS"},
		{RLIMIT_DATA, "private writable", "VmData", "RLIMIT_DATA"},
		{RLIMIT_STACK, "stack", "VmStk", "RLIMIT_STACK"},
		{RLIMIT_MEMLOCK, "locked", "VmLck", "RLIMIT_MEMLOCK"},
	};
	struct rlimit limit;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (prlimit(remote_pid(s->remote), (enum __rlimit_resource)rows[i].resource, NULL,
			    &limit) == 0)
			line(rows[i].what, limit_text(limit.rlim_cur),
				report_size(bytes_of(status, rows[i].field)), rows[i].name);
	}
	char used[16], most[16];
	if (prlimit(remote_pid(s->remote), RLIMIT_NOFILE, NULL, &limit) == 0) {
		descriptors(s, used);
		snprintf(most, sizeof(most), "%llu", (unsigned long long)limit.rlim_cur);
		line("descriptors", most, used, "RLIMIT_NOFILE");
	}
	if (prlimit(remote_pid(s->remote), RLIMIT_FSIZE, NULL, &limit) == 0)
		line("size of a file", limit_text(limit.rlim_cur), "", "RLIMIT_FSIZE");
}

static void show_mapping_count(struct session *s)
{
	char used[16], most[16];
	snprintf(used, sizeof(used), "%llu", (unsigned long long)count_mappings(s));
	snprintf(most, sizeof(most), "%llu",
		(unsigned long long)proc_number("/proc/sys/vm/max_map_count", 0));
	line("mappings", most, used, "vm.max_map_count");
}

static void show_addresses(struct session *s)
{
	char low[24], high[24];
	uint64_t lowest = proc_number("/proc/sys/vm/mmap_min_addr", 0);
	snprintf(low, sizeof(low), "0x%llx", (unsigned long long)lowest);
	snprintf(
		high, sizeof(high), "0x%llx", (unsigned long long)arch_user_limit(facts_levels(s)));
	line("lowest address", low, "",
		facts_lowest_address(s) == lowest
			? "vm.mmap_min_addr"
			: "vm.mmap_min_addr; not for this target: it has CAP_SYS_RAWIO");
	line("addresses end at", high, "", "the page tables");
}

/* What the system as a whole lets its processes promise to themselves. */
static void show_commit(struct session *s)
{
	static const char *const modes[] = {"0: obvious overcommitment is refused",
		"1: everything is granted", "2: up to the limit"};
	struct buf text = BUF_INIT;
	uint64_t mode = proc_number("/proc/sys/vm/overcommit_memory", 3);
	if (proc_read(s->remote, "/proc/meminfo", &text)) {
		char name[80];
		snprintf(name, sizeof(name), "vm.overcommit_memory %s",
			mode < ARRAY_SIZE(modes) ? modes[mode] : "unknown");
		line("committed, system",
			mode == 2 ? report_size(bytes_of(&text, "CommitLimit")) : "",
			report_size(bytes_of(&text, "Committed_AS")), name);
		char free_pages[24], all[24];
		snprintf(all, sizeof(all), "%llu",
			(unsigned long long)number_of(&text, "HugePages_Total"));
		snprintf(free_pages, sizeof(free_pages), "%llu",
			(unsigned long long)(number_of(&text, "HugePages_Total") -
					     number_of(&text, "HugePages_Free")));
		line("hugetlb pages, system", all, free_pages, "vm.nr_hugepages");
	}
	buf_deinit(&text);
}

static void show_huge(struct session *s)
{
	struct buf text = BUF_INIT;
	if (proc_read(s->remote, "/sys/kernel/mm/transparent_hugepage/enabled", &text)) {
		const char *open = strchr(text.p, '['), *close = open ? strchr(open, ']') : NULL;
		char word[24];
		snprintf(word, sizeof(word), "%.*s", open && close ? (int)(close - open - 1) : 0,
			open ? open + 1 : "");
		line("huge pages unasked", word, "", "transparent_hugepage/enabled");
	}
	buf_deinit(&text);
}

static enum status run_limits(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct buf status = BUF_INIT;
	(void)out;
	if (!read_status(s, &status, in->node->span, err))
		return ST_ERROR;
	out_styled(STYLE_HEADING,
		"  what                          limit         used  where it is set");
	out_printf("\n");
	show_rlimits(s, &status);
	show_mapping_count(s);
	show_addresses(s);
	show_commit(s);
	show_huge(s);
	buf_deinit(&status);
	return ST_OK;
}

/* ---- stat ---- */

static void show_resident(const struct buf *t)
{
	report("resident", "%s: anonymous %s, files %s, shared memory %s; at most %s so far",
		report_size(bytes_of(t, "VmRSS")), report_size(bytes_of(t, "RssAnon")),
		report_size(bytes_of(t, "RssFile")), report_size(bytes_of(t, "RssShmem")),
		report_size(bytes_of(t, "VmHWM")));
	report("mapped", "%s; at most %s so far", report_size(bytes_of(t, "VmSize")),
		report_size(bytes_of(t, "VmPeak")));
	report("swapped", "%s", report_size(bytes_of(t, "VmSwap")));
	report("locked", "%s", report_size(bytes_of(t, "VmLck")));
	report("tables", "%s of page tables", report_size(bytes_of(t, "VmPTE")));
}

static void show_faults(struct session *s)
{
	uint64_t minor, major;
	if (proc_faults(s->remote, &minor, &major))
		report("faults", "%llu minor (nothing was read from a disk), %llu major",
			(unsigned long long)minor, (unsigned long long)major);
}

static enum status run_stat(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct buf status = BUF_INIT;
	(void)out;
	if (!read_status(s, &status, in->node->span, err))
		return ST_ERROR;
	char open[16];
	descriptors(s, open);
	report("process", "%d, %llu thread%s, descriptors: %s", (int)remote_pid(s->remote),
		(unsigned long long)number_of(&status, "Threads"),
		number_of(&status, "Threads") == 1 ? "" : "s", open);
	report("mappings", "%llu", (unsigned long long)count_mappings(s));
	show_resident(&status);
	show_faults(s);
	buf_deinit(&status);
	return ST_OK;
}

const struct row rows_stat[] = {
	{
		.form = {.name = "limits", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "look",
		.summary = "tell what bounds mapping, and how much is used",
		.details = "The target's resource limits, the kernel's settings that bound "
			   "mappings and addresses, and what the system "
			   "as a whole has promised. setrlimit and prlimit change the first kind, "
			   "sysctl the second.",
		.example = "limits",
		.see = "stat cpu",
		.run = run_limits,
	},
	{
		.form = {.name = "stat", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "look",
		.summary = "tell how much memory the target uses",
		.details = "Counts from the target's /proc/PID: mappings, resident memory by kind, "
			   "swapped and locked memory, the "
			   "memory of its page tables, and page faults since its start.",
		.example = "stat",
		.see = "limits smaps",
		.run = run_stat,
	},
	ROW_END,
};
