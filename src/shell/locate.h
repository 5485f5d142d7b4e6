/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where faultline's own files are. */
#ifndef SHELL_LOCATE_H
#define SHELL_LOCATE_H

/*
 * The target program: $FAULTLINE_TARGET, else faultline-target beside the running program (an
 * uninstalled build), else where it lies beside an installed one, wherever that was moved to, else
 * where it was to be installed. Never NULL; the caller frees it.
 */
char *locate_target(void);

/* The history file, $XDG_STATE_HOME/faultline/history; NULL where there is no home. The caller
 * frees it. */
char *locate_history(void);
/* The init file, $XDG_CONFIG_HOME/faultline/init; likewise. It need not be there. */
char *locate_init(void);

#endif
