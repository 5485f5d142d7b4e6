/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why shmget, shmat, shmdt and shmctl fail. After shmget(2), shmop(2), shmctl(2), ipc/shm.c and
 * ipc/util.c. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/shm.h>

#include "mem/explain_parts.h"
#include "mem/why_parts.h"

/* shmget(key, size, flags) */
#define KEY(c) ((int)(c)->args[0])
#define SIZE(c) ((c)->args[1])
#define GET_FLAGS(c) ((uint32_t)(c)->args[2])

/* shmat(id, addr, flags), shmdt(addr), shmctl(id, command, buf) */
#define ID(c) ((int)(c)->args[0])
#define ADDR(c) ((c)->args[1])
#define ATTACH_FLAGS(c) ((uint32_t)(c)->args[2])
#define COMMAND(c) ((uint32_t)(c)->args[1])

/* ---- Rights: owner and maker, their groups, others: ipcperms() ---- */

static bool in_group(const struct failed_call *c, uint32_t gid)
{
	for (size_t i = 0; i < c->rights.n_groups; i++)
		if (c->rights.groups[i] == gid)
			return true;
	return c->rights.gid == gid;
}

/* Whether the segment's mode gives the target all of WANTED, rwx bits. */
static enum verdict forbidden(const struct failed_call *c, struct finding *f, uint32_t wanted)
{
	const struct about_shm *s = &c->shm;
	if (!s->known || !c->rights.known)
		return WHY_UNKNOWN;
	if (!s->found || c->rights.caps >> CAP_IPC_OWNER & 1)
		return WHY_NO;
	bool owner = c->rights.uid == s->uid || c->rights.uid == s->cuid;
	bool group = in_group(c, s->gid) || in_group(c, s->cgid);
	uint32_t granted = owner ? s->mode >> 6 : group ? s->mode >> 3 : s->mode;
	if (!(wanted & ~granted & 7))
		return WHY_NO;
	buf_printf(&f->text, "the segment's mode %04o does not let %s %s it", s->mode & 0777,
		owner   ? "its owner"
		: group ? "its group"
			: "others",
		wanted & ~granted & 2   ? "write"
		: wanted & ~granted & 4 ? "read"
					: "execute");
	return WHY_YES;
}

/* ---- shmget ---- */

/* Whether the call wants a new segment rather than one that is there. */
static bool makes_new(const struct failed_call *c)
{
	return KEY(c) == IPC_PRIVATE || (GET_FLAGS(c) & IPC_CREAT && c->shm.known && !c->shm.found);
}

TEST(no_segment_of_key)
{
	if (KEY(c) == IPC_PRIVATE || GET_FLAGS(c) & IPC_CREAT)
		return WHY_NO;
	if (!c->shm.known)
		return WHY_UNKNOWN;
	if (!c->shm.found)
		buf_printf(&f->text,
			"there is no segment with the key 0x%x, and IPC_CREAT is not "
			"given",
			(unsigned)KEY(c));
	return !c->shm.found;
}

TEST(segment_exists)
{
	if ((GET_FLAGS(c) & (IPC_CREAT | IPC_EXCL)) != (IPC_CREAT | IPC_EXCL) ||
		KEY(c) == IPC_PRIVATE)
		return WHY_NO;
	return c->shm.known ? c->shm.found : WHY_UNKNOWN;
}

TEST(get_forbidden)
{
	uint32_t mode = GET_FLAGS(c), wanted = (mode >> 6 | mode >> 3 | mode) & 7;
	return KEY(c) == IPC_PRIVATE ? WHY_NO : forbidden(c, f, wanted);
}

TEST(size_is_0)
{
	return makes_new(c) && SIZE(c) == 0;
}

TEST(size_over_most)
{
	if (!makes_new(c) || !c->shm.known || SIZE(c) <= c->shm.most_bytes)
		return WHY_NO;
	buf_puts(&f->text, "a segment may have at most ");
	buf_dec(&f->text, c->shm.most_bytes);
	buf_puts(&f->text, " bytes (kernel.shmmax)");
	return WHY_YES;
}

