/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sets of names that calls on the whole process take: memory policies, protection keys,
 * prctl(2), personality(2), membarrier(2), limits. As flags_sets.c.
 */
#include <linux/resource.h>

#include "mem/flags.h"
#include "mem/uapi.h"

/* clang-format off */
#define F(constant, meaning) {#constant, (uint64_t)(constant), meaning}
#define END {NULL, 0, NULL}
/* clang-format on */

/* ---- Memory policies ---- */

static const struct flag policy[] = {
	F(MPOL_DEFAULT, "none of its own: what the thread, or else the system, does"),
	F(MPOL_PREFERRED, "from this node, from others when it is full"),
	F(MPOL_BIND, "from these nodes only"),
	F(MPOL_INTERLEAVE, "page by page from these nodes in turn"),
	F(MPOL_LOCAL, "from the node of the CPU that touches the page first"),
	F(MPOL_PREFERRED_MANY, "from these nodes, from others when they are full (5.15)"),
	{"MPOL_WEIGHTED_INTERLEAVE", 6, "as interleave, some nodes more often (6.9)"},
	F(MPOL_F_STATIC_NODES, "the nodes are meant absolutely"),
	F(MPOL_F_RELATIVE_NODES, "the nodes are counted among those that are allowed"),
	F(MPOL_F_NUMA_BALANCING, "with bind: let the kernel move pages near their users (5.12)"),
	END,
};

const struct flag_set flags_policy = {
	.what = "memory policy",
	.prefix = "MPOL_",
	.style = FLAGS_MIXED,
	.field = 0xffffffff & ~(uint64_t)MPOL_MODE_FLAGS,
	.is_int = true,
	.flags = policy,
	.cure = "use a word such as bind, preferred, default, a number or MPOL_… names",
};

static const struct flag policy_get[] = {
	F(MPOL_F_NODE, "the node instead of the policy"),
	F(MPOL_F_ADDR, "of the memory at ADDR instead of the thread"),
	F(MPOL_F_MEMS_ALLOWED, "the nodes that may be used at all"),
	END,
};

const struct flag_set flags_policy_get = {
	.what = "policy question",
	.prefix = "MPOL_F_",
	.stranger = "MPOL_",
	.style = FLAGS_BITS,
	.flags = policy_get,
	.cure = "use words such as node|addr, a number or MPOL_F_… names",
};

static const struct flag policy_move[] = {
	F(MPOL_MF_STRICT, "fail if a page is already elsewhere"),
	F(MPOL_MF_MOVE, "move the pages that only this process uses"),
	F(MPOL_MF_MOVE_ALL, "move shared pages too; needs CAP_SYS_NICE"),
	F(MPOL_MF_LAZY, "move them at the next touch; not for users"),
	END,
};

const struct flag_set flags_policy_move = {
	.what = "moving flags",
	.prefix = "MPOL_MF_",
	.stranger = "MPOL_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = policy_move,
	.cure = "use words such as strict|move, a number or MPOL_MF_… names",
};

/* ---- Keys and shadow stacks ---- */

static const struct flag pkey[] = {
	F(PKEY_DISABLE_ACCESS, "no loads and no stores"),
	F(PKEY_DISABLE_WRITE, "no stores"),
	{"PKEY_UNRESTRICTED", 0, "everything that the protection allows"},
	END,
};

const struct flag_set flags_pkey = {
	.what = "key rights",
	.prefix = "PKEY_",
	.style = FLAGS_BITS,
	.flags = pkey,
	.cure = "use disable_access, disable_write, a number or PKEY_… names",
};

static const struct flag shadow[] = {
	F(SHADOW_STACK_SET_TOKEN, "put a restore token at its top"),
	F(SHADOW_STACK_SET_MARKER, "put a marker at its top (6.13)"),
	END,
};

const struct flag_set flags_shadow = {
	.what = "shadow stack flags",
	.prefix = "SHADOW_STACK_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = shadow,
	.cure = "use set_token, a number or SHADOW_STACK_… names",
};

/* ---- The process ---- */

