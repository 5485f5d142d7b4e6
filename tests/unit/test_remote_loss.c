/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A live target that dies, is stopped, does not answer, or is interrupted; and the terminal it
 * borrows.
 */
#include "remote_helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "shell/proc.h"

static const uint64_t no_args[WIRE_ARGS];
static struct remote *current; /* for signal handlers */

/* A request that must end with STATUS. */
static void assert_call_ends(
	struct remote *r, enum remote_status status, uint64_t nr, uint64_t a, uint64_t b)
{
	struct wire_fault fault;
	uint64_t result;

	assert_int_equal(
		remote_syscall(r, nr, (uint64_t[WIRE_ARGS]){a, b}, false, &result, &fault), status);
}

static void assert_lost(struct remote *r, enum loss_kind kind, int status)
{
	struct wire_fault fault;
	uint64_t value;
	size_t n;

	assert_int_equal(remote_loss(r)->kind, kind);
	assert_int_equal(remote_loss(r)->status, status);
	assert_int_equal(remote_load(r, 0, 1, &value, &fault), REMOTE_LOST);
	assert_int_equal(remote_read(r, 0, &value, 1, &n, &fault), REMOTE_LOST);
	assert_int_equal(
		remote_syscall(r, SYS_getpid, no_args, false, &value, &fault), REMOTE_LOST);
	assert_false(remote_alive(r));
	assert_int_equal(remote_maps_fd(r), -1);
	assert_int_equal(remote_proc_fd(r), -1);
	remote_ranges(r, &n);
	assert_int_equal(n, 0);
	/* Nothing of it is left, not even a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void assert_comes_back(struct remote *r)
{
	struct err err;

	if (!remote_respawn(r, &err))
		fail_msg("%s", err.text);
	assert_int_equal(remote_loss(r)->kind, LOSS_NONE);
	assert_works(r);
}

static void an_exit_is_noticed_at_once(void **state)
{
	struct remote *r = *state;
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		double start = milliseconds();
		assert_call_ends(r, REMOTE_LOST, SYS_exit_group, 7, 0);
		best = MIN(best, milliseconds() - start);
		assert_lost(r, LOSS_EXITED, 7);
		assert_comes_back(r);
	}
	assert_true(best < 10);
}

static void kill_current(int signo)
{
	(void)signo;
	kill(remote_pid(current), SIGKILL);
}

static void a_kill_is_noticed(void **state)
{
	struct remote *r = current = *state;

	after(20, kill_current);
	assert_call_ends(r, REMOTE_LOST, SYS_pause, 0, 0);
	assert_lost(r, LOSS_KILLED, SIGKILL);
	assert_int_equal(remote_loss(r)->cause, CAUSE_UNKNOWN);
	assert_comes_back(r);
	assert_call_ends(r, REMOTE_LOST, SYS_kill, (uint64_t)remote_pid(r), SIGKILL);
	assert_lost(r, LOSS_KILLED, SIGKILL);
	assert_int_equal(remote_loss(r)->cause, CAUSE_ITSELF);
	assert_comes_back(r);
	kill(remote_pid(r), SIGTERM);
	assert_call_ends(r, REMOTE_LOST, SYS_pause, 0, 0);
	assert_lost(r, LOSS_KILLED, SIGTERM);
	assert_comes_back(r);
	kill(remote_pid(r), SIGKILL);
	for (double limit = milliseconds() + 2000; remote_alive(r) && milliseconds() < limit;)
		usleep(1000);
	assert_lost(r, LOSS_KILLED, SIGKILL);
	assert_comes_back(r);
}

static void an_exec_is_a_loss(void **state)
{
	struct remote *r = *state;
	uint64_t path = remote_scratch(r, "/bin/sleep", 11);
	uint64_t argv[] = {path, remote_scratch(r, "1000", 5), 0};
	pid_t pid = remote_pid(r);
	double start = milliseconds();

	assert_call_ends(r, REMOTE_LOST, SYS_execve, path, remote_scratch(r, argv, sizeof(argv)));
	assert_true(milliseconds() - start < 1000);
	assert_lost(r, LOSS_EXECED, 0);
	assert_int_equal(kill(pid, 0), -1);
	assert_comes_back(r);
	assert_int_equal(CALL(r, SYS_execve, remote_scratch(r, "/nonexistent", 13), 0, 0), -ENOENT);
	assert_works(r);
}

static void an_overwritten_agent_is_a_loss(void **state)
{
	struct remote *r = *state;
	char *zeros = calloc(1, 16 * PAGE);
	struct wire_fault fault;
	size_t done;

	/* The agent's data lies between its text and the channel. */
	uint64_t data = r->target_data - WIRE_DATA_OFFSET(0) - 16 * PAGE;
	remote_write(r, data, zeros, 16 * PAGE, &done, &fault);
	uint64_t value;
	assert_int_equal(remote_load(r, data, 8, &value, &fault), REMOTE_LOST);
	assert_int_not_equal(remote_loss(r)->kind, LOSS_NONE);
	free(zeros);
	assert_comes_back(r);
}

