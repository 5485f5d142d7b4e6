/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protection keys in words: what one forbids, and whose it is.
 *
 * What is forbidden is a set of PKEY_DISABLE_ACCESS and PKEY_DISABLE_WRITE, as pkey_alloc(2) takes
 * it. No key ever forbids execution.
 */
#ifndef MEM_KEYS_H
#define MEM_KEYS_H

#include "base/buf.h"

/* "forbids loads and stores", "forbids stores", "forbids nothing" */
const char *key_forbids_text(unsigned forbidden);
/* The same as permissions that are taken away: PERM_R, PERM_W. */
uint32_t key_denies(unsigned forbidden);

/* Who a key belongs to: the kernel does not tell, but see facts_key_owner(). */
enum key_owner {
	KEY_UNKNOWN,
	KEY_DEFAULT,   /* key 0 */
	KEY_ALLOCATED, /* of pkey_alloc() */
	KEY_KERNELS,   /* the one that the kernel keeps for execute-only memory */
	KEY_FREED,     /* given back with pkey_free(), and still on a mapping */
	KEY_NOBODYS,   /* one of the last two */
};

/* "allocated with pkey_alloc" */
const char *key_owner_text(enum key_owner owner);

#endif
