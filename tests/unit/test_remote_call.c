/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of code in a live target: arguments, results, faults, and what the agent survives. */
#include "remote_helpers.h"

#include <dirent.h>
#include <errno.h>

#include "arch/arch.h"

/* Machine code under a name, to be copied into the target. */
#define CODE(name, text)                                                                           \
	extern const unsigned char name[], name##_end[];                                           \
	__asm__(".pushsection .rodata\n" #name ":\n" text "\n" #name "_end:\n.popsection")

CODE(just_return, "ret");
/* Each integer argument with its place's weight; the seventh and eighth come from the stack. */
CODE(weigh_integers,
	"mov %rdi,%rax; lea (%rax,%rsi,2),%rax; lea (%rax,%rdx,4),%rax; lea (%rax,%rcx,8),%rax;"
	"shl $4,%r8; add %r8,%rax; shl $5,%r9; add %r9,%rax;"
	"mov 8(%rsp),%rcx; shl $6,%rcx; add %rcx,%rax; mov 16(%rsp),%rcx; shl $7,%rcx; add "
	"%rcx,%rax; ret");
/* xmm0 + 2 xmm1 + 4 xmm7, and al in rax. */
CODE(weigh_reals, "addsd %xmm1,%xmm1; addsd %xmm1,%xmm0; addsd %xmm7,%xmm7; addsd %xmm7,%xmm7; "
		  "addsd %xmm7,%xmm0;"
		  "movzbl %al,%eax; ret");
CODE(stack_pointer, "mov %rsp,%rax; ret");
CODE(first_of_tls, "mov %fs:0,%rax; ret");
CODE(divide_by_zero, "xor %ecx,%ecx; xor %edx,%edx; mov $7,%eax; idiv %ecx; ret");
CODE(bad_store, "mov $0x1230,%edx; movb $1,(%rdx); ret");
CODE(no_opcode, "ud2");
CODE(breakpoint, "int3; ret");
CODE(privileged, "hlt");
CODE(endless, "1: jmp 1b");
CODE(set_direction, "std; ret");
CODE(set_alignment_check, "pushfq; orl $0x40000,(%rsp); popfq; ret");
CODE(single_step, "pushfq; orl $0x100,(%rsp); popfq; nop; ret");
CODE(clear_mxcsr,
	"pushq $0; ldmxcsr (%rsp); pop %rcx; pushq $0; fldcw (%rsp); fldz; fld1; pop %rcx; ret");
CODE(x87_error_waits, "pushq $0; fldcw (%rsp); pop %rcx; fld1; fldz; fdivrp; ret");
CODE(read_mxcsr, "sub $8,%rsp; stmxcsr (%rsp); mov (%rsp),%eax; add $8,%rsp; ret");
CODE(lose_registers, "mov $-1,%rbx; mov %rbx,%rbp; mov %rbx,%r12; mov %rbx,%r13; mov %rbx,%r14; "
		     "mov %rbx,%r15; ret");
CODE(lose_stack, "mov (%rsp),%rax; xor %esp,%esp; jmp *%rax");
CODE(lose_stack_and_fault, "xor %esp,%esp; push %rax");
CODE(zero_segment_bases, /* arch_prctl(ARCH_SET_FS, 0), then ARCH_SET_GS */
	"mov $158,%eax; mov $0x1002,%edi; xor %esi,%esi; syscall;"
	"mov $158,%eax; mov $0x1001,%edi; xor %esi,%esi; syscall; ret");
CODE(null_segments, "xor %eax,%eax; mov %ax,%ds; mov %ax,%es; mov %ax,%fs; mov %ax,%gs; ret");
CODE(block_all_signals, /* rt_sigprocmask(SIG_SETMASK, all) */
	"pushq $-1; mov $14,%eax; mov $2,%edi; mov %rsp,%rsi; xor %edx,%edx; mov $8,%r10d; "
	"syscall; pop %rcx; ret");
CODE(default_for_segv, /* rt_sigaction(SIGSEGV, default) */
	"sub $32,%rsp; xor %eax,%eax; mov %rax,(%rsp); mov %rax,8(%rsp); mov %rax,16(%rsp); mov "
	"%rax,24(%rsp);"
	"mov $13,%eax; mov $11,%edi; mov %rsp,%rsi; xor %edx,%edx; mov $8,%r10d; syscall; add "
	"$32,%rsp; ret");
CODE(no_signal_stack, /* sigaltstack(disable) */
	"sub $24,%rsp; movq $0,(%rsp); movq $2,8(%rsp); movq $0,16(%rsp);"
	"mov $131,%eax; mov %rsp,%rdi; xor %esi,%esi; syscall; add $24,%rsp; ret");
/* wrpkru: no stores by key 0, then back with the return address in a register. */
CODE(forbid_key_0,
	"pop %r8; mov $0x55555557,%eax; xor %ecx,%ecx; xor %edx,%edx; .byte 0x0f,0x01,0xef;"
	"mov $9,%eax; jmp *%r8");
CODE(close_all,
	"mov $436,%eax; xor %edi,%edi; mov $-1,%esi; xor %edx,%edx; syscall; ret"); /* close_range
										     */
CODE(fork_twice, "mov $57,%eax; syscall; mov $57,%eax; syscall; ret");
CODE(fork_and_fault, "mov $57,%eax; syscall; mov %rax,(%rax); ret"); /* the child stores at 0, the
									parent at its pid */
CODE(fork_and_loop, "mov $57,%eax; syscall; 1: jmp 1b");
CODE(fork_and_return, /* the child loops, the parent returns */
	"mov $57,%eax; syscall; test %eax,%eax; jz 1f; ret; 1: jmp 1b");
CODE(start_thread, /* clone(VM|FS|FILES|SIGHAND|THREAD|SYSVSEM) on the stack in rdi: pause() for
		      ever */
	"mov %rdi,%rsi; mov $0x50f00,%edi; xor %edx,%edx; mov $56,%eax; syscall; test %eax,%eax; "
	"jz 1f; ret; 1: mov $34,%eax; syscall; jmp 1b");
CODE(block_and_fault, /* the signal mask, then a fault: the kernel kills */
	"pushq $-1; mov $14,%eax; mov $2,%edi; mov %rsp,%rsi; xor %edx,%edx; mov $8,%r10d; "
	"syscall; xor %eax,%eax; mov (%rax),%rax");

#define PUT(r, name) put((r), name, (size_t)(name##_end - name))

/* Executable memory in the target that holds these bytes. */
static uint64_t put(struct remote *r, const unsigned char *bytes, size_t n)
{
	struct wire_fault fault;
	size_t done;
	uint64_t p = map(r, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);

	assert_int_equal(remote_write(r, p, bytes, n, &done, &fault), REMOTE_DONE);
	return p;
}

static const struct wire_call no_arguments;

static struct remote_result must_return(
	struct remote *r, uint64_t addr, const struct wire_call *call)
{
	struct wire_fault fault;
	struct remote_result result = {0};

	assert_int_equal(remote_call(r, addr, call, &result, &fault), REMOTE_DONE);
	return result;
}

static struct wire_fault must_fault(struct remote *r, uint64_t addr, int signo, int code)
{
	struct wire_fault fault = {0};
	struct remote_result result;

	assert_int_equal(remote_call(r, addr, &no_arguments, &result, &fault), REMOTE_FAULT);
	assert_int_equal(fault.signo, signo);
	assert_int_equal(fault.code, code);
	assert_works(r);
	return fault;
}

static void arguments_arrive_in_their_places(void **state)
{
	struct remote *r = *state;
	const struct wire_call integers = {
		.integers = {1, 2, 3, 4, 5, 6}, .stack = {7, 8}, .n_stack = 2};
	struct wire_call reals = {.n_reals = 8};
	const double values[WIRE_REALS] = {1.5, 2, 0, 0, 0, 0, 0, 0.25};
	double sum;

	assert_int_equal(must_return(r, PUT(r, weigh_integers), &integers).integer,
		1 + 2 * 2 + 3 * 4 + 4 * 8 + 5 * 16 + 6 * 32 + 7 * 64 + 8 * 128);
	memcpy(reals.reals, values, sizeof(values));
	struct remote_result result = must_return(r, PUT(r, weigh_reals), &reals);
	assert_int_equal(result.integer, 8);
	memcpy(&sum, &result.real, sizeof(sum));
	assert_true(sum == 1.5 + 2 * 2 + 4 * 0.25);
}

/* At the first instruction of a function, rsp + 8 is a multiple of 16. */
static void the_stack_is_aligned_and_not_the_agents(void **state)
{
	struct remote *r = *state;
	uint64_t code = PUT(r, stack_pointer);

	for (uint32_t n = 0; n <= WIRE_STACK_ARGS; n++) {
		const struct wire_call call = {.n_stack = n};
		uint64_t sp = must_return(r, code, &call).integer;
		assert_int_equal((sp + 8) % 16, 0);
		assert_true(remote_owns(r, sp, 8));
		assert_true(sp < r->ranges[r->n_ranges - 1].end);
	}
	const struct wire_call too_many = {.n_stack = WIRE_STACK_ARGS + 1};
	struct wire_fault fault;
	struct remote_result result;
	assert_int_equal(remote_call(r, code, &too_many, &result, &fault), REMOTE_LOST);
}

static void libc_finds_its_thread(void **state)
{
	struct remote *r = *state;
	uint64_t self = must_return(r, PUT(r, first_of_tls), &no_arguments).integer;
	struct wire_fault fault;
	uint64_t first;

	assert_int_equal(remote_load(r, self, 8, &first, &fault), REMOTE_DONE);
	assert_int_equal(first, self);
}

static void signals_in_code_are_told(void **state)
{
	struct remote *r = *state;
	uint64_t code = PUT(r, divide_by_zero);

	assert_int_equal(must_fault(r, code, SIGFPE, FPE_INTDIV).ip, code + 9);
	code = PUT(r, bad_store);
	assert_int_equal(must_fault(r, code, SIGSEGV, SEGV_MAPERR).addr, 0x1230);
	code = PUT(r, no_opcode);
	assert_int_equal(must_fault(r, code, SIGILL, ILL_ILLOPN).ip, code);
	must_fault(r, PUT(r, breakpoint), SIGTRAP, SI_KERNEL);
	must_fault(r, PUT(r, privileged), SIGSEGV, SI_KERNEL);
	must_fault(r, PUT(r, single_step), SIGTRAP, TRAP_TRACE);
	assert_int_equal(must_fault(r, 0x1000, SIGSEGV, SEGV_MAPERR).ip, 0x1000);
	must_fault(r, 1ULL << 63, SIGSEGV, SI_KERNEL);
	must_fault(r, PUT(r, lose_stack_and_fault), SIGSEGV, SEGV_MAPERR);
}

static void endless_code_is_interrupted(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault = {0};
	struct remote_result result;
	uint64_t code = PUT(r, endless);

	after(20, press_interrupt);
	assert_int_equal(remote_call(r, code, &no_arguments, &result, &fault), REMOTE_INTERRUPTED);
	assert_int_equal(fault.ip, code);
	remote_interrupt_clear();
	assert_works(r);
}

static void what_code_changes_is_taken_back(void **state)
{
	struct remote *r = *state;
	const uint64_t codes[] = {PUT(r, set_direction), PUT(r, set_alignment_check),
		PUT(r, clear_mxcsr), PUT(r, x87_error_waits), PUT(r, lose_registers),
		PUT(r, lose_stack), PUT(r, zero_segment_bases), PUT(r, null_segments),
		PUT(r, block_all_signals), PUT(r, default_for_segv), PUT(r, no_signal_stack),
		PUT(r, close_all), PUT(r, fork_twice)};
	uint64_t mxcsr = PUT(r, read_mxcsr), self = PUT(r, first_of_tls);
	uint64_t before = must_return(r, mxcsr, &no_arguments).integer;
	uint64_t thread = must_return(r, self, &no_arguments).integer;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		must_return(r, codes[i], &no_arguments);
		assert_works(r);
		assert_int_equal(must_return(r, mxcsr, &no_arguments).integer, before);
		assert_int_equal(must_return(r, self, &no_arguments).integer, thread);
	}
	const uint64_t mask = map(r, PAGE, PROT_READ | PROT_WRITE);
	struct wire_fault fault;
	uint64_t blocked;
	assert_int_equal(CALL(r, SYS_rt_sigprocmask, 0, 0, mask, 8), 0);
	assert_int_equal(remote_load(r, mask, 8, &blocked, &fault), REMOTE_DONE);
	assert_int_equal(blocked, 0);
}

