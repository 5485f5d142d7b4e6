/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C's expressions, but for the comma: a precedence table, a climber, and C's grammar around it. */
#include "lang/parser.h"

static struct node *parse_unary(struct parser *p);

/* ---- Operators ---- */

/* Higher binds closer; 0: no binary operator. */
static const struct {
	uint8_t precedence;
	uint8_t op; /* enum binary_op */
} binary[TOK_KINDS] = {
	[TOK_STAR] = {10, BOP_MUL},
	[TOK_SLASH] = {10, BOP_DIV},
	[TOK_PERCENT] = {10, BOP_MOD},
	[TOK_PLUS] = {9, BOP_ADD},
	[TOK_MINUS] = {9, BOP_SUB},
	[TOK_SHL] = {8, BOP_SHL},
	[TOK_SHR] = {8, BOP_SHR},
	[TOK_LT] = {7, BOP_LT},
	[TOK_GT] = {7, BOP_GT},
	[TOK_LE] = {7, BOP_LE},
	[TOK_GE] = {7, BOP_GE},
	[TOK_EQ] = {6, BOP_EQ},
	[TOK_NE] = {6, BOP_NE},
	[TOK_AND] = {5, BOP_AND},
	[TOK_XOR] = {4, BOP_XOR},
	[TOK_OR] = {3, BOP_OR},
	[TOK_LAND] = {2, BOP_LAND},
	[TOK_LOR] = {1, BOP_LOR},
};

static const uint8_t assignment[TOK_KINDS] = {
	[TOK_MUL_ASSIGN] = BOP_MUL,
	[TOK_DIV_ASSIGN] = BOP_DIV,
	[TOK_MOD_ASSIGN] = BOP_MOD,
	[TOK_ADD_ASSIGN] = BOP_ADD,
	[TOK_SUB_ASSIGN] = BOP_SUB,
	[TOK_SHL_ASSIGN] = BOP_SHL,
	[TOK_SHR_ASSIGN] = BOP_SHR,
	[TOK_AND_ASSIGN] = BOP_AND,
	[TOK_XOR_ASSIGN] = BOP_XOR,
	[TOK_OR_ASSIGN] = BOP_OR,
};

bool is_binary(uint8_t token_kind)
{
	return binary[token_kind].precedence;
}

bool is_assignment(uint8_t token_kind)
{
	return token_kind >= TOK_ASSIGN && token_kind <= TOK_OR_ASSIGN;
}

bool begins_argument(const struct parser *p)
{
	return p->apart && p->tok.blank_before &&
	       !lex_blank_at(&p->lex, p->tok.span.at + p->tok.span.len);
}

bool looks_like_pipe(struct parser *p)
{
	if (!p->apart || p->tok.kind != TOK_OR || !p->tok.blank_before || begins_argument(p))
		return false;
	struct token next = peek(p);
	return next.kind == TOK_NAME && !is_known(p, lex_text(&p->lex, next.span));
}

void *fail_pipe(struct parser *p)
{
	return fail(p, ERR_SYNTAX, p->tok.span,
		"to send a command's output to a program, begin with |: | COMMAND | PROGRAM");
}

/* Whether an opening bracket belongs to what stands before it. */
static bool adjoins(const struct parser *p, enum token_kind kind)
{
	return p->tok.kind == kind && !(p->apart && p->tok.blank_before);
}

/* ---- Primaries ---- */

static struct node *literal(
	struct parser *p, bool (*decode)(struct str, size_t, struct value *, struct err *))
{
	struct node *n = node_new(p, N_NUMBER, p->tok.span);
	struct err err;
	if (!decode(tok_text(p), p->tok.span.at, &n->value, &err))
		return fail_err(p, &err);
	advance(p);
	return n;
}

