/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why mmap fails. Order as the kernel tests: arch/x86/kernel/sys_x86_64.c, ksys_mmap_pgoff() and
 * do_mmap() in mm/mmap.c, mmap_region() in mm/vma.c; mmap(2).
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* mmap(addr, length, prot, flags, fd, offset) */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])
#define PROT(c) ((c)->args[2])
#define FLAGS(c) ((c)->args[3])
#define FD(c) ((int)(c)->args[4])
#define OFFSET(c) ((c)->args[5])

/* MAP_FIXED_NOREPLACE implies MAP_FIXED. */
static bool fixed(const struct failed_call *c)
{
	return FLAGS(c) & (MAP_FIXED | MAP_FIXED_NOREPLACE);
}

static bool anonymous(const struct failed_call *c)
{
	return FLAGS(c) & MAP_ANONYMOUS;
}

static bool shared(const struct failed_call *c)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	return type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
}

static bool fd_usable(const struct failed_call *c)
{
	return !anonymous(c) && why_fd_usable(c);
}

static enum verdict about_file(const struct failed_call *c)
{
	return anonymous(c) ? WHY_NO : fd_usable(c) ? WHY_YES : WHY_UNKNOWN;
}

/* ---- Arguments by themselves ---- */

static void finding_deinit(struct finding *f)
{
	buf_deinit(&f->text);
	buf_deinit(&f->cure);
	buf_deinit(&f->fact);
}

/* Of huge pages the length is rounded up to whole ones, which can wrap. */
TEST(length_is_0)
{
	uint64_t size = why_huge_size(c, FLAGS(c) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK);
	bool huge = anonymous(c) && FLAGS(c) & MAP_HUGETLB && size;
	if (LENGTH(c) && huge && align_up(LENGTH(c), size) == 0)
		buf_puts(&f->text, "the length, rounded up to whole huge pages, does not fit in 64 "
				   "bits and becomes 0");
	return LENGTH(c) == 0 || (huge && align_up(LENGTH(c), size) == 0);
}

TEST(offset_unaligned)
{
	return why_unaligned(c, f, "offset", OFFSET(c));
}

/* Addresses below the limit of the system are no cure for those that may not map there. */
TEST(fixed_unaligned)
{
	if (!fixed(c) || !why_unaligned(c, f, "address", ADDR(c)))
		return WHY_NO;
	struct finding low = {0};
	if (why_below_minimum(c, &low, align_down(ADDR(c), c->page)) != WHY_NO) {
		buf_clear(&f->cure);
		buf_puts(&f->cure, "use ");
		why_put_address(&f->cure, MAX(align_up(ADDR(c), c->page), c->memory.mmap_min_addr));
	}
	finding_deinit(&low);
	return WHY_YES;
}

TEST(type_missing)
{
	return (FLAGS(c) & MAP_TYPE) == 0;
}

TEST(type_unknown)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	if (type <= MAP_SHARED_VALIDATE || type == MAP_DROPPABLE)
		return WHY_NO;
	buf_printf(&f->text, "0x%llx is no type of mapping", (unsigned long long)type);
	return WHY_YES;
}

/* Brought by Linux 6.11. */
TEST(droppable_too_new)
{
	if ((FLAGS(c) & MAP_TYPE) != MAP_DROPPABLE || !anonymous(c))
		return WHY_NO;
	return c->kernel ? c->kernel < (6 << 16 | 11) : WHY_UNKNOWN;
}

TEST(validate_without_file)
{
	return anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_SHARED_VALIDATE;
}

TEST(droppable_file)
{
	return !anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE;
}

TEST(droppable_with)
{
	return anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE &&
	       FLAGS(c) & (MAP_LOCKED | MAP_HUGETLB | MAP_GROWSDOWN);
}

TEST(growsdown_file_or_shared)
{
	return FLAGS(c) & MAP_GROWSDOWN && (!anonymous(c) || shared(c));
}

TEST(offset_overflows)
{
	uint64_t end;
	return __builtin_add_overflow(OFFSET(c), align_up(LENGTH(c), c->page), &end);
}

