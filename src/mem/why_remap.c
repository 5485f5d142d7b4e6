/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why mremap fails. After mremap(2) and mm/mremap.c, which changed much in Linux 6.17. */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* mremap(old, old_length, new_length, flags, new) */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])
#define NEW_LENGTH(c) ((c)->args[2])
#define FLAGS(c) ((c)->args[3])
#define NEW_ADDR(c) ((c)->args[4])

enum { MOVES_SEVERAL = 6 << 16 | 17 }; /* the kernel that moves several mappings at once */

/* Lengths in whole pages, as the kernel takes them; those near the top become 0. */
static uint64_t old_length(const struct failed_call *c)
{
	return align_up(LENGTH(c), c->page);
}

static uint64_t new_length(const struct failed_call *c)
{
	return align_up(NEW_LENGTH(c), c->page);
}

/* With either flag the new address is looked at. */
static bool new_addr_given(const struct failed_call *c)
{
	return FLAGS(c) & (MREMAP_FIXED | MREMAP_DONTUNMAP);
}

/* Growing and moving look closer at the mapping than shrinking. */
static bool maps_anew(const struct failed_call *c)
{
	return new_addr_given(c) || new_length(c) > old_length(c);
}

static const struct mapping *old_mapping(const struct failed_call *c, size_t *i)
{
	const struct mapping *m = maps_find(c->maps, ADDR(c));
	*i = m ? (size_t)(m - c->maps->v) : 0;
	return m;
}

TEST(flags_unknown)
{
	uint64_t known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	return why_unknown_bits(f, FLAGS(c) & ~known, "flag");
}

TEST(addr_unaligned)
{
	return why_unaligned(c, f, "address", ADDR(c));
}

TEST(new_length_is_0)
{
	if (NEW_LENGTH(c) == 0)
		buf_puts(&f->text, "the new length is 0");
	return new_length(c) == 0;
}

TEST(new_too_long)
{
	if (!new_length(c) || !why_beyond(c, 0, NEW_LENGTH(c)))
		return WHY_NO;
	buf_puts(
		&f->text, "the new length is more than the address space of a program, which has ");
	size_print(&f->text, c->task_size);
	return WHY_YES;
}

TEST(needs_maymove)
{
	if (!new_addr_given(c) || FLAGS(c) & MREMAP_MAYMOVE)
		return WHY_NO;
	buf_puts(&f->text, FLAGS(c) & MREMAP_FIXED ? "MREMAP_FIXED" : "MREMAP_DONTUNMAP");
	buf_puts(&f->text, " needs MREMAP_MAYMOVE");
	return WHY_YES;
}

TEST(dontunmap_resizes)
{
	return FLAGS(c) & MREMAP_DONTUNMAP && old_length(c) != new_length(c);
}

TEST(new_addr_unaligned)
{
	if (!new_addr_given(c) || !why_unaligned(c, f, "new address", NEW_ADDR(c)))
		return WHY_NO;
	if (FLAGS(c) & MREMAP_FIXED && NEW_ADDR(c) < c->memory.mmap_min_addr + c->page)
		buf_clear(&f->cure); /* what is near may be forbidden */
	return WHY_YES;
}

TEST(new_beyond)
{
	if (!new_addr_given(c) || why_beyond(c, 0, NEW_LENGTH(c)))
		return WHY_NO;
	return why_ends_beyond(c, f, "new range", NEW_ADDR(c), NEW_LENGTH(c));
}

TEST(ranges_overlap)
{
	uint64_t old_end = ADDR(c) + old_length(c), new_end = NEW_ADDR(c) + new_length(c);
	return new_addr_given(c) && old_end > NEW_ADDR(c) && new_end > ADDR(c);
}

/* The shrinking of what goes past the end of the address space. */
TEST(old_beyond)
{
	if (new_length(c) >= old_length(c))
		return WHY_NO;
	return why_ends_beyond(c, f, "old range", ADDR(c), LENGTH(c));
}

TEST(copy_of_private)
{
	size_t i;
	const struct mapping *m = old_mapping(c, &i);
	return maps_anew(c) && old_length(c) == 0 && m && !(m->perms & PERM_SHARED);
}

TEST(copy_in_place)
{
	size_t i;
	return old_length(c) == 0 && old_mapping(c, &i) && !(FLAGS(c) & MREMAP_MAYMOVE);
}

TEST(old_not_mapped)
{
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (maps_find(c->maps, ADDR(c)))
		return WHY_NO;
	buf_puts(&f->text, "nothing is mapped at ");
	why_put_address(&f->text, ADDR(c));
	return WHY_YES;
}

