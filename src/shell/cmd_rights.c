/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: what the thread may do with memory by its protection key, the register that no system call
 * is needed for. Sources: pkeys(7), Documentation/core-api/protection-keys.rst.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "arch/arch.h"
#include "mem/flags.h"
#include "mem/uapi.h"
#include "shell/facts.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/tables.h"

static enum status no_keys(const struct invocation *in, struct err *err)
{
	err_set(err, ERR_VALUE, in->node->span,
		"this CPU has no protection keys, or they are switched off (cpu tells)");
	return ST_ERROR;
}

/* Reads or changes the register; see remote_rights(). */
static enum status rights_status(struct session *s, uint64_t mask, uint64_t bits, uint64_t *rights)
{
	switch (remote_rights(s->remote, mask, bits, rights)) {
	case REMOTE_DONE:
		return ST_OK;
	case REMOTE_INTERRUPTED:
		return ST_INTERRUPTED;
	case REMOTE_FAULT:
	case REMOTE_LOST:
		break;
	}
	return ST_LOST;
}

static bool check_key(const struct invocation *in, uint64_t *key, struct err *err)
{
	*key = value_bits(in->args[0]);
	return *key < ARCH_KEYS ||
	       err_set(err, ERR_ARGS, in->node->args[0]->span,
		       "there is no such protection key: they are 0 to %d", ARCH_KEYS - 1);
}

static enum status run_get(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t key, rights = 0;
	if (!arch_has_keys())
		return no_keys(in, err);
	if (!check_key(in, &key, err))
		return ST_ERROR;
	enum status status = rights_status(s, 0, 0, &rights);
	if (status == ST_OK)
		out->value = value_int(arch_key_forbids(rights, (unsigned)key));
	return status;
}

static enum status run_set(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	uint64_t key, rights = 0, forbidden = value_bits(in->args[1]);
	if (!arch_has_keys())
		return no_keys(in, err);
	if (!check_key(in, &key, err))
		return ST_ERROR;
	if (forbidden & ~(uint64_t)(PKEY_DISABLE_ACCESS | PKEY_DISABLE_WRITE)) {
		err_set(err, ERR_ARGS, in->node->args[1]->span,
			"what a key can forbid is PKEY_DISABLE_ACCESS, PKEY_DISABLE_WRITE or both");
		return ST_ERROR;
	}
	if (!key && forbidden) {
		snprintf(s->refusal, sizeof(s->refusal),
			"key 0 stays allowed: the agent's own memory has it, as all that was given "
			"no other key");
		return ST_REFUSED;
	}
	enum status status = rights_status(s, arch_key_mask((unsigned)key),
		arch_key_bits((unsigned)key, (unsigned)forbidden), &rights);
	if (status == ST_OK)
		out->value = value_int(0);
	return status;
}

/* ---- The view ---- */

/* What has a key. */
struct key_use {
	uint64_t bytes;
	unsigned mappings;
	uint32_t perms; /* enum perm: those of all its mappings */
};

static void count_use(void *ctx, const struct mapping *m, struct str line)
{
	static const char label[] = "ProtectionKey:";
	struct key_use *uses = ctx;
	if (!str_starts(line, str_from(label)))
		return;
	unsigned long key = strtoul(line.p + sizeof(label) - 1, NULL, 10);
	if (key >= ARCH_KEYS)
		return;
	uses[key].bytes += m->end - m->start;
	uses[key].mappings++;
	uses[key].perms |= m->perms & (PERM_R | PERM_W | PERM_X);
}

static void print_key(struct session *s, unsigned key, uint64_t rights, const struct key_use *use)
{
	struct buf b = BUF_INIT;
	unsigned forbidden = arch_key_forbids(rights, key);
	enum key_owner owner = facts_key_owner(s, key, use->perms);
	buf_printf(&b, "  key %-2u  %s", key, key_forbids_text(forbidden));
	while (b.len < 36)
		buf_putc(&b, ' ');
	if (use->mappings) {
		buf_puts(&b, "on ");
		size_print(&b, use->bytes);
		buf_printf(&b, " in %u mapping%s", use->mappings, use->mappings == 1 ? "" : "s");
	} else {
		buf_puts(&b, "on no mapping");
	}
	/* Without a mapping nothing tells of the kernel's own key. */
	if (use->mappings || owner == KEY_ALLOCATED)
		buf_printf(&b, "; %s", key_owner_text(owner));
	out_printf("%s\n", buf_cstr(&b));
	buf_deinit(&b);
}

