/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding out where in a statement a place is.
 *
 * A line that is being typed is rarely a statement yet, so it is not parsed: one pass over what
 * stands before the place follows strings, comments and brackets and notes where the statement
 * began; what stands between tells the rest.
 */
#include <ctype.h>

#include "mem/flags.h"
#include "shell/complete_context.h"

enum { DEPTH_MAX = 32, WORDS_MAX = 16 };

/* An open bracket. */
struct bracket {
	struct str word; /* directly before it: mmap( if( */
	unsigned commas; /* in it so far */
};

/* Of the pass over the text. */
struct scan {
	struct str text; /* from the line's start to the place */
	size_t at;
	size_t begin; /* where the statement begins */
	struct bracket brackets[DEPTH_MAX];
	size_t depth; /* open brackets; those above DEPTH_MAX are only counted */
	bool string;  /* the place is in a string */
	bool comment; /* the place is in a comment */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str skip_blanks(struct str s)
{
	while (s.n && is_blank(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

/* The word at the start of S. */
static struct str first_word(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_word(s.p[n]))
		n++;
	return (struct str){s.p, n};
}

/* The word that ends at byte END of S, blanks between them apart. */
static struct str word_before(struct str s, size_t end)
{
	while (end && is_blank(s.p[end - 1]))
		end--;
	size_t start = end;
	while (start && is_word(s.p[start - 1]))
		start--;
	return (struct str){s.p + start, end - start};
}

static struct str after(struct str s, size_t n)
{
	return skip_blanks((struct str){s.p + n, s.n - n});
}

/* Moves behind the string that begins here, or notes that it is not closed. */
static void skip_string(struct scan *s)
{
	char quote = s->text.p[s->at++];

	while (s->at < s->text.n && s->text.p[s->at] != quote)
		s->at += s->text.p[s->at] == '\\' ? 2 : 1;
	s->string = s->at >= s->text.n;
	s->at++;
}

static bool comment_starts(const struct scan *s)
{
	const char *p = s->text.p + s->at;
	bool apart = s->at == 0 || strchr(" \t\n", p[-1]);

	return apart && (*p == '#' || (*p == '/' && s->at + 1 < s->text.n && p[1] == '/'));
}

static void skip_comment(struct scan *s)
{
	const char *end = memchr(s->text.p + s->at, '\n', s->text.n - s->at);

	s->comment = !end;
	s->at = end ? (size_t)(end - s->text.p) : s->text.n;
}

static void open_bracket(struct scan *s)
{
	if (s->depth < DEPTH_MAX)
		s->brackets[s->depth] = (struct bracket){word_before(s->text, s->at), 0};
	s->depth++;
}

/* A statement begins behind `if (…)` and the like. */
static void close_bracket(struct scan *s)
{
	if (!s->depth || --s->depth || s->text.p[s->at] != ')')
		return;
	struct str word = s->brackets[0].word;
	if (str_is(word, "if") || str_is(word, "while") || str_is(word, "for"))
		s->begin = s->at + 1;
}

static void pass_over(struct scan *s)
{
	while (s->at < s->text.n) {
		char c = s->text.p[s->at];
		if (c == '"' || c == '\'') {
			skip_string(s);
			continue;
		}
		if (comment_starts(s)) {
			skip_comment(s);
			continue;
		}
		if (c == '(' || c == '[')
			open_bracket(s);
		else if (c == ')' || c == ']')
			close_bracket(s);
		else if (c == ',' && s->depth && s->depth <= DEPTH_MAX)
			s->brackets[s->depth - 1].commas++;
		else if (strchr(";\n{}", c) && !s->depth)
			s->begin = s->at + 1;
		s->at++;
	}
}

/*
 * The bytes of an argument that stand before the place, taken apart at blanks and commas as
 * command form does.
 */
struct arguments {
	struct str words[WORDS_MAX]; /* those before the place's, as far as there is room */
	size_t n;                    /* how many there are, the place's included */
};

static bool is_operator(char c)
{
	return c && strchr("+-*/%&|^<>=!~?:", c) != NULL;
}

/*
 * Whether an argument ends at the blanks before byte AT of S. PREVIOUS: the last byte before
 * them.
 */
static bool ends_argument(struct str s, size_t at, char previous)
{
	if (is_operator(previous) || previous == '(' || previous == '[')
		return false;
	if (at >= s.n || !is_operator(s.p[at]))
		return true;
	while (at < s.n && is_operator(s.p[at]))
		at++;
	return at < s.n && !is_blank(s.p[at]);
}

static void split(struct arguments *a, struct str s)
{
	unsigned depth = 0;
	size_t start = 0;

	*a = (struct arguments){.n = 1};
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		depth += c == '(' || c == '[';
		depth -= depth && (c == ')' || c == ']');
		if (depth || (c != ',' && !is_blank(c)))
			continue;
		size_t end = i;
		bool comma = false;
		while (i < s.n && (is_blank(s.p[i]) || (s.p[i] == ',' && !comma)))
			comma |= s.p[i++] == ',';
		if (comma || ends_argument(s, i, end ? s.p[end - 1] : ' ')) {
			if (a->n <= WORDS_MAX)
				a->words[a->n - 1] = (struct str){s.p + start, end - start};
			a->n++;
			start = i;
		}
		i--;
	}
}

/* Parameter I of FORM, or the one that repeats; NULL when there are not so many. */
static const struct param *param_at(const struct form *form, size_t i)
{
	if (i < form->n_params)
		return &form->params[i];
	if (form->n_params && form->params[form->n_params - 1].flags & PARAM_REPEATS)
		return &form->params[form->n_params - 1];
	return NULL;
}

/*
 * mmap's address: whether the words before the place show that it was left out, or that it was
 * not.
 */
static void elided(struct context *c, const struct form *form, const struct arguments *a)
{
	const struct param *third = param_at(form, 2);
	uint64_t value;

	if (a->n == 1) {
		c->params[1] = param_at(form, 1);
	} else if (a->n == 2) {
		c->params[1] = third;
	} else if (third && third->set && flags_word(third->set, a->words[1], &value)) {
		c->params[0] = param_at(form, a->n);
	}
}

static const struct row *command_of(struct str word)
{
	const struct row *row = row_find(word, FORM_COMMAND);

	return row ? row : row_by_alias(word);
}

static struct context in_statement(struct str s);

/* Behind FIRST, the word of ARGUMENTS that begins the text of PARAM. */
static struct context in_text(const struct param *param, struct str arguments, struct str first)
{
	if (param->kind != KIND_STATEMENT)
		return (struct context){.spot = SPOT_EXPRESSION};
	size_t skipped = (size_t)(first.p - arguments.p);
	return in_statement((struct str){first.p, arguments.n - skipped});
}

/* Command form: ARGUMENTS is what stands between the command's name and the place. */
static struct context in_command(const struct row *row, struct str arguments)
{
	struct context c = {.spot = SPOT_PARAMS, .row = row};
	const struct form *form = &row->form;
	struct arguments a;
	size_t formats = form->flags & FORM_FORMAT ? 1 : 0;

	split(&a, arguments);
	const struct param *last = form->n_params ? &form->params[form->n_params - 1] : NULL;
	if (last && last->reads == READS_TEXT && a.n > form->n_params &&
		form->n_params <= WORDS_MAX)
		return in_text(last, arguments, a.words[form->n_params - 1]);
	c.params[0] = param_at(form, a.n - 1 + formats);
	if (c.params[0] && form->params[0].flags & PARAM_ELIDED)
		elided(&c, form, &a);
	if (a.n > 1 && a.n - 2 < WORDS_MAX)
		c.before = a.words[a.n - 2];
	for (size_t i = 0; i < ARRAY_SIZE(c.params); i++)
		c.rest |= c.params[i] && c.params[i]->reads == READS_STATEMENT;
	return c;
}

static struct context in_call(const struct bracket *bracket)
{
	struct context c = {.spot = SPOT_EXPRESSION};

	c.row = row_find(bracket->word, FORM_FUNCTION);
	if (c.row) {
		struct form form = c.row->form;
		unsigned n;
		form.params = row_c_params(c.row, NULL, &n);
		form.n_params = (uint8_t)n;
		c.params[0] = param_at(&form, bracket->commas);
	}
	return c;
}

/* Whether S is `NAME =` or `TYPE NAME =` with nothing behind it but blanks. */
static bool is_assignment(struct str s)
{
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	if (!s.n || s.p[s.n - 1] != '=')
		return false;
	struct str name = word_before(s, s.n - 1);
	if (!name.n || !(isalpha((unsigned char)*name.p) || strchr("_$", *name.p)))
		return false;
	for (const char *p = s.p; p < name.p; p++)
		if (!is_word(*p) && !is_blank(*p) && *p != '*')
			return false;
	return true;
}

/* A word of what expect takes as an outcome. */
static bool is_outcome(struct str word)
{
	int signo = 0, code = 0;

	return str_is(word, "ok") || str_is(word, "refused") || str_is(word, "lost") ||
	       str_is(word, "interrupted") || outcome_find(word, &signo, &code) != OUTCOME_NO;
}

/* Behind `expect`: an outcome, part of one, or the statement behind it. */
static struct context in_expect(struct str s)
{
	size_t n = 0;

	while (n < s.n && (is_word(s.p[n]) || s.p[n] == '|'))
		n++;
	if (n == s.n)
		return (struct context){.spot = n ? SPOT_OUTCOME : SPOT_EXPECT};
	if (n && is_blank(s.p[n]) && is_outcome(first_word(s)))
		return in_statement(after(s, n));
	return in_statement(s);
}

/* What stands behind `NAME =` in S; S itself where there is no such thing. */
static struct str right_side(struct str s)
{
	const char *equals = memchr(s.p, '=', s.n);
	size_t n = equals ? (size_t)(equals - s.p) + 1 : 0;

	if (!n || n == s.n || s.p[n] == '=' || !is_assignment((struct str){s.p, n}))
		return s;
	return after(s, n);
}

/* S begins with a command's name, or is an expression. */
static struct context in_simple(struct str s)
{
	struct str word = first_word(s);
	const struct row *row = command_of(word);
	size_t n = word.n;

	if (row && row->form.flags & FORM_FORMAT && n < s.n && s.p[n] == '/') {
		while (n < s.n && !is_blank(s.p[n]))
			n++;
		if (n == s.n)
			return (struct context){.spot = SPOT_NOTHING};
	}
	if (row && n < s.n && is_blank(s.p[n]))
		return in_command(row, after(s, n));
	return (struct context){.spot = SPOT_EXPRESSION};
}

/* S is what stands between the statement's beginning and the place. */
static struct context in_statement(struct str s)
{
	s = skip_blanks(s);
	struct str word = first_word(s);

	if (!s.n)
		return (struct context){.spot = SPOT_STATEMENT};
	if (*s.p == '!')
		return (struct context){.spot = SPOT_STRING};
	if (*s.p == '|')
		return in_statement(after(s, 1));
	if (is_assignment(s))
		return (struct context){.spot = SPOT_RIGHT_SIDE};
	bool apart = word.n < s.n && is_blank(s.p[word.n]);
	if (apart && str_is(word, "else"))
		return in_statement(after(s, word.n));
	if (apart && str_is(word, "expect"))
		return in_expect(after(s, word.n));
	return in_simple(right_side(s));
}

/* In a string: what it names may be known by the call that it is an argument of. */
static struct context in_string(const struct scan *s)
{
	struct context c = {.spot = SPOT_STRING};

	if (s->depth && s->depth <= DEPTH_MAX)
		c.params[0] = in_call(&s->brackets[s->depth - 1]).params[0];
	return c;
}

struct context context_find(struct str line, size_t start)
{
	struct scan s = {.text = {line.p, MIN(start, line.n)}};

	pass_over(&s);
	if (s.comment)
		return (struct context){.spot = SPOT_NOTHING};
	if (s.string)
		return in_string(&s);
	if (s.depth && s.depth <= DEPTH_MAX)
		return in_call(&s.brackets[s.depth - 1]);
	size_t begin = MIN(s.begin, s.text.n);
	return in_statement((struct str){line.p + begin, s.text.n - begin});
}
