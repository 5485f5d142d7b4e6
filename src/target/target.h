/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the target's main program know of each other.
 *
 * All of it runs before the first statement. A step that fails ends the program with a sentence on
 * stderr, which is all that the shell needs: it waits for the agent's first answer or the target's
 * death.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* The agent's place in this address space. */
struct room {
	unsigned char *channel;                /* WIRE_CHANNEL_SIZE bytes, shared with the shell */
	unsigned char *agent;                  /* the blob's block */
	struct wire_range ranges[WIRE_RANGES]; /* the agent's pages and all fences, unsorted */
	uint32_t n_ranges;
};

/* Ends the program with WHAT and the text of errno. */
_Noreturn void die(const char *what);

/*
 * Maps the agent's block: fence, text, data, channel, fence, the stack of called code, fence.
 * EXE_FD is the target's own program file, of which fences are private mappings without access:
 * such a mapping merges with nothing that a user makes.
 */
void room_make(struct room *room, int channel_fd, int exe_fd);

/*
 * Fills the holes between the library mappings, and the page on either side of them, with fences,
 * so that the first mapping that the user makes has no neighbour to merge with. Nothing may be
 * mapped or freed after this: it would end in the user's view.
 */
void fences_make(struct room *room, int exe_fd);

/* Adds [START, START+LEN) to the room's ranges; false if there is no room for another. */
int room_add_range(struct room *room, const void *start, size_t len);

#endif
