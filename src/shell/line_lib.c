/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading readline. */
#define LINE_LIB_OWN_NAMES
#include "shell/line_lib.h"

#include <dlfcn.h>

#define TEXT_OF(x) #x
#define LIBRARY_OF(major) "libreadline.so." TEXT_OF(major)
#define LIBRARY LIBRARY_OF(RL_VERSION_MAJOR)

struct line_lib line_lib;

bool line_lib_load(void)
{
	void *file = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!file)
		return false;
	bool all = true;
#define FIND(name) all = (line_lib.name = (__typeof__(line_lib.name))dlsym(file, #name)) && all;
	LINE_LIB_NAMES(FIND)
#undef FIND
	return all;
}
