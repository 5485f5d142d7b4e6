/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fault as a value: what was tried, what the kernel and the CPU said, what lies around the address. */
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
	uint64_t addr;  /* the first byte that the shell asked for; for code, what was found out */
	uint64_t len;   /* bytes asked for in one access: 1, 2, 4, 8; in a copy: what remained of it */
	bool bulk;      /* one of many accesses of a copied range: ADDR is the first byte that failed */
	struct wire_fault wire;
};

/* What is known of the surroundings of a fault's address, gathered by the shell right after it. */
struct surroundings {
	bool mapped;            /* HERE covers the byte that failed */
	struct mapping here;
	bool has_below, has_above;
	struct mapping below;   /* the nearest mapping that ends at or below the address */
	struct mapping above;   /* the nearest that starts above it */
	bool file_size_known;   /* HERE has a file whose size could be asked */
	uint64_t file_size;     /* bytes */
	uint64_t page;          /* bytes in a page */
	uint64_t mmap_min_addr; /* lowest address that may be mapped; 0 if unknown or if this process may map there */
	bool decimal_hint;      /* the address, its decimal digits read as hex, is mapped */
};

/* Which byte failed: the address itself or, in a word that crosses a page, the first byte of the second page. */
uint64_t fault_byte(const struct fault *f, const struct surroundings *s);

#endif
