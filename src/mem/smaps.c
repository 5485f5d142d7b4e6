/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fields and flags of smaps mean. */
#include "mem/smaps.h"

struct meaning {
	const char *name, *text;
};

static const struct meaning fields[] = {
	{"Size", "address space"},
	{"KernelPageSize", "the page size that the kernel keeps books in"},
	{"MMUPageSize", "the page size that the page tables use"},
	{"Rss", "in memory"},
	{"Pss", "in memory, each page divided by how many map it"},
	{"Pss_Dirty", "the part of Pss that was written"},
	{"Pss_Anon", "the part of Pss without a file"},
	{"Pss_File", "the part of Pss that belongs to files"},
	{"Pss_Shmem", "the part of Pss that is shared memory"},
	{"Shared_Clean", "mapped elsewhere too, not written"},
	{"Shared_Dirty", "mapped elsewhere too, written"},
	{"Private_Clean", "mapped here only, not written"},
	{"Private_Dirty", "mapped here only, written"},
	{"Referenced", "accessed lately"},
	{"Anonymous", "without a file: copied when written, or never had one"},
	{"KSM", "merged with equal pages (KSM)"},
	{"LazyFree", "to be dropped when memory is short (MADV_FREE)"},
	{"AnonHugePages", "in transparent huge pages, anonymous"},
	{"ShmemPmdMapped", "in huge pages, shared memory"},
	{"FilePmdMapped", "in huge pages, files"},
	{"Shared_Hugetlb", "hugetlb pages, mapped elsewhere too"},
	{"Private_Hugetlb", "hugetlb pages, mapped here only"},
	{"Swap", "in swap"},
	{"SwapPss", "in swap, each page divided by how many share it"},
	{"Locked", "locked into memory"},
	{"THPeligible", "1 if transparent huge pages can be used here"},
	{"ProtectionKey", "the number of the protection key"},
};

static const struct meaning flags[] = {
	{"rd", "readable"},
	{"wr", "writable"},
	{"ex", "executable"},
	{"sh", "shared"},
	{"mr", "mprotect may make it readable"},
	{"mw", "mprotect may make it writable"},
	{"me", "mprotect may make it executable"},
	{"ms", "may be shared"},
	{"gd", "grows downwards when it is touched below (stack)"},
	{"pf", "page frames without books (PFNMAP)"},
	{"gu", "may hold guards of MADV_GUARD_INSTALL"},
	{"lo", "locked into memory"},
	{"lf", "locked into memory page by page when touched"},
	{"io", "memory of a device or of the kernel's own"},
	{"sr", "will be read in order (MADV_SEQUENTIAL)"},
	{"rr", "will be read at random (MADV_RANDOM)"},
	{"dc", "not copied by fork (MADV_DONTFORK)"},
	{"de", "mremap may not make it larger"},
	{"ac", "counted against the commit limit"},
	{"nr", "no swap reserved (MAP_NORESERVE)"},
	{"ht", "hugetlb pages"},
	{"sf", "page faults are synchronous (MAP_SYNC)"},
	{"ar", "a flag of this kind of machine"},
	{"wf", "zero in the child after fork (MADV_WIPEONFORK)"},
	{"dd", "left out of core dumps (MADV_DONTDUMP)"},
	{"sd", "soft-dirty: new or changed since the bits were cleared"},
	{"mm", "frames with and without books (MIXEDMAP)"},
	{"hg", "huge pages wanted (MADV_HUGEPAGE)"},
	{"nh", "no huge pages (MADV_NOHUGEPAGE)"},
	{"mg", "equal pages may be merged (MADV_MERGEABLE)"},
	{"bt", "guarded for branch targets"},
	{"mt", "memory tags are checked"},
	{"um", "a userfaultfd gets faults of missing pages"},
	{"uw", "a userfaultfd gets faults of write-protected pages"},
	{"ui", "a userfaultfd gets minor faults"},
	{"ss", "a shadow stack"},
	{"sl", "sealed: mseal forbids to change it"},
	{"dp", "may be dropped when memory is short (MAP_DROPPABLE)"},
};

static const char *find(const struct meaning *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(name, v[i].name))
			return v[i].text;
	}
	return NULL;
}

const char *smaps_field_meaning(struct str field)
{
	return find(fields, ARRAY_SIZE(fields), field);
}

const char *smaps_flag_meaning(struct str flag)
{
	return find(flags, ARRAY_SIZE(flags), flag);
}

const char *smaps_field_at(size_t i)
{
	return i < ARRAY_SIZE(fields) ? fields[i].name : NULL;
}

const char *smaps_flag_at(size_t i)
{
	return i < ARRAY_SIZE(flags) ? flags[i].name : NULL;
}
