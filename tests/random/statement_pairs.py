# SPDX-License-Identifier: GPL-3.0-or-later
"""Random statements in two languages: the script's and C's, with as few parentheses as C's precedence allows.

C's text spells out where the language differs by intent: narrower operands are widened to 64 bits (or to double)
before an operator sees them, pointers mix with numbers as u64, and an undeclared variable takes the type of its value,
so that it is another variable to C each time.

What C leaves undefined is not made: overlong shifts, division by zero, numbers too large for a conversion. Nor are
several side effects in one expression without an order.
"""

import random

MEMORY = 0x100000000  # the same in both processes; nothing else is ever there
MIDDLE = MEMORY + 2048
AREA = 256            # bytes around the middle that are loaded and stored
PAGE = 4096

# Precedences of C, as the text of an expression is put together with them.
ASSIGN, COND, LOR, LAND, OR, XOR, AND, EQUAL, LESS, SHIFT, ADD, MUL, UNARY, POSTFIX, PRIMARY = range(15)
# The operators that can be joined with an assignment.
LEVELS = {"*": MUL, "/": MUL, "%": MUL, "+": ADD, "-": ADD, "<<": SHIFT, ">>": SHIFT, "&": AND, "^": XOR, "|": OR}
COMPARISONS = {"==": EQUAL, "!=": EQUAL, "<": LESS, ">": LESS, "<=": LESS, ">=": LESS}

WHOLE = {"s8": 1, "u8": 1, "s16": 2, "u16": 2, "s32": 4, "u32": 4, "s64": 8, "u64": 8}
REAL = {"float": 4, "double": 8}
# Other names of the same types, for both languages.
SPELLINGS = {
    "s8": ["s8", "int8_t", "signed char", "char"], "u8": ["u8", "uint8_t", "unsigned char", "char unsigned"],
    "s16": ["s16", "short", "int16_t", "short int"], "u16": ["u16", "unsigned short", "short unsigned int"],
    "s32": ["s32", "int", "signed", "int32_t"], "u32": ["u32", "unsigned", "unsigned int", "uint32_t"],
    "s64": ["s64", "long", "long long", "ssize_t", "intptr_t", "long int"],
    "u64": ["u64", "unsigned long", "size_t", "uintptr_t", "long long unsigned"],
    "float": ["float"], "double": ["double"], "void": ["void"],
}
BASES = list(WHOLE) + list(REAL) + ["void"]


class Type:
    """A base and how many stars stand behind it."""

    def __init__(self, base, depth=0):
        self.base = base
        self.depth = depth

    def __eq__(self, other):
        return (self.base, self.depth) == (other.base, other.depth)

    def pointer(self):
        return self.depth > 0

    def real(self):
        return not self.depth and self.base in REAL

    def whole(self):
        return not self.depth and self.base in WHOLE

    def unsigned(self):
        return self.pointer() or self.base == "u64"

    def narrow(self):
        return not self.pointer() and self.base not in ("s64", "u64", "double")

    def size(self):
        return 8 if self.depth else WHOLE.get(self.base) or REAL.get(self.base)

    def target(self):
        """What * reaches through it."""
        return Type(self.base, self.depth - 1) if self.depth and (self.base, self.depth) != ("void", 1) else U64

    def wide(self):
        """What it is as an operand."""
        if self.pointer():
            return self
        return F64 if self.real() else U64 if self.base == "u64" else S64

    def c(self):
        return self.base + " " * bool(self.depth) + "*" * self.depth


S64, U64, F64, U8 = Type("s64"), Type("u64"), Type("double"), Type("u8")


class Expr:
    """An expression in both languages. C's text has exactly the type, but for `truth`, which is an int there."""

    def __init__(self, text, c, type_, level, truth=False, small=False, effect=False):
        self.text = text
        self.c = c
        self.type = type_
        self.level = level
        self.truth = truth    # 0, 1, or made of these only by operators that keep an int
        self.small = small    # a real that every integer type of 32 bits and more can hold
        self.effect = effect

    def inside(self, least):
        """As an operand of an operator that binds as closely as LEAST."""
        if self.level >= least:
            return self
        return Expr(f"({self.text})", f"({self.c})", self.type, PRIMARY, self.truth, self.small, self.effect)

    def operand(self, least):
        """The same, widened where C would not."""
        e = self.inside(least)
        if self.type.narrow():
            e = self.inside(UNARY)
            text = self.inside(least)
            return Expr(text.text, f"({self.type.wide().c()}){e.c}", self.type.wide(), min(text.level, UNARY),
                        small=self.small)
        return e

    def bits(self, least):
        """The same, with a pointer as the u64 that it is in arithmetic."""
        if not self.type.pointer():
            return self.operand(least)
        text = self.inside(least)
        return Expr(text.text, f"(u64){self.inside(UNARY).c}", U64, min(text.level, UNARY))


