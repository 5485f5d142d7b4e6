/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text → tokens, one at a time, from any position.
 *
 * A token is a span; literals are decoded only when the parser takes them (lex_number and its
 * siblings), so that looking ahead at text that turns out to be a bare word costs nothing and
 * complains about nothing.
 */
#ifndef LANG_LEX_H
#define LANG_LEX_H

#include "base/arena.h"
#include "base/err.h"
#include "lang/value.h"

enum token_kind {
	TOK_END, /* of the text */
	TOK_NEWLINE,
	TOK_ERROR,  /* no token begins like this: lexer.err tells */
	TOK_NUMBER, /* a run of digits, letters and dots that begins like a number */
	TOK_CHAR,   /* 'a' */
	TOK_STRING, /* "a" or hex"90 c3" */
	TOK_NAME,
	TOK_DOLLAR, /* $name */
	TOK_LPAREN,
	TOK_RPAREN,
	TOK_LBRACKET,
	TOK_RBRACKET,
	TOK_LBRACE,
	TOK_RBRACE,
	TOK_COMMA,
	TOK_SEMICOLON,
	TOK_QUESTION,
	TOK_COLON,
	TOK_NOT,
	TOK_COMPL,
	TOK_INC,
	TOK_DEC,
	/* Binary operators */
	TOK_STAR,
	TOK_SLASH,
	TOK_PERCENT,
	TOK_PLUS,
	TOK_MINUS,
	TOK_SHL,
	TOK_SHR,
	TOK_LT,
	TOK_GT,
	TOK_LE,
	TOK_GE,
	TOK_EQ,
	TOK_NE,
	TOK_AND,
	TOK_XOR,
	TOK_OR,
	TOK_LAND,
	TOK_LOR,
	/* Assignment operators */
	TOK_ASSIGN,
	TOK_MUL_ASSIGN,
	TOK_DIV_ASSIGN,
	TOK_MOD_ASSIGN,
	TOK_ADD_ASSIGN,
	TOK_SUB_ASSIGN,
	TOK_SHL_ASSIGN,
	TOK_SHR_ASSIGN,
	TOK_AND_ASSIGN,
	TOK_XOR_ASSIGN,
	TOK_OR_ASSIGN,
	TOK_KINDS
};

struct token {
	uint8_t kind;      /* enum token_kind */
	bool blank_before; /* a blank, a comment or the text's start stands before it */
	bool over_lines;   /* it was looked for past line ends: a TOK_END here means that text is
			      missing */
	struct span span;
};

struct lexer {
	const char *text;
	size_t end;      /* bytes in TEXT */
	size_t pos;      /* where the next token is looked for */
	bool over_lines; /* line ends are blanks */
	bool unfinished; /* more text could mend the last TOK_ERROR: an open comment, a last
			    backslash */
	struct err err;  /* of the last TOK_ERROR */
};

void lex_next(struct lexer *lx, struct token *out);

static inline struct str lex_text(const struct lexer *lx, struct span s)
{
	return (struct str){lx->text + s.at, s.len};
}

/* Whether POS is at a blank, a line's end or the text's end. */
bool lex_blank_at(const struct lexer *lx, size_t pos);
/*
 * Where the next byte after POS stands that is neither blank nor comment; line ends count as
 * lexer.over_lines says.
 */
size_t lex_skip_blanks(struct lexer *lx, size_t pos);

static inline bool lex_is_alpha(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static inline bool lex_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool lex_is_name(char c)
{
	return lex_is_alpha(c) || lex_is_digit(c);
}

/* The value of a hexadecimal digit, -1 for any other character. */
int lex_hex_digit(char c);

/* ---- Literals. TEXT is the token's, AT its position in the statement, for errors. ---- */

bool lex_number(struct str text, size_t at, struct value *out, struct err *err);
bool lex_char(struct str text, size_t at, struct value *out, struct err *err);
/*
 * One string literal, quotes and hex prefix included, decoded to OUT, which has room for TEXT.n
 * bytes. *N is the number of bytes written.
 */
bool lex_string(struct str text, size_t at, char *out, size_t *n, struct err *err);
/* Whether the literal's value is just what stands between its quotes. */
bool lex_string_is_plain(struct str text);

#endif
