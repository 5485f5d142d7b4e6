/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why open and openat fail. After open(2), path_resolution(7), fs/open.c, fs/namei.c. */
#include <errno.h>
#include <linux/capability.h>
#include <sys/sysmacros.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* open(path, flags, mode), openat(dirfd, path, flags, mode) */
static bool is_openat(const struct failed_call *c)
{
	return strcmp(c->name, "openat") == 0;
}

static uint32_t open_flags(const struct failed_call *c)
{
	return (uint32_t)c->args[is_openat(c) ? 2 : 1];
}

static bool has_tmpfile(const struct failed_call *c)
{
	return open_flags(c) & __O_TMPFILE;
}

/* What the path leads to is known: it is there. */
static bool path_found(const struct failed_call *c)
{
	return c->path.known && !c->path.error;
}

TEST(path_not_readable)
{
	return c->string ? WHY_NO
			 : why_bad_pointer(c, f, "the path", c->args[is_openat(c)], 1, PERM_R);
}

TEST(relative_to_closed)
{
	int dirfd = (int)c->args[0];
	if (!is_openat(c) || dirfd == AT_FDCWD || (c->string && c->string[0] == '/'))
		return WHY_NO;
	return why_fd_not_open(c, f, dirfd);
}

TEST(relative_to_file)
{
	if (!is_openat(c) || !c->fd.known || !c->fd.open || S_ISDIR(c->fd.mode) || !c->string ||
		c->string[0] == '/')
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is no directory, and the path starts there",
		(int)c->args[0]);
	return WHY_YES;
}

TEST(path_empty)
{
	return c->string && !c->string[0];
}

TEST(path_missing)
{
	if (!c->path.known || path_empty(c, f))
		return c->path.known ? WHY_NO : WHY_UNKNOWN;
	if (c->path.error != ENOENT)
		return WHY_NO;
	bool creates = open_flags(c) & O_CREAT && c->path.dir_known;
	buf_puts(&f->text, open_flags(c) & O_CREAT ? "a directory on the way does not exist: "
						   : "there is no such file: ");
	if (creates && c->path.is_link) {
		buf_clear(&f->text);
		buf_puts(&f->text, "the symbolic link leads to a directory that does not exist: ");
	}
	buf_puts(&f->text, c->string);
	if (!(open_flags(c) & O_CREAT) && c->path.dir_known)
		buf_puts(&f->cure, "add O_CREAT and a mode to create it");
	return WHY_YES;
}

TEST(path_exists)
{
	if ((open_flags(c) & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL))
		return WHY_NO;
	return c->path.known ? !c->path.error || c->path.is_link : WHY_UNKNOWN;
}

TEST(directory_written)
{
	bool writes =
		(open_flags(c) & O_ACCMODE) != O_RDONLY || open_flags(c) & (O_CREAT | O_TRUNC);
	if (!c->path.known)
		return WHY_UNKNOWN;
	return path_found(c) && S_ISDIR(c->path.mode) && writes && !has_tmpfile(c);
}

TEST(path_not_directory)
{
	bool wants = path_found(c) && !S_ISDIR(c->path.mode) && open_flags(c) & O_DIRECTORY;
	if (wants && has_tmpfile(c))
		buf_puts(&f->text, "O_TMPFILE wants a directory to make the file in, and the path "
				   "is none");
	buf_puts(&f->cure, !wants           ? ""
			   : has_tmpfile(c) ? "give a directory"
					    : "leave O_DIRECTORY out");
	return wants;
}

TEST(path_through_file)
{
	bool starts_at_file = is_openat(c) && c->fd.known && c->fd.open && !S_ISDIR(c->fd.mode);
	if (starts_at_file && c->string && c->string[0] != '/')
		return WHY_NO; /* said by relative_to_file() */
	return c->path.known ? c->path.error == ENOTDIR : WHY_UNKNOWN;
}

TEST(path_is_link)
{
	return c->path.known ? c->path.is_link && open_flags(c) & O_NOFOLLOW : WHY_UNKNOWN;
}

TEST(path_links_too_many)
{
	return c->path.known ? c->path.error == ELOOP : WHY_UNKNOWN;
}

TEST(path_unsearchable)
{
	return c->path.known ? c->path.error == EACCES : WHY_UNKNOWN;
}

