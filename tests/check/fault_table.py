# SPDX-License-Identifier: GPL-3.0-or-later
"""
Every kind of fault, one row each: a name, what is set up, the statement that faults, the si_code (A|B for either),
words that the explanation must have, and what becomes of the cure.
"""

CURE = "applied, the access succeeds"
NONE = "there is none"
LOCKING = "there is one for who may lock without a limit (CAP_IPC_LOCK)"
PRIVILEGED = "there is one for who may map below vm.mmap_min_addr (CAP_SYS_RAWIO)"

GAP = "nothing is mapped there"
SMALL = "p = mmap 3*page rw"
HOLE = SMALL + "; munmap p+page page"
BARRIER = SMALL + "; mprotect p+page page none"
FILE = 'fd = memfd_create "f"; ftruncate fd page; p = mmap 2*page rw shared fd'
SEALABLE = 'fd = memfd_create "f" allow_sealing; ftruncate fd page; '
DISK = 'fd = open "f" rdwr|creat 0600; ftruncate fd page; '
GUARD = SMALL + "; madvise p+page page guard_install"
STACK = 'for (a = vma_next(0); vma_name(a) != "[stack]"; a = vma_next(vma_end(a))) ; '
VDSO = 'for (a = vma_next(0); vma_name(a) != "[vdso]"; a = vma_next(vma_end(a))) ; '
# Far from all else, so that no fence is near.
GROWING = ("g = 0x100000000 + 400*page; mmap g page rw fixed|growsdown; ")
WATCHED = ("r = mmap page; uf = userfaultfd(1); *r = 0xaa; r[1] = 0x80; ioctl(uf, 0xc018aa3f, r); q = mmap 2*page; "
           "*r = q; r[1] = 2*page; r[2] = 1; ioctl(uf, 0xc020aa00, r)")
WATCHED = WATCHED.replace("r = mmap page;", "u64 *r = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);")

# Two pages at q behind a userfaultfd that wants a signal; then one is protected, or declared lost.
UFFD = ("u64 *r = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); uf = userfaultfd(1); "
        "*r = 0xaa; r[1] = {features}; ioctl(uf, 0xc018aa3f, r); q = mmap 2*page; *q = 5; *r = q; r[1] = 2*page; "
        "r[2] = {mode}; ioctl(uf, 0xc020aa00, r); *r = q; r[1] = page; r[2] = {last}; ")
PROTECTED = UFFD.format(features=0x81, mode=2, last=1) + "ioctl(uf, 0xc018aa06, r)"
POISONED = UFFD.format(features=0x80, mode=1, last=0).replace("*q = 5; ", "") + "ioctl(uf, 0xc020aa08, r)"


def keyed(forbidden, more=""):
    """Sets up the touched page p and the untouched one behind it with a protection key that forbids something."""
    return (f"p = mmap 3*page rw; *p = 1; k = pkey_alloc(0, 0); pkey_mprotect p 2*page rw k; {more}"
            f"pkey_set(k, {forbidden})")


KEY = "forbidden by protection key 1"
EXECUTE_ONLY = "execute-only memory, which the kernel hides behind protection key "

