#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves the laws of the layers: what each folder of src/ includes, names and links.

    layers.py --cc gcc --lib base=PATH --lib lang=PATH …

An ordinary link would not notice that one library uses another one above it. Here each is linked whole, alone
with what it may use, with no undefined symbol allowed.
"""

import argparse
import fnmatch
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from program import ROOT
from tap import Tap

# What each library may use besides libc.
LINKS = {
    "base": [],
    "lang": ["base"],
    "arch": ["base"],
    "mem": ["base", "arch"],
}

# Functions that reach out of the process, or print: not for what is called pure.
IMPURE = """
    printf vprintf fprintf vfprintf dprintf puts fputs putc putchar fputc fwrite perror stdout stderr stdin
    fopen fopen64 fdopen fread getline open open64 openat openat64 read pread pread64 write pwrite pwrite64
    ioctl isatty tcsetattr mmap mmap64 munmap mprotect fork vfork clone execv execve execvp posix_spawn system
    popen kill waitpid waitid ptrace syscall signal sigaction getenv exit
""".split()
PURE = ["lang", "mem", "arch"]

FREESTANDING = ["<stdint.h>", "<stddef.h>", "<stdbool.h>", "<stdarg.h>", "<linux/*>", "<asm/*>"]
ANY_SYSTEM = ["<*>"]

# (name of the law, the files it is for, files excepted, includes allowed). Globs; paths from src/.
INCLUDES = [
    ("base includes base", ["base/*"], [], ANY_SYSTEM + ["base/*"]),
    ("lang includes base", ["lang/*"], [], ANY_SYSTEM + ["base/*", "lang/*"]),
    ("mem includes base, arch.h and wire.h", ["mem/*"], [],
     ANY_SYSTEM + ["base/*", "mem/*", "arch/arch.h", "wire.h"]),
    ("wire.h is freestanding", ["wire.h"], [], FREESTANDING),
    ("agent includes wire.h only", ["agent/*"], [], FREESTANDING + ["agent/*", "wire.h", "machine.h"]),
    ("the agent's part of arch includes wire.h only", ["arch/*/*"], ["arch/*/decode*.[ch]"],
     FREESTANDING + ["arch/*/keys.h", "arch/*/regs.h", "machine.h", "regs.h", "wire.h"]),
    ("the decoder includes base and wire.h", ["arch/*/decode*.[ch]", "arch/*.h"], [],
     ANY_SYSTEM + ["base/*", "arch/*", "wire.h"]),
    ("target includes wire.h and the blob", ["target/*"], [],
     ANY_SYSTEM + ["target/*", "agent/blob.h", "wire.h"]),
    ("shell includes neither agent nor target", ["shell/*"], [],
     ANY_SYSTEM + ["base/*", "lang/*", "mem/*", "shell/*", "arch/arch.h", "wire.h", "[!/]*.h"]),
]

# (name of the law, what only these files may name, the files; paths from src/).
NAMES = [
    ("only remote*.c know the channel",
     r"\bstruct wire_(slot|hello|request|reply)\b|\bWIRE_(SLOT|DATA)_OFFSET\b", "shell/*", ["shell/remote*"]),
    ("only line_lib.h names readline", r"#\s*include\s*<readline/", "*", ["shell/line_lib.h"]),
    ("only out*.c and line_*.c know the terminal",
     r"\bisatty\s*\(|\bTIOCGWINSZ\b|<termios\.h>", "*", ["shell/out*.c", "shell/line_*.c"]),
    ("only src/arch knows a machine",
     r"__x86_64__|__aarch64__|\b(REG|ARCH)_(RIP|RSP|EFL|ERR|TRAPNO|CR2)\b|\basm\s*(volatile)?\s*\(", "*",
     ["arch/*/*"]),
    ("only the readers of symbols know elfutils",
     r"#\s*include\s*<(elfutils/|gelf|libelf|dwarf)", "*", ["shell/lib_elf.h"]),
    ("lib_elf.h is for the readers of symbols", r'#\s*include\s*"shell/lib_elf\.h"', "*",
     ["shell/lib_elf.c", "shell/symbol_file.c", "shell/backtrace.c", "shell/host.c", "shell/cmd_code.c"]),
    ("only the disassembler knows capstone", r"#\s*include\s*<capstone/", "*",
     ["shell/disasm.c", "arch/*/decode_insn.c"]),
    ("line_lib.h is for line editing", r'#\s*include\s*"shell/line_lib\.h"', "*", ["shell/line_*.c"]),
]


def sources():
    """(path from src/, text) of every source file."""
    src = os.path.join(ROOT, "src")
    for folder, _, names in os.walk(src):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".S", ".in")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as f:
                    yield os.path.relpath(path, src), f.read()


def any_match(name, globs):
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)


def includes_of(text):
    """(line number, what is included): <…> for system headers, the bare name for the project's."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(<[^>]+>|"([^"]+)")', line)
        if match:
            yield number, match.group(2) or match.group(1)