TEST(too_long)
{
	if (!why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	size_print(&f->text, LENGTH(c));
	buf_puts(&f->text, " is more than the address space of a program, which has ");
	size_print(&f->text, c->task_size);
	return WHY_YES;
}

TEST(range_beyond)
{
	if (!fixed(c) || why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	return why_ends_beyond(c, f, "range", ADDR(c), LENGTH(c));
}

/* ---- The file ---- */

TEST(fd_not_open)
{
	enum verdict v = anonymous(c) ? WHY_NO : why_fd_not_open(c, f, FD(c));
	if (v == WHY_YES && FD(c) < 0)
		buf_puts(&f->cure, "add MAP_ANONYMOUS, or give a descriptor");
	return v;
}

TEST(fd_is_path)
{
	return anonymous(c) ? WHY_NO : why_fd_is_path(c, f, FD(c));
}

TEST(fd_not_readable)
{
	if (about_file(c) != WHY_YES || (c->fd.flags & O_ACCMODE) != O_WRONLY)
		return about_file(c) == WHY_UNKNOWN ? WHY_UNKNOWN : WHY_NO;
	buf_printf(&f->text,
		"descriptor %d is open for writing only, and every mapping needs reading", FD(c));
	return WHY_YES;
}

TEST(fd_not_writable)
{
	if (about_file(c) != WHY_YES || !shared(c) || !(PROT(c) & PROT_WRITE) ||
		(c->fd.flags & O_ACCMODE) != O_RDONLY)
		return about_file(c) == WHY_UNKNOWN ? WHY_UNKNOWN : WHY_NO;
	buf_printf(&f->text,
		"a shared mapping with PROT_WRITE needs a descriptor open for writing; %d is not",
		FD(c));
	return WHY_YES;
}

TEST(fd_append_only)
{
	if (about_file(c) == WHY_NO || !shared(c) || !(PROT(c) & PROT_WRITE))
		return WHY_NO;
	return WHY_UNKNOWN;
}

/* Files of these kinds have no mmap of their own; of others only the driver knows. */
TEST(fd_not_mappable)
{
	if (about_file(c) != WHY_YES)
		return about_file(c);
	bool unnamed = c->fd.link && !strncmp(c->fd.link, "anon_inode:", 11);
	if (unnamed && (strstr(c->fd.link, "eventfd") || strstr(c->fd.link, "signalfd") ||
			       strstr(c->fd.link, "timerfd") || strstr(c->fd.link, "eventpoll") ||
			       strstr(c->fd.link, "inotify") || strstr(c->fd.link, "pidfd") ||
			       strstr(c->fd.link, "userfaultfd"))) {
		buf_printf(
			&f->text, "descriptor %d is %s, which cannot be mapped", FD(c), c->fd.link);
		return WHY_YES;
	}
	bool swallows = S_ISCHR(c->fd.mode) && c->fd.link &&
			(!strcmp(c->fd.link, "/dev/null") || !strcmp(c->fd.link, "/dev/full"));
	if (swallows) {
		buf_printf(&f->text, "descriptor %d is %s, which has no memory to map", FD(c),
			c->fd.link);
		return WHY_YES;
	}
	enum { PROC_MAGIC = 0x9fa0, SYSFS_MAGIC = 0x62656572 };
	if (c->fd.place_known && S_ISREG(c->fd.mode) && c->fd.fs_type == PROC_MAGIC) {
		buf_printf(&f->text,
			"%s is made up by the kernel when it is read, and cannot be mapped",
			c->fd.link ? c->fd.link : "the file");
		return WHY_YES;
	}
	if (!(S_ISDIR(c->fd.mode) || S_ISFIFO(c->fd.mode) || S_ISSOCK(c->fd.mode)))
		return WHY_UNKNOWN;
	buf_printf(&f->text, "descriptor %d is %s, which cannot be mapped", FD(c),
		why_file_kind(c->fd.mode));
	return WHY_YES;
}

/* Files of /proc that have operations of their own, but none to map. */
TEST(fd_of_proc)
{
	enum { PROC_MAGIC = 0x9fa0 };
	if (about_file(c) != WHY_YES)
		return about_file(c);
	return c->fd.place_known && c->fd.fs_type == PROC_MAGIC ? fd_not_mappable(c, f)
								: WHY_UNKNOWN;
}

TEST(fd_write_sealed)
{
	if (about_file(c) == WHY_NO || !shared(c) || !(PROT(c) & PROT_WRITE))
		return WHY_NO;
	if (!c->fd.seals_known)
		return about_file(c) == WHY_YES ? WHY_NO : WHY_UNKNOWN;
	if (!(c->fd.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is sealed against writing (%s)", FD(c),
		c->fd.seals & F_SEAL_WRITE ? "F_SEAL_WRITE" : "F_SEAL_FUTURE_WRITE");
	return WHY_YES;
}

TEST(fd_noexec)
{
	if (about_file(c) == WHY_NO || !(PROT(c) & PROT_EXEC))
		return WHY_NO;
	bool unnamed =
		c->fd.link && (!strncmp(c->fd.link, "anon_inode:", 11) || strstr(c->fd.link, ":["));
	if (unnamed) {
		buf_printf(&f->text, "descriptor %d is %s, of which nothing may be executed", FD(c),
			c->fd.link);
		return WHY_YES;
	}
	if (!c->fd.place_known)
		return WHY_UNKNOWN;
	if (!c->fd.fs_noexec)
		return WHY_NO;
	buf_printf(&f->text,
		"%s lies on a file system that is mounted noexec, and PROT_EXEC is given",
		c->fd.link ? c->fd.link : "the file");
	return WHY_YES;
}

static bool is_secret(const struct failed_call *c)
{
	return fd_usable(c) && c->fd.link && strstr(c->fd.link, "/secretmem");
}

TEST(secret_private)
{
	return is_secret(c) && !shared(c);
}

/* The file systems' s_maxbytes; it is the same for all that have no limit of their own. */
TEST(past_largest_file)
{
	const uint64_t largest = INT64_MAX;
	bool huge = anonymous(c) && FLAGS(c) & MAP_HUGETLB;     /* a file of hugetlbfs */
	bool pidfd = c->fd.link && strstr(c->fd.link, "pidfd"); /* a regular file too */
	if (!huge && (about_file(c) != WHY_YES || !(S_ISREG(c->fd.mode) || pidfd)))
		return about_file(c) == WHY_NO ? WHY_NO : WHY_UNKNOWN;
	if (offset_overflows(c, f))
		return WHY_NO;
	return why_end(OFFSET(c), align_up(LENGTH(c), c->page)) > largest ? WHY_YES : WHY_UNKNOWN;
}

/* ---- Places ---- */

/* mmap tests before it knows whether the new range merges with a neighbour. */
TEST(map_count)
{
	return why_map_count(c, f, 0);
}

TEST(overlap)
{
	uint64_t len = align_up(LENGTH(c), c->page);
	size_t i = maps_at_or_above(c->maps, ADDR(c));
	if (!(FLAGS(c) & MAP_FIXED_NOREPLACE))
		return WHY_NO;
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (i == c->maps->n || !mapping_meets(&c->maps->v[i], ADDR(c), len))
		return WHY_NO;
	struct finding sealed = {0};
	buf_puts(&f->text, "the range meets ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	buf_puts(&f->cure, "leave the address out");
	if (why_sealed(c, &sealed, ADDR(c), len) == WHY_NO)
		buf_puts(&f->cure, ", or MAP_FIXED to replace what is there");
	finding_deinit(&sealed);
	return WHY_YES;
}

TEST(below_minimum)
{
	return fixed(c) ? why_below_minimum(c, f, ADDR(c)) : WHY_NO;
}

TEST(replaces_sealed)
{
	if (!(FLAGS(c) & MAP_FIXED))
		return WHY_NO;
	return why_sealed(c, f, ADDR(c), align_up(LENGTH(c), c->page));
}

/* Whether LEN bytes fit between two mappings within [START, END). */
static bool has_hole(const struct failed_call *c, uint64_t start, uint64_t end, uint64_t len)
{
	uint64_t at = start;
	for (size_t i = 0; i < c->maps->n && at < end; i++) {
		uint64_t next = MIN(c->maps->v[i].start, end);
		if (next > at && next - at >= len)
			return true;
		at = MAX(at, c->maps->v[i].end);
	}
	return at < end && end - at >= len;
}

/* The kernel looks for a hole from the top down and then from the bottom up: none is left. */
TEST(no_hole)
{
	uint64_t len = align_up(LENGTH(c), c->page);
	if (fixed(c) || why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	if (!c->maps->n || !c->task_size)
		return WHY_UNKNOWN;
	if (has_hole(c, c->memory.mmap_min_addr, c->task_size, len + 1))
		return WHY_NO;
	buf_puts(&f->text, "no hole between the mappings has room for ");
	size_print(&f->text, len);
	return WHY_YES;
}

TEST(low_2g_full)
{
#ifdef MAP_32BIT
	/* arch/x86/kernel/sys_x86_64.c, find_start_end(): it begins at random a little above. */
	const uint64_t start = 0x40000000, end = 0x80000000;
	if (!(FLAGS(c) & MAP_32BIT) || fixed(c))
		return WHY_NO;
	if (!c->maps->n || has_hole(c, start, end, align_up(LENGTH(c), c->page)))
		return WHY_UNKNOWN;
	buf_puts(&f->text, "MAP_32BIT means between 0x40000000 and 0x80000000, where no hole has "
			   "room for ");
	size_print(&f->text, LENGTH(c));
	return WHY_YES;
#else
	return WHY_NO;
#endif
}

/* ---- Limits ---- */

/* How much of the range is mapped and will be replaced, bytes. */
static uint64_t replaced(const struct failed_call *c)
{
	uint64_t sum = 0, end = why_end(ADDR(c), align_up(LENGTH(c), c->page));
	if (!(FLAGS(c) & MAP_FIXED))
		return 0;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c));
		i < c->maps->n && c->maps->v[i].start < end; i++)
		sum += MIN(c->maps->v[i].end, end) - MAX(c->maps->v[i].start, ADDR(c));
	return sum;
}

TEST(limit_as)
{
	uint64_t len = align_up(LENGTH(c), c->page), old = replaced(c);
	return why_limit_as(c, f, len > old ? len - old : 0);
}

TEST(limit_data)
{
	if (!(PROT(c) & PROT_WRITE) || shared(c) || FLAGS(c) & MAP_GROWSDOWN)
		return WHY_NO;
	return why_limit_data(c, f, LENGTH(c));
}

/* Private writable memory and shared anonymous memory are counted: accountable_mapping(). */
TEST(overcommitted)
{
	bool counted = (PROT(c) & PROT_WRITE && !shared(c)) || (anonymous(c) && shared(c));
	if (!counted || FLAGS(c) & MAP_HUGETLB || (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE)
		return WHY_NO;
	if (FLAGS(c) & MAP_NORESERVE && c->memory.overcommit_known && c->memory.overcommit != 2)
		return WHY_NO;
	enum verdict v = why_overcommit(c, f, LENGTH(c));
	if (v == WHY_YES && c->memory.overcommit == 0)
		buf_puts(&f->cure, "add MAP_NORESERVE, which does not count the memory");
	return v;
}

TEST(lock_forbidden)
{
	return FLAGS(c) & MAP_LOCKED ? why_no_memlock(c, f) : WHY_NO;
}

TEST(lock_limit)
{
	return FLAGS(c) & MAP_LOCKED || is_secret(c) ? why_limit_memlock(c, f, LENGTH(c)) : WHY_NO;
}

/* After mlockall(MCL_FUTURE) every new mapping counts, which nothing in /proc tells. */
TEST(lock_limit_future)
{
	struct finding inner = {0};
	enum verdict v = FLAGS(c) & MAP_LOCKED ? WHY_NO : why_limit_memlock(c, &inner, LENGTH(c));
	finding_deinit(&inner);
	return v == WHY_YES ? WHY_UNKNOWN : v;
}

TEST(write_and_exec)
{
	if ((PROT(c) & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC))
		return WHY_NO;
	return c->mdwe < 0 ? WHY_UNKNOWN : c->mdwe & 1;
}

/* ---- Huge pages ---- */

static unsigned huge_log2(const struct failed_call *c)
{
	return FLAGS(c) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
}

TEST(no_huge_size)
{
	return anonymous(c) && FLAGS(c) & MAP_HUGETLB ? why_no_huge_size(c, f, huge_log2(c))
						      : WHY_NO;
}

TEST(no_huge_pages)
{
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || FLAGS(c) & MAP_NORESERVE)
		return WHY_NO;
	return why_no_huge_pages(c, f, huge_log2(c), LENGTH(c));
}

TEST(huge_of_other_file)
{
	enum { HUGETLBFS_MAGIC = 0x958458f6 };
	if (!(FLAGS(c) & MAP_HUGETLB) || about_file(c) != WHY_YES)
		return WHY_NO;
	return c->fd.place_known ? c->fd.fs_type != HUGETLBFS_MAGIC : WHY_UNKNOWN;
}

TEST(huge_unaligned)
{
	uint64_t size = why_huge_size(c, huge_log2(c));
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || !fixed(c) || !size || ADDR(c) % size == 0)
		return WHY_NO;
	buf_puts(&f->text, "the address is no multiple of the size of these huge pages, ");
	size_print(&f->text, size);
	return WHY_YES;
}

/* The offset of anonymous huge pages counts: they are a file of hugetlbfs. */
TEST(huge_offset)
{
	uint64_t size = why_huge_size(c, huge_log2(c));
	struct finding none = {0};
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || !size || OFFSET(c) % size == 0)
		return WHY_NO;
	bool has_size = why_no_huge_size(c, &none, huge_log2(c)) == WHY_NO;
	finding_deinit(&none);
	if (!has_size)
		return WHY_NO; /* said by no_huge_size() */
	buf_puts(&f->text, "the offset is no multiple of the size of these huge pages, ");
	size_print(&f->text, size);
	return WHY_YES;
}

