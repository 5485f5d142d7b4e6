/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The meaning of the register PKRU. */
#include "arch/arch.h"
#include "arch/x86_64/keys.h"

const char arch_rights_name[] = "pkru";

_Static_assert((int)PKRU_KEYS <= ARCH_KEYS, "every key has room");

/* CPUID costs much where a hypervisor answers it. */
bool arch_has_keys(void)
{
	static enum { NOT_ASKED, ABSENT, PRESENT } keys;

	if (keys == NOT_ASKED)
		keys = keys_are_on() ? PRESENT : ABSENT;
	return keys == PRESENT;
}

/* PKEY_DISABLE_ACCESS is 1 and PKEY_DISABLE_WRITE 2, as the bits of a key in PKRU. */
unsigned arch_key_forbids(uint64_t rights, unsigned key)
{
	return rights >> 2 * key & 3;
}

uint64_t arch_key_mask(unsigned key)
{
	return 3ULL << 2 * key;
}

uint64_t arch_key_bits(unsigned key, unsigned forbidden)
{
	return (uint64_t)(forbidden & 3) << 2 * key;
}
