/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a fault happened: the short and the long explanation for every reason, from recorded facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>

#include "mem/explain.h"

/* Traps and error codes as an x86-64 CPU and its kernel report them. */
enum { PF = 14, GP = 13, DE = 0, BP = 3, UD = 6, READ = 4, WRITE = 6, FETCH = 0x14, PRESENT = 1 };

#define P 0x7f6c2a9f1000
#define TARGET                                                                                     \
	{                                                                                          \
		0x55d0c6b5a000, 0x55d0c6b5b000, 0, 5, 8, 1, PERM_R,                                \
			"/usr/libexec/faultline-target"                                            \
	}

static bool names_p(void *ctx, struct buf *b, uint64_t addr)
{
	(void)ctx;
	if (addr < P || addr > P + 0x4000)
		return false;
	buf_puts(b, "p");
	if (addr > P)
		buf_printf(b, "+0x%llx", (unsigned long long)(addr - P));
	return true;
}

static struct fault tried(
	enum access_kind kind, uint64_t addr, uint64_t len, int code, uint64_t trap_code)
{
	return (struct fault){.kind = kind,
		.addr = addr,
		.len = len,
		.wire = {.signo = SIGSEGV,
			.code = code,
			.addr = addr,
			.trap = PF,
			.trap_code = trap_code,
			.trap_addr = addr,
			.ip = 0x40001000,
			.sp = 0x40003000}};
}

static struct surroundings around(void)
{
	return (struct surroundings){.page = 4096, .user_limit = 0x7ffffffff000, .levels = 4};
}

static struct surroundings inside(struct mapping m)
{
	struct surroundings s = around();
	s.mapped = true;
	s.here = m;
	return s;
}

static struct mapping anonymous(uint64_t start, uint64_t end, uint32_t perms)
{
	return (struct mapping){.start = start, .end = end, .perms = perms, .name = ""};
}

typedef void explainer(struct explanation *, struct arena *, const struct fault *,
	const struct surroundings *, address_namer *, void *);

/* The explanation as the shell prints it. */
static void assert_explained(
	explainer *explain, struct fault f, struct surroundings s, const char *want)
{
	struct explanation e = {0};
	struct arena arena = ARENA_INIT;
	struct buf b = BUF_INIT;
	explain(&e, &arena, &f, &s, names_p, NULL);
	buf_str(&b, e.headline);
	for (size_t i = 0; i < e.n_lines; i++) {
		assert_in_range(strlen(e.lines[i].label), 1, 8);
		buf_printf(&b, "\n%-8s %.*s", e.lines[i].label, (int)e.lines[i].text.n,
			e.lines[i].text.p);
	}
	assert_string_equal(buf_cstr(&b), want);
	buf_deinit(&b);
	arena_deinit(&arena);
}

static void assert_short(struct fault f, struct surroundings s, const char *want)
{
	assert_explained(explain_fault, f, s, want);
}

