/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates for completion: which sources a place has, and what each source offers. */
#include <ctype.h>
#include <stdlib.h>

#include "mem/flags.h"
#include "shell/complete.h"
#include "shell/complete_context.h"
#include "shell/names.h"
#include "shell/setting.h"
#include "shell/sysnames.h"
#include "shell/topics.h"

/* The word that is completed, and where its candidates go. */
struct search {
	struct session *session;
	struct str word;         /* what stands there */
	bool call;               /* an opening parenthesis follows already */
	struct candidates *out;
};

static const char *const keywords[] = {"if", "while", "for", "break", "continue", "expect"};
static const char *const outcomes[] = {"ok", "refused", "lost", "interrupted"};
static const char *const types[] = {"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "char",
	"short", "int", "long", "unsigned", "signed", "float", "double", "void", "uint8_t",
	"uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t", "int64_t", "size_t",
	"uintptr_t"};

static bool present(const struct candidates *c, struct str word)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(word, c->v[i].word))
			return true;
	return false;
}

/*
 * Offers PREFIX followed by WORD if it begins with what was typed. The first offer of a word
 * counts.
 */
static void offer(
	struct search *s, const char *prefix, struct str word, const char *note, char after)
{
	struct candidates *c = s->out;
	struct buf whole = BUF_INIT;

	buf_puts(&whole, prefix);
	buf_str(&whole, word);
	if (!str_starts(buf_slice(&whole), s->word) || present(c, buf_slice(&whole))) {
		buf_deinit(&whole);
		return;
	}
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 32;
		c->v = realloc(c->v, c->cap * sizeof(*c->v));
		if (!c->v)
			abort();
	}
	c->v[c->n++] = (struct candidate){whole.p, note, after};
}

static void offer_name(struct search *s, const char *name, const char *note, char after)
{
	offer(s, "", str_from(name), note, after);
}

static void offer_list(struct search *s, const char *const *names, size_t n, char after)
{
	for (size_t i = 0; i < n; i++)
		offer_name(s, names[i], NULL, after);
}

/* Rows that can be used as a command; CALLS: system calls only. */
static void commands(struct search *s, bool calls)
{
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		if (row->form.flags & FORM_COMMAND && !(calls && row->form.flags & FORM_SHELL))
			offer_name(s, row->form.name, row->summary, ' ');
}

/* Rows that can be called, and once a letter is there also the calls without a row. */
static void functions(struct search *s)
{
	char after = s->call ? '\0' : '(';
	const struct sysname *sysname;
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		if (row->form.flags & FORM_FUNCTION)
			offer_name(s, row->form.name, row->summary, after);
	for (size_t i = 0; s->word.n && (sysname = sysname_at(i)); i++)
		offer_name(s, sysname->name, NULL, after);
}

/* PREFIX is "" or "$". */
static void variables(struct search *s, const char *prefix)
{
	size_t n = 0;
	struct var *const *vars = vars_sorted(s->session->vars, &n);

	for (size_t i = 0; i < n; i++)
		offer(s, prefix, str_from(vars[i]->name), NULL, '\0');
}

static void dollars(struct search *s)
{
	const char *name;

	variables(s, "$");
	for (size_t i = 0; (name = name_dollar_at(i)); i++)
		offer(s, "$", str_from(name), NULL, '\0');
}

/* Once a letter is there: there are hundreds. */
static void constants(struct search *s)
{
	const struct flag *flag;

	if (!s->word.n)
		return;
	for (size_t i = 0; (flag = constant_at(i)); i++)
		offer_name(s, flag->name, flag->meaning, '\0');
	offer_name(s, "page", "the size of a page", '\0');
	offer_name(s, "NULL", NULL, '\0');
}

static void expression(struct search *s)
{
	variables(s, "");
	functions(s);
	constants(s);
	if (s->word.n)
		offer_list(s, types, ARRAY_SIZE(types), '\0');
}

static void statement(struct search *s)
{
	commands(s, false);
	offer_list(s, keywords, ARRAY_SIZE(keywords), ' ');
	expression(s);
}

static void outcome(struct search *s)
{
	const struct flag *flag;
	int number = 0, code = 0;

	offer_list(s, outcomes, ARRAY_SIZE(outcomes), ' ');
	for (size_t i = 0; s->word.n && (flag = constant_at(i)); i++)
		if (outcome_find(str_from(flag->name), &number, &code) != OUTCOME_NO)
			offer_name(s, flag->name, flag->meaning, ' ');
}

