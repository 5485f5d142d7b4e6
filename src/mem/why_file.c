/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls on files fail: open, openat, close, ftruncate, pread64, pwrite64, lseek, memfd_create.
 *
 * After the manual pages of section 2 and fs/open.c, fs/namei.c, fs/read_write.c, mm/memfd.c.
 */
#include <errno.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* ---- A descriptor as first argument ---- */

#define FD(c) ((int)(c)->args[0])

static bool fd_not_open(const struct failed_call *c, struct finding *f)
{
	return why_fd_not_open(c, f, FD(c));
}

static bool fd_is_path(const struct failed_call *c, struct finding *f)
{
	return why_fd_is_path(c, f, FD(c));
}

static bool fd_usable(const struct failed_call *c)
{
	return c->fd_known && c->fd_open && !(c->fd_flags & O_PATH);
}

static bool fd_not_for(
	const struct failed_call *c, struct finding *f, uint32_t wrong_mode, const char *what)
{
	if (!fd_usable(c) || (c->fd_flags & O_ACCMODE) != wrong_mode)
		return false;
	buf_printf(&f->text, "descriptor %d is not open for %s", FD(c), what);
	return true;
}

static bool fd_not_readable(const struct failed_call *c, struct finding *f)
{
	return fd_not_for(c, f, O_WRONLY, "reading");
}

static bool fd_not_writable(const struct failed_call *c, struct finding *f)
{
	return fd_not_for(c, f, O_RDONLY, "writing");
}

static bool fd_without_position(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !(S_ISFIFO(c->fd_mode) || S_ISSOCK(c->fd_mode)))
		return false;
	buf_printf(&f->text, "descriptor %d is %s and has no positions", FD(c),
		S_ISFIFO(c->fd_mode) ? "a pipe" : "a socket");
	return true;
}

static bool fd_is_directory(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !S_ISDIR(c->fd_mode))
		return false;
	buf_printf(&f->text, "descriptor %d is a directory", FD(c));
	return true;
}

/* ---- ftruncate(fd, length) ---- */

static bool length_negative(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (int64_t)c->args[1] < 0;
}

static bool fd_not_regular(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || S_ISREG(c->fd_mode))
		return false;
	buf_printf(&f->text,
		"descriptor %d is no regular file, and only these have a length to set", FD(c));
	return true;
}

static bool size_sealed(const struct failed_call *c, struct finding *f)
{
	bool grows = c->args[1] > c->fd_size, shrinks = c->args[1] < c->fd_size;
	if (!fd_usable(c) || !c->fd_seals_known ||
		!((grows && c->fd_seals & F_SEAL_GROW) || (shrinks && c->fd_seals & F_SEAL_SHRINK)))
		return false;
	buf_printf(&f->text, "descriptor %d is sealed against %s", FD(c),
		grows ? "growing (F_SEAL_GROW)" : "shrinking (F_SEAL_SHRINK)");
	return true;
}

static bool over_file_limit(const struct failed_call *c, struct finding *f)
{
	if (!c->rlimit_fsize || c->rlimit_fsize == UINT64_MAX || c->args[1] <= c->rlimit_fsize)
		return false;
	buf_puts(&f->text, "files may be at most ");
	size_print(&f->text, c->rlimit_fsize);
	buf_puts(&f->text, " long (RLIMIT_FSIZE)");
	return true;
}

/* ---- pread64, pwrite64(fd, buffer, count, offset) ---- */

static bool offset_negative(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (int64_t)c->args[3] < 0;
}

/* pread writes to the buffer, pwrite reads it. */
static bool buffer_not_writable(const struct failed_call *c, struct finding *f)
{
	return why_no_access(c, f, c->args[1], c->args[2], PERM_W);
}

static bool buffer_not_readable(const struct failed_call *c, struct finding *f)
{
	return why_no_access(c, f, c->args[1], c->args[2], PERM_R);
}

static bool write_sealed(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !c->fd_seals_known ||
		!(c->fd_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)))
		return false;
	buf_printf(&f->text, "descriptor %d is sealed against writing", FD(c));
	return true;
}

/* ---- lseek(fd, offset, whence) ---- */

