/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: maps and why. */
#include <stdio.h>

#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tables.h"

/* ---- maps ---- */

/* Which mappings are wanted. */
struct filter {
	bool by_addr;
	uint64_t addr;
	struct str name; /* substring of the name; empty: any */
	bool by_perms;
	char perms[4]; /* r w x s, each its letter, - for absent, or ? for any */
	bool gaps;     /* show what lies between */
};

/* "rw-p", "r-x", "rwx", "w": letters that must be there, - for one that must not, in the order of
 * maps. */
static bool read_perms(struct str word, struct filter *f)
{
	static const char letters[] = "rwx";
	char perms[4] = {'?', '?', '?', '?'};
	if (word.n < 3 || word.n > 4)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (word.p[i] != letters[i] && word.p[i] != '-' && word.p[i] != '?')
			return false;
		perms[i] = word.p[i];
	}
	if (word.n == 4 && word.p[3] != 'p' && word.p[3] != 's')
		return false;
	if (word.n == 4)
		perms[3] = word.p[3];
	memcpy(f->perms, perms, sizeof(perms));
	f->by_perms = true;
	return true;
}

static bool matches(const struct filter *f, const struct mapping *m)
{
	char perms[5];
	perms_print(perms, m->perms);
	if (f->by_addr && !mapping_covers(m, f->addr))
		return false;
	if (f->name.n && !memmem(m->name, strlen(m->name), f->name.p, f->name.n))
		return false;
	for (unsigned i = 0; f->by_perms && i < 4; i++) {
		if (f->perms[i] != '?' && f->perms[i] != perms[i])
			return false;
	}
	return true;
}

static void show_gap(uint64_t start, uint64_t end)
{
	struct buf b = BUF_INIT;
	size_print(&b, end - start);
	out_style(STYLE_DIM);
	out_printf("%08llx-%08llx gap   %s\n", (unsigned long long)start, (unsigned long long)end,
		buf_cstr(&b));
	out_style(STYLE_PLAIN);
	buf_deinit(&b);
}

/* No mapping covers the address that was asked for: say what lies around it. */
static void show_unmapped(struct session *s, const struct maps *m, uint64_t addr)
{
	struct buf b = BUF_INIT;
	size_t above = maps_at_or_above(m, addr);
	show_addr(s, &b, addr);
	out_printf("nothing is mapped at %s\n", buf_cstr(&b));
	if (above > 0)
		show_mapping(s, "  below  ", &m->v[above - 1], 5);
	if (above < m->n)
		show_mapping(s, "  above  ", &m->v[above], 5);
	buf_deinit(&b);
}

static void show_list(struct session *s, const struct maps *m, const struct filter *f)
{
	unsigned width = 0;
	size_t shown = 0;
	for (size_t i = 0; i < m->n; i++)
		width = MAX(width, matches(f, &m->v[i]) ? show_size_width(&m->v[i]) : 0);
	for (size_t i = 0; i < m->n; i++) {
		if (!matches(f, &m->v[i]))
			continue;
		if (f->gaps && i && m->v[i - 1].end < m->v[i].start)
			show_gap(m->v[i - 1].end, m->v[i].start);
		show_mapping(s, "", &m->v[i], width);
		shown++;
		out_maybe_flush();
		if (out_stopped())
			break;
	}
	if (!shown && f->by_addr)
		show_unmapped(s, m, f->addr);
	else if (!shown)
		out_printf("no mapping matches\n");
}

static void add_to_filter(struct filter *f, struct value v)
{
	if (v.type.base != T_STRING || v.type.depth) {
		f->by_addr = true;
		f->addr = value_bits(v);
	} else if (str_is(v.str, "--gaps")) {
		f->gaps = true;
	} else if (!read_perms(v.str, f)) {
		f->name = v.str;
	}
}

static enum status run_maps(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct filter f = {0};
	struct maps maps = MAPS_INIT;
	struct buf text = BUF_INIT;
	(void)out;
	for (size_t i = 0; i < in->n; i++) {
		if (in->args[i].type.base != T_NONE)
			add_to_filter(&f, in->args[i]);
	}
	bool read = procmap_read(s->remote, &text) && maps_parse(&maps, buf_slice(&text), err);
	if (!read && err->code == ERR_NONE)
		err_set(err, ERR_SYSTEM, in->node->span, "the target's maps cannot be read");
	if (read) {
		out_page_begin();
		show_list(s, &maps, &f);
		out_page_end();
	}
	buf_deinit(&text);
	maps_deinit(&maps);
	return read ? ST_OK : ST_ERROR;
}

/* ---- why ---- */

static enum status run_why(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)in, (void)out, (void)err;
	if (s->fault.have && s->fault.newest)
		show_fault_long(s);
	else if (s->failure.have)
		out_printf("%s", buf_cstr(&s->failure.text));
	else
		out_printf("nothing has failed yet: there was no fault and no failed call\n");
	return ST_OK;
}

const struct row rows_look[] = {
	{
		.form = {.name = "maps",
			.aliases = "vmmap vprot",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR|NAME|PERMS|--gaps",
				.kind = KIND_MAPPING,
				.reads = READS_OPERAND,
				.flags = PARAM_OPTIONAL | PARAM_REPEATS,
				.dflt = "all"})},
		.group = "look",
		.summary = "list the target's mappings",
		.details = "The lines of the target's /proc/PID/maps: range (the end is the first "
			   "byte past it), permissions, size, "
			   "for files the offset in hex, name. An address shows the mapping that "
			   "covers it or its "
			   "neighbours, a name those whose name has it, permissions such as rw-p "
			   "or r-x those that have them. "
			   "--gaps shows the unmapped ranges between. (agent) marks what belongs "
			   "to faultline itself. At a terminal a path that does not fit its line "
			   "is cut at the start.",
		.example = "p = mmap page\nmaps p\nmaps libc\nmaps r-x\nmaps --gaps",
		.see = "why mmap",
		.run = run_maps,
	},
	{
		.form = {.name = "why", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "look",
		.summary = "explain the last fault or failed call at length",
		.details =
			"What happened, in its order: the instruction, the way of its address "
			"through the page tables, the exception with each bit of the CPU's error "
			"code, what the kernel found at the address or the neighbours of the gap "
			"and how far they are, the signal, and a statement that would make the "
			"access work, where there is one. After a failed call: the causes that "
			"were found to hold, "
			"the facts that show it, the ones "
			"that cannot be seen from outside (perhaps) and those that do not hold "
			"(not).",
		.example = "expect SEGV_MAPERR *0x10000\nwhy",
		.see = "maps explain",
		.run = run_why,
	},
	ROW_END,
};
