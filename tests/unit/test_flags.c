/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flag sets both ways, in strace's spelling; every constant of the headers; errnos, signals,
 * si_codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "edge.h"
#include "mem/flags.h"

/* The values that strace 6.1 also knows were compared with what it prints. */
static const struct {
	const struct flag_set *set;
	uint64_t value;
	const char *want;
} printed[] = {
	{&flags_prot, 0, "PROT_NONE"},
	{&flags_prot, 3, "PROT_READ|PROT_WRITE"},
	{&flags_prot, 0xf, "PROT_READ|PROT_WRITE|PROT_EXEC|PROT_SEM"},
	{&flags_prot, 0x3000000, "PROT_GROWSDOWN|PROT_GROWSUP"},
	{&flags_prot, 0x10, "0x10 /* PROT_??? */"},
	{&flags_prot, 0x13, "PROT_READ|PROT_WRITE|0x10"},
	{&flags_prot, 0x100000000001, "PROT_READ|0x100000000000"},
	{&flags_map, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"},
	{&flags_map, 3, "MAP_SHARED_VALIDATE"},
	{&flags_map, 0x80003, "MAP_SHARED_VALIDATE|MAP_SYNC"},
	{&flags_map, 0, "MAP_FILE"},
	{&flags_map, 0x20, "MAP_FILE|MAP_ANONYMOUS"},
	{&flags_map, 4, "0x4 /* MAP_??? */"},
	{&flags_map, 0x28, "MAP_DROPPABLE|MAP_ANONYMOUS"},
	{&flags_map, 0x40022 | 21 << 26,
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT"},
	{&flags_map, 0x1000022, "MAP_PRIVATE|MAP_ANONYMOUS|0x1000000"},
	{&flags_map, 0x100022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE"},
	{&flags_map, 0x7f022,
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE|MAP_POPULATE|MAP_NONBLOCK|MAP_EXECUTABLE|"
		"MAP_LOCKED|"
		"MAP_STACK|MAP_HUGETLB"},
	{&flags_map, 0x100000022,
		"MAP_PRIVATE|MAP_ANONYMOUS|0x100000000"}, /* strace loses this bit */
	{&flags_madv, 0, "MADV_NORMAL"},
	{&flags_madv, 25, "MADV_COLLAPSE"},
	{&flags_madv, 102, "MADV_GUARD_INSTALL"},
	{&flags_madv, 0x99, "0x99 /* MADV_??? */"},
	{&flags_madv, (uint64_t)-1, "0xffffffff /* MADV_??? */"},
	{&flags_mremap, 0, "0"},
	{&flags_mremap, 7, "MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP"},
	{&flags_mremap, 8, "0x8 /* MREMAP_??? */"},
	{&flags_msync, 7, "MS_SYNC|MS_ASYNC|MS_INVALIDATE"},
	{&flags_mlock2, 3, "MLOCK_ONFAULT|0x2"},
	{&flags_policy, 2, "MPOL_BIND"},
	{&flags_policy, 0x8002, "MPOL_BIND|MPOL_F_STATIC_NODES"},
	{&flags_policy, 77, "0x4d /* MPOL_??? */"},
	{&flags_policy_move, 3, "MPOL_MF_STRICT|MPOL_MF_MOVE"},
	{&flags_pkey, 0, "0"},
	{&flags_pkey, 9, "PKEY_DISABLE_ACCESS|0x8"},
	{&flags_fcntl, 1033, "F_ADD_SEALS"},
	{&flags_fcntl, 77, "0x4d /* F_??? */"},
	{&flags_seals, 0xf, "F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE"},
	{&flags_fallocate, 3, "FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE"},
	{&flags_fallocate, 0x100, "0x100 /* FALLOC_FL_??? */"},
	{&flags_uffd, 02000001, "UFFD_USER_MODE_ONLY|O_CLOEXEC"},
	{&flags_prctl, 42, "PR_GET_THP_DISABLE"},
	{&flags_prctl, 9999, "0x270f /* PR_??? */"},
	{&flags_personality, 0xffffffff, "0xffffffff"},
	{&flags_personality, 0x1000008, "PER_LINUX32|SHORT_INODE"},
	{&flags_personality, 0x440000, "PER_LINUX|ADDR_NO_RANDOMIZE|READ_IMPLIES_EXEC"},
	{&flags_membarrier, 99, "0x63 /* MEMBARRIER_CMD_??? */"},
	{&flags_membarrier_bits, 0x403,
		"MEMBARRIER_CMD_GLOBAL|MEMBARRIER_CMD_GLOBAL_EXPEDITED|0x400"},
	{&flags_resource, 9, "RLIMIT_AS"},
	{&flags_resource, 77, "0x4d /* RLIMIT_??? */"},
	{&flags_usage, (uint64_t)-1, "RUSAGE_CHILDREN"},
	{&flags_mlockall, 3, "MCL_CURRENT|MCL_FUTURE"},
	{&flags_open, 0, "O_RDONLY"},
	{&flags_open, 3, "O_ACCMODE"},
	{&flags_open, 0102, "O_RDWR|O_CREAT"},
	{&flags_open, 04010000, "O_RDONLY|O_SYNC"},
	{&flags_open, 010000, "O_RDONLY|O_DSYNC"},
	{&flags_open, 020200002, "O_RDWR|O_TMPFILE"},
	{&flags_open, 0200000, "O_RDONLY|O_DIRECTORY"},
	{&flags_open, 020000002, "O_RDWR|__O_TMPFILE"},
	{&flags_open, 020000, "O_RDONLY|FASYNC"},
	{&flags_open, 0x80000000, "O_RDONLY|0x80000000"},
	{&flags_open, 0777777777,
		"O_ACCMODE|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|O_DIRECT|O_"
		"LARGEFILE|"
		"O_NOFOLLOW|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|FASYNC|0x780003c"},
	{&flags_memfd, 0, "0"},
	{&flags_memfd, 5 | 21 << 26, "MFD_CLOEXEC|MFD_HUGETLB|21<<MFD_HUGE_SHIFT"},
	{&flags_memfd, 0x18, "MFD_NOEXEC_SEAL|MFD_EXEC"},
	{&flags_memfd, 0xffff0000, "0x3ff0000 /* MFD_??? */|63<<MFD_HUGE_SHIFT"},
	{&flags_seek, 3, "SEEK_DATA"},
	{&flags_seek, (uint64_t)-1, "0xffffffff /* SEEK_??? */"},
	{&flags_at, 0x1300, "AT_SYMLINK_NOFOLLOW|AT_REMOVEDIR|AT_EMPTY_PATH"},
	{&flags_mode, 0, "000"},
	{&flags_mode, 0644, "0644"},
	{&flags_mode, 04755, "04755"},
	{&flags_mode, 7, "007"},
};

static void values_print_as_strace_does(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(printed); i++) {
		buf_clear(&b);
		flags_print(&b, printed[i].set, printed[i].value);
		assert_string_equal(buf_cstr(&b), printed[i].want);
	}
	/* behind other text */
	buf_clear(&b);
	buf_puts(&b, "x, ");
	flags_print(&b, &flags_prot, 0x10);
	assert_string_equal(buf_cstr(&b), "x, 0x10 /* PROT_??? */");
	buf_deinit(&b);
}

static const struct {
	const struct flag_set *set;
	const char *word;
	uint64_t want;
} words[] = {
	{&flags_prot, "rw", 3},
	{&flags_prot, "r-x", 5},
	{&flags_prot, "rwx", 7},
	{&flags_prot, "---", 0},
	{&flags_prot, "none", 0},
	{&flags_prot, "NONE", 0},
	{&flags_prot, "-", 0},
	{&flags_prot, "r", 1},
	{&flags_prot, "w", 2},
	{&flags_prot, "x", 4},
	{&flags_prot, "rx", 5},
	{&flags_prot, "wx", 6},
	{&flags_prot, "r--", 1},
	{&flags_prot, "--x", 4},
	{&flags_prot, "-w-", 2},
	{&flags_prot, "RW", 3},
	{&flags_prot, "PROT_READ", 1},
	{&flags_prot, "PROT_READ|PROT_EXEC", 5},
	{&flags_prot, "read|write", 3},
	{&flags_prot, "rw|sem", 11},
	{&flags_prot, "r|growsdown", 0x1000001},
	{&flags_map, "private|anon|fixed", 0x32},
	{&flags_map, "shared", 1},
	{&flags_map, "MAP_SHARED", 1},
	{&flags_map, "map_private|Anonymous", 0x22},
	{&flags_map, "fixed_noreplace", 0x100000},
	{&flags_map, "hugetlb|huge_2mb", 0x40000 | 21 << 26},
	{&flags_madv, "dontneed", 4},
	{&flags_madv, "MADV_GUARD_REMOVE", 103},
	{&flags_mremap, "maymove|dontunmap", 5},
	{&flags_open, "rdwr|creat|excl", 0302},
	{&flags_open, "O_ASYNC", 020000},
	{&flags_seek, "end", 2},
	{&flags_memfd, "cloexec|noexec_seal", 9},
	{&flags_at, "empty_path", 0x1000},
	{&flags_mode, "S_IRWXU|S_IRGRP", 0740},
};

static const struct {
	const struct flag_set *set;
	const char *word;
} no_words[] = {
	{&flags_prot, ""},
	{&flags_prot, "|"},
	{&flags_prot, "rw|"},
	{&flags_prot, "|rw"},
	{&flags_prot, "r||w"},
	{&flags_prot, "rwq"},
	{&flags_prot, "wr"},
	{&flags_prot, "rr"},
	{&flags_prot, "xw"},
	{&flags_prot, "----"},
	{&flags_prot, "r---"},
	{&flags_prot, "-rx"},
	{&flags_prot, "rw-p"},
	{&flags_prot, "PROT_"},
	{&flags_prot, "PROT_rw"},
	{&flags_prot, "3"},
	{&flags_map, "rw"},
	{&flags_map, "private |anon"},
	{&flags_map, "privat"},
	{&flags_map, "privateer"},
	{&flags_madv, "dontneed|free"},
	{&flags_madv, "MAP_SHARED"},
};

static void words_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		uint64_t value;
		if (!flags_word(words[i].set, text_at_edge(words[i].word), &value))
			fail_msg("not understood: %s", words[i].word);
		assert_int_equal(value, words[i].want);
	}
	for (size_t i = 0; i < ARRAY_SIZE(no_words); i++) {
		uint64_t value = 77;
		if (flags_word(no_words[i].set, text_at_edge(no_words[i].word), &value))
			fail_msg("taken for %s: %s", no_words[i].set->what, no_words[i].word);
		assert_int_equal(value, 77);
	}
}

