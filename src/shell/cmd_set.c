/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings, and the row of the command that changes them. */
#include <stdio.h>

#include "base/suggest.h"
#include "shell/out.h"
#include "shell/setting.h"
#include "shell/show.h"
#include "shell/tables.h"

/* ---- The settings ---- */

/* A setting that is a bool of struct settings, being WHEN_FIRST at the first of its values. */
#define SWITCH(field, when_first)                                                                  \
	static unsigned get_##field(const struct session *s)                                       \
	{                                                                                          \
		return s->settings.field == (when_first) ? 0 : 1;                                  \
	}                                                                                          \
	static void set_##field(struct session *s, unsigned value)                                 \
	{                                                                                          \
		s->settings.field = value == 0 ? (when_first) : !(when_first);                     \
	}

SWITCH(guard, true)
SWITCH(echo, true)
SWITCH(maps, true)
SWITCH(explain, true)
SWITCH(named, false)
SWITCH(intel, false)
SWITCH(effects, false)
SWITCH(hints, true)

/* ---- timeout ---- */

static void set_limit(struct session *s, int64_t milliseconds)
{
	s->settings.timeout = milliseconds;
	remote_set_time_limit(s->remote, milliseconds);
}

static unsigned get_timeout(const struct session *s)
{
	return s->settings.timeout ? 1 : 0;
}

static void set_timeout(struct session *s, unsigned value)
{
	(void)value; /* off */
	set_limit(s, 0);
}

/* "5s", "200ms", "2m"; a number alone is seconds. */
static bool parse_timeout(struct session *s, struct str value)
{
	static const struct {
		const char *unit;
		int64_t milliseconds;
	} units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", 60000}, {"min", 60000}};
	const int64_t most = 1000000;
	int64_t n = 0;
	size_t i = 0;
	for (; i < value.n && value.p[i] >= '0' && value.p[i] <= '9'; i++)
		n = MIN(n * 10 + (value.p[i] - '0'), most + 1);
	for (size_t u = 0; i && n && n <= most && u < ARRAY_SIZE(units); u++) {
		if (str_is((struct str){value.p + i, value.n - i}, units[u].unit)) {
			set_limit(s, n * units[u].milliseconds);
			return true;
		}
	}
	return false;
}

static void print_timeout(const struct session *s, struct buf *b)
{
	show_duration(b, s->settings.timeout);
}

static unsigned get_color(const struct session *s)
{
	(void)s;
	return out_color_mode();
}

static void set_color(struct session *s, unsigned value)
{
	(void)s;
	out_set_color((enum color_mode)value);
}

/* 0, 1, 2, 4 and so on: the values by their index. */
static unsigned get_undo(const struct session *s)
{
	unsigned index = 0;
	while (s->checkpoints.undo >> index)
		index++;
	return index;
}

static void set_undo(struct session *s, unsigned value)
{
	undo_set(s, value ? 1u << (value - 1) : 0);
	if (!value)
		return;
	out_printf("a copy of the target is made before each statement that changes it; afterwards "
		   "a write to a touched page\n"
		   "costs a minor fault and a new frame, and new neighbours of touched mappings "
		   "may no longer merge\n");
}

static const struct setting settings[] = {
	{"addresses", "plain named",
		"addresses as numbers, or by name where they have one (p+0x1000)", get_named,
		set_named},
	{"color", "auto always never", "colours in the output", get_color, set_color},
	{"disassembly", "att intel",
		"the syntax of instructions: movl $1, (%rax), or mov dword ptr [rax], 1", get_intel,
		set_intel},
	{"echo", "on off", "show each system call with its result", get_echo, set_echo},
	{"effects", "off pages", "show what accesses and calls do to pages", get_effects,
		set_effects},
	{"explain", "on off", "say why below a fault or a failed call", get_explain, set_explain},
	{"guard", "on off", "refuse what would overwrite or unmap the agent", get_guard, set_guard},
	{"hints", "on off", "give hints at the terminal, each once", get_hints, set_hints},
	{"maps", "on off", "show the mappings that a call changed", get_maps, set_maps},
	{"timeout", "off DURATION",
		"interrupt an access or call that takes longer, such as 5s or 200ms", get_timeout,
		set_timeout, "off or a duration, such as 5s or 200ms", parse_timeout,
		print_timeout},
	{"undo", "0 1 2 4 8 16", "how many statements that changed the target undo can take back",
		get_undo, set_undo},
};

