/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of errnos, signals and si_codes, both ways, with their meanings. */
#include "mem/names.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Tables read better packed. */
/* clang-format off */
#define C(constant) {#constant, (uint64_t)(int64_t)(constant), NULL}
#define CODE(signo, constant, meaning) {{#constant, (uint64_t)(int64_t)(constant), meaning}, signo}
#define CODE_VALUE(signo, name, value, meaning) {{name, (uint64_t)(int64_t)(value), meaning}, signo}
#define END {NULL, 0, NULL}

/* The name that is printed stands before other names of its value. */
const struct flag errno_constants[] = {
	C(EPERM), C(ENOENT), C(ESRCH), C(EINTR), C(EIO), C(ENXIO), C(E2BIG), C(ENOEXEC),
	C(EBADF), C(ECHILD), C(EAGAIN), C(ENOMEM), C(EACCES), C(EFAULT), C(ENOTBLK), C(EBUSY),
	C(EEXIST), C(EXDEV), C(ENODEV), C(ENOTDIR), C(EISDIR), C(EINVAL), C(ENFILE), C(EMFILE),
	C(ENOTTY), C(ETXTBSY), C(EFBIG), C(ENOSPC), C(ESPIPE), C(EROFS), C(EMLINK), C(EPIPE),
	C(EDOM), C(ERANGE), C(EDEADLK), C(ENAMETOOLONG), C(ENOLCK), C(ENOSYS), C(ENOTEMPTY),
	C(ELOOP), C(ENOMSG), C(EIDRM), C(ECHRNG), C(EL2NSYNC), C(EL3HLT), C(EL3RST), C(ELNRNG),
	C(EUNATCH), C(ENOCSI), C(EL2HLT), C(EBADE), C(EBADR), C(EXFULL), C(ENOANO), C(EBADRQC),
	C(EBADSLT), C(EBFONT), C(ENOSTR), C(ENODATA), C(ETIME), C(ENOSR), C(ENONET), C(ENOPKG),
	C(EREMOTE), C(ENOLINK), C(EADV), C(ESRMNT), C(ECOMM), C(EPROTO), C(EMULTIHOP),
	C(EDOTDOT), C(EBADMSG), C(EOVERFLOW), C(ENOTUNIQ), C(EBADFD), C(EREMCHG), C(ELIBACC),
	C(ELIBBAD), C(ELIBSCN), C(ELIBMAX), C(ELIBEXEC), C(EILSEQ), C(ERESTART), C(ESTRPIPE),
	C(EUSERS), C(ENOTSOCK), C(EDESTADDRREQ), C(EMSGSIZE), C(EPROTOTYPE), C(ENOPROTOOPT),
	C(EPROTONOSUPPORT), C(ESOCKTNOSUPPORT), C(EOPNOTSUPP), C(EPFNOSUPPORT), C(EAFNOSUPPORT),
	C(EADDRINUSE), C(EADDRNOTAVAIL), C(ENETDOWN), C(ENETUNREACH), C(ENETRESET),
	C(ECONNABORTED), C(ECONNRESET), C(ENOBUFS), C(EISCONN), C(ENOTCONN), C(ESHUTDOWN),
	C(ETOOMANYREFS), C(ETIMEDOUT), C(ECONNREFUSED), C(EHOSTDOWN), C(EHOSTUNREACH),
	C(EALREADY), C(EINPROGRESS), C(ESTALE), C(EUCLEAN), C(ENOTNAM), C(ENAVAIL), C(EISNAM),
	C(EREMOTEIO), C(EDQUOT), C(ENOMEDIUM), C(EMEDIUMTYPE), C(ECANCELED), C(ENOKEY),
	C(EKEYEXPIRED), C(EKEYREVOKED), C(EKEYREJECTED), C(EOWNERDEAD), C(ENOTRECOVERABLE),
	C(ERFKILL), C(EHWPOISON), C(EWOULDBLOCK), C(EDEADLOCK),
	C(ENOTSUP), /* the C library's name for EOPNOTSUPP */
	END,
};

const struct flag signal_constants[] = {
	C(SIGHUP), C(SIGINT), C(SIGQUIT), C(SIGILL), C(SIGTRAP), C(SIGABRT), C(SIGBUS), C(SIGFPE),
	C(SIGKILL), C(SIGUSR1), C(SIGSEGV), C(SIGUSR2), C(SIGPIPE), C(SIGALRM), C(SIGTERM),
#ifdef SIGSTKFLT
	C(SIGSTKFLT),
#endif
	C(SIGCHLD), C(SIGCONT), C(SIGSTOP), C(SIGTSTP), C(SIGTTIN), C(SIGTTOU), C(SIGURG),
	C(SIGXCPU),
	C(SIGXFSZ), C(SIGVTALRM), C(SIGPROF), C(SIGWINCH), C(SIGIO), C(SIGPWR), C(SIGSYS),
	C(SIGIOT), C(SIGPOLL), C(SIGCLD),
	END,
};

