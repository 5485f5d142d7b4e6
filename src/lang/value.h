/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Types and values of the language.
 *
 * Integers are held as 64 bits, sign- or zero-extended from their type's width, so that widening is
 * free. A pointer is its address plus what it points at. Strings exist for introspection ("rw-p"),
 * for arguments and for bytes; they are never in the target until a call needs them there.
 */
#ifndef LANG_VALUE_H
#define LANG_VALUE_H

#include "base/buf.h"
#include "base/util.h"

enum base_type {
	T_NONE, /* no value: an absent argument, a command that yields nothing */
	T_VOID, /* only behind a pointer */
	/* clang-format off */
	T_S8, T_U8, T_S16, T_U16, T_S32, T_U32, T_S64, T_U64,
	T_F32, T_F64,
	/* clang-format on */
	T_STRING,
};

/* DEPTH levels of pointer to BASE: u8 ** is {T_U8, 2}. */
struct type {
	uint8_t base; /* enum base_type */
	uint8_t depth;
};

struct value {
	struct type type;
	union {
		uint64_t bits;  /* integers and pointers */
		double real;    /* T_F32 (rounded to float) and T_F64 */
		struct str str; /* T_STRING; owned by the arena or variable that holds it */
	};
};

#define VALUE_NONE ((struct value){0})

static inline bool type_is_pointer(struct type t)
{
	return t.depth > 0;
}

static inline bool type_is_integer(struct type t)
{
	return t.depth == 0 && t.base >= T_S8 && t.base <= T_U64;
}

static inline bool type_is_real(struct type t)
{
	return t.depth == 0 && (t.base == T_F32 || t.base == T_F64);
}

/* Bytes an object of the type takes in memory; 0 for void, strings and nothing. */
unsigned type_size(struct type t);
bool type_is_signed(struct type t); /* signed integers only */

/*
 * What * reaches through a value of type T: u64 for an integer or void *, else the pointed-at type.
 */
struct type type_target(struct type t);

/*
 * Whether NAME alone names a type (u8, uint32_t, size_t, float; not the multi-word C names, which
 * the parser joins).
 */
bool type_find(struct str name, struct type *out);
void type_print(struct buf *b, struct type t); /* "u8 *", "long" prints as s64 */

struct value value_int(int64_t x);        /* s64 */
struct value value_uint(uint64_t x);      /* u64 */
struct value value_ptr(uint64_t address); /* void * */
struct value value_real(double x);        /* double */
struct value value_str(struct str s);

/* Conversion as by a C cast; strings and nothing cannot be converted: false. */
bool value_cast(struct value v, struct type to, struct value *out);
/* The bits as they would lie in memory (little end first, type_size bytes used) and back. */
uint64_t value_to_memory(struct value v);
struct value value_from_memory(uint64_t bits, struct type t);
bool value_is_true(struct value v); /* a string is true when not empty */
/*
 * The value as 64 bits for a system call's argument: integers and pointers as they are, reals
 * truncated; 0 for none.
 */
uint64_t value_bits(struct value v);

/*
 * "100 (0x64)", "7", "-1 (0xffffffffffffffff)", "0x7f6c2a9f1000", "3.5", "\"rw-p\"" with C escapes.
 */
void value_print(struct buf *b, struct value v);

#endif
