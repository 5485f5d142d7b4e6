/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Variables: an open hash table with linear probing; each variable is allocated alone, so it never
 * moves.
 */
#include "lang/vars.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 }; /* a power of two */

struct slot {
	struct var *var; /* NULL: free */
	uint32_t hash;
	uint32_t len; /* of the name */
};

struct vars {
	struct slot *slots;
	size_t n_slots;      /* a power of two; at least a third are free */
	size_t n;            /* variables */
	struct var **sorted; /* N of them when SORTED_VALID */
	bool sorted_valid;
};

static void *allocate(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

/* FNV-1a. */
static uint32_t hash_name(struct str name)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	return h;
}

/* The slot of NAME, or the free slot where it belongs. */
static struct slot *find_slot(const struct vars *vars, struct str name, uint32_t hash)
{
	size_t mask = vars->n_slots - 1;
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct slot *s = &vars->slots[i];
		if (!s->var || (s->hash == hash && s->len == name.n &&
				       memcmp(s->var->name, name.p, name.n) == 0))
			return s;
	}
}

static void grow(struct vars *vars)
{
	struct slot *old = vars->slots;
	size_t n_old = vars->n_slots;
	vars->n_slots *= 2;
	vars->slots = allocate(vars->n_slots * sizeof(*vars->slots));
	for (size_t i = 0; i < n_old; i++) {
		if (old[i].var) {
			struct str name = {old[i].var->name, old[i].len};
			*find_slot(vars, name, old[i].hash) = old[i];
		}
	}
	free(old);
}

static void free_string(struct value *v)
{
	if (v->type.base == T_STRING && v->type.depth == 0)
		free((char *)v->str.p);
}

static char *copy_bytes(struct str s)
{
	char *p = allocate(s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

static void free_var(struct var *var)
{
	free_string(&var->value);
	free(var->name);
	free(var);
}

struct vars *vars_create(void)
{
	struct vars *vars = allocate(sizeof(*vars));
	vars->n_slots = FIRST_SLOTS;
	vars->slots = allocate(vars->n_slots * sizeof(*vars->slots));
	return vars;
}

void vars_destroy(struct vars *vars)
{
	if (!vars)
		return;
	for (size_t i = 0; i < vars->n_slots; i++) {
		if (vars->slots[i].var)
			free_var(vars->slots[i].var);
	}
	free(vars->slots);
	free(vars->sorted);
	free(vars);
}

struct var *vars_find(const struct vars *vars, struct str name)
{
	return find_slot(vars, name, hash_name(name))->var;
}

static struct var *add(struct vars *vars, struct str name)
{
	if ((vars->n + 1) * 3 > vars->n_slots * 2)
		grow(vars);
	uint32_t hash = hash_name(name);
	struct var *var = allocate(sizeof(*var));
	var->name = copy_bytes(name);
	*find_slot(vars, name, hash) = (struct slot){var, hash, (uint32_t)name.n};
	vars->n++;
	vars->sorted_valid = false;
	return var;
}

void vars_set(struct vars *vars, struct str name, struct value value, bool declared)
{
	struct var *var = vars_find(vars, name);
	if (!var)
		var = add(vars, name);
	if (value.type.base == T_STRING && value.type.depth == 0)
		value.str.p = copy_bytes(value.str);
	free_string(&var->value);
	var->value = value;
	var->declared = declared;
}

bool vars_remove(struct vars *vars, struct str name)
{
	struct slot *s = find_slot(vars, name, hash_name(name));
	if (!s->var)
		return false;
	free_var(s->var);
	vars->n--;
	vars->sorted_valid = false;

	/* Close the gap: whoever was pushed past it by collisions moves back. */
	size_t mask = vars->n_slots - 1;
	size_t gap = (size_t)(s - vars->slots);
	for (size_t i = (gap + 1) & mask; vars->slots[i].var; i = (i + 1) & mask) {
		size_t home = vars->slots[i].hash & mask;
		if (((i - home) & mask) >= ((i - gap) & mask)) {
			vars->slots[gap] = vars->slots[i];
			gap = i;
		}
	}
	vars->slots[gap] = (struct slot){0};
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct var *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

struct var *const *vars_sorted(struct vars *vars, size_t *n)
{
	if (!vars->sorted_valid) {
		free(vars->sorted);
		vars->sorted = allocate((vars->n + 1) * sizeof(*vars->sorted));
		size_t k = 0;
		for (size_t i = 0; i < vars->n_slots; i++) {
			if (vars->slots[i].var)
				vars->sorted[k++] = vars->slots[i].var;
		}
		qsort(vars->sorted, k, sizeof(*vars->sorted), by_name);
		vars->sorted_valid = true;
	}
	*n = vars->n;
	return vars->sorted;
}
