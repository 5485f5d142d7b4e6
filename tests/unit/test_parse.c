/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text → tree, as s-expressions (fake_vocab.h tells the words and the notation).
 *
 * Errors are in test_parse_errors.c, spans and long lines in test_parse_limits.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_vocab.h"

struct row {
	const char *text, *tree;
};

/* ---- C ---- */

static const struct row expressions[] = {
	{"1", "1"},
	{"p", "p"},
	{"$p", "$p"},
	{"$_ + $1", "(+ $_ $1)"},
	{"'a'", "97"},
	{"18446744073709551615", "18446744073709551615u"},
	{"1.5 + .5f", "(+ 1.5 0.5f)"},
	{"\"a\" \"b\\n\"", "\"ab\\n\""},
	{"\"a\" hex\"41\" \"\"", "\"aA\""},
	{"(\"plain\")", "\"plain\""},
	{"1 + 2 * 3", "(+ 1 (* 2 3))"},
	{"(1 + 2) * 3", "(* (+ 1 2) 3)"},
	{"1 - 2 - 3", "(- (- 1 2) 3)"},
	{"8 / 4 % 3 * 2", "(* (% (/ 8 4) 3) 2)"},
	{"1 + 2 << 3 > 4 == 5 & 6 ^ 7 | 8 && 9 || 10",
		"(|| (&& (| (^ (& (== (> (<< (+ 1 2) 3) 4) 5) 6) 7) 8) 9) 10)"},
	{"10 || 9 && 8 | 7 ^ 6 & 5 == 4 > 3 << 2 + 1",
		"(|| 10 (&& 9 (| 8 (^ 7 (& 6 (== 5 (> 4 (<< 3 (+ 2 1)))))))))"},
	{"1 < 2 <= 3 >= 4 != 5 >> 6", "(!= (>= (<= (< 1 2) 3) 4) (>> 5 6))"},
	{"p ? 1 : q ? 2 : 3", "(?: p 1 (?: q 2 3))"},
	{"p ? q ? 1 : 2 : 3", "(?: p (?: q 1 2) 3)"},
	{"p ? q = 1 : 2", "(?: p (= q 1) 2)"},
	{"-1", "(- 1)"},
	{"- - +1", "(- (- (+ 1)))"},
	{"PROT_READ +1", "(+ PROT_READ 1)"}, /* no command's name, so no arguments */
	{"PROT_READ *p", "(* PROT_READ p)"},
	{"*-~p", "(* (- (~ p)))"},
	{"(!p)", "(! p)"},
	{"**p", "(* (* p))"},
	{"&*p", "(& (* p))"},
	{"&p[2]", "(& ([] p 2))"},
	{"p[1][2]", "([] ([] p 1) 2)"},
	{"*p++", "(* (post++ p))"},
	{"p++ + ++p - p-- - --p", "(- (- (+ (post++ p) (++pre p)) (post-- p)) (--pre p))"},
	{"(*p)++", "(post++ (* p))"},
	{"-p[1]", "(- ([] p 1))"},
	{"*p = 100", "(= (* p) 100)"},
	{"p = q = 3", "(= p (= q 3))"},
	{"p *= 1", "(*= p 1)"},
	{"p /= 1", "(/= p 1)"},
	{"p %= 1", "(%= p 1)"},
	{"p += 1", "(+= p 1)"},
	{"p -= 1", "(-= p 1)"},
	{"p <<= 1", "(<<= p 1)"},
	{"p >>= 1", "(>>= p 1)"},
	{"p &= 1", "(&= p 1)"},
	{"p ^= 1", "(^= p 1)"},
	{"p |= 1", "(|= p 1)"},
	{"p[1] += q ? 1 : 2", "(+= ([] p 1) (?: q 1 2))"},
	{"$maps = 3", "(= $maps 3)"},
	{"(p) = 3", "(= p 3)"},
	{"new = 3", "(= new 3)"},
	{"vmmap = 3", "(= vmmap 3)"},
	{"dup(3)", "(call dup 3)"},
	{"dup(3) + 1", "(+ (call dup 3) 1)"},
	{"anything()", "(call anything)"},
	{"anything(1, p = 2, (3))", "(call anything 1 (= p 2) 3)"},
	{"anything(dup(1), *p)", "(call anything (call dup 1) (* p))"},
	{"mprotect(p + page, page, PROT_READ)", "(call mprotect (+ p page) page PROT_READ)"},
	{"maps(3)", "(call maps 3)"},
	{"p + 8", "(+ p 8)"},
	{"page", "page"},
	{"p /* c */ + /* d */ 1 # e", "(+ p 1)"},
	{"p // c", "p"},
	{"p \\\n+ 1", "(+ p 1)"},
	{"p +\n1", "(+ p 1)"},
	{"p =\n\n1", "(= p 1)"},
	{"(p\n+ 1)", "(+ p 1)"},
	{"p[\n1\n]", "([] p 1)"},
	{"dup(1,\n2 # c\n)", "(call dup 1 2)"},
	{"p\r\n", "p"},
};

