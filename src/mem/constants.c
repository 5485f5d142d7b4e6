/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every constant by its name: those of the flag sets, errnos, signals, si_codes, and the rest that
 * the kernel's headers spell for memory and files, which belong to no argument of a row.
 */
#include <linux/resource.h>

#include "mem/flags.h"
#include "mem/names.h"
#include "mem/uapi.h"

/* Tables read better packed. */
/* clang-format off */
#define C(constant) {#constant, (uint64_t)(constant), NULL}
#define NAMED(name, value) {name, value, NULL}
#define END {NULL, 0, NULL}

static const struct flag others[] = {
	/* fcntl, flock, fcntl(F_SET_RW_HINT) */
	C(DN_ACCESS), C(DN_ATTRIB), C(DN_CREATE), C(DN_DELETE), C(DN_MODIFY),
	C(DN_MULTISHOT), C(DN_RENAME), C(F_EXLCK), C(F_LINUX_SPECIFIC_BASE),
	C(F_OWNER_PGRP), C(F_OWNER_PID), C(F_OWNER_TID), C(F_RDLCK), C(F_SHLCK), C(F_UNLCK),
	C(F_WRLCK), C(LOCK_EX), C(LOCK_MAND), C(LOCK_NB), C(LOCK_READ), C(LOCK_RW),
	C(LOCK_SH), C(LOCK_UN), C(LOCK_WRITE), C(AT_FDCWD), C(RWF_WRITE_LIFE_NOT_SET),
	C(RWH_WRITE_LIFE_EXTREME), C(RWH_WRITE_LIFE_LONG), C(RWH_WRITE_LIFE_MEDIUM),
	C(RWH_WRITE_LIFE_NONE), C(RWH_WRITE_LIFE_NOT_SET), C(RWH_WRITE_LIFE_SHORT),
	/* fallocate, posix_fadvise, sync_file_range, preadv2, renameat2, openat2 */
	C(POSIX_FADV_DONTNEED), C(POSIX_FADV_NOREUSE), C(POSIX_FADV_NORMAL),
	C(POSIX_FADV_RANDOM), C(POSIX_FADV_SEQUENTIAL), C(POSIX_FADV_WILLNEED),
	C(RENAME_EXCHANGE), C(RENAME_NOREPLACE), C(RENAME_WHITEOUT),
	C(SYNC_FILE_RANGE_WAIT_AFTER), C(SYNC_FILE_RANGE_WAIT_BEFORE),
	C(SYNC_FILE_RANGE_WRITE), C(SYNC_FILE_RANGE_WRITE_AND_WAIT), C(RWF_APPEND),
	C(RWF_DSYNC), C(RWF_HIPRI), C(RWF_NOWAIT), C(RWF_SYNC), C(RWF_NOAPPEND),
	C(RWF_ATOMIC), C(RWF_DONTCACHE), C(RWF_NOSIGNAL), C(RESOLVE_BENEATH), C(RESOLVE_CACHED),
	C(RESOLVE_IN_ROOT), C(RESOLVE_NO_MAGICLINKS), C(RESOLVE_NO_SYMLINKS),
	C(RESOLVE_NO_XDEV),
	/* stat, statx, utimensat; the permission bits stand in flags_mode */
	C(STATX_ALL), C(STATX_ATIME), C(STATX_ATTR_APPEND), C(STATX_ATTR_AUTOMOUNT),
	C(STATX_ATTR_COMPRESSED), C(STATX_ATTR_DAX), C(STATX_ATTR_ENCRYPTED),
	C(STATX_ATTR_IMMUTABLE), C(STATX_ATTR_MOUNT_ROOT), C(STATX_ATTR_NODUMP),
	C(STATX_ATTR_VERITY), C(STATX_BASIC_STATS), C(STATX_BLOCKS), C(STATX_BTIME),
	C(STATX_CTIME), C(STATX_DIOALIGN), C(STATX_GID), C(STATX_INO), C(STATX_MNT_ID),
	C(STATX_MODE), C(STATX_MTIME), C(STATX_NLINK), C(STATX_SIZE), C(STATX_TYPE),
	C(STATX_UID), C(S_IEXEC), C(S_IFBLK), C(S_IFCHR), C(S_IFDIR), C(S_IFIFO),
	C(S_IFLNK), C(S_IFMT), C(S_IFREG), C(S_IFSOCK), C(S_IREAD), C(S_IWRITE),
	C(UTIME_NOW), C(UTIME_OMIT),
	/* masks and shifts of mmap and memfd_create; protection keys; shadow stacks */
	C(MAP_TYPE), C(MAP_HUGE_SHIFT), C(MAP_HUGE_MASK), C(MFD_HUGE_SHIFT),
	C(MFD_HUGE_MASK), C(OVERCOMMIT_ALWAYS), C(OVERCOMMIT_GUESS), C(OVERCOMMIT_NEVER),
	C(PKEY_ACCESS_MASK),
	/* mbind, set_mempolicy, get_mempolicy */
	C(MPOL_MODE_FLAGS),
	/* shmget, shmat, shmctl */
	C(IPC_64), C(IPC_CREAT), C(IPC_EXCL), C(IPC_INFO), C(IPC_NOWAIT), C(IPC_PRIVATE),
	C(IPC_RMID), C(IPC_SET), C(IPC_STAT), C(SHM_EXEC), C(SHM_HUGETLB), C(SHM_HUGE_16GB),
	C(SHM_HUGE_16MB), C(SHM_HUGE_1GB), C(SHM_HUGE_1MB), C(SHM_HUGE_256MB),
	C(SHM_HUGE_2GB), C(SHM_HUGE_2MB), C(SHM_HUGE_32MB), C(SHM_HUGE_512KB),
	C(SHM_HUGE_512MB), C(SHM_HUGE_64KB), C(SHM_HUGE_8MB), C(SHM_HUGE_MASK),
	C(SHM_HUGE_SHIFT), C(SHM_INFO), C(SHM_LOCK), C(SHM_NORESERVE), C(SHM_R),
	C(SHM_RDONLY), C(SHM_REMAP), C(SHM_RND), C(SHM_STAT), C(SHM_STAT_ANY),
	C(SHM_UNLOCK), C(SHM_W),
	/* process_vm_readv: the most ranges of a list */
	NAMED("UIO_MAXIOV", 1024),
	/* getrlimit, setrlimit */
	C(RLIM64_INFINITY), C(RLIM_INFINITY),
	/* userfaultfd */
	C(UFFDIO), C(UFFDIO_API), C(UFFDIO_CONTINUE), C(UFFDIO_CONTINUE_MODE_DONTWAKE),
	C(UFFDIO_COPY), C(UFFDIO_COPY_MODE_DONTWAKE), C(UFFDIO_COPY_MODE_WP),
	C(UFFDIO_REGISTER), C(UFFDIO_REGISTER_MODE_MINOR), C(UFFDIO_REGISTER_MODE_MISSING),
	C(UFFDIO_REGISTER_MODE_WP), C(UFFDIO_UNREGISTER), C(UFFDIO_WAKE),
	C(UFFDIO_WRITEPROTECT), C(UFFDIO_WRITEPROTECT_MODE_DONTWAKE),
	C(UFFDIO_WRITEPROTECT_MODE_WP), C(UFFDIO_ZEROPAGE),
	C(UFFDIO_ZEROPAGE_MODE_DONTWAKE), C(UFFD_API), C(UFFD_EVENT_FORK),
	C(UFFD_EVENT_PAGEFAULT), C(UFFD_EVENT_REMAP), C(UFFD_EVENT_REMOVE),
	C(UFFD_EVENT_UNMAP), C(UFFD_FEATURE_EVENT_FORK), C(UFFD_FEATURE_EVENT_REMAP),
	C(UFFD_FEATURE_EVENT_REMOVE), C(UFFD_FEATURE_EVENT_UNMAP),
	C(UFFD_FEATURE_EXACT_ADDRESS), C(UFFD_FEATURE_MINOR_HUGETLBFS),
	C(UFFD_FEATURE_MINOR_SHMEM), C(UFFD_FEATURE_MISSING_HUGETLBFS),
	C(UFFD_FEATURE_MISSING_SHMEM), C(UFFD_FEATURE_PAGEFAULT_FLAG_WP),
	C(UFFD_FEATURE_SIGBUS), C(UFFD_FEATURE_THREAD_ID),
	C(UFFD_FEATURE_WP_HUGETLBFS_SHMEM), C(UFFD_FEATURE_WP_UNPOPULATED),
	C(UFFD_FEATURE_POISON), C(UFFD_FEATURE_WP_ASYNC), C(UFFD_FEATURE_MOVE),
	C(UFFDIO_POISON), C(UFFDIO_POISON_MODE_DONTWAKE), C(UFFDIO_MOVE),
	C(UFFDIO_MOVE_MODE_DONTWAKE), C(UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES),
	C(UFFDIO_CONTINUE_MODE_WP), C(UFFD_PAGEFAULT_FLAG_MINOR),
	C(UFFD_PAGEFAULT_FLAG_WP), C(UFFD_PAGEFAULT_FLAG_WRITE),
	/* prctl */
	C(PR_SYS_DISPATCH_OFF), C(PR_SYS_DISPATCH_ON), C(PR_TAGGED_ADDR_ENABLE),
	C(PR_MTE_TCF_NONE), C(PR_MTE_TCF_SYNC), C(PR_MTE_TCF_ASYNC), C(PR_MTE_TCF_MASK),
	C(PR_MTE_TAG_MASK), C(PR_MTE_TAG_SHIFT), C(PR_MCE_KILL_CLEAR), C(PR_MCE_KILL_SET),
	C(PR_MCE_KILL_LATE), C(PR_MCE_KILL_EARLY), C(PR_MCE_KILL_DEFAULT),
	C(PR_CAP_AMBIENT_IS_SET), C(PR_CAP_AMBIENT_RAISE), C(PR_CAP_AMBIENT_LOWER),
	C(PR_CAP_AMBIENT_CLEAR_ALL), C(PR_SPEC_STORE_BYPASS), C(PR_SPEC_INDIRECT_BRANCH),
	C(PR_SPEC_L1D_FLUSH), C(PR_SPEC_NOT_AFFECTED), C(PR_SPEC_PRCTL), C(PR_SPEC_ENABLE),
	C(PR_SPEC_DISABLE), C(PR_SPEC_FORCE_DISABLE), C(PR_SPEC_DISABLE_NOEXEC),
	C(PR_SET_PTRACER_ANY), C(PR_SCHED_CORE_GET), C(PR_SCHED_CORE_CREATE),
	C(PR_SCHED_CORE_SHARE_TO), C(PR_SCHED_CORE_SHARE_FROM), C(PR_TIMING_STATISTICAL),
	C(PR_TIMING_TIMESTAMP), C(PR_UNALIGN_NOPRINT), C(PR_UNALIGN_SIGBUS),
	/* access; the kernel exports no header with these */
	NAMED("F_OK", 0), NAMED("X_OK", 1), NAMED("W_OK", 2), NAMED("R_OK", 4),
	END,
};

