/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statements. The other parts: parse_simple.c decides between C and command form, parse_command.c
 * and parse_word.c read command form, parse_expr.c and parse_type.c read C, parse_recover.c finds
 * the end of what broke.
 */
#include "lang/parser.h"

/* ---- Lists of statements ---- */

static bool took_brace(const struct parser *p)
{
	return p->prev.len == 1 && p->lex.text[p->prev.at] == '}';
}

/* statements = { statement ( ";" | line-end ) }; only a block has line ends; a } ends by itself */
static bool parse_statements(struct parser *p, struct list *list)
{
	for (;;) {
		while (p->tok.kind == TOK_SEMICOLON || (p->tok.kind == TOK_NEWLINE && p->braces))
			advance(p);
		if (p->tok.kind == TOK_END || p->tok.kind == TOK_NEWLINE ||
			p->tok.kind == TOK_RBRACE)
			return true;
		struct node *n = parse_statement(p);
		if (!n)
			return false;
		list_add(p, list, n);
		if (!at_end(p) && !took_brace(p))
			return fail_stray(p);
	}
}

static struct node *block_of(struct parser *p, struct span start, const struct list *list)
{
	struct node *n = node_new(p, N_BLOCK, start);
	n->args = list->items;
	n->n_args = list->n;
	return node_end(p, n);
}

/* block = "{" statements "}" */
static struct node *parse_block(struct parser *p)
{
	struct span opener = p->opener;
	struct list list = {0};
	p->opener = p->tok.span;
	p->braces++;
	advance(p);
	if (!parse_statements(p, &list))
		return NULL;
	if (p->tok.kind == TOK_END)
		return fail_incomplete(p, "\"}\"");
	struct span start = p->opener;
	p->opener = opener;
	p->braces--;
	advance(p);
	return block_of(p, start, &list);
}

/* ---- Control ---- */

/* body = statement, which may begin on a later line */
static struct node *parse_body(struct parser *p)
{
	struct span before = p->prev;
	while (p->tok.kind == TOK_NEWLINE)
		advance(p);
	p->prev = before;
	if (p->tok.kind == TOK_END)
		return fail_incomplete(p, "a statement");
	return parse_statement(p);
}

static struct node *parse_loop_body(struct parser *p)
{
	p->loops++;
	struct node *n = parse_body(p);
	p->loops--;
	return n;
}

/* "(" expression ")" behind a keyword */
static struct node *parse_condition(struct parser *p)
{
	struct str keyword = lex_text(&p->lex, p->prev);
	struct bracket outer;
	if (p->tok.kind != TOK_LPAREN)
		return fail(p, ERR_SYNTAX, at_end(p) ? p->prev : p->tok.span,
			"a condition stands in parentheses: %.*s (…)", (int)keyword.n, keyword.p);
	bracket_open(p, &outer);
	struct node *n = parse_expr(p);
	return n && bracket_close(p, TOK_RPAREN, &outer) ? n : NULL;
}

/* "if" "(" expression ")" body */
static struct node *parse_one_if(struct parser *p)
{
	struct node *n = node_new(p, N_IF, p->tok.span);
	n->op_span = p->tok.span;
	advance(p);
	if (!(n->a = parse_condition(p)) || !(n->b = parse_body(p)))
		return NULL;
	return node_end(p, n);
}

/* Takes an else on this line, and the ; before it. */
static bool take_else(struct parser *p)
{
	struct token next = p->tok.kind == TOK_SEMICOLON ? peek(p) : p->tok;
	if (next.kind != TOK_NAME || !str_is(lex_text(&p->lex, next.span), "else"))
		return false;
	if (p->tok.kind == TOK_SEMICOLON)
		advance(p);
	advance(p);
	return true;
}

/* if = "if" "(" expression ")" body [ [ ";" ] "else" body ] */
static struct node *parse_if(struct parser *p)
{
	struct node *n = parse_one_if(p);
	for (struct node *last = n; last && take_else(p); last = last->c) {
		bool chain = tok_is(p, "if");
		last->c = chain ? parse_one_if(p) : parse_body(p);
		if (!last->c)
			return NULL;
		if (!chain)
			break;
	}
	return n ? node_end(p, n) : NULL;
}