static const struct row types[] = {
	{"(u8)p", "(cast u8 p)"},
	{"*(u8 *)(p + page)", "(* (cast u8 * (+ p page)))"},
	{"((u32 *)p)[3] += 7", "(+= ([] (cast u32 * p) 3) 7)"},
	{"(u8)-1", "(cast u8 (- 1))"},
	{"(u8)(u16)p + 1", "(+ (cast u8 (cast u16 p)) 1)"},
	{"(void *)p", "(cast void * p)"},
	{"(uint32_t **)p", "(cast u32 ** p)"},
	{"(size_t)p", "(cast u64 p)"},
	{"(ssize_t)p", "(cast s64 p)"},
	{"(off_t)p", "(cast s64 p)"},
	{"(uintptr_t)p", "(cast u64 p)"},
	{"(float)p", "(cast float p)"},
	{"(double)p", "(cast double p)"},
	{"(char)p", "(cast s8 p)"},
	{"(unsigned char)p", "(cast u8 p)"},
	{"(char signed)p", "(cast s8 p)"},
	{"(short)p", "(cast s16 p)"},
	{"(short unsigned int)p", "(cast u16 p)"},
	{"(int)p", "(cast s32 p)"},
	{"(unsigned)p", "(cast u32 p)"},
	{"(signed)p", "(cast s32 p)"},
	{"(long)p", "(cast s64 p)"},
	{"(long unsigned int)p", "(cast u64 p)"},
	{"(unsigned long long int)p", "(cast u64 p)"},
	{"(long long)p", "(cast s64 p)"},
	{"(const unsigned char *)p", "(cast u8 * p)"},
	{"(char const * const *)p", "(cast s8 ** p)"},
	{"(volatile int *)p", "(cast s32 * p)"},
	{"sizeof(u8 *)", "(sizeof u8 *)"},
	{"sizeof (int)", "(sizeof s32)"},
	{"sizeof p", "(sizeof  p)"},
	{"sizeof *p + 1", "(+ (sizeof  (* p)) 1)"},
	{"sizeof(p) + 1", "(+ (sizeof  p) 1)"},
	{"sizeof(p)[1]", "(sizeof  ([] p 1))"},
	{"u32 n", "(declare u32 n)"},
	{"u32 n = 3", "(declare u32 n 3)"},
	{"u32 *n = p", "(declare u32 * n p)"},
	{"unsigned long n = 3 + 4", "(declare u64 n (+ 3 4))"},
	{"u8 **n", "(declare u8 ** n)"},
	{"u64 $read = 3", "(declare u64 read 3)"},
	{"u32 n = q = 3", "(declare u32 n (= q 3))"},
	{"u8 *b = mmap 4K rw", "(declare u8 * b (mmap _ 4096 3 _ _ _))"},
	{"$u8 = 1; (u8) + 1", "(block (= $u8 1) (+ u8 1))"},
};

/* ---- Commands ---- */

