/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates that are words of commands: names of mappings, settings, checkpoints, symbols. */
#include <stdio.h>

#include "mem/flags.h"
#include "mem/smaps.h"
#include "shell/complete_search.h"
#include "shell/procmap.h"
#include "shell/row.h"
#include "shell/session.h"
#include "shell/setting.h"
#include "shell/symbols.h"
#include "shell/topics.h"

static const struct told permissions[] = {
	{"rw-", "readable and writable"},
	{"r-x", "readable and executable"},
	{"rwx", "writable and executable"},
	{"---", "no access at all"},
};

/* The names of mappings as maps takes them: without their folder, without brackets. */
void offer_mappings(struct search *s)
{
	struct buf text = BUF_INIT;
	struct maps maps = MAPS_INIT;
	struct err err = {0};

	offer_told(s, permissions, ARRAY_SIZE(permissions), ' ');
	if (s->session->remote && procmap_read(s->session->remote, &text) &&
		maps_parse(&maps, buf_slice(&text), &err))
		for (size_t i = 0; i < maps.n; i++) {
			const char *name = maps.v[i].name;
			const char *slash = *name == '/' ? strrchr(name, '/') + 1 : name;
			size_t n = strcspn(slash + (*slash == '['), "] ");
			if (n)
				offer(s, "", (struct str){slash + (*slash == '['), n}, name, ' ');
		}
	maps_deinit(&maps);
	buf_deinit(&text);
}

static void help_topics(struct search *s)
{
	const struct row *row;

	for (size_t i = 0; (row = row_at(i)); i++)
		offer_name(s, row->form.name, row->summary, ' ');
	for (const struct row_group *group = row_groups; group->name; group++)
		offer_name(s, group->name, group->title, ' ');
	for (const struct topic *topic = topics; topic->name; topic++)
		offer_name(s, topic->name, topic->title, ' ');
}

static void settings(struct search *s)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_at(i)); i++)
		offer_name(s, setting->name, setting->summary, ' ');
}

static void setting_values(struct search *s, struct str name)
{
	const struct setting *setting = setting_find(name);
	const char *values = setting ? setting->values : "";

	for (unsigned i = 0; *values; i++) {
		struct str value = {values, strcspn(values, " ")};
		bool now = setting->get(s->session) == i;
		offer(s, "", value, now ? "as it is now" : i == 0 ? "the default" : NULL, ' ');
		values += value.n + strspn(values + value.n, " ");
	}
}

/* Errnos where the parameter says so, and the system calls with a row: ERRNO|CALL. */
static void calls_and_errors(struct search *s, const struct param *p)
{
	const struct flag *flag;
	const struct row *row;
	int number = 0, code = 0;

	for (size_t i = 0; (row = row_at(i)); i++)
		if (!row->run)
			offer_name(s, row->form.name, row->summary, ' ');
	for (size_t i = 0; strstr(p->name, "ERRNO") && (flag = constant_at(i)); i++)
		if (outcome_find(str_from(flag->name), &number, &code) == OUTCOME_ERRNO)
			offer_name(s, flag->name, errno_text(number), ' ');
}

static void checkpoint_names(struct search *s)
{
	const struct checkpoints *all = &s->session->checkpoints;

	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i].undo)
			offer_name(s, all->v[i].name, NULL, ' ');
}

static void watch_numbers(struct search *s)
{
	struct watches *all = &s->session->watches;
	char number[24];

	for (size_t i = 0; i < all->n; i++) {
		snprintf(number, sizeof(number), "%zu", i + 1);
		offer_name(s, number, buf_cstr(&all->v[i].text), ' ');
	}
}

static void alias_names(struct search *s)
{
	const struct aliases *all = &s->session->aliases;

	for (size_t i = 0; i < all->n; i++)
		offer_name(s, all->v[i]->name, all->v[i]->text, ' ');
}

static void smaps_fields(struct search *s)
{
	const char *name;

	for (size_t i = 0; (name = smaps_field_at(i)); i++)
		offer_name(s, name, smaps_field_meaning(str_from(name)), '\0');
}

static void smaps_flags(struct search *s)
{
	const char *name;

	for (size_t i = 0; (name = smaps_flag_at(i)); i++)
		offer_name(s, name, smaps_flag_meaning(str_from(name)), '\0');
}

struct symbol_search {
	struct search *s;
	char after;
};

static bool each_symbol(void *arg, const char *name)
{
	struct symbol_search *search = arg;

	offer_name(search->s, name, NULL, search->after);
	return true;
}

void offer_symbols(struct search *s, char after)
{
	struct symbol_search search = {s, after};

	if (s->session->remote)
		symbol_iterate(s->session, each_symbol, &search);
}

bool offer_words(struct search *s, const struct param *p, struct str before)
{
	switch (p->kind) {
	case KIND_TOPIC:
		if (strstr(p->name, "CALL"))
			calls_and_errors(s, p);
		else
			help_topics(s);
		return true;
	case KIND_SETTING:
		settings(s);
		return true;
	case KIND_VALUE:
		setting_values(s, before);
		return true;
	case KIND_CHECKPOINT:
		checkpoint_names(s);
		return true;
	case KIND_WATCH:
		watch_numbers(s);
		return true;
	case KIND_ALIAS:
		alias_names(s);
		return true;
	case KIND_FIELD:
		smaps_fields(s);
		return true;
	case KIND_VMFLAG:
		smaps_flags(s);
		return true;
	case KIND_SYMBOL:
		offer_symbols(s, '\0');
		return true;
	}
	return false;
}
