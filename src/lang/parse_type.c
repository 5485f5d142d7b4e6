/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types: single names, C's words in any order, and stars. */
#include "lang/parser.h"

enum { STARS_MAX = 16 };

/* How often each of C's words occurs in a type. */
struct words {
	unsigned is_signed, is_unsigned, is_char, is_short, is_int, is_long, qualifiers;
};

static unsigned *count_of(struct words *w, struct str name)
{
	const struct {
		struct str name;
		unsigned *count;
	} table[] = {
		{STR("signed"), &w->is_signed},
		{STR("unsigned"), &w->is_unsigned},
		{STR("char"), &w->is_char},
		{STR("short"), &w->is_short},
		{STR("int"), &w->is_int},
		{STR("long"), &w->is_long},
		{STR("const"), &w->qualifiers},
		{STR("volatile"), &w->qualifiers},
	};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (str_eq(name, table[i].name))
			return table[i].count;
	return NULL;
}

bool type_begins(struct str name)
{
	struct type type;
	if (name.n < 2 || !strchr("cdfilopsuv", name.p[0]))
		return false;
	return type_find(name, &type) || str_eq(name, STR("const")) ||
	       str_eq(name, STR("volatile"));
}

/* Whether C allows these words together. */
static bool words_agree(const struct words *w)
{
	if (w->is_signed + w->is_unsigned > 1 || w->is_char > 1 || w->is_short > 1 ||
		w->is_int > 1 || w->is_long > 2)
		return false;
	return (w->is_char > 0) + (w->is_short > 0) + (w->is_long > 0) <= 1 &&
	       !(w->is_char && w->is_int);
}

static uint8_t words_base(const struct words *w)
{
	bool u = w->is_unsigned;
	if (w->is_char)
		return u ? T_U8 : T_S8;
	if (w->is_short)
		return u ? T_U16 : T_S16;
	if (w->is_long)
		return u ? T_U64 : T_S64;
	return u ? T_U32 : T_S32;
}

/* type-words = { "const" | "volatile" } ( name | C's integer words ) */
static bool parse_type_words(struct parser *p, struct type *out)
{
	struct words words = {0};
	struct span start = p->tok.span;
	unsigned singles = 0; /* names that are types of their own */
	bool any = false;     /* one of C's integer words */
	while (p->tok.kind == TOK_NAME) {
		struct str name = tok_text(p);
		unsigned *count = count_of(&words, name);
		if (!count && !type_find(name, out))
			break;
		if (count)
			++*count;
		else
			singles++;
		any = any || (count && count != &words.qualifiers);
		advance(p);
	}
	struct span span = span_join(start, p->prev);
	struct str text = lex_text(&p->lex, span);
	if (singles + any > 1 || !words_agree(&words))
		return fail(p, ERR_TYPE, span, "\"%.*s\" is not a type",
			(int)MIN(text.n, (size_t)60), text.p);
	if (!singles && !any)
		return fail_expected(p, "a type");
	if (any)
		*out = (struct type){words_base(&words), 0};
	return true;
}

/* type = type-words { "*" [ "const" | "volatile" ] } */
bool parse_type(struct parser *p, struct type *out)
{
	struct type type;
	if (!parse_type_words(p, &type))
		return false;
	while (p->tok.kind == TOK_STAR) {
		if (type.depth == STARS_MAX)
			return fail(
				p, ERR_TYPE, p->tok.span, "too many stars: %d at most", STARS_MAX);
		type.depth++;
		advance(p);
		while (tok_is(p, "const") || tok_is(p, "volatile"))
			advance(p);
	}
	*out = type;
	return true;
}
