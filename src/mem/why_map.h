/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about mmap's failures share: its arguments by name. Private to why_map*.c. */
#ifndef MEM_WHY_MAP_H
#define MEM_WHY_MAP_H

#include "mem/uapi.h"
#include "mem/why_parts.h"

/* mmap(addr, length, prot, flags, fd, offset) */
#define ADDR(c) ((c)->args[0])
#define LENGTH(c) ((c)->args[1])
#define PROT(c) ((c)->args[2])
#define FLAGS(c) ((c)->args[3])
#define FD(c) ((int)(c)->args[4])
#define OFFSET(c) ((c)->args[5])

/* MAP_FIXED_NOREPLACE implies MAP_FIXED. */
static inline bool fixed(const struct failed_call *c)
{
	return FLAGS(c) & (MAP_FIXED | MAP_FIXED_NOREPLACE);
}

static inline bool anonymous(const struct failed_call *c)
{
	return FLAGS(c) & MAP_ANONYMOUS;
}

static inline bool shared(const struct failed_call *c)
{
	uint64_t type = FLAGS(c) & MAP_TYPE;
	return type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
}

static inline bool fd_usable(const struct failed_call *c)
{
	return !anonymous(c) && why_fd_usable(c);
}

static inline enum verdict about_file(const struct failed_call *c)
{
	return anonymous(c) ? WHY_NO : fd_usable(c) ? WHY_YES : WHY_UNKNOWN;
}

static inline bool is_secret(const struct failed_call *c)
{
	return fd_usable(c) && c->fd.link && strstr(c->fd.link, "/secretmem");
}

#endif