#define SEEK_OFFSET(c) ((int64_t)(c)->args[1])
#define WHENCE(c) ((unsigned)(c)->args[2])

static bool whence_unknown(const struct failed_call *c, struct finding *f)
{
	if (WHENCE(c) <= SEEK_MAX)
		return false;
	buf_printf(&f->text, "there is no origin with the number %u", WHENCE(c));
	return true;
}

static bool seeks_before_start(const struct failed_call *c, struct finding *f)
{
	int64_t from = WHENCE(c) == SEEK_SET ? 0 : (int64_t)c->fd_size, at;
	bool known = WHENCE(c) == SEEK_SET || (WHENCE(c) == SEEK_END && fd_usable(c));
	(void)f;
	return known && !__builtin_add_overflow(from, SEEK_OFFSET(c), &at) && at < 0;
}

static bool seeks_past_data(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || (WHENCE(c) != SEEK_DATA && WHENCE(c) != SEEK_HOLE) ||
		(uint64_t)SEEK_OFFSET(c) < c->fd_size)
		return false;
	buf_printf(&f->text, "offset %lld is not inside the file, which has %llu bytes",
		(long long)SEEK_OFFSET(c), (unsigned long long)c->fd_size);
	return true;
}

static bool no_data_follows(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return fd_usable(c) && WHENCE(c) == SEEK_DATA && (uint64_t)SEEK_OFFSET(c) < c->fd_size;
}

/* ---- memfd_create(name, flags) ---- */

#define MEMFD_FLAGS(c) ((uint32_t)(c)->args[1])
#define MEMFD_SIZE_BITS ((uint32_t)MFD_HUGE_MASK << MFD_HUGE_SHIFT)

enum { MEMFD_NAME_MAX = 249 }; /* NAME_MAX less "memfd:": mm/memfd.c */

static bool memfd_flags_unknown(const struct failed_call *c, struct finding *f)
{
	uint32_t known = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB | MFD_NOEXEC_SEAL | MFD_EXEC;
	if (MEMFD_FLAGS(c) & MFD_HUGETLB)
		known |= MEMFD_SIZE_BITS;
	uint32_t unknown = MEMFD_FLAGS(c) & ~known;
	if (unknown && !(unknown & ~MEMFD_SIZE_BITS)) {
		buf_puts(&f->text, "a size of huge pages is given without MFD_HUGETLB");
		return true;
	}
	return why_unknown_bits(f, unknown, "flag");
}

static bool exec_and_noexec(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (MEMFD_FLAGS(c) & MFD_EXEC) && (MEMFD_FLAGS(c) & MFD_NOEXEC_SEAL);
}

static bool name_too_long(const struct failed_call *c, struct finding *f)
{
	size_t n = c->string ? strlen(c->string) : 0;
	if (n <= MEMFD_NAME_MAX)
		return false;
	buf_printf(&f->text, "the name has %zu bytes; a memfd's may have %d", n, MEMFD_NAME_MAX);
	return true;
}

static bool no_such_huge_page(const struct failed_call *c, struct finding *f)
{
	if (!(MEMFD_FLAGS(c) & MFD_HUGETLB))
		return false;
	buf_printf(&f->text, "this machine has no huge pages of the size 1 << %u",
		MEMFD_FLAGS(c) >> MFD_HUGE_SHIFT & MFD_HUGE_MASK);
	return true;
}

static bool name_not_readable(const struct failed_call *c, struct finding *f)
{
	return !c->string && why_no_access(c, f, c->args[0], 1, PERM_R);
}

/* ---- open(path, flags, mode), openat(dirfd, path, flags, mode) ---- */

static bool is_openat(const struct failed_call *c)
{
	return strcmp(c->name, "openat") == 0;
}

static uint32_t open_flags(const struct failed_call *c)
{
	return (uint32_t)c->args[is_openat(c) ? 2 : 1];
}

static bool path_not_readable(const struct failed_call *c, struct finding *f)
{
	return !c->string && why_no_access(c, f, c->args[is_openat(c)], 1, PERM_R);
}