TEST(size_over_segment)
{
	if (KEY(c) == IPC_PRIVATE || !c->shm.found || SIZE(c) <= c->shm.size)
		return WHY_NO;
	buf_printf(&f->text, "the segment with that key has only %llu bytes",
		(unsigned long long)c->shm.size);
	return WHY_YES;
}

static unsigned huge_log2(const struct failed_call *c)
{
	return GET_FLAGS(c) >> SHM_HUGE_SHIFT & SHM_HUGE_MASK;
}

TEST(no_huge_size)
{
	if (!makes_new(c) || !(GET_FLAGS(c) & SHM_HUGETLB))
		return WHY_NO;
	return why_no_huge_size(c, f, huge_log2(c));
}

TEST(no_huge_pages)
{
	if (!makes_new(c) || !(GET_FLAGS(c) & SHM_HUGETLB) || GET_FLAGS(c) & SHM_NORESERVE)
		return WHY_NO;
	return why_no_huge_pages(c, f, huge_log2(c), SIZE(c));
}

TEST(huge_forbidden)
{
	if (!makes_new(c) || !(GET_FLAGS(c) & SHM_HUGETLB))
		return WHY_NO;
	return why_lacks(c, f, CAP_IPC_LOCK);
}

TEST(too_many_segments)
{
	if (!makes_new(c) || !c->shm.known)
		return makes_new(c) ? WHY_UNKNOWN : WHY_NO;
	if (c->shm.n < c->shm.most)
		return WHY_NO;
	buf_printf(&f->text, "there are %llu segments, as many as kernel.shmmni allows",
		(unsigned long long)c->shm.n);
	return WHY_YES;
}

TEST(too_many_pages)
{
	uint64_t pages = c->shm.bytes / c->page, more = SIZE(c) / c->page;
	if (!makes_new(c) || !c->shm.known)
		return makes_new(c) ? WHY_UNKNOWN : WHY_NO;
	if (why_end(pages, more) < c->shm.most_pages)
		return WHY_NO;
	buf_printf(&f->text, "all segments together may have at most %llu pages (kernel.shmall)",
		(unsigned long long)c->shm.most_pages);
	return WHY_YES;
}

/* Segments are counted as shared memory without a file. */
TEST(overcommitted)
{
	if (!makes_new(c) || GET_FLAGS(c) & SHM_HUGETLB)
		return WHY_NO;
	if (GET_FLAGS(c) & SHM_NORESERVE && c->memory.overcommit_known && c->memory.overcommit != 2)
		return WHY_NO;
	return why_overcommit(c, f, SIZE(c));
}

/* ---- shmat ---- */

TEST(no_segment)
{
	if (ID(c) >= 0 && !c->shm.known)
		return WHY_UNKNOWN;
	if (ID(c) >= 0 && c->shm.found)
		return WHY_NO;
	buf_printf(&f->text, "there is no segment %d", ID(c));
	return WHY_YES;
}

TEST(attach_unaligned)
{
	return ATTACH_FLAGS(c) & SHM_RND ? WHY_NO : why_unaligned(c, f, "address", ADDR(c));
}

/* Where it goes: 0 where the kernel chooses. */
static uint64_t attach_addr(const struct failed_call *c)
{
	return ATTACH_FLAGS(c) & SHM_RND ? align_down(ADDR(c), c->page) : ADDR(c);
}

TEST(remap_nowhere)
{
	return attach_addr(c) == 0 && ATTACH_FLAGS(c) & SHM_REMAP;
}

