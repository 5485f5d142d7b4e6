# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes output comparable between runs: gives stable names to what the system picks at random.

Addresses are named by where they lie together. The first address seen of a neighbourhood, cut down to its
page, becomes the base `<A>`, the next neighbourhood's `<B>`, and so on; other addresses are written from
their base: `0x<A+1010>`, `<A-3000>-<A+3000>` (offsets are hexadecimal). An address belongs to a base when it
lies inside of a range START-END that was shown with it, or within 1 MiB of one: less than the 2 MiB to which
the kernel aligns large mappings, so that random gaps never become part of a name. The mappings which the
kernel puts at random distances from their neighbours are told apart by the names in maps lines: `<heap>`,
`<stack>`, `<vdso>`, `<vvar>`.

Only values in the regions which address-space randomisation uses are addresses. Everything else stays as it
is, so that real differences still fail: lengths, flags, fixed addresses, and also everything near a number
which the script itself spells out.
"""

import bisect
import re
import string

# Where a position-independent program, its heap, the mmap area and the stack of an x86-64 process may be.
# The last pages below the end of the address space are a constant that experiments use.
RANDOM_REGIONS = [
    (0x550000000000, 0x570000000000),
    (0x700000000000, 0x7FFFFFFF0000),
]
PAGE = 4096
NEAR = 1 << 20

# What else differs between runs and machines, in the order of application.
RULES = [
    # Details of a full maps line: device and inode.
    (r"(?m)([r-][w-][x-][ps] [0-9a-f]{8}) (?!00:00 0\b)[0-9a-f]{2,}:[0-9a-f]{2,} [0-9]+", r"\1 DEV INODE"),
    (r"\b(pid|si_pid)([ =:]+)[0-9]+\b", r"\1\2N"),
    (r"/proc/[0-9]+\b", "/proc/N"),
    (r"\bsi_uid=[0-9]+", "si_uid=N"),
    # The page-table indices of an address that is placed at random.
    (r"\bindices( are)? (pgd|p4d) [0-9]+(, (?:p4d|pud|pmd|pte) [0-9]+)+", r"indices\1 \2 N …"),
    # Distances as large as these are between areas that are placed at random.
    (r"\b[0-9]+(\.[0-9]+)? (TiB|GiB) (above|below|away|higher|lower)", r"N \2 \3"),
]

HEX = r"(?:0x)?[0-9a-fA-F]{5,16}"
TOKEN = re.compile(rf"(?<![0-9a-zA-Z_.])({HEX})(?:-({HEX}))?(?![0-9a-zA-Z_])")
MAPS_LINE = re.compile(r"\b([0-9a-f]{5,16})-([0-9a-f]{5,16}) [r-][w-][x-][ps]\b.*\[(heap|stack|vdso|vvar\w*)\]")
NUMBER = re.compile(r"(?<![0-9a-zA-Z_])(?:0x[0-9a-fA-F]+|[0-9]+)(?![0-9a-zA-Z_])")


class Base:
    """A neighbourhood: its name, the address that offsets count from, the extent known so far, its reach."""

    def __init__(self, name, low, high, reach):
        self.name = name
        self.base = low
        self.low = low
        self.high = high
        self.reach = reach

    def distance(self, address):
        """0 inside, 1 at the end, else how far away."""
        if self.low <= address < self.high:
            return 0
        return self.low - address if address < self.low else address - self.high + 1

    def covers(self, address):
        return self.distance(address) <= self.reach + 1

    def may_start(self, address):
        """Whether a range that starts there can be part of this: behind a named mapping begins another one."""
        return self.covers(address) and (self.reach or address != self.high)

    def spell(self, address):
        offset = address - self.base
        return f"<{self.name}{'+' if offset > 0 else '-'}{abs(offset):x}>" if offset else f"<{self.name}>"


class Addresses:
    """Names the addresses of one text, in the order in which they come."""

    def __init__(self, fixed=()):
        self.bases = []
        self.fixed = sorted(fixed)
        self.letters = 0

    def is_random(self, address):
        if not any(low <= address < high for low, high in RANDOM_REGIONS):
            return False
        i = bisect.bisect(self.fixed, address)
        return all(abs(f - address) > NEAR for f in self.fixed[max(i - 1, 0) : i + 1])

    def claim(self, name, low, high):
        """The mapping NAME lies in [LOW, HIGH); if it was seen there before, the larger extent holds."""
        for base in self.bases:
            if base.name == name and base.covers(low):
                base.high = max(base.high, high)
                return
        if self.is_random(low):
            self.bases.append(Base(name, low, high, 0))

    def base_of(self, address, starts=False):
        near = [base for base in self.bases if (base.may_start if starts else base.covers)(address)]
        if near:
            return min(near, key=lambda base: base.distance(address))
        page = address // PAGE * PAGE
        self.bases.append(Base(self.next_letter(), page, page, NEAR))
        return self.bases[-1]

    def next_letter(self):
        n = self.letters
        self.letters += 1
        letters = string.ascii_uppercase
        return letters[n] if n < len(letters) else letters[n // len(letters) - 1] + letters[n % len(letters)]

    def spell(self, address):
        return self.base_of(address).spell(address)

    def spell_range(self, start, end):
        """Both ends from the same base, whatever the length, which therefore stays visible."""
        base = self.base_of(start, starts=True)
        if end >= start and base.reach:
            base.high = max(base.high, end)
        return base.spell(start), base.spell(end)


def value_of(token, addresses):
    """(prefix, address) of a token that is an address, or None. Hexadecimal is tried before decimal."""
    digits = token[2:] if token.startswith("0x") else token
    if addresses.is_random(int(digits, 16)):
        return ("0x" if token.startswith("0x") else ""), int(digits, 16)
    if token.isdigit() and addresses.is_random(int(token)):
        return "decimal ", int(token)
    return None


def replace_token(match, addresses):
    first, second = match.group(1), match.group(2)
    start = value_of(first, addresses)
    if not second:
        return start[0] + addresses.spell(start[1]) if start else match.group(0)
    end = value_of(second, addresses)
    if start and end and start[0] == end[0]:
        low, high = addresses.spell_range(start[1], end[1])
        return f"{start[0]}{low}-{end[0]}{high}"
    left = start[0] + addresses.spell(start[1]) if start else first
    right = end[0] + addresses.spell(end[1]) if end else second
    return f"{left}-{right}"


def claim_named(text, addresses):
    for match in MAPS_LINE.finditer(text):
        addresses.claim(match.group(3), int(match.group(1), 16), int(match.group(2), 16))


def numbers_in(script):
    """The numbers that a script spells out: these addresses were chosen, not random."""
    return [int(n, 16) if n.startswith("0x") else int(n) for n in NUMBER.findall(script)]


def normalise(text, script="", paths=(), rules=()):
    """TEXT with stable names. PATHS: (directory, name) pairs; RULES: further (regex, replacement) pairs."""
    for path, name in paths:
        text = text.replace(path, name)
    for regex, replacement in list(rules) + RULES:
        text = re.sub(regex, replacement, text)
    addresses = Addresses(n for n in numbers_in(script) if any(lo <= n < hi for lo, hi in RANDOM_REGIONS))
    claim_named(text, addresses)
    return TOKEN.sub(lambda m: replace_token(m, addresses), text)
