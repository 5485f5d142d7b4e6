/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls on descriptors fail: close, ftruncate, pread64, pwrite64, lseek, fsync,
 * fstat.
 *
 * After the manual pages of section 2 and fs/open.c, fs/read_write.c, fs/sync.c, mm/shmem.c.
 */
#include <errno.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

#define FD(c) ((int)(c)->args[0])

TEST(fd_not_open)
{
	return why_fd_not_open(c, f, FD(c));
}

TEST(fd_is_path)
{
	return why_fd_is_path(c, f, FD(c));
}

TEST(fd_not_readable)
{
	return why_fd_not_for(c, f, O_WRONLY, "reading");
}

TEST(fd_not_writable)
{
	return why_fd_not_for(c, f, O_RDONLY, "writing");
}

enum { PROC_MAGIC = 0x9fa0, SYSFS_MAGIC = 0x62656572 };

/* The kernel keeps no position for these: pipes, sockets, most files of no file system. */
TEST(fd_without_position)
{
	if (!why_fd_usable(c))
		return c->fd.known ? WHY_NO : WHY_UNKNOWN;
	if (S_ISFIFO(c->fd.mode) || S_ISSOCK(c->fd.mode)) {
		buf_printf(&f->text, "descriptor %d is %s and has no positions", FD(c),
			why_file_kind(c->fd.mode));
		return WHY_YES;
	}
	if (c->fd.link && !strncmp(c->fd.link, "anon_inode:", 11)) {
		buf_printf(&f->text, "descriptor %d is %s and has no positions", FD(c), c->fd.link);
		return WHY_YES;
	}
	if (why_is_secret(c)) {
		buf_printf(&f->text, "descriptor %d is secret memory and has no positions", FD(c));
		return WHY_YES;
	}
	if (c->fd.place_known && c->fd.fs_type == PROC_MAGIC && S_ISREG(c->fd.mode) &&
		!strncmp(c->name, "pwrite", 6)) {
		buf_printf(&f->text, "%s is made up by the kernel and not written at positions",
			c->fd.link ? c->fd.link : "the file");
		return WHY_YES;
	}
	return S_ISREG(c->fd.mode) || S_ISDIR(c->fd.mode) ? WHY_NO : WHY_UNKNOWN;
}

TEST(fd_is_directory)
{
	return why_fd_is_directory(c, f, FD(c));
}

/* ---- ftruncate(fd, length) ---- */

TEST(length_negative)
{
	int64_t length = (int64_t)c->args[1];
	if (length < 0)
		buf_printf(&f->text, "the length is negative: as a signed number it is %lld",
			(long long)length);
	return length < 0;
}

/* Since Linux 6.9 a pidfd is a regular file of a file system of its own, whose files have no
 * length; stat(2) does not say so. */
static bool is_pidfd(const struct failed_call *c)
{
	return c->fd.link && strstr(c->fd.link, "pidfd") && c->kernel >= (6 << 16 | 9);
}

TEST(cannot_resize)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (is_pidfd(c))
		buf_printf(&f->text, "descriptor %d is a pidfd and has no length", FD(c));
	return is_pidfd(c) ? WHY_YES : WHY_UNKNOWN;
}

TEST(fd_not_regular)
{
	if (!c->fd.known)
		return WHY_UNKNOWN;
	if (!why_fd_usable(c) || S_ISREG(c->fd.mode))
		return WHY_NO;
	if (is_pidfd(c))
		return WHY_NO; /* said by cannot_resize() */
	buf_printf(&f->text, "descriptor %d is %s, and only regular files have a length to set",
		FD(c), why_file_kind(c->fd.mode));
	return WHY_YES;
}

TEST(size_sealed)
{
	bool grows = c->args[1] > c->fd.size, shrinks = c->args[1] < c->fd.size;
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (!c->fd.seals_known ||
		!((grows && c->fd.seals & F_SEAL_GROW) || (shrinks && c->fd.seals & F_SEAL_SHRINK)))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is sealed against %s", FD(c),
		grows ? "growing (F_SEAL_GROW)" : "shrinking (F_SEAL_SHRINK)");
	return WHY_YES;
}

