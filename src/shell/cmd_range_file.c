/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: save and load, by the target's own write(2) and read(2) between the file and the memory
 * itself. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/range.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

enum { PIECE = 16 << 20 }; /* bytes between two looks for ^C */

/* One file and one range on their way. */
struct transfer {
	struct session *s;
	struct str path;
	int fd;        /* of the target */
	bool seekable; /* a regular file: it can have holes */
	uint64_t addr, len;
	bool endless;   /* no length was given: LEN is up to the end of the address space */
	uint64_t done;  /* bytes of the range, holes included */
	uint64_t holes; /* bytes that were left out of the file because they are zeros */
	int error;      /* errno of the call that failed; 0 */
	const char *call;
};

/* A system call of the target for T. *RESULT is 0 or more unless T->error is set. */
static enum status call(struct transfer *t, const char *name, long nr, uint64_t a, uint64_t b,
	uint64_t c, uint64_t d, uint64_t *result)
{
	const uint64_t args[WIRE_ARGS] = {a, b, c, d};
	struct wire_fault fault;
	uint64_t value = 0;
	enum remote_status status =
		remote_syscall(t->s->remote, (uint64_t)nr, args, false, &value, &fault);
	t->call = name;
	t->error = 0;
	if (status == REMOTE_DONE && (int64_t)value < 0 && (int64_t)value >= -4095)
		t->error = (int)-(int64_t)value;
	*result = t->error ? 0 : value;
	return range_status(status);
}

static enum status open_file(struct transfer *t, int flags)
{
	struct buf path = BUF_INIT;
	uint64_t fd = 0;
	buf_str(&path, t->path);
	remote_scratch_reset(t->s->remote);
	uint64_t name = remote_scratch(t->s->remote, buf_cstr(&path), path.len + 1);
	buf_deinit(&path);
	if (!name)
		return ST_LOST;
	enum status status = call(t, "openat", SYS_openat, (uint64_t)AT_FDCWD, name,
		(uint64_t)(flags | O_CLOEXEC), 0644, &fd);
	t->fd = status == ST_OK && !t->error ? (int)fd : -1;
	return status;
}

static void close_file(struct transfer *t)
{
	struct transfer quiet = *t;
	uint64_t result;
	if (t->fd >= 0)
		call(&quiet, "close", SYS_close, (uint64_t)t->fd, 0, 0, 0, &result);
}

static bool going_on(const struct transfer *t, enum status status)
{
	return status == ST_OK && !t->error;
}

static void show_path(struct str path)
{
	buf_putc(out_text(), '"');
	out_escape(out_text(), path);
	buf_putc(out_text(), '"');
}

/* What the failed call came to, as the statement's own failure. */
static enum status fail_call(struct transfer *t, struct called *out)
{
	struct session *s = t->s;
	const char *name = errno_name(t->error);
	struct buf b = BUF_INIT;
	buf_printf(&b, "%s of \"", t->call);
	out_escape(&b, t->path);
	buf_printf(&b, "\" = -1 %s (%s)\n", name ? name : "E?", errno_text(t->error));
	out_printf("%s", buf_cstr(&b));
	buf_clear(&s->failure.text);
	buf_str(&s->failure.text, buf_slice(&b));
	buf_deinit(&b);
	s->failure.have = true;
	s->failure.error = t->error;
	s->fault.newest = false;
	s->error_number = t->error;
	out->value = value_int(-1);
	out->error_number = t->error;
	out->echoed = true;
	return ST_OK;
}

/*
 * The kernel found that it cannot use the memory where the transfer has come. The CPU is asked for
 * the reason: by a load, or by a store that leaves the byte as it is.
 */
static enum status explain_memory(struct transfer *t, bool store, struct called *out)
{
	struct range_progress progress = {0};
	struct wire_touched cost;
	struct wire_fault fault;
	struct session *s = t->s;
	uint64_t at = t->addr + t->done;
	enum remote_status status =
		remote_touch(s->remote, at, 1, 1, store, &progress, &cost, &fault);
	if (status != REMOTE_FAULT)
		return status == REMOTE_LOST ? ST_LOST : fail_call(t, out);
	out_printf("%s = -1 EFAULT (Bad address): the kernel cannot use the memory there; a %s "
		   "shows why\n",
		t->call, store ? "store" : "load");
	s->error_number = EFAULT;
	uint64_t left = t->endless ? 1 : t->len - t->done;
	facts_fault(s, store ? ACCESS_WRITE : ACCESS_READ, at, left, !t->endless, &fault);
	return ST_FAULT;
}

