/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows: the system calls on memory policies and the nodes that pages live on. Sources: mbind(2),
 * set_mempolicy(2), get_mempolicy(2), move_pages(2), migrate_pages(2), mm/mempolicy.c.
 *
 * In command form a node mask is a number: bit 0 is node 0.
 */
#include <sys/syscall.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

enum { MASK_BITS = 64 }; /* of a node mask in command form */

/* Puts the mask MASK into the target as argument I; 0 stays NULL. */
static bool place_mask(
	struct session *s, struct call_record *c, unsigned i, uint64_t mask, struct err *err)
{
	c->args[i] = 0;
	return !mask || call_place(s, c, i, &mask, sizeof(mask), err);
}

/* ADDR LEN MODE NODES FLAGS becomes ADDR LEN MODE MASK MAXNODE FLAGS. */
static bool mbind_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	(void)given;
	c->args[5] = c->args[4];
	c->args[4] = c->args[3] ? MASK_BITS : 0;
	return place_mask(s, c, 3, c->args[3], err);
}

static bool set_mempolicy_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	(void)given;
	c->args[2] = c->args[1] ? MASK_BITS : 0;
	return place_mask(s, c, 1, c->args[1], err);
}

/* ADDR FLAGS becomes MODE MASK MAXNODE ADDR FLAGS. */
static bool get_mempolicy_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	enum { OF_ADDRESS = 2 }; /* MPOL_F_ADDR */
	uint64_t addr = c->args[0], flags = given[1] ? c->args[1] : given[0] ? OF_ADDRESS : 0;
	c->args[2] = MASK_BITS;
	c->args[3] = addr;
	c->args[4] = flags;
	return call_place(s, c, 0, NULL, sizeof(uint64_t), err) &&
	       call_place(s, c, 1, NULL, sizeof(uint64_t), err);
}

/* ADDR LEN NODE becomes PID COUNT PAGES NODES STATUS FLAGS. */
static bool move_pages_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	enum { MOST = 4096, MOVE = 2 }; /* MPOL_MF_MOVE */
	uint64_t addr = c->args[0], len = given[1] ? c->args[1] : s->page;
	int32_t node = (int32_t)c->args[2];
	size_t n = len / s->page + (len % s->page != 0);
	if (n > MOST)
		return err_set(err, ERR_VALUE, (struct span){0},
			"at most %d pages at once in command form", MOST);
	uint64_t *pages = arena_alloc(&s->arena, (n + !n) * sizeof(*pages));
	int32_t *nodes = arena_alloc(&s->arena, (n + !n) * sizeof(*nodes));
	for (size_t i = 0; i < n; i++) {
		pages[i] = addr + i * s->page;
		nodes[i] = node;
	}
	c->args[0] = 0;
	c->args[1] = n;
	c->args[3] = 0;
	c->args[5] = given[2] ? MOVE : 0;
	return call_place(s, c, 2, pages, n * sizeof(*pages), err) &&
	       (!given[2] || call_place(s, c, 3, nodes, n * sizeof(*nodes), err)) &&
	       call_place(s, c, 4, NULL, n * sizeof(*nodes), err);
}

/* PID OLD NEW becomes PID MAXNODE OLD NEW. */
static bool migrate_pages_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	uint64_t old = c->args[1], new = c->args[2];
	(void)given;
	c->args[1] = MASK_BITS;
	return call_place(s, c, 2, &old, sizeof(old), err) &&
	       call_place(s, c, 3, &new, sizeof(new), err);
}

#define POLICY                                                                                     \
	{                                                                                          \
		.name = "MODE", .kind = KIND_FLAGS, .reads = READS_FLAGS, .set = &flags_policy     \
	}
#define NODES                                                                                      \
	{                                                                                          \
		.name = "NODES", .kind = KIND_NUMBER, .flags = PARAM_OPTIONAL, .dflt = "0: none"   \
	}
#define MASK                                                                                       \
	{                                                                                          \
		.name = "NODES", .kind = KIND_READS, .set = &layout_nodes                          \
	}
#define MAXNODE                                                                                    \
	{                                                                                          \
		.name = "MAXNODE", .kind = KIND_NUMBER                                             \
	}
#define MOVING                                                                                     \
	{                                                                                          \
		.name = "FLAGS", .kind = KIND_FLAGS, .reads = READS_FLAGS,                         \
		.set = &flags_policy_move, .flags = PARAM_OPTIONAL, .dflt = "0"                    \
	}
#define ASKING                                                                                     \
	{                                                                                          \
		.name = "FLAGS", .kind = KIND_FLAGS, .reads = READS_FLAGS,                         \
		.set = &flags_policy_get, .flags = PARAM_OPTIONAL,                                 \
		.dflt = "addr with ADDR, else 0"                                                   \
	}