TEST(truncate_over_limit)
{
	return why_over_file_limit(c, f, c->args[1]);
}

/* memfd_secret: its length can be set only once. */
TEST(secret_again)
{
	return why_is_secret(c) && c->fd.size != 0;
}

/* ---- pread64, pwrite64(fd, buffer, count, offset) ---- */

TEST(offset_negative)
{
	return (int64_t)c->args[3] < 0;
}

/* The kernel looks at as much as it may move at once. */
#define COUNT(c) MIN((c)->args[2], (uint64_t)0x7ffff000)

/* pread writes to the buffer, pwrite reads it. */
TEST(buffer_not_writable)
{
	return why_bad_pointer(c, f, "the buffer", c->args[1], COUNT(c), PERM_W);
}

TEST(buffer_not_readable)
{
	return why_bad_pointer(c, f, "the buffer", c->args[1], COUNT(c), PERM_R);
}

TEST(buffer_beyond)
{
	return why_ends_beyond(c, f, "buffer", c->args[1], c->args[2]);
}

TEST(count_negative)
{
	return (int64_t)c->args[2] < 0;
}

TEST(offset_overflows)
{
	return why_end(c->args[3], c->args[2]) > INT64_MAX && (int64_t)c->args[3] >= 0;
}

TEST(fd_has_no_read)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (c->fd.link && (strstr(c->fd.link, "pidfd") || strstr(c->fd.link, "eventpoll"))) {
		buf_printf(&f->text, "descriptor %d is %s, which has no bytes", FD(c), c->fd.link);
		return WHY_YES;
	}
	return S_ISREG(c->fd.mode) || S_ISDIR(c->fd.mode) ? WHY_NO : WHY_UNKNOWN;
}

TEST(write_sealed)
{
	uint64_t end = why_end(c->args[3], c->args[2]);
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (!c->fd.seals_known)
		return WHY_NO;
	bool grows = c->fd.seals & F_SEAL_GROW && end > c->fd.size;
	if (!(c->fd.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) && !grows)
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is sealed against %s", FD(c),
		grows ? "growing (F_SEAL_GROW)" : "writing");
	return WHY_YES;
}

TEST(write_over_limit)
{
	return why_over_file_limit(c, f, c->args[3]);
}

TEST(write_past_largest)
{
	return (int64_t)c->args[3] < 0 || c->args[3] == INT64_MAX ? WHY_YES : WHY_UNKNOWN;
}

/* ---- lseek(fd, offset, whence) ---- */

#define SEEK_OFFSET(c) ((int64_t)(c)->args[1])
#define WHENCE(c) ((unsigned)(c)->args[2])

TEST(whence_unknown)
{
	if (WHENCE(c) <= SEEK_MAX)
		return WHY_NO;
	buf_printf(&f->text, "there is no origin with the number %u", WHENCE(c));
	return WHY_YES;
}

TEST(seeks_before_start)
{
	int64_t from = WHENCE(c) == SEEK_SET ? 0 : (int64_t)c->fd.size, at;
	if (WHENCE(c) == SEEK_CUR)
		return SEEK_OFFSET(c) < 0 ? WHY_UNKNOWN : WHY_NO;
	if (WHENCE(c) > SEEK_END)
		return WHY_NO;
	if (WHENCE(c) == SEEK_END && !why_fd_usable(c))
		return WHY_UNKNOWN;
	return !__builtin_add_overflow(from, SEEK_OFFSET(c), &at) && at < 0;
}

TEST(seeks_past_largest)
{
	int64_t from = WHENCE(c) == SEEK_END ? (int64_t)c->fd.size : 0, at;
	if (SEEK_OFFSET(c) <= 0 || WHENCE(c) > SEEK_END)
		return WHY_NO;
	return __builtin_add_overflow(from, SEEK_OFFSET(c), &at) ? WHY_YES : WHY_UNKNOWN;
}

