#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent needs nothing of the process that it runs in: reads its ELF file (the argument) and proves it."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from tap import Tap

SHT_SYMTAB, SHT_RELA, SHT_DYNAMIC, SHT_REL, SHT_DYNSYM = 2, 4, 6, 9, 11
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_TLS = 1, 2, 3, 7
SHF_ALLOC, SHF_TLS = 2, 0x400
PAGE = 4096


class Elf:
    """The parts of a 64-bit little-endian ELF file that tell what it needs."""

    def __init__(self, data):
        self.data = data
        assert data[:6] == b"\x7fELF\x02\x01", "not a 64-bit little-endian ELF file"
        phoff, shoff = struct.unpack_from("<QQ", data, 32)
        phsize, phnum, shsize, shnum, names = struct.unpack_from("<HHHHH", data, 54)
        self.segments = [struct.unpack_from("<IIQQQQQQ", data, phoff + i * phsize) for i in range(phnum)]
        raw = [struct.unpack_from("<IIQQQQIIQQ", data, shoff + i * shsize) for i in range(shnum)]
        self.sections = [(self.string(raw[names], section[0]), *section[1:]) for section in raw]

    def string(self, table, at):
        start = table[4] + at
        return self.data[start:self.data.index(b"\0", start)].decode()

    def undefined(self):
        """Names of the symbols that some other file would have to define."""
        found = []
        for section in self.sections:
            if section[1] not in (SHT_SYMTAB, SHT_DYNSYM):
                continue
            strings = self.sections[section[6]]
            for at in range(section[4] + 24, section[4] + section[5], 24): # the first is always undefined
                name, _, _, shndx = struct.unpack_from("<IBBH", self.data, at)
                if shndx == 0:
                    found.append(self.string(strings, name))
        return found

    def sections_of_type(self, *types):
        """Sections of these types that are not empty. Debug information has relocations only in objects."""
        return [section[0] for section in self.sections if section[1] in types and section[5]]


def main():
    with open(sys.argv[1], "rb") as file:
        elf = Elf(file.read())
    with open(sys.argv[2], "rb") as file:
        blob = file.read()
    magic, text, in_file, size, entry = struct.unpack_from("<4sIIII", blob)
    loads = [segment for segment in elf.segments if segment[0] == PT_LOAD]
    kinds = {segment[0] for segment in elf.segments}
    writable_text = [segment for segment in loads if segment[1] & 3 == 3]

    tap = Tap(10)
    check = lambda name, wrong, detail="": tap.result(not wrong, name, str(detail or wrong))
    check("has a symbol table", not elf.sections_of_type(SHT_SYMTAB), "stripped: nothing could be told")
    check("no undefined symbol", elf.undefined())
    check("no relocation", elf.sections_of_type(SHT_REL, SHT_RELA))
    check("no dynamic section", elf.sections_of_type(SHT_DYNAMIC, SHT_DYNSYM) or PT_DYNAMIC in kinds)
    check("no interpreter", PT_INTERP in kinds)
    check("no thread-local storage",
          PT_TLS in kinds or [s[0] for s in elf.sections if s[2] & SHF_TLS])
    check("begins at address 0", loads[0][3] != 0, hex(loads[0][3]))
    check("nothing is both writable and executable", writable_text)
    check("the header tells the sizes",
          magic != b"blob" or text % PAGE or size % PAGE or not entry < text <= in_file <= size
          or in_file != len(blob) or size != max(s[3] + s[6] for s in loads),
          f"magic {magic} text {text} in file {in_file} of {len(blob)} size {size} entry {entry} {loads}")
    check("small enough to understand", text > 4 * PAGE, text)
    sys.exit(1 if tap.failed else 0)


main()
