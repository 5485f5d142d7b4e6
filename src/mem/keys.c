/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Protection keys in words. */
#include "mem/keys.h"

#include "mem/maps.h"
#include "mem/uapi.h"

const char *key_forbids_text(unsigned forbidden)
{
	if (forbidden & PKEY_DISABLE_ACCESS)
		return "forbids loads and stores";
	return forbidden & PKEY_DISABLE_WRITE ? "forbids stores" : "forbids nothing";
}

uint32_t key_denies(unsigned forbidden)
{
	if (forbidden & PKEY_DISABLE_ACCESS)
		return PERM_R | PERM_W;
	return forbidden & PKEY_DISABLE_WRITE ? PERM_W : 0;
}

const char *key_owner_text(enum key_owner owner)
{
	switch (owner) {
	case KEY_DEFAULT:
		return "the key of all memory that was given no other";
	case KEY_ALLOCATED:
		return "allocated with pkey_alloc";
	case KEY_KERNELS:
		return "kept by the kernel for execute-only memory";
	case KEY_FREED:
		return "given back with pkey_free while memory still had it";
	case KEY_NOBODYS:
		return "not allocated with pkey_alloc";
	case KEY_UNKNOWN:
		break;
	}
	return "and whether it is allocated is not known";
}
