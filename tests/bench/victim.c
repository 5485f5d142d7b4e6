/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program that other tools work on, so that they have the same memory as faultline's target:
 * BYTES of pages from a file, then MAPPINGS single pages that do not merge. It calls ready() when
 * all is there.
 *
 *     victim FILE BYTES MAPPINGS
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

unsigned char *bench_area; /* BYTES of FILE's bytes, over and over */
unsigned char *bench_end;
uint64_t word = 0x1122334455667788;

/* A load at any address, to be called by a debugger. */
uint64_t peek(uint64_t addr)
{
	return *(volatile uint64_t *)addr;
}

uint64_t cycle(void)
{
	volatile uint64_t *p =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*p = 1;
	uint64_t value = *p;
	munmap((void *)p, 4096);
	return value;
}

__attribute__((noinline)) void ready(void)
{
	__asm__ volatile("");
}

static void fill(const char *file, size_t bytes)
{
	int fd = open(file, O_RDONLY);
	size_t have = 0;
	ssize_t n = 1;

	while (fd >= 0 && have < bytes && n > 0) {
		n = read(fd, bench_area + have, bytes - have);
		have += n > 0 ? (size_t)n : 0;
	}
	for (size_t i = have; i < bytes && have; i++)
		bench_area[i] = bench_area[i - have];
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	size_t bytes = strtoull(argv[2], NULL, 0), n = strtoull(argv[3], NULL, 0);
	bench_area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bench_area == MAP_FAILED)
		return 1;
	bench_end = bench_area + bytes;
	fill(argv[1], bytes);
	unsigned char *pages =
		mmap(NULL, n * 4096 + 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i + 1 < n; i += 2)
		mprotect(pages + i * 4096, 4096, PROT_NONE);
	cycle();
	ready();
	printf("%p\n", (void *)bench_area);
	fflush(stdout);
	if (getenv("VICTIM_STAYS"))
		pause();
	return 0;
}
