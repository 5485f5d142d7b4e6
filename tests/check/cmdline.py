#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: each comes to a clear error or the right result, never to a crash, a hang or a wrong result."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import tap
from program import AS_NOBODY, PROGRAM, Directory, environment, execute, give_to_nobody, may_run

MEGABYTE = 1 << 20


class Case(unittest.TestCase):
    """Runs the program in a fresh directory; every run has a time limit."""

    def setUp(self):
        directory = Directory()
        self.directory = directory.__enter__()
        self.addCleanup(directory.__exit__)
        self.env = environment(self.directory, PROGRAM)

    def run_program(self, *args, stdin=b"", prefix=()):
        done = execute([*prefix, PROGRAM, *args], self.directory, self.env, stdin, merge=False)
        self.assertIsNotNone(done.status, f"hung; it printed {done.output[-500:]} {done.errors[-500:]}")
        self.assertGreaterEqual(done.status, 0, f"{done.ending()}: {done.errors[-500:]}")
        self.assertNotIn(b"Sanitizer", done.errors)
        self.assertNotIn(b"runtime error", done.errors)
        return done

    def write(self, name, data):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def script(self, data):
        """Runs DATA as a script file called s.fl."""
        self.write("s.fl", data)
        return self.run_program("s.fl")

    def roads(self, data):
        """Runs DATA as a script file and through stdin: the results must agree."""
        by_file = self.script(data)
        by_stdin = self.run_program(stdin=data)
        self.assertEqual((by_file.status, by_file.output), (by_stdin.status, by_stdin.output))
        return by_file

    def is_error(self, done, position=None, text=None, status=2):
        """This exit status, and on stderr a short message, at POSITION (`LINE:COLUMN`) if one is given."""
        self.assertEqual(done.status, status, done.errors[-500:])
        self.assertIn(b"error: ", done.errors)
        self.assertLess(len(done.errors), 4000, "an error message must be short")
        self.assertNotRegex(done.errors, rb"[\x00-\x08\x0b-\x1f\x7f]", "control characters reach the terminal")
        if position:
            self.assertIn(b"s.fl:" + position.encode() + b": error: ", done.errors)
        if text:
            self.assertRegex(done.errors.decode("utf-8", "replace"), text)


class Bytes(Case):
    """Scripts that are not what one would type."""

    def test_nul(self):
        done = self.roads(b"1 + \0 1\n3\n")
        self.is_error(done)
        self.assertEqual(done.output, b"= 3\n")

    def test_nul_in_text(self):
        done = self.roads(b'echo "a\0b"\n3\n')
        self.assertEqual(done.output.splitlines()[-1], b"= 3")

    def test_nul_at_the_end(self):
        self.is_error(self.roads(b"1 + 1\0"))

    def test_crlf(self):
        done = self.roads(b"a = 40\r\nif (a == 40) {\r\n\ta + 2\r\n}\r\n# comment\r\n\r\n1\r\n")
        self.assertEqual((done.output, done.status), (b"= 42 (0x2a)\n= 1\n", 0), done.errors)

    def test_no_final_newline(self):
        done = self.roads(b"1\n2")
        self.assertEqual((done.output, done.status), (b"= 1\n= 2\n", 0))

    def test_empty(self):
        for data in (b"", b"\n", b"\n\n \t\n", b"# only a comment", b"// likewise\n", b";\n;;\n"):
            done = self.roads(data)
            self.assertEqual((done.output, done.errors, done.status), (b"", b"", 0), data)

    def test_not_utf8(self):
        self.is_error(self.roads(b"\xff\xfe\x80 + 1\n"))

    def test_escape_sequences_are_not_repeated(self):
        self.is_error(self.roads(b"nonsense\x1b[31m\x1b]0;x\x07 + 1\n"))

    def test_noise(self):
        noise = random.Random(1)
        for _ in range(20):
            data = bytes(noise.choice(b'0123456789abcdefgxyz()[]{}*&|+-<>=!~"\'\\ \t\n;,.$#/\0\xff')
                         for _ in range(400))
            self.script(b"\n".join(line for line in data.split(b"\n") if b"!" not in line and b"|" not in line))


