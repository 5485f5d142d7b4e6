/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows behind errno_why() and what their tests share. Private to mem. */
#ifndef MEM_WHY_PARTS_H
#define MEM_WHY_PARTS_H

#include "mem/errno_why.h"

/* What a test wrote; empty: the row's own words stand. */
struct finding {
	struct buf text;
	struct buf cure;
	struct buf fact;
	struct buf effect;
};

/* Whether a cause holds. A condition that is a bool gives WHY_NO or WHY_YES. */
enum verdict {
	WHY_NO,
	WHY_YES,
	WHY_UNKNOWN, /* a fact that it needs is not known */
};

/* A test may write its own sentence with numbers in it. */
typedef enum verdict cause_test(const struct failed_call *c, struct finding *f);

/* One documented cause of an errno. */
struct why_row {
	const char *calls; /* the kernel's names of the calls, blank-separated */
	int error;
	const char *text; /* the cause in general: "the length is 0" */
	cause_test *test; /* NULL: nothing that can be seen from outside tells */
	const char *cure; /* NULL: none, or the test writes it */
};

/* Opens the definition of a test. */
#define TEST(name)                                                                                 \
	static enum verdict name(__attribute__((unused)) const struct failed_call *c,              \
		__attribute__((unused)) struct finding *f)

/* Tables end with a NULL in CALLS. */
extern const struct why_row why_rows_map[], why_rows_map_file[], why_rows_change[],
	why_rows_remap[], why_rows_advise[], why_rows_sync[], why_rows_collapse[], why_rows_shm[],
	why_rows_lock[], why_rows_new[], why_rows_policy[], why_rows_open[], why_rows_file[],
	why_rows_space[], why_rows_fcntl[], why_rows_process[], why_rows_prctl[];

/* ---- Numbers ---- */

/* The sum of two numbers, UINT64_MAX where it does not fit. */
uint64_t why_end(uint64_t start, uint64_t len);
bool why_is_unaligned(const struct failed_call *c, uint64_t x);
/* "the address 0x5005 is 5 bytes past the start of a page", with the cure. */
enum verdict why_unaligned(
	const struct failed_call *c, struct finding *f, const char *what, uint64_t x);
/* Whether address and length, rounded up to pages, wrap. */
bool why_wraps(const struct failed_call *c, uint64_t start, uint64_t len);
/* Whether [START, START+LEN), rounded to pages, does not fit below the end of user space. */
bool why_beyond(const struct failed_call *c, uint64_t start, uint64_t len);
/* The same, with the sentence about WHAT ("range", "new range"). */
enum verdict why_ends_beyond(const struct failed_call *c, struct finding *f, const char *what,
	uint64_t start, uint64_t len);
/* "0x40 is no flag that this call knows". */
enum verdict why_unknown_bits(struct finding *f, uint64_t unknown, const char *what);

/* ---- Protection keys (why_limits.c) ---- */

/* On a machine that has them. */
enum verdict why_key_not_allocated(const struct failed_call *c, struct finding *f, int key);

/* ---- Mappings (why_ranges.c) ---- */

/* Tests of calls that take the range first: call(addr, length, …). */
enum verdict why_first_unaligned(const struct failed_call *c, struct finding *f);
enum verdict why_first_wraps(const struct failed_call *c, struct finding *f);
enum verdict why_first_hole(const struct failed_call *c, struct finding *f);

/* "nothing is mapped at 0x…": the first hole in the range. */
enum verdict why_hole(const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len);
/* "nothing is mapped at 0x…" or "the mapping at 0x… does not allow reading": the first byte without
 * PERM. */
enum verdict why_no_access(const struct failed_call *c, struct finding *f, uint64_t start,
	uint64_t len, uint32_t perm);
/* LEN bytes at ADDR that the call reads, or (PERM_W) writes. WHAT: "the list of nodes". */
enum verdict why_bad_pointer(const struct failed_call *c, struct finding *f, const char *what,
	uint64_t addr, uint64_t len, uint32_t perm);

