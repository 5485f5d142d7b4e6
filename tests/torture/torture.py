#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs random statements in one session and looks for crashes, hangs, leaks, lies and control characters.

    torture.py [--statements N] [--seed S] [--program PATH] [--least N]

It runs as an unprivileged user in user, pid, mount, network and ipc namespaces of its own. The counts by outcome are
printed at the end. --least N: each outcome must have come at least N times. FAULTLINE_TARGET names the target.
"""

import argparse
import collections
import os
import random
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tap
from program import AS_NOBODY, PROGRAM
from machine_code import Code
from statements import VARIABLES, Statements

BATCH = 100
PROBE_EVERY = 1000
STOPPED = 5  # seconds without output after which a target that is stopped is continued
SILENCE = 60  # seconds without output that are a hang
LOOP = 0.1  # seconds after which called code is taken for an endless loop
CODE_EVERY = 20
WAIT_EVERY = 400
OUTSIDE_EVERY = 400  # statements between two signals from outside
OUTCOMES = ("value", "errno", "fault", "refused", "lost", "interrupted", "error")
ANY = "ok|refused|lost|interrupted|SIGSEGV|SIGBUS|SIGILL|SIGTRAP|SIGFPE|SIGSYS"
NAMESPACES = ("unshare", "--user", "--map-current-user", "--pid", "--mount", "--net", "--ipc", "--fork", "--mount-proc",
              "--kill-child")
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
# What the statements work on, as it must be made anew in a fresh target.
GROUND = ["if (!mapped(code)) code = mmap(0, page, 7, 0x22, -1, 0)",
          "for (ag = vma_next(0); ag && !vma_agent(ag); ag = vma_next(vma_end(ag))) ;"]
GROUND += [f"if (!mapped({name})) {name} = mmap(0, 16*page, 3, 0x22, -1, 0)" for name in VARIABLES]
PRELUDE = ["set hints off", *(f"{name} = 0" for name in ["code", "ag", "x", "a", "e", *VARIABLES]), *GROUND]


class Failure(Exception):
    """What must not happen."""


def outcome_of(text):
    """The outcome that a statement's output tells, and for a loss its cause."""
    if b"--- lost: " in text:
        cause = re.search(rb"--- lost: (.*) ---", text).group(1).decode()
        return "lost", re.sub(r"\d+", "N", cause)
    if b"--- interrupted ---" in text:
        return "interrupted", None
    if re.search(rb"^--- SIG", text, re.M):
        return "fault", None
    if re.search(rb"^refused: ", text, re.M):
        return "refused", None
    if b": error: " in text:
        return "error", None
    if re.search(rb" = -1 E", text):
        return "errno", None
    return "value", None


class Damaged(Failure):
    """A probe that the target did not pass."""


class Ended(Failure):
    """The session is over."""

    def __init__(self, status, text):
        super().__init__(f"the session ended with status {status}; its last output:\n{text}")
        self.status = status


def small_file(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="backslashreplace") as f:
            return f.read().strip()
    except OSError as error:
        return error.strerror


def state_of(pid):
    """R, S, D, Z…; nothing if there is no such process."""
    return small_file(pid, "stat").rpartition(")")[2][:2].strip()


