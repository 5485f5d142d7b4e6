/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What names mean in a session. */
#include "shell/names.h"

#include <signal.h>
#include <stdio.h>

#include "arch/arch.h"
#include "mem/flags.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/procmap.h"
#include "shell/row.h"
#include "shell/sysnames.h"

/* ---- Constants ---- */

bool name_constant(struct session *s, struct str name, struct value *out)
{
	uint64_t number;
	if (str_is(name, "page")) {
		*out = value_int((int64_t)s->page);
		return true;
	}
	if (str_is(name, "NULL")) {
		*out = value_ptr(0);
		return true;
	}
	if (str_is(name, "MAP_FAILED")) { /* the C library's, which many programs compare with */
		*out = value_ptr(UINT64_MAX);
		return true;
	}
	if (str_starts(name, STR("SYS_"))) {
		const struct sysname *call = sysname_find((struct str){name.p + 4, name.n - 4});
		if (call)
			*out = value_int(call->nr);
		return call != NULL;
	}
	if (!constant_find(name, &number))
		return false;
	*out = value_int((int64_t)number);
	return true;
}

/* ---- The $ names ---- */

static const struct {
	const char *name;
	const char *meaning;
} dollar_names[] = {
	{"_", "the last value printed"},
	{"errno", "the error of the last call that failed"},
	{"si_addr", "the address of the last fault"},
	{"si_signo", "the signal of the last fault"},
	{"si_code", "the code of the last fault"},
	{"si_pkey", "the protection key that the last fault names"},
	{"pkru", "the register of what protection keys forbid"},
	{"pid", "the process ID of the target"},
	{"heap", "where the [heap] mapping begins"},
	{"stack", "where the [stack] mapping begins"},
	{"libc", "where the C library begins"},
	{"vdso", "where the [vdso] mapping begins"},
};

const char *name_dollar_at(size_t i)
{
	return i < ARRAY_SIZE(dollar_names) ? dollar_names[i].name : NULL;
}

const char *name_dollar_meaning(size_t i)
{
	return dollar_names[i].meaning;
}

/* Index in arch_regs, or -1. */
static int register_index(struct str name)
{
	for (size_t i = 0; i < arch_n_regs; i++) {
		if (str_is(name, arch_regs[i]))
			return (int)i;
	}
	return -1;
}

bool name_reserved(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(dollar_names); i++) {
		if (str_is(name, dollar_names[i].name))
			return true;
	}
	bool digits = name.n > 0;
	for (size_t i = 0; i < name.n; i++)
		digits = digits && name.p[i] >= '0' && name.p[i] <= '9';
	return digits || register_index(name) >= 0;
}

static bool from_fault(const struct wire_fault *w, struct str name, struct value *out)
{
	if (str_is(name, "si_addr"))
		*out = value_ptr(w->addr);
	else if (str_is(name, "si_signo"))
		*out = value_int(w->signo);
	else if (str_is(name, "si_code"))
		*out = value_int(w->code);
	else if (str_is(name, "si_pkey") && w->signo == SIGSEGV && w->code == SEGV_PKUERR)
		*out = value_int(w->key);
	else
		return false;
	return true;
}

/* The $ names that stand for a mapping. */
static const struct place_name {
	const char *name;
	const char *mapping; /* how the mapping's name begins, its folder apart */
	const char *missing; /* why there may be none */
} places[] = {
	{"heap", "[heap]", "there is no [heap] mapping: the first malloc or brk makes it"},
	{"stack", "[stack]", "there is no [stack] mapping any more"},
	{"libc", "libc.so", "the C library is not mapped any more"},
	{"vdso", "[vdso]", "there is no [vdso] mapping any more"},
};

static const struct place_name *place_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (str_is(name, places[i].name))
			return &places[i];
	}
	return NULL;
}

/* The start of the first mapping that PLACE names, as it is now. */
static bool place_value(
	struct session *s, const struct place_name *place, struct value *out, struct err *err)
{
	struct buf text = BUF_INIT;
	struct maps maps = MAPS_INIT;
	bool found = false;
	if (procmap_read(s->remote, &text) && maps_parse(&maps, buf_slice(&text), err)) {
		for (size_t i = 0; i < maps.n && !found; i++) {
			const char *slash = strrchr(maps.v[i].name, '/');
			found = str_starts(str_from(slash ? slash + 1 : maps.v[i].name),
				str_from(place->mapping));
			if (found)
				*out = value_ptr(maps.v[i].start);
		}
	}
	maps_deinit(&maps);
	buf_deinit(&text);
	return found || err_set(err, ERR_NAME, (struct span){0}, "$%s has no value: %s",
				place->name, place->missing);
}

/* $1, $2, …: what find found. */
static bool from_found(const struct session *s, struct str name, struct value *out, struct err *err)
{
	uint64_t i = 0;
	for (size_t k = 0; k < name.n && i <= s->found.n; k++)
		i = i * 10 + (uint64_t)(name.p[k] - '0');
	if (!s->found.n)
		return err_set(err, ERR_NAME, (struct span){0},
			"$%.*s has no value: nothing was found", (int)name.n, name.p);
	if (i < 1 || i > s->found.n)
		return err_set(err, ERR_NAME, (struct span){0},
			"$%.*s has no value: the last find found %zu", (int)name.n, name.p,
			s->found.n);
	*out = value_ptr(s->found.v[i - 1]);
	out->type.base = T_U8;
	return true;
}

