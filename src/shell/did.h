/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a call did beyond the mappings that came and went, in plain sentences: the flags of mappings
 * that changed, the pages that were dropped or brought in, the bytes that were locked.
 *
 * Only calls that can do such things are looked at, and only the range that they name.
 */
#ifndef SHELL_DID_H
#define SHELL_DID_H

#include "mem/pagemap.h"
#include "shell/call.h"

/* The flags of a part of the address space: [START, END) of one mapping, cut to the range. */
struct flagged {
	uint64_t start, end;
	char *flags;  /* behind "VmFlags:"; owned */
	unsigned key; /* protection key; 0 where there are none */
};

struct flagged_list {
	struct flagged *v; /* owned; ascending */
	size_t n, cap;
	unsigned key; /* of the mapping being read */
};

struct did_probe {
	bool flags, pages, locked; /* what is looked at */
	bool key_only;             /* of the flags' parts: only the protection key */
	bool new_key;              /* of what the call maps: its protection key */
	uint64_t start, end;       /* the range in whole pages, END exclusive */
	struct flagged_list before;
	struct page_runs runs;
	uint64_t locked_before; /* VmLck, bytes */
};

/* Around the call C. The second adds the sentences, one a line, to C->did. */
void did_before(struct session *s, struct did_probe *p, const struct call_record *c);
void did_after(struct session *s, struct did_probe *p, struct call_record *c);

#endif
