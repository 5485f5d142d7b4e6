/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a system call failed: the documented causes of its errno, each tested against the facts.
 *
 * A cause is a row: call, errno, a test and a sentence. All that hold are given. If none can be
 * shown to hold nothing is given: there is no guessing.
 */
#ifndef MEM_ERRNO_WHY_H
#define MEM_ERRNO_WHY_H

#include "base/arena.h"
#include "mem/maps.h"

/*
 * A failed call and what is known around it, gathered by the shell only after a failure. A field
 * left 0 (false, NULL) means unknown and costs only the causes that need it.
 */
struct failed_call {
	const char *name; /* the kernel's: "mmap", "pread64" */
	uint64_t args[6];
	int error;          /* errno */
	uint64_t page;      /* bytes */
	uint64_t task_size; /* first address that user space cannot have */
	const struct maps
		*maps; /* the whole list after the call (a failed call can have changed it) */
	bool is_root;  /* has CAP_SYS_RAWIO: may map below mmap_min_addr */
	uint64_t mmap_min_addr;
	uint64_t max_map_count;
	uint64_t rlimit_as;    /* bytes; UINT64_MAX: unlimited */
	uint64_t rlimit_data;  /* bytes; UINT64_MAX: unlimited */
	uint64_t rlimit_fsize; /* bytes; UINT64_MAX: unlimited */
	uint64_t data_size;    /* VmData of /proc/PID/status, bytes: what RLIMIT_DATA counts */
	bool fd_known;         /* the call has a descriptor and this was found out about it: */
	bool fd_open;
	uint32_t fd_flags; /* its O_ flags */
	uint32_t fd_mode;  /* its file's st_mode */
	uint64_t fd_size;  /* bytes */
	bool fd_seals_known;
	uint32_t fd_seals;  /* F_SEAL_ bits */
	const char *string; /* what the path or name argument points at, NUL-terminated */
	bool path_known;    /* STRING is a path and was looked up from the target's place: */
	int path_error;     /* 0 if it leads to a file, else the errno of the look-up */
	uint32_t path_mode; /* st_mode of that file */
	bool path_is_link;  /* the last component is itself a symbolic link */
};

struct cause {
	struct str text; /* "the length is 0"; in the arena */
	struct str cure; /* a statement or words that would help, "" where there is none */
};

/* Fills at most MOST causes and returns how many hold. */
size_t errno_why(
	struct cause *out, size_t most, struct arena *arena, const struct failed_call *call);

#endif
