/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parser says when a text is no statement: the words it underlines, the sentence, where it
 * goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_vocab.h"

/* TEXT is an error: WORDS, the AT-th time that they occur (from 0), are underlined. */
static const struct row {
	const char *text, *words, *error;
	unsigned at;
} rows[] = {
	/* Names and commands */
	{"mprotekt p 100 rw", "mprotekt", "unknown command \"mprotekt\": did you mean mprotect?",
		0},
	{"reed *p", "reed", "unknown command \"reed\": did you mean read?", 0},
	{"reed * p 64", "reed", "unknown command \"reed\": did you mean read?", 0},
	{"reed (p) 64", "reed", "unknown command \"reed\": did you mean read?", 0},
	{"p = mprotekt p 100 rw", "mprotekt",
		"unknown command \"mprotekt\": did you mean mprotect?", 0},
	{"frobnicate now", "frobnicate", "unknown command \"frobnicate\": help lists all", 0},
	{"do { p } while (p)", "do", "unknown command \"do\": help lists all", 0},
	{"ma", "ma", "ambiguous: ma could be mapped, maps", 0},
	{"dup 3", "dup", "\"dup\" is no command: a function is called with parentheses, dup(…)", 0},
	{"mlockall (3)", "mlockall",
		"a call has its parenthesis right behind the name: mlockall(…)", 0},
	{"*p = mmap 4K rw", "mmap", "inside an expression a call needs parentheses: mmap(…)", 0},
	{"p = q = mmap 4K rw", "mmap", "inside an expression a call needs parentheses: mmap(…)", 0},
	{"read = 5", "read", "\"read\" is a command: the variable of that name is $read", 0},
	{"x += 5", "x", "\"x\" is a command: the variable of that name is $x", 0},
	{"x++", "++",
		"a blank is missing before this: \"x\" is a command; the variable of that name is "
		"$x",
		0},
	{"++x", "x", "\"x\" is a command: the variable of that name is $x", 0},
	{"p = 1 + (maps = 3)", "maps", "\"maps\" is a command: the variable of that name is $maps",
		0},
	{"int f(int x) { return x; }", "(",
		"functions cannot be made here: type what stands in their { }", 0},
	{"u32 maps = 3", "maps", "\"maps\" is a command: the variable of that name is $maps", 0},
	{"u8 = 3", "u8", "\"u8\" is a type: the variable of that name is $u8", 0},

	/* Arguments */
	{"mprotect p 100 rwq", "rwq", "not a protection", 0},
	{"mprotect p 100 none|q", "none|q", "not a protection", 0},
	{"mprotect p 100 --q", "--q", "not a protection", 0},
	{"mprotect p 100 @", "@", "not a protection", 0},
	{"mmap 0 4K rw fixt", "fixt", "not a mapping flag", 0},
	{"mmap 0 4K rw private | anon", "|", "flag words are joined without blanks: a|b", 0},
	{"mmap 0 4K rw private |anon", "|", "flag words are joined without blanks: a|b", 0},
	{"mprotect", "mprotect", "ADDR is missing: mprotect ADDR LEN PROT", 0},
	{"mprotect p 100", "mprotect", "PROT is missing: mprotect ADDR LEN PROT", 0},
	{"mprotect p 100 rw 4", "4", "too many arguments: mprotect ADDR LEN PROT", 0},
	{"mmap", "mmap", "LEN is missing: mmap [ADDR] LEN [PROT] [FLAGS] [FD] [OFFSET]", 0},
	{"mmap 1 2 3 4 5 6 7", "7",
		"too many arguments: mmap [ADDR] LEN [PROT] [FLAGS] [FD] [OFFSET]", 0},
	{"write p", "write", "BYTES is missing: write ADDR BYTES…", 0},
	{"x/2 p q", "q", "too many arguments: x[/FMT] [ADDR]", 0},
	{"quit 3", "3", "too many arguments: quit", 0},
	{"bye 3", "3", "too many arguments: quit", 0},
	{"time", "time", "STATEMENT is missing: time STATEMENT", 0},
	{"read p,,3", ",", "an argument is missing before this comma", 1},
	{"read ,p", ",", "an argument is missing before this comma", 0},
	{"read,p", ",",
		"a blank is missing before this: \"read\" is a command; the variable of that name "
		"is $read",
		0},
	{"read p, ;", ";", "expected an argument, found \";\"", 0},
	{"read p\"a\"", "\"a\"", "a blank is missing before this", 0},
	{"read p /8", "/",
		"an argument begins here, and \"/\" cannot begin one: blanks stand on both sides "
		"of an operator or on none",
		0},
	{"read p ?1 : 2", "?",
		"an argument begins here, and \"?\" cannot begin one: blanks stand on both sides "
		"of an operator or on none",
		0},
	{"read p =3", "=",
		"an argument begins here, and \"=\" cannot begin one: blanks stand on both sides "
		"of an operator or on none",
		0},
	{"read p [3]", "[", "expected a value, found \"[\"", 0},
	{"read p )", ")", "nothing is open that this \")\" could close", 0},
	{"read p 7f00", "7f00", "hexadecimal needs its 0x: 0x7f00", 0},
	{"maps \"open", "\"", "this string is never closed: \" is missing", 0},
	{"maps a\x01", "\x01", "stray byte \\x01", 0},
	{"echo a\x7f", "\x7f", "stray byte \\x7f", 0},

	/* Expressions */
	{"p +;", ";", "expected a value, found \";\"", 0},
	{"p =< 3", "<", "expected a value, found \"<\"", 0},
	{"p = = 3", "=", "expected a value, found \"=\"", 1},
	{"p => 3", ">", "expected a value, found \">\"", 0},
	{"()", ")", "expected a value, found \")\"", 0},
	{"(p]", "]", "expected an operator or \")\", found \"]\"", 0},
	{"p[1)", ")", "expected an operator or \"]\", found \")\"", 0},
	{"p[]", "]", "expected a value, found \"]\"", 0},
	{"(p, q)", ",", "there is no comma operator: use two statements", 0},
	{"p[1, 2]", ",", "there is no comma operator: use two statements", 0},
	{"p, q", ",", "there is no comma operator: use two statements", 0},
	{"p 100", "100", "expected an operator or the statement's end, found \"100\"", 0},
	{"p q", "q", "expected an operator or the statement's end, found \"q\"", 0},
	{"p ! q", "!", "expected an operator or the statement's end, found \"!\"", 0},
	{"p)", ")", "nothing is open that this \")\" could close", 0},
	{"p]", "]", "nothing is open that this \"]\" could close", 0},
	{"p }", "}", "nothing is open that this \"}\" could close", 0},
	{"} p", "}", "nothing is open that this \"}\" could close", 0},
	{"dup(1 2)", "2", "expected \",\" or \")\", found \"2\"", 0},
	{"dup(1,)", ")", "expected a value, found \")\"", 0},
	{"dup(,)", ",", "expected a value, found \",\"", 0},
	{"(p)(3)", "(",
		"an operator is missing here; only a name can be called, for an address there is "
		"call",
		1},
	{"p ? 1", "1", "\":\" must follow this", 0},
	{"p ? 1;", ";", "expected \":\", found \";\"", 0},
	{"p ?: 1", ":", "expected a value, found \":\"", 0},
	{"3 = 4", "3", "this cannot be assigned to: only a variable, *p or p[i] can", 0},
	{"p + 1 = 4", "p + 1", "this cannot be assigned to: only a variable, *p or p[i] can", 0},
	{"(u8)p = 4", "(u8)p", "this cannot be assigned to: only a variable, *p or p[i] can", 0},
	{"dup(1) += 4", "dup(1)", "this cannot be assigned to: only a variable, *p or p[i] can", 0},
	{"++3", "3", "this cannot be stepped: only a variable, *p or p[i] can", 0},
	{"p++ ++", "p++", "this cannot be stepped: only a variable, *p or p[i] can", 0},
	{"&p", "&p", "only *p and p[i] have an address: variables live in the shell", 0},
	{"&3", "&3", "only *p and p[i] have an address: variables live in the shell", 0},
	{"p.x", ".", "there are no structures: use an offset, *(u32 *)(p + 8)", 0},
	{"p->x", "-", "there are no structures: use an offset, *(u32 *)(p + 8)", 0},
	{"$", "$", "a name must follow the $", 0},
	{"p#x", "#", "a comment needs a blank before its #", 0},
	{"p ` q", "`", "stray character \"`\"", 0},
	{"p = \xff", "\xff", "stray byte \\xff", 0},
	{"p = \u00e9", "\u00e9", "stray character \"\u00e9\"", 0},
	{"p = \u201ca\u201d", "\u201c", "stray character \"\u201c\": use the plain \"", 0},
	{"p = 3 \u2212 1", "\u2212", "stray character \"\u2212\": use the plain -", 0},
	{"p =\u00a03", "\u00a0", "stray character \"\u00a0\": it only looks like a blank", 0},
	{"\\a", "\\", "stray character \"\\\"", 0},

	/* Literals */
	{"08", "08",
		"a number that begins with 0 is octal and has no digit 8: leave out the 0, or "
		"write 0x",
		0},
	{"*7f6c2a9f1000", "7f6c2a9f1000", "hexadecimal needs its 0x: 0x7f6c2a9f1000", 0},
	{"p = 18446744073709551616", "18446744073709551616",
		"the number is too large: the largest is 18446744073709551615 (0xffffffffffffffff)",
		0},
	{"12foo", "12foo", "\"12foo\" is neither a number nor a name", 0},
	{"\"open", "\"", "this string is never closed: \" is missing", 0},
	{"hex\"90", "hex\"", "this string is never closed: \" is missing", 0},
	{"'a", "'", "this character is never closed: ' is missing", 0},
	{"''", "''", "a character must stand between the quotes", 0},
	{"'ab'", "'ab'", "only one byte stands in '…': for text use \"…\"", 0},
	{"\"a\\q\"", "\\q",
		"no such escape: there are \\n \\t \\r \\a \\b \\e \\f \\v \\\\ \\\" \\' \\0 \\x41 "
		"\\101",
		0},
	{"\"a\" \"\\400\"", "\\400", "this is more than a byte: the largest is \\377", 0},
	{"hex\"9\"", "9", "a byte is two hexadecimal digits: 09", 0},

	/* Types */
	{"u8 + 3", "+", "expected a variable's name, found \"+\"", 0},
	{"u8", "u8", "a variable's name must follow this", 0},
	{"p + u8", "u8",
		"\"u8\" is a type: parentheses belong around it, as in sizeof(u8) or (u8)n", 0},
	{"u8(p)", "u8", "\"u8\" is a type: parentheses belong around it, as in sizeof(u8) or (u8)n",
		0},
	{"(u8 p", "p", "expected an operator or \")\", found \"p\"", 0},
	{"short char n", "short char", "\"short char\" is not a type", 0},
	{"(unsigned signed)p", "unsigned signed", "\"unsigned signed\" is not a type", 0},
	{"long long long n", "long long long", "\"long long long\" is not a type", 0},
	{"long double n", "long double", "\"long double\" is not a type", 0},
	{"u8 u8 n", "u8 u8", "\"u8 u8\" is not a type", 0},
	{"const n = 3", "n", "expected a type, found \"n\"", 1},
	{"u8 *****************n", "*", "too many stars: 16 at most", 16},
	{"void n", "void", "nothing can be void: void * is an address", 0},
	{"u8 n[3]", "[", "there are no arrays: p = mmap …, then p[i]", 0},
	{"u8 n, m", ",", "a declaration declares one variable: begin another", 0},
	{"u8 n m", "m", "expected an operator or the statement's end, found \"m\"", 0},

	/* Control */
	{"if p", "p", "a condition stands in parentheses: if (…)", 0},
	{"if p {\n}", "p", "a condition stands in parentheses: if (…)", 0},
	{"if", "if", "a condition stands in parentheses: if (…)", 0},
	{"while p", "p", "a condition stands in parentheses: while (…)", 0},
	{"while = 3", "=", "a condition stands in parentheses: while (…)", 0},
	{"if () p", ")", "expected a value, found \")\"", 0},
	{"if (p) q else i", "else", "a ; is missing before this else", 0},
	{"if (p) { } i; else q", "else",
		"no if is open here: else stands on the line of the } that it follows", 0},
	{"else", "else", "no if is open here: else stands on the line of the } that it follows", 0},
	{"if (p) }", "}", "expected a value, found \"}\"", 0},
	{"for p", "p", "for has three parts in parentheses: for (i = 0; i < 3; i++)", 0},
	{"for", "for", "for has three parts in parentheses: for (i = 0; i < 3; i++)", 0},
	{"for (p) q", ")",
		"expected \";\" (for has three parts: for (i = 0; i < 3; i++)), found \")\"", 0},
	{"for (;) q", ")", "expected a value, found \")\"", 0},
	{"for (;;;) q", ";", "expected a value, found \";\"", 2},
	{"for (i = 0, p = 1;;) q", ",", "there is no comma operator: use two statements", 0},
	{"for (;; i++, p++) q", ",", "there is no comma operator: use two statements", 0},
	{"for (maps;; maps p) q", "p", "expected an operator or \")\", found \"p\"", 2},
	{"break", "break",
		"there is no loop around this (and no breakpoints: what is called runs to its end)",
		0},
	{"if (p) continue", "continue",
		"there is no loop around this (and no breakpoints: what is called runs to its end)",
		0},
	{"while (p) { } break", "break",
		"there is no loop around this (and no breakpoints: what is called runs to its end)",
		0},
	{"while (p) break 3", "3", "expected an operator or the statement's end, found \"3\"", 0},

	/* expect */
	{"expect", "expect", "an outcome and a statement, or an expression, must follow expect", 0},
	{"expect ok", "ok", "a statement must follow the outcome", 0},
	{"expect EINVAL|ENOMEM", "EINVAL|ENOMEM", "a statement must follow the outcome", 0},
	{"expect EINVAL|FOO *p", "FOO",
		"not an outcome: there are errnos, signals, si_codes, ok, refused, lost and "
		"interrupted",
		0},
	{"expect EINVAL| ENOMEM *p", "|",
		"not an outcome: there are errnos, signals, si_codes, ok, refused, lost and "
		"interrupted",
		0},
	{"expect EINVL *p", "EINVL",
		"\"EINVL\" is neither a variable nor an outcome: there are errnos, signals, "
		"si_codes, ok, refused, lost and "
		"interrupted",
		0},
	{"expect EINVAL == 3", "EINVAL",
		"an expression that begins with an outcome's name needs parentheses: expect "
		"(EINVAL …)",
		0},
	{"expect EINVAL || p", "EINVAL",
		"an expression that begins with an outcome's name needs parentheses: expect "
		"(EINVAL …)",
		0},
	{"expect mprotect p 100 rw", "mprotect",
		"an outcome stands before a command: expect ok mprotect …", 0},
	{"expect ok if (p) q", "if", "expect goes with one simple statement", 0},
	{"expect ok { p }", "{", "expect goes with one simple statement", 0},
	{"expect { p }", "{", "expect goes with one simple statement", 0},
	{"expect ok expect p", "expect", "expect goes with one simple statement", 1},
	{"expect p q", "q", "expected an operator or the statement's end, found \"q\"", 0},

	/* Programs */
	{"!", "!", "a program must follow the !", 0},
	{"| maps", "|", "a pipe is | COMMAND | PROGRAM, with blanks around the second |", 0},
	{"| maps|less", "|", "a pipe is | COMMAND | PROGRAM, with blanks around the second |", 0},
	{"| | less", "|", "a command must stand between the two |", 0},
	{"| maps | ", "|", "a program must follow this |", 1},
	{"| maps; p | less", ";", "one statement stands in a pipe: { } makes one of several", 0},
	{"| (p | less", "(", "this \"(\" is never closed", 0},
	{"| p + | less", "+", "a value must follow this", 0},
	{"| | maps | less", "|", "a command must stand between the two |", 0},
};