# Only on a CPU with protection keys.
KEYS = [
    ("key, no access, read of a touched page", keyed(1), "*p", "SEGV_PKUERR",
     [KEY, "error code 0x25", "a protection key forbids it", "a page-table entry is present\n", "allocated with pkey_alloc",
      "pkru is 0x55555554 and forbids loads and stores"], CURE),
    ("key, no access, read of an untouched page", keyed(1), "*(p + page)", "SEGV_PKUERR",
     [KEY, "error code 0x4", "no page-table entry"], CURE),
    ("key, no access, write", keyed(1), "*p = 2", "SEGV_PKUERR", [KEY, "error code 0x27"], CURE),
    ("key, no access, write of an untouched page", keyed(3), "*(p + page) = 2", "SEGV_PKUERR", [KEY, "error code 0x6"], CURE),
    ("key, no stores, write", keyed(2), "*p = 2", "SEGV_PKUERR",
     [KEY, "error code 0x27", "pkru is 0x55555558 and forbids stores"], CURE),
    ("key, no stores, write of an untouched page", keyed(2), "*(u8 *)(p + page) = 2", "SEGV_PKUERR",
     [KEY, "error code 0x6"], CURE),
    ("key, bulk read", keyed(1), "read p 16", "SEGV_PKUERR", ["read at", KEY], CURE),
    ("key, bulk write", keyed(2), 'write p "abc"', "SEGV_PKUERR", ["write at", KEY], CURE),
    ("key, and the mapping forbids it too", keyed(1, "mprotect p 2*page r; "), "*p = 1", "SEGV_PKUERR",
     [KEY, "the mapping does not allow writing either", "and      mprotect("], CURE),
    ("key, and the mapping allows nothing", keyed(1, "mprotect p 2*page none; "), "*p", "SEGV_PKUERR",
     [KEY, "the mapping does not allow reading either", "and      mprotect("], CURE),
    ("key, and a guard", keyed(1, "madvise p page guard_install; "), "*p", "SEGV_PKUERR", [KEY, "and      madvise("], CURE),
    ("key, in a sealed mapping", keyed(1, "mseal(p, 2*page, 0); "), "*p", "SEGV_PKUERR", [KEY], CURE),
    ("key that was given back", keyed(1, "pkey_free(k); "), "*p", "SEGV_PKUERR", [KEY, "given back with pkey_free"], CURE),
    ("key, a file's end behind it", FILE + "; k = pkey_alloc(0, 1); pkey_mprotect p 2*page rw k", "*(p + page)", "SEGV_PKUERR",
     [KEY, "and      ftruncate("], CURE),
    ("key, word into its page", "p = mmap 2*page rw; k = pkey_alloc(0, 1); pkey_mprotect p+page page rw k", "*(p + page - 4)",
     "SEGV_PKUERR", [KEY, "the last 4 failed", "!  rest "], CURE),
    ("key, word out of its page", keyed(1), "*(p + 2*page - 4)", "SEGV_PKUERR", [KEY, "the first 4 failed", "!  rest "], CURE),
    ("key, word over two of its pages", keyed(1), "*(p + page - 4)", "SEGV_PKUERR", [KEY, "would fail too"], CURE),
    ("key, word into a hole", keyed(1, "munmap p+page page; "), "*(p + page - 4)", "SEGV_PKUERR|SEGV_MAPERR",
     [KEY, GAP, "would fail too"], CURE),
    ("two keys, word over both", "p = mmap 2*page rw; k = pkey_alloc(0, 1); l = pkey_alloc(0, 1); "
     "pkey_mprotect p page rw k; pkey_mprotect p+page page rw l", "*(p + page - 4)", "SEGV_PKUERR",
     ["protection key 1", "protection key 2", "would fail too"], CURE),
    ("execute-only, read", "p = mmap page x", "*p", "SEGV_PKUERR",
     [EXECUTE_ONLY, "kept by the kernel", "error code 0x4", "mprotect("], CURE),
    ("execute-only, touched", "p = mmap page rw; *p = 1; mprotect p page x", "*p", "SEGV_PKUERR",
     [EXECUTE_ONLY, "error code 0x25", "PROT_READ|PROT_EXEC"], CURE),
    ("execute-only, write", "p = mmap page rw; *p = 1; mprotect p page x", "*p = 1", "SEGV_PKUERR",
     [EXECUTE_ONLY, "error code 0x27", "PROT_READ|PROT_WRITE|PROT_EXEC", "!and      "], CURE),
    ("execute-only, sealed, read", "p = mmap page x; mseal(p, page, 0)", "*p", "SEGV_PKUERR", [EXECUTE_ONLY, "pkey_set("], CURE),
    ("execute-only, sealed, write", "p = mmap page x; mseal(p, page, 0)", "*p = 1", "SEGV_PKUERR", ["sealed (mseal)"], NONE),
    ("execute-only, a key may have been given back", "k = pkey_alloc(0, 1); pkey_free(k); p = mmap page x", "*p", "SEGV_PKUERR",
     ["forbidden by protection key", "not allocated with pkey_alloc"], CURE),
    ("key, load by code", keyed(1) + '; q = mmap page rw; write q hex"48 8b 07 c3"; mprotect q page rx', "call q p", "SEGV_PKUERR",
     [KEY, "pkey_mprotect("], CURE),
    ("code forbids itself key 0", 'q = mmap page rw; write q hex"b8 ff ff ff ff 31 c9 31 d2 0f 01 ef c3"; mprotect q page rx',
     "call q", "SEGV_PKUERR", ["forbidden by protection key 0", "pkru is 0xffffffff", "forbade itself key 0"], NONE),
    ("key, fetch from what cannot be read", 'p = mmap page rw; write p hex"c3"; k = pkey_alloc(0, 3); pkey_mprotect p page rx k; '
     "call p", "*p", "SEGV_PKUERR", [KEY], CURE),
]