def include_faults(files, law):
    """Sentences on what breaks the law; and how many files it was tried on."""
    name, wanted, excepted, allowed = law
    faults = []
    tried = 0
    for path, text in files:
        if any_match(path, wanted) and not any_match(path, excepted):
            tried += 1
            faults += [f"src/{path}:{number}: includes {what}" for number, what in includes_of(text)
                       if not any_match(what, allowed)]
    return faults if tried else [f"no file is left that the law `{name}` is for"]


def without_comments(text):
    """The text with comments blanked and lines kept."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


def name_faults(files, law):
    _, regex, where, owners = law
    faults = []
    for path, text in files:
        if any_match(path, [where]) and not any_match(path, owners):
            code = without_comments(text)
            faults += [f"src/{path}:{code[:m.start()].count(chr(10)) + 1}: {m.group(0)}"
                       for m in re.finditer(regex, code)]
    return faults


def link_faults(cc, libs, name):
    """The linker's complaints when library NAME is linked whole with only what it may use."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [cc, "-shared", "-nostdlib", "-o", os.path.join(folder, "whole.so"), "-Wl,-z,defs",
                "-Wl,--whole-archive", libs[name], "-Wl,--no-whole-archive"]
        argv += [libs[lib] for lib in LINKS[name]] + ["-lc", "-lgcc"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if "undefined reference" in line]
    if done.returncode == 0:
        return []
    return [re.sub(r"^.*?:\s*", "", line) for line in lines] or [done.stderr]


def undefined_symbols(path):
    done = subprocess.run(["nm", "-u", path], capture_output=True, text=True, check=True)
    return {line.split()[-1].split("@")[0] for line in done.stdout.splitlines() if " U " in line}


def impure_faults(libs, name):
    used = undefined_symbols(libs[name])
    # Fortified builds call __printf_chk for printf.
    used |= {re.sub(r"^__(\w+)_chk$", r"\1", symbol) for symbol in used}
    return [f"uses {symbol}" for symbol in sorted(used & set(IMPURE))]


def self_faults():
    """The laws must be able to fail."""
    bad = [("lang/x.c", '#include "shell/out.h"\n/* isatty(0) */\nint x = isatty(0);\n')]
    wanted = [
        (include_faults(bad, INCLUDES[1]), ["src/lang/x.c:1: includes shell/out.h"]),
        (name_faults(bad, NAMES[2]), ["src/lang/x.c:3: isatty("]),
        (include_faults(bad, INCLUDES[0]), ["no file is left that the law `base includes base` is for"]),
    ]
    return [f"wanted {b}, got {a}" for a, b in wanted if a != b]


def arguments():
    parser = argparse.ArgumentParser(description="Proves the laws of the layers.")
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--lib", action="append", default=[], help="NAME=PATH of a static library")
    return parser.parse_args()


def main():
    args = arguments()
    libs = dict(lib.split("=", 1) for lib in args.lib)
    files = list(sources())
    checks = [("the laws can fail", self_faults)]
    checks += [(law[0], lambda law=law: include_faults(files, law)) for law in INCLUDES]
    checks += [(law[0], lambda law=law: name_faults(files, law)) for law in NAMES]
    checks += [(f"{name} links with {' and '.join(LINKS[name] + ['libc'])} only",
                lambda name=name: link_faults(args.cc, libs, name)) for name in LINKS if name in libs]
    checks += [(f"{name} is pure", lambda name=name: impure_faults(libs, name)) for name in PURE if name in libs]
    tap = Tap(len(checks))
    for name, check in checks:
        faults = check()
        tap.result(not faults, name, "\n".join(faults))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
