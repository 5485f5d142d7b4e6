/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading libdw, which brings libelf along. */
#include "shell/lib_elf.h"

#include <stdbool.h>
#include <stddef.h>

#if HAVE_LIBDW

#include <dlfcn.h>

static bool load(struct lib_elf *lib)
{
	void *handle = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return false;
	bool all = true;
#define FIND(function)                                                                             \
	all = (lib->function = (__typeof__(lib->function))dlsym(handle, #function)) && all;
	LIB_ELF_FUNCTIONS(FIND)
#undef FIND
	return all && lib->elf_version(EV_CURRENT) != EV_NONE;
}

const struct lib_elf *lib_elf(void)
{
	static struct lib_elf lib;
	static bool tried, found;
	if (!tried)
		found = load(&lib);
	tried = true;
	return found ? &lib : NULL;
}

const char *lib_elf_missing(void)
{
	return lib_elf()
		       ? NULL
		       : "libdw.so.1, which reads symbols, was not found (Debian's package libdw1)";
}

#else

const char *lib_elf_missing(void)
{
	return "this faultline was built without libdw, which reads symbols";
}

#endif
