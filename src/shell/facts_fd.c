/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a failed call's descriptor and path. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "shell/facts.h"
#include "shell/facts_private.h"
#include "shell/proc.h"

/* ---- Descriptors ---- */

static void about_place(const struct session *s, struct about_fd *f, const char *path)
{
	struct statfs place;
	int file = openat(remote_proc_fd(s->remote), path, O_PATH | O_CLOEXEC);
	if (file < 0)
		return;
	f->place_known = fstatfs(file, &place) == 0;
	if (f->place_known) {
		f->fs_type = (uint64_t)place.f_type;
		f->fs_block = (uint64_t)place.f_bsize;
		f->fs_noexec = place.f_flags & ST_NOEXEC;
	}
	struct statx more;
	if (statx(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &more) == 0) {
		f->dax_known = true;
		f->dax = more.stx_attributes & STATX_ATTR_DAX;
	}
	close(file);
}

void facts_about_descriptor(struct session *s, struct about_fd *f, int fd)
{
	char path[32], link[4096];
	struct stat st;
	struct buf info = BUF_INIT;
	f->known = true;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	const char *flags =
		fd >= 0 && proc_read(s->remote, path, &info) ? proc_field(info.p, "flags") : NULL;
	f->open = flags != NULL;
	const char *pid = flags ? proc_field(info.p, "Pid") : NULL;
	f->ended = pid && atoi(pid) < 0;
	f->flags = flags ? (uint32_t)strtoul(flags, NULL, 8) : 0;
	snprintf(path, sizeof(path), "fd/%d", fd);
	ssize_t n = flags ? readlinkat(remote_proc_fd(s->remote), path, link, sizeof(link)) : -1;
	f->link = n > 0 ? arena_copy(&s->arena, (struct str){link, (size_t)n}).p : NULL;
	if (flags && fstatat(remote_proc_fd(s->remote), path, &st, 0) == 0) {
		f->mode = st.st_mode;
		f->size = (uint64_t)st.st_size;
		if (S_ISREG(st.st_mode))
			f->seals_known = facts_seals(s, path, &f->seals);
		about_place(s, f, path);
	}
	buf_deinit(&info);
}

void facts_count_descriptors(const struct session *s, struct failed_call *f)
{
	struct buf status = BUF_INIT;
	struct stat st;
	/* Since Linux 6.2 the directory's size is the number of descriptors. */
	f->fds_known = fstatat(remote_proc_fd(s->remote), "fd", &st, 0) == 0 && st.st_size > 0;
	f->n_fds = f->fds_known ? (size_t)st.st_size : 0;
	buf_deinit(&status);
}

/* ---- Paths ---- */

static int open_base(const struct session *s, int dirfd)
{
	char link[32];
	snprintf(link, sizeof(link), dirfd == AT_FDCWD ? "cwd" : "fd/%d", dirfd);
	return openat(remote_proc_fd(s->remote), link, O_PATH | O_CLOEXEC);
}

static bool in_proc(int place)
{
	struct statfs fs;
	return fstatfs(place, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* The kernel lets nobody read the link of a process whom it would not let trace it. */
static bool may_not_look_into(int place)
{
	char program[1];
	return readlinkat(place, "exe", program, sizeof(program)) < 0 && errno == EACCES;
}

/* Whether PATH, opened only as a place, is a file of /proc. */
static bool leads_into_proc(int base, const char *path)
{
	int place = openat(base, path, O_PATH | O_CLOEXEC);
	bool yes = place >= 0 && in_proc(place);
	if (place >= 0)
		close(place);
	return yes;
}

/* The directory that holds the last component of PATH, whether that exists or not. */
static void about_directory(struct about_path *f, int base, const char *path)
{
	struct stat st;
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	f->dir_known = dir && fstatat(base, dir, &st, 0) == 0;
	if (f->dir_known) {
		f->dir_mode = st.st_mode;
		f->dir_uid = st.st_uid;
		f->dir_gid = st.st_gid;
	}
	int place = dir ? openat(base, dir, O_PATH | O_CLOEXEC) : -1;
	struct statvfs vfs;
	f->read_only = place >= 0 && fstatvfs(place, &vfs) == 0 && vfs.f_flag & ST_RDONLY;
	f->untraceable = place >= 0 && in_proc(place) && may_not_look_into(place);
	if (place >= 0)
		close(place);
	free(dir);
}

void facts_about_path(const struct session *s, struct failed_call *c, int dirfd)
{
	struct about_path *f = &c->path;
	struct stat st;
	int base = open_base(s, dirfd);
	f->known = c->string[0] == '/' || base >= 0;
	if (f->known) {
		f->error = fstatat(base, c->string, &st, 0) < 0 ? errno : 0;
		f->mode = f->error ? 0 : st.st_mode;
		f->uid = f->error ? 0 : st.st_uid;
		f->gid = f->error ? 0 : st.st_gid;
		f->device = f->error ? 0 : st.st_rdev;
		f->in_proc = !f->error && leads_into_proc(base, c->string);
		f->is_link = fstatat(base, c->string, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			     S_ISLNK(st.st_mode);
		about_directory(f, base, c->string);
	}
	if (base >= 0)
		close(base);
}
