/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Row: smaps, the kernel's books of a mapping in words. */
#include <stdio.h>
#include <stdlib.h>

#include "mem/smaps.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"
#include "shell/report.h"
#include "shell/show.h"
#include "shell/tables.h"

/* A word of the kernel's, which is not trusted to be one. */
static void show_word(struct str word, size_t width)
{
	struct buf shown = BUF_INIT;
	out_escape(&shown, word);
	out_printf("  %-*s", (int)width, buf_cstr(&shown));
	buf_deinit(&shown);
}

static void show_flags(struct str words)
{
	for (size_t at = 0; at < words.n;) {
		size_t blanks = strspn(words.p + at, " ");
		size_t n = strcspn(words.p + at + blanks, " \n");
		struct str flag = {words.p + at + blanks, n};
		const char *meaning = smaps_flag_meaning(flag);
		if (n && at + blanks < words.n) {
			show_word(flag, 25);
			out_printf("%s\n", meaning ? meaning : "a flag of a newer kernel");
		}
		at += blanks + n;
	}
}

/* "Rss:                 12 kB", or a bare number. */
static void show_figure(struct str field, const char *value)
{
	char *unit;
	unsigned long long n = strtoull(value, &unit, 10);
	const char *meaning = smaps_field_meaning(field);
	char number[24];
	snprintf(number, sizeof(number), "%llu", n);
	bool bytes = !strncmp(unit, " kB", 3);
	show_word(field, 15);
	out_printf(" %7s  %s\n", bytes ? report_size(n * 1024) : number,
		meaning ? meaning : "a figure of a newer kernel");
}

/* Figures of 0 say nothing, but that nothing is in memory. */
static void show_lines(const char *text)
{
	for (const char *line = text; *line;) {
		struct str whole = {line, strcspn(line, "\n")};
		const char *colon = memchr(line, ':', whole.n);
		line += whole.n + (line[whole.n] == '\n');
		if (!colon)
			continue;
		struct str field = {whole.p, (size_t)(colon - whole.p)};
		const char *value = colon + 1 + strspn(colon + 1, " \t");
		if (str_is(field, "VmFlags"))
			show_flags((struct str){value, (size_t)(whole.p + whole.n - value)});
		else if (str_is(field, "Rss") || strtoull(value, NULL, 10))
			show_figure(field, value);
	}
}

static bool show_one(struct session *s, uint64_t addr, struct span span, struct err *err)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	struct buf text = BUF_INIT;
	bool mapped = procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
		      mapping_covers(&m, addr);
	bool read = mapped && proc_smaps(s->remote, addr, &text);
	if (!mapped)
		err_set(err, ERR_VALUE, span,
			"nothing is mapped at 0x%llx: where tells what lies around it",
			(unsigned long long)addr);
	else if (!read)
		err_set(err, ERR_SYSTEM, span, "the target's smaps cannot be read");
	if (read) {
		show_mapping(s, "", &m, 0);
		show_lines(buf_cstr(&text));
	}
	buf_deinit(&text);
	return read;
}

static bool show_all(struct session *s, struct span span, struct err *err)
{
	struct buf text = BUF_INIT;
	bool read = proc_read(s->remote, "smaps_rollup", &text);
	if (read) {
		const char *first =
			strchr(text.p, '\n'); /* the line of maps: the ends of the whole */
		out_printf("all mappings together\n");
		show_lines(first ? first + 1 : "");
	} else {
		err_set(err, ERR_SYSTEM, span, "the target's smaps_rollup cannot be read");
	}
	buf_deinit(&text);
	return read;
}

static enum status run_smaps(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	bool all = in->args[0].type.base == T_NONE;
	out_page_begin();
	bool shown = all ? show_all(s, in->node->span, err)
			 : show_one(s, value_bits(in->args[0]), in->node->args[0]->span, err);
	out_page_end();
	return shown ? ST_OK : ST_ERROR;
}

const struct row rows_smaps[] = {
	{
		.form = {.name = "smaps",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_SHELL,
			PARAMS({.name = "ADDR",
				.kind = KIND_ADDR,
				.flags = PARAM_OPTIONAL,
				.dflt = "all mappings"})},
		.group = "look",
		.summary = "show the kernel's books of a mapping in words",
		.details = "The figures of /proc/PID/smaps for the mapping that covers ADDR, those "
			   "that are 0 left out, and its VmFlags, each "
			   "with its meaning. Without ADDR the sums of all mappings. In an "
			   "expression smaps(ADDR, \"Rss\") is one "
			   "figure in bytes, and vmflag(ADDR, \"lo\") one flag.",
		.example = "p = mmap 4*page\n*p = 1\nsmaps p\nsmaps",
		.see = "maps pages stat",
		.run = run_smaps,
	},
	ROW_END,
};
