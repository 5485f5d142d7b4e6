/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why fcntl fails. After fcntl(2) and fs/fcntl.c, mm/memfd.c, fs/locks.c, fs/pipe.c. */
#include <errno.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

#define FD(c) ((int)(c)->args[0])
#define COMMAND(c) ((uint32_t)(c)->args[1])
#define ARG(c) ((c)->args[2])

#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020
#endif
#define SEALS_KNOWN                                                                                \
	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE |          \
		F_SEAL_EXEC)

/* F_OFD_ locks and the ones with F_SETLK64's numbers take a struct flock. */
static bool takes_lock(uint32_t command)
{
	return command == F_GETLK || command == F_SETLK || command == F_SETLKW ||
	       (command >= 36 && command <= 38); /* F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW */
}

TEST(fd_not_open)
{
	return why_fd_not_open(c, f, FD(c));
}

TEST(fd_is_path)
{
	bool works = COMMAND(c) == F_DUPFD || COMMAND(c) == F_DUPFD_CLOEXEC ||
		     COMMAND(c) == F_GETFD || COMMAND(c) == F_SETFD || COMMAND(c) == F_GETFL;
	return works ? WHY_NO : why_fd_is_path(c, f, FD(c));
}

TEST(lock_not_open_for)
{
	if (COMMAND(c) != F_SETLK && COMMAND(c) != F_SETLKW)
		return WHY_NO;
	return WHY_UNKNOWN;
}

TEST(command_unknown)
{
	enum { F_LINUX_FIRST = 1024, F_LINUX_LAST = 1024 + 16 };
	uint32_t n = COMMAND(c);
	if (n <= 16 || (n >= 36 && n <= 38) || (n >= F_LINUX_FIRST && n <= F_LINUX_LAST))
		return WHY_UNKNOWN;
	buf_printf(&f->text, "there is no command with the number %d", (int)n);
	return WHY_YES;
}

TEST(dup_too_high)
{
	if (COMMAND(c) != F_DUPFD && COMMAND(c) != F_DUPFD_CLOEXEC)
		return WHY_NO;
	if (!c->limits.known)
		return WHY_UNKNOWN;
	if ((uint32_t)ARG(c) < c->limits.nofile)
		return WHY_NO;
	buf_printf(&f->text, "descriptors must be below %llu (RLIMIT_NOFILE), and %u is wanted",
		(unsigned long long)c->limits.nofile, (uint32_t)ARG(c));
	return WHY_YES;
}

TEST(dup_none_free)
{
	if (COMMAND(c) != F_DUPFD && COMMAND(c) != F_DUPFD_CLOEXEC)
		return WHY_NO;
	enum verdict v = why_no_descriptor(c, f);
	return v == WHY_NO && ARG(c) ? WHY_UNKNOWN : v;
}

/* ---- Seals ---- */

static bool seals(const struct failed_call *c)
{
	return COMMAND(c) == F_ADD_SEALS || COMMAND(c) == F_GET_SEALS;
}

TEST(cannot_be_sealed)
{
	if (!seals(c))
		return WHY_NO;
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (c->fd.seals_known)
		return WHY_NO;
	buf_printf(&f->text,
		"descriptor %d is %s, and only files in memory (of memfd_create, tmpfs, hugetlbfs) "
		"have seals",
		FD(c), c->fd.link ? c->fd.link : why_file_kind(c->fd.mode));
	return WHY_YES;
}

TEST(seals_unknown)
{
	return COMMAND(c) == F_ADD_SEALS
		       ? why_unknown_bits(f, (uint32_t)ARG(c) & ~(uint32_t)SEALS_KNOWN, "seal")
		       : WHY_NO;
}

TEST(seal_not_writable)
{
	if (COMMAND(c) != F_ADD_SEALS || !why_fd_usable(c) || (c->fd.flags & O_ACCMODE) != O_RDONLY)
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is not open for writing", FD(c));
	return WHY_YES;
}

TEST(seals_sealed)
{
	if (COMMAND(c) != F_ADD_SEALS)
		return WHY_NO;
	return c->fd.seals_known ? (c->fd.seals & F_SEAL_SEAL) != 0 : WHY_UNKNOWN;
}

