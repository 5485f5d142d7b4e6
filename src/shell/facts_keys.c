/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Protection keys: which are allocated, whose they are, which memory has them. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/proc.h"

/*
 * The kernel tells nobody. But pkey_mprotect() looks at the key before it looks for a mapping
 * (mm/mprotect.c, do_mprotect_pkey), so where nothing can be mapped EINVAL means that the key is
 * not allocated and ENOMEM that it is, and nothing changes.
 */
bool facts_keys_allocated(struct session *s, uint32_t *keys)
{
	uint32_t found = 0;
	if (!arch_has_keys())
		return false;
	for (unsigned key = 0; key < ARCH_KEYS; key++) {
		const uint64_t args[WIRE_ARGS] = {
			arch_user_limit(facts_levels(s)), s->page, PROT_NONE, key};
		struct wire_fault fault;
		uint64_t result = 0;
		if (remote_syscall(s->remote, SYS_pkey_mprotect, args, false, &result, &fault) !=
			REMOTE_DONE)
			return false;
		if ((int64_t)result != -ENOMEM && (int64_t)result != -EINVAL)
			return false; /* a filter of system calls answers */
		if ((int64_t)result == -ENOMEM)
			found |= 1U << key;
	}
	*keys = found;
	return true;
}

/*
 * A key on memory that is not allocated is either the kernel's own for execute-only memory, or was
 * given back too early.
 */
enum key_owner facts_key_owner(struct session *s, unsigned key, uint32_t perms)
{
	const uint32_t access = PERM_R | PERM_W | PERM_X;
	bool freed = remote_may_free_key(s->remote);
	uint32_t allocated;
	if (!key)
		return KEY_DEFAULT;
	if (!facts_keys_allocated(s, &allocated))
		return KEY_UNKNOWN;
	if (allocated >> key & 1)
		return KEY_ALLOCATED;
	if ((perms & access) != PERM_X)
		return KEY_FREED;
	return freed ? KEY_NOBODYS : KEY_KERNELS;
}

bool facts_may_have_key(const struct session *s, const struct mapping *m)
{
	const uint32_t access = PERM_R | PERM_W | PERM_X;
	return arch_has_keys() && (remote_may_key(s->remote) || (m->perms & access) == PERM_X);
}

bool facts_mapping_key(const struct session *s, const struct mapping *m, unsigned *key)
{
	struct buf smaps = BUF_INIT;
	bool read = arch_has_keys() && proc_smaps(s->remote, m->start, &smaps);
	const char *field = read ? proc_field(buf_cstr(&smaps), "ProtectionKey") : NULL;
	unsigned long number = field ? strtoul(field, NULL, 10) : ARCH_KEYS;
	buf_deinit(&smaps);
	if (number >= ARCH_KEYS)
		return false;
	*key = (unsigned)number;
	return true;
}

bool facts_rights(const struct session *s, uint64_t *rights)
{
	return arch_has_keys() && remote_rights(s->remote, 0, 0, rights) == REMOTE_DONE;
}
