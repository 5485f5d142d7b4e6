/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arguments that are not C: flag words, bare words, the raw rest of a line. They are cut from the
 * text before any token is made of it, so that r-x, [heap] and libc.so.6 survive.
 */
#include "lang/parser.h"

/* ---- Raw text ---- */

/* Whether a word ends at POS: a blank, a line's end, a backslash that joins lines. */
static bool is_gap(const struct parser *p, size_t pos)
{
	const char *t = p->lex.text + pos;
	size_t left = p->lex.end - pos;
	if (left == 0 || *t == ' ' || *t == '\t' || *t == '\n' || *t == '\r')
		return true;
	return (left > 1 && !memcmp(t, "\\\n", 2)) || (left > 2 && !memcmp(t, "\\\r\n", 3));
}

static bool check_bytes(struct parser *p, size_t at, size_t end)
{
	for (size_t i = at; i < end; i++) {
		unsigned char c = (unsigned char)p->lex.text[i];
		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return fail(p, ERR_SYNTAX, (struct span){i, 1}, "stray byte \\x%02x", c);
	}
	return true;
}

size_t raw_line_end(const struct parser *p, size_t pos)
{
	const char *text = p->lex.text;
	for (; pos < p->lex.end; pos++) {
		const char *nl = memchr(text + pos, '\n', p->lex.end - pos);
		if (!nl)
			return p->lex.end;
		size_t end = (size_t)(nl - text);
		size_t last = end > pos && text[end - 1] == '\r' ? end - 1 : end;
		if (last == pos || text[last - 1] != '\\')
			return end;
		pos = end;
	}
	return pos;
}

/* TEXT without the backslashes that join its lines. */
static struct str join_lines(struct parser *p, struct str text)
{
	if (!memchr(text.p, '\n', text.n))
		return text;
	char *out = arena_alloc(p->arena, text.n);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		size_t nl = i + 1 + (i + 1 < text.n && text.p[i + 1] == '\r');
		if (text.p[i] == '\\' && nl < text.n && text.p[nl] == '\n')
			i = nl;
		else
			out[n++] = text.p[i];
	}
	return (struct str){out, n};
}

