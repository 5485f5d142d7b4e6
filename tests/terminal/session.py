# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of faultline at a terminal share: a home of their own, a session, a line and what it printed."""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from screen import Screen

PROGRAM = os.path.abspath(os.environ.get("FAULTLINE", os.path.join(HERE, "..", "..", "build", "faultline")))
PROMPT = "faultline> "
MORE = "        -> "


class Session(unittest.TestCase):
    """Gives each test a home of its own and a started faultline in self.s."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name
        self.history = os.path.join(self.home, "state", "faultline", "history")
        self.s = self.start()

    def start(self, *args, **more):
        env = {"HOME": self.home, "PAGER": "cat", "XDG_STATE_HOME": os.path.join(self.home, "state"),
               "XDG_CONFIG_HOME": os.path.join(self.home, "config")}
        env.update(more.pop("env", {}))
        screen = Screen([PROGRAM, *args], env=env, cwd=self.home, **more)
        self.addCleanup(screen.kill)
        screen.expect(PROMPT)
        return screen

    def type(self, line):
        """A line, and what it printed once the prompt is back."""
        rows = len(self.s.terminal.scrolled) + self.s.terminal.y
        self.s.send(line + "\r")
        self.s.wait_until(lambda: len(self.s.terminal.scrolled) + self.s.terminal.y > rows, "the next line")
        self.s.expect(PROMPT)
        return "\n".join(self.s.everything().split("\n")[rows + 1 : -1])

    def leave(self):
        self.s.send("quit\r")
        return self.s.close()
