/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: access, the same bytes by four roads. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch/arch.h"
#include "mem/flags.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/tables.h"

enum { MOST = 4096, DEFAULT_LEN = 8, SHOWN = 16 };

/* How far one road came. */
struct road {
	const char *name;
	size_t done;     /* bytes that it read */
	bool ok;         /* all of them */
	bool unseen;     /* it read them, but what it read is hidden from the shell */
	bool not_asked;  /* the road could not be tried: ERROR says why */
	int signo, code; /* of the signal that ended it; 0: none */
	int error;       /* the errno; 0: a signal, or it came short without a word */
	unsigned char bytes[MOST];
};

enum { BY_LOAD, BY_MEM, BY_READV, BY_CALL, N_ROADS };

/* ---- The roads ---- */

static enum remote_status by_load(struct session *s, struct road *r, uint64_t addr, size_t len)
{
	struct wire_fault fault;
	enum remote_status status = remote_read(s->remote, addr, r->bytes, len, &r->done, &fault);
	r->ok = status == REMOTE_DONE;
	if (status == REMOTE_FAULT) {
		r->signo = fault.signo;
		r->code = fault.code;
	}
	return status;
}

static void settle(struct road *r, ssize_t got, size_t len)
{
	r->done = (size_t)MAX(got, (ssize_t)0);
	r->ok = r->done == len;
	r->error = got < 0 ? errno : 0;
}

static void by_mem(struct session *s, struct road *r, uint64_t addr, size_t len)
{
	int fd = openat(remote_proc_fd(s->remote), "mem", O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		r->not_asked = true;
		r->error = errno;
		return;
	}
	settle(r, pread(fd, r->bytes, len, (off_t)addr), len);
	close(fd);
}

static void by_readv(struct session *s, struct road *r, uint64_t addr, size_t len)
{
	struct iovec here = {r->bytes, len}, there = {(void *)(uintptr_t)addr, len};
	settle(r, process_vm_readv(remote_pid(s->remote), &here, 1, &there, 1, 0), len);
	r->not_asked = !r->ok && (r->error == EPERM || r->error == ENOSYS);
}

static enum remote_status call(
	struct session *s, long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, int64_t *result)
{
	const uint64_t args[WIRE_ARGS] = {a, b, c, d};
	struct wire_fault fault;
	return remote_syscall(s->remote, (uint64_t)nr, args, false, (uint64_t *)result, &fault);
}

/* The target writes the bytes to a file in memory: the kernel copies them as it does for every
 * write. */
static enum remote_status by_call(struct session *s, struct road *r, uint64_t addr, size_t len)
{
	int64_t fd = -1, got = 0, ignored;
	char link[32];
	remote_scratch_reset(s->remote);
	uint64_t name = remote_scratch(s->remote, "access", sizeof("access"));
	enum remote_status status = call(s, SYS_memfd_create, name, 0, 0, 0, &fd);
	if (status != REMOTE_DONE || fd < 0) {
		r->not_asked = true;
		r->error = (int)-fd;
		return status;
	}
	status = call(s, SYS_pwrite64, (uint64_t)fd, addr, len, 0, &got);
	if (got < 0)
		errno = (int)-got;
	settle(r, got < 0 ? -1 : (ssize_t)got, len);
	snprintf(link, sizeof(link), "fd/%d", (int)fd);
	int ours = status == REMOTE_DONE
			   ? openat(remote_proc_fd(s->remote), link, O_RDONLY | O_CLOEXEC)
			   : -1;
	if (ours < 0 || pread(ours, r->bytes, r->done, 0) != (ssize_t)r->done)
		r->unseen = r->done > 0;
	if (ours >= 0)
		close(ours);
	return status == REMOTE_DONE ? call(s, SYS_close, (uint64_t)fd, 0, 0, 0, &ignored) : status;
}

/* ---- What they found ---- */

static void add_bytes(struct buf *b, const struct road *r)
{
	for (size_t i = 0; i < MIN(r->done, (size_t)SHOWN); i++)
		buf_printf(b, "%s%02x", i ? " " : "", r->bytes[i]);
	if (r->done > SHOWN)
		buf_puts(b, " ...");
}

static void show_road(const struct road *r, size_t len)
{
	struct buf b = BUF_INIT;
	char label[24];
	if (r->unseen)
		buf_printf(&b, "read %zu byte%s; the copy is hidden from outside", r->done,
			r->done == 1 ? "" : "s");
	else
		add_bytes(&b, r);
	if (r->done && !r->ok)
		buf_printf(&b, ", only %zu of %zu bytes%s", r->done, len, r->signo ? ": " : "");
	if (!r->ok && r->signo)
		buf_printf(&b, "%s %s", signal_name(r->signo),
			sicode_name(r->signo, r->code) ? sicode_name(r->signo, r->code) : "");
	else if (!r->ok && r->error)
		buf_printf(&b, "%s (%s)%s", errno_name(r->error) ? errno_name(r->error) : "?",
			errno_text(r->error), r->not_asked ? ": this road is closed" : "");
	snprintf(label, sizeof(label), "%-17s", r->name);
	report(label, "%s", buf_cstr(&b));
	buf_deinit(&b);
}

