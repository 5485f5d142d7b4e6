/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the operators do to values that are already there. Pure: no memory, no variables, no host.
 */
#ifndef LANG_EVAL_OP_H
#define LANG_EVAL_OP_H

#include "base/err.h"
#include "lang/ast.h"
#include "lang/value.h"

/*
 * Neither operand may be T_NONE. SPAN is the operator's place, for the error. BOP_LAND and BOP_LOR
 * are not taken: they do not always need their right side.
 */
bool op_binary(enum binary_op op, struct value a, struct value b, struct span span,
	struct value *out, struct err *err);
bool op_unary(
	enum unary_op op, struct value a, struct span span, struct value *out, struct err *err);

/* As a C cast, with a sentence where value_cast() only says no. */
bool op_convert(
	struct value v, struct type to, struct span span, struct value *out, struct err *err);

/*
 * V as C converts one branch of ?: when the other is of type OTHER: two numbers have one type, and
 * a number beside a pointer is such a pointer. Anything else stays what it is.
 */
struct value op_balance(struct value v, struct type other);

static inline bool op_is_comparison(unsigned op)
{
	return op >= BOP_LT && op <= BOP_NE;
}

#endif
