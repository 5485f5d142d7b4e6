/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target's mappings, asked of the kernel through the descriptor of /proc/PID/maps that the
 * remote holds.
 *
 * One mapping is asked with the PROCMAP_QUERY ioctl (Linux 6.11), which costs the same however many
 * there are; where the kernel lacks it the whole list is read instead. All of this works without
 * the agent.
 */
#ifndef SHELL_PROCMAP_H
#define SHELL_PROCMAP_H

#include "base/buf.h"
#include "mem/maps.h"
#include "shell/remote.h"

enum procmap_result {
	PROCMAP_FOUND,
	PROCMAP_NONE,  /* there is no such mapping */
	PROCMAP_ERROR, /* the target is gone, or its list cannot be read */
};

/*
 * The mapping that covers ADDR or else the first above it. OUT's name is put into NAME, which holds
 * MAPPING_NAME_MAX bytes. Both are untouched unless one is found.
 */
enum procmap_result procmap_query(struct remote *r, uint64_t addr, struct mapping *out, char *name);

/*
 * The last mapping that ends at or below ADDR, or that covers ADDR - 1 and goes on. As
 * procmap_query().
 */
enum procmap_result procmap_below(struct remote *r, uint64_t addr, struct mapping *out, char *name);

/*
 * Appends the text of the whole list to TEXT. False if the target is gone; TEXT is as it was then.
 */
bool procmap_read(struct remote *r, struct buf *text);

/* Whether there are N mappings or more. They are counted only where it is not plain from what was
 * asked of the target. */
bool procmap_has(struct remote *r, uint64_t n);

/* Whether the address space that the remote's descriptors belong to is still in use. */
bool procmap_space_lives(struct remote *r);

/* Makes this module believe that the kernel lacks PROCMAP_QUERY: the tests compare the two ways. */
void procmap_set_fallback(bool fallback);
/* Whether single mappings are being asked for by reading the whole list. */
bool procmap_fallback(void);

#endif
