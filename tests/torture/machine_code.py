# SPDX-License-Identifier: GPL-3.0-or-later
"""Random machine code (x86-64): some of it any bytes, most of it pieces that take away what an agent may stand on."""

import struct

# System calls by number, with arguments in rdi, rsi, rdx, r10: numbers, or the names of arguments() below.
CALLS = [
    (9, ["any", "len", "prot", 0x32]), (10, ["any", "len", "prot"]), (11, ["any", "len"]), (25, ["any", "len", "len", 1]),
    (11, ["agent", 4096]), (10, ["agent", 4096, "prot"]), (462, ["any", "len", 0]), (28, ["any", "len", "small"]),
    (13, ["signal", "any", 0, 8]), (14, [2, "any", 0, 8]), (131, ["any", 0]), (158, [0x1002, "any"]),
    (158, [0x1001, "any"]), (158, [0x1012, "small"]), (436, [0, 0xffffffff, 0]), (3, ["small"]), (32, ["small"]),
    (37, [1]), (157, [1, 0]), (157, [4, "bit"]), (157, [26, 2]), (157, [65, "small"]), (157, [36, 1]), (157, [59, "bit", 0, 0]),
    (135, [0x0400000]), (160, ["small", "any"]), (101, [0, 0, 0, 0]), (24, []), (39, []), (15, []), (57, []), (58, []),
    (59, [0, 0, 0]), (60, ["small"]), (231, ["small"]), (62, ["self", "signal"]), (200, ["self", "signal"]), (324, ["small", 0]),
    (334, ["any", 32, 0, 0]), (218, ["any"]), (273, ["any", 24]), (56, [0x50f00, "stack", 0, 0]), (157, [22, 1]),
]
RARE = {37, 231, 59, 60, 57, 58}  # by their number: each ends much
EFLAGS = [0x202, 0x602, 0x40202, 0x4202, 0x302, 0x243202]
RDI, RSI, RDX, R10 = b"\x48\xbf", b"\x48\xbe", b"\x48\xba", b"\x49\xba"
RAX, RSP = b"\x48\xb8", b"\x48\xbc"


class Code:
    """An endless series, as Statements is. The code is called with an address of the agent's in rdi, then r15."""

    def __init__(self, random):
        self.random = random

    def next(self):
        r = self.random
        kind = r.random()
        if kind < 0.35:
            return self.any_bytes() + b"\xc3"
        body = b"".join(self.piece() for _ in range(r.randrange(1, 5)))
        end = r.choices([b"\xc3", b"\xeb\xfe", b"\x0f\x0b", self.any_bytes()], [80, 3, 4, 13])[0]
        return b"\x49\x89\xff\x49\x89\xe6" + body + end  # mov %rdi,%r15; mov %rsp,%r14

    def any_bytes(self):
        return bytes(self.random.getrandbits(8) for _ in range(self.random.randrange(1, 24)))

    def piece(self):
        return self.random.choice([self.call, self.call, self.call, self.flags, self.floats, self.segment, self.base, self.stack,
                                   self.scribble, self.registers])()

    # ---- pieces ----

    def word(self, value):
        return struct.pack("<Q", value & (1 << 64) - 1)

    def any_address(self):
        r = self.random
        return r.choice([0, 8, 4096, (1 << 47) - 4096, 1 << 47, 1 << 63, r.getrandbits(47), r.getrandbits(64)])

    def argument(self, load, kind):
        """Code that puts an argument into the register that LOAD loads."""
        r = self.random
        if isinstance(kind, int):
            return load + self.word(kind)
        if kind in ("agent", "stack") or (kind == "any" and r.random() < 0.6):
            # From r15 or r14, so that pages are hit that are there: lea DISPLACEMENT(%r15),REGISTER
            base = b"\x49\x8d" if load != R10 else b"\x4d\x8d"
            register = {RDI: 7, RSI: 6, RDX: 2, R10: 2}[load]
            agent = kind == "agent" or (kind == "any" and r.random() < 0.5)
            displacement = r.randrange(0, 40) * 4096 if agent else -r.randrange(0, 4096, 16)
            return base + bytes([0x80 | register << 3 | (7 if agent else 6)]) + struct.pack("<i", displacement)
        values = {"any": self.any_address, "len": lambda: r.choice([1, 4096, 65536, 1 << 20, 1 << 46]),
                  "prot": lambda: r.randrange(8), "small": lambda: r.randrange(16), "bit": lambda: r.randrange(2),
                  "signal": lambda: r.choice([1, 2, 4, 5, 7, 8, 9, 11, 13, 14, 15, 17, 18, 19, 31])}
        return load + self.word(values[kind]())

    def call(self):
        r = self.random
        number, kinds = r.choice(CALLS)
        if number in RARE and r.random() < 0.6:
            return b""
        loads = b"".join(b"\xb8\x27\x00\x00\x00\x0f\x05\x48\x89\xc7" if kind == "self" else self.argument(load, kind)
                         for load, kind in zip((RDI, RSI, RDX, R10), kinds))
        return loads + b"\xb8" + struct.pack("<I", number) + b"\x0f\x05"

    def flags(self):
        return b"\x68" + struct.pack("<I", self.random.choice(EFLAGS)) + b"\x9d"

    def floats(self):
        """MXCSR or the x87 control word from the stack, and an error that waits."""
        value = struct.pack("<I", self.random.choice([0, 0x1f80, 0xffff]))
        return b"\x68" + value + self.random.choice([b"\x0f\xae\x14\x24", b"\xd9\x2c\x24"]) + b"\x59\xd9\xe8\xd9\xee\xde\xf9"

    def segment(self):
        selector = self.random.choice([0, 3, 0x23, 0x2b, 0x33, 0x53])
        return b"\xb8" + struct.pack("<I", selector) + b"\x8e" + bytes([self.random.choice([0xc0, 0xd0, 0xd8, 0xe0, 0xe8])])

    def base(self):
        """wrfsbase or wrgsbase."""
        return RAX + self.word(self.any_address()) + b"\xf3\x48\x0f\xae" + bytes([self.random.choice([0xd0, 0xd8])])

    def stack(self):
        r = self.random
        if r.random() < 0.3:
            return b"\x4c\x89\xfc"  # mov %r15,%rsp
        if r.random() < 0.5:
            return b"\x4c\x89\xf4"  # mov %r14,%rsp: back again
        return RSP + self.word(self.any_address())

    def scribble(self):
        """Random words over the agent's memory, as far as it can be written: rep stosq."""
        r = self.random
        return (self.argument(RDI, "agent") + b"\x48\xb9" + self.word(r.choice([1, 8, 64, 512])) + RAX
                + self.word(r.choice([0, (1 << 64) - 1, r.getrandbits(64)])) + b"\xf3\x48\xab")

    def registers(self):
        return RAX + self.word(self.random.getrandbits(64)) + b"".join(
            self.random.sample([b"\x48\x89\xc3", b"\x48\x89\xc5", b"\x49\x89\xc4", b"\x49\x89\xc5"], 2))
