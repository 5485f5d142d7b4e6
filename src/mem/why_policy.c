/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why calls on memory nodes fail: mbind, set_mempolicy, get_mempolicy, move_pages, migrate_pages.
 *
 * After the manual pages of section 2 and mm/mempolicy.c, mm/migrate.c.
 */
#include <errno.h>
#include <linux/capability.h>

#include "mem/explain_parts.h"
#include "mem/uapi.h"
#include "mem/why_parts.h"

#ifndef MPOL_F_NUMA_BALANCING
#define MPOL_F_NUMA_BALANCING (1 << 13)
#endif
#ifndef MPOL_PREFERRED_MANY
#define MPOL_PREFERRED_MANY 5
#endif
enum { MODES = 7, MODE_WEIGHTED_INTERLEAVE = 6, KERNEL_MODES_6_9 = 7 };

static bool is_mbind(const struct failed_call *c)
{
	return !strcmp(c->name, "mbind");
}

/* mbind(addr, length, mode, nodes, maxnode, flags), set_mempolicy(mode, nodes, maxnode) */
static uint32_t whole_mode(const struct failed_call *c)
{
	return (uint32_t)c->args[is_mbind(c) ? 2 : 0];
}

#define MODE_FLAGS_MASK (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING)

static uint32_t mode(const struct failed_call *c)
{
	return whole_mode(c) & ~(uint32_t)MODE_FLAGS_MASK;
}

static uint64_t mask_addr(const struct failed_call *c)
{
	return c->args[is_mbind(c) ? 3 : 1];
}

static uint64_t maxnode(const struct failed_call *c)
{
	return c->args[is_mbind(c) ? 4 : 2];
}

/* Bits of a list of nodes: maxnode counts one more than are looked at. */
enum { NODES_BITS_MAX = 4096 };

struct node_list {
	bool known, empty, beyond; /* BEYOND: names a node that the target may not use */
	uint64_t first;            /* nodes 0 to 63 */
};

static struct node_list nodes_at(const struct failed_call *c, uint64_t addr, uint64_t max)
{
	struct node_list list = {.known = true, .empty = true};
	uint64_t bits = max ? max - 1 : 0;
	if (!addr || !bits)
		return list;
	if (bits > c->page * 8)
		return (struct node_list){0};
	for (uint64_t at = 0; at < bits && at < NODES_BITS_MAX; at += 64) {
		uint64_t word = 0,
			 mask = bits - at >= 64 ? UINT64_MAX : ((uint64_t)1 << (bits - at)) - 1;
		if (!c->peek || !c->peek(c->ctx, addr + at / 8, &word, sizeof(word)))
			return (struct node_list){0};
		word &= mask;
		list.empty = list.empty && !word;
		if (at == 0)
			list.first = word;
		else
			list.beyond = list.beyond || word;
	}
	list.beyond = list.beyond || (c->nodes && (list.first & ~c->nodes));
	return list;
}

static struct node_list policy_nodes(const struct failed_call *c)
{
	return nodes_at(c, mask_addr(c), maxnode(c));
}

TEST(mode_unknown)
{
	if (mode(c) < KERNEL_MODES_6_9)
		return mode(c) == MODE_WEIGHTED_INTERLEAVE && c->kernel &&
		       c->kernel < (6 << 16 | 9);
	buf_printf(&f->text, "there is no policy with the number %u", mode(c));
	return WHY_YES;
}

TEST(static_and_relative)
{
	uint32_t both = MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES;
	return (whole_mode(c) & both) == both;
}

TEST(balancing_elsewhere)
{
	return whole_mode(c) & MPOL_F_NUMA_BALANCING && mode(c) != MPOL_BIND &&
	       mode(c) != MPOL_PREFERRED_MANY;
}

/* The kernel takes one off: 0 becomes the largest number. */
static enum verdict too_many(
	const struct failed_call *c, struct finding *f, bool list, uint64_t max)
{
	if (!list || max - 1 <= c->page * 8)
		return WHY_NO;
	if (max == 0)
		buf_puts(&f->text, "maxnode is 0, and there is a list");
	else
		buf_printf(&f->text, "maxnode %llu is more than the bits of a page",
			(unsigned long long)max);
	return WHY_YES;
}

TEST(too_many_nodes)
{
	return too_many(c, f, mask_addr(c) != 0, maxnode(c));
}