static const struct row commands[] = {
	{"maps", "(maps _)"},
	{"quit", "(quit)"},
	{"bye", "(quit)"},
	{"q", "q"},
	{"rea p", "(read p _)"},
	{"pa", "(maps _)"},
	{"page + 1", "(+ page 1)"},
	{"vmmap libc", "(maps \"libc\")"},
	{"munmap p 3*page", "(munmap p (* 3 page))"},
	{"munmap p, 3*page", "(munmap p (* 3 page))"},
	{"munmap p ,3*page", "(munmap p (* 3 page))"},
	{"munmap p,3*page", "(munmap p (* 3 page))"},
	{"munmap p,\n3*page", "(munmap p (* 3 page))"},
	{"munmap p \\\n3*page", "(munmap p (* 3 page))"},
	{"munmap p (3 *\n page)", "(munmap p (* 3 page))"},
	{"read p + 8", "(read (+ p 8) _)"},
	{"read p+8", "(read (+ p 8) _)"},
	{"read p+ 8", "(read (+ p 8) _)"},
	{"read p +\n8", "(read (+ p 8) _)"},
	{"read p -8", "(read p (- 8))"},
	{"read p - 8", "(read (- p 8) _)"},
	{"read p-8 -8", "(read (- p 8) (- 8))"},
	{"read p *p", "(read p (* p))"},
	{"read p &p[1]", "(read p (& ([] p 1)))"},
	{"read p ~1", "(read p (~ 1))"},
	{"read p (8)", "(read p 8)"},
	{"read (p) (8)", "(read p 8)"},
	{"read (p)", "(read p _)"},
	{"read (p), 8", "(read p 8)"},
	{"read (p, 8)", "(call read p 8)"},
	{"read (dup(1, 2)) 3", "(read (call dup 1 2) 3)"},
	{"read ()", "(call read)"},
	{"read ( )", "(call read)"},
	{"read(p)", "(call read p)"},
	{"read(p) + 1", "(+ (call read p) 1)"},
	{"read dup(1, 2) p[1]", "(read (call dup 1 2) ([] p 1))"},
	{"read (u8 *) p 8", "(read (cast u8 * p) 8)"},
	{"read sizeof (u8) 8", "(read (sizeof u8) 8)"},
	{"read p ? 1 : 2 3", "(read (?: p 1 2) 3)"},
	{"read p ++q", "(read p (++pre q))"},
	{"read p++ q", "(read (post++ p) q)"},
	{"read i=3 4", "(read (= i 3) 4)"},
	{"read (p ++) 4", "(read (post++ p) 4)"},
	{"read p == 3", "(read (== p 3) _)"},
	{"read $p 4", "(read $p 4)"},
	{"read 'a' 4", "(read 97 4)"},
	{"write p \"a\" \"b\"", "(write p \"a\" \"b\")"},
	{"write p \"a\"\"b\"", "(write p \"ab\")"},
	{"write p \"a\" hex\"90 90\" 7 -1", "(write p \"a\" \"\\220\\220\" 7 (- 1))"},
	{"write p (\"a\" \"b\")", "(write p \"ab\")"},
	{"munmap p 1; maps", "(block (munmap p 1) (maps _))"},
	{"munmap p 1;", "(munmap p 1)"},
	{"maps # all", "(maps _)"},
	{"maps /* all */", "(maps _)"},
	{"mapped(p)", "(call mapped p)"},
	{"mmap (0, 4096, 3, 2, -1, 0)", "(call mmap 0 4096 3 2 (- 1) 0)"},
	{"mprotect (p, page,\n PROT_READ)", "(call mprotect p page PROT_READ)"},
};

static const struct row assigned_commands[] = {
	{"p = mmap 3*page rw", "(= p (mmap _ (* 3 page) 3 _ _ _))"},
	{"$p = mmap 3*page rw", "(= $p (mmap _ (* 3 page) 3 _ _ _))"},
	{"p =\n mmap 3*page rw", "(= p (mmap _ (* 3 page) 3 _ _ _))"},
	{"p = mmap(NULL, 1) + 1", "(= p (+ (call mmap NULL 1) 1))"},
	{"p = mmap (NULL, 1)", "(= p (call mmap NULL 1))"},
	{"p = mmap (4) + 4 rw", "(= p (mmap _ (+ 4 4) 3 _ _ _))"},
	{"p = vmmap", "(= p vmmap)"},
	{"p = maps; p", "(block (= p (maps _)) p)"},
};

