#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Range commands at a terminal: progress, and ^C that ends them and leaves the target alive."""

from session import PROMPT, Session

import tap


class Interrupt(Session):
    """Each works on far more than can be done before the key is pressed."""

    def interrupt(self, statement, word, done):
        self.s.send(statement + "\r")
        self.s.wait_for(rf"^  {word}  .* of 256G, \d+%  \(\^C stops\)$")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        text = self.s.text()
        self.assertIn("--- interrupted ---", text)
        self.assertNotIn("(^C stops)", text)
        self.assertRegex(text, done)
        self.assertEqual(self.type("2"), "= 2")

    def test_compare(self):
        self.type("p = mmap 256G r private|anon|noreserve")
        self.interrupt("compare p p 256G", "compare", r"\d+ bytes are equal up to there")

    def test_find(self):
        self.type('f = open "/dev/zero"')
        self.type("p = mmap 256G r private|noreserve f")
        self.interrupt('find p 256G "x"', "find", r"nothing found in .* until it was interrupted")

    def test_touch(self):
        self.type("p = mmap 256G r private|anon|noreserve")
        self.interrupt("touch p 256G", "touch", r"\d+ pages touched by a load each, of 67108864: ")


if __name__ == "__main__":
    tap.main()