/* string = literal { literal }; in command form a blank ends it */
struct node *parse_string(struct parser *p)
{
	struct node *n = node_new(p, N_STRING, p->tok.span);
	struct lexer ahead = p->lex;
	size_t room = tok_text(p).n;
	ahead.over_lines = p->brackets > 0;
	for (struct token t = p->tok;; room += t.span.len) {
		lex_next(&ahead, &t);
		if (t.kind != TOK_STRING || (p->apart && t.blank_before))
			break;
	}
	if (room == p->tok.span.len && lex_string_is_plain(tok_text(p))) {
		n->value = value_str((struct str){tok_text(p).p + 1, room - 2});
		advance(p);
		return n;
	}
	char *bytes = arena_alloc(p->arena, room);
	size_t done = 0, used;
	struct err err;
	do {
		if (!lex_string(tok_text(p), p->tok.span.at, bytes + done, &used, &err))
			return fail_err(p, &err);
		done += used;
		advance(p);
	} while (p->tok.kind == TOK_STRING && !(p->apart && p->tok.blank_before));
	n->value = value_str((struct str){bytes, done});
	return node_end(p, n);
}

/* arguments = "(" [ expression { "," expression } ] ")" */
static struct node *parse_arguments(struct parser *p, struct node *call)
{
	struct list args = {0};
	struct bracket outer;
	bracket_open(p, &outer);
	while (p->tok.kind != TOK_RPAREN || args.n) {
		struct node *arg = parse_expr(p);
		if (!arg)
			return NULL;
		list_add(p, &args, arg);
		if (p->tok.kind != TOK_COMMA)
			break;
		advance(p);
	}
	if (p->tok.kind != TOK_RPAREN)
		return fail_expected(p, "\",\" or \")\"");
	bracket_close(p, TOK_RPAREN, &outer);
	call->args = args.items;
	call->n_args = args.n;
	return node_end(p, call);
}

/* name = NAME [ arguments ] */
static struct node *parse_name(struct parser *p)
{
	struct node *n = parse_variable(p);
	if (type_begins(n->name) && !is_variable(p, n->name))
		return fail(p, ERR_SYNTAX, n->span,
			"\"%.*s\" is a type: parentheses belong around it, as in sizeof(%.*s) or "
			"(%.*s)n",
			(int)n->name.n, n->name.p, (int)n->name.n, n->name.p, (int)n->name.n,
			n->name.p);
	if (!adjoins(p, TOK_LPAREN))
		return n;
	bool blank = p->tok.blank_before;
	n->kind = N_CALL;
	if (!parse_arguments(p, n))
		return NULL;
	if (blank && n->n_args == 1)
		return fail(p, ERR_SYNTAX, n->op_span,
			"a call has its parenthesis right behind the name: %.*s(…)", (int)n->name.n,
			n->name.p);
	return n;
}

struct node *parse_variable(struct parser *p)
{
	bool dollar = p->tok.kind == TOK_DOLLAR;
	struct node *n = node_new(p, dollar ? N_DOLLAR : N_NAME, p->tok.span);
	n->op_span = p->tok.span;
	n->name = (struct str){tok_text(p).p + dollar, p->tok.span.len - dollar};
	advance(p);
	return n;
}

/* "(" expression ")"; the node keeps the span of what is inside, widened by the parentheses */
static struct node *parse_parenthesis(struct parser *p)
{
	struct bracket outer;
	struct span start = p->tok.span;
	bracket_open(p, &outer);
	struct node *n = parse_expr(p);
	if (!n || !bracket_close(p, TOK_RPAREN, &outer))
		return NULL;
	n->span = span_join(start, p->prev);
	return n;
}

/* primary = NUMBER | CHARACTER | string | name | "$" NAME | "(" expression ")" */
static struct node *parse_primary(struct parser *p)
{
	switch (p->tok.kind) {
	case TOK_NUMBER:
		return literal(p, lex_number);
	case TOK_CHAR:
		return literal(p, lex_char);
	case TOK_STRING:
		return parse_string(p);
	case TOK_NAME:
		return parse_name(p);
	case TOK_DOLLAR:
		return parse_variable(p);
	case TOK_LPAREN:
		return parse_parenthesis(p);
	default:
		return fail_expected(p, "a value");
	}
}

/* ---- Postfix and prefix ---- */

static bool is_place(const struct node *n)
{
	return n->kind == N_NAME || n->kind == N_DOLLAR || n->kind == N_DEREF || n->kind == N_INDEX;
}