/* clang-format on */

static const struct flag_set *const sets[] = {
	&flags_prot,
	&flags_map,
	&flags_madv,
	&flags_mremap,
	&flags_msync,
	&flags_open,
	&flags_memfd,
	&flags_seek,
	&flags_at,
	&flags_mlock2,
	&flags_mlockall,
	&flags_mode,
	&flags_fcntl,
	&flags_seals,
	&flags_fd,
	&flags_fallocate,
	&flags_uffd,
	&flags_policy,
	&flags_policy_get,
	&flags_policy_move,
	&flags_pkey,
	&flags_shadow,
	&flags_prctl,
	&flags_prctl_vma,
	&flags_prctl_mm,
	&flags_dumpable,
	&flags_tsc,
	&flags_mdwe,
	&flags_personality,
	&flags_membarrier,
	&flags_membarrier_flags,
	&flags_shm_get,
	&flags_shm_attach,
	&flags_shm_command,
	&flags_resource,
	&flags_usage,
};

enum { INDEX_SIZE = 4096 }; /* a power of two, more than twice the number of constants */

/* All constants in the order of the tables, and a hash index of their names; built on first use. */
static struct {
	const struct flag *all[INDEX_SIZE / 2];
	uint16_t slots[INDEX_SIZE]; /* one plus an index into ALL; 0: empty */
	size_t n;
} index_;

