/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as arguments: text, numbers, hex"…". */
#ifndef SHELL_BYTES_H
#define SHELL_BYTES_H

#include "base/err.h"
#include "shell/row.h"

/*
 * Appends the bytes that V stands for: a string's, a number's one byte, a typed number's own width.
 */
bool bytes_add(struct buf *b, struct value v, struct span span, struct err *err);
/* The same for all arguments from FROM on. */
bool bytes_gather(struct buf *b, const struct invocation *in, size_t from, struct err *err);

#endif
