/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges passed over, and addresses found. */
#include "shell/skip.h"

#include <signal.h>
#include <stdlib.h>

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

bool skip_is_file_end(const struct wire_fault *fault)
{
	return fault->signo == SIGBUS && fault->code == BUS_ADRERR;
}

uint64_t skip_mapping_end(struct session *s, uint64_t addr, uint64_t fallback)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	if (procmap_query(s->remote, addr, &m, name) != PROCMAP_FOUND || !mapping_covers(&m, addr))
		return fallback;
	return m.end;
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
