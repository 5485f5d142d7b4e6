/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls on mappings that exist fail: munmap, mprotect, mremap, madvise, msync. (brk has no
 * errno: where it cannot do what it should, the kernel returns the old break.)
 *
 * After the manual pages of section 2 and mm/vma.c, mm/mprotect.c, mm/mremap.c, mm/madvise.c,
 * mm/msync.c.
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* All take the range first: call(addr, length, …). */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])

static bool addr_unaligned(const struct failed_call *c, struct finding *f)
{
	return why_unaligned(c, f, "address", ADDR(c));
}

static bool length_is_0(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return LENGTH(c) == 0;
}

static bool has_hole(const struct failed_call *c, struct finding *f)
{
	return why_hole(c, f, ADDR(c), LENGTH(c));
}

/* Whether address and length, rounded up to pages, wrap. */
static bool wraps(const struct failed_call *c, struct finding *f)
{
	(void)f;
	uint64_t len = align_up(LENGTH(c), c->page);
	return LENGTH(c) && ADDR(c) + len <= ADDR(c);
}

/* A split needs one mapping more than there are. */
static bool no_split(const struct failed_call *c, struct finding *f)
{
	return why_map_count(c, f, 1);
}

/* For calls where a seal is the only reason for EPERM. */
static bool always(const struct failed_call *c, struct finding *f)
{
	(void)c;
	(void)f;
	return true;
}

/* ---- munmap(addr, length) ---- */

static bool unmap_beyond(const struct failed_call *c, struct finding *f)
{
	if (!LENGTH(c) || !why_beyond(c, ADDR(c), LENGTH(c)))
		return false;
	buf_puts(&f->text, "the range does not end below ");
	why_put_address(&f->text, c->task_size);
	buf_puts(&f->text, ", where the addresses of programs end");
	return true;
}

/* ---- mprotect(addr, length, prot) ---- */

#define PROT(c) ((c)->args[2])

static bool prot_unknown(const struct failed_call *c, struct finding *f)
{
	uint64_t known = PROT_GROWSDOWN | PROT_GROWSUP;
	for (const struct flag *flag = flags_prot.flags; flag->name; flag++)
		known |= flag->value;
	return LENGTH(c) && why_unknown_bits(f, PROT(c) & ~known, "protection");
}

static bool both_grow(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (PROT(c) & PROT_GROWSDOWN) && (PROT(c) & PROT_GROWSUP);
}

/*
 * The kernel's answer EACCES says that one mapping in the range lacks the right to be allowed this.
 * It is a shared file mapping that cannot be written, if no other in the range could be the one.
 */
static bool shared_file_not_writable(const struct failed_call *c, struct finding *f)
{
	const struct mapping *found = NULL;
	if (!(PROT(c) & PROT_WRITE) || PROT(c) & PROT_EXEC || !LENGTH(c))
		return false;
	for (size_t i = maps_at_or_above(c->maps, ADDR(c)); i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!mapping_meets(m, ADDR(c), LENGTH(c)))
			break;
		if (m->perms & PERM_W || (mapping_is_anonymous(m) && m->name[0] != '['))
			continue;
		if (found || !(m->perms & PERM_SHARED) || !m->inode)
			return false;
		found = m;
	}
	if (!found)
		return false;
	why_put_mapping(&f->text, found);
	buf_puts(&f->text, " is shared, and its file was not opened for writing");
	return true;
}

/* ---- mremap(old, old_length, new_length, flags, new) ---- */

#define NEW_LENGTH(c) ((c)->args[2])
#define REMAP_FLAGS(c) ((c)->args[3])
#define NEW_ADDR(c) ((c)->args[4])

/* With either flag the new address is looked at. */
static bool new_addr_given(const struct failed_call *c)
{
	return REMAP_FLAGS(c) & (MREMAP_FIXED | MREMAP_DONTUNMAP);
}

static bool remap_flags_unknown(const struct failed_call *c, struct finding *f)
{
	uint64_t known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	return why_unknown_bits(f, REMAP_FLAGS(c) & ~known, "flag");
}

static bool new_length_is_0(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return NEW_LENGTH(c) == 0;
}

static bool new_too_long(const struct failed_call *c, struct finding *f)
{
	if (!why_beyond(c, 0, NEW_LENGTH(c)))
		return false;
	buf_puts(
		&f->text, "the new length is more than the address space of a program, which has ");
	size_print(&f->text, c->task_size);
	return true;
}

static bool needs_maymove(const struct failed_call *c, struct finding *f)
{
	if (!new_addr_given(c) || REMAP_FLAGS(c) & MREMAP_MAYMOVE)
		return false;
	buf_puts(&f->text, REMAP_FLAGS(c) & MREMAP_FIXED ? "MREMAP_FIXED" : "MREMAP_DONTUNMAP");
	buf_puts(&f->text, " needs MREMAP_MAYMOVE");
	return true;
}

static bool dontunmap_resizes(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return REMAP_FLAGS(c) & MREMAP_DONTUNMAP &&
	       align_up(LENGTH(c), c->page) != align_up(NEW_LENGTH(c), c->page);
}

