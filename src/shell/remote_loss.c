/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a target ended: what waitid says of it, and what the kernel's counters and its own last state
 * add. */
#include "shell/remote_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/proc.h"

/* ---- The kernel's count of processes that it killed because memory ran out ---- */

/* The text of a small file; nothing if it cannot be read. */
static void read_file(const char *path, struct buf *text)
{
	enum { PIECE = 4096 };
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	buf_clear(text);
	if (fd < 0)
		return;
	while ((n = read(fd, buf_room(text, PIECE), PIECE)) > 0)
		text->len += (size_t)n;
	close(fd);
}

/* The number behind NAME and a blank at the start of a line. */
static bool counter_in(struct str text, const char *name, uint64_t *count)
{
	size_t n = strlen(name);

	for (const char *p = text.p, *end = text.p + text.n; p && p < end; p++) {
		if ((size_t)(end - p) > n && !memcmp(p, name, n) && p[n] == ' ') {
			*count = strtoull(p + n, NULL, 10);
			return true;
		}
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			break;
	}
	return false;
}

/*
 * The file of our control group that has the counter, from a line of /proc/self/cgroup: "0::/a/b"
 * of the unified hierarchy, "4:memory:/a/b" of the older one.
 */
static bool group_file(struct str line, char path[PATH_MAX])
{
	const char *hierarchy = memchr(line.p, ':', line.n);
	const char *place =
		hierarchy ? memchr(hierarchy + 1, ':', line.n - (size_t)(hierarchy + 1 - line.p))
			  : NULL;

	if (!place)
		return false;
	struct str controllers = {hierarchy + 1, (size_t)(place - hierarchy) - 1};
	int length = (int)(line.n - (size_t)(place + 1 - line.p));
	if (str_is(controllers, "memory"))
		snprintf(path, PATH_MAX, "/sys/fs/cgroup/memory%.*s/memory.oom_control", length,
			place + 1);
	else if (controllers.n == 0)
		snprintf(path, PATH_MAX, "/sys/fs/cgroup%.*s/memory.events", length, place + 1);
	else
		return false;
	return access(path, R_OK) == 0;
}

/* Finds the narrowest counter that there is: our control group's, else the whole system's. */
static void find_counter(char path[PATH_MAX])
{
	struct buf text = BUF_INIT;

	read_file("/proc/self/cgroup", &text);
	struct str rest = buf_slice(&text);
	bool found = false;
	while (rest.n && !found) {
		const char *newline = memchr(rest.p, '\n', rest.n);
		size_t n = newline ? (size_t)(newline - rest.p) : rest.n;
		found = group_file((struct str){rest.p, n}, path);
		n = MIN(n + 1, rest.n);
		rest = (struct str){rest.p + n, rest.n - n};
	}
	if (!found)
		snprintf(path, PATH_MAX, "/proc/vmstat");
	buf_deinit(&text);
}

/* The targets are all of the shell's own control group, so the file is the same for all. */
static bool count_oom_kills(uint64_t *count)
{
	static char path[PATH_MAX];
	struct buf text = BUF_INIT;

	if (!path[0])
		find_counter(path);
	read_file(path, &text);
	bool found = counter_in(buf_slice(&text), "oom_kill", count);
	buf_deinit(&text);
	return found;
}

void remote_note_counters(struct remote *r)
{
	r->counts_oom = count_oom_kills(&r->oom_kills);
}

/* ---- The causes ---- */

/* The signal that a system call of the kill family sends; 0 for all others. */
static int signal_sent(uint64_t nr, const uint64_t args[WIRE_ARGS])
{
	switch (nr) {
	case SYS_kill:
	case SYS_tkill:
	case SYS_rt_sigqueueinfo:
#ifdef SYS_pidfd_send_signal
	case SYS_pidfd_send_signal:
#endif
		return (int)args[1];
	case SYS_tgkill:
	case SYS_rt_tgsigqueueinfo:
		return (int)args[2];
	default:
		return 0;
	}
}

