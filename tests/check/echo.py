#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the echo of every system call with a row against strace's, which watches the same call being made.

    echo.py [--seed N] [--each N]

The differences that are meant: bits above an argument's 32 are shown here and not by strace, as are names that are
younger than its version, and MREMAP_DONTUNMAP's and a lone MREMAP_FIXED's new address; what a failed pwrite would have
written is not looked at here, nor what the own ranges of process_vm_writev hold. Arguments are drawn so that none of these can come.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..")]

from program import PROGRAM, Directory, environment
from tap import Tap

WINDOW = 4000  # calls that may lie between two that are looked for: the reasons of a failure ask much
VERSION = "6.1"  # of strace, whose spelling is followed

LANDSCAPE = """
set guard off
land = mmap 32*page rw
q = mmap 4*page rw
fd = open "file" rdwr|creat 0600
mem = memfd_create "m" allow_sealing
ftruncate mem 8*page
pidfd = pidfd_open(getpid(), 0)
"""

ADDR = ["q", "q + 1", "NULL", "0x1000", "-page", "-1"]
HINT = ADDR[1:]
LEN = ["page", "0", "1", "-1", "3*page", "1 << 40"]
FD = ["fd", "mem", "-1", "-2", "99", "0x7fffffff"]
PROT = ["0", "1", "2", "3", "4", "5", "7", "8", "0xb", "0x10", "0x1000001", "0x3000000", "0x80000000"]
POINTER = ["q", "land", "NULL", "16", "-1", "q + page"]
INT = ["0", "1", "-1", "7", "77", "0x7fffffff"]
OFFSET = ["0", "page", "5", "-1", "-page", "1 << 62", "1 << 63"]
MASK = ["0", "2", "64", "65", "66", "128"]


def bits(n, *more):
    return [hex(1 << i) for i in range(n)] + ["0", "3", "5", "0xff", "-1 & 0xffffffff", *more]


MAP = ["0x22", "0x21", "0x23", "0x62", "0x100020", "0x44022 | (21 << 26)", "2", "1", "4", "0", "0x1022", "0x4122", "0x2022", "0x8022",
       "0x10022", "0x20022", "0x80003", "0x200022"]
OPEN = [hex(1 << i) for i in range(22)] + ["0", "2", "3", "0x42", "0x101000", "0x410002", "0x241"]
MODE = ["0", "0644", "07777", "0100644"]
POLICY = ["0", "1", "2", "3", "4", "5", "9", "77", "0x8002", "0xc002", "0x2002"]
IOVEC = [["getpid()", "-1", "99999"], POINTER, ["0", "1", "2"], POINTER, ["0", "1", "2"], ["0", "1"]]

