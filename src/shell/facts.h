/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering what explanations need from /proc and the target, only after something failed. */
#ifndef SHELL_FACTS_H
#define SHELL_FACTS_H

#include "mem/keys.h"
#include "shell/call.h"
#include "shell/session.h"

/* Fills s->fault from a fault of an access of LEN bytes at ADDR. BULK: see struct fault.
 * (facts_fault.c) */
void facts_fault(struct session *s, enum access_kind kind, uint64_t addr, uint64_t len, bool bulk,
	const struct wire_fault *wire);

/* The bytes of the instruction that WIRE tells of, as far as they can be read. (facts_fault.c) */
void facts_code(struct session *s, const struct wire_fault *wire, struct arch_code *code);

/* Fills C->why for a call that failed, and s->failure. Texts live in s->arena. (facts_call.c) */
void facts_failure(struct session *s, struct call_record *c);

/*
 * Of the file behind M, in facts_file.c: its size, as cheaply as it can be had; what the
 * target's descriptors of it tell, its size and seals too, and whether one is open for writing.
 * All leave unknown what they cannot find out.
 */
void facts_file_size(const struct session *s, const struct mapping *m, struct mapped_file *out);
void facts_file_descriptors(
	const struct session *s, const struct mapping *m, struct mapped_file *out);
/* Whether its file system is full. */
void facts_file_system(const struct session *s, const struct mapping *m, struct mapped_file *out);
/* The seals of the target's file at LINK ("fd/3"). False if it can have none, or they cannot be
 * asked. */
bool facts_seals(const struct session *s, const char *link, uint32_t *seals);

/*
 * Protection keys, in facts_keys.c. False where the machine has none or nothing can be learned.
 * Which are allocated: a bit each, the kernel's own for execute-only memory not among them.
 */
bool facts_keys_allocated(struct session *s, uint32_t *keys);
/* The register of the thread's rights, as it is now. */
bool facts_rights(const struct session *s, uint64_t *rights);
/* Whether M can have another key than 0 (cheap), and which it has (smaps). */
bool facts_may_have_key(const struct session *s, const struct mapping *m);
bool facts_mapping_key(const struct session *s, const struct mapping *m, unsigned *key);
/* Whose KEY is that memory with PERMS (enum perm) has. */
enum key_owner facts_key_owner(struct session *s, unsigned key, uint32_t perms);

/* Page-table levels of this machine, asked at the first question. */
unsigned facts_levels(struct session *s);
/* The lowest address that the target may map: 0 when it is privileged. */
uint64_t facts_lowest_address(const struct session *s);

#endif
