/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sets of names that shared memory of System V takes: shmget(2), shmat(2), shmctl(2). */
#include "mem/flags.h"
#include "mem/uapi.h"

/* clang-format off */
#define F(constant, meaning) {#constant, (uint64_t)(constant), meaning}
#define END {NULL, 0, NULL}
/* clang-format on */

static const struct flag key[] = {
	F(IPC_PRIVATE, "a new segment, which no key leads to"),
	END,
};

const struct flag_set flags_shm_key = {
	.what = "key",
	.prefix = "IPC_",
	.stranger = "",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = key,
	.cure = "use private or a number that the processes agree on",
};

static const struct flag get[] = {
	F(IPC_CREAT, "make the segment if there is none"),
	F(IPC_EXCL, "with IPC_CREAT: fail if there is one"),
	F(SHM_HUGETLB, "from the pool of huge pages"),
	F(SHM_NORESERVE, "do not reserve swap space"),
	END,
};

/* Of those with the other prefix the words that may be written without it. */
static const struct flag_set get_words = {.prefix = "SHM_", .flags = get};
static const struct flag_set *const get_also[] = {&get_words, NULL};

const struct flag_set flags_shm_get = {
	.what = "segment flags",
	.prefix = "IPC_",
	.stranger = "",
	.style = FLAGS_BITS,
	.number = {"SHM_HUGE_SHIFT", SHM_HUGE_SHIFT, SHM_HUGE_MASK},
	.octal = 0777,
	.is_int = true,
	.flags = get,
	.cure = "use words such as creat|excl|0600, a number or IPC_… and SHM_… names",
	.also = get_also,
};

static const struct flag attach[] = {
	F(SHM_RDONLY, "only for reading"),
	F(SHM_RND, "round the address down to a page"),
	F(SHM_REMAP, "replace what is mapped there"),
	F(SHM_EXEC, "for executing too"),
	END,
};

const struct flag_set flags_shm_attach = {
	.what = "attach flags",
	.prefix = "SHM_",
	.style = FLAGS_BITS,
	.is_int = true,
	.flags = attach,
	.cure = "use words such as rdonly|rnd, a number or SHM_… names",
};

static const struct flag command[] = {
	F(IPC_RMID, "remove it once nobody has it attached"),
	F(IPC_SET, "set its owner and mode"),
	F(IPC_STAT, "ask about it"),
	F(IPC_INFO, "the limits of the system"),
	F(SHM_LOCK, "keep its pages in memory"),
	F(SHM_UNLOCK, "undo SHM_LOCK"),
	F(SHM_STAT, "as IPC_STAT, by the place in the system's table"),
	F(SHM_INFO, "what all segments use"),
	F(SHM_STAT_ANY, "as SHM_STAT, without the right to read"),
	END,
};

static const struct flag_set command_words = {.prefix = "SHM_", .flags = command};
static const struct flag_set *const command_also[] = {&command_words, NULL};

const struct flag_set flags_shm_command = {
	.what = "shmctl command",
	.prefix = "IPC_",
	.stranger = "SHM_",
	.style = FLAGS_ONE,
	.is_int = true,
	.flags = command,
	.cure = "use a word such as stat, rmid, lock, a number or IPC_… and SHM_… names",
	.also = command_also,
};