static const struct row flag_words[] = {
	{"mprotect p 100 rw", "(mprotect p 100 3)"},
	{"mprotect p 100 r-x", "(mprotect p 100 5)"},
	{"mprotect p 100 ---", "(mprotect p 100 0)"},
	{"mprotect p 100 none", "(mprotect p 100 0)"},
	{"mprotect p 100,rw", "(mprotect p 100 3)"},
	{"mprotect p 100 PROT_READ|PROT_WRITE", "(mprotect p 100 3)"},
	{"mprotect p 100 PROT_READ | PROT_WRITE", "(mprotect p 100 (| PROT_READ PROT_WRITE))"},
	{"mprotect p 100 PROT_READ|2", "(mprotect p 100 (| PROT_READ 2))"},
	{"mprotect p 100 (rw)", "(mprotect p 100 rw)"},
	{"mprotect p 100 $rw", "(mprotect p 100 $rw)"},
	{"mprotect p 100 prot", "(mprotect p 100 prot)"},
	{"mprotect p 100 prot|1", "(mprotect p 100 (| prot 1))"},
	{"mprotect p 100 6", "(mprotect p 100 6)"},
	{"mprotect p 100 ~1", "(mprotect p 100 (~ 1))"},
	{"mprotect p 100 -1", "(mprotect p 100 (- 1))"},
	{"mprotect p 100 mapped(p, 1)", "(mprotect p 100 (call mapped p 1))"},
	{"mprotect p 100 *p", "(mprotect p 100 (* p))"},
	{"mprotect p 100 sizeof p", "(mprotect p 100 (sizeof  p))"},
	{"mprotect p 100 rw # c", "(mprotect p 100 3)"},
	{"mprotect p 100 rw;p", "(block (mprotect p 100 3) p)"},
	{"{ mprotect p 100 rw}", "(block (mprotect p 100 3))"},
	{"set = 1; mprotect p 100 set", "(block (= set 1) (mprotect p 100 set))"},
	{"mmap 0 4K rw private -1", "(mmap 0 4096 3 2 (- 1) _)"},
	{"mmap 0 4K rw private|anon -1 0", "(mmap 0 4096 3 34 (- 1) 0)"},
	{"mmap 0 4K rw MAP_ANONYMOUS|shared", "(mmap 0 4096 3 33 _ _)"},
	{"mmap 0 4K rw top", "(mmap 0 4096 3 9223372036854775808u _ _)"},
	{"mmap 3*page", "(mmap _ (* 3 page) _ _ _ _)"},
	{"mmap 3*page ---", "(mmap _ (* 3 page) 0 _ _ _)"},
	{"mmap 3*page, rw", "(mmap _ (* 3 page) 3 _ _ _)"},
	{"mmap 3*page rw shared 5", "(mmap _ (* 3 page) 3 1 5 _)"},
	{"mmap p len", "(mmap p len _ _ _ _)"},
	{"mmap p prot", "(mmap p prot _ _ _ _)"},
	{"mmap p (rw)", "(mmap p rw _ _ _ _)"},
	{"mmap p 4096 rw", "(mmap p 4096 3 _ _ _)"},
};

static const struct row words[] = {
	{"maps libc.so.6", "(maps \"libc.so.6\")"},
	{"maps [heap]", "(maps \"[heap]\")"},
	{"maps r-x rw-q x", "(maps \"r-x\" (- rw q) \"x\")"},
	{"maps r--", "(maps \"r--\")"},
	{"maps ---p", "(maps \"---p\")"},
	{"maps --gaps", "(maps \"--gaps\")"},
	{"maps /usr/lib/*", "(maps \"/usr/lib/*\")"},
	{"maps libc,p", "(maps \"libc\" p)"},
	{"maps p+8", "(maps (+ p 8))"},
	{"maps p + 8 q", "(maps (+ p 8) q)"},
	{"maps p+q*page", "(maps (+ p (* q page)))"},
	{"maps p+nothing", "(maps \"p+nothing\")"},
	{"maps 0x1000", "(maps 4096)"},
	{"maps *p -p &p[1]", "(maps (* p) (- p) (& ([] p 1)))"},
	{"maps (p) $x", "(maps p $x)"},
	{"maps mapped(p, 2)", "(maps (call mapped p 2))"},
	{"maps \"a b\" \"\\x41\"", "(maps \"a b\" \"A\")"},
	{"{ maps libc}", "(block (maps \"libc\"))"},
	{"help mmap", "(help \"mmap\")"},
	{"help 7f", "(help \"7f\")"},
	{"help #", "(help _)"},
	{"save p 4K /tmp/a-b.bin", "(save p 4096 \"/tmp/a-b.bin\")"},
	{"save p 4K, \"a b\"", "(save p 4096 \"a b\")"},
	{"save p 4K don't", "(save p 4096 \"don't\")"},
	{"echo", "(echo _)"},
	{"echo  hi # there; 'x \"  ", "(echo \"hi # there; 'x \\\"\")"},
	{"echo a \\\n b", "(echo \"a  b\")"},
	{"echo a\r\n", "(echo \"a\")"},
	{"echo # a", "(echo \"# a\")"},
	{"echo ; p", "(block (echo _) p)"},
	{"note p // text", "(note p \"// text\")"},
	{"note p some // text", "(note p \"some // text\")"},
	{"time maps libc", "(time (maps \"libc\"))"},
	{"time time *p = 3; q", "(block (time (time (= (* p) 3))) q)"},
	{"time { p; q }", "(time (block p q))"},
	{"time p = mmap 4K", "(time (= p (mmap _ 4096 _ _ _ _)))"},
	{"time p - 1", "(time (- p 1))"},
	{"time read p -1", "(time (read p (- 1)))"},
};