static void unmapping_the_agent_is_a_loss(void **state)
{
	struct remote *r = *state;
	size_t n;
	struct wire_range all = remote_ranges(r, &n)[0];

	assert_call_ends(r, REMOTE_LOST, SYS_munmap, all.start, (1ULL << 47) - PAGE - all.start);
	assert_lost(r, LOSS_KILLED, SIGSEGV);
	assert_int_equal(remote_loss(r)->cause, CAUSE_AGENT);
	assert_comes_back(r);
}

static void nonsense_in_the_channel_is_a_loss(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value;

	r->slot->replies += 5;
	assert_int_equal(remote_load(r, 0, 1, &value, &fault), REMOTE_LOST);
	assert_lost(r, LOSS_GARBLED, 0);
	assert_comes_back(r);

	/*
	 * A width that the agent does not know is refused by it, which an honest shell never
	 * provokes.
	 */
	assert_int_equal(remote_load(r, 0, 3, &value, &fault), REMOTE_LOST);
	assert_lost(r, LOSS_GARBLED, 0);
	assert_comes_back(r);
}

static void an_interrupt_ends_a_call(void **state)
{
	struct remote *r = *state;
	struct timespec hour = {.tv_sec = 3600};

	after(30, press_interrupt);
	uint64_t time = remote_scratch(r, &hour, sizeof(hour));
	assert_call_ends(r, REMOTE_INTERRUPTED, SYS_nanosleep, time, 0);
	assert_true(remote_interrupted());
	remote_interrupt_clear();
	after(30, press_interrupt);
	assert_call_ends(r, REMOTE_INTERRUPTED, SYS_pause, 0, 0);
	remote_interrupt_clear();
	uint64_t fds = map(r, PAGE, PROT_READ | PROT_WRITE);
	assert_int_equal(CALL(r, SYS_pipe, fds), 0);
	after(30, press_interrupt);
	struct wire_fault fault;
	uint64_t result, args[WIRE_ARGS] = {3, fds, 1};
	assert_int_equal(
		remote_syscall(r, SYS_read, args, false, &result, &fault), REMOTE_INTERRUPTED);
	remote_interrupt_clear();
	assert_works(r);
}

/*
 * Registers one page with a userfaultfd that nobody serves: an access to it hangs. 0 if the kernel
 * refuses.
 */