/* What is printed for each single value of a set reads back as that value, where it has a name. */
static void names_go_both_ways(void **state)
{
	(void)state;
	static const struct flag_set *const sets[] = {&flags_prot, &flags_madv, &flags_mremap,
		&flags_msync, &flags_seek, &flags_at, &flags_mlock2, &flags_mlockall};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		for (const struct flag *f = sets[i]->flags; f->name; f++) {
			uint64_t value;
			if (!f->value && !sets[i]->zero && sets[i]->style == FLAGS_BITS)
				continue;
			buf_clear(&b);
			flags_print(&b, sets[i], f->value);
			assert_true(flags_word(sets[i], buf_slice(&b), &value));
			assert_int_equal(value, f->value);
			assert_non_null(f->meaning);
		}
	}
	buf_deinit(&b);
}

/* What the tables must have of the headers; SIG and E without an underscore behind. */
static const char *const prefixes[] = {"PROT_", "MAP_", "MADV_", "MREMAP_", "MS_", "MCL_", "MLOCK_",
	"MFD_", "PKEY_", "O_", "F_", "FD_", "AT_", "S_I", "SEEK_", "FALLOC_FL_", "LOCK_", "DN_",
	"RWH_", "R_", "W_", "X_", "SIG", "E"};

/* Names of the headers that no call takes: ends of ranges, pointers, functions of the C library. */
static const char *const not_constants[] = {"MAP_FAILED", "F_LINUX_SPECIFIC_BASE", "F_TEST",
	"F_TLOCK", "F_ULOCK", "F_LOCK", "F_GETLK64", "F_SETLK64", "F_SETLKW64", "SIGRTMIN",
	"SIGRTMAX", "SIGSTKSZ"};

