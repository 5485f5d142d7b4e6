/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges that commands work on. */
#include "shell/range.h"

#include <stdio.h>
#include <stdlib.h>

#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/session.h"
#include "shell/show.h"

/* ---- Parts ---- */

void parts_deinit(struct parts *p)
{
	free(p->v);
	*p = PARTS_INIT;
}

static void add_part(struct parts *p, uint64_t start, uint64_t end, enum part_kind kind)
{
	struct part *last = p->n ? &p->v[p->n - 1] : NULL;
	if (start >= end)
		return;
	if (last && last->end == start && last->kind == kind) {
		last->end = end;
		return;
	}
	if (p->n == p->cap) {
		p->cap = MAX(p->cap * 2, (size_t)16);
		p->v = realloc(p->v, p->cap * sizeof(*p->v));
		if (!p->v)
			abort();
	}
	p->v[p->n++] = (struct part){start, end, kind};
}

const char *part_kind_text(enum part_kind kind)
{
	switch (kind) {
	case PART_READABLE:
		return "readable";
	case PART_ZERO:
		return "never touched, all zeros";
	case PART_DENIED:
		return "the mapping does not allow reading";
	case PART_GUARD:
		return "a guard";
	case PART_UNMAPPED:
		break;
	}
	return "nothing is mapped there";
}

/* Whether a page without a frame reads as zeros: private memory, without a file behind it. */
static bool starts_as_zeros(const struct mapping *m)
{
	bool named = m->name[0] && strcmp(m->name, "[heap]") && strcmp(m->name, "[stack]") &&
		     strncmp(m->name, "[anon:", 6);
	return mapping_is_anonymous(m) && !(m->perms & PERM_SHARED) && !named;
}

/* The parts of a readable mapping. False on ^C or loss. */
static bool add_readable(struct pages *pages, const struct mapping *m, uint64_t start, uint64_t end,
	struct parts *out)
{
	struct page_runs runs = PAGE_RUNS_INIT;
	uint64_t from = align_down(start, pages->page), to = align_up(end, pages->page);
	if (pages->fd < 0 || to > pages->limit || !starts_as_zeros(m)) {
		add_part(out, start, end, PART_READABLE);
		return true;
	}
	bool ok = pages_runs(pages, from, to, &runs);
	for (size_t i = 0; ok && i < runs.n; i++) {
		enum page_kind kind = runs.v[i].page.kind;
		add_part(out, MAX(start, runs.v[i].start), MIN(end, runs.v[i].end),
			kind == PAGE_ABSENT  ? PART_ZERO
			: kind == PAGE_GUARD ? PART_GUARD
					     : PART_READABLE);
	}
	page_runs_deinit(&runs);
	return ok;
}

static bool add_mapping(struct pages *pages, const struct mapping *m, uint64_t start, uint64_t end,
	struct parts *out)
{
	if (m->perms & PERM_R)
		return add_readable(pages, m, start, end, out);
	add_part(out, start, end, PART_DENIED);
	return true;
}

/* The pagemap, if ZEROS asks for it and it can be had. */
static struct pages open_pages(struct session *s, bool zeros)
{
	struct pages pages = {.fd = -1};
	if (zeros && !pages_open(s, &pages))
		pages.fd = -1;
	return pages;
}

static bool add_parts(
	struct session *s, struct pages *pages, uint64_t start, uint64_t end, struct parts *out)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	while (start < end) {
		enum procmap_result found = procmap_query(s->remote, start, &m, name);
		if (found == PROCMAP_ERROR || remote_interrupted())
			return false;
		if (found == PROCMAP_NONE || m.start >= end) {
			add_part(out, start, end, PART_UNMAPPED);
			return true;
		}
		add_part(out, start, MAX(start, m.start), PART_UNMAPPED);
		if (!add_mapping(pages, &m, MAX(start, m.start), MIN(end, m.end), out))
			return false;
		start = m.end;
	}
	return true;
}

bool parts_add(struct session *s, uint64_t start, uint64_t end, bool zeros, struct parts *out)
{
	struct pages pages = open_pages(s, zeros);
	bool ok = add_parts(s, &pages, start, end, out);
	if (pages.fd >= 0)
		pages_close(&pages);
	return ok;
}

/* ---- Reading a range ---- */

