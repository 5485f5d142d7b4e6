/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elfutils' libdw and libelf, loaded at the first question: linking them would cost start-up time.
 */
#ifndef SHELL_LIB_ELF_H
#define SHELL_LIB_ELF_H

#include "config.h"

#if HAVE_LIBDW

#include <elfutils/libdwfl.h>
#include <gelf.h>

#define LIB_ELF_FUNCTIONS(X)                                                                       \
	X(elf_version)                                                                             \
	X(elf_begin)                                                                               \
	X(elf_end)                                                                                 \
	X(elf_kind)                                                                                \
	X(elf_nextscn)                                                                             \
	X(elf_getdata)                                                                             \
	X(elf_getphdrnum) X(elf_getshdrnum) X(gelf_getclass) X(gelf_getphdr) X(gelf_getshdr) X(    \
		gelf_getsym) X(gelf_getversym) X(dwfl_begin) X(dwfl_end) X(dwfl_report_begin)      \
		X(dwfl_report_end) X(dwfl_report_elf) X(dwfl_addrmodule) X(dwfl_attach_state)      \
			X(dwfl_getthread_frames) X(dwfl_frame_pc) X(dwfl_thread_state_registers)   \
				X(dwfl_thread_state_register_pc) X(dwfl_standard_find_debuginfo)

/* Each function by its own name: elf->elf_begin(…). */
struct lib_elf {
#define MEMBER(function) __typeof__(function) *function;
	LIB_ELF_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* NULL where the library cannot be loaded. */
const struct lib_elf *lib_elf(void);

#endif

/* Why there are no symbols, a sentence to be continued after a colon; NULL if there are. */
const char *lib_elf_missing(void);

#endif