const struct row rows_numa[] = {
	{
		.form = {.name = "mbind",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(ADDR_LEN, POLICY, NODES, MOVING)},
		C_PARAMS(ADDR_LEN, POLICY, MASK, MAXNODE, MOVING),
		.build = mbind_build,
		.group = "numa",
		.summary = "say which nodes a range gets its pages from",
		.details = "It counts for pages that come in from now on; with the flag move those "
			   "that are there are moved too. "
			   "NODES is a bit mask: 1 is node 0, 2 is node 1. In call form it is the "
			   "address of a mask of MAXNODE "
			   "bits.",
		.example = "p = mmap page\nexpect ok|EPERM|ENOSYS mbind p page bind 1\nexpect "
			   "ok|EPERM|ENOSYS mbind p page default",
		.see = "get_mempolicy set_mempolicy move_pages",
		.nr = SYS_mbind,
		.effect = EFFECT_RANGE,
	},
	{
		.form = {.name = "set_mempolicy",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(POLICY, NODES)},
		C_PARAMS(POLICY, MASK, MAXNODE),
		.build = set_mempolicy_build,
		.group = "numa",
		.summary = "say which nodes the target gets its pages from",
		.details = "It counts where no policy of mbind does. NODES as in mbind.",
		.example = "expect ok|EPERM|ENOSYS set_mempolicy preferred 1\nexpect "
			   "ok|EPERM|ENOSYS set_mempolicy default",
		.see = "mbind get_mempolicy",
		.nr = SYS_set_mempolicy,
	},
	{
		.form = {.name = "get_mempolicy",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR",
				       .kind = KIND_ADDR,
				       .flags = PARAM_OPTIONAL,
				       .dflt = "NULL: the target's own policy"},
				ASKING)},
		C_PARAMS({.name = "MODE", .kind = KIND_WRITES, .set = &layout_mode},
			{.name = "NODES", .kind = KIND_WRITES, .set = &layout_nodes}, MAXNODE,
			{.name = "ADDR", .kind = KIND_ADDR},
			{.name = "FLAGS", .kind = KIND_FLAGS, .set = &flags_policy_get}),
		.build = get_mempolicy_build,
		.group = "numa",
		.summary = "ask for the memory policy of an address or of the target",
		.details =
			"In call form the mode and the mask are written to MODE and NODES. With "
			"the flags node and addr the mode "
			"is the node on which the page at ADDR lives: it is brought in for that.",
		.example = "p = mmap page\nexpect ok|EPERM|ENOSYS get_mempolicy p",
		.see = "mbind set_mempolicy",
		.nr = SYS_get_mempolicy,
	},
	{
		.form = {.name = "move_pages",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR},
				{.name = "LEN",
					.kind = KIND_LEN,
					.flags = PARAM_OPTIONAL,
					.dflt = "one page"},
				{.name = "NODE",
					.kind = KIND_NUMBER,
					.flags = PARAM_OPTIONAL,
					.dflt = "only ask"})},
		C_PARAMS({.name = "PID", .kind = KIND_INT}, {.name = "COUNT", .kind = KIND_NUMBER},
			{.name = "PAGES", .kind = KIND_READS, .set = &layout_pages},
			{.name = "NODES", .kind = KIND_READS, .set = &layout_node_numbers},
			{.name = "STATUS", .kind = KIND_WRITES, .set = &layout_status},
			{.name = "FLAGS", .kind = KIND_FLAGS, .set = &flags_policy_move}),
		.build = move_pages_build,
		.group = "numa",
		.summary = "ask on which node pages live, or move them",
		.details = "The status of each page is its node, or the negative errno that says "
			   "why there is none: -ENOENT where no "
			   "page is. In call form COUNT addresses stand at PAGES, the nodes to "
			   "move them to at NODES (NULL only "
			   "asks), and STATUS gets the answers.",
		.example = "p = mmap 2*page\n*p = 1\nexpect ok|EPERM|ENOSYS move_pages p 2*page",
		.see = "mbind migrate_pages",
		.nr = SYS_move_pages,
	},
	{
		.form = {.name = "migrate_pages",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "PID", .kind = KIND_INT},
				{.name = "OLD", .kind = KIND_NUMBER},
				{.name = "NEW", .kind = KIND_NUMBER})},
		C_PARAMS({.name = "PID", .kind = KIND_INT}, MAXNODE,
			{.name = "OLD", .kind = KIND_READS, .set = &layout_nodes_old},
			{.name = "NEW", .kind = KIND_READS, .set = &layout_nodes_old}),
		.build = migrate_pages_build,
		.group = "numa",
		.summary = "move all pages of a process from some nodes to others",
		.details = "PID 0 is the target. OLD and NEW are bit masks of nodes, in call form "
			   "the addresses of masks of MAXNODE "
			   "bits. It yields how many pages could not be moved.",
		.example = "expect ok|EPERM|ENOSYS migrate_pages 0 1 1",
		.see = "move_pages",
		.nr = SYS_migrate_pages,
	},
	ROW_END,
};