TEST(attach_overlaps)
{
	uint64_t addr = attach_addr(c);
	if (!addr || ATTACH_FLAGS(c) & SHM_REMAP || why_is_unaligned(c, addr))
		return WHY_NO;
	if (!c->shm.found || !c->maps->n)
		return WHY_UNKNOWN;
	if (why_wraps(c, addr, c->shm.size)) {
		buf_puts(&f->text, "the segment does not fit between the address and 2^64");
		return WHY_YES;
	}
	size_t i = maps_at_or_above(c->maps, addr);
	if (i == c->maps->n || !mapping_meets(&c->maps->v[i], addr, c->shm.size))
		return WHY_NO;
	buf_puts(&f->text, "the segment would meet ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	struct finding sealed = {0};
	buf_puts(&f->cure, "leave the address out");
	if (why_sealed(c, &sealed, addr, align_up(c->shm.size, c->page)) == WHY_NO)
		buf_puts(&f->cure, ", or SHM_REMAP to replace what is there");
	buf_deinit(&sealed.text);
	buf_deinit(&sealed.fact);
	return WHY_YES;
}

TEST(attach_forbidden)
{
	uint32_t wanted = ATTACH_FLAGS(c) & SHM_RDONLY ? 4 : 6;
	if (ATTACH_FLAGS(c) & SHM_EXEC)
		wanted |= 1;
	struct finding less = {0};
	enum verdict v = forbidden(c, f, wanted);
	if (v == WHY_YES && wanted & 2 && forbidden(c, &less, wanted & ~2U) == WHY_NO)
		buf_puts(&f->cure, "SHM_RDONLY needs less");
	buf_deinit(&less.text);
	return v;
}

TEST(attach_low)
{
	return attach_addr(c) ? why_below_minimum(c, f, attach_addr(c)) : WHY_NO;
}

TEST(attach_sealed)
{
	if (!(ATTACH_FLAGS(c) & SHM_REMAP) || !attach_addr(c))
		return WHY_NO;
	if (!c->shm.found)
		return WHY_UNKNOWN;
	return why_sealed(c, f, attach_addr(c), align_up(c->shm.size, c->page));
}

TEST(attach_beyond)
{
	if (!attach_addr(c))
		return WHY_NO;
	if (!c->shm.found)
		return WHY_UNKNOWN;
	return why_ends_beyond(c, f, "range of the segment", attach_addr(c), c->shm.size);
}

TEST(attach_limit)
{
	return c->shm.found ? why_limit_as(c, f, c->shm.size) : WHY_UNKNOWN;
}

TEST(map_count)
{
	return why_map_count(c, f, 0);
}

/* ---- shmdt ---- */

/* The kernel takes the first mapping of a segment that began at that address, whole or a part. */
static bool attached_at(const struct failed_call *c, uint64_t addr)
{
	for (size_t i = maps_at_or_above(c->maps, addr); i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!strncmp(m->name, "/SYSV", 5) && m->start >= addr &&
			m->start - addr == m->offset)
			return true;
	}
	return false;
}

TEST(detach_unaligned)
{
	uint64_t below = align_down(c->args[0], c->page);
	if (!why_unaligned(c, f, "address", c->args[0]))
		return WHY_NO;
	buf_clear(&f->cure);
	if (attached_at(c, below)) {
		buf_puts(&f->cure, "use ");
		why_put_address(&f->cure, below);
	}
	return WHY_YES;
}

TEST(nothing_attached)
{
	uint64_t addr = c->args[0];
	if (why_is_unaligned(c, addr))
		return WHY_NO;
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (attached_at(c, addr))
		return WHY_NO;
	buf_puts(&f->text, "no segment is attached at ");
	why_put_address(&f->text, addr);
	return WHY_YES;
}

/* ---- shmctl ---- */

TEST(command_unknown)
{
	uint32_t n = COMMAND(c);
	if (n <= IPC_INFO || (n >= SHM_LOCK && n <= SHM_STAT_ANY))
		return WHY_NO;
	buf_printf(&f->text, "there is no command with the number %d", (int)n);
	return WHY_YES;
}

/* IPC_INFO, SHM_INFO and the SHM_STATs are not about the segment of that number. */
static bool by_id(const struct failed_call *c)
{
	uint32_t n = COMMAND(c);
	return n <= IPC_STAT || n == SHM_LOCK || n == SHM_UNLOCK;
}

