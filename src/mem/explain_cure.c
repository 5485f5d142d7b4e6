/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would make a refused access work: statements that can be typed, or a sentence why there is
 * none.
 *
 * A statement covers all pages of the access that fail for the same reason, and is left out where
 * the facts show that the kernel would refuse it too. Where one thing behind the other refuses the
 * access, there is a statement for each, in the order in which they must be typed.
 */
#include "mem/explain_parts.h"
#include "mem/flags.h"
#include "mem/uapi.h"

/* Whole pages, END exclusive. */
struct pages {
	uint64_t start, end;
};

/* The pages of the access from the failing byte on, up to LIMIT (a page's start). */
static struct pages failing_pages(const struct scene *c, uint64_t limit)
{
	uint64_t page = c->s->page;
	uint64_t start = align_down(c->byte, page), end = align_up(c->end, page);
	if (end <= start || end > limit) /* at the end of the address space it wraps to 0 */
		end = limit;
	return (struct pages){start, MAX(end, start)};
}

/* The same in a mapping that can only be changed in larger pieces, or only as a whole. */
static struct pages changed_pages(const struct scene *c)
{
	const struct surroundings *s = c->s;
	struct pages pages = failing_pages(c, s->here.end);
	if (s->granule) {
		pages.start = align_down(pages.start, s->granule);
		pages.end = align_up(pages.end, s->granule);
	}
	return s->unsplit || s->no_split ? (struct pages){s->here.start, s->here.end} : pages;
}

static void put_pages(struct scene *c, const char *call, struct pages pages)
{
	buf_puts(&c->text, call);
	buf_putc(&c->text, '(');
	if (pages.start)
		put_plain_address(&c->text, pages.start);
	else
		buf_puts(&c->text, "NULL");
	buf_puts(&c->text, ", ");
	buf_dec(&c->text, pages.end - pages.start);
	c->cured = pages.end;
}

/* What mprotect or mmap must be given for the access; nothing may be written or executed but not
 * read. */
static uint32_t wanted_perms(const struct scene *c, uint32_t now)
{
	return (now & (PERM_R | PERM_W | PERM_X)) | PERM_R | fault_needs(c->f->kind);
}

static void put_none(struct scene *c, const char *why)
{
	buf_puts(&c->text, "none: ");
	buf_puts(&c->text, why);
	c->incurable = true;
}

static const char *word_for(uint32_t perm)
{
	return perm == PERM_W ? "writing" : perm == PERM_X ? "executing" : "reading";
}

/* The offset in the file that ADDR shows. */
static uint64_t file_offset(const struct scene *c, uint64_t addr)
{
	return addr - c->s->here.start + c->s->here.offset;
}

/*
 * mprotect may not give what the mapping was not made for; perhaps another mapping of the file may.
 */
static void cure_not_allowed(struct scene *c)
{
	const struct surroundings *s = c->s;
	uint32_t needs = fault_needs(c->f->kind);
	bool seals = s->file.seals_known && s->file.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
	if (needs == PERM_W && seals) {
		put_none(c, "the file is sealed against writing (F_SEAL_WRITE)");
	} else if (needs == PERM_W && s->file.has_fd && s->here.perms & PERM_SHARED) {
		struct pages pages = changed_pages(c);
		put_pages(c, "mmap", pages);
		buf_puts(&c->text, ", ");
		flags_print(&c->text, &flags_prot, wanted_perms(c, s->here.perms));
		buf_printf(&c->text, ", MAP_SHARED|MAP_FIXED, %d, %llu)", s->file.fd,
			(unsigned long long)file_offset(c, pages.start));
	} else if (needs == PERM_X) {
		put_none(c,
			"what is mapped may not be executed (its file system is mounted noexec)");
	} else {
		put_none(c, "what is mapped was not opened for ");
		buf_puts(&c->text, word_for(needs));
	}
}

static const char no_memory[] =
	"the machine has not so much memory, or may not promise it (vm.overcommit_memory)";

static void cure_protection(struct scene *c)
{
	const struct surroundings *s = c->s;
	uint32_t needs = fault_needs(c->f->kind);
	bool private_write = needs == PERM_W && !(s->here.perms & PERM_SHARED);
	if (s->agents)
		return put_none(c, "this mapping belongs to the agent");
	if (s->sealed)
		return put_none(c, "the mapping is sealed (mseal)");
	if (s->may_known && !(s->may & needs))
		return cure_not_allowed(c);
	if (needs == PERM_X && s->no_exec_gain)
		return put_none(c, "this process may not make memory executable (PR_SET_MDWE)");
	if (private_write && s->no_data)
		return put_none(c, "the limit of writable memory is reached (RLIMIT_DATA)");
	if (private_write && s->no_memory)
		return put_none(c, no_memory);
	put_pages(c, "mprotect", changed_pages(c));
	buf_puts(&c->text, ", ");
	flags_print(&c->text, &flags_prot, wanted_perms(c, s->here.perms));
	buf_putc(&c->text, ')');
	bool doubtful = needs == PERM_W && s->here.perms & PERM_SHARED && !s->may_known;
	if (doubtful)
		buf_puts(&c->text, ", if the file is open for writing");
}