TEST(seek_unsupported)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (c->fd.place_known && c->fd.fs_type == PROC_MAGIC && S_ISREG(c->fd.mode) &&
		WHENCE(c) > SEEK_CUR) {
		buf_printf(&f->text, "%s is made up when it is read, and has no end to count from",
			c->fd.link ? c->fd.link : "the file");
		return WHY_YES;
	}
	return S_ISREG(c->fd.mode) && c->fd.place_known && c->fd.fs_type == 0x01021994
		       ? WHY_NO
		       : WHY_UNKNOWN;
}

TEST(seeks_past_data)
{
	if (WHENCE(c) != SEEK_DATA && WHENCE(c) != SEEK_HOLE)
		return WHY_NO;
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (SEEK_OFFSET(c) >= 0 && (uint64_t)SEEK_OFFSET(c) < c->fd.size)
		return WHY_NO;
	buf_printf(&f->text, "offset %lld is not inside the file, which has %llu bytes",
		(long long)SEEK_OFFSET(c), (unsigned long long)c->fd.size);
	return WHY_YES;
}

/* The only other reason for which the kernel says ENXIO here. */
TEST(no_data_follows)
{
	if (WHENCE(c) != SEEK_DATA)
		return WHY_NO;
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	return SEEK_OFFSET(c) >= 0 && (uint64_t)SEEK_OFFSET(c) < c->fd.size;
}

/* ---- fsync(fd), fstat(fd, stat) ---- */

TEST(cannot_sync)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (why_is_secret(c)) {
		buf_printf(&f->text, "descriptor %d is secret memory, and lies on no disk", FD(c));
		return WHY_YES;
	}
	if (S_ISREG(c->fd.mode) || S_ISDIR(c->fd.mode) || S_ISBLK(c->fd.mode)) {
		bool made_up = c->fd.place_known &&
			       (c->fd.fs_type == PROC_MAGIC || c->fd.fs_type == SYSFS_MAGIC);
		if (made_up)
			buf_printf(&f->text, "%s is made up by the kernel and lies on no disk",
				c->fd.link ? c->fd.link : "the file");
		return made_up ? WHY_YES : WHY_UNKNOWN;
	}
	buf_printf(&f->text, "descriptor %d is %s, and there is nothing to write to a disk", FD(c),
		S_IFMT & c->fd.mode ? why_file_kind(c->fd.mode) : "no file");
	return WHY_YES;
}

TEST(stat_unwritable)
{
	enum { STAT_BYTES = 144 };
	return why_bad_pointer(c, f, "the place for the answer", c->args[1], STAT_BYTES, PERM_W);
}

#define ON_FD "close ftruncate fallocate pread64 pwrite64 lseek fsync fstat newfstat"
#define NOT_PLACE "ftruncate fallocate pread64 pwrite64 lseek fsync"
#define BOTH "pread64 pwrite64"
#define STAT "fstat newfstat"

