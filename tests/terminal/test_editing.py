#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultline at a terminal: history, what is pasted, the empty line, hints, the init file."""

import os

from session import MORE, PROMPT, Session

import tap

UP = "\x1b[A"


class History(Session):
    """What was typed comes back."""

    def recalled(self, keys, wanted):
        self.s.send(keys)
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == wanted, wanted)

    def test_search(self):
        self.type("alpha = 1")
        self.type("beta = 2")
        self.s.ctrl("r")
        self.s.send("alp")
        self.s.wait_for(r"alp.*: alpha = 1$")
        self.s.send("\r")
        self.s.wait_for(r"^faultline> alpha = 1\nfaultline>$")
        self.assertEqual(self.type("alpha"), "= 1")

    def test_each_once(self):
        for line in ("1", "2", "1"):
            self.type(line)
        self.recalled(UP, PROMPT + "1")
        self.recalled(UP, PROMPT + "2")
        self.s.send(UP)
        self.s.settle()
        self.assertEqual(self.s.terminal.before_cursor(), PROMPT + "2")

    def test_each_once_in_the_next_session(self):
        for line in ("1", "2", "1"):
            self.type(line)
        self.leave()
        self.s = self.start()
        for wanted in ("quit", "1", "2"):
            self.recalled(UP, PROMPT + wanted)
        self.s.send(UP)
        self.s.settle()
        self.assertEqual(self.s.terminal.before_cursor(), PROMPT + "2")

    def test_several_lines_in_the_next_session(self):
        self.s.send("if (1) {\r")
        self.s.expect(MORE)
        self.s.send("40 + 2\r")
        self.s.expect(MORE)
        self.type("}")
        self.leave()
        self.s = self.start()
        self.recalled(UP, PROMPT + "quit")
        self.s.send(UP)
        self.s.wait_for(r"^faultline> if \(1\) \{\n40 \+ 2\n\}$")

    def test_several_lines_as_one(self):
        self.s.send("if (1) {\r")
        self.s.expect(MORE)
        self.s.send("40 + 2\r")
        self.s.expect(MORE)
        self.type("}")
        self.s.send(UP)
        self.s.wait_for(r"^faultline> if \(1\) \{\n40 \+ 2\n\}$")
        self.s.send("\r")
        self.s.wait_for(r"\}\n= 42 .*\nfaultline>$")


class Paste(Session):
    """What people copy from elsewhere."""

    def pasted(self, text):
        rows = len(self.s.terminal.scrolled) + self.s.terminal.y
        self.s.paste(text)
        self.s.settle()
        self.s.send("\r")
        self.s.settle()
        self.s.expect(PROMPT)
        return "\n".join(self.s.everything().split("\n")[rows:])

    def test_transcript(self):
        shown = self.pasted("faultline> n = 5\n"
                            "faultline> if (n) {\n"
                            "        -> n += 1\n"
                            "        -> }\n"
                            "faultline> n\n"
                            "= 99 (0x63)\n"
                            "faultline> *9999999\n"
                            "--- SIGSEGV {si_signo=SIGSEGV} ---\n"
                            "faultline> n * 2\n")
        self.assertRegex(shown, r"(?m)^= 6$")
        self.assertRegex(shown, r"(?m)^= 12 ")
        self.assertNotIn("error", shown.replace("error code", ""))

    def test_one_line_with_its_prompt(self):
        self.assertIn("= 42", self.pasted("faultline> 6 * 7"))

    def test_c(self):
        shown = self.pasted("/* a page to play with */\n"
                            "#include <sys/mman.h>\n"
                            "uint8_t *p = mmap(NULL, 4096,\n"
                            "                  PROT_READ | PROT_WRITE, // both\n"
                            "                  MAP_PRIVATE | MAP_ANONYMOUS,\n"
                            "                  -1, 0);\n"
                            "for (int i = 0; i < 4; i++)\n"
                            "        p[i] = i * i;\n"
                            "p[3];\n")
        self.assertRegex(shown, r"(?m)^= 9$")

    def test_script(self):
        shown = self.pasted("p = mmap page rw\n\n# a comment\n*p = 7\nexpect *p == 7\n*p * 6\n")
        self.assertIn("= 42", shown)


class EmptyLine(Session):
    """Enter goes on where x or read stopped; a command typed again does not."""

    def setUp(self):
        super().setUp()
        self.type("set hints off")
        self.type("p = mmap page rw")
        self.type("for (i = 0; i < 8; i++) ((u64 *)p)[i] = i + 100")

    def test_examine(self):
        self.assertRegex(self.type("x/2gd p"), r"100 +101")
        self.assertRegex(self.type(""), r"102 +103")
        self.assertRegex(self.type(""), r"104 +105")
        self.assertRegex(self.type("x/2gd p"), r"100 +101")

    def test_read(self):
        self.assertIn("64 00", self.type("read p 8"))
        self.assertIn("65 00", self.type(""))

    def test_pages(self):
        self.type("q = mmap 4*page rw")
        self.type("*(q + page) = 1")
        self.assertNotRegex(self.type("pages q page"), "(?m)^[0-9a-f]+  .  present")
        self.assertRegex(self.type(""), "(?m)^[0-9a-f]+  .  present")

    def test_nothing_to_go_on_with(self):
        self.type("x/2gd p")
        self.type("1")
        self.assertEqual(self.type(""), "")

    def test_not_remembered(self):
        self.type("x/2gd p")
        self.type("")
        self.s.send(UP)
        self.s.expect(PROMPT + "x/2gd p")