MEMORY = [
    # Nothing there.
    ("gap, 1 byte", "", "*(u8 *)0x70000000", "SEGV_MAPERR", ["read of 1 byte at 0x70000000: " + GAP], CURE),
    ("gap, 2 bytes", "", "*(u16 *)0x70000000", "SEGV_MAPERR", ["read of 2 bytes", GAP], CURE),
    ("gap, 4 bytes", "", "*(u32 *)0x70000000", "SEGV_MAPERR", ["read of 4 bytes", GAP], CURE),
    ("gap, 8 bytes", "", "*0x70000000", "SEGV_MAPERR", ["read of 8 bytes", GAP, "error code 0x4"], CURE),
    ("gap, write", "", "*(u8 *)0x70000000 = 1", "SEGV_MAPERR", ["write of 1 byte", GAP, "error code 0x6"], CURE),
    ("gap, bulk read", "", "read 0x70000000 16", "SEGV_MAPERR", ["read at 0x70000000", GAP], CURE),
    ("gap, bulk read of many pages", "", "read 0x70000000 5*page", "SEGV_MAPERR", ["read at 0x70000000", GAP], CURE),
    ("gap, bulk write", "", 'write 0x70000000 "abc"', "SEGV_MAPERR", ["write at 0x70000000", GAP], CURE),
    ("hole, directly above a mapping", HOLE, "*(p + page)", "SEGV_MAPERR", [GAP, "(p+0x1000)", "directly below"], CURE),
    ("hole, directly below a mapping", HOLE, "*(u8 *)(p + 2*page - 1)", "SEGV_MAPERR", [GAP, "1 byte above"], CURE),
    ("was touched, then unmapped", SMALL + "; *p = 1; munmap p 3*page", "*p", "SEGV_MAPERR", [GAP], CURE),
    ("was moved away", SMALL + "; q = mremap p 3*page 300*page maymove", "*p", "SEGV_MAPERR", [GAP], CURE),
    ("last page of what can be mapped", "", "*0x7fffffffe000", "SEGV_MAPERR", [GAP], CURE),
    ("NULL, read", "", "*NULL", "SEGV_MAPERR", ["in the page of NULL", "vm.mmap_min_addr"], PRIVILEGED),
    ("NULL, write", "", "*(u8 *)NULL = 1", "SEGV_MAPERR", ["in the page of NULL", "vm.mmap_min_addr"], PRIVILEGED),
    ("near NULL", "", "*(u32 *)8", "SEGV_MAPERR", ["at 0x8", "in the page of NULL"], PRIVILEGED),
    ("last byte of NULL's page", "", "*(u8 *)4095", "SEGV_MAPERR", ["0xfff", "in the page of NULL"], PRIVILEGED),
    ("word out of NULL's page", "", "*4092", "SEGV_MAPERR", ["in the page of NULL", "the last 4 bytes"], PRIVILEGED),
    ("minus 1", "", "*(u8 *)-1", "SEGV_MAPERR", ["belongs to the kernel"], NONE),
    ("forgotten 0x", "p = mmap 0x55550000 page rw fixed", "*55550000", "SEGV_MAPERR", ["0x55550000 is mapped"], CURE),
    # The mapping does not allow it.
    ("none, read", BARRIER, "*(p + page)", "SEGV_ACCERR", ["does not allow reading", "no page-table entry"], CURE),
    ("none, write", BARRIER, "*(p + page) = 1", "SEGV_ACCERR", ["does not allow writing", "error code 0x6"], CURE),
    ("none, was touched", "p = mmap page; *p = 1; mprotect p page none", "*p", "SEGV_ACCERR",
     ["does not allow reading"], CURE),
    ("none, shared", "p = mmap page none shared|anon", "*p", "SEGV_ACCERR", ["does not allow reading"], CURE),
    ("bulk read into a forbidden page", BARRIER, "read p+page-8 16", "SEGV_ACCERR", ["8 bytes before the end"], CURE),
    ("read-only, never touched", "p = mmap page r", "*p = 1", "SEGV_ACCERR",
     ["does not allow writing", "error code 0x6"], CURE),
    ("read-only, touched", "p = mmap page r; *p", "*p = 1", "SEGV_ACCERR",
     ["is present and forbids it", "error code 0x7"], CURE),
    ("readable and executable", "p = mmap page r-x", "*(u8 *)p = 1", "SEGV_ACCERR", ["does not allow writing"], CURE),
    ("text of the program", 'for (a = vma_next(0); perms(a) != "r-xp"; a = vma_next(vma_end(a))) ;', "*(u8 *)a = 1",
     "SEGV_ACCERR", ["does not allow writing", "faultline-target"], CURE),
    ("the vdso, which cannot be split", VDSO, "*(u8 *)a = 1", "SEGV_ACCERR", ["does not allow writing", "[vdso]"], CURE),
    ("private file, read-only descriptor", 'fd = open "/proc/self/exe"; p = mmap page r private fd', "*p = 1",
     "SEGV_ACCERR", ["does not allow writing"], CURE),
    ("shared file, read-only descriptor", 'fd = open "/proc/self/exe"; p = mmap page r shared fd', "*p = 1",
     "SEGV_ACCERR", ["does not allow writing", "not opened for writing"], NONE),
    ("shared file, another descriptor can write", DISK + 'ro = open "f" rdonly; p = mmap page r shared ro', "*p = 1",
     "SEGV_ACCERR", ["does not allow writing", "MAP_SHARED|MAP_FIXED"], CURE),
    ("shared memory, attached to read", "id = shmget(0, page, 0600); p = shmat(id, 0, 0x1000); shmctl(id, 0, 0)",
     "*(u64 *)p = 1", "SEGV_ACCERR", ["does not allow writing"], NONE),
    ("sealed against writing", SEALABLE + "fcntl(fd, 1033, 8); p = mmap page r shared fd", "*p = 1", "SEGV_ACCERR",
     ["does not allow writing", "F_SEAL_WRITE"], NONE),
    ("sealed mapping", "p = mmap page r; mseal(p, page, 0)", "*p = 1", "SEGV_ACCERR", ["sealed (mseal)"], NONE),
    ("the agent's fence", SMALL, "*(p + 3*page)", "SEGV_ACCERR", ["belongs to the agent"], NONE),
    # Limits.
    ("RLIMIT_AS leaves no room", 'setrlimit(9, hex"00 00 10 00 00 00 00 00 00 00 10 00 00 00 00 00")', "*0x70000000",
     "SEGV_MAPERR", ["none: the limit of the address space is reached (RLIMIT_AS)"], NONE),
    ("mlockall and RLIMIT_MEMLOCK leave no room", "setrlimit memlock 64K; mlockall(MCL_FUTURE); q = mmap 16*page",
     "*0x70000000", "SEGV_MAPERR", ["locked at once (mlockall)"], LOCKING),
    ("RLIMIT_DATA leaves nothing to write to", 'p = mmap page r; setrlimit(2, hex"00 10 00 00 00 00 00 00 00 10 00 00 00 '
     '00 00 00")', "*p = 1", "SEGV_ACCERR", ["RLIMIT_DATA"], NONE),
    ("more than the machine has", "", "fill 0x300000000000 32T 1", "SEGV_MAPERR", ["has not so much memory"], NONE),
    ("more than the machine has, to a mapping", "p = mmap 32T none", "fill p 32T 1", "SEGV_ACCERR",
     ["has not so much memory"], NONE),
    ("RLIMIT_DATA, but a read", 'setrlimit(2, hex"00 10 00 00 00 00 00 00 00 10 00 00 00 00 00 00")', "*0x70000000",
     "SEGV_MAPERR", [GAP], CURE),
    # Files that end.
    ("past the file's end, read", FILE, "*(p + page)", "BUS_ADRERR", ["the mapped file ends before this page"], CURE),
    ("past the file's end, write", FILE, "*(p + page) = 1", "BUS_ADRERR", ["is 4096 bytes long"], CURE),
    ("past an empty file", 'fd = memfd_create "f"; p = mmap page rw shared fd', "*p", "BUS_ADRERR", ["0 bytes long"], CURE),
    ("truncated under the mapping", FILE + "; *p = 1; ftruncate fd 0", "*p", "BUS_ADRERR", ["0 bytes long"], CURE),
    ("file on disk", DISK + "p = mmap 2*page rw shared fd", "*(p + page)", "BUS_ADRERR", ["offset 4096"], CURE),
    ("private file", DISK + "p = mmap 2*page rw private fd", "*(p + page) = 1", "BUS_ADRERR", ["offset 4096"], CURE),
    ("deleted file", DISK + 'p = mmap 2*page rw shared fd; unlink("f")', "*(p + page)", "BUS_ADRERR",
     ["(deleted)", "offset 4096"], CURE),
    ("only a read-only descriptor is left", DISK + 'ro = open "f" rdonly; p = mmap 2*page r shared ro; close fd',
     "*(p + page)", "BUS_ADRERR", ["no descriptor here is open for writing"], NONE),
    ("mapped at an offset past the end", 'fd = memfd_create "f"; ftruncate fd page; p = mmap 0 page rw shared fd page',
     "*p", "BUS_ADRERR", ["4096 bytes long", "offset 4096"], CURE),
    ("sealed against growing", SEALABLE + "fcntl(fd, 1033, 4); p = mmap 2*page r shared fd", "*(p + page)",
     "BUS_ADRERR", ["F_SEAL_GROW"], NONE),
    ("RLIMIT_FSIZE", FILE + '; setrlimit(1, hex"00 10 00 00 00 00 00 00 00 10 00 00 00 00 00 00")', "*(p + page)",
     "BUS_ADRERR", ["RLIMIT_FSIZE"], NONE),
    ("secret memory past its end", "fd = memfd_secret(0); ftruncate fd page; p = mmap 2*page rw shared fd", "*(p + page)",
     "BUS_ADRERR", ["memfd_secret"], NONE),
    ("secret memory without a size", "fd = memfd_secret(0); p = mmap page rw shared fd", "*p", "BUS_ADRERR",
     ["memfd_secret"], CURE),
    ("read-only, and past the end", 'fd = memfd_create "f"; p = mmap page r shared fd', "*p = 1", "SEGV_ACCERR",
     ["does not allow writing", "and      ftruncate("], CURE),
    # The kernel has no page to give.
    ("huge page that is not there", "p = mmap(NULL, 2M, PROT_READ|PROT_WRITE, "
     "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_NORESERVE, -1, 0)", "*p = 1", "BUS_ADRERR",
     ["no huge page was free"], NONE),
    ("userfaultfd that wants a signal", WATCHED, "*q", "BUS_ADRERR", ["userfaultfd"], CURE),
    ("userfaultfd, write of a word over two pages", WATCHED, "*(q + page - 4) = 1", "BUS_ADRERR", ["userfaultfd"], CURE),
    ("userfaultfd that protects from writes", PROTECTED, "*q = 1", "BUS_ADRERR",
     ["a userfaultfd protects the page from writes", "UFFDIO_WRITEPROTECT", "error code 0x7"], NONE),
    ("userfaultfd that declared a page lost", POISONED, "*q", "BUS_ADRERR|BUS_MCEERR_AR", [], NONE),
    # Guards and growth.
    ("guard, read", GUARD, "*(p + page)", "SEGV_MAPERR", ["guard"], CURE),
    ("guard, write", GUARD, "*(p + page) = 1", "SEGV_MAPERR", ["guard"], CURE),
    ("guard of two pages", "p = mmap 4*page rw; madvise p+page 2*page guard_install", "*(p + 2*page - 4)",
     "SEGV_MAPERR", ["guard"], CURE),
    ("guard in a sealed mapping", GUARD + "; mseal(p, 3*page, 0)", "*(p + page)", "SEGV_MAPERR", ["guard"], CURE),
    ("guard in memory that is read-only", "p = mmap page r; madvise p page guard_install", "*p = 1", "SEGV_ACCERR",
     ["does not allow writing", "and      madvise("], CURE),
    ("past the stack's limit", STACK + "a = vma_end(a) - 8M - page", "*a", "SEGV_MAPERR", ["has overflowed", "RLIMIT_STACK"],
     CURE),
    ("far below the stack", STACK + "a = vma_end(a) - 64M", "*a", "SEGV_MAPERR", [GAP, "!overflow", "!note"], CURE),
    ("above the stack", STACK + "a = vma_end(a)", "*a", "SEGV_MAPERR", [GAP, "!overflow", "!note"], CURE),
    ("stack too close to its neighbour", GROWING + "mmap g-200*page page rw fixed", "*(g - page)", "SEGV_MAPERR",
     ["keeps a gap of 1M to what is below"], CURE),
    ("growing mapping past the stack's limit", GROWING + 'setrlimit(3, hex"00 00 01 00 00 00 00 00 00 00 80 00 00 00 00 00")',
     "*(g - 16*page)", "SEGV_MAPERR", ["has overflowed", "64K"], CURE),
    # A word over two pages.
    ("word into a hole", HOLE, "*(p + page - 4)", "SEGV_MAPERR", ["the last 4 failed", GAP, "!  rest "], CURE),
    ("word out of a hole", HOLE, "*(p + 2*page - 4)", "SEGV_MAPERR", ["the first 4 failed", GAP, "!  rest "], CURE),
    ("half-word into a hole, write", HOLE, "*(u16 *)(p + page - 1) = 1", "SEGV_MAPERR", ["the last byte failed"], CURE),
    ("word over two pages of a hole", SMALL + "; munmap p+page 2*page", "*(p + 2*page - 4)", "SEGV_MAPERR",
     [GAP, "the last 4 bytes, in the next page, would fail too"], CURE),
    ("word into a forbidden page", BARRIER, "*(p + page - 4)", "SEGV_ACCERR", ["the last 4 failed", "reading"], CURE),
    ("word out of a forbidden page", BARRIER, "*(p + 2*page - 4)", "SEGV_ACCERR", ["the first 4 failed", "reading"], CURE),
    ("word over two forbidden pages", "p = mmap 2*page none", "*(p + page - 4)", "SEGV_ACCERR", ["would fail too"], CURE),
    ("word from a hole into a forbidden page", BARRIER + "; munmap p page", "*(p + page - 4)", "SEGV_MAPERR",
     [GAP, "would fail too: the mapping there does not allow reading", "and      mprotect("], CURE),
    ("word from a guard into a hole", GUARD + "; munmap p+2*page page", "*(p + 2*page - 4)", "SEGV_MAPERR",
     ["guard", "would fail too: nothing is mapped there"], CURE),
    ("word from a read-only page past a file's end", FILE + "; mprotect p page r; mprotect p+page page rw",
     "*(p + page - 4) = 1", "SEGV_ACCERR|BUS_ADRERR", ["does not allow writing", "the mapped file ends"], CURE),
    ("word over two forbidden pages, one past a file's end", FILE + "; mprotect p 2*page none", "*(p + page - 4)",
     "SEGV_ACCERR", ["would fail too", "and      ftruncate("], CURE),
    ("word from a forbidden page into a stack that would grow", GROWING + "mmap g-2*page page none fixed",
     "*(u64 *)(g - page - 4)", "SEGV_ACCERR", ["the first 4 failed", "and      mmap("], CURE),
    ("word past the file's end", FILE, "*(p + page - 4)", "BUS_ADRERR", ["the last 4 failed", "the mapped file ends"], CURE),
    ("word into a guard", GUARD, "*(p + page - 4)", "SEGV_MAPERR", ["the last 4 failed", "guard"], CURE),
    ("word from a hole into the agent", HOLE + "; munmap p+2*page page", "*(p + 3*page - 4)", "SEGV_MAPERR",
     [GAP, "belongs to the agent"], NONE),
    # Numbers that are no address of a program.
    ("not canonical, read", "", "*0x8000000000000000", "SI_KERNEL", ["not canonical", "#GP"], NONE),
    ("not canonical, write", "", "*0x0100000000000000 = 1", "SI_KERNEL", ["not canonical", "#GP"], NONE),
    ("not canonical, bulk", "", "read 0x8000000000000000 16", "SI_KERNEL", ["not canonical", "#GP"], NONE),
    ("word into what is not canonical", "", "*0x7ffffffffffc", "SI_KERNEL", ["the last 4 failed", "not canonical"], NONE),
    ("last page of the lower half", "", "*(u8 *)0x7fffffffffff", "SEGV_MAPERR", ["never mapped", "error code 0x5"], NONE),
    ("word into the last page of the lower half", "", "*0x7fffffffeffc", "SEGV_MAPERR", ["never mapped"], NONE),
    ("kernel, read", "", "*0xffff888000000000", "SEGV_MAPERR", ["belongs to the kernel", "error code 0x5"], NONE),
    ("kernel, write", "", "*0xffffffff81000000 = 1", "SEGV_MAPERR", ["belongs to the kernel", "error code 0x7"], NONE),
    ("vsyscall, read", "", "*0xffffffffff600000", "SEGV_MAPERR", ["vsyscall page can only be called"], NONE),
]