/* while = "while" "(" expression ")" body */
static struct node *parse_while(struct parser *p)
{
	struct node *n = node_new(p, N_WHILE, p->tok.span);
	n->op_span = p->tok.span;
	advance(p);
	if (!(n->a = parse_condition(p)) || !(n->b = parse_loop_body(p)))
		return NULL;
	return node_end(p, n);
}

/* One of the three parts of a for, NULL in *OUT if it is empty. */
static bool parse_for_part(struct parser *p, unsigned part, struct node **out)
{
	enum token_kind end = part == 2 ? TOK_RPAREN : TOK_SEMICOLON;
	if (p->tok.kind != end) {
		*out = part == 0 && declaration_begins(p) ? parse_declaration(p) : parse_expr(p);
		if (!*out)
			return false;
	}
	if (part == 2)
		return true;
	if (p->tok.kind == TOK_COMMA)
		return fail_stray(p);
	if (p->tok.kind != TOK_SEMICOLON)
		return fail_expected(p, "\";\" (for has three parts: for (i = 0; i < 3; i++))");
	advance(p);
	return true;
}

/* for = "for" "(" [ declaration | expression ] ";" [ expression ] ";" [ expression ] ")" body */
static struct node *parse_for(struct parser *p)
{
	struct node *n = node_new(p, N_FOR, p->tok.span);
	struct bracket outer;
	n->op_span = p->tok.span;
	n->n_args = 3;
	n->args = arena_alloc(p->arena, 3 * sizeof(*n->args));
	advance(p);
	if (p->tok.kind != TOK_LPAREN)
		return fail(p, ERR_SYNTAX, at_end(p) ? p->prev : p->tok.span,
			"for has three parts in parentheses: for (i = 0; i < 3; i++)");
	bracket_open(p, &outer);
	for (unsigned part = 0; part < 3; part++)
		if (!parse_for_part(p, part, &n->args[part]))
			return NULL;
	if (!bracket_close(p, TOK_RPAREN, &outer) || !(n->b = parse_loop_body(p)))
		return NULL;
	return node_end(p, n);
}

static struct node *parse_jump(struct parser *p, enum node_kind kind)
{
	struct node *n = node_new(p, kind, p->tok.span);
	if (!p->loops)
		return fail(p, ERR_SYNTAX, p->tok.span,
			"there is no loop around this (and no breakpoints: what is called runs "
			"to its end)");
	advance(p);
	return n;
}

/* ---- expect ---- */

/* outcomes = NAME { "|" NAME }, without blanks; *OUT is empty if none begins here */
static bool parse_outcomes(struct parser *p, struct str *out)
{
	const char *text = p->lex.text;
	size_t at = p->tok.span.at, end = at;
	*out = (struct str){text + at, 0};
	if (p->tok.kind != TOK_NAME || !p->vocab->outcome(p->vocab->ctx, tok_text(p)))
		return true;
	for (;;) {
		size_t word = end;
		while (end < p->lex.end && lex_is_name(text[end]))
			end++;
		if (!p->vocab->outcome(p->vocab->ctx, (struct str){text + word, end - word}))
			return fail(p, ERR_NAME,
				(struct span){
					end > word ? word : word - 1, MAX(end - word, (size_t)1)},
				"not an outcome: there are errnos, signals, si_codes, ok, refused, "
				"lost and interrupted");
		if (end >= p->lex.end || text[end] != '|' ||
			(end + 1 < p->lex.end && text[end + 1] == '|'))
			break;
		end++;
	}
	out->n = end - at;
	p->prev = (struct span){at, end - at};
	seek(p, end);
	return true;
}