/* include/uapi/asm-generic/siginfo.h; what glibc 2.36 lacks has its number here. */
const struct sicode_constant sicode_constants[] = {
	CODE(SIGSEGV, SEGV_MAPERR, "no mapping allows access to the address"),
	CODE(SIGSEGV, SEGV_ACCERR, "the mapping there does not allow the access"),
	CODE(SIGSEGV, SEGV_BNDERR, "a bounds check failed"),
	CODE(SIGSEGV, SEGV_PKUERR, "the page's protection key does not allow the access"),
	CODE_VALUE(SIGSEGV, "SEGV_ACCADI", 5, "ADI is not enabled for the mapping"),
	CODE_VALUE(SIGSEGV, "SEGV_ADIDERR", 6, "disrupting MCD error"),
	CODE_VALUE(SIGSEGV, "SEGV_ADIPERR", 7, "precise MCD exception"),
	CODE_VALUE(SIGSEGV, "SEGV_MTEAERR", 8, "memory tag mismatch, found out later"),
	CODE_VALUE(SIGSEGV, "SEGV_MTESERR", 9, "memory tag mismatch"),
	CODE_VALUE(SIGSEGV, "SEGV_CPERR", 10, "a return or jump went where it must not"),
	CODE(SIGBUS, BUS_ADRALN, "the address is not aligned for the access"),
	CODE(SIGBUS, BUS_ADRERR, "there is no memory behind the address"),
	CODE(SIGBUS, BUS_OBJERR, "hardware error of the object"),
	CODE(SIGBUS, BUS_MCEERR_AR, "a broken memory cell was read: action required"),
	CODE(SIGBUS, BUS_MCEERR_AO, "a broken memory cell was found: action optional"),
	CODE(SIGILL, ILL_ILLOPC, "illegal opcode"),
	CODE(SIGILL, ILL_ILLOPN, "illegal operand"),
	CODE(SIGILL, ILL_ILLADR, "illegal addressing mode"),
	CODE(SIGILL, ILL_ILLTRP, "illegal trap"),
	CODE(SIGILL, ILL_PRVOPC, "privileged opcode"),
	CODE(SIGILL, ILL_PRVREG, "privileged register"),
	CODE(SIGILL, ILL_COPROC, "coprocessor error"),
	CODE(SIGILL, ILL_BADSTK, "internal stack error"),
	CODE(SIGILL, ILL_BADIADDR, "unimplemented instruction address"),
	CODE(SIGFPE, FPE_INTDIV, "integer division by zero, or its quotient does not fit"),
	CODE(SIGFPE, FPE_INTOVF, "integer overflow"),
	CODE(SIGFPE, FPE_FLTDIV, "floating-point division by zero"),
	CODE(SIGFPE, FPE_FLTOVF, "floating-point overflow"),
	CODE(SIGFPE, FPE_FLTUND, "floating-point underflow, or a denormal operand"),
	CODE(SIGFPE, FPE_FLTRES, "floating-point result is inexact"),
	CODE(SIGFPE, FPE_FLTINV, "invalid floating-point operation"),
	CODE(SIGFPE, FPE_FLTSUB, "subscript out of range"),
	CODE_VALUE(SIGFPE, "FPE_FLTUNK", 14, "undiagnosed floating-point exception"),
	CODE_VALUE(SIGFPE, "FPE_CONDTRAP", 15, "trap on condition"),
	CODE(SIGTRAP, TRAP_BRKPT, "breakpoint"),
	CODE(SIGTRAP, TRAP_TRACE, "single step"),
	CODE_VALUE(SIGTRAP, "TRAP_BRANCH", 3, "branch taken"),
	CODE_VALUE(SIGTRAP, "TRAP_HWBKPT", 4, "hardware breakpoint or watchpoint"),
	CODE_VALUE(SIGTRAP, "TRAP_UNK", 5, "undiagnosed trap"),
	CODE_VALUE(SIGTRAP, "TRAP_PERF", 6, "performance event"),
	CODE(SIGCHLD, CLD_EXITED, "a child exited"),
	CODE(SIGCHLD, CLD_KILLED, "a child was killed"),
	CODE(SIGCHLD, CLD_DUMPED, "a child was killed and dumped core"),
	CODE(SIGCHLD, CLD_TRAPPED, "a traced child trapped"),
	CODE(SIGCHLD, CLD_STOPPED, "a child stopped"),
	CODE(SIGCHLD, CLD_CONTINUED, "a stopped child went on"),
	CODE(SIGIO, POLL_IN, "input is there"),
	CODE(SIGIO, POLL_OUT, "output is possible"),
	CODE(SIGIO, POLL_MSG, "a message is there"),
	CODE(SIGIO, POLL_ERR, "input or output error"),
	CODE(SIGIO, POLL_PRI, "urgent input is there"),
	CODE(SIGIO, POLL_HUP, "the other side hung up"),
	CODE_VALUE(SIGSYS, "SYS_SECCOMP", 1, "a seccomp filter caught the system call"),
	CODE_VALUE(SIGSYS, "SYS_USER_DISPATCH", 2, "system call user dispatch caught the call"),
	CODE(0, SI_USER, "sent by kill or raise"),
	CODE(0, SI_KERNEL, "raised by the kernel without more detail"),
	CODE(0, SI_QUEUE, "sent by sigqueue"),
	CODE(0, SI_TIMER, "a timer ran out"),
	CODE(0, SI_MESGQ, "a message queue changed"),
	CODE(0, SI_ASYNCIO, "asynchronous input or output is done"),
	CODE(0, SI_SIGIO, "input or output is possible"),
	CODE(0, SI_TKILL, "sent by tkill or tgkill"),
	CODE_VALUE(0, "SI_DETHREAD", -7, "an exec ends the other threads"),
	CODE_VALUE(0, "SI_ASYNCNL", -60, "an asynchronous name look-up is done"),
	{END, 0},
};

