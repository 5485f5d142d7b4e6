/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why mmap fails. Order as the kernel tests: arch/x86/kernel/sys_x86_64.c, ksys_mmap_pgoff() and
 * do_mmap() in mm/mmap.c; mmap(2).
 */
#include <errno.h>

#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

/* mmap(addr, length, prot, flags, fd, offset) */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])
#define PROT(c) ((c)->args[2])
#define FLAGS(c) ((c)->args[3])
#define FD(c) ((int)(c)->args[4])
#define OFFSET(c) ((c)->args[5])

/* MAP_FIXED_NOREPLACE implies MAP_FIXED. */
static bool fixed(const struct failed_call *c)
{
	return FLAGS(c) & (MAP_FIXED | MAP_FIXED_NOREPLACE);
}

static bool anonymous(const struct failed_call *c)
{
	return FLAGS(c) & MAP_ANONYMOUS;
}

static bool shared(const struct failed_call *c)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	return type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
}

static bool length_is_0(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return LENGTH(c) == 0;
}

static bool offset_unaligned(const struct failed_call *c, struct finding *f)
{
	return why_unaligned(c, f, "offset", OFFSET(c));
}

static bool fixed_unaligned(const struct failed_call *c, struct finding *f)
{
	return fixed(c) && why_unaligned(c, f, "address", ADDR(c));
}

static bool type_missing(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return (FLAGS(c) & MAP_TYPE) == 0;
}

static bool type_unknown(const struct failed_call *c, struct finding *f)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	if (type <= MAP_SHARED_VALIDATE || type == MAP_DROPPABLE)
		return false;
	buf_printf(&f->text, "0x%llx is no type of mapping", (unsigned long long)type);
	return true;
}

static bool validate_without_file(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_SHARED_VALIDATE;
}

static bool droppable_file(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return !anonymous(c) && (FLAGS(c) & MAP_TYPE) == MAP_DROPPABLE;
}

static bool growsdown_file_or_shared(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return FLAGS(c) & MAP_GROWSDOWN && (!anonymous(c) || shared(c));
}

static bool fd_not_open(const struct failed_call *c, struct finding *f)
{
	if (anonymous(c) || !why_fd_not_open(c, f, FD(c)))
		return false;
	if (FD(c) < 0)
		buf_puts(&f->cure, "add MAP_ANONYMOUS, or give a descriptor");
	return true;
}

static bool fd_is_path(const struct failed_call *c, struct finding *f)
{
	return !anonymous(c) && why_fd_is_path(c, f, FD(c));
}

static bool fd_usable(const struct failed_call *c)
{
	return !anonymous(c) && c->fd_known && c->fd_open;
}

static bool fd_not_readable(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || (c->fd_flags & O_ACCMODE) != O_WRONLY)
		return false;
	buf_printf(&f->text,
		"descriptor %d is open for writing only, and every mapping needs reading", FD(c));
	return true;
}

static bool fd_not_writable(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !shared(c) || !(PROT(c) & PROT_WRITE) ||
		(c->fd_flags & O_ACCMODE) != O_RDONLY)
		return false;
	buf_printf(&f->text,
		"a shared mapping with PROT_WRITE needs a descriptor open for writing; %d is not",
		FD(c));
	return true;
}

static bool fd_not_mappable(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !(S_ISDIR(c->fd_mode) || S_ISFIFO(c->fd_mode) || S_ISSOCK(c->fd_mode)))
		return false;
	buf_printf(&f->text, "descriptor %d is %s, which cannot be mapped", FD(c),
		S_ISDIR(c->fd_mode)    ? "a directory"
		: S_ISFIFO(c->fd_mode) ? "a pipe"
				       : "a socket");
	return true;
}

static bool fd_write_sealed(const struct failed_call *c, struct finding *f)
{
	if (!fd_usable(c) || !c->fd_seals_known || !shared(c) || !(PROT(c) & PROT_WRITE) ||
		!(c->fd_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)))
		return false;
	buf_printf(&f->text, "descriptor %d is sealed against writing (%s)", FD(c),
		c->fd_seals & F_SEAL_WRITE ? "F_SEAL_WRITE" : "F_SEAL_FUTURE_WRITE");
	return true;
}

static bool offset_overflows(const struct failed_call *c, struct finding *f)
{
	(void)f;
	uint64_t end;
	return __builtin_add_overflow(OFFSET(c), align_up(LENGTH(c), c->page), &end);
}

static bool too_long(const struct failed_call *c, struct finding *f)
{
	if (!why_beyond(c, 0, LENGTH(c)))
		return false;
	size_print(&f->text, LENGTH(c));
	buf_puts(&f->text, " is more than the address space of a program, which has ");
	size_print(&f->text, c->task_size);
	return true;
}

static bool range_beyond(const struct failed_call *c, struct finding *f)
{
	if (!fixed(c) || why_beyond(c, 0, LENGTH(c)) || !why_beyond(c, ADDR(c), LENGTH(c)))
		return false;
	buf_puts(&f->text, "the range does not end below ");
	why_put_address(&f->text, c->task_size);
	buf_puts(&f->text, ", where the addresses of programs end");
	return true;
}

static bool limit_as(const struct failed_call *c, struct finding *f)
{
	return why_rlimit_as(c, f, LENGTH(c));
}

static bool limit_data(const struct failed_call *c, struct finding *f)
{
	bool counts = PROT(c) & PROT_WRITE && !shared(c);
	if (!counts || !c->rlimit_data || c->rlimit_data == UINT64_MAX ||
		why_end(c->data_size, align_up(LENGTH(c), c->page)) <= c->rlimit_data)
		return false;
	buf_puts(&f->text, "private writable memory would exceed its limit of ");
	size_print(&f->text, c->rlimit_data);
	buf_puts(&f->text, " (RLIMIT_DATA)");
	return true;
}

