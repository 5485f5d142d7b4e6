/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checkpoints of a live target, and that nothing is left over however often targets and checkpoints
 * come and go. FAULTLINE_ROUNDS says how often (2000 unless told).
 */
#include "remote_helpers.h"

#include <dirent.h>
#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/buf.h"

static uint64_t load(struct remote *r, uint64_t addr)
{
	struct wire_fault fault;
	uint64_t value = 0;

	assert_int_equal(remote_load(r, addr, 8, &value, &fault), REMOTE_DONE);
	return value;
}

static void store(struct remote *r, uint64_t addr, uint64_t value)
{
	struct wire_fault fault;

	assert_int_equal(remote_store(r, addr, 8, value, &fault), REMOTE_DONE);
}

static unsigned checkpoint(struct remote *r)
{
	struct err err = {0};
	unsigned id = remote_checkpoint(r, &err);

	if (!id)
		fail_msg("%s", err.text);
	return id;
}

static void restore(struct remote *r, unsigned id)
{
	struct err err = {0};

	if (!remote_restore(r, id, &err))
		fail_msg("%s", err.text);
}

static void lose(struct remote *r)
{
	struct wire_fault fault;
	uint64_t result;
	const uint64_t args[WIRE_ARGS] = {0};

	assert_int_equal(
		remote_syscall(r, SYS_exit_group, args, false, &result, &fault), REMOTE_LOST);
}

static void a_checkpoint_is_restored_more_than_once(void **state)
{
	struct remote *r = *state;
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE);

	store(r, p, 1);
	unsigned id = checkpoint(r);
	for (int i = 0; i < 3; i++) {
		pid_t pid = remote_pid(r);
		store(r, p, 2);
		restore(r, id);
		assert_int_not_equal(remote_pid(r), pid);
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(load(r, p), 1);
		assert_works(r);
	}
	lose(r);
	restore(r, id);
	assert_int_equal(load(r, p), 1);
	assert_works(r);
}

static void checkpoints_are_independent(void **state)
{
	struct remote *r = *state;
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE);
	unsigned ids[REMOTE_CHECKPOINTS];
	struct err err;

	for (unsigned i = 0; i < REMOTE_CHECKPOINTS; i++) {
		store(r, p, i);
		ids[i] = checkpoint(r);
	}
	assert_int_equal(remote_checkpoint(r, &err), 0);
	for (unsigned i = REMOTE_CHECKPOINTS; i-- > 0;) {
		restore(r, ids[i]);
		assert_int_equal(load(r, p), i);
	}
	remote_forget(r, ids[3]);
	assert_int_equal(remote_checkpoint_pid(r, ids[3]), 0);
	assert_false(remote_restore(r, ids[3], &err));
	assert_int_equal(load(r, p), 0);
	restore(r, ids[4]);
	assert_int_equal(load(r, p), 4);
}

static void a_dead_checkpoint_is_an_error(void **state)
{
	struct remote *r = *state;
	unsigned id = checkpoint(r);
	struct err err;

	pid_t pid = remote_checkpoint_pid(r, id);
	kill(pid, SIGKILL);
	siginfo_t info;
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_false(remote_restore(r, id, &err));
	assert_non_null(strstr(err.text, "has died"));
	assert_int_equal(remote_checkpoint_pid(r, id), 0);
	assert_works(r);
}

/* The channel is memory of the target too: what a sleeping agent knows itself counts. */
static void a_garbled_channel_does_not_reach_checkpoints(void **state)
{
	struct remote *r = *state;
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE);

	store(r, p, 1);
	unsigned id = checkpoint(r);
	unsigned char *slots = r->channel + WIRE_SLOT_OFFSET(0);
	memset(slots, 0xff, WIRE_DATA_OFFSET(0) - WIRE_SLOT_OFFSET(0));
	struct wire_fault fault;
	uint64_t value;
	assert_int_equal(remote_load(r, p, 8, &value, &fault), REMOTE_LOST);
	restore(r, id);
	assert_int_equal(load(r, p), 1);
	assert_works(r);
}

/*
 * What a target was damaged with before it was copied stays so: going back to it must not lose one
 * target after the other. The agent's data, with its stacks, lies right below the channel.
 */
static void a_checkpoint_with_a_damaged_agent_is_ended(void **state)
{
	struct remote *r = *state;
	unsigned good = checkpoint(r), damaged = 0;
	uint64_t result, channel = r->target_channel;
	struct wire_fault fault;
	struct err err;

	for (uint64_t i = 1; i <= 20; i++) {
		const uint64_t args[WIRE_ARGS] = {channel - i * PAGE, PAGE, PROT_NONE};
		remote_syscall(r, SYS_mprotect, args, false, &result, &fault);
		unsigned bad = remote_checkpoint(r, &err);
		if (bad && !remote_restore(r, bad, &err)) {
			assert_non_null(strstr(err.text, "damaged"));
			assert_int_equal(remote_pid(r), 0);
			assert_int_equal(remote_checkpoint_pid(r, bad), 0);
			damaged++;
		}
		remote_forget(r, bad);
		restore(r, good);
		assert_works(r);
	}
	assert_true(damaged > 0);
}