/* The span of the AT-th occurrence of WORDS in TEXT. */
static struct span find(const char *text, const char *words, unsigned at)
{
	const char *p = strstr(text, words);
	while (p && at--)
		p = strstr(p + 1, words);
	if (!p)
		fail_msg("%s: there is no %s", text, words);
	return (struct span){(size_t)(p - text), strlen(words)};
}

static enum parse_result parse(const char *text, size_t *used, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct node *tree;
	*err = (struct err){0};
	enum parse_result result =
		parse_line(&fake_vocab, str_from(text), &arena, used, &tree, err);
	arena_deinit(&arena);
	return result;
}

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct err err;
		size_t used;
		enum parse_result result = parse(row->text, &used, &err);
		struct span span = find(row->text, row->words, row->at);
		if (result != PARSE_ERROR || used != strlen(row->text))
			fail_msg("%s: result %d, used %zu: %s", row->text, result, used, err.text);
		if (strcmp(err.text, row->error) != 0)
			fail_msg("%s: got \"%s\", not \"%s\"", row->text, err.text, row->error);
		if (err.span.at != span.at || err.span.len != span.len)
			fail_msg("%s: underlined %zu+%zu", row->text, err.span.at, err.span.len);
	}
}

/* ---- Unfinished texts ---- */

