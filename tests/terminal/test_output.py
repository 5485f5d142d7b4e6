#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultline at a terminal: what it prints, as it stands on the screen."""

import os

from session import PROGRAM, PROMPT, Session

import tap
from screen import Screen


class Progress(Session):
    """A line tells how far something long has come, ^C ends it, and nothing of it stays."""

    def test_shown_and_wiped(self):
        self.type("p = mmap 64G r private|anon|noreserve")
        self.s.send("| read p 64G | tail -n 1\r")
        self.s.wait_for(r"^  read  .* of 64G, \d+%  \(\^C stops\)$")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        self.assertNotIn("of 64G", self.s.text())
        self.assertEqual(self.type("2"), "= 2")

    def test_not_in_a_file(self):
        command = f"exec '{PROGRAM}' -c 'p = mmap 64G r private|anon|noreserve' -c 'read p 64G' >out"
        with Screen(["sh", "-c", command], cwd=self.home) as s:
            s.wait_for(r"of 64G")
            s.ctrl("c")
            s.close()
        with open(os.path.join(self.home, "out"), encoding="utf-8") as f:
            text = f.read()
        self.assertRegex(text, "(?m)^[0-9a-f]+ .*00 00")
        self.assertNotIn("%", text)


class Help(Session):
    """help fits the screen that it is on."""

    def test_narrow(self):
        self.s.resize(50, 60)
        self.type("help")
        self.type("help munmap")
        shown = self.s.everything()
        self.assertRegex(shown, r"(?m)^  map +Mapping memory: mmap")
        self.assertRegex(shown, r"(?m)^  ADDR  an address$")
        self.assertRegex(shown, r"(?m)^  file +Files: open openat close ftruncate$")

    def test_topic(self):
        self.assertIn("Numbers are written as in C", self.type("help numbers"))

    def test_overview_fits_a_usual_screen(self):
        self.s.resize(100, 40)
        self.assertLess(self.type("help").count("\n"), 35)


class Pager(Session):
    """Only what is taller than the screen goes through it."""

    def test_tall(self):
        self.s = self.start(env={"PAGER": "sed s/^/paged:/"}, rows=20)
        self.assertIn("paged:", self.type("help all"))
        self.s.resize(80, 60)
        self.assertNotIn("paged:", self.type("help munmap"))

    def test_not_in_a_pipe(self):
        self.s = self.start(env={"PAGER": "sed s/^/paged:/"}, rows=20)
        self.assertNotIn("paged:", self.type("| help all | cat"))


class Width(Session):
    """Tables fit the screen, also after it changed."""

    def test_maps(self):
        for columns in (100, 80):
            self.s.resize(columns, 60)
            lines = self.type("maps libc.so.6").split("\n")
            self.assertEqual(len(lines), 5)
            for line in lines:
                self.assertLessEqual(len(line), columns)
                self.assertTrue(line.endswith("libc.so.6"))

    def test_whole_names_where_nobody_looks(self):
        self.s.resize(70, 24)
        self.assertEqual(self.type("| maps libc.so.6 | grep -c '  /.*/libc[.]so[.]6$'"), "5")


if __name__ == "__main__":
    tap.main()
