/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command form: a name and arguments that stand apart by blanks or commas, each read as its
 * parameter says.
 */
#include <stdio.h>

#include "lang/parser.h"

/* "mprotect ADDR LEN PROT", "mmap [ADDR] LEN [PROT]", "write ADDR BYTES…" */
static void print_synopsis(struct buf *b, const struct form *form)
{
	buf_puts(b, form->name);
	for (unsigned i = 0; i < form->n_params; i++) {
		const struct param *param = &form->params[i];
		bool format = i == 0 && (form->flags & FORM_FORMAT);
		bool optional = param->flags & (PARAM_OPTIONAL | PARAM_ELIDED);
		buf_printf(b, format ? "[/%s]" : optional ? " [%s]" : " %s", param->name);
		if (param->flags & PARAM_REPEATS)
			buf_puts(b, "…");
	}
}

/* Fails with "WHAT: SYNOPSIS". */
static void *fail_synopsis(
	struct parser *p, const struct form *form, struct span span, const char *what)
{
	struct buf b = BUF_INIT;
	print_synopsis(&b, form);
	fail(p, ERR_ARGS, span, "%s: %s", what, buf_cstr(&b));
	buf_deinit(&b);
	return NULL;
}

/* ---- One argument ---- */

static struct node *parse_text(struct parser *p)
{
	struct node *n = node_new(p, N_STRING, (struct span){0});
	struct str text;
	if (!raw_line(p, p->prev.at + p->prev.len, &text))
		return NULL;
	n->value = value_str(text);
	n->span = p->prev;
	return n;
}

/* A statement as an argument: the rules of command form do not reach into it. */
static struct node *parse_inner_statement(struct parser *p)
{
	p->apart = false;
	struct node *n = parse_statement(p);
	p->apart = true;
	return n;
}

/* Fails if an operator begins the argument that no expression begins with. */
static bool check_argument_begins(struct parser *p)
{
	bool prefix = p->tok.kind == TOK_STAR || p->tok.kind == TOK_AND ||
		      p->tok.kind == TOK_PLUS || p->tok.kind == TOK_MINUS;
	if ((!is_binary(p->tok.kind) || prefix) && !is_assignment(p->tok.kind) &&
		p->tok.kind != TOK_QUESTION)
		return true;
	struct str op = tok_text(p);
	return fail(p, ERR_SYNTAX, p->tok.span,
		"an argument begins here, and \"%.*s\" cannot begin one: blanks stand on both "
		"sides of an operator or on none",
		(int)op.n, op.p);
}

static struct node *parse_argument(struct parser *p, const struct param *param)
{
	if (looks_like_pipe(p))
		return fail_pipe(p);
	switch (param->reads) {
	case READS_FLAGS:
		return parse_flags(p, param);
	case READS_WORD:
		return parse_word(p);
	case READS_OPERAND:
		return parse_operand(p);
	case READS_PATTERN:
		return parse_pattern(p);
	case READS_TEXT:
		return parse_text(p);
	case READS_STATEMENT:
		return parse_inner_statement(p);
	default:
		return check_argument_begins(p) ? parse_expr(p) : NULL;
	}
}

/* ---- Between arguments ---- */

static void *fail_joined_name(struct parser *p)
{
	struct str name = lex_text(&p->lex, p->prev);
	return fail(p, ERR_SYNTAX, p->tok.span,
		"a blank is missing before this: \"%.*s\" is a command; the variable of that name "
		"is $%.*s",
		(int)name.n, name.p, (int)name.n, name.p);
}

/* separator = blank | "," ; none before the first argument */
static bool parse_separator(struct parser *p, bool first)
{
	if (p->tok.kind == TOK_RPAREN || p->tok.kind == TOK_RBRACKET)
		return fail_stray(p);
	if (p->tok.kind == TOK_COMMA && !first)
		advance_over_lines(p);
	else if (first && !p->tok.blank_before)
		return fail_joined_name(p);
	else if (!p->tok.blank_before)
		return fail(p, ERR_SYNTAX, p->tok.span, "a blank is missing before this");
	if (p->tok.kind == TOK_COMMA)
		return fail(p, ERR_SYNTAX, p->tok.span, "an argument is missing before this comma");
	bool missing = at_end(p) || (p->tok.kind == TOK_ERROR && p->lex.unfinished);
	return !missing || fail_expected(p, "an argument");
}

