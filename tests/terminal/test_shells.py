#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TAB behind `faultline` in the system's shells, with the completions that are installed for them."""

import os
import shutil
import tempfile
import unittest

import session  # finds tap and screen
import tap
from screen import Screen

COMPLETIONS = os.path.join(os.path.dirname(session.PROGRAM), "completions")


class Shell:
    """What every shell must do; START begins one whose prompt is `$ ` in a folder with a script."""

    ARGV = []
    SETUP = ""
    COLORS = ()  # what lists the values of --color

    def setUp(self):
        if not shutil.which(self.ARGV[0]):
            self.skipTest(f"{self.ARGV[0]} is not installed")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, "a-script.fl"), "w", encoding="ascii") as f:
            f.write("1\n")
        env = {"HOME": folder.name, "PATH": os.path.dirname(session.PROGRAM) + ":" + os.environ["PATH"]}
        self.s = Screen(self.ARGV, env=env, cwd=folder.name, columns=100)
        self.addCleanup(self.s.kill)
        self.s.settle(0.5)
        self.s.send(self.SETUP.format(folder=COMPLETIONS) + "\r")
        self.s.wait_for(r"^\$ $|^\$$", 30)
        self.s.expect("$ ", 30)

    def test_option(self):
        self.s.send("faultline --no-a\t")
        self.s.expect("faultline --no-aslr ")

    def test_value(self):
        self.s.send("faultline --color=al\t")
        self.s.expect("faultline --color=always ")

    def test_script(self):
        self.s.send("faultline a-sc\t")
        self.s.expect("faultline a-script.fl ")

    def test_lists_options(self):
        self.s.send("faultline --n\t\t\t")
        self.s.wait_for(r"--no-aslr")
        self.s.wait_for(r"--norc")


class Bash(Shell, unittest.TestCase):
    ARGV = ["bash", "--norc", "--noprofile"]
    SETUP = "PS1='$ '; . '{folder}/faultline'; clear"


class Zsh(Shell, unittest.TestCase):
    ARGV = ["zsh", "-f"]
    SETUP = "PS1='$ '; fpath=('{folder}' $fpath); autoload -U compinit; compinit -u -D; clear"


class Fish(Shell, unittest.TestCase):
    ARGV = ["fish", "--no-config"]
    SETUP = ("function fish_prompt; echo -n '$ '; end; set fish_autosuggestion_enabled 0; "
             "source '{folder}/faultline.fish'; clear")


if __name__ == "__main__":
    tap.main()
