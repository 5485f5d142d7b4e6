/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing two lists of mappings, and saying in a few words what became of them. */
#include "mem/delta.h"

#include <stdlib.h>

#include "mem/explain_parts.h"

void delta_deinit(struct delta *d)
{
	free(d->v);
	*d = DELTA_INIT;
}

void delta_clear(struct delta *d)
{
	*d = (struct delta){.v = d->v, .cap = d->cap};
}

static void add(struct delta *d, char sign, unsigned group, const struct mapping *m)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 16;
		struct change *v = reallocarray(d->v, cap, sizeof(*v));
		if (!v)
			abort();
		d->v = v;
		d->cap = cap;
	}
	d->v[d->n++] = (struct change){sign, group, m};
}

/* A place in both lists. */
struct walk {
	const struct maps *before, *after;
	size_t i, j;
};

static void skip_equal(struct walk *w)
{
	while (w->i < w->before->n && w->j < w->after->n &&
		mapping_equal(&w->before->v[w->i], &w->after->v[w->j])) {
		w->i++;
		w->j++;
	}
}

/* The next of a list from I on, unless the other list has the same one. */
static const struct mapping *peek(
	const struct maps *list, size_t i, const struct maps *other, size_t j)
{
	if (i >= list->n)
		return NULL;
	const struct mapping *m = &list->v[i];
	bool same = j < other->n && mapping_equal(m, &other->v[j]);
	return same ? NULL : m;
}

/* Walks over one group of touching changes; W's indices end behind it. */
static void pass_group(struct walk *w)
{
	uint64_t end = 0;
	for (bool first = true;; first = false) {
		const struct mapping *old = peek(w->before, w->i, w->after, w->j);
		const struct mapping *new = peek(w->after, w->j, w->before, w->i);
		const struct mapping *next = old && (!new || old->start <= new->start) ? old : new;
		if (!next || (!first && next->start > end))
			return;
		end = MAX(end, next->end);
		if (next == old)
			w->i++;
		else
			w->j++;
	}
}

void delta_compute(struct delta *d, const struct maps *before, const struct maps *after)
{
	struct walk w = {before, after, 0, 0};
	delta_clear(d);
	d->before = before;
	d->after = after;
	for (unsigned group = 0;; group++) {
		skip_equal(&w);
		size_t i = w.i, j = w.j;
		pass_group(&w);
		if (i == w.i && j == w.j)
			return;
		for (; i < w.i; i++)
			add(d, '-', group, &before->v[i]);
		for (; j < w.j; j++)
			add(d, '+', group, &after->v[j]);
	}
}

/* Adds the part of M that lies in [START, END), if any. */
static void add_part(struct maps *list, const struct mapping *m, uint64_t start, uint64_t end)
{
	struct mapping part = *m;
	part.start = MAX(m->start, start);
	part.end = MIN(m->end, end);
	if (part.start >= part.end)
		return;
	if (!mapping_is_anonymous(m))
		part.offset += part.start - m->start;
	maps_add(list, &part);
}

void delta_before_fresh(struct maps *before, const struct maps *after, uint64_t start, uint64_t end)
{
	maps_clear(before);
	for (size_t i = 0; i < after->n; i++) {
		add_part(before, &after->v[i], 0, start);
		add_part(before, &after->v[i], end, UINT64_MAX);
	}
}

/* The changes of one kind, all in one group, as a run of V. */
struct side {
	const struct change *v;
	size_t n;
};

static const struct mapping *first(struct side s)
{
	return s.v[0].mapping;
}

static const struct mapping *last(struct side s)
{
	return s.v[s.n - 1].mapping;
}

/* Whether two mappings show the same memory: the same file at the same offset for each address, or
 * none. */
static bool same_backing(const struct mapping *a, const struct mapping *b)
{
	if (a->major != b->major || a->minor != b->minor || a->inode != b->inode)
		return false;
	return mapping_is_anonymous(a) || a->offset - a->start == b->offset - b->start;
}