TEST(old_crosses_end)
{
	size_t i;
	const struct mapping *m = old_mapping(c, &i);
	bool several = FLAGS(c) & MREMAP_FIXED && old_length(c) == new_length(c);
	if (!m || !maps_anew(c) || ADDR(c) + old_length(c) <= m->end)
		return WHY_NO;
	if (several && (!c->kernel || c->kernel >= MOVES_SEVERAL))
		return WHY_UNKNOWN; /* only some mappings of files cannot be moved together */
	buf_puts(&f->text, "the old range goes past the end of its mapping, ");
	why_put_mapping(&f->text, m);
	return WHY_YES;
}

TEST(sealed_old)
{
	return why_sealed(c, f, ADDR(c), MAX(old_length(c), c->page));
}

TEST(sealed_new)
{
	return FLAGS(c) & MREMAP_FIXED ? why_sealed(c, f, NEW_ADDR(c), new_length(c)) : WHY_NO;
}

TEST(special)
{
	size_t i;
	if (!old_mapping(c, &i) || !maps_anew(c) || new_length(c) <= old_length(c))
		return WHY_NO;
	return why_first_such(
		c, f, ADDR(c), 1, why_is_special, " is not ordinary memory and cannot grow");
}

TEST(special_dontunmap)
{
	size_t i;
	if (!old_mapping(c, &i) || !(FLAGS(c) & MREMAP_DONTUNMAP))
		return WHY_NO;
	return why_first_such(c, f, ADDR(c), 1, why_is_special,
		" is not ordinary memory, as MREMAP_DONTUNMAP needs");
}

/* Ranges of huge pages begin and end with one, and do not grow. */
TEST(huge)
{
	size_t i;
	uint64_t size = c->memory.default_huge;
	if (!old_mapping(c, &i))
		return WHY_NO;
	enum verdict is = why_is_huge(c, i);
	if (is != WHY_YES)
		return is;
	if (!size)
		return WHY_UNKNOWN;
	return ADDR(c) % size || (new_addr_given(c) && NEW_ADDR(c) % size) ||
	       align_up(NEW_LENGTH(c), size) > align_up(LENGTH(c), size);
}

TEST(offset_overflows)
{
	size_t i;
	const struct mapping *m = old_mapping(c, &i);
	uint64_t at, end;
	if (!m || !m->inode || !maps_anew(c))
		return WHY_NO;
	at = ADDR(c) - m->start + m->offset;
	return __builtin_add_overflow(at, new_length(c), &end);
}

/* Without MREMAP_MAYMOVE the mapping can only grow where it is. */
static bool grows_in_place(const struct failed_call *c)
{
	size_t i;
	return !(FLAGS(c) & MREMAP_MAYMOVE) && new_length(c) > old_length(c) && old_length(c) &&
	       old_mapping(c, &i);
}

