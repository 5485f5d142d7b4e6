#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultline at a terminal: prompt, history, completion, ^C, ^D, statements of several lines, colour."""

import os
import signal
import stat
import time

from session import PROMPT, Session

import tap

# What ^C at a running statement may take: the signal, its repeats, a loaded machine. Killing comes after 2 s.
SOON = 1.9


class Lines(Session):
    """Typing statements."""

    def test_value(self):
        self.assertEqual(self.type("6 * 7"), "= 42 (0x2a)")

    def test_map_store_load(self):
        self.assertIn("rw-p", self.type("p = mmap 4K rw"))
        self.type("*p = 100")
        self.assertEqual(self.type("*p"), "= 100 (0x64)")

    def test_fault_does_not_end_it(self):
        self.assertIn("SEGV_MAPERR", self.type("*9999999"))
        self.assertEqual(self.type("1 + 1"), "= 2")

    def test_blank_line(self):
        self.assertEqual(self.type(""), "")

    def test_several_lines(self):
        self.s.send("if (1 == 1) {\r")
        self.s.wait_until(lambda: self.s.cursor()[0] > 0 and not self.s.terminal.before_cursor().startswith(PROMPT),
                          "a prompt for the rest")
        self.s.send("40 + 2\r")
        self.assertNotIn("= 42", self.s.text())
        self.assertIn("= 42", self.type("}"))

    def test_paste(self):
        self.s.paste("a = 40\nb = 2\na + b\n")
        self.s.settle()
        if not self.s.terminal.before_cursor().endswith(PROMPT):
            self.s.send("\r")
        self.s.wait_for(r"^= 42 ")

    def test_no_unknown_sequences(self):
        self.type("maps")
        self.assertEqual(self.s.terminal.unknown, [])


class Leaving(Session):
    """How a session ends."""

    def test_end_of_input(self):
        self.type("1")
        self.s.ctrl("d")
        self.assertEqual(self.s.close(), 0)

    def test_quit(self):
        self.assertEqual(self.leave(), 0)

    def test_target_goes_too(self):
        children = f"/proc/{self.s.pid}/task/{self.s.pid}/children"
        with open(children, encoding="ascii") as f:
            targets = [int(pid) for pid in f.read().split()]
        self.assertTrue(targets)
        self.s.kill()
        end = time.monotonic() + 5
        while any(is_running(pid) for pid in targets):
            self.assertLess(time.monotonic(), end, "the target outlives the shell")
            time.sleep(0.02)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


class Lending(Session):
    """A target that uses the terminal."""

    def targets(self):
        with open(f"/proc/{self.s.pid}/task/{self.s.pid}/children", encoding="ascii") as f:
            return [int(pid) for pid in f.read().split()]

    def test_reads_a_line(self):
        self.type("p = mmap page rw")
        self.s.send("n = read(0, p, 10)\r")
        self.s.settle(0.3)
        self.s.send("hello\r")
        self.s.expect(PROMPT)
        self.assertEqual(self.type("n == 6 && *(u8 *)p == 'h'"), "= 1")

    def test_modes_are_taken_back(self):
        """Without echo and without lines nobody could go on typing: TCGETS, no local modes, TCSETS."""
        self.type("p = mmap page rw")
        self.type("expect ok ioctl(0, 0x5401, p)")
        self.type("*(u32 *)(p + 12) = 0")
        self.type("expect ok ioctl(0, 0x5402, p)")
        self.assertEqual(self.type("40 + 2"), "= 42 (0x2a)")
        self.assertIn(PROMPT + "40 + 2", self.s.everything())

    def test_lost_while_it_has_the_terminal(self):
        self.type("p = mmap page rw")
        self.s.send("read(0, p, 10)\r")
        self.s.settle(0.3)
        os.kill(self.targets()[0], signal.SIGKILL)
        self.s.expect(PROMPT)
        self.assertIn("--- lost: the target was killed by SIGKILL", self.s.everything())
        self.assertEqual(self.type("1 + 1"), "= 2")