/*
 * For an access of the shell's the thread's rights are changed; code may set them itself, so there
 * the mapping gets key 0.
 */
static void cure_key(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (!s->key)
		return put_none(c, "the code forbade itself key 0, which its stack has too; it was "
				   "allowed again afterwards");
	if (s->agents)
		return put_none(c, "this mapping belongs to the agent");
	if (fault_execute_only(s) && !s->sealed)
		return cure_protection(c);
	if (s->agent_code || s->sealed) {
		buf_printf(&c->text, "pkey_set(%u, 0)", s->key);
		c->allowed = true;
		return;
	}
	put_pages(c, "pkey_mprotect", changed_pages(c));
	buf_puts(&c->text, ", ");
	flags_print(&c->text, &flags_prot, s->here.perms & (PERM_R | PERM_W | PERM_X));
	buf_puts(&c->text, ", 0)");
}

/* A fresh page in place of nothing, or of a page that holds nothing. */
static void put_mmap(struct scene *c, struct pages pages, uint32_t now, const char *flags)
{
	put_pages(c, "mmap", pages);
	buf_puts(&c->text, ", ");
	flags_print(&c->text, &flags_prot, wanted_perms(c, now));
	buf_printf(&c->text, ", MAP_PRIVATE|MAP_ANONYMOUS|%s, -1, 0)", flags);
}

static void cure_gap(struct scene *c)
{
	const struct surroundings *s = c->s;
	uint64_t limit = s->user_limit;
	if (s->has_above && (s->above.start < limit || !limit))
		limit = s->above.start;
	struct pages pages = failing_pages(c, limit);
	if (pages.start < s->mmap_min_addr) {
		put_none(c, "nothing may be mapped below ");
		put_plain_address(&c->text, s->mmap_min_addr);
		buf_puts(&c->text, " (vm.mmap_min_addr)");
	} else if (s->no_room) {
		put_none(c, "the limit of the address space is reached (RLIMIT_AS)");
	} else if (s->no_more) {
		put_none(c, "there are as many mappings as may be (vm.max_map_count)");
	} else if (s->no_lock) {
		put_none(c, "what is mapped now is locked at once (mlockall), and no more may be "
			    "locked (RLIMIT_MEMLOCK)");
	} else if (fault_needs(c->f->kind) == PERM_W && s->no_data) {
		put_none(c, "the limit of writable memory is reached (RLIMIT_DATA)");
	} else if (fault_needs(c->f->kind) == PERM_W && s->no_memory) {
		put_none(c, no_memory);
	} else if (c->f->kind == ACCESS_FETCH) {
		buf_puts(&c->text, "put code there first: a fresh mapping holds only zeros");
	} else if (pages.end > pages.start) {
		put_mmap(c, pages, 0, "MAP_FIXED_NOREPLACE");
	}
}

static void cure_past_end(struct scene *c)
{
	const struct surroundings *s = c->s;
	uint64_t last = MIN(c->end, s->here.end) - 1;
	uint64_t length = align_up(file_offset(c, last) + 1, s->granule ? s->granule : s->page);
	if (s->file.seals_known && s->file.seals & F_SEAL_GROW)
		return put_none(c, "the file is sealed against growing (F_SEAL_GROW)");
	if (mapping_is_secret(&s->here) && s->file.size)
		return put_none(
			c, "the size of secret memory is set once, for ever (memfd_secret)");
	if (s->file_limit && length > s->file_limit)
		return put_none(c, "no file of this process may become so long (RLIMIT_FSIZE)");
	if (s->file.has_fd) {
		buf_printf(&c->text, "ftruncate(%d, %llu)", s->file.fd, (unsigned long long)length);
		c->cured = align_up(c->end, s->page);
		return;
	}
	buf_puts(&c->text, "make the file at least ");
	put_bytes(&c->text, file_offset(c, last) + 1);
	buf_puts(&c->text, " long; no descriptor here is open for writing to it");
	c->incurable = true;
}

static void cure_guard(struct scene *c)
{
	put_pages(c, "madvise", failing_pages(c, c->s->here.end));
	buf_puts(&c->text, ", MADV_GUARD_REMOVE)");
}

/*
 * What is not present in private memory holds nothing, so a new mapping in its place loses nothing.
 */
static void cure_watched(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (s->here.perms & PERM_SHARED || s->here.inode || s->granule || s->sealed || s->no_split)
		buf_puts(&c->text, "whoever holds the userfaultfd must fill the page (UFFDIO_COPY, "
				   "UFFDIO_ZEROPAGE, UFFDIO_CONTINUE)");
	else
		put_mmap(c, failing_pages(c, s->here.end), s->here.perms, "MAP_FIXED");
}