static uint64_t map_hanging_page(struct remote *r)
{
	enum { USER_MODE_ONLY = 1 };
	struct uffdio_api api = {.api = UFFD_API};
	int64_t fd = CALL(r, SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY);
	if (fd < 0)
		return 0;
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE);
	struct uffdio_register page = {
		.range = {.start = p, .len = PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
	uint64_t where = remote_scratch(r, &api, sizeof(api));
	assert_int_equal(CALL(r, SYS_ioctl, (uint64_t)fd, UFFDIO_API, where), 0);
	where = remote_scratch(r, &page, sizeof(page));
	assert_int_equal(CALL(r, SYS_ioctl, (uint64_t)fd, UFFDIO_REGISTER, where), 0);
	return p;
}

static void an_interrupt_ends_an_access(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value, p = map_hanging_page(r);
	char bytes[64];
	size_t done;

	if (!p)
		skip();
	after(30, press_interrupt);
	assert_int_equal(remote_load(r, p, 8, &value, &fault), REMOTE_INTERRUPTED);
	remote_interrupt_clear();
	after(30, press_interrupt);
	assert_int_equal(remote_store(r, p, 1, 1, &fault), REMOTE_INTERRUPTED);
	remote_interrupt_clear();
	after(30, press_interrupt);
	assert_int_equal(
		remote_read(r, p, bytes, sizeof(bytes), &done, &fault), REMOTE_INTERRUPTED);
	assert_int_equal(done, 0);
	remote_interrupt_clear();
	after(30, press_interrupt);
	assert_false(remote_peek(r, p, bytes, sizeof(bytes)));
	remote_interrupt_clear();
	assert_works(r);
}

static void a_long_copy_is_interrupted_between_its_pieces(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	char bytes[16];
	size_t done;
	uint64_t p = map(r, PAGE, PROT_READ);

	remote_interrupt();
	assert_int_equal(
		remote_read(r, p, bytes, sizeof(bytes), &done, &fault), REMOTE_INTERRUPTED);
	assert_int_equal(done, 0);
}

static void a_target_that_does_not_obey_is_killed(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t result;

	/* Blocking all signals without telling the agent, which would undo it. */
	uint64_t all = ~0ULL;
	uint64_t mask = remote_scratch(r, &all, 8);
	assert_int_equal(CALL(r, SYS_rt_sigprocmask, SIG_SETMASK, mask, 0, 8), 0);
	after(30, press_interrupt);
	double start = milliseconds();
	assert_int_equal(
		remote_syscall(r, SYS_pause, no_args, false, &result, &fault), REMOTE_LOST);
	assert_in_range((uint64_t)(milliseconds() - start), 1900, 4000);
	assert_lost(r, LOSS_STUCK, 0);
	remote_interrupt_clear();
	assert_comes_back(r);
}

static int stopped_by;
static enum stop_kind stopped_how;
static void (*when_stopped)(int);
static int let_go = -1; /* the writing end of the pipe that a tracer waits for */

static void note_stop(void *arg, enum stop_kind kind, int number)
{
	(void)arg;
	stopped_how = kind;
	stopped_by = number;
	if (when_stopped)
		after(20, when_stopped);
}

static void stop_current(int signo)
{
	(void)signo;
	kill(remote_pid(current), SIGSTOP);
}

static void continue_and_interrupt(int signo)
{
	kill(remote_pid(current), SIGCONT);
	press_interrupt(signo);
}

static void let_tracer_go(int signo)
{
	(void)signo;
	close(let_go);
}

/* From outside, while pause() is under way, which only THEN ends. */
static void check_stop(struct remote *r, void (*then)(int))
{
	stopped_by = 0;
	when_stopped = then;
	after(20, stop_current);
	assert_call_ends(r, REMOTE_INTERRUPTED, SYS_pause, 0, 0);
	assert_int_equal(stopped_how, STOP_SIGNAL);
	assert_int_equal(stopped_by, SIGSTOP);
	when_stopped = NULL;
	remote_interrupt_clear();
	assert_works(r);
}

static void a_stop_is_not_death(void **state)
{
	struct remote *r = current = start_target(&(struct remote_options){.on_stop = note_stop});
	(void)state;

	check_stop(r, continue_and_interrupt);
	check_stop(r, press_interrupt);
	assert_int_equal(CALL(r, SYS_kill, (uint64_t)remote_pid(r), SIGSTOP), 0);
	assert_int_equal(stopped_how, STOP_OWN);
	assert_int_equal(stopped_by, SIGSTOP);
	assert_works(r);
	remote_destroy(r);
}

/* Stops PID as a debugger does, until the pipe's writing end is closed. */
static _Noreturn void be_a_tracer(pid_t pid, int fd)
{
	char byte;

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) != 0)
		_exit(1);
	waitpid(pid, NULL, __WALL);
	ssize_t n = read(fd, &byte, 1);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	_exit(n == 0 ? 0 : 1);
}

static void a_tracer_is_not_death(void **state)
{
	struct remote *r = current = start_target(&(struct remote_options){.on_stop = note_stop});
	int fds[2], status;
	(void)state;

	assert_int_equal(pipe(fds), 0);
	pid_t tracer = fork();
	if (tracer == 0) {
		close(fds[1]);
		be_a_tracer(remote_pid(r), fds[0]);
	}
	/* It stands still as soon as it is attached; if that is not allowed the tracer ends. */
	struct buf state_text = BUF_INIT;
	do {
		buf_clear(&state_text);
		assert_true(proc_read(r, "status", &state_text));
		if (waitpid(tracer, &status, WNOHANG) == tracer)
			skip();
	} while (*proc_field(state_text.p, "State") != 't');
	buf_deinit(&state_text);
	let_go = fds[1];
	when_stopped = let_tracer_go;
	assert_works(r);
	when_stopped = NULL;
	assert_int_equal(stopped_how, STOP_TRACER);
	assert_int_equal(stopped_by, tracer);
	assert_int_equal(waitpid(tracer, &status, 0), tracer);
	assert_int_equal(status, 0);
	close(fds[0]);
	remote_destroy(r);
}

/* ---- with a terminal: the child of forkpty is the shell, the parent types ---- */