class Interrupt(Session):
    """^C."""

    def interrupt(self):
        """^C at a statement that runs; the prompt is back soon."""
        start = time.monotonic()
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        self.assertLess(time.monotonic() - start, SOON)

    def run_on(self, line):
        """Types a statement that does not end by itself."""
        self.s.send(line + "\r")
        self.s.settle(0.3)
        self.assertNotEqual(self.s.terminal.before_cursor(), PROMPT, "the statement ended by itself")

    def test_abandons_the_line(self):
        self.s.send("1 + ")
        self.s.expect(PROMPT + "1 + ")
        self.s.ctrl("c")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT, "an empty prompt")
        self.assertEqual(self.type("2"), "= 2")

    def test_abandons_an_unfinished_statement(self):
        self.s.send("while (1) {\r")
        self.s.settle()
        self.s.ctrl("c")
        self.s.wait_until(lambda: self.s.terminal.before_cursor() == PROMPT, "an empty prompt")
        self.assertEqual(self.type("2"), "= 2")

    def test_stops_a_loop(self):
        self.run_on("while (1) {}")
        self.interrupt()
        self.assertEqual(self.type("2"), "= 2")

    def test_stops_a_loop_of_accesses(self):
        self.type("p = mmap 4K rw")
        self.run_on("while (1) { *p += 1; }")
        self.interrupt()
        self.assertRegex(self.type("*p > 0"), "= 1")

    def test_stops_a_call(self):
        self.type("kept = 5")
        self.run_on("pause()")
        self.interrupt()
        self.assertEqual(self.type("kept"), "= 5")

    def test_goes_back_to_a_checkpoint_where_the_target_does_not_obey(self):
        self.type("p = mmap page rwx")
        self.type("checkpoint here")
        # rt_sigprocmask(SIG_SETMASK, [~0]), and a loop
        self.type('write p hex"6a ff b8 0e 00 00 00 bf 02 00 00 00 48 89 e6 31 d2 41 ba 08 00 00 00 0f 05 eb fe"')
        self.run_on("call p")
        self.s.ctrl("c")
        self.s.expect(PROMPT)
        self.assertIn("did not obey", self.s.everything())
        self.assertIn("the target is back as it was at checkpoint here", self.s.everything())
        self.assertEqual(self.type("*(u8 *)p"), "= 0")

    def test_target_survives(self):
        self.type("p = mmap 4K rw")
        self.type("*p = 77")
        self.run_on("pause()")
        self.interrupt()
        self.assertEqual(self.type("*p"), "= 77 (0x4d)")


class History(Session):
    """The history file."""

    def test_mode_and_content(self):
        self.type("1 + 2")
        self.assertEqual(self.leave(), 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)
        with open(self.history, encoding="utf-8") as f:
            self.assertIn("1 + 2", f.read())

    def test_next_session_remembers(self):
        self.type("1 + 2")
        self.leave()
        self.s = self.start()
        self.s.send("\x1b[A")
        self.s.expect(PROMPT + "quit")
        self.s.send("\x1b[A")
        self.s.expect(PROMPT + "1 + 2")

    def test_mode_under_a_loose_umask(self):
        old = os.umask(0)
        try:
            self.s = self.start()
        finally:
            os.umask(old)
        self.type("3")
        self.leave()
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)

    def test_unwritable_place_does_not_matter(self):
        self.s = self.start(env={"XDG_STATE_HOME": "/dev/null/x"})
        self.assertEqual(self.type("3"), "= 3")
        self.assertEqual(self.leave(), 0)

    def test_directory_in_its_place_does_not_matter(self):
        state = os.path.join(self.home, "other")
        os.makedirs(os.path.join(state, "faultline", "history"))
        self.s = self.start(env={"XDG_STATE_HOME": state})
        self.assertEqual(self.type("3"), "= 3")
        self.assertEqual(self.leave(), 0)


class Completion(Session):
    """TAB."""

    def completes(self, typed, wanted):
        self.s.send(typed + "\t")
        self.s.wait_until(lambda: self.s.terminal.before_cursor().startswith(PROMPT + wanted), wanted)
        self.s.ctrl("a")
        self.s.ctrl("k")

    def test_command(self):
        self.completes("mpro", "mprotect")

    def test_constant(self):
        self.completes("PROT_WR", "PROT_WRITE")

    def test_variable(self):
        self.type("zebra = 1")
        self.completes("zeb", "zebra")

    def test_function(self):
        self.completes("vma_sta", "vma_start")


class Plain(Session):
    """Terminals without colour."""

    def no_attributes(self, screen):
        self.s = screen
        self.type("p = mmap 4K rwx")
        self.type("maps")
        self.type("*1")
        self.type("nonsense")
        self.assertNotRegex(self.s.raw, rb"\x1b\[[0-9;]*[1-9][0-9;]*m")

    def test_no_color(self):
        self.no_attributes(self.start(env={"NO_COLOR": "1"}))

    def test_dumb(self):
        self.no_attributes(self.start(term="dumb"))

    def test_never(self):
        self.no_attributes(self.start("--color=never"))

    def test_color_elsewhere(self):
        self.type("maps")
        self.assertRegex(self.s.raw, rb"\x1b\[[0-9;]*[1-9][0-9;]*m")

    def test_prompt_is_plain(self):
        self.assertNotIn(b"m" + PROMPT.encode(), self.s.raw)


class WithoutReadline(Session):
    """A library that cannot be loaded costs the editing, not the session."""

    def start(self, *args, **more):
        libraries = os.path.join(self.home, "libraries")
        os.makedirs(libraries, exist_ok=True)
        for major in range(6, 12):
            with open(os.path.join(libraries, f"libreadline.so.{major}"), "wb") as f:
                f.write(b"no library")
        return super().start(*args, env={"LD_LIBRARY_PATH": libraries}, **more)

    def test_lines_are_read(self):
        self.assertEqual(self.type("1 + 2"), "= 3")
        self.assertFalse(os.path.exists(self.history))
        self.assertEqual(self.leave(), 0)


if __name__ == "__main__":
    tap.main()