class Session:
    """One faultline, fed through a pipe."""

    def __init__(self, program, log):
        self.log = log
        self.child = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
        self.output = b""
        self.marks = 0

    def send(self, text):
        data = text.encode("utf-8", "surrogateescape")
        self.log.write(data)
        self.log.flush()
        try:
            self.child.stdin.write(data)
            self.child.stdin.flush()
        except BrokenPipeError:
            self.died()

    def died(self):
        raise Ended(self.child.wait(), self.output[-3000:].decode("utf-8", "backslashreplace"))

    def read_until(self, mark, seconds=SILENCE):
        """What came before the line MARK; None if there was silence for SECONDS."""
        wanted = mark.encode() + b"\n"
        while True:
            at = self.output.find(wanted)
            if at == 0 or (at > 0 and self.output[at - 1:at] == b"\n"):
                text, self.output = self.output[:at], self.output[at + len(wanted):]
                return text
            if not select.select([self.child.stdout], [], [], seconds)[0]:
                return None
            data = os.read(self.child.stdout.fileno(), 1 << 20)
            if not data:
                self.died()
            self.output += data

    def mark(self):
        self.marks += 1
        return f"@@{self.marks}"

    def run(self, statements):
        """The output of each statement."""
        marks = [self.mark() for _ in statements]
        self.send("".join(f'{s}\necho "{m}"\n' for s, m in zip(statements, marks)))
        return [self.expect_mark(mark) for mark in marks]

    def expect_mark(self, mark):
        text = self.read_until(mark, STOPPED)
        if text is None:
            self.continue_stopped()
            text = self.read_until(mark)
        if text is None:
            raise Failure(f"silence for {SILENCE} seconds; {self.whereabouts()}; the last output:\n"
                          + self.output[-3000:].decode("utf-8", "backslashreplace"))
        return text

    def continue_stopped(self):
        """A target that stopped itself in a roundabout way, as by a timer, is waited for until somebody continues it."""
        for pid in self.children():
            if state_of(pid) == "T":
                os.kill(pid, signal.SIGCONT)

    def children(self):
        with open(f"/proc/{self.child.pid}/task/{self.child.pid}/children", encoding="ascii") as f:
            return [int(pid) for pid in f.read().split()]

    def whereabouts(self):
        """What the shell and its children are doing."""
        return "; ".join(f"process {pid}: state {state_of(pid)}, system call {small_file(pid, 'syscall')}, waits in "
                         f"{small_file(pid, 'wchan')}" for pid in [self.child.pid, *self.children()])

    def run_interrupted(self, statement, patience):
        """The output of a statement that is interrupted when it takes longer than PATIENCE seconds."""
        begin, end = self.mark(), self.mark()
        self.send(f'echo "{begin}"\nexpect {ANY} {statement}\necho "{end}"\n')
        text = self.read_until(end, patience)
        if text is None:
            self.child.send_signal(signal.SIGINT)
            text = self.expect_mark(end)
            self.run(["x"])  # does it live on?
        return text

    def end(self):
        self.child.stdin.close()
        rest = self.child.stdout.read()
        if self.child.wait() not in (0, 1, 2):
            self.output += rest
            self.died()


class Torture:
    """The whole run."""

    def __init__(self, args, log):
        self.args = args
        self.random = random.Random(args.seed)
        self.statements = Statements(self.random)
        self.code = Code(self.random)
        self.log = log
        self.counts = collections.Counter()
        self.losses = collections.Counter()
        self.probes = 0
        self.damaged = 0
        self.outside = 0
        self.baseline = None
        self.start()

    def start(self):
        self.session = Session(self.args.program, self.log)
        self.session.run(PRELUDE)

    def run_interrupted(self, statement, patience):
        """One that may end at the very moment of the interrupt, which then ends the session: that is its right."""
        try:
            self.note(self.session.run_interrupted(statement, patience))
        except Ended as ended:
            if ended.status != -signal.SIGINT:
                raise
            self.start()

    def note(self, text):
        if CONTROL.search(text):
            raise Failure(f"control characters in the output: {text[-2000:]!r}")
        outcome, cause = outcome_of(text)
        self.counts[outcome] += 1
        if cause:
            self.losses[cause] += 1

    def run(self):
        done = 0
        while done < self.args.statements:
            n = min(BATCH, self.args.statements - done)
            for text in self.session.run([self.statements.next() for _ in range(n)]):
                self.note(text)
            done += n
            self.session.run(GROUND)
            for _ in range(BATCH // CODE_EVERY):
                self.session.run([GROUND[0], f'write code hex"{self.code.next().hex()}"'])
                self.run_interrupted("call code ag", LOOP)
            if done % WAIT_EVERY == 0:
                self.run_interrupted("pause()", 0.01)
            if done % OUTSIDE_EVERY == 0:
                self.signal_from_outside()
            if done % PROBE_EVERY == 0:
                self.probe()
                self.look_for_leaks()
        self.session.end()

    def signal_from_outside(self):
        """To the target or a checkpoint, between two statements or within one; who is stopped is continued."""
        children = self.session.children()
        if not children:
            return
        pid = self.random.choice(children)
        signo = self.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGSTOP, signal.SIGINT,
                                    signal.SIGCHLD])
        busy = self.random.random() < 0.5
        mark = self.session.mark()
        if busy:
            self.session.send(f'for (i = 0; i < 3000; i += 1) *(u8 *)p0\nread p0 64\necho "{mark}"\n')
        try:
            os.kill(pid, signo)
            if not busy:
                self.session.send(f'maps\necho "{mark}"\n')
            if signo == signal.SIGSTOP:
                time.sleep(0.02)
                os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            if not busy:
                self.session.send(f'echo "{mark}"\n')
        self.note(self.session.expect_mark(mark))
        self.outside += 1
        self.session.run(GROUND)

    # ---- probes ----

    def probe(self):
        """In whatever state the target is, it must still map, store, load and fault; or be lost over it, and then work."""
        lost = None
        for _ in range(4):
            try:
                lost = self.probe_once()
            except Damaged:
                # With the guard off the agent's own instructions were overwritten: what it says then is anything; or
                # the target gave up what a probe needs, or a loss brought such a checkpoint back. A fresh one must be
                # sound.
                if lost == "damaged":
                    raise
                self.damaged += 1
                self.session.run(["set undo 0"] + ["forget"] * 31 + ["exit_group(0)"])
                lost = "damaged"
            if not lost:
                self.probes += 1
                self.session.run(GROUND)
                return
        raise Failure(f"four probes in a row lost the target: {lost}")

    def probe_once(self):
        number = self.random.getrandbits(64)
        script = ["prctl(4, 1, 0, 0, 0)", "set undo 0", "set addresses plain", "set guard on", "set maps on", "q = mmap page rw", f"*q = {number}",
                  f"expect *q == {number}", "expect SEGV_ACCERR|SEGV_MAPERR *(u8 *)8",
                  "expect ok mprotect(q, page, PROT_READ)", "expect SEGV_ACCERR *q = 1", "maps", "$pid"]
        texts = self.session.run(script)
        if any(b"--- lost" in text for text in texts):
            return texts
        for statement, text in zip(script, texts):
            if b": error: " in text:
                raise Damaged(f"a probe failed: {statement}\n" + text.decode("utf-8", "backslashreplace"))
        self.compare_maps(texts[-2], int(re.match(rb"= (\d+)", texts[-1]).group(1)))
        self.session.run(["munmap q page"])
        return None

    def compare_maps(self, shown, pid):
        line = re.compile(rb"([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][ps])\s")
        with open(f"/proc/{pid}/maps", "rb") as f:
            wanted = [line.match(text).groups() for text in f]
        got = [match.groups() for match in map(line.match, shown.splitlines()) if match]
        if got != wanted:
            raise Failure(f"maps is not what the kernel says: {sorted(set(got) ^ set(wanted))}")

    def look_for_leaks(self):
        base = f"/proc/{self.session.child.pid}"
        descriptors = len(os.listdir(base + "/fd"))
        with open(base + "/statm", encoding="ascii") as f:
            pages = int(f.read().split()[0])
        children = len(self.session.children())
        if self.probes == 1 or self.baseline is None:
            self.baseline = (descriptors, pages)
        if descriptors > self.baseline[0] or pages > self.baseline[1] + 16384 or children > 31:
            raise Failure(f"{descriptors} descriptors, {pages} pages, {children} children; at first {self.baseline}")