static void a_fresh_target_ends_all_checkpoints(void **state)
{
	struct remote *r = *state;
	unsigned a = checkpoint(r), b = checkpoint(r);
	pid_t pids[] = {remote_checkpoint_pid(r, a), remote_checkpoint_pid(r, b)};
	struct err err;

	lose(r);
	assert_true(remote_checkpoint_pid(r, b) > 0);
	assert_true(remote_respawn(r, &err));
	assert_int_equal(remote_checkpoint_pid(r, a), 0);
	assert_int_equal(kill(pids[0], 0), -1);
	assert_int_equal(kill(pids[1], 0), -1);
	assert_works(r);
}

static void checkpoints_die_with_the_shell(void **state)
{
	(void)state;
	int fds[2], status;
	pid_t copies[2];

	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(fds), 0);
	pid_t shell = fork();
	if (shell == 0) {
		struct remote *r = start_target(NULL);
		unsigned id = checkpoint(r);
		restore(r, id);
		pid_t pids[] = {remote_pid(r), remote_checkpoint_pid(r, id)};
		if (write(fds[1], pids, sizeof(pids)) != sizeof(pids))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(read(fds[0], copies, sizeof(copies)), sizeof(copies));
	assert_int_equal(waitpid(shell, &status, 0), shell);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(copies[i], &status, 0), copies[i]);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	close(fds[0]);
	close(fds[1]);
}

/* ---- nothing is left over ---- */

static unsigned rounds(void)
{
	const char *text = getenv("FAULTLINE_ROUNDS");

	return text ? (unsigned)strtoul(text, NULL, 10) : 2000;
}

static unsigned count_descriptors(void)
{
	unsigned n = 0;
	DIR *dir = opendir("/proc/self/fd");

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Pages of this process's address space. */
static unsigned long count_pages(void)
{
	char text[64] = "";
	FILE *f = fopen("/proc/self/statm", "r");

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	return strtoul(text, NULL, 10);
}

/* Children, dead or alive; -1 where the kernel does not list them. */
static int count_children(void)
{
	FILE *f = fopen("/proc/thread-self/children", "r");
	int n = 0, pid;

	if (!f)
		return -1;
	while (fscanf(f, "%d", &pid) == 1)
		n++;
	fclose(f);
	return n;
}

static void a_copy_that_is_not_waited_for_is_ended(void **state)
{
	struct remote *r = *state;
	struct err err;

	if (count_children() < 0)
		skip();
	for (unsigned i = 0; i < 20; i++) {
		unsigned id = checkpoint(r);
		remote_interrupt();
		remote_restore(r, id, &err); /* it may still have come in time */
		assert_true(remote_interrupted());
		remote_interrupt_clear();
		remote_forget(r, id);
		assert_int_equal(count_children(), 1);
		assert_works(r);
	}
}

static void one_round(struct remote *r, unsigned i)
{
	struct err err;

	unsigned id = checkpoint(r);
	restore(r, id);
	if (i % 2)
		lose(r);
	if (i % 3 == 0) {
		restore(r, id);
		remote_forget(r, id);
		lose(r);
	}
	if (!remote_respawn(r, &err))
		fail_msg("%s", err.text);
}

static void nothing_is_left_over(void **state)
{
	struct remote *r = *state;

	for (unsigned i = 0; i < 20; i++)
		one_round(r, i);
	unsigned descriptors = count_descriptors();
	unsigned long pages = count_pages();
	for (unsigned i = 0; i < rounds(); i++)
		one_round(r, i);
	assert_int_equal(count_descriptors(), descriptors);
	assert_in_range(count_pages(), 0, pages + 256); /* the allocator may have grown once */
	assert_works(r);
	/* The target is the only child, dead or alive. */
	siginfo_t info;
	pid_t pid = remote_pid(r);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(info.si_pid, pid);
	assert_false(remote_alive(r));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(a_checkpoint_is_restored_more_than_once),
		LIVE(checkpoints_are_independent),
		LIVE(a_dead_checkpoint_is_an_error),
		LIVE(a_garbled_channel_does_not_reach_checkpoints),
		LIVE(a_checkpoint_with_a_damaged_agent_is_ended),
		LIVE(a_fresh_target_ends_all_checkpoints),
		LIVE(a_copy_that_is_not_waited_for_is_ended),
		cmocka_unit_test(checkpoints_die_with_the_shell),
		LIVE(nothing_is_left_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
