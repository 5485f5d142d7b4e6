/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of foreign words. Sources: the manuals of gdb, pwndbg, xfs_io(8), WinDbg, lldb. */
#include "shell/habits.h"

#include <stdio.h>

struct habit {
	const char *word;
	const char *ours;
};

static const struct habit habits[] = {
	/* gdb and lldb */
	{"info", "maps, regs, sym or where"},
	{"print", "the expression alone, or echo"},
	{"p", "the expression alone, or echo"},
	{"expression", "the expression alone, or echo"},
	{"expr", "the expression alone, or echo"},
	{"output", "the expression alone, or echo"},
	{"po", "the expression alone, or echo"},
	{"display", "watch"},
	{"undisplay", "unwatch"},
	{"whatis", "vars"},
	{"ptype", "vars"},
	{"bt", "why"},
	{"backtrace", "why"},
	{"frame", "why"},
	{"disassemble", "x/8i"},
	{"disas", "x/8i"},
	{"run", "call"},
	{"start", "call"},
	{"step", "call"},
	{"next", "call"},
	{"stepi", "call"},
	{"nexti", "call"},
	{"si", "call"},
	{"ni", "call"},
	{"finish", "call"},
	{"until", "call"},
	{"pc", "$rip"},
	{"sp", "$rsp"},
	{"fp", "$rbp"},
	{"tbreak", "expect"},
	{"dump", "save"},
	{"shell", "!PROGRAM"},
	{"list", "help"},
	{"memory", "read, write, find or where"},
	{"register", "regs"},
	{"registers", "regs"},
	{"image", "maps"},
	{"settings", "set"},
	{"define", "alias"},
	{"i", "maps, regs, sym or where"},
	{"jump", "call"},
	{"thread", "stat"},
	{"dis", "x/8i"},
	{"di", "x/8i"},
	/* pwndbg */
	{"search", "find"},
	{"checksec", "cpu"},
	{"piebase", "maps faultline-target"},
	{"context", "why"},
	{"ctx", "why"},
	{"nearpc", "x/8i $rip"},
	{"stack", "telescope $stack"},
	{"bins", "telescope $heap"},
	{"probeleak", "telescope"},
	{"p2p", "telescope"},
	{"procinfo", "stat"},
	{"aslr", "faultline --no-aslr"},
	{"rop", "find executable hex\"5f c3\""},
	{"ropper", "find executable hex\"5f c3\""},
	{"ropgadget", "find executable hex\"5f c3\""},
	{"ROPgadget", "find executable hex\"5f c3\""},
	{"patch", "write"},
	{"distance", "a difference, as in q - p"},
	{"pagemap", "pages"},
	{"mappings", "maps"},
	{"memmap", "maps"},
	{"vis_heap_chunks", "telescope $heap"},
	{"heap", "maps heap"},
	/* xfs_io */
	{"mread", "read"},
	{"mwrite", "write"},
	{"lsmmap", "maps"},
	{"falloc", "fallocate"},
	{"file", "stat"},
	{"fiemap", "pages"},
	{"pmap", "maps"},
	/* WinDbg */
	{"lm", "maps"},
	{"r", "regs"},
	{"u", "x/8i"},
	{"k", "why"},
	{"kb", "why"},
	{"g", "call"},
	{"t", "call"},
	{"f", "fill"},
	{"s", "find"},
	{"c", "compare"},
	{"m", "copy"},
	{"ln", "where"},
	{"qd", "quit"},
	/* the system's shell */
	{"ls", "!ls"},
	{"cat", "!cat"},
	{"ps", "!ps"},
	{"pwd", "!pwd"},
	{"clear", "!clear"},
	{"man", "help"},
	{"ulimit", "limits"},
	{"strace", "set echo on"},
	/* instructions: those that the README begins with */
	{"mov", "*ADDR to load or *ADDR = VALUE to store"},
	{"movq", "*ADDR to load or *ADDR = VALUE to store"},
	{"poke", "*ADDR = VALUE"},
	{"peek", "*ADDR"},
	/* words of command form where C is wanted */
	{"rw", "PROT_READ|PROT_WRITE, or are the arguments in another order"},
	{"rx", "PROT_READ|PROT_EXEC, or are the arguments in another order"},
	{"rwx", "PROT_READ|PROT_WRITE|PROT_EXEC, or are the arguments in another order"},
	{"none", "PROT_NONE"},
	{"anon", "MAP_ANONYMOUS"},
	{"private", "MAP_PRIVATE"},
	{"shared", "MAP_SHARED"},
	{"fixed", "MAP_FIXED"},
	{"PAGE_SIZE", "page"},
	{"PAGESIZE", "page"},
	{"null", "NULL"},
	{"nullptr", "NULL"},
	{"true", "1"},
	{"false", "0"},
};

/* What has no counterpart: a sentence. */
static const struct habit absent[] = {
	{"struct", "there are no structures: use an offset, as in *(u32 *)(p + 8)"},
	{"union", "there are no unions: cast the address, as in *(float *)p"},
	{"enum", "there are no enumerations: n = 1 makes a variable"},
	{"typedef", "types cannot be named: help types lists those that there are"},
	{"return", "there are no functions to return from: quit leaves"},
	{"goto", "there is no goto: if, while and for are those of C"},
	{"do", "there is no do: write while (1) { … }, left with break"},
	{"switch", "there is no switch: write if … else if"},
	{"static", "leave it away: every variable lasts as long as the session"},
	{"extern", "leave it away: sym(\"name\") is where a symbol of the target is"},
	{"b", "there are no breakpoints: call runs code, and what it raises is shown"},
	{"bp", "there are no breakpoints: call runs code, and what it raises is shown"},
	{"breakpoint", "there are no breakpoints: call runs code, and what it raises is shown"},
	{"cyclic", "patterns are not made here: fill and find take bytes"},
	{"pattern", "patterns are not made here: fill and find take bytes"},
};

static const struct habit bang_habits[] = {
	{"address", "where, and maps for all"},
	{"vprot", "where"},
	{"vadump", "maps"},
	{"vad", "maps"},
	{"pte", "walk"},
	{"heap", "maps heap"},
	{"analyze", "why"},
	{"peb", "stat"},
	{"process", "stat"},
};

static const char *find(const struct habit *table, size_t n, struct str word)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, table[i].word))
			return table[i].ours;
	return NULL;
}

/* WinDbg's count, L10: the number alone. */
static const char *count_of(struct str word)
{
	static char number[24];

	if (word.n < 2 || word.n >= sizeof(number) || word.p[0] != 'L')
		return NULL;
	for (size_t i = 1; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return NULL;
	snprintf(number, sizeof(number), "%.*s", (int)word.n - 1, word.p + 1);
	return number;
}

const char *habit_of(struct str word)
{
	const char *ours = find(habits, ARRAY_SIZE(habits), word);

	return ours ? ours : count_of(word);
}

const char *habit_absent(struct str word)
{
	return find(absent, ARRAY_SIZE(absent), word);
}

const char *habit_of_bang(struct str program)
{
	size_t n = 0;

	while (n < program.n && program.p[n] != ' ')
		n++;
	return find(bang_habits, ARRAY_SIZE(bang_habits), (struct str){program.p, n});
}
