/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting for the target: awake for a moment, then asleep for at most 50 ms at a time, each time
 * with a look at whether it still lives, is stopped, or must be interrupted.
 */
#include "shell/remote_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"

#define MS 1000000LL /* in nanoseconds, as all times here */

#define FIRST_NAP MS           /* the first sleep; each is twice as long, up to LONGEST_NAP */
#define LONGEST_NAP (50 * MS)  /* and the time between two interrupt signals */
#define PATIENCE (2000 * MS)   /* from the first interrupt to SIGKILL, and then to giving up */
#define TRACER_LOOK (500 * MS) /* a request that takes longer may be held by a tracer */
#define START_LIMIT (10000 * MS)
#define EXIT_TIME (200 * MS) /* a process whose first thread has exited may be about to end */
#define SPIN_TIME (70000LL)  /* about what waking a sleeper on another CPU costs */

enum {
	MOST_MISSES = 3,    /* waits awake and in vain, in a row, until this is given up */
	WAITS_ASLEEP = 100, /* and then tried again after so many */
};

/* Set in a signal handler. */
static atomic_bool interrupted;
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler may set the flag");

void remote_interrupt(void)
{
	atomic_store(&interrupted, true);
}

void remote_set_time_limit(struct remote *r, int64_t milliseconds)
{
	r->time_limit = milliseconds * MS;
}

void remote_forget_time(struct remote *r)
{
	r->timed_out = false;
}

bool remote_timed_out(const struct remote *r)
{
	return r->timed_out;
}

bool remote_interrupted(void)
{
	return atomic_load(&interrupted);
}

void remote_interrupt_clear(void)
{
	atomic_store(&interrupted, false);
}

int64_t remote_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

/* Set in a signal handler: a child ended or was stopped, and nobody looked yet which. */
static atomic_bool child_changed;

/* It also ends a futex wait with a time limit. */
static void on_child(int signo)
{
	(void)signo;
	atomic_store(&child_changed, true);
}

void remote_watch_children(void)
{
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
	sigset_t child;

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &child, NULL); /* whoever started us may have blocked it */
}

bool remote_alive(struct remote *r)
{
	return atomic_exchange(&child_changed, false) ? remote_look(r) : r->pid != 0;
}

static uint32_t measure_turns(void)
{
	enum { SAMPLE = 200 };
	static uint32_t word;
	int64_t best = INT64_MAX;

	for (int round = 0; round < 3; round++) {
		int64_t start = remote_now();
		for (int i = 0; i < SAMPLE; i++) {
			(void)__atomic_load_n(&word, __ATOMIC_ACQUIRE);
			arch_relax();
		}
		best = MIN(best, MAX(remote_now() - start, 1));
	}
	return (uint32_t)MAX(SAMPLE * SPIN_TIME / best, 1);
}

uint32_t remote_spin_turns(void)
{
	static uint32_t turns;
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) < 2)
		return 0;
	if (!turns)
		turns = measure_turns();
	return turns;
}

/* ---- the terminal ---- */

static void set_foreground(struct remote *r, pid_t group)
{
	sigset_t ttou, old;

	/* A background process that does this is stopped, unless it blocks the signal. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	tcsetpgrp(r->tty_fd, group);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/*
 * The target was stopped because it uses the terminal. False if the shell itself is in the
 * background.
 */
static bool lend_terminal(struct remote *r)
{
	if (r->tty_fd < 0)
		r->tty_fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (r->tty_fd < 0 || tcgetpgrp(r->tty_fd) != getpgrp())
		return false;
	pid_t group = getpgid(r->pid);
	if (group <= 0)
		return false;
	out_keep_modes(r->tty_fd);
	set_foreground(r, group);
	r->tty_lent = true;
	r->was_lent = true;
	r->stop_signal = 0;
	kill(-group, SIGCONT);
	return true;
}

static void take_terminal_back(struct remote *r)
{
	if (!r->tty_lent)
		return;
	r->tty_lent = false;
	set_foreground(r, getpgrp());
	out_restore_modes(r->tty_fd);
}

static bool wants_terminal(const struct remote *r)
{
	return r->stop_signal == SIGTTIN || r->stop_signal == SIGTTOU;
}

static void say(struct remote *r, enum stop_kind kind, int number)
{
	if (r->options.on_stop)
		r->options.on_stop(r->options.on_stop_arg, kind, number);
}

static void stopped(struct remote *r, int signo)
{
	take_terminal_back(r);
	r->stop_signal = signo;
	if (wants_terminal(r) && lend_terminal(r))
		return;
	if (r->sends == signo) {
		/* By its own call, so nobody outside wants it stopped, and nobody would continue
		 * it. */
		r->stop_signal = 0;
		kill(r->pid, SIGCONT);
		say(r, STOP_OWN, signo);
	} else {
		say(r, STOP_SIGNAL, signo);
	}
}

/* A process that traces the target may hold it for as long as it likes, and that raises no signal
 * here. */
static void look_for_tracer(struct remote *r)
{
	struct buf status = BUF_INIT;

	if (!proc_read(r, "status", &status))
		return;
	const char *state = proc_field(status.p, "State");
	const char *tracer = proc_field(status.p, "TracerPid");
	if (state && tracer && *state == 't')
		say(r, STOP_TRACER, (int)strtol(tracer, NULL, 10));
	buf_deinit(&status);
}

/* ---- life and death ---- */

void remote_futex_wait(uint32_t *word, uint32_t value, int64_t time)
{
	struct timespec limit = {.tv_sec = time / (1000 * MS), .tv_nsec = time % (1000 * MS)};

	syscall(SYS_futex, word, FUTEX_WAIT, value, &limit, NULL, 0);
}

void remote_futex_wake(uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/*
 * Waits a bounded time for a killed target, so that one in an endless kernel wait does not take the
 * shell along.
 */
static void reap_killed(pid_t pid)
{
	int64_t limit = remote_now() + PATIENCE;
	siginfo_t info;

	for (int64_t nap = MS / 20; remote_now() < limit; nap = MIN(nap * 2, LONGEST_NAP)) {
		static uint32_t never;
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) != 0 || info.si_pid)
			return;
		remote_futex_wait(&never, 0, nap); /* the signal of its death ends this */
	}
}

