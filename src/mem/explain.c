/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short explanation of a fault, and the parts it shares with the long one. */
#include "mem/explain.h"

#include <signal.h>

#include "arch/arch.h"
#include "mem/explain_parts.h"
#include "mem/flags.h"

struct scene scene_start(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx)
{
	struct scene c = {.out = out, .arena = arena, .f = f, .s = s, .name = name, .ctx = ctx};
	c.reason = fault_reason(f, s);
	c.byte = fault_byte(f, s);
	c.end = f->addr + f->len < c.byte ? UINT64_MAX : MAX(f->addr + f->len, c.byte + 1);
	if (s->other && s->other_byte > c.byte &&
		fault_first(fault_obstacles(f->kind, s->other_byte, s->other)) != c.reason)
		c.end = s->other_byte;
	out->n_lines = 0;
	return c;
}

bool scene_other(const struct scene *c, struct scene *other)
{
	const struct surroundings *s = c->s->other;
	if (!s)
		return false;
	*other = (struct scene){.out = c->out,
		.arena = c->arena,
		.f = c->f,
		.s = s,
		.name = c->name,
		.ctx = c->ctx};
	other->byte = c->s->other_byte;
	other->end = other->byte > c->byte ? c->f->addr + c->f->len : c->byte;
	other->reason = fault_first(fault_obstacles(c->f->kind, other->byte, s));
	return true;
}

bool scene_has_address(const struct scene *c)
{
	bool other = c->reason == REASON_SENT || c->reason == REASON_INSTRUCTION;
	return !other && (c->reason != REASON_ALIGNMENT || c->f->kind != ACCESS_OTHER);
}

void scene_end(struct scene *c)
{
	buf_deinit(&c->text);
}

void scene_line(struct scene *c, const char *label)
{
	if (c->text.len && c->out->n_lines < ARRAY_SIZE(c->out->lines))
		c->out->lines[c->out->n_lines++] =
			(struct reason){label, arena_copy(c->arena, buf_slice(&c->text))};
	buf_clear(&c->text);
}

void put_plain_address(struct buf *b, uint64_t addr)
{
	buf_puts(b, "0x");
	buf_hex(b, addr, 1);
}

void put_address(struct scene *c, uint64_t addr)
{
	struct buf name = BUF_INIT;
	put_plain_address(&c->text, addr);
	if (c->name && c->name(c->ctx, &name, addr) && name.len) {
		buf_puts(&c->text, " (");
		buf_str(&c->text, buf_slice(&name));
		buf_putc(&c->text, ')');
	}
	buf_deinit(&name);
}

void put_bytes(struct buf *b, uint64_t n)
{
	buf_dec(b, n);
	buf_puts(b, n == 1 ? " byte" : " bytes");
}

void put_perms_range(struct buf *b, const struct mapping *m)
{
	char perms[5];
	perms_print(perms, m->perms);
	buf_hex(b, m->start, 8);
	buf_putc(b, '-');
	buf_hex(b, m->end, 8);
	buf_putc(b, ' ');
	buf_puts(b, perms);
}

const char *mapping_label(const struct mapping *m)
{
	return m->name[0]                ? m->name
	       : mapping_is_anonymous(m) ? "anonymous"
					 : "a file without a name";
}

const char *mapping_basename(const struct mapping *m)
{
	const char *slash = m->name[0] == '/' ? strrchr(m->name, '/') : NULL;
	return slash && slash[1] ? slash + 1 : mapping_label(m);
}

void put_neighbour(struct scene *c, const struct mapping *m)
{
	bool below = m->end <= c->byte;
	uint64_t distance = below ? c->byte - m->end : m->start - c->byte;
	put_perms_range(&c->text, m);
	buf_putc(&c->text, ' ');
	buf_puts(&c->text, mapping_basename(m));
	buf_puts(&c->text, ", ");
	if (distance)
		distance_print(&c->text, distance);
	else
		buf_puts(&c->text, "directly");
	buf_puts(&c->text, below ? " below" : " above");
}

