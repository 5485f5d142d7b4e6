/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sets of names that calls on descriptors take: fcntl(2), fallocate(2), memfd_secret(2),
 * userfaultfd(2). As flags_sets.c.
 */
#include "mem/flags.h"
#include "mem/uapi.h"

/* clang-format off */
#define F(constant, meaning) {#constant, (uint64_t)(constant), meaning}
#define END {NULL, 0, NULL}
/* clang-format on */

static const struct flag fcntl_command[] = {
	F(F_DUPFD, "a second descriptor, the lowest free one from ARG on"),
	F(F_GETFD, "the descriptor's own flags"),
	F(F_SETFD, "set them: FD_CLOEXEC"),
	F(F_GETFL, "the open file's flags: how it may be used"),
	F(F_SETFL, "set those that can change: O_APPEND, O_NONBLOCK…"),
	F(F_GETLK, "who holds a lock that is in the way"),
	F(F_SETLK, "lock or unlock a part of the file"),
	F(F_SETLKW, "the same, and wait for it"),
	{"F_GETLK64", 12, "for 32-bit programs"},
	{"F_SETLK64", 13, "for 32-bit programs"},
	{"F_SETLKW64", 14, "for 32-bit programs"},
	F(F_SETOWN, "who gets SIGIO"),
	F(F_GETOWN, "who gets SIGIO"),
	F(F_SETSIG, "which signal comes in the place of SIGIO"),
	F(F_GETSIG, "which signal comes in the place of SIGIO"),
	F(F_SETOWN_EX, "who gets SIGIO: a thread, a process or a group"),
	F(F_GETOWN_EX, "who gets SIGIO: a thread, a process or a group"),
	F(F_GETOWNER_UIDS, "the user ids of the owner"),
	F(F_OFD_GETLK, "as F_GETLK for locks of the open file"),
	F(F_OFD_SETLK, "as F_SETLK for locks of the open file"),
	F(F_OFD_SETLKW, "as F_SETLKW for locks of the open file"),
	F(F_SETLEASE, "be told when another opens the file"),
	F(F_GETLEASE, "which lease is held"),
	F(F_NOTIFY, "be told when a directory changes"),
	F(F_DUPFD_QUERY, "whether ARG is a descriptor of the same open file (6.10)"),
	F(F_CREATED_QUERY, "whether the open made the file (6.12)"),
	F(F_CANCELLK, "cancel a lock that is waited for"),
	F(F_DUPFD_CLOEXEC, "as F_DUPFD, closed on exec"),
	F(F_SETPIPE_SZ, "set the size of a pipe, bytes"),
	F(F_GETPIPE_SZ, "the size of a pipe, bytes"),
	F(F_ADD_SEALS, "forbid for good some changes of a memfd"),
	F(F_GET_SEALS, "which changes are forbidden"),
	F(F_GET_RW_HINT, "how long the file's data will live"),
	F(F_SET_RW_HINT, "how long the file's data will live"),
	F(F_GET_FILE_RW_HINT, "the same of the open file"),
	F(F_SET_FILE_RW_HINT, "the same of the open file"),
	END,
};

const struct flag_set flags_fcntl = {
	.what = "fcntl command",
	.prefix = "F_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = fcntl_command,
	.cure = "use a word such as getfl, add_seals, dupfd, a number or an F_… name",
};

static const struct flag seals[] = {
	F(F_SEAL_SEAL, "no more seals"),
	F(F_SEAL_SHRINK, "the file cannot become shorter"),
	F(F_SEAL_GROW, "the file cannot become longer"),
	F(F_SEAL_WRITE, "the contents cannot change"),
	F(F_SEAL_FUTURE_WRITE, "no new way to change the contents; shared mappings keep theirs"),
	F(F_SEAL_EXEC, "the permission to execute cannot change (6.3)"),
	END,
};

const struct flag_set flags_seals = {
	.what = "seals",
	.prefix = "F_SEAL_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = seals,
	.cure = "use words such as shrink|grow, a number or F_SEAL_… names",
};

static const struct flag lease[] = {
	F(F_RDLCK, "told when another opens it for writing"),
	F(F_WRLCK, "told when another opens it at all"),
	F(F_UNLCK, "no lease"),
	END,
};

const struct flag_set flags_lease = {
	.what = "lease",
	.prefix = "F_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = lease,
	.cure = "use rdlck, wrlck, unlck, a number or F_…LCK names",
};

static const struct flag fd_flags[] = {
	F(FD_CLOEXEC, "close on exec"),
	END,
};

const struct flag_set flags_fd = {
	.what = "descriptor flags",
	.prefix = "FD_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = fd_flags,
	.cure = "use cloexec, a number or FD_CLOEXEC",
};

/* What F_SETFD, F_SETFL and F_ADD_SEALS take, for reading words before the command is known. */
static const struct flag_set *const fcntl_sets[] = {&flags_fd, &flags_open, NULL};

const struct flag_set flags_fcntl_arg = {
	.what = "argument",
	.prefix = "F_SEAL_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = seals,
	.cure = "use a number, seals such as shrink|grow, flags such as nonblock, or cloexec",
	.also = fcntl_sets,
};

static const struct flag fallocate[] = {
	F(FALLOC_FL_KEEP_SIZE, "the file's length stays as it is"),
	F(FALLOC_FL_PUNCH_HOLE, "free the space of the range: it reads as 0; with keep_size"),
	F(FALLOC_FL_NO_HIDE_STALE, "reserved"),
	F(FALLOC_FL_COLLAPSE_RANGE, "take the range out of the file"),
	F(FALLOC_FL_ZERO_RANGE, "make the range read as 0"),
	F(FALLOC_FL_INSERT_RANGE, "put a hole into the file"),
	F(FALLOC_FL_UNSHARE_RANGE, "give the range blocks of its own"),
	F(FALLOC_FL_WRITE_ZEROES, "write zeros and mark them as written (6.17)"),
	F(FALLOC_FL_ALLOCATE_RANGE, "nothing: room for the range, as with 0"),
	END,
};

const struct flag_set flags_fallocate = {
	.what = "allocation mode",
	.prefix = "FALLOC_FL_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = fallocate,
	.cure = "use words such as punch_hole|keep_size, a number or FALLOC_FL_… names",
	.zero = "0",
};

static const struct flag cloexec[] = {
	F(O_CLOEXEC, "close on exec"),
	END,
};

const struct flag_set flags_secret = {
	.what = "flags",
	.prefix = "O_",
	.stranger = "",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = cloexec,
	.cure = "use cloexec or a number",
};

static const struct flag uffd[] = {
	F(UFFD_USER_MODE_ONLY, "only faults of user mode; needs no privilege"),
	F(O_NONBLOCK, "reading fails with EAGAIN instead of waiting"),
	F(O_CLOEXEC, "close on exec"),
	END,
};

static const struct flag_set *const open_sets[] = {&flags_open, NULL};

const struct flag_set flags_uffd = {
	.what = "flags",
	.prefix = "UFFD_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = uffd,
	.cure = "use words such as user_mode_only|cloexec, a number or the constants",
	.also = open_sets,
};
