#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcript runner's own tests: the names of addresses, directives, and the count of results."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import run_transcripts
import summary
import tap
from normalise import normalise


class Addresses(unittest.TestCase):
    """What becomes a name."""

    def same(self, text, wanted, **more):
        self.assertEqual(normalise(text, **more), wanted)

    def test_first_is_base(self):
        self.same("= 0x7f6c2a9f1000", "= 0x<A>")

    def test_offset_in_page(self):
        self.same("at 0x7f6c2a9f1010, 0x7f6c2a9f1000", "at 0x<A+10>, 0x<A>")

    def test_below_and_above(self):
        self.same("7f6c2a9f1000 7f6c2a9f4000 7f6c2a9ef000", "<A> <A+3000> <A-2000>")

    def test_prefix_stays_visible(self):
        self.assertNotEqual(normalise("0x7f6c2a9f1000"), normalise("7f6c2a9f1000"))

    def test_range(self):
        self.same("+ 7f6c2a9f1000-7f6c2a9f4000 rw-p  12K", "+ <A>-<A+3000> rw-p  12K")

    def test_long_range_keeps_its_length(self):
        self.same("7f0000000000-7f0040000000 7f0040000008 7f003ffffff8",
                  "<A>-<A+40000000> <A+40000008> <A+3ffffff8>")

    def test_far_ones_differ(self):
        self.same("0x7f6c2a9f1000 0x55d0c6b5a123 0x7f0000000000", "0x<A> 0x<B+123> 0x<C>")

    def test_decimal(self):
        self.same(f"= 0x7f6c2a9f1000\n= {0x7F6C2A9F1010} (0x7f6c2a9f1010)", "= 0x<A>\n= decimal <A+10> (0x<A+10>)")

    def test_the_same_under_any_layout(self):
        text = "mmap(NULL, 8192) = {0:#x}\n  + {0:x}-{1:x} rw-p 8K\n= {2} ({2:#x})\nheap {3:#x}"
        layouts = [(0x7F6C2A9F1000, 0x55D0C6B5A2A0), (0x7F0012345000, 0x564400012340 & ~0xFFF | 0x2A0)]
        texts = {normalise(text.format(m, m + 8192, m + 16, h)) for m, h in layouts}
        self.assertEqual(len(texts), 1)

    def test_a_moved_neighbour_differs(self):
        one = normalise("0x7f6c2a9f1000 0x7f6c2a9f0000")
        two = normalise("0x7f6c2a9f1000 0x7f6c2a9ef000")
        self.assertNotEqual(one, two)

    def test_random_gap_of_aligned_mappings(self):
        texts = {normalise(f"{p:x} {q:x}-{q + 0x400000:x}")
                 for p, q in [(0x7F6C2A9F1000, 0x7F6C2A400000), (0x7F6C2A801000, 0x7F6C2A400000)]}
        self.assertEqual(texts, {"<A> <B>-<B+400000>"})

    def test_more_than_26(self):
        text = " ".join(f"{0x7f0000000000 + i * 0x10000000:x}" for i in range(28))
        self.assertTrue(normalise(text).endswith("<Z> <AA> <AB>"))


class Named(unittest.TestCase):
    """Mappings that maps lines name."""

    def test_heap_beside_program(self):
        for gap in (0x1000, 0x1000000):
            start = 0x55D0C6B5B000 + gap
            text = f"55d0c6b5a000-55d0c6b5b000 r--p t\n{start:x}-{start + 0x21000:x} rw-p 132K [heap]\n{start + 8:x}"
            self.assertEqual(normalise(text),
                             "<A>-<A+1000> r--p t\n<heap>-<heap+21000> rw-p 132K [heap]\n<heap+8>")

    def test_named_before_it_is_shown(self):
        text = "0x7ffd1c0f4010\n7ffd1c0f0000-7ffd1c111000 rw-p 132K [stack]"
        self.assertEqual(normalise(text), "0x<stack+4010>\n<stack>-<stack+21000> rw-p 132K [stack]")

    def test_neighbours(self):
        text = "7ffd1c1a1000-7ffd1c1a5000 r--p 16K [vvar]\n7ffd1c1a5000-7ffd1c1a7000 r-xp 8K [vdso]"
        self.assertEqual(normalise(text), "<vvar>-<vvar+4000> r--p 16K [vvar]\n<vdso>-<vdso+2000> r-xp 8K [vdso]")

    def test_what_follows_is_not_part(self):
        text = "7ffd1c1a5000-7ffd1c1a7000 r-xp 8K [vdso]\n7ffd1c1a7000-7ffd1c1a8000 r--p 4K ld.so\n7ffd1c1a7008 7ffd1c1a5008"
        self.assertEqual(normalise(text), "<vdso>-<vdso+2000> r-xp 8K [vdso]\n<A>-<A+1000> r--p 4K ld.so\n<A+8> <vdso+8>")


class Untouched(unittest.TestCase):
    """What must stay, so that differences fail."""

    def test_small_numbers(self):
        text = "si_addr=0x98967f 98967f 4096 0x10000 100000 0xffffffff 4294967295 12345678901 deadbeef"
        self.assertEqual(normalise(text), text)

    def test_fixed_addresses(self):
        text = "0x10000000000-0x10000001000 ffffffffff600000-ffffffffff601000 0x7ffffffff000 0x800000000000 0xffff888000000000"
        self.assertEqual(normalise(text), text)

    def test_numbers_of_the_script(self):
        script = "p = mmap(0x7e0000000000, page, PROT_READ, MAP_FIXED|MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
        text = "7e0000000000-7e0000001000 r--p 0x7e0000000010"
        self.assertEqual(normalise(text, script), text)

    def test_words(self):
        text = "x7f6c2a9f1000 a_7f6c2a9f1000 libc.so.6+0x26000 7f6c2a9f1000x"
        self.assertEqual(normalise(text), text)

    def test_short_distances(self):
        self.assertEqual(normalise("12 KiB below, 3 MiB above"), "12 KiB below, 3 MiB above")


