/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a limit stands in the way of a call: rlimits, sysctls, capabilities, pools. */
#include <linux/capability.h>

#include "arch/arch.h"
#include "mem/explain_parts.h"
#include "mem/why_parts.h"

/* Names of the capabilities that memory calls ask for. */
static const char *capability_name(unsigned capability)
{
	switch (capability) {
	case CAP_IPC_LOCK:
		return "CAP_IPC_LOCK";
	case CAP_SYS_RAWIO:
		return "CAP_SYS_RAWIO";
	case CAP_SYS_PTRACE:
		return "CAP_SYS_PTRACE";
	case CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case CAP_SYS_NICE:
		return "CAP_SYS_NICE";
	case CAP_SYS_RESOURCE:
		return "CAP_SYS_RESOURCE";
	default:
		return "a capability";
	}
}

static bool has(const struct failed_call *c, unsigned capability)
{
	return c->rights.caps >> capability & 1;
}

enum verdict why_lacks(const struct failed_call *c, struct finding *f, unsigned capability)
{
	if (!c->rights.known)
		return WHY_UNKNOWN;
	if (has(c, capability))
		return WHY_NO;
	buf_printf(&f->fact, "the target has not %s (CapEff 0x%llx)", capability_name(capability),
		(unsigned long long)c->rights.caps);
	return WHY_YES;
}

/* "…: 3.2M in use, at most 4M allowed (RLIMIT_AS)", when MORE bytes do not fit below LIMIT. */
static enum verdict over(const struct failed_call *c, struct finding *f, uint64_t now,
	uint64_t more, uint64_t limit, const char *what, const char *name)
{
	uint64_t whole = why_is_unaligned(c, more) ? align_up(more, c->page) : more;
	if (limit == UINT64_MAX || why_end(now, whole) <= align_down(limit, c->page))
		return WHY_NO;
	buf_printf(&f->text, "%s would exceed its limit: ", what);
	size_print(&f->text, now);
	buf_puts(&f->text, " in use, at most ");
	size_print(&f->text, limit);
	buf_printf(&f->text, " allowed (%s)", name);
	uint64_t left = align_down(limit, c->page) > now ? align_down(limit, c->page) - now : 0;
	buf_printf(&f->fact, "%s: %llu bytes, in use %llu, wanted %llu more", name,
		(unsigned long long)limit, (unsigned long long)now, (unsigned long long)whole);
	if (left) {
		buf_puts(&f->cure, "at most ");
		size_print(&f->cure, left);
		buf_puts(&f->cure, " more fits below the limit");
	}
	return WHY_YES;
}

enum verdict why_limit_as(const struct failed_call *c, struct finding *f, uint64_t more)
{
	if (!c->limits.known || !c->memory.mapped)
		return WHY_UNKNOWN;
	return over(c, f, c->memory.mapped, more, c->limits.as, "the address space", "RLIMIT_AS");
}

enum verdict why_limit_data(const struct failed_call *c, struct finding *f, uint64_t more)
{
	if (!c->limits.known)
		return WHY_UNKNOWN;
	return over(c, f, c->memory.data, more, c->limits.data, "private writable memory",
		"RLIMIT_DATA");
}

enum verdict why_limit_memlock(const struct failed_call *c, struct finding *f, uint64_t more)
{
	if (!c->limits.known || !c->rights.known || !c->memory.locked_known)
		return WHY_UNKNOWN;
	if (has(c, CAP_IPC_LOCK))
		return WHY_NO;
	return over(
		c, f, c->memory.locked, more, c->limits.memlock, "locked memory", "RLIMIT_MEMLOCK");
}

enum verdict why_no_memlock(const struct failed_call *c, struct finding *f)
{
	if (!c->limits.known)
		return WHY_UNKNOWN;
	if (c->limits.memlock)
		return WHY_NO;
	return why_lacks(c, f, CAP_IPC_LOCK);
}

/* vm.overcommit_memory 0 refuses only what could never be there: __vm_enough_memory(). */
static enum verdict over_all_memory(const struct failed_call *c, struct finding *f, uint64_t more)
{
	if (!c->memory.ram_and_swap)
		return WHY_UNKNOWN;
	if (more <= c->memory.ram_and_swap)
		return WHY_NO;
	size_print(&f->text, more);
	buf_puts(&f->text, " is more than the machine's memory and swap, ");
	size_print(&f->text, c->memory.ram_and_swap);
	buf_puts(&f->text, " (vm.overcommit_memory is 0)");
	return WHY_YES;
}

enum verdict why_overcommit(const struct failed_call *c, struct finding *f, uint64_t more)
{
	const struct about_memory *m = &c->memory;
	uint64_t whole = align_up(more, c->page);
	if (!m->overcommit_known)
		return WHY_UNKNOWN;
	if (m->overcommit != 2 || whole < more)
		return m->overcommit || whole < more ? WHY_NO : over_all_memory(c, f, whole);
	if (!m->commit_limit)
		return WHY_UNKNOWN;
	if (why_end(m->committed, whole) <= m->commit_limit)
		return WHY_UNKNOWN; /* reserves of the kernel lie below the limit */
	buf_puts(&f->text, "no memory may be promised beyond CommitLimit, ");
	size_print(&f->text, m->commit_limit);
	buf_puts(&f->text, ": ");
	size_print(&f->text, m->committed);
	buf_puts(&f->text, " are promised (vm.overcommit_memory is 2)");
	return WHY_YES;
}

