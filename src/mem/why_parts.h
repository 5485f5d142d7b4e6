/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows behind errno_why() and what their tests share. Private to mem. */
#ifndef MEM_WHY_PARTS_H
#define MEM_WHY_PARTS_H

#include "mem/errno_why.h"

/* What a test wrote; empty: the row's own words stand. */
struct finding {
	struct buf text;
	struct buf cure;
};

/* Whether the cause holds, shown by the facts. A test may write its own sentence with numbers in
 * it. */
typedef bool cause_test(const struct failed_call *c, struct finding *f);

/* One documented cause of an errno. */
struct why_row {
	const char *call; /* the kernel's name of the call */
	int error;
	cause_test *test;
	const char *text; /* the sentence; NULL: the test writes it */
	const char *cure; /* NULL: none, or the test writes it */
};

/* Tables end with a NULL call. */
extern const struct why_row why_rows_map[], why_rows_change[], why_rows_file[];

/* The sum of two numbers, UINT64_MAX where it does not fit. */
uint64_t why_end(uint64_t start, uint64_t len);

bool why_is_unaligned(const struct failed_call *c, uint64_t x);
/* "the address 0x5005 is 5 bytes past the start of a page", with the cure; false if X is aligned.
 */
bool why_unaligned(const struct failed_call *c, struct finding *f, const char *what, uint64_t x);
/* Whether [START, START+LEN), rounded to pages, does not fit below the end of user space. */
bool why_beyond(const struct failed_call *c, uint64_t start, uint64_t len);
/* "nothing is mapped at 0x…": the first hole in the range; false without one. */
bool why_hole(const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len);
/* "nothing is mapped at 0x…" or "the mapping at 0x… does not allow reading": the first byte without
 * PERM. */
bool why_no_access(const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len,
	uint32_t perm);
/* "0x40 is no flag that this call knows". */
bool why_unknown_bits(struct finding *f, uint64_t unknown, const char *what);
/* Limits that stand in the way of LEN more bytes. */
bool why_rlimit_as(const struct failed_call *c, struct finding *f, uint64_t more);
/* MORE: how many mappings the call wants room for beyond those that there are. */
bool why_map_count(const struct failed_call *c, struct finding *f, unsigned more);

bool why_fd_not_open(const struct failed_call *c, struct finding *f, int fd);
bool why_fd_is_path(const struct failed_call *c, struct finding *f, int fd);

void why_put_address(struct buf *b, uint64_t addr);
void why_put_mapping(struct buf *b, const struct mapping *m); /* "7f…-7f… rw-p [heap]" */

#endif
