#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assembles the manual page: the prose of the template, with what the program generates put in.

usage: gen.py TEMPLATE OUTPUT ROWS-PROGRAM VERSION

A line @NAME@ becomes the output of `ROWS-PROGRAM name-mdoc`; @VERSION@ is replaced wherever it stands.
"""

import re
import subprocess
import sys


def generated(program, name):
    done = subprocess.run([program, f"{name.lower()}-mdoc"], check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def main():
    template, output, program, version = sys.argv[1:]
    with open(template, encoding="utf-8") as file:
        text = file.read().replace("@VERSION@", version)
    text = re.sub(r"^@([A-Z]+)@\n", lambda match: generated(program, match[1]), text, flags=re.MULTILINE)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


main()
