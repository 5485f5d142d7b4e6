/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls on the whole process and on the memory of others. Sources: prctl(2),
 * personality(2), membarrier(2), process_vm_readv(2), kernel/sys.c, mm/process_vm_access.c.
 */
#include <linux/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "mem/uapi.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

/* ---- prctl: what the arguments mean depends on the first ---- */

#define OPTION                                                                                     \
	{                                                                                          \
		.name = "OPTION", .kind = KIND_FLAGS, .reads = READS_FLAGS, .set = &flags_prctl    \
	}
#define NUMBER(called)                                                                             \
	{                                                                                          \
		.name = called, .kind = KIND_BITS                                                  \
	}
#define SET(called, names)                                                                         \
	{                                                                                          \
		.name = called, .kind = KIND_FLAGS, .set = &names                                  \
	}

static const struct param vma_params[] = {OPTION, SET("ATTRIBUTE", flags_prctl_vma),
	{.name = "ADDR", .kind = KIND_ADDR}, {.name = "LEN", .kind = KIND_LEN},
	{.name = "NAME", .kind = KIND_TEXT}};
static const struct param other_vma_params[] = {
	OPTION, SET("ATTRIBUTE", flags_prctl_vma), NUMBER("ARG3"), NUMBER("ARG4"), NUMBER("ARG5")};
static const struct param mdwe_params[] = {
	OPTION, SET("REFUSALS", flags_mdwe), NUMBER("ARG3"), NUMBER("ARG4"), NUMBER("ARG5")};
static const struct param mm_params[] = {
	OPTION, SET("FIELD", flags_prctl_mm), NUMBER("VALUE"), NUMBER("ARG4"), NUMBER("ARG5")};
static const struct param thp_params[] = {OPTION, {.name = "DISABLE", .kind = KIND_NUMBER},
	NUMBER("FLAGS"), NUMBER("ARG4"), NUMBER("ARG5")};
static const struct param dumpable_params[] = {OPTION, SET("VALUE", flags_dumpable)};
static const struct param tsc_params[] = {OPTION, SET("VALUE", flags_tsc)};
static const struct param place_params[] = {OPTION, {.name = "PLACE", .kind = KIND_ADDR}};
static const struct param name_params[] = {OPTION, {.name = "NAME", .kind = KIND_TEXT}};
static const struct param get_name_params[] = {OPTION, {.name = "NAME", .kind = KIND_ADDR}};
static const struct param one_params[] = {OPTION, NUMBER("VALUE")};
static const struct param any_params[] = {
	OPTION, NUMBER("ARG2"), NUMBER("ARG3"), NUMBER("ARG4"), NUMBER("ARG5")};

static const struct param *prctl_variant(const uint64_t args[6], unsigned *n)
{
	switch ((uint32_t)args[0]) {
	case PR_SET_VMA:
		*n = ARRAY_SIZE(vma_params);
		return args[1] == PR_SET_VMA_ANON_NAME ? vma_params : other_vma_params;
	case PR_SET_MDWE:
		*n = ARRAY_SIZE(mdwe_params);
		return mdwe_params;
	case PR_SET_MM:
		*n = ARRAY_SIZE(mm_params);
		return mm_params;
	case PR_SET_NAME:
		*n = ARRAY_SIZE(name_params);
		return name_params;
	case PR_GET_NAME:
		*n = ARRAY_SIZE(get_name_params);
		return get_name_params;
	case PR_GET_PDEATHSIG:
	case PR_GET_TSC:
		*n = ARRAY_SIZE(place_params);
		return place_params;
	case PR_GET_DUMPABLE:
		*n = 1;
		return one_params;
	case PR_SET_DUMPABLE:
		*n = ARRAY_SIZE(dumpable_params);
		return dumpable_params;
	case PR_SET_TSC:
		*n = ARRAY_SIZE(tsc_params);
		return tsc_params;
	case PR_SET_THP_DISABLE:
		*n = ARRAY_SIZE(thp_params);
		return thp_params;
	case PR_SET_PDEATHSIG:
		*n = ARRAY_SIZE(one_params);
		return one_params;
	default:
		*n = ARRAY_SIZE(any_params);
		return any_params;
	}
}

