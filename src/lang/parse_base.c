/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all parts of the parser use: tokens, nodes, brackets, nesting, errors. */
#include <stdarg.h>
#include <stdio.h>

#include "lang/parser.h"

/* ---- Tokens ---- */

void seek(struct parser *p, size_t pos)
{
	p->lex.pos = pos;
	p->lex.over_lines = p->brackets > 0;
	lex_next(&p->lex, &p->tok);
}

void advance(struct parser *p)
{
	p->prev = p->tok.span;
	seek(p, p->lex.pos);
}

void advance_over_lines(struct parser *p)
{
	p->prev = p->tok.span;
	p->lex.over_lines = true;
	lex_next(&p->lex, &p->tok);
}

struct token peek(struct parser *p)
{
	struct lexer ahead = p->lex;
	struct token next;
	ahead.over_lines = p->brackets > 0;
	lex_next(&ahead, &next);
	return next;
}

struct str tok_text(const struct parser *p)
{
	return lex_text(&p->lex, p->tok.span);
}

bool tok_is(const struct parser *p, const char *name)
{
	return p->tok.kind == TOK_NAME && str_is(tok_text(p), name);
}

/* ---- Brackets and nesting ---- */

void bracket_open(struct parser *p, struct bracket *outer)
{
	*outer = (struct bracket){p->opener, p->apart};
	p->opener = p->tok.span;
	p->apart = false;
	p->brackets++;
	advance(p);
}

bool bracket_close(struct parser *p, enum token_kind kind, const struct bracket *outer)
{
	if (p->tok.kind == TOK_COMMA)
		return fail_stray(p);
	if (p->tok.kind != kind)
		return fail_expected(
			p, kind == TOK_RPAREN ? "an operator or \")\"" : "an operator or \"]\"");
	p->opener = outer->opener;
	p->apart = outer->apart;
	p->brackets--;
	advance(p);
	return true;
}

bool enter(struct parser *p)
{
	if (p->nesting >= NESTING_MAX)
		return fail(p, ERR_SYNTAX, p->tok.span, "this is nested too deeply: take it apart");
	p->nesting++;
	return true;
}

struct node *leave(struct parser *p, struct node *node)
{
	p->nesting--;
	return node;
}

/* ---- Nodes ---- */

struct node *node_new(struct parser *p, enum node_kind kind, struct span start)
{
	struct node *n = ARENA_NEW(p->arena, struct node);
	n->kind = (uint8_t)kind;
	n->span = start;
	return n;
}

struct node *node_end(struct parser *p, struct node *node)
{
	node->span = span_join(node->span, p->prev);
	return node;
}

void list_add(struct parser *p, struct list *list, struct node *node)
{
	if (list->n == list->room) {
		list->room = list->room ? list->room * 2 : 6;
		struct node **items = arena_alloc(p->arena, list->room * sizeof(*items));
		if (list->n)
			memcpy(items, list->items, list->n * sizeof(*items));
		list->items = items;
	}
	list->items[list->n++] = node;
}

/* ---- Names ---- */

bool is_variable(struct parser *p, struct str name)
{
	return names_have(&p->assigned, name) || p->vocab->variable(p->vocab->ctx, name);
}

bool is_known(struct parser *p, struct str name)
{
	return is_variable(p, name) || p->vocab->known(p->vocab->ctx, name);
}

const struct form *exact_command(struct parser *p, struct str name)
{
	const struct form *form = p->vocab->command(p->vocab->ctx, name);
	return form && (form->flags & FORM_COMMAND) ? form : NULL;
}

/* ---- Errors ---- */

/* The text at p->tok is no token: the lexer knows why. */
static void *fail_token(struct parser *p)
{
	fail_err(p, &p->lex.err);
	if (p->lex.unfinished && !p->raw_end)
		p->failed = PARSE_INCOMPLETE;
	return NULL;
}

void *fail(struct parser *p, enum err_code code, struct span span, const char *fmt, ...)
{
	va_list args;
	if (code == ERR_SYNTAX && p->tok.kind == TOK_ERROR && span.at == p->tok.span.at)
		return fail_token(p);
	va_start(args, fmt);
	p->err->code = code;
	p->err->span = span.len ? span : p->prev; /* the text's end has no character to underline */
	vsnprintf(p->err->text, sizeof(p->err->text), fmt, args);
	va_end(args);
	p->failed = PARSE_ERROR;
	return NULL;
}

void *fail_err(struct parser *p, const struct err *err)
{
	*p->err = *err;
	p->failed = PARSE_ERROR;
	return NULL;
}

void *fail_incomplete(struct parser *p, const char *what)
{
	struct str opener = lex_text(&p->lex, p->opener);
	if (opener.n)
		fail(p, ERR_SYNTAX, p->opener, "this \"%.*s\" is never closed", (int)opener.n,
			opener.p);
	else
		fail(p, ERR_SYNTAX, p->prev,
			p->raw_end ? "%s must follow this" : "the text ends here: %s must follow",
			what);
	if (!p->raw_end)
		p->failed = PARSE_INCOMPLETE;
	return NULL;
}

void *fail_expected(struct parser *p, const char *what)
{
	struct str found = tok_text(p);
	if (p->tok.kind == TOK_ERROR)
		return fail_token(p);
	if (p->tok.kind == TOK_END && (p->tok.over_lines || p->lex.unfinished))
		return fail_incomplete(p, what);
	if (p->tok.kind == TOK_END || p->tok.kind == TOK_NEWLINE)
		return fail(p, ERR_SYNTAX, p->prev, "%s must follow this", what);
	return fail(p, ERR_SYNTAX, p->tok.span, "expected %s, found \"%.*s\"%s", what,
		(int)MIN(found.n, (size_t)40), found.p, found.n > 40 ? "…" : "");
}

void *fail_stray(struct parser *p)
{
	struct str found = tok_text(p);
	switch (p->tok.kind) {
	case TOK_RPAREN:
	case TOK_RBRACKET:
	case TOK_RBRACE:
		return fail(p, ERR_SYNTAX, p->tok.span,
			"nothing is open that this \"%.*s\" could close", (int)found.n, found.p);
	case TOK_COMMA:
		return fail(p, ERR_SYNTAX, p->tok.span,
			"there is no comma operator: use two statements");
	case TOK_NAME:
		if (str_is(found, "else"))
			return fail(p, ERR_SYNTAX, p->tok.span, "a ; is missing before this else");
		break;
	default:
		break;
	}
	return fail_expected(p, "an operator or the statement's end");
}