/* ---- Rights, as the kernel computes them: owner, group, others; acl(5) may say otherwise ---- */

static bool in_group(const struct failed_call *c, uint32_t gid)
{
	if (c->rights.gid == gid)
		return true;
	for (size_t i = 0; i < c->rights.n_groups; i++)
		if (c->rights.groups[i] == gid)
			return true;
	return false;
}

/* The rwx bits that MODE gives the target. */
static uint32_t allowed(const struct failed_call *c, uint32_t mode, uint32_t uid, uint32_t gid)
{
	if (c->rights.uid == uid)
		return mode >> 6 & 7;
	return in_group(c, gid) ? mode >> 3 & 7 : mode & 7;
}

static bool overrides(const struct failed_call *c)
{
	return c->rights.caps >> CAP_DAC_OVERRIDE & 1;
}

static const char *class_of(const struct failed_call *c, uint32_t uid, uint32_t gid)
{
	return c->rights.uid == uid ? "its owner" : in_group(c, gid) ? "its group" : "others";
}

TEST(file_forbidden)
{
	uint32_t accmode = open_flags(c) & O_ACCMODE, wanted = 0;
	if (!c->path.known || !c->rights.known)
		return WHY_UNKNOWN;
	if (c->path.error || overrides(c) || open_flags(c) & O_PATH)
		return WHY_NO;
	if (accmode != O_WRONLY)
		wanted |= 4;
	if (accmode != O_RDONLY || open_flags(c) & O_TRUNC)
		wanted |= 2;
	if (wanted == 4 && c->rights.caps >> CAP_DAC_READ_SEARCH & 1)
		return WHY_NO;
	uint32_t lacks = wanted & ~allowed(c, c->path.mode, c->path.uid, c->path.gid);
	if (!lacks)
		return WHY_NO;
	buf_printf(&f->text, "the file's mode %04o does not let %s %s it", c->path.mode & 07777,
		class_of(c, c->path.uid, c->path.gid), lacks & 2 ? "write" : "read");
	buf_printf(&f->fact, "it belongs to user %u and group %u, the target runs as %u and %u",
		c->path.uid, c->path.gid, c->rights.uid, c->rights.gid);
	return WHY_YES;
}

TEST(directory_forbidden)
{
	bool creates = (open_flags(c) & O_CREAT && c->path.error == ENOENT) || has_tmpfile(c);
	if (!c->path.known || !c->rights.known || !c->path.dir_known)
		return creates ? WHY_UNKNOWN : WHY_NO;
	if (!creates || overrides(c))
		return WHY_NO;
	if ((allowed(c, c->path.dir_mode, c->path.dir_uid, c->path.dir_gid) & 3) == 3)
		return WHY_NO;
	buf_printf(&f->text, "the directory's mode %04o does not let %s create files in it",
		c->path.dir_mode & 07777, class_of(c, c->path.dir_uid, c->path.dir_gid));
	return WHY_YES;
}

/* fs.protected_regular, fs.protected_fifos: others' files in directories such as /tmp. */
TEST(sticky_directory)
{
	enum { STICKY = 01000 };
	bool meant = open_flags(c) & O_CREAT && path_found(c) && c->path.dir_known &&
		     c->path.dir_mode & STICKY && c->rights.known && c->path.uid != c->rights.uid;
	return meant ? WHY_UNKNOWN : WHY_NO;
}

TEST(path_too_long)
{
	enum { PATH_BYTES = 4096, NAME_BYTES = 255 };
	const char *s = c->string;
	if (!s) {
		uint8_t byte;
		bool reads = c->peek && c->peek(c->ctx, c->args[is_openat(c)], &byte, 1);
		if (!reads)
			return WHY_NO;
		buf_printf(&f->text, "the path has more than %d bytes", PATH_BYTES - 1);
		return WHY_YES;
	}
	if (strlen(s) >= PATH_BYTES) {
		buf_printf(&f->text, "the path has %zu bytes; at most %d are allowed", strlen(s),
			PATH_BYTES - 1);
		return WHY_YES;
	}
	for (; *s; s += *s == '/') {
		size_t n = strcspn(s, "/");
		if (n > NAME_BYTES) {
			buf_printf(&f->text,
				"a name in the path has %zu bytes; at most %d are allowed", n,
				NAME_BYTES);
			return WHY_YES;
		}
		s += n;
	}
	return WHY_NO;
}