static bool new_addr_unaligned(const struct failed_call *c, struct finding *f)
{
	return new_addr_given(c) && why_unaligned(c, f, "new address", NEW_ADDR(c));
}

static bool new_beyond(const struct failed_call *c, struct finding *f)
{
	if (!new_addr_given(c) || why_beyond(c, 0, NEW_LENGTH(c)) ||
		!why_beyond(c, NEW_ADDR(c), NEW_LENGTH(c)))
		return false;
	buf_puts(&f->text, "the new range does not end below ");
	why_put_address(&f->text, c->task_size);
	buf_puts(&f->text, ", where the addresses of programs end");
	return true;
}

static bool ranges_overlap(const struct failed_call *c, struct finding *f)
{
	(void)f;
	uint64_t old_end = why_end(ADDR(c), align_up(LENGTH(c), c->page));
	uint64_t new_end = why_end(NEW_ADDR(c), align_up(NEW_LENGTH(c), c->page));
	return new_addr_given(c) && old_end > NEW_ADDR(c) && new_end > ADDR(c);
}

static bool copy_of_private(const struct failed_call *c, struct finding *f)
{
	(void)f;
	const struct mapping *m = maps_find(c->maps, ADDR(c));
	return LENGTH(c) == 0 && m && !(m->perms & PERM_SHARED);
}

static bool old_not_mapped(const struct failed_call *c, struct finding *f)
{
	if (!c->maps->n || maps_find(c->maps, ADDR(c)))
		return false;
	buf_puts(&f->text, "nothing is mapped at ");
	why_put_address(&f->text, ADDR(c));
	return true;
}

static bool old_crosses_end(const struct failed_call *c, struct finding *f)
{
	const struct mapping *m = maps_find(c->maps, ADDR(c));
	if (!m || why_end(ADDR(c), align_up(LENGTH(c), c->page)) <= m->end)
		return false;
	buf_puts(&f->text, "the old range goes past the end of its mapping, ");
	why_put_mapping(&f->text, m);
	return true;
}

/* Without MREMAP_MAYMOVE the mapping can only grow where it is. */
static bool no_room_to_grow(const struct failed_call *c, struct finding *f)
{
	if (REMAP_FLAGS(c) & MREMAP_MAYMOVE || NEW_LENGTH(c) <= LENGTH(c) ||
		!maps_find(c->maps, ADDR(c)))
		return false;
	uint64_t old_end = why_end(ADDR(c), align_up(LENGTH(c), c->page));
	uint64_t more = align_up(NEW_LENGTH(c), c->page) - align_up(LENGTH(c), c->page);
	size_t i = maps_at_or_above(c->maps, old_end);
	if (i == c->maps->n || !mapping_meets(&c->maps->v[i], old_end, more))
		return false;
	buf_puts(&f->text, "there is no room to grow: next comes ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	return true;
}

static bool remap_limit_as(const struct failed_call *c, struct finding *f)
{
	return NEW_LENGTH(c) > LENGTH(c) && why_rlimit_as(c, f, NEW_LENGTH(c) - LENGTH(c));
}

/* A move may split old and new neighbours: mm/mremap.c keeps room for six mappings. */
static bool remap_map_count(const struct failed_call *c, struct finding *f)
{
	return why_map_count(c, f, 6);
}

/* ---- madvise(addr, length, advice) ---- */

#define ADVICE(c) ((int)(c)->args[2])

static bool advice_unknown(const struct failed_call *c, struct finding *f)
{
	for (const struct flag *flag = flags_madv.flags; flag->name; flag++)
		if ((int)flag->value == ADVICE(c))
			return false;
	buf_printf(&f->text, "there is no advice with the number %d", ADVICE(c));
	return true;
}

/* The first mapping of the range for which BAD is true is named with the words WHY. */
static bool first_such(const struct failed_call *c, struct finding *f,
	bool bad(const struct mapping *), const char *why)
{
	for (size_t i = maps_at_or_above(c->maps, ADDR(c)); i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!mapping_meets(m, ADDR(c), LENGTH(c)))
			return false;
		if (bad(m)) {
			why_put_mapping(&f->text, m);
			buf_puts(&f->text, why);
			return true;
		}
	}
	return false;
}

static bool has_file(const struct mapping *m)
{
	return !mapping_is_anonymous(m);
}

static bool no_write(const struct mapping *m)
{
	return !(m->perms & PERM_W);
}

static bool not_shared_writable(const struct mapping *m)
{
	return has_file(m) && (m->perms & (PERM_SHARED | PERM_W)) != (PERM_SHARED | PERM_W);
}

static bool free_of_file(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_FREE &&
	       first_such(
		       c, f, has_file, " has a file, and MADV_FREE is for anonymous memory only");
}

static bool wipe_of_file(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_WIPEONFORK &&
	       first_such(c, f, has_file,
		       " has a file, and MADV_WIPEONFORK is for anonymous memory only");
}

static bool remove_without_file(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_REMOVE &&
	       first_such(c, f, mapping_is_anonymous,
		       " has no file whose space MADV_REMOVE could free");
}

