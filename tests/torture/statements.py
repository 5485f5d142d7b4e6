# SPDX-License-Identifier: GPL-3.0-or-later
"""Random statements: most make some sense, some none, and all are allowed to fail in any way but one."""

PAGE = 4096
VARIABLES = [f"p{i}" for i in range(8)]
WORD = (1 << 64) - 1

# What may be called with arguments of the kinds given, by its name. Nothing here reaches another process.
CALLS = {
    "munmap": "AL", "mprotect": "ALP", "msync": "AL3", "madvise": "ALm", "mincore": "ALA", "mlock": "AL",
    "munlock": "AL", "mremap": "ALLrA", "brk": "A", "close": "D", "dup": "D", "dup2": "DD", "lseek": "DL3",
    "pread": "DALL", "pwrite": "DALL", "ftruncate": "DL", "memfd_create": "S3", "pipe": "A", "getpid": "",
    "gettid": "", "sched_yield": "", "uname": "A", "getcwd": "AL", "times": "A", "sigaltstack": "AA",
    "rt_sigaction": "nAAE", "rt_sigprocmask": "3AAE", "rt_sigpending": "AE", "arch_prctl": "aA", "set_tid_address": "A",
    "set_robust_list": "AL", "membarrier": "n3", "getrandom": "Ali", "remap_file_pages": "AL030", "pkey_alloc": "03", "pkey_free": "n",
    "pkey_mprotect": "ALPn", "mlock2": "AL3", "process_vm_readv": "$AnAn0", "fstat": "DA", "fcntl": "D3n",
    "sysinfo": "A", "getrusage": "3A", "clock_gettime": "nA", "readlink": "SAl", "statfs": "SA", "fsync": "D",
    "fallocate": "D3ll", "eventfd2": "n3", "timerfd_create": "13", "inotify_init": "", "getitimer": "3A", "mseal": "AL0",
    "fork": "", "clone": "nAAAA", "vfork": "", "shmdt": "A", "get_mempolicy": "AAnA3", "nosuchcall": "",
    "rseq": "AL3n", "futex": "A1n", "rt_sigreturn": "", "io_setup": "nA", "personality": "v", "getgroups": "3A",
    "mlockall": "3", "munlockall": "", "memfd_secret": "0", "userfaultfd": "n", "io_uring_setup": "nA", "umask": "n",
    "chdir": "S", "chroot": "S", "timer_create": "3AA", "timer_delete": "3", "ptrace": "0000", "map_shadow_stack": "ALn",
    "sched_setaffinity": "0LA", "setpgid": "00", "setsid": "", "capset": "AA", "set_mempolicy": "3An", "mbind": "AL3An3",
    "process_madvise": "D$nm0", "landlock_restrict_self": "D0", "move_pages": "$nAAA3", "shmget": "nLn", "shmat": "3A3",
}
# What takes something from the target for good; seldomer, because the statements after it have less to hit.
HARMFUL = {
    "prctl": "qv0AL", "setrlimit": "eA", "prlimit": "0eA0", "alarm": "1", "setitimer": "3A0", "seccomp": "300", "exit": "3",
    "unshare": "h", "close_range": "DL0", "arch_prctl": "aA", "sigaltstack": "A0", "rt_sigprocmask": "3A0E",
}
SIGNALS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 11, 13, 14, 15, 17, 18, 19, 20, 21, 22, 31]
SETTINGS = ["effects pages", "effects off", "addresses named", "addresses plain", "explain off", "explain on",
            "maps off", "maps on", "maps on", "undo 0", "undo 2", "undo 4"]


