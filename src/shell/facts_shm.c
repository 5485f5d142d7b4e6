/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the segments of shared memory when a call on one has failed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/facts_private.h"
#include "shell/proc.h"

/*
 * /proc/sysvipc/shm shows the segments that the shell sees; the target may have left its namespace.
 */
static bool same_namespace(const struct session *s)
{
	char mine[64], its[64];
	ssize_t n = readlink("/proc/self/ns/ipc", mine, sizeof(mine));
	ssize_t m = readlinkat(remote_proc_fd(s->remote), "ns/ipc", its, sizeof(its));
	return n > 0 && n == m && !memcmp(mine, its, (size_t)n);
}

/* One line: "  key shmid perms size cpid lpid nattch uid gid cuid cgid …". */
static void take_line(struct about_shm *f, const char *line, bool by_key, int wanted)
{
	int key, id;
	unsigned mode, uid, gid, cuid, cgid;
	unsigned long long size;
	if (sscanf(line, "%d %d %o %llu %*s %*s %*s %u %u %u %u", &key, &id, &mode, &size, &uid,
		    &gid, &cuid, &cgid) != 8)
		return;
	f->n++;
	f->bytes += size;
	if ((by_key ? key : id) != wanted)
		return;
	f->found = true;
	f->size = size;
	f->mode = mode;
	f->uid = uid, f->gid = gid, f->cuid = cuid, f->cgid = cgid;
}

void facts_about_shm(const struct session *s, struct failed_call *c)
{
	bool get = strcmp(c->name, "shmget") == 0;
	struct about_shm *f = &c->shm;
	char line[512];
	if (strncmp(c->name, "shm", 3) != 0 || !same_namespace(s))
		return;
	FILE *file = fopen("/proc/sysvipc/shm", "re");
	f->known = file != NULL;
	while (file && fgets(line, sizeof(line), file))
		take_line(f, line, get, (int)c->args[0]);
	if (file)
		fclose(file);
	f->most_bytes = proc_number("/proc/sys/kernel/shmmax", UINT64_MAX);
	f->most_pages = proc_number("/proc/sys/kernel/shmall", UINT64_MAX);
	f->most = proc_number("/proc/sys/kernel/shmmni", UINT64_MAX);
}
