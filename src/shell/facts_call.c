/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The circumstances of a failed call. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/show.h"
#include "shell/sysnames.h"

/* ---- Descriptors ---- */

/* Seals of a regular file (memfd), through the kernel's link to the target's descriptor. */
static void about_seals(const struct session *s, struct failed_call *f, const char *link)
{
	int file = openat(remote_proc_fd(s->remote), link, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return;
	int seals = fcntl(file, F_GET_SEALS);
	close(file);
	f->fd_seals_known = seals >= 0;
	f->fd_seals = seals >= 0 ? (uint32_t)seals : 0;
}

static void about_descriptor(const struct session *s, struct failed_call *f, int fd)
{
	char path[32];
	struct stat st;
	struct buf info = BUF_INIT;
	f->fd_known = true;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	const char *flags = fd >= 0 && proc_read(s->remote, path, &info) ? proc_field(info.p, "flags") : NULL;
	f->fd_open = flags != NULL;
	f->fd_flags = flags ? (uint32_t)strtoul(flags, NULL, 8) : 0;
	snprintf(path, sizeof(path), "fd/%d", fd);
	if (flags && fstatat(remote_proc_fd(s->remote), path, &st, 0) == 0) {
		f->fd_mode = st.st_mode;
		f->fd_size = (uint64_t)st.st_size;
		if (S_ISREG(st.st_mode))
			about_seals(s, f, path);
	}
	buf_deinit(&info);
}

/* ---- Paths ---- */

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

/* Looks PATH up from where the target stands: the directory DIRFD, or its working directory. */
static void about_path(const struct session *s, struct failed_call *f, int dirfd)
{
	char link[32];
	struct stat st;
	snprintf(link, sizeof(link), dirfd == AT_FDCWD ? "cwd" : "fd/%d", dirfd);
	int base = openat(remote_proc_fd(s->remote), link, O_PATH | O_CLOEXEC);
	f->path_known = f->string[0] == '/' || base >= 0;
	if (f->path_known) {
		f->path_error = fstatat(base, f->string, &st, 0) < 0 ? errno : 0;
		f->path_mode = f->path_error ? 0 : st.st_mode;
		f->path_is_link = fstatat(base, f->string, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
	}
	if (base >= 0)
		close(base);
}

/* ---- All together ---- */

static void about_arguments(struct session *s, struct failed_call *f, const struct call_record *c)
{
	int dirfd = AT_FDCWD;
	unsigned n;
	const struct param *params = row_c_params(c->row, c->args, &n);
	for (unsigned i = 0; i < n; i++) {
		enum kind kind = params[i].kind;
		if (kind == KIND_DIRFD)
			dirfd = (int)f->args[i];
		if (kind == KIND_FD || (kind == KIND_DIRFD && dirfd != AT_FDCWD))
			about_descriptor(s, f, (int)f->args[i]);
		if (kind == KIND_PATH || kind == KIND_TEXT)
			f->string = c->texts[i].p ? arena_copy(&s->arena, c->texts[i]).p : target_string(s, f->args[i]);
		if (kind == KIND_PATH && f->string)
			about_path(s, f, dirfd);
	}
}

static uint64_t limit(const struct session *s, int resource)
{
	struct rlimit l;
	if (prlimit(remote_pid(s->remote), (enum __rlimit_resource)resource, NULL, &l) != 0)
		return 0;
	return l.rlim_cur == RLIM_INFINITY ? UINT64_MAX : l.rlim_cur;
}

static void about_limits(struct session *s, struct failed_call *f)
{
	struct buf status = BUF_INIT;
	const char *data = proc_read(s->remote, "status", &status) ? proc_field(status.p, "VmData") : NULL;
	f->data_size = data ? strtoull(data, NULL, 10) * 1024 : 0;
	f->rlimit_as = limit(s, RLIMIT_AS);
	f->rlimit_data = limit(s, RLIMIT_DATA);
	f->rlimit_fsize = limit(s, RLIMIT_FSIZE);
	f->max_map_count = proc_number("/proc/sys/vm/max_map_count", 0);
	f->mmap_min_addr = proc_number("/proc/sys/vm/mmap_min_addr", 0);
	f->is_root = facts_lowest_address(s) == 0;
	f->task_size = arch_user_limit(facts_levels(s));
	f->page = s->page;
	buf_deinit(&status);
}

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
	if (!c->n_causes && c->row)
		buf_puts(&last->text, "  none of the causes that faultline can test holds\n");
	if (!c->row && !c->n_causes)
		buf_puts(&last->text, "  faultline knows no causes for this call: it has no row of its own\n");
}

/*
 * ENOSYS: the kernel is too old for the call, or was built without it, or a filter answers in its place. Which of the
 * last two cannot be told from here.
 */
static void cause_missing(struct session *s, struct call_record *c)
{
	const struct sysname *call = sysname_find(str_from(c->name));
	const char *since = c->row && c->row->since ? c->row->since : call ? call->since : NULL;
	struct utsname kernel;
	struct buf b = BUF_INIT;
	if (c->error != ENOSYS || c->n_causes || uname(&kernel))
		return;
	buf_puts(&b, "this kernel has no such call");
	if (since && strverscmp(kernel.release, since) < 0)
		buf_printf(&b, "; it came with Linux %s, and this is %s", since, kernel.release);
	else
		buf_puts(&b, ": it was built without it, or a filter hides it");
	c->causes[c->n_causes++] = (struct cause){arena_copy(&s->arena, buf_slice(&b)), STR("")};
	buf_deinit(&b);
}

void facts_failure(struct session *s, struct call_record *c)
{
	struct failed_call f = {.name = c->name, .error = c->error};
	struct maps maps = MAPS_INIT;
	struct buf text = BUF_INIT;
	struct err err;
	memcpy(f.args, c->args, sizeof(f.args));
	if (c->row) {
		about_arguments(s, &f, c);
		about_limits(s, &f);
		if (procmap_read(s->remote, &text))
			maps_parse(&maps, buf_slice(&text), &err);
		f.maps = &maps;
		c->n_causes = MIN(errno_why(c->causes, CAUSES_MAX, &s->arena, &f), (size_t)CAUSES_MAX);
	}
	cause_missing(s, c);
	keep_for_why(s, c);
	buf_deinit(&text);
	maps_deinit(&maps);
}