/* ---- save ---- */

static enum status write_part(struct transfer *t, uint64_t end)
{
	enum status status = ST_OK;
	while (going_on(t, status) && t->done < end) {
		uint64_t n = MIN(end - t->done, (uint64_t)PIECE), written = 0;
		if (remote_interrupted())
			return ST_INTERRUPTED;
		if (t->seekable)
			status = call(t, "write", SYS_pwrite64, (uint64_t)t->fd, t->addr + t->done,
				n, t->done, &written);
		else
			status = call(t, "write", SYS_write, (uint64_t)t->fd, t->addr + t->done, n,
				0, &written);
		t->done += MIN(written, n);
		out_progress(t->done, t->len);
		if (going_on(t, status) && !written)
			t->error = EIO;
	}
	return status;
}

static enum status write_parts(struct transfer *t, const struct parts *parts)
{
	enum status status = ST_OK;
	for (size_t i = 0; i < parts->n && going_on(t, status); i++) {
		uint64_t end = parts->v[i].end - t->addr;
		if (parts->v[i].kind == PART_ZERO && t->seekable) {
			t->holes += end - t->done;
			t->done = end;
		} else {
			status = write_part(t, end);
		}
	}
	return status;
}

/* Cuts the file to N bytes, or makes it that long. Tells whether it is a file for which that can be
 * done. */
static bool set_length(struct transfer *t, uint64_t n)
{
	struct transfer quiet = *t;
	uint64_t result;
	return call(&quiet, "ftruncate", SYS_ftruncate, (uint64_t)t->fd, n, 0, 0, &result) ==
		       ST_OK &&
	       !quiet.error;
}

static void report_saved(const struct transfer *t)
{
	out_printf("%llu byte%s saved to ", (unsigned long long)t->done, t->done == 1 ? "" : "s");
	show_path(t->path);
	out_printf(t->done < t->len ? ", of %llu\n" : "\n", (unsigned long long)t->len);
	if (t->holes) {
		out_printf("  of that never touched, all zeros, left as holes in the file: ");
		size_print(out_text(), t->holes);
		buf_putc(out_text(), '\n');
	}
}

static enum status save(struct transfer *t, struct called *out)
{
	struct parts parts = PARTS_INIT;
	enum status status = open_file(t, O_WRONLY | O_CREAT | O_TRUNC);
	if (status != ST_OK || t->error)
		return t->error ? fail_call(t, out) : status;
	t->seekable = set_length(t, 0);
	out_progress_begin("save");
	if (!parts_add(t->s, t->addr, t->addr + t->len, t->seekable, &parts))
		status = remote_interrupted() ? ST_INTERRUPTED : ST_LOST;
	if (status == ST_OK)
		status = write_parts(t, &parts);
	out_progress_end();
	parts_deinit(&parts);
	if (status == ST_LOST)
		return status;
	if (t->seekable)
		set_length(t, t->done);
	close_file(t);
	report_saved(t);
	if (t->error == EFAULT)
		return explain_memory(t, false, out);
	return t->error ? fail_call(t, out) : status;
}

static enum status run_save(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct transfer t = {.s = s,
		.path = in->args[0].str,
		.fd = -1,
		.addr = value_bits(in->args[1]),
		.len = value_bits(in->args[2])};
	return range_check(in, 1, t.addr, t.len, err) ? save(&t, out) : ST_ERROR;
}

/* ---- load ---- */

/* Whether the file has nothing more to give, wherever it would go. The transfer ends here either
 * way. */
static bool file_is_at_end(struct transfer *t)
{
	struct transfer quiet = *t;
	const char nothing = 0;
	uint64_t got = 1;
	remote_scratch_reset(t->s->remote);
	uint64_t byte = remote_scratch(t->s->remote, &nothing, sizeof(nothing));
	return byte && call(&quiet, "read", SYS_read, (uint64_t)t->fd, byte, 1, 0, &got) == ST_OK &&
	       !quiet.error && got == 0;
}

/*
 * One read(2) of at most N bytes. The kernel refuses a buffer that reaches past the end of user
 * space as a whole, without a look at the file; what lies before that end can still be filled, in
 * pieces of a page.
 */
