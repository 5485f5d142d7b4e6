/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators on values.
 *
 * Arithmetic on integers is done in uint64_t, where overflow wraps and is no undefined behaviour;
 * the type of the result says how it is read. A pair of operands is of one of four classes, each
 * with a function: strings, reals, pointers where C gives them a meaning of their own, and whole
 * numbers for the rest.
 */
#include "lang/eval_op.h"

static const char *const spellings[] = {
	[BOP_NONE] = "=",
	[BOP_MUL] = "*",
	[BOP_DIV] = "/",
	[BOP_MOD] = "%",
	[BOP_ADD] = "+",
	[BOP_SUB] = "-",
	[BOP_SHL] = "<<",
	[BOP_SHR] = ">>",
	[BOP_LT] = "<",
	[BOP_GT] = ">",
	[BOP_LE] = "<=",
	[BOP_GE] = ">=",
	[BOP_EQ] = "==",
	[BOP_NE] = "!=",
	[BOP_AND] = "&",
	[BOP_XOR] = "^",
	[BOP_OR] = "|",
	[BOP_LAND] = "&&",
	[BOP_LOR] = "||",
};

/* Two operands, where the operator stands, and where an error goes. */
struct operation {
	enum binary_op op;
	struct value a, b;
	struct span span;
	struct err *err;
};

static bool is_string(struct value v)
{
	return v.type.base == T_STRING && !v.type.depth;
}

/* Whether arithmetic with an operand of this type is unsigned. */
static bool is_unsigned(struct type t)
{
	return type_is_pointer(t) || t.base == T_U64;
}

static struct value number(uint64_t bits, bool without_sign)
{
	return without_sign ? value_uint(bits) : value_int((int64_t)bits);
}

static double as_real(struct value v)
{
	struct value real;
	return value_cast(v, (struct type){T_F64, 0}, &real) ? real.real : 0;
}

/* A type's name for a sentence. */
struct type_name {
	char text[48];
};

static struct type_name type_name(struct type t)
{
	struct type_name name;
	struct buf b = BUF_INIT;
	type_print(&b, t);
	size_t n = MIN(b.len, sizeof(name.text) - 1);
	memcpy(name.text, buf_cstr(&b), n);
	name.text[n] = '\0';
	buf_deinit(&b);
	return name;
}

static bool type_error(const struct operation *o, const char *sentence)
{
	return err_set(o->err, ERR_TYPE, o->span, "%s %s", spellings[o->op], sentence);
}

static bool string_op(const struct operation *o, struct value *out)
{
	if (o->op != BOP_EQ && o->op != BOP_NE)
		return type_error(
			o, "does not take a string: strings only compare, with == and !=");
	if (!is_string(o->a) || !is_string(o->b))
		return type_error(o, "compares a string only with another string");
	*out = value_int(str_eq(o->a.str, o->b.str) == (o->op == BOP_EQ));
	return true;
}

static bool real_compare(enum binary_op op, double x, double y)
{
	switch (op) {
	case BOP_LT:
		return x < y;
	case BOP_GT:
		return x > y;
	case BOP_LE:
		return x <= y;
	case BOP_GE:
		return x >= y;
	case BOP_EQ:
		return x == y;
	default:
		return x != y;
	}
}

static bool real_op(const struct operation *o, struct value *out)
{
	if (type_is_pointer(o->a.type) || type_is_pointer(o->b.type))
		return type_error(o, "does not mix a pointer and a floating-point number");
	double x = as_real(o->a), y = as_real(o->b);
	if (op_is_comparison(o->op)) {
		*out = value_int(real_compare(o->op, x, y));
		return true;
	}
	switch (o->op) {
	case BOP_MUL:
		*out = value_real(x * y);
		return true;
	case BOP_DIV:
		if (y == 0)
			return err_set(o->err, ERR_VALUE, o->span, "division by zero");
		*out = value_real(x / y);
		return true;
	case BOP_ADD:
		*out = value_real(x + y);
		return true;
	case BOP_SUB:
		*out = value_real(x - y);
		return true;
	default:
		return type_error(
			o, "needs integers: cast the floating-point number, as in (s64)x");
	}
}

