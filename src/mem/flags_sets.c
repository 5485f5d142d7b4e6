/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sets of names that the memory and file calls take, with what each means.
 *
 * Order: as strace prints them; where several names have one value, the printed one first. Meanings
 * after mmap(2), mprotect(2), madvise(2), mremap(2), msync(2), mlock(2), open(2), memfd_create(2),
 * lseek(2).
 */
#include "mem/flags.h"
#include "mem/uapi.h"

/* clang-format off */
#define F(constant, meaning) {#constant, (uint64_t)(constant), meaning}
#define END {NULL, 0, NULL}
/* clang-format on */

static const struct flag prot[] = {
	F(PROT_NONE, "no access at all"),
	F(PROT_READ, "may be read"),
	F(PROT_WRITE, "may be written"),
	F(PROT_EXEC, "may be executed"),
	F(PROT_SEM, "may hold atomic operations; no effect on most machines"),
#ifdef PROT_BTI
	F(PROT_BTI, "indirect branches must land on marked instructions"),
#endif
#ifdef PROT_MTE
	F(PROT_MTE, "memory tags are checked"),
#endif
#ifdef PROT_SAO
	F(PROT_SAO, "strong access ordering"),
#endif
	F(PROT_GROWSDOWN, "change down to the start of a mapping that grows down"),
	F(PROT_GROWSUP, "change up to the end of a mapping that grows up"),
	END,
};

const struct flag_set flags_prot = {
	.what = "protection",
	.prefix = "PROT_",
	.style = FLAGS_BITS,
	.flags = prot,
	.cure = "use r, w and x (rw, r-x), none, a number or PROT_… names",
	.zero = "PROT_NONE",
};

static const struct flag map[] = {
	F(MAP_FILE, "nothing; for old programs"),
	F(MAP_SHARED, "writes are seen by others and reach the file"),
	F(MAP_PRIVATE, "writes stay in this process: copy on write"),
	F(MAP_SHARED_VALIDATE, "as MAP_SHARED, and unknown flags are refused"),
	F(MAP_DROPPABLE, "the kernel may drop the pages when memory is short; they then read as 0"),
	F(MAP_FIXED, "exactly there, replacing what is mapped"),
	F(MAP_ANONYMOUS, "no file: zeroed memory"),
	{"MAP_ANON", MAP_ANONYMOUS, "the same as MAP_ANONYMOUS"},
#ifdef MAP_32BIT
	F(MAP_32BIT, "in the first 2 GiB of the address space"),
	F(MAP_ABOVE4G, "above the first 4 GiB"),
#endif
	F(MAP_NORESERVE, "do not reserve swap space"),
	F(MAP_POPULATE, "bring the pages in now"),
	F(MAP_NONBLOCK, "with MAP_POPULATE: do not read from the disk"),
	F(MAP_GROWSDOWN, "grows down when the page below is touched, as a stack"),
	F(MAP_DENYWRITE, "ignored"),
	F(MAP_EXECUTABLE, "ignored"),
	F(MAP_LOCKED, "lock the pages in memory"),
	F(MAP_STACK, "fit for a stack; no huge pages"),
	F(MAP_HUGETLB, "from the pool of huge pages"),
	F(MAP_SYNC, "persistent memory: writes are durable (with MAP_SHARED_VALIDATE)"),
	F(MAP_FIXED_NOREPLACE, "exactly there, or fail with EEXIST"),
	F(MAP_UNINITIALIZED, "do not clear the pages; only for kernels without an MMU"),
	F(MAP_HUGE_16KB, "with MAP_HUGETLB: pages of 16 KiB"),
	F(MAP_HUGE_64KB, "with MAP_HUGETLB: pages of 64 KiB"),
	F(MAP_HUGE_512KB, "with MAP_HUGETLB: pages of 512 KiB"),
	F(MAP_HUGE_1MB, "with MAP_HUGETLB: pages of 1 MiB"),
	F(MAP_HUGE_2MB, "with MAP_HUGETLB: pages of 2 MiB"),
	F(MAP_HUGE_8MB, "with MAP_HUGETLB: pages of 8 MiB"),
	F(MAP_HUGE_16MB, "with MAP_HUGETLB: pages of 16 MiB"),
	F(MAP_HUGE_32MB, "with MAP_HUGETLB: pages of 32 MiB"),
	F(MAP_HUGE_256MB, "with MAP_HUGETLB: pages of 256 MiB"),
	F(MAP_HUGE_512MB, "with MAP_HUGETLB: pages of 512 MiB"),
	F(MAP_HUGE_1GB, "with MAP_HUGETLB: pages of 1 GiB"),
	F(MAP_HUGE_2GB, "with MAP_HUGETLB: pages of 2 GiB"),
	F(MAP_HUGE_16GB, "with MAP_HUGETLB: pages of 16 GiB"),
	END,
};

