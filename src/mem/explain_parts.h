/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the short and the long explanation share. Private to mem. */
#ifndef MEM_EXPLAIN_PARTS_H
#define MEM_EXPLAIN_PARTS_H

#include "mem/explain.h"

/* A fault with all that its sentences need. */
struct scene {
	struct explanation *out;
	struct arena *arena;
	const struct fault *f;
	const struct surroundings *s;
	address_namer *name; /* NULL: no names */
	void *ctx;
	enum fault_reason reason;
	uint64_t byte;   /* the one that failed */
	uint64_t end;    /* past the last byte of the access, never below BYTE */
	struct buf text; /* the sentence being made */
	uint64_t cured;  /* the cure that was said helps up to here, exclusive */
	bool incurable;  /* the cure that was said is: none */
	bool allowed;    /* the cure that was said allows a protection key, wherever it is */
};

struct scene scene_start(struct explanation *out, struct arena *arena, const struct fault *f,
	const struct surroundings *s, address_namer *name, void *ctx);
void scene_end(struct scene *c);

/*
 * The part of the access in the page that did not fail first, as a scene that adds lines to the
 * same explanation; its REASON is what would refuse it, REASON_NONE if nothing. False if there is
 * no such part. scene_end() it.
 */
bool scene_other(const struct scene *c, struct scene *other);

/* Whether the fault is about an address that is known. */
bool scene_has_address(const struct scene *c);

/* Ends the sentence in TEXT as a line with this label, if there is one; TEXT is then empty. */
void scene_line(struct scene *c, const char *label);

void put_address(struct scene *c, uint64_t addr);             /* "0x7f6c2a9f2000 (p+0x1000)" */
void put_plain_address(struct buf *b, uint64_t addr);         /* "0x7f6c2a9f2000" */
const char *verb_ing(enum access_kind kind);                  /* "reading" */
void put_bytes(struct buf *b, uint64_t n);                    /* "1 byte", "8 bytes" */
void put_perms_range(struct buf *b, const struct mapping *m); /* "7f6c2a9f2000-7f6c2a9f3000 ---p" */
const char *mapping_label(const struct mapping *m);    /* its name, "anonymous" where it has none */
const char *mapping_basename(const struct mapping *m); /* the last component of that */
void put_neighbour(struct scene *c, const struct mapping *m); /* "…-… r--p NAME, 85 TiB above" */

bool mapping_is_secret(const struct mapping *m); /* of memfd_secret() */

void say_headline(struct scene *c);
void put_reason(struct scene *c);    /* "nothing is mapped there": the end of the headline */
void say_key(struct scene *c);       /* a line "key" if a protection key was in the way */
void put_no_access(struct scene *c); /* the headline of a signal that is not about an address */
void say_rest(struct scene *c); /* a line "rest" if the other page of the access would fail too */
void say_cure(
	struct scene *c); /* a line "cure" (and more, "and"), or the sentence why there is none */
void say_notes(struct scene *c); /* lines "note" and "hint" that belong to this case */
bool put_trap_words(
	struct scene *c); /* "a read from user mode, no page-table entry present"; false: none */

void put_selector(struct scene *c); /* ", error code 0x82: entry 16 of the …"; nothing if none */

#endif
