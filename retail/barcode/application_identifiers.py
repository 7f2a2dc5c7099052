"""The GS1 application identifiers as data: format, check digits, dates, decimals and company.

Source: GS1 General Specifications, section 3; the companions by the GS1 Syntax Dictionary.
A row of the table holds, in columns:

1. the identifier; ``310n`` stands for 3100 to 3105, ``392n`` for 3920 to 3929, ``91-99`` for each;
2. its parts, joined by ``+``: ``N6`` is six digits, ``X..20`` up to 20 characters of set 82,
   ``Y`` those of set 39, ``Z`` those of set 64; a part in brackets may be missing. A letter behind
   the length is a check: ``c`` check digit, ``d`` a date, ``z`` a date whose day may be 00,
   ``t`` hours and minutes, ``m`` the number of a currency;
3. what must stand beside it: ``&`` joins demands, ``,`` ways to meet one, ``+`` what a way takes;
   ``-`` for nothing;
4. what must not stand beside it;
5. for a key of a Digital Link its qualifiers in order, ``|`` between sequences; ``key`` for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

GS = "\x1d"
_GOODS = "01,02,8006,8026"
_MADE = f"{_GOODS},03"
_SIGNED = "00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018"
_QUANTITY = "30,31nn,32nn,35nn,36nn"
_TABLE = f"""
00        N18c            -                 -                       key
01        N14c            -                 255,37                  22,10,21|235
02        N14c            37                01,03
03        N14c            -                 01,02,37
10        X..20           {_MADE}           -
11        N6z             {_MADE}           -
12        N6z             8020              -
13        N6z             {_MADE}           -
15        N6z             {_MADE}           -
16        N6z             {_MADE}           -
17        N6z             {_MADE},255       -
20        N2              {_GOODS}          -
21        X..20           01,03,8006        235
22        X..20           01                -
235       X..28           01                -
240       X..30           {_GOODS}          -
241       X..30           {_GOODS}          -
242       N..6            {_GOODS}          -
243       X..20           01                -
250       X..30           01,8006&21        -
251       X..30           01,8006           -
253       N13c+[X..17]    -                 -                       key
254       X..20           414               -
255       N13c+[N..12]    -                 01,02,415,8006,8020,8026 key
30        N..8            01,02             -
310n-316n N6              01,02             own
320n-329n N6              01,02             own
330n-336n N6              00,01             own
337n      N6              01                own
340n-349n N6              00,01             own
350n-352n N6              01,02             own
353n-355n N6              00,01             own
356n-357n N6              01,02             own
360n-361n N6              01,02             own
362n-363n N6              00,01             own
364n-366n N6              01,02             own
367n-369n N6              00,01             own
37        N..8            00&02,8026        -
390n      N..15           255,8020          390n,391n,394n,8111
391n      N3m+N..15       8020              391n
392n      N..15           01&{_QUANTITY}    392n,393n
393n      N3m+N..15       {_QUANTITY}       393n
394n      N4              255               394n,8111
395n      N6              {_QUANTITY}       392n,393n,395n,8005
400       X..30           -                 -
401       X..30           -                 -                       key
402       N17c            -                 -                       key
403       X..30           00                -
410-413   N13c            -                 -
414       N13c            -                 -                       254|7040
415       N13c            8020              -                       8020
416       N13c            -                 -
417       N13c            -                 -                       7040
420       X..20           -                 421
421       N3+X..9         -                 4307
422       N3              {_GOODS}          426
423       N3+[N3]+[N3]+[N3]+[N3] 01,02 426
424       N3              01,02             426
425       N3+[N3]+[N3]+[N3]+[N3] 01,02 426
426       N3              01,02             -
427       X..3            01,02&422         -
4300-4301 X..35           00                -
4302      X..70           00                -
4303      X..70           4302              -
4304-4306 X..70           00                -
4307      X2              00                -
4308      X..30           00                -
4309      N20             00                -
4310-4311 X..35           00                -
4312      X..70           00                -
4313      X..70           4312              -
4314-4316 X..70           00                -
4317      X2              00                -
4318      X..20           00                -
4319      X..30           00                -
4320      X..35           00                -
4321-4323 N1              00                -
4324-4325 N6z+N4          00                -
4326      N6d             00                -
4330      N6+[X1]         00                4331
4331      N6+[X1]         00                4330
4332      N6+[X1]         00                4333
4333      N6+[X1]         00                4332
7001      N13             {_GOODS}          -
7002      X..30           01,02             -
7003      N6d+N4t         01,02             -
7004      N..4            01&10             -
7005      X..12           01,02             -
7006      N6d             01,02             -
7007      N6d+[N6d]       01,02             -
7008      X..3            01,02             -
7009      X..10           01,02             -
7010      X..2            01,02             -
7011      N6d+[N4t]       01,02             -
7020      X..20           01,8006&416       -
7021      X..20           01,8006           -
7022      X..20           7021              -
7023      X..30           -                 -
7030-7039 N3+X..27        01,02             -
7040      N1+X3           -                 -
7041      X..4            00                -
710-717   X..20           01                -
7230-7239 X2+X..28        01,8004           -
7240      X..20           01,8006           -
7241      N2              8017,8018         -
7242      X..25           8017,8018         -
7250      N8              8018              7251
7251      N8+N4t          8018              7250
7252      N1              8018              -
7253-7254 X..40           8017,8018         7256,7259
7255      X..10           8017,8018         7256,7259
7256      X..90           8017,8018         -
7257      X..70           8018              -
7258      X3              8018+7259         -
7259      X..40           8018              7256
8001      N14             01                -
8002      X..20           -                 -
8003      N14c+[X..16]    -                 -                       key
8004      X..30           -                 -                       7040
8005      N6              01,02             -
8006      N14c+N4         -                 01,37                   22,10,21
8007      X..34           415               -
8008      N6d+N2+[N2]+[N2] 01,02            -
8009      X..50           00,01             -
8010      Y..30           -                 -                       8011
8011      N..12           8010              -
8012      X..20           01,8006           -
8013      X..25           -                 -                       key
8014      X..25           01                -
8017      N18c            -                 8018                    8019
8018      N18c            -                 8017                    8019
8019      N..10           8017,8018         -
8020      X..25           415               -
8026      N14c+N4         37                02,8006
8030      Z..90           {_SIGNED}         -
8040-8041 N15             -                 -
8042      N32             -                 -
8043      N18+[N..2]      -                 -
8110      X..70           -                 -
8111      N4              255               -
8112      X..70           -                 -
8200      X..70           01                -
90        X..30           -                 -
91-99     X..90           -                 -
"""
# GS1 General Specifications 7.8.5: these take their length and no separator behind it.
_PREDEFINED = {f"{n:02d}" for n in (*range(5), *range(11, 21), *range(31, 37), 41)}
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
CHARACTERS = {
    "N": frozenset(_DIGITS),
    "X": frozenset("!\"%&'()*+,-./:;<=>?_" + _DIGITS + _CAPITALS + _CAPITALS.lower()),
    "Y": frozenset("#-/" + _DIGITS + _CAPITALS),
    "Z": frozenset("-_=" + _DIGITS + _CAPITALS + _CAPITALS.lower()),
}
_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?([0-9]+)([cdztm]?)\]?")
# The last digit counts decimals: 0 to 5 in a measure and a price per unit, 0 to 3 in a percentage.
_MOST_DECIMALS = {"390": 9, "391": 9, "392": 9, "393": 9, "394": 3}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a value: its characters, its least and greatest length, and what is checked."""

    characters: str
    least: int
    most: int
    check: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """What an identifier's value looks like and what it goes with.

    Attributes:
        predefined: its length is known from its first two digits, so no separator ends it.
        needs: of each tuple one must be in the same code; ``31nn`` stands for a family, ``01+21``
            for both.
        excludes: none of these may be in the same code.
        qualifiers: the orders of qualifiers behind it in a Digital Link; None when it is no key.
    """

    code: str
    parts: tuple[Part, ...]
    predefined: bool
    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None

    @property
    def shortest(self) -> int:
        """The least length of its value in characters."""
        return sum(part.least for part in self.parts if not part.optional)

    @property
    def longest(self) -> int:
        """The greatest length of its value in characters."""
        return sum(part.most for part in self.parts)