static enum status run_pkeys(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct key_use uses[ARCH_KEYS] = {0};
	uint64_t rights = 0;
	uint32_t allocated = 1;
	unsigned idle = 0;
	(void)out;
	if (!arch_has_keys())
		return no_keys(in, err);
	enum status status = rights_status(s, 0, 0, &rights);
	if (status != ST_OK)
		return status;
	facts_keys_allocated(s, &allocated);
	proc_smaps_each(s->remote, 0, UINT64_MAX, count_use, uses);
	out_printf("%s 0x%" PRIx64 "\n", arch_rights_name, rights);
	for (unsigned key = 0; key < ARCH_KEYS; key++) {
		if (allocated >> key & 1 || uses[key].mappings)
			print_key(s, key, rights, &uses[key]);
		else
			idle++;
	}
	if (idle)
		out_printf("  %u other key%s not allocated and on no mapping\n", idle,
			idle == 1 ? " is" : "s are");
	return ST_OK;
}

const struct row rows_rights[] = {
	{
		.form = {.name = "pkey_set",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_FUNCTION,
			PARAMS({.name = "KEY", .kind = KIND_INT}, {.name = "RIGHTS",
									  .kind = KIND_FLAGS,
									  .reads = READS_FLAGS,
									  .set = &flags_pkey})},
		.group = "key",
		.summary = "forbid or allow the memory of a protection key",
		.details =
			"Changes the two bits of KEY in the CPU's register of key rights (WRPKRU "
			"on "
			"x86), as the function of the same name in libc does, but without libc. "
			"RIGHTS are what is forbidden: 0, disable_access, disable_write. It is no "
			"system call, and KEY need not be allocated. What was set stays, over "
			"calls "
			"and faults; only key 0 is always allowed, for the agent's own memory has "
			"it. A restored checkpoint has the rights that it was made with.",
		.example = "k = pkey_alloc(0, 0)\nif (k > 0) { p = mmap page; "
			   "pkey_mprotect p page rw k; pkey_set k disable_write; "
			   "expect SEGV_PKUERR *p = 1; pkey_set(k, 0); *p = 1 }",
		.see = "pkey_get pkeys pkey_alloc",
		.run = run_set,
	},
	{
		.form = {.name = "pkey_get",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_FUNCTION,
			PARAMS({.name = "KEY", .kind = KIND_INT})},
		.group = "key",
		.summary = "what is forbidden of the memory of a protection key",
		.details = "Yields the two bits of KEY: 0, PKEY_DISABLE_ACCESS (1), "
			   "PKEY_DISABLE_WRITE (2) or both. $pkru is the whole register.",
		.example = "k = pkey_alloc 0 disable_write\n"
			   "if (k > 0) { expect pkey_get(k) == PKEY_DISABLE_WRITE }",
		.see = "pkey_set pkeys",
		.run = run_get,
	},
	{
		.form = {.name = "pkeys", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "key",
		.summary = "show the protection keys: rights, owners, memory",
		.details =
			"The register of key rights, then each key that is allocated or on a "
			"mapping: what it forbids, and how much memory has it. The kernel gives "
			"memory with PROT_EXEC alone a key of its own, for the page tables cannot "
			"forbid reading what may be executed. Which keys are allocated is learned "
			"from pkey_mprotect where nothing can be mapped, which changes nothing.",
		.example = "expect ok|EINVAL|ENOSPC|ENOSYS pkey_alloc\nif ($errno == 0) { pkeys }",
		.see = "pkey_set pkey_alloc smaps where",
		.run = run_pkeys,
	},
	ROW_END,
};