static const struct flag prctl[] = {
	F(PR_SET_VMA, "name anonymous memory: PR_SET_VMA_ANON_NAME, ADDR, LEN, NAME (5.17)"),
	F(PR_SET_THP_DISABLE, "1: no transparent huge pages for this process"),
	F(PR_GET_THP_DISABLE, "whether they are off"),
	F(PR_SET_MDWE, "refuse from now on to make memory executable (6.3)"),
	F(PR_GET_MDWE, "which of that is refused (6.3)"),
	F(PR_SET_MEMORY_MERGE, "1: merge equal pages of the whole process, KSM (6.4)"),
	F(PR_GET_MEMORY_MERGE, "whether they are merged (6.4)"),
	F(PR_SET_MM, "set what the kernel notes of the layout; needs CAP_SYS_RESOURCE"),
	F(PR_SET_DUMPABLE, "whether it dumps core and lets itself be looked into"),
	F(PR_GET_DUMPABLE, "the same"),
	F(PR_SET_NAME, "name the thread"),
	F(PR_GET_NAME, "its name, 16 bytes"),
	F(PR_SET_NO_NEW_PRIVS, "1: exec gives no privileges any more"),
	F(PR_GET_NO_NEW_PRIVS, "whether that is so"),
	F(PR_SET_PDEATHSIG, "the signal that comes when the parent dies"),
	F(PR_GET_PDEATHSIG, "which it is"),
	F(PR_SET_TSC, "whether the time stamp counter can be read"),
	F(PR_GET_TSC, "the same"),
	F(PR_SET_SECCOMP, "a filter of system calls, or none but read, write and exit"),
	F(PR_GET_SECCOMP, "which it is"),
	F(PR_SET_TAGGED_ADDR_CTRL, "tagged addresses; not on every machine"),
	F(PR_GET_TAGGED_ADDR_CTRL, "the same"),
	F(PR_SET_SYSCALL_USER_DISPATCH, "a signal in the place of system calls (5.11)"),
	F(PR_MCE_KILL, "when memory errors kill"),
	F(PR_GET_AUXV, "copy the auxiliary vector (6.4)"),
	F(PR_MCE_KILL_GET, "which it is"),
	F(PR_SET_TIMERSLACK, "how late timers may be, nanoseconds"),
	F(PR_GET_TIMERSLACK, "the same"),
	F(PR_SET_PTRACER, "who may trace it besides its parents (Yama)"),
	F(PR_SET_CHILD_SUBREAPER, "orphans below it become its children"),
	F(PR_GET_CHILD_SUBREAPER, "whether that is so"),
	F(PR_SET_KEEPCAPS, "keep capabilities when the user changes"),
	F(PR_GET_KEEPCAPS, "whether that is so"),
	F(PR_CAPBSET_READ, "whether exec can give this capability"),
	F(PR_CAPBSET_DROP, "exec cannot give it any more"),
	F(PR_CAP_AMBIENT, "capabilities that are kept over exec"),
	F(PR_SET_SECUREBITS, "how capabilities and root belong together"),
	F(PR_GET_SECUREBITS, "the same"),
	F(PR_GET_SPECULATION_CTRL, "how the CPU may speculate"),
	F(PR_SET_SPECULATION_CTRL, "the same"),
	F(PR_SET_IO_FLUSHER, "it writes back memory: allocate without waiting for that"),
	F(PR_GET_IO_FLUSHER, "whether that is so"),
	F(PR_GET_TID_ADDRESS, "where the thread's id is cleared at its end"),
	F(PR_TASK_PERF_EVENTS_DISABLE, "stop its performance counters"),
	F(PR_TASK_PERF_EVENTS_ENABLE, "let them count"),
	F(PR_SCHED_CORE, "who may run beside it on a core"),
	F(PR_MPX_ENABLE_MANAGEMENT, "gone since Linux 5.6"),
	F(PR_MPX_DISABLE_MANAGEMENT, "gone since Linux 5.6"),
	F(PR_SET_TIMING, "only PR_TIMING_STATISTICAL"),
	F(PR_GET_TIMING, "the same"),
	F(PR_SET_UNALIGN, "unaligned accesses; not on every machine"),
	F(PR_GET_UNALIGN, "the same"),
	F(PR_SET_FPEMU, "not on every machine"),
	F(PR_GET_FPEMU, "not on every machine"),
	F(PR_SET_FPEXC, "not on every machine"),
	F(PR_GET_FPEXC, "not on every machine"),
	F(PR_SET_ENDIAN, "not on every machine"),
	F(PR_GET_ENDIAN, "not on every machine"),
	F(PR_SET_FP_MODE, "not on every machine"),
	F(PR_GET_FP_MODE, "not on every machine"),
	F(PR_SVE_SET_VL, "not on every machine"),
	F(PR_SVE_GET_VL, "not on every machine"),
	F(PR_SME_SET_VL, "not on every machine"),
	F(PR_SME_GET_VL, "not on every machine"),
	F(PR_PAC_RESET_KEYS, "not on every machine"),
	F(PR_PAC_SET_ENABLED_KEYS, "not on every machine"),
	F(PR_PAC_GET_ENABLED_KEYS, "not on every machine"),
	{"PR_RISCV_V_SET_CONTROL", 69, "not on every machine (6.5)"},
	{"PR_RISCV_V_GET_CONTROL", 70, "not on every machine (6.5)"},
	{"PR_RISCV_SET_ICACHE_FLUSH_CTX", 71, "not on every machine (6.10)"},
	{"PR_PPC_GET_DEXCR", 72, "not on every machine (6.10)"},
	{"PR_PPC_SET_DEXCR", 73, "not on every machine (6.10)"},
	{"PR_GET_SHADOW_STACK_STATUS", 74, "not on every machine (6.13)"},
	{"PR_SET_SHADOW_STACK_STATUS", 75, "not on every machine (6.13)"},
	{"PR_LOCK_SHADOW_STACK_STATUS", 76, "not on every machine (6.13)"},
	{"PR_TIMER_CREATE_RESTORE_IDS", 77, "timers get the ids that are asked for (6.16)"},
	{"PR_FUTEX_HASH", 78, "a hash table of futexes of its own (6.16)"},
	END,
};

