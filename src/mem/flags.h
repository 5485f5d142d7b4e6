/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's names for numbers, as data used both ways: reading them and printing them.
 *
 * Values are the kernel's uapi; what Debian 12's headers lack is defined here. A value is never
 * printed with less than all its bits: what has no name is shown in hex.
 */
#ifndef MEM_FLAGS_H
#define MEM_FLAGS_H

#include "base/buf.h"

struct flag {
	const char *name;
	uint64_t value;
	const char *meaning; /* a few words for lists and completion; NULL for none */
};

/* How the names of a set combine. */
enum flag_style {
	FLAGS_BITS,  /* any number of single bits or'ed */
	FLAGS_ONE,   /* exactly one of the values: MADV_ SEEK_ */
	FLAGS_MIXED, /* a field of values under FIELD, or'ed with bits: MAP_SHARED…|bits,
			O_RDWR|bits */
	FLAGS_OCTAL, /* bits that are printed as an octal number: file modes */
};

/* A number inside a set: 21<<MAP_HUGE_SHIFT. */
struct flag_number {
	const char *shift_name; /* "MAP_HUGE_SHIFT"; NULL: the set holds no number */
	unsigned shift;
	uint64_t mask; /* before the shift */
};

struct flag_set {
	const char *what;   /* "protection", "advice": for errors */
	const char *prefix; /* "PROT_" */
	enum flag_style style;
	uint64_t field; /* FLAGS_MIXED: the bits of the field; the other values are bits */
	struct flag_number number;
	uint64_t octal; /* FLAGS_BITS: bits that print as an octal number behind the names */
	bool is_int;    /* the kernel's parameter is 32 bits wide: -1 prints as 0xffffffff */
	const struct flag *flags; /* ends with a NULL name; the order in which strace prints, other
				     names of a value after the one that is printed */
	const char *cure;     /* what may be written: "use r, w and x (rw, r-x), none, a number or
				 PROT_… names" */
	const char *stranger; /* the prefix in the comment behind a number without a name, where it
				 is another: "MPOL_"; NULL: PREFIX; "": no comment */
	const char *zero;     /* how 0 prints: "PROT_NONE"; NULL: "0" */
	uint64_t bare; /* a value that prints as a number: the question 0xffffffff; 0: none */
	const struct flag_set *const *also; /* other sets whose words may stand here too, ends with
					       NULL; NULL: none. Only for reading */
};

extern const struct flag_set flags_prot, flags_map, flags_madv, flags_mremap, flags_msync,
	flags_open, flags_memfd, flags_seek, flags_at, flags_mlock2, flags_mlockall, flags_mode;

/* Of descriptors (flags_sets_file.c). */
extern const struct flag_set flags_fcntl, flags_fcntl_arg, flags_seals, flags_fd, flags_lease,
	flags_fallocate, flags_secret, flags_uffd;

/* Of the whole process (flags_sets_process.c). */
extern const struct flag_set flags_policy, flags_policy_get, flags_policy_move, flags_pkey,
	flags_shadow, flags_prctl, flags_prctl_arg, flags_dumpable, flags_tsc, flags_prctl_vma,
	flags_prctl_mm, flags_mdwe, flags_personality, flags_membarrier, flags_membarrier_bits,
	flags_membarrier_flags, flags_resource, flags_limit, flags_usage;

/* Of shared memory of System V (flags_sets_shm.c). */
extern const struct flag_set flags_shm_key, flags_shm_get, flags_shm_attach, flags_shm_command;

/* As strace prints it: "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_ANONYMOUS|0x200000"; where nothing
 * has a name, the number with the comment "MADV_???" behind it. */
void flags_print(struct buf *b, const struct flag_set *set, uint64_t value);

/*
 * A word of command form: names joined by | with or without the prefix, in any case
 * ("private|anon|fixed", "MAP_SHARED", "dontneed"), and for protections r, w, x, - ("rw", "r-x",
 * "---") and none. False when any part is unknown.
 */
bool flags_word(const struct flag_set *set, struct str word, uint64_t *value);

/* Any constant by its full name: all sets, errnos, signals, si_codes, S_… and the like. False if
 * there is none. */
bool constant_find(struct str name, uint64_t *value);
/* Every constant once: I from 0; NULL at the end. For completion and suggestions. */
const struct flag *constant_at(size_t i);

const char *errno_name(int error);  /* "EINVAL"; NULL if unknown */
const char *errno_text(int error);  /* "Invalid argument", independent of the locale; never NULL */
const char *signal_name(int signo); /* "SIGSEGV"; real-time ones "SIGRT_3"; "SIG_???"; never NULL */
const char *sicode_name(int signo, int code); /* "SEGV_MAPERR", "SI_USER"; NULL if unknown */
const char *sicode_text(int signo, int code); /* what it means, a few words; NULL if unknown */

/* Whether WORD is an errno, a signal or an si_code, for expect. An si_code comes with its signal,
 * an SI_ name, which any signal may carry, with 0. */
enum outcome_word { OUTCOME_NO, OUTCOME_ERRNO, OUTCOME_SIGNAL, OUTCOME_SICODE };
enum outcome_word outcome_find(struct str word, int *signo_or_errno, int *code);

#endif
