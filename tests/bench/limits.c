/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine itself can do, in one process and without any tool around it. Each line printed
 * is a name and the seconds that one piece of work took.
 *
 *     limits FILE BYTES DUMP_BYTES COUNT MAPPINGS
 *
 * FILE is written to for save and hexdump; BYTES are searched and saved, DUMP_BYTES dumped as text.
 */
#define _GNU_SOURCE
#include <emmintrin.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(const char *name, double start, double units)
{
	printf("%s %.12g\n", name, (now() - start) / units);
}

static sigjmp_buf recovery;

static void on_fault(int signo)
{
	siglongjmp(recovery, signo);
}

static void measure_calls(size_t count)
{
	double start = now();
	for (size_t i = 0; i < count; i++) {
		volatile uint64_t *p = mmap(
			NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		*p = 1;
		(void)*p;
		munmap((void *)p, 4096);
	}
	report("cycle", start, (double)count);
	signal(SIGSEGV, on_fault);
	start = now();
	for (volatile size_t i = 0; i < count; i++) {
		if (sigsetjmp(recovery, 1) == 0)
			(void)*(volatile uint64_t *)0x10000;
	}
	report("fault", start, (double)count);
}

static void measure_memory(const unsigned char *area, size_t bytes)
{
	uint64_t needle = 0x6ec1b3a2d4e5f607;
	__m128i sum = _mm_setzero_si128();
	double start = now();

	for (size_t i = 0; i < bytes; i += 64) {
		const __m128i *p = (const __m128i *)(area + i);
		sum = _mm_xor_si128(
			sum, _mm_xor_si128(_mm_xor_si128(p[0], p[1]), _mm_xor_si128(p[2], p[3])));
	}
	volatile int keep = _mm_cvtsi128_si32(sum);
	(void)keep;
	report("read", start, 1);
	start = now();
	volatile int found = memmem(area, bytes, &needle, sizeof(needle)) != NULL;
	(void)found;
	report("memmem", start, 1);
}

static void save(const char *file, const unsigned char *area, size_t bytes)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (size_t done = 0; done < bytes;) {
		ssize_t n =
			write(fd, area + done, bytes - done < 16 << 20 ? bytes - done : 16 << 20);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	close(fd);
}

/* What was written goes, if it is a file: whoever names a device means to keep it. */
static void discard(const char *file)
{
	struct stat st;

	if (lstat(file, &st) == 0 && S_ISREG(st.st_mode))
		unlink(file);
}

/* Not the first time: memory that the system has to find first takes as long as it likes. */
static void measure_save(const char *file, const unsigned char *area, size_t bytes)
{
	enum { TIMES = 3 };

	save(file, area, bytes);
	double start = now();
	for (int i = 0; i < TIMES; i++)
		save(file, area, bytes);
	report("save", start, TIMES);
	discard(file);
}

/* Sixteen bytes a line, by table, as plain as can be. */
static void measure_dump(const char *file, const unsigned char *area, size_t bytes)
{
	static const char digits[] = "0123456789abcdef";
	enum { LINE = 80, LINES = 1024 };
	static char text[LINE * LINES];
	static char pairs[256][2];
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (int i = 0; i < 256; i++) {
		pairs[i][0] = digits[i >> 4];
		pairs[i][1] = digits[i & 15];
	}
	memset(text, ' ', sizeof(text));
	double start = now();
	for (size_t i = 0; i + 16 * LINES <= bytes; i += 16 * LINES) {
		for (size_t k = 0; k < LINES; k++) {
			char *p = text + k * LINE;
			for (size_t c = 0; c < 16; c++) {
				unsigned char byte = area[i + k * 16 + c];
				memcpy(p + 14 + 3 * c, pairs[byte], 2);
				p[63 + c] = byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
			}
			p[79] = '\n';
		}
		if (write(fd, text, sizeof(text)) < 0)
			break;
	}
	report("dump", start, 1);
	close(fd);
	discard(file);
}

static void measure_maps(size_t n)
{
	static char text[1 << 20];
	unsigned char *pages =
		mmap(NULL, n * 4096 + 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i + 1 < n; i += 2)
		mprotect(pages + i * 4096, 4096, PROT_NONE);
	int fd = open("/proc/self/maps", O_RDONLY);
	double start = now();
	while (read(fd, text, sizeof(text)) > 0)
		;
	report("maps", start, 1);
	start = now();
	enum { CALLS = 1000 };
	for (int i = 0; i < CALLS; i++) {
		mprotect(pages + 4096, 4096, PROT_READ | PROT_WRITE);
		mprotect(pages + 4096, 4096, PROT_READ);
	}
	report("split", start, 2 * CALLS);
}

int main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	size_t bytes = strtoull(argv[2], NULL, 0), dump = strtoull(argv[3], NULL, 0);
	size_t count = strtoull(argv[4], NULL, 0), mappings = strtoull(argv[5], NULL, 0);
	unsigned char *area =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		return 1;
	uint64_t x = 88172645463325252ULL;
	for (size_t i = 0; i < bytes; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(area + i, &x, 8);
	}
	measure_calls(count);
	measure_memory(area, bytes);
	measure_save(argv[1], area, bytes);
	measure_dump(argv[1], area, dump);
	munmap(area, bytes);
	measure_maps(mappings);
	return 0;
}
