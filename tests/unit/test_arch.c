/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the machine's decoder says of traps, error codes, addresses and page tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>

#include "arch/arch.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_codes_are_told_bit_by_bit),
		cmocka_unit_test(accesses_are_told_by_the_code),
		cmocka_unit_test(traps_have_names),
		cmocka_unit_test(addresses_have_limits),
		cmocka_unit_test(an_address_is_cut_into_indices),
		cmocka_unit_test(levels_come_from_the_flags),
		cmocka_unit_test(the_cpu_tells_what_the_kernel_tells),
		cmocka_unit_test(tlbs_have_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
