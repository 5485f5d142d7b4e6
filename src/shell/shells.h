/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line's options as completion scripts for the system's shells. Part of faultline-rows.
 */
#ifndef SHELL_SHELLS_H
#define SHELL_SHELLS_H

#include "base/buf.h"

void shells_bash(struct buf *b);
void shells_zsh(struct buf *b);
void shells_fish(struct buf *b);

#endif
