/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of help that belong to no single row. */
#include "shell/topics.h"

#include <stddef.h>

const struct topic topics[] = {
	{"language", "the language",
		"C's expressions over a live process. What you name is real: *p is one load\n"
		"instruction, *p = 1 one store, mmap(...) one system call.\n"
		"\n"
		"Numbers    10  0x1f  017  'a'  4K 2M 1G  1.5        Names  p  PROT_READ  page\n"
		"Types      u8 u16 u32 u64 s8 … s64, C's and stdint's names, float, double,\n"
		"           pointers to them. * on a plain number or a void * means 8 bytes.\n"
		"Memory     *p   *(u8 *)(p + page)   ((u32 *)p)[3] += 7\n"
		"Variables  p = EXPR   u32 n = 5   $p is p; $_ the last value, $errno,\n"
		"           $si_addr, $rip … are set by faultline and cannot be assigned.\n"
		"Calls      mmap(NULL, page, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)\n"
		"           In parentheses everything is C. Any system call can be called:\n"
		"           getpid(), with numbers, addresses and strings.\n"
		"Commands   mmap page rw: blanks between arguments, words for protections and\n"
		"           flags (r-x, none, shared|anon), defaults for what is left out.\n"
		"           p + 8 and p+8 are one argument, p +8 is two.\n"
		"Control    if (…) … else …   while (…) …   for (…; …; …) …   { }  break continue\n"
		"Lines      ; or the line's end closes a statement; # and // begin a comment.\n"
		"           Inside brackets, or after an operator or a \\, it goes on.\n"
		"Programs   !ls   | maps | grep libc\n"
		"\n"
		"A failed call yields -1, sets $errno, and the expression goes on. A fault ends\n"
		"the statement; the session goes on.\n"},
	{"scripts", "scripts and expect",
		"faultline FILE…, faultline <FILE and -c STATEMENT run statements without a\n"
		"prompt; -x echoes them, -e stops at the first failure.\n"
		"\n"
		"expect *p == 100                      must be true\n"
		"expect SEGV_ACCERR *p = 1             must end in this signal code, signal,\n"
		"                                      errno, ok, refused, lost or interrupted\n"
		"expect EPERM|EINVAL mmap(…)           one of several\n"
		"expect perms(p) == \"rw-p\"             functions tell facts: help mapped,\n"
		"                                      vma_count, vmflag, present, minflt …\n"
		"\n"
		"Exit status: 0 all went well; 1 a statement failed that no expect asked for, or\n"
		"an expect did not hold; 2 bad usage or a statement that makes no sense.\n"},
	{"faults", "faults",
		"A load or store is a CPU instruction; nobody is asked for permission. The CPU's\n"
		"memory management unit looks the address up in the page tables that the kernel\n"
		"made. Where it finds no entry, or one that does not allow the access, it raises\n"
		"a page fault and the kernel looks at the process's mappings:\n"
		"\n"
		"  a mapping allows the access: the kernel brings the page in, the instruction\n"
		"      is run again, and the program notices nothing;\n"
		"  no mapping there: SIGSEGV with si_code SEGV_MAPERR;\n"
		"  a mapping, but not for this kind of access: SIGSEGV with SEGV_ACCERR;\n"
		"  a file mapping past the file's last page: SIGBUS with BUS_ADRERR.\n"
		"\n"
		"So there are two questions, and a report keeps them apart: is there a mapping\n"
		"that allows it (si_code, maps), and was there a page-table entry (the error code\n"
		"of the fault). why tells both at length for the last fault.\n"},
	{0},
};