/* mmap tests before it knows whether the new range merges with a neighbour. */
static bool map_count(const struct failed_call *c, struct finding *f)
{
	return why_map_count(c, f, 0);
}

static bool overlap(const struct failed_call *c, struct finding *f)
{
	uint64_t len = align_up(LENGTH(c), c->page);
	size_t i = maps_at_or_above(c->maps, ADDR(c));
	if (!(FLAGS(c) & MAP_FIXED_NOREPLACE) || i == c->maps->n ||
		!mapping_meets(&c->maps->v[i], ADDR(c), len))
		return false;
	buf_puts(&f->text, "the range meets ");
	why_put_mapping(&f->text, &c->maps->v[i]);
	return true;
}

static bool below_minimum(const struct failed_call *c, struct finding *f)
{
	if (!fixed(c) || c->is_root || ADDR(c) >= c->mmap_min_addr)
		return false;
	buf_puts(&f->text, "nothing may be mapped below ");
	why_put_address(&f->text, c->mmap_min_addr);
	buf_puts(&f->text, " (vm.mmap_min_addr) without CAP_SYS_RAWIO");
	return true;
}

/*
 * What MAP_SHARED_VALIDATE knows for every file: LEGACY_MAP_MASK in include/linux/mman.h, which has
 * only two of the huge-page sizes and not MAP_FIXED_NOREPLACE.
 */
static uint64_t validated_flags(void)
{
	uint64_t known = MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE |
			 MAP_EXECUTABLE | MAP_UNINITIALIZED | MAP_GROWSDOWN | MAP_LOCKED |
			 MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |
			 MAP_HUGE_2MB | MAP_HUGE_1GB;
#ifdef MAP_32BIT
	known |= MAP_32BIT | MAP_ABOVE4G;
#endif
	return known;
}

static bool validate_unknown(const struct failed_call *c, struct finding *f)
{
	uint64_t unknown = FLAGS(c) & ~validated_flags();
	struct flag_set names = flags_map;
	if ((FLAGS(c) & MAP_TYPE) != MAP_SHARED_VALIDATE || !unknown)
		return false;
	names.style = FLAGS_BITS; /* the type is known: no bit of it is left */
	buf_puts(&f->text, "MAP_SHARED_VALIDATE refuses what it does not know for this file: ");
	flags_print(&f->text, &names, unknown);
	return true;
}

/* Nothing else forbids to replace a mapping: can_modify_mm() in mm/vma.c. */
static bool replaces_sealed(const struct failed_call *c, struct finding *f)
{
	(void)f;
	size_t i = maps_at_or_above(c->maps, ADDR(c));
	bool meets = i < c->maps->n &&
		     mapping_meets(&c->maps->v[i], ADDR(c), align_up(LENGTH(c), c->page));
	bool other = ADDR(c) < c->mmap_min_addr || FLAGS(c) & (MAP_LOCKED | MAP_HUGETLB);
	return FLAGS(c) & MAP_FIXED && anonymous(c) && meets && !other;
}

const struct why_row why_rows_map[] = {
	{"mmap", EINVAL, offset_unaligned, NULL, NULL},
	{"mmap", EBADF, fd_not_open, NULL, NULL},
	{"mmap", EBADF, fd_is_path, NULL, NULL},
	{"mmap", EINVAL, length_is_0, "the length is 0", NULL},
	{"mmap", EOVERFLOW, offset_overflows, "offset and length together do not fit in 64 bits",
		NULL},
	{"mmap", ENOMEM, too_long, NULL, NULL},
	{"mmap", ENOMEM, range_beyond, NULL, NULL},
	{"mmap", ENOMEM, map_count, NULL, NULL},
	{"mmap", EINVAL, fixed_unaligned, NULL, NULL},
	{"mmap", EPERM, below_minimum, NULL, NULL},
	{"mmap", EEXIST, overlap, NULL,
		"leave the address out, or MAP_FIXED to replace what is there"},
	{"mmap", EPERM, replaces_sealed, "a mapping in the range is sealed (mseal)", NULL},
	{"mmap", EINVAL, type_missing, "neither MAP_SHARED nor MAP_PRIVATE is given",
		"add MAP_PRIVATE"},
	{"mmap", EINVAL, type_unknown, NULL, "use MAP_SHARED or MAP_PRIVATE"},
	{"mmap", EINVAL, validate_without_file,
		"MAP_SHARED_VALIDATE is for files, not for MAP_ANONYMOUS", "use MAP_SHARED"},
	{"mmap", EINVAL, droppable_file, "MAP_DROPPABLE is for anonymous memory only",
		"add MAP_ANONYMOUS"},
	{"mmap", EINVAL, growsdown_file_or_shared,
		"MAP_GROWSDOWN is for private anonymous memory only", NULL},
	{"mmap", EOPNOTSUPP, validate_unknown, NULL, NULL},
	{"mmap", EACCES, fd_not_writable, NULL,
		"open the file with O_RDWR, or map it with MAP_PRIVATE"},
	{"mmap", EACCES, fd_not_readable, NULL, "open the file with O_RDWR"},
	{"mmap", ENODEV, fd_not_mappable, NULL, NULL},
	{"mmap", EPERM, fd_write_sealed, NULL, "map it with MAP_PRIVATE or without PROT_WRITE"},
	{"mmap", ENOMEM, limit_as, NULL, NULL},
	{"mmap", ENOMEM, limit_data, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
