/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of a statement. Nodes live in the arena that the parser was given. */
#ifndef LANG_AST_H
#define LANG_AST_H

#include "base/err.h"
#include "lang/form.h"
#include "lang/value.h"

enum node_kind {
	/* Expressions */
	N_NUMBER,  /* value: an integer, character or floating literal */
	N_STRING,  /* value: a string, escapes resolved; hex"90 c3" too */
	N_NAME,    /* name: variable or constant (also page, NULL) */
	N_DOLLAR,  /* name without the $: variable or a name that faultline sets ($_ $errno $1) */
	N_UNARY,   /* op (UOP_…), a */
	N_BINARY,  /* op (BOP_…), a, b; && and || included: they do not always evaluate b */
	N_COND,    /* a ? b : c */
	N_ASSIGN,  /* a = b, or a OP= b when op is a BOP_…; a is N_NAME, N_DOLLAR, N_DEREF or
		      N_INDEX; b may be N_COMMAND */
	N_STEP,    /* ++ and --: op (STEP_…), a */
	N_DEREF,   /* *a */
	N_INDEX,   /* a[b] */
	N_ADDRESS, /* &a, a being N_DEREF or N_INDEX */
	N_CAST,    /* (type) a */
	N_SIZEOF,  /* sizeof(type) when a is NULL, else sizeof a (a is not evaluated) */
	N_CALL,    /* name(args…) */

	/* Statements */
	N_COMMAND, /* form, args in the order of the form's params (NULL where left out); repeated
		      ones follow */
	N_DECLARE, /* type name = a (a may be NULL: 0; may be N_COMMAND) */
	N_BLOCK,   /* args: the statements; also a line of several */
	N_IF,      /* if (a) b else c; c may be NULL */
	N_WHILE,   /* while (a) b */
	N_FOR,     /* for (args[0]; args[1]; args[2]) b; each of args may be NULL */
	N_BREAK,
	N_CONTINUE,
	N_EXPECT, /* name: the outcome wanted, as typed ("SEGV_ACCERR|SEGV_MAPERR"), of statement a;
		     empty: expression a must be true */
	N_BANG,   /* !program: name is the raw rest */
	N_PIPE,   /* | a | program: name is the raw program */
};

enum unary_op { UOP_PLUS, UOP_MINUS, UOP_NOT /* ! */, UOP_COMPL /* ~ */ };

enum binary_op {
	BOP_NONE, /* N_ASSIGN: plain = */
	BOP_MUL,
	BOP_DIV,
	BOP_MOD,
	BOP_ADD,
	BOP_SUB,
	BOP_SHL,
	BOP_SHR,
	BOP_LT,
	BOP_GT,
	BOP_LE,
	BOP_GE,
	BOP_EQ,
	BOP_NE,
	BOP_AND,
	BOP_XOR,
	BOP_OR,
	BOP_LAND,
	BOP_LOR,
};

enum step_op { STEP_PRE_INC, STEP_PRE_DEC, STEP_POST_INC, STEP_POST_DEC };

struct node {
	uint8_t kind; /* enum node_kind */
	uint8_t op;
	struct type type;    /* N_CAST, N_SIZEOF, N_DECLARE; N_CALL: of the cast in front of it */
	struct span span;    /* the whole construct in the source text */
	struct span op_span; /* the operator or the name, for carets; may be empty */
	struct node *a, *b, *c;
	struct node **args; /* N_ARGS of them */
	size_t n_args;
	struct str name;         /* points into the source text or the arena */
	struct value value;      /* literals */
	const struct form *form; /* N_COMMAND */
};

#endif
