#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the results that `meson test` left in a build directory, and shows the end of each failing log.

Prints what failed, one line for the build, and as its last line `PASSED FAILED` for tools/test to add up.
"""

import json
import os
import re
import sys

TAIL = 60
RESULT = re.compile(r"(ok|not ok)\s+\d+(?:\s*-\s*([^#]*))?\s*(#\s*skip\b.*)?", re.I)


class Counts:
    """How many results of each sort."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = []


def read_results(build):
    with open(os.path.join(build, "meson-logs", "testlog.json"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def count_tap(output, counts):
    """Adds the result lines of a TAP report; returns how many of them failed, and whether there were any."""
    failed = total = 0
    for line in output.splitlines():
        match = RESULT.match(line)
        if not match:
            continue
        total += 1
        if match.group(3):
            reason = re.sub(r"#\s*skip\s*", "", match.group(3), flags=re.I)
            counts.skipped.append(": ".join(filter(None, [(match.group(2) or "").strip(), reason])))
        elif match.group(1).lower() == "ok":
            counts.passed += 1
        else:
            failed += 1
    counts.failed += failed
    return failed, total


def count(result, counts):
    """Adds one test's results; True if it is to be shown as failing."""
    good = result["result"] in ("OK", "EXPECTEDFAIL")
    failed, total = count_tap(result.get("stdout", ""), counts)
    if result["result"] == "SKIP":
        if not total:
            counts.skipped.append(result["name"])
        return False
    if not total:
        counts.passed += good
        counts.failed += not good
    elif not good and not failed:
        counts.failed += 1  # it broke off, or exited with a failure that no line reports
    return not good or failed > 0


def show(build, result):
    lines = (result.get("stdout", "") + result.get("stderr", "")).splitlines()
    lines = [line for line in lines if not re.match(r"(ok\b|TAP version|1\.\.\d)", line)]
    print(f"\n--- {build}: {result['name']}: {result['result']} (exit status {result['returncode']}) ---")
    names = [line.split(" - ", 1)[-1] for line in lines if re.match(r"not ok\s+\d+\s*-(?!.*#\s*skip)", line, re.I)]
    if names:
        print("failed: " + ", ".join(names))
    if len(lines) > TAIL:
        print(f"({len(lines) - TAIL} lines left out; all of it is in {build}/meson-logs/testlog.txt)")
    print("\n".join(lines[-TAIL:]))


def main():
    build = sys.argv[1]
    counts = Counts()
    seconds = 0
    for result in read_results(build):
        seconds += result["duration"]
        if count(result, counts):
            show(build, result)
    for reason in counts.skipped:
        print(f"skipped in {build}: {reason}")
    print(f"{build}: {counts.passed} passed, {counts.failed} failed, {len(counts.skipped)} skipped "
          f"({seconds:.0f} s)")
    print(counts.passed, counts.failed)


if __name__ == "__main__":
    main()