static const char *verb(const struct fault *f)
{
	switch (f->kind) {
	case ACCESS_READ:
		return "read";
	case ACCESS_WRITE:
		return "write";
	case ACCESS_FETCH:
		return "execution";
	case ACCESS_OTHER:
		break;
	}
	return "access";
}

/* Of a word that crosses a page the part that failed; nothing if all of it fails for the same
 * reason. */
static void put_part(struct scene *c)
{
	const struct fault *f = c->f;
	struct scene other;
	if (f->bulk || (c->byte == f->addr && !c->s->other))
		return;
	if (scene_other(c, &other) && other.reason == c->reason)
		return;
	bool last = c->byte != f->addr;
	uint64_t n = last ? f->addr + f->len - c->byte : c->s->other_byte - f->addr;
	buf_printf(&c->text, ", of which the %s ", last ? "last" : "first");
	if (n == 1)
		buf_puts(&c->text, "byte failed");
	else
		buf_printf(&c->text, "%llu failed", (unsigned long long)n);
}

/* "read of 8 bytes at 0x98967f (p)" */
static void put_attempt(struct scene *c)
{
	const struct fault *f = c->f;
	buf_puts(&c->text, verb(f));
	if (f->len && f->kind != ACCESS_FETCH && !f->bulk) {
		buf_puts(&c->text, " of ");
		put_bytes(&c->text, f->len);
	}
	buf_puts(&c->text, " at ");
	put_address(c, f->addr);
	if (f->bulk && f->len) {
		buf_puts(&c->text, ", ");
		put_bytes(&c->text, f->len);
		buf_puts(&c->text, " before the end");
	}
	put_part(c);
	buf_puts(&c->text, ": ");
}

void say_headline(struct scene *c)
{
	if (!scene_has_address(c)) {
		put_no_access(c);
	} else {
		put_attempt(c);
		put_reason(c);
	}
	c->out->headline = arena_copy(c->arena, buf_slice(&c->text));
	buf_clear(&c->text);
}

static const char *access_words(enum arch_access access)
{
	switch (access) {
	case ARCH_ACCESS_READ:
		return "a read";
	case ARCH_ACCESS_WRITE:
		return "a write";
	case ARCH_ACCESS_EXECUTE:
		return "an instruction fetch";
	case ARCH_ACCESS_UNKNOWN:
		break;
	}
	return "an access";
}

/* The bits that only say which kind of access it was are covered by access_words(). */
static bool is_access_bit(const struct arch_code_bit *bit)
{
	return strcmp(bit->name, "WRITE") == 0 || strcmp(bit->name, "INSTR") == 0;
}

/* What was found (PROT) comes after what was tried. */
bool put_trap_words(struct scene *c)
{
	struct arch_code_bit bits[ARCH_CODE_BITS];
	size_t n = arch_trap_code_bits(&c->f->wire, bits);
	const struct arch_code_bit *found = NULL;
	if (!n)
		return false;
	buf_puts(&c->text, access_words(arch_access_of_code(&c->f->wire)));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(bits[i].name, "PROT") == 0) {
			found = &bits[i];
		} else if (!is_access_bit(&bits[i])) {
			buf_puts(&c->text, strncmp(bits[i].meaning, "from ", 5) == 0 ? " " : ", ");
			buf_puts(&c->text, bits[i].meaning);
		}
	}
	if (found) {
		buf_puts(&c->text, ", ");
		buf_puts(&c->text, found->by_kernel || c->reason == REASON_TOP
					   ? "page tables not shown by the kernel"
					   : found->meaning);
	}
	return true;
}

void put_selector(struct scene *c)
{
	struct arch_selector selector;
	if (arch_trap_selector(&c->f->wire, &selector))
		buf_printf(&c->text, ", error code 0x%llx: entry %u of the %s",
			(unsigned long long)c->f->wire.trap_code, selector.index, selector.table);
}