const struct flag_set flags_prctl = {
	.what = "prctl option",
	.prefix = "PR_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = prctl,
	.cure = "use a word such as set_vma, get_thp_disable, a number or a PR_… name",
};

static const struct flag dumpable[] = {
	{"SUID_DUMP_DISABLE", 0, "no: it dumps no core, and only root looks into it"},
	{"SUID_DUMP_USER", 1, "yes"},
	{"SUID_DUMP_ROOT", 2, "for root only; not for prctl"},
	END,
};

const struct flag_set flags_dumpable = {
	.what = "dumpable",
	.prefix = "SUID_DUMP_",
	.style = FLAGS_ONE,
	.flags = dumpable,
	.cure = "use 0, 1 or SUID_DUMP_… names",
};

static const struct flag tsc[] = {
	F(PR_TSC_ENABLE, "rdtsc works"),
	F(PR_TSC_SIGSEGV, "rdtsc raises SIGSEGV"),
	END,
};

const struct flag_set flags_tsc = {
	.what = "time stamp counter",
	.prefix = "PR_TSC_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = tsc,
	.cure = "use 1, 2 or PR_TSC_… names",
};

static const struct flag prctl_vma[] = {
	F(PR_SET_VMA_ANON_NAME, "the name that maps shows in [anon:…]"),
	END,
};

const struct flag_set flags_prctl_vma = {
	.what = "attribute",
	.prefix = "PR_SET_VMA_",
	.style = FLAGS_ONE,
	.flags = prctl_vma,
	.cure = "use anon_name or a number",
};

static const struct flag prctl_mdwe[] = {
	F(PR_MDWE_REFUSE_EXEC_GAIN, "memory cannot be writable and executable, nor become so"),
	F(PR_MDWE_NO_INHERIT, "children are free of it (6.6)"),
	END,
};

const struct flag_set flags_mdwe = {
	.what = "refusals",
	.prefix = "PR_MDWE_",
	.style = FLAGS_BITS,
	.flags = prctl_mdwe,
	.cure = "use words such as refuse_exec_gain, a number or PR_MDWE_… names",
};

