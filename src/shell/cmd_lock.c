/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls that lock and seal memory. Sources: mlock(2), mseal(2), mm/mlock.c,
 * mm/mseal.c.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "shell/tables.h"

static bool mlockall_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[0])
		a[0] = MCL_CURRENT;
	return true;
}

const struct row rows_lock[] = {
	{
		.form = {.name = "mlock", .aliases = "", .flags = CALL_FLAGS, PARAMS(ADDR_LEN)},
		.group = "advise",
		.summary = "bring pages in and keep them in memory",
		.details = "Every page of the range is brought in and cannot be swapped out until "
			   "munlock. Without privilege "
			   "RLIMIT_MEMLOCK says how much may be locked (limits of the target: "
			   "getrlimit memlock). Where pages "
			   "cannot be brought in, as of PROT_NONE memory, the call fails and the "
			   "range is marked as locked all "
			   "the same.",
		.example = "p = mmap 2*page\nmlock p page\nexpect vmflag(p, \"lo\") && present(p) "
			   "&& !present(p + page)",
		.see = "mlock2 munlock mlockall getrlimit",
		.nr = SYS_mlock,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "mlock2",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, {.name = "FLAGS",
						 .kind = KIND_FLAGS,
						 .reads = READS_FLAGS,
						 .set = &flags_mlock2,
						 .flags = PARAM_OPTIONAL,
						 .dflt = "0"})},
		.group = "advise",
		.summary = "lock pages now or when they come in",
		.details = "As mlock; with onfault no page is brought in, each is locked when it "
			   "is first touched.",
		.example = "p = mmap 2*page\nmlock2 p 2*page onfault\nexpect !present(p)\n*p = "
			   "1\nexpect present(p)",
		.see = "mlock munlock",
		.nr = SYS_mlock2,
		.effect = EFFECT_RANGE,
		.since = "4.4",
	},
	{
		.form = {.name = "munlock", .aliases = "", .flags = CALL_FLAGS, PARAMS(ADDR_LEN)},
		.group = "advise",
		.summary = "let locked pages be swapped out again",
		.details = "Locks do not count: one munlock undoes any number of mlock.",
		.example = "p = mmap page\nmlock p page\nmunlock p page\nexpect !vmflag(p, \"lo\")",
		.see = "mlock",
		.nr = SYS_munlock,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "mlockall",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "FLAGS",
				.kind = KIND_FLAGS,
				.reads = READS_FLAGS,
				.set = &flags_mlockall,
				.flags = PARAM_OPTIONAL,
				.dflt = "current"})},
		.group = "advise",
		.summary = "lock all memory of the target",
		.details = "With current all that is mapped now, with future all that will be "
			   "mapped; onfault locks pages when they "
			   "come in. It includes faultline's own pages in the target.",
		.example =
			"expect ok|ENOMEM|EPERM mlockall future|onfault\np = mmap page\nmunlockall",
		.see = "munlockall mlock",
		.nr = SYS_mlockall,
		.effect = EFFECT_ALL,
		.defaults = mlockall_defaults,
	},
	{
		.form = {.name = "munlockall", .aliases = "", .flags = CALL_FLAGS},
		.group = "advise",
		.summary = "undo every lock, and mlockall future",
		.details = "Nothing of the target is locked afterwards, and what will be mapped is "
			   "not locked either.",
		.example = "p = mmap page\nmlock p page\nmunlockall\nexpect !vmflag(p, \"lo\")",
		.see = "mlockall",
		.nr = SYS_munlockall,
		.effect = EFFECT_ALL,
	},
	{
		.form = {.name = "mseal",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, {.name = "FLAGS",
						 .kind = KIND_BITS,
						 .flags = PARAM_OPTIONAL,
						 .dflt = "0"})},
		.group = "advise",
		.summary = "forbid for good that mappings change",
		.details = "Sealed mappings cannot be unmapped, moved, resized, replaced, or given "
			   "another protection, and advice "
			   "that would discard pages which cannot be written is refused: all with "
			   "EPERM. The whole range must be "
			   "mapped. A seal goes only with the process. There are no flags yet.",
		.example = "p = mmap page\nexpect ok|ENOSYS mseal p page\nif ($errno == 0) { "
			   "expect EPERM munmap(p, page) }",
		.see = "mprotect munmap",
		.nr = NR_BY_NAME,
		.effect = EFFECT_RANGE,
		.since = "6.10",
	},
	ROW_END,
};
