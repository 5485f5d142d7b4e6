/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of help that belong to no single row. */
#ifndef SHELL_TOPICS_H
#define SHELL_TOPICS_H

struct topic {
	const char *name;
	const char *title;
	const char *text; /* lines as they are to be shown, at most 78 columns */
};

extern const struct topic topics[]; /* ends with a NULL name */

#endif
