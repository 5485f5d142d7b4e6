/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The symbols of one ELF file, as a table of this program's own.
 *
 * The file may hold anything: whatever is inconsistent in it is left out.
 */
#ifndef SHELL_SYMBOL_FILE_H
#define SHELL_SYMBOL_FILE_H

#include "base/buf.h"

enum symbol_kind {
	SYMBOL_OTHER, /* a label of which nothing is said */
	SYMBOL_DATA,
	SYMBOL_FUNCTION,
	SYMBOL_IFUNC, /* a function that returns the address of the function meant */
};

struct elf_symbol {
	uint64_t value;   /* in the file's own addresses */
	uint64_t size;    /* bytes; 0 unknown */
	const char *name; /* in the file's string table: may hold any character but NUL */
	uint8_t kind;     /* enum symbol_kind */
	bool local;       /* seen in its own file only */
	bool old;         /* a version kept for programs linked long ago */
};

/* A part of the file that is meant to be mapped: the program header's fields. */
struct elf_segment {
	uint64_t offset, vaddr, file_size, mem_size; /* bytes */
};

struct symbol_file {
	struct elf_symbol *v; /* sorted by value; of equal ones the best name last */
	size_t n;
	struct elf_segment *segments;
	size_t n_segments;
	struct buf names; /* what the symbols' names point into */
};

/* Reads the file behind FD. False, with FILE empty, where it is no ELF file or has no symbols. */
bool symbol_file_read(struct symbol_file *file, int fd);
void symbol_file_deinit(struct symbol_file *file);

/* The symbol that covers VALUE, NULL where none does. */
const struct elf_symbol *symbol_file_at(const struct symbol_file *file, uint64_t value);
/* By exact name; the version that a program linked today would get. NULL where there is none. */
const struct elf_symbol *symbol_file_find(const struct symbol_file *file, struct str name);

/*
 * The file's own address of the byte at OFFSET, with which a mapping begins; false where no segment
 * holds it. In a page that belongs to two segments the second is taken: the first would have begun
 * earlier.
 */
bool symbol_file_address(const struct symbol_file *file, uint64_t offset, uint64_t *vaddr);

#endif
