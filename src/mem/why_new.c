/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls that make something fail: memfd_create, memfd_secret, userfaultfd, pkey_alloc,
 * pkey_free, map_shadow_stack, membarrier, dup.
 *
 * After the manual pages of section 2 and mm/memfd.c, mm/secretmem.c, fs/userfaultfd.c,
 * mm/mprotect.c, arch/x86/kernel/shstk.c, kernel/sched/membarrier.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/memfd.h>
#include <linux/userfaultfd.h>

#include "arch/arch.h"
#include "mem/flags.h"
#include "mem/why_parts.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#define MFD_EXEC 0x0010U
#endif

TEST(no_descriptor)
{
	return why_no_descriptor(c, f);
}

/* ---- memfd_create(name, flags) ---- */

#define MEMFD_FLAGS(c) ((uint32_t)(c)->args[1])
#define MEMFD_SIZE_BITS ((uint32_t)MFD_HUGE_MASK << MFD_HUGE_SHIFT)

enum { MEMFD_NAME_MAX = 249 }; /* NAME_MAX less "memfd:": mm/memfd.c */

TEST(memfd_flags_unknown)
{
	uint32_t known = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB | MFD_NOEXEC_SEAL | MFD_EXEC;
	if (MEMFD_FLAGS(c) & MFD_HUGETLB)
		known |= MEMFD_SIZE_BITS;
	uint32_t unknown = MEMFD_FLAGS(c) & ~known;
	if (unknown && !(unknown & ~MEMFD_SIZE_BITS)) {
		buf_puts(&f->text, "a size of huge pages is given without MFD_HUGETLB");
		return WHY_YES;
	}
	return why_unknown_bits(f, unknown, "flag");
}

TEST(exec_too_new)
{
	if (!(MEMFD_FLAGS(c) & (MFD_NOEXEC_SEAL | MFD_EXEC)))
		return WHY_NO;
	return c->kernel ? c->kernel < (6 << 16 | 3) : WHY_UNKNOWN;
}

TEST(exec_and_noexec)
{
	return (MEMFD_FLAGS(c) & MFD_EXEC) && (MEMFD_FLAGS(c) & MFD_NOEXEC_SEAL);
}

TEST(name_too_long)
{
	size_t n = c->string ? strlen(c->string) : 0;
	if (n <= MEMFD_NAME_MAX)
		return WHY_NO;
	buf_printf(&f->text, "the name has %zu bytes; a memfd's may have %d", n, MEMFD_NAME_MAX);
	return WHY_YES;
}

TEST(name_not_readable)
{
	return c->string ? WHY_NO : why_bad_pointer(c, f, "the name", c->args[0], 1, PERM_R);
}

TEST(memfd_no_huge_size)
{
	if (!(MEMFD_FLAGS(c) & MFD_HUGETLB))
		return WHY_NO;
	return why_no_huge_size(c, f, MEMFD_FLAGS(c) >> MFD_HUGE_SHIFT & MFD_HUGE_MASK);
}

TEST(memfd_exec_refused)
{
	return MEMFD_FLAGS(c) & MFD_NOEXEC_SEAL ? WHY_NO : WHY_UNKNOWN;
}

/* ---- memfd_secret(flags) ---- */

TEST(secret_flags)
{
	return why_unknown_bits(f, (uint32_t)c->args[0] & ~(uint32_t)O_CLOEXEC, "flag");
}

/* ---- userfaultfd(flags) ---- */

#define UFFD_FLAGS(c) ((uint32_t)(c)->args[0])

TEST(uffd_flags)
{
	uint32_t known = O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY;
	return why_unknown_bits(f, UFFD_FLAGS(c) & ~known, "flag");
}

TEST(uffd_forbidden)
{
	if (UFFD_FLAGS(c) & UFFD_USER_MODE_ONLY)
		return WHY_NO;
	if (!c->uffd_known)
		return WHY_UNKNOWN;
	return c->uffd_for_all ? WHY_NO : why_lacks(c, f, CAP_SYS_PTRACE);
}

/* ---- pkey_alloc(flags, rights), pkey_free(key) ---- */

TEST(pkey_flags)
{
	return why_unknown_bits(f, c->args[0], "flag");
}

TEST(pkey_rights)
{
	return why_unknown_bits(f, c->args[1] & ~(uint64_t)3, "right");
}

TEST(pkey_no_cpu)
{
	return !c->has_pkeys;
}

/* The one that is neither free nor allocated is the kernel's own. */
TEST(pkey_all_used)
{
	if (!c->has_pkeys || !c->pkeys_known)
		return c->has_pkeys ? WHY_UNKNOWN : WHY_NO;
	int missing = __builtin_popcount(~c->pkeys & ((1U << ARCH_KEYS) - 1));
	if (missing > 1)
		return WHY_NO;
	buf_printf(&f->text, "all %d keys of the CPU are in use", ARCH_KEYS);
	if (missing)
		buf_printf(&f->text, ", key %d by the kernel for execute-only memory",
			__builtin_ctz(~c->pkeys));
	return WHY_YES;
}

TEST(pkey_not_allocated)
{
	if (c->has_pkeys)
		return why_key_not_allocated(c, f, (int)c->args[0]);
	buf_puts(&f->text, "that key was not allocated: this CPU has no protection keys, "
			   "or they are switched off");
	return WHY_YES;
}

/* ---- map_shadow_stack(addr, size, flags) ---- */

TEST(shadow_flags)
{
	return why_unknown_bits(f, (uint32_t)c->args[2] & ~(uint32_t)3, "flag");
}