static void test_incomplete(void **state)
{
	static const struct {
		const char *text, *words, *error;
	} texts[] = {
		{"(p", "(", "this \"(\" is never closed"},
		{"(p\n+ 1\n", "(", "this \"(\" is never closed"},
		{"dup(1,\n", "(", "this \"(\" is never closed"},
		{"p[1", "[", "this \"[\" is never closed"},
		{"if (p", "(", "this \"(\" is never closed"},
		{"mprotect (p, 3", "(", "this \"(\" is never closed"},
		{"if (p) {\n", "{", "this \"{\" is never closed"},
		{"{ p; q\n", "{", "this \"{\" is never closed"},
		{"{ if (p) {\n }\n", "{", "this \"{\" is never closed"},
		{"p +", "+", "the text ends here: a value must follow"},
		{"p +\n\n", "+", "the text ends here: a value must follow"},
		{"*", "*", "the text ends here: a value must follow"},
		{"p =", "=", "the text ends here: a value must follow"},
		{"p ? 1 :", ":", "the text ends here: a value must follow"},
		{"u32 n =\n", "=", "the text ends here: a value must follow"},
		{"munmap p,", ",", "the text ends here: an argument must follow"},
		{"munmap p,\n", ",", "the text ends here: an argument must follow"},
		{"read p +", "+", "the text ends here: a value must follow"},
		{"if (p)", ")", "the text ends here: a statement must follow"},
		{"if (p)\n", ")", "the text ends here: a statement must follow"},
		{"while (p)\n", ")", "the text ends here: a statement must follow"},
		{"if (p) q; else\n", "else", "the text ends here: a statement must follow"},
		{"p = \\", "\\", "the text ends behind this backslash: a line must follow"},
		{"p \\\n", "\\", "the text ends behind this backslash: a line must follow"},
		{"maps \\\n", "\\", "the text ends behind this backslash: a line must follow"},
		{"p = \"a\\\n", "\"", "this string is never closed: \" is missing"},
		{"p /* c\n", "/*", "this comment is never closed: \"*/\" is missing"},
		{"/* c", "/*", "this comment is never closed: \"*/\" is missing"},
		{"!ls \\\n", "ls \\\n", "the text ends here: a line must follow"},
		{"{ frob now\n p\n", "frob", "unknown command \"frob\": help lists all"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err err;
		size_t used = 99;
		enum parse_result result = parse(texts[i].text, &used, &err);
		struct span span = find(texts[i].text, texts[i].words, 0);
		if (result != PARSE_INCOMPLETE || used != 0)
			fail_msg("%s: result %d, used %zu: %s", texts[i].text, result, used,
				err.text);
		if (strcmp(err.text, texts[i].error) != 0)
			fail_msg("%s: got \"%s\", not \"%s\"", texts[i].text, err.text,
				texts[i].error);
		if (err.span.at != span.at || err.span.len != span.len)
			fail_msg(
				"%s: underlined %zu+%zu", texts[i].text, err.span.at, err.span.len);
	}
}

/* ---- Going on behind an error ---- */

/* The broken text is what stands before the ^. */
static void test_recovery(void **state)
{
	static const char *const texts[] = {
		"p q\n^p",
		"p q; p\n^p",
		"p q\r\n^p",
		"{ frob now\n p\n}\n^p",
		"if (p) { frob now\n p\n} else { q }\n^p",
		"if p {\n { p }\n \"}\" '}' # }\n // }\n /* } */\n}\n^p",
		"dup(1 2,\n3)\n^p",
		"dup(1 2,\n(3)\n)\n^p",
		"dup(1 2\n^p\n",
		"p [ 1 }\n^p",
		"} p\n^p",
		"p q +\n p\n^p",
		"p q,\n p\n^p",
		"p q \\\n p\n^p",
		"mprotect p 1 rwq ---\n^p",
		"mprotect p 1 rwq--\n^p",
		"\"open\n^p",
		"p = 'open { [ (\n^p",
		"p q \"(\" 'a' # ( \n^p",
		"p q # c +\n^p",
		"frob { p\n^p",
		"| maps; p | { ( less\n^p",
		"echo a \\\n b\x01\n^p",
		"3 = \"a\\\nb\"\n^p",
		"if (p) q else { p\n}\n^p",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf b = BUF_INIT;
		struct err err;
		size_t used, cut = (size_t)(strchr(texts[i], '^') - texts[i]);
		buf_add(&b, texts[i], cut);
		buf_puts(&b, texts[i] + cut + 1);
		enum parse_result result = parse(buf_cstr(&b), &used, &err);
		if (result != PARSE_ERROR || used != cut)
			fail_msg("%s: result %d, used %zu, not %zu", buf_cstr(&b), result, used,
				cut);
		buf_deinit(&b);
	}
}

static void test_nul(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *tree;
	struct err err;
	size_t used;
	(void)state;
	assert_int_equal(
		parse_line(&fake_vocab, STR("p \0\nq"), &arena, &used, &tree, &err), PARSE_ERROR);
	assert_string_equal(err.text, "stray byte \\x00");
	assert_int_equal(err.span.at, 2);
	assert_int_equal(used, 4);
	assert_int_equal(
		parse_line(&fake_vocab, STR("maps a\0b"), &arena, &used, &tree, &err), PARSE_ERROR);
	assert_string_equal(err.text, "stray byte \\x00");
	assert_int_equal(parse_line(&fake_vocab, STR("p = \"a\0b\""), &arena, &used, &tree, &err),
		PARSE_ERROR);
	assert_int_equal(
		parse_line(&fake_vocab, STR("echo \0"), &arena, &used, &tree, &err), PARSE_ERROR);
	arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_recovery),
		cmocka_unit_test(test_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
