#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Range commands at a terminal: progress, and ^C that ends them and leaves the target alive."""

import os
import subprocess

from session import PROMPT, Session

import tap

# 256 GiB of addresses that take no more than 64 MiB of memory: the same file over and over.
LARGE = """set echo off
fd = memfd_create "large"
ftruncate fd 64M
p = mmap 256G none private|anon|noreserve
for (i = 0; i < 4096; i++) mmap(p + i*64M, 64M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0)
set echo on
"""


class Interrupt(Session):
    """Each works on far more than can be done before the key is pressed."""

    def interrupt(self, statement, word, done, of="256G"):
        self.s.send(statement + "\r")
        self.s.wait_for(rf"^  {word}  .* of {of}, \d+%  \(\^C stops\)$")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        text = self.s.text()
        self.assertIn("--- interrupted ---", text)
        self.assertNotIn("(^C stops)", text)
        self.assertRegex(text, done)
        self.assertEqual(self.type("2"), "= 2")


class Reserved(Interrupt):
    """What reads, on memory that is all the zero page or a device."""

    def test_find(self):
        self.type('f = open "/dev/zero"')
        self.type("p = mmap 256G r private|noreserve f")
        self.interrupt('find p 256G "x"', "find", r"nothing found in .* until it was interrupted")

    def test_touch(self):
        self.type("p = mmap 256G r private|anon|noreserve")
        self.interrupt("touch p 256G", "touch", r"\d+ pages touched by a load each, of 67108864: ")


class Shared(Interrupt):
    """What writes too."""

    def start(self, *args, **more):
        script = os.path.join(self.home, "large.fl")
        with open(script, "w", encoding="ascii") as f:
            f.write(LARGE)
        return super().start("-i", script, *args, **more)

    def test_fill(self):
        self.interrupt("fill p 256G 7", "fill", r"\d+ bytes filled at 0x[0-9a-f]+, of 274877906944")

    def test_copy_up(self):
        self.interrupt("copy p p+128G 128G", "copy", r"\d+ bytes copied to 0x[0-9a-f]+, of 137438953472", "128G")

    def test_copy_down(self):
        self.interrupt("copy p+64M p 128G", "copy",
                       r"\d+ bytes copied, from the end down, to 0x[0-9a-f]+, of 137438953472", "128G")

    def test_compare(self):
        self.interrupt("compare p p+128G 128G", "compare", r"\d+ bytes are equal up to there", "128G")

    def test_checksum(self):
        self.interrupt("checksum p 256G", "checksum", r"CRC-32 [0-9a-f]{8} of \d+ bytes at 0x[0-9a-f]+, of 274877906944")

    def test_strings(self):
        self.interrupt("strings p 256G", "strings", r"0 strings")

    def test_save(self):
        pipe = os.path.join(self.home, "pipe")
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.DEVNULL):
            self.interrupt("save pipe p 256G", "save", r'\d+ bytes saved to "pipe", of 274877906944')

    def test_load(self):
        self.interrupt("load /dev/zero p 256G", "load", r'\d+ bytes loaded from "/dev/zero" to 0x[0-9a-f]+, of 274877906944')

    def test_telescope(self):
        self.s.send("telescope p 1000000000\r")
        self.s.wait_for(r"^0x[0-9a-f]+  0$")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        self.assertEqual(self.type("2"), "= 2")


if __name__ == "__main__":
    tap.main()
