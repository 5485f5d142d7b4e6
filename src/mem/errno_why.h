/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a system call failed: the documented causes of its errno, each tested against the facts.
 *
 * A cause is a row: call, errno, a sentence, a test. All that hold are given; which of them the
 * kernel looked at first is not claimed. If none can be shown to hold, the ones that could not be
 * tested are given apart, as possibilities: there is no guessing.
 */
#ifndef MEM_ERRNO_WHY_H
#define MEM_ERRNO_WHY_H

#include "base/arena.h"
#include "mem/maps.h"

/* What the page tables say of a page. */
enum page_behind {
	BEHIND_UNKNOWN,
	BEHIND_NOTHING_YET, /* never touched, or given back */
	BEHIND_MEMORY,      /* in memory or swapped out */
	BEHIND_GUARD,       /* MADV_GUARD_INSTALL */
};

/* A descriptor of the target. */
struct about_fd {
	bool known; /* the call has a descriptor, and this was found out about it: */
	bool open;
	uint32_t flags;   /* its O_ flags */
	uint32_t mode;    /* its file's st_mode */
	uint64_t size;    /* bytes */
	const char *link; /* "/tmp/x", "anon_inode:[eventfd]"; NULL: not known */
	bool ended;       /* a pidfd whose process is gone */
	bool seals_known;
	uint32_t seals;      /* F_SEAL_ bits */
	bool dax_known, dax; /* on persistent memory, without the page cache */
	bool place_known;
	uint64_t fs_type;  /* the magic number of its file system */
	uint64_t fs_block; /* bytes; on hugetlbfs the size of its pages */
	bool fs_noexec;    /* mounted so that nothing in it may be executed */
};

/* A path, looked up from where the target stands. */
struct about_path {
	bool known;
	int error;         /* 0 if it leads to a file, else the errno of the look-up */
	uint32_t mode;     /* st_mode of that file */
	uint32_t uid, gid; /* its owner */
	bool is_link;      /* the last component is itself a symbolic link */
	bool read_only;    /* its file system, or that of its directory, is mounted read-only */
	uint64_t device;   /* st_rdev of that file */
	bool in_proc;      /* that file is one of the proc file system */
	bool untraceable;  /* its directory is that of a process that may not be looked into */
	bool dir_known;    /* of the directory that holds it: */
	uint32_t dir_mode, dir_uid, dir_gid;
};

/* RLIMIT_ values, soft; UINT64_MAX: unlimited; 0 with KNOWN false: not known. */
struct about_limits {
	bool known;
	uint64_t as, data, memlock, fsize; /* bytes */
	uint64_t nofile;                   /* the first descriptor number that is not allowed */
};

/* One size of huge pages that the machine has. */
struct huge_pool {
	uint64_t size;       /* bytes */
	uint64_t free;       /* pages, those reserved by others not among them */
	uint64_t overcommit; /* pages that the kernel may add by itself */
};

enum { HUGE_POOLS_MAX = 4 };

/* The memory of the target and the machine; bytes, unless said otherwise. 0: not known. */
struct about_memory {
	uint64_t mapped; /* VmSize: what RLIMIT_AS counts */
	uint64_t data;   /* VmData: what RLIMIT_DATA counts */
	uint64_t locked; /* VmLck: what RLIMIT_MEMLOCK counts */
	bool locked_known;
	uint64_t max_map_count, mmap_min_addr;
	bool overcommit_known;
	unsigned overcommit; /* vm.overcommit_memory: 0 heuristic, 1 always, 2 never */
	uint64_t commit_limit, committed;
	uint64_t ram_and_swap;
	bool pools_known;
	size_t n_pools;
	uint64_t default_huge; /* the size that is meant when none is given; 0: no huge pages */
	struct huge_pool pools[HUGE_POOLS_MAX];
};

/* Segments of shared memory (System V), as the system lists them. */
struct about_shm {
	bool known;
	uint64_t n, bytes;                     /* of all */
	uint64_t most, most_pages, most_bytes; /* kernel.shmmni, shmall; shmmax of one */
	bool found;                            /* the one that the call names by key or number: */
	uint64_t size;                         /* bytes */
	uint32_t mode, uid, gid, cuid, cgid;   /* c: of its maker */
};