static void protection(void **state)
{
	(void)state;
	assert_short(tried(ACCESS_READ, P + 0x1000, 1, SEGV_ACCERR, READ),
		inside(anonymous(P + 0x1000, P + 0x2000, 0)),
		"read of 1 byte at 0x7f6c2a9f2000 (p+0x1000): the mapping there does not allow "
		"reading\n"
		"mapping  7f6c2a9f2000-7f6c2a9f3000 ---p  anonymous\n"
		"cpu      #PF, error code 0x4: a read from user mode, no page-table entry present\n"
		"cure     mprotect(0x7f6c2a9f2000, 4096, PROT_READ)");
	assert_short(tried(ACCESS_WRITE, P + 8, 8, SEGV_ACCERR, WRITE | PRESENT),
		inside(anonymous(P, P + 0x3000, PERM_R)),
		"write of 8 bytes at 0x7f6c2a9f1008 (p+0x8): the mapping there does not allow "
		"writing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f4000 r--p  anonymous\n"
		"cpu      #PF, error code 0x7: a write from user mode, a page-table entry is "
		"present and forbids it\n"
		"cure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE)");
	assert_short(tried(ACCESS_FETCH, P, 1, SEGV_ACCERR, FETCH | PRESENT),
		inside(anonymous(P, P + 0x3000, PERM_R | PERM_W)),
		"execution at 0x7f6c2a9f1000 (p): the mapping there does not allow executing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f4000 rw-p  anonymous\n"
		"cpu      #PF, error code 0x15: an instruction fetch from user mode, a page-table "
		"entry is present "
		"and forbids it\n"
		"cure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE|PROT_EXEC)");
	/* a word that crosses into a second page of the same mapping needs both */
	assert_short(tried(ACCESS_WRITE, P + 0xffc, 8, SEGV_ACCERR, WRITE),
		inside(anonymous(P, P + 0x2000, 0)),
		"write of 8 bytes at 0x7f6c2a9f1ffc (p+0xffc): the mapping there does not allow "
		"writing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f3000 ---p  anonymous\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"cure     mprotect(0x7f6c2a9f1000, 8192, PROT_READ|PROT_WRITE)");
}

static void protection_that_cannot_be_given(void **state)
{
	(void)state;
	struct mapping file = {P, P + 0x1000, 0, 7, 0, 1, PERM_R | PERM_SHARED, "/tmp/data"};
	struct fault f = tried(ACCESS_WRITE, P, 8, SEGV_ACCERR, WRITE | PRESENT);
	struct surroundings s = inside(file);
	const char *head =
		"write of 8 bytes at 0x7f6c2a9f1000 (p): the mapping there does not allow writing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f2000 r--s  /tmp/data\n"
		"cpu      #PF, error code 0x7: a write from user mode, a page-table entry is "
		"present and "
		"forbids it\n";
	struct buf want = BUF_INIT;
	buf_printf(&want,
		"%scure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE), if the file is "
		"open for "
		"writing",
		head);
	assert_short(f, s, buf_cstr(&want));
	s.may_known = true;
	s.may = PERM_R;
	buf_clear(&want);
	buf_printf(&want, "%scure     none: what is mapped was not opened for writing", head);
	assert_short(f, s, buf_cstr(&want));
	s.may = PERM_R | PERM_W;
	buf_clear(&want);
	buf_printf(&want, "%scure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE)", head);
	assert_short(f, s, buf_cstr(&want));
	s.sealed = true;
	buf_clear(&want);
	buf_printf(&want, "%scure     none: the mapping is sealed (mseal)", head);
	assert_short(f, s, buf_cstr(&want));
	buf_deinit(&want);
}

#define READ_CPU                                                                                   \
	"cpu      #PF, error code 0x4: a read from user mode, no page-table entry present\n"
#define MMAP_END ", PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)"

static void gaps(void **state)
{
	(void)state;
	struct surroundings s = around();
	struct mapping target = TARGET;
	s.has_above = true;
	s.above = target;
	assert_short(tried(ACCESS_READ, 9999999, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x98967f: nothing is mapped there\n"
		"nearest  55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 85 TiB above\n" READ_CPU
		"cure     mmap(0x989000, 4096" MMAP_END);
	/* both sides known: the nearer edge counts */
	s.has_below = true;
	s.below = anonymous(0x55d0c6b55000, 0x55d0c6b56000, PERM_R | PERM_W);
	assert_short(tried(ACCESS_READ, 0x55d0c6b57ffc, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x55d0c6b57ffc: nothing is mapped there\n"
		"nearest  55d0c6b55000-55d0c6b56000 rw-p anonymous, 7.9 KiB below\n" READ_CPU
		"cure     mmap(0x55d0c6b57000, 8192" MMAP_END);
	/* a cure stops where the next mapping begins */
	assert_short(tried(ACCESS_READ, 0x55d0c6b59ffc, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x55d0c6b59ffc: nothing is mapped there\n"
		"nearest  55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 4 bytes above\n" READ_CPU
		"cure     mmap(0x55d0c6b59000, 4096" MMAP_END);
	s.no_room = true;
	assert_short(tried(ACCESS_READ, 0x55d0c6b56000, 1, SEGV_MAPERR, READ), s,
		"read of 1 byte at 0x55d0c6b56000: nothing is mapped there\n"
		"nearest  55d0c6b55000-55d0c6b56000 rw-p anonymous, directly below\n" READ_CPU
		"cure     none: the limit of the address space is reached (RLIMIT_AS)");
	s.no_room = false;
	assert_short(tried(ACCESS_FETCH, 0x55d0c6b56000, 1, SEGV_MAPERR, FETCH), s,
		"execution at 0x55d0c6b56000: nothing is mapped there\n"
		"nearest  55d0c6b55000-55d0c6b56000 rw-p anonymous, directly below\n"
		"cpu      #PF, error code 0x14: an instruction fetch from user mode, no page-table "
		"entry present\n"
		"cure     put code there first: a fresh mapping holds only zeros");
}

static void a_word_that_runs_into_a_hole(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, P + 0xffd, 8, SEGV_MAPERR, READ);
	struct surroundings s = around();
	f.wire.addr = f.wire.trap_addr = P + 0x1000;
	s.has_below = true;
	s.below = anonymous(P, P + 0x1000, PERM_R | PERM_W);
	assert_int_equal(fault_byte(&f, &s), P + 0x1000);
	assert_short(f, s,
		"read of 8 bytes at 0x7f6c2a9f1ffd (p+0xffd), of which the last 5 failed: nothing "
		"is mapped there\n"
		"nearest  7f6c2a9f1000-7f6c2a9f2000 rw-p anonymous, directly below\n" READ_CPU
		"cure     mmap(0x7f6c2a9f2000, 4096" MMAP_END);
}

static void a_copied_range(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, P + 0x1000, 5000, SEGV_MAPERR, READ);
	struct surroundings s = around();
	f.bulk = true;
	s.has_below = true;
	s.below = anonymous(P, P + 0x1000, PERM_R | PERM_W);
	assert_short(f, s,
		"read at 0x7f6c2a9f2000 (p+0x1000), 5000 bytes before the end: nothing is mapped "
		"there\n"
		"nearest  7f6c2a9f1000-7f6c2a9f2000 rw-p anonymous, directly below\n" READ_CPU
		"cure     mmap(0x7f6c2a9f2000, 8192" MMAP_END);
}

static void the_first_pages(void **state)
{
	(void)state;
	struct surroundings s = around();
	struct mapping target = TARGET;
	s.has_above = true;
	s.above = target;
	s.mmap_min_addr = 65536;
	assert_short(tried(ACCESS_READ, 0, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x0: nothing is mapped there, in the page of NULL\n"
		"nearest  55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 85 TiB above\n" READ_CPU
		"cure     none: nothing may be mapped below 0x10000 (vm.mmap_min_addr)");
	s.mmap_min_addr = 0;
	s.decimal_hint = true;
	assert_short(tried(ACCESS_READ, 16, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x10: nothing is mapped there, in the page of NULL\n"
		"nearest  55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 85 TiB above\n" READ_CPU
		"hint     16 has no 0x; 0x16 is mapped\n"
		"cure     mmap(NULL, 4096" MMAP_END);
}

static void guards(void **state)
{
	(void)state;
	assert_short(tried(ACCESS_READ, P + 0x1000, 1, SEGV_MAPERR, READ),
		inside(anonymous(P, P + 0x3000, PERM_R | PERM_W)),
		"read of 1 byte at 0x7f6c2a9f2000 (p+0x1000): the page is a guard inside a mapping "
		"(MADV_GUARD_INSTALL)\n"
		"mapping  7f6c2a9f1000-7f6c2a9f4000 rw-p  anonymous\n" READ_CPU
		"cure     madvise(0x7f6c2a9f2000, 4096, MADV_GUARD_REMOVE)");
}

static void past_the_end_of_a_file(void **state)
{
	(void)state;
	struct mapping file = {
		P, P + 0x3000, 0x1000, 7, 0, 1, PERM_R | PERM_SHARED, "/tmp/data (deleted)"};
	struct surroundings s = inside(file);
	struct fault f = tried(ACCESS_READ, P + 0x1008, 8, BUS_ADRERR, READ);
	f.wire.signo = SIGBUS;
	s.file.size_known = true;
	s.file.size = 5000;
	assert_short(f, s,
		"read of 8 bytes at 0x7f6c2a9f2008 (p+0x1008): the mapped file ends before this "
		"page\n"
		"mapping  7f6c2a9f1000-7f6c2a9f4000 r--s  /tmp/data (deleted)\n" READ_CPU
		"file     is 5000 bytes long, and the failing byte is at offset 8200\n"
		"cure     make the file at least 8208 bytes long; no descriptor here is open for "
		"writing to it");
	/* inside the file, or its size not known: another reason */
	s.file.size = 8193;
	assert_int_equal(fault_reason(&f, &s), REASON_NO_PAGE);
	s.file.size_known = false;
	assert_int_equal(fault_reason(&f, &s), REASON_NO_PAGE);
}

static void kernel_addresses(void **state)
{
	(void)state;
	assert_short(tried(ACCESS_READ, 0xffffffff80000000, 8, SEGV_MAPERR, READ | PRESENT),
		around(),
		"read of 8 bytes at 0xffffffff80000000: this address belongs to the kernel\n"
		"cpu      #PF, error code 0x5: a read from user mode, page tables not shown by the "
		"kernel\n"
		"cure     none: the kernel's half of the address space is closed to programs");
	/* the last page below the hole is nobody's */
	struct fault last = tried(ACCESS_READ, 0x7ffffffff000, 1, SEGV_MAPERR, READ);
	struct surroundings s = around();
	assert_int_equal(fault_reason(&last, &s), REASON_TOP);
	last.wire.trap_code |= PRESENT; /* as the kernel reports it */
	assert_short(last, s,
		"read of 1 byte at 0x7ffffffff000: the last page of the lower half is never "
		"mapped\n"
		"cpu      #PF, error code 0x5: a read from user mode, page tables not shown by the "
		"kernel\n"
		"cure     none: the kernel never maps the last page below the hole between the "
		"halves");
}

static void what_is_no_address(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, 0x8888888888888888, 8, SI_KERNEL, 0);
	f.wire.addr = 0;
	f.wire.trap = GP;
	f.wire.trap_addr = 0xdead000; /* stale */
	struct surroundings s = around();
	s.agent_code = true;
	assert_short(f, s,
		"read of 8 bytes at 0x8888888888888888: this is no address (not canonical)\n"
		"cpu      #GP, general protection fault: the CPU does not say for which address\n"
		"note     the address is known only because faultline asked for it\n"
		"cure     none: nothing can be mapped there");
	/* hlt and the like: the address is a good one, the instruction is not allowed */
	f.addr = P;
	f.kind = ACCESS_FETCH;
	f.wire.ip = P;
	s.agent_code = false;
	s.code = (struct arch_code){.bytes = {0xf4}, .n = 1};
	assert_short(f, s,
		"the instruction at 0x7f6c2a9f1000 (p), hlt: only the kernel may execute it "
		"(ring 0; programs run in ring 3)\n"
		"cpu      #GP, general protection fault");
}

static void instructions(void **state)
{
	(void)state;
	struct fault f = {.kind = ACCESS_OTHER,
		.wire = {.signo = SIGFPE, .code = FPE_INTDIV, .trap = DE, .ip = P}};
	assert_short(f, around(),
		"the instruction at 0x7f6c2a9f1000 (p): the divisor is 0, or the quotient does not "
		"fit\n"
		"cpu      #DE, divide error");
	f.wire.signo = SIGILL;
	f.wire.code = ILL_ILLOPN;
	f.wire.trap = UD;
	assert_short(f, around(),
		"the instruction at 0x7f6c2a9f1000 (p): illegal operand\n"
		"cpu      #UD, invalid opcode");
	f.wire.signo = SIGTRAP;
	f.wire.code = SI_KERNEL;
	f.wire.trap = BP;
	assert_short(f, around(),
		"the instruction at 0x7f6c2a9f1000 (p): a breakpoint, made for debuggers; the "
		"instruction pointer is already behind it\n"
		"cpu      #BP, breakpoint");
	f.wire.signo = SIGSEGV;
	f.wire.code = SI_USER;
	f.wire.trap = PF;
	assert_short(f, around(), "no access was at fault: the signal was sent by a process");
}

static void the_stack_that_does_not_grow(void **state)
{
	(void)state;
	struct surroundings s = around();
	s.has_above = true;
	s.above = (struct mapping){
		.start = 0x7ffc00000000, .end = 0x7ffc00021000, .perms = 3, .name = "[stack]"};
	s.above_grows = true;
	s.stack_limit = 8 << 20;
	assert_short(tried(ACCESS_READ, 0x7ffbff820ff8, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x7ffbff820ff8: nothing is mapped there\n"
		"nearest  7ffc00000000-7ffc00021000 rw-p [stack], 7.8 MiB above\n" READ_CPU
		"note     the stack above has overflowed: it grows down when touched, but not past "
		"8M "
		"(RLIMIT_STACK)\n"
		"cure     mmap(0x7ffbff820000, 4096" MMAP_END);
	/* further down nothing speaks of a stack */
	assert_short(tried(ACCESS_READ, 0x7ffbff000000, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x7ffbff000000: nothing is mapped there\n"
		"nearest  7ffc00000000-7ffc00021000 rw-p [stack], 16 MiB above\n" READ_CPU
		"cure     mmap(0x7ffbff000000, 4096" MMAP_END);
	s.has_below = true;
	s.below = anonymous(0x7ffbffff0000, 0x7ffbffff1000, PERM_R);
	assert_short(tried(ACCESS_READ, 0x7ffbffff2000, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x7ffbffff2000: nothing is mapped there\n"
		"nearest  7ffbffff0000-7ffbffff1000 r--p anonymous, 4 KiB below\n" READ_CPU
		"note     the stack above grows down when touched, but keeps a gap of 1M to "
		"what is below\n"
		"cure     mmap(0x7ffbffff2000, 4096" MMAP_END);
}

/* Why the kernel could not bring a page in. */
static void pages_that_do_not_come(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, P, 8, BUS_ADRERR, READ);
	struct surroundings s = inside(anonymous(P, P + 0x200000, PERM_R | PERM_W));
	f.wire.signo = SIGBUS;
	assert_int_equal(fault_reason(&f, &s), REASON_NO_PAGE);
	s.watched = true;
	assert_short(f, s,
		"read of 8 bytes at 0x7f6c2a9f1000 (p): the page is not present, and a userfaultfd "
		"wants "
		"a signal instead of a page (UFFD_FEATURE_SIGBUS)\n"
		"mapping  7f6c2a9f1000-7f6c2abf1000 rw-p  anonymous\n" READ_CPU
		"cure     mmap(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE, "
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)");
	s.watched = false;
	s.granule = 0x200000;
	assert_short(f, s,
		"read of 8 bytes at 0x7f6c2a9f1000 (p): mapped, but no huge page was free for it\n"
		"mapping  7f6c2a9f1000-7f6c2abf1000 rw-p  anonymous\n" READ_CPU
		"cure     none: as long as no huge page is free (the administrator sets "
		"vm.nr_hugepages)");
	f.wire.code = BUS_MCEERR_AR;
	assert_int_equal(fault_reason(&f, &s), REASON_DAMAGED);
	f.wire.code = BUS_ADRALN;
	assert_int_equal(fault_reason(&f, &s), REASON_ALIGNMENT);
}

/* What is done to a file so that a page past its end can be read. */
static void files_made_longer(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, P + 0x1000, 8, BUS_ADRERR, READ);
	struct surroundings s = inside((struct mapping){
		P, P + 0x2000, 0x3000, 7, 0, 1, PERM_R | PERM_SHARED, "/tmp/data"});
	const char *head = "read of 8 bytes at 0x7f6c2a9f2000 (p+0x1000): the mapped file ends "
			   "before this page\n"
			   "mapping  7f6c2a9f1000-7f6c2a9f3000 r--s  /tmp/data\n" READ_CPU
			   "file     is 5000 bytes long, and the failing byte is at offset 16384\n";
	char want[1000];
	f.wire.signo = SIGBUS;
	s.file = (struct mapped_file){.size_known = true, .size = 5000, .has_fd = true, .fd = 5};
	snprintf(want, sizeof(want), "%scure     ftruncate(5, 20480)", head);
	assert_short(f, s, want);
	s.file_limit = 20479;
	snprintf(want, sizeof(want),
		"%scure     none: no file of this process may become so long (RLIMIT_FSIZE)", head);
	assert_short(f, s, want);
	s.file_limit = 20480;
	s.granule = 0x4000;
	snprintf(want, sizeof(want),
		"%scure     none: no file of this process may become so long (RLIMIT_FSIZE)", head);
	assert_short(f, s, want);
	s.file.seals_known = true;
	s.file.seals = 4; /* F_SEAL_GROW */
	snprintf(want, sizeof(want),
		"%scure     none: the file is sealed against growing (F_SEAL_GROW)", head);
	assert_short(f, s, want);
}

/* A word over two pages: what is wrong with the other is told, and cured too. */
static void two_pages(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_WRITE, P + 0xffc, 8, SEGV_MAPERR, WRITE);
	struct surroundings s = around(), other = inside(anonymous(P + 0x1000, P + 0x2000, PERM_R));
	s.has_above = true;
	s.above = other.here;
	s.other = &other;
	s.other_byte = P + 0x1000;
	assert_short(f, s,
		"write of 8 bytes at 0x7f6c2a9f1ffc (p+0xffc), of which the first 4 failed: "
		"nothing is mapped there\n"
		"nearest  7f6c2a9f2000-7f6c2a9f3000 r--p anonymous, 4 bytes above\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"rest     the last 4 bytes, in the next page, would fail too: the mapping there "
		"does not allow writing\n"
		"cure     mmap(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE, "
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)\n"
		"and      mprotect(0x7f6c2a9f2000, 4096, PROT_READ|PROT_WRITE)");
	/* where there is no cure for one, there is none */
	other.agents = true;
	assert_short(f, s,
		"write of 8 bytes at 0x7f6c2a9f1ffc (p+0xffc), of which the first 4 failed: "
		"nothing is mapped there\n"
		"nearest  7f6c2a9f2000-7f6c2a9f3000 r--p anonymous, 4 bytes above\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"rest     the last 4 bytes, in the next page, would fail too: the mapping there "
		"does not allow writing\n"
		"cure     none: this mapping belongs to the agent");
	/* the other page is well */
	s.above.perms = other.here.perms |= PERM_W;
	other.agents = false;
	assert_short(f, s,
		"write of 8 bytes at 0x7f6c2a9f1ffc (p+0xffc), of which the first 4 failed: "
		"nothing is mapped there\n"
		"nearest  7f6c2a9f2000-7f6c2a9f3000 rw-p anonymous, 4 bytes above\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"cure     mmap(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE, "
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)");
}

static void little_is_known(void **state)
{
	(void)state;
	/* mapped and allowed: the facts do not show why */
	struct fault f = tried(ACCESS_READ, P, 1, SEGV_ACCERR, READ);
	struct surroundings s = inside(anonymous(P, P + 0x1000, PERM_R));
	assert_int_equal(fault_reason(&f, &s), REASON_UNKNOWN);
	/* neither levels nor limit nor neighbours */
	struct surroundings bare = {.page = 4096};
	assert_short(tried(ACCESS_READ, P, 1, SEGV_MAPERR, READ), bare,
		"read of 1 byte at 0x7f6c2a9f1000 (p): nothing is mapped there\n"
		"cpu      #PF, error code 0x4: a read from user mode, no page-table entry present");
}

static void at_length(void **state)
{
	(void)state;
	struct surroundings s = around();
	struct mapping target = TARGET;
	s.has_above = true;
	s.above = target;
	s.has_below = true;
	s.below = anonymous(0x10000, 0x11000, PERM_R | PERM_W);
	assert_explained(explain_fault_long, tried(ACCESS_READ, 9999999, 8, SEGV_MAPERR, READ), s,
		"read of 8 bytes at 0x98967f: nothing is mapped there\n"
		"code     instruction at 0x40001000, stack pointer 0x40003000, ring 0\n"
		"walk     the TLB has nothing of this page; in the page tables the indices are pgd "
		"0, pud 0, "
		"pmd 4, pte 393; the walk ended at the first of these entries that is not present\n"
		"cpu      #PF, page fault (trap number 14), error code 0x4\n"
		"bit      0x1 PROT is 0: no page-table entry present\n"
		"bit      0x2 WRITE is 0: a read\n"
		"bit      0x4 USER is 1: from user mode\n"
		"address  0x98967f, in CR2\n"
		"kernel   looks for a mapping at this address, and there is none\n"
		"gap      nothing is mapped from 00011000 to 55d0c6b5a000\n"
		"below    00010000-00011000 rw-p anonymous, 9.4 MiB below\n"
		"above    55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 85 TiB above\n"
		"signal   SIGSEGV, si_code SEGV_MAPERR: no mapping allows access to the address\n"
		"cure     mmap(0x989000, 4096" MMAP_END);
	s = inside(anonymous(P, P + 0x3000, PERM_R));
	s.has_below = true;
	s.below = target;
	assert_explained(explain_fault_long, tried(ACCESS_WRITE, P + 16, 4, SEGV_ACCERR, WRITE), s,
		"write of 4 bytes at 0x7f6c2a9f1010 (p+0x10): the mapping there does not allow "
		"writing\n"
		"code     instruction at 0x40001000, stack pointer 0x40003000, ring 0\n"
		"walk     the TLB has nothing of this page; in the page tables the indices are pgd "
		"254, pud "
		"432, pmd 340, pte 497; the walk ended at the first of these entries that is not "
		"present\n"
		"cpu      #PF, page fault (trap number 14), error code 0x6\n"
		"bit      0x1 PROT is 0: no page-table entry present\n"
		"bit      0x2 WRITE is 1: a write\n"
		"bit      0x4 USER is 1: from user mode\n"
		"address  0x7f6c2a9f1010 (p+0x10), in CR2\n"
		"kernel   finds a mapping at this address, but it does not allow writing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f4000 r--p  anonymous\n"
		"place    16 bytes after its start, 12272 bytes before its end\n"
		"below    55d0c6b5a000-55d0c6b5b000 r--p faultline-target, 41 TiB below\n"
		"note     no entry is not no mapping: entries are made by accesses that are "
		"allowed\n"
		"signal   SIGSEGV, si_code SEGV_ACCERR: the mapping there does not allow the "
		"access\n"
		"cure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE)");
	struct fault f = tried(ACCESS_READ, 0x8888888888888888, 8, SI_KERNEL, 0);
	f.wire.trap = GP;
	f.wire.addr = 0;
	s = around();
	s.agent_code = true;
	assert_explained(explain_fault_long, f, s,
		"read of 8 bytes at 0x8888888888888888: this is no address (not canonical)\n"
		"code     an instruction of the agent, made for this statement, ring 0\n"
		"walk     none: the CPU refuses a number that is no address before it looks at the "
		"TLB or "
		"the page tables\n"
		"cpu      #GP, general protection fault (trap number 13)\n"
		"address  none: this trap leaves CR2 as it was\n"
		"kernel   looks for no mapping: it is told no address\n"
		"signal   SIGSEGV, si_code SI_KERNEL: raised by the kernel without more detail\n"
		"note     the address is known only because faultline asked for it\n"
		"cure     none: nothing can be mapped there");
}

/* A key that was allocated, as a CPU with keys reports it, and the same where less is known. */
static void protection_keys(void **state)
{
	(void)state;
	enum { PK = 0x20, KEY = 1 };
	struct fault f = tried(ACCESS_WRITE, P, 8, SEGV_PKUERR, WRITE | PRESENT | PK);
	struct surroundings s = inside(anonymous(P, P + 0x1000, PERM_R | PERM_W));
	s.agent_code = s.key_known = true;
	s.key = f.wire.key = KEY;
	s.key_owner = KEY_ALLOCATED;
	s.key_denies = PERM_W;
	f.wire.has_rights = 1;
	f.wire.rights = 0x55555558;
	assert_short(f, s,
		"write of 8 bytes at 0x7f6c2a9f1000 (p): forbidden by protection key 1\n"
		"mapping  7f6c2a9f1000-7f6c2a9f2000 rw-p  anonymous\n"
		"key      1, allocated with pkey_alloc; pkru is 0x55555558 and forbids stores\n"
		"cpu      #PF, error code 0x27: a write from user mode, a protection key forbids "
		"it, a page-table entry is present\n"
		"cure     pkey_set(1, 0)");
	f.wire.has_rights = 0;
	f.wire.trap_code = WRITE;
	s.here.perms = PERM_R;
	s.agent_code = false; /* code may change its rights itself */
	s.key_owner = KEY_UNKNOWN;
	assert_short(f, s,
		"write of 8 bytes at 0x7f6c2a9f1000 (p): forbidden by protection key 1\n"
		"mapping  7f6c2a9f1000-7f6c2a9f2000 r--p  anonymous\n"
		"key      1, and whether it is allocated is not known\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"note     the mapping does not allow writing either\n"
		"cure     pkey_mprotect(0x7f6c2a9f1000, 4096, PROT_READ, 0)\n"
		"and      mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE)");
}

static void execute_only(void **state)
{
	(void)state;
	struct fault f = tried(ACCESS_READ, P, 1, SEGV_PKUERR, READ);
	struct surroundings s = inside(anonymous(P, P + 0x1000, PERM_X));
	s.agent_code = s.key_known = true;
	s.key = f.wire.key = 2;
	s.key_owner = KEY_KERNELS;
	s.key_denies = PERM_R | PERM_W;
	assert_short(f, s,
		"read of 1 byte at 0x7f6c2a9f1000 (p): execute-only memory, which the kernel hides "
		"behind protection key 2\n"
		"mapping  7f6c2a9f1000-7f6c2a9f2000 --xp  anonymous\n"
		"key      2, kept by the kernel for execute-only memory\n"
		"cpu      #PF, error code 0x4: a read from user mode, no page-table entry present\n"
		"cure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_EXEC)");
	/* Without keys what may be executed can be read: there only a store is refused. */
	assert_int_equal(fault_obstacles(ACCESS_READ, P, &s), 1 << REASON_KEY);
	s.key_known = false;
	assert_int_equal(fault_obstacles(ACCESS_READ, P, &s), 0);
	assert_short(tried(ACCESS_WRITE, P, 1, SEGV_ACCERR, WRITE), s,
		"write of 1 byte at 0x7f6c2a9f1000 (p): the mapping there does not allow writing\n"
		"mapping  7f6c2a9f1000-7f6c2a9f2000 --xp  anonymous\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"cure     mprotect(0x7f6c2a9f1000, 4096, PROT_READ|PROT_WRITE|PROT_EXEC)");
}

static void faults_of_called_code(void **state)
{
	(void)state;
	struct fault asked = tried(ACCESS_WRITE, 0x1234, 8, SEGV_MAPERR, WRITE);
	struct fault f = fault_of_code(&asked.wire);
	assert_int_equal(f.kind, ACCESS_WRITE);
	assert_int_equal(f.addr, 0x1234);
	assert_int_equal(f.len, 0);
	struct surroundings s = around();
	s.has_above = true;
	s.above = anonymous(0x10000, 0x11000, PERM_R);
	assert_short(f, s,
		"write at 0x1234: nothing is mapped there\n"
		"nearest  00010000-00011000 r--p anonymous, 59 KiB above\n"
		"cpu      #PF, error code 0x6: a write from user mode, no page-table entry "
		"present\n"
		"cure     mmap(0x1000, 4096, PROT_READ|PROT_WRITE, "
		"MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, "
		"-1, 0)");
	asked.wire.trap = GP;
	asked.wire.code = SI_KERNEL;
	assert_int_equal(fault_of_code(&asked.wire).kind, ACCESS_OTHER);
	asked.wire.code = SI_USER;
	assert_int_equal(fault_of_code(&asked.wire).kind, ACCESS_OTHER);
}

static void signals_print_as_strace_does(void **state)
{
	(void)state;
	static const struct {
		struct wire_fault wire;
		const char *want;
	} cases[] = {
		{{.signo = SIGSEGV, .code = SEGV_ACCERR, .addr = 0x7f6c2a9f2000},
			"--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_ACCERR, "
			"si_addr=0x7f6c2a9f2000} ---"},
		{{.signo = SIGSEGV, .code = SI_KERNEL},
			"--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL, si_addr=NULL} ---"},
		{{.signo = SIGBUS, .code = BUS_ADRERR, .addr = 1},
			"--- SIGBUS {si_signo=SIGBUS, si_code=BUS_ADRERR, si_addr=0x1} ---"},
		{{.signo = SIGSEGV, .code = SI_USER, .addr = 1000ULL << 32 | 18360},
			"--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_USER, si_pid=18360, "
			"si_uid=1000} ---"},
		{{.signo = SIGSEGV, .code = 99, .addr = 16},
			"--- SIGSEGV {si_signo=SIGSEGV, si_code=0x63, si_addr=0x10} ---"},
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&b);
		signal_print(&b, &cases[i].wire);
		assert_string_equal(buf_cstr(&b), cases[i].want);
	}
	buf_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protection),
		cmocka_unit_test(protection_that_cannot_be_given),
		cmocka_unit_test(gaps),
		cmocka_unit_test(a_word_that_runs_into_a_hole),
		cmocka_unit_test(a_copied_range),
		cmocka_unit_test(the_first_pages),
		cmocka_unit_test(guards),
		cmocka_unit_test(past_the_end_of_a_file),
		cmocka_unit_test(kernel_addresses),
		cmocka_unit_test(what_is_no_address),
		cmocka_unit_test(instructions),
		cmocka_unit_test(the_stack_that_does_not_grow),
		cmocka_unit_test(pages_that_do_not_come),
		cmocka_unit_test(files_made_longer),
		cmocka_unit_test(two_pages),
		cmocka_unit_test(little_is_known),
		cmocka_unit_test(at_length),
		cmocka_unit_test(protection_keys),
		cmocka_unit_test(execute_only),
		cmocka_unit_test(faults_of_called_code),
		cmocka_unit_test(signals_print_as_strace_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