const struct flag_set flags_map = {
	.what = "mapping flags",
	.prefix = "MAP_",
	.style = FLAGS_MIXED,
	.field = MAP_TYPE,
	.number = {"MAP_HUGE_SHIFT", MAP_HUGE_SHIFT, MAP_HUGE_MASK},
	.flags = map,
	.cure = "use words such as private|anon|fixed, a number or MAP_… names",
};

static const struct flag madv[] = {
	F(MADV_NORMAL, "no special treatment"),
	F(MADV_RANDOM, "accesses in random order: read little ahead"),
	F(MADV_SEQUENTIAL, "accesses in order: read far ahead"),
	F(MADV_WILLNEED, "will be needed soon: read ahead now"),
	F(MADV_DONTNEED, "drop the pages: private anonymous ones then read as 0"),
	F(MADV_FREE, "the kernel may drop the pages until they are written again"),
	F(MADV_REMOVE, "free the pages and the file's space behind them"),
	F(MADV_DONTFORK, "a forked child does not get this range"),
	F(MADV_DOFORK, "undo MADV_DONTFORK"),
	F(MADV_MERGEABLE, "merge pages of equal contents (KSM)"),
	F(MADV_UNMERGEABLE, "undo MADV_MERGEABLE"),
	F(MADV_HUGEPAGE, "use huge pages where possible"),
	F(MADV_NOHUGEPAGE, "do not use huge pages"),
	F(MADV_DONTDUMP, "leave out of core dumps"),
	F(MADV_DODUMP, "undo MADV_DONTDUMP"),
	F(MADV_WIPEONFORK, "a forked child reads zeros here"),
	F(MADV_KEEPONFORK, "undo MADV_WIPEONFORK"),
	F(MADV_COLD, "not needed soon: reclaim early"),
	F(MADV_PAGEOUT, "reclaim the pages now: swap or write back"),
	F(MADV_POPULATE_READ, "bring the pages in as by reading"),
	F(MADV_POPULATE_WRITE, "bring the pages in as by writing"),
	F(MADV_DONTNEED_LOCKED, "as MADV_DONTNEED, locked pages too"),
	F(MADV_COLLAPSE, "put the range on huge pages now"),
	F(MADV_HWPOISON, "treat the pages as broken hardware; needs CAP_SYS_ADMIN"),
	F(MADV_SOFT_OFFLINE, "move the data away and retire the pages; needs CAP_SYS_ADMIN"),
	F(MADV_GUARD_INSTALL,
		"make the pages fault on any access, without splitting the mapping (6.13)"),
	F(MADV_GUARD_REMOVE, "undo MADV_GUARD_INSTALL (6.13)"),
	END,
};

const struct flag_set flags_madv = {
	.what = "advice",
	.prefix = "MADV_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = madv,
	.cure = "use a word such as dontneed, a number or a MADV_… name",
};

static const struct flag mremap[] = {
	F(MREMAP_MAYMOVE, "may move to another address"),
	F(MREMAP_FIXED, "move to exactly the new address, replacing what is there"),
	F(MREMAP_DONTUNMAP, "move the pages, leave the old range mapped and empty"),
	END,
};

const struct flag_set flags_mremap = {
	.what = "remapping flags",
	.prefix = "MREMAP_",
	.style = FLAGS_BITS,
	.flags = mremap,
	.cure = "use words such as maymove|fixed, a number or MREMAP_… names",
};

static const struct flag msync[] = {
	F(MS_SYNC, "write back and wait for it"),
	F(MS_ASYNC, "nothing more than checking the range since Linux 2.6.19"),
	F(MS_INVALIDATE, "refuse if a page is locked in memory"),
	END,
};

