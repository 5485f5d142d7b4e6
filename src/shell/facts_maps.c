/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mappings around a failed call, with the kernel's flags of each. */
#include <stdlib.h>

#include "arch/arch.h"
#include "shell/facts_private.h"
#include "shell/proc.h"
#include "shell/procmap.h"

/* Beyond so many the flags are not read: the kernel walks all pages for them. */
enum { FLAGS_FOR_MAX = 4096 };

/* Whether the line is one of maps and not a field of smaps: those have a letter behind the first
 * word's colon. */
static bool is_mapping(struct str line, struct mapping *m, char *name)
{
	return line.n < MAPPING_NAME_MAX && maps_parse_line(line, m, name);
}

static void take_smaps(
	struct session *s, struct maps *maps, const char **flags, uint8_t *keys, const char *text)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	size_t n = 0, room = maps->n;
	for (const char *line = text; *line;) {
		struct str whole = {line, strcspn(line, "\n")};
		static const char field[] = "VmFlags:", key[] = "ProtectionKey:";
		if (is_mapping(whole, &m, name))
			n = maps_at_or_above(maps, m.start) + 1;
		else if (n && n <= room && str_starts(whole, str_from(key)))
			keys[n - 1] =
				(uint8_t)strtoul(line + sizeof(key) - 1, NULL, 10) % ARCH_KEYS;
		else if (n && n <= room && whole.n > sizeof(field) &&
			 !strncmp(line, field, sizeof(field) - 1)) {
			struct str words = {line + sizeof(field), whole.n - sizeof(field)};
			while (words.n && words.p[words.n - 1] == ' ')
				words.n--;
			flags[n - 1] = arena_copy(&s->arena, words).p;
		}
		line += whole.n + (line[whole.n] == '\n');
	}
}

void facts_about_mappings(struct session *s, struct failed_call *f, struct maps *maps)
{
	struct buf text = BUF_INIT;
	struct err err;
	if (procmap_read(s->remote, &text))
		maps_parse(maps, buf_slice(&text), &err);
	f->maps = maps;
	buf_clear(&text);
	if (maps->n && maps->n <= FLAGS_FOR_MAX && proc_read(s->remote, "smaps", &text)) {
		const char **flags = arena_alloc(&s->arena, maps->n * sizeof(*flags));
		memset(flags, 0, maps->n * sizeof(*flags));
		uint8_t *keys = arena_alloc(&s->arena, maps->n);
		memset(keys, 0, maps->n);
		take_smaps(s, maps, flags, keys, text.p);
		f->vm_flags = flags;
		f->vm_keys = keys;
	}
	buf_deinit(&text);
}
