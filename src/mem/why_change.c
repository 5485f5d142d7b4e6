/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls on mappings that exist fail: munmap, mprotect, pkey_mprotect, mseal, remap_file_pages.
 * (brk has no errno: where it cannot do what it should, the kernel returns the old break.)
 *
 * After the manual pages of section 2 and mm/vma.c, mm/mprotect.c, mm/mseal.c, mm/mmap.c.
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* All take the range first: call(addr, length, …). */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])

TEST(addr_unaligned)
{
	return why_unaligned(c, f, "address", ADDR(c));
}

TEST(length_is_0)
{
	return LENGTH(c) == 0;
}

TEST(wraps)
{
	return why_wraps(c, ADDR(c), LENGTH(c));
}

/* A split needs one mapping more than there are. */
TEST(no_split)
{
	return why_map_count(c, f, 1);
}

TEST(sealed)
{
	return why_sealed(c, f, ADDR(c), LENGTH(c));
}

static void tell_partial(const struct failed_call *c, struct finding *f, const char *done)
{
	if (c->changed)
		buf_printf(&f->effect, "what lies before it in the range %s all the same", done);
}

/* ---- munmap(addr, length) ---- */

TEST(unmap_beyond)
{
	return LENGTH(c) ? why_ends_beyond(c, f, "range", ADDR(c), LENGTH(c)) : WHY_NO;
}

/* The first or the last mapping is of huge pages, and the range cuts one of these. */
TEST(cuts_huge_page)
{
	uint64_t end = why_end(ADDR(c), align_up(LENGTH(c), c->page));
	bool unknown = false;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c));
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (why_is_huge(c, i) != WHY_YES || !c->memory.default_huge) {
			unknown = unknown || why_is_huge(c, i) == WHY_UNKNOWN;
			continue;
		}
		uint64_t size = c->memory.default_huge;
		if ((ADDR(c) > m->start && ADDR(c) % size) || (end < m->end && end % size)) {
			why_put_mapping(&f->text, m);
			buf_puts(&f->text, " consists of huge pages of ");
			size_print(&f->text, size);
			buf_puts(&f->text, ", and the range cuts one");
			return WHY_YES;
		}
	}
	return unknown ? WHY_UNKNOWN : WHY_NO;
}

/* ---- mprotect(addr, length, prot), pkey_mprotect(addr, length, prot, pkey) ---- */

#define PROT(c) ((c)->args[2])
#define GROWS (PROT_GROWSDOWN | PROT_GROWSUP)

TEST(prot_unknown)
{
	uint64_t known = GROWS;
	for (const struct flag *flag = flags_prot.flags; flag->name; flag++)
		known |= flag->value;
	return LENGTH(c) ? why_unknown_bits(f, PROT(c) & ~known, "protection") : WHY_NO;
}

TEST(both_grow)
{
	return (PROT(c) & GROWS) == GROWS;
}

TEST(does_not_grow)
{
	size_t i = maps_at_or_above(c->maps, ADDR(c));
	if (!(PROT(c) & GROWS) || both_grow(c, f) || i == c->maps->n)
		return WHY_NO;
	enum verdict grows = why_has_flag(c, i, "gd");
	if (grows == WHY_UNKNOWN)
		return WHY_UNKNOWN;
	if (PROT(c) & PROT_GROWSDOWN && grows == WHY_YES)
		return WHY_NO;
	why_put_mapping(&f->text, &c->maps->v[i]);
	buf_printf(&f->text, " does not grow %s", PROT(c) & PROT_GROWSDOWN ? "down" : "up");
	return WHY_YES;
}

TEST(protect_hole)
{
	uint64_t start = ADDR(c);
	size_t i = maps_at_or_above(c->maps, start);
	if (PROT(c) & PROT_GROWSDOWN && i < c->maps->n &&
		c->maps->v[i].start < why_end(start, LENGTH(c)))
		start = c->maps->v[i].start;
	enum verdict v = why_hole(c, f, start, align_up(LENGTH(c) - (start - ADDR(c)), c->page));
	if (v == WHY_YES)
		tell_partial(c, f, "was changed");
	return v;
}

/* What the mapping may never become is missing from its VmFlags: mr, mw, me. */
static const char *forbidden_right(const struct failed_call *c, size_t i, bool *unknown)
{
	static const struct {
		uint64_t prot;
		const char *flag, *right;
	} rights[] = {{PROT_READ, "mr", "readable"}, {PROT_WRITE, "mw", "writable"},
		{PROT_EXEC, "me", "executable"}};
	for (size_t r = 0; r < ARRAY_SIZE(rights); r++) {
		enum verdict may = why_has_flag(c, i, rights[r].flag);
		*unknown = *unknown || may == WHY_UNKNOWN;
		if (PROT(c) & rights[r].prot && may == WHY_NO)
			return rights[r].right;
	}
	return NULL;
}

