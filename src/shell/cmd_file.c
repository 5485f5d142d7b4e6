/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls on files that mapping them needs. Paths and descriptors are the target's.
 */
#include <fcntl.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "shell/tables.h"

static bool makes_file(uint64_t flags)
{
	return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY));
}

static bool open_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[2] && makes_file(a[1]))
		a[2] = 0644;
	return true;
}

static bool openat_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[3] && makes_file(a[2]))
		a[3] = 0644;
	return true;
}

static unsigned open_looks_at(const uint64_t args[6])
{
	return makes_file(args[1]) ? 3 : 2;
}

static unsigned openat_looks_at(const uint64_t args[6])
{
	return makes_file(args[2]) ? 4 : 3;
}

#define OPEN_FLAGS                                                                                 \
	{                                                                                          \
		.name = "FLAGS", .kind = KIND_FLAGS, .reads = READS_FLAGS, .set = &flags_open,     \
		.flags = PARAM_OPTIONAL, .dflt = "rdonly"                                          \
	}
#define OPEN_MODE                                                                                  \
	{                                                                                          \
		.name = "MODE", .kind = KIND_MODE, .flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL,     \
		.dflt = "0644 with creat or tmpfile"                                               \
	}
#define FD                                                                                         \
	{                                                                                          \
		.name = "FD", .kind = KIND_FD                                                      \
	}
#define AT_OFFSET                                                                                  \
	{                                                                                          \
		.name = "OFFSET", .kind = KIND_OFFSET, .flags = PARAM_OPTIONAL, .dflt = "0"        \
	}

const struct row rows_file[] = {
	{
		.form = {.name = "open",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "PATH", .kind = KIND_PATH}, OPEN_FLAGS, OPEN_MODE)},
		.group = "file",
		.summary = "open a file in the target",
		.details = "Yields a descriptor of the target. PATH is a string in quotes. FLAGS "
			   "are words such as rdwr|creat.",
		.example = "fd = open \"/dev/zero\" rdwr\np = mmap page rw private fd\nexpect *p "
			   "== 0\nclose fd",
		.see = "openat close mmap",
		.nr = SYS_open,
		.writes_files = true,
		.defaults = open_defaults,
		.looks_at = open_looks_at,
	},
	{
		.form = {.name = "openat",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "DIRFD", .kind = KIND_DIRFD},
				{.name = "PATH", .kind = KIND_PATH}, OPEN_FLAGS, OPEN_MODE)},
		.group = "file",
		.summary = "open a file relative to a directory",
		.details = "As open; a relative PATH starts at the directory DIRFD, or at the "
			   "working directory for AT_FDCWD.",
		.example = "fd = openat AT_FDCWD \"/dev/null\" rdonly\nexpect fd >= 3\nclose fd",
		.see = "open",
		.nr = SYS_openat,
		.writes_files = true,
		.defaults = openat_defaults,
		.looks_at = openat_looks_at,
	},
	{
		.form = {.name = "close", .aliases = "", .flags = CALL_FLAGS, PARAMS(FD)},
		.group = "file",
		.summary = "close a descriptor of the target",
		.details = "Mappings of the file stay.",
		.example = "fd = memfd_create \"x\"\nclose fd\nexpect EBADF close(fd)",
		.see = "open",
		.nr = SYS_close,
		.writes_files = true,
	},
	{
		.form = {.name = "ftruncate",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD, {.name = "LEN", .kind = KIND_LEN})},
		.group = "file",
		.summary = "set a file's length",
		.details = "Pages of a mapping past the file's new last page raise SIGBUS when "
			   "touched.",
		.example =
			"fd = memfd_create \"x\"\nftruncate fd page\np = mmap 2*page rw shared fd\n"
			"expect ok *p = 1\nexpect BUS_ADRERR *(p + page)",
		.see = "memfd_create mmap",
		.nr = SYS_ftruncate,
		.writes_files = true,
	},
	{
		.form = {.name = "pread",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD, {.name = "ADDR", .kind = KIND_OUTPUT},
				{.name = "LEN", .kind = KIND_LEN}, AT_OFFSET)},
		.group = "file",
		.summary = "read from a file into the target's memory",
		.details = "The kernel writes the bytes to ADDR; where that is not writable the "
			   "call fails with EFAULT and nothing "
			   "faults.",
		.example =
			"p = mmap page\nfd = open \"/dev/zero\"\nexpect pread(fd, p, 16, 0) == 16",
		.see = "pwrite read",
		.echo = "pread64",
		.nr = SYS_pread64,
		.writes_files = true,
	},
	{
		.form = {.name = "pwrite",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD, {.name = "BYTES", .kind = KIND_INPUT},
				{.name = "LEN", .kind = KIND_LEN}, AT_OFFSET)},
		.group = "file",
		.summary = "write to a file from the target's memory",
		.details = "BYTES is an address, or a string that is placed in the target for the "
			   "call.",
		.example = "fd = memfd_create \"x\"\nexpect pwrite(fd, \"hello\", 5, 0) == 5\n"
			   "p = mmap page r shared fd\nexpect *(u8 *)p == 'h'",
		.see = "pread write",
		.echo = "pwrite64",
		.nr = SYS_pwrite64,
		.writes_files = true,
	},
	{
		.form = {.name = "lseek",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(FD, {.name = "OFFSET", .kind = KIND_OFFSET},
				{.name = "WHENCE",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_seek,
					.flags = PARAM_OPTIONAL,
					.dflt = "set"})},
		.group = "file",
		.summary = "move a descriptor's position in its file",
		.details = "WHENCE is set, cur, end, data or hole. Yields the new position.",
		.example = "fd = memfd_create \"x\"\nftruncate fd 100\nexpect lseek(fd, 0, "
			   "SEEK_END) == 100",
		.see = "pread",
		.nr = SYS_lseek,
		.writes_files = true,
	},
	{
		.form = {.name = "memfd_create",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "NAME", .kind = KIND_TEXT}, {.name = "FLAGS",
									    .kind = KIND_FLAGS,
									    .reads = READS_FLAGS,
									    .set = &flags_memfd,
									    .flags = PARAM_OPTIONAL,
									    .dflt = "0"})},
		.group = "file",
		.summary = "make a file that lives in memory",
		.details = "Yields a descriptor of an empty file without a place in any directory; "
			   "NAME shows up in maps only. "
			   "ftruncate gives it a length.",
		.example = "fd = memfd_create \"scratch\"\nftruncate fd 2*page\np = mmap 2*page rw "
			   "shared fd\n*p = 1",
		.see = "ftruncate mmap",
		.nr = SYS_memfd_create,
		.writes_files = true,
	},
	ROW_END,
};