/* Fails if a plain NAME already means something that a variable would hide. */
static bool check_name(struct parser *p, struct str name, struct span span)
{
	if (exact_command(p, name))
		return fail(p, ERR_NAME, span,
			"\"%.*s\" is a command: the variable of that name is $%.*s", (int)name.n,
			name.p, (int)name.n, name.p);
	if (type_begins(name) && !is_variable(p, name))
		return fail(p, ERR_NAME, span,
			"\"%.*s\" is a type: the variable of that name is $%.*s", (int)name.n,
			name.p, (int)name.n, name.p);
	return true;
}

bool check_place(struct parser *p, const struct node *n, const char *verb)
{
	if (!is_place(n))
		return fail(p, ERR_TYPE, n->span,
			"this cannot be %s: only a variable, *p or p[i] can", verb);
	if (n->kind == N_NAME && !check_name(p, n->name, n->span))
		return false;
	if (n->kind == N_NAME || n->kind == N_DOLLAR)
		names_add(&p->assigned, p->arena, n->name);
	return true;
}

static struct node *step(struct parser *p, struct node *n, enum step_op op, struct node *a)
{
	if (!check_place(p, a, "stepped"))
		return NULL;
	n->op = (uint8_t)op;
	n->a = a;
	n->span = span_join(n->span, a->span);
	return n;
}

static struct node *parse_index(struct parser *p, struct node *base)
{
	struct node *n = node_new(p, N_INDEX, base->span);
	struct bracket outer;
	n->op_span = p->tok.span;
	n->a = base;
	bracket_open(p, &outer);
	n->b = parse_expr(p);
	if (!n->b || !bracket_close(p, TOK_RBRACKET, &outer))
		return NULL;
	return node_end(p, n);
}

/* postfix = primary { "[" expression "]" | "++" | "--" } */
static struct node *parse_postfix(struct parser *p)
{
	struct node *n = parse_primary(p);
	while (n) {
		bool inc = p->tok.kind == TOK_INC;
		if (adjoins(p, TOK_LBRACKET)) {
			n = parse_index(p, n);
		} else if ((inc || p->tok.kind == TOK_DEC) && !begins_argument(p)) {
			struct node *s = node_new(p, N_STEP, p->tok.span);
			s->op_span = p->tok.span;
			n = step(p, s, inc ? STEP_POST_INC : STEP_POST_DEC, n);
			if (n)
				advance(p);
		} else if (adjoins(p, TOK_LPAREN)) {
			return fail(p, ERR_SYNTAX, p->tok.span,
				"an operator is missing here; only a name can be called, for an "
				"address there is call");
		} else {
			break;
		}
	}
	return n;
}

/* Takes the prefix operator p->tok and parses what it applies to. */
static struct node *parse_prefixed(struct parser *p, struct node *n)
{
	n->op_span = p->tok.span;
	advance_over_lines(p);
	n->a = parse_unary(p);
	return n->a ? node_end(p, n) : NULL;
}

static struct node *prefix(struct parser *p, enum node_kind kind, unsigned op)
{
	struct node *n = node_new(p, kind, p->tok.span);
	n->op = (uint8_t)op;
	n = parse_prefixed(p, n);
	if (n && kind == N_STEP)
		return step(p, n, op, n->a);
	if (n && kind == N_ADDRESS && n->a->kind != N_DEREF && n->a->kind != N_INDEX)
		return fail(p, ERR_TYPE, n->span,
			"only *p and p[i] have an address: variables live in the shell");
	return n;
}

/* cast = "(" type ")" unary */
static struct node *parse_cast(struct parser *p)
{
	struct node *n = node_new(p, N_CAST, p->tok.span);
	struct bracket outer;
	bracket_open(p, &outer);
	if (!parse_type(p, &n->type) || !bracket_close(p, TOK_RPAREN, &outer))
		return NULL;
	n->op_span = span_join(n->span, p->prev);
	n->a = parse_unary(p);
	if (n->a && n->a->kind == N_CALL)
		n->a->type = n->type;
	return n->a ? node_end(p, n) : NULL;
}

/* Whether a "(" here holds a type. */
static bool type_follows(struct parser *p)
{
	if (p->tok.kind != TOK_LPAREN)
		return false;
	struct lexer ahead = p->lex;
	struct token next;
	ahead.over_lines = true;
	lex_next(&ahead, &next);
	struct str name = lex_text(&p->lex, next.span);
	return next.kind == TOK_NAME && type_begins(name) && !is_variable(p, name);
}

