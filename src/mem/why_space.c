/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why fallocate fails. After fallocate(2), fs/open.c, mm/shmem.c. */
#include <errno.h>

#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* fallocate(fd, mode, offset, length) */
#define FD(c) ((int)(c)->args[0])
#define MODE(c) ((uint32_t)(c)->args[1])
#define SPACE_OFFSET(c) ((int64_t)(c)->args[2])
#define SPACE_LENGTH(c) ((int64_t)(c)->args[3])

TEST(space_negative)
{
	if (SPACE_OFFSET(c) >= 0 && SPACE_LENGTH(c) > 0)
		return WHY_NO;
	buf_puts(&f->text,
		SPACE_OFFSET(c) < 0 ? "the offset is negative" : "the length is not above 0");
	return WHY_YES;
}

#define SPACE_MODES                                                                                \
	((uint32_t)(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_COLLAPSE_RANGE |        \
		    FALLOC_FL_ZERO_RANGE | FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE |      \
		    FALLOC_FL_WRITE_ZEROES))

TEST(space_mode_unknown)
{
	return why_unknown_bits(f, MODE(c) & ~SPACE_MODES, "mode");
}

TEST(space_punch_alone)
{
	return (MODE(c) & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)) == FALLOC_FL_PUNCH_HOLE;
}

/* All bits but FALLOC_FL_KEEP_SIZE name one thing to do. */
TEST(space_two_modes)
{
	uint32_t what = MODE(c) & ~(uint32_t)FALLOC_FL_KEEP_SIZE;
	return (what & (what - 1)) != 0;
}

TEST(space_keep_size)
{
	uint32_t alone = FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE | FALLOC_FL_WRITE_ZEROES;
	return MODE(c) & FALLOC_FL_KEEP_SIZE && MODE(c) & alone;
}

/* Memory files and hugetlbfs allocate and punch holes, no more: shmem_fallocate(). */
TEST(space_of_memory)
{
	enum { TMPFS_MAGIC = 0x01021994 };
	uint32_t can = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
	if (!c->fd.place_known)
		return WHY_UNKNOWN;
	if (c->fd.fs_type != TMPFS_MAGIC)
		return MODE(c) ? WHY_UNKNOWN : WHY_NO;
	if (!(MODE(c) & ~can) || MODE(c) & ~SPACE_MODES)
		return WHY_NO;
	buf_puts(&f->text, "memory files know only FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE");
	return WHY_YES;
}

TEST(space_unsupported)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (c->fd.link && strstr(c->fd.link, "pidfd")) {
		buf_printf(
			&f->text, "descriptor %d is %s and takes up no space", FD(c), c->fd.link);
		return WHY_YES;
	}
	if (why_is_secret(c)) {
		buf_printf(&f->text,
			"descriptor %d is secret memory, whose pages come when they "
			"are touched",
			FD(c));
		return WHY_YES;
	}
	return S_ISREG(c->fd.mode) && c->fd.place_known && c->fd.fs_type != 0x01021994 ? WHY_UNKNOWN
										       : WHY_NO;
}

TEST(space_unaligned)
{
	return MODE(c) & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE) ? WHY_UNKNOWN : WHY_NO;
}

TEST(space_past_largest)
{
	uint64_t end = why_end((uint64_t)SPACE_OFFSET(c), (uint64_t)SPACE_LENGTH(c));
	return end > INT64_MAX ? WHY_YES : WHY_UNKNOWN;
}

TEST(space_over_limit)
{
	uint64_t end = why_end((uint64_t)SPACE_OFFSET(c), (uint64_t)SPACE_LENGTH(c));
	return MODE(c) & FALLOC_FL_KEEP_SIZE ? WHY_NO : why_over_file_limit(c, f, end);
}

TEST(space_fd_is_pipe)
{
	return why_fd_usable(c) ? S_ISFIFO(c->fd.mode) : WHY_UNKNOWN;
}