TEST(no_room_to_grow)
{
	uint64_t old_end = ADDR(c) + old_length(c), more = new_length(c) - old_length(c);
	size_t i = maps_at_or_above(c->maps, old_end);
	if (!grows_in_place(c))
		return WHY_NO;
	if (maps_find(c->maps, ADDR(c))->end != old_end || i == c->maps->n ||
		!mapping_meets(&c->maps->v[i], old_end, more))
		return why_beyond(c, old_end, more) ? WHY_YES : WHY_NO;
	buf_puts(&f->text, "there is no room to grow: next comes ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	return WHY_YES;
}

TEST(inner_part_grows)
{
	size_t i;
	const struct mapping *m = old_mapping(c, &i);
	if (!grows_in_place(c) || ADDR(c) + old_length(c) >= m->end)
		return WHY_NO;
	buf_puts(&f->text, "the old range ends inside of its mapping, ");
	why_put_mapping(&f->text, m);
	buf_puts(&f->text, ", and only its end can grow");
	return WHY_YES;
}

/* What a move or growth adds to the address space. */
static uint64_t added(const struct failed_call *c)
{
	if (FLAGS(c) & MREMAP_DONTUNMAP)
		return old_length(c);
	return new_length(c) > old_length(c) ? new_length(c) - old_length(c) : 0;
}

TEST(limit_as)
{
	return added(c) ? why_limit_as(c, f, added(c)) : WHY_NO;
}

/* Whether what is added is private and writable. */
static bool adds_data(const struct failed_call *c)
{
	size_t i;
	const struct mapping *m = old_mapping(c, &i);
	return added(c) && m && (m->perms & (PERM_W | PERM_SHARED)) == PERM_W;
}

TEST(limit_data)
{
	return adds_data(c) ? why_limit_data(c, f, added(c)) : WHY_NO;
}

TEST(overcommitted)
{
	return adds_data(c) ? why_overcommit(c, f, added(c)) : WHY_NO;
}

TEST(lock_limit)
{
	size_t i;
	if (!old_mapping(c, &i) || new_length(c) <= old_length(c))
		return WHY_NO;
	enum verdict locked = why_is_locked(c, i);
	return locked == WHY_YES ? why_limit_memlock(c, f, added(c)) : locked;
}

/* A move may split old and new neighbours: the kernel keeps room for six mappings. */
TEST(map_count)
{
	return FLAGS(c) & MREMAP_MAYMOVE ? why_map_count(c, f, 6) : why_map_count(c, f, 1);
}

TEST(below_minimum)
{
	return FLAGS(c) & MREMAP_FIXED ? why_below_minimum(c, f, NEW_ADDR(c)) : WHY_NO;
}

TEST(no_hole)
{
	return FLAGS(c) & MREMAP_MAYMOVE && !(FLAGS(c) & MREMAP_FIXED) &&
			       new_length(c) > c->task_size / 2
		       ? WHY_UNKNOWN
		       : WHY_NO;
}

const struct why_row why_rows_remap[] = {
	{"mremap", EINVAL, "a bit of the flags is no known one", flags_unknown, NULL},
	{"mremap", EINVAL, "the old address is no multiple of the page size", addr_unaligned, NULL},
	{"mremap", EINVAL, "the new length, rounded up to whole pages, is 0", new_length_is_0,
		NULL},
	{"mremap", EINVAL, "the new length is more than the address space of a program",
		new_too_long, NULL},
	{"mremap", ENOMEM, "the new length is more than the address space of a program",
		new_too_long, NULL},
	{"mremap", EINVAL, "the new range does not end below the end of the address space",
		new_beyond, NULL},
	{"mremap", EINVAL, "the new address is no multiple of the page size", new_addr_unaligned,
		NULL},
	{"mremap", EINVAL, "MREMAP_FIXED or MREMAP_DONTUNMAP is given without MREMAP_MAYMOVE",
		needs_maymove, "add MREMAP_MAYMOVE"},
	{"mremap", EINVAL, "with MREMAP_DONTUNMAP both lengths must be the same", dontunmap_resizes,
		NULL},
	{"mremap", EINVAL, "old and new range overlap", ranges_overlap, NULL},
	{"mremap", ENOMEM, "there are nearly as many mappings as vm.max_map_count allows",
		map_count, NULL},
	{"mremap", EFAULT, "nothing is mapped at the old address", old_not_mapped, NULL},
	{"mremap", EPERM, "a mapping in the old range is sealed (mseal)", sealed_old, NULL},
	{"mremap", EINVAL, "huge pages: an address or length does not fit them, or they would grow",
		huge, NULL},
	{"mremap", EINVAL, "old length 0 makes a copy, which only shared mappings allow",
		copy_of_private, NULL},
	{"mremap", EINVAL, "MREMAP_DONTUNMAP is given for a mapping that is not ordinary memory",
		special_dontunmap, NULL},
	{"mremap", EFAULT, "the old range goes past the end of its mapping", old_crosses_end, NULL},
	{"mremap", EINVAL, "the offset in the file would not fit in 64 bits", offset_overflows,
		NULL},
	{"mremap", EFAULT, "the mapping is not ordinary memory and cannot grow", special, NULL},
	{"mremap", EAGAIN, "the mapping is locked, and locked memory would exceed RLIMIT_MEMLOCK",
		lock_limit, NULL},
	{"mremap", ENOMEM, "the address space would exceed RLIMIT_AS", limit_as, NULL},
	{"mremap", ENOMEM, "private writable memory would exceed RLIMIT_DATA", limit_data, NULL},
	{"mremap", EINVAL, "the old range does not end below the end of the address space",
		old_beyond, NULL},
	{"mremap", EPERM, "a mapping that would be replaced is sealed (mseal)", sealed_new, NULL},
	{"mremap", EPERM, "the new address is below vm.mmap_min_addr, without CAP_SYS_RAWIO",
		below_minimum, NULL},
	{"mremap", ENOMEM, "old length 0 makes a copy, which needs MREMAP_MAYMOVE", copy_in_place,
		"add MREMAP_MAYMOVE"},
	{"mremap", ENOMEM, "the mapping cannot grow where it is, and MREMAP_MAYMOVE is not given",
		no_room_to_grow, "add MREMAP_MAYMOVE"},
	{"mremap", ENOMEM,
		"the old range ends inside of its mapping, and MREMAP_MAYMOVE is not given",
		inner_part_grows, "add MREMAP_MAYMOVE"},
	{"mremap", ENOMEM, "no hole between the mappings is large enough", no_hole, NULL},
	{"mremap", ENOMEM, "the kernel will not promise so much memory (vm.overcommit_memory)",
		overcommitted, NULL},
	{"mremap", ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