CALLS = {
    "mmap": [HINT, LEN[:-1], PROT, MAP, FD, OFFSET],
    "munmap": [["q + 1", "-page"], LEN],
    "mprotect": [["q", "q + 1", "NULL", "-1"], ["page", "0", "1", "-1"], PROT],
    "mremap": [["q", "q + 1"], ["page", "0", "-1"], ["page", "0", "-1"], ["0", "1", "3", "8", "11"], ["q + 1", "0x10000", "-page", "-1"]],
    "madvise": [ADDR, LEN[:-1], [str(i) for i in range(26)] + ["-1", "99", "999"]],
    "process_madvise": [["pidfd", "-1", "99"], POINTER, ["0", "1", "2", "-1"], ["0", "4", "20", "21", "25", "77"], ["0", "1", "10"]],
    "msync": [ADDR, LEN, bits(8)],
    "mincore": [ADDR, LEN, POINTER],
    "mlock": [["q", "q + 1", "NULL"], LEN],
    "mlock2": [["q", "q + 1"], LEN, bits(4)],
    "munlock": [ADDR, LEN],
    "mlockall": [["4", "8", "0", "-1 & 0xffffffff", "0x10"]],
    "munlockall": [],
    "brk": [["0", "0x1000"]],
    "remap_file_pages": [["q", "q + 1"], LEN, PROT, INT, MAP],
    "memfd_create": [['"x"', r'"a b\n\t\x01\377\x021"', "16", '""'], ["0", "1", "2", "4", "7", "0x20", "4 | (21 << 26)", "0x80000000"]],
    "memfd_secret": [["0", "1", "O_CLOEXEC"]],
    "userfaultfd": [["0", "1", "2", "O_CLOEXEC|O_NONBLOCK|1", "0x10"]],
    "mbind": [ADDR, LEN, POLICY, POINTER, MASK, ["0", "1", "2", "4", "7", "0x10"]],
    "set_mempolicy": [["0", "1", "4", "77"], POINTER, MASK],
    "get_mempolicy": [POINTER, POINTER, MASK, ADDR, bits(5)],
    "move_pages": [INT, ["0", "1", "2", "3"], POINTER, POINTER, POINTER, ["0", "2", "4", "6", "0x10"]],
    "migrate_pages": [INT, MASK, POINTER, POINTER],
    "membarrier": [bits(9)[:9], ["0", "1", "2"], ["0", "-1"]],
    "personality": [["0xffffffff", "0", "8", "0x0040000", "0x0100000 | 0x7000000", "0xff", "0x12345600"]],
    "open": [['"file"', '"none"', "16"], OPEN, MODE],
    "openat": [["AT_FDCWD", "-100", "fd", "-1"], ['"file"', "16", '""'], OPEN, MODE],
    "close": [["-1", "99", "0x7fffffff"]],
    "dup": [["-1", "99", "fd"]],
    "ftruncate": [FD, ["0", "page", "-1", "1 << 62", "8*page"]],
    "fallocate": [FD, ["0", "1", "2", "3", "0x10", "0x7f", "0x100"], OFFSET, OFFSET],
    "fcntl": [FD, [str(i) for i in range(20) if i not in (7, 10)] + ["36", "37", "1024", "1025", "1030", "1031", "1032", "1033", "1034", "999"],
              ["0", "1", "16", "0x800", "2", "15"]],
    "pread": [FD, POINTER, ["0", "1", "8", "33", "100"], OFFSET],
    "pwrite": [["mem"], ["q", "land"], ["1", "8", "33", "100"], ["0", "page"]],
    "lseek": [FD, OFFSET, ["0", "1", "2", "3", "4", "5", "-1 & 0xffffffff"]],
    "fsync": [FD],
    "fstat": [[*FD, "0"], POINTER],
    "getrlimit": [[str(i) for i in range(18)], POINTER],
    "setrlimit": [["99", "16"], POINTER],
    "prlimit": [["0", "-1", "99999"], [str(i) for i in range(18)], ["0", "16"], POINTER],
    "getrusage": [["0", "1", "-1", "2", "5"], POINTER],
    "process_vm_readv": [*IOVEC[:4], ["1", "2"], IOVEC[5]],
    "process_vm_writev": [IOVEC[0], ["land", "NULL", "16", "-1"], *IOVEC[2:]],
    "prctl": [["PR_SET_VMA", "PR_SET_THP_DISABLE", "PR_GET_THP_DISABLE", "PR_SET_MM", "PR_SET_DUMPABLE",
               "PR_SET_TSC", "999"], ["0", "1", "2", "77"], ["0", "1", "16"], ["0", "1", "page"], ["0", "1", "16"]],
    "shmget": [["0", "0x1234567", "77"], ["0", "-1"], ["0", "0600", "01000", "0x8000", "04000 | (21 << 26) | 0600", "010000 | 0200"]],
    "shmat": [["-1", "99999"], HINT, [*bits(3), "010000", "020000", "040000", "0100000"]],
    "shmdt": [HINT],
    "shmctl": [["-1", "99999"], ["0", "1", "2", "3", "11", "12", "77"], POINTER],
    "pkey_alloc": [["1"], ["0", "1", "2", "3"]],
    "pkey_free": [["99", "-1"]],
    "pkey_mprotect": [["q + 1", "-page"], LEN, PROT, ["-1", "99"]],
}
KERNEL_NAMES = {"pread": "pread64", "pwrite": "pwrite64", "prlimit": "prlimit64"}