TEST(no_segment_to_control)
{
	return by_id(c) || ID(c) < 0 ? no_segment(c, f) : WHY_NO;
}

TEST(no_place_in_table)
{
	bool by_place = COMMAND(c) == SHM_STAT || COMMAND(c) == SHM_STAT_ANY;
	return by_place && ID(c) >= 0 ? WHY_UNKNOWN : WHY_NO;
}

TEST(stat_forbidden)
{
	return COMMAND(c) == IPC_STAT   ? forbidden(c, f, 4)
	       : COMMAND(c) == SHM_STAT ? WHY_UNKNOWN
					: WHY_NO;
}

enum { DS_BYTES = 112, INFO_BYTES = 72 }; /* struct shmid64_ds, struct shminfo64 */

TEST(answer_unwritable)
{
	uint32_t n = COMMAND(c);
	if (n != IPC_STAT && n != IPC_INFO && n != SHM_INFO && n != SHM_STAT && n != SHM_STAT_ANY)
		return WHY_NO;
	return why_bad_pointer(c, f, "the place for the answer", c->args[2],
		n == IPC_INFO   ? INFO_BYTES
		: n == SHM_INFO ? 48
				: DS_BYTES,
		PERM_W);
}

TEST(new_unreadable)
{
	if (COMMAND(c) != IPC_SET)
		return WHY_NO;
	return why_bad_pointer(c, f, "the new owner and mode", c->args[2], DS_BYTES, PERM_R);
}

static enum verdict not_owner(
	const struct failed_call *c, struct finding *f, unsigned instead, const char *name)
{
	if (!c->shm.known || !c->rights.known)
		return WHY_UNKNOWN;
	if (!c->shm.found || c->rights.caps >> instead & 1 || c->rights.uid == c->shm.uid ||
		c->rights.uid == c->shm.cuid)
		return WHY_NO;
	buf_printf(&f->text, "the segment belongs to user %u, the target runs as %u, without %s",
		c->shm.uid, c->rights.uid, name);
	return WHY_YES;
}

TEST(change_forbidden)
{
	bool changes = COMMAND(c) == IPC_SET || COMMAND(c) == IPC_RMID;
	return changes ? not_owner(c, f, CAP_SYS_ADMIN, "CAP_SYS_ADMIN") : WHY_NO;
}

static bool locks(const struct failed_call *c)
{
	return COMMAND(c) == SHM_LOCK || COMMAND(c) == SHM_UNLOCK;
}

TEST(lock_forbidden)
{
	return locks(c) ? not_owner(c, f, CAP_IPC_LOCK, "CAP_IPC_LOCK") : WHY_NO;
}

TEST(lock_without_limit)
{
	return COMMAND(c) == SHM_LOCK ? why_no_memlock(c, f) : WHY_NO;
}

/* What its user has locked in segments counts, which nothing in /proc tells; the segment itself
 * does. */
TEST(lock_limit)
{
	if (COMMAND(c) != SHM_LOCK)
		return WHY_NO;
	if (!c->shm.found || !c->limits.known || !c->rights.known)
		return WHY_UNKNOWN;
	if (c->rights.caps >> CAP_IPC_LOCK & 1)
		return WHY_NO;
	if (align_up(c->shm.size, c->page) <= c->limits.memlock)
		return WHY_UNKNOWN;
	buf_puts(&f->text, "the segment has ");
	size_print(&f->text, c->shm.size);
	buf_puts(&f->text, ", and at most ");
	size_print(&f->text, c->limits.memlock);
	buf_puts(&f->text, " may be locked (RLIMIT_MEMLOCK)");
	return WHY_YES;
}

