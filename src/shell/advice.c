/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that mean nothing: mistyped, another program's, or without what they need around them. */
#include "shell/advice.h"

#include <stdio.h>

#include "base/suggest.h"
#include "mem/flags.h"
#include "shell/habits.h"
#include "shell/row.h"
#include "shell/session.h"
#include "shell/symbols.h"
#include "shell/sysnames.h"

static const char *did_you_mean(struct session *s, const char *other)
{
	if (!other)
		return NULL;
	snprintf(s->advice, sizeof(s->advice), "did you mean %s?", other);
	return s->advice;
}

/* A sentence that names NAME up to three times. */
static const char *say(struct session *s, const char *sentence, struct str name)
{
	int n = (int)MIN(name.n, (size_t)40);

	snprintf(s->advice, sizeof(s->advice), sentence, n, name.p, n, name.p, n, name.p);
	return s->advice;
}

/* NAME is a command or a function, but stands where a value is wanted. */
static const char *used_as_value(struct session *s, struct str name)
{
	if (row_find(name, FORM_FUNCTION) || sysname_find(name))
		return say(s, "it is a function, called as in %.*s(…)", name);
	if (row_find(name, FORM_COMMAND))
		return say(s,
			"it is a command; a variable of that name is written $%.*s and set with "
			"$%.*s = …",
			name);
	return NULL;
}

/* NAME is a symbol of the target. */
static const char *is_symbol(struct session *s, struct str name)
{
	struct symbol symbol;

	if (name.n < 2 || !s->remote || !symbol_find(s, name, &symbol))
		return NULL;
	if (symbol.kind == SYMBOL_FUNCTION || symbol.kind == SYMBOL_IFUNC)
		return say(s,
			"it is a function of the target: %.*s(…) calls it, sym(\"%.*s\") is its "
			"address",
			name);
	return say(s, "it is a symbol of the target: sym(\"%.*s\") is its address", name);
}

/* The nearest of all names. */
static const char *nearest(struct session *s, struct str name)
{
	struct suggest best = suggest_start(name);
	size_t n;
	struct var *const *vars = vars_sorted(s->vars, &n);
	const struct row *row;
	const struct flag *flag;
	const struct sysname *call;

	for (size_t i = 0; i < n; i++)
		suggest_offer(&best, vars[i]->name);
	for (size_t i = 0; (row = row_at(i)); i++)
		suggest_offer(&best, row->form.name);
	for (size_t i = 0; (flag = constant_at(i)); i++)
		suggest_offer(&best, flag->name);
	for (size_t i = 0; (call = sysname_at(i)); i++)
		suggest_offer(&best, call->name);
	return best.best;
}

const char *advice_name(struct session *s, struct str name)
{
	/* One letter is a forgotten variable. */
	const char *habit = name.n > 1 ? habit_of(name) : NULL;
	const char *advice = habit_absent(name);

	if (!advice)
		advice = used_as_value(s, name);
	if (!advice)
		advice = did_you_mean(s, habit);
	if (!advice)
		advice = is_symbol(s, name);
	return advice ? advice : did_you_mean(s, nearest(s, name));
}

const char *advice_command(struct session *s, struct str word)
{
	struct suggest best = suggest_start(word);
	const struct row *row;
	const char *advice = habit_absent(word);

	if (!advice)
		advice = did_you_mean(s, habit_of(word));
	if (!advice)
		advice = is_symbol(s, word);
	if (advice)
		return advice;
	for (size_t i = 0; (row = row_at(i)); i++)
		if (row->form.flags & FORM_COMMAND)
			suggest_offer(&best, row->form.name);
	return did_you_mean(s, best.best);
}
