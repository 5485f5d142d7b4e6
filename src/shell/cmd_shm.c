/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: shared memory of System V. Sources: shmget(2), shmop(2), shmctl(2), ipc/shm.c. */
#include <sys/shm.h>
#include <sys/syscall.h>

#include "mem/flags.h"
#include "mem/layout.h"
#include "shell/call.h"
#include "shell/session.h"
#include "shell/tables.h"

static bool shmget_defaults(uint64_t a[6], const bool given[6], struct err *err)
{
	(void)err;
	if (!given[2])
		a[2] = IPC_CREAT | 0600;
	return true;
}

#define SEGMENT                                                                                    \
	{                                                                                          \
		.name = "ID", .kind = KIND_INT                                                     \
	}
#define COMMAND                                                                                    \
	{                                                                                          \
		.name = "COMMAND", .kind = KIND_FLAGS, .reads = READS_FLAGS,                       \
		.set = &flags_shm_command                                                          \
	}

static const struct param stat_params[] = {
	SEGMENT, COMMAND, {.name = "BUF", .kind = KIND_WRITES, .set = &layout_segment}};
static const struct param set_params[] = {
	SEGMENT, COMMAND, {.name = "BUF", .kind = KIND_READS, .set = &layout_segment_set}};
static const struct param other_params[] = {SEGMENT, COMMAND, {.name = "BUF", .kind = KIND_ADDR}};

static const struct param *shmctl_variant(const uint64_t args[6], unsigned *n)
{
	uint32_t command = (uint32_t)args[1];
	*n = ARRAY_SIZE(other_params);
	return command == IPC_STAT ? stat_params : command == IPC_SET ? set_params : other_params;
}

/* IPC_STAT without BUF gets room for the answer. */
static bool shmctl_build(
	struct session *s, struct call_record *c, const bool given[6], struct err *err)
{
	if (given[2] || (uint32_t)c->args[1] != IPC_STAT)
		return true;
	return call_place(s, c, 2, NULL, sizeof(struct shmid_ds), err);
}

static void shmctl_tell(struct session *s, struct buf *b, const struct call_record *c)
{
	struct shmid_ds d;
	if ((uint32_t)c->args[1] != IPC_STAT || !call_peek(s, c, 2, &d, sizeof(d)))
		return;
	buf_printf(b, "  %zu bytes, attached %lu time%s, mode %04o, owner %u\n", d.shm_segsz,
		(unsigned long)d.shm_nattch, d.shm_nattch == 1 ? "" : "s", d.shm_perm.mode & 0777U,
		d.shm_perm.uid);
	if (d.shm_perm.mode & SHM_DEST)
		buf_puts(b, "  it goes when the last one detaches it\n");
}

const struct row rows_shm[] = {
	{
		.form = {.name = "shmget",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "KEY",
				       .kind = KIND_FLAGS,
				       .reads = READS_FLAGS,
				       .set = &flags_shm_key},
				{.name = "LEN", .kind = KIND_LEN},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_shm_get,
					.flags = PARAM_OPTIONAL,
					.dflt = "creat|0600"})},
		.defaults = shmget_defaults,
		.group = "shm",
		.summary = "make or find a segment of shared memory",
		.details = "Yields the segment's number. It belongs to the system, not to the "
			   "target: it stays until shmctl rmid "
			   "removes it. With private as KEY it is always a new one; another KEY "
			   "leads every process that knows it to "
			   "the same segment.",
		.example = "id = shmget private 2*page\np = shmat id\nshmctl id rmid\n*p = 7\n"
			   "expect *p == 7",
		.see = "shmat shmctl mmap",
		.nr = SYS_shmget,
	},
	{
		.form = {.name = "shmat",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(SEGMENT,
				{.name = "ADDR",
					.kind = KIND_ADDR,
					.flags = PARAM_OPTIONAL,
					.dflt = "NULL: the kernel chooses"},
				{.name = "FLAGS",
					.kind = KIND_FLAGS,
					.reads = READS_FLAGS,
					.set = &flags_shm_attach,
					.flags = PARAM_OPTIONAL,
					.dflt = "0"})},
		.group = "shm",
		.summary = "map a segment of shared memory",
		.details = "Maps the whole segment and yields where it begins. With rdonly it "
			   "cannot be written. An ADDR must be free, "
			   "unless remap is given, and the start of a page, unless rnd rounds it "
			   "down.",
		.example = "id = shmget private page\np = shmat id 0 rdonly\nshmctl id rmid\n"
			   "expect SEGV_ACCERR *p = 1",
		.see = "shmget shmdt",
		.nr = SYS_shmat,
		.effect = EFFECT_ALL,
		.returns = RETURNS_ADDR,
	},
	{
		.form = {.name = "shmdt",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS({.name = "ADDR", .kind = KIND_ADDR})},
		.group = "shm",
		.summary = "unmap a segment of shared memory",
		.details = "ADDR is where shmat put it. Whatever mprotect made of the mapping, all "
			   "parts that are left of it go. The "
			   "segment itself stays.",
		.example = "id = shmget private page\np = shmat id\nshmdt p\nshmctl id rmid\n"
			   "expect SEGV_MAPERR *p",
		.see = "shmat munmap",
		.nr = SYS_shmdt,
		.effect = EFFECT_ALL,
	},
	{
		.form = {.name = "shmctl",
			.aliases = "",
			.flags = CALL_FLAGS,
			PARAMS(SEGMENT, COMMAND,
				{.name = "BUF",
					.kind = KIND_ADDR,
					.flags = PARAM_OPTIONAL,
					.dflt = "room in the agent's memory for stat, else NULL"})},
		.variant = shmctl_variant,
		.build = shmctl_build,
		.tell = shmctl_tell,
		.group = "shm",
		.summary = "ask about a segment of shared memory, or remove it",
		.details =
			"stat asks for its size, owner and mode and how often it is attached. "
			"rmid removes it; those who have "
			"it attached keep it until they detach it. set takes owner and mode from "
			"BUF. SHM_LOCK keeps its pages in "
			"memory.",
		.example = "id = shmget private page\nshmctl id stat\nshmctl id rmid\n"
			   "expect EINVAL shmctl(id, IPC_RMID, 0)",
		.see = "shmget",
		.nr = SYS_shmctl,
	},
	ROW_END,
};