/* What must be true. Gives the cure where an outcome was left out, or mistyped. */
static struct node *parse_expected_expr(struct parser *p)
{
	struct str word = tok_text(p);
	if (p->tok.kind == TOK_NAME && peek(p).kind != TOK_LPAREN) {
		if (exact_command(p, word))
			return fail(p, ERR_SYNTAX, p->tok.span,
				"an outcome stands before a command: expect ok %.*s …", (int)word.n,
				word.p);
		if (!is_known(p, word) && !str_is(word, "sizeof"))
			return fail(p, ERR_NAME, p->tok.span,
				"\"%.*s\" is neither a variable nor an outcome: there are errnos, "
				"signals, si_codes, ok, refused, "
				"lost and interrupted",
				(int)MIN(word.n, (size_t)40), word.p);
	}
	struct token first = p->tok;
	struct node *n = parse_expr(p);
	return n && check_end(p, first) ? n : NULL;
}

/* Whether p->tok, behind an outcome, shows that an expression was meant: EINVAL == $errno. */
static bool is_comparison(const struct parser *p)
{
	bool prefix = p->tok.kind == TOK_STAR || p->tok.kind == TOK_AND ||
		      p->tok.kind == TOK_PLUS || p->tok.kind == TOK_MINUS;
	return (is_binary(p->tok.kind) && !prefix) || p->tok.kind == TOK_QUESTION;
}

static bool is_control(const struct parser *p)
{
	return p->tok.kind == TOK_LBRACE || tok_is(p, "if") || tok_is(p, "while") ||
	       tok_is(p, "for") || tok_is(p, "break") || tok_is(p, "continue") ||
	       tok_is(p, "expect");
}

/* expect = "expect" ( outcomes ( simple | bang | pipe ) | expression ) */
static struct node *parse_expect(struct parser *p)
{
	struct node *n = node_new(p, N_EXPECT, p->tok.span);
	advance(p);
	if (!parse_outcomes(p, &n->name))
		return NULL;
	n->op_span = p->prev;
	if (at_end(p))
		return fail(p, ERR_SYNTAX, n->op_span,
			n->name.n ? "a statement must follow the outcome"
				  : "an outcome and a statement, or an expression, must follow "
				    "expect");
	if (n->name.n && is_comparison(p) && p->tok.kind != TOK_OR)
		return fail(p, ERR_SYNTAX, n->op_span,
			"an expression that begins with an outcome's name needs parentheses: "
			"expect (%.*s …)",
			(int)MIN(n->name.n, (size_t)60), n->name.p);
	if (is_control(p))
		return fail(p, ERR_SYNTAX, p->tok.span, "expect goes with one simple statement");
	n->a = n->name.n ? parse_statement(p) : parse_expected_expr(p);
	return n->a ? node_end(p, n) : NULL;
}

/* ---- Programs ---- */