/* Another process may have it mapped too. */
TEST(seal_mapped)
{
	if (COMMAND(c) != F_ADD_SEALS || !(ARG(c) & F_SEAL_WRITE) || c->fd.seals & F_SEAL_WRITE)
		return WHY_NO;
	for (size_t i = 0; c->fd.link && i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!(m->perms & PERM_SHARED) || strcmp(m->name, c->fd.link) != 0 ||
			why_has_flag(c, i, "mw") != WHY_YES)
			continue;
		why_put_mapping(&f->text, m);
		buf_puts(&f->text, " is shared and could be written");
		return WHY_YES;
	}
	return WHY_UNKNOWN;
}

/* ---- Locks, leases, pipes ---- */

TEST(lock_unreadable)
{
	enum { FLOCK_BYTES = 32 };
	return takes_lock(COMMAND(c))
		       ? why_bad_pointer(c, f, "the lock", ARG(c), FLOCK_BYTES, PERM_R)
		       : WHY_NO;
}

TEST(lock_senseless)
{
	return takes_lock(COMMAND(c)) ? WHY_UNKNOWN : WHY_NO;
}

TEST(pointer_bad)
{
	enum { F_HINTS_FIRST = 1024 + 11, F_HINTS_LAST = 1024 + 14, HINT_BYTES = 8 };
	bool owner = COMMAND(c) == 15 || COMMAND(c) == 16; /* F_SETOWN_EX, F_GETOWN_EX */
	if (owner || (COMMAND(c) >= F_HINTS_FIRST && COMMAND(c) <= F_HINTS_LAST))
		return why_bad_pointer(c, f, "the argument", ARG(c), HINT_BYTES, PERM_R);
	return WHY_NO;
}

TEST(not_a_pipe)
{
	if (COMMAND(c) != F_SETPIPE_SZ && COMMAND(c) != F_GETPIPE_SZ)
		return WHY_NO;
	return why_fd_usable(c) ? !S_ISFIFO(c->fd.mode) : WHY_UNKNOWN;
}

#define IS_LEASE(c) (COMMAND(c) == F_SETLEASE)

TEST(lease_unknown)
{
	enum { LAST = 2 }; /* F_UNLCK */
	if (!IS_LEASE(c) || (uint32_t)ARG(c) <= LAST)
		return WHY_NO;
	buf_printf(&f->text, "there is no lease with the number %d", (int)ARG(c));
	return WHY_YES;
}

TEST(lease_not_regular)
{
	if (!IS_LEASE(c))
		return WHY_NO;
	return why_fd_usable(c) ? !S_ISREG(c->fd.mode) : WHY_UNKNOWN;
}

TEST(lease_kind)
{
	enum { MEMORY = 0x01021994 };
	return IS_LEASE(c) && !(c->fd.place_known && c->fd.fs_type != MEMORY) ? WHY_UNKNOWN
									      : WHY_NO;
}

/* A read lease does not go with the descriptor's own right to write. */
TEST(lease_own_writing)
{
	return IS_LEASE(c) && ARG(c) == 0 && why_fd_usable(c) &&
	       (c->fd.flags & O_ACCMODE) != O_RDONLY;
}

TEST(lease)
{
	return COMMAND(c) == F_SETLEASE || COMMAND(c) == F_NOTIFY ? WHY_UNKNOWN : WHY_NO;
}

TEST(notify_no_directory)
{
	enum { F_NOTIFY_ = 1024 + 2 };
	if (COMMAND(c) != F_NOTIFY_)
		return WHY_NO;
	return why_fd_usable(c) ? !S_ISDIR(c->fd.mode) : WHY_UNKNOWN;
}

TEST(direct_unsupported)
{
	return COMMAND(c) == F_SETFL && ARG(c) & O_DIRECT ? WHY_UNKNOWN : WHY_NO;
}

TEST(signal_or_hint_bad)
{
	bool other =
		COMMAND(c) == 10 || COMMAND(c) == 8 || COMMAND(c) >= 1024; /* F_SETSIG, F_SETOWN */
	return other && !seals(c) && !IS_LEASE(c) ? WHY_UNKNOWN : WHY_NO;
}

