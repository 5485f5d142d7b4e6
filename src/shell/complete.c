/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates for completion: which sources a place has, and what each source offers. */
#include <ctype.h>
#include <stdlib.h>

#include "mem/flags.h"
#include "shell/complete.h"
#include "shell/complete_context.h"
#include "shell/complete_search.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/sysnames.h"

static const struct told keywords[] = {
	{"if", "if (CONDITION) STATEMENT [else STATEMENT]"},
	{"while", "while (CONDITION) STATEMENT"},
	{"for", "for (FIRST; CONDITION; STEP) STATEMENT"},
	{"break", "leave the loop"},
	{"continue", "go on with the next turn of the loop"},
	{"expect", "expect OUTCOME STATEMENT, or expect EXPRESSION that must be true"},
};
static const struct told outcomes[] = {
	{"ok", "it succeeds"},
	{"refused", "faultline itself refuses it"},
	{"lost", "the target does not survive it"},
	{"interrupted", "it is stopped by ^C or a limit"},
};
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

void offer(struct search *s, const char *prefix, struct str word, const char *note, char after)
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
	c->v[c->n++] = (struct candidate){whole.p, note ? strdup(note) : NULL, after};
}

void offer_name(struct search *s, const char *name, const char *note, char after)
{
	offer(s, "", str_from(name), note, after);
}

void offer_told(struct search *s, const struct told *words, size_t n, char after)
{
	for (size_t i = 0; i < n; i++)
		offer_name(s, words[i].word, words[i].note, after);
}

/* Rows that can be used as a command; CALLS: system calls only. */
static void commands(struct search *s, bool calls)
{
	const struct aliases *own = &s->session->aliases;
	const struct row *row;

	for (size_t i = 0; !calls && i < own->n; i++)
		offer_name(s, own->v[i]->name, own->v[i]->text, ' ');
	for (size_t i = 0; (row = row_at(i)); i++)
		if (row->form.flags & FORM_COMMAND && !(calls && row->form.flags & FORM_SHELL))
			offer_name(s, row->form.name, row->summary, ' ');
}

/* Rows that can be called. */
static void functions(struct search *s)
{
	char after = s->call ? '\0' : '(';
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		if (row->form.flags & FORM_FUNCTION)
			offer_name(s, row->form.name, row->summary, after);
}

/*
 * What else can be called, by the thousand: system calls without a row once a few letters are
 * there, and the target's symbols where nothing of ours begins so.
 */
static void foreign_functions(struct search *s)
{
	enum { FEW = 3 };
	char after = s->call ? '\0' : '(';
	bool ours = s->out->n > 0;
	const struct sysname *sysname;

	if (!s->word.n)
		return;
	for (size_t i = 0; (!ours || s->word.n >= FEW) && (sysname = sysname_at(i)); i++)
		offer_name(s, sysname->name, NULL, after);
	if (!ours)
		offer_symbols(s, after);
}

/* "void *  0x7f0012340000, rw-p 12K [heap]" */
static void describe_variable(struct session *session, struct buf *b, struct value v)
{
	char name[MAPPING_NAME_MAX], perms[5];
	struct mapping m;

	type_print(b, v.type);
	buf_puts(b, type_is_pointer(v.type) ? " " : "  ");
	value_print(b, v);
	if (!type_is_pointer(v.type) || !session->remote)
		return;
	if (procmap_query(session->remote, v.bits, &m, name) != PROCMAP_FOUND ||
		!mapping_covers(&m, v.bits)) {
		buf_puts(b, ", not mapped");
		return;
	}
	perms_print(perms, m.perms);
	buf_printf(b, ", %s ", perms);
	size_print(b, m.end - m.start);
	buf_putc(b, ' ');
	const char *slash = *m.name == '/' ? strrchr(m.name, '/') + 1 : m.name;
	out_escape(b, str_from(slash));
}

/* PREFIX is "" or "$". */
static void variables(struct search *s, const char *prefix)
{
	size_t n = 0;
	struct var *const *vars = vars_sorted(s->session->vars, &n);
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_clear(&note);
		describe_variable(s->session, &note, vars[i]->value);
		offer(s, prefix, str_from(vars[i]->name), buf_cstr(&note), '\0');
	}
	buf_deinit(&note);
}

static void dollars(struct search *s)
{
	const char *name;

	variables(s, "$");
	for (size_t i = 0; (name = name_dollar_at(i)); i++)
		offer(s, "$", str_from(name), name_dollar_meaning(i), '\0');
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
	offer_name(s, "NULL", "address 0", '\0');
	offer_name(s, "MAP_FAILED", "what mmap yields in C when it fails: -1", '\0');
}

static void expression(struct search *s)
{
	variables(s, "");
	functions(s);
	constants(s);
	for (size_t i = 0; s->word.n && i < ARRAY_SIZE(types); i++)
		offer_name(s, types[i], NULL, '\0');
	foreign_functions(s);
}

