/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a statement without a keyword is read: the rules that decide between C and command form.
 *
 *  (a) Before an assignment operator, or not a command's name: C.
 *  (b) NAME( is a call. NAME ( is one only if the parentheses are empty or hold a comma.
 *  (c) A command's exact name begins command form; so may the whole right side of NAME =.
 *  (d) So does an alias or a unique prefix, if no variable or constant has that name.
 * x/ begins the command x, always.
 */
#include "lang/parser.h"

/* How far behind its ( rule (b) looks for a comma, in bytes: many open ( stay quick to read. */
enum { COMMA_FAR = 1024 };

/* ---- The end of a statement ---- */

bool at_end(const struct parser *p)
{
	return p->tok.kind == TOK_NEWLINE || p->tok.kind == TOK_END ||
	       p->tok.kind == TOK_SEMICOLON || p->tok.kind == TOK_RBRACE;
}

static void *fail_unknown(struct parser *p, struct span span)
{
	struct str word = lex_text(&p->lex, span);
	const char *advice = p->vocab->advice(p->vocab->ctx, word);
	return fail(p, ERR_NAME, span, "unknown command \"%.*s\": %s", (int)MIN(word.n, (size_t)60),
		word.p, advice ? advice : "help lists all");
}

/* Whether the name WORD means nothing, as a command or in an expression. */
static bool means_nothing(struct parser *p, struct str word)
{
	return !exact_command(p, word) && !is_known(p, word) && !type_begins(word);
}

bool check_end(struct parser *p, struct token first)
{
	struct str word = lex_text(&p->lex, first.span);
	struct str last = lex_text(&p->lex, p->prev);
	if (at_end(p))
		return true;
	if (p->tok.kind == TOK_ERROR && p->lex.unfinished)
		return fail_stray(p);
	bool call = first.span.at + word.n < p->lex.end && word.p[word.n] == '(';
	if (first.kind == TOK_NAME && !call && means_nothing(p, word))
		return fail_unknown(p, first.span);
	if (last.n && lex_is_alpha(last.p[0]) && exact_command(p, last))
		return fail(p, ERR_SYNTAX, p->prev,
			"inside an expression a call needs parentheses: %.*s(…)", (int)last.n,
			last.p);
	return fail_stray(p);
}

/* ---- Rule (b) ---- */

/*
 * Whether the parentheses that open at NEXT, with a blank before them, are a call's: empty, or with
 * a comma.
 */
static bool holds_comma(struct parser *p, struct token next)
{
	struct lexer ahead = p->lex;
	struct token t;
	unsigned depth = 0;
	ahead.over_lines = true;
	ahead.pos = next.span.at;
	ahead.end = MIN(ahead.end, ahead.pos + COMMA_FAR);
	for (;;) {
		lex_next(&ahead, &t);
		if (t.kind == TOK_LPAREN || t.kind == TOK_LBRACKET)
			depth++;
		else if (t.kind == TOK_RPAREN || t.kind == TOK_RBRACKET)
			depth--;
		else if (t.kind == TOK_END || t.kind == TOK_ERROR || t.kind == TOK_SEMICOLON)
			return false;
		else if (t.kind == TOK_COMMA && depth == 1)
			return true;
		if (depth == 0)
			break;
	}
	ahead.pos = next.span.at + 1;
	lex_next(&ahead, &t);
	return t.kind == TOK_RPAREN;
}

static bool is_call(struct parser *p, struct token next)
{
	return next.kind == TOK_LPAREN && (!next.blank_before || holds_comma(p, next));
}

/* ---- Right sides and declarations ---- */

/* right = command | expression; only a command's exact name begins command form here */
static struct node *parse_right(struct parser *p)
{
	struct token first = p->tok;
	if (first.kind == TOK_NAME && !p->brackets) {
		const struct form *form = exact_command(p, tok_text(p));
		if (form && !is_call(p, peek(p)))
			return parse_command(p, form);
	}
	struct node *n = parse_expr(p);
	return n && (p->brackets || check_end(p, first)) ? n : NULL;
}

/* name "=" right */
static struct node *parse_assigned(struct parser *p)
{
	struct node *n = node_new(p, N_ASSIGN, p->tok.span);
	n->a = parse_variable(p);
	n->op_span = p->tok.span;
	if (!check_place(p, n->a, "assigned to"))
		return NULL;
	advance_over_lines(p);
	n->b = parse_right(p);
	return n->b ? node_end(p, n) : NULL;
}

bool declaration_begins(struct parser *p)
{
	if (p->tok.kind != TOK_NAME || !type_begins(tok_text(p)))
		return false;
	return !is_variable(p, tok_text(p)) && !is_assignment(peek(p).kind);
}

struct node *parse_declaration(struct parser *p)
{
	struct node *n = node_new(p, N_DECLARE, p->tok.span);
	if (!parse_type(p, &n->type))
		return NULL;
	if (n->type.base == T_VOID && !n->type.depth)
		return fail(p, ERR_TYPE, n->span, "nothing can be void: void * is an address");
	if (p->tok.kind != TOK_NAME && p->tok.kind != TOK_DOLLAR)
		return fail_expected(p, "a variable's name");
	const struct node *variable = parse_variable(p);
	if (!check_place(p, variable, "declared"))
		return NULL;
	n->name = variable->name;
	n->op_span = variable->span;
	if (p->tok.kind == TOK_LPAREN)
		return fail(p, ERR_SYNTAX, p->tok.span,
			"functions cannot be made here: type what stands in their { }");
	if (p->tok.kind == TOK_LBRACKET)
		return fail(
			p, ERR_SYNTAX, p->tok.span, "there are no arrays: p = mmap …, then p[i]");
	if (p->tok.kind == TOK_COMMA)
		return fail(p, ERR_SYNTAX, p->tok.span,
			"a declaration declares one variable: begin another");
	if (p->tok.kind == TOK_ASSIGN) {
		advance_over_lines(p);
		n->a = parse_right(p);
		if (!n->a)
			return NULL;
	}
	return node_end(p, n);
}

/* ---- Statements ---- */

static struct node *parse_expr_statement(struct parser *p)
{
	struct token first = p->tok;
	struct node *n = parse_expr(p);
	return n && check_end(p, first) ? n : NULL;
}

/* Whether an expression could go on at NEXT, which stands behind a name that is no command. */
static bool goes_on(const struct parser *p, struct token next)
{
	bool apart = next.blank_before && !lex_blank_at(&p->lex, next.span.at + next.span.len);
	switch (next.kind) {
	case TOK_END:
	case TOK_NEWLINE:
	case TOK_SEMICOLON:
	case TOK_RBRACE:
	case TOK_QUESTION:
	case TOK_COMMA:
	case TOK_RPAREN:
	case TOK_RBRACKET:
		return true;
	case TOK_LBRACKET:
		return !next.blank_before;
	case TOK_STAR:
	case TOK_AND:
	case TOK_PLUS:
	case TOK_MINUS:
	case TOK_INC:
	case TOK_DEC:
		return !apart;
	default:
		return is_binary(next.kind);
	}
}

/* Rule (d): a name that is neither a command's nor a variable's nor a type's. */
static struct node *parse_unfamiliar(struct parser *p, struct token next)
{
	struct str word = tok_text(p);
	bool known = p->vocab->known(p->vocab->ctx, word);
	if (known && goes_on(p, next))
		return parse_expr_statement(p);
	struct err err = {0};
	const struct form *form = p->vocab->abbreviation(p->vocab->ctx, word, &err);
	if (form && (form->flags & FORM_COMMAND))
		return parse_command(p, form);
	if (err.code != ERR_NONE) {
		err.span = p->tok.span;
		return fail_err(p, &err);
	}
	if (known && next.kind != TOK_LPAREN && next.kind != TOK_ERROR && !is_binary(next.kind))
		return fail(p, ERR_SYNTAX, p->tok.span,
			"\"%.*s\" is no command: a function is called with parentheses, %.*s(…)",
			(int)word.n, word.p, (int)word.n, word.p);
	return known || goes_on(p, next) ? parse_expr_statement(p) : fail_unknown(p, p->tok.span);
}

static struct node *parse_named(struct parser *p)
{
	struct str name = tok_text(p);
	struct token next = peek(p);
	const struct form *form = exact_command(p, name);
	bool slash = p->lex.pos < p->lex.end && p->lex.text[p->lex.pos] == '/';
	if (form && slash && (form->flags & FORM_FORMAT))
		return parse_command(p, form);
	if (next.kind == TOK_ASSIGN)
		return parse_assigned(p);
	if (is_assignment(next.kind) || is_call(p, next))
		return parse_expr_statement(p);
	if (form)
		return parse_command(p, form);
	if (is_variable(p, name) || str_is(name, "sizeof"))
		return parse_expr_statement(p);
	if (type_begins(name)) {
		struct node *n = parse_declaration(p);
		return n && (at_end(p) || fail_stray(p)) ? n : NULL;
	}
	return parse_unfamiliar(p, next);
}

struct node *parse_simple(struct parser *p)
{
	if (p->tok.kind == TOK_NAME)
		return parse_named(p);
	if (p->tok.kind == TOK_DOLLAR && peek(p).kind == TOK_ASSIGN)
		return parse_assigned(p);
	return parse_expr_statement(p);
}
