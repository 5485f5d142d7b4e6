/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where faultline's own files are. */
#include "shell/locate.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

/* faultline-target in the folder of the running program, or NULL. */
static char *beside_us(void)
{
	char self[PATH_MAX];
	char *path = NULL;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return NULL;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	if (asprintf(&path, "%s/faultline-target", self) < 0)
		return NULL;
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *locate_target(void)
{
	const char *named = getenv("FAULTLINE_TARGET");
	char *path = named && named[0] ? strdup(named) : beside_us();
	return path ? path : strdup(FAULTLINE_LIBEXECDIR "/faultline-target");
}

char *locate_history(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int n = -1;
	if (state && state[0] == '/')
		n = asprintf(&path, "%s/faultline/history", state);
	else if (home && home[0])
		n = asprintf(&path, "%s/.local/state/faultline/history", home);
	return n < 0 ? NULL : path;
}
