/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the remote know of each other; only the remote*.c and their tests include it.
 */
#ifndef SHELL_REMOTE_INTERNAL_H
#define SHELL_REMOTE_INTERNAL_H

#include <signal.h>

#include "shell/remote.h"

/* A checkpoint: a process that sleeps in its slot. */
struct copy {
	pid_t pid;
	uint32_t sent; /* requests made in its slot */
};

struct remote {
	struct remote_options options;
	pid_t pid;        /* 0 when there is no target */
	struct loss loss; /* LOSS_NONE while there is one */
	bool in_exec; /* the request under way is execve or execveat: no reply means that it worked
		       */
	int sends;    /* the signal that the call under way sends; 0: it is none of that kind */
	bool counts_oom; /* the kernel tells OOM_KILLS: its count of such kills, at the target's
			    start */
	uint64_t oom_kills;
	bool starting; /* the agent has not answered yet */
	int proc_fd;   /* /proc/PID, O_PATH; -1 when lost */
	int maps_fd;   /* /proc/PID/maps; -1 when lost */

	unsigned char
		*channel; /* mapped here, WIRE_CHANNEL_SIZE bytes; NULL until there is a target */
	uint64_t channel_inode;  /* of the file behind it */
	uint64_t target_channel; /* where it is mapped in the target */
	unsigned slot_index;     /* the slot that the target serves */
	struct wire_slot *slot;  /* in the channel: that slot */
	unsigned char *data;     /* in the channel: that slot's bulk data */
	uint64_t target_stack;   /* where the stack of called code begins in the target */
	uint64_t target_data;    /* where DATA is mapped in the target */
	uint32_t sent;           /* requests made */
	uint32_t spin;           /* turns to wait awake for a reply; 0 with one CPU */
	unsigned misses;         /* replies in a row that did not come while waiting awake */
	unsigned asleep;         /* how many waits are still to be spent asleep from the start */
	/*
	 * What the requests so far can have done to the mappings, so that the whole list is seldom
	 * read: no more than so many mappings (0: not known), and what some may be.
	 */
	uint64_t most_mappings;
	bool may_seal, may_key, may_free_key;

	size_t scratch; /* bytes of DATA that remote_scratch() handed out */

	struct copy
		copies[WIRE_SLOTS]; /* the checkpoints, each at its slot; PID 0: the slot is free */

	struct wire_range ranges[WIRE_RANGES]; /* from the hello, checked and sorted */
	size_t n_ranges;

	int tty_fd;         /* the controlling terminal; -1 until it is needed */
	bool tty_lent;      /* the target's process group is in the foreground */
	bool was_lent;      /* it was, during the last request */
	int64_t time_limit; /* of a request, nanoseconds; 0: none */
	bool timed_out;     /* a request was interrupted because its time was up */
	int stop_signal;    /* what stopped the target; 0 while it is not known to be stopped */
};

/*
 * remote_wait.c: waits until the target has replied to request SENT. False if it is lost instead;
 * the loss is filled then and the target reaped.
 */
bool remote_await(struct remote *r);

/* Looks at the target without waiting. False if it is lost (as above). */
bool remote_look(struct remote *r);

/* Ends the target, which is lost for reason KIND, and reaps it. */
void remote_lose(struct remote *r, enum loss_kind kind);

/*
 * How many turns of a waiting loop take as long as waking a sleeper on another CPU; 0 with one CPU.
 */
uint32_t remote_spin_turns(void);

/* Makes the death or stop of the target end a wait at once. */
void remote_watch_children(void);

/* Sleeps until *WORD is no longer VALUE, a signal comes, or TIME nanoseconds have passed. */
void remote_futex_wait(uint32_t *word, uint32_t value, int64_t time);
void remote_futex_wake(uint32_t *word);
int64_t remote_now(void); /* nanoseconds */

/* Kills a child and its process group, and reaps it, waiting a bounded time. */
void remote_end_child(pid_t pid);

/* remote_loss.c: what is to be known beforehand to tell why a target ended: at its start, and of a
 * call. */
void remote_note_counters(struct remote *r);
void remote_note_call(struct remote *r, uint64_t nr, const uint64_t args[WIRE_ARGS]);
/* Fills the loss of a target that ended as INFO says and is not reaped yet. */
void remote_explain_end(struct remote *r, const siginfo_t *info);

/*
 * remote_spawn.c: gives back what belongs to a target; it must have been reaped. The channel stays
 * while a checkpoint may need it.
 */
void remote_release(struct remote *r);
/* Takes the process PID, which serves slot INDEX, for the target. False if its /proc files cannot
 * be opened. */
bool remote_become(struct remote *r, pid_t pid, unsigned index, struct err *err);

/* remote.c: has the target copied into slot INDEX, which is prepared. *PID: the copy, or -errno. */
enum remote_status remote_copy(struct remote *r, unsigned index, int64_t *pid);

/* remote_checkpoint.c: ends all checkpoints. */
void remote_forget_all(struct remote *r);

/*
 * remote.c: sends REQUEST and waits for its reply. *VALUE is the reply's, judged to be at most MOST
 * (anything larger is a loss); *FAULT is filled for REMOTE_FAULT.
 */
enum remote_status remote_ask(struct remote *r, const struct wire_request *request, uint64_t most,
	uint64_t *value, struct wire_fault *fault);

/* The reply makes no sense: the target is lost. */
enum remote_status remote_garbled(struct remote *r);

/* remote.c: asks the agent for nothing, to learn that it answers. */
bool remote_ping(struct remote *r);

#endif
