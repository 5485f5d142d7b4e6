/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All rows: in the order of help, by name, by alias, by prefix; and what a row looks like when
 * it is written.
 *
 * The index of names and the list in order are made at the first question each, since a script
 * needs no list, and live as long as the program.
 */
#include <stdlib.h>

#include "shell/row.h"
#include "shell/row_tables.h"
#include "shell/sysnames.h"

const struct row_group row_groups[] = {
	{"map", "Mapping memory"},
	{"advise", "Advice, locks and seals"},
	{"key", "Keys, secrets and user faults"},
	{"shm", "Shared memory of System V"},
	{"numa", "NUMA nodes"},
	{"file", "Files"},
	{"process", "The process and its limits"},
	{"look", "Looking at memory"},
	{"bytes", "Reading and writing"},
	{"code", "Running code"},
	{"range", "Whole ranges"},
	{"expect", "Facts for scripts"},
	{"state", "Checkpoints"},
	{"shell", "The shell"},
	{0},
};

/* A name or alias and what it stands for. Two rows may share a name: a command and a function. */
struct entry {
	struct str name; /* empty: the place is free */
	const struct row *row;
	bool alias;
};

static struct {
	struct entry *entries; /* a hash table with linear probing, at most half full */
	size_t mask;           /* its size - 1 */
} names;

static struct {
	const struct row **rows; /* in the order of help */
	size_t n;
} list;

static size_t hash(struct str name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	return h ^ h >> 15;
}

static void enter(struct str name, const struct row *row, bool alias)
{
	size_t i = hash(name) & names.mask;

	while (names.entries[i].name.n)
		i = (i + 1) & names.mask;
	names.entries[i] = (struct entry){name, row, alias};
}

/* Takes the next word off *REST; false when there is none. */
static bool next_word(const char **rest, struct str *word)
{
	*rest += strspn(*rest, " ");
	*word = (struct str){*rest, strcspn(*rest, " ")};
	*rest += word->n;
	return word->n > 0;
}

static size_t count_names(void)
{
	size_t n = 0;
	struct str alias;

	for (size_t t = 0; row_tables[t]; t++)
		for (const struct row *row = row_tables[t]; row->form.name; row++) {
			const char *rest = row->form.aliases ? row->form.aliases : "";
			for (n++; next_word(&rest, &alias);)
				n++;
		}
	return n;
}

static void enter_row(const struct row *row)
{
	const char *rest = row->form.aliases ? row->form.aliases : "";
	struct str alias;

	enter(str_from(row->form.name), row, false);
	while (next_word(&rest, &alias))
		enter(alias, row, true);
}

static void make_names(void)
{
	size_t n = count_names();
	size_t size = 16;

	while (size < 2 * n)
		size *= 2;
	names.entries = calloc(size, sizeof(*names.entries));
	if (!names.entries)
		abort();
	names.mask = size - 1;
	for (size_t t = 0; row_tables[t]; t++)
		for (const struct row *row = row_tables[t]; row->form.name; row++)
			enter_row(row);
}

static bool in_group(const struct row *row, const struct row_group *group)
{
	return row->group && group->name && strcmp(row->group, group->name) == 0;
}

static bool in_any_group(const struct row *row)
{
	for (const struct row_group *group = row_groups; group->name; group++)
		if (in_group(row, group))
			return true;
	return false;
}

/* The rows of GROUP; those of no group for the NULL name at the end of row_groups. */
static void list_group(const struct row_group *group)
{
	for (size_t t = 0; row_tables[t]; t++)
		for (const struct row *row = row_tables[t]; row->form.name; row++)
			if (group->name ? in_group(row, group) : !in_any_group(row))
				list.rows[list.n++] = row;
}

static void make_list(void)
{
	list.rows = calloc(count_names() + 1, sizeof(*list.rows)); /* a row has a name at least */
	if (!list.rows)
		abort();
	for (const struct row_group *group = row_groups; group->name; group++)
		list_group(group);
	list_group(&(const struct row_group){0});
}

