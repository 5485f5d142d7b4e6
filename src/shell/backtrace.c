/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Callers, by unwinding tables where the code has them, else by what lies on the stack. */
#include "shell/backtrace.h"

#include <fcntl.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/lib_elf.h"
#include "shell/procmap.h"
#include "shell/symbols.h"

/* One walk. */
struct walk {
	struct session *s;
	struct wire_fault at; /* registers, at the beginning of the tables' part */
	struct frame *out;
	size_t n, most;
	bool top; /* the next frame that the tables yield is the code itself, not a caller */
};

static bool load_word(struct session *s, uint64_t addr, uint64_t *value)
{
	struct wire_fault fault;
	return remote_load(s->remote, addr, sizeof(*value), value, &fault) == REMOTE_DONE;
}

static bool is_code(struct session *s, uint64_t addr)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	return procmap_query(s->remote, addr, &m, name) == PROCMAP_FOUND &&
	       mapping_covers(&m, addr) && (m.perms & PERM_X);
}

static bool add(struct walk *w, uint64_t pc, bool doubtful)
{
	if (w->n == w->most || remote_owns(w->s->remote, pc, 1))
		return false;
	w->out[w->n++] = (struct frame){pc, doubtful};
	return true;
}

/* ---- By tables ---- */

#if HAVE_LIBDW

static int no_debug_file(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
	const char *file, const char *link, GElf_Word crc, char **found)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc,
		(void)found;
	return -1; /* what is installed has to do: nothing is searched for or fetched */
}

static int no_file(
	Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, char **file, Elf **elf)
{
	(void)module, (void)data, (void)name, (void)base, (void)file, (void)elf;
	return -1; /* every file was given when the module was reported */
}

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread)
{
	const struct walk *w = arg;
	(void)dwfl;
	if (*thread)
		return 0;
	*thread = arg;
	return remote_pid(w->s->remote);
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *result, void *arg)
{
	const struct walk *w = arg;
	uint64_t value;
	(void)dwfl;
	if (!load_word(w->s, addr, &value))
		return false;
	*result = value;
	return true;
}

static bool give_registers(Dwfl_Thread *thread, void *arg)
{
	const struct walk *w = arg;
	uint64_t regs[WIRE_REGS];
	Dwarf_Word words[WIRE_REGS];
	unsigned n = arch_dwarf_regs(&w->at, regs);
	for (unsigned i = 0; i < n; i++)
		words[i] = regs[i];
	return lib_elf()->dwfl_thread_state_registers(thread, 0, n, words);
}

static int on_frame(Dwfl_Frame *frame, void *arg)
{
	struct walk *w = arg;
	Dwarf_Addr pc;
	bool activation;
	if (!lib_elf()->dwfl_frame_pc(frame, &pc, &activation))
		return DWARF_CB_ABORT;
	if (w->top) {
		w->top = false;
		return DWARF_CB_OK;
	}
	if (!add(w, pc, false))
		return DWARF_CB_ABORT;
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	bool known = procmap_query(w->s->remote, pc, &m, name) == PROCMAP_FOUND &&
		     mapping_covers(&m, pc) && m.inode;
	return known ? DWARF_CB_OK : DWARF_CB_ABORT; /* without tables it would only guess */
}

/* Names the file of which M is a part to libdw; its first mapping tells where it begins. */
static void report(const struct walk *w, Dwfl *dwfl, const struct mapping *m, uint64_t start)
{
	int fd = symbols_open_file(w->s, m);
	if (fd >= 0 && !lib_elf()->dwfl_report_elf(dwfl, m->name, m->name, fd, start, false))
		close(fd);
}

static void report_all(const struct walk *w, Dwfl *dwfl)
{
	struct buf text = BUF_INIT;
	struct maps maps = MAPS_INIT;
	struct err err;
	if (procmap_read(w->s->remote, &text) && maps_parse(&maps, buf_slice(&text), &err)) {
		uint64_t start = 0, inode = 0, reported = 0;
		for (size_t i = 0; i < maps.n; i++) {
			const struct mapping *m = &maps.v[i];
			if (!m->inode || remote_owns(w->s->remote, m->start, 1))
				continue;
			if (m->offset == 0 || m->inode != inode)
				start = m->offset == 0 ? m->start : 0;
			inode = m->inode;
			if (start && start != reported && (m->perms & PERM_X)) {
				report(w, dwfl, m, start);
				reported = start;
			}
		}
	}
	maps_deinit(&maps);
	buf_deinit(&text);
}

static void walk_tables(struct walk *w)
{
	static const Dwfl_Callbacks files = {.find_elf = no_file, .find_debuginfo = no_debug_file};
	static const Dwfl_Thread_Callbacks threads = {.next_thread = next_thread,
		.memory_read = read_memory,
		.set_initial_registers = give_registers};
	const struct lib_elf *lib = lib_elf();
	Dwfl *dwfl = lib ? lib->dwfl_begin(&files) : NULL;
	if (!dwfl)
		return;
	lib->dwfl_report_begin(dwfl);
	report_all(w, dwfl);
	lib->dwfl_report_end(dwfl, NULL, NULL);
	pid_t pid = remote_pid(w->s->remote);
	w->top = true;
	if (lib->dwfl_addrmodule(dwfl, w->at.ip) &&
		lib->dwfl_attach_state(dwfl, NULL, pid, &threads, w))
		lib->dwfl_getthread_frames(dwfl, pid, on_frame, w);
	lib->dwfl_end(dwfl);
}

#else

static void walk_tables(struct walk *w)
{
	(void)w;
}

#endif

/* ---- By what lies on the stack ---- */

static bool has_tables(struct session *s, uint64_t ip)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	return lib_elf_missing() == NULL &&
	       procmap_query(s->remote, ip, &m, name) == PROCMAP_FOUND && mapping_covers(&m, ip) &&
	       m.inode && (m.perms & PERM_X) && !remote_owns(s->remote, ip, 1);
}

/* Returns from code without tables. False if no caller can be found, or it is faultline. */
static bool step(struct walk *w, bool first)
{
	uint64_t pc, pointer = arch_frame_pointer(&w->at), caller;
	if (first && load_word(w->s, w->at.sp, &pc) && is_code(w->s, pc)) {
		arch_fault_return(&w->at, pc);
		return add(w, pc, true);
	}
	if (!pointer || !load_word(w->s, pointer, &caller) ||
		!load_word(w->s, pointer + sizeof(pc), &pc) || !is_code(w->s, pc))
		return false;
	arch_fault_leave(&w->at, caller, pc);
	return add(w, pc, true);
}

size_t backtrace_make(
	struct session *s, const struct wire_fault *fault, struct frame *out, size_t most)
{
	struct walk w = {.s = s, .at = *fault, .out = out, .most = most};
	bool first = true;
	while (!has_tables(s, w.at.ip)) {
		if (!step(&w, first))
			return w.n;
		first = false;
	}
	size_t known = w.n;
	walk_tables(&w);
	for (size_t i = known; i < w.n && known; i++)
		out[i].doubtful = true; /* it rests on a frame that is */
	return w.n;
}
