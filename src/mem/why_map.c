/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why mmap fails. Order as the kernel tests: arch/x86/kernel/sys_x86_64.c, ksys_mmap_pgoff() and
 * do_mmap() in mm/mmap.c, mmap_region() in mm/vma.c; mmap(2).
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/why_map.h"

/* ---- Arguments by themselves ---- */

static void finding_deinit(struct finding *f)
{
	buf_deinit(&f->text);
	buf_deinit(&f->cure);
	buf_deinit(&f->fact);
}

/* Of huge pages the length is rounded up to whole ones, which can wrap. */
TEST(length_is_0)
{
	uint64_t size = why_huge_size(c, FLAGS(c) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK);
	bool huge = anonymous(c) && FLAGS(c) & MAP_HUGETLB && size;
	if (LENGTH(c) && huge && align_up(LENGTH(c), size) == 0)
		buf_puts(&f->text, "the length, rounded up to whole huge pages, does not fit in 64 "
				   "bits and becomes 0");
	return LENGTH(c) == 0 || (huge && align_up(LENGTH(c), size) == 0);
}

TEST(offset_unaligned)
{
	return why_unaligned(c, f, "offset", OFFSET(c));
}

/* Addresses below the limit of the system are no cure for those that may not map there. */
TEST(fixed_unaligned)
{
	if (!fixed(c) || !why_unaligned(c, f, "address", ADDR(c)))
		return WHY_NO;
	struct finding low = {0};
	if (why_below_minimum(c, &low, align_down(ADDR(c), c->page)) != WHY_NO) {
		buf_clear(&f->cure);
		buf_puts(&f->cure, "use ");
		why_put_address(&f->cure, MAX(align_up(ADDR(c), c->page), c->memory.mmap_min_addr));
	}
	finding_deinit(&low);
	return WHY_YES;
}

TEST(type_missing)
{
	return (FLAGS(c) & MAP_TYPE) == 0;
}

TEST(type_unknown)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	if (type <= MAP_SHARED_VALIDATE || type == MAP_DROPPABLE)
		return WHY_NO;
	buf_printf(&f->text, "0x%llx is no type of mapping", (unsigned long long)type);
	return WHY_YES;
}

/* Brought by Linux 6.11. */
TEST(droppable_too_new)
{
	if ((FLAGS(c) & MAP_TYPE) != MAP_DROPPABLE || !anonymous(c))
		return WHY_NO;
	return c->kernel ? c->kernel < (6 << 16 | 11) : WHY_UNKNOWN;
}

TEST(validate_without_file)
{
	return anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_SHARED_VALIDATE;
}

TEST(droppable_file)
{
	return !anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE;
}

TEST(droppable_with)
{
	return anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE &&
	       FLAGS(c) & (MAP_LOCKED | MAP_HUGETLB | MAP_GROWSDOWN);
}

TEST(growsdown_file_or_shared)
{
	return FLAGS(c) & MAP_GROWSDOWN && (!anonymous(c) || shared(c));
}

TEST(offset_overflows)
{
	uint64_t end;
	return __builtin_add_overflow(OFFSET(c), align_up(LENGTH(c), c->page), &end);
}

