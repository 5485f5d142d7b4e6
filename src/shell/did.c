/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call did beyond the mappings that came and went. Sources: proc(5), madvise(2), mlock(2),
 * mremap(2). */
#include "shell/did.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "arch/arch.h"
#include "mem/keys.h"
#include "mem/smaps.h"
#include "mem/uapi.h"
#include "shell/facts.h"
#include "shell/pages.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/session.h"

/* ---- What is looked at ---- */

/* Advice that changes what the kernel notes of the mapping. */
static bool advice_sets_flags(uint64_t advice)
{
	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_DONTFORK:
	case MADV_DOFORK:
	case MADV_MERGEABLE:
	case MADV_UNMERGEABLE:
	case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE:
	case MADV_DONTDUMP:
	case MADV_DODUMP:
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
		return true;
	default:
		return false;
	}
}

/* Advice that is done at once, to the pages. */
static bool advice_moves_pages(uint64_t advice)
{
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_REMOVE:
	case MADV_PAGEOUT:
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
	case MADV_COLLAPSE:
	case MADV_GUARD_INSTALL:
	case MADV_GUARD_REMOVE:
		return true;
	default:
		return false;
	}
}

enum { ACCESS = PROT_READ | PROT_WRITE | PROT_EXEC };

/* The kernel gives execute-only memory a protection key, and takes it away again. */
static bool may_move_key(struct session *s, const struct call_record *c)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t at = c->args[0], end = c->args[0] + c->args[1];
	if ((c->args[2] & ACCESS) == PROT_EXEC)
		return true;
	while (procmap_query(s->remote, at, &m, name) == PROCMAP_FOUND && m.start < end) {
		if ((m.perms & (PERM_R | PERM_W | PERM_X)) == PERM_X)
			return true;
		at = m.end;
	}
	return false;
}

static void choose(struct session *s, struct did_probe *p, const struct call_record *c)
{
	const char *name = c->row->form.name;
	if (c->row->nr == SYS_madvise) {
		p->flags = advice_sets_flags(c->args[2]);
		p->pages = advice_moves_pages(c->args[2]);
	} else if (c->row->nr == SYS_mlock || c->row->nr == SYS_mlock2 ||
		   c->row->nr == SYS_munlock) {
		p->flags = p->locked = true;
		p->pages = c->row->nr != SYS_munlock;
	} else if (c->row->nr == SYS_mlockall || c->row->nr == SYS_munlockall) {
		p->locked = true;
	} else if (c->row->nr == SYS_pkey_mprotect || !strcmp(name, "mseal")) {
		p->flags = true;
	} else if (c->row->nr == SYS_mprotect) {
		p->flags = p->key_only = arch_has_keys() && may_move_key(s, c);
	} else if (c->row->nr == SYS_mmap) {
		p->new_key = arch_has_keys() && (c->args[2] & ACCESS) == PROT_EXEC;
	} else if (c->row->nr == SYS_mremap) {
		p->pages = (c->args[3] & MREMAP_DONTUNMAP) != 0;
	}
}

/* ---- Looking ---- */

static void take_flags(void *ctx, const struct mapping *m, struct str line)
{
	static const char label[] = "VmFlags:", key[] = "ProtectionKey:";
	struct flagged_list *list = ctx;
	/* The line of the key comes before that of the flags. */
	if (str_starts(line, str_from(key)))
		list->key = (unsigned)strtoul(line.p + sizeof(key) - 1, NULL, 10) % ARCH_KEYS;
	if (!str_starts(line, str_from(label)))
		return;
	if (list->n == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 8;
		list->v = reallocarray(list->v, list->cap, sizeof(*list->v));
		if (!list->v)
			abort();
	}
	char *copy = strndup(line.p + sizeof(label) - 1, line.n - (sizeof(label) - 1));
	if (!copy)
		abort();
	list->v[list->n++] = (struct flagged){m->start, m->end, copy, list->key};
}

static void flagged_deinit(struct flagged_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].flags);
	free(list->v);
	*list = (struct flagged_list){0};
}

static bool look_at_pages(struct session *s, const struct did_probe *p, struct page_runs *runs)
{
	struct pages pages;
	if (!pages_open(s, &pages))
		return false;
	bool read = p->start < pages.limit &&
		    pages_runs(&pages, p->start, MIN(p->end, pages.limit), runs);
	pages_close(&pages);
	return read;
}

static uint64_t locked_now(const struct session *s)
{
	struct buf status = BUF_INIT;
	uint64_t bytes =
		proc_read(s->remote, "status", &status) ? proc_bytes(status.p, "VmLck") : 0;
	buf_deinit(&status);
	return bytes;
}

