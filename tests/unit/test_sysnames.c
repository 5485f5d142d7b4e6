/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of system calls: order, look-up, agreement with the headers, and with the kernel
 * where it can be asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shell/sysnames.h"

static void test_sorted_and_found(void **state)
{
	const struct sysname *call, *before = NULL;
	size_t n = 0;

	(void)state;
	for (; (call = sysname_at(n)); n++) {
		assert_ptr_equal(sysname_find(str_from(call->name)), call);
		assert_true(call->nr >= 0);
		if (before)
			assert_true(strcmp(before->name, call->name) < 0);
		before = call;
	}
	assert_true(n > 300);
	assert_null(sysname_at(n + 1));
}

static void check_number(const char *name, long nr)
{
	const struct sysname *call = sysname_find(str_from(name));

	assert_non_null(call);
	assert_int_equal(call->nr, nr);
}

static void test_agrees_with_headers(void **state)
{
	(void)state;
	check_number("read", SYS_read);
	check_number("mmap", SYS_mmap);
	check_number("pread64", SYS_pread64);
	check_number("memfd_secret", SYS_memfd_secret);
	check_number("exit_group", SYS_exit_group);
}

static void test_not_found(void **state)
{
	static const char nul[] = "mmap\0x";

	(void)state;
	assert_null(sysname_find(STR("")));
	assert_null(sysname_find(STR("mma")));
	assert_null(sysname_find(STR("mmapp")));
	assert_null(sysname_find(STR("MMAP")));
	assert_null(sysname_find(STR("zzz")));
	assert_null(sysname_find(STR("_")));
	assert_null(sysname_find((struct str){nul, sizeof(nul) - 1}));
}

/* A slice of a longer text, and one that ends where the memory ends. */
static void test_name_is_a_slice(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p = mmap(
		NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(munmap(p + page, (size_t)page), 0);
	memcpy(p + page - 8, "mprotect", 8);
	assert_non_null(sysname_find((struct str){p + page - 8, 8}));
	assert_null(sysname_find((struct str){p + page - 8, 7}));
	memcpy(p + page - 4, "mmap", 4);
	assert_non_null(sysname_find((struct str){p + page - 4, 4}));
	munmap(p, (size_t)page);
}

static void check_since(const char *name, const char *since)
{
	const struct sysname *call = sysname_find(str_from(name));

	assert_non_null(call);
	if (since)
		assert_string_equal(call->since, since);
	else
		assert_null(call->since);
}

static void test_since(void **state)
{
	(void)state;
	check_since("mmap", NULL);
	check_since("memfd_create", NULL);
	check_since("clone3", "5.3");
	check_since("process_madvise", "5.10");
	check_since("cachestat", "6.5");
	check_since("mseal", "6.10");
}

/*
 * mseal is newer than many headers: the kernel itself tells its number, by what it makes of a
 * bad flag.
 */
static void test_newer_call(void **state)
{
	const struct sysname *call = sysname_find(STR("mseal"));

	(void)state;
	assert_non_null(call);
	long result = syscall(call->nr, 0, 0, 1);
	if (result == -1 && errno == ENOSYS)
		skip();
	assert_int_equal(result, -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(syscall(call->nr, 0, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_and_found),
		cmocka_unit_test(test_agrees_with_headers),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_name_is_a_slice),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_newer_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