static bool same_kind(const struct mapping *a, const struct mapping *b)
{
	return a->perms == b->perms && same_backing(a, b) && strcmp(a->name, b->name) == 0;
}

static bool all_backed_as(struct side s, const struct mapping *m)
{
	for (size_t i = 0; i < s.n; i++)
		if (!same_backing(s.v[i].mapping, m))
			return false;
	return true;
}

static bool inside(struct side inner, struct side outer)
{
	return first(inner)->start >= first(outer)->start && last(inner)->end <= last(outer)->end;
}

static void put_count(struct buf *b, size_t n)
{
	static const char *const words[] = {"no", "one", "two", "three", "four", "five", "six",
		"seven", "eight", "nine", "ten"};
	if (n < ARRAY_SIZE(words))
		buf_puts(b, words[n]);
	else
		buf_dec(b, n);
}

static void put_mappings(struct buf *b, size_t n)
{
	put_count(b, n);
	buf_puts(b, n == 1 ? " mapping" : " mappings");
}

static void put_size(struct buf *b, const char *before, uint64_t bytes)
{
	buf_puts(b, before);
	size_print(b, bytes);
}

/* "grew by 8K": what became of the size of one mapping. */
static void put_resized(
	struct buf *b, const struct delta *d, const struct mapping *old, const struct mapping *new)
{
	uint64_t was = old->end - old->start, is = new->end - new->start;
	if (is > was)
		put_size(b,
			new->start < old->start ? "grew down by "
			: d->in_place           ? "grew in place by "
						: "grew by ",
			is - was);
	else if (is < was)
		put_size(b, "shrank by ", was - is);
}

/* A new range became part of a mapping that was there. */
static bool say_merged(struct buf *b, const struct delta *d, struct side old, struct side new)
{
	if (d->fresh_start >= d->fresh_end || new.n != 1 || !all_backed_as(old, first(new)))
		return false;
	uint64_t start = d->fresh_start, end = d->fresh_end;
	for (size_t i = 0; i < old.n; i++)
		if (mapping_meets(old.v[i].mapping, start, end - start))
			return false;
	bool below = first(old)->end == start && first(old)->start == first(new)->start;
	bool above = last(old)->start == end && last(old)->end == first(new)->end;
	if (old.n != (size_t)below + above || first(new)->start > start || first(new)->end < end)
		return false;
	buf_puts(b, below && above ? "merged with both neighbours"
		    : below        ? "merged with the mapping below"
				   : "merged with the mapping above");
	return true;
}

/* "7f0000000000-7f0000003000 r-xp libc.so.6" */
static void put_mapping(struct buf *b, const struct mapping *m)
{
	char perms[5];
	perms_print(perms, m->perms);
	buf_hex(b, m->start, 8);
	buf_putc(b, '-');
	buf_hex(b, m->end, 8);
	buf_printf(
		b, " %s%s%s", perms, m->name[0] ? " " : "", m->name[0] ? mapping_basename(m) : "");
}

/*
 * What of the mappings before lay where the fresh range is: "one mapping", "4K of 10000-13000
 * rw-p", "8K of two mappings", with BEFORE in front. False if nothing did.
 */
static bool put_replaced(struct buf *b, const char *before, const struct delta *d)
{
	uint64_t start = d->fresh_start, end = d->fresh_end, bytes = 0;
	size_t whole = 0, met = 0;
	const struct mapping *one = NULL;
	for (size_t i = maps_at_or_above(d->before, start); start < end && i < d->before->n; i++) {
		const struct mapping *m = &d->before->v[i];
		if (!mapping_meets(m, start, end - start))
			break;
		one = m;
		met++;
		whole += m->start >= start && m->end <= end;
		bytes += MIN(m->end, end) - MAX(m->start, start);
	}
	if (!met)
		return false;
	buf_puts(b, before);
	if (whole != met) {
		size_print(b, bytes);
		buf_puts(b, " of ");
	}
	if (met == 1 && !whole)
		put_mapping(b, one);
	else
		put_mappings(b, met);
	return true;
}