static void prctl_meaning(struct buf *b, const uint64_t args[6], uint64_t result)
{
	if (args[0] != PR_GET_MDWE || !result)
		return;
	buf_puts(b, " (");
	flags_print(b, &flags_mdwe, result);
	buf_putc(b, ')');
}

/* ---- personality and membarrier ---- */

static bool personality_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[0])
		a[0] = flags_personality.bare;
	return true;
}

static void personality_meaning(struct buf *b, const uint64_t args[6], uint64_t result)
{
	(void)args;
	buf_puts(b, " (");
	flags_print(b, &flags_personality, result);
	buf_putc(b, ')');
}

static unsigned membarrier_looks_at(const uint64_t args[6])
{
	return args[1] & MEMBARRIER_CMD_FLAG_CPU ? 3 : 2;
}

static void membarrier_meaning(struct buf *b, const uint64_t args[6], uint64_t result)
{
	enum { GET_REGISTRATIONS = 1 << 9 };
	if ((args[0] != MEMBARRIER_CMD_QUERY && args[0] != GET_REGISTRATIONS) || !result)
		return;
	buf_puts(b, " (");
	flags_print(b, &flags_membarrier_bits, result);
	buf_putc(b, ')');
}

/* ---- The memory of others ---- */

/* PID LOCAL LEN REMOTE becomes PID LOCAL_IOV COUNT REMOTE_IOV COUNT FLAGS. */
static bool vm_build(struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	struct iovec local = {(void *)(uintptr_t)c->args[1], c->args[2]};
	struct iovec remote = {(void *)(uintptr_t)c->args[3], c->args[2]};
	(void)given;
	c->args[2] = c->args[4] = 1;
	c->args[5] = 0;
	return call_place(s, c, 1, &local, sizeof(local), err) &&
	       call_place(s, c, 3, &remote, sizeof(remote), err);
}

#define PID                                                                                        \
	{                                                                                          \
		.name = "PID", .kind = KIND_INT                                                    \
	}
#define IOV(called)                                                                                \
	{                                                                                          \
		.name = called, .kind = KIND_READS, .set = &layout_iovec                           \
	}
#define COUNT(called)                                                                              \
	{                                                                                          \
		.name = called, .kind = KIND_NUMBER                                                \
	}
#define VM_PARAMS                                                                                  \
	PARAMS(PID, {.name = "LOCAL", .kind = KIND_ADDR}, {.name = "LEN", .kind = KIND_LEN},       \
		{.name = "REMOTE", .kind = KIND_ADDR})
#define VM_C_PARAMS                                                                                \
	C_PARAMS(PID, IOV("LOCAL"), COUNT("N_LOCAL"), IOV("REMOTE"), COUNT("N_REMOTE"),            \
		COUNT("FLAGS"))
#define ARG(called, given_as)                                                                      \
	{                                                                                          \
		.name = called, .kind = KIND_ANY, .flags = PARAM_OPTIONAL | given_as               \
	}

