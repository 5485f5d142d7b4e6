/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instructions as text. */
#include "shell/disasm.h"

#include <stdio.h>

#include "config.h"

#if HAVE_CAPSTONE

#include <capstone/capstone.h>
#include <dlfcn.h>

#define FUNCTIONS(X) X(cs_open) X(cs_option) X(cs_disasm) X(cs_free)

static struct capstone {
#define MEMBER(function) __typeof__(function) *function;
	FUNCTIONS(MEMBER)
#undef MEMBER
	csh handle;
} lib;

#define TEXT_OF(x) #x
#define LIBRARY_OF(major) "libcapstone.so." TEXT_OF(major)
#define LIBRARY LIBRARY_OF(CS_API_MAJOR)

static bool load(void)
{
	void *file = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!file)
		return false;
	bool all = true;
#define FIND(function)                                                                             \
	all = (lib.function = (__typeof__(lib.function))dlsym(file, #function)) && all;
	FUNCTIONS(FIND)
#undef FIND
	if (!all ||
		lib.cs_open((cs_arch)arch_cs_arch, (cs_mode)arch_cs_mode, &lib.handle) != CS_ERR_OK)
		return false;
	return lib.cs_option(lib.handle, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK;
}

static bool loaded(void)
{
	static bool tried, found;
	if (!tried)
		found = load();
	tried = true;
	return found;
}

const char *disasm_missing(void)
{
	return loaded() ? NULL
			: LIBRARY
		       ", which disassembles, was not found (Debian's package libcapstone4)";
}

static void put_text(struct insn *out, const cs_insn *insn)
{
	snprintf(out->text, sizeof(out->text), "%s%s%s", insn->mnemonic, insn->op_str[0] ? " " : "",
		insn->op_str);
}

bool disasm(const unsigned char *bytes, size_t n, uint64_t addr, bool intel,
	const struct wire_fault *registers, struct insn *out)
{
	cs_insn *insn;
	if (!loaded())
		return false;
	lib.cs_option(lib.handle, CS_OPT_SYNTAX,
		CS_OPT_SYNTAX_INTEL); /* the details are those of this syntax only */
	size_t count = lib.cs_disasm(lib.handle, bytes, n, addr, 1, &insn);
	if (!count)
		return false;
	*out = (struct insn){.size = insn->size};
	put_text(out, insn);
	out->refers = arch_insn_refers(insn, &out->reference);
	out->privileged = arch_insn_privileged(insn);
	out->alignment = arch_insn_alignment(insn);
	if (registers)
		out->n_operands = arch_operands(insn, registers, out->operands);
	lib.cs_free(insn, count);
	if (intel)
		return true;
	lib.cs_option(lib.handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
	count = lib.cs_disasm(lib.handle, bytes, n, addr, 1, &insn);
	if (count) {
		put_text(out, insn);
		lib.cs_free(insn, count);
	}
	return true;
}

#else

const char *disasm_missing(void)
{
	return "this faultline was built without capstone, which disassembles";
}

bool disasm(const unsigned char *bytes, size_t n, uint64_t addr, bool intel,
	const struct wire_fault *registers, struct insn *out)
{
	(void)bytes, (void)n, (void)addr, (void)intel, (void)registers, (void)out;
	return false;
}

#endif
