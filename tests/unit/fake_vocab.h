/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A vocabulary for tests of the parser, and trees as text.
 *
 * Variables: p q r i len prot rw. Constants: page NULL PROT_READ PROT_WRITE MAP_ANONYMOUS EINVAL.
 * Functions without a command form: mapped dup mlockall malloc. Commands: those of the table in
 * fake_vocab.c. Aliases: vmmap (maps), q and bye (quit), ex (x); prefixes: rea (read), ma
 * (ambiguous).
 */
#ifndef FAKE_VOCAB_H
#define FAKE_VOCAB_H

#include "base/buf.h"
#include "lang/parse.h"

extern const struct vocab fake_vocab;

/*
 * The tree as an s-expression: (+ 1 (* p 2)), (= p (mmap _ 12288 3 _ _ _)), (call dup 3), (expect
 * EINVAL …). Left-out arguments are _, strings are quoted with C escapes, numbers are decimal with
 * a u behind them if unsigned.
 */
void fake_print(struct buf *b, const struct node *n);

#endif
