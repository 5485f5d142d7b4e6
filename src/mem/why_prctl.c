/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why prctl and personality fail. After prctl(2), the PR_ pages of section 2, kernel/sys.c. */
#include <errno.h>
#include <linux/capability.h>

#include "mem/uapi.h"
#include "mem/why_parts.h"

#define OPTION(c) ((uint32_t)(c)->args[0])

/* Options of which the arguments that they do not use must be 0. */
static bool wants_zeros(const struct failed_call *c, unsigned *from)
{
	switch (OPTION(c)) {
	case PR_SET_MDWE:
	case PR_SET_MEMORY_MERGE:
		*from = 2;
		return true;
	case PR_GET_MDWE:
	case PR_GET_MEMORY_MERGE:
	case PR_GET_THP_DISABLE:
		*from = 1;
		return true;
	case PR_SET_THP_DISABLE:
		*from = 3;
		return true;
	default:
		return false;
	}
}

TEST(rest_not_0)
{
	unsigned from;
	if (!wants_zeros(c, &from))
		return WHY_NO;
	unsigned n = 0, left = 0;
	for (unsigned i = from; i < 5; i++)
		left += c->args[i] != 0;
	for (unsigned i = from; i < 5; i++) {
		if (!c->args[i])
			continue;
		const char *before = !n             ? (left > 1 ? "arguments " : "argument ")
				     : n + 1 < left ? ", "
						    : " and ";
		buf_printf(&f->text, "%s%u", before, i + 1);
		n++;
	}
	buf_puts(&f->text, n > 1 ? " are not 0, and this option does not use them"
			   : n   ? " is not 0, and this option does not use it"
				 : "");
	return n > 0;
}

/* The numbers up to here have been given to options. */
TEST(option_unknown)
{
	enum { LAST = 79 };
	bool named = OPTION(c) <= LAST || OPTION(c) == PR_SET_VMA || OPTION(c) == PR_SET_PTRACER ||
		     OPTION(c) == 0x41555856; /* PR_GET_AUXV */
	if (named)
		return WHY_UNKNOWN;
	buf_printf(&f->text, "there is no option with the number %u", OPTION(c));
	return WHY_YES;
}

/* Linux 6.18 takes a flag, and only to switch them off. */
TEST(thp_flags)
{
	uint64_t known = PR_THP_DISABLE_EXCEPT_ADVISED;
	if (OPTION(c) != PR_SET_THP_DISABLE || !c->args[2])
		return WHY_NO;
	if (!c->kernel)
		return WHY_UNKNOWN;
	if (c->kernel < (6 << 16 | 18)) {
		buf_puts(&f->text, "argument 3 is not 0: flags came with Linux 6.18");
		return WHY_YES;
	}
	if (c->args[1])
		return why_unknown_bits(f, c->args[2] & ~known, "flag");
	buf_puts(&f->text, "argument 3 is not 0, and flags are only for 1 as argument 2");
	return WHY_YES;
}

TEST(mdwe_bits)
{
	uint64_t known = PR_MDWE_REFUSE_EXEC_GAIN | PR_MDWE_NO_INHERIT;
	return OPTION(c) == PR_SET_MDWE ? why_unknown_bits(f, c->args[1] & ~known, "bit") : WHY_NO;
}

TEST(mdwe_alone)
{
	return OPTION(c) == PR_SET_MDWE && c->args[1] & PR_MDWE_NO_INHERIT &&
	       !(c->args[1] & PR_MDWE_REFUSE_EXEC_GAIN);
}

TEST(mdwe_taken_back)
{
	if (OPTION(c) != PR_SET_MDWE)
		return WHY_NO;
	return c->mdwe < 0 ? WHY_UNKNOWN : c->mdwe && (uint64_t)c->mdwe != c->args[1];
}

TEST(not_a_switch)
{
	enum { PR_SET_DUMPABLE_ = 4 };
	if (OPTION(c) != PR_SET_DUMPABLE_ || c->args[1] <= 1)
		return WHY_NO;
	buf_puts(&f->text, "the value is neither 0 nor 1");
	return WHY_YES;
}

TEST(no_signal)
{
	enum { PR_SET_PDEATHSIG_ = 1, SIGNALS = 64 };
	return OPTION(c) == PR_SET_PDEATHSIG_ && c->args[1] > SIGNALS;
}

/* ---- PR_SET_VMA(PR_SET_VMA_ANON_NAME, addr, length, name) ---- */

static bool names(const struct failed_call *c)
{
	return OPTION(c) == PR_SET_VMA;
}