void did_before(struct session *s, struct did_probe *p, const struct call_record *c)
{
	*p = (struct did_probe){0};
	if (!c->row || !s->settings.maps)
		return;
	choose(s, p, c);
	uint64_t last = c->args[1] ? c->args[0] + c->args[1] - 1 : 0;
	bool range = c->args[1] && last >= c->args[0] && align_up(last + 1, s->page);
	p->start = align_down(c->args[0], s->page);
	p->end = range ? align_up(last + 1, s->page) : 0;
	p->flags = p->flags && range &&
		   proc_smaps_each(s->remote, p->start, p->end, take_flags, &p->before);
	/* set effects pages tells more of them */
	p->pages = p->pages && range && !s->settings.effects && look_at_pages(s, p, &p->runs);
	p->locked_before = p->locked ? locked_now(s) : 0;
}

/* ---- Saying ---- */

/* Parts of the range whose flags changed in the same way. */
struct flag_change {
	struct buf words; /* "gained lo: locked into memory" */
	uint64_t bytes;
};

enum { FLAG_CHANGES_MAX = 6 };

struct flag_changes {
	struct flag_change v[FLAG_CHANGES_MAX];
	size_t n;
	bool more;  /* than fit */
	bool moved; /* from one protection key to another: */
	unsigned key_was, key_is;
};

/* The flags that THOSE have and OTHERS lack, except those that perms tell: "gained lo: locked into
 * memory". */
static void put_flags(struct buf *b, const char *verb, const char *those, const char *others)
{
	bool any = false;
	for (const char *p = those; *p;) {
		p += strspn(p, " ");
		struct str flag = {p, strcspn(p, " ")};
		p += flag.n;
		if (!flag.n || proc_has_word("rd wr ex sh", flag) || proc_has_word(others, flag))
			continue;
		const char *meaning = smaps_flag_meaning(flag);
		buf_printf(b, "%s%s%.*s",
			any      ? ", "
			: b->len ? "; "
				 : "",
			any ? "" : verb, (int)flag.n, flag.p);
		if (meaning)
			buf_printf(b, ": %s", meaning);
		any = true;
	}
}

/* LEN bytes had the flags of WAS and have those of IS. */
static void note_change(
	struct flag_changes *f, uint64_t len, const struct flagged *was, const struct flagged *is)
{
	struct buf words = BUF_INIT;
	size_t i = 0;
	put_flags(&words, "gained ", is->flags, was->flags);
	put_flags(&words, "lost ", was->flags, is->flags);
	while (i < f->n && !str_eq(buf_slice(&f->v[i].words), buf_slice(&words)))
		i++;
	if (!words.len || i == FLAG_CHANGES_MAX) {
		f->more |= words.len > 0;
		buf_deinit(&words);
	} else if (i < f->n) {
		f->v[i].bytes += len;
		buf_deinit(&words);
	} else {
		f->v[f->n++] = (struct flag_change){words, len};
	}
}

/* Part of the range moved from one protection key to another; the first such move is told. */
static void note_key(struct flag_changes *f, unsigned was, unsigned is)
{
	if (was == is || f->moved)
		return;
	f->moved = true;
	f->key_was = was;
	f->key_is = is;
}

/* Compares what lies in the range of P in both lists. */
static void compare_flags(
	struct flag_changes *f, const struct did_probe *p, const struct flagged_list *after)
{
	size_t i = 0;
	for (size_t j = 0; j < after->n; j++) {
		const struct flagged *is = &after->v[j];
		while (i < p->before.n && p->before.v[i].end <= is->start)
			i++;
		for (size_t k = i; k < p->before.n && p->before.v[k].start < is->end; k++) {
			const struct flagged *was = &p->before.v[k];
			uint64_t start = MAX(MAX(was->start, is->start), p->start);
			uint64_t end = MIN(MIN(was->end, is->end), p->end);
			if (start < end) {
				note_change(f, end - start, was, is);
				note_key(f, was->key, is->key);
			}
		}
	}
}

/* "protection key 0 → 1, allocated with pkey_alloc; pkru forbids nothing"; WAS -1: it is new */
static void say_key(struct session *s, struct buf *b, uint64_t addr, int was, unsigned is)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t rights;
	if (procmap_query(s->remote, addr, &m, name) != PROCMAP_FOUND || !facts_rights(s, &rights))
		return;
	buf_puts(b, "  protection key ");
	if (was >= 0)
		buf_printf(b, "%d → ", was);
	buf_printf(b, "%u, %s; %s %s\n", is, key_owner_text(facts_key_owner(s, is, m.perms)),
		arch_rights_name, key_forbids_text(arch_key_forbids(rights, is)));
}

/* What was just mapped may have got a key from the kernel. */
static void say_new_key(struct session *s, struct buf *b, uint64_t addr)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	unsigned key;
	if (procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
		facts_mapping_key(s, &m, &key) && key)
		say_key(s, b, addr, -1, key);
}

