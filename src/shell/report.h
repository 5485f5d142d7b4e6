/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of views that tell several facts: a label and a sentence, as below a fault. */
#ifndef SHELL_REPORT_H
#define SHELL_REPORT_H

#include "base/buf.h"
#include "mem/maps.h"

/* "  page     present, anonymous, exclusive"; what could move a cursor is made visible. */
void report(const char *label, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct session;
struct page;

/* Bytes as maps and pages print them, "4K"; one of a few buffers that are used in turn. */
const char *report_size(uint64_t bytes);

/* What the kernel tells of a page: "present, anonymous, exclusive; frame 0x3b34, mapped 1 time,
 * UPTODATE|…". */
void report_page(struct buf *b, const struct page *p);
/* The same for the page of ADDR, or a sentence why it is not known. */
void report_page_at(struct session *s, struct buf *b, uint64_t addr);

#endif
