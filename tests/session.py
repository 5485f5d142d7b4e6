# SPDX-License-Identifier: GPL-3.0-or-later
"""A faultline that is talked to: statements in, the lines that each printed out."""

import selectors
import subprocess
import time

END = "---- end of answer ----"
TIMEOUT = 30


class Session:
    """One running faultline, fed through a pipe. Errors and output come together, in order."""

    def __init__(self, command, directory, env, *args):
        self.child = subprocess.Popen([*command, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, cwd=directory, env=env)
        self.buffer = b""

    def ask(self, statement):
        """The lines that STATEMENT printed."""
        self.child.stdin.write(f"{statement}\necho \"{END}\"\n".encode())
        self.child.stdin.flush()
        lines = []
        while True:
            line = self.read_line()
            if line == END:
                return lines
            lines.append(line)

    def read_line(self):
        selector = selectors.DefaultSelector()
        selector.register(self.child.stdout, selectors.EVENT_READ)
        deadline = time.monotonic() + TIMEOUT
        while b"\n" not in self.buffer:
            if not selector.select(max(0, deadline - time.monotonic())):
                self.child.kill()
                raise AssertionError(f"no answer within {TIMEOUT} seconds")
            data = self.child.stdout.read1(65536)
            if not data:
                raise AssertionError(f"faultline ended; its last words: {self.buffer!r}")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("utf-8", "backslashreplace")

    def value(self, expression):
        """The number that EXPRESSION has."""
        for line in self.ask(expression):
            if line.startswith("= "):
                return int(line.split()[1], 0)
        raise AssertionError(f"{expression} has no value")

    def close(self):
        """Ends the session; its exit status."""
        self.child.stdin.close()
        self.child.stdout.read()
        self.child.stdout.close()
        return self.child.wait(TIMEOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.close()