/* Unlike the other registers it outlives a fault, so it is told as it is now. */
static bool rights_value(struct session *s, struct value *out, struct err *err)
{
	uint64_t rights = 0;
	if (!arch_has_keys())
		return err_set(err, ERR_NAME, (struct span){0},
			"$%s has no value: this CPU has no protection keys, or they are switched "
			"off",
			arch_rights_name);
	if (!facts_rights(s, &rights))
		return err_set(err, ERR_NAME, (struct span){0},
			"$%s has no value: the target is gone", arch_rights_name);
	*out = value_uint(rights);
	return true;
}

bool name_dollar(struct session *s, struct str name, struct value *out, struct err *err)
{
	struct span none = {0};
	if (!name_reserved(name))
		return false;
	if (str_is(name, "errno")) {
		*out = value_int(s->error_number);
		return true;
	}
	if (str_is(name, "pid")) {
		*out = value_int(remote_pid(s->remote));
		return true;
	}
	if (str_is(name, arch_rights_name))
		return rights_value(s, out, err);
	if (str_is(name, "_")) {
		if (s->last.type.base == T_NONE)
			return err_set(
				err, ERR_NAME, none, "$_ has no value yet: nothing was printed");
		*out = s->last;
		return true;
	}
	const struct place_name *place = place_find(name);
	if (place)
		return place_value(s, place, out, err);
	if (name.p[0] >= '0' && name.p[0] <= '9')
		return from_found(s, name, out, err);
	int reg = register_index(name);
	if (reg >= 0 && s->have_registers) {
		*out = value_uint(s->registers.regs[reg]);
		return true;
	}
	if (reg >= 0)
		return err_set(err, ERR_NAME, none,
			"$%.*s has no value yet: no code was stopped by a signal ($stack is where "
			"the stack's mapping begins)",
			(int)name.n, name.p);
	if (!s->fault.have)
		return err_set(err, ERR_NAME, none, "$%.*s has no value yet: there was no fault",
			(int)name.n, name.p);
	if (from_fault(&s->fault.fault.wire, name, out))
		return true;
	return err_set(err, ERR_NAME, none, "$%.*s has no value: the last fault tells none",
		(int)name.n, name.p);
}

/* ---- Names for addresses ---- */

static void add_distance(struct buf *b, uint64_t distance)
{
	if (!distance)
		return;
	buf_puts(b, "+0x");
	buf_hex(b, distance, 1);
}

/* The pointer variable that lies nearest below ADDR; NULL if none does. */
static const struct var *variable_below(struct session *s, uint64_t addr)
{
	const uint64_t farthest = 16 << 20;
	const struct var *best = NULL;
	size_t n;
	struct var *const *vars = vars_sorted(s->vars, &n);
	for (size_t i = 0; i < n; i++) {
		const struct value *v = &vars[i]->value;
		if (!type_is_pointer(v->type) || !v->bits || v->bits > addr ||
			addr - v->bits >= farthest)
			continue;
		if (!best || v->bits > best->value.bits)
			best = vars[i];
	}
	return best;
}

/* Whether ADDR lies in a mapping that has a name of its own and begins behind VAR: then that name
 * tells more. */
static bool lies_elsewhere(struct session *s, const struct var *var, uint64_t addr)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	return procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
	       mapping_covers(&m, addr) && (m.name[0] || remote_owns(s->remote, addr, 1)) &&
	       var->value.bits < m.start;
}

bool name_by_variable(void *ctx, struct buf *b, uint64_t addr)
{
	const uint64_t close =
		64 << 10; /* what runs a little past its end is still told by its name */
	const struct var *best = variable_below(ctx, addr);
	if (!best || (addr - best->value.bits > close && lies_elsewhere(ctx, best, addr)))
		return false;
	buf_puts(b, best->name);
	add_distance(b, addr - best->value.bits);
	return true;
}

/* The start of the first of the neighbouring mappings of one file: what offsets in the file are
 * counted from. */
static uint64_t image_start(struct session *s, const struct mapping *m)
{
	char name[MAPPING_NAME_MAX];
	struct mapping below;
	uint64_t start = m->start;
	while (m->inode && procmap_below(s->remote, start, &below, name) == PROCMAP_FOUND &&
		below.inode == m->inode && below.end == start)
		start = below.start;
	return start;
}

bool name_by_mapping(void *ctx, struct buf *b, uint64_t addr)
{
	struct session *s = ctx;
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	if (procmap_query(s->remote, addr, &m, name) != PROCMAP_FOUND ||
		!mapping_covers(&m, addr) || !m.name[0])
		return false;
	const char *slash = m.name[0] == '/' ? strrchr(m.name, '/') : NULL;
	out_escape(b, str_from(slash ? slash + 1 : m.name));
	add_distance(b, addr - image_start(s, &m));
	return true;
}

bool name_address(void *ctx, struct buf *b, uint64_t addr)
{
	const struct var *var = variable_below(ctx, addr);
	if (var && lies_elsewhere(ctx, var, addr))
		return name_by_mapping(ctx, b, addr);
	return (var && name_by_variable(ctx, b, addr)) || name_by_mapping(ctx, b, addr);
}
