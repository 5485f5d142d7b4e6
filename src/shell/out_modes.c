/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal's modes, while another program has it. */
#include <termios.h>

#include "shell/out.h"

static struct termios modes;
static bool kept;

void out_keep_modes(int fd)
{
	kept = tcgetattr(fd, &modes) == 0;
}

void out_restore_modes(int fd)
{
	if (kept)
		tcsetattr(fd, TCSANOW, &modes);
	kept = false;
}
