#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the transcript tests, and the lessons: each NAME.fl is a script, NAME.out what faultline must print for it.

The golden file holds stdout and stderr in the order in which they came, and a last line `exit N`. Addresses
and the like are named as tests/normalise.py says. A script may begin with directives:

    #! args: -e -q           arguments in place of -x; the script's name is added after them
    #! stdin                 the script goes to stdin instead of being named
    #! cmd: COMMAND          a shell command line to run instead; $FAULTLINE is the program
    #! setup: COMMAND        a shell command run before, in the test's directory
    #! env: NAME=VALUE       for the environment, which is otherwise the same for everybody
    #! needs: WORD           skip unless: root (with CAP_SYS_ADMIN; and run as root), mounts
                             (root may make mounts that only its children see), plain (no sanitizer), kernel>=MAJOR.MINOR,
                             thp (huge pages to those who ask), symbols (libdw is there),
                             disassembly (capstone is there), 4level (page tables), a CPU flag such
                             as ospke, or !FLAG for a CPU without it; user: run as another user than
                             the one who runs the tests
    #! normalise: REGEX => TEXT

Each test runs in a fresh directory of its own that holds a copy of the script, and without any privilege, even when
root runs the tests: what faultline prints depends on the rights it has.
"""

import argparse
import concurrent.futures
import difflib
import fnmatch
import functools
import os
import re
import shlex
import shutil
import subprocess
import sys

from normalise import normalise
from program import (AS_NOBODY, HERE, PROGRAM, ROOT, Directory, environment, execute, give_to_nobody, may_run,
                     ordinary)
from tap import Tap

DIRECTORIES = [os.path.join(HERE, "transcripts"), os.path.join(ROOT, "lessons")]
WORKERS = 2
UPDATE_RUNS = 3
DIRECTIVES = ("args", "stdin", "cmd", "setup", "env", "needs", "normalise")


class Bad(Exception):
    """The test itself is wrong, or cannot be run."""


class Skip(Exception):
    """The test's needs are not met."""


