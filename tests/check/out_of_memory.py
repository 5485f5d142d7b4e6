#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory runs out: the kernel kills the target and not the shell, and the shell says so. Needs a control group."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import tap
from program import PROGRAM, Directory, environment, execute

LIMIT = 48 << 20
SCRIPT = b"""n = 5
p = mmap 1G rw
expect lost madvise(p, 1G, 23)
expect n == 5
p = mmap page rw
expect lost kill($pid, 9)
"""


def own_group():
    """(directory of our control group that limits memory, name of its limit), or None."""
    with open("/proc/self/cgroup", encoding="ascii") as f:
        lines = [line.rstrip("\n").split(":", 2) for line in f]
    for _, controllers, path in lines:
        if controllers == "memory":
            return "/sys/fs/cgroup/memory" + path, "memory.limit_in_bytes"
        if controllers == "":
            return "/sys/fs/cgroup" + path, "memory.max"
    return None


def make_group():
    """A group below our own with a limit; raises OSError where that is not possible."""
    base, limit = own_group()
    group = tempfile.mkdtemp(prefix="faultline-test-", dir=base)
    try:
        with open(os.path.join(group, limit), "w", encoding="ascii") as f:
            f.write(str(LIMIT))
    except OSError:
        os.rmdir(group)
        raise
    return group


class OutOfMemory(unittest.TestCase):
    """The shell in a group with little memory."""

    def test_the_target_is_killed_and_the_cause_is_told(self):
        try:
            group = make_group()
        except (OSError, TypeError) as error:
            self.skipTest(f"no control group can be made here: {error}")
        self.addCleanup(os.rmdir, group)
        with Directory() as directory:
            enter = f"echo $$ >{group}/cgroup.procs || exit 77; exec \"$FAULTLINE\" -x"
            done = execute(["sh", "-c", enter], directory, environment(directory, PROGRAM), SCRIPT)
        if done.status == 77:
            self.skipTest("the control group cannot be entered")
        self.assertEqual(done.ending(), "exit 0", done.text())
        self.assertRegex(done.text(), r"killed by SIGKILL: out of memory \(the kernel's count of such kills, "
                                      r"oom_kill, rose from 0 to 1\)")
        self.assertRegex(done.text(), r"killed by SIGKILL ---")


if __name__ == "__main__":
    tap.main()