/* An argument: before a letter is typed, what it most likely is. */
static void value(struct search *s)
{
	if (s->word.n) {
		expression(s);
		return;
	}
	variables(s, "");
	offer_name(s, "page", "the size of a page", '\0');
	offer_name(s, "NULL", "address 0", '\0');
}

static void statement(struct search *s)
{
	commands(s, false);
	offer_told(s, keywords, ARRAY_SIZE(keywords), ' ');
	expression(s);
}

/* Errnos, signals and codes, once a letter is there, but for the codes of refused accesses. */
static void outcome(struct search *s)
{
	const struct flag *flag;
	int number = 0, code = 0;

	offer_told(s, outcomes, ARRAY_SIZE(outcomes), ' ');
	for (size_t i = 0; (flag = constant_at(i)); i++) {
		struct str name = str_from(flag->name);
		bool usual = str_starts(name, STR("SEGV_")) || str_starts(name, STR("BUS_"));
		enum outcome_word kind =
			s->word.n || usual ? outcome_find(name, &number, &code) : OUTCOME_NO;
		if (kind != OUTCOME_NO) {
			bool error = kind == OUTCOME_ERRNO && !flag->meaning;
			offer_name(s, flag->name, error ? errno_text(number) : flag->meaning, ' ');
		}
	}
}

/* ---- Places ---- */

/* The options that a row's parameter names in capitals and dashes: ADDR|--gaps. */
static void dashed_words(struct search *s, const struct param *p)
{
	for (const char *at = strstr(p->name, "--"); at; at = strstr(at + 2, "--"))
		offer(s, "", (struct str){at, strcspn(at, "|]")}, NULL, ' ');
}

/* An argument in command form, standing behind the argument BEFORE. */
static void param(struct search *s, const struct param *p, struct str before)
{
	bool full = s->word.n && isupper((unsigned char)*s->word.p);

	dashed_words(s, p);
	switch (p->kind) {
	case KIND_FILE:
		s->out->paths = true;
		return;
	case KIND_MAPPING:
		offer_mappings(s);
		break;
	case KIND_STATEMENT:
		statement(s);
		return;
	default:
		if (offer_words(s, p, before))
			return;
	}
	if (p->reads == READS_FLAGS && p->set) {
		if (offer_flags(s, p->set, full) || !s->word.n)
			return;
	}
	bool text = p->reads == READS_TEXT && p->kind == KIND_ANY; /* watch's expression */
	if (text || p->reads == READS_EXPR || p->reads == READS_FLAGS || p->reads == READS_OPERAND)
		value(s);
}

/* An argument in call form is C: the names of its set in full come first, then all else. */
static void argument(struct search *s, const struct context *c)
{
	const struct param *p = c->params[0];

	if (p && p->kind == KIND_FLAGS) {
		if (offer_flags(s, p->set, true))
			return;
		variables(s, "");
		if (!s->word.n)
			return;
	}
	value(s);
}

/* Behind expect: before a letter is typed the outcomes and the functions that tell facts. */
static void expected(struct search *s)
{
	const struct row *row;

	outcome(s);
	if (s->word.n)
		statement(s);
	else
		variables(s, "");
	for (size_t i = 0; !s->word.n && (row = row_at(i)); i++)
		if (strcmp(row->group, "expect") == 0)
			offer_name(s, row->form.name, row->summary, '(');
}

static void look(struct search *s, const struct context *c)
{
	switch (c->spot) {
	case SPOT_NOTHING:
		return;
	case SPOT_STRING:
		s->out->paths = !c->params[0] || !offer_words(s, c->params[0], c->before);
		return;
	case SPOT_STATEMENT:
		statement(s);
		return;
	case SPOT_RIGHT_SIDE:
		commands(s, true);
		expression(s);
		return;
	case SPOT_EXPECT:
		expected(s);
		return;
	case SPOT_OUTCOME:
		outcome(s);
		return;
	case SPOT_EXPRESSION:
		argument(s, c);
		return;
	case SPOT_PARAMS:
		break;
	}
	if (c->rest)
		statement(s);
	for (size_t i = 0; i < ARRAY_SIZE(c->params); i++)
		if (c->params[i])
			param(s, c->params[i], c->before);
}

/* By their words, those without a meaning last. */
static int by_word(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (!x->note != !y->note)
		return x->note ? -1 : 1;
	return strcmp(x->word, y->word);
}

void complete(
	struct session *session, struct str line, size_t start, size_t end, struct candidates *out)
{
	struct candidates found = {0};
	struct search s = {
		.session = session,
		.before = {line.p, start},
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

bool complete_whole_words(struct str line, size_t end)
{
	struct context c = context_find(line, end);
	bool whole = c.spot == SPOT_STRING;

	for (size_t i = 0; i < ARRAY_SIZE(c.params); i++) {
		const struct param *p = c.params[i];
		whole |= p && c.spot == SPOT_PARAMS && !c.rest &&
			 (p->kind == KIND_FILE ||
				 (p->reads == READS_OPERAND && p->kind == KIND_MAPPING));
	}
	return whole;
}

void candidates_deinit(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].word);
		free(c->v[i].note);
	}
	free(c->v);
	*c = (struct candidates){0};
}
