/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A failed call: its circumstances gathered, its causes found, the long form for `why`. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "shell/facts.h"
#include "shell/facts_private.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/show.h"

/* The string at ADDR of the target, as far as it can be read; in s->arena. */
static const char *target_string(struct session *s, uint64_t addr)
{
	enum { LONGEST = 4096 + 1 };
	char *text = arena_alloc(&s->arena, LONGEST + 1);
	struct wire_fault fault;
	size_t done = 0;
	remote_read(s->remote, addr, text, LONGEST, &done, &fault);
	return memchr(text, '\0', done) ? text : NULL;
}

static void about_arguments(struct session *s, struct failed_call *f, const struct call_record *c)
{
	int dirfd = AT_FDCWD;
	unsigned n;
	const struct param *params = row_c_params(c->row, c->args, &n);
	for (unsigned i = 0; i < n; i++) {
		enum kind kind = params[i].kind;
		if (kind == KIND_DIRFD)
			dirfd = (int)f->args[i];
		if ((kind == KIND_FD || (kind == KIND_DIRFD && dirfd != AT_FDCWD)) && !f->fd.known)
			facts_about_descriptor(s, &f->fd, (int)f->args[i]);
		if (kind == KIND_PATH || kind == KIND_TEXT)
			f->string = c->texts[i].p ? arena_copy(&s->arena, c->texts[i]).p
						  : target_string(s, f->args[i]);
		if (kind == KIND_PATH && f->string)
			facts_about_path(s, f, dirfd);
	}
}

/* By a load, which changes nothing: a test of a cause must not change what it asks about. */
static bool peek(void *ctx, uint64_t addr, void *to, size_t len)
{
	const struct session *s = ctx;
	return remote_peek(s->remote, addr, to, len);
}

static enum page_behind page_behind(void *ctx, uint64_t addr)
{
	const struct session *s = ctx;
	const uint64_t present = 1ULL << 63, swapped = 1ULL << 62, guard = 1ULL << 58;
	uint64_t entry;
	int file = openat(remote_proc_fd(s->remote), "pagemap", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return BEHIND_UNKNOWN;
	ssize_t n = pread(file, &entry, sizeof(entry), (off_t)(addr / s->page * sizeof(entry)));
	close(file);
	if (n != sizeof(entry))
		return BEHIND_UNKNOWN;
	return entry & guard                 ? BEHIND_GUARD
	       : entry & (present | swapped) ? BEHIND_MEMORY
					     : BEHIND_NOTHING_YET;
}

static void lines(struct buf *b, const char *label, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, label);
		out_escape(b, v[i]);
		buf_putc(b, '\n');
	}
}

/*
 * What `why` adds to what was shown: the facts behind each cause, and the causes that do not hold.
 */
static void keep_for_why(struct session *s, const struct call_record *c)
{
	struct last_failure *last = &s->failure;
	last->have = true;
	last->error = c->error;
	s->fault.newest = false;
	buf_clear(&last->text);
	show_echo(s, &last->text, c);
	buf_putc(&last->text, '\n');
	show_causes_text(&last->text, c);
	for (size_t i = 0; i < c->why.n; i++)
		lines(&last->text, "  fact     ", &c->why.causes[i].fact,
			c->why.causes[i].fact.n != 0);
	if (c->why.n)
		lines(&last->text, "  perhaps  ", c->why.possible, c->why.n_possible);
	lines(&last->text, "  not      ", c->why.excluded, c->why.n_excluded);
	if (!c->row)
		buf_puts(&last->text,
			"  faultline knows no causes for this call: it has no row of its own\n");
}

void facts_failure(struct session *s, struct call_record *c)
{
	struct failed_call f = {.name = c->name,
		.error = c->error,
		.peek = peek,
		.page_behind = page_behind,
		.ctx = s};
	struct maps maps = MAPS_INIT;
	f.pid = (int)remote_pid(s->remote);
	memcpy(f.args, c->args, sizeof(f.args));
	f.changed = c->delta.n != 0;
	if (c->row)
		about_arguments(s, &f, c);
	facts_about_limits(s, &f);
	facts_about_shm(s, &f);
	facts_about_mappings(s, &f, &maps);
	errno_why(&c->why, &s->arena, &f);
	keep_for_why(s, c);
	maps_deinit(&maps);
}