static const struct row formats[] = {
	{"x", "(x \"\" _)"},
	{"x p", "(x \"\" p)"},
	{"x/4gx p", "(x \"4gx\" p)"},
	{"x/4gx", "(x \"4gx\" _)"},
	{"x/ p", "(x \"\" p)"},
	{"x/-4gx p + 8", "(x \"-4gx\" (+ p 8))"},
	{"x/4i$rip", "(x \"4i\" $rip)"},
	{"x/4gx&p[1]", "(x \"4gx\" (& ([] p 1)))"},
	{"x/s p; maps", "(block (x \"s\" p) (maps _))"},
	{"ex/2 p", "(x \"2\" p)"},
	{"$x = 4; x/2 p", "(block (= $x 4) (x \"2\" p))"},
	{"$x = 4; $x/2", "(block (= $x 4) (/ $x 2))"},
};

/* ---- Statements ---- */

static const struct row control[] = {
	{"if (p) *p", "(if p (* p))"},
	{"if (p) *p; else *q", "(if p (* p) (* q))"},
	{"if (p) { *p } else { *q }", "(if p (block (* p)) (block (* q)))"},
	{"if (p) { *p } else *q; i", "(block (if p (block (* p)) (* q)) i)"},
	{"if (p) {} else if (q) {} else i", "(if p (block) (if q (block) i))"},
	{"if (p) if (q) i; else len", "(if p (if q i len))"},
	{"if (p) ; else q", "(if p (block) q)"},
	{"if (p)\n\n*p", "(if p (* p))"},
	{"if (p) *p; else\n*q", "(if p (* p) (* q))"},
	{"if (p) maps libc; else munmap p 1", "(if p (maps \"libc\") (munmap p 1))"},
	{"if (\np\n) q", "(if p q)"},
	{"if(p)q", "(if p q)"},
	{"while (p < 3) p++", "(while (< p 3) (post++ p))"},
	{"while (1) { break; continue }", "(while 1 (block (break) (continue)))"},
	{"while (1) if (p) break; else continue", "(while 1 (if p (break) (continue)))"},
	{"for (i = 0; i < 10; i++) *p = i", "(for (= i 0) (< i 10) (post++ i) (= (* p) i))"},
	{"for (;;) break", "(for _ _ _ (break))"},
	{"for (int n = 0; n < 3; ) n++", "(for (declare s32 n 0) (< n 3) _ (post++ n))"},
	{"for (i = mapped(p); ; ) { maps i }", "(for (= i (call mapped p)) _ _ (block (maps i)))"},
	{"for (i = 0;\n i < 3;\n i++)\n{\n p\n}", "(for (= i 0) (< i 3) (post++ i) (block p))"},
	{"{ p\n q;\n\n i }", "(block p q i)"},
	{"{}", "(block)"},
	{"{ { p } q }", "(block (block p) q)"},
	{"{ p };", "(block p)"},
	{"{ p } q", "(block (block p) q)"},
	{"{ maps\n munmap p 1\n}", "(block (maps _) (munmap p 1))"},
	{"{ p # c\n // d\n q /* e\n */ }", "(block p q)"},
	{"{ if (p) q\n i }", "(block (if p q) i)"},
	{"p; q;; i", "(block p q i)"},
	{"p;", "p"},
	{"; p", "p"},
	{"{ n = 1\n maps n }", "(block (= n 1) (maps n))"},
	{"for (n = 0;;) { maps n }", "(for (= n 0) _ _ (block (maps n)))"},
};

