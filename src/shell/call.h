/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a system call in the target, and the record of what it came to. */
#ifndef SHELL_CALL_H
#define SHELL_CALL_H

#include "mem/delta.h"
#include "mem/errno_why.h"
#include "shell/row.h"
#include "wire.h"

/* One system call, as it is shown. The lists keep their memory from call to call. */
struct call_record {
	const struct row *row; /* NULL for a call without a row */
	const char *name;      /* the kernel's name */
	unsigned n_args;
	uint64_t args[WIRE_ARGS];    /* as the kernel got them */
	struct str texts[WIRE_ARGS]; /* strings that were placed in the target; P NULL for other
					arguments */
	bool placed[WIRE_ARGS]; /* a structure that faultline placed in the target for command form
				 */
	struct str shown[WIRE_ARGS]; /* structures as text; P NULL where there is none or it could
					not be read */
	bool returned;               /* false: it was interrupted by the end of the target, "= ?" */
	uint64_t result;             /* as the kernel returned it: -errno on failure */
	int error;                   /* 0, or the errno */
	struct maps before, after;   /* of the part of the address space that could change */
	struct delta delta;          /* what did change */
	struct buf did; /* what it did besides, one sentence a line, each indented by two */
	struct why why; /* why it failed */
};

#define CALL_RECORD_INIT ((struct call_record){0})

void call_record_deinit(struct call_record *c);

/*
 * Makes the call that ROW describes, or the raw call NR of NAME when ROW is NULL, and shows it.
 * ARGS are N values; strings are placed in the target for the call. IN COMMAND form (COMMAND true)
 * arguments of type T_NONE get the row's defaults. OUT gets the value and errno.
 */
enum status call_make(struct session *s, const struct row *row, const char *name, long nr,
	const struct value *args, size_t n, bool command, struct called *out, struct err *err);

/*
 * For a row's build(): puts a structure of N bytes (zeros where BYTES is NULL) into the target for
 * the call under way and makes it argument I. False with ERR filled when there is no room for it.
 */
bool call_place(struct session *s, struct call_record *c, unsigned i, const void *bytes, size_t n,
	struct err *err);
/*
 * For a row's tell(): copies the structure that argument I points at. False if it cannot be read.
 */
bool call_peek(
	const struct session *s, const struct call_record *c, unsigned i, void *to, size_t n);

#endif
