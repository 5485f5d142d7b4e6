#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultline at a terminal: TAB completes what fits the argument and lists it with its meaning; M-?, F1 and ? at the
end of a line show what a call takes."""

import os

from session import MORE, PROMPT, Session

import tap


class Tab(Session):
    """One TAB: what fits is typed, or a list stands below."""

    def setUp(self):
        super().setUp()
        self.s.resize(100, 45)
        self.type("p = mmap 3*page rw")

    def clear(self):
        self.s.ctrl("a")
        self.s.ctrl("k")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() in (PROMPT, MORE), "an empty line")

    def lists(self, typed, *wanted):
        """The list that TAB shows has lines that match each of WANTED."""
        self.s.send(typed + "\t")
        for regex in wanted:
            self.s.wait_for(r"^  " + regex)
        self.s.expect(typed)
        shown = self.s.text()
        self.clear()
        return shown

    def completes(self, typed, wanted):
        self.s.send(typed + "\t")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT + wanted, wanted)
        self.clear()

    def test_protections(self):
        self.lists("mprotect p page ", r"rw +read and write$", r"none +no access at all$")

    def test_advice_in_a_call(self):
        self.lists("madvise(p, page, MADV_DO", r"MADV_DODUMP +undo", r"MADV_DONTNEED +drop the pages")

    def test_flags_not_given_yet(self):
        shown = self.lists("mmap page rw private|", r"anonymous +no file", r"populate +bring")
        self.assertNotRegex(shown, r"(?m)^  (shared|private) ")
        shown = self.lists("mmap(0, page, PROT_READ | PROT_", r"PROT_WRITE +may be written")
        self.assertNotRegex(shown, r"(?m)^  PROT_READ ")

    def test_commands_with_summaries(self):
        self.completes("mpro", "mprotect ")
        self.lists("m", r"mmap +map memory or a file$", r"munmap +give mapped memory back$")

    def test_variables_with_what_they_point_at(self):
        self.type("ptr = p + page")
        self.lists("*p", r"ptr +void \* 0x[0-9a-f]+, rw-p 12K")

    def test_an_argument_is_mostly_a_variable(self):
        shown = self.lists("munmap ", r"p +void \* 0x", r"page +the size of a page$")
        self.assertNotIn("vma_count", shown)

    def test_mapping_names(self):
        self.completes("maps lib", "maps libc.so.6 ")
        self.completes("maps faultline-t", "maps faultline-target ")
        self.lists("maps r", r"r-x +readable and executable$")

    def test_paths(self):
        os.mkdir(os.path.join(self.home, "some-folder"))
        with open(os.path.join(self.home, "some-folder", "a-script.fl"), "w", encoding="ascii") as f:
            f.write("1\n")
        self.completes('open "some-f', 'open "some-folder/')
        self.completes("source some-folder/a", "source some-folder/a-script.fl ")
        self.completes("!cat some-folder/a", "!cat some-folder/a-script.fl ")

    def test_outcomes(self):
        self.completes("expect SEGV_MA", "expect SEGV_MAPERR ")
        self.lists("expect ENO", r"ENOMEM +Cannot allocate memory$")
        self.lists("expect ", r"ok +it succeeds$", r"perms +permissions of a mapping")
        self.lists("expect l", r"lost +the target does not survive it$")

    def test_settings(self):
        self.completes("set addr", "set addresses ")
        self.lists("set addresses ", r"named$", r"plain +as it is now$")

    def test_in_the_middle(self):
        self.s.send("mprot p page none\x01" + "\x1b[C" * 5 + "\t")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT + "mprotect", "the whole word")
        self.s.wait_for(r"mprotect p page none$")

    def test_behind_semicolon_and_in_blocks(self):
        self.completes("x = 1; if (x) { mprot", "x = 1; if (x) { mprotect ")

    def test_line_that_goes_on(self):
        self.s.send("mprotect(p,\r")
        self.s.expect(MORE)
        self.s.send("page, PROT_WR\t")
        self.s.expect(MORE + "page, PROT_WRITE")
        self.s.ctrl("u")
        self.s.send("page, \t")
        self.s.wait_for(r"^  PROT_EXEC +may be executed$")
        self.s.ctrl("c")

    def test_narrow(self):
        self.s.resize(30, 45)
        self.lists("madvise p page dont", r"dontneed +drop the.*…$")
        self.assertTrue(all(len(line) <= 30 for line in self.s.text().split("\n")))

    def test_many(self):
        self.s.send("PROT_READ + M\t")
        self.s.wait_for(r"Display all \d+ possibilities")
        self.s.send("n")
        self.s.expect(PROMPT + "PROT_READ + M")


class Signature(Session):
    """The synopsis below the line, the argument at the cursor marked; the line stays."""

    def marked(self, regex):
        """The line below the synopsis marks what REGEX matches in it."""
        match = self.s.wait_for(r"^(  .*)\n( +\^~*)$")
        synopsis, marks = match.groups()
        start = marks.index("^")
        self.assertRegex(synopsis[start : len(marks)], f"^{regex}$")

    def shows(self, keys, typed, argument):
        self.type("p = mmap page rw")
        self.s.send(typed + keys)
        self.marked(argument)
        self.s.expect(PROMPT + typed)

    def test_meta_question_mark(self):
        self.shows("\x1b?", "mprotect p page ", "PROT")
        self.s.wait_for(r"^  PROT: protection: use r, w and x")

    def test_f1(self):
        self.shows("\x1bOP", "madvise(p, ", "LEN")

    def test_question_mark_at_the_end(self):
        self.shows("?\r", "mprotect p ", "LEN")
        self.s.send("page none\r")
        self.s.wait_for(r"^mprotect\(0x[0-9a-f]+, 4096, PROT_NONE\) = 0$")

    def test_in_the_middle(self):
        self.s.send("mmap(0, page, PROT_READ)" + "\x1b[D" * 13 + "\x1b?")
        self.marked("LEN")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT + "mmap(0, pag", "the cursor's place")
        self.s.wait_for(r"mmap\(0, page, PROT_READ\)$")

    def test_nothing_there(self):
        self.s.send("1 + \x1b?")
        self.s.wait_for(r"^  no call or command stands here")
        self.s.expect(PROMPT + "1 + ")

    def test_raw_call(self):
        self.s.send("getpriority(\x1b?")
        self.s.wait_for(r"^  getpriority\(…\): system call number \d+")

    def test_alone_it_is_help(self):
        self.s.resize(100, 60)
        self.assertIn("Mapping memory: mmap", self.type("?"))

    def test_ternary_is_no_question(self):
        self.assertEqual(self.type("1 ? 2 : 3"), "= 2")


if __name__ == "__main__":
    tap.main()
