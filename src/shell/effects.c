/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What accesses and calls do to pages. Sources: proc(5), Documentation/filesystems/proc.rst. */
#include "shell/effects.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "shell/out.h"
#include "shell/pages.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/show.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

enum { CHANGES_MAX = 8 };

/* ---- Looking ---- */

/* A line of smaps: counts the bytes of private pages that were written. */
static void add_dirty(void *ctx, const struct mapping *m, struct str line)
{
	uint64_t *dirty = ctx;
	(void)m;
	if (str_starts(line, STR("Private_Dirty:")))
		*dirty += strtoull(line.p + strlen("Private_Dirty:"), NULL, 10) * 1024;
}

/* Reads what changes in P's access or call; its windows must be known. */
static bool read_counters(struct session *s, const struct effects_probe *p, struct counters *c)
{
	struct buf text = BUF_INIT;
	uint64_t pages = 0;
	*c = (struct counters){0};
	bool read =
		proc_faults(s->remote, &c->minor, &c->major) && proc_resident(s->remote, &pages);
	c->rss = pages * s->page;
	if (p->call && proc_read(s->remote, "smaps_rollup", &text))
		c->locked = proc_bytes(text.p, "Locked");
	for (unsigned i = 0; p->lazily && i < p->n; i++)
		proc_smaps_each(
			s->remote, p->windows[i].start, p->windows[i].end, add_dirty, &c->dirty);
	buf_deinit(&text);
	return read;
}

/*
 * The first use of the channel's pages by the agent is a page fault too, and that of the stack on
 * which it handles faults. They are not the user's: all of them are touched beforehand, once in
 * each target.
 */
static void settle_agent(struct session *s)
{
	enum { NOWHERE = -8 }; /* an address that no program has */
	uint64_t args[WIRE_ARGS] = {0}, result;
	struct wire_fault fault;
	if (s->effects.settled_pid == remote_pid(s->remote))
		return;
	s->effects.settled_pid = remote_pid(s->remote);
	remote_scratch_reset(s->remote);
	args[0] = align_down(remote_scratch(s->remote, "", 1), s->page);
	args[1] = WIRE_DATA_SIZE;
	args[2] = MADV_POPULATE_WRITE;
	remote_syscall(s->remote, SYS_madvise, args, false, &result, &fault);
	remote_scratch_reset(s->remote);
	remote_load(s->remote, (uint64_t)NOWHERE, 8, &result, &fault);
}

/* A window on the pages of the LEN bytes at ADDR, unless that is nothing that can be looked at. */
static void add_window(struct session *s, struct effects_probe *p, const struct pages *pages,
	uint64_t addr, uint64_t len)
{
	if (!len || addr >= pages->limit || p->n == EFFECT_WINDOWS)
		return;
	p->windows[p->n++] = (struct effect_window){
		.start = align_down(addr, s->page),
		.end = align_up(addr + MIN(len, pages->limit - addr), s->page),
	};
}

/* Looks at windows FROM and up. */
static bool look_before(struct effects_probe *p, struct pages *pages, unsigned from)
{
	for (unsigned i = from; i < p->n; i++) {
		struct effect_window *w = &p->windows[i];
		if (!pages_runs(pages, w->start, w->end, &w->before) ||
			!pages_one(pages, w->start, &w->first))
			return false;
	}
	return true;
}

static void probe_end(struct effects_probe *p)
{
	for (unsigned i = 0; p->on && i < p->n; i++)
		page_runs_deinit(&p->windows[i].before);
	p->on = false;
}

/* ---- Words ---- */

static const char *const words[N_PAGE_KINDS] = {
	[PAGE_UNMAPPED] = "nothing mapped",
	[PAGE_ABSENT] = "not present",
	[PAGE_ZERO] = "zero page",
	[PAGE_ANON] = "private frame",
	[PAGE_SHARED] = "shared frame",
	[PAGE_FILE] = "file page",
	[PAGE_SWAPPED] = "swapped",
	[PAGE_GUARD] = "guard",
};

static void add_state(struct buf *b, struct page page, bool single)
{
	if (page.huge)
		buf_puts(b, "huge ");
	buf_puts(b, words[page.kind]);
	bool a_frame = page.kind == PAGE_ANON || page.kind == PAGE_SHARED;
	if (single && page.frame)
		buf_printf(
			b, "%s 0x%llx", a_frame ? "" : " in frame", (unsigned long long)page.frame);
}

