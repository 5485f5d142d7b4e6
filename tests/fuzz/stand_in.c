/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripted target. */
#include "stand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/out.h"
#include "shell/repl.h"

/* What the linker puts in the place of the functions whose names begin behind __wrap_. */
struct remote *__wrap_remote_create(const struct remote_options *options, struct err *err);
void __wrap_remote_destroy(struct remote *r);
bool __wrap_remote_respawn(struct remote *r, struct err *err);
bool __wrap_remote_await(struct remote *r);
bool __wrap_remote_look(struct remote *r);
void __wrap_remote_lose(struct remote *r, enum loss_kind kind);
bool __wrap_remote_interrupted(void);
bool __wrap_repl_file(struct session *s, const char *path, struct err *err);
int __wrap_system(const char *command);
int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
int __wrap_ioctl(int fd, unsigned long request, void *argument);

static struct remote stand_in;
static struct str script;
static unsigned questions, most_questions;
static bool scans;

static const char maps[] =
	"00010000-00014000 rw-p 00000000 00:00 0 \n"
	"00020000-00021000 r--p 00000000 08:01 77                 /usr/bin/program\n"
	"00021000-00022000 r-xp 00001000 08:01 77                 /usr/bin/program\n"
	"00030000-00040000 rw-p 00000000 00:00 0                  [heap]\n"
	"7fff0000f000-7fff00031000 rw-p 00000000 00:00 0          [stack]\n"
	"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n";
static const char status[] = "Name:\tfuzz\nState:\tS (sleeping)\nTracerPid:\t0\nVmLck:\t0 kB\n"
			     "VmData:\t100 kB\nSeccomp:\t0\nThreads:\t1\n";

/* The agent's range: between the heap and the stack. */
static const struct wire_range agent = {0x50000, 0x60000};

_Noreturn static void fail(const char *what)
{
	fprintf(stderr, "stand-in: %s\n", what);
	abort();
}

/* ---- The script ---- */

static uint64_t take(size_t n)
{
	uint64_t value = 0;

	n = MIN(n, script.n);
	memcpy(&value, script.p, n);
	script.p += n;
	script.n -= n;
	return value;
}

static void take_into(void *to, size_t n)
{
	n = MIN(n, script.n);
	memcpy(to, script.p, n);
	script.p += n;
	script.n -= n;
}

/* What an agent answers when all went well. */
static struct wire_reply success(const struct wire_request *request)
{
	bool copies = request->op == WIRE_READ || request->op == WIRE_WRITE ||
		      request->op == WIRE_FILL || request->op == WIRE_MOVE ||
		      request->op == WIRE_COMPARE || request->op == WIRE_TOUCH;

	return (struct wire_reply){.outcome = WIRE_DONE, .value = copies ? request->b : 0};
}

static struct wire_fault take_fault(void)
{
	static const int signals[] = {11, 7, 4, 8, 5, 31};
	struct wire_fault fault = {
		.signo = signals[take(1) % ARRAY_SIZE(signals)],
		.code = (int32_t)take(1),
		.addr = take(8),
		.trap = take(1),
		.trap_code = take(1),
	};

	fault.trap_addr = fault.addr;
	fault.ip = take(4);
	fault.sp = take(4);
	take_into(fault.regs, take(1));
	return fault;
}

/* False: the target is lost instead. */
static bool answer(struct remote *r)
{
	struct wire_reply *reply = &r->slot->reply;

	*reply = success(&r->slot->request);
	switch (script.n ? take(1) % 8 : 0) {
	case 1:
		reply->value = take(8);
		break;
	case 2:
		reply->outcome = WIRE_FAULT;
		reply->fault = take_fault();
		reply->value = take(1);
		break;
	case 3:
		reply->outcome = WIRE_INTERRUPTED;
		reply->value = take(1);
		break;
	case 4:
		return false;
	case 5: /* whatever */
		take_into(reply, sizeof(*reply));
		break;
	case 6: /* memory that was read */
		take_into(r->data, take(1));
		break;
	case 7: /* what was found */
		reply->value = take(2);
		take_into(r->data + WIRE_FOUND_AT, take(1));
		break;
	}
	return true;
}

/* ---- The remote ---- */

static void lose(struct loss loss)
{
	stand_in.loss = loss;
	stand_in.pid = 0;
}

bool __wrap_remote_await(struct remote *r)
{
	r->was_lent = false;
	if (!answer(r)) {
		lose((struct loss){.kind = (enum loss_kind)(take(1) % (LOSS_THREAD + 1)),
			.status = (int)take(1),
			.cause = (enum loss_cause)(take(1) % (CAUSE_AGENT + 1)),
			.number = take(2)});
		return false;
	}
	r->slot->replies = r->sent;
	return true;
}

bool __wrap_remote_look(struct remote *r)
{
	return r->pid != 0;
}

void __wrap_remote_lose(struct remote *r, enum loss_kind kind)
{
	(void)r;
	lose((struct loss){.kind = kind});
}

bool __wrap_remote_interrupted(void)
{
	return ++questions > most_questions;
}