const struct row *row_at(size_t i)
{
	if (!list.rows)
		make_list();
	return i < list.n ? list.rows[i] : NULL;
}

const struct row *row_of(const struct form *form)
{
	_Static_assert(offsetof(struct row, form) == 0, "a row begins with its form");
	return (const struct row *)form;
}

const struct param *row_c_params(const struct row *row, const uint64_t args[6], unsigned *n)
{
	if (args && row->variant)
		return row->variant(args, n);
	*n = row->c_params ? row->n_c_params : row->form.n_params;
	return row->c_params ? row->c_params : row->form.params;
}

long row_number(const struct row *row)
{
	if (row->nr != NR_BY_NAME)
		return row->nr;
	const struct sysname *call = sysname_find(str_from(row->echo ? row->echo : row->form.name));
	return call ? call->nr : -1;
}

/* The entry of NAME that is (or is not) an ALIAS and whose row can be used as one of USES. */
static const struct row *look_up(struct str name, unsigned uses, bool alias)
{
	if (!names.entries)
		make_names();
	if (!name.n)
		return NULL;
	for (size_t i = hash(name) & names.mask; names.entries[i].name.n;
		i = (i + 1) & names.mask) {
		const struct entry *e = &names.entries[i];
		if (e->alias == alias && (e->row->form.flags & uses) && str_eq(e->name, name))
			return e->row;
	}
	return NULL;
}

const struct row *row_find(struct str name, enum form_flag use)
{
	return look_up(name, use, false);
}

const struct row *row_by_alias(struct str name)
{
	return look_up(name, FORM_COMMAND | FORM_FUNCTION, true);
}

static bool has_prefix(const struct row *row, struct str prefix)
{
	const unsigned both = FORM_COMMAND | FORM_SHELL;

	return (row->form.flags & both) == both && str_starts(str_from(row->form.name), prefix);
}

static void list_names(struct buf *b, struct str prefix)
{
	const char *separator = "";

	for (size_t i = 0; row_at(i); i++)
		if (has_prefix(row_at(i), prefix)) {
			buf_printf(b, "%s%s", separator, row_at(i)->form.name);
			separator = ", ";
		}
}

const struct row *row_by_prefix(struct str prefix, struct buf *b, bool *ambiguous)
{
	const struct row *found = NULL;
	bool several = false;

	*ambiguous = false;
	if (!prefix.n)
		return NULL;
	for (size_t i = 0; row_at(i); i++) {
		const struct row *row = row_at(i);
		if (!has_prefix(row, prefix))
			continue;
		if (str_is(prefix, row->form.name))
			return row;
		several = found != NULL;
		if (several)
			break;
		found = row;
	}
	*ambiguous = several;
	if (!several)
		return found;
	list_names(b, prefix);
	return NULL;
}

void row_synopsis(struct buf *b, const struct row *row)
{
	const struct form *form = &row->form;

	buf_puts(b, form->name);
	for (unsigned i = 0; i < form->n_params; i++) {
		const struct param *param = &form->params[i];
		bool optional = param->flags & (PARAM_OPTIONAL | PARAM_ELIDED);
		const char *repeats = param->flags & PARAM_REPEATS ? "…" : "";

		if (i == 0 && form->flags & FORM_FORMAT)
			buf_printf(b, "[/%s]", param->name + (param->name[0] == '/'));
		else
			buf_printf(b, optional ? " [%s]%s" : " %s%s", param->name, repeats);
	}
}

void row_prototype(struct buf *b, const struct row *row)
{
	unsigned n;
	const struct param *params = row_c_params(row, NULL, &n);
	const char *separator = "";

	buf_printf(b, "%s(", row->form.name);
	for (unsigned i = 0; i < n; i++) {
		const struct param *param = &params[i];
		const char *repeats = param->flags & PARAM_REPEATS ? "…" : "";
		bool optional = param->flags & PARAM_C_OPTIONAL;

		buf_printf(b, optional ? "[%s%s%s]" : "%s%s%s", separator, param->name, repeats);
		separator = ", ";
	}
	buf_putc(b, ')');
}