static bool relative_to_closed(const struct failed_call *c, struct finding *f)
{
	int dirfd = (int)c->args[0];
	if (!is_openat(c) || dirfd == AT_FDCWD || (c->string && c->string[0] == '/'))
		return false;
	return why_fd_not_open(c, f, dirfd);
}

static bool relative_to_file(const struct failed_call *c, struct finding *f)
{
	if (!is_openat(c) || !c->fd_known || !c->fd_open || S_ISDIR(c->fd_mode) || !c->string ||
		c->string[0] == '/')
		return false;
	buf_printf(&f->text, "descriptor %d is no directory, and the path starts there",
		(int)c->args[0]);
	return true;
}

static bool path_empty(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->string && !c->string[0];
}

static bool path_missing(const struct failed_call *c, struct finding *f)
{
	if (!c->path_known || c->path_error != ENOENT || path_empty(c, f))
		return false;
	buf_puts(&f->text, open_flags(c) & O_CREAT ? "a directory on the way does not exist: "
						   : "there is no such file: ");
	buf_puts(&f->text, c->string);
	if (!(open_flags(c) & O_CREAT))
		buf_puts(&f->cure, "add O_CREAT and a mode to create it");
	return true;
}

static bool path_exists(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && (!c->path_error || c->path_is_link);
}

static bool path_is_directory(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && !c->path_error && S_ISDIR(c->path_mode);
}

static bool path_not_directory(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && !c->path_error && !S_ISDIR(c->path_mode) &&
	       open_flags(c) & O_DIRECTORY;
}

static bool path_through_file(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && c->path_error == ENOTDIR;
}

static bool path_is_link(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && c->path_is_link && open_flags(c) & O_NOFOLLOW;
}

static bool path_unsearchable(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return c->path_known && c->path_error == EACCES;
}

/* Neither owner, group nor others may: what the mode says to every process without special rights.
 */
static bool path_forbidden(const struct failed_call *c, struct finding *f)
{
	uint32_t mode = open_flags(c) & O_ACCMODE;
	if (!c->path_known || c->path_error)
		return false;
	bool reads = mode != O_WRONLY, writes = mode != O_RDONLY;
	uint32_t any_read = S_IRUSR | S_IRGRP | S_IROTH, any_write = S_IWUSR | S_IWGRP | S_IWOTH;
	bool refused = (reads && (c->path_mode & any_read) != any_read) ||
		       (writes && (c->path_mode & any_write) != any_write);
	if (refused)
		buf_printf(&f->text, "the file's mode is %04o, which does not let everyone %s it",
			c->path_mode & 07777, writes ? "write" : "read");
	return refused;
}

static bool path_too_long(const struct failed_call *c, struct finding *f)
{
	enum { PATH_BYTES = 4096, NAME_BYTES = 255 };
	const char *s = c->string;
	if (!s)
		return false;
	if (strlen(s) >= PATH_BYTES) {
		buf_printf(&f->text, "the path has %zu bytes; at most %d are allowed", strlen(s),
			PATH_BYTES - 1);
		return true;
	}
	for (; *s; s += *s == '/') {
		size_t n = strcspn(s, "/");
		if (n > NAME_BYTES) {
			buf_printf(&f->text,
				"a name in the path has %zu bytes; at most %d are allowed", n,
				NAME_BYTES);
			return true;
		}
		s += n;
	}
	return false;
}

static bool tmpfile_read_only(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return open_flags(c) & __O_TMPFILE && (open_flags(c) & O_ACCMODE) == O_RDONLY;
}

static bool creates_directory(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (open_flags(c) & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY);
}

/* open and openat have the same causes. */
/* clang-format off */
#define BOTH_OPEN(error, test, text, cure) \
	{"open", error, test, text, cure}, {"openat", error, test, text, cure}
/* clang-format on */

