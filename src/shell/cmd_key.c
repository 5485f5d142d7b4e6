/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls for memory with special guards: protection keys, shadow stacks, secret
 * memory, faults that user space answers. Sources: pkeys(7), pkey_alloc(2), pkey_mprotect(2),
 * memfd_secret(2), userfaultfd(2), Documentation/arch/x86/shstk.rst.
 */
#include <sys/syscall.h>

#include "mem/flags.h"
#include "shell/tables.h"

static bool userfaultfd_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	enum { USER_MODE_ONLY = 1 }; /* UFFD_USER_MODE_ONLY */
	(void)err;
	if (!given[0])
		a[0] = USER_MODE_ONLY;
	return true;
}

static bool shadow_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	enum { SET_TOKEN = 1 }; /* SHADOW_STACK_SET_TOKEN */
	(void)err;
	if (!given[2])
		a[2] = SET_TOKEN;
	return true;
}

const struct row rows_key[] = {
	{
		.form = {.name = "pkey_alloc",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "FLAGS",
				       .kind = KIND_BITS,
				       .flags = PARAM_OPTIONAL,
				       .dflt = "0"},
				{.name = "RIGHTS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_pkey,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"})},
		.group = "key",
		.summary = "get a protection key",
		.details =
			"A protection key is a number of 1 to 15 that pages can carry; a register "
			"of the CPU says what the thread "
			"may do with the pages of each key, and user code changes it without "
			"asking the kernel. RIGHTS are what "
			"is forbidden at first. Few CPUs have keys (flag ospke in /proc/cpuinfo).",
		.example = "expect ok|ENOSPC|EINVAL|ENOSYS pkey_alloc 0 disable_write",
		.see = "pkey_mprotect pkey_free pkey_set pkeys",
		.nr = SYS_pkey_alloc,
		.since = "4.9",
	},
	{
		.form = {.name = "pkey_free",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "KEY", .kind = KIND_INT})},
		.group = "key",
		.summary = "give a protection key back",
		.details = "Pages that carry the key keep it.",
		.example = "expect EINVAL|ENOSYS pkey_free(1)",
		.see = "pkey_alloc",
		.nr = SYS_pkey_free,
		.since = "4.9",
	},
	{
		.form = {.name = "pkey_mprotect",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN,
				{.name = "PROT",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_prot},
				{.name = "KEY",
					.kind = KIND_INT,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"})},
		.group = "key",
		.summary = "change what may be done with memory, and its key",
		.details = "As mprotect, and the pages get the protection key. With -1 as KEY it "
			   "is mprotect.",
		.example = "p = mmap page\npkey_mprotect p page r -1\nexpect perms(p) == \"r--p\"",
		.see = "mprotect pkey_alloc pkey_set pkeys",
		.nr = SYS_pkey_mprotect,
		.effect = EFFECT_RANGE,
		.since = "4.9",
	},
	{
		.form = {.name = "map_shadow_stack",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "LEN", .kind = KIND_LEN},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_shadow,
					.flags = PARAM_OPTIONAL,
					.dflt = "set_token"})},
		.group = "key",
		.summary = "map memory that only calls and returns write",
		.details = "A shadow stack holds return addresses a second time; ordinary stores "
			   "to it fault. It needs a CPU and a "
			   "kernel with user shadow stacks.",
		.example = "expect ok|ENOSYS|EOPNOTSUPP map_shadow_stack(0, page, 0)",
		.see = "mmap",
		.nr = NR_BY_NAME,
		.effect = EFFECT_ALL,
		.returns = RETURNS_ADDR,
		.defaults = shadow_defaults,
		.since = "6.6",
	},
	{
		.form = {.name = "memfd_secret",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "FLAGS",
				.kind = KIND_FLAGS,
				.reads = READS_FLAGS,
				.set = &flags_secret,
				.flags = PARAM_OPTIONAL,
				.dflt = "0"})},
		.group = "key",
		.summary = "make a file whose memory the kernel itself cannot see",
		.details = "Yields a descriptor. Pages of its shared mapping are taken out of the "
			   "kernel's own map: debuggers "
			   "and process_vm_readv get EFAULT, while the target itself uses them as "
			   "any other memory. They are "
			   "always locked, so RLIMIT_MEMLOCK counts. ftruncate gives it a "
			   "length, once. Kernels before 6.5 need secretmem.enable=1.",
		.example = "expect ok|ENOSYS memfd_secret cloexec\nif ($errno == 0) { fd = $_; "
			   "ftruncate fd page; "
			   "p = mmap page rw shared fd; q = mmap page; *p = 1; "
			   "expect EFAULT process_vm_readv getpid() q 8 p }",
		.see = "memfd_create ftruncate mmap",
		.nr = SYS_memfd_secret,
		.since = "5.14",
	},
	{
		.form = {.name = "userfaultfd",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "FLAGS",
				.kind = KIND_FLAGS,
				.reads = READS_FLAGS,
				.set = &flags_uffd,
				.flags = PARAM_OPTIONAL,
				.dflt = "user_mode_only"})},
		.group = "key",
		.summary = "get a descriptor for answering page faults",
		.details = "Page faults in the ranges that are registered with it (ioctl "
			   "UFFDIO_REGISTER) wait until someone reads "
			   "them from the descriptor and answers. Without user_mode_only it needs "
			   "CAP_SYS_PTRACE, unless "
			   "vm.unprivileged_userfaultfd allows it. A load that nobody answers "
			   "hangs: ^C ends it.",
		.example = "expect ok|EPERM|ENOSYS userfaultfd user_mode_only|cloexec",
		.see = "mmap",
		.nr = SYS_userfaultfd,
		.defaults = userfaultfd_defaults,
		.since = "4.3",
	},
	ROW_END,
};