TEST(nodes_unreadable)
{
	uint64_t bits = maxnode(c) ? maxnode(c) - 1 : 0;
	if (!mask_addr(c) || !bits || bits > c->page * 8)
		return WHY_NO;
	return why_bad_pointer(
		c, f, "the list of nodes", mask_addr(c), (bits + 63) / 64 * 8, PERM_R);
}

/* MPOL_DEFAULT and MPOL_LOCAL name no node, MPOL_PREFERRED may, the others must. */
TEST(nodes_not_wanted)
{
	struct node_list list = policy_nodes(c);
	if (mode(c) != MPOL_DEFAULT && mode(c) != MPOL_LOCAL)
		return WHY_NO;
	return list.known ? !list.empty : WHY_UNKNOWN;
}

TEST(flags_not_wanted)
{
	struct node_list list = policy_nodes(c);
	uint32_t flags = whole_mode(c) & (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES);
	if (mode(c) == MPOL_LOCAL)
		return flags != 0;
	return mode(c) == MPOL_PREFERRED && flags && list.known && list.empty;
}

TEST(nodes_missing)
{
	struct node_list list = policy_nodes(c);
	if (mode(c) == MPOL_DEFAULT || mode(c) == MPOL_LOCAL || mode(c) == MPOL_PREFERRED ||
		mode(c) >= MODES)
		return WHY_NO;
	return list.known ? list.empty : WHY_UNKNOWN;
}

TEST(nodes_forbidden)
{
	struct node_list list = policy_nodes(c);
	if (mode(c) == MPOL_DEFAULT || mode(c) == MPOL_LOCAL)
		return WHY_NO;
	return list.known && c->nodes ? !list.empty && !(list.first & c->nodes) : WHY_UNKNOWN;
}

/* How many nodes the kernel was built for, nothing tells. */
TEST(nodes_unknown)
{
	struct node_list list = policy_nodes(c);
	return list.known && !list.beyond ? WHY_NO : WHY_UNKNOWN;
}

/* ---- mbind ---- */

#define MBIND_FLAGS(c) ((uint32_t)(c)->args[5])

TEST(mbind_unaligned)
{
	return why_unaligned(c, f, "address", c->args[0]);
}

/* A length that becomes 0 when it is rounded up is none: nothing is done. */
TEST(mbind_wraps)
{
	return c->args[0] + align_up(c->args[1], c->page) < c->args[0];
}

TEST(mbind_flags)
{
	uint32_t known = MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL;
	return why_unknown_bits(f, MBIND_FLAGS(c) & ~known, "flag");
}

TEST(mbind_move_all)
{
	return MBIND_FLAGS(c) & MPOL_MF_MOVE_ALL ? why_lacks(c, f, CAP_SYS_NICE) : WHY_NO;
}

/* To go back to the default a hole is no obstacle, as long as something is mapped. */
TEST(mbind_hole)
{
	uint64_t len = align_up(c->args[1], c->page);
	size_t i = maps_at_or_above(c->maps, c->args[0]);
	if (mode(c) == MPOL_DEFAULT && i < c->maps->n &&
		mapping_meets(&c->maps->v[i], c->args[0], len))
		return WHY_NO;
	return why_hole(c, f, c->args[0], align_up(c->args[1], c->page));
}

/* ---- get_mempolicy(mode, nodes, maxnode, addr, flags) ---- */

#define GET_FLAGS(c) ((c)->args[4])
#define GET_KNOWN ((uint64_t)(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED))

TEST(get_flags)
{
	return why_unknown_bits(f, GET_FLAGS(c) & ~GET_KNOWN, "flag");
}

TEST(get_allowed_with)
{
	return GET_FLAGS(c) & MPOL_F_MEMS_ALLOWED && GET_FLAGS(c) & (MPOL_F_NODE | MPOL_F_ADDR);
}

TEST(get_addr_without_flag)
{
	return c->args[3] && !(GET_FLAGS(c) & (MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED));
}

TEST(get_node_not_interleaved)
{
	if (!(GET_FLAGS(c) & MPOL_F_NODE) || GET_FLAGS(c) & (MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED))
		return WHY_NO;
	return WHY_UNKNOWN;
}

TEST(get_few_nodes)
{
	if (!c->args[1])
		return WHY_NO;
	if (c->args[2] == 0)
		return WHY_YES;
	return c->args[2] < 64 ? WHY_UNKNOWN : WHY_NO;
}

