/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which editor reads the lines: readline where it was built in and can be loaded, else the
 * terminal's own. */
#include "shell/line.h"

#include "config.h"
#include "shell/line_private.h"

static const struct line_editor *editor = &line_plain;

void line_init(struct session *session, const char *history_path)
{
#if HAVE_READLINE
	if (line_readline_load())
		editor = &line_readline;
#endif
	editor->init(session, history_path);
}

enum line_result line_read(const char *prompt, const char *before, char **line)
{
	return editor->read(prompt, before, line);
}

void line_prefill(const char *text)
{
	editor->prefill(text);
}

void line_remember(const char *statement)
{
	editor->remember(statement);
}

void line_deinit(void)
{
	editor->deinit();
}