/* On a machine with protection keys: what code forbids stays, but for the agent's own key. */
static void key_0_stays_open(void **state)
{
	struct remote *r = *state;
	uint64_t rights = 0;

	if (!arch_has_keys())
		skip();
	assert_int_equal(must_return(r, PUT(r, forbid_key_0), &no_arguments).integer, 9);
	assert_int_equal(remote_rights(r, 0, 0, &rights), REMOTE_DONE);
	assert_int_equal(rights, 0x55555554);
	assert_int_equal(remote_rights(r, arch_key_mask(5) | 3, arch_key_bits(5, 2) | 3, &rights),
		REMOTE_DONE);
	assert_int_equal(arch_key_forbids(rights, 5), 2);
	assert_int_equal(arch_key_forbids(rights, 0), 0);
	assert_works(r);
}

static void a_copy_that_faults_does_not_answer(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault = must_fault(r, PUT(r, fork_and_fault), SIGSEGV, SEGV_MAPERR);

	assert_true(fault.addr > 0);
}

/* Whether the process is alive and of the group. */
static bool is_member(const char *pid, pid_t group)
{
	char path[300];
	int id = 0;
	char state = 'Z';

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	FILE *stat = fopen(path, "r");
	if (!stat)
		return false;
	if (fscanf(stat, "%*d (%*[^)]) %c %*d %d", &state, &id) != 2)
		id = 0;
	fclose(stat);
	return id == group && state != 'Z' && state != 'X';
}

