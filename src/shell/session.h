/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that a session knows: the live target, the variables, the settings, and what happened last.
 */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "lang/eval.h"
#include "lang/parse.h"
#include "mem/fault.h"
#include "shell/aliases.h"
#include "shell/call.h"
#include "shell/checkpoint.h"
#include "shell/options.h"
#include "shell/remote.h"
#include "shell/watches.h"

struct settings {
	bool guard;      /* the agent's pages are protected from the user */
	bool echo;       /* system calls are shown */
	bool maps;       /* mappings that changed are shown */
	bool explain;    /* faults and errnos are explained below them */
	bool intel;      /* disassembly in Intel's syntax */
	int64_t timeout; /* milliseconds that an access or call may take; 0: no limit */
	bool named;      /* addresses are shown by name where they have one */
	bool effects;    /* what accesses and calls do to pages is shown */
	bool hints;      /* newcomers get hints at the terminal */
};

/* The last fault, kept for `why` and the $ names. */
struct last_fault {
	bool have;
	bool newest; /* no failed call came after it */
	struct fault fault;
	struct surroundings around;
	struct surroundings other;       /* what AROUND.other points at */
	char names[6][MAPPING_NAME_MAX]; /* of the mappings in both */
	struct buf place; /* of a signal in called code: instruction, registers, callers, in lines;
			     else empty */
};

/* The last failed call, kept for `why`. */
struct last_failure {
	bool have;
	struct buf text; /* the call as it was shown and its causes, one a line */
	int error;
};

/* What an x command repeats when the next leaves something out. */
struct examine {
	char letter;   /* gdb's format: x d u o t c s a i f */
	char size;     /* b h w g */
	uint64_t next; /* the address after the last one shown */
	bool shown;    /* there is such a one */
};

/* What `set effects pages` keeps; see effects.h. */
struct effects {
	struct buf lines;  /* of the accesses of the statement under way */
	pid_t settled_pid; /* the target whose channel was touched */
	pid_t hidden_pid;  /* the target of which it was said that its pages are hidden */
};

/* What the last find found: $1, $2, … */
struct found {
	uint64_t *v; /* owned; ascending within one mapping */
	size_t n, cap;
	size_t limit; /* while a find runs: stop after so many */
};

struct session {
	const struct options *options;
	struct remote *remote;
	struct vars *vars;
	struct symbols
		*symbols;   /* of files seen in the target; NULL until asked for; see symbols.h */
	struct arena arena; /* trees and values of the statement under way */
	struct host host;   /* what EV asks, with this session as its context */
	struct evaluator ev;
	struct settings settings;
	struct checkpoints checkpoints;
	struct last_fault fault;
	struct last_failure failure;
	int error_number;        /* $errno: of the last call that failed */
	struct call_record call; /* the call under way, or the last one */
	bool causes_pending; /* CALL failed and its causes were not shown yet: expect may not want
				them */
	struct value last;   /* $_: the last value printed; strings are copied to LAST_TEXT */
	struct buf last_text;
	bool have_registers;         /* REGISTERS is filled: */
	struct wire_fault registers; /* where the last signal, or the last interruption of called
					code, came */
	struct buf interrupted; /* where called code was interrupted, in lines; empty otherwise */
	char refusal[240];      /* the sentence of the last ST_REFUSED */
	char cure[200];         /* the sentence of vocab.flags_cure */
	char advice[200];       /* the sentence of vocab.advice and host.advice */
	struct examine examine;
	struct found found;
	struct effects effects;
	struct buf again; /* the statement that goes on where the last one stopped; empty: there is
			     none */
	const struct place
		*place; /* where the statement under way stands, for errors; see repl.h */
	struct watches watches;
	struct aliases aliases; /* the user's own */
	unsigned hinted;        /* the hints that were given: see hints.c */
	bool at_terminal;       /* statements are typed by a person: prefixes work */
	bool quit;              /* leave after this statement */
	bool stopped;           /* -e: a statement failed */
	int exit_status;        /* 0, 1 or 2 so far */
	unsigned depth;         /* of nested source commands */
	uint64_t page;          /* bytes */
	unsigned levels;        /* of the page tables; 0 until facts.c asked */
};

/* Starts a target. OPTIONS must outlive the session. False with ERR filled when no target can be
 * started. */
bool session_init(struct session *s, const struct options *options, const char *target_path,
	bool stdin_is_script, struct err *err);
void session_deinit(struct session *s);

/* Raises the exit status: 1 for a failure, 2 for what could not be understood. */
void session_fail(struct session *s, int status);

/*
 * What an empty line at the terminal is to run, for a command that can go on where it stopped
 * ("read 0x7f001000 64"). Asked of each statement anew. Nothing happens where nobody types.
 */
void session_again(struct session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Makes V the value of $_; strings are copied. */
void session_remember(struct session *s, struct value v);

/* The host that lang evaluates against, but for its context, and the vocabulary that it parses with
 * (host.c). */
extern const struct host session_host;
void session_vocab(struct session *s, struct vocab *out);

#endif
