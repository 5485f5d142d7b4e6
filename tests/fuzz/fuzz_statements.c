/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the whole way of a statement: any text is read, run against a target that answers
 * anything, and shown, without a control character in what is shown.
 *
 * An input is the statements, and behind a NUL each further part with a letter before it: M maps,
 * S smaps, T status (each up to the next NUL), P the number of the bytes of pagemap that follow,
 * R the agent's answers, up to the end. Without P there is PAGEMAP_SCAN.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "shell/out.h"
#include "shell/repl.h"
#include "stand_in.h"

enum { MOST_QUESTIONS = 200 };

static struct str take_text(struct str *rest)
{
	const char *nul = rest->n ? memchr(rest->p, '\0', rest->n) : NULL;
	size_t n = nul ? (size_t)(nul - rest->p) : rest->n, skip = MIN(n + 1, rest->n);
	struct str text = {rest->p, n};

	*rest = (struct str){rest->p + skip, rest->n - skip};
	return text;
}

static struct str take_bytes(struct str *rest)
{
	struct str bytes = {rest->p, 0};

	if (rest->n)
		bytes = (struct str){rest->p + 1, MIN((unsigned char)rest->p[0], rest->n - 1)};
	*rest = (struct str){bytes.p + bytes.n, (size_t)(rest->p + rest->n - (bytes.p + bytes.n))};
	return bytes;
}

static void prepare(struct str rest)
{
	while (rest.n) {
		char part = rest.p[0];
		rest = (struct str){rest.p + 1, rest.n - 1};
		if (part == 'R') {
			stand_in_script(rest);
			return;
		}
		if (part == 'P') {
			stand_in_scans(false);
			stand_in_file("pagemap", take_bytes(&rest));
		} else {
			stand_in_file(part == 'M'   ? "maps"
				      : part == 'S' ? "smaps"
						    : "status",
				take_text(&rest));
		}
	}
}

static void run(struct str text, bool at_terminal)
{
	const struct options options = {0};
	struct place place = {.name = at_terminal ? NULL : "input", .line = 1};
	struct session s;
	struct err err;
	bool go_on = true;

	if (!session_init(&s, &options, "", false, &err))
		abort();
	s.at_terminal = at_terminal;
	repl_lines(&s, &place, text, true, &go_on);
	out_flush();
	session_deinit(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1); /* so that sanitizers see a read past the end */

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	struct str rest = {copy, size};
	stand_in_start();
	stand_in_scans(true);
	stand_in_interrupt_after(MOST_QUESTIONS);
	struct str text = take_text(&rest);
	prepare(rest);
	run(text, size % 2);
	free(copy);
	return 0;
}

/* As in fuzz_symbols.c. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "intercept_tls_get_addr=0";
}

/* Every word of the language is in the dictionary that the rows print; here is what they need. */
const struct str fuzz_pieces[] = {
	STR("\n"),
	STR("\0M"),
	STR("\0S"),
	STR("\0T"),
	STR("\0P\x08"),
	STR("\0R"),
	STR("\0R\1\0\0\1\0\0\0\0\0"),
	STR("\2\0\1\0\0\1\0\0\0\0\0\x0e\4"),
	STR("\4\2\x09"),
	STR("p = mmap 4K rw\n"),
	STR("0x10000 "),
	STR("*(u32 *)"),
	STR("page"),
	STR("expect "),
	STR("x/4gx "),
	STR("where "),
	STR("call "),
	STR("\"\x1b[31m\""),
	STR("00010000-00014000 rw-p 00000000 00:00 0 \x1b[2J\n"),
	{NULL, 0},
};
