/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CRC-32, eight bytes a turn with eight tables. A run of zeros multiplies the remainder by a power
 * of x, which squaring finds in as many steps as the length has bits.
 */
#include "shell/crc32.h"

#include <string.h>

#define POLYNOMIAL 0xedb88320U /* reflected: the highest power is bit 0 */
#define ONE (1U << 31)         /* x to the power 0 */

static uint32_t table[8][256];

static void fill_tables(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ POLYNOMIAL : c >> 1;
		table[0][i] = c;
	}
	for (int k = 1; k < 8; k++)
		for (uint32_t i = 0; i < 256; i++)
			table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
}

static uint32_t add_eight(uint32_t crc, const unsigned char *p)
{
	uint64_t word;
	memcpy(&word, p, sizeof(word));
	word ^= crc;
	uint32_t sum = 0;
	for (int k = 0; k < 8; k++)
		sum ^= table[7 - k][word >> 8 * k & 255];
	return sum;
}

uint32_t crc32_add(uint32_t crc, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	if (!table[0][1])
		fill_tables();
	crc = ~crc;
	for (; n >= 8; n -= 8, p += 8)
		crc = add_eight(crc, p);
	for (; n; n--, p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 255];
	return ~crc;
}

/* A times B, modulo the polynomial. */
static uint32_t multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;
	for (uint32_t bit = ONE; bit; bit >>= 1) {
		if (a & bit)
			product ^= b;
		b = b & 1 ? b >> 1 ^ POLYNOMIAL : b >> 1;
	}
	return product;
}

uint32_t crc32_zeros(uint32_t crc, uint64_t n)
{
	uint32_t power = ONE >> 8; /* of x, for one byte */
	crc = ~crc;
	for (; n; n >>= 1) {
		if (n & 1)
			crc = multiply(power, crc);
		power = multiply(power, power);
	}
	return ~crc;
}