/*
 * What MAP_SHARED_VALIDATE knows for every file: LEGACY_MAP_MASK in include/linux/mman.h, which has
 * only two of the huge-page sizes and not MAP_FIXED_NOREPLACE.
 */
static uint64_t validated_flags(void)
{
	uint64_t known = MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE |
			 MAP_EXECUTABLE | MAP_UNINITIALIZED | MAP_GROWSDOWN | MAP_LOCKED |
			 MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |
			 MAP_HUGE_2MB | MAP_HUGE_1GB;
#ifdef MAP_32BIT
	known |= MAP_32BIT | MAP_ABOVE4G;
#endif
	return known;
}

/* Persistent memory tells its kind of itself (statx). */
TEST(sync_without_dax)
{
	if (about_file(c) == WHY_NO || !(FLAGS(c) & MAP_SYNC) || !shared(c))
		return WHY_NO;
	if (!c->fd.dax_known)
		return WHY_UNKNOWN;
	return !c->fd.dax;
}

TEST(validate_unknown)
{
	uint64_t unknown = FLAGS(c) & ~validated_flags() & ~(uint64_t)MAP_SYNC;
	struct flag_set names = flags_map;
	if ((FLAGS(c) & MAP_TYPE) != MAP_SHARED_VALIDATE || !unknown)
		return WHY_NO;
	names.style = FLAGS_BITS; /* the type is known: no bit of it is left */
	buf_puts(&f->text, "MAP_SHARED_VALIDATE refuses what it does not know for this file: ");
	flags_print(&f->text, &names, unknown);
	return WHY_YES;
}

