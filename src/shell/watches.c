/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at watched expressions without disturbing what the statement left behind. */
#include "shell/watches.h"

#include <stdlib.h>

#include "mem/flags.h"
#include "shell/out.h"
#include "shell/row.h"
#include "shell/session.h"

/* ---- What may be watched ---- */

/* The first part of N that changes something, or NULL. Functions that tell facts change nothing. */
static const struct node *find_change(const struct node *n)
{
	const struct node *parts[] = {n->a, n->b, n->c};
	const struct node *found = NULL;

	if (n->kind == N_ASSIGN || n->kind == N_STEP || n->kind >= N_COMMAND)
		return n;
	if (n->kind == N_CALL) {
		const struct row *row = row_find(n->name, FORM_FUNCTION);
		if (!row || !row->run || strcmp(row->group, "expect") != 0)
			return n;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !found; i++)
		found = parts[i] ? find_change(parts[i]) : NULL;
	for (size_t i = 0; i < n->n_args && !found; i++)
		found = n->args[i] ? find_change(n->args[i]) : NULL;
	return found;
}

static struct node *parse_watched(struct session *s, struct str text, struct err *err)
{
	struct vocab vocab;
	struct node *tree = NULL;
	size_t used;

	session_vocab(s, &vocab);
	enum parse_result parsed = parse_line(&vocab, text, &s->arena, &used, &tree, err);
	if (parsed != PARSE_DONE && err->code != ERR_NONE)
		return NULL;
	const struct node *change = parsed == PARSE_DONE ? find_change(tree) : NULL;
	if (parsed == PARSE_DONE && !change)
		return tree;
	err_set(err, ERR_SYNTAX, change ? change->span : (struct span){0},
		"an expression can be watched that changes nothing: no calls but the functions "
		"that tell facts, no assignment");
	return NULL;
}

/* ---- Looking ---- */

static void describe(const struct session *s, const struct result *r, struct buf *b)
{
	const struct wire_fault *w = &s->fault.fault.wire;
	const char *code = sicode_name(w->signo, w->code);

	if (r->status == ST_OK)
		value_print(b, r->value);
	else if (r->status == ST_FAULT)
		buf_printf(b, "not readable (%s)", code ? code : signal_name(w->signo));
	else
		buf_printf(b, "unknown (%s)",
			r->status == ST_ERROR ? r->err.text : "the target did not answer");
}

/* The value of W now, with all put back that evaluating it may have changed. */
static void evaluate(struct session *s, const struct watch *w, struct buf *now)
{
	struct last_fault *fault = malloc(sizeof(*fault));
	struct result r = {0};
	struct err err = {0};
	bool effects = s->settings.effects;
	int error = s->error_number;

	if (!fault)
		abort();
	*fault = s->fault;
	s->settings.effects = false;
	struct node *tree = parse_watched(s, buf_slice(&w->text), &err);
	if (tree) {
		eval_expr(&s->ev, tree, &r);
		describe(s, &r, now);
	} else {
		buf_printf(now, "unknown (%s)", err.text);
	}
	s->settings.effects = effects;
	s->error_number = error;
	s->fault = *fault;
	free(fault);
}

void watch_print(struct buf *b, const struct watch *w)
{
	out_escape(b, buf_slice(&w->text));
	buf_puts(b, ": ");
	out_escape(b, buf_slice(&w->value));
}

static void look(struct session *s, struct watch *w)
{
	struct buf now = BUF_INIT;

	evaluate(s, w, &now);
	if (!str_eq(buf_slice(&now), buf_slice(&w->value))) {
		out_printf("  watch  ");
		watch_print(out_text(), w);
		out_printf(" → ");
		out_escape(out_text(), buf_slice(&now));
		out_printf("\n");
	}
	buf_deinit(&w->value);
	w->value = now;
}

void watches_look(struct session *s)
{
	struct arena_mark mark = arena_mark(&s->arena);

	if (s->watches.looking)
		return;
	s->watches.looking = true;
	for (size_t i = 0; i < s->watches.n; i++)
		look(s, &s->watches.v[i]);
	s->watches.looking = false;
	arena_release(&s->arena, mark);
}

/* ---- The list ---- */

bool watch_add(struct session *s, struct str text, struct err *err)
{
	struct watches *w = &s->watches;
	struct watch new = {0};

	while (text.n && strchr(" \t;", text.p[text.n - 1]))
		text.n--;
	if (!parse_watched(s, text, err))
		return false;
	buf_str(&new.text, text);
	evaluate(s, &new, &new.value);
	w->v = realloc(w->v, (w->n + 1) * sizeof(*w->v));
	if (!w->v)
		abort();
	w->v[w->n++] = new;
	return true;
}

void watch_remove(struct session *s, size_t i)
{
	struct watches *w = &s->watches;

	buf_deinit(&w->v[i].text);
	buf_deinit(&w->v[i].value);
	w->n--;
	memmove(&w->v[i], &w->v[i + 1], (w->n - i) * sizeof(*w->v));
}

void watches_deinit(struct watches *w)
{
	for (size_t i = 0; i < w->n; i++) {
		buf_deinit(&w->v[i].text);
		buf_deinit(&w->v[i].value);
	}
	free(w->v);
	*w = (struct watches){0};
}
