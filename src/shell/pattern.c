/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What find looks for. */
#include "shell/pattern.h"

#include <stdlib.h>

#include "lang/ast.h"
#include "lang/lex.h"
#include "shell/bytes.h"
#include "shell/range.h"

enum { DEFAULT_LIMIT = 20, LIMIT_MAX = 1000000 };

void pattern_deinit(struct pattern *p)
{
	buf_deinit(&p->bytes);
	buf_deinit(&p->mask);
}

/* Whether argument I is the bare word WORD. */
static bool is_word(const struct invocation *in, size_t i, const char *word)
{
	return i < in->n && in->node->args[i] && in->node->args[i]->kind == N_STRING &&
	       str_is(in->node->args[i]->name, word);
}

static bool has_wildcards(const struct node *arg)
{
	return arg->kind == N_STRING && str_starts(arg->name, STR("hex\""));
}

/* hex"90 ?? c3": TEXT is all of it. */
static bool add_wildcards(struct pattern *p, struct str text, struct span span, struct err *err)
{
	size_t i = sizeof("hex\"") - 1;
	while (i + 1 < text.n) {
		char c = text.p[i], next = text.p[i + 1];
		int high = lex_hex_digit(c), low = lex_hex_digit(next);
		bool any = c == '?' && next == '?';
		if (c == ' ' || c == '\t') {
			i++;
			continue;
		}
		if (!any && (high < 0 || low < 0))
			return err_set(err, ERR_ARGS, (struct span){span.at + i, 1},
				"only pairs of hexadecimal digits and ?? stand in hex\"…\"");
		buf_putc(&p->bytes, any ? 0 : (char)(high * 16 + low));
		buf_putc(&p->mask, any ? 0 : (char)0xff);
		i += 2;
	}
	return true;
}

static bool add_bytes(struct pattern *p, const struct invocation *in, size_t i, struct err *err)
{
	const struct node *arg = in->node->args[i];
	if (has_wildcards(arg))
		return add_wildcards(p, arg->name, arg->span, err);
	if (!bytes_add(&p->bytes, in->args[i], arg->span, err))
		return false;
	buf_pad(&p->mask, (char)0xff, p->bytes.len - p->mask.len);
	return true;
}

/* pointers RANGE */
static bool read_pointers(struct session *s, const struct invocation *in, size_t *i,
	struct pattern *p, struct err *err)
{
	struct parts parts = PARTS_INIT;
	++*i;
	if (*i >= in->n)
		return err_set(err, ERR_ARGS, in->node->args[*i - 1]->span,
			"RANGE is missing: pointers ADDR LEN, or one word");
	enum status status = range_read(s, in, i, false, &parts, err);
	if (status == ST_OK && parts.n) {
		p->what.words = true;
		p->what.low = parts.v[0].start;
		p->what.span = parts.v[parts.n - 1].end - parts.v[0].start;
		p->what.align = sizeof(uint64_t);
	} else if (status == ST_OK) {
		err_set(err, ERR_VALUE, in->node->args[*i - 1]->span,
			"the range is empty: nothing can point into it");
	}
	parts_deinit(&parts);
	return p->what.words || (status != ST_ERROR && err->code == ERR_NONE &&
					err_set(err, ERR_SYSTEM, in->node->span,
						"the target's maps cannot be read"));
}

static bool read_option(
	const struct invocation *in, size_t *i, uint64_t *value, uint64_t most, struct err *err)
{
	struct span span = in->node->args[*i]->span;
	bool number = *i + 1 < in->n && in->args[*i + 1].type.base != T_STRING;
	*value = number ? value_bits(in->args[*i + 1]) : 0;
	if (!number || *value == 0 || *value > most)
		return err_set(err, ERR_ARGS, span, "a number from 1 to %llu must follow",
			(unsigned long long)most);
	*i += 2;
	return true;
}

static bool read_align(const struct invocation *in, size_t *i, struct pattern *p, struct err *err)
{
	struct span span = in->node->args[*i]->span;
	uint64_t align;
	if (!read_option(in, i, &align, 1ULL << 40, err))
		return false;
	if (align & (align - 1))
		return err_set(err, ERR_VALUE, span, "an alignment is a power of two");
	p->what.align = align;
	return true;
}

