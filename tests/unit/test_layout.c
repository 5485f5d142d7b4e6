/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structures of system calls: how long they are by the call's arguments, and how they print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include "mem/layout.h"

static void check(
	const struct layout *l, const void *bytes, size_t n, uint64_t total, const char *wanted)
{
	struct buf b = BUF_INIT;
	layout_print(&b, l, bytes, n, total);
	assert_string_equal(buf_cstr(&b), wanted);
	buf_deinit(&b);
}

static void test_sizes(void **state)
{
	(void)state;
	const struct {
		const struct layout *layout;
		uint64_t args[6];
		unsigned i;
		uint64_t size;
	} cases[] = {
		{&layout_rlimit, {0, 1}, 1, 16},
		{&layout_stat, {0, 1}, 1, sizeof(struct stat)},
		{&layout_iovec, {3, 1, 2}, 1, 32},
		{&layout_iovec, {3, 1, 0}, 1, 0},
		{&layout_iovec, {3, 1, UINT64_MAX}, 1, UINT64_MAX},
		{&layout_residency, {0x1000, 0}, 2, 0},
		{&layout_residency, {0x1000, 1}, 2, 1},
		{&layout_residency, {0x1000, 4096}, 2, 1},
		{&layout_residency, {0x1000, 4097}, 2, 2},
		{&layout_residency, {0x1000, UINT64_MAX}, 2, (uint64_t)1 << 52},
		/* the kernel uses one bit less than it is told */
		{&layout_nodes, {0, 0, 0, 1, 0}, 3, 0},
		{&layout_nodes, {0, 0, 0, 1, 1}, 3, 0},
		{&layout_nodes, {0, 0, 0, 1, 2}, 3, 8},
		{&layout_nodes, {0, 0, 0, 1, 65}, 3, 8},
		{&layout_nodes, {0, 0, 0, 1, 66}, 3, 16},
		{&layout_nodes_old, {0, 64, 1, 1}, 3, 8},
		{&layout_pages, {0, 3}, 2, 24},
		{&layout_status, {0, 3}, 4, 12},
		{&layout_mode, {1}, 0, 4},
		/* an argument behind the last one */
		{&layout_iovec, {0}, 5, 0},
	};
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++)
		assert_int_equal(
			layout_size(cases[k].layout, cases[k].args, cases[k].i), cases[k].size);
}

static void test_limits(void **state)
{
	(void)state;
	const uint64_t plain[] = {1000, 1024}, round[] = {65536, UINT64_MAX};
	check(&layout_rlimit, plain, 1, 1, "{rlim_cur=1000, rlim_max=1024}");
	check(&layout_rlimit, round, 1, 1, "{rlim_cur=64*1024, rlim_max=RLIM64_INFINITY}");
	struct rusage usage = {.ru_utime = {1, 20}, .ru_stime = {0, 300}};
	check(&layout_rusage, &usage, 1, 1,
		"{ru_utime={tv_sec=1, tv_usec=20}, ru_stime={tv_sec=0, tv_usec=300}, ...}");
}

static void test_files(void **state)
{
	(void)state;
	struct stat file = {.st_mode = S_IFREG | 0644, .st_size = 100};
	struct stat device = {.st_mode = S_IFCHR | 0666, .st_rdev = makedev(1, 3)};
	struct stat nothing = {.st_mode = 0};
	check(&layout_stat, &file, 1, 1, "{st_mode=S_IFREG|0644, st_size=100, ...}");
	check(&layout_stat, &device, 1, 1,
		"{st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}");
	check(&layout_stat, &nothing, 1, 1, "{st_mode=000, st_size=0, ...}");
}

static void test_arrays(void **state)
{
	(void)state;
	const struct iovec v[] = {{(void *)0x1000, 8}, {NULL, 0}};
	const unsigned char pages[] = {1, 0, 0xff};
	const uint64_t masks[] = {1, 0x8000000000000000}, addresses[] = {0x1000, 0};
	const int32_t status[] = {0, -2, -9999};
	const uint32_t mode = 2 | 1u << 15;
	check(&layout_iovec, v, 2, 2, "[{iov_base=0x1000, iov_len=8}, {iov_base=NULL, iov_len=0}]");
	check(&layout_residency, pages, 3, 3, "[1, 0, 1]");
	check(&layout_residency, pages, 3, 4, "[1, 0, 1, ...]");
	check(&layout_nodes, masks, 2, 2, "[0x00000000000001, 0x8000000000000000]");
	check(&layout_pages, addresses, 2, 2, "[0x1000, NULL]");
	check(&layout_status, status, 3, 3, "[0, -ENOENT, -9999]");
	check(&layout_node_numbers, status, 2, 2, "[0, -2]");
	check(&layout_mode, &mode, 1, 1, "[MPOL_BIND|MPOL_F_STATIC_NODES]");
	check(&layout_iovec, v, 0, 0, "[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_arrays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
