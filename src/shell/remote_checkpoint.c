/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checkpoints: copies of the target that sleep, each in a slot of the channel, until one is copied
 * again and that copy becomes the target.
 */
#include "shell/remote_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/proc.h"
#include "shell/procmap.h"

#define MS 1000000LL /* in nanoseconds */

#define LONGEST_NAP (50 * MS)
#define ANSWER_LIMIT                                                                               \
	(10000 * MS) /* copying takes long where much memory is touched; ^C ends the wait */

static bool copy_error(struct err *err, const char *why)
{
	return err_set(err, ERR_SYSTEM, (struct span){0}, "the target cannot be copied: %s", why);
}

static struct wire_slot *slot_at(struct remote *r, unsigned index)
{
	return (struct wire_slot *)(r->channel + WIRE_SLOT_OFFSET(index));
}

/* Whether it is a child of ours, dead or alive. */
static bool is_child(pid_t pid)
{
	siginfo_t info;

	return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Whether it is a child of ours that has not ended. */
static bool is_living_child(pid_t pid)
{
	siginfo_t info = {0};

	return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       !info.si_pid;
}

/* A slot that nobody serves; WIRE_SLOTS if there is none. */
static unsigned free_slot(const struct remote *r)
{
	unsigned i = 0;

	while (i < WIRE_SLOTS && (r->copies[i].pid || (r->pid && i == r->slot_index)))
		i++;
	return i;
}

static unsigned count_copies(const struct remote *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < WIRE_SLOTS; i++)
		n += r->copies[i].pid != 0;
	return n;
}

/* One request is under way in a fresh slot; the copy's first reply answers it. */
static void prepare_slot(struct remote *r, unsigned index)
{
	struct wire_slot *slot = slot_at(r, index);

	memset(slot, 0, sizeof(*slot));
	slot->requests = 1;
}

/* Waits until the process PID has made the SENTth reply in a slot. */
static bool await_reply(struct wire_slot *slot, pid_t pid, uint32_t sent)
{
	int64_t limit = remote_now() + ANSWER_LIMIT;
	uint32_t seen;

	__atomic_store_n(&slot->shell_sleeps, 1, __ATOMIC_SEQ_CST);
	for (int64_t nap = MS;
		(seen = __atomic_load_n(&slot->replies, __ATOMIC_SEQ_CST)) != sent;) {
		if (!is_living_child(pid) || remote_interrupted() || remote_now() > limit)
			break;
		remote_futex_wait(&slot->replies, seen, nap);
		nap = MIN(nap * 2, LONGEST_NAP);
	}
	__atomic_store_n(&slot->shell_sleeps, 0, __ATOMIC_RELAXED);
	return seen == sent;
}

static bool is_known(const struct remote *r, pid_t pid)
{
	bool known = pid == r->pid;

	for (unsigned i = 0; i < WIRE_SLOTS; i++)
		known = known || pid == r->copies[i].pid;
	return known;
}

/*
 * Ends the children that nobody knows of: a copy whose number never came, because the wait for it
 * was ended or its maker was, and a dead one that took too long to die. Programs that the shell
 * runs are of its own process group.
 */
static void end_strays(struct remote *r)
{
	struct buf list = BUF_INIT;
	char *end;

	if (!proc_read(r, "/proc/thread-self/children", &list))
		return;
	for (const char *p = list.p;; p = end) {
		pid_t pid = (pid_t)strtol(p, &end, 10);
		if (end == p)
			break;
		if (!is_known(r, pid) && getpgid(pid) != getpgrp())
			remote_end_child(pid);
	}
	buf_deinit(&list);
}

/*
 * Takes the process that an agent says it made, if it is what it should be: the word of the channel
 * alone must not have another process killed some day. A group of its own keeps the terminal's
 * signals for one process away from the others.
 */
static bool adopt(struct remote *r, int64_t pid, unsigned index, struct err *err)
{
	if (pid < 0)
		return copy_error(err, strerror((int)MIN(-pid, (int64_t)INT32_MAX)));
	if (pid > INT32_MAX || is_known(r, (pid_t)pid) || !is_child((pid_t)pid))
		return copy_error(err, "the agent does not say which process the copy is");
	setpgid((pid_t)pid, (pid_t)pid);
	if (await_reply(slot_at(r, index), (pid_t)pid, 1))
		return true;
	remote_end_child((pid_t)pid);
	return copy_error(err, "the copy did not live");
}

/* The user may have changed the mapping of another slot than the target's own. */
static bool channel_is_whole(struct remote *r)
{
	static char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t end = r->target_channel + WIRE_DATA_OFFSET(WIRE_SLOTS);

	return procmap_query(r, r->target_channel, &m, name) == PROCMAP_FOUND &&
	       m.start <= r->target_channel && m.end >= end && m.inode == r->channel_inode &&
	       (m.perms & PERM_W);
}

