/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering the facts about a failed call, kind by kind. Private to facts_*.c. */
#ifndef SHELL_FACTS_PRIVATE_H
#define SHELL_FACTS_PRIVATE_H

#include "shell/session.h"

/* (facts_fd.c) */
void facts_about_descriptor(struct session *s, struct about_fd *f, int fd);
void facts_count_descriptors(const struct session *s, struct failed_call *f);
/*
 * Looks C->string up from where the target stands: the directory DIRFD, or its working directory.
 */
void facts_about_path(const struct session *s, struct failed_call *c, int dirfd);

/* (facts_limits.c) Limits, memory, rights and what the machine has. */
void facts_about_limits(struct session *s, struct failed_call *f);

/* (facts_shm.c) Segments of shared memory, for the calls on them. */
void facts_about_shm(const struct session *s, struct failed_call *f);

/* (facts_maps.c) The mappings and their VmFlags; MAPS is the caller's. */
void facts_about_mappings(struct session *s, struct failed_call *f, struct maps *maps);

#endif