/* The names of a set: in full behind a capital letter, else short ("private"). */
static void flags(struct search *s, const struct flag_set *set)
{
	bool full = s->word.n && isupper((unsigned char)*s->word.p);
	struct buf name = BUF_INIT;
	uint64_t value;

	for (const struct flag *flag = set->flags; flag->name; flag++) {
		const char *text = flag->name;
		bool prefixed = strncmp(text, set->prefix, strlen(set->prefix)) == 0;
		buf_clear(&name);
		for (text += !full && prefixed ? strlen(set->prefix) : 0; *text; text++)
			buf_putc(&name, full ? *text : (char)tolower((unsigned char)*text));
		if (flags_word(set, buf_slice(&name), &value))
			offer(s, "", buf_slice(&name), flag->meaning, '\0');
	}
	buf_deinit(&name);
	if (set == &flags_prot)
		offer_list(s, (const char *const[]){"r", "rw", "rx", "rwx", "none"}, 5, '\0');
}

static void help_topics(struct search *s)
{
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		offer_name(s, row->form.name, row->summary, ' ');
	for (const struct topic *topic = topics; topic->name; topic++)
		offer_name(s, topic->name, topic->title, ' ');
}

static void settings(struct search *s)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_at(i)); i++)
		offer_name(s, setting->name, setting->summary, ' ');
}

static void setting_values(struct search *s, struct str name)
{
	const struct setting *setting = setting_find(name);
	const char *values = setting ? setting->values : "";

	while (*values) {
		struct str value = {values, strcspn(values, " ")};
		offer(s, "", value, NULL, ' ');
		values += value.n + strspn(values + value.n, " ");
	}
}

/* An argument in command form, standing behind the argument BEFORE. */
static void param(struct search *s, const struct param *p, struct str before)
{
	if (p->reads == READS_FLAGS && p->set)
		flags(s, p->set);
	switch (p->kind) {
	case KIND_TOPIC: help_topics(s); return;
	case KIND_SETTING: settings(s); return;
	case KIND_VALUE: setting_values(s, before); return;
	case KIND_FILE: s->out->paths = true; return;
	}
	if (p->reads == READS_EXPR || p->reads == READS_FLAGS || p->reads == READS_OPERAND)
		expression(s);
}

/* An argument in call form is C: the names of its set in full come first, then all else. */
static void argument(struct search *s, const struct context *c)
{
	const struct param *p = c->params[0];

	if (p && p->set) {
		const struct flag_set *set = p->set;
		for (const struct flag *flag = set->flags; flag->name; flag++)
			offer_name(s, flag->name, flag->meaning, '\0');
	}
	expression(s);
}

static void look(struct search *s, const struct context *c)
{
	switch (c->spot) {
	case SPOT_NOTHING: return;
	case SPOT_STRING: s->out->paths = true; return;
	case SPOT_STATEMENT: statement(s); return;
	case SPOT_RIGHT_SIDE: commands(s, true); expression(s); return;
	case SPOT_EXPECT: outcome(s); statement(s); return;
	case SPOT_OUTCOME: outcome(s); return;
	case SPOT_EXPRESSION: argument(s, c); return;
	case SPOT_PARAMS: break;
	}
	if (c->rest)
		statement(s);
	for (size_t i = 0; i < ARRAY_SIZE(c->params); i++)
		if (c->params[i])
			param(s, c->params[i], c->before);
}

static int by_word(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcmp(x->word, y->word);
}

void complete(
	struct session *session, struct str line, size_t start, size_t end, struct candidates *out)
{
	struct candidates found = {0};
	struct search s = {
		.session = session,
		.word = {line.p + start, end - start},
		.call = end < line.n && line.p[end] == '(',
		.out = &found,
	};
	struct context context = context_find(line, start);

	bool names = context.spot != SPOT_STRING && context.spot != SPOT_NOTHING;
	if (names && s.word.n && *s.word.p == '$')
		dollars(&s);
	else
		look(&s, &context);
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_word);
	*out = found;
}

void candidates_deinit(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].word);
	free(c->v);
	*c = (struct candidates){0};
}
