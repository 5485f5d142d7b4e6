/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files of the target's /proc/PID, read whole. Sources: proc(5),
 * Documentation/filesystems/proc.rst. */
#ifndef SHELL_PROC_H
#define SHELL_PROC_H

#include <sys/stat.h>

#include "base/buf.h"
#include "mem/maps.h"

struct remote;

/*
 * Appends the file NAME of the target's /proc/PID ("status", "fdinfo/3"), or one of the system's
 * ("/proc/meminfo"), to TEXT. False if it cannot be read.
 */
bool proc_read(const struct remote *r, const char *name, struct buf *text);

/* Page faults of the target since its start. False if they cannot be read. */
bool proc_faults(const struct remote *r, uint64_t *minor, uint64_t *major);
/* Pages of the target that are resident: of statm, which is exact where stat may lag behind. False
 * as above. */
bool proc_resident(const struct remote *r, uint64_t *pages);

/* A number from a file of one number, such as /proc/sys/vm/max_map_count, PATH being a literal;
 * FALLBACK where it cannot be read. */
uint64_t proc_number(const char *path, uint64_t fallback);

/* What stands behind "FIELD:" at the start of a line of TEXT, blanks skipped; NULL if no line has
 * it. */
const char *proc_field(const char *text, const char *field);
/* Bytes, of a field of TEXT that is given in kB; 0 if no line has it. */
uint64_t proc_bytes(const char *text, const char *field);
/* Whether the words of the line at P have WORD. */
bool proc_has_word(const char *line, struct str word);

/*
 * Calls FN with each line of smaps, without newline, about each mapping that meets [START, END), in
 * ascending order. Reads no further than that: the cost grows with the mappings below. False if
 * smaps cannot be read.
 */
typedef void smaps_line(void *ctx, const struct mapping *m, struct str line);
bool proc_smaps_each(
	const struct remote *r, uint64_t start, uint64_t end, smaps_line *fn, void *ctx);
/* The lines of smaps about the mapping that covers ADDR, without the line of maps. False if there
 * is none. */
bool proc_smaps(const struct remote *r, uint64_t addr, struct buf *text);

/* Whether the target has the capability of this number. */
bool proc_capable(const struct remote *r, unsigned capability);

/* Whether ST is of the regular file that M maps. */
bool proc_is_file_of(const struct mapping *m, const struct stat *st);

#endif