def look_for_survivors():
    """
    Whoever is left of a session in this pid namespace, after a moment for the kernel to end it. The dead children of a
    dead target are this process's own to reap.
    """
    for _ in range(100):
        others = [pid for pid in os.listdir("/proc")
                  if pid.isdigit() and int(pid) != os.getpid() and state_of(pid) not in ("", "Z", "X")]
        if not others:
            return
        time.sleep(0.05)
    raise Failure(f"processes outlive the shell: {others}")


def arguments():
    parser = argparse.ArgumentParser(description="Runs random statements.")
    parser.add_argument("--statements", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int, default=1)
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def enter_namespaces():
    """Starts the same command again inside; its exit status, or None where that is not allowed."""
    # A user namespace may not be made without any capability that could be had in it.
    user = [word for word in AS_NOBODY if word not in ("--no-new-privs", "--bounding-set=-all")]
    prefix = (user if os.geteuid() == 0 else []) + list(NAMESPACES)
    if subprocess.run(prefix + ["true"], check=False, capture_output=True).returncode != 0:
        return None
    return subprocess.run(prefix + [sys.executable, "-B"] + sys.argv + ["--inside"], check=False).returncode


def torture(args):
    with tempfile.NamedTemporaryFile(prefix="faultline-torture-", suffix=".fl", delete=False) as log:
        os.chdir(os.path.dirname(log.name))
        run = Torture(args, log)
        try:
            run.run()
            look_for_survivors()
            few = [name for name in OUTCOMES if run.counts[name] < args.least]
            if few:
                raise Failure(f"fewer than {args.least} times: {few}")
        finally:
            print(f"# seed {args.seed}: " + ", ".join(f"{name} {run.counts[name]}" for name in OUTCOMES)
                  + f"; {run.probes} probes, before {run.damaged} of them a fresh target; {run.outside} signals from outside")
            for cause, count in run.losses.most_common():
                print(f"#   lost {count}: {cause}")
    os.unlink(log.name)


def main():
    args = arguments()
    if not args.inside:
        status = enter_namespaces()
        if status is None:
            tap.Tap(1).skip("torture", "namespaces cannot be made here")
        return status or 0
    report = tap.Tap(1)
    try:
        torture(args)
    except Failure as failure:
        report.result(False, "torture", f"{failure}\nthe statements are in the newest faultline-torture-*.fl")
        return 1
    report.result(True, "torture")
    return 0


if __name__ == "__main__":
    sys.exit(main())