def _parts(column: str) -> Iterator[Part]:
    for missing, characters, up_to, length, check in _PART.findall(column):
        yield Part(characters, 1 if up_to else int(length), int(length), check, bool(missing))


def _codes(column: str) -> Iterator[str]:
    first, _, last = column.partition("-")
    for number in range(int(first.rstrip("n")), int((last or first).rstrip("n")) + 1):
        stem = str(number).zfill(len(first.rstrip("n")))
        if first.endswith("n"):
            yield from (f"{stem}{n}" for n in range(_MOST_DECIMALS.get(stem, 5) + 1))
        else:
            yield stem


def _rows() -> Iterator[ApplicationIdentifier]:
    for line in _TABLE.strip().splitlines():
        codes, parts, needs, excludes, *key = line.split()
        for code in _codes(codes):
            yield ApplicationIdentifier(
                code=code,
                parts=tuple(_parts(parts)),
                predefined=code[:2] in _PREDEFINED,
                needs=() if needs == "-" else _sequences(needs, "&"),
                excludes=_listed(excludes.replace("own", f"{code[:3]}n")),
                qualifiers=_qualifiers(key),
            )


def _listed(column: str) -> tuple[str, ...]:
    return () if column == "-" else tuple(column.split(","))


def _sequences(column: str, joint: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_listed(one) for one in column.split(joint))


def _qualifiers(key: list[str]) -> tuple[tuple[str, ...], ...] | None:
    if not key:
        return None
    return () if key == ["key"] else _sequences(key[0], "|")


IDENTIFIERS = {one.code: one for one in _rows()}


def identifier_at(text: str) -> ApplicationIdentifier | None:
    """The identifier that a text begins with; no identifier is the beginning of another."""
    return next((IDENTIFIERS[text[:n]] for n in (2, 3, 4) if text[:n] in IDENTIFIERS), None)


def belongs(code: str, family: str) -> bool:
    """True when an identifier is the one named, or one of a family such as ``31nn``."""
    return len(code) == len(family) and code.startswith(family.rstrip("n"))
