/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The structures and arrays that system calls read and write, as text. */
#include "mem/layout.h"

#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include "mem/flags.h"

uint64_t layout_size(const struct layout *l, const uint64_t args[6], unsigned i)
{
	uint64_t size, n = l->count ? l->count(args, i) : 1;
	return __builtin_mul_overflow(n, (uint64_t)l->each, &size) ? UINT64_MAX : size;
}

void layout_print(
	struct buf *b, const struct layout *l, const unsigned char *bytes, size_t n, uint64_t total)
{
	if (!l->count) {
		l->print(b, bytes);
		return;
	}
	buf_putc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(b, ", ");
		l->print(b, bytes + i * l->each);
	}
	buf_puts(b, n < total ? ", ...]" : "]");
}

/* ---- Limits ---- */

static void put_limit(struct buf *b, uint64_t value)
{
	if (value == UINT64_MAX)
		buf_puts(b, "RLIM64_INFINITY");
	else if (value > 1024 && value % 1024 == 0)
		buf_printf(b, "%llu*1024", (unsigned long long)value / 1024);
	else
		buf_dec(b, value);
}

static void print_rlimit(struct buf *b, const unsigned char *bytes)
{
	uint64_t limits[2];
	memcpy(limits, bytes, sizeof(limits));
	buf_puts(b, "{rlim_cur=");
	put_limit(b, limits[0]);
	buf_puts(b, ", rlim_max=");
	put_limit(b, limits[1]);
	buf_putc(b, '}');
}

const struct layout layout_rlimit = {
	.what = "struct rlimit", .each = 2 * sizeof(uint64_t), .print = print_rlimit};

static void put_time(struct buf *b, const char *name, const struct timeval *t)
{
	buf_printf(b, "%s={tv_sec=%lld, tv_usec=%lld}", name, (long long)t->tv_sec,
		(long long)t->tv_usec);
}

static void print_rusage(struct buf *b, const unsigned char *bytes)
{
	struct rusage u;
	memcpy(&u, bytes, sizeof(u));
	buf_putc(b, '{');
	put_time(b, "ru_utime", &u.ru_utime);
	put_time(b, ", ru_stime", &u.ru_stime);
	buf_puts(b, ", ...}");
}

const struct layout layout_rusage = {
	.what = "struct rusage", .each = sizeof(struct rusage), .print = print_rusage};

/* ---- Files ---- */

static const char *type_name(unsigned mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "S_IFREG";
	case S_IFDIR:
		return "S_IFDIR";
	case S_IFCHR:
		return "S_IFCHR";
	case S_IFBLK:
		return "S_IFBLK";
	case S_IFIFO:
		return "S_IFIFO";
	case S_IFSOCK:
		return "S_IFSOCK";
	case S_IFLNK:
		return "S_IFLNK";
	default:
		return NULL;
	}
}

static void print_stat(struct buf *b, const unsigned char *bytes)
{
	struct stat st;
	memcpy(&st, bytes, sizeof(st));
	const char *type = type_name(st.st_mode);
	buf_puts(b, "{st_mode=");
	if (type)
		buf_printf(b, "%s|%#03o", type, st.st_mode & ~(unsigned)S_IFMT);
	else
		buf_printf(b, "%#03o", st.st_mode);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		buf_printf(b, ", st_rdev=makedev(%#x, %#x)", major(st.st_rdev), minor(st.st_rdev));
	else
		buf_printf(b, ", st_size=%lld", (long long)st.st_size);
	buf_puts(b, ", ...}");
}

const struct layout layout_stat = {
	.what = "struct stat", .each = sizeof(struct stat), .print = print_stat};

/* ---- Ranges and pages ---- */

static uint64_t next_argument(const uint64_t args[6], unsigned i)
{
	return i + 1 < 6 ? args[i + 1] : 0;
}

static uint64_t second_argument(const uint64_t args[6], unsigned i)
{
	(void)i;
	return args[1];
}

static void put_pointer(struct buf *b, uint64_t addr)
{
	buf_puts(b, addr ? "0x" : "NULL");
	if (addr)
		buf_hex(b, addr, 1);
}

static void print_iovec(struct buf *b, const unsigned char *bytes)
{
	struct iovec v;
	memcpy(&v, bytes, sizeof(v));
	buf_puts(b, "{iov_base=");
	put_pointer(b, (uint64_t)(uintptr_t)v.iov_base);
	buf_puts(b, ", iov_len=");
	buf_dec(b, v.iov_len);
	buf_putc(b, '}');
}

const struct layout layout_iovec = {.what = "struct iovec",
	.each = sizeof(struct iovec),
	.count = next_argument,
	.print = print_iovec};

static void print_residency(struct buf *b, const unsigned char *bytes)
{
	buf_dec(b, *bytes & 1); /* the other bits are reserved */
}