static bool is_wanted(struct str word, const struct mapping *m)
{
	if (str_is(word, "all"))
		return true;
	if (str_is(word, "readable"))
		return m->perms & PERM_R;
	if (str_is(word, "writable"))
		return m->perms & PERM_W;
	if (str_is(word, "executable"))
		return m->perms & PERM_X;
	return word.n && memmem(m->name, strlen(m->name), word.p, word.n);
}

static bool add_wanted(
	struct session *s, struct str word, const struct maps *maps, bool zeros, struct parts *out)
{
	struct pages pages = open_pages(s, zeros);
	bool ok = true;
	for (size_t i = 0; i < maps->n && ok; i++) {
		const struct mapping *m = &maps->v[i];
		if (is_wanted(word, m) && !remote_owns(s->remote, m->start, m->end - m->start))
			ok = add_mapping(&pages, m, m->start, m->end, out);
	}
	if (pages.fd >= 0)
		pages_close(&pages);
	return ok;
}

static enum status read_word(struct session *s, struct str word, struct span span, bool zeros,
	struct parts *out, struct err *err)
{
	struct buf text = BUF_INIT;
	struct maps maps = MAPS_INIT;
	struct err parse_err;
	bool ok = procmap_read(s->remote, &text) &&
		  maps_parse(&maps, buf_slice(&text), &parse_err) &&
		  add_wanted(s, word, &maps, zeros, out);
	buf_deinit(&text);
	maps_deinit(&maps);
	if (!ok)
		return remote_interrupted() ? ST_INTERRUPTED : ST_LOST;
	if (out->n)
		return ST_OK;
	err_set(err, ERR_VALUE, span,
		"no mapping is called %.*s: a range is ADDR LEN, part of a mapping's name, all, "
		"readable, writable or executable",
		(int)MIN(word.n, (size_t)60), word.p);
	return ST_ERROR;
}

static bool is_text(const struct value *v)
{
	return v->type.base == T_STRING && !v->type.depth;
}

enum status range_read(struct session *s, const struct invocation *in, size_t *at, bool zeros,
	struct parts *out, struct err *err)
{
	size_t i = *at;
	const struct value *v = &in->args[i];
	if (is_text(v)) {
		*at = i + 1;
		return read_word(s, v->str, in->node->args[i]->span, zeros, out, err);
	}
	if (i + 1 >= in->n || in->args[i + 1].type.base == T_NONE || is_text(&in->args[i + 1])) {
		err_set(err, ERR_ARGS, in->node->args[i]->span,
			"LEN is missing: a range is ADDR LEN, or one word");
		return ST_ERROR;
	}
	uint64_t addr = value_bits(v[0]), len = value_bits(v[1]);
	if (!range_check(in, i, addr, len, err))
		return ST_ERROR;
	*at = i + 2;
	if (!parts_add(s, addr, addr + len, zeros, out))
		return remote_interrupted() ? ST_INTERRUPTED : ST_LOST;
	return ST_OK;
}

bool range_check(
	const struct invocation *in, size_t arg, uint64_t addr, uint64_t len, struct err *err)
{
	if (addr + len >= addr)
		return true;
	return err_set(err, ERR_VALUE, in->node->args[arg]->span,
		"the range wraps: 0x%llx + %llu is past the end of the address space",
		(unsigned long long)addr, (unsigned long long)len);
}

bool range_guarded(struct session *s, uint64_t addr, uint64_t len)
{
	if (!len || !s->settings.guard || !remote_owns(s->remote, addr, len))
		return false;
	snprintf(s->refusal, sizeof(s->refusal),
		"the range holds memory of the agent (see maps); set guard off allows writing "
		"there");
	return true;
}

enum status range_status(enum remote_status status)
{
	return status == REMOTE_DONE          ? ST_OK
	       : status == REMOTE_FAULT       ? ST_FAULT
	       : status == REMOTE_INTERRUPTED ? ST_INTERRUPTED
					      : ST_LOST;
}

void range_report(struct session *s, const char *what, uint64_t addr, uint64_t done, uint64_t len)
{
	struct buf *b = out_text();
	buf_dec(b, done);
	buf_printf(b, " byte%s %s ", done == 1 ? "" : "s", what);
	show_addr(s, b, addr);
	if (done < len)
		buf_printf(b, ", of %llu", (unsigned long long)len);
	buf_putc(b, '\n');
}

void range_tell(void *unused, uint64_t done, uint64_t total)
{
	(void)unused;
	out_progress(done, total);
}
