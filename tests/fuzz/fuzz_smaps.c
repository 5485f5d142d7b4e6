/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the reader of smaps: whatever the text, its lines come whole, each with a mapping of the
 * range that was asked about.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mem/smaps.h"
#include "shell/proc.h"
#include "stand_in.h"

static const uint64_t START = 0x12000, END = 0x7fff00000000;

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "fuzz_smaps: %s\n", what);
		abort();
	}
}

static void check_line(void *ctx, const struct mapping *m, struct str line)
{
	size_t *bytes = ctx;
	size_t n = 0;

	while (n < line.n && line.p[n] != ':')
		n++;
	smaps_field_meaning((struct str){line.p, n});
	smaps_flag_meaning(line);
	must(!line.n || !memchr(line.p, '\n', line.n), "a newline in a line");
	must(m->start < END && m->end > START, "a mapping outside of the range");
	must(strlen(m->name) < MAPPING_NAME_MAX, "a name that is too long");
	*bytes += line.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct remote *r = stand_in_start();
	struct buf text = BUF_INIT;
	size_t bytes = 0;

	stand_in_file("smaps", (struct str){(const char *)data, size});
	must(proc_smaps_each(r, START, END, check_line, &bytes), "a file that cannot be read");
	must(bytes <= size, "more lines than there are");
	if (proc_smaps(r, START, &text)) {
		must(text.len <= size, "more text than there is");
		proc_field(buf_cstr(&text), "Rss");
		const char *flags = proc_field(buf_cstr(&text), "VmFlags");
		if (flags)
			proc_has_word(flags, STR("lo"));
	}
	buf_deinit(&text);
	return 0;
}

/* What means something in smaps. */
const struct str fuzz_pieces[] = {
	STR("\n"),
	STR(":"),
	STR(" "),
	STR("\0"),
	STR("00012000-00014000 rw-p 00000000 00:00 0 [heap]\n"),
	STR("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n"),
	STR("Rss:                   4 kB\n"),
	STR("VmFlags: rd wr mr lo sd \n"),
	STR("7fff00000000"),
	{NULL, 0},
};
