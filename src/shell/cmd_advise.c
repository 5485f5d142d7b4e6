/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls that advise the kernel about memory and ask what is in it. Sources:
 * madvise(2), process_madvise(2), msync(2), mincore(2), mm/madvise.c, mm/mincore.c.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

static bool msync_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[2])
		a[2] = MS_SYNC;
	return true;
}

/* PIDFD ADDR LEN ADVICE becomes PIDFD IOV COUNT ADVICE FLAGS. */
static bool process_madvise_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	struct iovec v = {(void *)(uintptr_t)c->args[1], c->args[2]};
	(void)given;
	c->args[2] = 1;
	return call_place(s, c, 1, &v, sizeof(v), err);
}

static bool mincore_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	return given[2] ||
	       call_place(s, c, 2, NULL, (size_t)layout_size(&layout_residency, c->args, 2), err);
}

static void mincore_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	uint64_t pages = c->args[1] / s->page + (c->args[1] % s->page != 0);
	enum { MOST = 1 << 20 };
	if (!pages || pages > MOST)
		return;
	unsigned char *vec = arena_alloc(&s->arena, (size_t)pages);
	if (!call_peek(s, c, 2, vec, (size_t)pages))
		return;
	uint64_t in = 0;
	for (uint64_t i = 0; i < pages; i++)
		in += vec[i] & 1;
	buf_printf(b, "  in memory: %llu of %llu page%s\n", (unsigned long long)in,
		(unsigned long long)pages, pages == 1 ? "" : "s");
}

#define ADVICE                                                                                     \
	{                                                                                          \
		.name = "ADVICE", .kind = KIND_FLAGS, .reads = READS_FLAGS, .set = &flags_madv     \
	}

const struct row rows_advise[] = {
	{
		.form = {.name = "madvise",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, ADVICE)},
		.group = "advise",
		.summary = "tell the kernel how a range will be used",
		.details = "Most advice changes only speed. Some changes what is seen: dontneed "
			   "drops the pages of the range, and "
			   "private anonymous memory reads as zero again; guard_install makes "
			   "touching the pages fault.",
		.example = "p = mmap page\n*p = 5\nmadvise p page dontneed\nexpect *p == 0",
		.see = "process_madvise msync",
		.nr = SYS_madvise,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "process_madvise",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "PIDFD", .kind = KIND_FD}, ADDR_LEN, ADVICE)},
		C_PARAMS({.name = "PIDFD", .kind = KIND_FD},
			{.name = "IOV", .kind = KIND_READS, .set = &layout_iovec},
			{.name = "COUNT", .kind = KIND_NUMBER}, ADVICE,
			{.name = "FLAGS", .kind = KIND_BITS, .flags = PARAM_C_OPTIONAL}),
		.build = process_madvise_build,
		.group = "advise",
		.summary = "give advice about the memory of a process",
		.details = "PIDFD is what pidfd_open(PID, 0) yields. For another process only "
			   "cold, pageout, willneed, collapse and "
			   "the like are allowed, for the target itself, since Linux 6.13, every "
			   "advice. It yields how many bytes "
			   "were advised. In call form IOV is the address of COUNT struct iovec.",
		.example = "p = mmap page\n*p = 1\nfd = pidfd_open(getpid(), 0)\nexpect "
			   "ok|ENOSYS|EPERM process_madvise fd p page cold",
		.see = "madvise",
		.nr = SYS_process_madvise,
		.effect = EFFECT_ALL,
		.since = "5.10",
	},
	{
		.form = {.name = "msync",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, {.name = "FLAGS",
						 .kind = KIND_FLAGS,
						 .reads = READS_FLAGS,
						 .set = &flags_msync,
						 .flags = PARAM_OPTIONAL,
						 .dflt = "sync"})},
		.group = "advise",
		.summary = "write changed pages of a shared file mapping to the file",
		.details = "With sync it returns when the data is written, with async at once.",
		.example = "fd = memfd_create \"notes\"\nftruncate fd page\np = mmap page rw "
			   "shared fd\n"
			   "*p = 9\nmsync p page",
		.see = "mmap fsync",
		.nr = SYS_msync,
		.effect = EFFECT_RANGE,
		.defaults = msync_defaults,
	},
	{
		.form = {.name = "mincore",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, {.name = "VEC",
						 .kind = KIND_WRITES,
						 .set = &layout_residency,
						 .flags = PARAM_OPTIONAL,
						 .dflt = "room in the agent's memory"})},
		.build = mincore_build,
		.tell = mincore_tell,
		.group = "advise",
		.summary = "ask which pages are in memory",
		.details =
			"Writes a byte for each page of the range to VEC: 1 when the page is in "
			"memory. For file mappings that is "
			"the page cache, whoever brought the page in; the kernel tells it only of "
			"files that the target may "
			"write or owns, and says 1 for all others. The whole range must be mapped.",
		.example = "p = mmap 2*page\n*p = 1\nv = mmap page\nmincore p 2*page v\nexpect "
			   "*(u8 *)v == 1 && *(u8 *)(v + 1) == 0",
		.see = "madvise mlock",
		.nr = SYS_mincore,
	},
	ROW_END,
};
