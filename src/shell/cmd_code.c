/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: running the target's own code, and its symbols. */
#include <stdio.h>

#include "arch/arch.h"
#include "shell/code.h"
#include "shell/lib_elf.h"
#include "shell/names.h"
#include "shell/out.h"
#include "shell/symbols.h"
#include "shell/tables.h"

/* Whether ADDR was written as a call of code or of a system call: gdb's `call puts("hi")`. */
static bool is_call_itself(const struct invocation *in)
{
	const struct node *first = in->node->n_args ? in->node->args[0] : NULL;
	const struct row *row;

	for (size_t i = 1; i < in->n; i++)
		if (in->args[i].type.base != T_NONE)
			return false;
	if (in->node->kind != N_COMMAND || !first || first->kind != N_CALL)
		return false;
	row = row_find(first->name, FORM_FUNCTION);
	return !row || !row->run;
}

static enum status run_call(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct callee callee = {.addr = value_bits(in->args[0])};
	struct buf name = BUF_INIT;
	struct symbol symbol;
	size_t n = in->n;
	if (is_call_itself(in)) {
		*out = (struct called){.value = in->args[0], .echoed = true};
		return ST_OK;
	}
	while (n > 1 && in->args[n - 1].type.base == T_NONE)
		n--;
	buf_printf(&name, "0x%llx", (unsigned long long)callee.addr);
	if (symbol_at(s, callee.addr, &symbol) && !symbol.offset) {
		buf_clear(&name);
		buf_puts(&name, symbol.name);
		callee.known = prototype_find(buf_slice(&name), &callee.prototype);
	}
	callee.name = arena_copy(&s->arena, buf_slice(&name)).p;
	buf_deinit(&name);
	struct type returns = in->node->kind == N_CALL ? in->node->type : (struct type){T_NONE, 0};
	return code_call(s, &callee, in->node, in->args + 1, n - 1, returns, out, err);
}

static enum status run_sym(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	struct symbol symbol;
	if (in->args[0].type.base != T_STRING || in->args[0].type.depth) {
		err_set(err, ERR_ARGS, in->node->span,
			"a symbol's name is a string, as in sym(\"malloc\")");
		return ST_ERROR;
	}
	if (!symbol_find(s, in->args[0].str, &symbol)) {
		const char *missing = lib_elf_missing();
		err_set(err, ERR_VALUE, in->node->span, "no mapped file has a symbol \"%.*s\"%s%s",
			(int)in->args[0].str.n, in->args[0].str.p, missing ? ": " : "",
			missing ? missing : "");
		return ST_ERROR;
	}
	out->value = value_ptr(symbol.addr);
	return ST_OK;
}

/* One register a line, as gdb's info registers: hex, decimal, and what it points at. */
static enum status run_regs(
	struct session *s, const struct invocation *in, struct called *out, struct err *err)
{
	(void)out;
	if (!s->have_registers) {
		err_set(err, ERR_VALUE, in->node->span,
			"there are no registers to show yet: no code was stopped by a signal");
		return ST_ERROR;
	}
	for (size_t i = 0; i < arch_n_regs; i++) {
		struct buf name = BUF_INIT;
		uint64_t value = s->registers.regs[i];
		if (value >= s->page && !symbol_name(s, &name, value))
			name_address(s, &name, value);
		out_printf("%-7s 0x%-18llx %lld%s%s%s\n", arch_regs[i], (unsigned long long)value,
			(long long)value, name.len ? " <" : "", buf_cstr(&name),
			name.len ? ">" : "");
		buf_deinit(&name);
	}
	if (s->registers.has_rights)
		out_printf("%-7s 0x%-18llx %lld\n", arch_rights_name,
			(unsigned long long)s->registers.rights, (long long)s->registers.rights);
	return ST_OK;
}

const struct row rows_code[] = {
	{
		.form = {.name = "call",
			.aliases = "",
			.flags = FORM_COMMAND | FORM_FUNCTION | FORM_SHELL,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "ARG",
					.kind = KIND_ANY,
					.flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL |
						 PARAM_REPEATS})},
		.group = "code",
		.summary = "run code in the target: call ADDR ARG…",
		.details = "Calls the code at ADDR as a C function, on a stack of its own. "
			   "Integers, pointers and strings go into "
			   "the integer registers, reals into the vector registers, what is left "
			   "over onto the stack. The result "
			   "is what the integer result register holds; a cast in front, as in "
			   "(double)call(p, 2.0), takes "
			   "the vector register instead. A real is passed as a double, and with "
			   "the cast (float) as a float. Mappings that changed are shown. When the "
			   "code raises a signal, that "
			   "is the outcome; ^C stops it. Afterwards the signal mask, the handlers "
			   "and stack that catch faults, the "
			   "flags, the floating-point modes and the segment bases are as they "
			   "were, and key 0 is allowed (pkey_set).\n\n"
			   "A function of the target or its libraries is called by its name: "
			   "malloc(1040), puts(\"hi\"), also with the word call before it, as "
			   "gdb has it.",
		.example = "p = mmap page\nwrite p hex\"48 8d 04 37 c3\"\nmprotect p page "
			   "rx\nexpect call(p, 40, 2) == 42",
		.see = "sym",
		.run = run_call,
	},
	{
		.form = {.name = "sym",
			.aliases = "",
			.flags = FORM_FUNCTION,
			PARAMS({.name = "NAME", .kind = KIND_SYMBOL})},
		.group = "code",
		.summary = "address of a symbol of the target or its libraries",
		.details = "NAME is a string. The program comes before its libraries, functions "
			   "before data; a file counts only "
			   "as long as the part that holds the symbol is mapped.",
		.example = "f = sym(\"puts\")\nexpect perms(f) == \"r-xp\"",
		.see = "call",
		.run = run_sym,
	},
	{
		.form = {.name = "regs", .aliases = "", .flags = FORM_COMMAND | FORM_SHELL},
		.group = "code",
		.summary = "show the registers as the last signal found them",
		.details = "Those of the instruction that raised it: in code that was called, or "
			   "the agent's own when an access "
			   "failed. Called code that was interrupted counts too. Each is a value "
			   "too: $rip, $rax.",
		.example = "p = mmap page\nwrite p hex\"b8 2a 00 00 00 0f 0b\"\nmprotect p page "
			   "rx\nexpect SIGILL call(p)\nregs\n"
			   "expect $rax == 42",
		.see = "why x call",
		.run = run_regs,
	},
	ROW_END,
};
