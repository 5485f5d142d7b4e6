/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live target and its agent: accesses, faults, system calls, what the agent survives. */
#include "remote_helpers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "arch/arch.h"
#include "shell/procmap.h"

static void loads_and_stores_have_their_width(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value, p = map(r, PAGE, PROT_READ | PROT_WRITE);

	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = width == 8 ? UINT64_MAX : (1ULL << 8 * width) - 1;
		assert_int_equal(remote_store(r, p, 8, UINT64_MAX, &fault), REMOTE_DONE);
		uint64_t pattern = 0x8182838485868788;
		assert_int_equal(remote_store(r, p, width, pattern, &fault), REMOTE_DONE);
		assert_int_equal(remote_load(r, p, 8, &value, &fault), REMOTE_DONE);
		assert_int_equal(value, (pattern & mask) | ~mask);
		assert_int_equal(remote_load(r, p, width, &value, &fault), REMOTE_DONE);
		assert_int_equal(value, pattern & mask);
	}
}

/* What a fault must say. TRAP_CODE is compared only where the fault is a page fault. */
struct expected {
	int signo, code;
	uint64_t addr, trap, trap_code;
};

static void assert_fault(const struct wire_fault *fault, struct expected want)
{
	assert_int_equal(fault->signo, want.signo);
	assert_int_equal(fault->code, want.code);
	assert_int_equal(fault->addr, want.addr);
	assert_int_equal(fault->trap, want.trap);
	assert_true(arch_trap_valid(fault));
	assert_int_equal(arch_ring(fault), 3);
	if (!arch_is_page_fault(fault))
		return;
	assert_int_equal(fault->trap_code, want.trap_code);
	assert_int_equal(fault->trap_addr, want.addr);
	assert_true(arch_addr_valid(fault));
}

static void assert_load_faults(struct remote *r, uint64_t addr, struct expected want)
{
	struct wire_fault fault;
	uint64_t value = 0x5a5a;

	assert_int_equal(remote_load(r, addr, 8, &value, &fault), REMOTE_FAULT);
	assert_int_equal(value, 0x5a5a);
	assert_fault(&fault, want);
}

static void assert_store_faults(struct remote *r, uint64_t addr, struct expected want)
{
	struct wire_fault fault;

	assert_int_equal(remote_store(r, addr, 1, 1, &fault), REMOTE_FAULT);
	assert_fault(&fault, want);
}

static void faults_are_caught_and_told(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value;
	uint64_t none = map(r, PAGE, PROT_NONE), readable = map(r, PAGE, PROT_READ);
	uint64_t gone = map(r, PAGE, PROT_READ);
	CALL(r, SYS_munmap, gone, PAGE);

	assert_load_faults(r, none, (struct expected){SIGSEGV, SEGV_ACCERR, none, 14, 4});
	assert_store_faults(r, none, (struct expected){SIGSEGV, SEGV_ACCERR, none, 14, 6});
	assert_load_faults(r, gone, (struct expected){SIGSEGV, SEGV_MAPERR, gone, 14, 4});
	assert_store_faults(r, readable, (struct expected){SIGSEGV, SEGV_ACCERR, readable, 14, 6});
	assert_int_equal(remote_load(r, readable, 1, &value, &fault), REMOTE_DONE);
	assert_store_faults(r, readable, (struct expected){SIGSEGV, SEGV_ACCERR, readable, 14, 7});
	uint64_t kernel = 0xffffffff81000000;
	assert_load_faults(r, kernel, (struct expected){SIGSEGV, SEGV_MAPERR, kernel, 14, 5});
	assert_works(r);
}

static void addresses_of_a_general_protection_fault_are_stale(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value;

	assert_load_faults(r, 0x1000, (struct expected){SIGSEGV, SEGV_MAPERR, 0x1000, 14, 4});
	assert_int_equal(remote_load(r, 0x8000000000000000, 8, &value, &fault), REMOTE_FAULT);
	assert_fault(&fault, (struct expected){SIGSEGV, SI_KERNEL, 0, 13, 0});
	assert_false(arch_addr_valid(&fault));
	assert_int_equal(fault.trap_addr, 0x1000);
}

static void registers_are_those_of_the_access(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;

	assert_int_equal(remote_store(r, 0x2000, 8, 0xabcdef0123456789, &fault), REMOTE_FAULT);
	size_t n;
	const struct wire_range *ranges = remote_ranges(r, &n);
	assert_true(n > 0 && ranges[0].start < ranges[0].end);
	assert_true(remote_owns(r, fault.ip, 1));
	assert_true(remote_owns(r, fault.sp, 1));
	bool address = false, value = false;
	for (size_t i = 0; i < arch_n_regs; i++) {
		address |= fault.regs[i] == 0x2000;
		value |= fault.regs[i] == 0xabcdef0123456789;
	}
	assert_true(address && value);
}

