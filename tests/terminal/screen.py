# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program under a pseudo-terminal and keeps the screen that a user would see.

    with Screen(["bash", "--norc"]) as s:
        s.expect("$ ")                  # wait until the cursor's line ends with this, at the cursor
        s.send("echo hello\\r")
        s.wait_for("^hello")            # wait until some line of the screen matches
        s.ctrl("d")
        status = s.close()              # exit status; negative: the signal that killed it

Every wait has a limit; when it passes, the AssertionError shows the screen.
"""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

TIMEOUT = float(os.environ.get("FAULTLINE_TERMINAL_TIMEOUT", "10"))
CSI = re.compile(r"\x1b\[([?>=!]?)([0-9;:]*)([ -/]*)([@-~])")
OSC = re.compile(r"\x1b\].*?(?:\x07|\x1b\\)", re.S)
UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:?>=! -/]*|\](?:[^\x07\x1b]|\x1b(?!\\))*|[()]?)\Z", re.S)


class Cell:
    """One place of the screen: a character (empty behind a wide one) and the attributes it was written with."""

    __slots__ = ("char", "attrs")

    def __init__(self, char=" ", attrs=frozenset()):
        self.char = char
        self.attrs = attrs


class Terminal:
    """The screen itself: feed() it what a program writes. Rows and columns count from 0."""

    def __init__(self, columns=80, rows=24):
        self.columns = columns
        self.rows = rows
        self.cells = [self.blank() for _ in range(rows)]
        self.x = self.y = 0
        self.wrap = False  # the last column was written: the next character goes to the next line
        self.attrs = frozenset()
        self.top, self.bottom = 0, rows - 1  # scroll region, both inclusive
        self.modes = set()  # private modes that are on, such as 2004 (bracketed paste)
        self.saved = (0, 0)
        self.scrolled = []  # lines that left at the top, as text
        self.bells = 0
        self.unknown = []  # sequences that this terminal does not know
        self.answer = lambda text: None  # receives replies to queries
        self.pending = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def blank(self):
        return [Cell() for _ in range(self.columns)]

    def feed(self, data):
        text = self.pending + self.decoder.decode(data)
        self.pending = ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b" and UNFINISHED.match(text, at):
                self.pending = text[at:]
                return
            at = self.take(text, at)

    def take(self, text, at):
        """Obeys the character or sequence at AT; returns where the next one begins."""
        if text[at] != "\x1b":
            self.control(text[at]) if text[at] < " " or text[at] == "\x7f" else self.put(text[at])
            return at + 1
        match = CSI.match(text, at)
        if match:
            self.csi(match)
            return match.end()
        match = OSC.match(text, at)
        if match:
            return match.end()
        return self.escape(text, at + 1)

    def escape(self, text, at):
        char = text[at]
        if char in "()":
            return at + 2  # character sets: everything here is UTF-8
        if char == "M":
            self.reverse_line_feed()
        elif char == "D":
            self.line_feed()
        elif char == "E":
            self.x = 0
            self.line_feed()
        elif char == "7":
            self.saved = (self.x, self.y)
        elif char == "8":
            self.move(*self.saved)
        elif char not in "=>\\":
            self.unknown.append("ESC " + char)
        return at + 1

    def control(self, char):
        if char == "\r":
            self.move(0, self.y)
        elif char in "\n\v\f":
            self.line_feed()
        elif char == "\b":
            self.move(self.x - 1, self.y)
        elif char == "\t":
            self.move(min((self.x // 8 + 1) * 8, self.columns - 1), self.y)
        elif char == "\a":
            self.bells += 1

    def put(self, char):
        if unicodedata.combining(char):
            before = self.cells[self.y][max(self.x - (0 if self.wrap else 1), 0)]
            before.char += char
            return
        width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if self.wrap or self.x + width > self.columns:
            self.x = 0
            self.line_feed()
        self.wrap = False
        for i in range(width):
            self.cells[self.y][self.x + i] = Cell(char if i == 0 else "", self.attrs)
        self.x += width
        if self.x >= self.columns:
            self.x = self.columns - 1
            self.wrap = True

    def move(self, x, y):
        self.x = max(0, min(x, self.columns - 1))
        self.y = max(0, min(y, self.rows - 1))
        self.wrap = False

    def line_feed(self):
        self.wrap = False
        if self.y == self.bottom:
            self.scroll_up(1)
        elif self.y < self.rows - 1:
            self.y += 1

    def reverse_line_feed(self):
        if self.y == self.top:
            self.scroll_down(self.top, 1)
        else:
            self.move(self.x, self.y - 1)

    def scroll_up(self, n, top=None):
        top = self.top if top is None else top
        for _ in range(min(n, self.bottom - top + 1)):
            gone = self.cells.pop(top)
            if top == 0:
                self.scrolled.append(text_of(gone))
            self.cells.insert(self.bottom, self.blank())

    def scroll_down(self, top, n):
        for _ in range(min(n, self.bottom - top + 1)):
            self.cells.pop(self.bottom)
            self.cells.insert(top, self.blank())

    def csi(self, match):
        private, numbers, middle, final = match.groups()
        n = [int(part) if part else 0 for part in re.split("[;:]", numbers)]
        if private == "?" and final in "hl":
            change = self.modes.add if final == "h" else self.modes.discard
            for mode in n:
                change(mode)
        elif private or middle or final not in self.CSI_METHODS:
            self.unknown.append(match.group(0)[1:])
        else:
            self.CSI_METHODS[final](self, n)

    def erase(self, x, y, count):
        for i in range(x, min(x + count, self.columns)):
            self.cells[y][i] = Cell()

    def erase_line(self, n):
        start, end = {0: (self.x, self.columns), 1: (0, self.x + 1), 2: (0, self.columns)}[n[0]]
        self.erase(start, self.y, end - start)

    def erase_screen(self, n):
        if n[0] in (0, 1):
            self.erase_line(n)
        rows = {0: range(self.y + 1, self.rows), 1: range(self.y)}.get(n[0], range(self.rows))
        for y in rows:
            self.cells[y] = self.blank()

    def insert_chars(self, n):
        row = self.cells[self.y]
        for _ in range(min(one(n), self.columns)):
            row.insert(self.x, Cell())
        del row[self.columns :]

    def delete_chars(self, n):
        row = self.cells[self.y]
        del row[self.x : self.x + one(n)]
        row += [Cell() for _ in range(self.columns - len(row))]

    def insert_lines(self, n):
        if self.top <= self.y <= self.bottom:
            self.scroll_down(self.y, one(n))

    def delete_lines(self, n):
        if self.top <= self.y <= self.bottom:
            for _ in range(min(one(n), self.bottom - self.y + 1)):
                self.cells.pop(self.y)
                self.cells.insert(self.bottom, self.blank())

    def set_region(self, n):
        self.top = max(n[0] - 1, 0)
        self.bottom = (n[1] if len(n) > 1 and n[1] else self.rows) - 1
        self.move(0, 0)

    def select_attrs(self, n):
        """SGR: the parameters of 38 and 48 stay together as one attribute, such as `38;5;9`."""
        n = list(n)
        while n:
            code = n.pop(0)
            if code == 0:
                self.attrs = frozenset()
            elif code in (38, 48) and n:
                size = {5: 2, 2: 4}.get(n[0], 1)
                rest, n = n[:size], n[size:]
                self.add_attr(code, ";".join(map(str, [code] + rest)))
            else:
                self.add_attr(code, str(code))

    def add_attr(self, code, text):
        group = attr_group(code)
        kept = {a for a in self.attrs if attr_group(int(a.split(";")[0])) != group}
        self.attrs = frozenset(kept if code in ATTR_OFF else kept | {text})

    def report(self, n):
        if n[0] == 6:
            self.answer(f"\x1b[{self.y + 1};{self.x + 1}R")
        elif n[0] == 5:
            self.answer("\x1b[0n")

    CSI_METHODS = {
        "A": lambda t, n: t.move(t.x, t.y - one(n)),
        "B": lambda t, n: t.move(t.x, t.y + one(n)),
        "C": lambda t, n: t.move(t.x + one(n), t.y),
        "D": lambda t, n: t.move(t.x - one(n), t.y),
        "E": lambda t, n: t.move(0, t.y + one(n)),
        "F": lambda t, n: t.move(0, t.y - one(n)),
        "G": lambda t, n: t.move(one(n) - 1, t.y),
        "H": lambda t, n: t.move(max(n[1] if len(n) > 1 else 1, 1) - 1, one(n) - 1),
        "f": lambda t, n: t.move(max(n[1] if len(n) > 1 else 1, 1) - 1, one(n) - 1),
        "d": lambda t, n: t.move(t.x, one(n) - 1),
        "J": erase_screen,
        "K": erase_line,
        "@": insert_chars,
        "P": delete_chars,
        "X": lambda t, n: t.erase(t.x, t.y, one(n)),
        "L": insert_lines,
        "M": delete_lines,
        "S": lambda t, n: t.scroll_up(one(n)),
        "T": lambda t, n: t.scroll_down(t.top, one(n)),
        "m": select_attrs,
        "n": report,
        "r": set_region,
        "s": lambda t, n: setattr(t, "saved", (t.x, t.y)),
        "u": lambda t, n: t.move(*t.saved),
        "h": lambda t, n: None,
        "l": lambda t, n: None,
    }

    def resize(self, columns, rows):
        """Cuts or fills on the right; lines go and come at the top, as the cursor's line must stay."""
        self.columns = columns
        for row in self.cells:
            del row[columns:]
            row += [Cell() for _ in range(columns - len(row))]
        while len(self.cells) > rows:
            if self.y < len(self.cells) - 1:
                self.cells.pop()
            else:
                self.scrolled.append(text_of(self.cells.pop(0)))
                self.y -= 1
        self.cells += [self.blank() for _ in range(rows - len(self.cells))]
        self.rows = rows
        self.top, self.bottom = 0, rows - 1
        self.move(self.x, self.y)

    def line(self, y):
        return text_of(self.cells[y])

    def text(self):
        """The screen, without blank lines at its end."""
        return "\n".join(self.line(y) for y in range(self.rows)).rstrip("\n")

    def before_cursor(self):
        """The cursor's line up to the cursor."""
        x = self.columns if self.wrap else self.x
        return "".join(cell.char for cell in self.cells[self.y][:x])


