/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be found out about the file behind a mapping: its size, its seals, a descriptor to
 * change it with. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "shell/facts.h"
#include "shell/proc.h"

bool facts_seals(const struct session *s, const char *link, uint32_t *seals)
{
	int file = openat(remote_proc_fd(s->remote), link, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return false;
	int got = fcntl(file, F_GET_SEALS);
	close(file);
	if (got >= 0)
		*seals = (uint32_t)got;
	return got >= 0;
}

/*
 * Whether the target's descriptor at LINK ("fd/3") is of the file that M maps. Some file systems
 * number their files in stat() otherwise than in maps; then the name decides.
 */
static bool is_descriptor_of(
	const struct session *s, const struct mapping *m, const char *link, struct stat *st)
{
	char name[MAPPING_NAME_MAX];
	if (fstatat(remote_proc_fd(s->remote), link, st, 0) < 0 || !S_ISREG(st->st_mode))
		return false;
	if (proc_is_file_of(m, st))
		return true;
	ssize_t n = readlinkat(remote_proc_fd(s->remote), link, name, sizeof(name) - 1);
	name[MAX(n, (ssize_t)0)] = '\0';
	return st->st_ino == m->inode && m->name[0] && strcmp(name, m->name) == 0;
}

static bool is_writable(const struct session *s, int fd)
{
	char path[32];
	struct buf info = BUF_INIT;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	const char *flags = proc_read(s->remote, path, &info) ? proc_field(info.p, "flags") : NULL;
	unsigned long bits = flags ? strtoul(flags, NULL, 8) : 0;
	bool writable = !(bits & O_PATH) &&
			((bits & O_ACCMODE) == O_WRONLY || (bits & O_ACCMODE) == O_RDWR);
	buf_deinit(&info);
	return writable;
}

/* One descriptor of the target. */
static void look_at_descriptor(
	const struct session *s, const struct mapping *m, int fd, struct mapped_file *out)
{
	char link[32];
	struct stat st;
	snprintf(link, sizeof(link), "fd/%d", fd);
	if (!is_descriptor_of(s, m, link, &st))
		return;
	out->size_known = true;
	out->size = (uint64_t)st.st_size;
	if (!out->seals_known)
		out->seals_known = facts_seals(s, link, &out->seals);
	if ((!out->has_fd || fd < out->fd) && is_writable(s, fd)) {
		out->has_fd = true;
		out->fd = fd;
	}
}

void facts_file_descriptors(
	const struct session *s, const struct mapping *m, struct mapped_file *out)
{
	int fd = openat(remote_proc_fd(s->remote), "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	while (m->inode && dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			look_at_descriptor(s, m, atoi(entry->d_name), out);
	}
	if (dir)
		closedir(dir);
}

enum { LINK_MAX_LEN = 64 };

/* The kernel's link to the mapped file, which not everybody may follow. */
static void map_files_link(const struct mapping *m, char link[LINK_MAX_LEN])
{
	snprintf(link, LINK_MAX_LEN, "map_files/%" PRIx64 "-%" PRIx64, m->start, m->end);
}

void facts_file_system(const struct session *s, const struct mapping *m, struct mapped_file *out)
{
	char link[LINK_MAX_LEN];
	struct stat st;
	struct statfs fs;
	map_files_link(m, link);
	int fd = openat(remote_proc_fd(s->remote), link, O_PATH | O_CLOEXEC);
	if (fd < 0)
		fd = open(m->name, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	bool same = fstat(fd, &st) == 0 && proc_is_file_of(m, &st);
	/* What lives in memory without a limit has no blocks at all. */
	out->full = same && fstatfs(fd, &fs) == 0 && fs.f_blocks && !fs.f_bavail;
	close(fd);
}

void facts_file_size(const struct session *s, const struct mapping *m, struct mapped_file *out)
{
	char link[LINK_MAX_LEN];
	struct stat st;
	if (!m->inode)
		return;
	map_files_link(m, link);
	bool found = fstatat(remote_proc_fd(s->remote), link, &st, 0) == 0 && S_ISREG(st.st_mode);
	if (!found)
		found = stat(m->name, &st) == 0 && proc_is_file_of(m, &st);
	if (found) {
		out->size_known = true;
		out->size = (uint64_t)st.st_size;
	} else {
		facts_file_descriptors(s, m, out);
	}
}
