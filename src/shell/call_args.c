/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a call: into the target, filled up, guarded, and shown. */
#include "shell/call_args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "mem/layout.h"
#include "shell/proc.h"
#include "shell/session.h"
#include "shell/show.h"

/* ---- Into the target ---- */

static bool no_room(struct err *err)
{
	return err_set(err, ERR_VALUE, (struct span){0},
		"the arguments are too long to be placed in the target: %d bytes fit",
		WIRE_DATA_SIZE);
}

bool args_marshal(struct session *s, struct call_record *c, const struct value *args, size_t n,
	struct err *err)
{
	remote_scratch_reset(s->remote);
	for (size_t i = 0; i < n; i++) {
		if (args[i].type.base != T_STRING || args[i].type.depth) {
			c->args[i] = value_bits(args[i]);
			continue;
		}
		c->texts[i] = args[i].str;
		c->args[i] = remote_scratch(
			s->remote, arena_copy(&s->arena, args[i].str).p, args[i].str.n + 1);
		if (!c->args[i])
			return no_room(err);
	}
	c->n_args = (unsigned)n;
	return true;
}

bool call_place(struct session *s, struct call_record *c, unsigned i, const void *bytes, size_t n,
	struct err *err)
{
	if (n > WIRE_DATA_SIZE)
		return no_room(err);
	c->args[i] = remote_scratch(s->remote, bytes ? bytes : arena_alloc(&s->arena, n), n);
	c->placed[i] = c->args[i] != 0;
	return c->args[i] || no_room(err);
}

bool args_complete(struct session *s, struct call_record *c, const struct value *args, size_t n,
	struct err *err)
{
	bool given[WIRE_ARGS];
	for (size_t i = 0; i < WIRE_ARGS; i++)
		given[i] = i < n && args[i].type.base != T_NONE;
	if (c->row->defaults && !c->row->defaults(c->args, given, err))
		return false;
	if (c->row->build && !c->row->build(s, c, given, err))
		return false;
	const struct param *params = row_c_params(c->row, c->args, &c->n_args);
	bool same = !c->row->build && !c->row->variant;
	while (same && c->n_args && (params[c->n_args - 1].flags & PARAM_C_OPTIONAL) &&
		!given[c->n_args - 1] && !c->args[c->n_args - 1])
		c->n_args--; /* as in C */
	return true;
}

/* ---- The guard ---- */

static bool check_range(struct session *s, uint64_t addr, uint64_t len)
{
	if (!remote_owns(s->remote, addr, len))
		return true;
	snprintf(s->refusal, sizeof(s->refusal),
		"the range at 0x%llx touches the agent's own pages (see maps); set guard off "
		"allows it",
		(unsigned long long)addr);
	return false;
}

/*
 * Whether the ranges of argument I are of the target: a call on a process names that with its first
 * argument, a pid or a pidfd; only process_vm_readv and its like have ranges of their own process
 * too, in argument 1.
 */
static bool is_of_target(struct session *s, const struct call_record *c, unsigned i)
{
	const struct param *first = c->row->form.params;
	/* Instead of a descriptor, since Linux 6.14: the thread itself, the process itself. */
	enum { PIDFD_OF_THREAD = -10000, PIDFD_OF_PROCESS = -10001 };
	int fd = (int)c->args[0];
	char path[32];
	struct buf info = BUF_INIT;
	if (first->kind == KIND_INT)
		return i == 1 || (pid_t)c->args[0] == remote_pid(s->remote);
	if (fd == PIDFD_OF_THREAD || fd == PIDFD_OF_PROCESS)
		return true;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	const char *pid = proc_read(s->remote, path, &info) ? proc_field(info.p, "Pid") : NULL;
	bool same = pid && atoi(pid) == remote_pid(s->remote);
	buf_deinit(&info);
	return same;
}

/* The ranges that an array of struct iovec names in the target. */
static bool check_vectors(struct session *s, const struct call_record *c, unsigned i)
{
	if (!is_of_target(s, c, i))
		return true;
	enum { VECTORS_MAX = 1024 }; /* UIO_MAXIOV: the kernel takes no more */
	struct iovec v;
	for (uint64_t k = 0; k < MIN(c->args[i + 1], (uint64_t)VECTORS_MAX); k++) {
		if (!remote_peek(s->remote, c->args[i] + k * sizeof(v), &v, sizeof(v)))
			return true; /* the kernel cannot read it either */
		if (!check_range(s, (uint64_t)(uintptr_t)v.iov_base, v.iov_len))
			return false;
	}
	return true;
}