# What an SGR code switches off or replaces: each group holds at most one attribute.
ATTR_OFF = {22, 23, 24, 25, 27, 28, 29, 39, 49, 55, 59}
ATTR_GROUPS = {1: 1, 2: 1, 22: 1, 3: 3, 23: 3, 4: 4, 21: 4, 24: 4, 5: 5, 25: 5, 7: 7, 27: 7, 8: 8, 28: 8, 9: 9, 29: 9}


def attr_group(code):
    if 30 <= code <= 39 or 90 <= code <= 97:
        return 30
    if 40 <= code <= 49 or 100 <= code <= 107:
        return 40
    return ATTR_GROUPS.get(code, code)


def one(n):
    """The first parameter of a sequence, where 0 means 1."""
    return n[0] or 1


def text_of(row):
    return "".join(cell.char for cell in row).rstrip()


class Screen:
    """A program at a terminal of its own."""

    def __init__(self, argv, columns=80, rows=24, term="xterm-256color", env=None, cwd=None):
        self.terminal = Terminal(columns, rows)
        self.terminal.answer = self.send
        self.raw = b""  # all that the program wrote
        self.status = None
        self.ended = False
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TERM": term}
        environment.update(env or {})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.become(argv, environment, columns, rows, cwd)
        self.set_size(columns, rows)

    @staticmethod
    def become(argv, environment, columns, rows, cwd):
        """In the child. Python ignores SIGPIPE; the program must not inherit that."""
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            if cwd:
                os.chdir(cwd)
            os.execvpe(argv[0], argv, environment)
        finally:
            os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def set_size(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        """The kernel sends SIGWINCH to the foreground process group."""
        self.terminal.resize(columns, rows)
        self.set_size(columns, rows)

    def send(self, text):
        data = text.encode() if isinstance(text, str) else text
        while data:
            # A program that does not read must not block the test: take what it writes meanwhile.
            _, writable, _ = select.select([], [self.fd], [], 0.05)
            if writable:
                data = data[os.write(self.fd, data[:512]) :]
            self.pump(0)

    def ctrl(self, letter):
        self.send(bytes([ord(letter.upper()) & 0x1F]))

    def paste(self, text):
        """As a terminal in bracketed paste mode does; outside of it, as if typed."""
        if 2004 in self.terminal.modes:
            text = f"\x1b[200~{text}\x1b[201~"
        self.send(text)

    def pump(self, seconds):
        """Takes what the program writes within SECONDS; False once it has closed its terminal."""
        if self.ended:
            return False
        readable, _, _ = select.select([self.fd], [], [], seconds)
        if not readable:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        if not data:
            self.ended = True
            return False
        self.raw += data
        self.terminal.feed(data)
        return True

    def wait_until(self, holds, what, timeout=TIMEOUT):
        """Returns HOLDS() once it is true."""
        end = time.monotonic() + timeout
        while True:
            found = holds()
            if found:
                return found
            left = end - time.monotonic()
            if left <= 0 or not self.pump(min(left, 0.2)) and not holds():
                why = "the program ended" if self.ended else f"{timeout:g} s passed"
                raise AssertionError(f"waited for {what}, but {why}; the screen:\n{self.frame()}")

    def wait_for(self, regex, timeout=TIMEOUT):
        """Waits until the screen's text matches (^ and $ match at lines); returns the match."""
        pattern = re.compile(regex, re.M)
        return self.wait_until(lambda: pattern.search(self.text()), f"/{regex}/", timeout)

    def expect(self, prompt, timeout=TIMEOUT):
        """Waits until the text before the cursor ends with PROMPT."""
        return self.wait_until(lambda: self.terminal.before_cursor().endswith(prompt), repr(prompt), timeout)

    def settle(self, quiet=0.15):
        """Takes output until the program has been silent for a while."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            before = len(self.raw)
            if not self.pump(quiet) or len(self.raw) == before:
                return

    def line(self, y):
        """Line Y of the screen; negative: from the last line that is not blank."""
        lines = self.text().split("\n")
        return self.terminal.line(y) if y >= 0 else lines[y]

    def text(self):
        return self.terminal.text()

    def everything(self):
        """What scrolled away as well."""
        return "\n".join(self.terminal.scrolled + [self.text()])

    def attrs(self, y, x):
        """The SGR attributes of a cell, such as {"1", "31"}."""
        return set(self.terminal.cells[y][x].attrs)

    def cursor(self):
        return self.terminal.x, self.terminal.y

    def frame(self):
        lines = [f"|{self.terminal.line(y):<{self.terminal.columns}}|" for y in range(self.terminal.rows)]
        while len(lines) > 1 and not lines[-1].strip("| "):
            lines.pop()
        return "\n".join(lines + [f"cursor at column {self.terminal.x}, row {self.terminal.y}"])

    def reap(self, timeout):
        """True once the program has ended; its output is taken meanwhile, or it could not end."""
        end = time.monotonic() + timeout
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() > end:
                return False
            if not self.pump(0.05):
                time.sleep(0.01)
        return True

    def close(self, timeout=TIMEOUT):
        """Waits for the program's end; returns its exit status, or minus the signal that killed it."""
        if not self.reap(timeout):
            frame = self.frame()
            self.kill()
            raise AssertionError(f"the program did not end within {timeout:g} s; the screen:\n{frame}")
        while self.pump(0.05) and select.select([self.fd], [], [], 0.05)[0]:
            pass
        self.release()
        return self.status

    def release(self):
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None
            self.ended = True

    def kill(self):
        """Ends the program if it still runs. Closing the terminal hangs up on what else uses it."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)
        self.release()