TEST(too_long)
{
	if (!why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	size_print(&f->text, LENGTH(c));
	buf_puts(&f->text, " is more than the address space of a program, which has ");
	size_print(&f->text, c->task_size);
	return WHY_YES;
}

TEST(range_beyond)
{
	if (!fixed(c) || why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	return why_ends_beyond(c, f, "range", ADDR(c), LENGTH(c));
}

/* ---- Places ---- */

/* mmap tests before it knows whether the new range merges with a neighbour. */
TEST(map_count)
{
	return why_map_count(c, f, 0);
}

TEST(overlap)
{
	uint64_t len = align_up(LENGTH(c), c->page);
	size_t i = maps_at_or_above(c->maps, ADDR(c));
	if (!(FLAGS(c) & MAP_FIXED_NOREPLACE))
		return WHY_NO;
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (i == c->maps->n || !mapping_meets(&c->maps->v[i], ADDR(c), len))
		return WHY_NO;
	struct finding sealed = {0};
	buf_puts(&f->text, "the range meets ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	buf_puts(&f->cure, "leave the address out");
	if (why_sealed(c, &sealed, ADDR(c), len) == WHY_NO)
		buf_puts(&f->cure, ", or MAP_FIXED to replace what is there");
	finding_deinit(&sealed);
	return WHY_YES;
}

TEST(below_minimum)
{
	return fixed(c) ? why_below_minimum(c, f, ADDR(c)) : WHY_NO;
}

TEST(replaces_sealed)
{
	if (!(FLAGS(c) & MAP_FIXED))
		return WHY_NO;
	return why_sealed(c, f, ADDR(c), align_up(LENGTH(c), c->page));
}

/* Whether LEN bytes fit between two mappings within [START, END). */
static bool has_hole(const struct failed_call *c, uint64_t start, uint64_t end, uint64_t len)
{
	uint64_t at = start;
	for (size_t i = 0; i < c->maps->n && at < end; i++) {
		uint64_t next = MIN(c->maps->v[i].start, end);
		if (next > at && next - at >= len)
			return true;
		at = MAX(at, c->maps->v[i].end);
	}
	return at < end && end - at >= len;
}

/* The kernel looks for a hole from the top down and then from the bottom up: none is left. */
TEST(no_hole)
{
	uint64_t len = align_up(LENGTH(c), c->page);
	if (fixed(c) || why_beyond(c, 0, LENGTH(c)))
		return WHY_NO;
	if (!c->maps->n || !c->task_size)
		return WHY_UNKNOWN;
	if (has_hole(c, c->memory.mmap_min_addr, c->task_size, len + 1))
		return WHY_NO;
	buf_puts(&f->text, "no hole between the mappings has room for ");
	size_print(&f->text, len);
	return WHY_YES;
}

TEST(low_2g_full)
{
#ifdef MAP_32BIT
	/* arch/x86/kernel/sys_x86_64.c, find_start_end(): it begins at random a little above. */
	const uint64_t start = 0x40000000, end = 0x80000000;
	if (!(FLAGS(c) & MAP_32BIT) || fixed(c))
		return WHY_NO;
	if (!c->maps->n || has_hole(c, start, end, align_up(LENGTH(c), c->page)))
		return WHY_UNKNOWN;
	buf_puts(&f->text, "MAP_32BIT means between 0x40000000 and 0x80000000, where no hole has "
			   "room for ");
	size_print(&f->text, LENGTH(c));
	return WHY_YES;
#else
	return WHY_NO;
#endif
}

/* ---- Limits ---- */

/* How much of the range is mapped and will be replaced, bytes. */
static uint64_t replaced(const struct failed_call *c)
{
	uint64_t sum = 0, end = why_end(ADDR(c), align_up(LENGTH(c), c->page));
	if (!(FLAGS(c) & MAP_FIXED))
		return 0;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c));
		i < c->maps->n && c->maps->v[i].start < end; i++)
		sum += MIN(c->maps->v[i].end, end) - MAX(c->maps->v[i].start, ADDR(c));
	return sum;
}

TEST(limit_as)
{
	uint64_t len = align_up(LENGTH(c), c->page), old = replaced(c);
	return why_limit_as(c, f, len > old ? len - old : 0);
}

TEST(limit_data)
{
	if (!(PROT(c) & PROT_WRITE) || shared(c) || FLAGS(c) & MAP_GROWSDOWN)
		return WHY_NO;
	return why_limit_data(c, f, LENGTH(c));
}

