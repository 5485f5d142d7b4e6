#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""
Every kind of fault of fault_table.py, each in a fresh session.

    faults.py [--root] [WORD…]

For each the si_code and the named cause must be right. A cure that is a statement is applied, and the very access
must then succeed; where the table says that there is none, no statement may be offered. With WORDs only the rows
whose names have one of them; with --root all capabilities are kept.
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from fault_table import CODE, CURE, KEYS, LOCKING, MEMORY, NONE, PRIVILEGED
from program import PROGRAM, Directory, environment, has_keys, ordinary
from session import Session
from tap import Tap

STATEMENT = re.compile(r"(mmap|mprotect|madvise|ftruncate|pkey_set|pkey_mprotect)\(")


class Report:
    """What faultline said of a fault: its si_code, None if there was none, and the statements of the cure."""

    def __init__(self, lines):
        self.text = "\n".join(lines)
        self.code = None
        self.cures = []
        for line in lines:
            found = re.match(r"--- \w+ \{si_signo=\w+, si_code=(\w+)", line)
            if found:
                self.code = found[1]
            if re.match(r"  (cure|and) ", line) and STATEMENT.match(line.split(None, 1)[1]):
                self.cures.append(line.split(None, 1)[1])


class Skipped(Exception):
    """The kernel lacks what the row needs."""


def set_up(session, statements):
    for line in session.ask(statements) if statements else []:
        missing = re.match(r"(\w+)\(.*= -1 (ENOSYS|EOPNOTSUPP) ", line)
        if missing or re.match(r"(userfaultfd|memfd_secret)\(.*= -1 ", line) or re.match(r"madvise\(.*GUARD.*= -1 ", line):
            raise Skipped(line)
        if "error:" in line or re.search(r"= -1 E", line) or (line.startswith("---") and "expect" not in statements):
            raise AssertionError(f"the setup failed: {line}")


def applied(session, access, report):
    """None, or what is wrong after the cures were typed."""
    if not report.cures:
        return f"no cure that is a statement:\n{report.text}"
    for cure in report.cures:
        done = session.ask(cure)
        if any("= -1 " in line or "error:" in line or "refused" in line for line in done):
            return "the cure failed:\n" + report.text + "\n" + "\n".join(done)
    again = Report(session.ask(access))
    return f"cured, and still:\n{report.text}\n{again.text}" if again.code else None


def run_row(session, row, privileged):
    """None, or what is wrong."""
    _, setup, access, code, words, cure = row
    set_up(session, setup)
    report = Report(session.ask(access))
    if report.code not in code.split("|"):
        return f"si_code {report.code}, not {code}:\n{report.text}"
    if cure == PRIVILEGED:
        cure = CURE if privileged else NONE
        words = words if not privileged else [word for word in words if word != "vm.mmap_min_addr"]
    if cure == LOCKING:
        cure, words = (CURE, []) if privileged else (NONE, words)
    for word in words:
        if (word.lstrip("!") in report.text) == word.startswith("!"):
            return f"the word {word!r}:\n{report.text}"
    if cure == NONE:
        return f"a cure where there is none:\n{report.text}" if report.cures else None
    return applied(session, access, report) if cure == CURE else None


def try_row(tap, row, prefix):
    with Directory() as directory:
        with Session(prefix + [PROGRAM], directory, environment(directory, PROGRAM), "-") as session:
            try:
                wrong = run_row(session, row, privileged=not prefix and os.geteuid() == 0)
                tap.result(not wrong, row[0], wrong or "")
            except Skipped as missing:
                tap.skip(row[0], str(missing))
            except AssertionError as error:
                tap.result(False, row[0], str(error))


def main():
    words = [word for word in sys.argv[1:] if word != "--root"]
    prefix = [] if "--root" in sys.argv else ordinary(PROGRAM)
    rows = MEMORY + CODE + (KEYS if has_keys() else [])
    chosen = [row for row in rows if not words or any(word in row[0] for word in words)]
    tap = Tap(len(chosen))
    for row in chosen:
        try_row(tap, row, prefix)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