TEST(get_not_mapped)
{
	if (!(GET_FLAGS(c) & MPOL_F_ADDR))
		return WHY_NO;
	return why_hole(c, f, c->args[3], 1);
}

TEST(get_mode_unwritable)
{
	return c->args[0] ? why_bad_pointer(c, f, "the place for the mode", c->args[0], 4, PERM_W)
			  : WHY_NO;
}

TEST(get_nodes_unwritable)
{
	uint64_t bytes = MIN((c->args[2] + 62) / 64 * 8, c->page);
	return c->args[1]
		       ? why_bad_pointer(c, f, "the place for the nodes", c->args[1], bytes, PERM_W)
		       : WHY_NO;
}

/* ---- move_pages(pid, count, pages, nodes, status, flags) ---- */

#define COUNT(c) ((c)->args[1])
#define MOVE_FLAGS(c) ((uint32_t)(c)->args[5])

TEST(move_flags)
{
	return why_unknown_bits(
		f, MOVE_FLAGS(c) & ~(uint32_t)(MPOL_MF_MOVE | MPOL_MF_MOVE_ALL), "flag");
}

TEST(move_all)
{
	return MOVE_FLAGS(c) & MPOL_MF_MOVE_ALL ? why_lacks(c, f, CAP_SYS_NICE) : WHY_NO;
}

TEST(no_process)
{
	return why_no_process(c, f, (int)c->args[0]);
}

TEST(foreign_process)
{
	return why_foreign_process(c, f, (int)c->args[0]);
}

TEST(pages_unreadable)
{
	return why_bad_pointer(
		c, f, "the list of pages", c->args[2], why_end(0, COUNT(c) * 8), PERM_R);
}

TEST(nodes_list_unreadable)
{
	return c->args[3] ? why_bad_pointer(
				    c, f, "the list of nodes", c->args[3], COUNT(c) * 4, PERM_R)
			  : WHY_NO;
}

TEST(status_unwritable)
{
	return why_bad_pointer(c, f, "the list of results", c->args[4], COUNT(c) * 4, PERM_W);
}

/* The first node of the list that the machine has not. */
TEST(move_no_node)
{
	int32_t node;
	enum { MOST = 4096 };
	if (!c->args[3] || !COUNT(c))
		return WHY_NO;
	for (uint64_t i = 0; i < MIN(COUNT(c), (uint64_t)MOST); i++) {
		if (!c->peek || !c->nodes || !c->peek(c->ctx, c->args[3] + 4 * i, &node, 4))
			return WHY_UNKNOWN;
		if (node >= 0 && node < 64 && c->nodes >> node & 1)
			continue;
		buf_printf(&f->text, "there is no memory node %d", node);
		return WHY_YES;
	}
	return COUNT(c) > MOST ? WHY_UNKNOWN : WHY_NO;
}

/* ---- migrate_pages(pid, maxnode, old, new) ---- */

TEST(migrate_too_many)
{
	return too_many(c, f, c->args[2] || c->args[3], c->args[1]);
}

static enum verdict migrate_list(
	const struct failed_call *c, struct finding *f, int arg, const char *what)
{
	uint64_t bits = c->args[1] ? c->args[1] - 1 : 0;
	if (!c->args[arg] || !bits || bits > c->page * 8)
		return WHY_NO;
	return why_bad_pointer(c, f, what, c->args[arg], (bits + 63) / 64 * 8, PERM_R);
}

TEST(migrate_old)
{
	return migrate_list(c, f, 2, "the list of old nodes");
}

TEST(migrate_new)
{
	return migrate_list(c, f, 3, "the list of new nodes");
}

TEST(migrate_new_empty)
{
	struct node_list list = nodes_at(c, c->args[3], c->args[1]);
	return list.known ? list.empty || (c->nodes && !(list.first & c->nodes)) : WHY_UNKNOWN;
}

TEST(migrate_new_beyond)
{
	struct node_list list = nodes_at(c, c->args[3], c->args[1]);
	return list.known && c->nodes ? list.beyond : WHY_UNKNOWN;
}

#define POLICY "mbind set_mempolicy"
#define PAGES "move_pages migrate_pages"

