/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fuzz target defines: libFuzzer's entry, and what replay.c puts into inputs. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/util.h"

/* Must return 0; ends the process when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Pieces of text that mean something to the target; ends with one whose P is NULL. */
extern const struct str fuzz_pieces[];

#endif
