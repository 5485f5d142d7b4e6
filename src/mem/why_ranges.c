/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of failed calls ask of the mappings in a range. */
#include "arch/arch.h"
#include "mem/explain_parts.h"
#include "mem/keys.h"
#include "mem/why_parts.h"

/* The first address in the range that has not PERM; with PERM 0: that is not mapped at all. */
static bool first_without(
	const struct failed_call *c, uint64_t start, uint64_t len, uint32_t perm, uint64_t *addr)
{
	uint64_t end = why_end(start, len);
	size_t i = maps_at_or_above(c->maps, start);
	while (start < end) {
		if (i == c->maps->n || !mapping_covers(&c->maps->v[i], start) ||
			(c->maps->v[i].perms & perm) != perm) {
			*addr = start;
			return true;
		}
		start = c->maps->v[i++].end;
	}
	return false;
}

/*
 * The first address in the range whose mapping has a key that takes PERM away; system calls obey.
 */
static bool first_forbidden(const struct failed_call *c, uint64_t start, uint64_t len,
	uint32_t perm, uint64_t *addr, unsigned *key)
{
	uint64_t end = why_end(start, len);
	if (!c->vm_keys || !c->key_rights_known)
		return false;
	for (size_t i = maps_at_or_above(c->maps, start);
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		*key = c->vm_keys[i];
		*addr = MAX(start, c->maps->v[i].start);
		if (key_denies(arch_key_forbids(c->key_rights, *key)) & perm)
			return true;
	}
	return false;
}

static void put_where(struct finding *f, uint64_t start, uint64_t at)
{
	if (at <= start)
		return;
	buf_puts(&f->text, ", ");
	put_bytes(&f->text, at - start);
	buf_puts(&f->text, " into the range");
}

/* The mappings on both sides of a hole. */
static void tell_neighbours(const struct failed_call *c, struct finding *f, uint64_t hole)
{
	size_t i = maps_at_or_above(c->maps, hole);
	buf_puts(&f->fact, "the hole lies between ");
	if (i)
		why_put_mapping(&f->fact, &c->maps->v[i - 1]);
	else
		buf_puts(&f->fact, "the start of the address space");
	buf_puts(&f->fact, " and ");
	if (i < c->maps->n)
		why_put_mapping(&f->fact, &c->maps->v[i]);
	else
		buf_puts(&f->fact, "its end");
}

enum verdict why_hole(const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len)
{
	uint64_t hole;
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (why_wraps(c, start, len)) /* no range at all, which is a cause of its own */
		return WHY_NO;
	if (!first_without(c, start, len, 0, &hole))
		return WHY_NO;
	buf_puts(&f->text, "nothing is mapped at ");
	why_put_address(&f->text, hole);
	put_where(f, start, hole);
	tell_neighbours(c, f, hole);
	return WHY_YES;
}

enum verdict why_no_access(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len, uint32_t perm)
{
	uint64_t at;
	unsigned key;
	if (!c->maps->n)
		return WHY_UNKNOWN;
	if (!first_without(c, start, len, perm, &at)) {
		if (!first_forbidden(c, start, len, perm, &at, &key))
			return WHY_NO;
		buf_printf(&f->text, "protection key %u of the mapping at ", key);
		why_put_address(&f->text, at);
		buf_printf(&f->text, " forbids %s", perm == PERM_W ? "writing" : "reading");
		buf_printf(&f->cure, "pkey_set(%u, 0)", key);
		return WHY_YES;
	}
	if (!maps_find(c->maps, at)) {
		buf_puts(&f->text, "nothing is mapped at ");
		why_put_address(&f->text, at);
		put_where(f, start, at);
		return WHY_YES;
	}
	buf_puts(&f->text, "the mapping at ");
	why_put_address(&f->text, at);
	buf_puts(&f->text, perm == PERM_W ? " does not allow writing" : " does not allow reading");
	why_put_mapping(&f->fact, maps_find(c->maps, at));
	return WHY_YES;
}

/*
 * Whether there is memory behind the page at ADDR of the mapping. Only pages of files that were
 * never touched are read to find out: a look must not bring in what the call did not.
 */
static bool has_memory(const struct failed_call *c, const struct mapping *m, uint64_t addr)
{
	uint8_t byte;
	enum page_behind state = c->page_behind ? c->page_behind(c->ctx, addr) : BEHIND_UNKNOWN;
	if (state == BEHIND_GUARD)
		return false;
	if (state == BEHIND_MEMORY || mapping_is_anonymous(m) || !(m->perms & PERM_R) || !c->peek)
		return true;
	return c->peek(c->ctx, addr, &byte, 1);
}

