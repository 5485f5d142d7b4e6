#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps out of the tree what belongs to one machine or one day: home directories, package hosts, leftovers."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from program import ROOT
from tap import Tap

# Spelt so that this file does not match itself.
LAWS = [
    ("no path of a home or work directory", r"(?<![\w$.}-])/(?:home|root|work|Users)/(?=\w)"),
    ("no host of a package registry",
     r"\b(?:pypi[.]org|pythonhosted[.]org|npmjs[.]org|crates[.]io|rubygems[.]org|golang[.]org"
     r"|(?:deb|security|snapshot|ftp)[.]debian[.]org|archive[.]ubuntu[.]com|docker[.]io|ghcr[.]io)\b"),
    ("nothing left to be done", r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"),
    ("no conflict marker", r"(?m)^(?:<{7}|>{7}|={7}$)"),
    ("no blank at a line's end", r"(?m)[ \t]+$"),
    ("no carriage return", r"\r"),
]
# Texts that are not ours, or whose blanks mean something.
EXCEPTED = {
    "no blank at a line's end": r"tests/(?:transcripts|fuzz/corpus)/|lessons/.*\.out$",
    "no carriage return": r"tests/",
    "no host of a package registry": r"LICENSE$",
}
LEFT_OUT = re.compile(r"^(?:\.git|build.*|__pycache__)$")


def tree():
    """(path, text) of every file of the project."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not LEFT_OUT.match(name))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not LEFT_OUT.match(name) and not os.path.islink(path):
                with open(path, encoding="utf-8", errors="replace") as f:
                    yield os.path.relpath(path, ROOT), f.read()


def faults(files, law):
    name, regex = law
    excepted = EXCEPTED.get(name)
    for path, text in files:
        if excepted and re.match(excepted, path):
            continue
        for match in re.finditer(regex, text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match.group(0)!r}"


def license_faults(files):
    """Every source begins with its licence, in the first two lines."""
    for path, text in files:
        if re.search(r"\.(c|h|S|py|sh|ld)$|(^|/)meson\.build$|^tools/|^\.ci/", path):
            if "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(text.splitlines()[:2]):
                yield f"{path}:1: no SPDX line"


def self_faults():
    """Each law must be able to fail."""
    samples = ["see /ho" + "me/me", "https://py" + "pi.org/x", "TO" + "DO: this", "<" * 7 + " x", "x \n", "x\r\n"]
    return [f"{law[0]}: does not see {sample!r}" for law, sample in zip(LAWS, samples)
            if not list(faults([("x", sample)], law))]


def main():
    files = list(tree())
    checks = [("the laws can fail", self_faults())]
    checks += [(law[0], list(faults(files, law))) for law in LAWS]
    checks += [("every source names its licence", list(license_faults(files)))]
    tap = Tap(len(checks))
    for name, found in checks:
        tap.result(not found, name, "\n".join(found))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
