/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of known functions. Source: ISO C's and POSIX's headers, as glibc has them. */
#include "shell/prototypes.h"

static const struct {
	struct prototype prototype;
	const char *names; /* blank-separated */
} known[] = {
	{{{T_VOID, 1}, false}, "malloc calloc realloc reallocarray aligned_alloc memalign valloc "
			       "pvalloc memcpy memmove mempcpy memset "
			       "memchr memrchr rawmemchr memmem bsearch sbrk dlopen dlsym fopen "
			       "fdopen freopen tmpfile opendir readdir "
			       "mmap mremap shmat localtime gmtime getpwnam getpwuid getgrnam "
			       "popen __errno_location "
			       "pthread_self"},
	{{{T_S8, 1}, false}, "strcpy stpcpy strncpy strcat strncat strchr strchrnul strrchr strstr "
			     "strcasestr strpbrk strtok strdup "
			     "strndup strerror strsignal getenv secure_getenv fgets ctime asctime "
			     "getcwd realpath basename dirname setlocale "
			     "strsep gnu_get_libc_version dlerror ttyname tmpnam"},
	{{{T_S32, 0}, false},
		"puts putchar putc fputs fputc putw printf fprintf dprintf sprintf snprintf "
		"vprintf scanf sscanf fscanf "
		"getchar getc fgetc ungetc fflush fclose fseek feof ferror fileno setvbuf remove "
		"rename memcmp strcmp "
		"strncmp strcasecmp strncasecmp strcoll atoi abs rand rand_r random_r system "
		"atexit raise kill sigaction "
		"sigprocmask setenv unsetenv putenv isalpha isdigit isalnum isspace isupper "
		"islower isprint ispunct "
		"isxdigit toupper tolower open openat creat close dup dup2 pipe access chdir mkdir "
		"rmdir unlink link "
		"symlink stat fstat lstat ftruncate truncate mprotect munmap msync madvise "
		"posix_madvise mlock munlock mlockall "
		"munlockall brk posix_memalign malloc_trim mallopt mincore getpagesize getpid "
		"getppid gettid sched_yield "
		"usleep nanosleep pthread_create pthread_join pthread_mutex_lock "
		"pthread_mutex_unlock "
		"pthread_mutex_trylock fork vfork execv execve execvp wait waitpid socket bind "
		"listen accept connect isatty "
		"memfd_create dlclose gettimeofday clock_gettime ioctl fcntl sigaltstack"},
	{{{T_U32, 0}, false}, "sleep alarm getuid geteuid getgid getegid htonl ntohl umask"},
	{{{T_S64, 0}, false}, "labs llabs atol atoll strtol strtoll random lrand48 mrand48 ftell "
			      "sysconf read write pread pwrite lseek "
			      "time clock syscall readlink send recv getline ptrace"},
	{{{T_U64, 0}, false}, "strlen strnlen strspn strcspn strtoul strtoull fread fwrite "
			      "malloc_usable_size strftime strxfrm "
			      "confstr getauxval"},
	{{{T_VOID, 0}, false},
		"free cfree srand srandom srand48 qsort exit _exit abort perror rewind clearerr "
		"setbuf bzero bcopy "
		"explicit_bzero closelog openlog tzset malloc_stats sync mtrace swab"},
	{{{T_F64, 0}, false},
		"atof strtod drand48 erand48 difftime frexp ldexp modf scalbn scalbln"},
	{{{T_F64, 0}, true}, "sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh "
			     "acosh atanh exp exp2 exp10 expm1 log log2 "
			     "log10 log1p pow hypot floor ceil round trunc rint nearbyint fabs "
			     "fmod remainder fmin fmax fdim fma "
			     "copysign nextafter erf erfc tgamma lgamma j0 j1 y0 y1"},
	{{{T_F32, 0}, false}, "strtof"},
};

static bool has_word(const char *words, struct str word)
{
	for (const char *p = words; *p;) {
		size_t n = strcspn(p, " ");
		if (str_eq((struct str){p, n}, word))
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

bool prototype_find(struct str name, struct prototype *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!has_word(known[i].names, name))
			continue;
		*out = known[i].prototype;
		return true;
	}
	return false;
}