static void a_file_mapping_past_its_end_is_a_bus_error(void **state)
{
	struct remote *r = *state;
	int64_t fd = CALL(r, SYS_memfd_create, remote_scratch(r, "f", 2), 0);
	assert_int_equal(CALL(r, SYS_ftruncate, (uint64_t)fd, PAGE), 0);
	int64_t p = CALL(r, SYS_mmap, 0, 2 * PAGE, PROT_READ, MAP_SHARED, (uint64_t)fd, 0);
	uint64_t past = (uint64_t)p + PAGE;

	assert_load_faults(r, past, (struct expected){SIGBUS, BUS_ADRERR, past, 14, 4});
	assert_works(r);
}

static void copies_go_as_far_as_they_can(void **state)
{
	struct remote *r = *state;
	enum { LEN = 300 * 1024 }; /* more than one piece */
	struct wire_fault fault;
	size_t done;
	unsigned char *out = malloc(LEN), *in = calloc(1, LEN);
	uint64_t p = map(r, LEN + PAGE, PROT_READ | PROT_WRITE);

	for (size_t i = 0; i < LEN; i++)
		out[i] = (unsigned char)(i * 7 + i / 4096);
	assert_int_equal(remote_write(r, p, out, LEN, &done, &fault), REMOTE_DONE);
	assert_int_equal(done, LEN);
	assert_int_equal(remote_read(r, p, in, LEN, &done, &fault), REMOTE_DONE);
	assert_int_equal(done, LEN);
	assert_memory_equal(in, out, LEN);

	uint64_t hole = p + 50 * PAGE;
	CALL(r, SYS_munmap, hole, PAGE);
	memset(in, 0, LEN);
	assert_int_equal(remote_read(r, p + 5, in, LEN - 5, &done, &fault), REMOTE_FAULT);
	assert_int_equal(done, 50 * PAGE - 5);
	assert_memory_equal(in, out + 5, done);
	assert_int_equal(fault.addr, hole);
	assert_int_equal(remote_write(r, hole - 3, out, LEN, &done, &fault), REMOTE_FAULT);
	assert_int_equal(done, 3);
	assert_int_equal(remote_read(r, hole, in, 1, &done, &fault), REMOTE_FAULT);
	assert_int_equal(done, 0);
	assert_int_equal(remote_read(r, p, in, 0, &done, &fault), REMOTE_DONE);
	assert_int_equal(done, 0);
	free(out);
	free(in);
}

static void system_calls_return_what_the_kernel_does(void **state)
{
	struct remote *r = *state;

	assert_int_equal(CALL(r, SYS_getpid, 0), remote_pid(r));
	assert_int_equal(CALL(r, SYS_mmap, 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS), -EINVAL);
	assert_int_equal(CALL_ANY(r, 99999, 1, 2, 3, 4, 5, 6), -ENOSYS);
	assert_int_equal(CALL(r, SYS_write, 77, 0, 0), -EBADF);
	int64_t fd = CALL(r, SYS_memfd_create, remote_scratch(r, "name", 5), 0);
	assert_int_equal(fd, 3);
	uint64_t text = remote_scratch(r, "some bytes", 10);
	assert_int_equal(CALL(r, SYS_pwrite64, 3, text, 10, 0), 10);
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE);
	assert_int_equal(CALL(r, SYS_pread64, 3, p, 10, 0), 10);
	char in[10];
	size_t done;
	struct wire_fault fault;
	assert_int_equal(remote_read(r, p, in, 10, &done, &fault), REMOTE_DONE);
	assert_memory_equal(in, "some bytes", 10);
}

static void scratch_runs_out_and_comes_back(void **state)
{
	struct remote *r = *state;
	static char half[WIRE_DATA_SIZE / 2 + 1];

	uint64_t first = remote_scratch(r, half, sizeof(half));
	assert_int_not_equal(first, 0);
	assert_true(remote_owns(r, first, sizeof(half)));
	assert_int_equal(remote_scratch(r, half, sizeof(half)), 0);
	assert_true(remote_scratch(r, "x", 1) >= first + sizeof(half));
	remote_scratch_reset(r);
	assert_int_equal(remote_scratch(r, half, sizeof(half)), first);
}