/* Private writable memory and shared anonymous memory are counted: accountable_mapping(). */
TEST(overcommitted)
{
	bool counted = (PROT(c) & PROT_WRITE && !shared(c)) || (anonymous(c) && shared(c));
	if (!counted || FLAGS(c) & MAP_HUGETLB || (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE)
		return WHY_NO;
	if (FLAGS(c) & MAP_NORESERVE && c->memory.overcommit_known && c->memory.overcommit != 2)
		return WHY_NO;
	enum verdict v = why_overcommit(c, f, LENGTH(c));
	if (v == WHY_YES && c->memory.overcommit == 0)
		buf_puts(&f->cure, "add MAP_NORESERVE, which does not count the memory");
	return v;
}

TEST(lock_forbidden)
{
	return FLAGS(c) & MAP_LOCKED ? why_no_memlock(c, f) : WHY_NO;
}

TEST(lock_limit)
{
	return FLAGS(c) & MAP_LOCKED || is_secret(c) ? why_limit_memlock(c, f, LENGTH(c)) : WHY_NO;
}

/*
 * After mlockall(MCL_FUTURE) every new mapping counts, which nothing in /proc tells. Without
 * MAP_LOCKED and without a file there is no other way to this errno: do_mmap().
 */
TEST(lock_limit_future)
{
	struct finding inner = {0};
	enum verdict v = FLAGS(c) & MAP_LOCKED ? WHY_NO : why_limit_memlock(c, &inner, LENGTH(c));
	if (v == WHY_YES && anonymous(c)) {
		buf_str(&f->text, buf_slice(&inner.text));
		buf_puts(&f->text, "; mlockall(MCL_FUTURE) locks what is new");
		buf_str(&f->cure, buf_slice(&inner.cure));
		buf_str(&f->fact, buf_slice(&inner.fact));
	} else if (v == WHY_YES) {
		v = WHY_UNKNOWN;
	}
	finding_deinit(&inner);
	return v;
}

/* ---- Huge pages ---- */

static unsigned huge_log2(const struct failed_call *c)
{
	return FLAGS(c) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
}

TEST(no_huge_size)
{
	return anonymous(c) && FLAGS(c) & MAP_HUGETLB ? why_no_huge_size(c, f, huge_log2(c))
						      : WHY_NO;
}

TEST(no_huge_pages)
{
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || FLAGS(c) & MAP_NORESERVE)
		return WHY_NO;
	return why_no_huge_pages(c, f, huge_log2(c), LENGTH(c));
}

TEST(huge_of_other_file)
{
	enum { HUGETLBFS_MAGIC = 0x958458f6 };
	if (!(FLAGS(c) & MAP_HUGETLB) || about_file(c) != WHY_YES)
		return WHY_NO;
	return c->fd.place_known ? c->fd.fs_type != HUGETLBFS_MAGIC : WHY_UNKNOWN;
}

TEST(huge_unaligned)
{
	uint64_t size = why_huge_size(c, huge_log2(c));
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || !fixed(c) || !size || ADDR(c) % size == 0)
		return WHY_NO;
	buf_puts(&f->text, "the address is no multiple of the size of these huge pages, ");
	size_print(&f->text, size);
	return WHY_YES;
}

/* The offset of anonymous huge pages counts: they are a file of hugetlbfs. */
TEST(huge_offset)
{
	uint64_t size = why_huge_size(c, huge_log2(c));
	struct finding none = {0};
	if (!anonymous(c) || !(FLAGS(c) & MAP_HUGETLB) || !size || OFFSET(c) % size == 0)
		return WHY_NO;
	bool has_size = why_no_huge_size(c, &none, huge_log2(c)) == WHY_NO;
	finding_deinit(&none);
	if (!has_size)
		return WHY_NO; /* said by no_huge_size() */
	buf_puts(&f->text, "the offset is no multiple of the size of these huge pages, ");
	size_print(&f->text, size);
	return WHY_YES;
}

