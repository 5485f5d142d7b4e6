/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes as text: 16 a line with their characters.
 *
 *     7f6c2a9f1000  68 65 6c 6c 6f 0a 00 00  00 00 00 00 00 00 00 00  hello...........
 *     *
 *     7f6c2a9f1ff0  00 00 00 00 00 00 00 00  ?? ?? ?? ?? ?? ?? ?? ??  ........????????
 *
 * Lines equal to the one above are shown as a single *, the last line always in full.
 */
#ifndef MEM_HEXDUMP_H
#define MEM_HEXDUMP_H

#include "base/buf.h"

/* A dump in pieces: start, add any number of times (addresses go on), end. */
struct hexdump {
	uint64_t addr;       /* of the next byte */
	unsigned char line[16];
	unsigned have;       /* bytes in LINE */
	unsigned char last[16];
	bool has_last, starred;
	uint64_t unreadable; /* what follows the readable bytes, shown as ?? up to the end of the line they end in */
};

void hexdump_start(struct hexdump *h, uint64_t addr);
void hexdump_add(struct hexdump *h, struct buf *out, const void *bytes, size_t n);
/* MISSING bytes after those could not be read: they complete the last line, or one line, as ??. */
void hexdump_end(struct hexdump *h, struct buf *out, uint64_t missing);

#endif
