/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Symbols of the files that are mapped in the target, by name and by address.
 *
 * The tables are those of the files, read once; where they are mapped is asked anew each time, so
 * that an answer is true at that moment. Names come from files that may hold anything: they are
 * escaped here.
 */
#ifndef SHELL_SYMBOLS_H
#define SHELL_SYMBOLS_H

#include "shell/session.h"
#include "shell/symbol_file.h"

struct symbols; /* the files read so far; owned by the session, which frees them with
		   symbols_destroy() */

void symbols_destroy(struct symbols *symbols);

struct symbol {
	uint64_t addr;   /* in the target */
	uint64_t size;   /* bytes; 0 unknown */
	uint64_t offset; /* of the address that was asked for in the symbol; 0 when asked by name */
	enum symbol_kind kind;
	char name[256];   /* escaped, cut */
	char module[128]; /* the file's name without its folders, escaped, cut */
};

/*
 * The symbol of this name. Functions come before data, the program before its libraries; a file
 * counts only where the part that holds the symbol is still mapped. False where there is none.
 */
bool symbol_find(struct session *s, struct str name, struct symbol *out);
/* The symbol that covers ADDR; false where there is none. */
bool symbol_at(struct session *s, uint64_t addr, struct symbol *out);

/*
 * An address_namer (mem/explain.h) with the session as its context: "malloc+0x1b", "puts". Only
 * from symbols; adds nothing and returns false where no symbol covers ADDR.
 */
bool symbol_name(void *session, struct buf *b, uint64_t addr);
/* The same with where it comes from, "malloc+0x1b (libc.so.6)", or else by mapping: "[heap]+0x40",
 * or hex. */
void symbol_describe(struct session *s, struct buf *b, uint64_t addr);

/*
 * For completion: the names of functions in mapped files that a program could call, as far as they
 * can be typed, unsorted, each once for every mapping of code. Calls EACH until it returns false.
 */
void symbol_iterate(struct session *s, bool (*each)(void *arg, const char *name), void *arg);

/* An open descriptor of the file behind M, or -1: opened by the kernel's own link or by its name,
 * and compared. */
int symbols_open_file(const struct session *s, const struct mapping *m);

#endif
