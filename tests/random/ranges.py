#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Works on random ranges and holds every count, place and byte against a model in Python.

    ranges.py [--seed N] [--rounds N] [--verbose]

In each round a fresh session makes a row of mappings of all kinds at a known address: written, never touched,
read-only, without access, guards, holes, files, files that end before their mapping. Then it fills, copies, compares,
searches, saves, loads, touches and sums random ranges of it. The model knows which pages can be read and written and
what they hold; each command must come exactly as far as it says, tell exactly what it passed over, and at the end every
page must hold what the model holds. A round now and then is large enough for the places where long work is cut into
pieces.
"""

import argparse
import os
import random
import re
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..")]

from program import PROGRAM, Directory, environment, execute
from tap import Tap

PAGE = 4096
BASE = 1 << 40  # nothing is there in a fresh target
WORKS_A_ROUND = 40
PROMPT = "faultline> "
LONGEST_TEXT = 200  # of a string that is shown whole
PIECES = (64 << 10, 128 << 10, 16 << 20)  # where the program cuts long work
DENIED, ABSENT, GUARD, ENDED = ("the mapping does not allow reading", "nothing is mapped there", "a guard",
                                "the file ends before")


class Kind:
    """What pages of one kind allow. WHY: as find and strings say it of what cannot be read."""

    def __init__(self, make, read=True, write=True, zeros=False, why=None):
        self.make = make  # with {at}, {len}, {file}: addresses and lengths in bytes
        self.read = read
        self.write = write
        self.zeros = zeros
        self.why = why


ANON = "mmap({at}, {len}, %s, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0)"
FILE = "mmap({at}, {len}, %s, %s|MAP_FIXED_NOREPLACE, file, {at} - base)"
RW, R = "PROT_READ|PROT_WRITE", "PROT_READ"

KINDS = {
    "plain": Kind(ANON % RW + "\npread(file, {at}, {len}, {at} - base)"),
    "fresh": Kind(ANON % RW, zeros=True),
    "shared": Kind(ANON.replace("PRIVATE", "SHARED") % RW + "\npread(file, {at}, {len}, {at} - base)"),
    "private file": Kind(FILE % (RW, "MAP_PRIVATE")),
    "shared file": Kind(FILE % (RW, "MAP_SHARED")),
    "read-only": Kind(FILE % (R, "MAP_PRIVATE"), write=False),
    "read-only, fresh": Kind(ANON % R, write=False, zeros=True),
    "none": Kind(ANON % "PROT_NONE", read=False, write=False, why=DENIED),
    "hole": Kind("", read=False, write=False, why=ABSENT),
    "guard": Kind(ANON % RW + "\nmadvise({at}, {len}, 102)", read=False, write=False, why=GUARD),
    "past the end": Kind("mmap({at}, {len}, " + RW + ", MAP_SHARED|MAP_FIXED_NOREPLACE, empty, 0)", read=False,
                         write=False, why=ENDED),
}
COMMON = ["plain", "plain", "fresh", "private file", "shared file", "shared"]


class Model:
    """A row of mappings from BASE on, and what they hold."""

    def __init__(self, rng, pages, guards):
        self.pages = []
        self.runs = []  # kind, first page, number of pages
        kinds = [k for k in KINDS if guards or k != "guard"]
        while len(self.pages) < pages:
            kind = rng.choice(kinds if rng.random() < 0.4 else COMMON)
            n = min(rng.randint(1, max(2, pages // 6)), pages - len(self.pages))
            self.runs.append((kind, len(self.pages), n))
            self.pages += [KINDS[kind]] * n
        self.size = len(self.pages) * PAGE
        self.file = bytearray(make_contents(rng, self.size))
        self.bytes = bytearray(self.file)
        for i, page in enumerate(self.pages):
            if page.zeros or not page.read:
                self.bytes[i * PAGE:(i + 1) * PAGE] = bytes(PAGE)

    def script(self):
        lines = [f"base = {BASE}", 'file = open "contents" rdwr', 'empty = open "empty" rdwr|creat 0600']
        for kind, first, n in self.runs:
            make = KINDS[kind].make
            lines += make.format(at=hex(BASE + first * PAGE), len=n * PAGE).splitlines()
        return lines

    def reach(self, at, n, allows):
        """How many bytes from offset AT on, at most N, lie in pages that ALLOWS."""
        done = 0
        while done < n and at + done < self.size and allows(self.pages[(at + done) // PAGE]):
            done += min(n - done, PAGE - (at + done) % PAGE)
        return done

    def readable(self, at, n):
        return self.reach(at, n, lambda page: page.read)

    def writable(self, at, n):
        return self.reach(at, n, lambda page: page.write)

    def stretches(self, at, n):
        """The readable parts of a range as (offset, bytes), and the others as (start, end, why)."""
        parts, others = [], []
        end = at + n
        while at < end:
            page = self.pages[at // PAGE]
            to = min(end, (at // PAGE + 1) * PAGE)
            if page.read:
                if parts and parts[-1][1] == at:
                    parts[-1][1] = to
                else:
                    parts.append([at, to])
            elif others and others[-1][1] == at and others[-1][2] == page.why:
                others[-1][1] = to
            else:
                others.append([at, to, page.why])
            at = to
        return [(a, bytes(self.bytes[a:b])) for a, b in parts], others


def make_contents(rng, size):
    """Bytes in which the same short pieces are met again and again, also where work is cut."""
    words = [bytes(rng.choices(b"ab\0\xff7", k=rng.randint(1, 9))) for _ in range(6)] + [b"needle", b"a line of text"]
    out = bytearray(size)
    if rng.random() < 0.5:
        out[:] = rng.randbytes(size)
    for _ in range(max(size // 300, 20) if size < 1 << 20 else 3000):
        word = rng.choice(words)
        at = rng.randrange(size)
        if rng.random() < 0.5:
            at = rng.randrange(size // PAGE) * PAGE - rng.randint(0, 8)
        at = max(at, 0)
        out[at:at + len(word)] = word
    for piece in PIECES:
        for at in range(piece, size, piece):
            out[at - 3:at + 3] = b"needle"
    for _ in range(20):
        at = rng.randrange(size // 8) * 8
        out[at:at + 8] = (BASE + rng.randrange(size)).to_bytes(8, "little")
    return out[:size]


class Wrong(Exception):
    pass


def want(holds, *facts):
    if not holds:
        raise Wrong(" ".join(str(fact) for fact in facts))


def first_number(text):
    match = re.search(r"^(\d+) ", text, re.M)
    want(match, "no count")
    return int(match.group(1))


def faulted(text):
    return "--- SIG" in text


def told(text, done, n):
    """The command says that it did DONE of N, and that it faulted if that is less."""
    want(first_number(text) == done, "done", first_number(text), "but should be", done)
    want(faulted(text) == (done < n), "a fault was", "told" if faulted(text) else "not told")


def check_skipped(text, others):
    lines = re.findall(r"^  skipped  ([0-9a-f]+)-([0-9a-f]+)  \S+: (.*)$", text, re.M)
    have = [[int(a, 16) - BASE, int(b, 16) - BASE, why] for a, b, why in lines]
    more = re.search(r"^  skipped  (\d+) ranges more", text, re.M)
    want(len(have) + (int(more.group(1)) if more else 0) == len(others), "skipped", have, "but should be", others)
    want(have == others[:len(have)], "skipped", have, "but should be", others)


def size_text(n):
    """As the program prints a number of bytes."""
    unit = 0
    while unit < 6 and n >> (unit * 10 + 10):
        unit += 1
    if unit <= 1:
        return f"{n // 1024}K" if unit == 1 and n % 1024 == 0 else f"{n}B"
    return None  # rounded


def escape(text):
    return "".join({"\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(c, c) for c in text)


class Work:
    """The random works of one round: each returns its statement and a function that judges the output."""

    def __init__(self, rng, model, directory):
        self.rng = rng
        self.m = model
        self.directory = directory
        self.saved = []  # (file, what it must hold)

    def place(self):
        """A random place; often at, or a little beside, an edge."""
        rng, size = self.rng, self.m.size
        at = rng.randrange(size)
        if rng.random() < 0.5:
            at = at // PAGE * PAGE + rng.randint(-9, 9)
        return min(max(at, 0), size - 1)

    def range(self):
        at = self.place()
        end = self.place() if self.rng.random() < 0.7 else at + self.rng.randint(0, 40)
        at, end = min(at, end), min(max(at, end), self.m.size)
        return at, end - at

    def pattern(self):
        """A pattern as it is typed, as bytes, and which of them count."""
        rng = self.rng
        stretches, _ = self.m.stretches(0, self.m.size)
        at, data = rng.choice(stretches)
        n = rng.choice([1, 2, 3, 6, 8, 9, 17, 40])
        at = rng.randrange(max(len(data) - n, 1))
        picked = data[at:at + n] if rng.random() < 0.8 else bytes(rng.choices(b"ab\0\xff7", k=n))
        if rng.random() < 0.3:
            return '"needle"', b"needle", b"\xff" * 6
        mask = bytearray(b"\xff" * len(picked))
        if len(picked) > 1 and rng.random() < 0.4:
            for i in rng.sample(range(len(picked)), rng.randint(1, len(picked) - 1)):
                mask[i] = 0
        return 'hex"' + " ".join(f"{c:02x}" if m else "??" for c, m in zip(picked, mask)) + '"', picked, bytes(mask)

    def judge_found(self, at, n, found, limit):
        stretches, others = self.m.stretches(at, n)
        size = size_text(sum(len(data) for _, data in stretches))

        def judge(text):
            have = [int(x, 16) - BASE for x in re.findall(r"^\$\d+ = 0x([0-9a-f]+)", text, re.M)]
            want(have == found[:limit], "found", have, "but should be", found[:limit])
            want((f"limit {limit} ended it" in text) == (len(found) > limit), "the limit")
            want("--- SIG" not in text, "it faulted")
            if len(found) <= limit:
                want(not size or re.search(rf"found in {size}$", text, re.M), "not found in", size)
                check_skipped(text, others)

        return judge

    def find(self):
        at, n = self.range()
        typed, pattern, mask = self.pattern()
        limit, align = self.rng.choice([1, 3, 20, 100000]), self.rng.choice([1, 1, 1, 2, 8, 4096])
        wanted = re.compile(b"(?=" + b"".join(re.escape(bytes([c])) if m else b"." for c, m in zip(pattern, mask)) + b")", re.S)
        found = [a + hit.start() for a, data in self.m.stretches(at, n)[0] for hit in wanted.finditer(data)]
        found = [place for place in found if (BASE + place) % align == 0]
        options = (f" limit {limit}" if limit != 20 else "") + (f" align {align}" if align > 1 else "")
        return f"find {BASE + at} {n} {typed}{options}", self.judge_found(at, n, found, limit)

    def find_number(self):
        at, n = self.range()
        size = self.rng.choice([2, 4, 8])
        stretches, _ = self.m.stretches(0, self.m.size)
        _, data = self.rng.choice(stretches)
        pick = self.rng.randrange(max(len(data) - size, 1) // size + 1) * size
        number = int.from_bytes(data[pick:pick + size], "little")
        raw = number.to_bytes(size, "little")
        found = [a + hit.start() for a, part in self.m.stretches(at, n)[0]
                 for hit in re.finditer(b"(?=" + re.escape(raw) + b")", part, re.S)]
        found = [place for place in found if place % size == 0]
        return f"find {BASE + at} {n} (u{8 * size}){number} limit 50000", self.judge_found(at, n, found, 50000)

    def find_pointers(self):
        at, n = self.range()
        low, span = self.range()
        span = max(span, 1)
        found = []
        for a, data in self.m.stretches(at, n)[0]:
            first = -a % 8
            found += [a + i for i in range(first, len(data) - 7, 8)
                      if low <= int.from_bytes(data[i:i + 8], "little") - BASE < low + span]
        return f"find {BASE + at} {n} pointers {BASE + low} {span} limit 1000000", self.judge_found(at, n, found, 1000000)

    def strings(self):
        at, n = self.range()
        least = self.rng.choice([1, 4, 4, 7])
        found, expected = [], []
        stretches, others = self.m.stretches(at, n)
        for a, data in stretches:
            found += [(a + hit.start(), hit.group().decode()) for hit in re.finditer(rb"[\t -~]{%d,}" % least, data)]
        for place, text in found:
            tail = f"... {len(text)} characters" if len(text) > LONGEST_TEXT else ""
            expected.append(f'0x{BASE + place:x}  "{escape(text[:LONGEST_TEXT])}"{tail}')

        def judge(text):
            have = [line for line in text.splitlines() if line.startswith("0x")]
            want(have == expected, "strings", have[:5], "but should be", expected[:5], len(have), len(expected))
            check_skipped(text, others)

        return f"strings {BASE + at} {n} {least}", judge

    def compare(self):
        a, n = self.range()
        b = self.place()
        n = min(n, self.m.size - b)
        most = min(self.m.readable(a, n), self.m.readable(b, n))
        x, y = self.m.bytes[a:a + most], self.m.bytes[b:b + most]
        equal = next((i for i in range(most) if x[i] != y[i]), most) if x != y else most

        def judge(text):
            want(first_number(text) == equal, "equal", first_number(text), "but should be", equal)
            want(("then they differ" in text) == (equal < most), "a difference")
            want(faulted(text) == (equal == most < n), "a fault")

        return f"compare {BASE + a} {BASE + b} {n}", judge

    def checksum(self):
        at, n = self.range()
        done = self.m.readable(at, n)
        crc = zlib.crc32(self.m.bytes[at:at + done])

        def judge(text):
            match = re.search(r"^CRC-32 ([0-9a-f]{8}) of (\d+) byte", text, re.M)
            want(match and int(match.group(2)) == done, "done", match and match.group(2), "but should be", done)
            want(int(match.group(1), 16) == crc, "crc", match.group(1), "but should be", f"{crc:08x}")
            want(faulted(text) == (done < n), "a fault")

        return f"checksum {BASE + at} {n}", judge

    def fill(self):
        at, n = self.range()
        pattern = bytes(self.rng.choices(b"ab\0\xff7xyz", k=self.rng.choice([1, 2, 3, 7, 64])))
        done = self.m.writable(at, n)
        self.m.bytes[at:at + done] = (pattern * (done // len(pattern) + 1))[:done]
        typed = " ".join(f"{c:02x}" for c in pattern)
        return f'fill {BASE + at} {n} hex"{typed}"', lambda text: told(text, done, n)

    def copy(self):
        source, n = self.range()
        to = self.place() if self.rng.random() < 0.5 else min(max(source + self.rng.randint(-9000, 9000), 0), self.m.size - 1)
        n = min(n, self.m.size - to)
        m = self.m
        if source < to < source + n:  # from the end down
            done = 0
            while done < n and m.pages[(source + n - done - 1) // PAGE].read and m.pages[(to + n - done - 1) // PAGE].write:
                done += min((source + n - done - 1) % PAGE + 1, (to + n - done - 1) % PAGE + 1, n - done)
            m.bytes[to + n - done:to + n] = bytes(m.bytes[source + n - done:source + n])
        else:
            done = min(m.readable(source, n), m.writable(to, n))
            m.bytes[to:to + done] = bytes(m.bytes[source:source + done])
        return f"copy {BASE + to} {BASE + source} {n}", lambda text: told(text, done, n)

    def touch(self):
        at, n = self.range()
        store = self.rng.random() < 0.5
        first, last = at // PAGE, (at + n + PAGE - 1) // PAGE if n else at // PAGE
        done = (self.m.writable if store else self.m.readable)(first * PAGE, (last - first) * PAGE) // PAGE
        return f"touch {BASE + at} {n} {'w' if store else 'r'}", lambda text: told(text, done, last - first)

    def save(self):
        at, n = self.range()
        done = self.m.readable(at, n)
        name = f"saved{len(self.saved)}"
        self.saved.append((name, bytes(self.m.bytes[at:at + done])))
        return f"save {name} {BASE + at} {n}", lambda text: told(text, done, n)

    def load(self):
        at, n = self.range()
        data = self.rng.randbytes(self.rng.choice([0, 1, 100, 5000, n]))
        name = f"load{self.rng.randrange(1 << 30)}"
        with open(os.path.join(self.directory, name), "wb") as f:
            f.write(data)
        n_read = min(n, len(data))
        done = self.m.writable(at, n_read)
        self.m.bytes[at:at + done] = data[:done]

        def judge(text):
            want(first_number(text) == done, "loaded", first_number(text), "but should be", done)
            want(faulted(text) == (done < n_read), "a fault")

        return f"load {name} {BASE + at} {n}", judge


KINDS_OF_WORK = ["find", "find", "find", "find_number", "find_pointers", "strings", "compare", "compare", "checksum",
                 "fill", "fill", "copy", "copy", "copy", "touch", "save", "load"]


def split(output):
    """The output of each statement."""
    return [part.partition("\n")[2] for part in ("\n" + output).split("\n" + PROMPT)[1:]]


def run(lines, directory):
    script = os.path.join(directory, "script.fl")
    with open(script, "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")
    done = execute([PROGRAM, "-x", script], directory, environment(directory, PROGRAM), timeout=300)
    return split(done.output.decode("utf-8", "replace")), done


def guards_work(directory):
    out, _ = run(["p = mmap page", "madvise(p, page, 102)"], directory)
    return "= 0" in out[-1]


def check_memory(model, outputs):
    """The checksums of all pages, told at the end."""
    for i, text in enumerate(outputs):
        if model.pages[i].read:
            crc = zlib.crc32(model.bytes[i * PAGE:(i + 1) * PAGE])
            want(f"CRC-32 {crc:08x} of {PAGE} bytes" in text, "page", i, "holds something else:", text)


def play(seed, guards, verbose):
    """One round. Returns how many works were judged."""
    rng = random.Random(seed)
    with Directory() as directory:
        pages = rng.choice([8, 12, 20, 40, 100])
        if rng.random() < 0.08:
            pages = 4200
        model = Model(rng, pages, guards)
        with open(os.path.join(directory, "contents"), "wb") as f:
            f.write(model.file)
        head = model.script()
        work = Work(rng, model, directory)
        works = [getattr(work, rng.choice(KINDS_OF_WORK))() for _ in range(WORKS_A_ROUND)]
        tail = [f"checksum {BASE + i * PAGE} page" for i in range(len(model.pages))]
        outputs, done = run(head + [statement for statement, _ in works] + tail, directory)
        want(len(outputs) == len(head) + len(works) + len(tail), "it ended early:", done.ending(), outputs[-1][-2000:])
        for (statement, judge), text in zip(works, outputs[len(head):]):
            if verbose:
                print(statement, text[:400], sep="\n", file=sys.stderr)
            try:
                judge(text)
            except Wrong as wrong:
                layout = [(kind, hex(first * PAGE), n) for kind, first, n in model.runs]
                raise Wrong(f"seed {seed}: {statement}\n{text[:2000]}\n{str(wrong)[:2000]}\nlayout {layout}") from wrong
        check_memory(model, outputs[-len(tail):])
        for name, expected in work.saved:
            with open(os.path.join(directory, name), "rb") as f:
                want(f.read() == expected, f"seed {seed}: {name} holds something else")
    return len(works)


def main():
    parser = argparse.ArgumentParser(description="Works on random ranges, held against a model.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    tap = Tap(1)
    with Directory() as directory:
        guards = guards_work(directory)
    judged, trouble = 0, []
    for seed in range(args.seed, args.seed + args.rounds):
        try:
            judged += play(seed, guards, args.verbose)
        except Wrong as wrong:
            trouble.append(f"seed {seed}: {wrong}")
    tap.result(not trouble, "every command does exactly what the model does", "\n\n".join(trouble[:5]))
    print(f"# {judged} works in {args.rounds} rounds, {len(trouble)} rounds with something wrong", file=sys.stderr)
    sys.exit(1 if trouble else 0)


main()
