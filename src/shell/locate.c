/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where faultline's own files are. */
#include "shell/locate.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

/* The program that PLACE names from the folder of the running one, or NULL if there is none. */
static char *from_our_folder(const char *place)
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
	if (asprintf(&path, "%s/%s", self, place) < 0)
		return NULL;
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* Uninstalled the two programs lie together; an installation may have been moved as a whole. */
char *locate_target(void)
{
	const char *named = getenv("FAULTLINE_TARGET");
	if (named && named[0])
		return strdup(named);
	char *path = from_our_folder("faultline-target");
	if (!path)
		path = from_our_folder(FAULTLINE_LIBEXEC_FROM_BIN "/faultline-target");
	return path ? path : strdup(FAULTLINE_LIBEXECDIR "/faultline-target");
}

/* FOLDER/faultline/NAME, where FOLDER is what the variable says or else the folder UNDER home; NULL
 * without both. */
static char *in_home(const char *variable, const char *under, const char *name)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	char *path = NULL;
	int n = -1;
	if (folder && folder[0] == '/')
		n = asprintf(&path, "%s/faultline/%s", folder, name);
	else if (home && home[0])
		n = asprintf(&path, "%s/%s/faultline/%s", home, under, name);
	return n < 0 ? NULL : path;
}

char *locate_history(void)
{
	return in_home("XDG_STATE_HOME", ".local/state", "history");
}

char *locate_init(void)
{
	return in_home("XDG_CONFIG_HOME", ".config", "init");
}
