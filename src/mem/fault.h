/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fault as a value: what was tried, what the kernel and the CPU said, what lies around the
 * address. */
#ifndef MEM_FAULT_H
#define MEM_FAULT_H

#include "arch/arch.h"
#include "mem/keys.h"
#include "mem/maps.h"

enum access_kind {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_FETCH, /* executed */
	ACCESS_OTHER, /* a signal without a memory access: SIGFPE, SIGILL, int3 */
};

struct fault {
	enum access_kind kind;
	uint64_t addr; /* the first byte that the shell asked for; for code, what was found out */
	uint64_t len;  /* bytes asked for in one access: 1, 2, 4, 8; in a copy: what remained of it;
			  0: unknown */
	bool bulk; /* one of many accesses of a copied range: ADDR is the first byte that failed */
	bool computed; /* of code: ADDR is what its instruction and registers amount to, the CPU did
			  not tell */
	struct wire_fault wire;
};

/*
 * What an instruction of called code tried, as far as the CPU tells: kind and address (LEN 0: how
 * many bytes is not known), or ACCESS_OTHER.
 */
struct fault fault_of_code(const struct wire_fault *w);

/* A growing stack keeps so many pages free: stack_guard_gap in mm/mmap.c, unless the kernel was
 * booted with another. */
enum { STACK_GAP_PAGES = 256 };

/* What can be known of the file behind a mapping. */
struct mapped_file {
	bool size_known;
	uint64_t size; /* bytes */
	bool has_fd;   /* the target holds a descriptor of it that is open for writing: */
	int fd;        /* the lowest such */
	bool seals_known;
	uint32_t seals; /* F_SEAL_… of fcntl(2) */
	bool full;      /* its file system has no free block for this user; false: unknown */
};

/*
 * What is known of the surroundings of a fault's address, gathered by the shell right after it. A
 * field left 0 means unknown (or no) and costs only the sentences that need it.
 */
struct surroundings {
	/* The byte that failed: */
	bool mapped; /* HERE covers it */
	struct mapping here;
	bool has_below, has_above;
	struct mapping below;    /* the nearest that ends at or below it (below HERE if mapped) */
	struct mapping above;    /* the nearest that starts above it (above HERE if mapped) */
	bool above_grows;        /* ABOVE grows down to an access: a stack */
	bool agents;             /* HERE is one of the agent's own mappings or fences */
	bool page_known;         /* of its page is known whether */
	bool guard;              /* it is a guard of MADV_GUARD_INSTALL, or */
	bool absent;             /* no frame and no swap belongs to it */
	bool kept;               /* a frame belongs to it, whatever its mapping allows */
	bool write_protected;    /* a userfaultfd protects it from writes */
	struct mapped_file file; /* behind HERE */

	/* HERE as smaps tells it: */
	bool may_known;   /* MAY is what the flags mr, mw, me say: */
	uint32_t may;     /* enum perm: what mprotect may allow */
	bool sealed;      /* sl: mseal() forbids to change it */
	bool watched;     /* um, uw or ui: registered with a userfaultfd */
	bool unsplit;     /* the kernel's own, such as [vdso]: changed as a whole or not at all */
	uint64_t granule; /* bytes in the huge pages that it is made of; 0: ordinary pages */
	bool key_known;   /* the machine has protection keys, and of HERE's is known: */
	unsigned key;
	enum key_owner key_owner;
	uint32_t key_denies; /* enum perm: what it takes away, as the thread's rights are */