const struct why_row why_rows_file[] = {
	BOTH_OPEN(EFAULT, path_not_readable, NULL, NULL),
	BOTH_OPEN(EBADF, relative_to_closed, NULL, "use AT_FDCWD, or an absolute path"),
	BOTH_OPEN(ENOTDIR, relative_to_file, NULL, "use AT_FDCWD, or an absolute path"),
	BOTH_OPEN(ENOENT, path_empty, "the path is empty", NULL),
	BOTH_OPEN(ENOENT, path_missing, NULL, NULL),
	BOTH_OPEN(ENAMETOOLONG, path_too_long, NULL, NULL),
	BOTH_OPEN(EEXIST, path_exists, "the file exists, and O_CREAT|O_EXCL wants a new one", NULL),
	BOTH_OPEN(EISDIR, path_is_directory, "a directory cannot be opened for writing",
		"use O_RDONLY"),
	BOTH_OPEN(ENOTDIR, path_not_directory, "O_DIRECTORY is given, and the path is no directory",
		NULL),
	BOTH_OPEN(ENOTDIR, path_through_file,
		"a part of the path that should be a directory is none", NULL),
	BOTH_OPEN(
		ELOOP, path_is_link, "O_NOFOLLOW is given, and the path is a symbolic link", NULL),
	BOTH_OPEN(EACCES, path_unsearchable, "a directory on the way may not be searched", NULL),
	BOTH_OPEN(EACCES, path_forbidden, NULL, NULL),
	BOTH_OPEN(EINVAL, tmpfile_read_only, "O_TMPFILE needs O_WRONLY or O_RDWR", NULL),
	BOTH_OPEN(EINVAL, creates_directory, "O_CREAT and O_DIRECTORY exclude each other", NULL),

	{"close", EBADF, fd_not_open, NULL, NULL},

	{"ftruncate", EBADF, fd_not_open, NULL, NULL},
	{"ftruncate", EBADF, fd_is_path, NULL, NULL},
	{"ftruncate", EINVAL, length_negative, "the length is negative", NULL},
	{"ftruncate", EINVAL, fd_not_regular, NULL, NULL},
	{"ftruncate", EINVAL, fd_not_writable, NULL, "open the file with O_RDWR"},
	{"ftruncate", EPERM, size_sealed, NULL, NULL},
	{"ftruncate", EFBIG, over_file_limit, NULL, NULL},

	{"pread64", EINVAL, offset_negative, "the offset is negative", NULL},
	{"pread64", EBADF, fd_not_open, NULL, NULL},
	{"pread64", EBADF, fd_is_path, NULL, NULL},
	{"pread64", EBADF, fd_not_readable, NULL, "open the file with O_RDWR"},
	{"pread64", ESPIPE, fd_without_position, NULL, NULL},
	{"pread64", EISDIR, fd_is_directory, NULL, NULL},
	{"pread64", EFAULT, buffer_not_writable, NULL, NULL},

	{"pwrite64", EINVAL, offset_negative, "the offset is negative", NULL},
	{"pwrite64", EBADF, fd_not_open, NULL, NULL},
	{"pwrite64", EBADF, fd_is_path, NULL, NULL},
	{"pwrite64", EBADF, fd_not_writable, NULL, "open the file with O_RDWR"},
	{"pwrite64", ESPIPE, fd_without_position, NULL, NULL},
	{"pwrite64", EFAULT, buffer_not_readable, NULL, NULL},
	{"pwrite64", EPERM, write_sealed, NULL, NULL},

	{"lseek", EBADF, fd_not_open, NULL, NULL},
	{"lseek", EBADF, fd_is_path, NULL, NULL},
	{"lseek", ESPIPE, fd_without_position, NULL, NULL},
	{"lseek", EINVAL, whence_unknown, NULL, NULL},
	{"lseek", EINVAL, seeks_before_start, "the new position lies before the start of the file",
		NULL},
	{"lseek", ENXIO, seeks_past_data, NULL, NULL},
	{"lseek", ENXIO, no_data_follows,
		"no data follow that offset: the rest of the file is a hole", NULL},

	{"memfd_create", EINVAL, memfd_flags_unknown, NULL, NULL},
	{"memfd_create", EINVAL, exec_and_noexec, "MFD_EXEC and MFD_NOEXEC_SEAL exclude each other",
		NULL},
	{"memfd_create", EINVAL, name_too_long, NULL, NULL},
	{"memfd_create", ENODEV, no_such_huge_page, NULL, NULL},
	{"memfd_create", EFAULT, name_not_readable, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
