#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/bench runs, and its figures are there. What they are depends on the machine, and nothing is asked of them."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from program import PROGRAM, ROOT
from tap import Tap

WORK = ["start", "load", "cycle", "fault", "find", "save", "maps", "call", "split"]


def main():
    tap = Tap(4)
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "figures.json")
        run = subprocess.run([os.path.join(ROOT, "tools", "bench"), "--quick", "--program", PROGRAM, "--json", out,
                              "--without", "gdb,lldb,python3,radare2", "--only", ",".join(WORK)],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        text = run.stdout.decode("utf-8", "replace")
        tap.result(run.returncode == 0, "it runs", text)
        figures = {}
        if os.path.exists(out):
            with open(out, encoding="utf-8") as f:
                figures = json.load(f)
        seconds = figures.get("seconds", {})
        tap.result(all("faultline" in seconds.get(work, {}) for work in WORK), "every work has its figure", str(figures))
        tap.result("| work |" in text and "| growth |" in text, "the tables are printed", text)
    run = subprocess.run([os.path.join(ROOT, "tools", "bench"), "--quick", "--readme", "--program", PROGRAM,
                          "--without", "gdb,lldb,python3,radare2", "--only", "start,cycle,call"],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    rows = run.stdout.decode("utf-8", "replace").splitlines()
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        known = [line.split("|")[1] for line in f if line.startswith("| ")]
    tap.result(len(rows) == 5 and all(row.split("|")[1] in known for row in rows if row.startswith("| ")),
               "README's rows have the names that the program prints", "\n".join(rows))
    sys.exit(1 if tap.failed else 0)


main()