static const struct flag prctl_mm[] = {
	F(PR_SET_MM_START_CODE, "where the text begins"),
	F(PR_SET_MM_END_CODE, "where the text ends"),
	F(PR_SET_MM_START_DATA, "where the data begins"),
	F(PR_SET_MM_END_DATA, "where the data ends"),
	F(PR_SET_MM_START_STACK, "where the stack begins"),
	F(PR_SET_MM_START_BRK, "where the heap begins"),
	F(PR_SET_MM_BRK, "the break"),
	F(PR_SET_MM_ARG_START, "where the arguments begin"),
	F(PR_SET_MM_ARG_END, "where the arguments end"),
	F(PR_SET_MM_ENV_START, "where the environment begins"),
	F(PR_SET_MM_ENV_END, "where the environment ends"),
	F(PR_SET_MM_AUXV, "the auxiliary vector"),
	F(PR_SET_MM_EXE_FILE, "the file of /proc/PID/exe"),
	F(PR_SET_MM_MAP, "all of them at once"),
	F(PR_SET_MM_MAP_SIZE, "the size of that structure"),
	END,
};

const struct flag_set flags_prctl_mm = {
	.what = "field",
	.prefix = "PR_SET_MM_",
	.style = FLAGS_ONE,
	.flags = prctl_mm,
	.cure = "use a word such as brk, a number or a PR_SET_MM_… name",
};

static const struct flag_set *const prctl_sets[] = {&flags_mdwe, &flags_prctl_mm, NULL};

const struct flag_set flags_prctl_arg = {
	.what = "argument",
	.prefix = "PR_SET_VMA_",
	.style = FLAGS_BITS,
	.flags = prctl_vma,
	.cure = "use a number, anon_name, refuse_exec_gain or another PR_… name",
	.also = prctl_sets,
};

static const struct flag person[] = {
	F(PER_LINUX, "an ordinary program"),
	{"PER_LINUX32", 0x0008, "uname tells of a 32-bit machine"},
	{"PER_SVR4", 0x0001, NULL},
	{"PER_SVR3", 0x0002, NULL},
	{"PER_SCOSVR3", 0x0003, NULL},
	{"PER_WYSEV386", 0x0004, NULL},
	{"PER_ISCR4", 0x0005, NULL},
	{"PER_BSD", 0x0006, NULL},
	{"PER_XENIX", 0x0007, NULL},
	{"PER_IRIX32", 0x0009, NULL},
	{"PER_IRIXN32", 0x000a, NULL},
	{"PER_IRIX64", 0x000b, NULL},
	{"PER_RISCOS", 0x000c, NULL},
	{"PER_SOLARIS", 0x000d, NULL},
	{"PER_UW7", 0x000e, NULL},
	{"PER_OSF4", 0x000f, NULL},
	{"PER_HPUX", 0x0010, NULL},
	F(PER_MASK, "the mask of the kind"),
	F(UNAME26, "uname tells of Linux 2.6"),
	F(ADDR_NO_RANDOMIZE, "programs that are executed get no random layout"),
	F(FDPIC_FUNCPTRS, "function pointers are descriptors"),
	F(MMAP_PAGE_ZERO, "exec maps page 0"),
	F(ADDR_COMPAT_LAYOUT, "mappings are placed upwards, as long ago"),
	F(READ_IMPLIES_EXEC, "PROT_READ means PROT_EXEC too"),
	F(ADDR_LIMIT_32BIT, "addresses below 4 GiB"),
	F(SHORT_INODE, "short inode numbers"),
	F(WHOLE_SECONDS, "times in whole seconds"),
	F(STICKY_TIMEOUTS, "select leaves its timeout alone"),
	F(ADDR_LIMIT_3GB, "addresses below 3 GiB"),
	END,
};

const struct flag_set flags_personality = {
	.what = "personality",
	.prefix = "PER_",
	.style = FLAGS_MIXED,
	.field = PER_MASK,
	.is_int = true,
	.flags = person,
	.cure = "use 0xffffffff to ask, words such as linux|addr_no_randomize, or a number",
	.bare = 0xffffffff,
};

