/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where text goes. The only module that knows the terminal.
 *
 * Text collects in one buffer. To a file or pipe it is written when the buffer is large, before
 * anything that can kill, and in order with errors; at a terminal after each statement. Colour and
 * pager are decided here.
 */
#ifndef SHELL_OUT_H
#define SHELL_OUT_H

#include "base/buf.h"

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What a piece of text means; how that looks is out.c's affair. Never the only carrier of a
 * meaning. */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,    /* the agent's mappings, no access */
	STYLE_CODE,   /* executable */
	STYLE_WX,     /* writable and executable */
	STYLE_GONE,   /* a mapping that went */
	STYLE_CAME,   /* a mapping that came */
	STYLE_SIGNAL, /* the line of a caught signal */
	STYLE_ERROR,
	STYLE_LABEL, /* because, cpu, cure, … */
	STYLE_HEADING,
};

/* Decides colour: AUTO obeys NO_COLOR, TERM=dumb and whether stdout is a terminal. Call once at
 * start. */
void out_init(enum color_mode mode);
void out_set_color(enum color_mode mode);
enum color_mode out_color_mode(void); /* as it was set last */
bool out_stdin_is_terminal(void);
bool out_to_terminal(void); /* stdout is a terminal */
bool out_has_color(void);
bool out_has_shown(enum style style); /* something was written in STYLE, with colour */
unsigned out_width(void);             /* columns; 80 where stdout is no terminal or does not tell */
unsigned out_height(void);            /* lines; 24 likewise */

/*
 * Notes the modes of the terminal behind FD before another program gets it, and puts them back: it
 * may have switched off what is needed to type the next statement.
 */
void out_keep_modes(int fd);
void out_restore_modes(int fd);

/* The buffer that text for stdout is added to. Never flushed behind the caller's back. */
struct buf *out_text(void);
void out_style(enum style style); /* switches the style of what follows; nothing without colour */
void out_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
void out_styled(enum style style, const char *text); /* TEXT in STYLE, then plain again */

/*
 * Writes what collected. A closed pipe ends the program as SIGPIPE would; any other failure is said
 * once on stderr and makes out_failed() true.
 */
void out_flush(void);
/* Flushes when the buffer has grown large (called between the parts of a long output). */
void out_maybe_flush(void);
bool out_failed(void);
/* Nobody reads any more (a program that a command is piped into, or the pager, has ended): the rest
 * can be left out. */
bool out_stopped(void);

/* Flushes stdout, then writes one line to stderr. */
void out_error(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Text for people that may be taller than the screen: from out_page_begin() on it collects, and
 * out_page_end() sends it through $PAGER (default less -FRX) when stdin and stdout are terminals
 * and it does not fit.
 */
void out_page_begin(void);
void out_page_end(void);

/*
 * Sends what follows to the input of `sh -c PROGRAM` instead of stdout, until out_pipe_end(), which
 * waits and returns the program's wait status. False with errno set when it cannot be started. A
 * program that stops reading is no error.
 */
bool out_pipe_begin(const char *program);
int out_pipe_end(void);

/*
 * How far something long has come, in bytes: after a second a line at the terminal, on stderr,
 * rewritten a few times a second and wiped by out_progress_end() or by any other output; nothing
 * where stderr is no terminal. Call out_progress() as often as you like, and look at
 * remote_interrupted() there: the line promises that ^C stops it. WHAT is a word ("find"), which
 * must last until the end. TOTAL 0: not known.
 */
void out_progress_begin(const char *what);
void out_progress(uint64_t done, uint64_t total);
void out_progress_end(void);

/*
 * Adds the words of TEXT, from COLUMN of the line on, cut into lines that fit the screen and are
 * readable; those behind the first begin with INDENT blanks. Ends with a newline.
 */
void out_wrap(struct str text, unsigned column, unsigned indent);

/* Appends the start of S that fits WIDTH columns, its end replaced by … where it does not. S has no
 * control bytes. */
void out_cut(struct buf *b, struct str s, size_t width);
/* The same with the end of S kept and its start replaced. */
void out_cut_start(struct buf *b, struct str s, size_t width);
/* Columns that the last line of out_text() takes so far. */
unsigned out_column(void);
/* Appends S with everything that could move a cursor made visible: control bytes as \xNN, \n as \n;
 * valid UTF-8 stays. */
void out_escape(struct buf *b, struct str s);
/* The same, but newlines and tabs pass. */
void out_escape_lines(struct buf *b, struct str s);

#endif
