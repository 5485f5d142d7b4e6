#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds tests/errnos.tsv, the table of calls and errnos, against the program and the transcripts.

    errnos.py --rows PROGRAM [--write]

A line of the table is: call, errno, what became of it, where or why. What became of it is one of

    shown     the transcript that is named brings it about, and a cause was shown to hold
    possible  the same, but the cause can only be named as a possible one
    no        it cannot be brought about here, for the reason that is given

Every pair for which the program knows a documented cause must be in the table, and nothing else; what the table says
of a transcript must be in its golden file. --write makes the lines of the transcripts anew and keeps the reasons.
"""

import argparse
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from program import HERE, ROOT
from tap import Tap

TABLE = os.path.join(HERE, "errnos.tsv")
# Calls that cannot succeed on the machines where the goldens were made.
NEVER = {"pkey_alloc", "pkey_free", "map_shadow_stack"}


def documented(program):
    done = subprocess.run([program, "errnos"], capture_output=True, text=True, check=True)
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def verdict_of(lines):
    """Of the lines below a failed call: shown, possible or nothing."""
    for line in lines:
        if line.startswith("faultline>"):
            return None
        if line.startswith("  because  of nothing"):
            return "possible"
        if line.startswith("  because  ") and not line.startswith("  because  no documented"):
            return "shown"
    return None


def read_goldens():
    """({(call, errno): (verdict, name)}, calls that succeeded)."""
    found, succeeded = {}, set()
    for path in sorted(glob.glob(os.path.join(HERE, "transcripts", "*.out"))):
        name = os.path.basename(path)[: -len(".out")]
        with open(path, encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines()
        for i, line in enumerate(lines):
            call = re.match(r"(\w+)\(.*\) = (?:-1 (E\w+) \(|(?!-1 E|\?))", line)
            if not call:
                continue
            if not call.group(2):
                succeeded.add(call.group(1))
                continue
            verdict = verdict_of(lines[i + 1 : i + 20])
            pair = (call.group(1), call.group(2))
            better = verdict and (pair not in found or (found[pair][0], verdict) == ("possible", "shown"))
            # The transcripts that were made for it come before those that only meet it.
            preferred = verdict and pair in found and found[pair][0] == verdict and \
                name.startswith("errno-") and not found[pair][1].startswith("errno-")
            if better or preferred:
                found[pair] = (verdict, name)
    return found, succeeded


def read_table():
    table = {}
    with open(TABLE, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                call, error, verdict, text = line.rstrip("\n").split("\t")
                table[call, error] = (verdict, text)
    return table


def write_table(pairs, found, table):
    with open(TABLE, "w", encoding="utf-8") as f:
        f.write("# What became of each errno of each call; see tests/check/errnos.py.\n")
        for pair in pairs:
            verdict, text = found.get(pair) or ("no", table.get(pair, ("no", "?"))[1])
            f.write("\t".join((*pair, verdict, text)) + "\n")


def wrong_lines(table, found):
    """What the table says and the goldens do not."""
    for pair, (verdict, text) in table.items():
        if verdict == "no" and (pair in found or len(text) < 10):
            yield f"{pair}: " + (f"{found[pair]} brings it about" if pair in found else "without a reason")
        elif verdict != "no" and found.get(pair, ("", ""))[0] != verdict:
            yield f"{pair}: the table says {verdict}, the transcripts say {found.get(pair)}"
        elif verdict != "no" and not os.path.exists(os.path.join(HERE, "transcripts", text + ".fl")):
            yield f"{pair}: there is no transcript {text}"


def main():
    parser = argparse.ArgumentParser(description="Checks the table of calls and errnos.")
    parser.add_argument("--rows", default=os.path.join(ROOT, "build", "faultline-rows"))
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pairs = documented(args.rows)
    found, succeeded = read_goldens()
    table = read_table() if os.path.exists(TABLE) else {}
    if args.write:
        write_table(pairs, found, table)
        return 0
    tap = Tap(4)
    tap.result(len(pairs) > 200, "the program knows causes", str(len(pairs)))
    odd = set(pairs) ^ set(table)
    tap.result(not odd, "the table has every documented errno and no other", "\n".join(map(str, sorted(odd))))
    wrong = list(wrong_lines(table, found))
    tap.result(not wrong, "the table says what the transcripts show", "\n".join(wrong))
    never = {call for call, _ in pairs} - succeeded - NEVER
    tap.result(not never, "every call succeeds in some transcript", " ".join(sorted(never)))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
