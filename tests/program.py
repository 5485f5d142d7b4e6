# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs faultline, or anything, in a fresh directory with an environment that is the same for everybody."""

import functools
import os
import re
import shutil
import signal
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PROGRAM = os.path.abspath(os.environ.get("FAULTLINE", os.path.join(ROOT, "build", "faultline")))
NOBODY = 65534
TIMEOUT = 30


class Done:
    """How a run ended: its output as bytes, and a status that is negative for a signal, None after a timeout."""

    def __init__(self, output, errors, status):
        self.output = output
        self.errors = errors
        self.status = status

    def text(self):
        return self.output.decode("utf-8", "backslashreplace")

    def ending(self):
        if self.status is None:
            return f"still running, or holding its output open, after {TIMEOUT} seconds"
        if self.status < 0:
            return f"killed by {signal.Signals(-self.status).name}"
        return f"exit {self.status}"


class Directory:
    """A fresh directory that is gone after the `with`."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="faultline-test-")
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def has_keys():
    """Whether this CPU has protection keys and the kernel switched them on."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        return bool(re.search(r"^flags\s*:.*\bospke\b", file.read(), re.M))


def environment(directory, program, more=None):
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "HOME": directory,
        "TMPDIR": directory,
        "FAULTLINE": program,
    }
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        env[f"XDG_{name}_HOME"] = os.path.join(directory, "." + name.lower())
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    # The leak checker mistakes the thread-local storage of a library that was loaded late, and falls over it.
    env.setdefault("ASAN_OPTIONS", "intercept_tls_get_addr=0")
    env.update(more or {})
    return env


def execute(argv, directory, env, stdin=b"", merge=True, timeout=TIMEOUT):
    """
    Runs ARGV to its end in DIRECTORY. STDIN: bytes to feed, or an open file. MERGE puts stderr into the output,
    in the order in which it came. What was started is killed when it takes too long.
    """
    feed = stdin if isinstance(stdin, bytes) else None
    errors = subprocess.STDOUT if merge else subprocess.PIPE
    with subprocess.Popen(argv, stdin=subprocess.PIPE if feed is not None else stdin, stdout=subprocess.PIPE,
                          stderr=errors, cwd=directory, env=env, start_new_session=True) as child:
        try:
            output, error_output = child.communicate(feed, timeout=timeout)
            return Done(output, error_output, child.returncode)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            output, error_output = child.communicate()
            return Done(output, error_output, None)


# Gives up every capability; root then owns its files and is otherwise like anybody.
WITHOUT_RIGHTS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
# Another user as well.
AS_NOBODY = WITHOUT_RIGHTS + (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


@functools.lru_cache(maxsize=None)
def may_run(prefix, program):
    """Whether the program can be reached this way: its directories may be closed to others."""
    try:
        return subprocess.run(prefix + ("test", "-x", program), check=False,
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def ordinary(program):
    """The command prefix that makes root's results those of any user, as far as this is possible here."""
    return list(WITHOUT_RIGHTS) if os.geteuid() == 0 and may_run(WITHOUT_RIGHTS, program) else []


def give_to_nobody(directory):
    for folder, _, files in os.walk(directory):
        os.chown(folder, NOBODY, NOBODY)
        for name in files:
            os.lchown(os.path.join(folder, name), NOBODY, NOBODY)