	/* The process and the machine: */
	uint64_t page;          /* bytes in a page */
	uint64_t user_limit;    /* end of what a program can map, exclusive: arch_user_limit() */
	unsigned levels;        /* of the page tables: arch_pt_levels() */
	uint64_t mmap_min_addr; /* lowest address that may be mapped; 0 if unknown or if this
				   process may map there */
	uint64_t stack_limit;   /* RLIMIT_STACK, bytes; 0 if unknown or unlimited */
	uint64_t file_limit;    /* RLIMIT_FSIZE, bytes; 0 if unknown or unlimited */
	bool no_room;           /* RLIMIT_AS is reached: nothing further can be mapped */
	bool no_more;           /* max_map_count is reached: no further mapping can be made */
	bool no_lock;  /* a new mapping would be locked (mlockall), and RLIMIT_MEMLOCK is reached */
	bool no_split; /* max_map_count is reached: no mapping can be split */
	bool no_data;  /* RLIMIT_DATA is reached: no further private page can be made writable */
	bool no_memory; /* of a copied range: more private memory than the machine has or promises
			 */
	bool no_exec_gain;     /* PR_SET_MDWE: what is not executable cannot become so */
	bool agent_code;       /* the instruction is the agent's, not one of called code */
	struct arch_code code; /* the bytes of the instruction */
	unsigned alignment;    /* its operand in memory must lie on a multiple of so many bytes, and
				  does not; 0: nothing is known of this */
	bool decimal_hint;     /* the address, its decimal digits read as hex, is mapped */

	/* In a word that crosses a page, the page that the CPU did not name: */
	const struct surroundings *other; /* NULL: there is none. Its OTHER is NULL */
	uint64_t other_byte;              /* of the access, the first in that page */
};

/*
 * Which byte failed: the one that the kernel reports if it lies in the access, else the address
 * itself. In a word that crosses a page it may be the first byte of the second page.
 */
uint64_t fault_byte(const struct fault *f, const struct surroundings *s);

/*
 * In a word that crosses a page: the first of its bytes in the page that FAILED does not lie in.
 * False if there is none.
 */
bool fault_other_byte(const struct fault *f, uint64_t failed, uint64_t page, uint64_t *other);

/* What kept the access from succeeding. */
enum fault_reason {
	REASON_NONE,        /* nothing does */
	REASON_SENT,        /* no access at fault: a process sent the signal */
	REASON_INSTRUCTION, /* no access at fault: the instruction itself (division, opcode,
			       breakpoint) */
	REASON_NOT_ADDRESS, /* the CPU takes the number for no address at all: not canonical */
	REASON_TOP,         /* the page below the hole between the halves, which is never mapped */
	REASON_KERNEL,      /* an address of the kernel's half */
	REASON_GAP,         /* nothing is mapped there */
	REASON_KEY,         /* the mapping's protection key does not allow it */
	REASON_PROTECTION,  /* the mapping does not allow it */
	REASON_GUARD,       /* a guard page inside a mapping that would allow it */
	REASON_PAST_END,    /* past the last page of the mapped file */
	REASON_WATCHED,     /* not present, and a userfaultfd asks for a signal instead of a page */
	REASON_WRITE_WATCHED, /* present, but a userfaultfd write-protects it and asks for a signal
			       */
	REASON_NO_HUGE,       /* no huge page is free */
	REASON_NO_PAGE,   /* SIGBUS for another reason: the kernel could not bring the page in */
	REASON_DAMAGED,   /* SIGBUS: the memory is broken, as the hardware says */
	REASON_ALIGNMENT, /* SIGBUS: not a multiple of the width, where the CPU was told to check */
	REASON_UNKNOWN,   /* the facts do not show it */
};

enum fault_reason fault_reason(const struct fault *f, const struct surroundings *s);

/*
 * What would refuse an access of KIND at BYTE by the facts of S alone, without a signal: a set of
 * 1 << enum fault_reason. Several can hold one behind the other, as a guard in a mapping that is
 * not readable.
 */
uint32_t fault_obstacles(enum access_kind kind, uint64_t byte, const struct surroundings *s);

/*
 * Whether HERE is execute-only memory, which the kernel hides behind a protection key of its own:
 * what mprotect gives it besides takes the key away.
 */
bool fault_execute_only(const struct surroundings *s);

/* The first of them, in the order in which CPU and kernel look. */
enum fault_reason fault_first(uint32_t obstacles);

/* The permission that an access needs; 0 for ACCESS_OTHER. */
uint32_t fault_needs(enum access_kind kind);

#endif
