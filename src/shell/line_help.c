/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key that shows what the call at the cursor takes, below the line, which stays as it is. */
#include <stdio.h>

#include "shell/line_lib.h"
#include "shell/line_private.h"
#include "shell/out.h"
#include "shell/signature.h"

static int show_signature(int count, int key)
{
	struct buf whole = BUF_INIT;
	size_t at = (size_t)rl_point;
	int point = rl_point;

	(void)count, (void)key;
	line_whole(&whole, &at);
	rl_point = rl_end; /* below the last row of the line */
	rl_redisplay();
	rl_crlf();
	fflush(rl_outstream);
	signature_print(out_text(), buf_slice(&whole), at);
	out_flush();
	buf_deinit(&whole);
	rl_point = point;
	rl_on_new_line();
	rl_redisplay();
	return 0;
}

void line_help_init(void)
{
	/* F1 as xterm, the VT220 and the Linux console send it. */
	static const char *const keys[] = {"\\e?", "\\eOP", "\\e[11~", "\\e[[A"};
	Keymap maps[] = {rl_get_keymap_by_name("emacs"), rl_get_keymap_by_name("vi-insert")};

	rl_add_defun("show-signature", show_signature, -1);
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			rl_bind_keyseq_in_map(keys[k], show_signature, maps[i]);
}
