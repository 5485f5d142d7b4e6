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
	{"print", "echo"},
	{"p", "echo"},
	{"expression", "echo"},
	{"expr", "echo"},
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
	{"rw", "PROT_READ|PROT_WRITE"},
	{"rx", "PROT_READ|PROT_EXEC"},
	{"rwx", "PROT_READ|PROT_WRITE|PROT_EXEC"},
	{"none", "PROT_NONE"},
	{"anon", "MAP_ANONYMOUS"},
	{"private", "MAP_PRIVATE"},
	{"shared", "MAP_SHARED"},
	{"fixed", "MAP_FIXED"},
	{"PAGE_SIZE", "page"},
	{"PAGESIZE", "page"},
	{"null", "NULL"},
	{"nullptr", "NULL"},
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

const char *habit_of_bang(struct str program)
{
	size_t n = 0;

	while (n < program.n && program.p[n] != ' ')
		n++;
	return find(bang_habits, ARRAY_SIZE(bang_habits), (struct str){program.p, n});
}
