/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the machine's decoder says of traps, error codes, addresses and page tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>

#include "arch/arch.h"
#include "arch/x86_64/regs.h"

static struct wire_fault page_fault(uint64_t addr, uint64_t code)
{
	return (struct wire_fault){
		.signo = SIGSEGV,
		.code = SEGV_MAPERR,
		.trap = 14,
		.trap_code = code,
		.trap_addr = addr,
	};
}

/* The bits of an error code as "PROT- WRITE+ …": clear and set; * marks the kernel's own word. */
static void assert_bits(struct wire_fault fault, const char *want)
{
	struct arch_code_bit bits[ARCH_CODE_BITS];
	char got[200] = "";
	size_t n = arch_trap_code_bits(&fault, bits);

	for (size_t i = 0; i < n; i++) {
		assert_non_null(bits[i].meaning);
		assert_int_equal(bits[i].set, (fault.trap_code & bits[i].mask) != 0);
		strcat(got, i ? " " : "");
		strcat(got, bits[i].name);
		strcat(got, bits[i].set ? "+" : "-");
		strcat(got, bits[i].by_kernel ? "*" : "");
	}
	assert_string_equal(got, want);
}

static void error_codes_are_told_bit_by_bit(void **state)
{
	(void)state;
	assert_bits(page_fault(0x1000, 4), "PROT- WRITE- USER+");
	assert_bits(page_fault(0x1000, 7), "PROT+ WRITE+ USER+");
	assert_bits(page_fault(0x1000, 0x15), "PROT+ WRITE- USER+ INSTR+");
	assert_bits(page_fault(0x1000, 0x806f), "PROT+ WRITE+ USER+ RSVD+ PK+ SHSTK+ SGX+");
	assert_bits(page_fault(0xffffffff81000000, 5), "PROT+* WRITE- USER+");
	assert_bits((struct wire_fault){.signo = SIGSEGV, .trap = 13, .trap_code = 7}, "");
}

static void accesses_are_told_by_the_code(void **state)
{
	(void)state;
	struct wire_fault read = page_fault(0x1000, 4), write = page_fault(0x1000, 6);
	struct wire_fault execute = page_fault(0x1000, 0x14), kernel = page_fault(1ULL << 63, 5);
	struct wire_fault present = page_fault(0x1000, 7), other = {.signo = SIGSEGV, .trap = 13};

	assert_int_equal(arch_access_of_code(&read), ARCH_ACCESS_READ);
	assert_int_equal(arch_access_of_code(&write), ARCH_ACCESS_WRITE);
	assert_int_equal(arch_access_of_code(&execute), ARCH_ACCESS_EXECUTE);
	assert_int_equal(arch_access_of_code(&other), ARCH_ACCESS_UNKNOWN);
	assert_false(arch_entry_present(&read));
	assert_true(arch_entry_present(&present));
	assert_false(arch_entry_present(&kernel));
	assert_true(arch_addr_valid(&read));
	assert_false(arch_addr_valid(&other));
}

static void traps_have_names(void **state)
{
	(void)state;
	struct wire_fault filtered = {.signo = SIGSYS, .trap = 14};

	assert_string_equal(arch_trap_name(14)->mnemonic, "#PF");
	assert_string_equal(arch_trap_name(14)->name, "page fault");
	assert_string_equal(arch_trap_name(13)->mnemonic, "#GP");
	assert_string_equal(arch_trap_name(6)->mnemonic, "#UD");
	assert_string_equal(arch_trap_name(0)->mnemonic, "#DE");
	assert_null(arch_trap_name(9));
	assert_null(arch_trap_name(1000));
	assert_null(arch_trap_name(UINT64_MAX));
	assert_false(arch_trap_valid(&filtered));
	assert_false(arch_is_page_fault(&filtered));
}

