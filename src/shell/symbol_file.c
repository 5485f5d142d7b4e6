/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading an ELF file's symbols. */
#include "shell/symbol_file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/lib_elf.h"

void symbol_file_deinit(struct symbol_file *file)
{
	free(file->v);
	free(file->segments);
	buf_deinit(&file->names);
	*file = (struct symbol_file){0};
}

#if HAVE_LIBDW

enum {
	MOST_SYMBOLS = 1 << 20,
	MOST_SEGMENTS = 64,
	LARGEST_SECTION = 64 << 20, /* bytes */
	OLD_VERSION = 0x8000,       /* in a versym: hidden, as binutils calls it */
};

/* What the reading of one file needs at hand. */
struct reading {
	const struct lib_elf *lib;
	Elf *elf;
	uint64_t file_size;
	struct symbol_file *file;
	size_t cap; /* of file->v */
};

/* A section's bytes, NULL where it has none or its header is wrong. */
static Elf_Data *section_data(const struct reading *r, Elf_Scn *section, GElf_Shdr *header)
{
	if (!section || !r->lib->gelf_getshdr(section, header) || header->sh_type == SHT_NOBITS)
		return NULL;
	if (header->sh_size > LARGEST_SECTION || header->sh_offset > r->file_size ||
		header->sh_size > r->file_size - header->sh_offset)
		return NULL;
	Elf_Data *data = r->lib->elf_getdata(section, NULL);
	return data && data->d_buf ? data : NULL;
}

static Elf_Scn *section_number(const struct reading *r, size_t wanted)
{
	Elf_Scn *section = NULL;
	for (size_t i = 1; i <= wanted && (section = r->lib->elf_nextscn(r->elf, section)); i++)
		if (i == wanted)
			return section;
	return NULL;
}

static enum symbol_kind kind_of(unsigned type)
{
	switch (type) {
	case STT_FUNC:
		return SYMBOL_FUNCTION;
	case STT_GNU_IFUNC:
		return SYMBOL_IFUNC;
	case STT_OBJECT:
		return SYMBOL_DATA;
	default:
		return SYMBOL_OTHER;
	}
}

static bool is_wanted(const GElf_Sym *symbol)
{
	unsigned type = GELF_ST_TYPE(symbol->st_info);
	return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE &&
	       type != STT_SECTION && type != STT_FILE && type != STT_TLS;
}

/* NAME is, until all are read, an offset in the names. */
static void add_symbol(struct reading *r, const GElf_Sym *symbol, size_t name, bool old)
{
	struct symbol_file *file = r->file;
	if (file->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 1024;
		file->v = reallocarray(file->v, r->cap, sizeof(*file->v));
		if (!file->v)
			abort();
	}
	file->v[file->n++] = (struct elf_symbol){
		.value = symbol->st_value,
		.size = symbol->st_size,
		.name = (const char *)name,
		.kind = (uint8_t)kind_of(GELF_ST_TYPE(symbol->st_info)),
		.local = GELF_ST_BIND(symbol->st_info) == STB_LOCAL,
		.old = old,
	};
}

/* The versions that belong to the dynamic symbols; NULL without. */
static Elf_Data *version_data(const struct reading *r)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	while ((section = r->lib->elf_nextscn(r->elf, section)))
		if (r->lib->gelf_getshdr(section, &header) && header.sh_type == SHT_GNU_versym)
			return section_data(r, section, &header);
	return NULL;
}

static void read_table(struct reading *r, Elf_Scn *section, uint32_t type)
{
	GElf_Shdr header, strings_header;
	Elf_Data *table = section_data(r, section, &header);
	Elf_Data *strings =
		table ? section_data(r, section_number(r, header.sh_link), &strings_header) : NULL;
	Elf_Data *versions = type == SHT_DYNSYM ? version_data(r) : NULL;
	if (!strings || !header.sh_entsize)
		return;
	size_t base = r->file->names.len,
	       n = MIN(table->d_size / sizeof(Elf64_Sym), (size_t)MOST_SYMBOLS);
	buf_add(&r->file->names, strings->d_buf, strings->d_size);
	buf_putc(&r->file->names, '\0');
	for (size_t i = 1; i < n && r->file->n < MOST_SYMBOLS; i++) {
		GElf_Sym symbol;
		GElf_Versym version = 0;
		if (!r->lib->gelf_getsym(table, (int)i, &symbol) || !is_wanted(&symbol) ||
			symbol.st_name == 0 || symbol.st_name >= strings->d_size)
			continue;
		bool versioned = versions && r->lib->gelf_getversym(versions, (int)i, &version);
		add_symbol(r, &symbol, base + symbol.st_name, versioned && (version & OLD_VERSION));
	}
}