const struct setting *setting_at(size_t i)
{
	return i < ARRAY_SIZE(settings) ? &settings[i] : NULL;
}

const char *setting_name_at(size_t i)
{
	return i < ARRAY_SIZE(settings) ? settings[i].name : NULL;
}

const struct setting *setting_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (str_is(name, settings[i].name))
			return &settings[i];
	}
	return NULL;
}

/* Value number I of a blank-separated list; empty at the end. */
static struct str value_at(const char *values, unsigned i)
{
	for (; i && *values; i--) {
		values += strcspn(values, " ");
		values += strspn(values, " ");
	}
	return (struct str){values, strcspn(values, " ")};
}

/* ---- set ---- */

static void show_setting(struct session *s, const struct setting *row)
{
	struct str value = value_at(row->values, row->get(s));
	struct buf text = BUF_INIT;
	if (row->print && row->get(s)) {
		row->print(s, &text);
		value = buf_slice(&text);
	}
	struct buf values = BUF_INIT;
	buf_printf(&values, "(%s)", row->values);
	out_printf("%-11s %-7.*s %-20s %s\n", row->name, (int)value.n, value.p, buf_cstr(&values),
		row->summary);
	buf_deinit(&values);
	buf_deinit(&text);
}

static bool no_setting(struct str name, struct span span, struct err *err)
{
	struct suggest best = suggest_start(name);
	struct buf all = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		suggest_offer(&best, settings[i].name);
		buf_printf(&all, "%s%s", i ? ", " : "", settings[i].name);
	}
	if (best.best)
		err_set(err, ERR_NAME, span, "no setting \"%.*s\": did you mean %s?", (int)name.n,
			name.p, best.best);
	else
		err_set(err, ERR_NAME, span, "no setting \"%.*s\": there are %s", (int)name.n,
			name.p, buf_cstr(&all));
	buf_deinit(&all);
	return false;
}

static bool change(struct session *s, const struct setting *row, struct str value, struct span span,
	struct err *err)
{
	struct str known;
	for (unsigned i = 0; (known = value_at(row->values, i)).n; i++) {
		if (!str_eq(known, value) || (row->parse && i))
			continue;
		row->set(s, i);
		return true;
	}
	if (row->parse)
		return row->parse(s, value) ||
		       err_set(err, ERR_ARGS, span, "%s cannot be \"%.*s\": it is %s", row->name,
			       (int)value.n, value.p, row->expects);
	return err_set(err, ERR_ARGS, span, "%s cannot be \"%.*s\": it is one of %s", row->name,
		(int)value.n, value.p, row->values);
}

static enum status run_set(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	if (in->args[0].type.base == T_NONE) {
		for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
			show_setting(s, &settings[i]);
		return ST_OK;
	}
	const struct setting *row = setting_find(in->args[0].str);
	if (in->n > 2) {
		err_set(err, ERR_ARGS, in->node->span,
			"set changes one setting, as in set maps off; to assign, leave set away: n "
			"= 5, *p = 5");
		return ST_ERROR;
	}
	if (!row) {
		no_setting(in->args[0].str, in->node->args[0]->span, err);
		return ST_ERROR;
	}
	if (in->args[1].type.base == T_NONE) {
		show_setting(s, row);
		return ST_OK;
	}
	return change(s, row, in->args[1].str, in->node->args[1]->span, err) ? ST_OK : ST_ERROR;
}

const struct row rows_set[] = {
	{
		.form = {.name = "set",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "SETTING",
				       .kind = KIND_SETTING,
				       .reads = READS_WORD,
				       .flags = PARAM_OPTIONAL,
				       .dflt = "all"},
				{.name = "VALUE",
					.kind = KIND_VALUE,
					.reads = READS_WORD,
					.flags = PARAM_OPTIONAL | PARAM_REPEATS})},
		.group = "shell",
		.summary = "show or change settings",
		.details = "Without arguments all settings with their values and what they may be, "
			   "with one argument that one, with "
			   "two the setting is changed for the session.",
		.example = "set maps off\nset maps\nset",
		.see = "vars",
		.run = run_set,
	},
	ROW_END,
};
