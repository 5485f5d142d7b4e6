/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: facts about the address space as functions, for scripts and expect. Sources: proc(5),
 * getrusage(2). */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/session.h"
#include "shell/tables.h"

/* ---- Mappings ---- */

static bool mapping_at(struct session *s, uint64_t addr, struct mapping *m, char *name)
{
	return procmap_query(s->remote, addr, m, name) == PROCMAP_FOUND && mapping_covers(m, addr);
}

static enum status run_mapped(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	(void)err;
	out->value = value_int(mapping_at(s, value_bits(in->args[0]), &m, name));
	return ST_OK;
}

static enum status run_vma_next(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	(void)err;
	uint64_t addr = value_bits(in->args[0]);
	bool found = procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND;
	if (found && m.start < addr) /* it covers ADDR but starts below: the next one */
		found = procmap_query(s->remote, m.end, &m, name) == PROCMAP_FOUND;
	out->value = value_ptr(found ? m.start : 0);
	return ST_OK;
}

static enum status run_vma_agent(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)err;
	out->value = value_int(remote_owns(s->remote, value_bits(in->args[0]), 1));
	return ST_OK;
}

/* The functions that ask one thing of the mapping that covers an address, told apart by their row's
 * name. */
static enum status run_vma_field(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	char name[MAPPING_NAME_MAX], perms[5];
	struct mapping m;
	uint64_t addr = value_bits(in->args[0]);
	const char *what = in->row->form.name;
	bool mapped = mapping_at(s, addr, &m, name);
	if (!mapped && !strcmp(what, "vma_name")) {
		out->value = value_str(STR(""));
		return ST_OK;
	}
	if (!mapped) {
		err_set(err, ERR_VALUE, in->node->span,
			"nothing is mapped at 0x%" PRIx64 ": ask mapped() first", addr);
		return ST_ERROR;
	}
	if (!strcmp(what, "perms")) {
		perms_print(perms, m.perms);
		out->value = value_str(arena_copy(in->arena, str_from(perms)));
	} else if (!strcmp(what, "vma_start")) {
		out->value = value_ptr(m.start);
	} else if (!strcmp(what, "vma_end")) {
		out->value = value_ptr(m.end);
	} else if (!strcmp(what, "vma_offset")) {
		out->value = value_uint(m.offset);
	} else {
		out->value = value_str(arena_copy(in->arena, str_from(m.name)));
	}
	return ST_OK;
}

static enum status run_vma_count(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	(void)err;
	uint64_t addr = value_bits(in->args[0]), len = value_bits(in->args[1]);
	int64_t count = 0;
	while (procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
		mapping_meets(&m, value_bits(in->args[0]), len)) {
		count++;
		if (m.end <= addr)
			break; /* the end of the address space */
		addr = m.end;
	}
	out->value = value_int(count);
	return ST_OK;
}

/* ---- smaps ---- */

static bool needs_string(
	struct value v, const struct invocation *in, const char *example, struct err *err)
{
	if (v.type.base == T_STRING && !v.type.depth)
		return true;
	return err_set(err, ERR_ARGS, in->node->span, "the second argument is a string, as in %s",
		example);
}

static enum status run_smaps(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	bool flags = !strcmp(in->row->form.name, "vmflag");
	struct buf text = BUF_INIT;
	enum status status = ST_ERROR;
	if (!needs_string(in->args[1], in, in->row->example, err))
		return ST_ERROR;
	struct str word = in->args[1].str;
	if (!proc_smaps(s->remote, value_bits(in->args[0]), &text)) {
		err_set(err, ERR_VALUE, in->node->span,
			"nothing is mapped at 0x%" PRIx64 ": ask mapped() first",
			value_bits(in->args[0]));
	} else {
		const char *line = proc_field(
			buf_cstr(&text), flags ? "VmFlags" : arena_copy(in->arena, word).p);
		if (!line) {
			err_set(err, ERR_VALUE, in->node->span,
				"this kernel's smaps has no field %.*s", (int)word.n, word.p);
		} else {
			out->value = flags ? value_int(proc_has_word(line, word))
					   : value_uint(strtoull(line, NULL, 10) * 1024);
			status = ST_OK;
		}
	}
	buf_deinit(&text);
	return status;
}

/* ---- Pages and counters ---- */

static enum status run_present(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t entry = 0;
	const uint64_t present = 1ULL << 63;
	int fd = openat(remote_proc_fd(s->remote), "pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_set(err, ERR_SYSTEM, in->node->span, "the target's pagemap cannot be opened");
		return ST_ERROR;
	}
	/*
	 * Nothing can be read of addresses that user space cannot have: no page of ours is there.
	 */
	off_t at = (off_t)(value_bits(in->args[0]) / s->page * sizeof(entry));
	bool got = pread(fd, &entry, sizeof(entry), at) == sizeof(entry);
	close(fd);
	out->value = value_int(got && (entry & present));
	return ST_OK;
}