TEST(vma_what)
{
	return names(c) && c->args[1] != 0;
}

TEST(vma_unaligned)
{
	return names(c) ? why_unaligned(c, f, "address", c->args[2]) : WHY_NO;
}

TEST(vma_wraps)
{
	return names(c) && why_wraps(c, c->args[2], c->args[3]);
}

TEST(vma_hole)
{
	return names(c) ? why_hole(c, f, c->args[2], align_up(c->args[3], c->page)) : WHY_NO;
}

TEST(vma_without_names)
{
	return names(c) ? WHY_UNKNOWN : WHY_NO;
}

static enum verdict of_file(const struct failed_call *c, size_t i)
{
	return c->maps->v[i].inode != 0;
}

TEST(vma_of_file)
{
	return names(c) ? why_first_such(c, f, c->args[2], c->args[3], of_file, " has a file")
			: WHY_NO;
}

/* Printable characters but those that would confuse readers of maps: is_valid_name_char(). */
TEST(vma_name)
{
	char name[80];
	if (!names(c) || !c->args[4])
		return WHY_NO;
	for (size_t n = 0; n < sizeof(name); n++) {
		if (!c->peek || !c->peek(c->ctx, c->args[4] + n, &name[n], 1))
			return WHY_UNKNOWN;
		if (!name[n])
			return WHY_NO;
		if (name[n] < ' ' || name[n] > '~' || strchr("\\`$[]", name[n])) {
			buf_printf(&f->text, "the name has a character that is not allowed, 0x%02x",
				(uint8_t)name[n]);
			return WHY_YES;
		}
	}
	buf_puts(&f->text, "the name has more than 79 bytes");
	return WHY_YES;
}

TEST(mm_without_right)
{
	return OPTION(c) == PR_SET_MM ? why_lacks(c, f, CAP_SYS_RESOURCE) : WHY_NO;
}

TEST(other_argument)
{
	unsigned from;
	return !wants_zeros(c, &from) && !names(c) ? WHY_UNKNOWN : WHY_NO;
}

const struct why_row why_rows_prctl[] = {
	{"prctl", EINVAL, "the option is no known one, or this kernel was built without it",
		option_unknown, NULL},
	{"prctl", EINVAL, "an argument that the option does not use is not 0", rest_not_0, "use 0"},
	{"prctl", EINVAL, "PR_SET_THP_DISABLE: a flag is no known one, or flags are not for this",
		thp_flags, NULL},
	{"prctl", EINVAL, "PR_SET_MDWE: a bit is no known one", mdwe_bits, NULL},
	{"prctl", EINVAL, "PR_MDWE_NO_INHERIT needs PR_MDWE_REFUSE_EXEC_GAIN", mdwe_alone,
		"add PR_MDWE_REFUSE_EXEC_GAIN"},
	{"prctl", EPERM, "PR_SET_MDWE cannot be changed once it is set", mdwe_taken_back, NULL},
	{"prctl", EINVAL, "PR_SET_DUMPABLE: the value is neither 0 nor 1", not_a_switch,
		"use 0 or 1"},
	{"prctl", EINVAL, "PR_SET_PDEATHSIG: there is no such signal", no_signal, NULL},
	{"prctl", EINVAL, "PR_SET_VMA knows only PR_SET_VMA_ANON_NAME", vma_what, NULL},
	{"prctl", EINVAL, "PR_SET_VMA: the address is no multiple of the page size", vma_unaligned,
		NULL},
	{"prctl", EINVAL,
		"PR_SET_VMA: address and length together go past the end of the address space",
		vma_wraps, NULL},
	{"prctl", EINVAL, "PR_SET_VMA: a character of the name is not allowed, or it is too long",
		vma_name, NULL},
	{"prctl", EINVAL, "PR_SET_VMA: this kernel was built without names for mappings",
		vma_without_names, NULL},
	{"prctl", ENOMEM, "PR_SET_VMA: something in the range is not mapped", vma_hole, NULL},
	{"prctl", EBADF, "PR_SET_VMA: a mapping in the range has a file", vma_of_file, NULL},
	{"prctl", EFAULT, "what an argument points at cannot be read or written", NULL, NULL},
	{"prctl", EPERM, "PR_SET_MM needs CAP_SYS_RESOURCE", mm_without_right, NULL},
	{"prctl", EPERM, "the option needs a capability that is missing", NULL, NULL},
	{"prctl", EINVAL, "the arguments are none that the option takes", other_argument, NULL},

	{"personality", EINVAL, "the kernel cannot take on this personality", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