const struct why_row why_rows_shm[] = {
	{"shmget", EINVAL, "a new segment must have at least one byte", size_is_0, NULL},
	{"shmget", EINVAL, "the size is more than kernel.shmmax", size_over_most, NULL},
	{"shmget", ENOSPC, "there are as many segments as kernel.shmmni allows", too_many_segments,
		"remove one: shmctl ID rmid"},
	{"shmget", ENOSPC, "all segments together would have more pages than kernel.shmall",
		too_many_pages, NULL},
	{"shmget", ENOENT, "no segment has the key, and IPC_CREAT is not given", no_segment_of_key,
		"add IPC_CREAT"},
	{"shmget", EEXIST, "a segment has the key, and IPC_CREAT|IPC_EXCL wants a new one",
		segment_exists, "leave IPC_EXCL out"},
	{"shmget", EINVAL, "the segment that has the key is smaller", size_over_segment, NULL},
	{"shmget", EACCES, "the segment's mode does not allow it", get_forbidden, NULL},
	{"shmget", EINVAL, "the machine has no huge pages of the size that is given", no_huge_size,
		NULL},
	{"shmget", EPERM, "SHM_HUGETLB needs CAP_IPC_LOCK or the group vm.hugetlb_shm_group",
		huge_forbidden, "leave SHM_HUGETLB out"},
	{"shmget", ENOMEM, "not enough huge pages are free", no_huge_pages, NULL},
	{"shmget", ENOMEM, "the kernel will not promise so much memory (vm.overcommit_memory)",
		overcommitted, NULL},
	{"shmget", ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{"shmget", ENFILE, "as many files are open in the system as fs.file-max allows", NULL,
		NULL},

	{"shmat", EINVAL, "there is no such segment", no_segment, NULL},
	{"shmat", EINVAL, "the address is no multiple of the page size, and SHM_RND is not given",
		attach_unaligned, NULL},
	{"shmat", EINVAL, "SHM_REMAP needs an address", remap_nowhere, "leave SHM_REMAP out"},
	{"shmat", EACCES, "the segment's mode does not allow it", attach_forbidden, NULL},
	{"shmat", EIDRM, "the segment was removed", NULL, NULL},
	{"shmat", EINVAL, "something is mapped where the segment would be", attach_overlaps, NULL},
	{"shmat", ENOMEM, "there are as many mappings as vm.max_map_count allows", map_count, NULL},
	{"shmat", ENOMEM, "the segment goes past the end of the address space", attach_beyond,
		NULL},
	{"shmat", EPERM, "the address is below vm.mmap_min_addr, without CAP_SYS_RAWIO", attach_low,
		NULL},
	{"shmat", EPERM, "SHM_REMAP: a mapping that would be replaced is sealed (mseal)",
		attach_sealed, NULL},
	{"shmat", ENOMEM, "the address space would exceed RLIMIT_AS", attach_limit, NULL},
	{"shmat", ENOMEM, "the kernel itself is out of memory", NULL, NULL},

	{"shmdt", EINVAL, "the address is no multiple of the page size", detach_unaligned, NULL},
	{"shmdt", EINVAL, "no segment is attached at the address", nothing_attached, NULL},

	{"shmctl", EINVAL, "the command is no known one", command_unknown, NULL},
	{"shmctl", EINVAL, "there is no such segment", no_segment_to_control, NULL},
	{"shmctl", EINVAL, "the system's table has no segment at that place", no_place_in_table,
		NULL},
	{"shmctl", EACCES, "the segment's mode does not allow to read it", stat_forbidden, NULL},
	{"shmctl", EFAULT, "the place for the answer cannot be written", answer_unwritable, NULL},
	{"shmctl", EFAULT, "the new owner and mode cannot be read", new_unreadable, NULL},
	{"shmctl", EPERM, "the segment belongs to another user", change_forbidden, NULL},
	{"shmctl", EPERM, "SHM_LOCK: the segment belongs to another user", lock_forbidden, NULL},
	{"shmctl", EPERM, "SHM_LOCK: RLIMIT_MEMLOCK is 0, and CAP_IPC_LOCK is missing",
		lock_without_limit, NULL},
	{"shmctl", ENOMEM, "SHM_LOCK: locked segments would exceed RLIMIT_MEMLOCK", lock_limit,
		NULL},
	{"shmctl", EIDRM, "the segment was removed", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
