/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symbols of mapped files. */
#include "shell/symbols.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/names.h"
#include "shell/out.h"
#include "shell/proc.h"
#include "shell/procmap.h"

/* A file that was mapped when it was asked about. EMPTY: it has no symbols, or is not readable. */
struct known_file {
	uint64_t inode;
	uint32_t major, minor;
	bool empty;
	struct symbol_file file;
};

struct symbols {
	struct known_file *v;
	size_t n;
};

void symbols_destroy(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->n; i++)
		symbol_file_deinit(&symbols->v[i].file);
	free(symbols->v);
	free(symbols);
}

int symbols_open_file(const struct session *s, const struct mapping *m)
{
	enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };
	char link[64];
	struct stat st;
	snprintf(link, sizeof(link), "map_files/%" PRIx64 "-%" PRIx64, m->start, m->end);
	int fd = openat(remote_proc_fd(s->remote), link, FLAGS);
	if (fd < 0 && m->name[0] == '/')
		fd = stat(m->name, &st) == 0 && proc_is_file_of(m, &st) ? open(m->name, FLAGS) : -1;
	if (fd >= 0 && fstat(fd, &st) == 0 && proc_is_file_of(m, &st))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static struct known_file *add_file(struct session *s, const struct mapping *m)
{
	struct symbols *all = s->symbols;
	all->v = reallocarray(all->v, all->n + 1, sizeof(*all->v));
	if (!all->v)
		abort();
	struct known_file *known = &all->v[all->n++];
	*known = (struct known_file){
		.inode = m->inode, .major = m->major, .minor = m->minor, .empty = true};
	int fd = symbols_open_file(s, m);
	if (fd < 0)
		return known;
	known->empty = !symbol_file_read(&known->file, fd);
	close(fd);
	return known;
}

/* The symbols of the file behind M, read now or before; NULL where it has none. */
static const struct symbol_file *file_of(struct session *s, const struct mapping *m)
{
	if (!m->inode || remote_owns(s->remote, m->start, 1))
		return NULL;
	if (!s->symbols && !(s->symbols = calloc(1, sizeof(*s->symbols))))
		abort();
	struct known_file *known = NULL;
	for (size_t i = 0; i < s->symbols->n && !known; i++) {
		struct known_file *k = &s->symbols->v[i];
		if (k->inode == m->inode && k->major == m->major && k->minor == m->minor)
			known = k;
	}
	if (!known)
		known = add_file(s, m);
	return known->empty ? NULL : &known->file;
}

static void copy_escaped(char *to, size_t room, const char *from)
{
	struct buf b = BUF_INIT;
	out_escape(&b, (struct str){from, strnlen(from, room - 1)});
	snprintf(to, room, "%s", buf_cstr(&b));
	buf_deinit(&b);
}

static void fill(
	struct symbol *out, const struct elf_symbol *symbol, const struct mapping *m, uint64_t addr)
{
	const char *slash = strrchr(m->name, '/');
	*out = (struct symbol){.addr = addr, .size = symbol->size, .kind = symbol->kind};
	copy_escaped(out->name, sizeof(out->name), symbol->name);
	copy_escaped(out->module, sizeof(out->module), slash ? slash + 1 : m->name);
}

/* ---- By address ---- */

bool symbol_at(struct session *s, uint64_t addr, struct symbol *out)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	uint64_t start;
	if (procmap_query(s->remote, addr, &m, name) != PROCMAP_FOUND || !mapping_covers(&m, addr))
		return false;
	const struct symbol_file *file = file_of(s, &m);
	if (!file || !symbol_file_address(file, m.offset, &start))
		return false;
	const struct elf_symbol *symbol = symbol_file_at(file, start + (addr - m.start));
	if (!symbol)
		return false;
	uint64_t offset = start + (addr - m.start) - symbol->value;
	fill(out, symbol, &m, addr - offset);
	out->offset = offset;
	return true;
}

bool symbol_name(void *session, struct buf *b, uint64_t addr)
{
	struct symbol symbol;
	if (!symbol_at(session, addr, &symbol))
		return false;
	buf_puts(b, symbol.name);
	if (symbol.offset) {
		buf_puts(b, "+0x");
		buf_hex(b, symbol.offset, 1);
	}
	return true;
}

void symbol_describe(struct session *s, struct buf *b, uint64_t addr)
{
	struct symbol symbol;
	if (symbol_name(s, b, addr)) {
		symbol_at(s, addr, &symbol);
		buf_printf(b, " (%s)", symbol.module);
	} else if (!name_address(s, b, addr)) {
		buf_puts(b, "0x");
		buf_hex(b, addr, 1);
	}
}

/* ---- By name ---- */

/*
 * Where SYMBOL is in the target, its file being mapped at M; false where that part is not mapped.
 */
static bool place(const struct maps *maps, const struct mapping *m, const struct symbol_file *file,
	const struct elf_symbol *symbol, uint64_t *addr)
{
	uint64_t start;
	if (!symbol_file_address(file, m->offset, &start))
		return false;
	*addr = m->start + (symbol->value - start);
	const struct mapping *there = maps_find(maps, *addr);
	if (!there)
		return false;
	if (symbol->kind == SYMBOL_FUNCTION || symbol->kind == SYMBOL_IFUNC) {
		uint64_t there_start;
		return there->inode == m->inode && there->minor == m->minor &&
		       there->major == m->major &&
		       symbol_file_address(file, there->offset, &there_start) &&
		       there_start + (*addr - there->start) == symbol->value;
	}
	return true;
}

enum { RANK_BEST = 7 };

static int rank(const struct elf_symbol *symbol)
{
	bool callable = symbol->kind == SYMBOL_FUNCTION || symbol->kind == SYMBOL_IFUNC;
	return callable * 4 + !symbol->local * 2 + !symbol->old;
}

static bool read_maps(struct session *s, struct maps *maps)
{
	struct buf text = BUF_INIT;
	struct err err;
	bool read = procmap_read(s->remote, &text) && maps_parse(maps, buf_slice(&text), &err);
	buf_deinit(&text);
	return read;
}

bool symbol_find(struct session *s, struct str name, struct symbol *out)
{
	struct maps maps = MAPS_INIT;
	int best = -1;
	const struct symbol_file *last = NULL;
	const struct elf_symbol *symbol = NULL;
	read_maps(s, &maps);
	for (size_t i = 0; i < maps.n; i++) {
		const struct symbol_file *file = file_of(s, &maps.v[i]);
		uint64_t addr;
		if (file && file != last)
			symbol = symbol_file_find(file, name);
		last = file ? file : last;
		if (!file || !symbol || rank(symbol) <= best ||
			!place(&maps, &maps.v[i], file, symbol, &addr))
			continue;
		best = rank(symbol);
		fill(out, symbol, &maps.v[i], addr);
	}
	maps_deinit(&maps);
	return best >= 0;
}

/* Whether a name could be typed. */
static bool is_plain(const char *name)
{
	return name[0] &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
		       strlen(name);
}

void symbol_iterate(struct session *s, bool (*each)(void *arg, const char *name), void *arg)
{
	struct maps maps = MAPS_INIT;
	bool more = read_maps(s, &maps);
	for (size_t i = 0; i < maps.n && more; i++) {
		bool code = maps.v[i].perms & PERM_X;
		const struct symbol_file *file = code ? file_of(s, &maps.v[i]) : NULL;
		for (size_t j = 0; file && j < file->n && more; j++) {
			if (rank(&file->v[j]) == RANK_BEST && is_plain(file->v[j].name))
				more = each(arg, file->v[j].name);
		}
	}
	maps_deinit(&maps);
}
