/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a target: the channel, the process, the agent's first answer. */
#include "shell/remote_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static bool system_error(struct err *err, const char *what, int error)
{
	return err_set(err, ERR_SYSTEM, (struct span){0}, "%s: %s", what, strerror(error));
}

/*
 * Sealed, because a shared file can be cut short through /proc/PID/map_files, and the shell would
 * get SIGBUS. Never below descriptor 3: the shell may have been started without the standard ones.
 */
static int open_channel(struct err *err)
{
	int low = memfd_create("faultline", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (low < 0) {
		system_error(err, "cannot make the channel to the target", errno);
		return -1;
	}
	int fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
	close(low);
	if (fd < 0 || ftruncate(fd, (off_t)WIRE_CHANNEL_SIZE) != 0 ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
		system_error(err, "cannot make the channel to the target", errno);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void take_slot(struct remote *r, unsigned index)
{
	r->slot_index = index;
	r->slot = (struct wire_slot *)(r->channel + WIRE_SLOT_OFFSET(index));
	r->data = r->channel + WIRE_DATA_OFFSET(index);
	r->target_data = r->target_channel + WIRE_DATA_OFFSET(index);
	r->slot->spin = r->spin;
	r->misses = 0;
	r->asleep = 0;
	r->scratch = 0;
}

static bool map_channel(struct remote *r, int fd, struct err *err)
{
	struct stat file;
	void *p = mmap(NULL, WIRE_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED || fstat(fd, &file) != 0)
		return system_error(err, "cannot map the channel to the target", errno);
	r->channel_inode = file.st_ino;
	r->channel = p;
	take_slot(r, 0);
	return true;
}

static void fill_spawn_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setflags(
		attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
}

/* Returns 0 or an errno. */
static int spawn(struct remote *r, int channel_fd)
{
	char channel_arg[16], parent_arg[16];
	char *argv[] = {(char *)"faultline-target", channel_arg, parent_arg, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;

	snprintf(channel_arg, sizeof(channel_arg), "%d", channel_fd);
	snprintf(parent_arg, sizeof(parent_arg), "%d", (int)getpid());
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	fill_spawn_attributes(&attr);
	/* Duplicated onto itself it loses its close-on-exec flag, in the child only. */
	posix_spawn_file_actions_adddup2(&actions, channel_fd, channel_fd);
	if (r->options.stdin_is_script)
		posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
	int error = posix_spawn(&r->pid, r->options.target_path, &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error;
}

/*
 * The personality that the child is to have is set here for the time of the spawn, and taken back.
 */
static bool spawn_with_layout(struct remote *r, int channel_fd, struct err *err)
{
	int old = personality(0xffffffff);

	if (r->options.no_aslr && (old < 0 || personality((unsigned)old | ADDR_NO_RANDOMIZE) < 0))
		return err_set(err, ERR_SYSTEM, (struct span){0},
			"the system does not allow switching address randomisation off: %s",
			strerror(errno));
	int error = spawn(r, channel_fd);
	if (r->options.no_aslr)
		personality((unsigned)old);
	if (error) {
		r->pid = 0;
		return err_set(err, ERR_SYSTEM, (struct span){0}, "cannot start the target %s: %s",
			r->options.target_path, strerror(error));
	}
	return true;
}

/* Early, because a target that makes itself undumpable refuses them later. */
static bool open_proc(struct remote *r, struct err *err)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", (int)r->pid);
	r->proc_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->proc_fd >= 0)
		r->maps_fd = openat(r->proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	if (r->maps_fd < 0)
		return system_error(err, "cannot open the target's /proc files", errno);
	return true;
}

static bool ranges_are_sane(const struct remote *r)
{
	uint64_t end = 0;

	for (size_t i = 0; i < r->n_ranges; i++) {
		if (r->ranges[i].start < end || r->ranges[i].end <= r->ranges[i].start)
			return false;
		end = r->ranges[i].end;
	}
	return r->n_ranges > 0;
}

static bool read_hello(struct remote *r, struct err *err)
{
	struct wire_hello hello;

	memcpy(&hello, r->channel, sizeof(hello));
	if (hello.magic != WIRE_MAGIC || hello.version != WIRE_VERSION)
		return err_set(err, ERR_SYSTEM, (struct span){0},
			"the target %s belongs to another version of faultline",
			r->options.target_path);
	r->n_ranges = MIN(hello.n_ranges, (uint32_t)WIRE_RANGES);
	memcpy(r->ranges, hello.ranges, r->n_ranges * sizeof(r->ranges[0]));
	r->target_channel = hello.channel;
	r->target_stack = hello.channel + WIRE_STACK_OFFSET;
	r->target_data = hello.channel + WIRE_DATA_OFFSET(0);
	if (!ranges_are_sane(r))
		return err_set(err, ERR_SYSTEM, (struct span){0},
			"the target %s does not say where its agent is", r->options.target_path);
	return true;
}

static bool describe_failed_start(const struct remote *r, struct err *err)
{
	const char *path = r->options.target_path;

	switch (r->loss.kind) {
	case LOSS_EXITED:
		return err_set(err, ERR_SYSTEM, (struct span){0},
			"the target %s ended with status %d before it answered", path,
			r->loss.status);
	case LOSS_KILLED:
		return err_set(err, ERR_SYSTEM, (struct span){0},
			"the target %s was killed by signal %d before it answered", path,
			r->loss.status);
	default:
		return err_set(
			err, ERR_SYSTEM, (struct span){0}, "the target %s does not answer", path);
	}
}

static bool start(struct remote *r, struct err *err)
{
	int channel_fd = open_channel(err);

	if (channel_fd < 0)
		return false;
	bool ok = map_channel(r, channel_fd, err) && spawn_with_layout(r, channel_fd, err);
	close(channel_fd);
	if (!ok || !open_proc(r, err))
		return false;
	r->starting = true;
	remote_note_counters(r);
	if (!remote_ping(r))
		return describe_failed_start(r, err);
	r->starting = false;
	return read_hello(r, err);
}

static void forget(struct remote *r)
{
	r->pid = 0;
	r->loss = (struct loss){0};
	r->starting = false;
	r->sent = 0;
	r->n_ranges = 0;
	r->stop_signal = 0;
	r->most_mappings = 0;
	r->may_seal = r->may_key = r->may_free_key = false;
}

static void drop_channel(struct remote *r)
{
	if (r->channel)
		munmap(r->channel, WIRE_CHANNEL_SIZE);
	r->channel = NULL;
}

bool remote_become(struct remote *r, pid_t pid, unsigned index, struct err *err)
{
	r->pid = pid;
	r->loss = (struct loss){0};
	r->stop_signal = 0;
	r->most_mappings = 0;
	/* what its past was is not known here */
	r->may_seal = r->may_key = r->may_free_key = true;
	r->sent = 1; /* its first reply said that it is ready */
	take_slot(r, index);
	remote_note_counters(r);
	return open_proc(r, err);
}

void remote_release(struct remote *r)
{
	if (r->maps_fd >= 0)
		close(r->maps_fd);
	if (r->proc_fd >= 0)
		close(r->proc_fd);
	r->slot = NULL;
	r->data = NULL;
	r->maps_fd = r->proc_fd = -1;
	r->pid = 0;
}

bool remote_respawn(struct remote *r, struct err *err)
{
	remote_lose(r, LOSS_NONE);
	remote_forget_all(r);
	drop_channel(r);
	forget(r);
	r->spin = remote_spin_turns();
	if (start(r, err))
		return true;
	remote_lose(r, LOSS_STUCK);
	return false;
}

struct remote *remote_create(const struct remote_options *options, struct err *err)
{
	struct remote *r = calloc(1, sizeof(*r));
	if (!r) {
		system_error(err, "cannot start the target", ENOMEM);
		return NULL;
	}
	r->options = *options;
	r->maps_fd = r->proc_fd = r->tty_fd = -1;
	remote_watch_children();
	if (!remote_respawn(r, err)) {
		remote_destroy(r);
		return NULL;
	}
	return r;
}

void remote_destroy(struct remote *r)
{
	if (!r)
		return;
	remote_lose(r, LOSS_NONE);
	remote_forget_all(r);
	drop_channel(r);
	if (r->tty_fd >= 0)
		close(r->tty_fd);
	free(r);
}
