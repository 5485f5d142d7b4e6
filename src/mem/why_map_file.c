/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why mmap of a file fails, and what only protection and kind of the mapping forbid. As why_map.c.
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/why_map.h"

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
	if (is_secret(c)) {
		buf_printf(&f->text,
			"descriptor %d is secret memory, of which nothing may be executed", FD(c));
		return WHY_YES;
	}
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
	uint64_t end;
	if (__builtin_add_overflow(OFFSET(c), align_up(LENGTH(c), c->page), &end))
		return WHY_NO; /* a cause of its own */
	return why_end(OFFSET(c), align_up(LENGTH(c), c->page)) > largest ? WHY_YES : WHY_UNKNOWN;
}

TEST(write_and_exec)
{
	if ((PROT(c) & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC))
		return WHY_NO;
	return c->mdwe < 0 ? WHY_UNKNOWN : c->mdwe & 1;
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

const struct why_row why_rows_map_file[] = {
	{"mmap", EBADF, "the descriptor is not open, and MAP_ANONYMOUS is not given", fd_not_open,
		NULL},
	{"mmap", EBADF, "the descriptor was opened with O_PATH", fd_is_path, NULL},
	{"mmap", EOVERFLOW, "offset and length reach past the largest size of a file",
		past_largest_file, NULL},
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
	{NULL, 0, NULL, NULL, NULL},
};