def code(text):
    """Sets up the page p with these bytes as code."""
    return f'p = mmap page rw; write p hex"{text}"; mprotect p page rx'


MOV_RAX_HOLE = "48 b8 00 00 00 00 00 00 00 80"
STOPS = "cpu      "

CODE = [
    # Instructions that only the kernel may execute.
    ("hlt", code("f4 c3"), "call p", "SI_KERNEL", ["hlt: only the kernel may execute it", "#GP"], NONE),
    ("cli", code("fa c3"), "call p", "SI_KERNEL", ["cli: only the kernel", "#GP"], NONE),
    ("sti", code("fb c3"), "call p", "SI_KERNEL", ["sti: only the kernel", "#GP"], NONE),
    ("in", code("e4 00 c3"), "call p", "SI_KERNEL", ["in: programs may not use input/output ports", "#GP"], NONE),
    ("out", code("ee c3"), "call p", "SI_KERNEL", ["out: programs may not use input/output ports", "#GP"], NONE),
    ("rdmsr", code("0f 32 c3"), "call p", "SI_KERNEL", ["rdmsr: only the kernel", "#GP"], NONE),
    ("wrmsr", code("0f 30 c3"), "call p", "SI_KERNEL", ["wrmsr: only the kernel", "#GP"], NONE),
    ("mov from cr0", code("0f 20 c0 c3"), "call p", "SI_KERNEL", ["control register: only the kernel", "#GP"], NONE),
    ("lgdt", code("0f 01 10 c3"), "call p", "SI_KERNEL", ["lgdt: only the kernel", "#GP"], NONE),
    ("int 0x10", code("cd 10 c3"), "call p", "SI_KERNEL", ["int: programs may raise only", "#GP"], NONE),
    ("bad segment", code("b8 50 01 00 00 8e d8 c3"), "call p", "SI_KERNEL", ["segment register", "#GP"], NONE),
    # Opcodes and operands.
    ("ud2", code("0f 0b"), "call p", "ILL_ILLOPN", ["ud2", "#UD"], NONE),
    ("ud1", code("0f b9 c0"), "call p", "ILL_ILLOPN", ["ud1", "#UD"], NONE),
    ("not in 64-bit code", code("06 c3"), "call p", "ILL_ILLOPN", ["64-bit code does not have", "#UD"], NONE),
    ("int3", code("cc c3"), "call p", "SI_KERNEL", ["int3: a breakpoint", "#BP"], NONE),
    ("int1", code("f1 c3"), "call p", "TRAP_BRKPT", ["int1", "#DB"], NONE),
    ("single step", code("9c 81 0c 24 00 01 00 00 9d 90 90 c3"), "call p", "TRAP_TRACE", ["the trap flag (TF)", "#DB"], NONE),
    ("division by zero", code("31 c9 31 d2 b8 01 00 00 00 f7 f1 c3"), "call p", "FPE_INTDIV",
     ["div: the divisor is 0", "#DE"], NONE),
    ("signed division by zero", code("31 c9 48 99 48 f7 f9 c3"), "call p", "FPE_INTDIV", ["idiv: the divisor is 0"], NONE),
    ("INT_MIN / -1", code("b8 00 00 00 80 99 b9 ff ff ff ff f7 f9 c3"), "call p", "FPE_INTDIV",
     ["idiv: the quotient does not fit", "#DE"], NONE),
    ("x87 division by zero, unmasked", code("68 7b 03 00 00 d9 2c 24 58 d9 e8 d9 ee de f9 9b c3"), "call p", "FPE_FLTDIV",
     ["x87 control word", "#MF"], NONE),
    ("SSE division by zero, unmasked", code("68 80 1d 00 00 0f ae 14 24 58 b8 01 00 00 00 f3 0f 2a c0 0f 57 c9 f3 0f 5e c1 c3"),
     "call p", "FPE_FLTDIV", ["MXCSR", "#XM"], NONE),
    ("misaligned movaps", code("0f 28 44 24 01 c3"), "call p", "SI_KERNEL", ["movaps: its operand", "multiple of 16"], NONE),
    ("misaligned movdqa, store", code("66 0f 7f 44 24 f1 c3"), "call p", "SI_KERNEL", ["movdqa: its operand"], NONE),
    ("alignment check", code("9c 81 0c 24 00 00 04 00 9d 48 8b 44 24 01 c3"), "call p", "BUS_ADRALN",
     ["the flag AC", "#AC"], NONE),
    ("stack pointer that is no address", code(MOV_RAX_HOLE + " 48 89 c4 50 c3"), "call p", "SI_KERNEL",
     ["not canonical", "#SS"], NONE),
    ("stack pointer at NULL", code("31 e4 58 c3"), "call p", "SEGV_MAPERR", ["in the page of NULL", "stack pointer"], None),
    ("no end of calls", code("e8 fb ff ff ff"), "call p", "SEGV_ACCERR", ["write", "belongs to the agent"], NONE),
    # More instructions, each refused for a reason of its own; rows about memory among them.
    ("xsetbv", code("31 c9 31 d2 b8 07 00 00 00 0f 01 d1 c3"), "call p", "SI_KERNEL", ["xsetbv: only the kernel",
     "#GP"], NONE),
    ("xgetbv of a register that is not there", code("b9 4d 00 00 00 0f 01 d0 c3"), "call p", "SI_KERNEL",
     ["xgetbv: the register whose number"], NONE),
    ("invlpg", code("0f 01 3c 24 c3"), "call p", "SI_KERNEL", ["invlpg: only the kernel"], NONE),
    ("swapgs", code("0f 01 f8 c3"), "call p", "SI_KERNEL", ["swapgs: only the kernel"], NONE),
    ("monitor", code("0f 01 c8 c3"), "call p", "ILL_ILLOPN", ["monitor: only the kernel", "#UD"], NONE),
    ("clac", code("0f 01 ca c3"), "call p", "ILL_ILLOPN", ["clac: only the kernel", "#UD"], NONE),
    ("rsm", code("0f aa c3"), "call p", "ILL_ILLOPN", ["rsm: only the firmware"], NONE),
    ("rdpmc", code("b9 ff ff ff ff 0f 33 c3"), "call p", "SI_KERNEL", ["rdpmc: the kernel did not allow"], NONE),
    ("pop of a bad segment", code("68 50 01 00 00 0f a1 c3"), "call p", "SI_KERNEL", ["pop to a segment register",
     "error code 0x150", "entry 42 of the global"], NONE),
    ("mov to cs", code("8e c8 c3"), "call p", "ILL_ILLOPN", ["mov to cs: the code segment"], NONE),
    ("far return to the kernel's segment", code("6a 10 48 8d 05 03 00 00 00 50 48 cb c3"), "call p", "SI_KERNEL",
     ["ret far: the selector", "error code 0x10"], NONE),
    ("iret to the kernel's ring", code("6a 18 54 9c 6a 10 48 8d 05 03 00 00 00 50 48 cf c3"), "call p", "SI_KERNEL",
     ["iret: what it takes from the stack", "!kernel only"], NONE),
    ("FS base that is no address", code("48 b8 00 00 00 00 00 00 00 80 f3 48 0f ae d0 c3"), "call p",
     "SI_KERNEL|ILL_ILLOPN", [], NONE),
    ("int 0x81", code("cd 81 c3"), "call p", "SI_KERNEL", ["int: programs may raise only",
     "error code 0x40a: entry 129 of the interrupt"], NONE),
    ("int 4", code("cd 04 c3"), "call p", "SI_KERNEL", ["(p), int 4: it raises an overflow", "#OF"], NONE),
    ("int 3, of two bytes", code("cd 03 c3"), "call p", "SI_KERNEL", ["(p), int3: a breakpoint"], NONE),
    ("far call in 64-bit code", code("9a c3"), "call p", "ILL_ILLOPN", ["call far: an instruction that 64-bit code"],
     NONE),
    ("ud0", code("0f ff c0"), "call p", "ILL_ILLOPN", ["ud0: an opcode"], NONE),
    ("lock before a register", code("f0 01 c8 c3"), "call p", "ILL_ILLOPN", ["the prefix lock"], NONE),
    ("16 bytes of prefixes", code("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90 c3"), "call p", "SI_KERNEL",
     ["15 bytes at most"], NONE),
    ("vector prefix before nothing", code("62 c3"), "call p", "ILL_ILLOPN", ["no such vector instruction"], NONE),
    ("no instruction at all", code("0f 0a c3"), "call p", "ILL_ILLOPN", ["this CPU has no such instruction"], NONE),
    ("misaligned addps", code("0f 58 44 24 01 c3"), "call p", "SI_KERNEL", ["#GP"], NONE),
    ("misaligned cmpxchg16b", code("48 0f c7 4c 24 04 c3"), "call p", "SI_KERNEL", ["cmpxchg16b: its operand",
     "multiple of 16"], NONE),
    ("misaligned fxsave", code("48 81 ec 00 04 00 00 48 83 e4 c0 0f ae 44 24 08 c3"), "call p", "SI_KERNEL",
     ["fxsave: its operand", "multiple of 16"], NONE),
    ("MXCSR with a bit that must be 0", code("6a ff 0f ae 14 24 c3"), "call p", "SI_KERNEL",
     ["ldmxcsr: it would set a bit"], NONE),
    ("x87 invalid operation, unmasked", code("68 7e 03 00 00 d9 2c 24 58 d9 ee d9 ee de f1 9b c3"), "call p",
     "FPE_FLTINV", ["x87 control word"], NONE),
    ("SSE invalid operation, unmasked", code("68 00 1f 00 00 0f ae 14 24 58 0f 57 c0 f3 0f 5e c0 c3"), "call p",
     "FPE_FLTINV", ["MXCSR"], NONE),
    ("SSE overflow, unmasked", code("68 80 1b 00 00 0f ae 14 24 58 b8 ff ff 7f 7f 66 0f 6e c0 f3 0f 59 c0 c3"),
     "call p", "FPE_FLTOVF", ["overflow", "MXCSR"], NONE),
    ("SSE underflow, unmasked", code("68 80 17 00 00 0f ae 14 24 58 b8 00 00 80 00 66 0f 6e c0 f3 0f 59 c0 c3"),
     "call p", "FPE_FLTUND", ["underflow", "MXCSR"], NONE),
    ("SSE inexact result, unmasked",
     code("68 80 0f 00 00 0f ae 14 24 58 b8 03 00 00 00 f3 0f 2a c0 b8 01 00 00 00 f3 0f 2a c8 f3 0f 5e c8 c3"),
     "call p", "FPE_FLTRES", ["inexact", "MXCSR"], NONE),
    ("division of bytes by zero", code("66 b8 00 01 30 c9 f6 f1 c3"), "call p", "FPE_INTDIV",
     ["div: the divisor is 0\n"], NONE),
    ("division of bytes, too large", code("66 b8 ff 7f b1 01 f6 f1 c3"), "call p", "FPE_INTDIV",
     ["div: the quotient does not fit"], NONE),
    ("division by zero in the high byte of a register", code("66 b8 00 01 b9 01 00 00 00 f6 f5 c3"), "call p",
     "FPE_INTDIV", ["div: the divisor is 0\n"], NONE),
    ("division by zero in the low half of a register", code("b9 00 00 01 00 b8 01 00 00 00 31 d2 66 f7 f1 c3"),
     "call p", "FPE_INTDIV", ["div: the divisor is 0\n"], NONE),
    ("division by memory", code("6a 00 b8 01 00 00 00 31 d2 f7 34 24 c3"), "call p", "FPE_INTDIV",
     ["the divisor is 0, or the quotient"], NONE),
    ("frame pointer that is no address", code("48 bd 00 00 00 00 00 00 00 80 48 8b 45 08 c3"), "call p", "SI_KERNEL",
     ["#SS"], NONE),
    ("jump into the last page of the lower half", code("48 b8 00 f0 ff ff ff 7f 00 00 ff e0"), "call p", "SEGV_MAPERR",
     ["execution at 0x7ffffffff000", "never mapped"], NONE),
    ("return to a hole", code("68 00 00 00 70 c3"), "call p", "SEGV_MAPERR", ["execution at 0x70000000"], NONE),
    ("read and written in one", code("b8 00 00 00 70 83 00 01 c3"), "call p", "SEGV_MAPERR", ["write", "at 0x70000000",
     "error code 0x6"], CURE),
    ("string store into a hole", code("bf 00 00 00 70 b9 40 00 00 00 31 c0 f3 aa c3"), "call p", "SEGV_MAPERR",
     ["write", "at 0x70000000"], CURE),
    ("vector load from a hole", code("b8 00 00 00 70 0f 10 00 c3"), "call p", "SEGV_MAPERR", ["read", "at 0x70000000"],
     CURE),
    ("cache line flushed in a hole", code("b8 00 00 00 70 0f ae 38 c3"), "call p", "SEGV_MAPERR", ["read",
     "at 0x70000000"], CURE),
    ("vsyscall with a bad pointer", code("48 c7 c0 00 04 60 ff bf 00 00 00 70 ff d0 c3"), "call p",
     "SEGV_MAPERR|SI_KERNEL", ["vsyscall"], NONE),
    ("signal frame that cannot be read", code("bc 00 00 00 70 b8 0f 00 00 00 0f 05 c3"), "call p", "SI_KERNEL",
     ["the kernel sent the signal by itself, in the system call before it", "!#GP"], NONE),
    ("the same, after a general protection fault", code("bc 00 00 00 70 b8 0f 00 00 00 0f 05 c3") +
     "; expect SIGSEGV *0x8000000000000000", "call p", "SI_KERNEL", ["unless the kernel sent the signal by itself"], NONE),
    # Accesses of code.
    ("load from NULL", code("31 c0 8b 00 c3"), "call p", "SEGV_MAPERR", ["read", "at 0x0", "in the page of NULL"], PRIVILEGED),
    ("load from a hole", code("b8 00 00 00 70 8b 00 c3"), "call p", "SEGV_MAPERR", ["read", "at 0x70000000"], CURE),
    ("store into its own page", code("88 05 01 00 00 00 c3 00"), "call p", "SEGV_ACCERR", ["write", "error code 0x7"], CURE),
    ("kernel, load", code("48 c7 c0 00 00 00 81 8b 00 c3"), "call p", "SEGV_MAPERR", ["read", "the kernel"], NONE),
    # What is executed.
    ("call NULL", "", "call NULL", "SEGV_MAPERR", ["execution at 0x0", "error code 0x14"], NONE),
    ("call a hole", "", "call 0x70000000", "SEGV_MAPERR", ["execution at 0x70000000", "only zeros"], NONE),
    ("call memory without x", 'p = mmap page rw; write p hex"c3"', "call p", "SEGV_ACCERR",
     ["does not allow executing", "error code 0x15"], CURE),
    ("call forbidden memory", 'p = mmap page rw; write p hex"c3"; mprotect p page none', "call p", "SEGV_ACCERR",
     ["does not allow executing", "error code 0x14"], CURE),
    ("instruction that crosses into a forbidden page", 'p = mmap 2*page rw; write p+page-1 hex"b8 01 00 00 00 c3"; '
     "mprotect p page rx; mprotect p+page page none", "call p+page-1", "SEGV_ACCERR",
     ["does not allow executing", "the instruction begins 1 byte before"], CURE),
    ("may not become executable", 'p = mmap page rw; write p hex"c3"; prctl(65, 1, 0, 0, 0)', "call p", "SEGV_ACCERR",
     ["PR_SET_MDWE"], NONE),
    ("jump to what is no address", code(MOV_RAX_HOLE + " ff e0"), "call p", "SI_KERNEL", ["not canonical"], NONE),
    ("return to what is no address", code(MOV_RAX_HOLE + " 50 c3"), "call p", "SI_KERNEL", ["not canonical"], NONE),
    ("call what is no address", "", "call 0x8000000000000000", "SI_KERNEL", ["not canonical"], NONE),
    ("jump into the kernel", code("48 c7 c0 00 00 00 81 ff e0"), "call p", "SEGV_MAPERR", ["execution at", "the kernel"], NONE),
    ("vsyscall, in its middle", code("48 c7 c0 01 00 60 ff ff e0"), "call p", "SEGV_MAPERR|SI_KERNEL", ["vsyscall"], NONE),
]
