/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every builtin is one row: what it is called, what it takes, what it does, and all that is said of
 * it.
 *
 * Dispatch, arity and type errors, help, apropos, completion, the manual's COMMANDS section and the
 * doctests read the same row. A file cmd_*.c defines rows next to the functions they name and
 * exports one table of them.
 */
#ifndef SHELL_ROW_H
#define SHELL_ROW_H

#include "lang/eval.h"
#include "lang/form.h"

struct session;

/* What an argument means: how it is shown in an echo, what completes it, which range the guard
 * looks at. */
enum kind {
	KIND_ANY,        /* any value */
	KIND_ADDR,       /* an address: NULL or hex */
	KIND_LEN,        /* a length in bytes, of the range that the address before it starts */
	KIND_NUMBER,     /* decimal */
	KIND_FLAGS,      /* the param's flag set */
	KIND_FD,         /* a descriptor of the target */
	KIND_DIRFD,      /* the same or AT_FDCWD */
	KIND_OFFSET,     /* in a file, bytes */
	KIND_MAP_OFFSET, /* the same in hex, as mmap's */
	KIND_MODE,       /* octal */
	KIND_PATH,       /* a file's name, as the target sees it */
	KIND_TEXT,       /* a string: a name */
	KIND_INPUT,      /* bytes that the call reads: a string or an address */
	KIND_OUTPUT,     /* an address that the call writes to; the length follows */
	KIND_READS,   /* the address of a structure or array that the call reads: the param's layout
			 (mem/layout.h) */
	KIND_WRITES,  /* the same that the call writes */
	KIND_BITS,    /* of no known meaning: hex */
	KIND_INT,     /* a 32-bit number: a process, a key, a CPU */
	KIND_BYTES,   /* text, numbers, hex"…" */
	KIND_MAPPING, /* an address, a mapping's name or its permissions */
	KIND_FILE,    /* a file of the shell */
	KIND_TOPIC,   /* what help explains */
	KIND_SETTING, /* a setting's name */
	KIND_VALUE,   /* a setting's value */
	KIND_STATEMENT,
	KIND_SYMBOL,     /* a string: a symbol's name */
	KIND_FIELD,      /* a string: a field of smaps */
	KIND_VMFLAG,     /* a string: a flag of smaps */
	KIND_CHECKPOINT, /* a checkpoint's name */
	KIND_WATCH,      /* a watched expression's number */
	KIND_ALIAS,      /* the name of an alias of one's own */
};

/* How a system call can change the mappings, and so where to look before and after. */
enum effect {
	EFFECT_NONE,
	EFFECT_RANGE, /* within [arg 0, arg 0 + arg 1) and its neighbours */
	EFFECT_MMAP,  /* at the returned address, or at the given one with MAP_FIXED */
	EFFECT_MREMAP,
	EFFECT_BRK,
	EFFECT_PRCTL, /* by its option: the range of PR_SET_VMA, anywhere for PR_SET_MM */
	EFFECT_ALL,   /* anywhere: the whole list is compared */
};

/* How a system call's result prints. */
enum returns { RETURNS_NUMBER, RETURNS_ADDR };

struct call_record;

struct invocation {
	const struct row *row;
	const struct node *node;  /* N_COMMAND or N_CALL */
	const struct value *args; /* in the order of the params; T_NONE where left out */
	size_t n;                 /* at least n_params for N_COMMAND */
	struct arena *arena;      /* for strings that are given back */
};

typedef enum status row_run(
	struct session *s, const struct invocation *in, struct called *out, struct err *err);