static enum status run_counter(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	const char *what = in->row->form.name;
	bool rss = !strcmp(what, "rss");
	uint64_t minor, major, pages;
	if (rss ? !proc_resident(s->remote, &pages) : !proc_faults(s->remote, &minor, &major)) {
		err_set(err, ERR_SYSTEM, in->node->span,
			"the target's /proc/PID/stat%s cannot be read", rss ? "m" : "");
		return ST_ERROR;
	}
	out->value = value_int((int64_t)(rss                       ? pages * s->page
					 : !strcmp(what, "minflt") ? minor
								   : major));
	return ST_OK;
}

#define FACT(fact, text, more, shown, function, ...)                                               \
	{                                                                                          \
		.form = {.name = fact, .aliases = "", .flags = FORM_FUNCTION, __VA_ARGS__},        \
		.group = "expect", .summary = text, .details = more, .example = shown,             \
		.see = "maps", .run = function,                                                    \
	}
#define ADDR                                                                                       \
	{                                                                                          \
		.name = "ADDR", .kind = KIND_ADDR                                                  \
	}

const struct row rows_facts[] = {
	FACT("mapped", "whether an address is mapped", "1 if a mapping covers ADDR, else 0.",
		"p = mmap page\nexpect mapped(p)\nexpect !mapped(0x10000)", run_mapped,
		PARAMS(ADDR)),
	FACT("vma_next", "start of the first mapping at or above an address",
		"0 where there is none.",
		"p = mmap page\nexpect vma_next(p) == p\nexpect vma_next(vma_start(p)) == p",
		run_vma_next, PARAMS(ADDR)),
	FACT("vma_agent", "whether an address belongs to the agent",
		"1 for the agent's own pages and fences, else 0.",
		"p = mmap page\nexpect !vma_agent(p)", run_vma_agent, PARAMS(ADDR)),
	FACT("vma_count", "how many mappings meet a range",
		"Counts the mappings that share a byte with the LEN bytes from ADDR on.",
		"p = mmap 3*page\nmprotect p+page page r\nexpect vma_count(p, 3*page) == 3",
		run_vma_count, PARAMS(ADDR, {.name = "LEN", .kind = KIND_LEN})),
	FACT("perms", "permissions of a mapping, as in maps", "A string such as \"rw-p\".",
		"p = mmap page r\nexpect perms(p) == \"r--p\"", run_vma_field, PARAMS(ADDR)),
	FACT("vma_start", "first byte of a mapping", "Of the mapping that covers ADDR.",
		"p = mmap 2*page\nexpect vma_start(p + page) <= p", run_vma_field, PARAMS(ADDR)),
	FACT("vma_end", "end of a mapping", "The first byte past the mapping that covers ADDR.",
		"p = mmap 2*page\nexpect vma_end(p) >= p + 2*page", run_vma_field, PARAMS(ADDR)),
	FACT("vma_offset", "file offset of a mapping's start",
		"In bytes; 0 where no file is mapped.",
		"fd = open \"/proc/self/exe\"\np = mmap 0 page r private fd page\nexpect "
		"vma_offset(p) == page",
		run_vma_field, PARAMS(ADDR)),
	FACT("vma_name", "name of a mapping, as in maps",
		"\"\" where it has none or nothing is mapped.",
		"p = mmap page\nexpect vma_name(p) == \"\"", run_vma_field, PARAMS(ADDR)),
	FACT("vmflag", "whether a mapping has a flag",
		"NAME is one of the two-letter flags of the line VmFlags in /proc/PID/smaps, such "
		"as \"lo\" for locked.",
		"p = mmap page\nexpect vmflag(p, \"rd\")\nexpect !vmflag(p, \"lo\")", run_smaps,
		PARAMS(ADDR, {.name = "NAME", .kind = KIND_VMFLAG})),
	FACT("smaps", "a figure of a mapping, in bytes",
		"NAME is a field of /proc/PID/smaps such as \"Rss\".",
		"p = mmap 4*page\n*p = 1\nexpect smaps(p, \"Rss\") >= page", run_smaps,
		PARAMS(ADDR, {.name = "NAME", .kind = KIND_FIELD})),
	FACT("present", "whether a page is in memory",
		"1 if the page-table entry of ADDR's page is present.",
		"p = mmap page\nexpect !present(p)\n*p = 1\nexpect present(p)", run_present,
		PARAMS(ADDR)),
	FACT("minflt", "page faults so far that needed no disk", "Of the target, since its start.",
		"p = mmap page\nn = minflt()\n*p = 1\nexpect minflt() > n", run_counter),
	FACT("majflt", "page faults so far that read from disk", "Of the target, since its start.",
		"expect majflt() >= 0", run_counter),
	FACT("rss", "bytes of the target that are in memory",
		"The resident set, as /proc/PID/statm counts it.",
		"p = mmap page\nr = rss()\n*p = 1\nexpect rss() == r + page", run_counter),
	ROW_END,
};