bool __wrap_remote_respawn(struct remote *r, struct err *err)
{
	if (script.n && take(1) == 0xff)
		return err_set(err, ERR_SYSTEM, (struct span){0}, "no target can be started");
	r->pid = getpid();
	r->loss = (struct loss){0};
	r->sent = 0;
	memset(r->channel, 0, WIRE_SLOT_OFFSET(WIRE_SLOTS));
	return true;
}

struct remote *__wrap_remote_create(const struct remote_options *options, struct err *err)
{
	stand_in.options = *options;
	__wrap_remote_respawn(&stand_in, err);
	return &stand_in;
}

void __wrap_remote_destroy(struct remote *r)
{
	r->pid = 0;
}

/* ---- The ways out ---- */

bool __wrap_repl_file(struct session *s, const char *path, struct err *err)
{
	(void)s;
	return err_set(err, ERR_SYSTEM, (struct span){0}, "cannot read the script %s", path);
}

int __wrap_system(const char *command)
{
	(void)command;
	return 0;
}

int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	(void)pid, (void)path, (void)actions, (void)attributes, (void)argv, (void)envp;
	return ENOENT;
}

/* Nothing that a terminal would obey may leave the shell. */
ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
	struct str text = {bytes, n};
	struct buf shown = BUF_INIT;

	out_escape_lines(&shown, text);
	if (fd != STDOUT_FILENO && fd != STDERR_FILENO)
		fail("a write elsewhere");
	if (!str_eq(buf_slice(&shown), text))
		fail("control characters in the output");
	buf_deinit(&shown);
	return (ssize_t)n;
}

/* ---- /proc ---- */

/* include/uapi/linux/fs.h */
struct scan_region {
	uint64_t start, end, categories;
};
struct scan {
	uint64_t size, flags, start, end, walk_end, vec, vec_len;
};
#define SCAN_IOCTL_NUMBER 16

/* What the kernel promises: regions in [START, END), ascending, up to where it came. */
static int scan_pages(struct scan *scan)
{
	struct scan_region *regions = (struct scan_region *)(uintptr_t)scan->vec;
	const uint64_t page = 4096;
	uint64_t at = scan->start;
	int n = 0;

	while (at < scan->end && (uint64_t)n < scan->vec_len && script.n) {
		uint64_t gap = take(1) * page, length = (take(1) + 1) * page, left = scan->end - at;
		if (gap >= left)
			break;
		regions[n].start = at + gap;
		regions[n].end = at = at + gap + MIN(length, left - gap);
		regions[n++].categories = take(2);
	}
	scan->walk_end = (uint64_t)n < scan->vec_len ? scan->end : at;
	return n;
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	(void)fd;
	if (scans && _IOC_TYPE(request) == 'f' && _IOC_NR(request) == SCAN_IOCTL_NUMBER)
		return scan_pages(argument);
	errno = ENOTTY;
	return -1;
}

void stand_in_scans(bool knows)
{
	scans = knows;
}

static char directory[64];
static const char *const names[] = {
	"maps", "smaps", "status", "pagemap", "stat", "statm", "smaps_rollup"};

static void remove_directory(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlinkat(stand_in.proc_fd, names[i], 0);
	rmdir(directory);
}

void stand_in_file(const char *name, struct str text)
{
	int fd = openat(stand_in.proc_fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
		fail("no file can be made");
	close(fd);
}

static void make_directory(void)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	snprintf(directory, sizeof(directory), "%s/faultline-fuzz-XXXXXX", base);
	if (!mkdtemp(directory))
		fail("no directory can be made");
	stand_in.proc_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	atexit(remove_directory);
}

static void make_channel(void)
{
	stand_in.channel = mmap(NULL, WIRE_CHANNEL_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stand_in.channel == MAP_FAILED)
		fail("no channel can be made");
	stand_in.slot = (struct wire_slot *)(stand_in.channel + WIRE_SLOT_OFFSET(0));
	stand_in.data = stand_in.channel + WIRE_DATA_OFFSET(0);
	stand_in.target_channel = agent.start;
	stand_in.target_data = agent.start + 0x1000;
	stand_in.target_stack = agent.start + 0x8000;
	stand_in.ranges[0] = agent;
	stand_in.n_ranges = 1;
	stand_in.tty_fd = -1;
}

struct remote *stand_in_start(void)
{
	if (!stand_in.channel) {
		make_channel();
		make_directory();
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			stand_in_file(names[i], STR(""));
		stand_in.maps_fd = openat(stand_in.proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	}
	script = (struct str){NULL, 0};
	questions = 0;
	scans = false;
	most_questions = UINT32_MAX;
	stand_in_file("maps", STR(maps));
	stand_in_file("status", STR(status));
	stand_in_file("smaps", STR(""));
	stand_in_file("pagemap", STR(""));
	stand_in.time_limit = 0;
	stand_in.timed_out = false;
	stand_in.most_mappings = 0;
	stand_in.may_seal = false;
	stand_in.scratch = 0;
	memset(stand_in.copies, 0, sizeof(stand_in.copies));
	return &stand_in;
}

void stand_in_script(struct str bytes)
{
	script = bytes;
}

void stand_in_interrupt_after(unsigned n)
{
	most_questions = n;
}