static void addresses_have_limits(void **state)
{
	(void)state;
	assert_true(arch_addr_canonical(0, 4));
	assert_true(arch_addr_canonical(0x00007fffffffffff, 4));
	assert_false(arch_addr_canonical(0x0000800000000000, 4));
	assert_true(arch_addr_canonical(0xffff800000000000, 4));
	assert_false(arch_addr_canonical(0xffff7fffffffffff, 4));
	assert_true(arch_addr_canonical(0x0000800000000000, 5));
	assert_false(arch_addr_canonical(0x0100000000000000, 5));
	assert_int_equal(arch_user_limit(4), 0x00007ffffffff000);
	assert_int_equal(arch_user_limit(5), 0x00fffffffffff000);
}

static void an_address_is_cut_into_indices(void **state)
{
	(void)state;
	static const char *const four[] = {"pgd", "pud", "pmd", "pte"};
	static const char *const five[] = {"pgd", "p4d", "pud", "pmd", "pte"};
	uint64_t addr = 1ULL << 48 | 2ULL << 39 | 3ULL << 30 | 4ULL << 21 | 5ULL << 12 | 0x678;

	for (unsigned depth = 0; depth < 5; depth++) {
		const struct arch_level *level = arch_level(5, depth);
		assert_string_equal(level->name, five[depth]);
		assert_int_equal(arch_level_index(level, addr), depth + 1);
	}
	for (unsigned depth = 0; depth < 4; depth++) {
		const struct arch_level *level = arch_level(4, depth);
		assert_string_equal(level->name, four[depth]);
		assert_int_equal(arch_level_index(level, addr), depth + 2);
	}
}

static void levels_come_from_the_flags(void **state)
{
	(void)state;
	assert_int_equal(arch_pt_levels(STR("flags\t\t: fpu la57 umip\n")), 5);
	assert_int_equal(arch_pt_levels(STR("flags\t\t: fpu la57")), 5);
	assert_int_equal(arch_pt_levels(STR("flags\t\t: fpu la57x umip\n")), 4);
	assert_int_equal(arch_pt_levels(STR("flags\t\t: fpu umip\n")), 4);
	assert_int_equal(arch_pt_levels((struct str){NULL, 0}), 4);
}

/* What the CPU says of itself agrees with what the kernel read from it. */
static void the_cpu_tells_what_the_kernel_tells(void **state)
{
	static char text[16384];
	struct arch_cpu cpu;
	struct arch_feature features[ARCH_FEATURES];
	char wanted[64];
	FILE *f = fopen("/proc/cpuinfo", "re");

	(void)state;
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	arch_cpu_describe(&cpu);
	assert_int_equal(cpu.ring, 3);
	assert_non_null(strstr(text, cpu.vendor));
	assert_non_null(strstr(text, cpu.model));
	snprintf(wanted, sizeof(wanted), "%u bits physical, %u bits virtual", cpu.physical_bits,
		cpu.virtual_bits);
	assert_non_null(strstr(text, wanted));
	size_t n = arch_cpu_features(features);
	char *flags = strstr(text, "\nflags");
	assert_non_null(flags);
	flags[1 + strcspn(flags + 1, "\n")] = ' ';
	for (size_t i = 0; i < n; i++) {
		snprintf(wanted, sizeof(wanted), " %s ", features[i].flag);
		if (strstr(flags, wanted))
			assert_true(features[i].present);
	}
}

static void tlbs_have_entries(void **state)
{
	struct arch_tlb v[ARCH_TLBS];
	size_t n = arch_cpu_tlbs(v);

	(void)state;
	assert_true(n <= ARCH_TLBS);
	for (size_t i = 0; i < n; i++) {
		assert_true(v[i].entries > 0 && v[i].level > 0);
		assert_true(v[i].page_size >= 4096 && !(v[i].page_size & (v[i].page_size - 1)));
	}
}

