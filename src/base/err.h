/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An error in what was typed, or one of our own: a code, the words it points at, and a sentence.
 *
 * A function that can fail takes a struct err * last and returns false (or NULL) after filling it;
 * its other out-parameters are then untouched.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/util.h"

enum err_code {
	ERR_NONE,
	ERR_SYNTAX, /* the text is not a statement */
	ERR_NAME,   /* a name that means nothing */
	ERR_ARGS,   /* too few or too many arguments, or of the wrong kind */
	ERR_TYPE,   /* an operator applied to types it does not take */
	ERR_VALUE,  /* a value out of range: division by zero, a number too large */
	ERR_SYSTEM, /* the system refused something that faultline itself needed */
};

/* A place in the source text: LEN bytes from AT. LEN 0 means no place is known. */
struct span {
	size_t at;
	size_t len;
};

struct err {
	enum err_code code;
	struct span span; /* what to underline in the statement's text */
	char text[240];   /* a sentence without capital or full stop, naming the cure */
};

/* Fills ERR and returns false, so that `return err_set(…)` reads as a failure. */
bool err_set(struct err *err, enum err_code code, struct span span, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static inline struct span span_join(struct span a, struct span b)
{
	if (!a.len)
		return b;
	if (!b.len)
		return a;
	size_t end = MAX(a.at + a.len, b.at + b.len);
	size_t at = MIN(a.at, b.at);
	return (struct span){at, end - at};
}

#endif
