/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of the target's pages. Sources: Documentation/admin-guide/mm/pagemap.rst,
 * fs/proc/task_mmu.c. */
#include "shell/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "arch/arch.h"
#include "shell/facts.h"
#include "shell/procmap.h"

/* include/uapi/linux/fs.h, Linux 6.7 */
struct scan_region {
	uint64_t start, end, categories;
};
struct scan_request {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t inverted, mask, anyof_mask, return_mask;
};
#define SCAN_IOCTL _IOWR('f', 16, struct scan_request)

enum {
	CATEGORIES = CATEGORY_FILE | CATEGORY_PRESENT | CATEGORY_SWAPPED | CATEGORY_ZERO |
		     CATEGORY_HUGE | CATEGORY_SOFT_DIRTY,
	REGIONS = 512,
	ENTRIES = 8192,
};

/* Regions of [START, END) that have any of CATEGORIES, at most N. Returns how many, -1 on error;
 * *STOP is where it stopped. */
static long scan(const struct pages *p, uint64_t categories, uint64_t start, uint64_t end,
	struct scan_region *v, size_t n, uint64_t *stop)
{
	struct scan_request r = {
		.size = sizeof(r),
		.start = start,
		.end = end,
		.vec = (uintptr_t)v,
		.vec_len = n,
		.anyof_mask = categories,
		.return_mask = categories,
	};
	long found = ioctl(p->fd, SCAN_IOCTL, &r);
	*stop = r.walk_end;
	return found;
}

/* Which categories this kernel knows: a question with others is refused. */
static uint64_t known_categories(struct pages *p)
{
	uint64_t stop;
	struct scan_region v;
	p->categories = CATEGORIES | CATEGORY_GUARD;
	if (scan(p, p->categories, 0, p->page, &v, 1, &stop) >= 0)
		return p->categories;
	p->categories = CATEGORIES;
	return scan(p, p->categories, 0, p->page, &v, 1, &stop) >= 0 ? CATEGORIES : 0;
}

bool pages_open(struct session *s, struct pages *p)
{
	*p = (struct pages){
		.remote = s->remote, .page = s->page, .limit = arch_user_limit(facts_levels(s))};
	p->fd = openat(remote_proc_fd(s->remote), "pagemap", O_RDONLY | O_CLOEXEC);
	if (p->fd < 0)
		return false;
	p->categories = known_categories(p);
	return true;
}

void pages_close(struct pages *p)
{
	close(p->fd);
}

