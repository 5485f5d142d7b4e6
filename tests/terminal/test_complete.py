#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultline at a terminal: TAB completes what fits the argument and lists it with its meaning; M-?, F1 and ? at the
end of a line show what a call takes."""

import os
import re

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

    def test_advice_on_a_small_screen(self):
        """All of them with their meanings, a screen at a time, and no line of them twice."""
        self.s.resize(80, 24)
        self.s.send("madvise(p, page, \t")
        self.s.wait_for(r"^  MADV_COLD +\S.*\n(.*\n)*--more-- \(space: go on, q: stop\)$")
        self.s.send(" ")
        self.s.wait_for(r"^  MADV_WIPEONFORK +a forked child reads zeros here$")
        self.s.expect("madvise(p, page, ")
        shown = self.s.everything()
        self.assertNotIn("--more--", shown)
        self.assertEqual(len(re.findall(r"(?m)^  MADV_DONTNEED ", shown)), 1)

    def test_list_is_left(self):
        self.s.resize(80, 24)
        self.s.send("madvise(p, page, \t")
        self.s.wait_for(r"^--more-- ")
        self.s.send("q")
        self.s.expect(PROMPT + "madvise(p, page, ")
        self.assertNotRegex(self.s.text(), "(?m)^  MADV_WIPEONFORK")

    def test_key_ends_the_list_and_is_typed(self):
        self.s.resize(80, 24)
        self.s.send("madvise(p, page, \t")
        self.s.wait_for(r"^--more-- ")
        self.s.send("M")
        self.s.expect(PROMPT + "madvise(p, page, M")

    def test_interrupt_ends_the_list(self):
        self.s.resize(80, 24)
        self.s.send("madvise(p, page, \t")
        self.s.wait_for(r"^--more-- ")
        self.s.ctrl("c")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT, "an empty line")
        self.assertEqual(self.type("2"), "= 2")

    def test_symbols(self):
        """Of the C library, where no name of faultline's own begins so."""
        self.completes("strcp", "strcpy(")
        self.completes("n = strcp", "n = strcpy(")
        self.completes('sym("strcp', 'sym("strcpy"')
        shown = self.lists("put", r".*\bputs\b")
        self.assertRegex(shown, r"(?m)^  .*\bputchar\b")

    def test_fields_and_flags_of_smaps(self):
        self.lists('smaps(p, "Pss', r"Pss +in memory, each page divided", r"Pss_Dirty +the part")
        self.lists('vmflag(p, "s', r"sl +sealed")
        self.completes('vmflag(p, "lo', 'vmflag(p, "lo"')

    def test_names_that_the_user_made(self):
        self.type("checkpoint clean")
        self.type("watch *p")
        self.type("alias mylib maps libc.so.6")
        self.completes("restore ", "restore clean ")
        self.completes("forget cl", "forget clean ")
        self.completes("unwatch ", "unwatch 1 ")
        self.completes("unalias ", "unalias mylib ")

    def test_in_the_text_of_an_alias(self):
        self.completes("alias a mprot", "alias a mprotect ")
        self.lists("alias a mprotect p page ", r"rw +read and write$")
        self.lists("watch ", r"p +void \* 0x")

    def test_errors_and_calls_to_explain(self):
        self.completes("explain EINVA", "explain EINVAL ")
        self.completes("explain EINVAL mprot", "explain EINVAL mprotect ")

    def test_advice_in_command_form(self):
        self.lists("madvise p page guard_", r"guard_install +make the pages fault", r"guard_remove +undo")

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

    def test_narrow(self):
        """The synopsis is broken into lines, the marks stand below their own."""
        self.s.resize(40, 24)
        self.s.send("mmap(0, page, PROT_READ, MAP_PRIVATE, \x1b?")
        self.marked("FD")
        self.s.wait_for(r"^  FD: a descriptor of the target$")

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
