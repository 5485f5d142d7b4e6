#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every example that the documents show.

    examples.py --rows PROGRAM README.md… PAGE.1…

In a Markdown file the blocks fenced as ```faultline; in a manual page the `.Bd -literal` blocks that a line
`.\\" test` stands before. Where such a block holds lines that begin with the prompt it is a session: what follows the
prompts is typed at a terminal, and the screen must show all of it, but for what tests/normalise.py names. Any other
block is a script that must exit 0 (after ```faultline exit 1 or `.\\" test exit 1`: with this status). The examples
of the rows are scripts too; the program that is given prints them, one a line: name, tab, script with \\n escapes.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "terminal")]

from normalise import normalise
from program import PROGRAM, Directory, environment, execute, ordinary
from screen import Screen
from tap import Tap

PROMPT = "faultline> "
PROMPT_MORE = "        -> "
# Wide enough that no line of an example is broken.
COLUMNS = 200
ROFF = {"\\e": "\\", "\\(aq": "'", "\\(dq": '"', "\\(ha": "^", "\\(ti": "~", "\\-": "-", "\\&": "", "\\(bs": "\\",
        "\\(ga": "`", "\\[u2026]": "…", "\\(en": "–"}


class Example:
    """A block of a document: where it is, what it says, the exit status it asks for (None: 0)."""

    def __init__(self, name, text, status):
        self.name = name
        self.text = text
        self.status = status

    def is_session(self):
        return any(line.startswith(PROMPT.rstrip()) for line in self.text.splitlines())


def markdown_examples(name, text):
    for match in re.finditer(r"^```faultline(?: exit (\d+))?\n(.*?)^```$", text, re.M | re.S):
        line = text.count("\n", 0, match.start()) + 1
        yield Example(f"{name}:{line}", match.group(2), int(match.group(1)) if match.group(1) else None)


def plain_line(line):
    """An mdoc text line as it is printed."""
    return re.sub(r"\\\(..|\\\[[^]]*\]|\\.", lambda m: ROFF.get(m.group(0), m.group(0)), line)


def manual_examples(name, text):
    """A block that is marked but not found where it should be is an example that fails."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        mark = re.match(r'\.\\" test(?: exit (\d+))?$', line)
        if not mark:
            continue
        status = int(mark.group(1)) if mark.group(1) else None
        body = []
        if number + 1 < len(lines) and lines[number + 1].startswith(".Bd -literal"):
            for inner in lines[number + 2 :]:
                if inner == ".Ed":
                    break
                body.append(plain_line(inner))
        yield Example(f"{name}:{number + 1}", "".join(line + "\n" for line in body), status)


def row_examples(program):
    done = subprocess.run([program, "examples"], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        name, _, script = line.partition("\t")
        text = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), script)
        yield Example(f"rows: {name}", text, 0)


def typed_lines(session):
    """What is typed in a session, line by line."""
    for line in session.splitlines():
        for prompt in (PROMPT, PROMPT_MORE):
            if line.startswith(prompt):
                yield line[len(prompt) :]


def run_script(example):
    with Directory() as directory:
        with open(os.path.join(directory, "example.fl"), "w", encoding="utf-8") as f:
            f.write(example.text)
        done = execute([*ordinary(PROGRAM), PROGRAM, "example.fl"], directory, environment(directory, PROGRAM))
    wanted = example.status or 0
    return "" if done.status == wanted else f"{done.ending()}, wanted {wanted}; it printed:\n{done.text()}"


def show_session(lines):
    """What a terminal shows when the lines are typed one after the other."""
    with Directory() as directory:
        env = environment(directory, PROGRAM, {"NO_COLOR": "1", "PAGER": "cat"})
        with Screen([*ordinary(PROGRAM), PROGRAM, "-q"], columns=COLUMNS, rows=50, env=env, cwd=directory) as screen:
            def ready():
                return screen.terminal.before_cursor() in (PROMPT, PROMPT_MORE)
            screen.wait_until(ready, "the first prompt")
            for line in lines:
                screen.send(line)
                screen.expect(line[-20:])
                before = len(screen.raw)
                screen.send("\r")
                screen.wait_until(lambda: len(screen.raw) > before and ready(), "the next prompt")
            text = screen.everything()
            screen.ctrl("d")
            screen.close()
    return text


def check_session(example):
    lines = list(typed_lines(example.text))
    try:
        shown = show_session(lines)
    except AssertionError as failure:
        return str(failure)
    script = "\n".join(lines)
    wanted = [line.rstrip() for line in normalise(example.text, script).splitlines()]
    got = [line.rstrip() for line in normalise(shown, script).splitlines()]
    if got and got[-1] == PROMPT.rstrip():
        got.pop()
    return "\n".join(difflib.unified_diff(wanted, got, "written", "shown", lineterm=""))


def check(example):
    """An empty text, or what is wrong."""
    if not example.text.strip():
        return "there is no example here"
    return check_session(example) if example.is_session() else run_script(example)


def self_faults():
    """The readers must find what they look for."""
    found = list(markdown_examples("m", "x\n```faultline\nfaultline> 1\n= 1\n```\n```sh\nls\n```\n"))
    found += list(manual_examples("p", '.\\" test exit 1\n.Bd -literal\necho "a\\en"\n\\&.x\n.Ed\n.Bd -literal\nno\n.Ed\n'))
    wanted = [("m:2", "faultline> 1\n= 1\n", None), ("p:1", 'echo "a\\n"\n.x\n', 1)]
    got = [(e.name, e.text, e.status) for e in found]
    return "" if got == wanted else f"wanted {wanted}, got {got}"


def collect(args):
    for path in args.documents:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        reader = markdown_examples if path.endswith(".md") else manual_examples
        yield os.path.basename(path), list(reader(os.path.basename(path), text))
    if args.rows:
        yield "rows", list(row_examples(args.rows))


def main():
    parser = argparse.ArgumentParser(description="Runs the examples of the documents.")
    parser.add_argument("--rows", help="the program that prints the rows' examples")
    parser.add_argument("documents", nargs="*")
    sources = list(collect(parser.parse_args()))
    tap = Tap(1 + len(sources) + sum(len(examples) for _, examples in sources))
    fault = self_faults()
    tap.result(not fault, "the readers read", fault)
    for name, examples in sources:
        tap.result(bool(examples), f"{name} has examples", "none was found")
        for example in examples:
            fault = check(example)
            tap.result(not fault, example.name, fault)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
