/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls fail. Most calls here are really made, so that the kernel itself says which errno it
 * gives; their causes must then be found from the facts. Limits and seals are given as facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mem/errno_why.h"

#define PAGE 4096
#define TASK_SIZE 0x7ffffffff000
#define KERNEL 0xffffffff80000000

/* Addresses that no real call can be expected to have: replaced in the tables by what the test
 * made. */
enum {
	BASE = 0x10000000
}; /* sixteen pages rw-p, of which the ninth is missing, the fifth read-only */

static int fd_ro, fd_wo, fd_rw, fd_dir, fd_path, fd_pipe;
static const char *shared_ro; /* one page of fd_ro, shared */
static char too_long_name[6000];

static int setup(void **state)
{
	(void)state;
	char name[] = "/tmp/test_errno_why.XXXXXX";
	int ends[2];
	char *base = mmap((void *)BASE, 16 * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	fd_rw = mkstemp(name);
	fd_ro = open(name, O_RDONLY);
	fd_wo = open(name, O_WRONLY);
	fd_path = open(name, O_PATH);
	fd_dir = open("/tmp", O_RDONLY);
	if (base == MAP_FAILED || fd_rw < 0 || fd_path < 0 || pipe(ends) < 0 ||
		ftruncate(fd_rw, 100) < 0)
		return -1;
	unlink(name);
	fd_pipe = ends[0];
	munmap(base + 8 * PAGE, PAGE);
	mprotect(base + 4 * PAGE, PAGE, PROT_READ);
	shared_ro = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd_ro, 0);
	memset(too_long_name, 'n', sizeof(too_long_name) - 1);
	return shared_ro == MAP_FAILED ? -1 : 0;
}

static void read_maps(struct maps *m)
{
	struct buf b = BUF_INIT;
	struct err err;
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n;
	while ((n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.len += (size_t)n;
	close(fd);
	assert_true(maps_parse(m, buf_slice(&b), &err));
	buf_deinit(&b);
}

/* The VmFlags of each mapping, in the order of smaps, which is that of maps. */
static const char *const *read_flags(void)
{
	enum { MOST = 512 };
	static const char *flags[MOST];
	static char lines[MOST][256];
	FILE *f = fopen("/proc/self/smaps", "r");
	size_t n = 0;
	assert_non_null(f);
	while (n < MOST && fgets(lines[n], sizeof(lines[n]), f)) {
		if (strncmp(lines[n], "VmFlags: ", 9) != 0)
			continue;
		lines[n][strcspn(lines[n], "\n")] = '\0';
		flags[n] = lines[n] + 9;
		n++;
	}
	fclose(f);
	return flags;
}

static void about_fd(struct failed_call *c, int fd)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);
	c->fd.known = true;
	c->fd.open = flags >= 0;
	c->fd.flags = flags < 0 ? 0 : (uint32_t)flags;
	if (fstat(fd, &st) == 0) {
		c->fd.mode = st.st_mode;
		c->fd.size = (uint64_t)st.st_size;
	}
	int seals = fcntl(fd, F_GET_SEALS);
	c->fd.seals_known = seals >= 0;
	c->fd.seals = seals < 0 ? 0 : (uint32_t)seals;
}

