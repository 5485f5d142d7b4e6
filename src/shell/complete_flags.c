/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates for an argument that takes flags: the names that are not given yet. */
#include <ctype.h>

#include "mem/flags.h"
#include "shell/complete_search.h"

static const struct told protections[] = {
	{"r", "read"},
	{"rw", "read and write"},
	{"rx", "read and execute"},
	{"rwx", "read, write and execute"},
	{"none", "no access at all"},
};
static size_t skip_blanks_back(const char *p, size_t at)
{
	while (at && p[at - 1] == ' ')
		at--;
	return at;
}

/* What stands before the word and is joined to it by |: "private|", "PROT_READ | ". */
static struct str joined(const struct search *s)
{
	const char *p = s->before.p;
	size_t at = s->before.n;

	for (;;) {
		size_t bar = skip_blanks_back(p, at);
		if (!bar || p[bar - 1] != '|')
			break;
		size_t end = skip_blanks_back(p, bar - 1), start = end;
		while (start &&
			(isalnum((unsigned char)p[start - 1]) || strchr("_-", p[start - 1])))
			start--;
		if (start == end)
			break;
		at = start;
	}
	return (struct str){p + at, s->before.n - at};
}

/* The flags that were given already, and how many words they are. */
static unsigned given_flags(const struct search *s, const struct flag_set *set, uint64_t *value)
{
	struct str text = joined(s);
	unsigned n = 0;

	*value = 0;
	while (text.n) {
		size_t skip = 0, len = 0;
		uint64_t one;
		while (skip < text.n && strchr("| ", text.p[skip]))
			skip++;
		while (skip + len < text.n && !strchr("| ", text.p[skip + len]))
			len++;
		if (len && flags_word(set, (struct str){text.p + skip, len}, &one)) {
			*value |= one;
			n++;
		}
		text = (struct str){text.p + skip + len, text.n - skip - len};
	}
	return n;
}

/* Whether FLAG adds something to what was GIVEN in N words. */
static bool adds(const struct flag_set *set, const struct flag *flag, uint64_t given, unsigned n)
{
	if (!n)
		return true;
	if (set->style == FLAGS_ONE)
		return false;
	if (set->style == FLAGS_MIXED && !(flag->value & ~set->field))
		return false;
	return flag->value && (given & flag->value) != flag->value;
}

/* A size of huge pages is offered only to those who begin to type one: there are a dozen. */
static bool is_huge_size(const struct flag_set *set, const struct flag *flag, struct str word)
{
	return set->number.mask && flag->value &&
	       !(flag->value & ~(set->number.mask << set->number.shift)) &&
	       !memmem(word.p, word.n, "uge", 3) && !memmem(word.p, word.n, "UGE", 3);
}

bool offer_flags(struct search *s, const struct flag_set *set, bool full)
{
	uint64_t given, value;
	unsigned n = given_flags(s, set, &given);
	struct buf name = BUF_INIT;

	for (const struct flag *flag = set->flags; flag->name; flag++) {
		const char *text = flag->name;
		bool prefixed = strncmp(text, set->prefix, strlen(set->prefix)) == 0;
		if (!adds(set, flag, given, n) || is_huge_size(set, flag, s->word))
			continue;
		buf_clear(&name);
		for (text += !full && prefixed ? strlen(set->prefix) : 0; *text; text++)
			buf_putc(&name, full ? *text : (char)tolower((unsigned char)*text));
		if (full || flags_word(set, buf_slice(&name), &value))
			offer(s, "", buf_slice(&name), flag->meaning, '\0');
	}
	buf_deinit(&name);
	if (set == &flags_prot && !full && !n)
		offer_told(s, protections, ARRAY_SIZE(protections), '\0');
	for (const struct flag_set *const *also = set->also; also && *also; also++)
		offer_flags(s, *also, full);
	return n > 0;
}
