/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: explain, the documented causes of an errno, without any call being made. */
#include <string.h>

#include "mem/errno_why.h"
#include "mem/flags.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/tables.h"

static void print_cause(const struct documented *d)
{
	out_printf("  %s\n", d->text);
	if (d->cure)
		out_printf("           cure: %s\n", d->cure);
}

/* The causes of one errno of a call, under a heading. False if none is known. */
static bool print_errno(const char *call, int error)
{
	struct documented d;
	size_t at = 0;
	bool any = false;
	while (errno_documented(call, error, &at, &d)) {
		if (!any)
			out_printf("%s %s (%s):\n", call, errno_name(error), errno_text(error));
		any = true;
		print_cause(&d);
	}
	return any;
}

/* Each errno once, in the order in which the causes come. */
static bool print_all(const char *call)
{
	enum { ERRNO_MAX = 134 };
	bool seen[ERRNO_MAX] = {false}, own = false;
	struct documented d;
	for (size_t at = 0; errno_documented(call, 0, &at, &d);)
		own = own || d.calls[0];
	if (!own)
		return false;
	for (size_t at = 0; errno_documented(call, 0, &at, &d);) {
		if (d.error < 0 || d.error >= ERRNO_MAX || seen[d.error])
			continue;
		seen[d.error] = true;
		print_errno(call, d.error);
	}
	return true;
}

/* The calls that can fail with it. */
static bool print_calls(int error)
{
	struct buf names = BUF_INIT;
	const struct row *row;
	for (size_t i = 0; (row = row_at(i)); i++) {
		struct documented d;
		bool can = false;
		const char *name = row->echo ? row->echo : row->form.name;
		if (row->run)
			continue;
		for (size_t at = 0; !can && errno_documented(name, error, &at, &d);)
			can = d.calls[0];
		if (can)
			buf_printf(&names, " %s", row->form.name);
	}
	out_printf("%s: %s\n", errno_name(error), errno_text(error));
	if (names.len)
		out_printf("  calls that give it:%s\n", buf_cstr(&names));
	buf_deinit(&names);
	return true;
}

/* An errno's name as a number; 0 if WORD is none. */
static int errno_number(struct str word)
{
	int number, code;
	return outcome_find(word, &number, &code) == OUTCOME_ERRNO ? number : 0;
}

static const char *call_name(struct str word, struct arena *arena)
{
	const struct row *row = row_find(word, FORM_FUNCTION);
	if (row && row->echo)
		return row->echo;
	return arena_copy(arena, word).p;
}

/* Of two words that are no errno the one that is no call either is to blame. */
static enum status no_errno(const struct invocation *in, struct str word, struct err *err)
{
	bool second = word.p == in->args[1].str.p;
	err_set(err, ERR_NAME, in->node->args[second]->span,
		"\"%.*s\" is no errno: write EINVAL and the like", (int)word.n, word.p);
	return ST_ERROR;
}

static enum status run_explain(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)s, (void)out;
	struct str words[2] = {
		in->args[0].str, in->args[1].type.base == T_NONE ? STR("") : in->args[1].str};
	int error = errno_number(words[0]);
	struct str call = error ? words[1] : words[0];
	if (!error && words[1].n) {
		error = errno_number(words[1]);
		if (!error)
			return no_errno(in, words[row_find(words[0], FORM_FUNCTION) != NULL], err);
	}
	if (!call.n)
		return print_calls(error) ? ST_OK : ST_ERROR;
	const char *name = call_name(call, in->arena);
	if (error ? print_errno(name, error) : print_all(name))
		return ST_OK;
	if (error)
		err_set(err, ERR_NAME, in->node->args[0]->span,
			"no cause of %s is documented for %s: explain %s lists those that are",
			errno_name(error), name, name);
	else
		err_set(err, ERR_NAME, in->node->args[0]->span,
			"\"%s\" is neither an errno nor a call whose causes are known", name);
	return ST_ERROR;
}

const struct row rows_explain[] = {
	{
		.form = {.name = "explain",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ERRNO|CALL", .kind = KIND_TOPIC, .reads = READS_WORD},
				{.name = "CALL",
					.kind = KIND_TOPIC,
					.reads = READS_WORD,
					.flags = PARAM_OPTIONAL,
					.dflt = "every call, or every errno"})},
		.group = "look",
		.summary = "list the documented causes of an errno",
		.details = "Says for which reasons CALL can fail with ERRNO, from the manual pages "
			   "and the kernel's sources, without "
			   "making any call. With a call alone all its errnos are listed, with an "
			   "errno alone the calls that give "
			   "it. Which reason it was of a call that did fail is told below it, and "
			   "by why.",
		.example = "explain EACCES mmap\nexplain munmap\nexplain EBUSY",
		.see = "why help",
		.run = run_explain,
	},
	ROW_END,
};
