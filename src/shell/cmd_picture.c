/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Row: picture, the whole address space on one screen.
 *
 * Every line is an area of mappings or the gap between two. A line's bar has one cell more for each
 * doubling of its size: 128 T and 4 K fit the same screen. Where there are more mappings than
 * lines, those with the smallest gaps between them share one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/tables.h"

enum {
	LEAST_LINES = 8,
	AROUND = 5 /* lines for the heading, the legend, the kernel's half and the prompt */
};

/* Where one area ends and the next can begin: before the mapping of this index. */
struct boundary {
	size_t index;
	uint64_t gap; /* bytes between it and the one below */
	bool other;   /* the two have different names */
};

struct picture {
	struct session *s;
	const struct maps *maps;
	uint64_t limit; /* end of the addresses of programs */
	unsigned bar;   /* most cells of a bar */
	unsigned label; /* columns for names */
};

/* ---- Areas ---- */

/* The widest gaps first; of mappings that touch, those of different names. */
static int by_weight(const void *a, const void *b)
{
	const struct boundary *x = a, *y = b;
	if (x->gap != y->gap)
		return x->gap < y->gap ? 1 : -1;
	if (x->other != y->other)
		return x->other ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_index(const void *a, const void *b)
{
	const struct boundary *x = a, *y = b;
	return (x->index > y->index) - (x->index < y->index);
}

/* The boundaries that LINES have room for, ascending; *N of them. The caller frees them. */
static struct boundary *choose(const struct maps *m, unsigned lines, size_t *n)
{
	struct boundary *v = calloc(m->n + 1, sizeof(v[0]));
	size_t all = 0, kept = 0;
	if (!v)
		abort();
	for (size_t i = 1; i < m->n; i++)
		v[all++] = (struct boundary){i, m->v[i].start - m->v[i - 1].end,
			strcmp(m->v[i].name, m->v[i - 1].name) != 0};
	qsort(v, all, sizeof(v[0]), by_weight);
	unsigned used = 3; /* one area, and the gaps below and above all */
	for (; kept < all; kept++) {
		used += v[kept].gap ? 2 : 1;
		if (used > lines)
			break;
	}
	/* Gaps of one size stay together: some of a thousand would say nothing. */
	while (kept && kept < all && v[kept].gap && v[kept - 1].gap == v[kept].gap)
		kept--;
	qsort(v, kept, sizeof(v[0]), by_index);
	*n = kept;
	return v;
}

/* ---- Lines ---- */

static unsigned cells_of(uint64_t bytes, uint64_t page)
{
	unsigned n = 0;
	for (uint64_t x = bytes / page; x; x >>= 1)
		n++;
	return n;
}

static char letter_of(const struct mapping *m)
{
	if (m->perms & PERM_X)
		return 'x';
	if (m->perms & PERM_W)
		return 'w';
	return m->perms & PERM_R ? 'r' : '-';
}

static enum style style_of(char letter)
{
	return letter == 'x'   ? STYLE_CODE
	       : letter == 'w' ? STYLE_CAME
	       : letter == 'r' ? STYLE_LABEL
			       : STYLE_DIM;
}

/* The letter of [START, END): of the mappings there the one that allows most, '.' for none. */
static char cell_letter(const struct maps *m, uint64_t start, uint64_t end)
{
	static const char order[] = ".-rwx";
	char best = '.';
	for (size_t i = maps_at_or_above(m, start); i < m->n && m->v[i].start < end; i++) {
		char letter = letter_of(&m->v[i]);
		if (strchr(order, letter) > strchr(order, best))
			best = letter;
		if (best == 'x')
			break;
	}
	return best;
}

static void show_bar(const struct picture *p, uint64_t start, uint64_t end)
{
	unsigned most = cells_of(p->limit, p->s->page);
	unsigned n = MAX(1U, cells_of(end - start, p->s->page) * p->bar / most);
	uint64_t step = MAX((end - start) / n, (uint64_t)1);
	for (unsigned i = 0; i < p->bar; i++) {
		uint64_t from = start + i * step;
		char letter =
			i < n ? cell_letter(p->maps, from, i + 1 == n ? end : from + step) : ' ';
		const char text[] = {letter, '\0'};
		if (letter == ' ')
			out_printf(" ");
		else
			out_styled(style_of(letter), text);
	}
}

/* Adds a word to the names of a line unless it is there or does not fit. */
static void add_name(const struct picture *p, struct buf *b, const char *name)
{
	struct buf shown = BUF_INIT;
	out_escape(&shown, str_from(name));
	bool known = b->len && strstr(buf_cstr(b), buf_cstr(&shown));
	if (!known && b->len + shown.len + 1 <= p->label) {
		buf_puts(b, b->len ? " " : "");
		buf_str(b, buf_slice(&shown));
	}
	buf_deinit(&shown);
}

/* The variables that point into [START, END), then the names of the mappings there. */
static void names_of(const struct picture *p, struct buf *b, uint64_t start, uint64_t end)
{
	size_t n;
	struct var *const *vars = vars_sorted(p->s->vars, &n);
	for (size_t i = 0; i < n; i++) {
		const struct value *v = &vars[i]->value;
		if (type_is_pointer(v->type) && v->bits >= start && v->bits < end)
			add_name(p, b, vars[i]->name);
	}
	for (size_t i = maps_at_or_above(p->maps, start);
		i < p->maps->n && p->maps->v[i].start < end; i++) {
		const struct mapping *m = &p->maps->v[i];
		const char *slash = strrchr(m->name, '/');
		if (remote_owns(p->s->remote, m->start, m->end - m->start))
			add_name(p, b, "(agent)");
		else if (m->name[0])
			add_name(p, b, slash && slash[1] ? slash + 1 : m->name);
	}
}

static void show_line(const struct picture *p, uint64_t start, uint64_t end, bool gap)
{
	struct buf names = BUF_INIT;
	if (!gap)
		names_of(p, &names, start, end);
	out_printf("%012llx ", (unsigned long long)start);
	show_bar(p, start, end);
	out_printf(" %6s%s%s\n", report_size(end - start), names.len ? "  " : "", buf_cstr(&names));
	buf_deinit(&names);
}

/* From the highest address to the lowest. */
static void show_areas(const struct picture *p, const struct boundary *v, size_t n)
{
	const struct maps *m = p->maps;
	size_t last = m->n;
	uint64_t above = p->limit;
	for (size_t i = n + 1; i-- > 0;) {
		size_t first = i ? v[i - 1].index : 0;
		uint64_t start = m->v[first].start, end = m->v[last - 1].end;
		if (end < above)
			show_line(p, end, above, true);
		show_line(p, start, end, false);
		above = start;
		last = first;
	}
	if (above)
		show_line(p, 0, above, true);
}

/* ---- The command ---- */

static void show_picture(struct session *s, struct maps *m)
{
	enum { ADDRESS = 13, SIZE = 9 }; /* columns around the bar */
	struct picture p = {.s = s, .maps = m, .limit = arch_user_limit(facts_levels(s))};
	unsigned width = MAX(out_width(), 40U),
		 lines = MAX(out_height(), (unsigned)LEAST_LINES + AROUND) - AROUND;
	unsigned most = cells_of(p.limit, s->page);
	while (m->n && m->v[m->n - 1].start >= p.limit)
		m->n--; /* of the kernel's half: a line of its own */
	p.bar = MIN(most, (width - ADDRESS - SIZE) * 2 / 3);
	p.label = width - ADDRESS - SIZE - p.bar - 2;
	size_t n;
	struct boundary *v = choose(m, lines, &n);
	out_printf("%012llx and above: no program's\n", (unsigned long long)p.limit);
	if (m->n)
		show_areas(&p, v, n);
	else
		show_line(&p, 0, p.limit, true);
	out_printf("%.*s\n", (int)width,
		"x execute, w write, r read, - no access, . nothing; a cell more: twice the size");
	free(v);
}

static enum status run_picture(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct maps maps = MAPS_INIT;
	struct buf text = BUF_INIT;
	(void)out;
	bool read = procmap_read(s->remote, &text) && maps_parse(&maps, buf_slice(&text), err);
	if (read)
		show_picture(s, &maps);
	else if (err->code == ERR_NONE)
		err_set(err, ERR_SYSTEM, in->node->span, "the target's maps cannot be read");
	buf_deinit(&text);
	maps_deinit(&maps);
	return read ? ST_OK : ST_ERROR;
}

const struct row rows_picture[] = {
	{
		.form = {.name = "picture", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "look",
		.summary = "draw the whole address space",
		.details = "From the highest address to the lowest, each line an area of mappings "
			   "or the gap between two: where it begins, a "
			   "bar, its size, and the variables and mappings in it. A bar has one "
			   "cell more for each doubling of "
			   "the size; the letters in it tell what the mappings along it allow. It "
			   "fits the screen: mappings that are "
			   "close together share a line where there are too many.",
		.example = "p = mmap 1G\npicture",
		.see = "maps where",
		.run = run_picture,
	},
	ROW_END,
};
