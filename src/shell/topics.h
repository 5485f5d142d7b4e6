/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of help that belong to no single row. The manual is their source: see gen_topics.py. */
#ifndef SHELL_TOPICS_H
#define SHELL_TOPICS_H

struct topic {
	const char *name;
	const char *title; /* "Numbers and names" */
	/*
	 * Lines. Each is a paragraph to be wrapped behind the blanks that it begins with; one that
	 * begins with a tab is to be shown as it is.
	 */
	const char *text;
};

extern const struct topic topics[]; /* ends with a NULL name */

#endif
