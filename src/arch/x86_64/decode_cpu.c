/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the CPUID instruction says of paging and protection. Sources: Intel SDM volume 2, CPUID; AMD
 * APM volume 3, appendix E.
 */
#include <cpuid.h>

#include "arch/arch.h"

/* Leaves of CPUID. */
enum {
	LEAF_FEATURES = 1,
	LEAF_MORE_FEATURES = 7,
	LEAF_TLB = 0x18, /* Intel */
	LEAF_EXTENDED = 0x80000001,
	LEAF_MODEL = 0x80000002,
	LEAF_TLB_L1 = 0x80000005, /* AMD */
	LEAF_TLB_L2 = 0x80000006,
	LEAF_SIZES = 0x80000008,
	LEAF_TLB_1G = 0x80000019,
};

enum reg { EAX, EBX, ECX, EDX };

#define HYPERVISOR_BIT 31 /* of LEAF_FEATURES, ECX */
#define PAGE_1G_BIT 26    /* of LEAF_EXTENDED, EDX */

/* Registers of a leaf; all 0 where the CPU does not have it. */
static void cpuid(unsigned leaf, unsigned part, uint32_t r[4])
{
	r[EAX] = r[EBX] = r[ECX] = r[EDX] = 0;
	__get_cpuid_count(leaf, part, &r[EAX], &r[EBX], &r[ECX], &r[EDX]);
}

static bool has_bit(unsigned leaf, enum reg reg, unsigned bit)
{
	uint32_t r[4];
	cpuid(leaf, 0, r);
	return r[reg] >> bit & 1;
}

static void copy_name(struct arch_cpu *out)
{
	uint32_t r[4];
	cpuid(0, 0, r);
	memcpy(out->vendor, &r[EBX], 4);
	memcpy(out->vendor + 4, &r[EDX], 4);
	memcpy(out->vendor + 8, &r[ECX], 4);
	for (unsigned i = 0; i < 3; i++) {
		cpuid(LEAF_MODEL + i, 0, r);
		memcpy(out->model + 16 * i, r, sizeof(r));
	}
	size_t blanks = strspn(out->model, " ");
	memmove(out->model, out->model + blanks, sizeof(out->model) - blanks);
	for (size_t n = strlen(out->model); n && out->model[n - 1] == ' '; n--)
		out->model[n - 1] = '\0';
}

/* The two lowest bits of the code segment's selector. */
static unsigned current_ring(void)
{
	uint16_t cs;
	__asm__("mov %%cs, %0" : "=r"(cs));
	return cs & 3;
}

void arch_cpu_describe(struct arch_cpu *out)
{
	uint32_t r[4];
	*out = (struct arch_cpu){.ring = current_ring(), .page_sizes = {4ULL << 10, 2ULL << 20}};
	copy_name(out);
	out->hypervisor = has_bit(LEAF_FEATURES, ECX, HYPERVISOR_BIT);
	cpuid(LEAF_SIZES, 0, r);
	out->physical_bits = r[EAX] & 0xff;
	out->virtual_bits = r[EAX] >> 8 & 0xff;
	if (has_bit(LEAF_EXTENDED, EDX, PAGE_1G_BIT))
		out->page_sizes[2] = 1ULL << 30;
}

static const struct {
	const char *name, *flag;
	unsigned leaf;
	enum reg reg;
	unsigned bit;
	const char *meaning;
} features[] = {
	{"NX", "nx", LEAF_EXTENDED, EDX, 20, "pages can forbid execution"},
	{"SMEP", "smep", LEAF_MORE_FEATURES, EBX, 7, "the kernel cannot execute pages of programs"},
	{"SMAP", "smap", LEAF_MORE_FEATURES, EBX, 20,
		"the kernel cannot touch pages of programs by accident"},
	{"UMIP", "umip", LEAF_MORE_FEATURES, ECX, 2,
		"programs cannot ask where the kernel's tables are"},
	{"PKU", "pku", LEAF_MORE_FEATURES, ECX, 3,
		"programs can switch access to groups of pages by key"},
	{"LA57", "la57", LEAF_MORE_FEATURES, ECX, 16,
		"addresses of 57 bits, page tables of 5 levels"},
	{"SHSTK", "user_shstk", LEAF_MORE_FEATURES, ECX, 7,
		"return addresses are checked against a shadow stack"},
	{"IBT", "ibt", LEAF_MORE_FEATURES, EDX, 20,
		"indirect jumps of the kernel must end at marked places"},
	{"PCID", "pcid", LEAF_FEATURES, ECX, 17, "translations are kept when the process changes"},
	{"PGE", "pge", LEAF_FEATURES, EDX, 13, "translations of the kernel's can be kept always"},
	{"PDPE1GB", "pdpe1gb", LEAF_EXTENDED, EDX, PAGE_1G_BIT, "pages of 1G"},
};

