#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluates random expressions with faultline and with a C compiler, and compares every result.

    expressions.py [--cc COMPILER] [--seed N] [--rounds N] [--statements N] [--keep FOLDER]

In each round the same statements (see statement_pairs.py) are written as a script and as a C program, over the same
memory at the same address: declarations, assignments, steps, loads, stores, and expressions of every operator on every
type. One line of each output belongs to one statement.
"""

import argparse
import math
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from program import PROGRAM, Directory, environment, execute
from statement_pairs import MEMORY, PAGE, REAL, WHOLE, Statements
from tap import Tap

C_HEAD = """
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
typedef int8_t s8; typedef uint8_t u8; typedef int16_t s16; typedef uint16_t u16; typedef int32_t s32; typedef uint32_t u32;
typedef int64_t s64; typedef uint64_t u64;
static void show(const char *type, u64 bits) { printf("%s %lx\\n", type, bits); }
static u64 bits_of_double(double x) { u64 bits; memcpy(&bits, &x, 8); return bits; }
/* The type that C gives the expression, and its value. */
#define SHOW(e) do { __typeof__(e) v_ = (e); show(_Generic(v_, s8: "s8", u8: "u8", s16: "s16", u16: "u16", s32: "s32", \\
	u32: "u32", s64: "s64", u64: "u64", float: "float", double: "double", default: "pointer"), \\
	_Generic(v_, float: bits_of_double((double)FLOATING(v_)), double: bits_of_double((double)FLOATING(v_)), \\
	default: (u64)INTEGER(v_))); } while (0)
#define FLOATING(v) _Generic(v, float: v, double: v, default: 0)
#define INTEGER(v) _Generic(v, float: 0, double: 0, default: v)
"""


def c_program(statements):
    return (C_HEAD + "int main(void)\n{\n"
            f"\tif (mmap((void *){MEMORY:#x}, {PAGE}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,"
            " -1, 0) == MAP_FAILED)\n"
            "\t\treturn 1;\n\t" + "\n\t".join(statements) + "\n\treturn 0;\n}\n")


def expected(line):
    """What faultline is to print for the C program's line; of a real its value and type instead."""
    type_, bits = line.split()
    bits = int(bits, 16)
    if type_ == "pointer":
        return f"= {bits:#x}"
    if type_ in REAL:
        return struct.unpack("d", struct.pack("Q", bits))[0], type_
    size = WHOLE[type_]
    value = bits & ((1 << 8 * size) - 1)
    number = value - (1 << 8 * size) if type_[0] == "s" and value >> (8 * size - 1) else value
    return f"= {number}" if 0 <= number <= 9 else f"= {number} ({value:#x})"


def same(line, want):
    if isinstance(want, str):
        return line == want
    x, type_ = want
    try:
        got = float(line.removeprefix("= "))
    except ValueError:
        return False
    if not line.startswith("= ") or "(" in line:
        return False
    if type_ == "float" and not math.isinf(x) and not math.isnan(x):
        got = struct.unpack("f", struct.pack("f", got))[0]
    return got == x and math.copysign(1, got) == math.copysign(1, x) or (math.isnan(got) and math.isnan(x))


def play(pairs, cc, folder):
    """Runs both. Returns what was wrong, or None."""
    source, program = os.path.join(folder, "expressions.c"), os.path.join(folder, "expressions")
    with open(source, "w", encoding="ascii") as file:
        file.write(c_program(pairs.program))
    with open(os.path.join(folder, "expressions.fl"), "w", encoding="ascii") as file:
        file.write("\n".join(pairs.script) + "\n")
    built = subprocess.run([*cc, "-std=gnu17", "-w", "-O0", "-fwrapv", "-fno-strict-aliasing", "-ffp-contract=off", "-o", program,
                            source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if built.returncode:
        return "the C program could not be compiled:\n" + built.stdout[:2000]
    truth = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=False)
    if truth.returncode:
        return f"the C program ended with {truth.returncode}"
    done = execute([PROGRAM, "expressions.fl"], folder, environment(folder, PROGRAM), timeout=300)
    lines = done.text().splitlines()[2:]  # without the echo of mmap and its mapping
    shown = [(text, c) for text, c in zip(pairs.script[1:], pairs.program) if c.startswith("SHOW")]
    wants = [expected(line) for line in truth.stdout.splitlines()]
    wrong = []
    for (text, c), line, want in zip(shown, lines, wants):
        if not same(line, want):
            wrong.append(f"{text}\n  C: {c}\n  faultline: {line}\n  wanted: {want}")
            if len(wrong) == 5 or not line.startswith("= "):
                break
    if wrong:
        return "\n".join(wrong)
    if not len(lines) == len(wants) == len(shown) or done.status != 0:
        return f"{len(wants)} results wanted, {len(lines)} lines seen, {done.ending()}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", action="append", help="the compiler, a word each time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--statements", type=int, default=2000)
    parser.add_argument("--keep", help="where the last round's files stay")
    args = parser.parse_args()
    tap = Tap(args.rounds)
    for seed in range(args.seed, args.seed + args.rounds):
        pairs = Statements(seed)
        pairs.fill(args.statements)
        with Directory() as folder:
            if args.keep:
                os.makedirs(args.keep, exist_ok=True)
            problem = play(pairs, args.cc or ["cc"], args.keep or folder)
        tap.result(not problem, f"{args.statements} statements of seed {seed}", problem or "")
        if problem and args.keep:
            break
    sys.exit(1 if tap.failed else 0)


if __name__ == "__main__":
    main()
