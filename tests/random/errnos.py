#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes random calls and holds the reasons that faultline names for their failures against the kernel.

    errnos.py [--seed N] [--rounds N] [--only CALL,…] [--without CALL,…] [--root] [--verbose]

In each round a fresh session makes the same little landscape (mappings of several kinds, a hole, descriptors), then
calls with arguments drawn from pools of good and bad values. For every failure with causes named, each cause is taken
away by replacing the arguments that its sentence speaks of, and the call is made again:

- with all of them gone the call must not fail with the same errno for one of the causes that were taken away, nor
  without any cause that can be shown;
- where several causes were named, each alone (the others being taken away) must still bring the errno, unless another
  one then comes first, with a cause of its own.

A failure is explained when a cause was shown to hold. A cause is wrong when the errno stays after it was taken away
and no other takes its place, or when it alone does not bring the errno.
"""

import argparse
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..")]

from program import PROGRAM, Directory, environment, has_keys, ordinary
from tap import Tap

PAGE = 4096
CALLS_A_ROUND = 250
LEAST_EXPLAINED = 0.95

# What every session begins with. Each name below stands for an address or a descriptor of it.
LANDSCAPE = """
set guard off
land = mmap 32*page rw
plain = land
ro = land + 4*page
none = land + 8*page
hole = land + 12*page
file = land + 16*page
shared = land + 20*page
locked = land + 24*page
mem = land + 28*page
mprotect ro 4*page r
mprotect none 4*page none
fd = open "file" rdwr|creat 0600
fd_ro = open "file" rdonly
fd_wo = open "file" wronly
fd_place = open "file" path
fd_dir = open "." rdonly
fd_mem = memfd_create "m" allow_sealing
ftruncate fd 8*page
ftruncate fd_mem 8*page
mmap file 4*page r private|fixed fd 0
mmap shared 4*page r shared|fixed fd_ro 0
mlock locked 4*page
munmap hole 4*page
mmap mem 4*page rw shared|fixed fd_mem 0
sealed = mmap 4*page rw
mseal sealed page
stack = mmap 4*page rw private|anon|growsdown
anon = mmap 4*page rw shared|anon
code = mmap 4*page rx
past = mmap 4*page rw shared fd 7*page
guard = mmap 4*page rw
madvise guard page guard_install
fd_sealed = memfd_create "s" allow_sealing
ftruncate fd_sealed 8*page
fcntl fd_sealed add_seals write|grow|shrink
fd_pipe = mmap page
pipe2(fd_pipe, 0)
fd_read = *(u32 *)fd_pipe
fd_write = *(u32 *)(fd_pipe + 4)
fd_proc = open "/proc/meminfo" rdonly
fd_null = open "/dev/null" rdwr
fd_zero = open "/dev/zero" rdwr
fd_event = eventfd2(0, 0)
fd_append = open "file" rdwr|append
fd_secret = memfd_secret
pidfd = pidfd_open(getpid(), 0)
*(u64 *)plain = plain
*(u64 *)(plain + 8) = page
*(u64 *)(plain + 16) = 1
*(u64 *)(plain + 24) = hole
*(u64 *)(plain + 32) = page
{key}
checkpoint
"""

GOOD_ADDRESS = "plain"
ADDRESSES = ["plain", "plain + page", "ro", "none", "hole", "file", "shared", "locked", "mem", "plain + 1", "ro + 5", "NULL",
             "1 << 47", "(1 << 47) - page", "-page", "file + page", "none - page", "hole - page", "0x10000000", "sealed", "sealed + page", "stack", "anon", "code", "past",
             "guard", "guard + page", "vma_next(1 << 32)"]
LENGTHS = ["page", "2*page", "4*page", "0", "1", "5*page", "8*page", "1 << 48", "-1", "-page", "page + 1", "1 << 46"]
FDS = ["fd", "fd_ro", "fd_wo", "fd_place", "fd_dir", "fd_mem", "-1", "99", "fd_sealed", "fd_read", "fd_write", "fd_proc", "fd_null", "fd_zero",
       "fd_event", "fd_append", "fd_secret", "pidfd", "0x7fffffff"]
PROTS = ["0", "1", "3", "4", "5", "7", "2", "0x10", "0x1000001", "0x2000001", "0x3000001"]


class Spec:
    """A call: its parameters as (name, pool, good value)."""

    def __init__(self, name, *params):
        self.name = name
        self.params = params

    def draw(self, rng):
        # Mostly good values, so that failures have one or two causes and not all of them.
        return [good if rng.random() < 0.45 else rng.choice(pool) for _, pool, good in self.params]

    def index(self, name):
        return next(i for i, param in enumerate(self.params) if param[0] == name)

    def good(self, i):
        return self.params[i][2]

    def names(self):
        return [param[0] for param in self.params]


def spec_range(name, *more, good_len="page"):
    return Spec(name, ("addr", ADDRESSES, GOOD_ADDRESS), ("len", LENGTHS, good_len), *more)


FLAGS_MMAP = ["MAP_PRIVATE|MAP_ANONYMOUS", "MAP_SHARED|MAP_ANONYMOUS", "MAP_ANONYMOUS", "MAP_SHARED_VALIDATE|MAP_ANONYMOUS",
              "MAP_PRIVATE", "MAP_SHARED", "MAP_SHARED_VALIDATE|0x200000", "4|MAP_ANONYMOUS",
              "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE", "MAP_SHARED|MAP_ANONYMOUS|MAP_GROWSDOWN",
              "MAP_PRIVATE|MAP_GROWSDOWN", "MAP_SHARED_VALIDATE", "MAP_DROPPABLE",
              "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|(20 << 26)", "MAP_PRIVATE|MAP_HUGETLB",
              "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB", "MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED", "MAP_DROPPABLE|MAP_ANONYMOUS|MAP_LOCKED",
              "MAP_SHARED_VALIDATE|MAP_SYNC", "MAP_SHARED|MAP_SYNC", "MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT", "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED",
              "MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN", "MAP_SHARED_VALIDATE|MAP_FIXED_NOREPLACE", "MAP_PRIVATE|MAP_FIXED", "0", "MAP_SHARED|MAP_LOCKED",
              "MAP_SHARED|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED", "5|MAP_ANONYMOUS", "12|MAP_ANONYMOUS"]
ADVICES = ["0", "4", "8", "9", "14", "16", "18", "19", "20", "21", "22", "23", "24", "102", "103", "999", "77", "1", "2", "3", "10", "11", "12", "13", "15", "17", "25", "26", "104"]

SPECS = [
    Spec("mmap", ("hint", ADDRESSES, "0x10000000"), ("len", LENGTHS, "page"), ("prot", ["0", "1", "3", "5"], "1"),
         ("flags", FLAGS_MMAP, "MAP_PRIVATE|MAP_ANONYMOUS"), ("fd", FDS, "fd"),
         ("offset", ["0", "page", "5", "-page", "0x7ffffffffffff000"], "0")),
    spec_range("mprotect", ("prot", PROTS, "3")),
    spec_range("madvise", ("advice", ADVICES, "0")),
    spec_range("msync", ("flags", ["0", "1", "2", "4", "5", "6", "7", "8"], "4")),
    Spec("mincore", ("addr", ADDRESSES, GOOD_ADDRESS), ("len", LENGTHS, "page"),
         ("vec", ["plain", "16", "none", "ro", "hole"], "plain")),
    spec_range("mlock2", ("flags", ["0", "1", "2", "8"], "1")),
    spec_range("mlock"),
    spec_range("munlock"),
    spec_range("mbind", ("mode", ["0", "1", "2", "4", "77", "0xc002"], "0"), ("nodes", ["0", "16"], "0"),
               ("maxnode", ["0", "64", "100000"], "0"), ("flags", ["0", "0x100", "4"], "0")),
    Spec("mremap", ("addr", ADDRESSES, GOOD_ADDRESS), ("len", ["page", "2*page", "0", "4*page", "-1", "1 << 48"], "page"),
         ("new_len", ["page", "0", "-1", "1 << 48", "8*page"], "page"), ("flags", ["0", "1", "2", "4", "5", "8"], "1"),
         ("new", ["1 << 47", "0x10000001", "plain"], "0x20000000")),
    Spec("munmap", ("addr", ["plain + 1", "1 << 47", "-page", "ro + 5", "hole"], "plain"), ("len", ["0", "1 << 48", "-1", "-page"], "page")),
    spec_range("pkey_mprotect", ("prot", PROTS, "3"), ("key", ["-1", "99", "3", "k"], "-1")),
    Spec("remap_file_pages", ("addr", ["plain", "hole", "shared", "file", "mem"], "mem"), ("len", ["0", "page", "64*page"], "page"),
         ("prot", ["0", "1"], "0"), ("pgoff", ["0", "-1"], "0"), ("flags", ["0"], "0")),
    Spec("mseal", ("addr", ["plain + 1", "hole", "ro + 5", "hole - page"], "plain"), ("len", ["page", "-page", "2*page"], "page"), ("flags", ["0", "1"], "0")),
    Spec("mlockall", ("flags", ["0", "4", "8", "16"], "2")),
    Spec("ftruncate", ("fd", FDS, "fd_mem"), ("size", ["0", "-1", "8*page"], "8*page")),
    Spec("fallocate", ("fd", FDS, "fd_mem"), ("mode", ["0", "1", "2", "3", "0x100", "0x10"], "1"),
         ("offset", ["0", "-1", "page"], "0"), ("size", ["page", "0", "-1"], "page")),
    Spec("pread", ("fd", FDS, "fd_mem"), ("buffer", ["plain", "ro", "none", "hole", "16"], "plain"), ("count", ["8", "0", "page"], "8"),
         ("offset", ["0", "-1", "page"], "0")),
    Spec("pwrite", ("fd", FDS, "fd_mem"), ("buffer", ["plain", "ro", "none", "hole", "16"], "plain"), ("count", ["8", "0", "page"], "8"),
         ("offset", ["0", "-1", "page"], "0")),
    Spec("lseek", ("fd", FDS, "fd_mem"), ("offset", ["0", "-1", "page", "1 << 40"], "0"), ("whence", ["0", "2", "3", "4", "9"], "0")),
    Spec("fsync", ("fd", FDS, "fd_mem")),
    Spec("fstat", ("fd", FDS, "fd_mem"), ("buffer", ["plain", "ro", "hole", "16"], "plain")),
    Spec("fcntl", ("fd", FDS, "fd_mem"), ("command", ["1", "3", "1033", "1034", "999", "1024"], "1"), ("arg", ["0", "0x1000", "99"], "0")),
    Spec("close", ("fd", ["-1", "99", "1000"], "fd")),
    Spec("dup", ("fd", ["-1", "99", "1000"], "fd")),
    Spec("memfd_create", ("name", ['"x"', "16", "hole", "none"], '"x"'), ("flags", ["0", "1", "0x1000", "0x18", "21 << 26", "4 | (20 << 26)"], "0")),
    Spec("memfd_secret", ("flags", ["1", "2", "0x10"], "0")),
    Spec("pkey_alloc", ("flags", ["0", "1"], "0"), ("rights", ["0", "1", "8"], "0")),
    Spec("pkey_free", ("key", ["-1", "9", "99"], "k")),
    Spec("get_mempolicy", ("mode", ["0", "16", "plain", "hole"], "plain"), ("nodes", ["0"], "0"), ("maxnode", ["0"], "0"),
         ("addr", ["0", "plain", "hole"], "plain"), ("flags", ["0", "2", "64", "6"], "2")),
    Spec("set_mempolicy", ("mode", ["0", "2", "77", "0xc002"], "0"), ("nodes", ["0", "16"], "0"), ("maxnode", ["0", "64", "100000"], "0")),
    Spec("membarrier", ("command", ["3", "0", "77", "8"], "0"), ("flags", ["0", "5"], "0"), ("cpu", ["0"], "0")),
    Spec("getrlimit", ("resource", ["0", "9", "99"], "0"), ("place", ["plain", "16", "hole", "ro"], "plain")),
    Spec("getrusage", ("who", ["0", "5", "-9"], "0"), ("place", ["plain", "16", "hole", "ro"], "plain")),
    Spec("userfaultfd", ("flags", ["64", "65", "0"], "1")),
    Spec("process_madvise", ("fd", ["pidfd_open(getpid(), 0)", "fd", "-1", "99", "fd_dir", "pidfd"], "pidfd_open(getpid(), 0)"), ("iov", ["plain", "16", "hole", "plain + 16", "none"], "plain"),
         ("count", ["1", "2", "0", "1025", "-1"], "1"), ("advice", ADVICES, "20"), ("flags", ["0", "1"], "0")),
    Spec("process_vm_readv", ("pid", ["getpid()", "999999", "-1"], "getpid()"), ("iov", ["plain", "16", "hole", "plain + 16"], "plain"),
         ("count", ["1", "2", "1025", "-1"], "1"), ("their_iov", ["plain", "16", "hole", "plain + 16"], "plain"),
         ("their_count", ["1", "2", "1025"], "1"), ("flags", ["0", "1"], "0")),
    Spec("process_vm_writev", ("pid", ["getpid()", "999999", "-1"], "getpid()"), ("iov", ["plain", "16", "hole", "plain + 16"], "plain"),
         ("count", ["1", "2", "1025", "-1"], "1"), ("their_iov", ["plain", "16", "hole", "plain + 16"], "plain"),
         ("their_count", ["1", "2", "1025"], "1"), ("flags", ["0", "1"], "0")),
    Spec("move_pages", ("pid", ["0", "999999", "-1"], "0"), ("count", ["1", "2", "0"], "1"), ("pages", ["plain", "16", "hole"], "plain"),
         ("nodes", ["0", "plain + 16", "16"], "0"), ("status", ["plain + 8", "16", "ro", "hole"], "plain + 8"), ("flags", ["0", "2", "4", "9"], "0")),
    Spec("migrate_pages", ("pid", ["0", "999999", "-1"], "0"), ("maxnode", ["64", "0", "100000"], "64"), ("old_nodes", ["plain + 16", "16", "hole"], "plain + 16"),
         ("new_nodes", ["plain + 16", "16", "hole", "plain + 8"], "plain + 16")),
    Spec("open", ("path", ['"file"', '"none"', '"."', '"file/x"', '"none/x"', '""', "16", "none", '"/dev/null"', '"/proc/self/mem"', '"/proc/1/mem"', '"/"'], '"file"'),
         ("flags", ["0", "2", "O_RDWR|O_CREAT|O_EXCL", "O_DIRECTORY", "O_TMPFILE", "O_TMPFILE|O_RDWR", "O_CREAT|O_DIRECTORY", "O_PATH", "O_NOATIME", "O_TRUNC|O_RDWR",
                    "0x400002", "O_DIRECT", "O_NOFOLLOW", "3"], "0"), ("mode", ["0600"], "0600")),
    Spec("openat", ("fd", ["AT_FDCWD", "fd_dir", "fd", "99", "fd_place", "-1"], "AT_FDCWD"),
         ("path", ['"file"', '"none"', '"."', '"/proc/self"', '"file/x"', '""', "16"], '"file"'),
         ("flags", ["0", "2", "O_RDWR|O_CREAT|O_EXCL", "O_DIRECTORY", "O_TMPFILE|O_RDWR", "O_CREAT|O_DIRECTORY", "O_PATH"], "0"), ("mode", ["0600"], "0600")),
    Spec("prctl", ("option", ["PR_SET_MDWE", "PR_GET_MDWE", "PR_SET_THP_DISABLE", "PR_GET_THP_DISABLE", "PR_SET_MEMORY_MERGE", "PR_GET_MEMORY_MERGE", "9999"],
                   "PR_GET_THP_DISABLE"), ("arg2", ["0", "1", "2", "4"], "0"), ("arg3", ["0", "1"], "0"), ("arg4", ["0", "1"], "0"), ("arg5", ["0", "1"], "0")),
    Spec("prlimit", ("pid", ["0", "999999", "-1"], "0"), ("resource", ["0", "9", "99"], "0"), ("new_place", ["0", "16", "hole"], "0"),
         ("place", ["plain + 64", "16", "ro", "0"], "plain + 64")),
    Spec("map_shadow_stack", ("addr", ["0", "page", "plain"], "0"), ("len", ["page", "0", "-1", "7"], "page"), ("flags", ["0", "1", "4"], "0")),
]
BY_NAME = {spec.name: spec for spec in SPECS}

# Which parameters a sentence speaks of: the ones that are made good to take that cause away.
SPEAKS_OF = [
    (r"^the length is 0|the length is negative|is more than the address space|more than the machine's memory", ["len", "size", "count"]),
    (r"new length", ["new_len", "len"]),
    (r"the size, cut down", ["len"]),
    (r"^the offset 0x|offset and length|the offset is negative|not inside the file|new position|page offset", ["offset", "pgoff"]),
    (r"no data follow", ["whence"]),
    (r"^the length is not above 0", ["size"]),
    (r"^the address 0x|address and length|range does not end|range meets|nothing may be mapped", ["addr", "len", "hint"]),
    (r"^the new address|new range|overlap", ["new", "len", "new_len"]),
    (r"needs MREMAP_MAYMOVE", ["flags"]),
    (r"MREMAP_DONTUNMAP both", ["len", "new_len"]),
    (r"MAP_32BIT means", ["len"]),
    (r"rounded up to whole huge pages", ["len"]),
    (r"old range does not end below", ["addr", "len"]),
    (r"old length 0|old range (?!does)|no room to grow", ["addr", "len", "new_len", "flags"]),
    (r"nothing is mapped at (?!.*cannot be)|the hole|is sealed|does not grow|is not ordinary memory|is locked|has no memory|"
     r"allows no access|is shared, and its file|may never become|has a file|has no file|does not allow (reading|writing)$|"
     r"no private anonymous|is private, and|is of a file|past the end of its mapping|is not shared|has pages|locked memory would",
     ["addr", "hint", "len", "prot", "iov", "count"]),
    (r"protection that|PROT_GROWSDOWN and|protection is not 0", ["prot"]),
    (r"multiple of the size of these huge", ["hint"]),
    (r"\bMAP_(?!32BIT means)|type of mapping|huge page(?!s,)|shared mapping with PROT_WRITE", ["flags", "prot"]),
    (r"is no flag|is no mode|excludes?( each other)?|exclude each other|the flags are|MCL_ONFAULT|size of huge pages|a mode without|is no right",
     ["flags", "mode", "rights", "command", "arg3"]),
    (r"^descriptor|the descriptor|^/|^\$|memory files|only regular", ["fd", "mode"]),
    (r"FALLOC", ["mode"]),
    (r"no advice|this advice|MADV_", ["advice"]),
    (r"place for the mode", ["mode"]),
    (r"list of nodes|place for the nodes", ["nodes"]),
    (r"cannot be (read|written)", ["vec", "buffer", "place", "name", "arg"]),
    (r"lease|LEASE", ["arg", "command"]),
    (r"there is no (policy|command|origin|limit)|registered|is neither RUSAGE", ["mode", "command", "whence", "resource", "who"]),
    (r"argument 3 is not 0: flags|argument 3 is not 0, and flags|no end to count", ["arg3", "whence"]),
    (r"the offset is no multiple of the size", ["offset"]),
    (r"nothing may be executed", ["prot", "fd"]),
    (r"has no length", ["fd"]),
    (r"can be set only once|secret memory", ["fd"]),
    (r"is no seal", ["arg"]),
    (r"argument.* 2.* not 0|is no bit|PR_MDWE|PR_SET_MDWE", ["arg2"]),
    (r"argument.* 3.* not 0", ["arg3"]),
    (r"argument.* 4.* not 0", ["arg4"]),
    (r"argument.* 5.* not 0", ["arg5"]),
    (r"huge page, which begins|nothing to put on a huge page|shall have no huge pages", ["addr", "len", "advice", "iov", "count"]),
    (r"of descriptor .* has ended", ["fd"]),
    (r"memory node|a new node", ["nodes", "new_nodes", "flags"]),
    (r"no option|option needs", ["option"]),
    (r"more than 1024|length in a list|count is negative", ["count", "their_count", "iov", "their_iov"]),
    (r"own range", ["iov", "count"]),
    (r"the other's ranges|range of the other", ["their_iov", "their_count"]),
    (r"^range \d|list of ranges|the ranges together", ["iov", "count"]),
    (r"no process|another process|pid", ["pid"]),
    (r"list of pages", ["pages", "count"]),
    (r"list of results", ["status", "count"]),
    (r"old nodes", ["old_nodes", "maxnode"]),
    (r"new nodes", ["new_nodes", "maxnode"]),
    (r"new limit", ["new_place"]),
    (r"no such file|a directory on the way|part of the path|the path (is|cannot|starts)|symbolic link|no device|is a socket|of the path", ["path", "fd", "flags"]),
    (r"exists, and O_CREAT|O_TMPFILE|O_DIRECT|makes files in|may not trace|O_NOATIME|directory cannot be|does not let", ["flags", "path"]),
    (r"maxnode|policy needs nodes|take no nodes|MPOL_", ["mode", "nodes", "maxnode", "flags"]),
    (r"MPOL_F_ADDR", ["addr", "flags"]),
    (r"buffer does not end", ["buffer", "count"]),
    (r"protection key|^that key|no protection keys", ["key"]),
    (r"faults of the kernel", ["flags"]),
]


def parameters_of(spec, sentence):
    names = set()
    for pattern, of in SPEAKS_OF:
        if re.search(pattern, sentence):
            names |= set(of)
    return [i for i, name in enumerate(spec.names()) if name in names]


class Failure:
    """What one call came to."""

    def __init__(self, text):
        match = re.search(r"^.*\) = -1 (\w+) \(", text, re.M)
        self.error = match.group(1) if match else None
        self.causes = re.findall(r"^(?:  because|      and)  (?!of nothing|no documented)(.*)$", text, re.M)
        self.refused = "refused:" in text or "lost:" in text or " error: " in text or "--- " in text
        self.text = text


AS_ROOT = "--root" in sys.argv


def run(statements, directory):
    """The output of each statement, in a session of its own."""
    landscape = LANDSCAPE.replace("{key}", "k = pkey_alloc(0, 0)" if has_keys() else "k = -1")
    script = landscape + "".join(f'echo "@@{i}"\n{s}\n' for i, s in enumerate(statements)) + 'echo "@@end"\n'
    argv = [*([] if AS_ROOT else ordinary(PROGRAM)), "prlimit", "--core=0", PROGRAM, "-"]
    done = subprocess.run(argv, input=script.encode(), cwd=directory, env=environment(directory, PROGRAM),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    pieces = re.split(r"^@@(?:\d+|end)\n", done.stdout.decode("utf-8", "replace"), flags=re.M)
    if len(pieces) != len(statements) + 2:
        raise AssertionError(f"the session came to an early end:\n{pieces[-1][-2000:]}")
    return [Failure(piece) for piece in pieces[1:-1]]


def statement(spec, args):
    return f"{spec.name}({', '.join(args)})"


# Causes that no argument can take away: they lie in the machine.
STAYS = r"CPU has no protection keys|this kernel has no such call"


class Trial:
    """A failed call with causes, and the calls that check them."""

    def __init__(self, spec, args, failure):
        self.spec = spec
        self.args = args
        self.failure = failure
        self.hidden = 0
        # The cure of this one is to add a flag, not to leave the others out.
        self.needs_flag = any("needs MREMAP_MAYMOVE" in cause for cause in failure.causes)
        # Of this one to leave a flag out, and no more.
        self.drops_huge = any("MAP_HUGETLB is given with a file" in cause for cause in failure.causes)
        # Without MAP_ANONYMOUS, which would take this one away too.
        self.of_secret = spec.name == "mmap" and any("secret memory" in cause for cause in failure.causes)
        self.stays = any(re.search(STAYS, cause) for cause in failure.causes)
        self.fixes = [parameters_of(spec, cause) for cause in failure.causes]

    def without(self, indices):
        args = list(self.args)
        for i in indices:
            added = self.spec.name == "mremap" and self.spec.names()[i] == "flags" and self.needs_flag
            if self.of_secret and self.spec.names()[i] == "flags":
                args[i] = "MAP_PRIVATE" if self.spec.names().index("fd") not in indices else self.spec.good(i)
                continue
            huge = self.drops_huge and self.spec.names()[i] == "flags"
            args[i] = f"{args[i]}|1" if added else args[i].replace("|MAP_HUGETLB", "") if huge else self.spec.good(i)
        return statement(self.spec, args)

    def checks(self):
        """The call with all causes taken away; then, for each of several, with all others taken away."""
        everything = sorted({i for fix in self.fixes for i in fix})
        yield self.without(everything)
        if len(self.fixes) > 1:
            for keep in self.fixes:
                yield self.without([i for i in everything if i not in keep])

    def judge(self, results):
        """A list of what is wrong."""
        wrong = []
        if self.stays:
            return wrong
        first, rest = results[0], results[1:]
        same = kinds(self.failure.causes) & kinds(first.causes)
        if first.error == self.failure.error and (same or not first.causes):
            wrong.append(f"taken away, and still the same: {first.text.strip()}")
        for cause, result in zip(self.failure.causes, rest):
            hidden = result.error != self.failure.error and result.causes  # something else is in the way first
            self.hidden += bool(hidden)
            if result.error != self.failure.error and not hidden:
                wrong.append(f"alone it does not bring the errno: {cause}\n  {result.text.strip()}")
        return wrong


def kinds(causes):
    """Sentences without their numbers."""
    return {re.sub(r"(0x)?[0-9a-f]{2,}|\d+", "N", cause) for cause in causes}


class Figures:
    """What the runs came to."""

    def __init__(self):
        self.calls = self.failed = self.explained = self.wrong = self.unfixed = self.unchecked = self.hidden = 0
        self.unexplained = {}
        self.details = []


def one_round(rng, specs, figures, directory):
    calls = []
    for _ in range(CALLS_A_ROUND):
        spec = rng.choice(specs)
        calls.append((spec, spec.draw(rng)))
    # Each call meets the landscape as it was made, so it is made in a copy of the target.
    results = run([isolated(statement(*call)) for call in calls], directory)
    trials = []
    for (spec, args), result in zip(calls, results):
        figures.calls += 1
        if not result.error or result.refused:
            continue
        figures.failed += 1
        if result.causes:
            figures.explained += 1
            trials.append(Trial(spec, args, result))
        else:
            figures.unexplained[statement(spec, args)] = result.error
    check(trials, figures, directory)


def isolated(call):
    """The call between what makes the file as it was and what makes the target so."""
    return f"ftruncate(fd_mem, 8*page)\nftruncate(fd, 8*page)\n{call}\nrestore 1" if CHANGES.match(call) else call


# Calls that may succeed and change what the next ones meet.
CHANGES = re.compile(r"mmap|mincore|close|dup|memfd|userfault|ftruncate|fallocate|pwrite|fcntl|lseek|get_mem|getr|fstat|pread|mprotect|madvise|mlock|munlock|mremap|munmap|pkey|remap|mseal|mbind|set_mem|process_|move_p|migrate|open|prctl|prlimit|map_sh")


def check(trials, figures, directory):
    lists = [list(trial.checks()) for trial in trials]
    results = run([isolated(call) for checks in lists for call in checks], directory)
    for trial, checks in zip(trials, lists):
        mine, results = results[: len(checks)], results[len(checks) :]
        figures.unchecked += trial.stays
        if not all(trial.fixes) and not trial.stays:
            figures.unfixed += 1
            figures.details.append(f"no fix known: {trial.failure.text.strip()}")
            continue
        wrong = trial.judge(mine)
        figures.hidden += trial.hidden
        figures.wrong += bool(wrong)
        for what in wrong:
            figures.details.append(f"{statement(trial.spec, trial.args)}\n{trial.failure.text.strip()}\n  {what}")


def chosen(args):
    specs = [BY_NAME[name] for name in args.only.split(",")] if args.only else list(SPECS)
    left_out = args.without.split(",") if args.without else []
    return [spec for spec in specs if spec.name not in left_out]


def main():
    parser = argparse.ArgumentParser(description="Holds the reasons of failures against the kernel.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--only", help="names of calls, comma-separated")
    parser.add_argument("--root", action="store_true", help="run as root with all rights")
    parser.add_argument("--without", help="names of calls that are left out")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    figures = Figures()
    specs = chosen(args)
    with Directory() as directory:
        for _ in range(args.rounds):
            one_round(rng, specs, figures, directory)
    tap = Tap(3)
    share = figures.explained / max(figures.failed, 1)
    print(f"# seed {args.seed}: {figures.calls} calls, {figures.failed} failed, {figures.explained} explained "
          f"({100 * share:.1f} %), {figures.wrong} wrongly, {figures.unchecked} for which the machine is to blame, "
          f"{figures.hidden} causes behind one of another errno")
    unexplained = "\n".join(f"{call}: {error}" for call, error in figures.unexplained.items())
    tap.result(share >= LEAST_EXPLAINED, "nearly every failure is explained", unexplained)
    tap.result(figures.wrong == 0, "no failure is explained wrongly", "\n".join(figures.details))
    tap.result(figures.unfixed == 0, "every cause can be taken away", "\n".join(figures.details))
    if args.verbose:
        print("\n".join("# " + line for line in (unexplained + "\n" + "\n".join(figures.details)).splitlines()))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