const struct why_row why_rows_map[] = {
	{"mmap", EINVAL, "the offset is no multiple of the page size", offset_unaligned, NULL},
	{"mmap", EBADF, "the descriptor is not open, and MAP_ANONYMOUS is not given", fd_not_open,
		NULL},
	{"mmap", EBADF, "the descriptor was opened with O_PATH", fd_is_path, NULL},
	{"mmap", EINVAL, "MAP_HUGETLB is given with a file that is not on hugetlbfs",
		huge_of_other_file, "leave MAP_HUGETLB out"},
	{"mmap", EINVAL, "the machine has no huge pages of the size that is given", no_huge_size,
		NULL},
	{"mmap", ENOMEM, "not enough huge pages are free", no_huge_pages, NULL},
	{"mmap", EINVAL, "the length is 0", length_is_0, NULL},
	{"mmap", EOVERFLOW, "offset and length together do not fit in 64 bits", offset_overflows,
		NULL},
	{"mmap", ENOMEM, "there are as many mappings as vm.max_map_count allows", map_count, NULL},
	{"mmap", ENOMEM, "the length is more than the address space of a program", too_long, NULL},
	{"mmap", ENOMEM, "the fixed range goes past the end of the address space", range_beyond,
		NULL},
	{"mmap", ENOMEM, "no hole between the mappings is large enough", no_hole, NULL},
	{"mmap", ENOMEM, "MAP_32BIT: no hole below 2 GiB is large enough", low_2g_full,
		"leave MAP_32BIT out"},
	{"mmap", EINVAL, "the fixed address is no multiple of the page size", fixed_unaligned,
		NULL},
	{"mmap", EINVAL, "the fixed address is no multiple of the huge page size", huge_unaligned,
		NULL},
	{"mmap", EINVAL, "MAP_HUGETLB: the offset is no multiple of the huge page size",
		huge_offset, "use 0"},
	{"mmap", EPERM, "the fixed address is below vm.mmap_min_addr, without CAP_SYS_RAWIO",
		below_minimum, NULL},
	{"mmap", EEXIST, "MAP_FIXED_NOREPLACE: something is mapped in the range", overlap, NULL},
	{"mmap", EPERM, "MAP_LOCKED: RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing",
		lock_forbidden, "leave MAP_LOCKED out"},
	{"mmap", EAGAIN, "locked memory would exceed RLIMIT_MEMLOCK", lock_limit, NULL},
	{"mmap", EAGAIN, "the same, after mlockall(MCL_FUTURE)", lock_limit_future, NULL},
	{"mmap", EOVERFLOW, "offset and length reach past the largest size of a file",
		past_largest_file, NULL},
	{"mmap", EINVAL, "neither MAP_SHARED nor MAP_PRIVATE is given", type_missing,
		"add MAP_PRIVATE"},
	{"mmap", EINVAL, "the type of the mapping is no known one", type_unknown,
		"use MAP_SHARED or MAP_PRIVATE"},
	{"mmap", EINVAL, "MAP_SHARED_VALIDATE is for files, not for MAP_ANONYMOUS",
		validate_without_file, "use MAP_SHARED"},
	{"mmap", EINVAL, "MAP_DROPPABLE is for anonymous memory only", droppable_file,
		"add MAP_ANONYMOUS"},
	{"mmap", EINVAL, "MAP_DROPPABLE came with Linux 6.11, and this kernel is older",
		droppable_too_new, NULL},
	{"mmap", EINVAL,
		"MAP_DROPPABLE goes with none of MAP_LOCKED, MAP_HUGETLB and MAP_GROWSDOWN",
		droppable_with, NULL},
	{"mmap", EINVAL, "MAP_GROWSDOWN is for private anonymous memory only",
		growsdown_file_or_shared, NULL},
	{"mmap", EOPNOTSUPP,
		"MAP_SYNC needs a file on persistent memory, mapped without the page cache (DAX)",
		sync_without_dax, "leave MAP_SYNC out"},
	{"mmap", EOPNOTSUPP,
		"MAP_SHARED_VALIDATE refuses flags that it does not know for this file",
		validate_unknown, NULL},
	{"mmap", EACCES, "a shared mapping with PROT_WRITE needs a descriptor open for writing",
		fd_not_writable, "open the file with O_RDWR, or map it with MAP_PRIVATE"},
	{"mmap", EACCES,
		"the file may only be appended to (chattr +a), and the mapping could write",
		fd_append_only, NULL},
	{"mmap", EACCES, "the descriptor is open for writing only", fd_not_readable,
		"open the file with O_RDWR"},
	{"mmap", EACCES, "PROT_WRITE and PROT_EXEC together are refused (PR_SET_MDWE)",
		write_and_exec, "map it without PROT_EXEC"},
	{"mmap", EPERM, "PROT_EXEC is given, and the file system is mounted noexec", fd_noexec,
		"leave PROT_EXEC out"},
	{"mmap", EIO, "the file is one of /proc, which cannot be mapped", fd_of_proc, NULL},
	{"mmap", ENODEV, "files of this kind cannot be mapped", fd_not_mappable, NULL},
	{"mmap", EPERM, "the file is sealed against writing", fd_write_sealed,
		"map it with MAP_PRIVATE or without PROT_WRITE"},
	{"mmap", EINVAL, "secret memory (memfd_secret) can only be shared", secret_private,
		"use MAP_SHARED"},
	{"mmap", ENOMEM, "the address space would exceed RLIMIT_AS", limit_as, NULL},
	{"mmap", ENOMEM, "private writable memory would exceed RLIMIT_DATA", limit_data, NULL},
	{"mmap", EPERM, "a mapping that would be replaced is sealed (mseal)", replaces_sealed,
		NULL},
	{"mmap", ENOMEM, "the kernel will not promise so much memory (vm.overcommit_memory)",
		overcommitted, NULL},
	{"mmap", ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{"mmap", EAGAIN, "the file is locked, or the pages could not be brought in", NULL, NULL},
	{"mmap", ENFILE, "as many files are open in the system as fs.file-max allows", NULL, NULL},
	{"mmap", ETXTBSY, "the file is in use for swapping", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
