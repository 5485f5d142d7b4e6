/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls on descriptors and what is behind them. Sources: dup(2), fcntl(2),
 * fallocate(2), fstat(2), fsync(2).
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "mem/uapi.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

/* ---- fcntl: what the last argument means depends on the command ---- */

#define FD                                                                                         \
	{                                                                                          \
		.name = "FD", .kind = KIND_FD                                                      \
	}
#define COMMAND                                                                                    \
	{                                                                                          \
		.name = "COMMAND", .kind = KIND_FLAGS, .reads = READS_FLAGS, .set = &flags_fcntl   \
	}

static const struct param fd_flags_params[] = {
	FD, COMMAND, {.name = "FLAGS", .kind = KIND_FLAGS, .set = &flags_fd}};
static const struct param open_flags_params[] = {
	FD, COMMAND, {.name = "FLAGS", .kind = KIND_FLAGS, .set = &flags_open}};
static const struct param seal_params[] = {
	FD, COMMAND, {.name = "SEALS", .kind = KIND_FLAGS, .set = &flags_seals}};
static const struct param number_params[] = {FD, COMMAND, {.name = "NUMBER", .kind = KIND_INT}};
static const struct param lock_params[] = {FD, COMMAND, {.name = "LOCK", .kind = KIND_ADDR}};
static const struct param lease_params[] = {
	FD, COMMAND, {.name = "LEASE", .kind = KIND_FLAGS, .set = &flags_lease}};
static const struct param bits_params[] = {FD, COMMAND, {.name = "ARG", .kind = KIND_BITS}};

enum { OFD_GETLK = 36, OFD_SETLK = 37, OFD_SETLKW = 38 }; /* F_OFD_…, for <fcntl.h> only */

static const struct param *fcntl_variant(const uint64_t args[6], unsigned *n)
{
	*n = ARRAY_SIZE(bits_params);
	switch ((uint32_t)args[1]) {
	case F_GETFD:
	case F_GETFL:
	case F_GET_SEALS:
	case F_GETPIPE_SZ:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETLEASE:
		*n = 2;
		return bits_params;
	case F_SETFD:
		return fd_flags_params;
	case F_SETFL:
		return open_flags_params;
	case F_ADD_SEALS:
		return seal_params;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_DUPFD_QUERY:
	case F_SETPIPE_SZ:
	case F_SETSIG:
	case F_SETOWN:
		return number_params;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case OFD_GETLK:
	case OFD_SETLK:
	case OFD_SETLKW:
	case F_GETOWN_EX:
	case F_SETOWN_EX:
		return lock_params;
	case F_SETLEASE:
		return lease_params;
	default:
		return bits_params;
	}
}

static void put_meaning(
	struct buf *b, const char *before, const struct flag_set *set, uint64_t result)
{
	buf_puts(b, before);
	flags_print(b, set, result);
	buf_putc(b, ')');
}

static void fcntl_meaning(struct buf *b, const uint64_t args[6], uint64_t result)
{
	switch ((uint32_t)args[1]) {
	case F_GETFL:
		put_meaning(b, " (flags ", &flags_open, result);
		return;
	case F_GETLEASE:
		put_meaning(b, " (", &flags_lease, result);
		return;
	case F_GETFD:
		if (result)
			put_meaning(b, " (flags ", &flags_fd, result);
		return;
	case F_GET_SEALS:
		if (result)
			put_meaning(b, " (seals ", &flags_seals, result);
		return;
	default:
		return;
	}
}

/* ---- fstat ---- */

static bool fstat_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	return given[1] || call_place(s, c, 1, NULL, sizeof(struct stat), err);
}

static const char *file_kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a regular file";
	case S_IFDIR:
		return "a directory";
	case S_IFCHR:
		return "a character device";
	case S_IFBLK:
		return "a block device";
	case S_IFIFO:
		return "a pipe";
	case S_IFSOCK:
		return "a socket";
	default:
		return "something without a type";
	}
}