/* O_TMPFILE contains O_DIRECTORY: a bit without the other, or without writing, is none. */
TEST(tmpfile_read_only)
{
	return has_tmpfile(c) && (open_flags(c) & O_ACCMODE) == O_RDONLY;
}

TEST(tmpfile_halved)
{
	return has_tmpfile(c) && !(open_flags(c) & O_DIRECTORY);
}

TEST(creates_directory)
{
	return (open_flags(c) & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY);
}

TEST(read_only)
{
	bool writes =
		(open_flags(c) & O_ACCMODE) != O_RDONLY || open_flags(c) & (O_CREAT | O_TRUNC);
	if (!c->path.known)
		return WHY_UNKNOWN;
	return writes && c->path.read_only;
}

TEST(fifo_without_reader)
{
	return path_found(c) && S_ISFIFO(c->path.mode) && open_flags(c) & O_NONBLOCK &&
	       (open_flags(c) & O_ACCMODE) == O_WRONLY;
}

TEST(is_socket)
{
	return path_found(c) && S_ISSOCK(c->path.mode);
}

TEST(no_device)
{
	return path_found(c) && (S_ISCHR(c->path.mode) || S_ISBLK(c->path.mode)) ? WHY_UNKNOWN
										 : WHY_NO;
}

TEST(program_runs)
{
	bool writes = (open_flags(c) & O_ACCMODE) != O_RDONLY;
	return path_found(c) && S_ISREG(c->path.mode) && writes ? WHY_UNKNOWN : WHY_NO;
}

TEST(noatime_of_others)
{
	if (!(open_flags(c) & O_NOATIME))
		return WHY_NO;
	if (!path_found(c) || !c->rights.known)
		return WHY_UNKNOWN;
	if (c->rights.caps >> CAP_FOWNER & 1 || c->path.uid == c->rights.uid)
		return WHY_NO;
	buf_printf(&f->text, "O_NOATIME is given, and the file belongs to user %u, not %u",
		c->path.uid, c->rights.uid);
	return WHY_YES;
}

/* The devices of memory: null, zero, full, random and their like. */
#define MEMORY_MAJOR 1

/* A driver's own open may say EINVAL too, but these do not, and no file of /proc is read so. */
static const char *never_direct(const struct failed_call *c)
{
	if (S_ISDIR(c->path.mode))
		return "a directory";
	if (S_ISCHR(c->path.mode) && major(c->path.device) == MEMORY_MAJOR)
		return "a device without storage";
	return c->path.in_proc ? "a file of /proc, which has no storage" : NULL;
}

TEST(direct_unsupported)
{
	const char *kind = path_found(c) ? never_direct(c) : NULL;
	if (!(open_flags(c) & O_DIRECT))
		return WHY_NO;
	if (!kind)
		return WHY_UNKNOWN;
	buf_printf(&f->text, "O_DIRECT is given, and the path is %s", kind);
	return WHY_YES;
}

/* The kernel marks the directories of processes as immutable. */
TEST(creates_in_process)
{
	bool tries = path_found(c) && c->path.in_proc && S_ISDIR(c->path.mode);
	return tries && has_tmpfile(c);
}

/* Only some files of a process ask for that; one whose mode allows it fails for nothing else. */
TEST(process_untraceable)
{
	if (!path_found(c) || !c->path.in_proc)
		return WHY_NO;
	struct finding mode = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
	bool allowed = file_forbidden(c, &mode) == WHY_NO;
	buf_deinit(&mode.text), buf_deinit(&mode.cure);
	buf_deinit(&mode.fact), buf_deinit(&mode.effect);
	return c->path.untraceable && allowed ? WHY_YES : WHY_UNKNOWN;
}

TEST(tmpfile_unsupported)
{
	return has_tmpfile(c) ? WHY_UNKNOWN : WHY_NO;
}

#define OPEN "open openat"
#define CWD "use AT_FDCWD, or an absolute path"