/* "#PF, error code 0x4: a read from user mode, no page-table entry present" */
static void say_cpu(struct scene *c)
{
	const struct wire_fault *w = &c->f->wire;
	const struct arch_trap *trap = arch_trap_valid(w) ? arch_trap_name(w->trap) : NULL;
	if (!trap || c->reason == REASON_SENT)
		return;
	buf_puts(&c->text, trap->mnemonic);
	if (arch_is_page_fault(w)) {
		buf_printf(&c->text, ", error code 0x%llx: ", (unsigned long long)w->trap_code);
		put_trap_words(c);
	} else {
		buf_puts(&c->text, ", ");
		buf_puts(&c->text, trap->name);
		put_selector(c);
		if (c->reason == REASON_NOT_ADDRESS)
			buf_puts(&c->text, ": the CPU does not say for which address");
	}
	scene_line(c, "cpu");
}

/* The mapping at the address, or the nearest one. */
static void say_mapping(struct scene *c)
{
	const struct surroundings *s = c->s;
	if (!scene_has_address(c) || c->reason == REASON_NOT_ADDRESS ||
		((c->reason == REASON_KERNEL || c->reason == REASON_TOP) && !s->mapped))
		return;
	if (s->mapped) {
		put_perms_range(&c->text, &s->here);
		buf_puts(&c->text, "  ");
		buf_puts(&c->text, mapping_label(&s->here));
		scene_line(c, "mapping");
		return;
	}
	bool below = s->has_below &&
		     (!s->has_above || c->byte - s->below.end <= s->above.start - c->byte);
	if (below || s->has_above) {
		put_neighbour(c, below ? &s->below : &s->above);
		scene_line(c, "nearest");
	}
}

/* Of a word that crosses a page, the part that was not named; silent if nothing refuses it. */
void say_rest(struct scene *c)
{
	struct scene other;
	if (!scene_other(c, &other))
		return;
	if (other.reason != REASON_NONE) {
		bool last = other.byte > c->byte;
		buf_puts(&other.text, last ? "the last " : "the first ");
		put_bytes(&other.text, other.end - other.byte);
		buf_puts(&other.text, last ? ", in the next page, would fail too: "
					   : ", in the page before, would fail too: ");
		put_reason(&other);
		scene_line(&other, "rest");
	}
	scene_end(&other);
}

void explain_fault(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx)
{
	struct scene c = scene_start(out, arena, f, s, name, ctx);
	say_headline(&c);
	say_mapping(&c);
	say_key(&c);
	say_cpu(&c);
	say_rest(&c);
	say_notes(&c);
	say_cure(&c);
	scene_end(&c);
}

/* Where a process sent the signal, its pid and uid lie in siginfo where si_addr lies in a fault. */
static void put_sender(struct buf *b, const struct wire_fault *w)
{
	struct {
		int32_t pid;
		uint32_t uid;
	} sender;
	_Static_assert(sizeof(sender) == sizeof(w->addr), "pid and uid overlay the address");
	memcpy(&sender, &w->addr, sizeof(sender));
	buf_printf(b, ", si_pid=%d, si_uid=%u", sender.pid, sender.uid);
}

void signal_print(struct buf *b, const struct wire_fault *w)
{
	const char *signal = signal_name(w->signo), *code = sicode_name(w->signo, w->code);
	buf_printf(b, "--- %s {si_signo=%s, si_code=", signal, signal);
	if (code)
		buf_puts(b, code);
	else
		buf_printf(b, "%#x", (unsigned)w->code);
	if (w->code > 0) {
		buf_puts(b, ", si_addr=");
		if (w->addr)
			put_plain_address(b, w->addr);
		else
			buf_puts(b, "NULL");
	} else if (w->code == SI_USER || w->code == SI_TKILL || w->code == SI_QUEUE) {
		put_sender(b, w);
	}
	buf_puts(b, "} ---");
}