class Statements:
    """A script and a C program; SHOW(e) is a C statement whose result the script prints too."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.script = [f"p = mmap({MEMORY:#x}, {PAGE}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)"]
        self.program = []
        self.variables = {}  # name: type, declared
        self.fresh = 0       # undeclared ones, each a new one to C
        self.loose = {}      # undeclared: name → (its name in C, its type)

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, items):
        return self.rng.choice(items)

    # ---- Texts ----

    def blank(self):
        return self.pick(["", " ", " ", " ", "  ", "\t"])

    def join(self, a, operator, b):
        """Blanks around the operator, where there must be some too."""
        left, right = self.blank(), self.blank()
        if operator[0] in "+-&|<>=" and a.endswith(operator[0]):
            left = " "
        if operator[-1] in "+-&*/" and b[0] in "+-&*/":
            right = " "
        return a + left + operator + right + b

    def spell(self, type_):
        stars = "*" * type_.depth
        return self.pick(SPELLINGS[type_.base]) + (self.pick(["", " "]) + stars if stars else "")

    # ---- Leaves ----

    def number(self, most=None):
        rng = self.rng
        x = self.pick([rng.randrange(10), rng.randrange(300), rng.randrange(1 << 16), rng.randrange(1 << 33),
                       rng.randrange(1 << 64), 1 << rng.randrange(64), (1 << rng.randrange(1, 65)) - 1, 0x7fffffff, 0x80000000, 0xffffffff])
        if most is not None:
            x %= most + 1
        kind = rng.randrange(6)
        suffix = self.pick(["", "", "", "u", "UL", "l", "ull"])
        unsigned = "u" in suffix.lower() or x >= 1 << 63
        if kind == 0:
            text = f"0x{x:x}"
        elif kind == 1:
            text = f"0{x:o}"
        elif kind == 2 and x < 1 << 20 and most is None:
            letter = self.pick("KMGTkmg")
            text = f"{x}{letter}"
            x <<= 10 * (1 + "kmgt".index(letter.lower()))
        else:
            text = f"{x}"
        return Expr(text + suffix, f"{x:#x}" + ("UL" if unsigned else "L"), U64 if unsigned else S64, PRIMARY)

    def character(self):
        text = self.pick(["'a'", "' '", "'0'", "'\\n'", "'\\''", "'\\\\'", "'\\xff'", "'\\x7f'", "'\\0'", "'\\101'", "'\"'", "'#'",
                          "';'"])
        return Expr(text, f"(long){text}", S64, PRIMARY)

    def real_number(self):
        x = self.pick(["1.5", "0.1", "1e3", ".25", "3.", "2.5e-3", "16777217.0", "1e300", "0.0", "123456.789"])
        single = x != "1e300" and self.chance(0.3)
        return Expr(x + "f" * single, x + "f" * single, Type("float") if single else F64, PRIMARY, small=x != "1e300")

    def variable(self, want):
        names = [name for name, t in self.variables.items() if want(t)]
        loose = [name for name, (_, t) in self.loose.items() if want(t)]
        if loose and (not names or self.chance(0.3)):
            name = self.pick(loose)
            c, type_ = self.loose[name]
            return Expr(self.pick([name, name, "$" + name]), c, type_, PRIMARY)
        if not names:
            return None
        name = self.pick(names)
        return Expr(self.pick([name, name, name, "$" + name]), name, self.variables[name], PRIMARY)

    # ---- Pointers that may be followed ----

    def address(self):
        """Somewhere in the area, as a whole number."""
        at = MIDDLE + self.rng.randrange(-AREA // 2, AREA // 2 - 8)
        return Expr(f"{at:#x}", f"{at:#x}L", S64, PRIMARY)

    def good_pointer(self):
        base = Type(self.pick(BASES), 1) if self.chance(0.85) else Type(self.pick(BASES), 2)
        at = self.address()
        e = Expr(f"({self.spell(base)}){at.text}", f"({base.c()}){at.c}", base, UNARY)
        if self.chance(0.3):
            size = 1 if base == Type("void", 1) else base.target().size()
            i = self.rng.randrange(-16, 16) // size
            index = Expr(f"{i}", f"{i}L", S64, PRIMARY if i >= 0 else UNARY)
            return self.pointer_sum(e, index, "+") if self.chance(0.7) else self.pointer_sum(e, index, "-")
        return e

    def place(self):
        """Memory that can be loaded and stored."""
        if self.chance(0.15):
            at = self.address().inside(UNARY)
            return Expr("*" + at.text, f"*(u64 *){at.c}", U64, UNARY)
        p = self.good_pointer()
        if p.type == Type("void", 1):
            p = p.inside(UNARY)
            return Expr("*" + p.text, f"*(u64 *){p.c}", U64, UNARY)
        target = p.type.target()
        if self.chance(0.4):
            i = self.rng.randrange(0, 8) // target.size()
            p = p.inside(POSTFIX)
            return Expr(f"{p.text}[{i}]", f"{p.c}[{i}]", target, POSTFIX)
        p = p.inside(UNARY)
        return Expr("*" + p.text, "*" + p.c, target, UNARY)

    # ---- Operators ----

    def pointer_sum(self, p, i, operator):
        p, i = p.inside(ADD), i.operand(MUL)
        return Expr(self.join(p.text, operator, i.text), f"{p.c} {operator} {i.c}", p.type, ADD)

    def binary(self, a, operator, b, level):
        """Integers and reals."""
        a, b = a.bits(level), b.bits(level + 1)
        truth = a.truth and b.truth
        text = self.join(a.text, operator, b.text)
        comparison = level in (EQUAL, LESS)
        if comparison:
            return Expr(text, f"{a.c} {operator} {b.c}", S64, level, truth=True)
        if level == SHIFT and a.truth:
            a = Expr(a.text, f"(s64)({a.c})", S64, UNARY)
        if level == SHIFT:
            type_, truth = a.type, False
        elif F64 in (a.type, b.type):
            type_ = F64
        else:
            type_ = U64 if U64 in (a.type, b.type) else S64
        # Its C text might be an int, which would overflow: only what cannot stays one.
        if truth and level in (MUL, ADD):
            a, truth = Expr(a.text, f"(s64)({a.c})", S64, UNARY), False
        return Expr(text, f"{a.c} {operator} {b.c}", type_, level, truth)

    def arithmetic(self, depth):
        operator = self.pick([*LEVELS, *COMPARISONS])
        level = LEVELS.get(operator) or COMPARISONS[operator]
        whole = operator in ("%", "<<", ">>", "&", "^", "|")
        a = self.some(depth - 1, real=not whole)
        b = self.some(depth - 1, real=not whole)
        if level == SHIFT:
            b = self.number(63) if self.chance(0.6) else self.binary(b, "&", self.number(63), AND)
        elif operator in "/%":
            b = self.divisor(b, a.type.real())
        if (a.type.real() or b.type.real()) and (a.type.pointer() or b.type.pointer()):
            return a
        if operator == "+" and a.type.pointer() and b.type.pointer():
            return a
        if operator == "-" and b.type.pointer():
            return a
        if level == ADD and a.type.pointer():
            return self.pointer_sum(a, b, operator)
        if level == ADD and b.type.pointer():
            a, b = a.operand(ADD), b.inside(MUL)
            return Expr(self.join(a.text, "+", b.text), f"{a.c} + {b.c}", b.type, ADD)
        return self.binary(a, operator, b, level)

    def divisor(self, b, real):
        if real or b.type.real():
            return Expr("7.5", "7.5", F64, PRIMARY)
        if self.chance(0.5):
            n = self.number()
            if n.c not in ("0x0L", "0x0UL"):
                return n
        return self.binary(self.binary(b, "&", self.number(0xffff), AND), "|", Expr("1", "1L", S64, PRIMARY), OR)

    def unary(self, depth):
        operator = self.pick("+-~!")
        a = self.some(depth - 1, real=operator != "~")
        if operator == "!":
            a = a.inside(UNARY)
            return Expr("!" + self.blank() + a.text, "!" + a.c, S64, UNARY, truth=True)
        a = a.bits(UNARY)
        blank = " " if a.text[0] == operator or a.c[0] == operator else self.blank()
        return Expr(operator + blank + a.text, operator + " " + a.c, a.type, UNARY, a.truth, a.small)

    def logical(self, depth, effects=False):
        operator, level = self.pick([("&&", LAND), ("||", LOR)])
        a, b = self.some(depth - 1).inside(level), self.maybe_effect(depth - 1, effects).inside(level + 1)
        return Expr(self.join(a.text, operator, b.text), f"{a.c} {operator} {b.c}", S64, level, truth=True, effect=b.effect)

    def conditional(self, depth, effects=False):
        test = self.some(depth - 1).inside(LOR)
        b, c = self.maybe_effect(depth - 1, effects), self.maybe_effect(depth - 1, effects)
        if b.type.pointer() != c.type.pointer():
            c = b
        if b.type.pointer():
            if b.type != c.type:
                c = b
            yes, no, type_ = b, c.inside(COND), b.type
        else:
            yes, no = b.operand(ASSIGN), c.operand(COND)
            type_ = F64 if F64 in (yes.type, no.type) else U64 if U64 in (yes.type, no.type) else S64
        text = test.text + self.blank() + "?" + self.blank() + yes.text + self.blank() + ":" + self.blank() + no.text
        c_yes = f"({type_.c()})({yes.c})"
        return Expr(text, f"{test.c} ? {c_yes} : {no.c}", type_, COND, effect=b.effect or c.effect)

    def cast(self, depth):
        a = self.some(depth - 1)
        base = self.pick(BASES)
        type_ = Type(base, self.pick([0, 0, 0, 1, 1, 2]) if base != "void" else self.pick([1, 2]))
        if a.type.real() and (type_.pointer() or (type_.whole() and not (a.small and type_.size() == 8 and base == "s64"))):
            type_ = Type(self.pick(list(REAL)))
        if a.type.pointer() and type_.real():
            type_ = U64
        e = a.inside(UNARY)
        c = f"(u64){e.c}" if a.type.pointer() and not type_.pointer() else e.c
        return Expr(f"({self.spell(type_)}){self.blank()}{e.text}", f"({type_.c()}){c}", type_, UNARY,
                    small=a.small and type_.real())

    def size_of(self, depth):
        if self.chance(0.4):
            t = Type(self.pick(BASES), self.rng.randrange(3))
            if t == Type("void"):
                t = U8
            return Expr(f"sizeof({self.spell(t)})", f"sizeof({t.c()})", U64, UNARY)
        a = self.some(depth - 1)
        # sizeof (TYPE)x would be (sizeof (TYPE)) and an operator.
        e = a.inside(POSTFIX if a.text[0] == "(" else UNARY)
        space = "" if e.text[0] == "(" else " "
        return Expr(f"sizeof{space}{e.text}", f"sizeof(({a.type.c()})0)", U64, UNARY)

    def address_of(self, _):
        place = self.place()
        return Expr(f"&{place.text}", f"&{place.c}", Type(place.type.base, place.type.depth + 1), UNARY)

    def pointer_compare(self, _):
        a, b = self.good_pointer(), self.good_pointer()
        operator = self.pick(list(COMPARISONS))
        return self.binary(a, operator, b, COMPARISONS[operator])

    def difference(self, _):
        t = Type(self.pick(BASES), self.pick([1, 1, 2]))
        size = 1 if t == Type("void", 1) else t.target().size()
        ends = [MIDDLE + size * self.rng.randrange(-50, 50) for _ in range(2)]
        a, b = (Expr(f"({self.spell(t)}){at:#x}", f"({t.c()}){at:#x}L", t, UNARY) for at in ends)
        return Expr(self.join(a.text, "-", b.text), f"{a.c} - {b.c}", S64, ADD)

    def leaf(self):
        kind = self.rng.randrange(10)
        if kind < 3:
            return self.number()
        if kind == 3:
            return self.character()
        if kind == 4:
            return self.real_number()
        if kind == 5:
            return self.pick([Expr("page", f"{PAGE}L", S64, PRIMARY), Expr("NULL", "(void *)0", Type("void", 1), PRIMARY)])
        if kind == 6:
            return self.place()
        return self.variable(lambda t: True) or self.number()

    def some(self, depth, real=True):
        """An expression without side effects."""
        if depth <= 0 or self.chance(0.1):
            e = self.leaf()
        else:
            make = self.pick([self.arithmetic] * 9 + [self.unary, self.cast, self.logical] * 2
                             + [self.conditional, self.size_of, self.address_of, self.pointer_compare, self.difference])
            e = make(depth)
        return self.number() if e.type.real() and not real else e

    # ---- Side effects ----

    def left(self):
        """A declared variable or a place."""
        v = None
        if self.chance(0.5):
            names = list(self.variables)
            name = self.pick(names) if names else None
            v = name and Expr(self.pick([name, "$" + name]), name, self.variables[name], PRIMARY)
        return v or self.place()

    def fit(self, e, type_):
        """Whether E can be converted to the type, and C defines how."""
        return not e.type.pointer() if type_.real() else not e.type.real()

    def converted(self, e, type_):
        c = f"({e.c})"
        if type_.pointer() or e.type.pointer():
            return f"({type_.c()})(u64){c}"
        return f"({type_.c()}){c}"

    def assignment(self, depth):
        left = self.left()
        right = self.some(depth)
        if not self.fit(right, left.type):
            right = self.number() if not left.type.real() else self.real_number()
        return Expr(self.join(left.text, "=", right.text), f"{left.c} = {self.converted(right, left.type)}", left.type,
                    ASSIGN, effect=True)

    def compound(self, depth):
        left = self.left()
        operator = self.pick(list(LEVELS))
        if left.type.pointer():
            operator = self.pick("+-")
        elif left.type.real():
            operator = self.pick("*/+-")
        right = self.some(depth)
        if right.type.pointer() or (right.type.real() and not left.type.real()):
            right = self.number()
        if operator in "/%":
            right = self.divisor(right, left.type.real())
        if operator in ("<<", ">>"):
            right = self.number(63)
        if left.type.pointer():
            sum_ = self.pointer_sum(left, right, operator)
        else:
            sum_ = self.binary(left, operator, right, LEVELS[operator])
        return Expr(self.join(left.text, operator + "=", right.text), f"{left.c} = {self.converted(sum_, left.type)}",
                    left.type, ASSIGN, effect=True)

    def step(self):
        left = self.left()
        operator = self.pick(["++", "--"])
        if self.chance(0.5):
            e = left.inside(UNARY)
            return Expr(operator + e.text, operator + e.c, left.type, UNARY, effect=True)
        e = left.inside(POSTFIX)
        return Expr(e.text + operator, e.c + operator, left.type, POSTFIX, effect=True)

    def effect(self, depth):
        kind = self.rng.randrange(10)
        if kind < 4:
            return self.assignment(depth)
        if kind < 7:
            return self.compound(depth)
        if kind < 9:
            return self.step()
        # Right to left: the inner one has happened before the outer address is asked for.
        left, right = self.left(), self.assignment(depth - 1)
        if not self.fit(right, left.type):
            return right
        return Expr(self.join(left.text, "=", right.text), f"{left.c} = {self.converted(right, left.type)}", left.type,
                    ASSIGN, effect=True)

    def maybe_effect(self, depth, effects):
        return self.effect(depth).inside(PRIMARY) if effects and self.chance(0.5) else self.some(depth)

    # ---- Statements ----

    def print(self, e):
        """A statement that shows the value of E."""
        # What assigns or steps shows nothing; what begins with ! is for the system's shell.
        if e.effect and (e.level == ASSIGN or e.level in (UNARY, POSTFIX)):
            e = e.bits(UNARY)
            e = Expr("+" + (" " if e.text[0] == "+" else "") + e.text, e.c, e.type, UNARY)
        elif e.text[0] == "!":
            e = e.inside(PRIMARY)
        self.script.append(e.text)
        self.program.append(f"SHOW(({e.type.c()})({e.c}));" if e.truth else f"SHOW({e.c});")

    def declare(self, name, depth):
        type_ = Type(self.pick(list(WHOLE) + list(REAL) + ["u8", "u32"]), 0 if self.chance(0.75) else 1)
        e = self.some(depth)
        if not self.fit(e, type_):
            e = self.real_number() if type_.real() else self.number()
        self.script.append(f"{self.spell(type_)} {name}{self.blank()}={self.blank()}{e.text}")
        self.program.append(f"{type_.c()} {name} = {self.converted(e, type_)};")
        self.variables[name] = type_

    def loosen(self, depth):
        """An undeclared variable takes the type of its value."""
        e = self.some(depth)
        name = self.pick(["d0", "d1", "d2"])
        self.fresh += 1
        c = f"{name}_{self.fresh}"
        self.script.append(f"{name}{self.blank()}={self.blank()}{e.text}")
        self.program.append(f"{e.type.c()} {c} = ({e.type.c()})({e.c});")
        self.loose[name] = (c, e.type)

    def statement(self):
        depth = self.pick([1, 2, 2, 3, 3, 4, 5])
        kind = self.rng.randrange(20)
        if kind < 11:
            self.print(self.some(depth))
        elif kind < 15:
            self.print(self.effect(depth))
        elif kind < 17:
            self.print(self.pick([self.logical, self.conditional])(depth, effects=True))
        else:
            self.loosen(depth)

    def fill(self, statements):
        for i in range(12):
            self.declare(f"v{i}", 2)
        for _ in range(statements):
            self.statement()
        for at in range(-AREA // 2, AREA // 2, 8):
            self.script.append(f"*{MIDDLE + at:#x}")
            self.program.append(f"SHOW(*(u64 *){MIDDLE + at:#x}L);")
        for name in self.variables:
            self.script.append(f"({name})")
            self.program.append(f"SHOW({name});")
