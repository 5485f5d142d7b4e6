/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flag sets both ways: printing a value as strace does, reading the words of command form. */
#include "mem/flags.h"

/* ASCII only: the names are, and the user's locale must not matter. */
static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool same_letters(struct str a, const char *b)
{
	if (strlen(b) != a.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (upper(a.p[i]) != upper(b[i]))
			return false;
	return true;
}

static uint64_t number_bits(const struct flag_set *set)
{
	return set->number.shift_name ? set->number.mask << set->number.shift : 0;
}

/* Starts the next name of a list that began at START. */
static void print_or(struct buf *b, size_t start)
{
	if (b->len > start)
		buf_putc(b, '|');
}

static void print_hex(struct buf *b, uint64_t value)
{
	buf_puts(b, "0x");
	buf_hex(b, value, 1);
}

static void print_unknown(struct buf *b, const struct flag_set *set, uint64_t value)
{
	const char *prefix = set->stranger ? set->stranger : set->prefix;
	if (value)
		print_hex(b, value);
	else
		buf_putc(b, '0');
	if (prefix[0])
		buf_printf(b, " /* %s??? */", prefix);
}

/* A value that is exactly one of the names among the bits of FIELD. */
static void print_one(struct buf *b, const struct flag_set *set, uint64_t value, uint64_t field)
{
	for (const struct flag *f = set->flags; f->name; f++) {
		if (f->value == value && !(f->value & ~field)) {
			buf_puts(b, f->name);
			return;
		}
	}
	print_unknown(b, set, value);
}

/* The names of single bits (or of bits that belong together); what is left has no name. */
static void print_bits(struct buf *b, const struct flag_set *set, uint64_t value, size_t start)
{
	uint64_t not_bits = number_bits(set) | (set->style == FLAGS_MIXED ? set->field : 0);
	uint64_t rest = value;
	size_t from = b->len;
	for (const struct flag *f = set->flags; f->name && rest; f++) {
		if (!f->value || f->value & not_bits || (rest & f->value) != f->value)
			continue;
		print_or(b, start);
		buf_puts(b, f->name);
		rest &= ~f->value;
	}
	if (!rest)
		return;
	print_or(b, start);
	if (start == from && rest == value)
		print_unknown(b, set, rest);
	else
		print_hex(b, rest);
}

static void print_number(struct buf *b, const struct flag_set *set, uint64_t value, size_t start)
{
	print_or(b, start);
	buf_dec(b, value >> set->number.shift);
	buf_puts(b, "<<");
	buf_puts(b, set->number.shift_name);
}

/* 0644; 0 is 000, as strace has it. */
static void print_octal(struct buf *b, uint64_t value)
{
	buf_printf(b, "%#03llo", (unsigned long long)value);
}

void flags_print(struct buf *b, const struct flag_set *set, uint64_t value)
{
	size_t start = b->len;
	if (set->is_int && (uint64_t)(int64_t)(int32_t)value == value)
		value = (uint32_t)value;
	if (set->bare && value == set->bare) {
		print_hex(b, value);
		return;
	}
	if (set->style == FLAGS_OCTAL) {
		print_octal(b, value);
		return;
	}
	if (set->style == FLAGS_ONE) {
		print_one(b, set, value, UINT64_MAX);
		return;
	}
	uint64_t number = value & number_bits(set);
	uint64_t bits = value & ~(number | set->octal);
	if (set->style == FLAGS_MIXED) {
		print_one(b, set, bits & set->field, set->field);
		bits &= ~set->field;
	}
	if (bits)
		print_bits(b, set, bits, start);
	if (number)
		print_number(b, set, number, start);
	if (set->octal) {
		print_or(b, start);
		print_octal(b, value & set->octal);
	}
	if (b->len == start)
		buf_puts(b, set->zero ? set->zero : "0");
}

/* "rw", "r-x", "---": each letter at most once and in this order, dashes anywhere in the place of
 * one. */
static bool protection_letters(struct str word, uint64_t *value)
{
	uint64_t found = 0;
	unsigned next = 0; /* the letters before it have been passed */
	if (!word.n || word.n > 3)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		char c = upper(word.p[i]);
		if (c == '-') {
			next++;
			continue;
		}
		while (next < 3 && "RWX"[next] != c)
			next++;
		if (next == 3)
			return false;
		found |= 1u << next++; /* PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4 */
	}
	*value = found;
	return next <= 3;
}

/* "0600" */
static bool octal_number(struct str word, uint64_t *value)
{
	enum { DIGITS_MAX = 5 };
	uint64_t n = 0;
	if (word.n < 2 || word.n > DIGITS_MAX || word.p[0] != '0')
		return false;
	for (size_t i = 1; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '7')
			return false;
		n = n << 3 | (uint64_t)(word.p[i] - '0');
	}
	*value = n;
	return true;
}

/* One name, with or without its set's prefix, of the set itself or of those that it allows too. */
static bool flag_name(const struct flag_set *set, struct str name, uint64_t *value)
{
	size_t skip = strlen(set->prefix);
	for (const struct flag *f = set->flags; f->name; f++) {
		bool prefixed = strncmp(f->name, set->prefix, skip) == 0;
		if (same_letters(name, f->name) ||
			(prefixed && same_letters(name, f->name + skip))) {
			*value = f->value;
			return true;
		}
	}
	for (const struct flag_set *const *also = set->also; also && *also; also++)
		if (flag_name(*also, name, value))
			return true;
	if (set->octal && octal_number(name, value))
		return true;
	return set == &flags_prot && protection_letters(name, value);
}

bool flags_word(const struct flag_set *set, struct str word, uint64_t *value)
{
	uint64_t all = 0;
	for (;;) {
		const char *bar = word.n ? memchr(word.p, '|', word.n) : NULL;
		struct str name = {word.p, bar ? (size_t)(bar - word.p) : word.n};
		uint64_t one;
		if (!name.n || !flag_name(set, name, &one))
			return false;
		all |= one;
		if (!bar)
			break;
		if (set->style == FLAGS_ONE)
			return false;
		word = (struct str){bar + 1, word.n - name.n - 1};
	}
	*value = all;
	return true;
}