const struct flag_set flags_msync = {
	.what = "synchronisation flags",
	.prefix = "MS_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = msync,
	.cure = "use words such as sync|invalidate, a number or MS_… names",
};

static const struct flag open_flags[] = {
	F(O_RDONLY, "for reading"),
	F(O_WRONLY, "for writing"),
	F(O_RDWR, "for reading and writing"),
	F(O_ACCMODE, "the mask of the three; as a mode, for ioctl only"),
	F(O_CREAT, "create the file if it is missing; needs a mode"),
	F(O_EXCL, "with O_CREAT: fail if the file exists"),
	F(O_NOCTTY, "a terminal does not become the controlling one"),
	F(O_TRUNC, "cut the file to length 0"),
	F(O_APPEND, "every write goes to the end"),
	F(O_NONBLOCK, "fail with EAGAIN instead of waiting"),
	F(O_NDELAY, "the same as O_NONBLOCK"),
	F(O_SYNC, "each write waits until data and metadata are on the disk"),
	F(O_DSYNC, "each write waits until the data are on the disk"),
	F(O_DIRECT, "past the page cache"),
	F(O_LARGEFILE, "files of 2 GiB and more; 64-bit kernels set it themselves"),
	F(O_NOFOLLOW, "fail if the last component is a symbolic link"),
	F(O_NOATIME, "reading does not change the access time"),
	F(O_CLOEXEC, "close on exec"),
	F(O_PATH, "a place in the file system only: no reading or writing"),
	F(O_TMPFILE, "a file without a name in this directory"),
	F(O_DIRECTORY, "fail if it is no directory"),
	F(__O_TMPFILE, "the bit of O_TMPFILE without O_DIRECTORY"),
	F(__O_SYNC, "the bit of O_SYNC without O_DSYNC"),
	F(FASYNC, "signal when input or output is possible"),
	{"O_ASYNC", FASYNC, "the same as FASYNC"},
	{"O_RSYNC", O_SYNC, "the same as O_SYNC"},
	{"O_FSYNC", O_SYNC, "the same as O_SYNC"},
	END,
};

const struct flag_set flags_open = {
	.what = "open flags",
	.prefix = "O_",
	.style = FLAGS_MIXED,
	.field = O_ACCMODE,
	.is_int = true,
	.flags = open_flags,
	.cure = "use words such as rdwr|creat, a number or O_… names",
};

/* clang-format off */
#define MFD_HUGE(size, meaning) {"MFD_HUGE_" #size, MAP_HUGE_##size, meaning}
/* clang-format on */

static const struct flag memfd[] = {
	F(MFD_CLOEXEC, "close on exec"),
	F(MFD_ALLOW_SEALING, "seals may be added"),
	F(MFD_HUGETLB, "from the pool of huge pages"),
	F(MFD_NOEXEC_SEAL, "not executable, sealed so (6.3)"),
	F(MFD_EXEC, "executable (6.3)"),
	MFD_HUGE(16KB, "with MFD_HUGETLB: pages of 16 KiB"),
	MFD_HUGE(64KB, "with MFD_HUGETLB: pages of 64 KiB"),
	MFD_HUGE(512KB, "with MFD_HUGETLB: pages of 512 KiB"),
	MFD_HUGE(1MB, "with MFD_HUGETLB: pages of 1 MiB"),
	MFD_HUGE(2MB, "with MFD_HUGETLB: pages of 2 MiB"),
	MFD_HUGE(8MB, "with MFD_HUGETLB: pages of 8 MiB"),
	MFD_HUGE(16MB, "with MFD_HUGETLB: pages of 16 MiB"),
	MFD_HUGE(32MB, "with MFD_HUGETLB: pages of 32 MiB"),
	MFD_HUGE(256MB, "with MFD_HUGETLB: pages of 256 MiB"),
	MFD_HUGE(512MB, "with MFD_HUGETLB: pages of 512 MiB"),
	MFD_HUGE(1GB, "with MFD_HUGETLB: pages of 1 GiB"),
	MFD_HUGE(2GB, "with MFD_HUGETLB: pages of 2 GiB"),
	MFD_HUGE(16GB, "with MFD_HUGETLB: pages of 16 GiB"),
	END,
};