const struct why_row why_rows_fcntl[] = {
	{"fcntl", EBADF, "the descriptor is not open", fd_not_open, NULL},
	{"fcntl", EBADF, "the descriptor was opened with O_PATH, and the command needs more",
		fd_is_path, NULL},
	{"fcntl", EBADF,
		"a lock needs a descriptor that is open for reading or writing, as it says",
		lock_not_open_for, NULL},
	{"fcntl", EINVAL, "the command is no known one", command_unknown, NULL},
	{"fcntl", EINVAL, "F_DUPFD: the number is not below RLIMIT_NOFILE", dup_too_high, NULL},
	{"fcntl", EMFILE, "F_DUPFD: no descriptor is free below RLIMIT_NOFILE", dup_none_free,
		NULL},
	{"fcntl", EINVAL, "the file cannot have seals", cannot_be_sealed, NULL},
	{"fcntl", EINVAL, "a bit of the seals is no known one", seals_unknown, NULL},
	{"fcntl", EPERM, "F_ADD_SEALS: the descriptor is not open for writing", seal_not_writable,
		"open the file with O_RDWR"},
	{"fcntl", EPERM, "F_ADD_SEALS: the file is sealed against further seals (F_SEAL_SEAL)",
		seals_sealed,
		"memfd_create with MFD_ALLOW_SEALING makes a file that can be sealed"},
	{"fcntl", EBUSY, "F_SEAL_WRITE: the file has a shared mapping that could be written",
		seal_mapped, "F_SEAL_FUTURE_WRITE leaves the mappings there are"},
	{"fcntl", EBUSY, "F_SETPIPE_SZ: the pipe holds more than the new size", not_a_pipe, NULL},
	{"fcntl", EFAULT, "the lock cannot be read", lock_unreadable, NULL},
	{"fcntl", EFAULT, "what the argument points at cannot be read or written", pointer_bad,
		NULL},
	{"fcntl", EINVAL, "the lock makes no sense, or the file cannot be locked", lock_senseless,
		NULL},
	{"fcntl", EAGAIN, "another process holds a lock there", lock_senseless, NULL},
	{"fcntl", EACCES, "another process holds a lock there", lock_senseless, NULL},
	{"fcntl", EDEADLK, "waiting for the lock would never end", lock_senseless, NULL},
	{"fcntl", ENOLCK, "there are too many locks", lock_senseless, NULL},
	{"fcntl", EINTR, "a signal came while it waited for the lock", lock_senseless, NULL},
	{"fcntl", EBADF, "the descriptor is no pipe", not_a_pipe, NULL},
	{"fcntl", EPERM,
		"F_SETPIPE_SZ: more than fs.pipe-max-size, or more pipes than a user may have",
		not_a_pipe, NULL},
	{"fcntl", EINVAL, "F_SETFL: the file system does not support O_DIRECT", direct_unsupported,
		NULL},
	{"fcntl", EINVAL, "F_SETLEASE: the lease is no known one", lease_unknown, NULL},
	{"fcntl", EINVAL, "F_SETLEASE: the file is no regular one", lease_not_regular, NULL},
	{"fcntl", EINVAL, "F_SETLEASE: files of this kind have no leases", lease_kind, NULL},
	{"fcntl", EAGAIN,
		"F_SETLEASE: a lease for reading needs a descriptor that is open for reading only",
		lease_own_writing, "open the file with O_RDONLY"},
	{"fcntl", EACCES, "F_SETLEASE: the file belongs to another user", lease, NULL},
	{"fcntl", EAGAIN, "F_SETLEASE: others have the file open", lease, NULL},
	{"fcntl", ENOTDIR, "F_NOTIFY: the descriptor is no directory", notify_no_directory, NULL},
	{"fcntl", EINVAL, "the argument is none that the command takes", signal_or_hint_bad, NULL},
	{"fcntl", ESRCH, "F_SETOWN: there is no such process", signal_or_hint_bad, NULL},
	{"fcntl", EPERM, "F_SETFL: the file may only be appended to (chattr +a)", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
