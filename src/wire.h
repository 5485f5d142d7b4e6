/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The protocol between the shell and the agent: the only header that both include.
 *
 * Both map the same sealed memfd, the channel. It holds slots; the target owns slot 0, a checkpoint
 * any other. In a slot the shell writes a request and bumps REQUESTS; the agent does what it says,
 * writes the reply and bumps REPLIES. Both counters are futex words. At most one request is under
 * way in a slot, so REQUESTS - REPLIES is 0 (idle) or 1 (busy). All numbers are of fixed width; all
 * addresses are the target's.
 *
 * The shell must take a reply for hostile: the user can write to the channel. It copies a reply
 * once and validates the copy. The agent trusts the shell.
 *
 * Every type here is freestanding C. Change WIRE_VERSION with any change of layout or meaning.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

#define WIRE_MAGIC 0x656e696c746c7566ULL /* "fultline" read as bytes */
#define WIRE_VERSION 3

enum {
	WIRE_SLOTS = 32,
	WIRE_SLOT_SIZE = 4096,       /* bytes between slot headers */
	WIRE_DATA_SIZE = 128 * 1024, /* bytes of bulk data in a slot */
	WIRE_RANGES = 64,            /* most ranges that the agent may call its own */
	WIRE_REGS = 32,              /* room for the registers of any machine */
	WIRE_ARGS = 6,           /* of a system call; integers that a call passes in registers */
	WIRE_REALS = 8,          /* floating-point numbers that a call passes in registers */
	WIRE_STACK_ARGS = 16,    /* most further arguments of a call, on the stack */
	WIRE_STACK_GUARD = 4096, /* bytes without access below the stack of called code */
	WIRE_STACK_SIZE = 1024 * 1024, /* bytes of that stack */
	WIRE_SMALLEST_PAGE = 4096,     /* no machine has smaller pages */
};

enum wire_op {
	WIRE_NOP = 1, /* answers WIRE_DONE */
	WIRE_SYSCALL, /* a = number, args → value = what the kernel returned (-errno on failure) */
	WIRE_LOAD,    /* a = address, width → value, zero-extended; one load instruction */
	WIRE_STORE,   /* a = address, width, b = value; one store instruction */
	WIRE_READ, /* a = address, b = length, b ≤ WIRE_DATA_SIZE → slot's data; value = bytes */
	WIRE_WRITE, /* the same from the slot's data to memory */
	/*
	 * a = address: the code there is called with the slot's CALL → value and real: what it
	 * returned. WIRE_FAULT also when it never came back because of a signal; the same fields
	 * are filled when it was interrupted (FAULT's signo is then the interrupt's).
	 */
	WIRE_CALL,
	/*
	 * a = a free slot, whose counters say that a request is under way → a copy of the process,
	 * a child of the shell like itself, serves that slot and replies there as soon as it does;
	 * value = its process ID, or -errno.
	 */
	WIRE_COPY,

	/* Whole ranges. VALUE is how far it came when it was done, stopped or interrupted. */
	WIRE_FILL, /* a = address, b = length, args[0] = period: the slot's first bytes, repeated */
	WIRE_MOVE, /* a = to, b = length, args[0] = from → value = bytes copied */
	WIRE_COMPARE, /* a and args[0] = addresses, b = length → value = bytes that are equal */
	WIRE_FIND,    /* a = address, b = length, args: see below → value = places looked at */
	/*
	 * a = address, b = how many, args[0] = distance → value = bytes touched; the slot's data
	 * begins with a struct wire_touched
	 */
	WIRE_TOUCH,

	/*
	 * The rights that protection keys leave to the thread, as the machine's register holds
	 * them: its bits in a become what they are in b → value = the register. The agent's own
	 * key stays open. WIRE_BAD_REQUEST on a machine without keys.
	 */
	WIRE_RIGHTS,
};

enum wire_request_flag {
	/*
	 * Of WIRE_SYSCALL: the call may be any. After it a process or thread that is not the one
	 * that was asked exits, and the agent restores its signal handlers, signal stack, mask and
	 * parent-death signal.
	 */
	WIRE_CHECK_PID = 1,
	/*
	 * Of WIRE_MOVE: from the end down, because the ranges overlap; VALUE counts from the end.
	 */
	WIRE_FROM_END = 2,
	/* Of WIRE_FIND: words of 8 bytes in [args[3], args[3] + args[4]) instead of a pattern. */
	WIRE_FIND_WORDS = 4,
	/* Of WIRE_TOUCH: a store that leaves the byte as it is, instead of a load. */
	WIRE_TOUCH_STORE = 8,
};

/*
 * What WIRE_FIND takes and gives in the slot's data. args[0] is the pattern's length, 8 for words;
 * args[1] the power of two that a place found is a multiple of; args[2] the most places to find;
 * args[3] ≤ args[4] are the places in the pattern of two bytes without wildcard, to look for first.
 */
enum {
	WIRE_PATTERN_AT = 0,
	WIRE_PATTERN_MAX = 4096,
	WIRE_MASK_AT =
		WIRE_PATTERN_MAX, /* a byte for each of the pattern: 0xff, or 0: a wildcard */
	WIRE_FOUND_AT = 2 * WIRE_PATTERN_MAX,
	WIRE_FOUND_MAX = 4096,
};