enum verdict why_map_count(const struct failed_call *c, struct finding *f, unsigned more)
{
	size_t n = 0;
	if (!c->memory.max_map_count || !c->maps->n)
		return WHY_UNKNOWN;
	for (size_t i = 0; i < c->maps->n; i++)
		n += !c->task_size || c->maps->v[i].end <= c->task_size;
	if (why_end(n, more) <= c->memory.max_map_count)
		return WHY_NO;
	buf_printf(&f->text, "there are %zu mappings, and vm.max_map_count is %llu", n,
		(unsigned long long)c->memory.max_map_count);
	return WHY_YES;
}

enum verdict why_below_minimum(const struct failed_call *c, struct finding *f, uint64_t addr)
{
	if (!c->rights.known)
		return WHY_UNKNOWN;
	if (addr >= c->memory.mmap_min_addr || has(c, CAP_SYS_RAWIO))
		return WHY_NO;
	buf_puts(&f->text, "nothing may be mapped below ");
	why_put_address(&f->text, c->memory.mmap_min_addr);
	buf_puts(&f->text, " (vm.mmap_min_addr) without CAP_SYS_RAWIO");
	buf_puts(&f->cure, "use ");
	why_put_address(&f->cure, c->memory.mmap_min_addr);
	buf_puts(&f->cure, " or above");
	return WHY_YES;
}

enum verdict why_no_descriptor(const struct failed_call *c, struct finding *f)
{
	if (!c->limits.known || !c->fds_known)
		return WHY_UNKNOWN;
	if (c->n_fds < c->limits.nofile)
		return WHY_NO;
	buf_printf(&f->text,
		"%zu descriptors are open, and descriptors must be below %llu (RLIMIT_NOFILE)",
		c->n_fds, (unsigned long long)c->limits.nofile);
	if (c->n_fds > 3)
		buf_puts(&f->cure, "close one");
	return WHY_YES;
}

enum verdict why_over_file_limit(const struct failed_call *c, struct finding *f, uint64_t size)
{
	if (!c->limits.known)
		return WHY_UNKNOWN;
	if (c->limits.fsize == UINT64_MAX || size <= c->limits.fsize)
		return WHY_NO;
	buf_puts(&f->text, "files may be at most ");
	size_print(&f->text, c->limits.fsize);
	buf_puts(&f->text, " long (RLIMIT_FSIZE)");
	return WHY_YES;
}

/* ---- Huge pages ---- */

uint64_t why_huge_size(const struct failed_call *c, unsigned log2)
{
	return log2 ? (uint64_t)1 << log2 : c->memory.default_huge;
}

static const struct huge_pool *pool_of(const struct failed_call *c, unsigned log2)
{
	for (size_t i = 0; i < c->memory.n_pools; i++)
		if (c->memory.pools[i].size == why_huge_size(c, log2))
			return &c->memory.pools[i];
	return NULL;
}

enum verdict why_no_huge_size(const struct failed_call *c, struct finding *f, unsigned log2)
{
	if (!c->memory.pools_known)
		return WHY_UNKNOWN;
	if (pool_of(c, log2))
		return WHY_NO;
	buf_puts(&f->text, "this machine has no huge pages of ");
	size_print(&f->text, why_huge_size(c, log2));
	buf_puts(&f->cure, c->memory.n_pools ? "there are those of" : "");
	for (size_t i = 0; i < c->memory.n_pools; i++) {
		buf_puts(&f->cure, i ? ", " : " ");
		size_print(&f->cure, c->memory.pools[i].size);
	}
	return WHY_YES;
}

enum verdict why_no_huge_pages(
	const struct failed_call *c, struct finding *f, unsigned log2, uint64_t len)
{
	const struct huge_pool *pool = pool_of(c, log2);
	if (!c->memory.pools_known)
		return WHY_UNKNOWN;
	if (!pool)
		return WHY_NO;
	uint64_t need = align_up(len, pool->size) / pool->size;
	if (need <= pool->free + pool->overcommit)
		return WHY_NO;
	buf_printf(
		&f->text, "%llu huge page%s of ", (unsigned long long)need, need == 1 ? "" : "s");
	size_print(&f->text, pool->size);
	buf_printf(&f->text, " %s needed, and %llu %s free (vm.nr_hugepages)",
		need == 1 ? "is" : "are", (unsigned long long)pool->free,
		pool->free == 1 ? "is" : "are");
	return WHY_YES;
}

/* ---- Protection keys ---- */

enum verdict why_key_not_allocated(const struct failed_call *c, struct finding *f, int key)
{
	if (key < 0 || key >= ARCH_KEYS) {
		buf_printf(&f->text, "there is no protection key %d: they are 0 to %d", key,
			ARCH_KEYS - 1);
		return WHY_YES;
	}
	if (!c->pkeys_known)
		return WHY_UNKNOWN;
	if (c->pkeys >> key & 1)
		return WHY_NO;
	buf_printf(&f->text, "protection key %d is not allocated (pkey_alloc)", key);
	return WHY_YES;
}
