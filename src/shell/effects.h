/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What accesses and calls do to pages: the lines of `set effects pages`.
 *
 * The pages that an access or call can touch are looked at before and after it; a line is made only
 * where their state or the fault counters changed. Lines of accesses wait until the statement's
 * result was shown. While the setting is off all of this is one comparison.
 */
#ifndef SHELL_EFFECTS_H
#define SHELL_EFFECTS_H

#include "mem/pagemap.h"
#include "shell/call.h"

/* The target's counters. */
struct counters {
	uint64_t minor, major; /* page faults since its start */
	uint64_t rss;          /* bytes resident */
	uint64_t locked;       /* bytes of locked mappings that are resident; calls only */
	uint64_t dirty; /* bytes of private pages that were written, in the mappings that meet the
			   windows: elsewhere a file's become clean by themselves. MADV_FREE only */
};

enum { EFFECT_WINDOWS = 3 };

/* A part of the address space in whole pages, and its state before. END exclusive. */
struct effect_window {
	uint64_t start, end;
	struct page_runs before;
	struct page first; /* its first page in detail */
};

struct effects_probe {
	bool on;   /* false: the setting is off, or the state could not be read: everything else is
		      unset */
	bool call; /* of a call, not of an access */
	bool lazily; /* it is MADV_FREE: what changes is that the pages count as not written */
	unsigned n;  /* of WINDOWS */
	struct effect_window windows[EFFECT_WINDOWS];
	struct counters counters;
};

/* Around an access to the LEN bytes at ADDR. Every _before is followed by its _after. */
void effects_access_before(struct session *s, struct effects_probe *p, uint64_t addr, uint64_t len);
/* The same, where an access to as many bytes at ALSO is part of it. */
void effects_accesses_before(
	struct session *s, struct effects_probe *p, uint64_t addr, uint64_t also, uint64_t len);
/* DONE: it did not fault. */
void effects_access_after(struct session *s, struct effects_probe *p, bool done);

/* Before the strings of a call are placed in the target: shows the lines that wait. */
void effects_call_begin(struct session *s);
/* Around the call C; the line is shown at once. */
void effects_call_before(struct session *s, struct effects_probe *p, const struct call_record *c);
void effects_call_after(struct session *s, struct effects_probe *p, const struct call_record *c);

/* Shows the lines that wait. */
void effects_flush(struct session *s);

#endif
