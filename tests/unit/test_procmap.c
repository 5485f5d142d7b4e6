/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target's mappings: PROCMAP_QUERY and the text of the list must tell the same. */
#include "remote_helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "shell/procmap.h"

/* Mappings of every kind: unnamed, named, shared, of a deleted file, of one with an odd name. */
static void make_zoo(struct remote *r)
{
	char path[64];
	static const char odd[] = "odd name\nwith a line end";

	map(r, 3 * PAGE, PROT_READ);
	map(r, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
	uint64_t named = map(r, PAGE, PROT_NONE);
	uint64_t zoo = remote_scratch(r, "zoo", 4);
	CALL(r, SYS_prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, named, PAGE, zoo);
	CALL(r, SYS_mmap, 0, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1ULL, 0);
	int64_t fd = CALL(r, SYS_memfd_create, remote_scratch(r, odd, sizeof(odd)), 0);
	assert_int_equal(CALL(r, SYS_ftruncate, (uint64_t)fd, 8 * PAGE), 0);
	CALL(r, SYS_mmap, 0, PAGE, PROT_READ, MAP_SHARED, (uint64_t)fd, 5 * PAGE);
	CALL(r, SYS_close, (uint64_t)fd);

	snprintf(path, sizeof(path), "/tmp/faultline-test-%d", (int)getpid());
	uint64_t at = remote_scratch(r, path, strlen(path) + 1);
	fd = CALL(r, SYS_open, at, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(CALL(r, SYS_ftruncate, (uint64_t)fd, 2 * PAGE), 0);
	CALL(r, SYS_mmap, 0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, (uint64_t)fd, 0);
	CALL(r, SYS_unlink, at);
	CALL(r, SYS_close, (uint64_t)fd);
}

static void read_list(struct remote *r, struct maps *list)
{
	struct buf text = BUF_INIT;
	struct err err;

	assert_true(procmap_read(r, &text));
	if (!maps_parse(list, buf_slice(&text), &err))
		fail_msg("%s", err.text);
	buf_deinit(&text);
	assert_true(list->n > 15);
}

static void assert_same(const struct mapping *got, const struct mapping *want)
{
	assert_int_equal(got->start, want->start);
	assert_int_equal(got->end, want->end);
	assert_int_equal(got->perms, want->perms);
	assert_int_equal(got->offset, want->offset);
	assert_int_equal(got->major, want->major);
	assert_int_equal(got->minor, want->minor);
	assert_int_equal(got->inode, want->inode);
	assert_string_equal(got->name, want->name);
}

/* Asks for every mapping in LIST at its first and last byte, and for the one below it. */
static void compare_all(struct remote *r, const struct maps *list)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;

	for (size_t i = 0; i < list->n; i++) {
		const struct mapping *want = &list->v[i];
		assert_int_equal(procmap_query(r, want->start, &m, name), PROCMAP_FOUND);
		assert_same(&m, want);
		assert_int_equal(procmap_query(r, want->end - 1, &m, name), PROCMAP_FOUND);
		assert_same(&m, want);
		assert_int_equal(procmap_below(r, want->end, &m, name), PROCMAP_FOUND);
		assert_same(&m, want);
		assert_int_equal(procmap_below(r, want->start + 1, &m, name), PROCMAP_FOUND);
		assert_same(&m, want);
		if (i + 1 < list->n) {
			const struct mapping *next = &list->v[i + 1];
			assert_int_equal(procmap_query(r, want->end, &m, name), PROCMAP_FOUND);
			assert_same(&m, next);
			assert_int_equal(procmap_below(r, next->start, &m, name), PROCMAP_FOUND);
			assert_same(&m, want);
		}
	}
	assert_int_equal(procmap_below(r, list->v[0].start, &m, name), PROCMAP_NONE);
	assert_int_equal(procmap_below(r, 0, &m, name), PROCMAP_NONE);
	assert_int_equal(procmap_query(r, list->v[list->n - 1].end, &m, name), PROCMAP_NONE);
	assert_int_equal(procmap_query(r, 0, &m, name), PROCMAP_FOUND);
	assert_same(&m, &list->v[0]);
	assert_int_equal(procmap_below(r, UINT64_MAX, &m, name), PROCMAP_FOUND);
	assert_same(&m, &list->v[list->n - 1]);
}

static void both_ways_tell_the_same(void **state)
{
	struct remote *r = *state;
	struct maps list = MAPS_INIT;
	char name[MAPPING_NAME_MAX];
	struct mapping m;

	make_zoo(r);
	read_list(r, &list);
	procmap_set_fallback(false);
	procmap_query(r, 0, &m, name);
	if (procmap_fallback())
		print_message("this kernel has no PROCMAP_QUERY: only the text is tested\n");
	compare_all(r, &list);
	procmap_set_fallback(true);
	compare_all(r, &list);
	procmap_set_fallback(false);
	maps_deinit(&list);
}

static void many_mappings_are_searched_from_below(void **state)
{
	struct remote *r = *state;
	enum { N = 500 };
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t p = map(r, 2 * N * PAGE, PROT_READ);

	for (uint64_t i = 1; i < N; i++)
		assert_int_equal(CALL(r, SYS_munmap, p + 2 * i * PAGE, PAGE), 0);
	for (uint64_t i = 2; i < N; i += 17) {
		uint64_t want = p + (2 * i - 1) * PAGE;
		for (uint64_t past = PAGE; past <= 2 * PAGE; past += PAGE) {
			assert_int_equal(procmap_below(r, want + past, &m, name), PROCMAP_FOUND);
			assert_int_equal(m.start, want);
		}
	}
}

static void a_lost_target_has_no_mappings(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t result;
	char name[MAPPING_NAME_MAX] = "untouched";
	struct mapping m = {.start = 1};
	struct buf text = BUF_INIT;

	remote_syscall(r, SYS_exit_group, (uint64_t[WIRE_ARGS]){0}, false, &result, &fault);
	assert_int_equal(procmap_query(r, 0, &m, name), PROCMAP_ERROR);
	assert_int_equal(procmap_below(r, 1 << 20, &m, name), PROCMAP_ERROR);
	assert_int_equal(m.start, 1);
	assert_string_equal(name, "untouched");
	buf_puts(&text, "before");
	assert_false(procmap_read(r, &text));
	assert_string_equal(buf_cstr(&text), "before");
	buf_deinit(&text);
}

static void execs_are_noticed_without_the_query(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t path = remote_scratch(r, "/bin/sleep", 11), result;
	uint64_t argv[] = {path, remote_scratch(r, "1000", 5), 0};
	uint64_t args[WIRE_ARGS] = {path, remote_scratch(r, argv, sizeof(argv))};

	procmap_set_fallback(true);
	assert_true(procmap_space_lives(r));
	assert_int_equal(remote_syscall(r, SYS_execve, args, false, &result, &fault), REMOTE_LOST);
	assert_int_equal(remote_loss(r)->kind, LOSS_EXECED);
	procmap_set_fallback(false);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(both_ways_tell_the_same),
		LIVE(many_mappings_are_searched_from_below),
		LIVE(a_lost_target_has_no_mappings),
		LIVE(execs_are_noticed_without_the_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