/* clang-format on */

static const char *name_of(const struct flag *table, uint64_t value)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

static const struct flag *named(const struct flag *table, struct str word)
{
	for (; table->name; table++)
		if (str_is(word, table->name))
			return table;
	return NULL;
}

const char *errno_name(int error)
{
	return error > 0 ? name_of(errno_constants, (uint64_t)error) : NULL;
}

const char *errno_text(int error)
{
	const char *text = strerrordesc_np(error);
	return text ? text : "Unknown error";
}

/* Linux has 64 signals; 32 is the first real-time one, whatever the C library keeps for itself. */
enum { FIRST_RT = 32, LAST_SIGNAL = 64 };

#define RT(n) [n] = "SIGRT_" #n
static const char rt_names[LAST_SIGNAL - FIRST_RT + 1][10] = {
	[0] = "SIGRTMIN",
	RT(1),
	RT(2),
	RT(3),
	RT(4),
	RT(5),
	RT(6),
	RT(7),
	RT(8),
	RT(9),
	RT(10),
	RT(11),
	RT(12),
	RT(13),
	RT(14),
	RT(15),
	RT(16),
	RT(17),
	RT(18),
	RT(19),
	RT(20),
	RT(21),
	RT(22),
	RT(23),
	RT(24),
	RT(25),
	RT(26),
	RT(27),
	RT(28),
	RT(29),
	RT(30),
	RT(31),
	RT(32),
};

const char *signal_name(int signo)
{
	if (signo >= FIRST_RT && signo <= LAST_SIGNAL)
		return rt_names[signo - FIRST_RT];
	const char *name = signo > 0 ? name_of(signal_constants, (uint64_t)signo) : NULL;
	return name ? name : "SIG_???";
}

static const struct flag *sicode(int signo, int code)
{
	for (const struct sicode_constant *s = sicode_constants; s->flag.name; s++)
		if ((int64_t)s->flag.value == code && (s->signo == signo || !s->signo))
			return &s->flag;
	return NULL;
}

const char *sicode_name(int signo, int code)
{
	const struct flag *f = sicode(signo, code);
	return f ? f->name : NULL;
}

const char *sicode_text(int signo, int code)
{
	const struct flag *f = sicode(signo, code);
	return f ? f->meaning : NULL;
}

static bool rt_signal_find(struct str word, int *signo)
{
	for (int i = 0; i <= LAST_SIGNAL - FIRST_RT; i++) {
		if (str_is(word, rt_names[i])) {
			*signo = FIRST_RT + i;
			return true;
		}
	}
	return false;
}

enum outcome_word outcome_find(struct str word, int *signo_or_errno, int *code)
{
	const struct flag *f = named(errno_constants, word);
	if (f) {
		*signo_or_errno = (int)f->value;
		return OUTCOME_ERRNO;
	}
	f = named(signal_constants, word);
	if (f) {
		*signo_or_errno = (int)f->value;
		return OUTCOME_SIGNAL;
	}
	if (rt_signal_find(word, signo_or_errno))
		return OUTCOME_SIGNAL;
	for (const struct sicode_constant *s = sicode_constants; s->flag.name; s++) {
		if (str_is(word, s->flag.name)) {
			*signo_or_errno = s->signo;
			*code = (int)(int64_t)s->flag.value;
			return OUTCOME_SICODE;
		}
	}
	return OUTCOME_NO;
}