/* Entries of N pages from START on; those that cannot be read are 0. False if the file fails. */
static bool read_entries(const struct pages *p, uint64_t start, uint64_t *entries, size_t n)
{
	size_t want = n * sizeof(entries[0]), done = 0;
	off_t at = (off_t)(start / p->page * sizeof(entries[0]));
	while (done < want) {
		ssize_t got = pread(p->fd, (char *)entries + done, want - done, at + (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break; /* past the addresses of user space */
		done += (size_t)got;
	}
	memset((char *)entries + done, 0, want - done);
	return true;
}

/* Runs of [START, END), which all has CATEGORIES, by the entries of each page. */
static bool runs_by_entries(const struct pages *p, uint64_t start, uint64_t end,
	uint64_t categories, struct page_runs *out)
{
	static uint64_t entries[ENTRIES];
	while (start < end) {
		size_t n = (size_t)MIN((end - start) / p->page, (uint64_t)ENTRIES);
		if (remote_interrupted() || !read_entries(p, start, entries, n))
			return false;
		for (size_t i = 0; i < n; i++, start += p->page)
			page_runs_add(
				out, start, start + p->page, page_decode(entries[i], categories));
	}
	return true;
}

/* Entries are needed only where the categories leave open whether a frame is shared. */
static bool region_runs(const struct pages *p, const struct scan_region *r, struct page_runs *out)
{
	const uint64_t settled = CATEGORY_FILE | CATEGORY_SWAPPED | CATEGORY_ZERO | CATEGORY_GUARD;
	if ((r->categories & CATEGORY_PRESENT) && !(r->categories & settled))
		return runs_by_entries(p, r->start, r->end, r->categories, out);
	/* A kernel that knows guards in pagemap but not in PAGEMAP_SCAN calls them swapped. */
	if ((r->categories & CATEGORY_SWAPPED) && !(p->categories & CATEGORY_GUARD))
		return runs_by_entries(p, r->start, r->end, r->categories, out);
	page_runs_add(out, r->start, r->end, page_decode(0, r->categories));
	return true;
}

/* [START, END) lies in one mapping. */
static bool mapped_runs(const struct pages *p, uint64_t start, uint64_t end, struct page_runs *out)
{
	static struct scan_region v[REGIONS];
	const struct page absent = {.kind = PAGE_ABSENT};
	if (!p->categories)
		return runs_by_entries(p, start, end, 0, out);
	while (start < end) {
		uint64_t stop;
		long n = scan(p, p->categories, start, end, v, REGIONS, &stop);
		if (n < 0 || stop <= start || remote_interrupted())
			return false;
		for (long i = 0; i < n; i++) {
			page_runs_add(out, start, v[i].start, absent);
			if (!region_runs(p, &v[i], out))
				return false;
			start = v[i].end;
		}
		page_runs_add(out, start, stop, absent);
		start = stop;
	}
	return true;
}

bool pages_runs(struct pages *p, uint64_t start, uint64_t end, struct page_runs *out)
{
	const struct page unmapped = {.kind = PAGE_UNMAPPED};
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	while (start < end) {
		enum procmap_result found = procmap_query(p->remote, start, &m, name);
		if (found == PROCMAP_ERROR)
			return false;
		if (found == PROCMAP_NONE || m.start >= end) {
			page_runs_add(out, start, end, unmapped);
			return true;
		}
		uint64_t from = MAX(start, m.start), to = MIN(end, m.end);
		page_runs_add(out, start, from, unmapped);
		if (!mapped_runs(p, from, to, out))
			return false;
		start = to;
	}
	return true;
}

bool pages_one(struct pages *p, uint64_t addr, struct page *out)
{
	char name[MAPPING_NAME_MAX];
	struct mapping m;
	struct scan_region region = {0};
	uint64_t start = align_down(addr, p->page), entry = 0, stop = 0;
	enum procmap_result found =
		addr < p->limit ? procmap_query(p->remote, addr, &m, name) : PROCMAP_ERROR;
	if (found == PROCMAP_ERROR)
		return false;
	if (found == PROCMAP_NONE || !mapping_covers(&m, addr)) {
		*out = (struct page){.kind = PAGE_UNMAPPED};
		return true;
	}
	if (!read_entries(p, start, &entry, 1))
		return false;
	if (p->categories)
		scan(p, p->categories, start, start + p->page, &region, 1, &stop);
	*out = page_decode(entry, region.categories);
	return true;
}

/* Whether anything in [START, END) has an entry of its own: a page, or what stands for one. */
static bool has_entry(const struct pages *p, uint64_t start, uint64_t end)
{
	uint64_t stop;
	struct scan_region v;
	/* Memory of hugetlb has the category of huge pages without having any. */
	uint64_t wanted = p->categories & (CATEGORY_PRESENT | CATEGORY_SWAPPED | CATEGORY_GUARD);
	return wanted && scan(p, wanted, start, MIN(end, p->limit), &v, 1, &stop) > 0;
}

unsigned pages_walk_depth(const struct pages *p, uint64_t addr, unsigned levels)
{
	for (unsigned depth = levels; depth > 1; depth--) {
		/* A table at this depth is what one entry of the level above covers. */
		uint64_t bytes = 1ULL << arch_level(levels, depth - 2)->shift;
		if (has_entry(p, align_down(addr, bytes), align_down(addr, bytes) + bytes))
			return depth;
	}
	return 1;
}

static bool read_frame_word(const char *path, uint64_t frame, uint64_t *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool got = pread(fd, out, sizeof(*out), (off_t)(frame * sizeof(*out))) == sizeof(*out);
	close(fd);
	return got;
}

struct frame_facts pages_frame(uint64_t frame)
{
	struct frame_facts f = {0};
	f.have_flags = read_frame_word("/proc/kpageflags", frame, &f.flags);
	f.have_count = read_frame_word("/proc/kpagecount", frame, &f.count);
	return f;
}