/* FNV-1a */
static size_t hash(struct str s)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h & (INDEX_SIZE - 1);
}

static size_t slot_of(struct str name)
{
	size_t i = hash(name);
	while (index_.slots[i] && !str_is(name, index_.all[index_.slots[i] - 1]->name))
		i = (i + 1) & (INDEX_SIZE - 1);
	return i;
}

static void index_add(const struct flag *f)
{
	size_t slot = slot_of(str_from(f->name));
	if (index_.slots[slot] || index_.n == ARRAY_SIZE(index_.all))
		return;
	index_.all[index_.n++] = f;
	index_.slots[slot] = (uint16_t)index_.n;
}

static void index_add_table(const struct flag *f)
{
	for (; f->name; f++)
		index_add(f);
}

static void index_build(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		index_add_table(sets[i]->flags);
	index_add_table(errno_constants);
	index_add_table(signal_constants);
	for (const struct sicode_constant *s = sicode_constants; s->flag.name; s++)
		index_add(&s->flag);
	index_add_table(others);
}

const struct flag *constant_at(size_t i)
{
	if (!index_.n)
		index_build();
	return i < index_.n ? index_.all[i] : NULL;
}

/*
 * Most names in a script begin with a small letter. Of the constants only one does, the word for a
 * limit's value: so many scripts never need the index.
 */
static bool may_be_constant(struct str name)
{
	return name.n && (name.p[0] < 'a' || str_is(name, "unlimited"));
}

bool constant_find(struct str name, uint64_t *value)
{
	if (!may_be_constant(name))
		return false;
	if (!index_.n)
		index_build();
	size_t slot = slot_of(name);
	if (!index_.slots[slot])
		return false;
	*value = index_.all[index_.slots[slot] - 1]->value;
	return true;
}