static void say_flags(struct buf *b, const struct did_probe *p, struct flag_changes *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (p->key_only) {
			buf_deinit(&f->v[i].words);
			continue;
		}
		buf_printf(b, "  VmFlags %s", buf_cstr(&f->v[i].words));
		if (f->v[i].bytes < p->end - p->start) {
			buf_puts(b, " (on ");
			size_print(b, f->v[i].bytes);
			buf_puts(b, " of ");
			size_print(b, p->end - p->start);
			buf_putc(b, ')');
		}
		buf_putc(b, '\n');
		buf_deinit(&f->v[i].words);
	}
	if (f->more && !p->key_only)
		buf_puts(b, "  VmFlags changed in other ways too\n");
}

/* What became of pages that were FROM and are TO; NULL where words would not help. */
static const char *fate(const struct call_record *c, struct page from, struct page to)
{
	bool had = from.kind == PAGE_ANON || from.kind == PAGE_ZERO || from.kind == PAGE_SHARED ||
		   from.kind == PAGE_FILE;
	if (to.kind == PAGE_GUARD)
		return "made to fault on any touch (guard)";
	if (from.kind == PAGE_GUARD)
		return "no longer guarded";
	if (to.kind == PAGE_SWAPPED)
		return "swapped out";
	if (from.kind == PAGE_SWAPPED && to.kind == PAGE_ABSENT)
		return "dropped from swap";
	if (from.kind == PAGE_SWAPPED)
		return "swapped in";
	if (had && to.kind == PAGE_ABSENT && c->row->nr == SYS_mremap)
		return "moved; the old range stays mapped, without pages";
	if (from.kind == PAGE_FILE && to.kind == PAGE_ABSENT)
		return c->args[2] == MADV_REMOVE ? "dropped, and freed in the file"
						 : "unmapped here; the file keeps the contents";
	if (had && to.kind == PAGE_ABSENT)
		return "dropped";
	if (from.kind == PAGE_ABSENT && to.present)
		return "brought in";
	if (!from.huge && to.huge)
		return "put on huge pages";
	return NULL;
}

static void say_pages(
	struct session *s, struct buf *b, const struct did_probe *p, const struct call_record *c)
{
	enum { CHANGES_MAX = 16 };
	struct page_runs now = PAGE_RUNS_INIT;
	struct page_change v[CHANGES_MAX];
	const char *said[CHANGES_MAX];
	uint64_t pages[CHANGES_MAX];
	size_t n = 0, kinds = 0;
	if (look_at_pages(s, p, &now))
		n = page_runs_compare(&p->runs, &now, v, CHANGES_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *words = fate(c, v[i].from, v[i].to);
		size_t k = 0;
		while (words && k < kinds && strcmp(said[k], words) != 0)
			k++;
		if (!words)
			continue;
		if (k == kinds) {
			said[kinds] = words;
			pages[kinds++] = 0;
		}
		pages[k] += v[i].bytes / s->page;
	}
	for (size_t k = 0; k < kinds; k++)
		buf_printf(b, "  %llu page%s %s\n", (unsigned long long)pages[k],
			pages[k] == 1 ? "" : "s", said[k]);
	page_runs_deinit(&now);
}

static void say_locked(struct buf *b, uint64_t before, uint64_t now)
{
	if (now == before)
		return;
	buf_puts(b, now > before ? "  locked " : "  unlocked ");
	size_print(b, now > before ? now - before : before - now);
	buf_puts(b, now ? ", now " : "; nothing is locked any more (VmLck)\n");
	if (now)
		size_print(b, now);
	buf_puts(b, now ? " in all (VmLck)\n" : "");
}

/* It succeeds where there was nothing to do, too, and no line tells that. */
static void say_no_mapping(const struct session *s, struct call_record *c)
{
	if (c->row && c->row->nr == SYS_munmap && c->returned && !c->error && !c->delta.n &&
		s->settings.maps)
		buf_puts(&c->did, "  nothing was mapped there\n");
}

void did_after(struct session *s, struct did_probe *p, struct call_record *c)
{
	say_no_mapping(s, c);
	if (p->locked)
		say_locked(&c->did, p->locked_before, locked_now(s));
	if (p->new_key)
		say_new_key(s, &c->did, c->result);
	if (p->pages)
		say_pages(s, &c->did, p, c);
	if (p->flags) {
		struct flagged_list after = {0};
		struct flag_changes f = {0};
		if (proc_smaps_each(s->remote, p->start, p->end, take_flags, &after))
			compare_flags(&f, p, &after);
		say_flags(&c->did, p, &f);
		if (f.moved)
			say_key(s, &c->did, p->start, (int)f.key_was, f.key_is);
		flagged_deinit(&after);
	}
	flagged_deinit(&p->before);
	page_runs_deinit(&p->runs);
}