TEST(shadow_low)
{
	return c->args[0] && c->args[0] < (uint64_t)1 << 32;
}

TEST(shadow_small)
{
	return c->args[2] & 1 && c->args[1] < 8;
}

TEST(shadow_wraps)
{
	return align_up(c->args[1], c->page) < c->args[1];
}

/* ---- membarrier(command, flags, cpu) ---- */

TEST(barrier_command)
{
	uint32_t command = (uint32_t)c->args[0];
	bool one = command && !(command & (command - 1));
	if (command == 0 || (one && command <= 1 << 9))
		return WHY_UNKNOWN;
	buf_printf(&f->text, "there is no command with the number %d", (int)command);
	return WHY_YES;
}

TEST(barrier_flags)
{
	enum { RSEQ = 1 << 7 };
	uint32_t known = (uint32_t)c->args[0] == RSEQ ? 1 : 0;
	return why_unknown_bits(f, (uint32_t)c->args[1] & ~known, "flag");
}

/* The private expedited commands: each needs to be registered by another before. */
TEST(barrier_unregistered)
{
	uint32_t command = (uint32_t)c->args[0];
	enum { PRIVATE = 1 << 3, SYNC_CORE = 1 << 5, RSEQ = 1 << 7 };
	if (command != PRIVATE && command != SYNC_CORE && command != RSEQ)
		return WHY_NO;
	buf_printf(&f->cure, "membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED%s, 0, 0)",
		command == PRIVATE     ? ""
		: command == SYNC_CORE ? "_SYNC_CORE"
				       : "_RSEQ");
	return WHY_YES;
}

/* ---- dup(fd) ---- */

TEST(fd_not_open)
{
	return why_fd_not_open(c, f, (int)c->args[0]);
}

#define MAKES_FD "memfd_create memfd_secret userfaultfd dup open openat"

const struct why_row why_rows_new[] = {
	{"memfd_create", EINVAL, "a bit of the flags is no known one", memfd_flags_unknown, NULL},
	{"memfd_create", EINVAL, "MFD_EXEC and MFD_NOEXEC_SEAL came with Linux 6.3", exec_too_new,
		NULL},
	{"memfd_create", EINVAL, "MFD_EXEC and MFD_NOEXEC_SEAL exclude each other", exec_and_noexec,
		"use only one"},
	{"memfd_create", EACCES, "vm.memfd_noexec asks for MFD_NOEXEC_SEAL", memfd_exec_refused,
		"add MFD_NOEXEC_SEAL"},
	{"memfd_create", EFAULT, "the name cannot be read", name_not_readable, NULL},
	{"memfd_create", EINVAL, "the name has more than 249 bytes", name_too_long, NULL},
	{"memfd_create", ENODEV, "the machine has no huge pages of the size that is given",
		memfd_no_huge_size, NULL},
	{"memfd_create", EPERM, "MFD_HUGETLB: the caller may not use huge pages", NULL, NULL},

	{"memfd_secret", EINVAL, "a bit of the flags is no known one", secret_flags,
		"use O_CLOEXEC or 0"},
	{"memfd_secret", ENOSYS, "secret memory is switched off (secretmem.enable=0)", NULL, NULL},

	{"userfaultfd", EPERM, "faults of the kernel may be handled only with CAP_SYS_PTRACE",
		uffd_forbidden, "add UFFD_USER_MODE_ONLY"},
	{"userfaultfd", EINVAL, "a bit of the flags is no known one", uffd_flags, NULL},

	{"pkey_alloc", EINVAL, "the flags are not 0", pkey_flags, "use 0"},
	{"pkey_alloc", EINVAL, "a bit of the rights is no known one", pkey_rights, NULL},
	{"pkey_alloc", EINVAL, "this CPU has no protection keys, or they are switched off",
		pkey_no_cpu, NULL},
	{"pkey_alloc", ENOSPC, "this CPU has no protection keys, or they are switched off",
		pkey_no_cpu, NULL},
	{"pkey_alloc", ENOSPC, "all keys of the CPU are in use", pkey_all_used,
		"give one back with pkey_free"},
	{"pkey_free", EINVAL, "the key was not allocated", pkey_not_allocated, NULL},

	{"map_shadow_stack", EOPNOTSUPP, "this CPU or kernel has no shadow stacks", NULL, NULL},
	{"map_shadow_stack", EINVAL, "a bit of the flags is no known one", shadow_flags, NULL},
	{"map_shadow_stack", ERANGE, "the address is below 4 GiB", shadow_low, NULL},
	{"map_shadow_stack", ENOSPC, "the size has no room for the token", shadow_small, NULL},
	{"map_shadow_stack", EOVERFLOW, "the size, rounded up to whole pages, wraps", shadow_wraps,
		NULL},
	{"map_shadow_stack", EEXIST, "something is mapped at the address", NULL, NULL},

	{"membarrier", EINVAL, "a bit of the flags is no known one", barrier_flags, "use 0"},
	{"membarrier", EINVAL, "the command is no known one, or this kernel was built without it",
		barrier_command, NULL},
	{"membarrier", EPERM, "the process has not registered for this command",
		barrier_unregistered, NULL},

	{"dup", EBADF, "the descriptor is not open", fd_not_open, NULL},
	{MAKES_FD, EMFILE, "as many descriptors are open as RLIMIT_NOFILE allows", no_descriptor,
		NULL},
	{MAKES_FD, ENFILE, "as many files are open in the system as fs.file-max allows", NULL,
		NULL},
	{MAKES_FD, ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