/* sizeof = "sizeof" ( "(" type ")" | unary ) */
static struct node *parse_sizeof(struct parser *p)
{
	struct node *n = node_new(p, N_SIZEOF, p->tok.span);
	struct bracket outer;
	n->op_span = p->tok.span;
	advance(p);
	if (type_follows(p)) {
		bracket_open(p, &outer);
		if (!parse_type(p, &n->type) || !bracket_close(p, TOK_RPAREN, &outer))
			return NULL;
	} else if (!(n->a = parse_unary(p))) {
		return NULL;
	}
	return node_end(p, n);
}

/* unary = ( "+" | "-" | "!" | "~" | "*" | "&" | "++" | "--" ) unary | cast | sizeof | postfix */
static struct node *parse_unary_inside(struct parser *p)
{
	switch (p->tok.kind) {
	case TOK_PLUS:
		return prefix(p, N_UNARY, UOP_PLUS);
	case TOK_MINUS:
		return prefix(p, N_UNARY, UOP_MINUS);
	case TOK_NOT:
		return prefix(p, N_UNARY, UOP_NOT);
	case TOK_COMPL:
		return prefix(p, N_UNARY, UOP_COMPL);
	case TOK_STAR:
		return prefix(p, N_DEREF, 0);
	case TOK_AND:
		return prefix(p, N_ADDRESS, 0);
	case TOK_INC:
		return prefix(p, N_STEP, STEP_PRE_INC);
	case TOK_DEC:
		return prefix(p, N_STEP, STEP_PRE_DEC);
	default:
		break;
	}
	if (type_follows(p))
		return parse_cast(p);
	return tok_is(p, "sizeof") ? parse_sizeof(p) : parse_postfix(p);
}

static struct node *parse_unary(struct parser *p)
{
	return enter(p) ? leave(p, parse_unary_inside(p)) : NULL;
}

/* ---- Binary, conditional, assignment ---- */

/* binary = unary { operator binary }, where the operators bind at least as closely as LEAST */
static struct node *parse_binary(struct parser *p, unsigned least)
{
	struct node *left = parse_unary(p);
	while (left) {
		unsigned precedence = binary[p->tok.kind].precedence;
		if (!precedence || precedence < least || begins_argument(p))
			break;
		if (looks_like_pipe(p))
			return fail_pipe(p);
		struct node *n = node_new(p, N_BINARY, left->span);
		n->op = binary[p->tok.kind].op;
		n->op_span = p->tok.span;
		n->a = left;
		advance_over_lines(p);
		n->b = parse_binary(p, precedence + 1);
		left = n->b ? node_end(p, n) : NULL;
	}
	return left;
}

/* conditional = binary [ "?" expression ":" conditional ] */
static struct node *parse_conditional(struct parser *p)
{
	struct node *test = parse_binary(p, 1);
	if (!test || p->tok.kind != TOK_QUESTION || begins_argument(p))
		return test;
	struct node *n = node_new(p, N_COND, test->span);
	n->op_span = p->tok.span;
	n->a = test;
	advance_over_lines(p);
	n->b = parse_expr(p);
	if (!n->b)
		return NULL;
	if (p->tok.kind != TOK_COLON)
		return fail_expected(p, "\":\"");
	advance_over_lines(p);
	if (!enter(p))
		return NULL;
	n->c = leave(p, parse_conditional(p));
	return n->c ? node_end(p, n) : NULL;
}

/* expression = conditional [ assignment-operator expression ] */
static struct node *parse_assignment(struct parser *p)
{
	struct node *left = parse_conditional(p);
	if (!left || !is_assignment(p->tok.kind) || begins_argument(p))
		return left;
	struct node *n = node_new(p, N_ASSIGN, left->span);
	n->op = assignment[p->tok.kind];
	n->op_span = p->tok.span;
	n->a = left;
	if (!check_place(p, left, "assigned to"))
		return NULL;
	advance_over_lines(p);
	n->b = parse_expr(p);
	return n->b ? node_end(p, n) : NULL;
}

struct node *parse_expr(struct parser *p)
{
	return enter(p) ? leave(p, parse_assignment(p)) : NULL;
}
