# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports results in the Test Anything Protocol, so that the suite counts each of them."""

import sys
import traceback
import unittest


class Tap:
    """One line for each result. DETAIL is shown below a failure."""

    def __init__(self, count):
        self.number = 0
        self.failed = 0
        print(f"TAP version 13\n1..{count}", flush=True)

    def result(self, ok, name, detail=""):
        self.number += 1
        self.failed += not ok
        lines = [f"{'ok' if ok else 'not ok'} {self.number} - {name}"]
        if not ok:
            lines += ["# " + line for line in detail.splitlines()]
        # Arbitrary bytes of a program's output must not break the reporter.
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
        sys.stdout.flush()

    def skip(self, name, reason):
        self.number += 1
        print(f"ok {self.number} - {name} # SKIP {reason}", flush=True)


class TapResult(unittest.TestResult):
    """A unittest result that writes one line for each test method; its subtests are part of it."""

    def __init__(self, tap):
        super().__init__()
        self.tap = tap
        self.subtests = []

    def short(self, test):
        return test.id().split(".", 1)[-1]

    def fail(self, test, detail):
        self.tap.result(False, self.short(test), detail)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.subtests.append(subtest.id() + "\n" + "".join(traceback.format_exception(*err)))

    def stopTest(self, test):
        super().stopTest(test)
        if self.subtests:
            self.fail(test, "\n".join(self.subtests))
            self.subtests = []

    def addSuccess(self, test):
        self.tap.result(True, self.short(test))

    def addFailure(self, test, err):
        self.fail(test, "".join(traceback.format_exception(*err)))

    addError = addFailure

    def addSkip(self, test, reason):
        self.tap.skip(self.short(test), reason)


def main():
    """Runs the test cases of the calling script; in place of unittest.main()."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], sys.modules["__main__"])
    tap = Tap(suite.countTestCases())
    suite.run(TapResult(tap))
    sys.exit(1 if tap.failed else 0)
