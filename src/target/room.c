/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent's block of mappings. */
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/blob.h"
#include "target/target.h"

extern const unsigned char agent_blob[];

int room_add_range(struct room *room, const void *start, size_t len)
{
	if (room->n_ranges == WIRE_RANGES)
		return false;
	room->ranges[room->n_ranges++] = (struct wire_range){
		.start = (uint64_t)(uintptr_t)start,
		.end = (uint64_t)(uintptr_t)start + len,
	};
	return true;
}

static void map_over(void *at, size_t len, int prot, int flags, int fd)
{
	if (mmap(at, len, prot, flags | MAP_FIXED, fd, 0) == MAP_FAILED)
		die("cannot map the agent's memory");
}

void room_make(struct room *room, int channel_fd, int exe_fd)
{
	struct blob_header blob;
	memcpy(&blob, agent_blob, sizeof(blob));
	if (blob.magic != BLOB_MAGIC)
		die("the agent's blob is damaged");

	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = page + blob.size + WIRE_STACK_OFFSET + WIRE_STACK_SIZE + page;
	unsigned char *start = mmap(NULL, size, PROT_NONE, MAP_PRIVATE, exe_fd, 0);
	if (start == MAP_FAILED)
		die("cannot reserve the agent's memory");

	room->agent = start + page;
	room->channel = room->agent + blob.size;
	map_over(room->agent, blob.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	map_over(room->channel, WIRE_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, channel_fd);
	map_over(room->channel + WIRE_STACK_OFFSET, WIRE_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memcpy(room->agent, agent_blob, blob.file);
	if (mprotect(room->agent, blob.text, PROT_READ | PROT_EXEC) != 0)
		die("cannot make the agent executable");
	room_add_range(room, start, size);
}