static void put_why_forbidden(struct finding *f, const struct mapping *m, const char *right)
{
	why_put_mapping(&f->text, m);
	if (*right == 'w' && m->inode && m->perms & PERM_SHARED)
		buf_puts(&f->text,
			" is shared, and its file was not opened for writing or is sealed");
	else if (*right == 'e' && m->inode)
		buf_puts(&f->text, " is of a file on a file system that is mounted noexec");
	else
		buf_printf(&f->text, " may never become %s", right);
}

TEST(right_forbidden)
{
	bool unknown = false;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c)); i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!mapping_meets(m, ADDR(c), LENGTH(c)))
			break;
		const char *right = forbidden_right(c, i, &unknown);
		if (!right)
			continue;
		put_why_forbidden(f, m, right);
		if (c->vm_flags && c->vm_flags[i])
			buf_printf(&f->fact, "its VmFlags are %s", c->vm_flags[i]);
		tell_partial(c, f, "was changed");
		return WHY_YES;
	}
	return unknown ? WHY_UNKNOWN : WHY_NO;
}

/*
 * Only memory that was executable already may be so: map_deny_write_exec() in include/linux/mman.h.
 */
TEST(exec_gained)
{
	if (!(PROT(c) & PROT_EXEC))
		return WHY_NO;
	return c->mdwe < 0 ? WHY_UNKNOWN : c->mdwe & 1;
}

TEST(protect_sealed)
{
	enum verdict v = sealed(c, f);
	if (v == WHY_YES)
		tell_partial(c, f, "was changed");
	return v;
}

/* Private memory that becomes writable begins to count. */
static bool begins_to_count(const struct failed_call *c, uint64_t *bytes)
{
	uint64_t end = why_end(ADDR(c), LENGTH(c));
	*bytes = 0;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c));
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!(m->perms & (PERM_W | PERM_SHARED)))
			*bytes += MIN(m->end, end) - MAX(m->start, ADDR(c));
	}
	return PROT(c) & PROT_WRITE && *bytes;
}

TEST(protect_limit_data)
{
	uint64_t bytes;
	return begins_to_count(c, &bytes) ? why_limit_data(c, f, bytes) : WHY_NO;
}

TEST(protect_overcommits)
{
	uint64_t bytes;
	return begins_to_count(c, &bytes) ? why_overcommit(c, f, bytes) : WHY_NO;
}

#define PKEY(c) ((int)(c)->args[3])

TEST(pkey_without_cpu)
{
	return PKEY(c) != -1 && !c->has_pkeys;
}

TEST(pkey_not_allocated)
{
	return PKEY(c) == -1 || !c->has_pkeys ? WHY_NO : why_key_not_allocated(c, f, PKEY(c));
}

/* ---- mseal(addr, length, flags) ---- */

TEST(seal_flags)
{
	return why_unknown_bits(f, c->args[2], "flag");
}

TEST(hole)
{
	return why_hole(c, f, ADDR(c), align_up(LENGTH(c), c->page));
}

/* ---- remap_file_pages(addr, size, prot, pgoff, flags) ---- */

TEST(remap_prot)
{
	return c->args[2] != 0;
}

TEST(remap_size)
{
	uint64_t start = align_down(ADDR(c), c->page), size = align_down(LENGTH(c), c->page);
	return start + size <= start;
}

TEST(remap_offset)
{
	uint64_t pages = align_down(LENGTH(c), c->page) / c->page;
	return c->args[3] + pages < c->args[3];
}

TEST(remap_not_shared)
{
	const struct mapping *m = maps_find(c->maps, align_down(ADDR(c), c->page));
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (!m) {
		buf_puts(&f->text, "nothing is mapped at ");
		why_put_address(&f->text, ADDR(c));
		return WHY_YES;
	}
	size_t i = (size_t)(m - c->maps->v);
	if (m->perms & PERM_SHARED && why_has_flag(c, i, "sh") != WHY_NO)
		return why_has_flag(c, i, "sh") == WHY_UNKNOWN ? WHY_UNKNOWN : WHY_NO;
	why_put_mapping(&f->text, m);
	buf_puts(&f->text, m->perms & PERM_SHARED
				   ? " is of a file that was not opened for writing"
				   : " is private, and only shared mappings can be rearranged");
	return WHY_YES;
}