/* ---- Barriers ---- */

static const struct flag membarrier[] = {
	F(MEMBARRIER_CMD_QUERY, "which commands there are"),
	F(MEMBARRIER_CMD_GLOBAL, "on all CPUs, in its own time"),
	F(MEMBARRIER_CMD_GLOBAL_EXPEDITED, "on the CPUs of the processes that registered"),
	F(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, "register for that"),
	F(MEMBARRIER_CMD_PRIVATE_EXPEDITED, "on the CPUs that run this process"),
	F(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, "register for that"),
	F(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, "the same for instructions"),
	F(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, "register for that"),
	F(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, "restart restartable sequences"),
	F(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, "register for that"),
	{"MEMBARRIER_CMD_GET_REGISTRATIONS", 1 << 9, "what is registered (6.3)"},
	{"MEMBARRIER_CMD_SHARED", MEMBARRIER_CMD_GLOBAL, "the same as MEMBARRIER_CMD_GLOBAL"},
	END,
};

const struct flag_set flags_membarrier = {
	.what = "membarrier command",
	.prefix = "MEMBARRIER_CMD_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = membarrier,
	.cure = "use a word such as query, private_expedited, a number or a MEMBARRIER_CMD_… name",
};

const struct flag_set flags_membarrier_bits = {
	.what = "membarrier commands",
	.prefix = "MEMBARRIER_CMD_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = membarrier,
	.cure = "use MEMBARRIER_CMD_… names",
};

static const struct flag membarrier_flags[] = {
	F(MEMBARRIER_CMD_FLAG_CPU, "only on one CPU"),
	END,
};

const struct flag_set flags_membarrier_flags = {
	.what = "membarrier flags",
	.prefix = "MEMBARRIER_CMD_FLAG_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = membarrier_flags,
	.cure = "use cpu or a number",
};

/* ---- Limits ---- */

static const struct flag resource[] = {
	F(RLIMIT_AS, "bytes of address space"),
	F(RLIMIT_DATA, "bytes of private writable memory: heap, data, anonymous"),
	F(RLIMIT_STACK, "bytes of the stack"),
	F(RLIMIT_MEMLOCK, "bytes locked in memory"),
	F(RLIMIT_FSIZE, "bytes of a file that is written"),
	F(RLIMIT_NOFILE, "descriptors"),
	F(RLIMIT_CORE, "bytes of a core dump"),
	F(RLIMIT_CPU, "seconds of CPU time"),
	F(RLIMIT_RSS, "bytes in memory; has no effect"),
	F(RLIMIT_NPROC, "processes of the user"),
	F(RLIMIT_LOCKS, "file locks; has no effect"),
	F(RLIMIT_SIGPENDING, "signals that wait"),
	F(RLIMIT_MSGQUEUE, "bytes of message queues"),
	F(RLIMIT_NICE, "20 minus the lowest nice value"),
	F(RLIMIT_RTPRIO, "real-time priority"),
	F(RLIMIT_RTTIME, "microseconds of real-time CPU time at a stretch"),
	END,
};

const struct flag_set flags_resource = {
	.what = "resource",
	.prefix = "RLIMIT_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = resource,
	.cure = "use memlock, as, nofile and the like, a number or an RLIMIT_… name",
};

static const struct flag limit[] = {
	F(RLIM_INFINITY, "no limit"),
	{"unlimited", (uint64_t)RLIM_INFINITY, "no limit"},
	END,
};

const struct flag_set flags_limit = {
	.what = "limit",
	.prefix = "RLIM_",
	.style = FLAGS_ONE,
	.flags = limit,
	.cure = "use a number, or unlimited",
};

static const struct flag usage[] = {
	{"RUSAGE_SELF", 0, "the process"},
	{"RUSAGE_CHILDREN", (uint64_t)-1, "its children that have ended"},
	{"RUSAGE_THREAD", 1, "this thread"},
	END,
};

const struct flag_set flags_usage = {
	.what = "usage",
	.prefix = "RUSAGE_",
	.style = FLAGS_ONE,
	.flags = usage,
	.cure = "use self, children, thread or a number",
};