static bool check_argument(struct session *s, const struct call_record *c, const struct param *p,
	unsigned i, unsigned n)
{
	const uint64_t *a = c->args;
	bool range = p->kind == KIND_ADDR && i + 1 < n && p[1].kind == KIND_LEN;
	if (c->texts[i].p)
		return true;
	if (range || (p->kind == KIND_OUTPUT && i + 1 < n))
		return check_range(s, a[i], a[i + 1]);
	if (p->kind == KIND_WRITES && !c->placed[i] && a[i])
		return check_range(s, a[i], layout_size(p->set, a, i));
	if (p->kind == KIND_READS && p->set == &layout_iovec)
		return check_vectors(s, c, i);
	return true;
}

bool args_guard(struct session *s, const struct call_record *c)
{
	if (!c->row || !s->settings.guard)
		return true;
	const uint64_t *a = c->args;
	if (c->row->effect == EFFECT_MMAP && !(a[3] & MAP_FIXED))
		return true; /* only a hint, or refused by the kernel itself */
	if (c->row->effect == EFFECT_MREMAP && (a[3] & MREMAP_FIXED) && !check_range(s, a[4], a[2]))
		return false;
	/* How long the segment is the kernel knows; where it begins is enough to see the aim. */
	if (c->row->nr == SYS_shmat && a[2] & SHM_REMAP && !check_range(s, a[1], s->page))
		return false;
	unsigned n;
	const struct param *params = row_c_params(c->row, c->args, &n);
	for (unsigned i = 0; i < n; i++) {
		if (!check_argument(s, c, &params[i], i, n))
			return false;
	}
	return true;
}

/* ---- Shown ---- */

bool call_peek(const struct session *s, const struct call_record *c, unsigned i, void *to, size_t n)
{
	return c->args[i] && remote_peek(s->remote, c->args[i], to, n);
}

static void show_layout(
	struct session *s, struct call_record *c, const struct layout *l, unsigned i)
{
	unsigned char bytes[LAYOUT_SHOWN * 16 + 256];
	uint64_t size = layout_size(l, c->args, i), total = size / l->each;
	size_t n = (size_t)MIN(total, (uint64_t)LAYOUT_SHOWN);
	if (size == UINT64_MAX)
		return; /* no such array */
	if (!total)
		c->shown[i] = STR("[]");
	if (!n || n * l->each > sizeof(bytes) || !call_peek(s, c, i, bytes, n * l->each))
		return;
	struct buf text = BUF_INIT;
	layout_print(&text, l, bytes, n, total);
	c->shown[i] = arena_copy(&s->arena, buf_slice(&text));
	buf_deinit(&text);
}

/* The bytes that the call has read or written, as many as it says; at most 32, as strace. */
static void show_data(struct session *s, struct call_record *c, unsigned i)
{
	enum { SHOWN = 32 };
	char bytes[SHOWN];
	size_t n = (size_t)MIN(c->result, (uint64_t)SHOWN);
	if (c->texts[i].p || (n && !call_peek(s, c, i, bytes, n)))
		return;
	struct buf text = BUF_INIT;
	show_quoted(&text, (struct str){bytes, n}, n);
	if (c->result > n)
		buf_puts(&text, "...");
	c->shown[i] = arena_copy(&s->arena, buf_slice(&text));
	buf_deinit(&text);
}

/* A name that lies at an address; nothing is read that the kernel did not read. */
static void show_name(struct session *s, struct call_record *c, unsigned i)
{
	char bytes[SHOW_QUOTED];
	struct buf text = BUF_INIT;
	size_t n = 0;
	if (c->texts[i].p || c->error == EFAULT || c->error == EINVAL)
		return;
	while (n < sizeof(bytes) && remote_peek(s->remote, c->args[i] + n, &bytes[n], 1) &&
		bytes[n])
		n++;
	if (n == sizeof(bytes) || bytes[n])
		return;
	show_quoted(&text, (struct str){bytes, n}, n);
	c->shown[i] = arena_copy(&s->arena, buf_slice(&text));
	buf_deinit(&text);
}

void args_show(struct session *s, struct call_record *c, bool done)
{
	unsigned n;
	if (!c->row)
		return;
	const struct param *params = row_c_params(c->row, c->args, &n);
	for (unsigned i = 0; i < MIN(n, c->n_args); i++) {
		enum kind kind = params[i].kind;
		bool structure = done ? kind == KIND_WRITES && !c->error : kind == KIND_READS;
		if (!c->args[i])
			continue;
		if (structure || (kind == KIND_WRITES && !layout_size(params[i].set, c->args, i)))
			show_layout(s, c, params[i].set, i);
		if (done && (kind == KIND_TEXT || kind == KIND_PATH))
			show_name(s, c, i);
		if (done && !c->error && (kind == KIND_INPUT || kind == KIND_OUTPUT))
			show_data(s, c, i);
	}
}