class Test:
    """One script and its directives."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[: -len(".fl")]
        self.golden = path[: -len(".fl")] + ".out"
        with open(path, "rb") as f:
            self.script = f.read().decode("utf-8", "replace")
        self.args = ["-x"]
        self.stdin = False
        self.cmd = None
        self.setup = []
        self.env = {}
        self.needs = []
        self.rules = []
        for key, value in read_directives(self.script, path):
            self.take(key, value)

    def take(self, key, value):
        if key == "args":
            self.args = shlex.split(value)
        elif key == "stdin":
            self.stdin = True
        elif key == "cmd":
            self.cmd = value
        elif key == "setup":
            self.setup.append(value)
        elif key == "env":
            name, _, text = value.partition("=")
            self.env[name] = text
        elif key == "needs":
            self.needs += value.split()
        elif key == "normalise":
            regex, arrow, text = value.partition("=>")
            if not arrow:
                raise Bad(f"{self.path}: `normalise: {value}` has no =>")
            self.rules.append((regex.strip(), text.strip()))


def read_directives(script, path):
    """The (key, value) pairs of the `#!` lines among the comments at the start."""
    for line in script.splitlines():
        if line.strip() and not line.startswith("#"):
            return
        match = re.match(r"#! *([a-z]+)(?::\s*(.*?))?\s*$", line)
        if not match:
            continue
        if match.group(1) not in DIRECTIVES:
            raise Bad(f"{path}: unknown directive `{match.group(1)}`")
        yield match.group(1), match.group(2) or ""


def is_sanitized(program):
    with open(program, "rb") as f:
        return b"__asan_init" in f.read()


def kernel_version():
    return tuple(int(n) for n in re.findall(r"\d+", os.uname().release)[:2])


def cpu_flags():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
        match = re.search(r"^(?:flags|Features)\s*:(.*)$", f.read(), re.M)
    return match.group(1).split() if match else []


def gives_huge_pages():
    try:
        with open("/sys/kernel/mm/transparent_hugepage/enabled", encoding="ascii") as f:
            return "[never]" not in f.read()
    except OSError:
        return False


def has_admin_rights():
    """CAP_SYS_ADMIN: containers often take it from root, who then sees no frames, say."""
    sys_admin = 21
    with open("/proc/self/status", encoding="ascii", errors="replace") as f:
        rights = int(re.search(r"^CapEff:\s*([0-9a-f]+)", f.read(), re.M).group(1), 16)
    return bool(rights >> sys_admin & 1)


@functools.lru_cache(maxsize=None)
def may_mount():
    """Whether root may do so here: containers often forbid it."""
    try:
        return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/tmp"], check=False,
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def works(program, statement):
    """Whether a statement goes well in this build."""
    return subprocess.run([program, "-c", statement], check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def read_number(path):
    with open(path, encoding="ascii") as f:
        return int(f.read())


def check_need(need, program):
    """Raises Skip with the reason unless the need is met."""
    if need == "root" and (os.geteuid() != 0 or not has_admin_rights()):
        raise Skip("needs root with CAP_SYS_ADMIN")
    if need == "mounts" and not may_mount():
        raise Skip("needs mounts of its own (unshare -m)")
    if need == "plain" and is_sanitized(program):
        raise Skip("needs a build without sanitizers")
    if need == "user" and os.geteuid() == 0 and not may_run(AS_NOBODY, program):
        raise Skip("an unprivileged user cannot reach the program here")
    if need == "thp" and not gives_huge_pages():
        raise Skip("needs transparent huge pages")
    if need == "symbols" and not works(program, 'sym("puts")'):
        raise Skip("needs a build with libdw")
    if need == "4level" and "la57" in cpu_flags():
        raise Skip("needs page tables of four levels")
    if need == "disassembly" and not works(program, "p = mmap page rx; x/i p"):
        raise Skip("needs a build with capstone")
    if need == "65530maps" and read_number("/proc/sys/vm/max_map_count") != 65530:
        raise Skip("needs vm.max_map_count to be the usual 65530")
    if need in ("65530maps", "root", "mounts", "plain", "user", "thp", "symbols", "4level", "disassembly"):
        return
    version = re.fullmatch(r"kernel>=(\d+)\.(\d+)", need)
    if version:
        if kernel_version() < (int(version.group(1)), int(version.group(2))):
            raise Skip(f"needs {need}")
    elif need.startswith("!"):
        if need[1:] in cpu_flags():
            raise Skip(f"needs a CPU without {need[1:]}")
    elif need not in cpu_flags():
        raise Skip(f"needs the CPU flag {need}")


def command_of(test, program):
    script = test.name + ".fl"
    if test.cmd is not None:
        return ["sh", "-c", test.cmd]
    return [program] + test.args + ([] if test.stdin else [script])


def prepare(test, directory, env):
    shutil.copy(test.path, os.path.join(directory, test.name + ".fl"))
    for command in test.setup:
        done = subprocess.run(["sh", "-c", command], cwd=directory, env=env, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise Bad(f"setup `{command}` failed:\n{done.stdout.decode('utf-8', 'replace')}")


def with_rights(test, program, directory):
    """The command prefix for the rights that the test runs with."""
    if "root" in test.needs:
        return []
    if "user" in test.needs and os.geteuid() == 0:
        give_to_nobody(directory)
        return list(AS_NOBODY)
    return ordinary(program)


def run(test, program):
    """What the test prints, normalised, with the exit status as its last line."""
    for need in test.needs:
        check_need(need, program)
    with Directory() as directory:
        env = environment(directory, program, test.env)
        prepare(test, directory, env)
        argv = with_rights(test, program, directory) + command_of(test, program)
        with open(test.path if test.stdin else os.devnull, "rb") as stdin:
            done = execute(argv, directory, env, stdin)
    text = done.text()
    if text and not text.endswith("\n"):
        text += "\n(no newline at the end)\n"
    paths = [(directory, "$TMP"), (os.path.dirname(program), "$BUILD"), (ROOT, "$SOURCE")]
    return normalise(f"{text}{done.ending()}\n", test.script, paths, test.rules)


def compare(test, got):
    """An empty text if GOT is what the golden file says, else a unified diff or a reason."""
    try:
        with open(test.golden, encoding="utf-8") as f:
            wanted = f.read()
    except FileNotFoundError:
        return f"there is no {os.path.relpath(test.golden, ROOT)}; it printed:\n{got}"
    diff = difflib.unified_diff(wanted.splitlines(), got.splitlines(), "wanted", "got", lineterm="")
    return "\n".join(diff)


def check(test, program):
    """(ok, detail); ok is None for a skipped test."""
    try:
        detail = compare(test, run(test, program))
        return not detail, detail
    except Skip as skip:
        return None, str(skip)
    except Bad as bad:
        return False, str(bad)


def update(test, program):
    """Rewrites the golden file; a test whose output differs from run to run is refused."""
    try:
        runs = {run(test, program) for _ in range(UPDATE_RUNS)}
    except Skip as skip:
        return None, str(skip)
    except Bad as bad:
        return False, str(bad)
    if len(runs) > 1:
        first, second = list(runs)[:2]
        diff = difflib.unified_diff(first.splitlines(), second.splitlines(), "one run", "another", lineterm="")
        return False, "the output is not the same each time:\n" + "\n".join(diff)
    got = runs.pop()
    if compare(test, got):
        with open(test.golden, "w", encoding="utf-8") as f:
            f.write(got)
        print(f"# wrote {os.path.relpath(test.golden, ROOT)}")
    return True, ""


def find_tests(directories, patterns):
    """The scripts in the directories whose name contains one of the patterns (or matches it as a glob)."""
    tests = []
    for directory in directories:
        for name in sorted(os.listdir(directory)):
            if name.endswith(".fl") and matches(name[: -len(".fl")], patterns):
                tests.append(os.path.join(directory, name))
    return tests


def matches(name, patterns):
    return not patterns or any(p in name or fnmatch.fnmatch(name, p) for p in patterns)


def orphans(directories):
    """Golden files without a script: a renamed test would otherwise vanish unnoticed."""
    for directory in directories:
        for name in sorted(os.listdir(directory)):
            path = os.path.join(directory, name)
            if name.endswith(".out") and not os.path.exists(path[: -len(".out")] + ".fl"):
                yield os.path.relpath(path, ROOT)


def load(path):
    """(Test, reason it cannot be run)."""
    try:
        return Test(path), None
    except Bad as bad:
        return None, str(bad)


def run_all(paths, work, tap):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        loaded = [load(path) for path in paths]
        results = [pool.submit(work, test) if test else None for test, _ in loaded]
        for path, (test, reason), result in zip(paths, loaded, results):
            name = os.path.basename(path)[: -len(".fl")]
            ok, detail = result.result() if test else (False, reason)
            if ok is None:
                tap.skip(name, detail)
            else:
                tap.result(ok, name, detail)


def arguments():
    parser = argparse.ArgumentParser(description="Runs the transcript tests.")
    parser.add_argument("--program", default=PROGRAM)
    parser.add_argument("--directory", action="append", help="where the scripts are (repeatable)")
    parser.add_argument("--update", action="store_true", help="rewrite the golden files")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("patterns", nargs="*", metavar="NAME", help="only tests whose name contains this")
    return parser.parse_args()


def asked_for():
    """The names given to tools/test; none if one of them means the transcripts as a whole."""
    names = os.environ.get("FAULTLINE_TESTS", "").split()
    return [] if any(name in "transcripts" for name in names) else names


def main():
    args = arguments()
    directories = args.directory or [d for d in DIRECTORIES if os.path.isdir(d)]
    patterns = args.patterns or asked_for()
    paths = find_tests(directories, patterns)
    if args.list:
        print("\n".join(os.path.basename(path)[: -len(".fl")] for path in paths))
        return 0
    program = os.path.abspath(args.program)
    lost = [] if patterns else list(orphans(directories))
    tap = Tap(len(paths) + len(lost))
    work = update if args.update else check
    run_all(paths, lambda test: work(test, program), tap)
    for path in lost:
        tap.result(False, path, "a golden file without a script")
    return 1 if tap.failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
