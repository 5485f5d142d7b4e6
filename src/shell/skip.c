/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges passed over, and addresses found. */
#include "shell/skip.h"

#include <signal.h>
#include <stdlib.h>

#include "shell/facts.h"
#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/show.h"

void skips_deinit(struct skips *k)
{
	free(k->v);
	*k = (struct skips){0};
}

void skips_add(struct skips *k, uint64_t start, uint64_t end, const char *why)
{
	struct skip *last = k->n ? &k->v[k->n - 1] : NULL;
	if (start >= end)
		return;
	if (last && last->end == start && last->why == why) {
		last->end = end;
		return;
	}
	if (k->n == k->cap) {
		k->cap = MAX(k->cap * 2, (size_t)16);
		k->v = realloc(k->v, k->cap * sizeof(*k->v));
		if (!k->v)
			abort();
	}
	k->v[k->n++] = (struct skip){start, end, why};
}

void skips_show(const struct skips *k)
{
	enum { SHOWN = 8 };
	struct buf *b = out_text();
	uint64_t rest = 0;
	for (size_t i = 0; i < k->n; i++) {
		const struct skip *skip = &k->v[i];
		if (i >= SHOWN) {
			rest += skip->end - skip->start;
			continue;
		}
		buf_puts(b, "  skipped  ");
		buf_hex(b, skip->start, 8);
		buf_putc(b, '-');
		buf_hex(b, skip->end, 8);
		buf_puts(b, "  ");
		size_print(b, skip->end - skip->start);
		buf_printf(b, ": %s\n", skip->why);
	}
	if (k->n > SHOWN) {
		buf_printf(b, "  skipped  %zu ranges more, ", k->n - SHOWN);
		size_print(b, rest);
		buf_putc(b, '\n');
	}
}

/*
 * A file that ends before the page, or a page that the kernel could not bring in: the same signal.
 * A mapping reaches as far past its file's end as it likes, so there it is passed over as a whole.
 */
static void judge_file(struct session *s, uint64_t page_start, struct skip *skip)
{
	char name[MAPPING_NAME_MAX];
	struct mapped_file file = {0};
	struct mapping m;
	if (procmap_query(s->remote, page_start, &m, name) != PROCMAP_FOUND ||
		!mapping_covers(&m, page_start))
		return;
	facts_file_size(s, &m, &file);
	if (!file.size_known) {
		skip->end = m.end;
		skip->why = "a load faults at its start, the rest was not tried";
	} else if (m.offset + (page_start - m.start) >= file.size) {
		skip->end = m.end;
		skip->why = "the file ends before";
	} else {
		skip->why = "the kernel could not bring the page in";
	}
}

struct skip skip_fault(
	struct session *s, uint64_t addr, uint64_t end, const struct wire_fault *fault)
{
	uint64_t page_start = align_down(addr, s->page);
	struct skip skip = {addr, page_start + s->page, "a load faults there"};
	if (fault->signo == SIGBUS && fault->code == BUS_ADRERR)
		judge_file(s, page_start, &skip);
	skip.end = MIN(skip.end, end);
	return skip;
}

void found_clear(struct found *f, size_t limit)
{
	f->n = 0;
	f->limit = limit;
}

void found_add(struct found *f, const uint64_t *v, size_t n)
{
	if (f->n + n > f->cap) {
		f->cap = MAX(f->cap * 2, f->n + n);
		f->v = realloc(f->v, f->cap * sizeof(*f->v));
		if (!f->v)
			abort();
	}
	for (size_t i = 0; i < n; i++)
		f->v[f->n++] = v[i];
}

bool found_full(const struct found *f)
{
	return f->n > f->limit;
}

void found_deinit(struct found *f)
{
	free(f->v);
	*f = (struct found){0};
}