const struct flag_set flags_memfd = {
	.what = "memfd flags",
	.prefix = "MFD_",
	.style = FLAGS_BITS,
	.number = {"MFD_HUGE_SHIFT", MFD_HUGE_SHIFT, MFD_HUGE_MASK},
	.is_int = true,
	.flags = memfd,
	.cure = "use words such as cloexec|allow_sealing, a number or MFD_… names",
};

static const struct flag seek[] = {
	F(SEEK_SET, "from the start of the file"),
	F(SEEK_CUR, "from the current position"),
	F(SEEK_END, "from the end of the file"),
	F(SEEK_DATA, "to the next data at or after the offset"),
	F(SEEK_HOLE, "to the next hole at or after the offset"),
	END,
};

const struct flag_set flags_seek = {
	.what = "origin",
	.prefix = "SEEK_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = seek,
	.cure = "use set, cur, end, data, hole, a number or a SEEK_… name",
};

static const struct flag at[] = {
	F(AT_SYMLINK_NOFOLLOW, "the link itself, not what it points at"),
	F(AT_REMOVEDIR, "unlinkat: remove a directory"),
	F(AT_EACCESS, "faccessat2: test with the effective ids"),
	F(AT_HANDLE_FID, "name_to_handle_at: only to identify the file (6.6)"),
	F(AT_SYMLINK_FOLLOW, "what the link points at"),
	F(AT_NO_AUTOMOUNT, "do not mount on the way"),
	F(AT_EMPTY_PATH, "an empty path means the descriptor itself"),
	F(AT_STATX_FORCE_SYNC, "statx: ask the file server"),
	F(AT_STATX_DONT_SYNC, "statx: do not ask the file server"),
	F(AT_STATX_SYNC_TYPE, "the mask of both"),
	F(AT_STATX_SYNC_AS_STAT, "statx: as stat does"),
	F(AT_RECURSIVE, "the whole tree below"),
	F(AT_EXECVE_CHECK, "execveat: only check that it could be executed (6.14)"),
	F(AT_HANDLE_MNT_ID_UNIQUE, "name_to_handle_at: the unique mount id (6.12)"),
	END,
};

const struct flag_set flags_at = {
	.what = "path flags",
	.prefix = "AT_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = at,
	.cure = "use words such as empty_path|symlink_nofollow, a number or AT_… names",
};

static const struct flag mlock2[] = {
	F(MLOCK_ONFAULT, "lock pages when they come in, not now"),
	END,
};

const struct flag_set flags_mlock2 = {
	.what = "lock flags",
	.prefix = "MLOCK_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = mlock2,
	.cure = "use onfault, a number or MLOCK_ONFAULT",
};

static const struct flag mlockall[] = {
	F(MCL_CURRENT, "all pages that are mapped now"),
	F(MCL_FUTURE, "all pages that will be mapped"),
	F(MCL_ONFAULT, "lock pages when they come in, not now"),
	END,
};

const struct flag_set flags_mlockall = {
	.what = "lock flags",
	.prefix = "MCL_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = mlockall,
	.cure = "use words such as current|future, a number or MCL_… names",
};

static const struct flag mode[] = {
	F(S_IRWXU, "owner: read, write, execute"),
	F(S_IRUSR, "owner: read"),
	F(S_IWUSR, "owner: write"),
	F(S_IXUSR, "owner: execute"),
	F(S_IRWXG, "group: read, write, execute"),
	F(S_IRGRP, "group: read"),
	F(S_IWGRP, "group: write"),
	F(S_IXGRP, "group: execute"),
	F(S_IRWXO, "others: read, write, execute"),
	F(S_IROTH, "others: read"),
	F(S_IWOTH, "others: write"),
	F(S_IXOTH, "others: execute"),
	F(S_ISUID, "run as the file's owner"),
	F(S_ISGID, "run as the file's group"),
	F(S_ISVTX, "in a directory: only owners may remove"),
	END,
};

const struct flag_set flags_mode = {
	.what = "mode",
	.prefix = "S_",
	.style = FLAGS_OCTAL,
	.is_int = true,
	.flags = mode,
	.cure = "use an octal number (0644) or S_I… names",
};
