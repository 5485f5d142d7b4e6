#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""
Random address spaces, random accesses: each verdict against an independent reading, each cure applied.

    random_faults.py [--root] [--seeds N] [--accesses N] [--first SEED]

For each seed some hundred mappings of all kinds are made in a region of their own. Then come accesses, with changes
of the region between them. Before each access this program reads /proc/PID/maps, smaps and pagemap and the sizes of
the files itself, and works out what must happen in each page that the access touches; faultline must report just
that. Where a cure must exist it is typed, and the very access must then succeed.
"""

import argparse
import bisect
import fcntl
import os
import random
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from faults import Report
from program import PROGRAM, Directory, environment, has_keys, ordinary
from session import Session
from tap import Tap

PAGE = 4096
BASE = 0x200000000000
PAGES = 1500
STACK_GAP = 256 * PAGE
STACK_LIMIT = 8 << 20
GUARD_BIT = 1 << 58

WORDS = {"gap": "nothing is mapped there", "protection": "the mapping there does not allow",
         "guard": "the page is a guard", "end": "the mapped file ends before this page",
         "key": "protection key "}
# A stack that grows to the address but does not allow the access: seen from the other page it is still a gap.
CODES = {"grown": "SEGV_ACCERR", "gap": "SEGV_MAPERR", "protection": "SEGV_ACCERR", "guard": "SEGV_MAPERR", "end": "BUS_ADRERR",
         "key": "SEGV_PKUERR"}
ORDER = ["gap", "key", "protection", "guard", "end"]
KEYS = has_keys()
KEYS_MADE = 3

SETUP = """
set echo off
set maps off
setrlimit stack 8M
a = memfd_create "a"
ftruncate a 20*page
b = memfd_create "b" allow_sealing
ftruncate b 8*page
fcntl(b, F_ADD_SEALS, F_SEAL_WRITE)
c = memfd_create "c" allow_sealing
ftruncate c 3*page+100
fcntl(c, F_ADD_SEALS, F_SEAL_GROW)
d = open "d" rdwr|creat 0600
ftruncate d 5*page
dr = open "d" rdonly
w = open "e" rdwr|creat 0600
ftruncate w 6*page+1
e = open "e" rdonly
close w
s = memfd_secret(0)
ftruncate s 2*page
"""


# The first may be anything, the second is not written to, the third not touched.
SETUP_KEYS = """
k1 = pkey_alloc(0, 0)
k2 = pkey_alloc(0, PKEY_DISABLE_WRITE)
k3 = pkey_alloc(0, PKEY_DISABLE_ACCESS)
"""


class Mapping:
    """A line of maps."""

    def __init__(self, line):
        fields = line.split(None, 5)
        self.start, self.end = (int(x, 16) for x in fields[0].split("-"))
        self.perms = fields[1]
        self.offset = int(fields[2], 16)
        self.inode = int(fields[4])
        self.name = fields[5].strip() if len(fields) > 5 else ""


def refuses(perms, write):
    """x86 can read whatever is there at all."""
    return perms[1] != "w" if write else perms[:3] == "---"


class Space:
    """What the kernel says of the target's address space, read by this program."""

    def __init__(self, pid):
        self.pid = pid
        self.rights = {}
        self.pagemap = open(f"/proc/{pid}/pagemap", "rb", buffering=0)
        self.refresh()

    def refresh(self):
        with open(f"/proc/{self.pid}/maps", encoding="utf-8") as file:
            self.maps = [Mapping(line) for line in file]
        self.starts = [m.start for m in self.maps]
        self.cache = None

    def find(self, addr):
        """The mapping at ADDR and its neighbours."""
        i = bisect.bisect_right(self.starts, addr) - 1
        below = self.maps[i] if i >= 0 else None
        if below and addr < below.end:
            return below, None, None
        return None, below, self.maps[i + 1] if i + 1 < len(self.maps) else None

    def flags(self, mapping):
        """Its VmFlags."""
        if self.cache is None:
            self.cache, self.keys = {}, {}
            with open(f"/proc/{self.pid}/smaps", encoding="utf-8") as file:
                start = 0
                for line in file:
                    found = re.match(r"([0-9a-f]+)-[0-9a-f]+ ", line)
                    if found:
                        start = int(found[1], 16)
                    elif line.startswith("ProtectionKey:"):
                        self.keys[start] = int(line.split()[1])
                    elif line.startswith("VmFlags:"):
                        self.cache[start] = line.split()[1:]
        return self.cache[mapping.start]

    def key_refuses(self, mapping, write):
        """By its protection key: one that was made, or the kernel's for execute-only memory, if the test did not allow it."""
        self.flags(mapping)
        forbidden = self.rights.get(self.keys.get(mapping.start, 0), 0)
        return bool(forbidden & (3 if write else 1))

    def is_guard(self, addr):
        entry = os.pread(self.pagemap.fileno(), 8, addr // PAGE * 8)
        return bool(struct.unpack("Q", entry)[0] & GUARD_BIT)

    def descriptors(self, inode):
        """Size, seals, and whether a descriptor is open for writing, of the file with this inode."""
        size, seals, writable = None, 0, False
        for fd in os.listdir(f"/proc/{self.pid}/fd"):
            path = f"/proc/{self.pid}/fd/{fd}"
            status = os.stat(path)
            if status.st_ino != inode:
                continue
            size = status.st_size
            with open(f"/proc/{self.pid}/fdinfo/{fd}", encoding="utf-8") as file:
                flags = int(re.search(r"flags:\s+(\d+)", file.read())[1], 8)
            writable |= flags & 3 != os.O_RDONLY
            if "memfd:" in os.readlink(path):
                with open(path, "rb") as file:
                    seals = fcntl.fcntl(file, 1034)
        return size, seals, writable

    def would_grow(self, addr, below, above):
        """Whether the mapping above is a stack that grows to ADDR: within its limit, and not too close to another one."""
        page = addr // PAGE * PAGE
        if above is None or above.inode or above.end - page > STACK_LIMIT or "gd" not in self.flags(above):
            return False
        return (below is None or below.perms[:3] == "---" or "gd" in self.flags(below) or
                page - below.end >= STACK_GAP)

    def obstacles(self, addr, write):
        """What refuses an access at ADDR, in the order in which it is found; and whether all of it can be cured."""
        mapping, below, above = self.find(addr)
        if not mapping and not self.would_grow(addr, below, above):
            return ["gap"], True
        if not mapping:
            return (["grown"], True) if refuses(above.perms, write) else ([], True)
        found, curable = [], True
        size, seals, writable = self.descriptors(mapping.inode) if mapping.inode else (None, 0, False)
        keyed = KEYS and self.key_refuses(mapping, write)
        if keyed:
            found.append("key")
        if refuses(mapping.perms, write):
            flags = self.flags(mapping)
            found.append("protection")
            may = "mw" in flags if write else "mr" in flags
            again = write and writable and not seals & 0x18
            curable &= "sl" not in flags and (may or again)
        if self.is_guard(addr):
            found.append("guard")
        page_offset = addr // PAGE * PAGE - mapping.start + mapping.offset
        if size is not None and page_offset >= size:
            found.append("end")
            curable &= writable and not seals & 4 and "secretmem" not in mapping.name
        return found, curable


def random_range(rng):
    start = rng.randrange(PAGES)
    return BASE + start * PAGE, min(rng.choice([1, 1, 1, 2, 3, 5, 9]), PAGES - start) * PAGE


def random_change(rng):
    """A statement that changes the region."""
    addr, length = random_range(rng)
    prot = rng.choice(["r", "rw", "rw", "none", "rx", "PROT_WRITE", "PROT_EXEC"])
    kind = rng.randrange(16)
    if kind < 4:
        return f"mmap {addr:#x} {length} {prot} private|anon|fixed"
    if kind < 5:
        return f"mmap {addr:#x} {length} {prot} shared|anon|fixed"
    if kind < 8:
        share = rng.choice(["shared", "private"])
        fd = rng.choice("aaddebcs" if share == "shared" else "aade")
        if share == "shared" and fd in "be" and "w" in prot.lower():
            prot = "r"
        offset = rng.randrange(8) * PAGE
        return f"mmap {addr:#x} {length} {prot} {share}|fixed {'dr' if fd == 'd' and prot == 'r' else fd} {offset}"
    if kind < 11:
        return f"munmap {addr:#x} {length}"
    if kind < 13 and KEYS and rng.randrange(2):
        return f"pkey_mprotect {addr:#x} {length} {prot} k{1 + rng.randrange(KEYS_MADE)}"
    if kind < 13:
        return f"mprotect {addr:#x} {length} {prot}"
    if kind < 14:
        return f"madvise {addr:#x} {length} guard_install"
    if kind < 15:
        return f"*(u8 *){addr:#x} = 1"
    if rng.randrange(3):
        return f"mmap {addr:#x} {length} rw private|anon|fixed|growsdown"
    return f"mseal({addr:#x}, {PAGE}, 0)"


def random_access(rng, space):
    """Address, width, whether it is a write: most near the ends of mappings."""
    width = rng.choice([1, 2, 4, 8])
    near = [m for m in space.maps if BASE <= m.start < BASE + PAGES * PAGE]
    if near and rng.randrange(4):
        mapping = rng.choice(near)
        addr = rng.choice([mapping.start, mapping.end, mapping.start + PAGE, mapping.end - PAGE])
        addr += rng.randrange(-10, 10) + rng.choice([0, 0, PAGE, -PAGE])
    else:
        addr = BASE + rng.randrange(PAGES * PAGE)
        addr = addr // PAGE * PAGE - rng.randrange(1, 8) if rng.randrange(2) else addr
    return addr, width, rng.randrange(2) == 1


class Trial:
    """One seed: a session, its independent reading, and what was counted."""

    def __init__(self, seed, session, counts):
        self.rng = random.Random(seed)
        self.session = session
        self.counts = counts
        setup = session.ask("; ".join(SETUP.split("\n")[1:-1]))
        assert not any("error" in line for line in setup), setup
        if KEYS:
            session.ask("; ".join(SETUP_KEYS.split("\n")[1:-1]))
        self.space = Space(self.pid())
        for _ in range(600):
            session.ask(random_change(self.rng))
        self.space.refresh()

    def pid(self):
        self.session.ask("set echo on")
        line = self.session.ask("getpid()")[-1]
        self.session.ask("set echo off")
        return int(re.search(r"getpid\(\) = (\d+)", line)[1])

    def rights(self):
        """What each key forbids, from the register itself."""
        if not KEYS:
            return {}
        pkru = int(re.search(r"= (\d+)", self.session.ask("$pkru")[-1])[1])
        return {key: pkru >> 2 * key & 3 for key in range(16)}

    def parts(self, addr, width, write):
        """For each page of the access: its first byte, its bytes, its obstacles, whether they can be cured."""
        boundary = (addr // PAGE + 1) * PAGE
        pieces = [(addr, width)] if addr + width <= boundary else [(addr, boundary - addr), (boundary, addr + width - boundary)]
        return [(start, n) + self.space.obstacles(start, write) for start, n in pieces]

    def step(self):
        """None, or what is wrong."""
        if self.rng.randrange(3) == 0:
            self.session.ask(random_change(self.rng))
        self.space.refresh()
        self.space.rights = self.rights()
        addr, width, write = random_access(self.rng, self.space)
        parts = self.parts(addr, width, write)
        access = f"*(u{width * 8} *){addr:#x}" + (" = 0" if write else "")
        lines = self.session.ask(access)
        report = Report(lines)
        failing = [part for part in parts if part[2]]
        self.count(parts, failing)
        wrong = compare(report, parts, failing) or self.cure(report, failing, access)
        return f"{access}: expected {parts}\n{wrong}\n" + "\n".join(lines) if wrong else None

    def count(self, parts, failing):
        self.counts["accesses"] += 1
        self.counts["over two pages"] += len(parts) == 2
        self.counts["faults"] += bool(failing)
        for part in failing:
            self.counts[part[2][0]] += 1

    def cure(self, report, failing, access):
        if not failing:
            return None
        if not all(part[3] for part in failing):
            self.counts["incurable"] += 1
            return f"a cure where there is none: {report.cures}" if report.cures else None
        if not report.cures:
            return "no cure"
        for cure in report.cures:
            done = self.session.ask(cure)
            if any("= -1 " in line or "error" in line for line in done):
                return f"{cure} failed: {done}"
        again = Report(self.session.ask(access))
        self.counts["cured"] += 1
        return f"after {report.cures}:\n{again.text}" if again.code else None


def headline_parts(lines):
    """The reasons in words of the headline and of the line `rest`."""
    said = []
    for line in lines:
        if re.match(r"  (read|write) of ", line) or line.startswith("  rest "):
            said += [reason for reason in ORDER if WORDS[reason] in line]
    return said


def compare(report, parts, failing):
    """None, or how the report differs from what must be."""
    if not failing:
        return f"a fault {report.code}" if report.code else None
    if not report.code:
        return "no fault"
    reasons = [part[2][0] for part in failing]
    if report.code not in [CODES[reason] for reason in reasons]:
        return f"si_code {report.code}"
    said = headline_parts(report.text.split("\n"))
    for i, reason in enumerate(reasons):
        if reason == "grown":
            reasons[i] = "protection" if "protection" in said else "gap"
    if sorted(said) != sorted(reasons):
        return f"reasons {said}, not {reasons}"
    if len(parts) == 2 and len(failing) == 1:
        where = "first" if failing[0] is parts[0] else "last"
        words = "byte failed" if failing[0][1] == 1 else f"{failing[0][1]} failed"
        if f"of which the {where} {words}" not in report.text:
            return f"not: the {where} {words}"
    return None


def run_seed(seed, accesses, prefix, counts):
    """None, or what is wrong."""
    with Directory() as directory:
        with Session(prefix + [PROGRAM], directory, environment(directory, PROGRAM), "-") as session:
            trial = Trial(seed, session, counts)
            counts["mappings, most"] = max(counts["mappings, most"], len(trial.space.maps))
            for number in range(accesses):
                wrong = trial.step()
                if wrong:
                    return f"seed {seed}, access {number}: {wrong}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--accesses", type=int, default=400)
    parser.add_argument("--first", type=int, default=1)
    args = parser.parse_args()
    prefix = [] if args.root else ordinary(PROGRAM)
    counts = dict.fromkeys(["accesses", "over two pages", "faults"] + ORDER + ["grown", "incurable", "cured", "mappings, most"], 0)
    tap = Tap(args.seeds)
    for seed in range(args.first, args.first + args.seeds):
        wrong = run_seed(seed, args.accesses, prefix, counts)
        tap.result(not wrong, f"seed {seed}", wrong or "")
    print("# " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
