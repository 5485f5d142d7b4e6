/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeing what a call does to the mappings. */
#include "shell/observe.h"

#include <stdlib.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shell/procmap.h"
#include "shell/remote.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Adds [ADDR, ADDR+LEN), cut at the end of the address space. */
static void add_window(struct observation *o, uint64_t addr, uint64_t len)
{
	uint64_t end = addr + len < addr ? UINT64_MAX : addr + len;
	if (o->n_windows < WINDOWS_MAX)
		o->windows[o->n_windows++] = (struct window){addr, end};
}

static int by_start(const void *a, const void *b)
{
	const struct window *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/*
 * Sorts the windows and joins those that touch, so that no mapping between two is captured twice.
 */
static void join_windows(struct observation *o)
{
	qsort(o->windows, o->n_windows, sizeof(o->windows[0]), by_start);
	unsigned kept = 0;
	for (unsigned i = 1; i < o->n_windows; i++) {
		struct window *last = &o->windows[kept];
		if (o->windows[i].start <= last->end)
			last->end = MAX(last->end, o->windows[i].end);
		else
			o->windows[++kept] = o->windows[i];
	}
	if (o->n_windows)
		o->n_windows = kept + 1;
}

static void capture_all(struct remote *r, struct maps *m)
{
	struct buf text = BUF_INIT;
	struct err err;
	if (procmap_read(r, &text))
		maps_parse(m, buf_slice(&text), &err);
	buf_deinit(&text);
}

/* Appends the mappings that meet or touch a window, except those that M already ends with. */
static void capture_window(struct remote *r, struct maps *m, struct window w)
{
	char name[MAPPING_NAME_MAX];
	uint64_t at = w.start ? w.start - 1 : 0;
	if (m->n && m->v[m->n - 1].end > at)
		at = m->v[m->n - 1].end;
	struct mapping found;
	while (procmap_query(r, at, &found, name) == PROCMAP_FOUND && found.start <= w.end) {
		maps_add(m, &found);
		if (found.end <= at)
			break; /* the end of the address space */
		at = found.end;
	}
}

static void capture(struct remote *r, const struct observation *o, struct maps *m)
{
	maps_clear(m);
	if (o->all) {
		capture_all(r, m);
		return;
	}
	for (unsigned i = 0; i < o->n_windows; i++)
		capture_window(r, m, o->windows[i]);
}

static uint64_t current_break(struct remote *r)
{
	uint64_t args[WIRE_ARGS] = {0}, result = 0;
	struct wire_fault fault;
	if (remote_syscall(r, SYS_brk, args, false, &result, &fault) != REMOTE_DONE)
		return 0;
	return result;
}

void observe_before(struct remote *r, struct observation *o, struct call_record *c)
{
	const uint64_t *a = c->args;
	*o = (struct observation){0};
	switch (c->row ? c->row->effect : EFFECT_ALL) {
	case EFFECT_NONE:
		break;
	case EFFECT_RANGE:
		add_window(o, a[0], a[1]);
		break;
	case EFFECT_MMAP:
		if (a[3] & (MAP_FIXED | MAP_FIXED_NOREPLACE))
			add_window(o, a[0], a[1]);
		break;
	case EFFECT_MREMAP:
		add_window(o, a[0], MAX(a[1], a[2]));
		if (a[3] & MREMAP_FIXED)
			add_window(o, a[4], a[2]);
		break;
	case EFFECT_BRK:
		o->old_break = current_break(r);
		add_window(o, MIN(o->old_break, a[0] ? a[0] : o->old_break),
			a[0] > o->old_break ? a[0] - o->old_break : o->old_break - a[0]);
		break;
	case EFFECT_PRCTL:
		if (a[0] == PR_SET_VMA)
			add_window(o, a[2], a[3]);
		o->all = a[0] == PR_SET_MM;
		break;
	case EFFECT_ALL:
		o->all = true;
		break;
	}
	join_windows(o);
	capture(r, o, &c->before);
}

static bool meets_any(const struct maps *m, const struct mapping *x)
{
	size_t i = maps_at_or_above(m, x->start);
	return i < m->n && m->v[i].start < x->end;
}

static int by_address(const void *a, const void *b)
{
	const struct mapping *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/* Adds to the sorted list TO those mappings of FROM that meet none of it. */
static void merge_in(struct maps *to, const struct maps *from)
{
	size_t old = to->n;
	for (size_t i = 0; i < from->n; i++) {
		struct maps seen = {.v = to->v, .n = old};
		if (!meets_any(&seen, &from->v[i]))
			maps_add(to, &from->v[i]);
	}
	if (to->n != old)
		qsort(to->v, to->n, sizeof(to->v[0]), by_address);
}

/* What the kernel rounds the length of a new mapping up to, bytes. */
static uint64_t granule(const struct call_record *c)
{
	const unsigned huge_shift = 26, huge_mask = 0x3f; /* MAP_HUGE_SHIFT, MAP_HUGE_MASK */
	if (c->row->effect != EFFECT_MMAP || !(c->args[3] & MAP_HUGETLB))
		return (uint64_t)sysconf(_SC_PAGESIZE);
	unsigned log2 = (c->args[3] >> huge_shift) & huge_mask;
	return log2 ? (uint64_t)1 << log2 : (uint64_t)2 << 20;
}

/* A range that came out of nothing at an address that only the kernel knew. */
static void observe_fresh(struct remote *r, struct call_record *c, uint64_t start, uint64_t len)
{
	struct maps after = MAPS_INIT, before = MAPS_INIT;
	uint64_t end = align_up(start + len, granule(c));
	capture_window(r, &after, (struct window){start, end});
	delta_before_fresh(&before, &after, start, end);
	merge_in(&c->before, &before);
	merge_in(&c->after, &after);
	maps_deinit(&after);
	maps_deinit(&before);
}

/* What the lists alone do not tell. */
static void note_ranges(struct call_record *c)
{
	struct delta *d = &c->delta;
	const uint64_t *a = c->args;
	if (!c->row || c->error || !c->returned)
		return;
	if (c->row->effect == EFFECT_MMAP) {
		d->fresh_start = c->result;
		d->fresh_end = align_up(c->result + a[1], granule(c));
	}
	d->in_place = c->row->effect == EFFECT_MREMAP && c->result == a[0];
	if (c->row->effect == EFFECT_MREMAP && c->result != a[0]) {
		d->fresh_start = c->result;
		d->fresh_end = align_up(c->result + a[2], granule(c));
		d->moved_start = a[0];
		d->moved_end = align_up(a[0] + a[1], granule(c));
	}
}

void observe_after(struct remote *r, struct observation *o, struct call_record *c)
{
	capture(r, o, &c->after);
	if (c->row && !c->error) {
		if (c->row->effect == EFFECT_MMAP && !o->n_windows)
			observe_fresh(r, c, c->result, c->args[1]);
		if (c->row->effect == EFFECT_MREMAP && c->result != c->args[0] &&
			!(c->args[3] & MREMAP_FIXED))
			observe_fresh(r, c, c->result, c->args[2]);
	}
	delta_compute(&c->delta, &c->before, &c->after);
	note_ranges(c);
}