/* Whether mapping I has the word in its VmFlags. */
enum verdict why_has_flag(const struct failed_call *c, size_t i, const char *word);
/* A property of mapping I of the list. */
typedef enum verdict mapping_test(const struct failed_call *c, size_t i);
/* The first mapping of the range for which TEST holds, named with the words BEHIND it. */
enum verdict why_first_such(const struct failed_call *c, struct finding *f, uint64_t start,
	uint64_t len, mapping_test *test, const char *behind);
/* The first readable page of the range that cannot be brought in: past the end of its file, or a
 * guard. */
enum verdict why_nothing_behind(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len);
/* A sealed mapping (mseal) in the range. */
enum verdict why_sealed(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len);
mapping_test why_is_locked, why_is_huge, why_is_special;
/*
 * The range that madvise or process_madvise advises; of a list the first that is not empty: when a
 * later one fails the call yields what was advised before. LEN 0: the list has none. False if it is
 * not known.
 */
bool why_advised_range(const struct failed_call *c, uint64_t *start, uint64_t *len);
/* What the mapping is made of: the size of a page of it, bytes. */
uint64_t why_granule(const struct failed_call *c, size_t i);

/* ---- Limits (why_limits.c): whether they stand in the way of MORE bytes ---- */

enum verdict why_limit_as(const struct failed_call *c, struct finding *f, uint64_t more);
enum verdict why_limit_data(const struct failed_call *c, struct finding *f, uint64_t more);
enum verdict why_limit_memlock(const struct failed_call *c, struct finding *f, uint64_t more);
/* RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing. */
enum verdict why_no_memlock(const struct failed_call *c, struct finding *f);
enum verdict why_overcommit(const struct failed_call *c, struct finding *f, uint64_t more);
/* MORE: how many mappings the call wants room for beyond those that there are. */
enum verdict why_map_count(const struct failed_call *c, struct finding *f, unsigned more);
enum verdict why_below_minimum(const struct failed_call *c, struct finding *f, uint64_t addr);
/* Every descriptor that RLIMIT_NOFILE allows is in use. */
enum verdict why_no_descriptor(const struct failed_call *c, struct finding *f);
/* A file of SIZE bytes would be longer than RLIMIT_FSIZE. */
enum verdict why_over_file_limit(const struct failed_call *c, struct finding *f, uint64_t size);
enum verdict why_lacks(const struct failed_call *c, struct finding *f, unsigned capability);
/* Huge pages of the size LOG2 (0: the default): none of that size; not enough for LEN bytes. */
enum verdict why_no_huge_size(const struct failed_call *c, struct finding *f, unsigned log2);
enum verdict why_no_huge_pages(
	const struct failed_call *c, struct finding *f, unsigned log2, uint64_t len);
/* The bytes of a huge page of the size LOG2; 0: not known. */
uint64_t why_huge_size(const struct failed_call *c, unsigned log2);

/* ---- Descriptors ---- */

enum verdict why_fd_not_open(const struct failed_call *c, struct finding *f, int fd);
enum verdict why_fd_is_path(const struct failed_call *c, struct finding *f, int fd);
/* Open with the O_ACCMODE that is wrong for WHAT ("writing"). The descriptor is argument 0. */
enum verdict why_fd_not_for(
	const struct failed_call *c, struct finding *f, uint32_t wrong_mode, const char *what);
enum verdict why_fd_is_directory(const struct failed_call *c, struct finding *f, int fd);
/* Of memfd_secret: its file knows length and mmap, no more. */
bool why_is_secret(const struct failed_call *c);
/* Open and not only a place (O_PATH). */
bool why_fd_usable(const struct failed_call *c);
const char *why_file_kind(uint32_t mode); /* "a directory" */

/* ---- Other processes ---- */

enum verdict why_no_process(const struct failed_call *c, struct finding *f, int pid);
enum verdict why_foreign_process(const struct failed_call *c, struct finding *f, int pid);

void why_put_address(struct buf *b, uint64_t addr);
void why_put_mapping(struct buf *b, const struct mapping *m); /* "7f…-7f… rw-p [heap]" */

#endif