/* Whether the file mapped at ADDR lies in memory only: its new pages come from nowhere. */
static bool in_memory_only(struct session *s, uint64_t addr)
{
	static const char *const internal[] = {"/memfd:", "/dev/zero", "/SYSV", "[anon_shmem:"};
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	struct statfs fs;
	if (procmap_query(s->remote, addr, &m, name) != PROCMAP_FOUND)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(internal); i++) {
		if (!strncmp(m.name, internal[i], strlen(internal[i])))
			return true;
	}
	return m.name[0] == '/' && statfs(m.name, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

/* What the change means, where that is certain. */
static const char *meaning(struct session *s, const struct page_change *c,
	const struct counters *before, const struct counters *after, bool call)
{
	enum page_kind from = c->from.kind, to = c->to.kind;
	bool had_frame = from == PAGE_ZERO || from == PAGE_FILE || from == PAGE_SHARED;
	if (had_frame && to == PAGE_ANON)
		return ": copy-on-write";
	if (from == PAGE_SWAPPED && c->to.present)
		return ": swapped in";
	if (from == PAGE_ABSENT && to == PAGE_FILE && after->major > before->major)
		return ": read from disk";
	if (from == PAGE_ABSENT && to == PAGE_FILE)
		return in_memory_only(s, c->start) ? "" : " from the page cache";
	if (call && (from == PAGE_ANON || from == PAGE_ZERO) && to == PAGE_ABSENT)
		return ": dropped";
	return "";
}

static void add_change(struct session *s, struct buf *b, const struct page_change *c,
	const struct counters *before, const struct counters *after, bool call)
{
	uint64_t n = c->bytes / s->page;
	if (n > 1)
		buf_printf(b, "%llu pages from ", (unsigned long long)n);
	show_addr(s, b, c->start);
	buf_puts(b, ": ");
	add_state(b, c->from, n == 1);
	buf_puts(b, " → ");
	add_state(b, c->to, n == 1);
	buf_puts(b, meaning(s, c, before, after, call));
	/* The kernel maps pages of the file that it has at hand around the one that was touched. */
	if (!call && c->to.kind == PAGE_FILE && !c->to.huge && after->rss > before->rss + c->bytes)
		buf_printf(b, ", with %llu more around it",
			(unsigned long long)((after->rss - before->rss - c->bytes) / s->page));
}

static void add_difference(struct buf *b, const char *what, uint64_t before, uint64_t after)
{
	buf_printf(b, ", %s %c", what, after < before ? '-' : '+');
	size_print(b, after < before ? before - after : after - before);
}

/* "(1 minor fault, RSS +4K)"; the counters of faults only where they moved. */
static void add_counters(
	struct buf *b, const struct counters *before, const struct counters *after, bool lazily)
{
	uint64_t minor = after->minor - before->minor, major = after->major - before->major;
	struct buf list = BUF_INIT;
	if (minor)
		buf_printf(&list, ", %llu minor fault%s", (unsigned long long)minor,
			minor == 1 ? "" : "s");
	if (major)
		buf_printf(&list, ", %llu major fault%s", (unsigned long long)major,
			major == 1 ? "" : "s");
	if (after->rss == before->rss)
		buf_puts(&list, ", RSS unchanged");
	else
		add_difference(&list, "RSS", before->rss, after->rss);
	if (after->locked != before->locked)
		add_difference(&list, "locked", before->locked, after->locked);
	if (lazily && after->dirty != before->dirty)
		add_difference(&list, "dirty", before->dirty, after->dirty);
	buf_printf(b, " (%s)", buf_cstr(&list) + 2);
	buf_deinit(&list);
}

/* A line for what changed in the windows; nothing if nothing did. */
static void add_line(struct session *s, struct buf *b, const struct effects_probe *p,
	const struct page_change *v, size_t n, const struct counters *after)
{
	const struct counters *before = &p->counters;
	bool same = after->minor == before->minor && after->major == before->major &&
		    after->locked == before->locked &&
		    (!p->lazily || after->dirty == before->dirty) &&
		    (!p->call || after->rss == before->rss);
	if (!n && same)
		return;
	buf_puts(b, "  pages    ");
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, i ? ", " : "");
		add_change(s, b, &v[i], before, after, p->call);
	}
	if (!n && !p->n)
		buf_puts(b, "which of them is not known");
	else if (!n && p->lazily)
		buf_puts(b, "not dirty any more: may be dropped when memory is short, until "
			    "written again");
	else if (!n)
		buf_puts(b, "each stays what it was");
	add_counters(b, before, after, p->lazily);
	buf_putc(b, '\n');
}

/* ---- After ---- */

/* The first page's frame is worth a word: the runs do not always know it. */
static void add_details(struct pages *pages, const struct effect_window *w, struct page_change *c)
{
	struct page now;
	if (c->start != w->start || !pages_one(pages, w->start, &now))
		return;
	c->from.frame = w->first.frame;
	c->to.frame = now.frame;
}

static void compare(struct session *s, struct effects_probe *p, bool done, struct buf *line)
{
	struct page_change v[CHANGES_MAX];
	struct counters after;
	struct pages pages;
	size_t n = 0;
	if (!remote_pid(s->remote) || !read_counters(s, p, &after) || !pages_open(s, &pages))
		return;
	for (unsigned i = 0; i < p->n; i++) {
		struct effect_window *w = &p->windows[i];
		struct page_runs now = PAGE_RUNS_INIT;
		size_t first = n;
		if (pages_runs(&pages, w->start, w->end, &now))
			n += page_runs_compare(&w->before, &now, v + n, CHANGES_MAX - n);
		for (size_t j = first; j < n; j++)
			add_details(&pages, w, &v[j]);
		page_runs_deinit(&now);
	}
	pages_close(&pages);
	if (n || done) /* the fault handler's own pages count too */
		add_line(s, line, p, v, n, &after);
}