static void read_tables(struct reading *r)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	while ((section = r->lib->elf_nextscn(r->elf, section))) {
		if (r->lib->gelf_getshdr(section, &header) &&
			(header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB))
			read_table(r, section, header.sh_type);
	}
	for (size_t i = 0; i < r->file->n; i++)
		r->file->v[i].name = buf_cstr(&r->file->names) + (size_t)r->file->v[i].name;
}

static void read_segments(struct reading *r)
{
	size_t n = 0;
	GElf_Phdr header;
	if (r->lib->elf_getphdrnum(r->elf, &n) != 0)
		return;
	r->file->segments = calloc(MOST_SEGMENTS, sizeof(*r->file->segments));
	if (!r->file->segments)
		abort();
	for (size_t i = 0; i < n && r->file->n_segments < MOST_SEGMENTS; i++) {
		if (!r->lib->gelf_getphdr(r->elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		r->file->segments[r->file->n_segments++] = (struct elf_segment){
			header.p_offset, header.p_vaddr, header.p_filesz, header.p_memsz};
	}
}

/* How little a name says to a reader: of two for one place the one with less is shown. */
static unsigned badness(const struct elf_symbol *symbol)
{
	unsigned underscores = (unsigned)strspn(symbol->name, "_");
	return symbol->old * 1000u + symbol->local * 500u + (symbol->kind == SYMBOL_OTHER) * 200u +
	       underscores * 20u + MIN((unsigned)strlen(symbol->name), 19u);
}

static int by_value(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (int)badness(y) - (int)badness(x);
}

bool symbol_file_read(struct symbol_file *file, int fd)
{
	const struct lib_elf *lib = lib_elf();
	struct stat st;
	*file = (struct symbol_file){0};
	if (!lib || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	struct reading r = {.lib = lib, .file = file, .file_size = (uint64_t)st.st_size};
	/* Not by mapping it: the file could be cut short meanwhile. */
	r.elf = lib->elf_begin(fd, ELF_C_READ, NULL);
	if (r.elf && lib->elf_kind(r.elf) == ELF_K_ELF && lib->gelf_getclass(r.elf) == ELFCLASS64) {
		read_segments(&r);
		read_tables(&r);
	}
	lib->elf_end(r.elf);
	if (!file->n || !file->n_segments) {
		symbol_file_deinit(file);
		return false;
	}
	qsort(file->v, file->n, sizeof(*file->v), by_value);
	return true;
}

#else

bool symbol_file_read(struct symbol_file *file, int fd)
{
	(void)fd;
	*file = (struct symbol_file){0};
	return false;
}

#endif

/* Index behind the last symbol at or below VALUE. */
static size_t upper_bound(const struct symbol_file *file, uint64_t value)
{
	size_t low = 0, high = file->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->v[middle].value <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct elf_symbol *symbol_file_at(const struct symbol_file *file, uint64_t value)
{
	enum { TRIES = 16 }; /* symbols may lie inside others */
	size_t i = upper_bound(file, value);
	for (unsigned tries = 0; i-- > 0 && tries < TRIES; tries++) {
		const struct elf_symbol *symbol = &file->v[i];
		if (value - symbol->value < symbol->size || value == symbol->value)
			return symbol;
	}
	return NULL;
}

const struct elf_symbol *symbol_file_find(const struct symbol_file *file, struct str name)
{
	const struct elf_symbol *best = NULL;
	for (size_t i = 0; i < file->n; i++) {
		const struct elf_symbol *symbol = &file->v[i];
		if (strncmp(symbol->name, name.p, name.n) != 0 || symbol->name[name.n])
			continue;
		if (!best || best->old > symbol->old ||
			(best->old == symbol->old && best->local > symbol->local))
			best = symbol;
	}
	return best;
}

bool symbol_file_address(const struct symbol_file *file, uint64_t offset, uint64_t *vaddr)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	bool found = false;
	for (size_t i = 0; i < file->n_segments; i++) {
		const struct elf_segment *segment = &file->segments[i];
		uint64_t start = align_down(segment->offset, page), slack = segment->offset - start;
		if (offset < start || offset - start >= align_up(segment->file_size + slack, page))
			continue;
		*vaddr = segment->vaddr - slack + (offset - start);
		found = true;
	}
	return found;
}