class Long(Case):
    """A megabyte in one line."""

    def ends_well(self, data, value=None):
        """The right value, or a short error."""
        done = self.script(data)
        if done.status == 2:
            self.is_error(done)
        else:
            self.assertEqual(done.status, 0)
            if value is not None:
                self.assertEqual(done.output.split()[:2], [b"=", b"%d" % value])

    def test_sum(self):
        self.ends_well(b"1" + b"+1" * (MEGABYTE // 2) + b"\n", 1 + MEGABYTE // 2)

    def test_assignments(self):
        self.ends_well(b"a=" * (MEGABYTE // 2) + b"1\n")

    def test_blanks(self):
        self.ends_well(b" " * MEGABYTE + b"7\n", 7)

    def test_comment(self):
        done = self.script(b"#" + b"x" * MEGABYTE + b"\n3\n")
        self.assertEqual((done.output, done.status), (b"= 3\n", 0))

    def test_deep(self):
        for word in (b"(", b"[", b"{", b"-", b"!", b"~", b"*", b"&", b"if (1) ", b"while (0) ", b"1?", b"1?1:",
                     b"f(", b"sizeof ", b"(int)", b"(int*", b"1+(", b"expect ", b"++", b"a[", b"{;"):
            with self.subTest(word=word):
                self.ends_well(word * (MEGABYTE // len(word)) + b"\n")

    def test_balanced_deep(self):
        half = MEGABYTE // 2
        self.ends_well(b"(" * half + b"1" + b")" * half + b"\n", 1)
        self.ends_well(b"{" * half + b"}" * half + b"\n")

    def test_name(self):
        self.is_error(self.script(b"x" * MEGABYTE + b"\n"))
        self.is_error(self.script(b"x" * MEGABYTE + b"(1)\n"))

    def test_number(self):
        self.is_error(self.script(b"9" * MEGABYTE + b"\n"))
        self.ends_well(b"0" * MEGABYTE + b"\n", 0)

    def test_text(self):
        self.ends_well(b'echo "' + b"x" * MEGABYTE + b'"\n')
        self.is_error(self.script(b'echo "' + b"x" * MEGABYTE))

    def test_many_arguments(self):
        self.is_error(self.script(b"mmap" + b" 1" * (MEGABYTE // 2) + b"\n"))
        self.is_error(self.script(b"mmap(" + b"1," * (MEGABYTE // 2) + b"1)\n"))

    def test_many_lines(self):
        done = self.script(b"1\n" * 20000)
        self.assertEqual((done.output, done.status), (b"= 1\n" * 20000, 0))


class Statements(Case):
    """What cannot be understood, with its place."""

    def test_unbalanced(self):
        for text in (b"(1 + 2\n", b"1 + 2)\n", b"((1)\n", b"a[1\n", b"{ 1\n", b"}\n", b"if (1) {\n", b"mmap(\n",
                     b"(1]\n", b'"abc\n', b"'a\n", b"1 +\n", b"while (1\n", b"1 + \\\n"):
            with self.subTest(text=text):
                self.is_error(self.roads(text))

    def test_goes_on_after_an_error(self):
        done = self.roads(b"1 )\n2\n")
        self.is_error(done)
        self.assertEqual(done.output, b"= 2\n")

    def test_position(self):
        self.is_error(self.script(b"1\n\n  nonsense + 1\n"), "3:3", "nonsense")

    def test_numbers_too_large(self):
        for text in (b"0x1ffffffffffffffff", b"99999999999999999999", b"18446744073709551616", b"99999999999G",
                     b"07777777777777777777777777", b"0x", b"0b2", b"089", b"1e", b"12abc", b"1KK"):
            with self.subTest(text=text):
                self.is_error(self.script(text + b"\n"), "1:1")

    def test_numbers_that_just_fit(self):
        done = self.script(b"18446744073709551615 == 0xffffffffffffffff\n9223372036854775807\n")
        self.assertEqual((done.output.splitlines(), done.status),
                         ([b"= 1", b"= 9223372036854775807 (0x7fffffffffffffff)"], 0))

    def test_division_by_zero(self):
        for text in (b"1/0", b"1%0", b"a = 1 / (2 - 2)", b"p = 0; 1 / p"):
            with self.subTest(text=text):
                # It was understood, and failed.
                self.is_error(self.script(text + b"\n"), text="zero", status=1)

    def test_extreme_arithmetic(self):
        done = self.script(b"(-0x7fffffffffffffff - 1) / -1\n(-0x7fffffffffffffff - 1) % -1\n"
                           b"-(-0x7fffffffffffffff - 1)\n0x7fffffffffffffff + 1\n")
        least = b"= -9223372036854775808 (0x8000000000000000)"
        self.assertEqual((done.output.splitlines(), done.status), ([least, b"= 0", least, least], 0))

    def test_unknown_word(self):
        self.is_error(self.script(b"mprotetc(0, 0, 0)\n"), "1:1", "mprotect")

    def test_arity(self):
        for text in (b"mprotect", b"mprotect 1", b"mprotect(1)", b"mprotect 1 2 3 4", b"mprotect(1, 2, 3, 4)",
                     b"munmap 1 2 3", b"read", b"perms()", b"perms(1, 2)"):
            with self.subTest(text=text):
                self.is_error(self.script(text + b"\n"))

    def test_kinds(self):
        for text in (b'mprotect "x" 1 r', b"mmap 4K rwq", b'1 + "x"', b"*\"x\" = 1", b"1 = 2", b"&1", b"x/99q 0",
                     b"float f = 1; *f", b"perms(\"x\")"):
            with self.subTest(text=text):
                self.is_error(self.script(text + b"\n"))


class Files(Case):
    """Scripts that cannot be read."""

    def fails(self, done, *words):
        self.assertIn(done.status, (1, 2))
        self.assertEqual(done.output, b"")
        for word in words:
            self.assertIn(word, done.errors.decode())

    def test_missing(self):
        self.fails(self.run_program("absent.fl"), "absent.fl", "No such file")

    def test_directory(self):
        os.mkdir(os.path.join(self.directory, "folder"))
        self.fails(self.run_program("folder"), "folder", "irectory")

    def test_directory_as_stdin(self):
        folder = os.open(self.directory, os.O_RDONLY)
        try:
            done = self.run_program(stdin=folder)
        finally:
            os.close(folder)
        self.fails(done, "cannot read the script stdin", "irectory")
        self.assertEqual(done.status, 2)

    def test_unreadable(self):
        path = self.write("closed.fl", b"1\n")
        prefix = ()
        if os.geteuid() == 0:
            if not may_run(AS_NOBODY, PROGRAM):
                self.skipTest("an unprivileged user cannot reach the program here")
            give_to_nobody(self.directory)
            prefix = AS_NOBODY
        os.chmod(path, 0)
        self.fails(self.run_program("closed.fl", prefix=prefix), "closed.fl", "Permission denied")

    def test_sourced_missing(self):
        done = self.script(b'source "absent.fl"\n3\n')
        self.assertIn(b"absent.fl", done.errors)
        self.assertEqual(done.output, b"= 3\n")
        self.assertNotEqual(done.status, 0)

    def test_sourced_for_ever(self):
        self.write("loop.fl", b'source "loop.fl"\n')
        done = self.run_program("loop.fl")
        self.assertNotEqual(done.status, 0)
        self.assertLess(len(done.errors), 100000)

    def test_stdin_made_non_blocking(self):
        """By the target, whose stdout is the same socket."""
        ours, theirs = socket.socketpair()
        with ours, theirs, subprocess.Popen([PROGRAM], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL,
                                            cwd=self.directory, env=self.env) as child:
            theirs.close()
            ours.settimeout(30)
            ours.sendall(b"set echo off\nset maps off\nexpect ok fcntl(1, F_SETFL, O_NONBLOCK)\n1 + 1\n")
            self.assertEqual(ours.recv(100), b"= 2\n")
            time.sleep(0.2)
            ours.sendall(b"1 + 2\n")
            self.assertEqual(ours.recv(100), b"= 3\n")
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(child.wait(30), 0)

    def test_empty_device(self):
        self.assertEqual(self.run_program("/dev/null").status, 0)

    def test_later_files_after_a_missing_one(self):
        self.write("s.fl", b"3\n")
        self.assertEqual(self.run_program("absent.fl", "s.fl").status, 2)


class Output(Case):
    """Where nothing can be written."""

    def shell(self, line):
        return execute(["bash", "-c", line], self.directory, self.env, merge=False)

    def test_head(self):
        self.write("s.fl", b"for (i = 0; i < 200000; i += 1) { i }\n")
        done = self.shell('"$FAULTLINE" s.fl | head -1; echo "${PIPESTATUS[0]}"')
        self.assertEqual(done.output.splitlines(), [b"= 0", b"%d" % (128 + signal.SIGPIPE)])
        self.assertEqual(done.errors, b"")

    def test_head_of_an_endless_loop(self):
        self.write("s.fl", b"while (1) { 1 }\n")
        done = self.shell('timeout 10 "$FAULTLINE" s.fl | head -1; echo "${PIPESTATUS[0]}"')
        self.assertEqual((done.output, done.errors), (b"= 1\n%d\n" % (128 + signal.SIGPIPE), b""))

    def test_full(self):
        self.write("s.fl", b"1\n")
        done = self.shell('"$FAULTLINE" s.fl >/dev/full')
        self.assertNotIn(done.status, (0, None))
        self.assertIn(b"No space left", done.errors)

    def test_closed(self):
        self.write("s.fl", b"p = mmap 4K rw\n*p = 7\n*p\n")
        for streams in (">&-", "<&-", "2>&-", "<&- >&- 2>&-"):
            with self.subTest(streams=streams):
                done = self.shell(f'"$FAULTLINE" s.fl {streams}')
                self.assertIsNotNone(done.status)
                self.assertLess(done.status, 128)

    def test_closed_streams_do_not_reach_files(self):
        """A descriptor that faultline opens for itself must not become its stdout."""
        self.write("s.fl", b"expect 1 == 1\n")
        self.assertEqual(self.shell('"$FAULTLINE" s.fl <&-').status, 0)
        self.assertEqual(self.shell('"$FAULTLINE" s.fl >&-').status, 0)


class Installed(Case):
    """What `meson install` put somewhere."""

    def test_runs_from_where_it_was_moved(self):
        build = os.path.dirname(PROGRAM)
        if not os.path.exists(os.path.join(build, "build.ninja")):
            self.skipTest("the program does not lie in a build folder")
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", self.directory],
                       check=True, stdout=subprocess.DEVNULL)
        places = [os.path.join(folder, "faultline") for folder, _, files in os.walk(self.directory)
                  if "faultline" in files and os.path.basename(folder) == "bin"]
        self.assertEqual(len(places), 1)
        link = os.path.join(self.directory, "link")
        os.symlink(places[0], link)
        for program in (places[0], link):
            done = execute([program, "-c", "1"], self.directory, self.env, merge=False)
            self.assertEqual((done.output, done.errors, done.status), (b"= 1\n", b"", 0))


class Options(Case):
    """The command line itself."""

    def usage(self, *args, text):
        done = self.run_program(*args)
        self.assertEqual(done.status, 2, done.errors)
        self.assertEqual(done.output, b"")
        self.assertIn(text, done.errors.decode())

    def test_unknown(self):
        self.usage("--colour", text="--colour")
        self.usage("--nonsense=3", text="--nonsense")
        self.usage("-Z", text="Z")
        self.usage("-qZ", text="Z")

    def test_missing_argument(self):
        self.usage("-c", text="-c")
        self.usage("--color=purple", text="purple")

    def test_unwanted_argument(self):
        self.usage("--version=3", text="--version")

    def test_help_and_version(self):
        for option in ("--help", "--version"):
            done = self.run_program(option)
            self.assertEqual((done.status, done.errors), (0, b""))
            self.assertIn(b"faultline", done.output)

    def test_statements(self):
        done = self.run_program("-c", "a = 40", "-c", "a + 2")
        self.assertEqual((done.output, done.status), (b"= 42 (0x2a)\n", 0))

    def test_unfinished_statement(self):
        done = self.run_program("-c", "if (1) {", "-c", "1")
        self.is_error(done)

    def test_empty_statement(self):
        done = self.run_program("-c", "")
        self.assertEqual((done.output, done.errors, done.status), (b"", b"", 0))

    def test_end_of_options(self):
        self.write("-x", b"3\n")
        done = self.run_program("--", "-x")
        self.assertEqual((done.output, done.status), (b"= 3\n", 0))

    def test_statuses(self):
        for statement, status in (("1", 0), ("*1", 1), ("expect 1 == 2", 1), ("expect SEGV_MAPERR *1", 0),
                                  ("close(77)", 1), ("1 +", 2), ("quit", 0)):
            with self.subTest(statement=statement):
                self.assertEqual(self.run_program("-c", statement).status, status)

    def test_stop_at_the_first_failure(self):
        self.write("s.fl", b"5\nsource broken.fl\n6\n")
        self.write("broken.fl", b"1 )\n7\n")
        for args, values, status in (
                (("-c", "expect EBADF close(77)", "-c", "expect 1 == 1", "-c", "2"), [b"= 2"], 0),
                (("-c", "expect 1 == 2", "-c", "2"), [], 1),
                (("-c", "close(77)", "-c", "2"), [], 1),
                (("-c", "*1", "-c", "2"), [], 1),
                (("-c", "for (i = 0; i < 3; i += 1) { i; expect i == 0 }", "-c", "9"), [b"= 0", b"= 1"], 1),
                (("s.fl",), [b"= 5"], 2),
                (("absent.fl", "s.fl"), [], 2)):
            with self.subTest(args=args):
                done = self.run_program("-e", *args)
                self.assertEqual([line for line in done.output.splitlines() if line.startswith(b"= ")], values)
                self.assertEqual(done.status, status)

    def test_broken_environment(self):
        self.env = {}
        self.assertEqual(self.run_program("-c", "1").output, b"= 1\n")
        self.env = {"TERM": "x" * 100000, "LC_ALL": "nowhere", "HOME": "/nonexistent", "COLUMNS": "-5"}
        self.assertEqual(self.run_program("-c", "1").output, b"= 1\n")

    def test_standard_input_among_files(self):
        self.write("s.fl", b"3\n")
        done = self.run_program("s.fl", "-", "s.fl", stdin=b"4\n")
        self.assertEqual((done.output, done.status), (b"= 3\n= 4\n= 3\n", 0))
        self.assertEqual(self.run_program("--", "-", stdin=b"5\n").output, b"= 5\n")
        self.assertEqual(self.run_program("--", stdin=b"5\n").output, b"= 5\n")

    def test_interactive_with_a_pipe(self):
        """Prompts and echoes, as at a terminal; but the status tells, as in a script."""
        done = self.run_program("-iq", stdin=b"2\n*1\n")
        self.assertTrue(done.output.startswith(b"faultline> 2\n= 2\nfaultline> *1\n--- SIGSEGV"), done.output)
        self.assertEqual(done.status, 1)

    def test_init_file_is_for_prompts(self):
        os.makedirs(os.path.join(self.env["XDG_CONFIG_HOME"], "faultline"))
        with open(os.path.join(self.env["XDG_CONFIG_HOME"], "faultline", "init"), "wb") as f:
            f.write(b"77\n")
        self.write("s.fl", b"1\n")
        for args, read in ((("s.fl",), False), (("-c", "1"), False), ((), False), (("-i",), True),
                           (("-i", "--norc"), False)):
            with self.subTest(args=args):
                done = self.run_program(*args, stdin=b"2\n")
                self.assertEqual(b"= 77" in done.output, read, done.output)

    def test_limit_on_file_sizes(self):
        """Said, instead of death by SIGXFSZ."""
        self.write("s.fl", b"1\n")
        done = execute(["bash", "-c", 'ulimit -f 0; "$FAULTLINE" s.fl | cat; exit "${PIPESTATUS[0]}"'],
                       self.directory, self.env, merge=False)
        self.assertEqual((done.status, done.output), (2, b""))
        self.assertIn(b"File too large", done.errors)

    def test_few_descriptors(self):
        self.write("s.fl", b"1\n")
        done = execute(["bash", "-c", 'ulimit -n 4; "$FAULTLINE" s.fl'], self.directory, self.env, merge=False)
        self.assertIn(done.status, (0, 1, 2))
        if done.status:
            self.assertNotEqual(done.errors, b"")


class Leftovers(Case):
    """Nothing outlives the shell."""

    def test_killed(self):
        with subprocess.Popen([PROGRAM, "-c", "getppid()", "-c", "pause()"], stdout=subprocess.PIPE, cwd=self.directory,
                              stdin=subprocess.DEVNULL, env=self.env) as child:
            child.stdout.readline()
            child.kill()
            # The target would hold the pipe open: communicate() returns only when it is gone.
            child.communicate(timeout=10)


if __name__ == "__main__":
    tap.main()