_Static_assert(ARRAY_SIZE(features) <= ARCH_FEATURES, "every feature has room");

size_t arch_cpu_features(struct arch_feature v[ARCH_FEATURES])
{
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		v[i] = (struct arch_feature){
			.name = features[i].name,
			.flag = features[i].flag,
			.meaning = features[i].meaning,
			.present = has_bit(features[i].leaf, features[i].reg, features[i].bit),
		};
	}
	return ARRAY_SIZE(features);
}

/* ---- TLBs ---- */

static size_t add_tlb(struct arch_tlb *v, size_t n, unsigned level, const char *what, uint64_t size,
	unsigned entries)
{
	if (entries && n < ARCH_TLBS)
		v[n++] = (struct arch_tlb){level, what, size, entries};
	return n;
}

/* Numbers of entries in the two fields of a word: instructions in the low half, data in the high
 * one. */
static size_t add_both(
	struct arch_tlb *v, size_t n, unsigned level, uint64_t size, uint32_t word, uint32_t mask)
{
	n = add_tlb(v, n, level, "instructions", size, word & mask);
	return add_tlb(v, n, level, "data", size, word >> 16 & mask);
}

static size_t tlbs_amd(struct arch_tlb *v)
{
	const uint64_t small = 4ULL << 10, large = 2ULL << 20, huge = 1ULL << 30;
	uint32_t l1[4], l2[4], g[4];
	size_t n = 0;
	cpuid(LEAF_TLB_L1, 0, l1);
	cpuid(LEAF_TLB_L2, 0, l2);
	cpuid(LEAF_TLB_1G, 0, g);
	n = add_both(v, n, 1, small, l1[EBX], 0xff);
	n = add_both(v, n, 1, large, l1[EAX], 0xff);
	n = add_both(v, n, 1, huge, g[EAX], 0xfff);
	n = add_both(v, n, 2, small, l2[EBX], 0xfff);
	n = add_both(v, n, 2, large, l2[EAX], 0xfff);
	return add_both(v, n, 2, huge, g[EBX], 0xfff);
}

static size_t tlbs_intel(struct arch_tlb *v)
{
	static const char *const kinds[] = {
		NULL, "data", "instructions", "both", "loads", "stores"};
	static const uint64_t sizes[] = {4ULL << 10, 2ULL << 20, 4ULL << 20, 1ULL << 30};
	uint32_t r[4];
	size_t n = 0;
	cpuid(LEAF_TLB, 0, r);
	for (unsigned part = 0, last = r[EAX]; part <= last; part++) {
		cpuid(LEAF_TLB, part, r);
		unsigned kind = r[EDX] & 0x1f;
		if (!kind || kind >= ARRAY_SIZE(kinds))
			continue;
		for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
			if (r[EBX] >> i & 1)
				n = add_tlb(v, n, r[EDX] >> 5 & 7, kinds[kind], sizes[i],
					(r[EBX] >> 16) * r[ECX]);
		}
	}
	return n;
}

size_t arch_cpu_tlbs(struct arch_tlb v[ARCH_TLBS])
{
	struct arch_cpu cpu = {0};
	copy_name(&cpu);
	if (!strcmp(cpu.vendor, "AuthenticAMD") || !strcmp(cpu.vendor, "HygonGenuine"))
		return tlbs_amd(v);
	return __get_cpuid_max(0, NULL) >= LEAF_TLB ? tlbs_intel(v) : 0;
}
