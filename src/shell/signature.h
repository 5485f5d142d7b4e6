/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the call or command at a place takes: its synopsis with the argument there marked, for a
 * look while typing. */
#ifndef SHELL_SIGNATURE_H
#define SHELL_SIGNATURE_H

#include "base/buf.h"
#include "lang/form.h"

/* Lines about what stands at byte AT of LINE, which need not be a statement yet. Always says
 * something. */
void signature_print(struct buf *b, struct str line, size_t at);

/* What an argument is, in a few words: "an address", "protection: use r, w and x …". */
void param_describe(struct buf *b, const struct param *param);

#endif
