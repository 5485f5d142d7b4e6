/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CRC-32 as in zip, gzip and PNG: polynomial 0x04c11db7, reflected, beginning and ending inverted.
 */
#ifndef SHELL_CRC32_H
#define SHELL_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what CRC is the checksum of, followed by N bytes. That of nothing is 0. */
uint32_t crc32_add(uint32_t crc, const void *bytes, size_t n);
/* The same followed by N zeros, however many. */
uint32_t crc32_zeros(uint32_t crc, uint64_t n);

#endif
