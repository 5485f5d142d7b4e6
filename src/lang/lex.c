/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens: blanks and comments, names, punctuation, and where literals end. */
#include "lang/lex.h"

int lex_hex_digit(char c)
{
	if (lex_is_digit(c))
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* ---- Blanks and comments ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* The byte at POS, or a newline behind the end. */
static char byte_at(const struct lexer *lx, size_t pos)
{
	return pos < lx->end ? lx->text[pos] : '\n';
}

bool lex_blank_at(const struct lexer *lx, size_t pos)
{
	char c = byte_at(lx, pos);
	return is_blank(c) || c == '\n' || (c == '\\' && byte_at(lx, pos + 1) == '\n') ||
	       (c == '/' && byte_at(lx, pos + 1) == '*');
}

/*
 * Length of a backslash and the line end behind it, 0 if there is none. Where the text ends, a line
 * is missing.
 */
static size_t joined_line(struct lexer *lx, size_t pos)
{
	size_t at = pos + 1;
	if (byte_at(lx, at) == '\r')
		at++;
	if (byte_at(lx, at) != '\n')
		return 0;
	if (at + 1 >= lx->end) {
		lx->unfinished = true;
		err_set(&lx->err, ERR_SYNTAX, (struct span){pos, 1},
			"the text ends behind this backslash: a line must follow");
	}
	return MIN(at + 1, lx->end) - pos;
}

/* # and // begin a comment only here: at the start of a line or statement, or after a blank. */
static bool comment_may_start(const struct lexer *lx, size_t pos)
{
	char before = pos ? lx->text[pos - 1] : '\n';
	return is_blank(before) || before == '\n' || before == ';' || before == '{' ||
	       before == '}' || (before == '/' && pos > 1 && lx->text[pos - 2] == '*');
}

static size_t line_end(const struct lexer *lx, size_t pos)
{
	const char *nl = memchr(lx->text + pos, '\n', lx->end - pos);
	return nl ? (size_t)(nl - lx->text) : lx->end;
}

/* Behind the comment that begins at POS; POS itself if none begins there. */
static size_t skip_comment(struct lexer *lx, size_t pos)
{
	char c = byte_at(lx, pos), next = byte_at(lx, pos + 1);
	if (c == '/' && next == '*') {
		const char *end = memmem(lx->text + pos + 2, lx->end - pos - 2, "*/", 2);
		if (end)
			return (size_t)(end - lx->text) + 2;
		lx->unfinished = true;
		err_set(&lx->err, ERR_SYNTAX, (struct span){pos, 2},
			"this comment is never closed: \"*/\" is missing");
		return pos;
	}
	if ((c == '#' || (c == '/' && next == '/')) && comment_may_start(lx, pos))
		return line_end(lx, pos);
	return pos;
}

size_t lex_skip_blanks(struct lexer *lx, size_t pos)
{
	while (pos < lx->end) {
		char c = lx->text[pos];
		size_t next = pos;
		if (is_blank(c) || (c == '\n' && lx->over_lines))
			next = pos + 1;
		else if (c == '\\')
			next = pos + joined_line(lx, pos);
		else if (c == '/' || c == '#')
			next = skip_comment(lx, pos);
		if (next == pos)
			break;
		pos = next;
	}
	return pos;
}

/* ---- Words and literals: each returns the position behind what begins at POS ---- */

static size_t scan_name(const struct lexer *lx, size_t pos)
{
	while (pos < lx->end && lex_is_name(lx->text[pos]))
		pos++;
	return pos;
}

/*
 * Digits, letters and dots, and the sign of a decimal exponent (1e-3). Whether that is a number is
 * for lex_number to say, about the whole of it.
 */
static size_t scan_number(const struct lexer *lx, size_t pos)
{
	bool exponent = false,
	     digits = true; /* just behind digits and an e; only digits and dots so far */
	for (; pos < lx->end; pos++) {
		char c = lx->text[pos];
		if ((c == '+' || c == '-') && exponent && lex_is_digit(byte_at(lx, pos + 1))) {
			exponent = false;
			continue;
		}
		if (!lex_is_name(c) && c != '.')
			break;
		exponent = digits && (c | 32) == 'e';
		digits = digits && (lex_is_digit(c) || c == '.');
	}
	return pos;
}

/* A quoted literal, POS at its first quote; 0 if the line ends before it does. */
static size_t scan_quoted(struct lexer *lx, size_t pos)
{
	char quote = lx->text[pos];
	for (pos++; pos < lx->end && lx->text[pos] != '\n' && lx->text[pos] != '\0'; pos++) {
		if (lx->text[pos] == quote)
			return pos + 1;
		if (lx->text[pos] == '\\') {
			size_t joined = joined_line(lx, pos);
			pos += joined ? joined - 1 : 1;
		}
	}
	return 0;
}

/* ---- What is no token ---- */

/* The length of the well-formed UTF-8 sequence of two or more bytes at POS, 0 if there is none. */
static size_t utf8_length(const struct lexer *lx, size_t pos)
{
	unsigned char c = (unsigned char)lx->text[pos];
	size_t n = c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c >= 0xf5 || lx->end - pos < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)lx->text[pos + i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* Characters that word processors put in the place of plain ones. */
static const struct {
	const char *utf8, *cure;
} lookalikes[] = {
	{"\u201c", "use the plain \""},
	{"\u201d", "use the plain \""},
	{"\u2018", "use the plain '"},
	{"\u2019", "use the plain '"},
	{"\u2013", "use the plain -"},
	{"\u2014", "use the plain -"},
	{"\u2212", "use the plain -"},
	{"\u00d7", "use *"},
	{"\u00a0", "it only looks like a blank"},
};

static void stray_utf8(struct lexer *lx, struct span span)
{
	struct str c = lex_text(lx, span);
	for (size_t i = 0; i < ARRAY_SIZE(lookalikes); i++) {
		if (str_is(c, lookalikes[i].utf8)) {
			err_set(&lx->err, ERR_SYNTAX, span, "stray character \"%.*s\": %s",
				(int)c.n, c.p, lookalikes[i].cure);
			return;
		}
	}
	err_set(&lx->err, ERR_SYNTAX, span, "stray character \"%.*s\"", (int)c.n, c.p);
}

/* A byte that begins no token. Returns the position behind it. */
static size_t scan_stray(struct lexer *lx, size_t pos, struct token *out)
{
	unsigned char c = (unsigned char)lx->text[pos];
	size_t n = c >= 0x80 ? utf8_length(lx, pos) : 0;
	out->kind = TOK_ERROR;
	if (n) {
		stray_utf8(lx, (struct span){pos, n});
		return pos + n;
	}
	struct span span = {pos, 1};
	if (c == '.' || c == '-')
		err_set(&lx->err, ERR_SYNTAX, span,
			"there are no structures: use an offset, *(u32 *)(p + 8)");
	else if (c == '$')
		err_set(&lx->err, ERR_SYNTAX, span, "a name must follow the $");
	else if (c == '#')
		err_set(&lx->err, ERR_SYNTAX, span, "a comment needs a blank before its #");
	else if (c > 0x20 && c < 0x7f)
		err_set(&lx->err, ERR_SYNTAX, span, "stray character \"%c\"", c);
	else
		err_set(&lx->err, ERR_SYNTAX, span, "stray byte \\x%02x", c);
	return pos + 1;
}

static size_t scan_literal(struct lexer *lx, size_t pos, size_t quote, struct token *out)
{
	bool character = lx->text[quote] == '\'';
	size_t end = scan_quoted(lx, quote);
	out->kind = character ? TOK_CHAR : TOK_STRING;
	if (end)
		return end;
	out->kind = TOK_ERROR;
	err_set(&lx->err, ERR_SYNTAX, (struct span){pos, quote + 1 - pos},
		character ? "this character is never closed: ' is missing"
			  : "this string is never closed: \" is missing");
	return quote + 1;
}

/* ---- Punctuation ---- */

/*
 * A character that begins punctuation, alone, doubled, and each of the two followed by =. 0: not a
 * token. The tokens grow while the row has one: > >> >>= are three cells of a row.
 */
static const uint8_t punctuation[128][4] = {
	['('] = {TOK_LPAREN},
	[')'] = {TOK_RPAREN},
	['['] = {TOK_LBRACKET},
	[']'] = {TOK_RBRACKET},
	['{'] = {TOK_LBRACE},
	['}'] = {TOK_RBRACE},
	[','] = {TOK_COMMA},
	[';'] = {TOK_SEMICOLON},
	['?'] = {TOK_QUESTION},
	[':'] = {TOK_COLON},
	['~'] = {TOK_COMPL},
	['!'] = {TOK_NOT, 0, TOK_NE},
	['*'] = {TOK_STAR, 0, TOK_MUL_ASSIGN},
	['/'] = {TOK_SLASH, 0, TOK_DIV_ASSIGN},
	['%'] = {TOK_PERCENT, 0, TOK_MOD_ASSIGN},
	['+'] = {TOK_PLUS, TOK_INC, TOK_ADD_ASSIGN},
	['-'] = {TOK_MINUS, TOK_DEC, TOK_SUB_ASSIGN},
	['<'] = {TOK_LT, TOK_SHL, TOK_LE, TOK_SHL_ASSIGN},
	['>'] = {TOK_GT, TOK_SHR, TOK_GE, TOK_SHR_ASSIGN},
	['='] = {TOK_ASSIGN, TOK_EQ},
	['&'] = {TOK_AND, TOK_LAND, TOK_AND_ASSIGN},
	['^'] = {TOK_XOR, 0, TOK_XOR_ASSIGN},
	['|'] = {TOK_OR, TOK_LOR, TOK_OR_ASSIGN},
};

static size_t scan_punctuation(struct lexer *lx, size_t pos, struct token *out)
{
	unsigned char c = (unsigned char)lx->text[pos];
	if (c >= 128 || !punctuation[c][0] || (c == '-' && byte_at(lx, pos + 1) == '>'))
		return scan_stray(lx, pos, out);
	const uint8_t *row = punctuation[c];
	bool doubled = row[1] && byte_at(lx, pos + 1) == (char)c;
	pos += doubled ? 2 : 1;
	out->kind = row[doubled];
	if (row[2 + doubled] && byte_at(lx, pos) == '=') {
		out->kind = row[2 + doubled];
		pos++;
	}
	return pos;
}

/* ---- A token ---- */

static size_t scan_word(struct lexer *lx, size_t pos, struct token *out)
{
	size_t end = scan_name(lx, pos);
	out->kind = TOK_NAME;
	if (byte_at(lx, end) == '"' && str_eq((struct str){lx->text + pos, end - pos}, STR("hex")))
		return scan_literal(lx, pos, end, out);
	return end;
}

static size_t scan_token(struct lexer *lx, size_t pos, struct token *out)
{
	char c = lx->text[pos];
	if (lex_is_alpha(c))
		return scan_word(lx, pos, out);
	if (lex_is_digit(c) || (c == '.' && lex_is_digit(byte_at(lx, pos + 1)))) {
		out->kind = TOK_NUMBER;
		return scan_number(lx, pos);
	}
	if (c == '$' && lex_is_name(byte_at(lx, pos + 1))) {
		out->kind = TOK_DOLLAR;
		return scan_name(lx, pos + 1);
	}
	if (c == '"' || c == '\'')
		return scan_literal(lx, pos, pos, out);
	if (c == '\n') {
		out->kind = TOK_NEWLINE;
		return pos + 1;
	}
	return scan_punctuation(lx, pos, out);
}

void lex_next(struct lexer *lx, struct token *out)
{
	size_t start = lx->pos;
	lx->unfinished = false;
	size_t at = lex_skip_blanks(lx, start);
	out->blank_before = at != start || at == 0;
	out->over_lines = lx->over_lines;
	if (at >= lx->end) {
		out->kind = lx->unfinished ? TOK_ERROR : TOK_END;
		out->span = (struct span){lx->end, 0};
		lx->pos = lx->end;
		return;
	}
	if (lx->unfinished && lx->text[at] == '/') { /* an open comment; skip_comment has said so */
		out->kind = TOK_ERROR;
		lx->pos = lx->end;
	} else {
		lx->pos = scan_token(lx, at, out);
	}
	out->span = (struct span){at, lx->pos - at};
}
