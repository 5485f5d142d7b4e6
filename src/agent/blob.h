/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the blob says of itself in its first bytes, for the target that makes room for it.
 *
 * The blob's block is TEXT bytes to be mapped r-x, then SIZE - TEXT bytes to be mapped rw-. Its
 * first FILE bytes are in the blob, the others begin as zero. TEXT and SIZE are multiples of the
 * page size.
 */
#ifndef AGENT_BLOB_H
#define AGENT_BLOB_H

#include <stdint.h>

#define BLOB_MAGIC 0x626f6c62 /* "blob" read as bytes */

struct blob_header {
	uint32_t magic;
	uint32_t text;
	uint32_t file;
	uint32_t size;
	uint32_t entry; /* offset of agent_entry */
};

/*
 * The agent's entry. CHANNEL is where the channel is mapped, SLOT the slot to serve, PARENT the
 * process without which the agent must not live.
 */
typedef void (*blob_entry)(unsigned char *channel, uint32_t slot, int32_t parent);

#endif