static uint64_t page_count(const uint64_t args[6], unsigned i)
{
	enum { PAGE_SHIFT = 12 }; /* the smallest page: the kernel never writes more */
	(void)i;
	return (args[1] >> PAGE_SHIFT) + (args[1] % (1 << PAGE_SHIFT) != 0);
}

const struct layout layout_residency = {
	.what = "bytes", .each = 1, .count = page_count, .print = print_residency};

static void print_pointer(struct buf *b, const unsigned char *bytes)
{
	uint64_t addr;
	memcpy(&addr, bytes, sizeof(addr));
	put_pointer(b, addr);
}

const struct layout layout_pages = {.what = "addresses",
	.each = sizeof(uint64_t),
	.count = second_argument,
	.print = print_pointer};

/* ---- Memory policies ---- */

static void print_mask(struct buf *b, const unsigned char *bytes)
{
	uint64_t mask;
	memcpy(&mask, bytes, sizeof(mask));
	buf_printf(b, "%#016llx", (unsigned long long)mask); /* as strace: 0 has no 0x */
}

/* The kernel uses one bit less than it is told: mm/mempolicy.c, get_bitmap(). */
static uint64_t words_of(uint64_t maxnode)
{
	return maxnode > 1 ? (maxnode - 1 + 63) / 64 : 0;
}

static uint64_t words_next(const uint64_t args[6], unsigned i)
{
	return words_of(next_argument(args, i));
}

static uint64_t words_second(const uint64_t args[6], unsigned i)
{
	(void)i;
	return words_of(args[1]);
}

const struct layout layout_nodes = {
	.what = "node mask", .each = sizeof(uint64_t), .count = words_next, .print = print_mask};
const struct layout layout_nodes_old = {
	.what = "node mask", .each = sizeof(uint64_t), .count = words_second, .print = print_mask};

static uint64_t one(const uint64_t args[6], unsigned i)
{
	(void)args;
	(void)i;
	return 1;
}

static void print_mode(struct buf *b, const unsigned char *bytes)
{
	uint32_t mode;
	memcpy(&mode, bytes, sizeof(mode));
	flags_print(b, &flags_policy, mode);
}

const struct layout layout_mode = {
	.what = "mode", .each = sizeof(uint32_t), .count = one, .print = print_mode};

static void print_int(struct buf *b, const unsigned char *bytes)
{
	int32_t v;
	memcpy(&v, bytes, sizeof(v));
	buf_printf(b, "%d", v);
}

const struct layout layout_node_numbers = {
	.what = "numbers", .each = sizeof(int32_t), .count = second_argument, .print = print_int};

/* A node, or why there is none. */
static void print_status(struct buf *b, const unsigned char *bytes)
{
	int32_t v;
	memcpy(&v, bytes, sizeof(v));
	const char *name = v < 0 ? errno_name(-v) : NULL;
	if (name)
		buf_printf(b, "-%s", name);
	else
		buf_printf(b, "%d", v);
}

const struct layout layout_status = {.what = "numbers",
	.each = sizeof(int32_t),
	.count = second_argument,
	.print = print_status};

/* ---- Shared memory of System V ---- */

static void print_segment(struct buf *b, const unsigned char *bytes)
{
	struct shmid_ds d;
	memcpy(&d, bytes, sizeof(d));
	buf_printf(b, "{shm_perm={uid=%u, gid=%u, mode=%#03o, key=%d, cuid=%u, cgid=%u}, ",
		d.shm_perm.uid, d.shm_perm.gid, d.shm_perm.mode, d.shm_perm.__key, d.shm_perm.cuid,
		d.shm_perm.cgid);
	buf_printf(b, "shm_segsz=%zu, shm_cpid=%d, shm_lpid=%d, shm_nattch=%lu, ", d.shm_segsz,
		d.shm_cpid, d.shm_lpid, (unsigned long)d.shm_nattch);
	buf_printf(b, "shm_atime=%lld, shm_dtime=%lld, shm_ctime=%lld}", (long long)d.shm_atime,
		(long long)d.shm_dtime, (long long)d.shm_ctime);
}

const struct layout layout_segment = {
	.what = "struct shmid_ds", .each = sizeof(struct shmid_ds), .print = print_segment};

static void print_segment_set(struct buf *b, const unsigned char *bytes)
{
	struct shmid_ds d;
	memcpy(&d, bytes, sizeof(d));
	buf_printf(b, "{shm_perm={uid=%u, gid=%u, mode=%#03o}}", d.shm_perm.uid, d.shm_perm.gid,
		d.shm_perm.mode);
}

const struct layout layout_segment_set = {
	.what = "struct shmid_ds", .each = sizeof(struct shmid_ds), .print = print_segment_set};
