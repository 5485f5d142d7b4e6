/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of views that tell several facts. */
#include "shell/report.h"

#include <errno.h>
#include <stdio.h>

#include "shell/out.h"
#include "shell/pages.h"

void report(const char *label, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	char padded[24];
	va_list args;
	snprintf(padded, sizeof(padded), "  %-8s ", label);
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	out_styled(STYLE_LABEL, padded);
	out_escape(out_text(), buf_slice(&b));
	buf_putc(out_text(), '\n');
	buf_deinit(&b);
}

const char *report_size(uint64_t bytes)
{
	static struct {
		char text[16];
	} ring[4];
	static unsigned next;
	struct buf b = BUF_INIT;
	char *text = ring[next++ % ARRAY_SIZE(ring)].text;
	size_print(&b, bytes);
	snprintf(text, sizeof(ring[0].text), "%s", buf_cstr(&b));
	buf_deinit(&b);
	return text;
}

/* Of the zero page the kernel does not count how often it is mapped. */
void report_page(struct buf *b, const struct page *p)
{
	page_print(b, *p);
	if (!p->frame)
		return;
	struct frame_facts f = pages_frame(p->frame);
	buf_printf(b, "; frame 0x%llx", (unsigned long long)p->frame);
	if (f.have_count && p->kind != PAGE_ZERO)
		buf_printf(b, ", mapped %llu time%s", (unsigned long long)f.count,
			f.count == 1 ? "" : "s");
	if (f.have_flags) {
		buf_puts(b, ", ");
		flags_print(b, &flags_kpage, f.flags);
	}
}

void report_page_at(struct session *s, struct buf *b, uint64_t addr)
{
	struct pages pages;
	struct page p;
	if (!pages_open(s, &pages)) {
		buf_printf(b, "not known: pagemap cannot be opened (%s)", strerror(errno));
		return;
	}
	if (!pages_one(&pages, addr, &p)) {
		buf_puts(b, "not known: pagemap does not tell of this address");
	} else {
		report_page(b, &p);
		if (p.present && !p.frame)
			buf_puts(b, "; frame hidden: needs CAP_SYS_ADMIN");
	}
	pages_close(&pages);
}
