/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the user's aliases, and what running one does. */
#include "shell/aliases.h"

#include <stdlib.h>

#include "shell/repl.h"

enum { DEPTH_MAX = 16 };

static enum status run_alias(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	const struct alias *alias = (const struct alias *)(const void *)in->row;
	struct buf text = BUF_INIT, name = BUF_INIT;
	(void)out;
	if (s->depth >= DEPTH_MAX) {
		err_set(err, ERR_VALUE, in->node->span, "aliases are nested too deeply: %d at most",
			DEPTH_MAX);
		return ST_ERROR;
	}
	buf_puts(&text, alias->text);
	if (in->args[0].type.base != T_NONE) {
		buf_putc(&text, ' ');
		buf_str(&text, in->args[0].str);
	}
	buf_putc(&text, '\n');
	buf_printf(&name, "alias %s", alias->name);
	struct arena outer =
		s->arena; /* each statement resets the session's arena: give these another */
	s->arena = ARENA_INIT;
	s->depth++;
	repl_text(s, buf_cstr(&name), buf_slice(&text));
	s->depth--;
	arena_deinit(&s->arena);
	s->arena = outer;
	buf_deinit(&name);
	buf_deinit(&text);
	return ST_OK;
}

static const struct param rest[] = {
	{.name = "ARGUMENTS", .kind = KIND_ANY, .reads = READS_TEXT, .flags = PARAM_OPTIONAL},
};

static char *copy(struct str s)
{
	char *c = strndup(s.p, s.n);
	if (!c)
		abort();
	return c;
}

static int compare(struct str name, const char *other)
{
	int order = strncmp(name.p, other, name.n);
	return order ? order : strlen(other) > name.n ? -1 : 0;
}

/* Where NAME is, or where it belongs. */
static size_t place_of(const struct aliases *a, struct str name)
{
	size_t i = 0;
	while (i < a->n && compare(name, a->v[i]->name) > 0)
		i++;
	return i;
}

const struct alias *alias_find(const struct aliases *a, struct str name)
{
	size_t i = place_of(a, name);
	return i < a->n && str_is(name, a->v[i]->name) ? a->v[i] : NULL;
}

void alias_set(struct aliases *a, struct str name, struct str text)
{
	size_t i = place_of(a, name);
	if (i < a->n && str_is(name, a->v[i]->name)) {
		free(a->v[i]->text);
		a->v[i]->text = copy(text);
		return;
	}
	struct alias *new = calloc(1, sizeof(*new));
	a->v = realloc(a->v, (a->n + 1) * sizeof(*a->v));
	if (!new || !a->v)
		abort();
	new->name = copy(name);
	new->text = copy(text);
	new->row = (struct row){
		.form = {.name = new->name,
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			.params = rest,
			.n_params = 1},
		.group = "shell",
		.summary = "an alias",
		.details = "",
		.example = "",
		.see = "",
		.run = run_alias,
	};
	memmove(&a->v[i + 1], &a->v[i], (a->n - i) * sizeof(*a->v));
	a->v[i] = new;
	a->n++;
}

static void destroy(struct alias *alias)
{
	free(alias->name);
	free(alias->text);
	free(alias);
}

bool alias_remove(struct aliases *a, struct str name)
{
	size_t i = place_of(a, name);
	if (i == a->n || !str_is(name, a->v[i]->name))
		return false;
	destroy(a->v[i]);
	a->n--;
	memmove(&a->v[i], &a->v[i + 1], (a->n - i) * sizeof(*a->v));
	return true;
}

void aliases_deinit(struct aliases *a)
{
	for (size_t i = 0; i < a->n; i++)
		destroy(a->v[i]);
	free(a->v);
	*a = (struct aliases){0};
}