static bool is_constant(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_constants); i++)
		if (strcmp(name, not_constants[i]) == 0)
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t n = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], n) == 0 && name[n] &&
			(strchr(prefixes[i], '_') || !strchr(name, '_')))
			return true;
	}
	return false;
}

/* Asks the compiler for all names of the headers that have a value and take no arguments. */
static const char names_of_headers[] =
	"{ echo '#include <sys/mman.h>'; echo '#include <linux/mman.h>'; echo '#include <fcntl.h>';"
	" echo '#include <linux/memfd.h>'; echo '#include <signal.h>'; echo '#include <errno.h>'; }"
	" | cc -D_GNU_SOURCE -dM -E - 2>/dev/null"
	" | awk '$3 != \"\" && $2 !~ /[(]/ { print $2 }'";

static void no_name_of_the_headers_is_missing(void **state)
{
	(void)state;
	FILE *in = popen(names_of_headers, "r");
	char name[100];
	size_t n = 0;
	assert_non_null(in);
	while (fscanf(in, "%99s", name) == 1) {
		uint64_t value;
		if (!is_constant(name))
			continue;
		n++;
		if (!constant_find(text_at_edge(name), &value))
			fail_msg("the headers have %s", name);
	}
	pclose(in);
	if (!n)
		skip(); /* no compiler is called cc here */
	assert_true(n > 300);
}