static void peeking_leaves_what_was_placed(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t value = 0, p = map(r, PAGE, PROT_READ | PROT_WRITE);
	char bytes[REMOTE_PEEK_MAX + 1], name[5];

	assert_int_equal(remote_store(r, p, 8, 0x1122334455667788, &fault), REMOTE_DONE);
	uint64_t placed = remote_scratch(r, "name", 5);
	assert_true(remote_peek(r, p, &value, 8));
	assert_int_equal(value, 0x1122334455667788);
	assert_false(remote_peek(r, p + PAGE - 4, &value, 8));
	assert_false(remote_peek(r, p, bytes, sizeof(bytes)));
	assert_true(remote_peek(r, placed, name, 5));
	assert_memory_equal(name, "name", 5);
	assert_true(remote_scratch(r, "x", 1) >= placed + 5);
}

static void only_the_standard_descriptors_are_open(void **state)
{
	struct remote *r = *state;
	int n = 0;
	int fd = openat(remote_proc_fd(r), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fdopendir(fd);

	for (struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		assert_in_range(atoi(e->d_name), 0, 2);
		n++;
	}
	closedir(dir);
	assert_int_equal(n, 3);
}

/* The first mapping of LEN bytes that a user makes is a line of maps by itself. */
static void check_first_mapping(uint64_t len, bool no_aslr)
{
	struct remote *r = start_target(&(struct remote_options){.no_aslr = no_aslr});
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t p = map(r, len, PROT_READ | PROT_WRITE);

	assert_int_equal(procmap_query(r, p, &m, name), PROCMAP_FOUND);
	assert_int_equal(m.start, p);
	assert_int_equal(m.end, p + len);
	assert_string_equal(m.name, "");
	remote_destroy(r);
}

/* Whether this system lets a program switch address randomisation off. */
static bool may_fix_layout(void)
{
	int old = personality(0xffffffff);
	bool may = personality((unsigned)old | ADDR_NO_RANDOMIZE) >= 0;

	personality((unsigned)old);
	return may;
}

static void check_first_mappings(void)
{
	for (uint64_t len = PAGE; len <= 64 << 20; len *= 4) {
		check_first_mapping(len, false);
		if (may_fix_layout())
			check_first_mapping(len, true);
	}
}

static void the_first_mapping_merges_with_nothing(void **state)
{
	(void)state;
	check_first_mappings();
}

/* With an unlimited stack the kernel places mappings from the bottom up. */
static void nor_does_it_in_the_bottom_up_layout(void **state)
{
	(void)state;
	struct rlimit old, none = {RLIM_INFINITY, RLIM_INFINITY};

	assert_int_equal(getrlimit(RLIMIT_STACK, &old), 0);
	none.rlim_max = old.rlim_max;
	if (old.rlim_max != RLIM_INFINITY)
		skip();
	assert_int_equal(setrlimit(RLIMIT_STACK, &none), 0);
	check_first_mappings();
	assert_int_equal(setrlimit(RLIMIT_STACK, &old), 0);
}

/* Unmaps every mapping that is not the agent's, one by one. */
static void unmap_all(struct remote *r)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m = {0};

	for (uint64_t at = 0; procmap_query(r, at, &m, name) == PROCMAP_FOUND; at = m.end) {
		if (m.start >> 63)
			break; /* the kernel's own */
		if (remote_owns(r, m.start, m.end - m.start))
			continue;
		assert_int_equal(CALL(r, SYS_munmap, m.start, m.end - m.start), 0);
	}
}

static void the_agent_needs_nothing_else(void **state)
{
	struct remote *r = *state;
	char name[MAPPING_NAME_MAX];
	struct mapping m = {0};

	unmap_all(r);
	for (uint64_t at = 0; procmap_query(r, at, &m, name) == PROCMAP_FOUND; at = m.end)
		assert_true(
			remote_owns(r, m.start, m.end - m.start) || !strcmp(m.name, "[vsyscall]"));
	assert_works(r);
	/* A sleep and a preemption: the kernel would write to a registered rseq area. */
	assert_int_equal(CALL(r, SYS_sched_yield, 0), 0);
	usleep(20000);
	assert_works(r);
	assert_int_equal(CALL_ANY(r, SYS_getppid, 0), getpid());
}

static void a_copy_of_the_agent_exits(void **state)
{
	struct remote *r = *state;
	const uint64_t ways[] = {SYS_fork, SYS_vfork};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		int64_t child = CALL_ANY(r, ways[i], 0);
		assert_true(child > 0);
		uint64_t status = map(r, PAGE, PROT_READ | PROT_WRITE);
		assert_int_equal(CALL(r, SYS_wait4, (uint64_t)child, status, 0, 0), child);
		struct wire_fault fault;
		uint64_t value;
		assert_int_equal(remote_load(r, status, 4, &value, &fault), REMOTE_DONE);
		assert_int_equal(value, 0);
	}
	assert_works(r);
}