static enum status read_piece(struct transfer *t, uint64_t n, uint64_t *got)
{
	uint64_t at = t->addr + t->done, page = t->s->page;
	enum status status = call(t, "read", SYS_read, (uint64_t)t->fd, at, n, 0, got);
	uint64_t rest = page - (at & (page - 1));
	if (status == ST_OK && t->error == EFAULT && n > rest)
		status = call(t, "read", SYS_read, (uint64_t)t->fd, at, rest, 0, got);
	if (status == ST_OK && t->error == EFAULT && file_is_at_end(t))
		t->error = 0;
	return status;
}

/* Reads until the file or the length ends. *REFUSED: the rest would overwrite the agent. */
static enum status read_file(struct transfer *t, bool *ended, bool *refused)
{
	enum status status = ST_OK;
	while (going_on(t, status) && t->done < t->len && !*ended) {
		uint64_t n = MIN(t->len - t->done, (uint64_t)PIECE), got = 0;
		if (remote_interrupted())
			return ST_INTERRUPTED;
		while (n > t->s->page && range_guarded(t->s, t->addr + t->done, n))
			n /= 2;
		*refused = range_guarded(t->s, t->addr + t->done, n);
		if (*refused)
			return ST_REFUSED;
		status = read_piece(t, n, &got);
		t->done += MIN(got, n);
		out_progress(t->done, t->endless ? 0 : t->len);
		*ended = going_on(t, status) && got == 0;
	}
	return status;
}

static void report_loaded(struct transfer *t, bool ended)
{
	out_printf(
		"%llu byte%s loaded from ", (unsigned long long)t->done, t->done == 1 ? "" : "s");
	show_path(t->path);
	buf_puts(out_text(), " to ");
	show_addr(t->s, out_text(), t->addr);
	out_printf(!t->endless && t->done < t->len ? ", of %llu%s\n" : "\n",
		(unsigned long long)t->len, ended ? ": the file ended there" : "");
}

static enum status load(struct transfer *t, struct called *out)
{
	bool ended = false, refused = false;
	enum status status = open_file(t, O_RDONLY);
	if (status != ST_OK || t->error)
		return t->error ? fail_call(t, out) : status;
	out_progress_begin("load");
	status = read_file(t, &ended, &refused);
	out_progress_end();
	if (status == ST_LOST)
		return status;
	close_file(t);
	report_loaded(t, ended);
	if (t->error == EFAULT)
		return explain_memory(t, true, out);
	return t->error ? fail_call(t, out) : status;
}

static enum status run_load(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct transfer t = {
		.s = s, .path = in->args[0].str, .fd = -1, .addr = value_bits(in->args[1])};
	t.endless = in->args[2].type.base == T_NONE;
	t.len = t.endless ? UINT64_MAX - t.addr : value_bits(in->args[2]);
	return range_check(in, 1, t.addr, t.len, err) ? load(&t, out) : ST_ERROR;
}

#define FILE_PARAM                                                                                 \
	{                                                                                          \
		.name = "FILE", .kind = KIND_PATH, .reads = READS_WORD                             \
	}

const struct row rows_range_file[] = {
	{
		.form = {.name = "save",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(FILE_PARAM, {.name = "ADDR", .kind = KIND_ADDR},
				{.name = "LEN", .kind = KIND_LEN})},
		.group = "range",
		.summary = "write memory to a file",
		.details = "The target opens FILE, emptying or making it, and writes LEN bytes "
			   "from ADDR on to it with write(2). "
			   "Private memory that was never touched becomes a hole in the file, "
			   "which reads as zeros too. Where the "
			   "memory cannot be read or the file takes no more, it stops: the file "
			   "holds what came before.",
		.example = "p = mmap page\nwrite p \"hello\"\nfd = memfd_create \"x\"\nsave "
			   "/proc/self/fd/3 p page\n"
			   "q = mmap page r shared fd\nexpect compare(p, q, page) == page",
		.see = "load read",
		.run = run_save,
		.writes_files = true,
	},
	{
		.form = {.name = "load",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS(FILE_PARAM, {.name = "ADDR", .kind = KIND_ADDR},
				{.name = "LEN",
					.kind = KIND_LEN,
					.flags = PARAM_OPTIONAL,
					.dflt = "all of it"})},
		.group = "range",
		.summary = "read a file into memory",
		.details = "The target opens FILE and reads it with read(2) to ADDR, at most LEN "
			   "bytes. It stops where the file ends, "
			   "where the memory cannot be written, and before the agent's own memory; "
			   "what was loaded stays.",
		.example = "p = mmap page\nload /proc/version p page\nexpect *(u8 *)p == 'L'",
		.see = "save write",
		.run = run_load,
	},
	ROW_END,
};
