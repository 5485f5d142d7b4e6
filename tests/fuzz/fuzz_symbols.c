/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzing the reader of symbols: whatever the file, it is refused or becomes a table that keeps
 * what it promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "shell/symbol_file.h"

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "fuzz_symbols: %s\n", what);
		abort();
	}
}

static void check_symbol(const struct symbol_file *file, size_t i)
{
	const struct elf_symbol *symbol = &file->v[i];
	const char *names = buf_cstr(&file->names);
	must(!i || file->v[i - 1].value <= symbol->value, "symbols out of order");
	must(symbol->name >= names && symbol->name < names + file->names.len,
		"a name from elsewhere");
	must(symbol_file_find(file, str_from(symbol->name)) != NULL,
		"a symbol is not found by its name");
	const struct elf_symbol *at = symbol_file_at(file, symbol->value);
	must(at && symbol->value >= at->value, "a symbol is not found by its value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MOST_CHECKED = 64 };
	struct symbol_file file;
	uint64_t vaddr;
	int fd = memfd_create("symbols", MFD_CLOEXEC);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no file to be read");
	if (symbol_file_read(&file, fd)) {
		for (size_t i = 0; i < MIN(file.n, (size_t)MOST_CHECKED); i++)
			check_symbol(&file, i);
		for (size_t i = 0; i < file.n_segments; i++)
			symbol_file_address(&file, file.segments[i].offset, &vaddr);
	}
	symbol_file_deinit(&file);
	close(fd);
	return 0;
}

/*
 * The leak checker mistakes the thread-local storage of a library that was loaded late, here
 * libelf's error number, and falls over it.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "intercept_tls_get_addr=0";
}

const struct str fuzz_pieces[] = {
	STR("\x7f"
	    "ELF\2\1\1"),
	STR("\xff\xff\xff\xff\xff\xff\xff\xff"),
	STR("\0\0\0\0\0\0\0\x80"),
	STR("\x02\0\0\0"),       /* SHT_SYMTAB */
	STR("\x0b\0\0\0"),       /* SHT_DYNSYM */
	STR("\xff\xff\xff\x6f"), /* SHT_GNU_versym */
	{NULL, 0},
};