/* Bytes that adding 1 to a pointer of type T moves it. */
static uint64_t pointer_step(struct type t)
{
	return t.depth == 1 && t.base == T_VOID ? 1 : type_size(type_target(t));
}

static bool pointer_difference(const struct operation *o, struct value *out)
{
	struct type s = o->a.type, t = o->b.type;
	if (s.base != t.base || s.depth != t.depth) {
		struct type_name left = type_name(s), right = type_name(t);
		return err_set(o->err, ERR_TYPE, o->span,
			"these pointers have different types, %s and %s: cast one, as in (%s)q",
			left.text, right.text, left.text);
	}
	int64_t bytes = (int64_t)(o->a.bits - o->b.bits);
	*out = value_int(bytes / (int64_t)pointer_step(s));
	return true;
}

/* + and - with at least one pointer. */
static bool pointer_op(const struct operation *o, struct value *out)
{
	bool left = type_is_pointer(o->a.type), right = type_is_pointer(o->b.type);
	if (left && right && o->op == BOP_SUB)
		return pointer_difference(o, out);
	if (left && right)
		return type_error(o, "does not add two pointers: cast one, as in (u64)q");
	if (right && o->op == BOP_SUB)
		return type_error(
			o, "does not take a pointer from an integer: cast it, as in (u64)p");
	struct value p = left ? o->a : o->b, i = left ? o->b : o->a;
	uint64_t bytes = i.bits * pointer_step(p.type);
	p.bits = o->op == BOP_ADD ? p.bits + bytes : p.bits - bytes;
	*out = p;
	return true;
}

static bool divide(const struct operation *o, bool without_sign, struct value *out)
{
	uint64_t x = o->a.bits, y = o->b.bits;
	bool quotient = o->op == BOP_DIV;
	if (y == 0)
		return err_set(
			o->err, ERR_VALUE, o->span, "%s by zero", quotient ? "division" : "modulo");
	if (without_sign)
		*out = value_uint(quotient ? x / y : x % y);
	else if ((int64_t)y == -1) /* the CPU would trap on INT64_MIN / -1 */
		*out = value_int(quotient ? (int64_t)(0 - x) : 0);
	else
		*out = value_int(quotient ? (int64_t)x / (int64_t)y : (int64_t)x % (int64_t)y);
	return true;
}

/* As in C the left side alone decides the type. A count of 64 or more shifts everything out. */
static bool shift(const struct operation *o, struct value *out)
{
	uint64_t x = o->a.bits, count = o->b.bits;
	bool without_sign = is_unsigned(o->a.type);
	if (type_is_signed(o->b.type) && (int64_t)count < 0)
		return err_set(
			o->err, ERR_VALUE, o->span, "%s by a negative count", spellings[o->op]);
	if (o->op == BOP_SHL)
		x = count < 64 ? x << count : 0;
	else if (without_sign)
		x = count < 64 ? x >> count : 0;
	else
		x = (uint64_t)((int64_t)x >> MIN(count, (uint64_t)63));
	*out = number(x, without_sign);
	return true;
}

static bool integer_compare(const struct operation *o, bool without_sign)
{
	uint64_t x = o->a.bits, y = o->b.bits;
	int64_t sx = (int64_t)x, sy = (int64_t)y;
	switch (o->op) {
	case BOP_LT:
		return without_sign ? x < y : sx < sy;
	case BOP_GT:
		return without_sign ? x > y : sx > sy;
	case BOP_LE:
		return without_sign ? x <= y : sx <= sy;
	case BOP_GE:
		return without_sign ? x >= y : sx >= sy;
	case BOP_EQ:
		return x == y;
	default:
		return x != y;
	}
}