/* Its process group is its own: what it started dies with it. */
void remote_end_child(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	reap_killed(pid);
}

void remote_lose(struct remote *r, enum loss_kind kind)
{
	if (r->pid) {
		remote_end_child(r->pid);
		r->loss = (struct loss){.kind = kind};
	}
	take_terminal_back(r);
	remote_release(r);
}

/* The target has ended by itself. It is asked why while it can still answer, then reaped. */
static void note_end(struct remote *r, const siginfo_t *info)
{
	siginfo_t again;

	remote_explain_end(r, info);
	kill(-r->pid, SIGKILL); /* before it is reaped: until then the number is its own */
	waitid(P_PID, (id_t)r->pid, &again, WEXITED | WNOHANG);
	r->pid = 0;
	take_terminal_back(r);
	remote_release(r);
}

/*
 * Whether the process runs another program now. The old descriptor of its maps has nothing to tell
 * once the address space is gone, and that is so too while a large process ends; then a new one has
 * nothing either.
 */
static bool has_execed(struct remote *r)
{
	char byte;

	if (procmap_space_lives(r))
		return false;
	int fd = openat(r->proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES || errno == EPERM;
	ssize_t n = read(fd, &byte, 1);
	int error = errno;
	close(fd);
	return n > 0 || (n < 0 && (error == EACCES || error == EPERM));
}

/*
 * Whether the thread that the agent runs in, the process's first, has exited while others go on:
 * waitid does not tell of that.
 */
static bool is_headless(struct remote *r)
{
	struct buf status = BUF_INIT;
	const char *state = proc_read(r, "status", &status) ? proc_field(status.p, "State") : NULL;
	bool headless = state && *state == 'Z';

	buf_deinit(&status);
	return headless;
}

/* What waitid tells. False if the target has ended. */
static bool note_change(struct remote *r, const siginfo_t *info)
{
	switch (info->si_code) {
	case CLD_STOPPED:
		stopped(r, info->si_status);
		waitid(P_PID, (id_t)r->pid, &(siginfo_t){0}, WSTOPPED | WNOHANG);
		return true;
	case CLD_TRAPPED:
		/*
		 * It asked to be traced (PTRACE_TRACEME), and nobody here wants to: it goes on
		 * untraced.
		 */
		waitid(P_PID, (id_t)r->pid, &(siginfo_t){0}, WSTOPPED | WNOHANG);
		ptrace(PTRACE_DETACH, r->pid, NULL, (long)(info->si_status & 0x7f));
		return true;
	default:
		note_end(r, info);
		return false;
	}
}

bool remote_look(struct remote *r)
{
	siginfo_t info = {0};

	if (!r->pid)
		return false;
	const int what = WEXITED | WSTOPPED | WNOHANG | WNOWAIT;
	if (waitid(P_PID, (id_t)r->pid, &info, what) == 0 && info.si_pid && !note_change(r, &info))
		return false;
	if (wants_terminal(r))
		lend_terminal(r);
	if (has_execed(r)) {
		remote_lose(r, LOSS_EXECED);
		return false;
	}
	return true;
}

/* ---- waiting ---- */

/* The state of one wait. */
struct wait {
	int64_t start;
	int64_t nap;        /* the next sleep's length */
	int64_t first_kick; /* when the target was first interrupted; 0 if it was not */
	int64_t last_kick;
	int64_t headless; /* when the agent's thread was first seen to have exited; 0: it was not */
	bool too_long;    /* the request is being interrupted because its time was up */
	bool asked_tracer;
};

static uint32_t replies(const struct remote *r)
{
	return __atomic_load_n(&r->slot->replies, __ATOMIC_SEQ_CST);
}

/* Whether the request takes longer than it may. */
static bool time_is_up(struct remote *r, struct wait *wait)
{
	if (r->time_limit && wait->start && remote_now() - wait->start >= r->time_limit)
		wait->too_long = r->timed_out = true;
	return wait->too_long;
}

/* False if the agent's thread has exited and the process does not end with it: it is lost. */
static bool has_thread(struct remote *r, struct wait *wait)
{
	if (wait->nap < LONGEST_NAP || !is_headless(r))
		return true;
	if (!wait->headless)
		wait->headless = remote_now();
	if (remote_now() - wait->headless < EXIT_TIME)
		return true;
	remote_lose(r, LOSS_THREAD);
	return false;
}

/* The interrupt goes to all that the target started, as a terminal's does. */
static void kick(struct remote *r)
{
	kill(getpgid(r->pid) == r->pid ? -r->pid : r->pid, SIGINT);
	if (r->stop_signal)
		kill(r->pid, SIGCONT);
}

/* Interrupts the target's request if ^C was pressed or its time is up. False if it did not obey and
 * is lost. */
static bool obey_interrupt(struct remote *r, struct wait *wait)
{
	if ((!remote_interrupted() && !time_is_up(r, wait)) ||
		r->starting) /* before the agent is there, SIGINT would kill */
		return true;
	int64_t t = remote_now();
	if (!wait->first_kick)
		wait->first_kick = t;
	else if (t - wait->first_kick >= PATIENCE)
		return remote_lose(r, LOSS_STUCK), false;
	else if (t - wait->last_kick < LONGEST_NAP)
		return true;
	wait->last_kick = t;
	kick(r);
	return true;
}

/* Whether the agent's replies can still come: the user may have mapped something else over the
 * channel. */
static bool channel_is_mapped(struct remote *r)
{
	static char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t slot = r->target_channel + WIRE_SLOT_OFFSET(r->slot_index);

	if (r->starting || procmap_query(r, slot, &m, name) != PROCMAP_FOUND)
		return true;
	return mapping_covers(&m, slot) && (m.perms & PERM_SHARED) && m.inode == r->channel_inode;
}

/* One sleep. Says beforehand that it sleeps, then looks: the agent replies, then asks. */
static void nap(struct remote *r, struct wait *wait)
{
	struct wire_slot *slot = r->slot;

	__atomic_store_n(&slot->shell_sleeps, 1, __ATOMIC_SEQ_CST);
	if (replies(r) != r->sent)
		remote_futex_wait(&slot->replies, r->sent - 1, wait->nap);
	__atomic_store_n(&slot->shell_sleeps, 0, __ATOMIC_RELAXED);
	wait->nap = MIN(wait->nap * 2, LONGEST_NAP);
}

static bool await_asleep(struct remote *r)
{
	struct wait wait = {.nap = FIRST_NAP};

	for (;;) {
		nap(r, &wait);
		uint32_t seen = replies(r);
		if (seen == r->sent)
			break;
		if (seen != r->sent - 1)
			return remote_lose(r, LOSS_GARBLED), false;
		if (!remote_look(r) || !has_thread(r, &wait) || !obey_interrupt(r, &wait))
			return false;
		if (wait.nap == LONGEST_NAP && !channel_is_mapped(r))
			return remote_lose(r, LOSS_GARBLED), false;
		if (!wait.start)
			wait.start = remote_now();
		else if (r->starting && remote_now() - wait.start > START_LIMIT)
			return remote_lose(r, LOSS_STUCK), false;
		else if (!wait.asked_tracer && !r->stop_signal &&
			 remote_now() - wait.start > TRACER_LOOK) {
			wait.asked_tracer = true;
			look_for_tracer(r);
		}
		/* The user may have overwritten the word that says that the agent sleeps. */
		remote_futex_wake(&r->slot->requests);
	}
	r->stop_signal = 0;
	take_terminal_back(r);
	return true;
}

static bool await_awake(struct remote *r)
{
	for (uint32_t i = 0; i < r->spin; i++) {
		if (replies(r) == r->sent)
			return true;
		arch_relax();
	}
	return false;
}

/*
 * Where other programs want the CPUs too, waiting awake takes from the target the very time that it
 * needs to answer. So after some waits in vain neither side waits awake for a while.
 */
static void note_miss(struct remote *r)
{
	if (++r->misses < MOST_MISSES)
		return;
	r->misses = 0;
	r->asleep = WAITS_ASLEEP;
	r->slot->spin = 0;
}

bool remote_await(struct remote *r)
{
	r->was_lent = false;
	if (r->asleep == 0 && r->spin > 0) {
		if (await_awake(r)) {
			r->misses = 0;
			return true;
		}
		note_miss(r);
	} else if (r->asleep > 0 && --r->asleep == 0) {
		r->slot->spin = r->spin;
	}
	return await_asleep(r);
}
