#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal that the terminal tests use, tried with programs whose behaviour is known."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import tap
from screen import Screen, Terminal


def screen_of(data, columns=20, rows=4):
    terminal = Terminal(columns, rows)
    terminal.feed(data.encode())
    return terminal


class Sequences(unittest.TestCase):
    """What each control sequence does to the screen."""

    def shows(self, data, text, **size):
        terminal = screen_of(data, **size)
        self.assertEqual(terminal.text(), text)
        self.assertEqual(terminal.unknown, [])

    def test_text(self):
        self.shows("one\r\ntwo\r\n", "one\ntwo")

    def test_utf8_in_pieces(self):
        terminal = Terminal()
        for byte in "é→x".encode():
            terminal.feed(bytes([byte]))
        self.assertEqual(terminal.text(), "é→x")

    def test_wide_and_combining(self):
        terminal = screen_of("日e\u0301x")
        self.assertEqual(terminal.text(), "日e\u0301x")
        self.assertEqual(terminal.x, 4)

    def test_sequence_in_pieces(self):
        terminal = Terminal()
        for char in "ab\x1b[1;1Hx\x1b]0;title\x07y":
            terminal.feed(char.encode())
        self.assertEqual(terminal.text(), "xy")

    def test_backspace_tab_return(self):
        self.shows("abc\b\bX\r\tT\ra", "aXc     T")

    def test_wrap(self):
        self.shows("abcdefgh", "abcd\nefgh", columns=4)
        self.assertEqual(screen_of("abcd", columns=4).y, 0)
        self.shows("abcd\rX", "Xbcd", columns=4)

    def test_scroll(self):
        terminal = screen_of("1\r\n2\r\n3\r\n4", rows=3)
        self.assertEqual(terminal.text(), "2\n3\n4")
        self.assertEqual(terminal.scrolled, ["1"])

    def test_moves(self):
        self.shows("\x1b[2;3Hx\x1b[Ay", "   y\n  x")
        self.shows("abc\x1b[2Dz\x1b[Bw", "azc\n  w")
        self.shows("\x1b[5Gv\x1b[2Cu\x1b[3dt", "    v  u\n\n        t")
        self.shows("\x1b[99;99Hx\x1b[99A\x1b[99Dy", "y\n\n\n" + " " * 19 + "x")
        self.shows("ab\x1b7\x1b[3;3Hx\x1b8c", "abc\n\n  x")

    def test_erase(self):
        self.shows("abcdef\x1b[3D\x1b[K", "abc")
        self.shows("abcdef\x1b[3D\x1b[1K", "    ef")
        self.shows("abc\r\ndef\x1b[2K", "abc")
        self.shows("abc\r\ndef\x1b[1;2H\x1b[J", "a")
        self.shows("abc\r\ndef\x1b[2J", "")
        self.shows("abcdef\r\x1b[2X", "  cdef")

    def test_insert_and_delete(self):
        self.shows("abcdef\r\x1b[2@", "  abcdef")
        self.shows("abcdef\r\x1b[2P", "cdef")
        self.shows("1\r\n2\r\n3\x1b[1;1H\x1b[L", "\n1\n2\n3")
        self.shows("1\r\n2\r\n3\x1b[1;1H\x1b[M", "2\n3")

    def test_region(self):
        self.shows("1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[3;1H\n", "1\n3\n\n4")
        self.shows("1\r\n2\x1b[H\x1bM", "\n1\n2")

    def test_attributes(self):
        terminal = screen_of("\x1b[1;31mr\x1b[22mn\x1b[38;5;9mc\x1b[0mp")
        self.assertEqual([sorted(terminal.cells[0][x].attrs) for x in range(4)],
                         [["1", "31"], ["31"], ["38;5;9"], []])

    def test_modes(self):
        terminal = screen_of("\x1b[?2004h\x1b[?25l\x1b[?25h\x1b[?7l")
        self.assertEqual(terminal.modes, {2004, 25})

    def test_unknown_is_recorded(self):
        self.assertEqual(screen_of("\x1b[5!p").unknown, ["[5!p"])

    def test_resize(self):
        terminal = screen_of("1\r\n2\r\n3", rows=4)
        terminal.resize(10, 2)
        self.assertEqual((terminal.text(), terminal.y, terminal.scrolled), ("2\n3", 1, ["1"]))


PYTHON_CHILD = """
import os, signal, sys
def resized(*_):
    os.write(1, b"size %d %d\\n" % os.get_terminal_size())
signal.signal(signal.SIGWINCH, resized)
resized()
while True:
    try:
        line = input()
        print("got", repr(line), flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        continue
    except EOFError:
        break
sys.exit(7)
"""


class Programs(unittest.TestCase):
    """Real programs."""

    def test_cat(self):
        with Screen(["cat"]) as s:
            s.send("hello\r")
            s.wait_for(r"^hello\nhello$")
            s.ctrl("d")
            self.assertEqual(s.close(), 0)

    def test_child(self):
        with Screen([sys.executable, "-S", "-c", PYTHON_CHILD], columns=60, rows=10) as s:
            s.wait_for(r"^size 60 10$")
            s.send("abc\r")
            s.wait_for(r"^got 'abc'$")
            s.resize(40, 12)
            s.wait_for(r"^size 40 12$")
            s.ctrl("c")
            s.wait_for(r"interrupted$")
            s.ctrl("d")
            self.assertEqual(s.close(), 7)

    def test_killed(self):
        with Screen(["cat"]) as s:
            s.send("x\r")
            s.wait_for("^x$")
            s.kill()
            self.assertEqual(s.status, -9)

    def test_timeout_shows_the_screen(self):
        with Screen(["cat"]) as s:
            s.send("seen\r")
            with self.assertRaisesRegex(AssertionError, "seen"):
                s.wait_for("not there", timeout=0.3)
            with self.assertRaisesRegex(AssertionError, "did not end"):
                s.close(timeout=0.2)

    def test_not_found(self):
        with Screen(["/nonexistent"]) as s:
            self.assertEqual(s.close(), 127)

    @unittest.skipUnless(shutil.which("bash"), "there is no bash")
    def test_bash(self):
        with Screen(["bash", "--norc", "--noprofile"], env={"PS1": "$ ", "HISTFILE": ""}, columns=40) as s:
            s.expect("$ ")
            s.send("echo a b")
            s.expect("echo a b")
            s.send("\x1b[D\x1b[D\x1b[Dx")
            s.expect("echo x")
            s.ctrl("a")
            s.expect("$ ")
            s.ctrl("e")
            s.send("\r")
            s.wait_for(r"^xa b$")
            s.expect("$ ")
            s.send("echo " + "y" * 50)
            s.wait_for(r"^y+$")
            s.ctrl("u")
            s.wait_until(lambda: s.line(-1).rstrip() == "$", "an empty prompt")
            s.paste("echo pasted")
            s.expect("echo pasted")
            s.send("\r")
            s.wait_for(r"^pasted$")
            s.expect("$ ")
            s.send("exit 3\r")
            self.assertEqual(s.close(), 3)
            self.assertEqual(s.terminal.unknown, [])


if __name__ == "__main__":
    tap.main()
