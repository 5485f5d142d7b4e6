/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes as text: the only module that prints them. What an outcome is lies in the values it is
 * given. */
#ifndef SHELL_SHOW_H
#define SHELL_SHOW_H

#include "shell/call.h"
#include "shell/session.h"

/*
 * A call as strace prints it, and the mappings that changed. With echo off only calls that failed.
 */
void show_call(struct session *s, const struct call_record *c);
/* Below it: why it failed. */
void show_causes(struct session *s, const struct call_record *c);
void show_causes_text(struct buf *b, const struct call_record *c);
/* The call alone: "mmap(NULL, 4096, …) = 0x7f…", without newline. */
void show_echo(struct session *s, struct buf *b, const struct call_record *c);

enum { SHOW_QUOTED = 256 }; /* bytes of a string that is an argument */

/* Parts of it: the mappings that changed, a string, a word of which only the bits are known. */
void show_delta(struct session *s, const struct delta *d);
void show_quoted(struct buf *b, struct str text, size_t most); /* strace's way, MOST bytes of it */
void show_raw(struct session *s, struct buf *b, uint64_t arg);

void show_value(struct session *s, struct value v); /* "= 100 (0x64)" */
/* The signal of s->fault and, when EXPLAINED, the reasons below it. */
void show_fault(struct session *s, bool explained);
void show_fault_long(struct session *s); /* for `why` */
void show_loss(const struct loss *loss);
void show_refusal(struct session *s);
void show_interrupted(struct session *s);
void show_duration(struct buf *b, int64_t milliseconds); /* "5s", "200ms" */

/*
 * An address for people: hex, or its name where `set addresses named` asks for it and it has one.
 */
void show_addr(struct session *s, struct buf *b, uint64_t addr);

/*
 * One line of maps: PREFIX, range, permissions, size right-aligned in WIDTH columns, for a file the
 * offset in it (hex, as in maps), name, notes.
 */
void show_mapping(struct session *s, const char *prefix, const struct mapping *m, unsigned width);
/* Columns that the size of M takes. */
unsigned show_size_width(const struct mapping *m);

#endif