unsigned remote_checkpoint(struct remote *r, struct err *err)
{
	unsigned index = free_slot(r);
	int64_t pid;

	if (count_copies(r) >= REMOTE_CHECKPOINTS) {
		err_set(err, ERR_SYSTEM, (struct span){0}, "there are %d checkpoints already",
			REMOTE_CHECKPOINTS);
		return 0;
	}
	if (!r->pid || index == WIRE_SLOTS) {
		copy_error(err, "it is lost");
		return 0;
	}
	if (!channel_is_whole(r)) {
		copy_error(err, "the channel in it was changed");
		return 0;
	}
	prepare_slot(r, index);
	enum remote_status status = remote_copy(r, index, &pid);
	if (status != REMOTE_DONE)
		copy_error(err, r->pid ? "it was interrupted" : "it was lost");
	if (status != REMOTE_DONE || !adopt(r, pid, index, err)) {
		end_strays(r);
		return 0;
	}
	r->copies[index] = (struct copy){.pid = (pid_t)pid, .sent = 1};
	return index + 1;
}

/* Has checkpoint COPY, in its slot INDEX, copied into slot INTO. */
static bool ask_copy(
	struct remote *r, struct copy *copy, unsigned index, unsigned into, int64_t *pid)
{
	struct wire_slot *slot = slot_at(r, index);

	/*
	 * The channel may have been written to since; what the sleeping agent knows itself counts.
	 */
	slot->spin = 0;
	slot->replies = copy->sent++;
	slot->request = (struct wire_request){.op = WIRE_COPY, .a = into};
	__atomic_store_n(&slot->requests, copy->sent, __ATOMIC_SEQ_CST);
	remote_futex_wake(&slot->requests);
	if (!await_reply(slot, copy->pid, copy->sent) || slot->reply.outcome != WIRE_DONE)
		return false;
	*pid = (int64_t)slot->reply.value;
	return true;
}

/*
 * Whether the target's agent still does what it is there for: stores, loads, catches a fault,
 * calls. The target may have been damaged before it was copied.
 */
static bool works(struct remote *r)
{
	const uint64_t no_args[WIRE_ARGS] = {0}, pattern = 0x0123456789abcdef;
	uint64_t value = 0, nowhere = 1ULL << 63; /* no user's address on any machine */
	struct wire_fault fault;

	return remote_store(r, r->target_data, 8, pattern, &fault) == REMOTE_DONE &&
	       remote_load(r, r->target_data, 8, &value, &fault) == REMOTE_DONE &&
	       value == pattern && remote_load(r, nowhere, 1, &value, &fault) == REMOTE_FAULT &&
	       remote_syscall(r, SYS_getpid, no_args, true, &value, &fault) == REMOTE_DONE &&
	       value == (uint64_t)r->pid;
}

/* The test is nobody's statement, and a ^C from before it is not for it. */
static bool passes_test(struct remote *r)
{
	void (*on_change)(void *) = r->options.on_change;
	bool interrupted = remote_interrupted();

	r->options.on_change = NULL;
	remote_interrupt_clear();
	bool sound = works(r);
	r->options.on_change = on_change;
	if (interrupted)
		remote_interrupt();
	return sound;
}

bool remote_restore(struct remote *r, unsigned id, struct err *err)
{
	unsigned into = free_slot(r);
	int64_t pid;

	if (!remote_checkpoint_pid(r, id))
		return copy_error(err, "the checkpoint has died");
	struct copy *copy = &r->copies[id - 1];
	prepare_slot(r, into);
	if (!ask_copy(r, copy, id - 1, into, &pid)) {
		remote_forget(r, id);
		end_strays(r);
		return copy_error(err, "the checkpoint does not answer");
	}
	if (!adopt(r, pid, into, err)) {
		end_strays(r);
		return false;
	}
	remote_lose(r, LOSS_NONE);
	if (!remote_become(r, (pid_t)pid, into, err)) {
		remote_lose(r, LOSS_STUCK);
		return false;
	}
	if (passes_test(r))
		return true;
	remote_lose(r, LOSS_GARBLED);
	remote_forget(r, id);
	return copy_error(err, "its agent was damaged already");
}

void remote_forget(struct remote *r, unsigned id)
{
	if (id < 1 || id > WIRE_SLOTS || !r->copies[id - 1].pid)
		return;
	remote_end_child(r->copies[id - 1].pid);
	r->copies[id - 1].pid = 0;
}

void remote_forget_all(struct remote *r)
{
	for (unsigned i = 0; i < WIRE_SLOTS; i++)
		if (r->copies[i].pid)
			kill(r->copies[i].pid, SIGKILL);
	for (unsigned i = 0; i < WIRE_SLOTS; i++)
		remote_forget(r, i + 1);
}

pid_t remote_checkpoint_pid(struct remote *r, unsigned id)
{
	if (id < 1 || id > WIRE_SLOTS || !r->copies[id - 1].pid)
		return 0;
	if (!is_living_child(r->copies[id - 1].pid))
		remote_forget(r, id);
	return r->copies[id - 1].pid;
}