/*
 * The alignment that goes without saying: a lone number with a type lies at a multiple of its size.
 */
static uint64_t natural_align(const struct invocation *in, size_t from, size_t n)
{
	struct type t = in->args[from].type;
	if (n != 1 || (t.base == T_STRING && !t.depth) || (t.base == T_S64 && !t.depth))
		return 1;
	return MAX(type_size(t), 1U);
}

/* How often a byte is met in memory, roughly: zeros, small numbers and 0xff are everywhere. */
static unsigned commonness(unsigned char c)
{
	return c == 0 ? 4 : c == 0xff ? 3 : c < 0x10 || c == ' ' || c == 'e' ? 2 : 1;
}

/* Chooses the two bytes that are looked for first. False if there are only wildcards. */
static bool choose_keys(struct pattern *p)
{
	const unsigned char *bytes = (const unsigned char *)p->bytes.p,
			    *mask = (const unsigned char *)p->mask.p;
	size_t best = SIZE_MAX, second = SIZE_MAX;
	for (size_t i = 0; i < p->bytes.len; i++) {
		if (!mask[i])
			continue;
		if (best == SIZE_MAX || commonness(bytes[i]) < commonness(bytes[best])) {
			second = best;
			best = i;
		} else if (second == SIZE_MAX ||
			   commonness(bytes[i]) <= commonness(bytes[second])) {
			second = i;
		}
	}
	if (best == SIZE_MAX)
		return false;
	second = second == SIZE_MAX ? best : second;
	p->what.key = MIN(best, second);
	p->what.second = MAX(best, second);
	return true;
}

static void note_zeros(struct pattern *p)
{
	size_t n = p->bytes.len;
	if (p->what.words) {
		p->fits_zeros = p->what.low == 0;
		return;
	}
	p->fits_zeros = true;
	for (size_t i = 0; i < n; i++)
		p->fits_zeros = p->fits_zeros && !(p->bytes.p[i] & p->mask.p[i]);
	p->starts_with_zero = !(p->bytes.p[0] & p->mask.p[0]);
	p->ends_in_zero = !(p->bytes.p[n - 1] & p->mask.p[n - 1]);
}

static bool complete(const struct invocation *in, struct pattern *p, struct err *err)
{
	if (!p->what.words && p->bytes.len == 0)
		return err_set(err, ERR_ARGS, in->node->span, "the pattern is empty");
	if (p->bytes.len > WIRE_PATTERN_MAX)
		return err_set(err, ERR_ARGS, in->node->span, "a pattern has at most %d bytes",
			WIRE_PATTERN_MAX);
	if (!p->what.words && !choose_keys(p))
		return err_set(err, ERR_ARGS, in->node->span,
			"the pattern has nothing but wildcards: everything matches");
	p->what.pattern = buf_slice(&p->bytes);
	p->what.mask = buf_slice(&p->mask);
	note_zeros(p);
	return true;
}

bool pattern_read(struct session *s, const struct invocation *in, size_t from, struct pattern *p,
	struct err *err)
{
	size_t i = from, n_bytes = 0;
	uint64_t limit = DEFAULT_LIMIT;
	bool ok = true;
	while (ok && i < in->n && in->args[i].type.base != T_NONE) {
		if (is_word(in, i, "limit")) {
			ok = read_option(in, &i, &limit, LIMIT_MAX, err);
		} else if (is_word(in, i, "align")) {
			ok = read_align(in, &i, p, err);
		} else if (is_word(in, i, "pointers")) {
			ok = read_pointers(s, in, &i, p, err);
		} else {
			ok = add_bytes(p, in, i++, err);
			n_bytes++;
		}
	}
	if (ok && n_bytes && p->what.words)
		ok = err_set(err, ERR_ARGS, in->node->span,
			"pointers RANGE stands in place of a pattern");
	if (ok && !p->what.align)
		p->what.align = natural_align(in, MIN(from, in->n - 1), n_bytes);
	p->limit = limit;
	return ok && complete(in, p, err);
}