static unsigned count_group(pid_t group)
{
	DIR *proc = opendir("/proc");
	unsigned n = 0;

	assert_non_null(proc);
	for (struct dirent *entry; (entry = readdir(proc));)
		n += entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		     is_member(entry->d_name, group);
	closedir(proc);
	return n;
}

/* How many living processes the group has; those that were killed may take a moment. */
static unsigned group_size(pid_t group, unsigned wanted)
{
	for (unsigned tries = 0; tries < 300 && count_group(group) != wanted; tries++)
		usleep(10000);
	return count_group(group);
}

static void a_copy_that_loops_is_interrupted_too(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	struct remote_result result;

	after(100, press_interrupt);
	assert_int_equal(remote_call(r, PUT(r, fork_and_loop), &no_arguments, &result, &fault),
		REMOTE_INTERRUPTED);
	remote_interrupt_clear();
	assert_int_equal(group_size(remote_pid(r), 1), 1);
	assert_works(r);
}

static void what_the_target_started_dies_with_it(void **state)
{
	struct remote *r = *state;
	struct err err;
	uint64_t code = PUT(r, fork_and_return);
	pid_t first = remote_pid(r);

	must_return(r, code, &no_arguments);
	assert_int_equal(group_size(first, 2), 2);
	kill(first, SIGKILL);
	while (remote_alive(r))
		usleep(1000);
	assert_int_equal(group_size(first, 0), 0);

	assert_true(remote_respawn(r, &err));
	pid_t second = remote_pid(r);
	must_return(r, PUT(r, fork_and_return), &no_arguments);
	assert_int_equal(group_size(second, 2), 2);
	assert_true(remote_respawn(r, &err));
	assert_int_equal(group_size(second, 0), 0);
}

