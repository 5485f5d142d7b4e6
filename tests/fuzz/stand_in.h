/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stand-in for the target: no process, only a script. What the shell asks the agent is answered
 * from bytes, what it reads of /proc from texts; both may be anything.
 *
 * A fuzz target that links stand_in.c is linked with stand_in_wraps (meson.build), which puts the
 * functions here in the place of the remote's own, of the ways to other programs and of write(2).
 */
#ifndef FUZZ_STAND_IN_H
#define FUZZ_STAND_IN_H

#include "shell/remote_internal.h"

/* Takes the place of the target until the next call. The remote is the stand-in's own. */
struct remote *stand_in_start(void);

/*
 * The bytes that the agent's answers are made of; not copied. Each answer takes a byte that says
 * what kind it is (see answer() in stand_in.c) and then what that kind needs; where there are no
 * more, every request succeeds and yields 0.
 */
void stand_in_script(struct str bytes);

/* The file NAME of the target's /proc/PID has this text from now on: maps, smaps, status… */
void stand_in_file(const char *name, struct str text);

/*
 * Whether the kernel knows PAGEMAP_SCAN, at first not: its regions are then made of the script too.
 * It never knows PROCMAP_QUERY, so that the text of maps is read.
 */
void stand_in_scans(bool knows);

/* After so many questions whether ^C came, it came. */
void stand_in_interrupt_after(unsigned questions);

#endif