class Hints(Session):
    """Each hint once, none when they are off."""

    def test_after_a_fault(self):
        self.assertIn("hint: why ", self.type("*1"))
        self.assertNotIn("hint", self.type("*1"))

    def test_legend_of_colours(self):
        shown = self.type("maps libc")
        self.assertIn("hint: red is code, underlined where it is writable too; dim", shown)
        self.assertNotIn("hint", self.type("maps libc"))

    def test_no_legend_without_colour(self):
        self.s = self.start(env={"NO_COLOR": "1"})
        self.assertNotIn("hint", self.type("maps libc"))

    def test_each_once_among_others(self):
        self.type("p = mmap 2*page rw")
        self.assertIn("hint: why ", self.type("*1"))
        self.assertIn("hint: Enter ", self.type("read p 16"))
        self.assertIn("hint: help ", self.type("mprotect p+1 page r").replace("\n", " "))
        for line in ("*1", "read p 16", "mprotect p+1 page r"):
            self.assertNotIn("hint", self.type(line))

    def test_off(self):
        self.type("set hints off")
        self.assertNotIn("hint", self.type("*1"))

    def test_greeting_is_one_line(self):
        self.assertRegex(self.s.line(0), r"^faultline \S+: exploring process \d+\. help .*quit leaves\.$")
        self.assertEqual(self.s.line(1), PROMPT.strip())


class Shortcuts(Session):
    """watch, time, repeat, aliases."""

    def test_watch(self):
        self.type("p = mmap page rw")
        self.type("watch *p")
        self.assertIn("watch  *p: 0 → 7", self.type("*p = 7"))
        self.assertEqual(self.type("*p = 7"), "")
        self.type("unwatch")
        self.assertEqual(self.type("*p = 8"), "")

    def test_time(self):
        self.type("p = mmap page rw")
        self.assertRegex(self.type("time *p = 1"), r"^  took [0-9.]+ .?s, 1 minor fault$")

    def test_repeat(self):
        self.type("n = 0")
        self.type("repeat 5 n += 2")
        self.assertEqual(self.type("n"), "= 10 (0xa)")

    def test_repeat_stops(self):
        self.s.send("repeat 1000000000 1\r")
        self.s.wait_for(r"(^= 1\n){3}")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        self.assertEqual(self.type("2"), "= 2")

    def test_habits(self):
        """Other debuggers' words are commands here."""
        self.type("p = mmap page rw")
        self.type("eq p 0x4142434445464748")
        self.assertIn("0x4142434445464748", self.type("dq p L1"))
        for line in ("hexdump p 8", "db p 8"):
            self.assertIn("48 47 46 45 44 43 42 41", self.type(line))
        self.assertIn("rw-p", self.type("vmmap p"))
        self.assertIn("rw-p", self.type("vprot p"))
        self.assertIn("owner", self.type("xinfo p"))
        self.assertIn("0x4142434445464748", self.type("telescope p 1"))

    def test_words_that_are_none(self):
        """What has no counterpart names ours."""
        for line, ours in (("print 1", "the expression alone"), ("break main", "no breakpoints"),
                           ("struct a b", "no structures"), ("x/2i puts", r'sym("puts")'),
                           ("r", "regs"), ("ls", "!ls"), ("man mmap", "help")):
            self.assertIn(ours, self.type(line).replace("\n    ", " "))

    def test_name_of_a_command(self):
        """The error offers the name that works, and it does."""
        self.assertIn("is $x", self.type("x = mmap page rw"))
        self.assertIn("$x = ", self.type("*x = 7").replace("\n    ", " "))
        self.type("$x = mmap page rw")
        self.type("*$x = 7")
        self.assertEqual(self.type("*$x"), "= 7")

    def test_alias(self):
        self.type("alias mylib maps libc.so.6")
        self.assertRegex(self.type("mylib"), r"r--p .* 00000000  ")
        self.s.send("myl\t")
        self.s.expect(PROMPT + "mylib ")


class Init(Session):
    """$XDG_CONFIG_HOME/faultline/init."""

    def write(self, text):
        folder = os.path.join(self.home, "config", "faultline")
        os.makedirs(folder)
        with open(os.path.join(folder, "init"), "w", encoding="ascii") as f:
            f.write(text)

    def test_is_run(self):
        self.write("seven = 7\nset hints off\n")
        self.s = self.start()
        self.assertEqual(self.type("seven"), "= 7")
        self.assertNotIn("hint", self.type("*1"))

    def test_norc(self):
        self.write("seven = 7\n")
        self.s = self.start("--norc")
        self.assertNotIn("= 7", self.type("seven"))

    def test_error_names_its_place(self):
        self.write("seven = 7\nnonsense here\n")
        self.s = self.start()
        self.s.wait_for(r"faultline/init:2:1: error: ")
        self.assertEqual(self.type("seven"), "= 7")

    def test_runs_once(self):
        self.write("echo \"init was here\"\n")
        self.s = self.start("-i", "-c", "1")
        self.assertEqual(self.s.text().count("init was here"), 1)


if __name__ == "__main__":
    tap.main()
