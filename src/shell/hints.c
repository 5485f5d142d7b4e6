/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each hint says, and when. */
#include "shell/hints.h"
#include "shell/out.h"

static bool after_fault(const struct session *s)
{
	return s->fault.have && s->fault.newest;
}

static bool after_failure(const struct session *s)
{
	return s->failure.have && s->call.row;
}

static bool after_long_output(const struct session *s)
{
	return s->again.len > 0;
}

/* Code was listed in its colour: time for the legend. */
static bool after_colours(const struct session *s)
{
	(void)s;
	return out_has_shown(STYLE_CODE) || out_has_shown(STYLE_WX);
}

static const struct {
	bool (*fits)(const struct session *s);
	const char *text;
} hints[] = {
	{after_fault, "why tells more about this fault, help faults about all"},
	{after_failure, "help and the call's name tells what its arguments and errors mean"},
	{after_colours, "red is code, underlined where it is writable too; dim is the agent's or "
			"allows no access"},
	{after_long_output, "Enter on an empty line goes on where this stopped"},
};

void hint_give(struct session *s)
{
	if (!s->settings.hints || !out_stdin_is_terminal())
		return;
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
		unsigned bit = 1u << i;
		if ((s->hinted & bit) || !hints[i].fits(s))
			continue;
		s->hinted |= bit;
		out_style(STYLE_DIM);
		out_printf("  hint: %s (set hints off)\n", hints[i].text);
		out_style(STYLE_PLAIN);
		return;
	}
}
