/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mappings as /proc/PID/maps tells them, and lists of them.
 *
 *     7f0ed4f4a000-7f0ed50a0000 r-xp 00026000 fe:00 332835    /usr/lib/x86_64-linux-gnu/libc.so.6
 *     start        end          perms offset   dev   inode     name
 *
 * Source: proc_pid_maps(5), fs/proc/task_mmu.c.
 */
#ifndef MEM_MAPS_H
#define MEM_MAPS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum perm {
	PERM_R = 1, /* the values of PROT_READ, PROT_WRITE and PROT_EXEC */
	PERM_W = 2,
	PERM_X = 4,
	PERM_SHARED = 8, /* s instead of p */
};

enum { MAPPING_NAME_MAX = 4096 + 16 }; /* PATH_MAX and " (deleted)" */

struct mapping {
	uint64_t start;  /* first byte; this and END are multiples of WIRE_SMALLEST_PAGE */
	uint64_t end;    /* past the last byte */
	uint64_t offset; /* of START in the file, bytes */
	uint64_t inode;
	uint32_t major, minor; /* the file's device */
	uint32_t perms;        /* enum perm */
	const char *name; /* "" for none; not owned; the kernel's \012 escapes stay as they are */
};

/* A list in ascending order of address. */
struct maps {
	struct mapping *v; /* owned */
	size_t n, cap;
	struct arena names; /* what the names point into */
};

#define MAPS_INIT ((struct maps){0})

void maps_deinit(struct maps *m);
void maps_clear(struct maps *m); /* keeps the memory */
/* Appends a copy of MAPPING, its name too. */
void maps_add(struct maps *m, const struct mapping *mapping);

/* Appends the mappings of a whole maps file. False on a line that is none; the lines before it stay
 * appended. */
bool maps_parse(struct maps *m, struct str text, struct err *err);
/* Parses one line (without newline). The name is copied to NAME (MAPPING_NAME_MAX bytes) and
 * pointed at. */
bool maps_parse_line(struct str line, struct mapping *out, char *name);

/* Index of the mapping that covers ADDR or else of the first above it; N if there is none. */
size_t maps_at_or_above(const struct maps *m, uint64_t addr);
/* The mapping that covers ADDR, or NULL. */
const struct mapping *maps_find(const struct maps *m, uint64_t addr);

bool mapping_covers(const struct mapping *m, uint64_t addr);
/* Whether it meets [ADDR, ADDR+LEN); a range that wraps is cut at the end of the address space. */
bool mapping_meets(const struct mapping *m, uint64_t addr, uint64_t len);
bool mapping_equal(const struct mapping *a, const struct mapping *b);
bool mapping_is_anonymous(const struct mapping *m); /* no file behind it */

/* "rw-p" */
void perms_print(char out[5], uint32_t perms);
/* "12K", "1.5M", "128T": bytes in the largest unit that keeps three digits; exact below 1024 K. */
void size_print(struct buf *b, uint64_t bytes);
/*
 * "85 TiB", "4 KiB", "1 byte": a distance in words, truncated, never rounded up past what is true.
 */
void distance_print(struct buf *b, uint64_t bytes);

#endif