/* What Linux 6.1's headers lack and the tables give by number. */
static void numbers_of_our_own(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint64_t want;
	} own[] = {
		{"MAP_DROPPABLE", 8},
		{"MADV_GUARD_INSTALL", 102},
		{"MADV_GUARD_REMOVE", 103},
		{"MFD_NOEXEC_SEAL", 8},
		{"MFD_EXEC", 16},
		{"F_SEAL_EXEC", 32},
		{"AT_FDCWD", (uint64_t)-100},
		{"PR_SET_VMA", 0x53564d41},
		{"MAP_HUGE_2MB", 21 << 26},
		{"MFD_HUGE_1GB", 30 << 26},
		{"PR_SET_MDWE", 65},
		{"R_OK", 4},
		{"RLIMIT_AS", 9},
		{"F_ADD_SEALS", 1033},
		{"EINVAL", 22},
		{"SIGSEGV", 11},
		{"SEGV_ACCERR", 2},
		{"SI_TKILL", (uint64_t)-6},
		{"S_IFREG", 0100000},
		{"FALLOC_FL_PUNCH_HOLE", 2},
		{"MPOL_BIND", 2},
		{"O_LARGEFILE", 0100000},
		{"MAP_ANON", 32},
		{"EWOULDBLOCK", 11},
		{"PROT_NONE", 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		uint64_t value;
		assert_true(constant_find(text_at_edge(own[i].name), &value));
		assert_int_equal(value, own[i].want);
	}
	uint64_t value = 7;
	assert_false(constant_find(text_at_edge(""), &value));
	assert_false(constant_find(text_at_edge("EINVA"), &value));
	assert_false(constant_find(text_at_edge("einval"), &value));
	assert_int_equal(value, 7);
}

static void every_constant_stands_once(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct flag *f; (f = constant_at(n)); n++) {
		uint64_t value;
		assert_true(constant_find(str_from(f->name), &value));
		assert_int_equal(value, f->value);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(constant_at(i)->name, f->name);
	}
	assert_true(n > 600);
}