/* Two neighbours with the border between them elsewhere than before. */
static bool say_border(struct buf *b, struct side old, struct side new)
{
	if (old.n != 2 || new.n != 2)
		return false;
	const struct mapping *low = first(old), *high = last(old), *low_now = first(new),
			     *high_now = last(new);
	if (low->end != high->start || low_now->end != high_now->start ||
		low->start != low_now->start || high->end != high_now->end ||
		!same_kind(low, low_now) || !same_kind(high, high_now))
		return false;
	bool up = low_now->end > low->end;
	size_print(b, up ? low_now->end - low->end : low->end - low_now->end);
	buf_puts(b, up ? " went from the mapping above to the one below"
		       : " went from the mapping below to the one above");
	return true;
}

static void say_became(struct buf *b, struct side old, struct side new)
{
	put_mappings(b, old.n);
	buf_puts(b, " became ");
	put_count(b, new.n);
}

/* One mapping in the place of one. */
static void say_one(
	struct buf *b, const struct delta *d, const struct mapping *old, const struct mapping *new)
{
	bool same_range = old->start == new->start && old->end == new->end;
	bool meet = mapping_meets(old, new->start, new->end - new->start);
	if (same_range && !same_backing(old, new))
		buf_puts(b, "replaced one mapping");
	else if (!same_range && meet && same_kind(old, new))
		put_resized(b, d, old, new);
}

/* One group with both signs. */
static void say_group(struct buf *b, const struct delta *d, struct side old, struct side new)
{
	if (say_merged(b, d, old, new) || put_replaced(b, "replaced ", d) ||
		say_border(b, old, new))
		return;
	if (old.n == 1 && new.n == 1)
		say_one(b, d, first(old), first(new));
	else if (old.n == 1 && inside(new, old) && all_backed_as(new, first(old)))
		say_became(b, old, new);
	else if (new.n == 1 && inside(old, new) && all_backed_as(old, first(new)))
		say_became(b, old, new);
}

/*
 * What a mremap moved, where it did: "moved up", "two mappings moved down", "8K moved up and grew
 * by 4K, replacing 4K of 10000-13000 rw-p". Nothing where the old range is still mapped.
 */
static void say_moved(struct buf *b, const struct delta *d)
{
	uint64_t start = d->moved_start, end = d->moved_end;
	size_t first = maps_at_or_above(d->before, start), last = first;
	size_t left = maps_at_or_above(d->after, start);
	if (start >= end || first == d->before->n || d->before->v[first].start >= end)
		return;
	if (left < d->after->n && d->after->v[left].start < end)
		return;
	while (last + 1 < d->before->n && d->before->v[last + 1].start < end)
		last++;
	bool whole = d->before->v[first].start == start && d->before->v[last].end == end;
	if (!whole)
		put_size(b, "", end - start);
	else if (last > first)
		put_mappings(b, last - first + 1);
	buf_puts(b, whole && last == first ? "moved" : " moved");
	buf_puts(b, d->fresh_start > start ? " up" : " down");
	uint64_t was = end - start, is = d->fresh_end - d->fresh_start;
	if (is != was)
		put_size(b, is > was ? " and grew by " : " and shrank by ",
			is > was ? is - was : was - is);
	put_replaced(b, ", replacing ", d);
}

void delta_sentence(struct buf *b, const struct delta *d)
{
	size_t went = 0;
	for (size_t i = 0; i < d->n; i++)
		went += d->v[i].sign == '-';
	size_t came = d->n - went;
	if (d->moved_start < d->moved_end) {
		say_moved(b, d);
		return;
	}
	if (!d->n) {
		if (d->fresh_start < d->fresh_end && put_replaced(b, "replaced ", d))
			buf_puts(b, "; the mappings look the same as before");
		return;
	}
	if (!went || !came) {
		if (d->n > 1) {
			put_mappings(b, d->n);
			buf_puts(b, went ? " went" : " came");
		}
		return;
	}
	if (d->v[d->n - 1].group == 0)
		say_group(b, d, (struct side){d->v, went}, (struct side){d->v + went, came});
}