static void fstat_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	struct stat st;
	if (!call_peek(s, c, 1, &st, sizeof(st)))
		return;
	buf_printf(b, "  %s", file_kind(st.st_mode));
	if (S_ISREG(st.st_mode))
		buf_printf(b, " of %lld bytes, %lld of them allocated", (long long)st.st_size,
			(long long)st.st_blocks * 512);
	buf_printf(b, ", owner %u, group %u\n", st.st_uid, st.st_gid);
}

const struct row rows_fd[] = {
	{
		.form = {.name = "dup", .aliases = "", .flags = CALL_FLAGS, PARAMS(FD)},
		.group = "file",
		.summary = "get a second descriptor of an open file",
		.details = "Both share the position and the flags of the open file.",
		.example = "fd = memfd_create \"x\"\nd = dup fd\nftruncate d 100\nexpect lseek(fd, "
			   "0, SEEK_END) == 100",
		.see = "fcntl close",
		.nr = SYS_dup,
		.writes_files = true,
	},
	{
		.form = {.name = "fcntl",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD, COMMAND,
				{.name = "ARG",
					.kind = KIND_ANY,
					.reads = READS_FLAGS,
					.set = &flags_fcntl_arg,
					.flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL,
					.dflt = "0"})},
		.variant = fcntl_variant,
		.meaning = fcntl_meaning,
		.group = "file",
		.summary = "ask for or change what a descriptor allows",
		.details = "getfl asks for the flags that the file was opened with, add_seals "
			   "forbids for good some changes of a "
			   "memfd that was made with allow_sealing: with shrink and grow its "
			   "length, with write its contents. "
			   "Writing is sealed only while no writable shared mapping is there.",
		.example = "fd = memfd_create \"x\" allow_sealing\nfcntl fd add_seals grow\nexpect "
			   "EPERM ftruncate(fd, page)\n"
			   "expect fcntl(fd, F_GET_SEALS) == F_SEAL_GROW",
		.see = "memfd_create dup open",
		.nr = SYS_fcntl,
		.writes_files = true,
	},
	{
		.form = {.name = "fallocate",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD,
				{.name = "MODE",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_fallocate},
				{.name = "OFFSET", .kind = KIND_OFFSET},
				{.name = "LEN", .kind = KIND_OFFSET})},
		.group = "file",
		.summary = "make room in a file, or take it away",
		.details = "With mode 0 the range gets blocks, and the file grows to hold it; with "
			   "punch_hole|keep_size its space is "
			   "freed and it reads as zero, in mappings of the file too.",
		.example = "fd = memfd_create \"x\"\nfallocate fd 0 0 2*page\np = mmap 2*page rw "
			   "shared fd\n*p = 5\n"
			   "fallocate fd punch_hole|keep_size 0 page\nexpect *p == 0",
		.see = "ftruncate madvise",
		.nr = SYS_fallocate,
		.writes_files = true,
	},
	{
		.form = {.name = "fsync", .aliases = "", .flags = CALL_FLAGS, PARAMS(FD)},
		.group = "file",
		.summary = "write a file's data to the disk and wait for it",
		.details = "What was stored in shared mappings of the file is included.",
		.example = "fd = memfd_create \"x\"\nfsync fd",
		.see = "msync",
		.nr = SYS_fsync,
		.writes_files = true,
	},
	{
		.form = {.name = "fstat", .aliases = "", .flags = CALL_FLAGS, PARAMS(FD)},
		C_PARAMS(FD, {.name = "STAT", .kind = KIND_WRITES, .set = &layout_stat}),
		.build = fstat_build,
		.tell = fstat_tell,
		.group = "file",
		.summary = "ask what is behind a descriptor",
		.details = "In call form STAT is the address of a struct stat that is written.",
		.example = "fd = memfd_create \"x\"\nftruncate fd 100\nfstat fd",
		.see = "fcntl lseek",
		.nr = SYS_fstat,
		.writes_files = true,
	},
	ROW_END,
};
