/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes as text. */
#include "shell/show.h"

#include <stdio.h>
#include <string.h>

#include "mem/explain.h"
#include "mem/flags.h"
#include "shell/names.h"
#include "shell/out.h"

/* ---- Addresses and mappings ---- */

void show_addr(struct session *s, struct buf *b, uint64_t addr)
{
	if (s->settings.named && addr && name_address(s, b, addr))
		return;
	buf_puts(b, addr ? "0x" : "NULL");
	if (addr)
		buf_hex(b, addr, 1);
}

unsigned show_size_width(const struct mapping *m)
{
	struct buf b = BUF_INIT;
	size_print(&b, m->end - m->start);
	unsigned width = (unsigned)b.len;
	buf_deinit(&b);
	return width;
}

static enum style style_of(const struct session *s, const struct mapping *m)
{
	if (remote_owns(s->remote, m->start, m->end - m->start))
		return STYLE_DIM;
	if ((m->perms & PERM_W) && (m->perms & PERM_X))
		return STYLE_WX;
	if (m->perms & PERM_X)
		return STYLE_CODE;
	return m->perms & (PERM_R | PERM_W) ? STYLE_PLAIN : STYLE_DIM;
}

static void range_print(struct session *s, struct buf *b, const struct mapping *m)
{
	if (s->settings.named && name_address(s, b, m->start)) {
		buf_puts(b, " ");
		return;
	}
	buf_hex(b, m->start, 8);
	buf_putc(b, '-');
	buf_hex(b, m->end, 8);
	buf_putc(b, ' ');
}

/* A mapping's name; at a terminal the start of a path that does not fit the line gives way. */
static void add_name(struct buf *b, const char *name, bool agent)
{
	enum { LEAST = 16 };
	unsigned taken = out_column() + 2 + (agent ? (unsigned)strlen(" (agent)") : 0);
	size_t room = out_width() > taken + LEAST ? out_width() - taken : LEAST;
	struct buf shown = BUF_INIT;
	out_escape(&shown, str_from(name));
	buf_puts(b, "  ");
	if (out_to_terminal())
		out_cut_start(b, buf_slice(&shown), room);
	else
		buf_str(b, buf_slice(&shown));
	buf_deinit(&shown);
}

void show_mapping(struct session *s, const char *prefix, const struct mapping *m, unsigned width)
{
	struct buf *b = out_text();
	char perms[5];
	buf_puts(b, prefix);
	out_style(style_of(s, m));
	range_print(s, b, m);
	perms_print(perms, m->perms);
	buf_puts(b, perms);
	buf_pad(b, ' ', 2 + width - MIN(width, show_size_width(m)));
	size_print(b, m->end - m->start);
	if (m->inode) {
		buf_puts(b, "  ");
		buf_hex(b, m->offset, 8);
	}
	bool agent = remote_owns(s->remote, m->start, m->end - m->start);
	if (m->name[0])
		add_name(b, m->name, agent);
	if (agent)
		buf_puts(b, m->name[0] ? " (agent)" : "  (agent)");
	out_style(STYLE_PLAIN);
	buf_putc(b, '\n');
}

void show_delta(struct session *s, const struct delta *d)
{
	unsigned width = 0;
	for (size_t i = 0; i < d->n; i++)
		width = MAX(width, show_size_width(d->v[i].mapping));
	for (size_t i = 0; i < d->n; i++) {
		bool came = d->v[i].sign == '+';
		out_styled(came ? STYLE_CAME : STYLE_GONE, came ? "  + " : "  - ");
		show_mapping(s, "", d->v[i].mapping, width);
	}
	struct buf sentence = BUF_INIT;
	delta_sentence(&sentence, d);
	if (sentence.len) {
		out_printf("  ");
		out_escape(out_text(), buf_slice(&sentence)); /* it may quote a file's name */
		out_printf("\n");
	}
	buf_deinit(&sentence);
}