class Rules(unittest.TestCase):
    """Other things that vary."""

    def test_distances(self):
        self.assertEqual(normalise("85 TiB above, 3.2 GiB below"), "N TiB above, N GiB below")

    def test_processes(self):
        self.assertEqual(normalise("/proc/123/maps (pid 456) si_pid=7, si_uid=0"), "/proc/N/maps (pid N) si_pid=N, si_uid=N")

    def test_device_and_inode(self):
        self.assertEqual(normalise("r--p 00001000 fe:00 247134 /x"), "r--p 00001000 DEV INODE /x")
        self.assertEqual(normalise("rw-p 00000000 00:00 0 "), "rw-p 00000000 00:00 0 ")

    def test_paths_and_own_rules(self):
        self.assertEqual(normalise("/t/x took 3 ms", paths=[("/t", "$TMP")], rules=[(r"\d+ ms", "N ms")]),
                         "$TMP/x took N ms")


class Directives(unittest.TestCase):
    """The `#!` lines of a script, and tests that must not pass."""

    def make(self, script, golden=None):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "t.fl")
        with open(path, "w", encoding="utf-8") as f:
            f.write(script)
        if golden is not None:
            with open(os.path.join(folder.name, "t.out"), "w", encoding="utf-8") as f:
                f.write(golden)
        return run_transcripts.Test(path)

    def test_all(self):
        test = self.make("# text\n#! args: -e 'a b'\n#! stdin\n#! env: A=b=c\n#! needs: root plain\n"
                         "#! normalise: x+ => y\n1\n#! args: -q\n")
        self.assertEqual((test.args, test.stdin, test.env, test.needs, test.rules),
                         (["-e", "a b"], True, {"A": "b=c"}, ["root", "plain"], [("x+", "y")]))

    def test_unknown(self):
        with self.assertRaises(run_transcripts.Bad):
            self.make("#! arg: -e\n")

    def test_no_golden_fails(self):
        ok, detail = run_transcripts.check(self.make("#! cmd: echo hello\n"), "/bin/true")
        self.assertFalse(ok)
        self.assertIn("hello", detail)

    def test_order_and_status(self):
        script = "#! cmd: echo one; echo two >&2; echo three; exit 3\n"
        self.assertEqual(run_transcripts.check(self.make(script, "one\ntwo\nthree\nexit 3\n"), "/bin/true"), (True, ""))
        self.assertFalse(run_transcripts.check(self.make(script, "one\ntwo\nthree\nexit 0\n"), "/bin/true")[0])

    def test_signal_and_unfinished_line(self):
        script = "#! cmd: printf x; kill -9 $$\n"
        golden = "x\n(no newline at the end)\nkilled by SIGKILL\n"
        self.assertEqual(run_transcripts.check(self.make(script, golden), "/bin/true"), (True, ""))

    def test_setup_and_script(self):
        script = "#! setup: echo made > file\n#! cmd: cat file; head -c 3 t.fl; echo; pwd\n"
        golden = "made\n#! \n$TMP\nexit 0\n"
        self.assertEqual(run_transcripts.check(self.make(script, golden), "/bin/true"), (True, ""))

    def test_skip(self):
        self.assertIsNone(run_transcripts.check(self.make("#! needs: kernel>=99.0\n", ""), "/bin/true")[0])

    def test_no_privilege(self):
        script = "#! cmd: grep CapEff /proc/self/status; touch here && echo made\n"
        golden = "CapEff:\t0000000000000000\nmade\nexit 0\n"
        self.assertEqual(run_transcripts.check(self.make(script, golden), "/bin/true"), (True, ""))

    @unittest.skipIf(os.geteuid() != 0, "needs root")
    def test_root(self):
        test = self.make("#! needs: root\n#! cmd: grep CapEff /proc/self/status\n", "CapEff:\t0000000000000000\nexit 0\n")
        self.assertFalse(run_transcripts.check(test, "/bin/true")[0])

    @unittest.skipIf(os.geteuid() != 0, "needs root")
    def test_another_user(self):
        script = "#! needs: user\n#! cmd: id -u; grep CapEff /proc/self/status; touch here && echo made\n"
        golden = "65534\nCapEff:\t0000000000000000\nmade\nexit 0\n"
        self.assertEqual(run_transcripts.check(self.make(script, golden), "/bin/true"), (True, ""))


class Counting(unittest.TestCase):
    """What tools/test adds up."""

    def counts(self, **result):
        counts = summary.Counts()
        shown = summary.count({"name": "t", "returncode": 0, **result}, counts)
        return counts.passed, counts.failed, len(counts.skipped), shown

    def test_tap(self):
        out = "1..3\nok 1 - a\nnot ok 2 - b\n# ok - c\nok 3 - d # SKIP because\n"
        self.assertEqual(self.counts(result="FAIL", stdout=out), (1, 1, 1, True))

    def test_cmocka_skip(self):
        self.assertEqual(self.counts(result="OK", stdout="1..1\nnot ok 1 # SKIP c\n"), (0, 0, 1, False))

    def test_broken_off(self):
        self.assertEqual(self.counts(result="ERROR", stdout="1..3\nok 1 - a\n"), (1, 1, 0, True))

    def test_exit_code(self):
        self.assertEqual(self.counts(result="OK"), (1, 0, 0, False))
        self.assertEqual(self.counts(result="TIMEOUT", stdout=""), (0, 1, 0, True))
        self.assertEqual(self.counts(result="SKIP"), (0, 0, 1, False))


if __name__ == "__main__":
    tap.main()