static bool remove_not_writable(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_REMOVE &&
	       first_such(c, f, not_shared_writable,
		       " is not both shared and writable, as MADV_REMOVE needs");
}

static bool populate_not_writable(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_POPULATE_WRITE &&
	       first_such(c, f, no_write, " does not allow writing");
}

static bool no_access(const struct mapping *m)
{
	return !(m->perms & (PERM_R | PERM_W | PERM_X));
}

static bool populate_not_readable(const struct failed_call *c, struct finding *f)
{
	return ADVICE(c) == MADV_POPULATE_READ &&
	       first_such(c, f, no_access, " does not allow reading");
}

/* ---- msync(addr, length, flags) ---- */

#define SYNC_FLAGS(c) ((c)->args[2])

static bool sync_flags_unknown(const struct failed_call *c, struct finding *f)
{
	uint64_t known = MS_ASYNC | MS_SYNC | MS_INVALIDATE;
	return why_unknown_bits(f, (uint32_t)SYNC_FLAGS(c) & ~known, "flag");
}

static bool sync_and_async(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (SYNC_FLAGS(c) & MS_SYNC) && (SYNC_FLAGS(c) & MS_ASYNC);
}

#define SEALED "a mapping in the range is sealed (mseal)"
#define WRAPS "address and length together go past the end of the address space"

const struct why_row why_rows_change[] = {
	{"munmap", EINVAL, addr_unaligned, NULL, NULL},
	{"munmap", EINVAL, unmap_beyond, NULL, NULL},
	{"munmap", EINVAL, length_is_0, "the length is 0", NULL},
	{"munmap", ENOMEM, no_split, NULL, NULL},
	{"munmap", EPERM, always, SEALED, NULL},

	{"mprotect", EINVAL, both_grow, "PROT_GROWSDOWN and PROT_GROWSUP exclude each other", NULL},
	{"mprotect", EINVAL, addr_unaligned, NULL, NULL},
	{"mprotect", ENOMEM, wraps, WRAPS, NULL},
	{"mprotect", EINVAL, prot_unknown, NULL, NULL},
	{"mprotect", ENOMEM, has_hole, NULL, NULL},
	{"mprotect", EACCES, shared_file_not_writable, NULL, NULL},
	{"mprotect", ENOMEM, no_split, NULL, NULL},
	{"mprotect", EPERM, always, SEALED, NULL},

	{"mremap", EINVAL, remap_flags_unknown, NULL, NULL},
	{"mremap", EINVAL, addr_unaligned, NULL, NULL},
	{"mremap", EINVAL, new_length_is_0, "the new length is 0", NULL},
	{"mremap", EINVAL, new_too_long, NULL, NULL},
	{"mremap", EINVAL, needs_maymove, NULL, "add MREMAP_MAYMOVE"},
	{"mremap", EINVAL, dontunmap_resizes, "with MREMAP_DONTUNMAP both lengths must be the same",
		NULL},
	{"mremap", EINVAL, new_addr_unaligned, NULL, NULL},
	{"mremap", EINVAL, new_beyond, NULL, NULL},
	{"mremap", EINVAL, ranges_overlap, "old and new range overlap", NULL},
	{"mremap", EFAULT, old_not_mapped, NULL, NULL},
	{"mremap", EINVAL, copy_of_private,
		"old length 0 makes a copy, which only shared mappings allow", NULL},
	{"mremap", EFAULT, old_crosses_end, NULL, NULL},
	{"mremap", ENOMEM, no_room_to_grow, NULL, "add MREMAP_MAYMOVE"},
	{"mremap", ENOMEM, remap_limit_as, NULL, NULL},
	{"mremap", ENOMEM, remap_map_count, NULL, NULL},
	{"mremap", EPERM, always, SEALED, NULL},

	{"madvise", EINVAL, advice_unknown, NULL, NULL},
	{"madvise", EINVAL, addr_unaligned, NULL, NULL},
	{"madvise", EINVAL, wraps, WRAPS, NULL},
	{"madvise", ENOMEM, has_hole, NULL, NULL},
	{"madvise", EINVAL, free_of_file, NULL, NULL},
	{"madvise", EINVAL, wipe_of_file, NULL, NULL},
	{"madvise", EINVAL, remove_without_file, NULL, NULL},
	{"madvise", EACCES, remove_not_writable, NULL, NULL},
	{"madvise", EINVAL, populate_not_writable, NULL, NULL},
	{"madvise", EINVAL, populate_not_readable, NULL, NULL},
	{"madvise", EAGAIN, no_split, NULL, NULL},

	{"msync", EINVAL, sync_flags_unknown, NULL, NULL},
	{"msync", EINVAL, addr_unaligned, NULL, NULL},
	{"msync", EINVAL, sync_and_async, "MS_SYNC and MS_ASYNC exclude each other", NULL},
	{"msync", ENOMEM, wraps, WRAPS, NULL},
	{"msync", ENOMEM, has_hole, NULL, NULL},
	{"msync", EBUSY, always,
		"a page in the range is locked in memory, and MS_INVALIDATE is given", NULL},
	{NULL, 0, NULL, NULL, NULL},
};