static const struct row outcomes[] = {
	{"expect *p == 100", "(expect true (== (* p) 100))"},
	{"expect p", "(expect true p)"},
	{"expect !p", "(expect true (! p))"},
	{"expect (EINVAL == $errno)", "(expect true (== EINVAL $errno))"},
	{"expect (p) == q", "(expect true (== p q))"},
	{"expect mapped(p) == 1", "(expect true (== (call mapped p) 1))"},
	{"expect mprotect(p, 1, 2) == 0", "(expect true (== (call mprotect p 1 2) 0))"},
	{"expect $si_addr == p + page", "(expect true (== $si_addr (+ p page)))"},
	{"expect page == 4096", "(expect true (== page 4096))"},
	{"expect EINVAL mmap 0 0 rw", "(expect EINVAL (mmap 0 0 3 _ _ _))"},
	{"expect EINVAL mmap(NULL, 0)", "(expect EINVAL (call mmap NULL 0))"},
	{"expect EINVAL|ENOMEM *p = 1", "(expect EINVAL|ENOMEM (= (* p) 1))"},
	{"expect SEGV_ACCERR *(u8 *)(p + page) = 1",
		"(expect SEGV_ACCERR (= (* (cast u8 * (+ p page))) 1))"},
	{"expect ok p = mmap 4K", "(expect ok (= p (mmap _ 4096 _ _ _ _)))"},
	{"expect ok u32 n = 3", "(expect ok (declare u32 n 3))"},
	{"expect ok !true", "(expect ok (!true))"},
	{"expect ok | maps | cat", "(expect ok (pipe cat (maps _)))"},
	{"expect ok -p", "(expect ok (- p))"},
	{"expect ok (p)", "(expect ok p)"},
	{"expect lost dup(0); p", "(block (expect lost (call dup 0)) p)"},
};

static const struct row programs[] = {
	{"!ls -l | cat # x; y", "(!ls -l | cat # x; y)"},
	{"! ls ", "(!ls)"},
	{"!a \\\n b\nc", "(!a  b)"},
	{"| maps | grep libc", "(pipe grep libc (maps _))"},
	{"|maps | grep 'a | b' # c", "(pipe grep 'a | b' # c (maps _))"},
	{"| read p|q 3 | cat", "(pipe cat (read (| p q) 3))"},
	{"| echo a b | cat", "(pipe cat (echo \"a b\"))"},
	{"| { p; q } | cat", "(pipe cat (block p q))"},
	{"| for (i = 0; i < 3; i++) p | cat", "(pipe cat (for (= i 0) (< i 3) (post++ i) p))"},
	{"| maps libc | cat\r\n", "(pipe cat (maps \"libc\"))"},
	{"p; !ls; q", "(block p (!ls; q))"},
	{"{ !ls\n | maps | cat\n }", "(block (!ls) (pipe cat (maps _)))"},
};

static void check_row(const struct row *row)
{
	struct arena arena = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct node *tree;
	struct err err = {0};
	size_t used;
	enum parse_result result =
		parse_line(&fake_vocab, str_from(row->text), &arena, &used, &tree, &err);
	if (result != PARSE_DONE) {
		fail_msg("%s: %s", row->text, err.text);
	} else {
		fake_print(&b, tree);
		if (strcmp(buf_cstr(&b), row->tree) != 0)
			fail_msg("%s: got %s, not %s", row->text, buf_cstr(&b), row->tree);
	}
	buf_deinit(&b);
	arena_deinit(&arena);
}

#define CHECK_ROWS(rows)                                                                           \
	static void test_##rows(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)                                      \
			check_row(&rows[i]);                                                       \
	}

CHECK_ROWS(expressions)
CHECK_ROWS(types)
CHECK_ROWS(commands)
CHECK_ROWS(assigned_commands)
CHECK_ROWS(flag_words)
CHECK_ROWS(words)
CHECK_ROWS(formats)
CHECK_ROWS(control)
CHECK_ROWS(outcomes)
CHECK_ROWS(programs)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_assigned_commands),
		cmocka_unit_test(test_flag_words),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
