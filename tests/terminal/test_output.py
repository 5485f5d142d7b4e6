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


class Overview(Session):
    """help is a screenful."""

    def test_small_screen(self):
        self.s = self.start(env={"PAGER": "sed s/^/paged:/"})
        shown = self.type("help")
        self.assertNotIn("paged:", shown)
        self.assertTrue(shown.startswith("Type the C call"), shown)
        self.assertRegex(self.s.line(0), "^Type the C call")

    def test_large_screen_names_all(self):
        self.assertNotIn("munlockall", self.type("help"))
        self.s.resize(200, 50)
        self.assertRegex(self.type("help"), "(?m) munlockall mseal$")


class Wrap(Session):
    """Lines that are too wide are broken between words, below the column that their text began in."""

    def test_fault(self):
        shown = self.type("*9999999")
        self.assertRegex(shown, r"(?m)^  cpu      #PF, .*no page-table entry\n           present$")

    def test_echo(self):
        shown = self.type("p = mmap page rw")
        self.assertRegex(shown, r"(?m)MAP_ANONYMOUS, -1, 0\)\n    = 0x[0-9a-f]+$")

    def test_settings(self):
        shown = self.type("set")
        self.assertRegex(shown, r"(?m)^addresses   plain   \(plain named\)        addresses as numbers.*\n {41}\S")

    def test_resize(self):
        """No word is cut, whatever the width is."""
        self.type("set hints off")
        whole = None
        for columns in (200, 80, 50):
            self.s.resize(columns, 60)
            lines = self.type("*9999999").split("\n")
            self.assertTrue(all(len(line) <= columns for line in lines), lines)
            self.assertTrue(all(not line or line[0] == "-" or line[:2] == "  " for line in lines), lines)
            whole = whole or "".join("".join(lines).split())
            self.assertEqual("".join("".join(lines).split()), whole)

    def test_strings_stay_whole(self):
        self.type("p = mmap page rw")
        text = "word " * 30
        self.type("set addresses plain")
        self.type(f'write p "{text}"')
        self.assertIn(f'"{text}"', self.type("x/s p").replace("\n", ""))

    def test_not_in_a_pipe(self):
        self.assertEqual(self.type("| set | grep -c '^ '"), "0")

    def test_place_of_an_error(self):
        """In a statement that takes several rows the caret stands below its own."""
        self.s.resize(40, 24)
        shown = self.type("mprotect(1 + 2 + 3 + nonsense + 4 + 5, page, PROT_NONE)")
        self.assertRegex(shown, r"(?m)^.*\bnonsense\b.*$")
        lines = shown.split("\n")
        marks = next(i for i, line in enumerate(lines) if line.lstrip() == "^~~~~~~~")
        self.assertEqual(lines[marks - 1].index("nonsense"), lines[marks].index("^"))


class Settings(Session):
    """set lists every setting with its value."""

    def test_listed(self):
        self.type("set effects pages")
        shown = self.type("set")
        self.assertRegex(shown, r"(?m)^effects +pages +\(off pages\) +show what")
        self.assertRegex(shown, r"(?m)^hints +on +\(on off\)")


class Addresses(Session):
    """Addresses by their names."""

    def test_named(self):
        self.type("set addresses named")
        self.type("p = mmap 2*page none")
        self.assertIn("mprotect(p+0x1000,", self.type("mprotect p+page page r"))

    def test_automatic_variables(self):
        self.type("malloc(10)")
        for name, mapping in (("heap", r"\[heap\]"), ("stack", r"\[stack\]"), ("vdso", r"\[vdso\]"),
                              ("libc", r"libc\.so\.6")):
            self.assertRegex(self.type(f"maps ${name}"), mapping)


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
        self.type("set hints off")
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