/* ---- Accesses ---- */

/* Once in each target: a process that is not dumpable hides its pages from those without
 * privileges. */
static void complain(struct session *s)
{
	int error = errno;
	if (s->effects.hidden_pid == remote_pid(s->remote))
		return;
	s->effects.hidden_pid = remote_pid(s->remote);
	buf_printf(&s->effects.lines,
		"  pages    what happens to them is hidden: the target's pagemap cannot be opened "
		"(%s)\n",
		strerror(error));
}

static bool begin(struct session *s, struct effects_probe *p, struct pages *pages)
{
	p->on = false;
	if (!s->settings.effects || !remote_pid(s->remote))
		return false;
	if (!pages_open(s, pages)) {
		complain(s);
		return false;
	}
	*p = (struct effects_probe){.on = true};
	return true;
}

void effects_access_before(struct session *s, struct effects_probe *p, uint64_t addr, uint64_t len)
{
	effects_accesses_before(s, p, addr, addr, len);
}

void effects_accesses_before(
	struct session *s, struct effects_probe *p, uint64_t addr, uint64_t also, uint64_t len)
{
	struct pages pages;
	uint64_t low = MIN(addr, also), high = MAX(addr, also);
	if (!begin(s, p, &pages))
		return;
	settle_agent(s);
	/* A page is looked at once, even if both ranges meet it. */
	bool apart = high - low >= len && align_down(high, s->page) >= align_up(low + len, s->page);
	add_window(s, p, &pages, low, apart ? len : high - low + len);
	if (apart)
		add_window(s, p, &pages, high, len);
	if (!look_before(p, &pages, 0) || !read_counters(s, p, &p->counters))
		probe_end(p);
	pages_close(&pages);
}

void effects_access_after(struct session *s, struct effects_probe *p, bool done)
{
	if (!p->on)
		return;
	compare(s, p, done, &s->effects.lines);
	probe_end(p);
}

/* ---- Calls ---- */

/* The ranges that the row's arguments name, as far as they are in memory. */
static void add_arguments(struct session *s, struct effects_probe *p, const struct pages *pages,
	const struct call_record *c)
{
	unsigned n = 0;
	const struct param *params = c->row ? row_c_params(c->row, c->args, &n) : NULL;
	for (unsigned i = 0; i + 1 < n; i++) {
		enum kind kind = params[i].kind;
		bool range = (kind == KIND_ADDR || kind == KIND_INPUT || kind == KIND_OUTPUT) &&
			     !c->texts[i].p;
		if (range && params[i + 1].kind == KIND_LEN)
			add_window(s, p, pages, c->args[i], c->args[i + 1]);
	}
}

void effects_call_begin(struct session *s)
{
	effects_flush(s);
	if (s->settings.effects && remote_pid(s->remote))
		settle_agent(s);
}

void effects_call_before(struct session *s, struct effects_probe *p, const struct call_record *c)
{
	struct pages pages;
	if (!begin(s, p, &pages))
		return;
	p->call = true;
	p->lazily = c->row && c->row->nr == SYS_madvise && c->args[2] == MADV_FREE;
	add_arguments(s, p, &pages, c);
	if (!look_before(p, &pages, 0) || !read_counters(s, p, &p->counters))
		probe_end(p);
	pages_close(&pages);
}

/* What lies at the returned address was not mapped before. */
static void add_result(struct session *s, struct effects_probe *p, const struct call_record *c)
{
	bool mapped = c->row && !c->error && c->returned &&
		      (c->row->effect == EFFECT_MMAP || c->row->effect == EFFECT_MREMAP);
	uint64_t len = mapped ? c->args[c->row->effect == EFFECT_MMAP ? 1 : 2] : 0;
	if (!mapped || p->n == EFFECT_WINDOWS)
		return;
	for (unsigned i = 0; i < p->n; i++) {
		if (c->result >= p->windows[i].start && c->result < p->windows[i].end)
			return;
	}
	struct effect_window *w = &p->windows[p->n++];
	*w = (struct effect_window){.start = c->result, .end = align_up(c->result + len, s->page)};
	page_runs_add(&w->before, w->start, w->end, (struct page){.kind = PAGE_UNMAPPED});
}

void effects_call_after(struct session *s, struct effects_probe *p, const struct call_record *c)
{
	if (!p->on)
		return;
	add_result(s, p, c);
	compare(s, p, true, out_text());
	probe_end(p);
}

void effects_flush(struct session *s)
{
	if (!s->effects.lines.len)
		return;
	buf_str(out_text(), buf_slice(&s->effects.lines));
	buf_clear(&s->effects.lines);
}