/* The sentences, "; " between them. Addresses that differ from run to run are not in them. */
static void assert_why(const struct failed_call *c, const char *want)
{
	struct arena arena = ARENA_INIT;
	struct buf got = BUF_INIT;
	struct why why;
	errno_why(&why, &arena, c);
	size_t n = why.n;
	for (size_t i = 0; i < n; i++) {
		buf_puts(&got, i ? "; " : "");
		buf_str(&got, why.causes[i].text);
	}
	if (strstr(want, "...") ? strncmp(buf_cstr(&got), want,
					  (size_t)(strstr(want, "...") - want)) != 0 ||
					  !n
				: strcmp(buf_cstr(&got), want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", c->name, buf_cstr(&got), want);
	buf_deinit(&got);
	arena_deinit(&arena);
}

/* A call that is made. FD: which argument is a descriptor, -1 for none. */
struct real {
	const char *name;
	long nr;
	uint64_t args[6];
	int fd;
	int error;
	const char *want; /* ends with ... where an address follows */
	const char *string;
};

static void make(const struct real *r)
{
	struct maps maps = MAPS_INIT;
	struct failed_call c = {.name = r->name,
		.page = PAGE,
		.task_size = TASK_SIZE,
		.maps = &maps,
		.rights = {.known = true, .caps = UINT64_MAX},
		.memory = {.max_map_count = 65530},
		.string = r->string};
	const uint64_t *a = r->args;
	memcpy(c.args, a, sizeof(c.args));
	errno = 0;
	long result = syscall(r->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	c.error = errno;
	if (result != -1 || c.error != r->error)
		fail_msg("%s, \"%s\": result %ld, errno %d", r->name, r->want, result, c.error);
	if (r->fd >= 0)
		about_fd(&c, (int)a[r->fd]);
	read_maps(&maps);
	c.vm_flags = read_flags();
	assert_why(&c, r->want);
	maps_deinit(&maps);
}

#define RW 3
#define ANON 0x22
#define NONE ((uint64_t)-1)
#define MMAP(error, want, ...)                                                                     \
	{                                                                                          \
		"mmap", SYS_mmap, {__VA_ARGS__}, -1, error, want, NULL                             \
	}
#define MMAP_FD(error, want, ...)                                                                  \
	{                                                                                          \
		"mmap", SYS_mmap, {__VA_ARGS__}, 4, error, want, NULL                              \
	}
#define CALL(name, error, want, ...)                                                               \
	{                                                                                          \
#name, SYS_##name, {__VA_ARGS__ }, -1, error, want, NULL                           \
	}
#define CALL_FD(name, error, want, ...)                                                            \
	{                                                                                          \
#name, SYS_##name, {__VA_ARGS__ }, 0, error, want, NULL                            \
	}

static void make_all(const struct real *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		make(&calls[i]);
}

static void mapping(void **state)
{
	(void)state;
	const struct real calls[] = {
		MMAP(EINVAL, "the length is 0", 0, 0, RW, ANON, NONE, 0),
		MMAP(EINVAL, "the offset 0x5 is 5 bytes past a multiple of the page size", 0, PAGE,
			RW, ANON, NONE, 5),
		MMAP(EINVAL,
			"the offset 0x5 is 5 bytes past a multiple of the page size; the length is "
			"0",
			0, 0, RW, ANON, NONE, 5),
		MMAP(EINVAL, "neither MAP_SHARED nor MAP_PRIVATE is given", 0, PAGE, RW, 0x20, NONE,
			0),
		MMAP(EINVAL, "0x4 is no type of mapping", 0, PAGE, RW, 0x24, NONE, 0),
		MMAP(EINVAL, "MAP_SHARED_VALIDATE is for files, not for MAP_ANONYMOUS", 0, PAGE, RW,
			0x23, NONE, 0),
		MMAP(EINVAL, "the address 0x10000005 is 5 bytes past a multiple of the page size",
			BASE + 5, PAGE, RW, ANON | MAP_FIXED, NONE, 0),
		MMAP(EINVAL, "MAP_GROWSDOWN is for private anonymous memory only", 0, PAGE, RW,
			0x121, NONE, 0),
		MMAP_FD(EINVAL, "MAP_DROPPABLE is for anonymous memory only", 0, PAGE, RW, 8,
			(uint64_t)fd_rw, 0),
		MMAP(ENOMEM, "15.9E is more than the address space of a program, which has 127T", 0,
			NONE, RW, ANON, NONE, 0),
		MMAP(ENOMEM, "128T is more than the address space of a program, which has 127T", 0,
			1ULL << 47, RW, ANON, NONE, 0),
		MMAP(ENOMEM,
			"the range does not end below 0x7ffffffff000, where the addresses of "
			"programs end",
			TASK_SIZE, PAGE, RW, ANON | MAP_FIXED, NONE, 0),
		MMAP(ENOMEM,
			"the range does not end below 0x7ffffffff000, where the addresses of "
			"programs end",
			KERNEL, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, NONE, 0),
		MMAP(EEXIST, "the range meets 10004000-10005000 r--p anonymous", BASE + 4 * PAGE, 1,
			RW, ANON | MAP_FIXED_NOREPLACE, NONE, 0),
		MMAP(EBADF, "descriptor -1 is not open", 0, PAGE, RW, 2, NONE, 0),
		MMAP_FD(EBADF, "descriptor 777 is not open", 0, PAGE, RW, 2, 777, 0),
		MMAP_FD(EBADF, "descriptor ...", 0, PAGE, 1, 2, (uint64_t)fd_path, 0),
		MMAP_FD(EACCES, "descriptor ...", 0, PAGE, 1, 2, (uint64_t)fd_wo, 0),
		MMAP_FD(EACCES,
			"a shared mapping with PROT_WRITE needs a descriptor open for writing; ...",
			0, PAGE, RW, 1, (uint64_t)fd_ro, 0),
		MMAP_FD(ENODEV, "descriptor ...", 0, PAGE, 1, 2, (uint64_t)fd_dir, 0),
		MMAP_FD(ENODEV, "descriptor ...", 0, PAGE, 1, 2, (uint64_t)fd_pipe, 0),
		MMAP_FD(EOPNOTSUPP,
			"MAP_SHARED_VALIDATE refuses what it does not know for this file: 0x200000 "
			"/* MAP_??? */",
			0, PAGE, 1, 3 | 0x200000, (uint64_t)fd_rw, 0),
		MMAP_FD(EOPNOTSUPP,
			"MAP_SHARED_VALIDATE refuses what it does not know for this file: "
			"MAP_FIXED_NOREPLACE",
			0x20000000, PAGE, 1, 3 | MAP_FIXED_NOREPLACE, (uint64_t)fd_rw, 0),
		MMAP_FD(EOVERFLOW, "offset and length together do not fit in 64 bits", 0, 2 * PAGE,
			1, 2, (uint64_t)fd_rw, (uint64_t)-PAGE),
	};
	make_all(calls, ARRAY_SIZE(calls));
}

static void changing(void **state)
{
	(void)state;
	const struct real calls[] = {
		CALL(munmap, EINVAL,
			"the address 0x10000001 is 1 byte past a multiple of the page size",
			BASE + 1, PAGE),
		CALL(munmap, EINVAL, "the length is 0", BASE, 0),
		CALL(munmap, EINVAL,
			"the range does not end below 0x7ffffffff000, where the addresses of "
			"programs end",
			KERNEL, PAGE),
		CALL(munmap, EINVAL,
			"the range does not end below 0x7ffffffff000, where the addresses of "
			"programs end",
			BASE, NONE),
		CALL(mprotect, EINVAL,
			"the address 0x10000005 is 5 bytes past a multiple of the page size",
			BASE + 5, PAGE, 1),
		CALL(mprotect, EINVAL, "0x10 is no protection that this call knows", BASE, PAGE,
			0x11),
		CALL(mprotect, EINVAL, "PROT_GROWSDOWN and PROT_GROWSUP exclude each other", BASE,
			PAGE, 0x3000001),
		CALL(mprotect, ENOMEM,
			"nothing is mapped at 0x10008000, 12288 bytes into the range",
			BASE + 5 * PAGE, 4 * PAGE, RW),
		CALL(mprotect, ENOMEM, "nothing is mapped at 0x10008000", BASE + 8 * PAGE, 1, RW),
		CALL(mprotect, ENOMEM,
			"address and length together go past the end of the address space", BASE,
			(uint64_t)-PAGE, 1),
		CALL(mprotect, EACCES, "7...", (uintptr_t)shared_ro, PAGE, RW),
		CALL(mremap, EINVAL, "0x8 is no flag that this call knows", BASE, PAGE, PAGE, 8),
		CALL(mremap, EINVAL, "the new length is 0", BASE, PAGE, 0, 1),
		CALL(mremap, EINVAL, "MREMAP_FIXED needs MREMAP_MAYMOVE", BASE, PAGE, PAGE, 2,
			0x20000000),
		CALL(mremap, EINVAL, "with MREMAP_DONTUNMAP both lengths must be the same", BASE,
			PAGE, 2 * PAGE, 5, 0x20000000),
		CALL(mremap, EINVAL, "old and new range overlap", BASE, 2 * PAGE, 2 * PAGE, 3,
			BASE + PAGE),
		CALL(mremap, EINVAL,
			"the new address 0x20000010 is 16 bytes past a multiple of the page size",
			BASE, PAGE, PAGE, 3, 0x20000010),
		CALL(mremap, EINVAL, "old length 0 makes a copy, which only shared mappings allow",
			BASE, 0, PAGE, 1),
		CALL(mremap, EINVAL,
			"the new range does not end below 0x7ffffffff000, where the addresses of "
			"programs end",
			BASE, PAGE, PAGE, 3, KERNEL),
		CALL(mremap, EINVAL,
			"the new length is more than the address space of a program, which has "
			"127T",
			BASE, PAGE, 1ULL << 48, 1),
		CALL(mremap, EFAULT, "nothing is mapped at 0x10008000", BASE + 8 * PAGE, PAGE,
			2 * PAGE, 1),
		CALL(mremap, EFAULT,
			"the old range goes past the end of its mapping, 10000000-10004000 rw-p "
			"anonymous",
			BASE, 6 * PAGE, 9 * PAGE, 1),
		CALL(mremap, ENOMEM,
			"there is no room to grow: next comes 10004000-10005000 r--p anonymous",
			BASE, 4 * PAGE, 5 * PAGE, 0),
		CALL(madvise, EINVAL, "there is no advice with the number 99", BASE, PAGE, 99),
		CALL(madvise, EINVAL,
			"the address 0x10000005 is 5 bytes past a multiple of the page size",
			BASE + 5, PAGE, 4),
		CALL(madvise, EINVAL,
			"address and length together go past the end of the address space", BASE,
			(uint64_t)-PAGE, 4),
		CALL(madvise, ENOMEM, "nothing is mapped at 0x10008000, 32768 bytes into the range",
			BASE, 16 * PAGE, 4),
		CALL(madvise, EINVAL, "7...", (uintptr_t)shared_ro, PAGE, MADV_FREE),
		CALL(madvise, EINVAL, "7...", (uintptr_t)shared_ro, PAGE, MADV_WIPEONFORK),
		CALL(madvise, EINVAL, "7...", (uintptr_t)shared_ro, PAGE, 23),
		CALL(madvise, EACCES, "7...", (uintptr_t)shared_ro, PAGE, MADV_REMOVE),
		CALL(madvise, EINVAL,
			"10000000-10004000 rw-p anonymous has no file whose space MADV_REMOVE "
			"could free",
			BASE, PAGE, MADV_REMOVE),
		CALL(msync, EINVAL, "0x8 is no flag that this call knows", BASE, PAGE, 8),
		CALL(msync, EINVAL, "MS_SYNC and MS_ASYNC exclude each other", BASE, PAGE, 5),
		CALL(msync, EINVAL,
			"the address 0x10000005 is 5 bytes past a multiple of the page size",
			BASE + 5, PAGE, 4),
		CALL(msync, ENOMEM, "nothing is mapped at 0x10008000, 32768 bytes into the range",
			BASE, 16 * PAGE, 4),
	};
	make_all(calls, ARRAY_SIZE(calls));
}

static void files(void **state)
{
	(void)state;
	const struct real calls[] = {
		CALL_FD(close, EBADF, "descriptor 777 is not open", 777),
		CALL_FD(close, EBADF, "descriptor -1 is not open", NONE),
		CALL_FD(ftruncate, EINVAL, "the length is negative: as a signed number it is -1",
			(uint64_t)fd_rw, NONE),
		CALL_FD(ftruncate, EINVAL, "descriptor ...", (uint64_t)fd_ro, 0),
		CALL_FD(ftruncate, EINVAL, "descriptor ...", (uint64_t)fd_dir, 0),
		CALL_FD(ftruncate, EBADF, "descriptor ...", (uint64_t)fd_path, 0),
		CALL_FD(pread64, EBADF, "descriptor ...", (uint64_t)fd_wo, BASE, 1, 0),
		CALL_FD(pread64, EINVAL, "the offset is negative", (uint64_t)fd_rw, BASE, 1, NONE),
		CALL_FD(pread64, ESPIPE, "descriptor ...", (uint64_t)fd_pipe, BASE, 1, 0),
		CALL_FD(pread64, EISDIR, "descriptor ...", (uint64_t)fd_dir, BASE, 1, 0),
		CALL_FD(pread64, EFAULT,
			"the buffer cannot be written: nothing is mapped at 0x10008000",
			(uint64_t)fd_rw, BASE + 8 * PAGE, 1, 0),
		CALL_FD(pread64, EFAULT,
			"the buffer cannot be written: the mapping at 0x10004000 does not allow "
			"writing",
			(uint64_t)fd_rw, BASE + 4 * PAGE, 1, 0),
		CALL_FD(pwrite64, EBADF, "descriptor ...", (uint64_t)fd_ro, BASE, 1, 0),
		CALL_FD(pwrite64, EFAULT,
			"the buffer cannot be read: nothing is mapped at 0x10008008",
			(uint64_t)fd_rw, BASE + 8 * PAGE + 8, 9, 0),
		CALL_FD(lseek, EINVAL, "there is no origin with the number 9", (uint64_t)fd_rw, 0,
			9),
		CALL_FD(lseek, EINVAL, "the new position lies before the start of the file",
			(uint64_t)fd_rw, NONE, 0),
		CALL_FD(lseek, EINVAL, "the new position lies before the start of the file",
			(uint64_t)fd_rw, (uint64_t)-101, 2),
		CALL_FD(lseek, ENXIO, "offset 1000 is not inside the file, which has 100 bytes",
			(uint64_t)fd_rw, 1000, 3),
		CALL_FD(lseek, ESPIPE, "descriptor ...", (uint64_t)fd_pipe, 0, 0),
		CALL(memfd_create, EINVAL, "0x20 is no flag that this call knows", (uintptr_t) "x",
			0x20),
		CALL(memfd_create, EINVAL, "a size of huge pages is given without MFD_HUGETLB",
			(uintptr_t) "x", 21 << 26),
		CALL(memfd_create, EINVAL, "MFD_EXEC and MFD_NOEXEC_SEAL exclude each other",
			(uintptr_t) "x", 0x18),
		CALL(memfd_create, EFAULT,
			"the name cannot be read: nothing is mapped at 0x10008000", BASE + 8 * PAGE,
			0),
		{"memfd_create", SYS_memfd_create, {(uintptr_t)too_long_name, 0}, -1, EINVAL,
			"the name has 5999 bytes; a memfd's may have 249", too_long_name},
		{"openat", SYS_openat, {(uint64_t)AT_FDCWD, (uintptr_t)too_long_name, 0}, -1,
			ENAMETOOLONG, "the path has 5999 bytes; at most 4095 are allowed",
			too_long_name},
		{"open", SYS_open, {(uintptr_t)(too_long_name + 5000), 0}, -1, ENAMETOOLONG,
			"a name in the path has 999 bytes; at most 255 are allowed",
			too_long_name + 5000},
		{"openat", SYS_openat, {(uint64_t)AT_FDCWD, BASE + 8 * PAGE, 0}, -1, EFAULT,
			"the path cannot be read: nothing is mapped at 0x10008000", NULL},
		{"openat", SYS_openat, {777, (uintptr_t) "x", 0}, 0, EBADF,
			"descriptor 777 is not open", "x"},
		{"openat", SYS_openat, {(uint64_t)fd_rw, (uintptr_t) "x", 0}, 0, ENOTDIR,
			"descriptor ...", "x"},
		{"openat", SYS_openat, {(uint64_t)AT_FDCWD, (uintptr_t) "", 0}, -1, ENOENT,
			"the path is empty", ""},
		{"openat", SYS_openat, {(uint64_t)AT_FDCWD, (uintptr_t) "/tmp", 020200000, 0600},
			-1, EINVAL, "O_TMPFILE needs O_WRONLY or O_RDWR", "/tmp"},
	};
	make_all(calls, ARRAY_SIZE(calls));
}

/* ---- Facts that a test cannot make ---- */

static void given(struct failed_call c, const char *want)
{
	c.page = PAGE;
	c.task_size = TASK_SIZE;
	assert_why(&c, want);
}

static void limits(void **state)
{
	(void)state;
	struct maps maps = MAPS_INIT;
	struct mapping m = {.start = 0x100000, .end = 0x300000, .perms = RW, .name = ""};
	struct mapping vsyscall = {
		.start = 0xffffffffff600000, .end = 0xffffffffff601000, .name = "[vsyscall]"};
	maps_add(&maps, &m);
	maps_add(&maps, &vsyscall);
	struct failed_call c = {.name = "mmap",
		.args = {0, 3 << 20, RW, ANON, NONE, 0},
		.error = ENOMEM,
		.maps = &maps,
		.limits = {.known = true, .as = 4 << 20, .data = UINT64_MAX},
		.memory = {.max_map_count = 65530, .mapped = 2 << 20}};
	given(c, "the address space would exceed its limit: 2M in use, at most 4M allowed "
		 "(RLIMIT_AS)");
	c.args[1] = 2 << 20; /* fits exactly */
	given(c, "");
	c.limits.data = 1 << 20;
	c.memory.data = PAGE;
	given(c, "private writable memory would exceed its limit: 4K in use, at most 1M allowed "
		 "(RLIMIT_DATA)");
	c.args[2] = 1;
	given(c, "");
	/* the vsyscall page counts for neither; mmap fails above the limit, a split at it */
	c.memory.max_map_count = 1;
	given(c, "");
	c.memory.max_map_count = 0;
	given(c, "");
	maps_deinit(&maps);
}

static void the_number_of_mappings(void **state)
{
	(void)state;
	struct maps maps = MAPS_INIT;
	for (uint64_t i = 1; i <= 10; i++) {
		struct mapping m = {
			.start = i * 2 * PAGE, .end = (i * 2 + 1) * PAGE, .perms = RW, .name = ""};
		maps_add(&maps, &m);
	}
	struct failed_call c = {.name = "munmap",
		.args = {2 * PAGE, PAGE},
		.error = ENOMEM,
		.maps = &maps,
		.memory = {.max_map_count = 10}};
	given(c, "there are 10 mappings, and vm.max_map_count is 10");
	c.memory.max_map_count = 11;
	given(c, "");
	c.name = "mremap";
	c.args[2] = 2 * PAGE;
	c.args[3] = MREMAP_MAYMOVE;
	given(c, "there are 10 mappings, and vm.max_map_count is 11");
	c.memory.max_map_count = 16;
	given(c, "");
	c.name = "mmap";
	c.memory.max_map_count = 9;
	given(c, "there are 10 mappings, and vm.max_map_count is 9");
	maps_deinit(&maps);
}

static void rights(void **state)
{
	(void)state;
	struct failed_call low = {.name = "mmap",
		.args = {0x1000, PAGE, RW, ANON | MAP_FIXED, NONE, 0},
		.error = EPERM,
		.memory = {.mmap_min_addr = 65536},
		.rights = {.known = true}};
	given(low, "nothing may be mapped below 0x10000 (vm.mmap_min_addr) without CAP_SYS_RAWIO");
	low.rights.caps = UINT64_MAX;
	given(low, "");
	low.rights.known = false;
	given(low, "");
	struct failed_call file = {.name = "ftruncate",
		.args = {5, 0},
		.error = EPERM,
		.fd = {.known = true,
			.open = true,
			.flags = O_RDWR,
			.mode = S_IFREG,
			.size = 10,
			.seals_known = true,
			.seals = 2}};
	given(file, "descriptor 5 is sealed against shrinking (F_SEAL_SHRINK)");
	file.args[1] = 11;
	given(file, "");
	file.error = EFBIG;
	file.limits.known = true;
	file.limits.fsize = 10;
	given(file, "files may be at most 10B long (RLIMIT_FSIZE)");
}

static void paths(void **state)
{
	(void)state;
	struct failed_call c = {.name = "open",
		.args = {0, O_RDONLY},
		.error = ENOENT,
		.string = "/no",
		.path = {.known = true, .error = ENOENT}};
	given(c, "there is no such file: /no");
	c.args[1] = O_CREAT;
	given(c, "a directory on the way does not exist: /no");
	c.path.error = 0;
	c.error = EEXIST;
	c.args[1] = O_CREAT | O_EXCL;
	given(c, "the file exists, and O_CREAT|O_EXCL wants a new one");
	c.error = EISDIR;
	c.path.mode = S_IFDIR | 0755;
	given(c, "a directory cannot be opened for writing or created");
	c.error = EACCES;
	c.path.mode = S_IFREG | 0640;
	c.path.uid = 5;
	c.args[1] = O_RDONLY;
	given(c, "");
	c.rights.known = true;
	given(c, "");
	c.path.gid = 7;
	c.rights.uid = 1;
	given(c, "the file's mode 0640 does not let others read it");
	c.rights.gid = 7;
	given(c, "");
	c.args[1] = O_RDWR;
	given(c, "the file's mode 0640 does not let its group write it");
	c.rights.caps = UINT64_MAX;
	given(c, "");
	c.path.known = false;
	given(c, "");
}

static void nothing_is_guessed(void **state)
{
	(void)state;
	struct failed_call c = {.name = "mmap", .args = {0, PAGE, RW, ANON, NONE, 0}};
	for (int error = 1; error < 134; error++) {
		c.error = error;
		given(c, error == ENOSYS
				 ? "this kernel has no such call: it was built without it, or a "
				   "filter hides it"
				 : "");
	}
	c.error = EINVAL;
	c.name = "no_such_call";
	given(c, "");
	c.name = "";
	given(c, "");
}

/* VmFlags tell what maps does not; without them the cause is possible, not more. */
static void flags_of_mappings(void **state)
{
	(void)state;
	struct arena arena = ARENA_INIT;
	struct maps maps = MAPS_INIT;
	struct mapping m = {.start = BASE, .end = BASE + PAGE, .perms = RW, .name = ""};
	const char *sealed = "rd wr mr mw me ac sl", *plain = "rd wr mr mw me ac";
	struct failed_call c = {
		.name = "munmap", .args = {BASE, PAGE}, .error = EPERM, .maps = &maps};
	struct why why;
	maps_add(&maps, &m);
	given(c, "");
	c.page = PAGE;
	errno_why(&why, &arena, &c);
	assert_int_equal(why.n_possible, 1);
	c.vm_flags = &sealed;
	given(c, "10000000-10001000 rw-p anonymous is sealed (mseal)");
	c.vm_flags = &plain;
	given(c, "");
	errno_why(&why, &arena, &c);
	assert_int_equal(why.n_possible, 0);
	assert_int_equal(why.n_excluded, 1);
	maps_deinit(&maps);
	arena_deinit(&arena);
}

static void documented_causes(void **state)
{
	(void)state;
	struct documented d;
	size_t at = 0, n = 0;
	while (errno_documented("pread", EISDIR, &at, &d))
		n++;
	assert_int_equal(n, 1);
	at = 0;
	assert_true(errno_documented("mmap", EEXIST, &at, &d));
	assert_string_equal(d.text, "MAP_FIXED_NOREPLACE: something is mapped in the range");
	assert_false(errno_documented("mmap", EEXIST, &at, &d));
	at = 0;
	assert_false(errno_documented("nosuchcall", EINVAL, &at, &d));
}

static void several_causes(void **state)
{
	(void)state;
	struct arena arena = ARENA_INIT;
	struct why why;
	struct failed_call c = {.name = "mmap",
		.args = {5, 0, RW, MAP_FIXED | MAP_ANONYMOUS, NONE, 5},
		.error = EINVAL,
		.page = PAGE,
		.rights = {.known = true, .caps = UINT64_MAX},
		.task_size = TASK_SIZE};
	errno_why(&why, &arena, &c);
	assert_int_equal(why.n, 4);
	assert_string_equal(why.causes[0].cure.p, "use 0x0 or 0x1000");
	arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping),
		cmocka_unit_test(changing),
		cmocka_unit_test(files),
		cmocka_unit_test(limits),
		cmocka_unit_test(the_number_of_mappings),
		cmocka_unit_test(rights),
		cmocka_unit_test(paths),
		cmocka_unit_test(nothing_is_guessed),
		cmocka_unit_test(flags_of_mappings),
		cmocka_unit_test(documented_causes),
		cmocka_unit_test(several_causes),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
