/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the parser share. Nobody else includes this.
 *
 * Each parsing function starts at the first token of its construct (in p->tok) and ends at the
 * first token behind it. It returns NULL after recording why in p->err; then every caller returns
 * NULL at once.
 */
#ifndef LANG_PARSER_H
#define LANG_PARSER_H

#include "lang/ast.h"
#include "lang/lex.h"
#include "lang/parse_names.h"
#include "lang/parse.h"

enum { NESTING_MAX = 400 }; /* a pair of parentheses takes two */

struct parser {
	const struct vocab *vocab;
	struct arena *arena;
	struct lexer lex;
	struct token tok;         /* the next one, not yet taken */
	struct span prev;         /* the last one taken */
	struct span opener;       /* the innermost bracket that is open */
	struct names assigned;    /* variables that this text itself assigns to */
	unsigned brackets;        /* ( and [ that are open: line ends are blanks */
	unsigned braces;          /* { that are open */
	unsigned loops;           /* loops around this statement */
	unsigned nesting;         /* of statements and expressions */
	bool apart;               /* in command form: blanks stand between arguments */
	size_t raw_end;           /* not 0: this is inside a pipe, whose line ends here */
	size_t text_end;          /* bytes in the text; lex.end is less inside a pipe */
	enum parse_result failed; /* PARSE_ERROR or PARSE_INCOMPLETE once ERR is filled */
	struct err *err;
};

/* A list that grows in the arena. */
struct list {
	struct node **items;
	size_t n, room;
};

/* ---- parse.c ---- */

/* statement = block | if | while | for | break | continue | expect | bang | pipe | simple | ";" */
struct node *parse_statement(struct parser *p);

/* ---- parse_simple.c: how a statement without a keyword is read ---- */

/* simple = declaration | command | name "=" command | expression */
struct node *parse_simple(struct parser *p);
/* declaration = type name [ "=" right ] */
struct node *parse_declaration(struct parser *p);
/* Whether a declaration begins here. */
bool declaration_begins(struct parser *p);
/* Whether the statement may end at p->tok: a line's end, ; or }. */
bool at_end(const struct parser *p);
/* Fails unless the statement may end here. FIRST: its first token, for "unknown command". */
bool check_end(struct parser *p, struct token first);

/* ---- parse_command.c ---- */

/* command = NAME [ "/" FORMAT ] { [ "," ] argument } */
struct node *parse_command(struct parser *p, const struct form *form);

/* ---- parse_word.c: arguments that are not C ---- */

struct node *parse_flags(struct parser *p, const struct param *param);
struct node *parse_word(struct parser *p);
struct node *parse_operand(struct parser *p);
struct node *parse_pattern(struct parser *p);
/* The end of the line that POS is in. Lines joined by a backslash are one. */
size_t raw_line_end(const struct parser *p, size_t pos);
/*
 * The rest of the line from POS on, as it stands but for the blanks around it; goes on at the
 * line's end. Fails on bytes that no text has.
 */
bool raw_line(struct parser *p, size_t pos, struct str *out);
/* Whether the next argument is a word that PARAM reads as flags. */
bool reads_as_flags(struct parser *p, const struct param *param);

/* ---- parse_expr.c ---- */

struct node *parse_expr(struct parser *p);
struct node *parse_string(struct parser *p);
/*
 * Fails unless PLACE can be changed; a variable is remembered as one. VERB, for the message:
 * "assigned to".
 */
bool check_place(struct parser *p, const struct node *place, const char *verb);
/* The variable p->tok, a name with or without $. */
struct node *parse_variable(struct parser *p);
/* In command form: whether the operator p->tok, by the blanks around it, begins an argument. */
bool begins_argument(const struct parser *p);
/* In command form: whether " | " here can only have been meant to lead to a program, as in other
 * shells. */
bool looks_like_pipe(struct parser *p);
void *fail_pipe(struct parser *p);
bool is_binary(uint8_t token_kind);
bool is_assignment(uint8_t token_kind);

/* ---- parse_type.c ---- */

/* Whether NAME begins a type. */
bool type_begins(struct str name);
/* type = type-words { "*" } */
bool parse_type(struct parser *p, struct type *out);

/* ---- parse_base.c: tokens, nodes, failing ---- */

void advance(struct parser *p);
/* The same where a line's end does not end the statement: behind an operator or a comma. */
void advance_over_lines(struct parser *p);
/* Goes on at POS of the text. */
void seek(struct parser *p, size_t pos);
/* The token behind p->tok. */
struct token peek(struct parser *p);
struct str tok_text(const struct parser *p);
bool tok_is(const struct parser *p, const char *name);

/* Enters and leaves ( and [; OUTER keeps what the bracket hides. */
struct bracket {
	struct span opener;
	bool apart;
};
void bracket_open(struct parser *p, struct bracket *outer);
/* Takes the closing KIND, or fails. */
bool bracket_close(struct parser *p, enum token_kind kind, const struct bracket *outer);

struct node *node_new(struct parser *p, enum node_kind kind, struct span start);
/* Ends NODE's span behind the last token taken. */
struct node *node_end(struct parser *p, struct node *node);
void list_add(struct parser *p, struct list *list, struct node *node);

/* Counts nesting: enter before parsing what is inside, leave after. */
bool enter(struct parser *p);
struct node *leave(struct parser *p, struct node *node);

/*
 * Both return NULL. The first: WHAT was expected at p->tok; at the text's end that is
 * PARSE_INCOMPLETE.
 */
void *fail_expected(struct parser *p, const char *what);
void *fail(struct parser *p, enum err_code code, struct span span, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* The text ends where WHAT is missing: PARSE_INCOMPLETE, but for pipes, whose line is over. */
void *fail_incomplete(struct parser *p, const char *what);
/* A token that nothing can begin with or go on with. */
void *fail_stray(struct parser *p);
/* Takes over an error that something else has filled. */
void *fail_err(struct parser *p, const struct err *err);

/* Whether NAME is a variable, now or by an assignment earlier in the text. */
bool is_variable(struct parser *p, struct str name);
/* Whether NAME means something in an expression. */
bool is_known(struct parser *p, struct str name);
/* The command of exactly this name that has a command form, or NULL. */
const struct form *exact_command(struct parser *p, struct str name);

/* ---- parse_recover.c ---- */

/*
 * Behind the line in which the statement that broke at p->tok ends; *OPEN: the text ends before its
 * blocks do.
 */
size_t recover(const struct parser *p, bool *open);

#endif
