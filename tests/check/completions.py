#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The completion scripts for the system's shells: every option is in each, and the shells that are here accept them.

usage: completions.py ROWS-PROGRAM
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import tap

ROWS = sys.argv.pop(1)


def made(mode):
    return subprocess.run([ROWS, mode], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


class Completions(unittest.TestCase):
    """What faultline-rows makes."""

    def setUp(self):
        self.options = made("options").split()
        self.assertIn("--color=", self.options)

    def written(self, mode):
        file = tempfile.NamedTemporaryFile("w", encoding="utf-8")
        self.addCleanup(file.close)
        file.write(made(mode))
        file.flush()
        return file.name

    def bash(self, *words):
        """What bash would offer for the last of WORDS."""
        script = '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _faultline; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "--norc", "-c", script, self.written("bash-completion"), "faultline", *words],
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        return done.stdout.split()

    @unittest.skipUnless(shutil.which("bash"), "there is no bash")
    def test_bash(self):
        self.assertEqual(sorted(self.bash("-")), sorted(self.options))
        self.assertEqual(self.bash("--col"), ["--color="])
        self.assertEqual(self.bash("--color", "=", "al"), ["always"])
        self.assertEqual(self.bash("--color", "="), ["auto", "always", "never"])
        self.assertEqual(self.bash("-c", ""), [])
        self.assertEqual(self.bash("/proc/self/oom_score_"), ["/proc/self/oom_score_adj"])

    def test_zsh(self):
        text = made("zsh-completion")
        for option in self.options:
            self.assertIn(option, text)
        if shutil.which("zsh"):
            subprocess.run(["zsh", "-n", self.written("zsh-completion")], check=True)

    def test_fish(self):
        text = made("fish-completion")
        for option in self.options:
            name = option.strip("-=")
            self.assertIn(f" -s {name}" if len(name) == 1 else f" -l {name}", text)
        if shutil.which("fish"):
            subprocess.run(["fish", "-n", self.written("fish-completion")], check=True)


if __name__ == "__main__":
    tap.main()