static bool integer_op(const struct operation *o, struct value *out)
{
	uint64_t x = o->a.bits, y = o->b.bits;
	bool without_sign = is_unsigned(o->a.type) || is_unsigned(o->b.type);
	switch (o->op) {
	case BOP_MUL:
		*out = number(x * y, without_sign);
		return true;
	case BOP_DIV:
	case BOP_MOD:
		return divide(o, without_sign, out);
	case BOP_ADD:
		*out = number(x + y, without_sign);
		return true;
	case BOP_SUB:
		*out = number(x - y, without_sign);
		return true;
	case BOP_SHL:
	case BOP_SHR:
		return shift(o, out);
	case BOP_AND:
		*out = number(x & y, without_sign);
		return true;
	case BOP_XOR:
		*out = number(x ^ y, without_sign);
		return true;
	case BOP_OR:
		*out = number(x | y, without_sign);
		return true;
	default:
		*out = value_int(integer_compare(o, without_sign));
		return true;
	}
}

bool op_binary(enum binary_op op, struct value a, struct value b, struct span span,
	struct value *out, struct err *err)
{
	struct operation o = {op, a, b, span, err};
	if (is_string(a) || is_string(b))
		return string_op(&o, out);
	if (type_is_real(a.type) || type_is_real(b.type))
		return real_op(&o, out);
	if ((op == BOP_ADD || op == BOP_SUB) &&
		(type_is_pointer(a.type) || type_is_pointer(b.type)))
		return pointer_op(&o, out);
	return integer_op(&o, out);
}

bool op_unary(
	enum unary_op op, struct value a, struct span span, struct value *out, struct err *err)
{
	static const char *const signs[] = {
		[UOP_PLUS] = "+", [UOP_MINUS] = "-", [UOP_NOT] = "!", [UOP_COMPL] = "~"};
	if (op == UOP_NOT) {
		*out = value_int(!value_is_true(a));
		return true;
	}
	if (is_string(a))
		return err_set(err, ERR_TYPE, span,
			"%s does not take a string: strings only compare, with == and !=",
			signs[op]);
	if (type_is_real(a.type)) {
		if (op == UOP_COMPL)
			return err_set(err, ERR_TYPE, span,
				"~ needs an integer: cast the floating-point number, as in (s64)x");
		*out = value_real(op == UOP_MINUS ? -a.real : a.real);
		return true;
	}
	uint64_t x = op == UOP_MINUS ? 0 - a.bits : op == UOP_COMPL ? ~a.bits : a.bits;
	*out = number(x, is_unsigned(a.type));
	return true;
}

struct value op_balance(struct value v, struct type other)
{
	struct type t = v.type;
	bool both = (type_is_integer(t) || type_is_real(t)) &&
		    (type_is_integer(other) || type_is_real(other));
	if (both && (type_is_real(t) || type_is_real(other)))
		return value_real(as_real(v));
	if (both)
		return number(v.bits, is_unsigned(t) || is_unsigned(other));
	if (type_is_integer(t) && type_is_pointer(other))
		v.type = other;
	return v;
}

bool op_convert(
	struct value v, struct type to, struct span span, struct value *out, struct err *err)
{
	if (value_cast(v, to, out))
		return true;
	struct type_name from = type_name(v.type), target = type_name(to);
	if (is_string(v) && type_is_pointer(to))
		return err_set(err, ERR_TYPE, span,
			"a string is not in the target's memory and has no address: p = mmap page, "
			"write p \"text\"");
	if (is_string(v))
		return err_set(err, ERR_TYPE, span,
			"a string cannot become %s: bytes are stored with write, as in write p "
			"\"text\"",
			target.text);
	if (type_is_pointer(v.type) || type_is_pointer(to))
		return err_set(err, ERR_TYPE, span,
			"%s cannot become %s: go through an integer, as in (u64)x", from.text,
			target.text);
	return err_set(err, ERR_TYPE, span, "%s cannot become %s", from.text, target.text);
}