class Statements:
    """An endless series; the same for the same random generator."""

    def __init__(self, random):
        self.random = random
        kinds = [
            (24, self.access), (14, self.map), (24, self.call), (6, self.command), (4, self.look), (3, self.own_memory),
            (2, self.poke_agent), (0.5, self.kill), (0.2, self.exit), (0.6, self.harm), (0.3, self.sweep), (2, self.checkpoint), (2, self.expression),
            (1, self.guarded), (0.6, self.setting), (1.5, self.nonsense),
        ]
        self.kinds = [kind for _, kind in kinds]
        self.weights = [weight for weight, _ in kinds]

    def next(self):
        return self.random.choices(self.kinds, self.weights)[0]()

    # ---- parts ----

    def pick(self, *choices):
        return self.random.choice(choices)

    def address(self):
        r = self.random
        which = r.random()
        if which < 0.75:
            distance = r.choice([0, 0, 1, 8, PAGE - 1, PAGE, 2 * PAGE, r.randrange(16 * PAGE), -PAGE, -1])
            return f"({r.choice(VARIABLES)}{distance:+d})"
        if which < 0.80:
            return f"(ag + {r.randrange(0, 1200) * PAGE + r.choice([0, r.randrange(PAGE)])})"
        if which < 0.85:
            return hex(r.choice([0, 8, PAGE, 0x7ffffffff000, 0x800000000000, 0xffffffffff600000, WORD, 1 << 63]))
        return hex(r.getrandbits(r.choice([12, 32, 47, 64])))

    def length(self):
        r = self.random
        return r.choice([0, 1, 8, PAGE - 1, PAGE, PAGE, 2 * PAGE, 3 * PAGE, 16 * PAGE, r.randrange(64 * PAGE),
                         r.randrange(4) * PAGE, 1 << 24, 1 << 47, WORD])

    def argument(self, kind):
        r = self.random
        if kind == "A":
            return self.address()
        if kind == "L":
            return str(self.length())
        if kind == "P":
            return r.choice(["PROT_NONE", "PROT_READ", "PROT_READ|PROT_WRITE", "7", str(r.getrandbits(8))])
        if kind == "S":
            return r.choice(['"f"', '"/dev/zero"', '"\\x1b[31m\\n"', '"' + "x" * r.randrange(300) + '"'])
        kinds = {"D": lambda: r.randrange(-1, 20), "m": lambda: r.choice(range(26)), "r": lambda: r.randrange(16),
                 "3": lambda: r.randrange(4), "n": lambda: r.choice([0, 1, 2, 64, r.getrandbits(32)]),
                 "E": lambda: r.choice([8, 8, 8, 0]), "l": lambda: r.randrange(2 * PAGE), "i": lambda: 0,
                 "v": lambda: r.choice([0, 1, 2, 3, 1 << r.randrange(30)]), "e": lambda: r.randrange(17),
                 "q": lambda: r.choice([1, 4, 8, 15, 22, 26, 28, 36, 38, 41, 45, 51, 53, 59, 65, 67, 0x53564d41, r.randrange(80)]),
                 "h": lambda: r.choice([0x200, 0x400, 0x20000, 0x10000000, 0x20000000, 0x40000000]),
                 "a": lambda: r.choice([0x1001, 0x1002, 0x1003, 0x1004]), "$": lambda: "$pid"}
        return str(kinds[kind]()) if kind in kinds else kind

    # ---- statements ----

    def access(self):
        r = self.random
        kind = r.choice(["u8", "u16", "u32", "u64", "s8", "double"])
        place = f"*({kind} *){self.address()}"
        if r.random() < 0.5:
            return place
        return f"{place} {r.choice(['=', '=', '+=', '^='])} {r.choice([0, 1, 255, r.getrandbits(64)])}".replace(
            "^=", "+=" if kind == "double" else "^=")

    def map(self):
        r = self.random
        flags = ["MAP_PRIVATE|MAP_ANONYMOUS", "MAP_PRIVATE|MAP_ANONYMOUS", "MAP_SHARED|MAP_ANONYMOUS",
                 "MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE", "MAP_PRIVATE", "MAP_SHARED", str(r.getrandbits(20) & ~0xa000)]
        protection = r.choice(["PROT_READ|PROT_WRITE", "PROT_READ|PROT_WRITE", "7", "PROT_READ", "PROT_NONE"])
        address = "0"
        if r.random() < 0.2:
            address, flags = self.address(), [flag + "|MAP_FIXED" for flag in flags]
        length = r.choice([PAGE, 2 * PAGE, 16 * PAGE, 16 * PAGE, self.length()])
        fd = r.choice([-1, -1, -1, 3, 4])
        return f"{r.choice(VARIABLES)} = mmap({address}, {length}, {protection}, {r.choice(flags)}, {fd}, 0)"

    def call(self):
        name = self.random.choice(list(CALLS))
        return f"{name}({', '.join(self.argument(kind) for kind in CALLS[name])})"

    def harm(self):
        name = self.random.choice(list(HARMFUL))
        return f"{name}({', '.join(self.argument(kind) for kind in HARMFUL[name])})"

    def sweep(self):
        """Something that is done to every mapping, or to all but the agent's."""
        what = self.pick("munmap(a, vma_end(a) - a)", "mseal(a, vma_end(a) - a, 0)", "mprotect(a, vma_end(a) - a, 1)",
                         "madvise(a, vma_end(a) - a, 4)", "msync(a, vma_end(a) - a, 4)")
        which = self.pick("!vma_agent(a)", "!vma_agent(a)", "!vma_agent(a)", "1")
        return f"for (a = vma_next(0); a && a < 0x800000000000; a = vma_next(e)) {{ e = vma_end(a); if ({which}) {what} }}"

    def command(self):
        r = self.random
        a, b = self.address(), self.address()
        return r.choice([
            f"read {a} {r.randrange(300)}", f'write {a} "{"y" * r.randrange(20)}"', f"write {a} {r.getrandbits(64)}",
            f"x/{r.randrange(1, 20)}{r.choice('xduotc')}{r.choice('bhwg')} {a}", f"mprotect {a} page {r.choice(['rw', 'r', 'none'])}",
            f"madvise {a} page dontneed", f"munmap {a} {r.randrange(1, 4)}*page", f"{r.choice(VARIABLES)} = mmap {b} page rw",
            "| maps | head -n 5", f'open "{r.choice(["/dev/zero", "/dev/null", "/nonexistent"])}"',
        ])

    def look(self):
        a = self.address()
        return self.pick("maps", f"maps {a}", "maps rw-", "maps --gaps", "why", "vars", f"mapped({a})", f"perms({a})",
                         f"vma_count({a}, 16*page)", f'smaps({a}, "Rss")', f'vmflag({a}, "lo")', f"present({a})", "rss()",
                         "$rip", "$si_addr", "checkpoints", "help mmap", "set", f"vma_name({a})", f"pages {a} 16*page")

    def own_memory(self):
        """Gives what pokes need something to hit."""
        return f"{self.random.choice(VARIABLES)} = mmap({16 * PAGE}, rw)".replace("(", " ").replace(", ", " ").replace(")", "")

    def poke_agent(self):
        r = self.random
        a = f"(ag + {r.randrange(0, 30) * PAGE + r.randrange(PAGE)})"
        return r.choice([f"*(u8 *){a} = {r.randrange(256)}", f"*(u64 *){a} = {r.getrandbits(64)}", f"munmap({a}, {PAGE})",
                         f"mprotect(ag + {r.randrange(30) * PAGE}, {PAGE}, {r.randrange(8)})",
                         f"mmap(ag + {r.randrange(30) * PAGE}, {PAGE}, 7, 0x32, -1, 0)", f'write {a} "{"z" * r.randrange(64)}"',
                         "for (ag = vma_next(0); ag && !vma_agent(ag); ag = vma_next(vma_end(ag))) ;"])

    def kill(self):
        return f"kill($pid, {self.random.choice(SIGNALS)})"

    def exit(self):
        return self.pick("exit_group(3)", 'execve("/bin/true", 0, 0)', 'execve("/nonexistent", 0, 0)', "exit_group(0)")

    def checkpoint(self):
        r = self.random
        return r.choice(["checkpoint", f"checkpoint c{r.randrange(4)}", "restore", f"restore c{r.randrange(4)}", "undo",
                         "undo", "forget", f"forget c{r.randrange(4)}"])

    def expression(self):
        r = self.random
        a, b = (r.choice([str(r.getrandbits(r.randrange(1, 65))), r.choice(VARIABLES), "$_", "page"]) for _ in range(2))
        return r.choice([f"{a} {r.choice(['+', '-', '*', '/', '%', '<<', '&', '==', '<'])} {b}", f"x = {a} ? {b} : 0",
                         f"for (i = 0; i < {r.randrange(20)}; i += 1) *(u8 *)(p0 + i) = i", f"if ({a}) {{ {b} }} else {{ x = 1 }}"])

    def guarded(self):
        """The guard may be off for what it guards against, and comes back."""
        return self.pick("set guard on", "set guard off", "set guard on")

    def setting(self):
        return "set " + self.random.choice(SETTINGS)

    def nonsense(self):
        """Never an open bracket or comment, a program or the end of the session."""
        r = self.random
        text = "".join(chr(r.choice([r.randrange(33, 127), 32, 0x1b, 0xe9])) for _ in range(r.randrange(1, 40)))
        for taken in "!|({[*":
            text = text.replace(taken, ".")
        return "0" + text + ")"