/* bang = "!" raw-line */
static struct node *parse_bang(struct parser *p)
{
	struct node *n = node_new(p, N_BANG, p->tok.span);
	n->op_span = p->tok.span;
	advance(p);
	if (!raw_line(p, n->span.at + 1, &n->name))
		return NULL;
	if (!n->name.n)
		return fail(p, ERR_SYNTAX, n->span, "a program must follow the !");
	return node_end(p, n);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first | between POS and END with blanks on both sides, END if there is none. */
static size_t find_pipe(const struct parser *p, size_t pos, size_t end)
{
	const char *text = p->lex.text;
	for (; pos < end; pos++)
		if (text[pos] == '|' && is_space(text[pos - 1]) && pos + 1 < end &&
			is_space(text[pos + 1]))
			break;
	return pos;
}

/* pipe = "|" statement " | " raw-line */
static struct node *parse_pipe(struct parser *p)
{
	struct node *n = node_new(p, N_PIPE, p->tok.span);
	size_t end = p->lex.end, line_end = raw_line_end(p, p->tok.span.at);
	size_t split = find_pipe(p, p->tok.span.at + 1, line_end);
	n->op_span = p->tok.span;
	if (p->raw_end || split == line_end)
		return fail(p, ERR_SYNTAX, n->span,
			"a pipe is | COMMAND | PROGRAM, with blanks around the second |");
	p->raw_end = line_end;
	p->lex.end = split;
	advance(p);
	if (p->tok.kind == TOK_END)
		return fail(p, ERR_SYNTAX, n->span, "a command must stand between the two |");
	if (!(n->a = parse_statement(p)))
		return NULL;
	if (p->tok.kind != TOK_END)
		return fail(p, ERR_SYNTAX, p->tok.span,
			"one statement stands in a pipe: { } makes one of several");
	p->lex.end = end;
	p->raw_end = 0;
	if (!raw_line(p, split + 1, &n->name))
		return NULL;
	if (!n->name.n)
		return fail(p, ERR_SYNTAX, (struct span){split, 1}, "a program must follow this |");
	return node_end(p, n);
}

/* ---- One statement ---- */

static struct node *parse_empty(struct parser *p)
{
	return node_new(p, N_BLOCK, p->tok.span);
}

static struct node *parse_else(struct parser *p)
{
	return fail(p, ERR_SYNTAX, p->tok.span,
		"no if is open here: else stands on the line of the } that it follows");
}

static struct node *parse_break(struct parser *p)
{
	return parse_jump(p, N_BREAK);
}

static struct node *parse_continue(struct parser *p)
{
	return parse_jump(p, N_CONTINUE);
}

static const struct {
	struct str name;
	struct node *(*parse)(struct parser *p);
} keywords[] = {
	{{"if", 2}, parse_if},
	{{"else", 4}, parse_else},
	{{"while", 5}, parse_while},
	{{"for", 3}, parse_for},
	{{"break", 5}, parse_break},
	{{"continue", 8}, parse_continue},
	{{"expect", 6}, parse_expect},
};

static struct node *parse_word_statement(struct parser *p)
{
	struct str word = tok_text(p);
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (str_eq(word, keywords[i].name))
			return keywords[i].parse(p);
	return parse_simple(p);
}

/* ? alone, or with a name behind it: whatever the vocabulary has it stand for. */
static struct node *parse_question(struct parser *p)
{
	struct err err = {0};
	const struct form *form = p->vocab->abbreviation(p->vocab->ctx, tok_text(p), &err);
	return form ? parse_command(p, form) : parse_simple(p);
}

static struct node *parse_any(struct parser *p)
{
	switch (p->tok.kind) {
	case TOK_QUESTION:
		return parse_question(p);
	case TOK_NAME:
		return parse_word_statement(p);
	case TOK_LBRACE:
		return parse_block(p);
	case TOK_SEMICOLON:
		return parse_empty(p);
	case TOK_NOT:
		return parse_bang(p);
	case TOK_OR:
		return parse_pipe(p);
	default:
		return parse_simple(p);
	}
}

struct node *parse_statement(struct parser *p)
{
	return enter(p) ? leave(p, parse_any(p)) : NULL;
}

/* ---- A line ---- */

static enum parse_result fail_line(struct parser *p, size_t *used)
{
	bool open = false;
	if (p->failed == PARSE_ERROR) {
		size_t end = recover(p, &open);
		*used = open ? 0 : end;
	} else {
		*used = 0;
	}
	return open ? PARSE_INCOMPLETE : p->failed;
}

/* line = statements ( line-end | text-end ) */
enum parse_result parse_line(const struct vocab *vocab, struct str text, struct arena *arena,
	size_t *used, struct node **tree, struct err *err)
{
	struct parser p = {
		.vocab = vocab,
		.arena = arena,
		.err = err,
		.text_end = text.n,
		.lex = {.text = text.n ? text.p : "", .end = text.n},
	};
	struct list list = {0};
	seek(&p, 0);
	struct span start = p.tok.span;
	if (!parse_statements(&p, &list))
		return fail_line(&p, used);
	if (p.tok.kind == TOK_RBRACE) {
		fail_stray(&p);
		return fail_line(&p, used);
	}
	*used = p.tok.span.at + p.tok.span.len;
	if (list.n == 0)
		return PARSE_EMPTY;
	*tree = list.n == 1 ? list.items[0] : block_of(&p, start, &list);
	return PARSE_DONE;
}
