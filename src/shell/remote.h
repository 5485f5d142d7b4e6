/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One live target: starting it, asking its agent, noticing that it is gone.
 *
 * The only module that knows the channel. Every request waits for its reply, watches that the
 * target is alive, and obeys ^C (see remote_interrupt). When a request comes back as REMOTE_LOST
 * the target is gone and reaped; every later request answers REMOTE_LOST too until
 * remote_respawn().
 */
#ifndef SHELL_REMOTE_H
#define SHELL_REMOTE_H

#include <sys/types.h>

#include "base/err.h"
#include "wire.h"

struct remote;

/* What stopped a target. Except for STOP_OWN the request goes on when somebody continues it; ^C
 * works. */
enum stop_kind {
	STOP_SIGNAL, /* NUMBER is the signal */
	STOP_OWN,    /* the same, by the very call under way; it was continued */
	STOP_TRACER, /* NUMBER is the process that traces it, 0 if that is not visible */
};

struct remote_options {
	const char *target_path; /* the target program; not owned, must outlive the remote */
	bool no_aslr;            /* ask for a fixed layout (personality ADDR_NO_RANDOMIZE) */
	bool stdin_is_script;    /* the target's descriptor 0 becomes /dev/null */
	/*
	 * Called while a request is under way when the target was stopped, and not because it wants
	 * a terminal that can be lent. NULL is allowed.
	 */
	void (*on_stop)(void *arg, enum stop_kind kind, int number);
	void *on_stop_arg;
	/* Called before each request that may change the target; may make a checkpoint. NULL is
	 * allowed. */
	void (*on_change)(void *arg);
	void *on_change_arg;
};

enum remote_status {
	REMOTE_DONE,
	REMOTE_FAULT,       /* the CPU or kernel raised a signal: see the struct wire_fault */
	REMOTE_INTERRUPTED, /* ^C ended the request; the target lives */
	REMOTE_LOST,        /* the target is gone: see remote_loss() */
};

/* Why the target is gone. */
enum loss_kind {
	LOSS_NONE,    /* it is not lost, or none could be started */
	LOSS_EXITED,  /* it called exit: STATUS is its exit status */
	LOSS_KILLED,  /* by a signal: STATUS is the signal's number */
	LOSS_EXECED,  /* it replaced itself by another program, which was killed */
	LOSS_GARBLED, /* it answers nonsense: the agent or the channel was overwritten; killed */
	LOSS_STUCK,   /* it did not obey ^C for two seconds; killed */
	LOSS_THREAD,  /* the agent's thread exited, others of the process live on; killed */
};

/* What made a signal kill it (LOSS_KILLED), as far as the kernel tells. */
enum loss_cause {
	CAUSE_NONE,    /* the signal says it all */
	CAUSE_UNKNOWN, /* SIGKILL, and nothing tells who sent it */
	CAUSE_ITSELF,  /* the call under way sent the signal */
	CAUSE_MEMORY, /* memory ran out: the kernel's count of such kills rose from BEFORE to NUMBER
		       */
	CAUSE_CPU_LIMIT,  /* RLIMIT_CPU: NUMBER seconds */
	CAUSE_FILE_LIMIT, /* RLIMIT_FSIZE */
	CAUSE_SECCOMP,    /* the system call filter that it had switched on */
	CAUSE_AGENT, /* a fault that the agent could not catch: something it stands on is gone */
};

struct loss {
	enum loss_kind kind;
	int status;
	bool core; /* LOSS_KILLED: a core was dumped */
	enum loss_cause cause;
	uint64_t before, number; /* see the cause */
};

/* Starts a target and waits for its agent's first answer. NULL on failure, with ERR filled. */
struct remote *remote_create(const struct remote_options *options, struct err *err);
void remote_destroy(struct remote *r); /* kills and reaps the target; NULL is allowed */

/* A fresh target in place of a lost one (a living one is killed first, and all checkpoints). */
bool remote_respawn(struct remote *r, struct err *err);

/*
 * Checkpoints: copies of the target that sleep, at most REMOTE_CHECKPOINTS at a time. They are
 * known by a number from 1 and die with the shell, or when a fresh target is started.
 */