/* The code at a fault: the two bytes below, a bar, the bytes at the instruction pointer. */
static struct arch_code code_of(const char *text)
{
	struct arch_code code = {0};
	bool behind = false;
	for (const char *p = text; *p; p += strcspn(p, " "), p += *p == ' ') {
		if (*p == '|') {
			behind = true;
			continue;
		}
		uint8_t byte = (uint8_t)strtoul(p, NULL, 16);
		if (!behind && strchr(text, '|'))
			code.before[code.n_before++] = byte;
		else
			code.bytes[code.n++] = byte;
	}
	if (code.n_before == 1)
		code.before[1] = code.before[0];
	return code;
}

static void instructions_say_why(void **state)
{
	(void)state;
	enum { AC = 1 << 18 };
	static const struct {
		int signo, code;
		uint64_t trap;
		const char *bytes, *name, *why; /* NULL: not known */
		uint64_t rcx, flags;
	} cases[] = {
		{SIGSEGV, SI_KERNEL, 13, "f4", "hlt", "only the kernel"},
		{SIGSEGV, SI_KERNEL, 13, "0f 01 d0", "xgetbv", "does not exist"},
		{SIGSEGV, SI_KERNEL, 13, "0f 01 d1", "xsetbv", "only the kernel"},
		{SIGSEGV, SI_KERNEL, 13, "0f 01 10", "lgdt", "only the kernel"},
		{SIGSEGV, SI_KERNEL, 13, "0f 01 d8", NULL, NULL},
		{SIGSEGV, SI_KERNEL, 13, "66 41 0f 6f 00", "movdqa", "multiple of 16"},
		{SIGSEGV, SI_KERNEL, 13, "0f 6f 00", NULL, NULL},
		{SIGSEGV, SI_KERNEL, 13, "f3 48 0f ae d0", "wrfsbase", "no address"},
		{SIGSEGV, SI_KERNEL, 13, "0f ae 14 24", "ldmxcsr", "MXCSR"},
		{SIGSEGV, SI_KERNEL, 13, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66", NULL,
			"15 bytes at most"},
		{SIGSEGV, SI_KERNEL, 13, "66 66", NULL, NULL},
		{SIGSEGV, SI_KERNEL, 13, "c3", "ret", "returns to"},
		{SIGSEGV, SI_KERNEL, 13, "ff d0", "call", "goes to is not"},
		{SIGSEGV, SI_KERNEL, 13, "ff 18", "call far", "selector"},
		{SIGSEGV, SI_KERNEL, 13, "48 8b 00", NULL, NULL},
		{SIGSEGV, SI_KERNEL, 4, "cd 04 | c3", "int 4", "overflow"},
		{SIGILL, ILL_ILLOPN, 6, "0f 0b", "ud2", "never mean"},
		{SIGILL, ILL_ILLOPN, 6, "f0 01 c8", NULL, "prefix lock"},
		{SIGILL, ILL_ILLOPN, 6, "0f 01 c8", "monitor", "only the kernel"},
		{SIGILL, ILL_ILLOPN, 6, "62 c3", NULL, "vector instruction"},
		{SIGILL, ILL_ILLOPN, 6, "0f 0a", NULL, "no such instruction"},
		{SIGTRAP, SI_KERNEL, 3, "90 cc | c3", "int3", "breakpoint"},
		{SIGTRAP, SI_KERNEL, 3, "cd 03 | c3", "int3", "breakpoint"},
		{SIGTRAP, TRAP_BRKPT, 1, "90 f1 | c3", "int1", "debug exception"},
		{SIGFPE, FPE_INTDIV, 0, "f7 f1", "div", "divisor is 0", 0x500000000},
		{SIGFPE, FPE_INTDIV, 0, "48 f7 f1", "div", "does not fit", 0x500000000},
		{SIGFPE, FPE_INTDIV, 0, "66 f7 f9", "idiv", "divisor is 0", 0x10000},
		{SIGFPE, FPE_INTDIV, 0, "f6 f1", "div", "divisor is 0", 0x100},
		{SIGFPE, FPE_INTDIV, 0, "f6 f5", "div", "divisor is 0", 0x01},
		{SIGFPE, FPE_INTDIV, 0, "f6 f5", "div", "does not fit", 0x100},
		{SIGFPE, FPE_INTDIV, 0, "f7 31", "div", "0, or the quotient"},
		{SIGBUS, BUS_ADRALN, 17, "48 8b 00", NULL, "flag AC", 0, AC},
		{SIGBUS, BUS_ADRALN, 17, "f0 ff 00", NULL, "two cache lines", 0, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wire_fault fault = {
			.signo = cases[i].signo, .code = cases[i].code, .trap = cases[i].trap};
		struct arch_code code = code_of(cases[i].bytes);
		struct arch_instruction is = {0};
		fault.regs[MREG_CX] = cases[i].rcx;
		fault.regs[MREG_FLAGS] = cases[i].flags;
		bool known = arch_explain_instruction(&fault, &code, &is);
		if (known != (cases[i].why != NULL) || (known && !strstr(is.why, cases[i].why)) ||
			(known &&
				strcmp(is.name ? is.name : "", cases[i].name ? cases[i].name : "")))
			fail_msg("%s: %s: %s", cases[i].bytes, is.name, is.why);
		bool behind = strchr(cases[i].bytes, '|') != NULL;
		assert_int_equal(arch_code_behind(&fault, &code) > 0, behind);
	}
}

static void selectors_are_read_from_error_codes(void **state)
{
	(void)state;
	struct wire_fault fault = {.signo = SIGSEGV, .code = SI_KERNEL, .trap = 13};
	struct arch_selector is;
	assert_false(arch_trap_selector(&fault, &is));
	fault.trap_code = 0x40a;
	assert_true(arch_trap_selector(&fault, &is));
	assert_int_equal(is.index, 0x81);
	assert_string_equal(is.table, "interrupt descriptor table");
	fault.trap_code = 0x10;
	assert_true(arch_trap_selector(&fault, &is));
	assert_int_equal(is.index, 2);
	assert_string_equal(is.table, "global descriptor table");
	fault.trap_code = 0xc;
	assert_true(arch_trap_selector(&fault, &is));
	assert_string_equal(is.table, "local descriptor table");
	fault.trap = 14; /* its error code is a set of bits */
	assert_false(arch_trap_selector(&fault, &is));
}

/* The register as a kernel sets it at first, and what pkey_alloc() makes of it. */
static void key_rights(void **state)
{
	(void)state;
	assert_int_equal(arch_key_forbids(0x55555554, 0), 0);
	assert_int_equal(arch_key_forbids(0x55555554, 1), 1);
	assert_int_equal(arch_key_forbids(0x55555558, 1), 2);
	assert_int_equal(arch_key_forbids(0xc0000000, 15), 3);
	assert_int_equal(arch_key_mask(1), 0xc);
	assert_int_equal(arch_key_bits(15, 2), 0x80000000);
}

/* With a key in the way the entry is only said to be there. */
static void a_key_in_the_way(void **state)
{
	(void)state;
	struct wire_fault fault = page_fault(0x1000, 0x25);
	struct arch_code_bit bits[ARCH_CODE_BITS];
	assert_true(arch_trap_code_bits(&fault, bits) > 0);
	assert_string_equal(bits[0].meaning, "a page-table entry is present");
	fault.trap_code = 5;
	assert_true(arch_trap_code_bits(&fault, bits) > 0);
	assert_string_equal(bits[0].meaning, "a page-table entry is present and forbids it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_rights),
		cmocka_unit_test(a_key_in_the_way),
		cmocka_unit_test(error_codes_are_told_bit_by_bit),
		cmocka_unit_test(accesses_are_told_by_the_code),
		cmocka_unit_test(traps_have_names),
		cmocka_unit_test(addresses_have_limits),
		cmocka_unit_test(an_address_is_cut_into_indices),
		cmocka_unit_test(levels_come_from_the_flags),
		cmocka_unit_test(the_cpu_tells_what_the_kernel_tells),
		cmocka_unit_test(tlbs_have_entries),
		cmocka_unit_test(instructions_say_why),
		cmocka_unit_test(selectors_are_read_from_error_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