const struct why_row why_rows_policy[] = {
	{"mbind", EINVAL, "a bit of the flags is no known one", mbind_flags, NULL},
	{POLICY, EINVAL, "the policy is no known one", mode_unknown, NULL},
	{POLICY, EINVAL, "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other",
		static_and_relative, NULL},
	{POLICY, EINVAL, "MPOL_F_NUMA_BALANCING is for MPOL_BIND and MPOL_PREFERRED_MANY only",
		balancing_elsewhere, NULL},
	{POLICY, EINVAL, "maxnode is 0, or more than the bits of a page, and there is a list",
		too_many_nodes, NULL},
	{POLICY, EFAULT, "the list of nodes cannot be read", nodes_unreadable, NULL},
	{"mbind", EPERM, "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE", mbind_move_all, "use MPOL_MF_MOVE"},
	{"mbind", EINVAL, "the address is no multiple of the page size", mbind_unaligned, NULL},
	{"mbind", EINVAL, "address and length together go past the end of the address space",
		mbind_wraps, NULL},
	{POLICY, EINVAL, "MPOL_DEFAULT and MPOL_LOCAL take no nodes", nodes_not_wanted,
		"use NULL for the list"},
	{POLICY, EINVAL, "a mode without nodes takes no flags", flags_not_wanted, NULL},
	{POLICY, EINVAL, "the policy needs nodes, and the list is empty", nodes_missing, NULL},
	{POLICY, EINVAL, "the list names no node that the target may use", nodes_forbidden, NULL},
	{POLICY, EINVAL, "the list names a node beyond those that the kernel was built for",
		nodes_unknown, NULL},
	{"mbind", EFAULT, "something in the range is not mapped", mbind_hole, NULL},
	{"mbind", EIO, "MPOL_MF_STRICT: a page lies on another node and was not moved", NULL, NULL},
	{POLICY, ENOMEM, "the kernel itself is out of memory", NULL, NULL},

	{"get_mempolicy", EINVAL, "a bit of the flags is no known one", get_flags, NULL},
	{"get_mempolicy", EINVAL, "MPOL_F_MEMS_ALLOWED excludes MPOL_F_NODE and MPOL_F_ADDR",
		get_allowed_with, NULL},
	{"get_mempolicy", EINVAL, "an address is given without MPOL_F_ADDR", get_addr_without_flag,
		"add MPOL_F_ADDR"},
	{"get_mempolicy", EINVAL, "MPOL_F_NODE needs MPOL_F_ADDR or an interleaving policy",
		get_node_not_interleaved, "add MPOL_F_ADDR"},
	{"get_mempolicy", EINVAL, "maxnode is less than the nodes that the kernel knows",
		get_few_nodes, NULL},
	{"get_mempolicy", EFAULT, "nothing is mapped at the address", get_not_mapped, NULL},
	{"get_mempolicy", EFAULT, "the place for the mode cannot be written", get_mode_unwritable,
		NULL},
	{"get_mempolicy", EFAULT, "the place for the nodes cannot be written", get_nodes_unwritable,
		NULL},

	{"move_pages", EINVAL, "a bit of the flags is no known one", move_flags, NULL},
	{"move_pages", EPERM, "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE", move_all, "use MPOL_MF_MOVE"},
	{"migrate_pages", EINVAL,
		"maxnode is 0, or more than the bits of a page, and there is a list",
		migrate_too_many, NULL},
	{"migrate_pages", EFAULT, "the list of old nodes cannot be read", migrate_old, NULL},
	{"migrate_pages", EFAULT, "the list of new nodes cannot be read", migrate_new, NULL},
	{PAGES, ESRCH, "there is no such process", no_process, NULL},
	{PAGES, EPERM, "the process may not be traced by this one", foreign_process, NULL},
	{"migrate_pages", EPERM, "the process may not use a new node, and CAP_SYS_NICE is missing",
		migrate_new_beyond, NULL},
	{"migrate_pages", EINVAL, "none of the new nodes may be used", migrate_new_empty, NULL},
	{"move_pages", EFAULT, "the list of pages cannot be read", pages_unreadable, NULL},
	{"move_pages", EFAULT, "the list of nodes cannot be read", nodes_list_unreadable, NULL},
	{"move_pages", EFAULT, "the list of results cannot be written", status_unwritable, NULL},
	{"move_pages", ENODEV, "a node of the list does not exist", move_no_node, NULL},
	{"move_pages", EACCES, "the process may not use a node of the list", NULL, NULL},
	{"move_pages", ENOENT, "no page of the list had to be moved (Linux before 4.17)", NULL,
		NULL},
	{"move_pages", E2BIG, "too many pages at once (Linux before 2.6.29)", NULL, NULL},
	{PAGES, ENOMEM, "the kernel itself is out of memory", NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