enum { REMOTE_CHECKPOINTS = WIRE_SLOTS - 2 }; /* a slot for the target, one for what is restored */

/* Makes one. Its number, or 0 with ERR filled; the target may have been lost over it. */
unsigned remote_checkpoint(struct remote *r, struct err *err);
/*
 * A copy of checkpoint ID becomes the target in place of the present one, if there is one. False
 * with ERR filled, the target being as it was, when the checkpoint has died or cannot be copied. If
 * the agent in it turns out to be damaged, checkpoint and target are lost.
 */
bool remote_restore(struct remote *r, unsigned id, struct err *err);
void remote_forget(struct remote *r, unsigned id); /* ends it */
/* Its process; 0 if it has died. */
pid_t remote_checkpoint_pid(struct remote *r, unsigned id);

/*
 * A system call with raw arguments. *RESULT is what the kernel returned: -errno on failure.
 * CHECK_PID: see wire.h.
 */
enum remote_status remote_syscall(struct remote *r, uint64_t nr, const uint64_t args[WIRE_ARGS],
	bool check_pid, uint64_t *result, struct wire_fault *fault);

/*
 * The register of what protection keys leave to the target's thread: its bits in MASK (0: none)
 * become what they are in BITS, those of key 0 excepted. *RIGHTS is the register then. Only where
 * arch_has_keys().
 */
enum remote_status remote_rights(struct remote *r, uint64_t mask, uint64_t bits, uint64_t *rights);

/* What called code is given and gives back; the machine's calling convention in arch.h. */
struct remote_result {
	uint64_t integer; /* the register of an integer or pointer result */
	uint64_t real;    /* the lowest 8 bytes of the register of a floating-point result */
};

/*
 * Calls the code at ADDR. RESULT is filled when it returned. FAULT tells where it was when a signal
 * ended it, and also when it was interrupted.
 */
enum remote_status remote_call(struct remote *r, uint64_t addr, const struct wire_call *call,
	struct remote_result *result, struct wire_fault *fault);

/* One load or store instruction of WIDTH (1, 2, 4, 8) bytes at ADDR. */
enum remote_status remote_load(
	struct remote *r, uint64_t addr, unsigned width, uint64_t *value, struct wire_fault *fault);
enum remote_status remote_store(
	struct remote *r, uint64_t addr, unsigned width, uint64_t value, struct wire_fault *fault);

/*
 * Copies LEN bytes out of or into the target's memory, in pieces, by real accesses. *DONE is always
 * set: the number of bytes that were copied before the end, the fault or the interrupt.
 */
enum remote_status remote_read(struct remote *r, uint64_t addr, void *to, size_t len, size_t *done,
	struct wire_fault *fault);
enum remote_status remote_write(struct remote *r, uint64_t addr, const void *from, size_t len,
	size_t *done, struct wire_fault *fault);

/*
 * Reads N bytes, at most REMOTE_PEEK_MAX, of what a call is given or gave: what was placed for the
 * call stays. By the agent, whose wait for a page that does not come can be interrupted; the
 * shell's own could not. False if not all of them can be read.
 */
enum { REMOTE_PEEK_MAX = 4096 };
bool remote_peek(struct remote *r, uint64_t addr, void *to, size_t n);

/*
 * How far something long has come. DONE is always set: bytes done (for a touch: how many) before
 * the end, the fault or the interrupt. TELL, if not NULL, is called after each piece with bytes.
 */
struct range_progress {
	void (*tell)(void *arg, uint64_t done, uint64_t total);
	void *arg;
	uint64_t done;
};

/* ---- remote_bulk.c: work that the agent does on whole ranges, by real accesses ---- */

/* Fills [ADDR, ADDR+LEN) with PATTERN, over and over; PATTERN has 1 to WIRE_DATA_SIZE bytes. */
enum remote_status remote_fill(struct remote *r, uint64_t addr, uint64_t len, struct str pattern,
	struct range_progress *progress, struct wire_fault *fault);
/* Copies upwards, or FROM_END downwards; DONE counts from the end then. */
enum remote_status remote_move(struct remote *r, uint64_t to, uint64_t from, uint64_t len,
	bool from_end, struct range_progress *progress, struct wire_fault *fault);
