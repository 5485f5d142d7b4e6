/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program whose memory is explored: makes room for the agent, gives up what ties the process to
 * libc, and jumps. Started by the shell as `faultline-target CHANNEL PARENT`: the descriptor of the
 * channel and the shell's process id.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/blob.h"
#include "target/target.h"

_Noreturn void die(const char *what)
{
	fprintf(stderr, "faultline-target: %s: %s\n", what, strerror(errno));
	_exit(1);
}

/* Whatever happens to the shell, nothing of it outlives it. */
static void bind_to_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		die("cannot ask to die with the shell");
	if (getppid() != parent)
		_exit(1);
}

/* If memory runs out, the kernel is to pick the target and not the shell. Best effort. */
static void offer_to_oom_killer(void)
{
	static const char most[] = "1000";
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, most, sizeof(most) - 1) < 0)
		errno = 0;
	close(fd);
}

/* The user's descriptors are 0, 1, 2 and what they open. */
static void close_others(int channel_fd)
{
	if (channel_fd > 3 && close_range(3, (unsigned)channel_fd - 1, 0) != 0)
		die("cannot close descriptors");
	if (close_range((unsigned)channel_fd + 1, ~0U, 0) != 0)
		die("cannot close descriptors");
}

/*
 * What the program prints is seen at once. Nothing here may allocate: the heap appears when the
 * user first calls malloc, or moves the break.
 */
static void print_at_once(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
}

/*
 * glibc registers a per-thread area with the kernel, which writes there when it switches threads
 * and kills the process if it cannot. How many bytes were registered is not told, so the kernel is
 * asked.
 */
static void give_up_rseq(void)
{
#ifdef RSEQ_SIG
	char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
	unsigned long feature_size = (getauxval(27 /* AT_RSEQ_FEATURE_SIZE */) + 31) & ~31UL;
	const unsigned long sizes[] = {__rseq_size, 32, feature_size};

	if (__rseq_size == 0)
		return;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (syscall(SYS_rseq, area, sizes[i], RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == 0)
			return;
	die("cannot unregister the restartable sequence area");
#endif
}

/* The kernel's other pointers into libc's memory. It only reads them when the process ends. */
static void give_up_thread_pointers(void)
{
	syscall(SYS_set_robust_list, NULL, 3 * sizeof(void *));
	syscall(SYS_set_tid_address, NULL);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct wire_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Touching ranges become one. */
static void say_hello(struct room *room)
{
	struct wire_hello *hello = (struct wire_hello *)room->channel;
	uint32_t n = 0;

	qsort(room->ranges, room->n_ranges, sizeof(room->ranges[0]), compare_ranges);
	for (uint32_t i = 0; i < room->n_ranges; i++) {
		if (n > 0 && hello->ranges[n - 1].end == room->ranges[i].start)
			hello->ranges[n - 1].end = room->ranges[i].end;
		else
			hello->ranges[n++] = room->ranges[i];
	}
	hello->magic = WIRE_MAGIC;
	hello->version = WIRE_VERSION;
	hello->n_ranges = n;
	hello->channel = (uint64_t)(uintptr_t)room->channel;
	hello->agent_text = (uint64_t)(uintptr_t)room->agent;
}

/* A decimal number from 0 to INT_MAX. */
static int parse_number(const char *text)
{
	char *end;
	errno = 0;
	long n = strtol(text, &end, 10);

	if (errno || *end || end == text || n < 0 || n > 0x7fffffff)
		die("started with an argument that is not a number");
	return (int)n;
}

int main(int argc, char **argv)
{
	static struct room room;

	if (argc != 3) {
		fputs("faultline-target: this program is started by faultline\n", stderr);
		return 2;
	}
	int channel_fd = parse_number(argv[1]);
	pid_t parent = parse_number(argv[2]);

	bind_to_parent(parent);
	offer_to_oom_killer();
	close_others(channel_fd);
	print_at_once();
	int exe_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (exe_fd < 0)
		die("cannot open its own program file");
	room_make(&room, channel_fd, exe_fd);
	fences_make(&room, exe_fd);
	say_hello(&room);
	close(channel_fd);
	close(exe_fd);
	give_up_rseq();
	give_up_thread_pointers();

	struct blob_header blob;
	memcpy(&blob, room.agent, sizeof(blob));
	((blob_entry)(uintptr_t)(room.agent + blob.entry))(room.channel, 0, parent);
}