const struct row rows_process[] = {
	{
		.form = {.name = "prctl",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(OPTION,
				{.name = "ARG2",
					.kind = KIND_ANY,
					.reads = READS_FLAGS,
					.set = &flags_prctl_arg,
					.flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL,
					.dflt = "0, as are the others"},
				ARG("ARG3", PARAM_C_OPTIONAL), ARG("ARG4", PARAM_C_OPTIONAL),
				ARG("ARG5", PARAM_C_OPTIONAL))},
		.variant = prctl_variant,
		.meaning = prctl_meaning,
		.group = "process",
		.summary = "ask for or set what the kernel does for the target",
		.details =
			"prctl set_vma anon_name ADDR LEN \"NAME\" gives anonymous memory a name "
			"in maps; a kernel "
			"built without CONFIG_ANON_VMA_NAME says EINVAL. prctl set_thp_disable 1 "
			"takes huge pages from the process. prctl set_mdwe refuse_exec_gain makes "
			"the kernel refuse memory that is "
			"both writable and executable, for good. The options are Linux's; man 2 "
			"prctl tells them all.",
		.example = "p = mmap page\nexpect ok|EINVAL prctl set_vma anon_name p page "
			   "\"notes\"\nprctl set_name \"tester\"\n"
			   "expect prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) >= 0",
		.see = "personality mmap mprotect",
		.nr = SYS_prctl,
		.effect = EFFECT_PRCTL,
	},
	{
		.form = {.name = "personality",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "PERSONA",
				.kind = KIND_FLAGS,
				.reads = READS_FLAGS,
				.set = &flags_personality,
				.flags = PARAM_OPTIONAL,
				.dflt = "0xffffffff: only ask"})},
		.defaults = personality_defaults,
		.meaning = personality_meaning,
		.group = "process",
		.summary = "ask for or set the way in which a process is run",
		.details = "Yields what it was before. read_implies_exec makes memory that is "
			   "mapped readable from now on executable "
			   "too; addr_no_randomize counts for the next exec.",
		.example = "personality\npersonality read_implies_exec\np = mmap page rw\nexpect "
			   "perms(p) == \"rwxp\"",
		.see = "prctl mmap",
		.nr = SYS_personality,
	},
	{
		.form = {.name = "membarrier",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "COMMAND",
				       .kind = KIND_FLAGS,
				       .reads = READS_FLAGS,
				       .set = &flags_membarrier},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_membarrier_flags,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"},
				{.name = "CPU",
					.kind = KIND_INT,
					.flags = PARAM_OPTIONAL | PARAM_C_OPTIONAL,
					.dflt = "0"})},
		.meaning = membarrier_meaning,
		.looks_at = membarrier_looks_at,
		.group = "process",
		.summary = "order memory accesses on other CPUs",
		.details = "Every thread that is meant has passed a full memory barrier when the "
			   "call returns. Expedited commands need "
			   "the register command of the same name before. query yields which "
			   "commands this kernel has.",
		.example = "expect ok|ENOSYS membarrier query",
		.see = "mmap",
		.nr = SYS_membarrier,
		.since = "4.3",
	},
	{
		.form = {.name = "process_vm_readv", .aliases = "", .flags = CALL_FLAGS, VM_PARAMS},
		VM_C_PARAMS,
		.build = vm_build,
		.group = "process",
		.summary = "copy memory of a process into the target",
		.details = "From address REMOTE of the process PID to LOCAL of the target; it "
			   "yields how many bytes were copied. The "
			   "target may only read processes that it could trace; itself it always "
			   "may (getpid()). In call form LOCAL "
			   "and REMOTE are addresses of arrays of struct iovec. Page protection "
			   "counts: PROT_NONE memory cannot be "
			   "read so.",
		.example = "p = mmap 2*page\n*p = 77\nexpect ok|ENOSYS process_vm_readv getpid() "
			   "p+page 8 p\nexpect *(p + page) == 77 || $errno",
		.see = "process_vm_writev read",
		.nr = SYS_process_vm_readv,
		.since = "3.2",
	},
	{
		.form = {.name = "process_vm_writev",
			.aliases = "",
			.flags = CALL_FLAGS,
			VM_PARAMS},
		VM_C_PARAMS,
		.build = vm_build,
		.group = "process",
		.summary = "copy memory of the target into a process",
		.details = "From LOCAL of the target to address REMOTE of the process PID; "
			   "otherwise as process_vm_readv.",
		.example = "p = mmap 2*page\n*p = 77\nexpect ok|ENOSYS process_vm_writev getpid() "
			   "p 8 p+page\nexpect *(p + page) == 77 || $errno",
		.see = "process_vm_readv write",
		.nr = SYS_process_vm_writev,
		.since = "3.2",
	},
	ROW_END,
};