def draw(rng, each):
    calls = []
    for name, pools in CALLS.items():
        for _ in range(each if pools else 1):
            calls.append((name, f"{name}({', '.join(rng.choice(pool) for pool in pools)})"))
    return calls


def script(rng, calls):
    text = LANDSCAPE
    for i, (_, call) in enumerate(calls):
        # Arrays for the calls that read some: numbers, addresses, nothing.
        if rng.random() < 0.3:
            text += f"*(u64 *)(q + {8 * rng.randrange(8)}) = {rng.choice(['0', '1', 'q', '3', '-1', '65'])}\n"
        text += f'echo "@@{i}"\n{call}\n'
    return text


def unbroken(lines):
    """strace's lines of the target, those in two pieces put together, the blanks before = taken out."""
    shell, begun, out = None, {}, []
    for line in lines:
        pid, text = re.match(r"(\d+) +(.*)", line).groups()
        shell = shell or pid
        if pid == shell:
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
        if text.endswith(" <unfinished ...>"):
            begun[pid] = text[: -len("<unfinished ...>")].rstrip()
            continue
        if resumed and pid in begun:
            head = begun.pop(pid)
            text = head + (" " if head.endswith(",") else "") + resumed.group(1).lstrip()
        out.append(re.sub(r"\)\s+= ", ") = ", text))
    return out


def compare(calls, output, watched):
    """How many echoes were compared, and those that differ."""
    pieces = re.split(r"^@@(\d+)\n", output, flags=re.M)
    same, wrong, at = 0, [], 0
    for number, text in zip(pieces[1::2], pieces[2::2]):
        name, call = calls[int(number)]
        start = KERNEL_NAMES.get(name, name) + "("
        echo = next((line for line in text.splitlines() if line.startswith(start)), None)
        if not echo:
            wrong.append(f"{call} was not echoed: {text.strip()}")
            continue
        # The agent and the reasons make calls of their own: the next one with the same first argument is it.
        first = re.split(r"[,)]", echo)[0]
        near = [i for i in range(at, min(at + WINDOW, len(watched))) if re.split(r"[,)]", watched[i])[0] == first]
        if not near:
            wrong.append(f"{call}: strace saw no {first}")
            continue
        i = next((i for i in near if watched[i] == echo), near[0])
        at = i + 1
        same += 1
        if watched[i] != echo:
            wrong.append(f"{call}\n  echo   {echo}\n  strace {watched[i]}")
    return same, wrong


def has_strace():
    """Whether the right strace is there and may watch."""
    if not shutil.which("strace"):
        return "strace is not installed"
    version = subprocess.run(["strace", "-V"], stdout=subprocess.PIPE, check=False).stdout.decode().splitlines()[0].split()[-1]
    if version != VERSION:
        return f"strace is of version {version}, not {VERSION}"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False)
    return None if done.returncode == 0 else "strace may not trace here"


def main():
    parser = argparse.ArgumentParser(description="Holds echoes against strace.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8)
    args = parser.parse_args()
    tap = Tap(1)
    title = "calls are echoed as strace prints them"
    missing = has_strace()
    if missing:
        tap.skip(title, missing)
        return 0
    rng = random.Random(args.seed)
    calls = draw(rng, args.each)
    with Directory() as directory:
        argv = ["strace", "-f", "-o", "log", PROGRAM, "-"]
        done = subprocess.run(argv, input=script(rng, calls).encode(), cwd=directory, env=environment(directory, PROGRAM),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=250, check=False)
        with open(os.path.join(directory, "log"), errors="backslashreplace") as log:
            watched = unbroken(log)
    same, wrong = compare(calls, done.stdout.decode("utf-8", "backslashreplace"), watched)
    print(f"# seed {args.seed}: {same} echoes compared")
    tap.result(not wrong and same > len(calls) * 0.99, title, "\n".join(wrong))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