/* The range may go on into the next mapping only if it is of the same file and kind. */
TEST(remap_crosses_end)
{
	uint64_t start = align_down(ADDR(c), c->page), size = align_down(LENGTH(c), c->page);
	const struct mapping *m = maps_find(c->maps, start);
	if (!m || why_end(start, size) <= m->end)
		return WHY_NO;
	for (size_t i = (size_t)(m - c->maps->v) + 1;
		i < c->maps->n && m->end < why_end(start, size); i++) {
		const struct mapping *next = &c->maps->v[i];
		if (next->start != m->end || next->inode != m->inode || next->perms != m->perms)
			break;
		m = next;
	}
	if (why_end(start, size) <= m->end)
		return WHY_UNKNOWN;
	buf_puts(&f->text, "the range goes past the end of its mapping, ");
	why_put_mapping(&f->text, m);
	return WHY_YES;
}

#define WRAPS "address and length together go past the end of the address space"
#define HOLE "something in the range is not mapped"
#define UNALIGNED "the address is no multiple of the page size"
#define SPLIT "a mapping would have to be split, and there are as many as vm.max_map_count allows"
#define SEALED "a mapping in the range is sealed (mseal)"
#define KERNEL_MEMORY "the kernel itself is out of memory"
#define PROTECT "mprotect pkey_mprotect"

const struct why_row why_rows_change[] = {
	{"munmap", EINVAL, UNALIGNED, addr_unaligned, NULL},
	{"munmap", EINVAL, "the range does not end below the end of the address space",
		unmap_beyond, NULL},
	{"munmap", EINVAL, "the length is 0", length_is_0, NULL},
	{"munmap", EINVAL, "the range cuts a huge page", cuts_huge_page, NULL},
	{"munmap", ENOMEM, SPLIT, no_split, NULL},
	{"munmap", EPERM, SEALED, sealed, NULL},
	{"munmap", ENOMEM, KERNEL_MEMORY, NULL, NULL},

	{PROTECT, EINVAL, "PROT_GROWSDOWN and PROT_GROWSUP exclude each other", both_grow,
		"use only one"},
	{PROTECT, EINVAL, UNALIGNED, addr_unaligned, NULL},
	{PROTECT, ENOMEM, WRAPS, wraps, NULL},
	{PROTECT, EINVAL, "a bit of the protection is no known one", prot_unknown, NULL},
	{"pkey_mprotect", EINVAL, "this CPU has no protection keys, or they are switched off",
		pkey_without_cpu, "use -1, which means mprotect"},
	{"pkey_mprotect", EINVAL, "the protection key was not allocated (pkey_alloc)",
		pkey_not_allocated, NULL},
	{PROTECT, ENOMEM, HOLE, protect_hole, NULL},
	{PROTECT, EINVAL,
		"PROT_GROWSDOWN or PROT_GROWSUP is given, and the mapping does not grow so",
		does_not_grow, NULL},
	{PROTECT, EACCES,
		"the mapping may never have such a right (a shared file that was not opened "
		"for writing, a file system mounted noexec)",
		right_forbidden, NULL},
	{PROTECT, EACCES, "memory may not become executable (PR_SET_MDWE)", exec_gained, NULL},
	{PROTECT, EPERM, SEALED, protect_sealed, NULL},
	{PROTECT, ENOMEM, SPLIT, no_split, NULL},
	{PROTECT, ENOMEM, "private writable memory would exceed RLIMIT_DATA", protect_limit_data,
		NULL},
	{PROTECT, ENOMEM, "the kernel will not promise so much memory (vm.overcommit_memory)",
		protect_overcommits, NULL},
	{PROTECT, ENOMEM, KERNEL_MEMORY, NULL, NULL},

	{"mseal", EINVAL, "the flags are not 0", seal_flags, "use 0"},
	{"mseal", EINVAL, UNALIGNED, addr_unaligned, NULL},
	{"mseal", EINVAL, WRAPS, wraps, NULL},
	{"mseal", ENOMEM, HOLE, hole, NULL},
	{"mseal", ENOMEM, SPLIT, no_split, NULL},
	{"mseal", ENOMEM, KERNEL_MEMORY, NULL, NULL},
	{"mseal", EPERM, "sealing exists on 64-bit machines only", NULL, NULL},

	{"remap_file_pages", EINVAL, "the protection is not 0", remap_prot, "use 0"},
	{"remap_file_pages", EINVAL, "the size, cut down to whole pages, is 0 or too large",
		remap_size, NULL},
	{"remap_file_pages", EINVAL, "the page offset is too large", remap_offset, NULL},
	{"remap_file_pages", EINVAL, "the range is not in a shared mapping", remap_not_shared,
		NULL},
	{"remap_file_pages", EINVAL, "the range goes past the end of its mapping",
		remap_crosses_end, NULL},
	{"remap_file_pages", EPERM, SEALED, sealed, NULL},
	{"remap_file_pages", EPERM, "the file is sealed against writing", NULL, NULL},
	{"remap_file_pages", ENOMEM, SPLIT, no_split, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