/* The first page of the range without memory behind it, looked for among the first PAGES_MAX. */
static bool first_empty(const struct failed_call *c, uint64_t start, uint64_t len, uint64_t *addr)
{
	enum { PAGES_MAX = 1024 };
	uint64_t end = why_end(start, len);
	unsigned n = 0;
	for (size_t i = maps_at_or_above(c->maps, start);
		i < c->maps->n && c->maps->v[i].start < end; i++) {
		const struct mapping *m = &c->maps->v[i];
		uint64_t last = MIN(m->end, end);
		if (m->end > c->task_size)
			break;
		for (*addr = MAX(m->start, start); *addr < last;
			*addr = align_down(*addr, c->page) + c->page)
			if (n++ == PAGES_MAX)
				return false;
			else if (!has_memory(c, m, *addr))
				return true;
	}
	return false;
}

enum verdict why_bad_pointer(const struct failed_call *c, struct finding *f, const char *what,
	uint64_t addr, uint64_t len, uint32_t perm)
{
	struct finding inner = {0};
	if (!len)
		return WHY_NO;
	enum verdict v = why_no_access(c, &inner, addr, len, perm);
	uint64_t empty;
	if (v == WHY_NO && first_empty(c, addr, len, &empty)) {
		buf_puts(&inner.text, "there is no memory behind ");
		why_put_address(&inner.text, empty);
		buf_puts(&inner.text, " (the file ends before, or it is a guard)");
		v = WHY_YES;
	}
	if (v == WHY_YES) {
		buf_printf(
			&f->text, "%s cannot be %s: ", what, perm == PERM_W ? "written" : "read");
		buf_str(&f->text, buf_slice(&inner.text));
		buf_str(&f->cure, buf_slice(&inner.cure));
	}
	buf_deinit(&inner.text);
	buf_deinit(&inner.cure);
	buf_deinit(&inner.fact);
	return v;
}

enum verdict why_has_flag(const struct failed_call *c, size_t i, const char *word)
{
	const char *flags = c->vm_flags ? c->vm_flags[i] : NULL;
	if (!flags)
		return WHY_UNKNOWN;
	for (const char *p = flags; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		if (n == strlen(word) && !strncmp(p, word, n))
			return WHY_YES;
		p += n;
	}
	return WHY_NO;
}

enum verdict why_first_such(const struct failed_call *c, struct finding *f, uint64_t start,
	uint64_t len, mapping_test *test, const char *behind)
{
	bool unknown = !c->maps->n;
	if (why_wraps(c, start, len))
		return WHY_NO;
	for (size_t i = maps_at_or_above(c->maps, start); i < c->maps->n; i++) {
		const struct mapping *m = &c->maps->v[i];
		if (!mapping_meets(m, start, len))
			break;
		enum verdict v = test(c, i);
		unknown = unknown || v == WHY_UNKNOWN;
		if (v != WHY_YES)
			continue;
		why_put_mapping(&f->text, m);
		buf_puts(&f->text, behind);
		if (c->vm_flags && c->vm_flags[i])
			buf_printf(&f->fact, "its VmFlags are %s", c->vm_flags[i]);
		return WHY_YES;
	}
	return unknown ? WHY_UNKNOWN : WHY_NO;
}

enum verdict why_nothing_behind(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len)
{
	uint64_t at;
	if (!c->page_behind || !c->maps->n)
		return WHY_UNKNOWN;
	if (why_wraps(c, start, len) || !first_empty(c, start, len, &at))
		return WHY_NO;
	why_put_mapping(&f->text, maps_find(c->maps, at));
	buf_puts(&f->text, " has no memory behind ");
	why_put_address(&f->text, at);
	buf_puts(&f->text, ": the file ends before, or it is a guard");
	return WHY_YES;
}

static enum verdict is_sealed(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "sl");
}

enum verdict why_sealed(
	const struct failed_call *c, struct finding *f, uint64_t start, uint64_t len)
{
	return why_first_such(c, f, start, len, is_sealed, " is sealed (mseal)");
}

enum verdict why_is_locked(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "lo");
}

enum verdict why_is_huge(const struct failed_call *c, size_t i)
{
	return why_has_flag(c, i, "ht");
}

/* VM_SPECIAL of include/linux/mm.h: pages that are not ordinary memory. */
enum verdict why_is_special(const struct failed_call *c, size_t i)
{
	if (why_has_flag(c, i, "io") == WHY_UNKNOWN)
		return WHY_UNKNOWN;
	return why_has_flag(c, i, "io") || why_has_flag(c, i, "de") || why_has_flag(c, i, "pf") ||
	       why_has_flag(c, i, "mm");
}

uint64_t why_granule(const struct failed_call *c, size_t i)
{
	return why_is_huge(c, i) == WHY_YES ? c->memory.default_huge : c->page;
}

/* ---- The range that a call takes first ---- */

enum verdict why_first_unaligned(const struct failed_call *c, struct finding *f)
{
	return why_unaligned(c, f, "address", c->args[0]);
}

enum verdict why_first_wraps(const struct failed_call *c, struct finding *f)
{
	(void)f;
	return why_wraps(c, c->args[0], c->args[1]);
}

enum verdict why_first_hole(const struct failed_call *c, struct finding *f)
{
	return why_hole(c, f, c->args[0], align_up(c->args[1], c->page));
}
