/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the output module share: where its text goes. Only out*.c include this. */
#ifndef SHELL_OUT_PRIVATE_H
#define SHELL_OUT_PRIVATE_H

#include "base/buf.h"

/*
 * Text goes to the writing end of a pipe, FD, instead of stdout, until out_unredirect();
 * TO_SCREEN: styles pass.
 */
void out_redirect(int fd, bool to_screen);
void out_unredirect(void); /* drops text that is not flushed; the caller closes the descriptor */

/* While true, out_maybe_flush() asks out_page_spill() instead of writing. */
void out_set_paging(bool paging);
void out_page_spill(void);
/* There is no pager any more: what collected is written as ever. */
void out_page_abandon(void);

/* Takes the line of out_progress() from the screen, if it is there. */
void out_progress_wipe(void);

/*
 * Appends TEXT as a screen of WIDTH columns shows it best: lines that are wider are broken between
 * words, what follows goes below the column that the text began in. Strings stay whole.
 */
void out_fold(struct buf *b, struct str text, unsigned width);
/* Bytes of the style switch (ESC [ … m) that S begins with; 0 if it begins with none. */
size_t out_style_switch(struct str s);

/* Lines of a screen WIDTH columns wide that TEXT takes; stops counting above LIMIT. */
size_t out_count_rows(struct str text, unsigned width, size_t limit);

#endif