const struct why_row why_rows_map[] = {
	{"mmap", EINVAL, "the offset is no multiple of the page size", offset_unaligned, NULL},
	{"mmap", EINVAL, "MAP_HUGETLB is given with a file that is not on hugetlbfs",
		huge_of_other_file, "leave MAP_HUGETLB out"},
	{"mmap", EINVAL, "the machine has no huge pages of the size that is given", no_huge_size,
		NULL},
	{"mmap", ENOMEM, "not enough huge pages are free", no_huge_pages, NULL},
	{"mmap", EINVAL, "the length is 0", length_is_0, NULL},
	{"mmap", EOVERFLOW, "offset and length together do not fit in 64 bits", offset_overflows,
		NULL},
	{"mmap", ENOMEM, "there are as many mappings as vm.max_map_count allows", map_count, NULL},
	{"mmap", ENOMEM, "the length is more than the address space of a program", too_long, NULL},
	{"mmap", ENOMEM, "the fixed range goes past the end of the address space", range_beyond,
		NULL},
	{"mmap", ENOMEM, "no hole between the mappings is large enough", no_hole, NULL},
	{"mmap", ENOMEM, "MAP_32BIT: no hole below 2 GiB is large enough", low_2g_full,
		"leave MAP_32BIT out"},
	{"mmap", EINVAL, "the fixed address is no multiple of the page size", fixed_unaligned,
		NULL},
	{"mmap", EINVAL, "the fixed address is no multiple of the huge page size", huge_unaligned,
		NULL},
	{"mmap", EINVAL, "MAP_HUGETLB: the offset is no multiple of the huge page size",
		huge_offset, "use 0"},
	{"mmap", EPERM, "the fixed address is below vm.mmap_min_addr, without CAP_SYS_RAWIO",
		below_minimum, NULL},
	{"mmap", EEXIST, "MAP_FIXED_NOREPLACE: something is mapped in the range", overlap, NULL},
	{"mmap", EPERM, "MAP_LOCKED: RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing",
		lock_forbidden, "leave MAP_LOCKED out"},
	{"mmap", EAGAIN, "locked memory would exceed RLIMIT_MEMLOCK", lock_limit, NULL},
	{"mmap", EAGAIN, "locked memory would exceed RLIMIT_MEMLOCK, after mlockall(MCL_FUTURE)",
		lock_limit_future, NULL},
	{"mmap", EINVAL, "neither MAP_SHARED nor MAP_PRIVATE is given", type_missing,
		"add MAP_PRIVATE"},
	{"mmap", EINVAL, "the type of the mapping is no known one", type_unknown,
		"use MAP_SHARED or MAP_PRIVATE"},
	{"mmap", EINVAL, "MAP_SHARED_VALIDATE is for files, not for MAP_ANONYMOUS",
		validate_without_file, "use MAP_SHARED"},
	{"mmap", EINVAL, "MAP_DROPPABLE is for anonymous memory only", droppable_file,
		"add MAP_ANONYMOUS"},
	{"mmap", EINVAL, "MAP_DROPPABLE came with Linux 6.11, and this kernel is older",
		droppable_too_new, NULL},
	{"mmap", EINVAL,
		"MAP_DROPPABLE goes with none of MAP_LOCKED, MAP_HUGETLB and MAP_GROWSDOWN",
		droppable_with, NULL},
	{"mmap", EINVAL, "MAP_GROWSDOWN is for private anonymous memory only",
		growsdown_file_or_shared, NULL},
	{"mmap", ENOMEM, "the address space would exceed RLIMIT_AS", limit_as, NULL},
	{"mmap", ENOMEM, "private writable memory would exceed RLIMIT_DATA", limit_data, NULL},
	{"mmap", EPERM, "a mapping that would be replaced is sealed (mseal)", replaces_sealed,
		NULL},
	{"mmap", ENOMEM, "the kernel will not promise so much memory (vm.overcommit_memory)",
		overcommitted, NULL},
	{"mmap", ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{"mmap", EAGAIN, "the file is locked, or the pages could not be brought in", NULL, NULL},
	{"mmap", ENFILE, "as many files are open in the system as fs.file-max allows", NULL, NULL},
	{"mmap", ETXTBSY, "the file is in use for swapping", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