static void cure_reason(struct scene *c, enum fault_reason reason)
{
	switch (reason) {
	case REASON_GAP:
		return cure_gap(c);
	case REASON_PROTECTION:
		return cure_protection(c);
	case REASON_GUARD:
		return cure_guard(c);
	case REASON_PAST_END:
		return cure_past_end(c);
	case REASON_WATCHED:
		return cure_watched(c);
	case REASON_WRITE_WATCHED:
		buf_puts(&c->text, "whoever holds the userfaultfd must lift the protection "
				   "(UFFDIO_WRITEPROTECT)");
		c->incurable = true;
		return;
	case REASON_NO_HUGE:
		return put_none(c,
			"as long as no huge page is free (the administrator sets vm.nr_hugepages)");
	case REASON_KERNEL:
		return put_none(c, "the kernel's half of the address space is closed to programs");
	case REASON_TOP:
		return put_none(
			c, "the kernel never maps the last page below the hole between the halves");
	case REASON_NOT_ADDRESS:
		return put_none(c, "nothing can be mapped there");
	case REASON_DAMAGED:
		return put_none(c, "what was in this page is lost");
	case REASON_KEY:
		return cure_key(c);
	case REASON_ALIGNMENT:
		buf_puts(&c->text, "use an aligned address, or clear the flag AC");
		return;
	case REASON_NO_PAGE:
		return put_none(c, c->s->file.full ? "as long as its file system is full"
						   : "what keeps the page out cannot be "
						     "changed by a statement");
	case REASON_NONE:
	case REASON_SENT:
	case REASON_INSTRUCTION:
		return;
	case REASON_UNKNOWN:
		return put_none(c, "what refused it is not known");
	}
}

/* Where one cure of several is none, that is all there is to say. */
static void forget_if_none(struct scene *c, size_t first)
{
	struct explanation *out = c->out;
	if (!c->incurable || out->n_lines < first + 2)
		return;
	out->lines[first].text = out->lines[out->n_lines - 1].text;
	out->n_lines = first + 1;
}

/* What cures execute-only memory gives all permissions that are missing. */
static uint32_t without_covered(const struct scene *c, uint32_t obstacles)
{
	bool both = obstacles & 1U << REASON_KEY && fault_execute_only(c->s) && !c->s->sealed;
	return both ? obstacles & ~(1U << REASON_PROTECTION) : obstacles;
}

/* One statement for each thing that refuses the access here; OBSTACLES is a set of reasons. */
static void say_cures(struct scene *c, uint32_t obstacles, size_t first)
{
	for (obstacles = without_covered(c, obstacles); obstacles && !c->incurable;
		obstacles &= obstacles - 1) {
		cure_reason(c, fault_first(obstacles));
		scene_line(c, c->out->n_lines > first ? "and" : "cure");
	}
	forget_if_none(c, first);
}

/* Whether what was said for the failing part does the same for the other part. */
static bool covers_other(const struct scene *c, const struct scene *other)
{
	bool same = c->reason == REASON_GAP
			    ? !other->s->mapped
			    : other->s->mapped && other->s->here.start == c->s->here.start;
	if (c->reason == REASON_KEY && c->allowed)
		return other->s->key_known && other->s->key == c->s->key;
	return same && other->byte > c->byte && other->byte < c->cured &&
	       other->reason == c->reason;
}

/* What is still in the way of the other part after the failing part was cured. */
static uint32_t left_of_other(const struct scene *c, const struct scene *other)
{
	uint32_t left = fault_obstacles(c->f->kind, other->byte, other->s);
	/* A stack grows down to a mapping that nobody can access; the cure made it one that
	 * somebody can. */
	if (!left && !other->s->mapped && c->reason == REASON_PROTECTION && other->byte > c->byte)
		left = 1U << REASON_GAP;
	return covers_other(c, other) ? left & ~(1U << other->reason) : left;
}

/* Whether the mapping behind what was cured allows the rest of a copied range. */
static bool rest_is_mapped(const struct scene *c)
{
	const struct surroundings *s = c->s;
	return s->has_above && s->above.start == c->cured && s->above.end >= c->end &&
	       arch_perms_allow(s->above.perms) & fault_needs(c->f->kind);
}

/* A copied range can be refused at many places, and only the first is known. */
static void say_then(struct scene *c)
{
	if (!c->f->bulk || c->incurable || !c->cured || c->cured >= c->end || rest_is_mapped(c))
		return;
	buf_puts(&c->text, "try again: what begins at ");
	put_plain_address(&c->text, c->cured);
	buf_puts(&c->text, " may need a cure of its own");
	scene_line(c, "then");
}

void say_cure(struct scene *c)
{
	struct scene other;
	size_t first = c->out->n_lines;
	uint32_t behind = 0;
	if (c->reason == REASON_KEY || c->reason == REASON_PROTECTION || c->reason == REASON_GUARD)
		behind = fault_obstacles(c->f->kind, c->byte, c->s);
	say_cures(c, behind | 1U << c->reason, first);
	say_then(c);
	if (!scene_other(c, &other))
		return;
	if (!c->incurable)
		say_cures(&other, left_of_other(c, &other), first);
	scene_end(&other);
}