static void what_the_agent_stands_on_is_restored(void **state)
{
	struct remote *r = *state;
	uint64_t all = ~0ULL;
	struct {
		uint64_t handler, flags, restorer, mask;
	} ignore = {.handler = (uint64_t)(uintptr_t)SIG_DFL};
	stack_t no_stack = {.ss_flags = SS_DISABLE};

	assert_int_equal(
		CALL_ANY(r, SYS_rt_sigprocmask, SIG_SETMASK, remote_scratch(r, &all, 8), 0, 8), 0);
	assert_works(r);
	assert_int_equal(
		CALL_ANY(r, SYS_sigaltstack, remote_scratch(r, &no_stack, sizeof(no_stack)), 0), 0);
	assert_works(r);
	assert_int_equal(CALL_ANY(r, SYS_rt_sigaction, SIGSEGV,
				 remote_scratch(r, &ignore, sizeof(ignore)), 0, 8),
		0);
	assert_works(r);
}

static void a_signal_that_was_sent_is_no_fault(void **state)
{
	struct remote *r = *state;

	assert_int_equal(CALL(r, SYS_kill, (uint64_t)remote_pid(r), SIGSEGV), 0);
	assert_works(r);
	for (int i = 0; i < 20; i++) {
		kill(remote_pid(r), i % 2 ? SIGINT : SIGBUS);
		usleep(500);
	}
	assert_works(r);
}

/* A signal return without a frame loads registers from whatever the stack holds. */
static void a_call_that_derails_the_agent_is_an_outcome(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	uint64_t result;

	enum remote_status status = remote_syscall(
		r, SYS_rt_sigreturn, (uint64_t[WIRE_ARGS]){0}, true, &result, &fault);
	assert_int_equal(status, REMOTE_FAULT);
	assert_int_equal(fault.signo, SIGSEGV);
	assert_works(r);
}

/* A seccomp filter that raises SIGSYS for one call. */
static void a_filtered_call_is_a_fault(void **state)
{
	struct remote *r = *state;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getuid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct wire_fault fault;
	uint64_t result, at = remote_scratch(r, filter, sizeof(filter));
	uint64_t program[] = {ARRAY_SIZE(filter), at}; /* struct sock_fprog */

	assert_int_equal(CALL_ANY(r, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(CALL_ANY(r, SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
				 remote_scratch(r, program, sizeof(program))),
		0);
	enum remote_status status =
		remote_syscall(r, SYS_getuid, (uint64_t[WIRE_ARGS]){0}, true, &result, &fault);
	assert_int_equal(status, REMOTE_FAULT);
	assert_int_equal(fault.signo, SIGSYS);
	assert_int_equal(fault.code, 1); /* SYS_SECCOMP, which the C library does not name */
	assert_false(arch_trap_valid(&fault));
	assert_works(r);
}

static void asking_to_be_traced_does_no_harm(void **state)
{
	struct remote *r = *state;

	assert_int_equal(CALL_ANY(r, SYS_ptrace, PTRACE_TRACEME, 0, 0, 0), 0);
	assert_works(r);
	assert_works(r);
}

static void it_works_on_one_cpu(void **state)
{
	(void)state;
	cpu_set_t old, one;
	int cpu = sched_getcpu();

	assert_int_equal(sched_getaffinity(0, sizeof(old), &old), 0);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(remote_spin_turns(), 0);
	struct remote *r = start_target(NULL);
	for (int i = 0; i < 100; i++)
		assert_works(r);
	remote_destroy(r);
	assert_int_equal(sched_setaffinity(0, sizeof(old), &old), 0);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(loads_and_stores_have_their_width),
		LIVE(faults_are_caught_and_told),
		LIVE(addresses_of_a_general_protection_fault_are_stale),
		LIVE(registers_are_those_of_the_access),
		LIVE(a_file_mapping_past_its_end_is_a_bus_error),
		LIVE(copies_go_as_far_as_they_can),
		LIVE(system_calls_return_what_the_kernel_does),
		LIVE(scratch_runs_out_and_comes_back),
		LIVE(peeking_leaves_what_was_placed),
		LIVE(only_the_standard_descriptors_are_open),
		cmocka_unit_test(the_first_mapping_merges_with_nothing),
		cmocka_unit_test(nor_does_it_in_the_bottom_up_layout),
		LIVE(the_agent_needs_nothing_else),
		LIVE(a_copy_of_the_agent_exits),
		LIVE(what_the_agent_stands_on_is_restored),
		LIVE(a_signal_that_was_sent_is_no_fault),
		LIVE(a_call_that_derails_the_agent_is_an_outcome),
		LIVE(a_filtered_call_is_a_fault),
		LIVE(asking_to_be_traced_does_no_harm),
		cmocka_unit_test(it_works_on_one_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
