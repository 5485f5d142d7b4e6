/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fault as a value: what was tried, what the kernel and the CPU said, what lies around the
 * address. */
#ifndef MEM_FAULT_H
#define MEM_FAULT_H

#include "mem/maps.h"
#include "wire.h"

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
	bool computed; /* of code: ADDR is what its instruction and registers amount to, the CPU did not
			  tell */
	struct wire_fault wire;
};

/*
 * What an instruction of called code tried, as far as the CPU tells: kind and address (LEN 0: how
 * many bytes is not known), or ACCESS_OTHER.
 */
struct fault fault_of_code(const struct wire_fault *w);

/*
 * What is known of the surroundings of a fault's address, gathered by the shell right after it. A
 * field left 0 means unknown (or no) and costs only the sentences that need it.
 */
struct surroundings {
	bool mapped; /* HERE covers the byte that failed */
	struct mapping here;
	bool has_below, has_above;
	struct mapping below; /* the nearest mapping that ends at or below the address (below HERE
				 if mapped) */
	struct mapping
		above; /* the nearest that starts above it (at or above HERE's end if mapped) */
	bool file_size_known;   /* HERE has a file whose size could be asked */
	uint64_t file_size;     /* bytes */
	uint64_t page;          /* bytes in a page */
	uint64_t user_limit;    /* end of the addresses that a program can map, exclusive:
				   arch_user_limit() */
	unsigned levels;        /* of the page tables: arch_pt_levels() */
	uint64_t mmap_min_addr; /* lowest address that may be mapped; 0 if unknown or if this
				   process may map there */
	uint64_t stack_limit;   /* RLIMIT_STACK, bytes; 0 if unknown or unlimited */
	bool may_known;         /* MAY is what HERE's mr, mw, me flags in smaps say: */
	uint32_t may;           /* enum perm: what mprotect may allow here */
	bool agents;            /* HERE is one of the agent's own mappings or fences */
	bool agent_code;        /* the instruction is the agent's, not one of called code */
	bool sealed;            /* HERE has the flag sl: mseal() forbids to change it */
	bool no_room; /* a limit (RLIMIT_AS, max_map_count) is reached: nothing more can be mapped
		       */
	bool decimal_hint; /* the address, its decimal digits read as hex, is mapped */
};

/*
 * Which byte failed: the one that the kernel reports if it lies in the access, else the address
 * itself. In a word that crosses a page it may be the first byte of the second page.
 */
uint64_t fault_byte(const struct fault *f, const struct surroundings *s);

/* What kept the access from succeeding. */
enum fault_reason {
	REASON_SENT,        /* no access at fault: a process sent the signal */
	REASON_INSTRUCTION, /* no access at fault: the instruction itself (division, opcode,
			       breakpoint) */
	REASON_NOT_ADDRESS, /* the CPU takes the number for no address at all: not canonical */
	REASON_KERNEL,      /* an address of the kernel's half */
	REASON_GAP,         /* nothing is mapped there */
	REASON_PROTECTION,  /* the mapping does not allow it */
	REASON_KEY,         /* the mapping's protection key does not allow it */
	REASON_GUARD,       /* a guard page inside a mapping that would allow it */
	REASON_PAST_END,    /* past the last page of the mapped file */
	REASON_NO_PAGE,     /* SIGBUS for another reason: the kernel could not bring the page in */
	REASON_UNKNOWN,     /* the facts do not show it */
};

enum fault_reason fault_reason(const struct fault *f, const struct surroundings *s);

/* The permission that the access needs; 0 for ACCESS_OTHER. */
uint32_t fault_needs(const struct fault *f);

#endif