const struct why_row why_rows_open[] = {
	{OPEN, EINVAL, "O_CREAT and O_DIRECTORY exclude each other", creates_directory,
		"mkdir makes directories"},
	{OPEN, EINVAL, "O_TMPFILE needs O_WRONLY or O_RDWR", tmpfile_read_only, "add O_RDWR"},
	{OPEN, EINVAL, "a bit of O_TMPFILE is given without O_DIRECTORY", tmpfile_halved, NULL},
	{OPEN, EINVAL, "O_DIRECT is given, and the file system does not support it",
		direct_unsupported, "leave O_DIRECT out"},
	{OPEN, EFAULT, "the path cannot be read", path_not_readable, NULL},
	{OPEN, ENAMETOOLONG, "the path has more than 4095 bytes, or a name in it more than 255",
		path_too_long, NULL},
	{OPEN, ENOENT, "the path is empty", path_empty, NULL},
	{"openat", EBADF, "the path starts at a descriptor that is not open", relative_to_closed,
		CWD},
	{"openat", ENOTDIR, "the path starts at a descriptor that is no directory",
		relative_to_file, CWD},
	{OPEN, ENOENT, "the file does not exist, or a directory on the way does not", path_missing,
		NULL},
	{OPEN, EACCES, "a directory on the way may not be searched", path_unsearchable, NULL},
	{OPEN, ENOTDIR, "a part of the path that should be a directory is none", path_through_file,
		NULL},
	{OPEN, ELOOP, "O_NOFOLLOW is given, and the path is a symbolic link", path_is_link,
		"leave O_NOFOLLOW out"},
	{OPEN, ELOOP, "too many symbolic links, 40, on the way", path_links_too_many, NULL},
	{OPEN, EEXIST, "the file exists, and O_CREAT|O_EXCL wants a new one", path_exists,
		"leave O_EXCL out"},
	{OPEN, EISDIR, "a directory cannot be opened for writing or created", directory_written,
		"use O_RDONLY"},
	{OPEN, ENOTDIR, "O_DIRECTORY is given, and the path is no directory", path_not_directory,
		NULL},
	{OPEN, EROFS, "the file system is mounted read-only", read_only, "use O_RDONLY"},
	{OPEN, EACCES, "the file's mode does not allow it", file_forbidden, NULL},
	{OPEN, EACCES, "the file is of a process that the target may not trace",
		process_untraceable, NULL},
	{OPEN, EACCES, "the directory's mode does not allow to create files in it",
		directory_forbidden, NULL},
	{OPEN, EACCES, "the file is another's, in a directory for all (fs.protected_regular)",
		sticky_directory, "leave O_CREAT out"},
	{OPEN, EPERM, "O_NOATIME is for the owner of a file only", noatime_of_others,
		"leave O_NOATIME out"},
	{OPEN, EPERM, "nobody makes files in a process's directory of /proc: it is immutable",
		creates_in_process, "give a directory of a file system that stores files"},
	{OPEN, EPERM, "the file is immutable or may only be appended to (chattr)", NULL, NULL},
	{OPEN, ETXTBSY, "the file is a program that runs, or in use for swapping", program_runs,
		NULL},
	{OPEN, ENXIO, "the pipe has no reader, and O_NONBLOCK|O_WRONLY is given",
		fifo_without_reader, NULL},
	{OPEN, ENXIO, "the file is a socket, which is not opened but connected to", is_socket,
		NULL},
	{OPEN, ENXIO, "there is no device behind the file", no_device, NULL},
	{OPEN, ENODEV, "there is no device behind the file", no_device, NULL},
	{OPEN, EBUSY, "the device is in use", no_device, NULL},
	{OPEN, EOPNOTSUPP, "the file system does not support O_TMPFILE", tmpfile_unsupported, NULL},
	{OPEN, EINVAL, "a character of the name is not allowed by the file system", NULL, NULL},
	{OPEN, EWOULDBLOCK, "O_NONBLOCK is given, and another holds a lease on the file", NULL,
		NULL},
	{OPEN, EDQUOT, "the user's quota of disk space or files is used up", NULL, NULL},
	{OPEN, ENOSPC, "there is no room for a new file", NULL, NULL},
	{OPEN, EINTR, "a signal came while it waited", NULL, NULL},
	{OPEN, EOVERFLOW, "the file is too large for this kind of program", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