/* Who the target is to the kernel. */
struct about_rights {
	bool known;
	uint64_t caps;     /* effective capabilities, in the first user namespace; else 0 */
	uint32_t uid, gid; /* for files */
	const uint32_t *groups;
	size_t n_groups;
};

/*
 * A failed call and what is known around it, gathered by the shell only after a failure. A field
 * left 0 (false, NULL) means unknown and costs only the causes that need it.
 */
struct failed_call {
	const char *name; /* the kernel's: "mmap", "pread64" */
	uint64_t args[6];
	int error;           /* errno */
	uint64_t page;       /* bytes */
	uint64_t task_size;  /* first address that user space cannot have */
	unsigned kernel;     /* running version: major << 16 | minor */
	const char *release; /* the same as text */
	const char
		*since; /* the Linux that brought this call: "6.10"; NULL: not known, or always */
	const struct maps
		*maps; /* the whole list after the call (a failed call can have changed it) */
	/* Of each of them the words of VmFlags ("rd wr mr mw me ac"); NULL: not known. */
	const char *const *vm_flags;
	/* Of each of them the protection key; NULL: not known, or there are none. */
	const uint8_t *vm_keys;
	bool changed; /* the call changed mappings although it failed */
	struct about_fd fd;
	const char *string; /* what the path or name argument points at, NUL-terminated */
	struct about_path path;
	struct about_limits limits;
	struct about_memory memory;
	struct about_rights rights;
	struct about_shm shm;
	size_t n_fds; /* open descriptors of the target */
	bool fds_known;
	int pid;            /* of the target; 0: not known */
	bool process_known; /* a call on another process: */
	int process_error;  /* 0, or the errno that a signal to it would get */
	int advice;       /* of the running kernel: 1 knows this advice, -1 does not, 0 not known */
	int mdwe;         /* PR_GET_MDWE of the target; -1: not known */
	bool has_pkeys;   /* the CPU's protection keys are switched on */
	bool pkeys_known; /* which of them are allocated: */
	uint32_t pkeys;   /* a bit each, the kernel's own for execute-only memory apart */
	bool key_rights_known;         /* what the thread may do by them: */
	uint64_t key_rights;           /* see arch_key_forbids() */
	bool uffd_known, uffd_for_all; /* vm.unprivileged_userfaultfd */
	uint64_t nr_open;              /* fs.nr_open; 0: not known */
	uint64_t nodes; /* memory nodes that the target may use, a bit each; 0: not known */
	/* The state of the page at ADDR, without touching it. NULL: not known. */
	enum page_behind (*page_behind)(void *ctx, uint64_t addr);
	/* Reads LEN bytes of the target, which brings their pages in; false where they cannot be
	 * read. NULL: nothing can be. */
	bool (*peek)(void *ctx, uint64_t addr, void *to, size_t len);
	void *ctx;
};

struct cause {
	struct str text; /* "the length is 0"; in the arena */
	struct str cure; /* a statement or words that would help, "" where there is none */
	struct str fact; /* what it was found by, "" where the sentence says all */
};

enum { CAUSES_MAX = 8, POSSIBLE_MAX = 16 };

/* What was found. All text is in the arena. */
struct why {
	size_t n; /* causes that hold */
	struct cause causes[CAUSES_MAX];
	size_t n_possible; /* documented, neither shown to hold nor excluded */
	struct str possible[POSSIBLE_MAX];
	size_t n_excluded; /* documented, shown not to hold */
	struct str excluded[POSSIBLE_MAX];
	struct str
		effect; /* what the call did although it failed; "" where nothing is to be said */
};

void errno_why(struct why *out, struct arena *arena, const struct failed_call *call);

/* A documented cause, without regard to any call that was made. */
struct documented {
	const char *calls; /* that can fail so, blank-separated */
	int error;
	const char *text;
	const char *cure; /* NULL: none */
};

/*
 * The documented causes of ERROR (0: of every errno) for CALL, one a time: *AT, 0 at first, is
 * moved on. False when there are no more.
 */
bool errno_documented(const char *call, int error, size_t *at, struct documented *out);

/* Whether CALL stands in the blank-separated list; the kernel's 64 may be left out ("pread"). */
bool errno_call_listed(const char *list, const char *call);

#endif
