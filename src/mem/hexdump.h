/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes as text: 16 a line with their characters.
 *
 *     7f6c2a9f1000  68 65 6c 6c 6f 0a 00 00  00 00 00 00 00 00 00 00  hello...........
 *     *
 *     7f6c2a9f1ff0  00 00 00 00 00 00 00 00  ?? ?? ?? ?? ?? ?? ?? ??  ........????????
 *
 * A run of lines equal to the one above is shown as a single *, the last line always in full.
 * Addresses have at least 12 digits. Bytes outside of printable ASCII show as a dot.
 */
#ifndef MEM_HEXDUMP_H
#define MEM_HEXDUMP_H

#include "base/buf.h"

enum { HEXDUMP_LINE = 16 }; /* bytes a line */

/* A dump in pieces: start, add any number of times (addresses go on), end. */
struct hexdump {
	uint64_t addr;                    /* of the next byte */
	unsigned char line[HEXDUMP_LINE]; /* an unfinished line */
	unsigned have;                    /* bytes in LINE */
	unsigned char last[HEXDUMP_LINE]; /* the last line that was printed or held back */
	bool has_last;
	uint64_t held; /* lines equal to LAST that were not printed */
};

void hexdump_start(struct hexdump *h, uint64_t addr);
void hexdump_add(struct hexdump *h, struct buf *out, const void *bytes, size_t n);
/*
 * Ends the dump. MISSING bytes after those that were added could not be read: they complete the
 * last line, or stand in one line of their own, as ??; those that do not fit there are not shown.
 */
void hexdump_end(struct hexdump *h, struct buf *out, uint64_t missing);

#endif
