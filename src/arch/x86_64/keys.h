/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protection keys as the agent and the decoder see them: the register PKRU. Freestanding.
 *
 * Two bits for each of 16 keys: bit 2k forbids loads and stores of memory with key k, bit 2k + 1
 * stores. Source: Intel SDM volume 3, section 5.6.2; Documentation/core-api/protection-keys.rst.
 */
#ifndef ARCH_X86_64_KEYS_H
#define ARCH_X86_64_KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum { PKRU_KEYS = 16, PKRU_OWN = 3 /* the bits of key 0, which the agent's own memory has */ };

static inline void keys_cpuid(uint32_t leaf, uint32_t part, uint32_t r[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
			 : "0"(leaf), "2"(part));
}

/* Whether the CPU has keys and the kernel switched them on: else the instructions below are #UD. */
static inline bool keys_are_on(void)
{
	enum { LEAF_MOST = 0, LEAF_MORE_FEATURES = 7, ECX = 2, OSPKE_BIT = 4 };
	uint32_t r[4];

	keys_cpuid(LEAF_MOST, 0, r);
	if (r[0] < LEAF_MORE_FEATURES)
		return false;
	keys_cpuid(LEAF_MORE_FEATURES, 0, r);
	return r[ECX] >> OSPKE_BIT & 1;
}

static inline uint32_t keys_read(void)
{
	uint32_t pkru, zero;

	__asm__ volatile("rdpkru" : "=a"(pkru), "=d"(zero) : "c"(0));
	return pkru;
}

static inline void keys_write(uint32_t pkru)
{
	__asm__ volatile("wrpkru" : : "a"(pkru), "c"(0), "d"(0) : "memory");
}

#endif
