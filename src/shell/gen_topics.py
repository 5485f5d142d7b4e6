#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the topics of help from the manual, so that the two cannot disagree.

usage: gen_topics.py MANUAL OUTPUT

A comment `.\\" topic NAME` before a heading makes a topic of the text from that heading to the next one. In it a line is a
paragraph to be wrapped behind the blanks it begins with; a line that begins with a tab is shown as it is.
"""

import re
import sys

ESCAPES = {r"\-": "-", r"\(aq": "'", r"\(ha": "^", r"\(ti": "~", r"\(ga": "`", r"\(dq": '"', r"\e": "\\", r"\&": "",
           r"\[u2026]": "…", r"\(bu": "*"}
PLAIN = {"Li", "Va", "Ic", "Ar", "Dv", "Em", "Sx", "Vt", "Pa", "Ev", "Cm", "No", "Sy"}
WRAPPED = {"Ql": ('"', '"'), "Sq": ('"', '"'), "Dq": ('"', '"'), "Pq": ("(", ")"), "Op": ("[", "]"), "In": ("<", ">")}
MACROS = PLAIN | set(WRAPPED) | {"Fn", "Fl", "Xr", "Nm", "Ns", "Oo", "Oc"}
CLOSING = set(".,;:)?!")


def unescape(text):
    return re.sub(r"\\(?:\[u\w+\]|\(..|.)", lambda m: ESCAPES[m[0]], text)


def words_of(line):
    """The arguments of a macro line: blanks part them, quotes hold them together."""
    return [word.replace("\0", " ") for word in re.findall(r'"[^"]*"|\S+', line.replace("\\ ", "\0"))]


class Line:
    """A macro line as text."""

    def __init__(self):
        self.text = ""
        self.tight = True  # no blank before the next word

    def add(self, word):
        if word and not self.tight and not (len(word) == 1 and word in CLOSING):
            self.text += " "
        self.text += word
        self.tight = False

    def macro(self, words):
        while words:
            word = words.pop(0)
            if word == "Ns":
                self.tight = True
            elif word in WRAPPED:
                self.wrapped(word, words)
            elif word in MACROS:
                self.take(word, words)
            else:
                self.add(unescape(word.strip('"')))

    def wrapped(self, name, words):
        inner = Line()
        before, after = WRAPPED[name]
        if name == "Ql" and any(quote in "".join(words) for quote in ("\\(aq", "\\(dq")):
            before = after = ""
        tail = []
        while words and words[-1] in CLOSING:
            tail.insert(0, words.pop())
        inner.macro(words[:])
        words[:] = tail
        self.add(before + inner.text + after)

    def take(self, name, words):
        """A macro that shapes the words up to the next macro or closing mark."""
        if name in ("Oo", "Oc", "Nm"):
            self.add({"Oo": "[", "Oc": "]", "Nm": "faultline"}[name])
            self.tight = name == "Oo"
            return
        taken = []
        while words and words[0] not in MACROS and not (taken and words[0] in CLOSING):
            taken.append(unescape(words.pop(0).strip('"')))
        if name == "Fn":
            self.add(taken[0] + ("" if taken[0].endswith(")") else "(" + ", ".join(taken[1:]) + ")"))
        elif name == "Xr":
            self.add(f"{taken[0]}({taken[1]})")
        elif name == "Fl":
            self.add("-" + " ".join(taken))
        else:
            for word in taken:
                self.add(word)


class Text:
    """The text of one topic, line by line."""

    def __init__(self):
        self.lines = []
        self.paragraph = ""
        self.indent = 0
        self.literal = False

    def end_paragraph(self):
        if self.paragraph:
            self.lines.append(" " * self.indent + self.paragraph)
        self.paragraph = ""

    def gap(self):
        self.end_paragraph()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def take(self, line):
        if line.startswith(".Ed"):
            self.literal = False
            self.gap()
        elif self.literal:
            self.lines.append("\t" + " " * self.indent + unescape(line))
        elif line.startswith('.\\"') or line.startswith("@"):
            pass
        elif line.startswith("."):
            self.request(*re.match(r"\.(\w+)\s*(.*)", line).groups())
        else:
            self.join(unescape(line))

    def join(self, text):
        self.paragraph += (" " if self.paragraph else "") + text

    def request(self, name, rest):
        if name == "Pp":
            self.gap()
        elif name == "Bd":
            self.gap()
            self.literal = True
        elif name == "Bl":
            self.end_paragraph()
        elif name == "El":
            self.end_paragraph()
            self.indent = 0
            self.gap()
        elif name == "It":
            self.end_paragraph()
            self.lines.append("  " + self.shaped("No " + rest))
            self.indent = 6
        elif name == "Dl":
            self.gap()
            self.lines += ["\t" + unescape(rest), ""]
        else:
            self.join(self.shaped(f"{name} {rest}"))

    def shaped(self, macros):
        line = Line()
        line.macro(words_of(macros))
        return line.text

    def whole(self):
        self.end_paragraph()
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "\n".join(self.lines) + "\n"


def topics_of(manual):
    name, topics, text = None, [], None
    for line in manual.split("\n"):
        mark = re.match(r'\.\\" topic (\w+)$', line)
        heading = re.match(r"\.(?:Sh|Ss) (.*)", line)
        if mark:
            name = mark[1]
        elif heading:
            text = Text() if name else None
            if name:
                topics.append((name, heading[1].capitalize(), text))
            name = None
        elif text:
            text.take(line)
    return topics


def quoted(text):
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("?", "\\?")
    return "".join(f'\n\t\t"{part}\\n"' for part in text.rstrip("\n").split("\n"))


def main():
    manual, output = sys.argv[1:]
    with open(manual, encoding="utf-8") as file:
        topics = topics_of(file.read())
    with open(output, "w", encoding="utf-8") as file:
        file.write('/* Made from the manual by gen_topics.py. */\n#include "shell/topics.h"\n\n#include <stddef.h>\n\n'
                   "const struct topic topics[] = {\n")
        for name, title, text in topics:
            file.write(f'\t{{"{name}", "{title}",{quoted(text.whole())}}},\n')
        file.write("\t{NULL, NULL, NULL},\n};\n")


main()