/* Has a target read the terminal. Exits with 0 if all went as it must. */
static _Noreturn void be_the_shell(const char *typed_result)
{
	struct remote *r = start_target(NULL);
	struct wire_fault fault;
	uint64_t result, p = map(r, PAGE, PROT_READ | PROT_WRITE);
	size_t done;
	char text[4] = "";

	puts("ready");
	fflush(stdout);
	enum remote_status status = remote_syscall(
		r, SYS_read, (uint64_t[WIRE_ARGS]){0, p, 100}, false, &result, &fault);
	if (tcgetpgrp(0) != getpgrp())
		_exit(2);
	if (!typed_result)
		_exit(status == REMOTE_INTERRUPTED && remote_interrupted() ? 0 : 3);
	if (status != REMOTE_DONE || result != strlen(typed_result))
		_exit(4);
	remote_read(r, p, text, 3, &done, &fault);
	_exit(memcmp(text, typed_result, 3) == 0 ? 0 : 5);
}

/* What is typed reaches the target, and the terminal is the shell's again afterwards. */
static void check_terminal(const char *typed, const char *typed_result)
{
	int master, status;
	char byte = 0;
	pid_t pid = forkpty(&master, NULL, NULL, NULL);

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(10);
		be_the_shell(typed_result);
	}
	while (byte != '\n' && read(master, &byte, 1) == 1)
		;
	usleep(200000);
	assert_int_equal(write(master, typed, strlen(typed)), strlen(typed));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(master);
	assert_int_equal(status, 0);
}

static void the_terminal_is_lent_and_taken_back(void **state)
{
	(void)state;
	check_terminal("hi\n", "hi\n");
	check_terminal("\3", NULL);
}

/* ---- how it starts and ends ---- */

static void the_target_dies_with_the_shell(void **state)
{
	(void)state;
	int fds[2], status;
	pid_t target = 0;

	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(fds), 0);
	pid_t shell = fork();
	if (shell == 0) {
		struct remote *r = start_target(NULL);
		pid_t pid = remote_pid(r);
		if (write(fds[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(read(fds[0], &target, sizeof(target)), sizeof(target));
	assert_int_equal(waitpid(shell, &status, 0), shell);
	assert_int_equal(waitpid(target, &status, 0), target);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(fds[0]);
	close(fds[1]);
}

static void a_target_that_cannot_start_is_an_error(void **state)
{
	(void)state;
	struct remote_options options = {.target_path = "/nonexistent/faultline-target"};
	struct err err = {0};

	assert_null(remote_create(&options, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/nonexistent/faultline-target: No such file"));
	options.target_path = "/bin/false";
	assert_null(remote_create(&options, &err));
	assert_non_null(strstr(err.text, "ended with status 1 before it answered"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void its_stdin_can_be_kept_from_the_script(void **state)
{
	(void)state;
	struct remote *r = start_target(&(struct remote_options){.stdin_is_script = true});
	char link[64] = "";

	assert_true(readlinkat(remote_proc_fd(r), "fd/0", link, sizeof(link) - 1) > 0);
	assert_string_equal(link, "/dev/null");
	remote_destroy(r);
}

static void its_layout_can_be_fixed(void **state)
{
	(void)state;
	struct remote_options options = {.no_aslr = true};
	options.target_path = getenv("FAULTLINE_TARGET");
	struct err err;
	uint64_t first[2];

	for (int i = 0; i < 2; i++) {
		struct remote *r = remote_create(&options, &err);
		if (!r) {
			assert_non_null(strstr(err.text, "does not allow switching"));
			skip();
		}
		first[i] = map(r, PAGE, PROT_READ);
		remote_destroy(r);
	}
	assert_int_equal(first[0], first[1]);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(an_exit_is_noticed_at_once),
		LIVE(a_kill_is_noticed),
		LIVE(an_exec_is_a_loss),
		LIVE(an_overwritten_agent_is_a_loss),
		LIVE(unmapping_the_agent_is_a_loss),
		LIVE(nonsense_in_the_channel_is_a_loss),
		LIVE(an_interrupt_ends_a_call),
		LIVE(an_interrupt_ends_an_access),
		LIVE(a_long_copy_is_interrupted_between_its_pieces),
		LIVE(a_target_that_does_not_obey_is_killed),
		cmocka_unit_test(a_stop_is_not_death),
		cmocka_unit_test(a_tracer_is_not_death),
		cmocka_unit_test(the_terminal_is_lent_and_taken_back),
		cmocka_unit_test(the_target_dies_with_the_shell),
		cmocka_unit_test(a_target_that_cannot_start_is_an_error),
		cmocka_unit_test(its_stdin_can_be_kept_from_the_script),
		cmocka_unit_test(its_layout_can_be_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