static bool same_bytes(const struct road *roads, size_t len)
{
	for (unsigned i = 1; i < N_ROADS; i++) {
		if (memcmp(roads[0].bytes, roads[i].bytes, len) != 0)
			return false;
	}
	return true;
}

static bool has_flag(struct session *s, uint64_t addr, const char *flag)
{
	struct buf text = BUF_INIT;
	const char *line =
		proc_smaps(s->remote, addr, &text) ? proc_field(text.p, "VmFlags") : NULL;
	bool has = line && proc_has_word(line, str_from(flag));
	buf_deinit(&text);
	return has;
}

/* Why no road leads to BYTE. */
static const char *why_none(struct session *s, const struct road *load, uint64_t byte)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	if (byte >= arch_user_limit(facts_levels(s)))
		return "it is no address of a program's: no road leads to it";
	if (procmap_query(s->remote, byte, &m, name) != PROCMAP_FOUND || !mapping_covers(&m, byte))
		return "nothing is mapped there: no road leads to it";
	if (load->signo == SIGBUS)
		return "there is a mapping but no page behind it, as past the end of a file: "
		       "nobody can read it";
	if (m.perms & PERM_R)
		return "the mapping allows reading but the kernel gives no page, as for a guard: "
		       "nobody can read it";
	return "the mapping does not allow reading, and this kernel lets nobody override that "
	       "through /proc/PID/mem";
}

/* Why the roads differ, where the pattern of who came through tells it; else NULL. BYTE: the first
 * that some failed at. */
static const char *why(struct session *s, const struct road *r, size_t len, uint64_t byte)
{
	bool load = r[BY_LOAD].ok, mem = r[BY_MEM].ok, readv = r[BY_READV].ok, copy = r[BY_CALL].ok;
	for (unsigned i = 0; i < N_ROADS; i++) {
		if (r[i].not_asked || r[i].unseen)
			return NULL;
	}
	if (load && mem && readv && copy)
		return same_bytes(r, len) ? "the page may be read: all roads lead to the same bytes"
					  : "all may read it, but it changed in between";
	if (!load && !mem && !readv && !copy)
		return why_none(s, &r[BY_LOAD], byte);
	if (!load && mem && !readv && !copy)
		return "the CPU and calls that copy obey the protection; /proc/PID/mem, the "
		       "debuggers' road, overrides it";
	if (load && !mem && !readv && copy && has_flag(s, byte, "io"))
		return "the page is not ordinary memory (VmFlags io): only the process's own page "
		       "tables lead to it";
	if (load && !mem && !readv && copy)
		return "only the process's own page tables lead to the page, as with memfd_secret";
	return NULL;
}

static void show(struct session *s, const struct road *roads, uint64_t addr, size_t len)
{
	size_t first = len;
	out_printf("%zu byte%s at 0x%llx\n", len, len == 1 ? "" : "s", (unsigned long long)addr);
	for (unsigned i = 0; i < N_ROADS; i++) {
		show_road(&roads[i], len);
		if (!roads[i].ok)
			first = MIN(first, roads[i].done);
	}
	const char *reason = why(s, roads, len, addr + MIN(first, len - 1));
	if (reason)
		report("because", "%s", reason);
}

static enum status run_access(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	static struct road roads[N_ROADS];
	static const char *const names[] = {
		"CPU load", "/proc/PID/mem", "process_vm_readv", "write(2) from it"};
	uint64_t addr = value_bits(in->args[0]);
	uint64_t len = in->args[1].type.base == T_NONE ? DEFAULT_LEN : value_bits(in->args[1]);
	(void)out;
	if (!len || len > MOST) {
		err_set(err, ERR_VALUE, in->node->args[1]->span, "the length must be 1 to %d bytes",
			MOST);
		return ST_ERROR;
	}
	memset(roads, 0, sizeof(roads));
	for (unsigned i = 0; i < N_ROADS; i++)
		roads[i].name = names[i];
	enum remote_status status = by_load(s, &roads[BY_LOAD], addr, len);
	if (status == REMOTE_DONE || status == REMOTE_FAULT) {
		by_mem(s, &roads[BY_MEM], addr, len);
		by_readv(s, &roads[BY_READV], addr, len);
		status = by_call(s, &roads[BY_CALL], addr, len);
	}
	if (status != REMOTE_DONE)
		return status == REMOTE_LOST ? ST_LOST : ST_INTERRUPTED;
	show(s, roads, addr, len);
	return ST_OK;
}

const struct row rows_access[] = {
	{
		.form = {.name = "access",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR}, {.name = "LEN",
									    .kind = KIND_LEN,
									    .flags = PARAM_OPTIONAL,
									    .dflt = "8"})},
		.group = "look",
		.summary = "read the same bytes by four roads",
		.details = "By load instructions in the target; through /proc/PID/mem and with "
			   "process_vm_readv from outside; and by "
			   "a write in the target to a file in memory, for which the kernel copies "
			   "them. Which come "
			   "through, and a sentence why they differ, where that is certain. A page "
			   "that is not present is brought in.",
		.example = "p = mmap 2*page\naccess p\nmprotect p page none\naccess p",
		.see = "where walk read",
		.run = run_access,
	},
	ROW_END,
};