static void errnos_and_signals(void **state)
{
	(void)state;
	for (int i = 1; i <= 133; i++) {
		if (i == 41 || i == 58) { /* the kernel has no errno with these numbers */
			assert_null(errno_name(i));
			continue;
		}
		assert_string_equal(errno_name(i), strerrorname_np(i));
		assert_string_equal(errno_text(i), strerror(i)); /* in the C locale */
	}
	assert_null(errno_name(0));
	assert_null(errno_name(-1));
	assert_null(errno_name(134));
	assert_non_null(errno_text(9999));
	for (int i = 1; i < 32; i++) {
		const char *abbreviation = sigabbrev_np(i);
		assert_memory_equal(signal_name(i), "SIG", 3);
		if (i != SIGPOLL)
			assert_string_equal(signal_name(i) + 3, abbreviation);
	}
	assert_string_equal(signal_name(SIGIO), "SIGIO");
	assert_string_equal(signal_name(32), "SIGRTMIN");
	assert_string_equal(signal_name(35), "SIGRT_3");
	assert_string_equal(signal_name(64), "SIGRT_32");
	assert_string_equal(signal_name(0), "SIG_???");
	assert_string_equal(signal_name(65), "SIG_???");
	assert_string_equal(signal_name(-1), "SIG_???");
}

static void sicodes(void **state)
{
	(void)state;
	assert_string_equal(sicode_name(SIGSEGV, SEGV_MAPERR), "SEGV_MAPERR");
	assert_string_equal(sicode_name(SIGSEGV, SEGV_ACCERR), "SEGV_ACCERR");
	assert_string_equal(sicode_name(SIGBUS, BUS_ADRERR), "BUS_ADRERR");
	assert_string_equal(sicode_name(SIGSEGV, SI_KERNEL), "SI_KERNEL");
	assert_string_equal(sicode_name(SIGUSR1, SI_USER), "SI_USER");
	assert_string_equal(sicode_name(SIGFPE, FPE_INTDIV), "FPE_INTDIV");
	assert_string_equal(sicode_name(SIGILL, ILL_ILLOPN), "ILL_ILLOPN");
	assert_null(sicode_name(SIGSEGV, 99));
	assert_null(sicode_name(SIGUSR1, SEGV_MAPERR));
	assert_non_null(sicode_text(SIGTRAP, TRAP_BRKPT));
}

static void words_of_expect(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		enum outcome_word kind;
		int number, code;
	} outcomes[] = {
		{"EINVAL", OUTCOME_ERRNO, EINVAL, -999},
		{"EWOULDBLOCK", OUTCOME_ERRNO, EAGAIN, -999},
		{"ENOTSUP", OUTCOME_ERRNO, EOPNOTSUPP, -999},
		{"SIGSEGV", OUTCOME_SIGNAL, SIGSEGV, -999},
		{"SIGPOLL", OUTCOME_SIGNAL, SIGIO, -999},
		{"SIGRT_3", OUTCOME_SIGNAL, 35, -999},
		{"SEGV_MAPERR", OUTCOME_SICODE, SIGSEGV, SEGV_MAPERR},
		{"BUS_ADRERR", OUTCOME_SICODE, SIGBUS, BUS_ADRERR},
		{"SI_KERNEL", OUTCOME_SICODE, 0, SI_KERNEL},
		{"SI_TKILL", OUTCOME_SICODE, 0, SI_TKILL},
		{"SIG", OUTCOME_NO, -999, -999},
		{"E", OUTCOME_NO, -999, -999},
		{"", OUTCOME_NO, -999, -999},
		{"MAP_SHARED", OUTCOME_NO, -999, -999},
		{"ok", OUTCOME_NO, -999, -999},
		{"segv_maperr", OUTCOME_NO, -999, -999},
	};
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		int number = -999, code = -999;
		assert_int_equal(outcome_find(text_at_edge(outcomes[i].word), &number, &code),
			outcomes[i].kind);
		assert_int_equal(number, outcomes[i].number);
		assert_int_equal(code, outcomes[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_print_as_strace_does),
		cmocka_unit_test(words_are_read),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(no_name_of_the_headers_is_missing),
		cmocka_unit_test(numbers_of_our_own),
		cmocka_unit_test(every_constant_stands_once),
		cmocka_unit_test(errnos_and_signals),
		cmocka_unit_test(sicodes),
		cmocka_unit_test(words_of_expect),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