bool raw_line(struct parser *p, size_t pos, struct str *out)
{
	const char *text = p->lex.text;
	size_t line_end = raw_line_end(p, pos), end = line_end;
	while (pos < end && (text[pos] == ' ' || text[pos] == '\t'))
		pos++;
	while (end > pos &&
		(text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r'))
		end--;
	if (!check_bytes(p, pos, end))
		return false;
	*out = end > pos ? join_lines(p, (struct str){text + pos, end - pos}) : STR("");
	if (end > pos)
		p->prev = (struct span){pos, end - pos};
	bool unfinished = line_end == p->lex.end && end > pos &&
			  (text[end - 1] == '\\' || text[end - 1] == '\n');
	seek(p, line_end);
	return !unfinished || fail_incomplete(p, "a line");
}

/* ---- Words ---- */

/* The word that begins at p->tok: up to a blank, a comma, a ; or, in a block, its }. */
static struct str cut_word(const struct parser *p)
{
	size_t at = p->tok.span.at, end = at;
	const char *text = p->lex.text;
	while (!is_gap(p, end) && text[end] != ',' && text[end] != ';' &&
		!(text[end] == '}' && p->braces))
		end++;
	return (struct str){text + at, end - at};
}

static struct span word_span(const struct parser *p, struct str word)
{
	return (struct span){(size_t)(word.p - p->lex.text), word.n};
}

/* Goes on behind WORD, which NODE stands for. */
static struct node *take_word(struct parser *p, struct str word, struct node *node)
{
	node->name = word;
	p->prev = node->span;
	seek(p, node->span.at + word.n);
	return node;
}

/* word = string | characters up to a blank */
struct node *parse_word(struct parser *p)
{
	if (p->tok.kind == TOK_STRING || p->lex.text[p->tok.span.at] == '"')
		return p->tok.kind == TOK_STRING ? parse_string(p) : fail_expected(p, "a word");
	struct str word = cut_word(p);
	struct span span = word_span(p, word);
	if (!check_bytes(p, span.at, span.at + span.len))
		return NULL;
	struct node *n = node_new(p, N_STRING, span);
	n->value = value_str(word);
	return take_word(p, word, n);
}

/* Length of the name at the start of S. */
static size_t name_length(struct str s)
{
	size_t n = 0;
	if (s.n && lex_is_alpha(s.p[0]))
		while (n < s.n && lex_is_name(s.p[n]))
			n++;
	return n;
}

static bool is_doubled_sign(struct str word)
{
	return str_starts(word, STR("--")) || str_starts(word, STR("++"));
}

/* Whether C, and nothing else, begins so: $ ( digit quote. */
static bool only_c_begins(struct str word)
{
	return word.n && (strchr("$('\"", word.p[0]) || lex_is_digit(word.p[0]));
}

/* Whether the word begins like an expression of names that mean something. */
static bool begins_known_expr(struct parser *p, struct str word)
{
	size_t i = 0;
	while (i < word.n && memchr("~-+!*&", word.p[i], 6))
		i++;
	struct str rest = {word.p + i, word.n - i};
	struct str name = {rest.p, name_length(rest)};
	if (is_doubled_sign(word))
		return false;
	if (!name.n)
		return only_c_begins(rest);
	return (name.n < rest.n && rest.p[name.n] == '(') || str_is(name, "sizeof") ||
	       is_known(p, name);
}

/* ---- Flag words ---- */

static bool vocab_flags(
	struct parser *p, const struct param *param, struct str word, uint64_t *bits)
{
	return word.n && p->vocab->flags(p->vocab->ctx, param, word, bits);
}

bool reads_as_flags(struct parser *p, const struct param *param)
{
	uint64_t bits;
	struct str word = cut_word(p);
	return !only_c_begins(word) && vocab_flags(p, param, word, &bits);
}

/* The token behind the word at p->tok. */
static struct token behind(const struct parser *p, struct str word)
{
	struct lexer ahead = p->lex;
	struct token next;
	ahead.over_lines = false;
	ahead.pos = p->tok.span.at + word.n;
	lex_next(&ahead, &next);
	return next;
}

/* flags = word | expression; the word is tried first, even where a variable has that name */
struct node *parse_flags(struct parser *p, const struct param *param)
{
	uint64_t bits;
	struct str word = cut_word(p);
	struct span span = word_span(p, word);
	if (only_c_begins(word))
		return parse_expr(p);
	if (!vocab_flags(p, param, word, &bits)) {
		const char *cure = p->vocab->flags_cure(p->vocab->ctx, param);
		if (begins_known_expr(p, word))
			return parse_expr(p);
		return fail(p, ERR_ARGS, span, "%s", cure ? cure : "not a flag");
	}
	struct token next = behind(p, word);
	size_t next_end = next.span.at + next.span.len;
	if (is_binary(next.kind) && begins_known_expr(p, word) && lex_blank_at(&p->lex, next_end))
		return parse_expr(p); /* PROT_READ | PROT_WRITE */
	if (next.kind == TOK_OR)
		return fail(p, ERR_ARGS, next.span, "flag words are joined without blanks: a|b");
	struct node *n = node_new(p, N_NUMBER, span);
	n->value = bits > INT64_MAX ? value_uint(bits) : value_int((int64_t)bits);
	return take_word(p, word, n);
}

/* ---- Operands ---- */

/* Whether a token can be part of an expression in which every name means something. */
static bool token_is_c(struct parser *p, struct token t, size_t end)
{
	struct str name = lex_text(&p->lex, t.span);
	bool call = t.span.at + t.span.len < end && name.p[name.n] == '(';
	if (t.kind == TOK_NAME)
		return call || is_known(p, name) || str_is(name, "sizeof");
	return t.kind != TOK_ERROR && t.kind != TOK_INC && t.kind != TOK_DEC;
}

/* Whether the word at p->tok is C: it cannot be anything else, or all its names mean something. */
static bool word_is_expr(struct parser *p, struct str word)
{
	struct lexer ahead = p->lex;
	struct token t = {0};
	if (only_c_begins(word))
		return true;
	if (!begins_known_expr(p, word))
		return false;
	ahead.pos = p->tok.span.at;
	ahead.end = ahead.pos + word.n;
	for (lex_next(&ahead, &t); t.kind != TOK_END; lex_next(&ahead, &t)) {
		if (!token_is_c(p, t, ahead.end))
			return false;
		/* What is in the parentheses may go on past the blank that ends the word. */
		if (t.kind == TOK_LPAREN)
			return true;
	}
	return true;
}

/* pattern = 'hex"' with wildcards | operand */
struct node *parse_pattern(struct parser *p)
{
	struct str text = tok_text(p);
	if (p->tok.kind != TOK_STRING || !str_starts(text, STR("hex")) ||
		!memchr(text.p, '?', text.n))
		return parse_operand(p);
	struct node *n = node_new(p, N_STRING, p->tok.span);
	n->value = value_str(text);
	n->name = text;
	advance(p);
	return n;
}

/* operand = expression | word */
struct node *parse_operand(struct parser *p)
{
	return word_is_expr(p, cut_word(p)) ? parse_expr(p) : parse_word(p);
}