struct row {
	struct form form;
	const char *group;   /* under which help lists it: one of row_groups */
	const char *summary; /* one line, no capital, no full stop */
	const char *details; /* a paragraph or two; blank line between */
	const char *example; /* statements, one a line, that run in a fresh session with exit status
				0 */
	const char *see;     /* names of related rows, blank-separated */
	row_run *run;        /* commands and introspection; NULL for system calls */
	/* System calls only: */
	const char *echo;  /* the kernel's name where the row's differs: "pread64"; else NULL */
	long nr;           /* its number */
	uint8_t effect;    /* enum effect */
	uint8_t returns;   /* enum returns */
	bool writes_files; /* output or death may follow: flush first */
	/* Command form: fills what was left out. NULL: zero for every argument left out. */
	bool (*defaults)(uint64_t args[6], const bool given[6], struct err *err);
	const char *since; /* the kernel that brought it; NULL: always there */
	/* The arguments in C, where they are not those of the command; NULL: the same. */
	const struct param *c_params;
	uint8_t n_c_params;
	/* C's arguments where they depend on one another (fcntl, prctl); NULL: they do not. */
	const struct param *(*variant)(const uint64_t args[6], unsigned *n);
	/* How many of the arguments the kernel looks at, where that depends on them (open has a
	 * mode only with O_CREAT): the echo has only those. NULL: all. */
	unsigned (*looks_at)(const uint64_t args[6]);
	/* Command form where C_PARAMS differ: turns C->args into C's, placing structures
	 * (call_place). */
	bool (*build)(
		struct session *s, struct call_record *c, const bool given[6], struct err *err);
	/* Adds what the result means behind it: " (flags O_RDWR)". NULL: nothing. */
	void (*meaning)(struct buf *b, const uint64_t args[6], uint64_t result);
	/* Adds lines, each indented by two, that tell what the successful call yielded or did.
	 * NULL: nothing. */
	void (*tell)(struct session *s, struct buf *b, const struct call_record *c);
};

struct row_group {
	const char *name;  /* as in row.group */
	const char *title; /* "Mapping memory" */
};
extern const struct row_group row_groups[]; /* ends with a NULL name */

/* Shorthand for the tables: their parameters, what every system call's row begins with. */
#define PARAMS(...)                                                                                \
	.params = (const struct param[]){__VA_ARGS__},                                             \
	.n_params = sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param)

#define C_PARAMS(...)                                                                              \
	.c_params = (const struct param[]){__VA_ARGS__},                                           \
	.n_c_params = sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param)

#define CALL_FLAGS FORM_COMMAND | FORM_FUNCTION

/* clang-format off */
#define ADDR_LEN {.name = "ADDR", .kind = KIND_ADDR}, {.name = "LEN", .kind = KIND_LEN}
/* clang-format on */

#define ROW_END                                                                                    \
	{                                                                                          \
		.form = {.name = NULL }                                                            \
	}

/* In .nr of a row: the number is found by name, for calls that the C library's headers may lack. */
#define NR_BY_NAME (-1)

/* Every row: I from 0 in the order of help; NULL at the end. */
const struct row *row_at(size_t i);
const struct row *row_of(const struct form *form); /* the row that FORM is embedded in */
/* Its arguments in C: with ARGS those that these have, with NULL the most general ones. */
const struct param *row_c_params(const struct row *row, const uint64_t args[6], unsigned *n);
long row_number(const struct row *row); /* of a system call; -1 if this machine has none */
/* By exact name: as a command (FORM_COMMAND) or function (FORM_FUNCTION); NULL if there is none. */
const struct row *row_find(struct str name, enum form_flag use);
const struct row *row_by_alias(struct str name);
/* By unique prefix among the shell's commands; NULL and *AMBIGUOUS (a list of names, added to B)
 * where it is not unique. */
const struct row *row_by_prefix(struct str prefix, struct buf *b, bool *ambiguous);

/* "mmap [ADDR] LEN [PROT] [FLAGS] [FD] [OFFSET]" and "mmap(ADDR, LEN, PROT, FLAGS, FD, OFFSET)" */
void row_synopsis(struct buf *b, const struct row *row);
void row_prototype(struct buf *b, const struct row *row);

#endif