void remote_note_call(struct remote *r, uint64_t nr, const uint64_t args[WIRE_ARGS])
{
	r->in_exec = nr == SYS_execve || nr == SYS_execveat;
	r->sends = signal_sent(nr, args);
}

/* Signals of the CPU: the agent catches them unless something took away what it stands on. */
static bool is_fault(int signo)
{
	return signo == SIGSEGV || signo == SIGBUS || signo == SIGILL || signo == SIGFPE ||
	       signo == SIGTRAP;
}

/* What the ended process, not reaped yet, still tells of itself: whether it had a filter of system
 * calls. */
static bool is_filtered(struct remote *r)
{
	struct buf status = BUF_INIT;
	const char *mode = proc_read(r, "status", &status) ? proc_field(status.p, "Seccomp") : NULL;
	bool filtered = mode && *mode != '0';

	buf_deinit(&status);
	return filtered;
}

/* The limit of CPU time, in seconds, that USED reached: the hard one kills, the soft one sends
 * SIGXCPU. */
static bool cpu_limit_reached(
	struct remote *r, bool hard, const struct rusage *used, uint64_t *limit)
{
	struct rlimit limits;
	uint64_t ms = (uint64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000 +
		      (uint64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1000;

	if (prlimit(r->pid, RLIMIT_CPU, NULL, &limits) != 0)
		return false;
	/* With the signal the kernel raises the soft limit by a second, so that it comes again
	 * then. */
	*limit = hard ? limits.rlim_max : limits.rlim_cur - (limits.rlim_cur != RLIM_INFINITY);
	/*
	 * The limit counts whole ticks of the clock, what is told here is measured: on a busy
	 * machine a second of ticks can be some tenths less of time.
	 */
	return *limit != RLIM_INFINITY && ms + 50 + ms / 3 >= *limit * 1000;
}

static void explain_kill(struct remote *r, const struct rusage *used)
{
	struct loss *loss = &r->loss;
	uint64_t now;

	if (r->sends == SIGKILL)
		loss->cause = CAUSE_ITSELF;
	else if (r->counts_oom && count_oom_kills(&now) && now > r->oom_kills)
		*loss = (struct loss){.kind = loss->kind,
			.status = SIGKILL,
			.cause = CAUSE_MEMORY,
			.before = r->oom_kills,
			.number = now};
	else if (cpu_limit_reached(r, true, used, &loss->number))
		loss->cause = CAUSE_CPU_LIMIT;
	else if (is_filtered(r))
		loss->cause = CAUSE_SECCOMP;
	else
		loss->cause = CAUSE_UNKNOWN;
}

static void explain_signal(struct remote *r, const struct rusage *used)
{
	struct loss *loss = &r->loss;

	if (loss->status == SIGKILL)
		explain_kill(r, used);
	else if (r->sends == loss->status)
		loss->cause = CAUSE_ITSELF;
	else if (is_fault(loss->status))
		loss->cause = CAUSE_AGENT;
	else if (loss->status == SIGXCPU && cpu_limit_reached(r, false, used, &loss->number))
		loss->cause = CAUSE_CPU_LIMIT;
	else if (loss->status == SIGXFSZ)
		loss->cause = CAUSE_FILE_LIMIT;
	else if (loss->status == SIGSYS && is_filtered(r))
		loss->cause = CAUSE_SECCOMP;
}

void remote_explain_end(struct remote *r, const siginfo_t *info)
{
	struct rusage used = {0};
	siginfo_t again;

	/* The C library's waitid does not tell the time that the process used. */
	syscall(SYS_waitid, P_PID, r->pid, &again, WEXITED | WNOHANG | WNOWAIT, &used);
	r->loss = (struct loss){.kind = LOSS_EXITED, .status = info->si_status};
	if (info->si_code == CLD_EXITED) {
		if (r->in_exec)
			r->loss.kind = LOSS_EXECED;
		return;
	}
	r->loss.kind = LOSS_KILLED;
	r->loss.core = info->si_code == CLD_DUMPED;
	explain_signal(r, &used);
}
