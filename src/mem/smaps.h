/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fields and flags of /proc/PID/smaps mean, in words.
 *
 *     Private_Dirty:         8 kB
 *     VmFlags: rd wr mr mw me ac sd
 *
 * Source: Documentation/filesystems/proc.rst, fs/proc/task_mmu.c.
 */
#ifndef MEM_SMAPS_H
#define MEM_SMAPS_H

#include "base/util.h"

/* Of "Private_Dirty"; NULL for a field that is not known. */
const char *smaps_field_meaning(struct str field);
/* Of "rd"; NULL for a flag that is not known. */
const char *smaps_flag_meaning(struct str flag);

/* Those that are known, I from 0; NULL at the end. */
const char *smaps_field_at(size_t i);
const char *smaps_flag_at(size_t i);

#endif