static void threads_without_the_agents_are_a_loss(void **state)
{
	struct remote *r = *state;
	const uint64_t size = 4 * PAGE, no_args[WIRE_ARGS] = {0};
	struct wire_call call = {.integers = {map(r, size, PROT_READ | PROT_WRITE) + size}};
	struct wire_fault fault;
	uint64_t result;

	must_return(r, PUT(r, start_thread), &call);
	assert_works(r);
	assert_int_equal(remote_syscall(r, SYS_exit, no_args, true, &result, &fault), REMOTE_LOST);
	assert_int_equal(remote_loss(r)->kind, LOSS_THREAD);
}

static void a_fault_while_signals_are_blocked_is_a_loss(void **state)
{
	struct remote *r = *state;
	struct wire_fault fault;
	struct remote_result result;

	assert_int_equal(remote_call(r, PUT(r, block_and_fault), &no_arguments, &result, &fault),
		REMOTE_LOST);
	assert_int_equal(remote_loss(r)->kind, LOSS_KILLED);
	assert_int_equal(remote_loss(r)->status, SIGSEGV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arguments_arrive_in_their_places, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_stack_is_aligned_and_not_the_agents, setup, teardown),
		cmocka_unit_test_setup_teardown(libc_finds_its_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(signals_in_code_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_code_is_interrupted, setup, teardown),
		cmocka_unit_test_setup_teardown(what_code_changes_is_taken_back, setup, teardown),
		cmocka_unit_test_setup_teardown(key_0_stays_open, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_copy_that_faults_does_not_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_copy_that_loops_is_interrupted_too, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_the_target_started_dies_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			threads_without_the_agents_are_a_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_fault_while_signals_are_blocked_is_a_loss, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