/* format = "/" [ "-" ] { letter | digit }, right behind the name; "" without one */
static struct node *parse_format(struct parser *p)
{
	const char *text = p->lex.text;
	size_t at = p->prev.at + p->prev.len;
	struct node *n = node_new(p, N_STRING, (struct span){at, 0});
	n->value = value_str(STR(""));
	if (at >= p->lex.end || text[at] != '/')
		return n;
	size_t end = at + 1;
	if (end < p->lex.end && text[end] == '-')
		end++;
	while (end < p->lex.end && lex_is_name(text[end]))
		end++;
	n->value = value_str((struct str){text + at + 1, end - at - 1});
	n->span.len = end - at;
	p->prev = n->span;
	seek(p, end);
	p->tok.blank_before = true; /* x/4i$rip */
	return n;
}

/* ---- All arguments ---- */

/* The parameter that argument I is for, NULL if there are not so many. */
static const struct param *param_at(const struct form *form, size_t i)
{
	if (i < form->n_params)
		return &form->params[i];
	const struct param *last = form->n_params ? &form->params[form->n_params - 1] : NULL;
	return last && (last->flags & PARAM_REPEATS) ? last : NULL;
}

/* Whether another argument follows. What looks like a comment is text to a parameter that reads
 * text. */
static bool argument_follows(struct parser *p, const struct form *form, const struct list *args)
{
	const struct param *param = param_at(form, args->n);
	if (!at_end(p))
		return true;
	if (!param || param->reads != READS_TEXT)
		return false;
	size_t at = p->prev.at + p->prev.len;
	while (at < p->lex.end && (p->lex.text[at] == ' ' || p->lex.text[at] == '\t'))
		at++;
	return at < p->tok.span.at && (p->lex.text[at] == '#' || p->lex.text[at] == '/');
}

/* Whether the one argument read so far is the second parameter, the first having been left out. */
static bool is_elided(struct parser *p, const struct form *form, const struct list *args)
{
	return args->n == 1 && (form->params[0].flags & PARAM_ELIDED) && form->n_params > 2 &&
	       (at_end(p) || reads_as_flags(p, &form->params[2]));
}

static void elide_first(struct parser *p, struct list *args)
{
	list_add(p, args, args->items[0]);
	args->items[0] = NULL;
}

static bool parse_arguments(struct parser *p, const struct form *form, struct list *args)
{
	for (bool first = true; argument_follows(p, form, args); first = false) {
		if (!at_end(p) && !parse_separator(p, first))
			return false;
		if (is_elided(p, form, args))
			elide_first(p, args);
		const struct param *param = param_at(form, args->n);
		if (!param)
			return fail_synopsis(p, form, p->tok.span, "too many arguments");
		struct node *arg = parse_argument(p, param);
		if (!arg)
			return false;
		list_add(p, args, arg);
	}
	if (is_elided(p, form, args))
		elide_first(p, args);
	return true;
}

/* Marks the parameters behind the last argument as left out; fails if one must not be. */
static bool fill_up(struct parser *p, const struct form *form, struct span name, struct list *args)
{
	for (size_t i = args->n; i < form->n_params; i++) {
		char what[80];
		if (!(form->params[i].flags & (PARAM_OPTIONAL | PARAM_ELIDED))) {
			snprintf(what, sizeof(what), "%s is missing", form->params[i].name);
			return fail_synopsis(p, form, name, what);
		}
		list_add(p, args, NULL);
	}
	return true;
}

struct node *parse_command(struct parser *p, const struct form *form)
{
	struct node *n = node_new(p, N_COMMAND, p->tok.span);
	struct list args = {0};
	bool apart = p->apart;
	n->op_span = p->tok.span;
	n->name = tok_text(p);
	n->form = form;
	p->apart = true;
	advance(p);
	if (form->flags & FORM_FORMAT)
		list_add(p, &args, parse_format(p));
	if (!parse_arguments(p, form, &args) || !fill_up(p, form, n->op_span, &args))
		return NULL;
	p->apart = apart;
	n->args = args.items;
	n->n_args = args.n;
	return node_end(p, n);
}
