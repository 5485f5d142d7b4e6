/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a broken statement ends, so that what follows can be read: at the first line's end behind
 * the error at which no bracket is open and nothing says that the line goes on. Strings and
 * comments hide what is in them.
 */
#include "lang/parser.h"

/*
 * How far behind the error's line a bracket's end is looked for: one that is open for longer is a
 * mistake itself.
 */
enum { LOOK_FAR = 8 * 1024 };

struct scan {
	const char *text;
	size_t pos, end;
	size_t depth; /* brackets open */
	size_t word;  /* where the last run of characters without a blank began */
	/* What looks open but is not closed is looked for once only: long lines stay quick. */
	size_t no_quotes; /* before this position a quote is a character like others */
	bool no_comments; /* no comment is closed any more */
};

/* Behind the quoted literal at POS, or behind its quote if the line ends first. */
static size_t skip_quoted(struct scan *s)
{
	char quote = s->text[s->pos];
	size_t i = s->pos + 1;
	if (s->pos < s->no_quotes)
		return i;
	for (; i < s->end && s->text[i] != '\n'; i++) {
		if (s->text[i] == quote)
			return i + 1;
		if (s->text[i] == '\\')
			i++;
	}
	s->no_quotes = i;
	return s->pos + 1;
}

static size_t skip_to(const struct scan *s, char c)
{
	const char *found = memchr(s->text + s->pos, c, s->end - s->pos);
	return found ? (size_t)(found - s->text) : s->end;
}

static size_t skip_comment(struct scan *s)
{
	const char *t = s->text + s->pos;
	size_t left = s->end - s->pos;
	if (left > 1 && t[0] == '/' && t[1] == '*' && !s->no_comments) {
		const char *end = memmem(t + 2, left - 2, "*/", 2);
		s->no_comments = !end;
		return end ? (size_t)(end - s->text) + 2 : s->pos + 1;
	}
	if (s->pos == s->word && (t[0] == '#' || (left > 1 && t[0] == '/' && t[1] == '/')))
		return skip_to(s, '\n');
	return s->pos + 1;
}

/*
 * Whether N characters at W are a binary operator, or could be: anything of such characters but --
 * ++ and ---.
 */
static bool is_operator(const char *w, size_t n)
{
	if (n == 0 || n > 3 || (n > 1 && (w[0] == '-' || w[0] == '+') && w[1] == w[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!memchr("+-*/%&|^<>=!?:", w[i], 14))
			return false;
	return true;
}

/*
 * Whether the word before the line's end says that the line goes on: an operator by itself, a
 * comma, a backslash.
 */
static bool line_goes_on(const struct scan *s)
{
	size_t end = s->pos;
	while (end > s->word && memchr(" \t\r", s->text[end - 1], 3))
		end--;
	char last = end > s->word ? s->text[end - 1] : '\0';
	return last == ',' || last == '\\' || is_operator(s->text + s->word, end - s->word);
}

/* Passes one thing that is no line's end. */
static void pass(struct scan *s)
{
	char c = s->text[s->pos];
	size_t from = s->pos;
	if (c == '"' || c == '\'') {
		s->pos = skip_quoted(s);
	} else if (c == '/' || c == '#') {
		s->pos = skip_comment(s);
	} else {
		if (c == '(' || c == '[' || c == '{')
			s->depth++;
		else if ((c == ')' || c == ']' || c == '}') && s->depth)
			s->depth--;
		s->pos++;
	}
	bool blank = c == ' ' || c == '\t';
	bool comment = (c == '/' || c == '#') && s->pos > from + 1;
	if ((blank && s->pos < s->end && !memchr(" \t\r\n", s->text[s->pos], 4)) || comment)
		s->word = s->pos;
}

size_t recover(const struct parser *p, bool *open)
{
	size_t at = MAX(p->tok.span.at, p->raw_end);
	struct scan s = {.text = p->lex.text, .pos = at, .end = p->text_end, .word = at};
	size_t error_end = p->err->span.at + p->err->span.len;
	size_t first = 0; /* behind the first line that may end here */
	s.depth = p->braces + (p->raw_end ? 0 : p->brackets);
	while (s.pos < s.end) {
		if (s.text[s.pos] != '\n') {
			pass(&s);
			continue;
		}
		bool goes_on = line_goes_on(&s) || s.pos < error_end;
		s.word = ++s.pos;
		if (!first && s.pos >= error_end)
			first = s.pos;
		if (!s.depth && !goes_on)
			return s.pos;
		if (!p->braces && first && s.pos - first > LOOK_FAR)
			break;
	}
	*open = s.depth && p->braces;
	return s.depth && first && !p->braces ? first : s.end;
}