TEST(space_fd_without)
{
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (S_ISREG(c->fd.mode) || S_ISBLK(c->fd.mode) || S_ISDIR(c->fd.mode) ||
		S_ISFIFO(c->fd.mode))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is %s and takes up no space", FD(c),
		why_file_kind(c->fd.mode));
	return WHY_YES;
}

TEST(space_sealed)
{
	uint64_t end = why_end((uint64_t)SPACE_OFFSET(c), (uint64_t)SPACE_LENGTH(c));
	bool punches = MODE(c) & FALLOC_FL_PUNCH_HOLE;
	if (!why_fd_usable(c))
		return WHY_UNKNOWN;
	if (!c->fd.seals_known)
		return WHY_NO;
	uint32_t against = punches ? F_SEAL_WRITE | F_SEAL_FUTURE_WRITE
			   : end > c->fd.size && !(MODE(c) & FALLOC_FL_KEEP_SIZE) ? F_SEAL_GROW
										  : 0;
	if (!(c->fd.seals & against))
		return WHY_NO;
	buf_printf(&f->text, "descriptor %d is sealed against %s", FD(c),
		punches ? "writing" : "growing (F_SEAL_GROW)");
	return WHY_YES;
}

TEST(fd_not_writable)
{
	return why_fd_not_for(c, f, O_RDONLY, "writing");
}

TEST(fd_is_directory)
{
	return why_fd_is_directory(c, f, FD(c));
}

const struct why_row why_rows_space[] = {
	{"fallocate", EINVAL, "the offset is negative, or the length is not above 0",
		space_negative, NULL},
	{"fallocate", EOPNOTSUPP, "a bit of the mode is no known one", space_mode_unknown, NULL},
	{"fallocate", EOPNOTSUPP, "FALLOC_FL_PUNCH_HOLE needs FALLOC_FL_KEEP_SIZE",
		space_punch_alone, "add FALLOC_FL_KEEP_SIZE"},
	{"fallocate", EOPNOTSUPP, "the modes exclude each other", space_two_modes, "use only one"},
	{"fallocate", EINVAL, "the modes exclude each other", space_two_modes, "use only one"},
	{"fallocate", EOPNOTSUPP, "FALLOC_FL_KEEP_SIZE is not for this mode", space_keep_size,
		NULL},
	{"fallocate", EINVAL, "FALLOC_FL_KEEP_SIZE is not for this mode", space_keep_size, NULL},
	{"fallocate", EBADF, "the descriptor is not open for writing", fd_not_writable,
		"open the file with O_RDWR"},
	{"fallocate", ESPIPE, "the descriptor is a pipe", space_fd_is_pipe, NULL},
	{"fallocate", EISDIR, "the descriptor is a directory", fd_is_directory, NULL},
	{"fallocate", ENODEV, "the descriptor is neither a regular file nor a block device",
		space_fd_without, NULL},
	{"fallocate", EFBIG, "offset and length reach past the largest size of a file",
		space_past_largest, NULL},
	{"fallocate", EFBIG, "offset and length reach past RLIMIT_FSIZE", space_over_limit, NULL},
	{"fallocate", EPERM, "the file is sealed against growing or writing", space_sealed, NULL},
	{"fallocate", EPERM, "the file may only be appended to, or is immutable (chattr)", NULL,
		NULL},
	{"fallocate", EOPNOTSUPP, "the kind of file does not know this mode", space_of_memory,
		NULL},
	{"fallocate", EOPNOTSUPP, "the file system does not know this call", space_unsupported,
		NULL},
	{"fallocate", EINVAL, "the mode needs whole blocks of the file system", space_unaligned,
		NULL},
	{"fallocate", ENOSPC, "there is not so much room", NULL, NULL},
	{"fallocate", ETXTBSY, "the file is in use for swapping", NULL, NULL},
	{"fallocate", EINTR, "a signal came while it worked", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