/* ---- Calls ---- */

/* As strace: octal numbers have no more digits than they need. NEXT: the byte behind. */
static void quote_byte(struct buf *b, unsigned char c, unsigned char next)
{
	static const char plain[] = "\t\n\v\f\r\"\\";
	static const char letters[] = "tnvfr\"\\";
	const char *special = c ? strchr(plain, c) : NULL;
	if (special) {
		buf_putc(b, '\\');
		buf_putc(b, letters[special - plain]);
	} else if (c >= ' ' && c < 0x7f) {
		buf_putc(b, (char)c);
	} else {
		buf_printf(b, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", c);
	}
}

void show_quoted(struct buf *b, struct str s, size_t most)
{
	size_t n = MIN(s.n, most);
	buf_putc(b, '"');
	for (size_t i = 0; i < n; i++)
		quote_byte(b, (unsigned char)s.p[i], i + 1 < n ? (unsigned char)s.p[i + 1] : '\0');
	buf_puts(b, s.n > most ? "\"..." : "\"");
}

static void argument_print(struct session *s, struct buf *b, const struct param *p, uint64_t arg)
{
	switch ((enum kind)p->kind) {
	case KIND_FLAGS:
		flags_print(b, p->set, arg);
		return;
	case KIND_DIRFD:
		if ((int)arg == -100) {
			buf_puts(b, "AT_FDCWD");
			return;
		}
		/* fallthrough */
	case KIND_FD:
	case KIND_INT:
		buf_int(b, (int)arg);
		return;
	case KIND_LEN:
	case KIND_NUMBER:
		buf_dec(b, arg);
		return;
	case KIND_OFFSET:
		buf_int(b, (int64_t)arg);
		return;
	case KIND_MODE:
		buf_printf(b, "%#03llo", (unsigned long long)arg);
		return;
	case KIND_MAP_OFFSET:
	case KIND_BITS:
		buf_puts(b, arg ? "0x" : "");
		buf_hex(b, arg, 1);
		return;
	default:
		show_addr(s, b, arg);
		return;
	}
}

/* An argument of which nothing is known but its bits. */
void show_raw(struct session *s, struct buf *b, uint64_t arg)
{
	const int64_t small = 1 << 20;
	if ((int64_t)arg > -small && (int64_t)arg < small)
		buf_int(b, (int64_t)arg);
	else
		show_addr(s, b, arg);
}

/* "0x8002 (flags O_RDWR|O_LARGEFILE)"; false where the number means itself. */
static bool meaningful_print(struct buf *b, const struct call_record *c)
{
	if (!c->row || !c->row->meaning)
		return false;
	struct buf meaning = BUF_INIT;
	c->row->meaning(&meaning, c->args, c->result);
	bool any = meaning.len > 0;
	if (any)
		buf_printf(b, c->result ? "%#llx%s" : "%llu%s", (unsigned long long)c->result,
			buf_cstr(&meaning));
	buf_deinit(&meaning);
	return any;
}

static void result_print(struct session *s, struct buf *b, const struct call_record *c)
{
	if (!c->returned) {
		buf_puts(b, "?");
	} else if (c->error) {
		const char *name = errno_name(c->error);
		buf_printf(b, "-1 %s (%s)", name ? name : "E?", errno_text(c->error));
	} else if (c->row && c->row->returns == RETURNS_ADDR && c->result) {
		show_addr(s, b, c->result);
	} else if (!meaningful_print(b, c)) {
		if (c->row)
			buf_printf(b, "%lld", (long long)c->result);
		else
			show_raw(s, b, c->result);
	}
}

void show_echo(struct session *s, struct buf *b, const struct call_record *c)
{
	unsigned n_params = 0;
	const struct param *params = c->row ? row_c_params(c->row, c->args, &n_params) : NULL;
	unsigned n = c->n_args;
	if (c->row && c->row->variant)
		n = MIN(n, n_params);
	if (c->row && c->row->looks_at)
		n = MIN(n, c->row->looks_at(c->args));
	buf_puts(b, c->name);
	buf_putc(b, '(');
	for (unsigned i = 0; i < n; i++) {
		if (i)
			buf_puts(b, ", ");
		if (c->texts[i].p)
			show_quoted(b, c->texts[i], SHOW_QUOTED);
		else if (c->shown[i].p)
			buf_str(b, c->shown[i]);
		else if (i < n_params)
			argument_print(s, b, &params[i], c->args[i]);
		else
			show_raw(s, b, c->args[i]);
	}
	buf_puts(b, ") = ");
	result_print(s, b, c);
}

void show_call(struct session *s, const struct call_record *c)
{
	if (!s->settings.echo && !c->error)
		return;
	show_echo(s, out_text(), c);
	buf_putc(out_text(), '\n');
	if (s->settings.maps)
		show_delta(s, &c->delta);
	buf_str(out_text(), buf_slice(&c->did));
	if (c->row && c->row->tell && c->returned && !c->error)
		c->row->tell(s, out_text(), c);
}

static void cause_line(struct buf *b, const char *label, struct str text)
{
	buf_puts(b, label);
	out_escape(b, text);
	buf_putc(b, '\n');
}

/* Nothing is claimed where nothing could be shown to hold. */
static void show_no_cause(struct buf *b, const struct call_record *c)
{
	const struct why *why = &c->why;
	if (!c->row && !why->n_possible)
		return;
	if (!why->n_possible)
		buf_printf(b, "  because  no documented cause of %s holds here\n",
			errno_name(c->error));
	else
		buf_puts(b, "  because  of nothing that could be shown; documented, and possible "
			    "here:\n");
	for (size_t i = 0; i < why->n_possible; i++)
		cause_line(b, "  perhaps  ", why->possible[i]);
}

void show_causes_text(struct buf *b, const struct call_record *c)
{
	const struct why *why = &c->why;
	for (size_t i = 0; i < why->n; i++)
		cause_line(b, i ? "      and  " : "  because  ", why->causes[i].text);
	if (!why->n)
		show_no_cause(b, c);
	for (size_t i = 0; i < why->n; i++)
		if (why->causes[i].cure.n)
			cause_line(b, "  cure     ", why->causes[i].cure);
	if (why->effect.n)
		cause_line(b, "  effect   ", why->effect);
}

void show_causes(struct session *s, const struct call_record *c)
{
	if (s->settings.explain)
		show_causes_text(out_text(), c);
}

/* ---- Everything else that a statement can come to ---- */

void show_value(struct session *s, struct value v)
{
	struct buf *b = out_text();
	buf_puts(b, "= ");
	if (type_is_pointer(v.type) && s->settings.named)
		show_addr(s, b, v.bits);
	else
		value_print(b, v);
	buf_putc(b, '\n');
}

static void show_signal_line(const struct wire_fault *w)
{
	struct buf b = BUF_INIT;
	signal_print(&b, w);
	out_styled(STYLE_SIGNAL, buf_cstr(&b));
	buf_putc(out_text(), '\n');
	buf_deinit(&b);
}

/* Where called code was: lines with labels, made when it was stopped. */
static void show_place(const struct buf *lines)
{
	out_printf("%s", buf_cstr(lines));
}

static void show_explanation(const struct explanation *e, const struct buf *place)
{
	out_printf("  %.*s\n", (int)e->headline.n, e->headline.p);
	show_place(place);
	for (size_t i = 0; i < e->n_lines; i++) {
		char label[16];
		snprintf(label, sizeof(label), "  %-8s ", e->lines[i].label);
		out_styled(STYLE_LABEL, label);
		out_escape(out_text(), e->lines[i].text);
		buf_putc(out_text(), '\n');
	}
}

void show_fault(struct session *s, bool explained)
{
	show_signal_line(&s->fault.fault.wire);
	if (!explained || !s->settings.explain)
		return;
	struct explanation e = {0};
	explain_fault(&e, &s->arena, &s->fault.fault, &s->fault.around, name_by_variable, s);
	show_explanation(&e, &s->fault.place);
}

void show_fault_long(struct session *s)
{
	struct explanation e = {0};
	show_signal_line(&s->fault.fault.wire);
	explain_fault_long(&e, &s->arena, &s->fault.fault, &s->fault.around, name_by_variable, s);
	show_explanation(&e, &s->fault.place);
}

/* What is known besides the signal that killed it, behind its name. */
static void show_cause(const struct loss *loss)
{
	const unsigned long long before = loss->before, number = loss->number;
	switch (loss->cause) {
	case CAUSE_NONE:
	case CAUSE_ITSELF:
		break;
	case CAUSE_UNKNOWN:
		out_printf(", sender unknown");
		break;
	case CAUSE_MEMORY:
		out_printf(": out of memory (the kernel's count of such kills, oom_kill, rose from "
			   "%llu to %llu)",
			before, number);
		break;
	case CAUSE_CPU_LIMIT:
		out_printf(": it used up its limit of CPU time, %llu s (RLIMIT_CPU)", number);
		break;
	case CAUSE_FILE_LIMIT:
		out_printf(": a file would have grown past its limit (RLIMIT_FSIZE)");
		break;
	case CAUSE_SECCOMP:
		out_printf(": its seccomp filter forbids a system call that it made");
		break;
	case CAUSE_AGENT:
		out_printf(": the agent could not catch it; what it stands on was changed, or "
			   "another thread raised it");
		break;
	}
}

void show_loss(const struct loss *loss)
{
	out_style(STYLE_SIGNAL);
	switch (loss->kind) {
	case LOSS_EXITED:
		out_printf("--- lost: the target exited with status %d ---", loss->status);
		break;
	case LOSS_KILLED:
		out_printf("--- lost: the target was killed by %s%s", signal_name(loss->status),
			loss->core ? " (core dumped)" : "");
		show_cause(loss);
		out_printf(" ---");
		break;
	case LOSS_EXECED:
		out_printf("--- lost: the target became another program by execve ---");
		break;
	case LOSS_GARBLED:
		out_printf("--- lost: the agent in the target was overwritten and answers nonsense "
			   "---");
		break;
	case LOSS_STUCK:
		out_printf(
			"--- lost: the target did not obey ^C for two seconds and was killed ---");
		break;
	case LOSS_THREAD:
		out_printf("--- lost: the thread that the agent runs in exited, and the target's "
			   "other threads were killed ---");
		break;
	case LOSS_NONE:
		out_printf("--- lost: there is no target ---");
		break;
	}
	out_style(STYLE_PLAIN);
	out_printf("\n");
}

void show_refusal(struct session *s)
{
	out_styled(STYLE_LABEL, "refused: ");
	out_printf("%s\n", s->refusal);
}

void show_duration(struct buf *b, int64_t milliseconds)
{
	if (milliseconds % 1000)
		buf_printf(b, "%lldms", (long long)milliseconds);
	else
		buf_printf(b, "%llds", (long long)milliseconds / 1000);
}

void show_interrupted(struct session *s)
{
	out_printf(out_to_terminal() && !remote_timed_out(s->remote)
			   ? "\n"
			   : ""); /* behind the ^C that the terminal shows */
	struct buf text = BUF_INIT;
	buf_puts(&text, "--- interrupted");
	if (remote_timed_out(s->remote)) {
		buf_puts(&text, ": it took longer than ");
		show_duration(&text, s->settings.timeout);
	}
	buf_puts(&text, " ---");
	out_styled(STYLE_SIGNAL, buf_cstr(&text));
	buf_deinit(&text);
	out_printf("\n");
	show_place(&s->interrupted);
	buf_clear(&s->interrupted);
}