/* DONE is how many bytes are equal before the first difference: less than LEN if there is one. */
enum remote_status remote_compare(struct remote *r, uint64_t a, uint64_t b, uint64_t len,
	struct range_progress *progress, struct wire_fault *fault);
/* One access of a byte at ADDR and each DISTANCE bytes on, COUNT in all; a store leaves the byte as
 * it is. */
enum remote_status remote_touch(struct remote *r, uint64_t addr, uint64_t count, uint64_t distance,
	bool store, struct range_progress *progress, struct wire_touched *cost,
	struct wire_fault *fault);

/* What remote_find() looks for. */
struct search_for {
	struct str pattern, mask; /* of the same length, 1 to WIRE_PATTERN_MAX; a mask byte is 0xff,
				     or 0: any */
	size_t key, second; /* places in PATTERN of two bytes that are no wildcards, KEY first or
			       the same */
	uint64_t align;     /* power of two; 8 for words */
	bool words;         /* instead of a pattern: words of 8 bytes in [LOW, LOW + SPAN) */
	uint64_t low, span;
};

/*
 * Looks at the beginning of [ADDR, ADDR+LEN), which has room for the pattern. Puts the addresses
 * found into FOUND, at most MOST; *DONE is how many places were looked at: to go on, begin there.
 */
enum remote_status remote_find(struct remote *r, const struct search_for *what, uint64_t addr,
	uint64_t len, uint64_t *found, size_t most, size_t *n, uint64_t *done,
	struct wire_fault *fault);

/*
 * A place in the target's memory for data that a system call is to read: copies N bytes into the
 * channel and returns their address in the target. Several may be placed; they last until
 * remote_scratch_reset() or the next remote_read or remote_write. Returns 0 when the room is used
 * up.
 */
uint64_t remote_scratch(struct remote *r, const void *bytes, size_t n);
void remote_scratch_reset(struct remote *r);

/*
 * Async-signal-safe: ^C was pressed. The request under way, if any, ends as REMOTE_INTERRUPTED or
 * LOST.
 */
void remote_interrupt(void);
bool remote_interrupted(void); /* whether ^C came since the last remote_interrupt_clear() */
void remote_interrupt_clear(void);

/*
 * The longest that a request may take, 0 for ever: then it is interrupted as by ^C, without
 * remote_interrupted(). Measured in steps of up to 50 ms.
 */
void remote_set_time_limit(struct remote *r, int64_t milliseconds);
bool remote_timed_out(const struct remote *r); /* whether that came since remote_forget_time() */
void remote_forget_time(struct remote *r);

pid_t remote_pid(const struct remote *r); /* 0 when lost */
const struct loss *remote_loss(const struct remote *r);
/*
 * Whether the target is there; reaps it and fills remote_loss() if it has gone in the meantime.
 * Costs nothing while no child of the shell changed.
 */
bool remote_alive(struct remote *r);

/*
 * How many mappings the target has at most, counted on from remote_note_mappings() by what each
 * request since can have added; 0 if that cannot be told.
 */
uint64_t remote_most_mappings(const struct remote *r);
void remote_note_mappings(struct remote *r, uint64_t n);
/* Whether any request since the target's start can have sealed a mapping. */
bool remote_may_seal(const struct remote *r);
/* Whether one can have given a mapping a protection key, or given back a key that mappings have. */
bool remote_may_key(const struct remote *r);
bool remote_may_free_key(const struct remote *r);

/*
 * Descriptor of the target's /proc/PID/maps, opened at its start; -1 when lost. Owned by the
 * remote.
 */
int remote_maps_fd(const struct remote *r);
/* Descriptor of the target's /proc/PID directory (O_PATH); -1 when lost. Owned by the remote. */
int remote_proc_fd(const struct remote *r);

/* Whether ADDR lies in the page below the stack of called code, which ends that stack. */
bool remote_below_stack(const struct remote *r, uint64_t addr);

/* The agent's pages and the fences, sorted, START inclusive, END exclusive. */
const struct wire_range *remote_ranges(const struct remote *r, size_t *n);
/*
 * Whether [ADDR, ADDR+LEN) meets one of them; a range that wraps is cut at the end of the address
 * space.
 */
bool remote_owns(const struct remote *r, uint64_t addr, uint64_t len);

#endif
