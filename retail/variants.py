"""Articles of one family as a matrix: the first word tells the row, the others the column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

_SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL")


@dataclass(frozen=True, slots=True)
class Variant:
    """An article of a family.

    Attributes:
        words: what tells it from the others, such as ``("M", "blue")``.
        minor: price of one unit in minor units.
        open: it may be sold now.
    """

    sku: str
    name: str
    words: tuple[str, ...]
    minor: int
    open: bool = True


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows and columns in the order that people look for them; a missing cell is not made."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], Variant]


def matrix_of(variants: Iterable[Variant]) -> Matrix:
    """Articles of a family by row and column; of several in one cell the first stays."""
    known = sorted(variants, key=lambda one: one.sku)
    rows = _ordered(_row(one) for one in known)
    columns = _ordered(_column(one) for one in known)
    cells: dict[tuple[int, int], Variant] = {}
    for one in known:
        place = (rows.index(_row(one)), columns.index(_column(one)))
        cells.setdefault(place, one)
    return Matrix(name_of(tuple(one.name for one in known)), rows, columns, cells)


def name_of(names: tuple[str, ...]) -> str:
    """What articles of a family are called together: the words that all their names begin with."""
    split = [name.replace(",", " ,").split() for name in names]
    shared = takewhile(lambda words: len(set(words)) == 1, zip(*split, strict=False))
    name = " ".join(words[0] for words in shared).replace(" ,", ",")
    return name.rstrip(" ,-") or "".join(names[:1])


def _row(one: Variant) -> str:
    return one.words[0] if one.words else one.name


def _column(one: Variant) -> str:
    return " ".join(one.words[1:])


def _ordered(words: Iterable[str]) -> tuple[str, ...]:
    """Sizes as they grow, then numbers, then other words."""
    return tuple(sorted(set(words), key=_rank))


def _rank(word: str) -> tuple[int, int, str]:
    if word.upper() in _SIZES:
        return 0, _SIZES.index(word.upper()), ""
    if word.isascii() and word.isdecimal():
        return 1, int(word), ""
    return 2, 0, word
