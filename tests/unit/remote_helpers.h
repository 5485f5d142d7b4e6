/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests with a live target share: starting one, short forms of the calls, timers. */
#ifndef TESTS_UNIT_REMOTE_HELPERS_H
#define TESTS_UNIT_REMOTE_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "shell/remote_internal.h"

static const uint64_t PAGE = 4096;

/* A target with OPTIONS, whose path is filled from the environment; NULL options mean none. */
static inline struct remote *start_target(const struct remote_options *options)
{
	struct remote_options o = options ? *options : (struct remote_options){0};
	struct err err = {0};

	o.target_path = getenv("FAULTLINE_TARGET");
	assert_non_null(o.target_path);
	struct remote *r = remote_create(&o, &err);
	if (!r)
		fail_msg("%s", err.text);
	return r;
}

static inline int setup(void **state)
{
	remote_interrupt_clear();
	*state = start_target(NULL);
	return 0;
}

static inline int teardown(void **state)
{
	remote_destroy(*state);
	remote_interrupt_clear();
	return 0;
}

/* A call that must come back; its raw result. */
#define CALL(r, nr, ...) call((r), (nr), false, (uint64_t[WIRE_ARGS]){__VA_ARGS__})
/* The same for calls that may be any. */
#define CALL_ANY(r, nr, ...) call((r), (nr), true, (uint64_t[WIRE_ARGS]){__VA_ARGS__})

static inline int64_t call(struct remote *r, uint64_t nr, bool check, const uint64_t *args)
{
	struct wire_fault fault;
	uint64_t result = 0;

	assert_int_equal(remote_syscall(r, nr, args, check, &result, &fault), REMOTE_DONE);
	return (int64_t)result;
}

/* An anonymous private mapping. */
static inline uint64_t map(struct remote *r, uint64_t len, int prot)
{
	const uint64_t flags = MAP_PRIVATE | MAP_ANONYMOUS;
	int64_t p = CALL(r, SYS_mmap, 0, len, (uint64_t)prot, flags, -1ULL, 0);

	assert_true(p > 0);
	return (uint64_t)p;
}

static inline void assert_works(struct remote *r)
{
	struct wire_fault fault;
	uint64_t value, p = map(r, PAGE, PROT_READ | PROT_WRITE);

	assert_int_equal(remote_store(r, p, 8, 0x1122334455667788, &fault), REMOTE_DONE);
	assert_int_equal(remote_load(r, p, 8, &value, &fault), REMOTE_DONE);
	assert_int_equal(value, 0x1122334455667788);
	assert_int_equal(remote_load(r, 8, 1, &value, &fault), REMOTE_FAULT);
	assert_int_equal(fault.signo, SIGSEGV);
	assert_int_equal(fault.addr, 8);
	assert_int_equal(CALL(r, SYS_munmap, p, PAGE), 0);
}

static inline double milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Runs HANDLER as a signal handler MS milliseconds from now, once. */
static inline void after(int ms, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	struct itimerval timer = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static inline void press_interrupt(int signo)
{
	(void)signo;
	remote_interrupt();
}

#endif