struct wire_found {
	uint64_t n;
	uint64_t at[WIRE_FOUND_MAX]; /* addresses, ascending */
};

/* What touching cost. */
struct wire_touched {
	uint64_t ns;           /* time */
	uint64_t minor, major; /* page faults of the process */
};

struct wire_request {
	uint32_t op;    /* enum wire_op */
	uint32_t flags; /* enum wire_request_flag */
	uint32_t width; /* of an access: 1, 2, 4 or 8 bytes */
	uint32_t pad;
	uint64_t a, b;
	uint64_t args[WIRE_ARGS];
};

/*
 * The arguments of WIRE_CALL, already distributed as the machine's calling convention wants them.
 */
struct wire_call {
	uint64_t integers[WIRE_ARGS];    /* for the integer registers, in order */
	uint64_t reals[WIRE_REALS];      /* bits for the vector registers, in order */
	uint64_t stack[WIRE_STACK_ARGS]; /* what lies above the return address, lowest first */
	uint32_t n_reals;                /* at most WIRE_REALS */
	uint32_t n_stack;                /* at most WIRE_STACK_ARGS */
};

enum wire_outcome {
	WIRE_DONE = 1,
	WIRE_FAULT,       /* FAULT is filled; VALUE is how many bytes of a copy were done */
	WIRE_INTERRUPTED, /* the shell's interrupt signal came; VALUE as above, -EINTR of a call */
	WIRE_BAD_REQUEST, /* the agent does not know this operation */
};

/*
 * A signal that an instruction raised. The trap fields are what the CPU told the kernel, in the
 * machine's own numbering; only src/arch knows what they mean. REGS is in the order of the
 * machine's arch_regs[] table.
 */
struct wire_fault {
	int32_t signo;      /* SIGSEGV … */
	int32_t code;       /* si_code */
	uint64_t addr;      /* si_addr */
	uint64_t trap;      /* trap number */
	uint64_t trap_code; /* error code of the trap */
	uint64_t trap_addr; /* fault address register (may be stale: see src/arch) */
	uint64_t ip, sp;    /* instruction and stack pointer */
	uint32_t key; /* si_pkey: the protection key that refused, if CODE says that one did */
	uint32_t has_rights; /* 1: RIGHTS is filled: */
	uint64_t rights;     /* the register of key rights, as the instruction found it */
	uint64_t regs[WIRE_REGS];
};

struct wire_reply {
	uint32_t outcome; /* enum wire_outcome */
	uint32_t pad;
	uint64_t value;
	uint64_t real; /* WIRE_CALL: the first vector register's lowest 8 bytes */
	struct wire_fault fault;
};

struct wire_slot {
	_Alignas(64) uint32_t requests; /* futex; bumped by the shell */
	uint32_t agent_sleeps;          /* 1 while the agent may be in futex_wait on REQUESTS */
	uint32_t spin;                  /* turns the agent waits awake; set by the shell */
	_Alignas(64) uint32_t replies;  /* futex; bumped by the agent */
	uint32_t shell_sleeps;          /* 1 while the shell may be in futex_wait on REPLIES */
	_Alignas(64) struct wire_request request;
	_Alignas(64) struct wire_reply reply;
	_Alignas(64) struct wire_call call;
};

/* START inclusive, END exclusive. */
struct wire_range {
	uint64_t start, end;
};

/*
 * The first page of the channel. The target fills it before its first reply; the shell reads it
 * once.
 */
struct wire_hello {
	uint64_t magic;
	uint32_t version;
	uint32_t n_ranges;                     /* how many of RANGES are in use */
	uint64_t channel;                      /* where the channel is mapped in the target */
	uint64_t agent_text;                   /* where the agent's text is mapped in the target */
	struct wire_range ranges[WIRE_RANGES]; /* the agent's pages and the fences */
};

/* Offsets in the channel: hello, then the slot headers, then the slots' data. */
#define WIRE_SLOT_OFFSET(i) (4096 + (uint64_t)(i)*WIRE_SLOT_SIZE)
#define WIRE_DATA_OFFSET(i) (WIRE_SLOT_OFFSET(WIRE_SLOTS) + (uint64_t)(i)*WIRE_DATA_SIZE)
#define WIRE_CHANNEL_SIZE WIRE_DATA_OFFSET(WIRE_SLOTS)

/*
 * In the target the stack that called code runs on lies behind the channel, private to the process.
 * As an offset from the channel's start.
 */
#define WIRE_STACK_OFFSET (WIRE_CHANNEL_SIZE + WIRE_STACK_GUARD)

_Static_assert(sizeof(struct wire_slot) <= WIRE_SLOT_SIZE, "a slot header fits its page");
_Static_assert(WIRE_FOUND_AT + sizeof(struct wire_found) <= WIRE_DATA_SIZE, "finds fit");
_Static_assert(sizeof(struct wire_hello) <= 4096, "hello fits its page");

#endif