const struct why_row why_rows_file[] = {
	{ON_FD, EBADF, "the descriptor is not open", fd_not_open, NULL},
	{NOT_PLACE, EBADF, "the descriptor was opened with O_PATH", fd_is_path, NULL},
	{"close fsync", EIO, "writing the file failed", NULL, NULL},
	{"close", EINTR, "a signal came while it waited; the descriptor is closed", NULL, NULL},

	{"ftruncate", EINVAL, "the length is negative", length_negative, NULL},
	{"ftruncate", EINVAL, "the descriptor is no regular file", fd_not_regular, NULL},
	{"ftruncate", EOPNOTSUPP, "files of this kind have no length", cannot_resize, NULL},
	{"ftruncate", EINVAL, "the descriptor is not open for writing", fd_not_writable,
		"open the file with O_RDWR"},
	{"ftruncate", EINVAL, "the length of secret memory (memfd_secret) can be set only once",
		secret_again, NULL},
	{"ftruncate", EPERM, "the file is sealed against growing or shrinking", size_sealed, NULL},
	{"ftruncate", EPERM, "the file may only be appended to, or is immutable (chattr)", NULL,
		NULL},
	{"ftruncate", EFBIG, "the length is more than RLIMIT_FSIZE", truncate_over_limit, NULL},
	{"ftruncate", EFBIG, "the length is more than the file system allows", NULL, NULL},
	{"ftruncate", EINVAL, "the length is more than the file system allows", NULL, NULL},
	{"ftruncate", ETXTBSY, "the file is a program that runs", NULL, NULL},
	{"ftruncate", EIO, "writing the file failed", NULL, NULL},

	{BOTH, EINVAL, "the offset is negative", offset_negative, NULL},
	{BOTH, ESPIPE, "the descriptor has no positions", fd_without_position, NULL},
	{"pread64", EBADF, "the descriptor is not open for reading", fd_not_readable,
		"open the file with O_RDWR"},
	{"pwrite64", EBADF, "the descriptor is not open for writing", fd_not_writable,
		"open the file with O_RDWR"},
	{BOTH, EINVAL, "the length is negative", count_negative, NULL},
	{BOTH, EINVAL, "offset and length together do not fit in 63 bits", offset_overflows, NULL},
	{BOTH, EOVERFLOW, "offset and length together do not fit in 63 bits", offset_overflows,
		NULL},
	{BOTH, EINVAL, "files of this kind are not read or written so", fd_has_no_read, NULL},
	{"pread64", EISDIR, "the descriptor is a directory", fd_is_directory, NULL},
	{BOTH, EFAULT, "the buffer goes past the end of the address space", buffer_beyond, NULL},
	{"pread64", EFAULT, "the buffer cannot be written", buffer_not_writable, NULL},
	{"pwrite64", EFAULT, "the buffer cannot be read", buffer_not_readable, NULL},
	{"pwrite64", EPERM, "the file is sealed against writing or growing", write_sealed, NULL},
	{"pwrite64", EFBIG, "the offset is beyond RLIMIT_FSIZE", write_over_limit, NULL},
	{"pwrite64", EFBIG, "the offset is beyond what the file system allows", write_past_largest,
		NULL},
	{"pwrite64", ENOSPC, "there is no room on the device", NULL, NULL},
	{"pwrite64", EDQUOT, "the user's quota of disk space is used up", NULL, NULL},
	{BOTH, EIO, "reading or writing the file failed", NULL, NULL},
	{BOTH, EAGAIN, "the descriptor is non-blocking, and it would wait", NULL, NULL},
	{BOTH, EINTR, "a signal came while it waited", NULL, NULL},

	{"lseek", EINVAL, "the origin is no known one", whence_unknown, NULL},
	{"lseek", ESPIPE, "the descriptor has no positions", fd_without_position, NULL},
	{"lseek", EINVAL, "the new position lies before the start of the file", seeks_before_start,
		NULL},
	{"lseek", EINVAL, "the new position is past what the file system allows",
		seeks_past_largest, NULL},
	{"lseek", EOVERFLOW, "the new position does not fit in 63 bits", seeks_past_largest, NULL},
	{"lseek", EINVAL, "files of this kind do not know this origin", seek_unsupported, NULL},
	{"lseek", ENXIO, "the offset is not inside the file", seeks_past_data, NULL},
	{"lseek", ENXIO, "no data follow that offset: the rest of the file is a hole",
		no_data_follows, NULL},

	{"fsync", EINVAL, "files of this kind are not written to a disk", cannot_sync, NULL},
	{"fsync", ENOSPC, "there is no room on the device", NULL, NULL},
	{"fsync", EROFS, "the file system is mounted read-only", NULL, NULL},
	{STAT, EFAULT, "the place for the answer cannot be written", stat_unwritable, NULL},
	{STAT, EOVERFLOW, "a number of the answer does not fit", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
