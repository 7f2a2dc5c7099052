"""Quantities in integer thousandths of a piece, kilogram, metre or litre."""

from __future__ import annotations

import re

from retail.errors import RetailError
from retail.money import divide_half_away

ONE = 1000
MAX_THOUSANDTHS = 999_999_999
_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?")


def parse(text: str) -> int:
    """``"3"`` is 3000, ``"0,842"`` and ``"0.842"`` are 842 thousandths.

    Raises:
        RetailError: ``quantity.format`` for anything else, signs and grouping included.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None or not text.isascii():
        raise RetailError(
            "quantity.format", "“%(text)s” is not a quantity; type 3 or 0.842.", text=text
        )
    return int(found[1]) * ONE + int((found[2] or "").ljust(3, "0"))


def plain(thousandths: int) -> str:
    """``"3"`` for 3000, ``"0.842"`` for 842: a point and no trailing zeros."""
    sign = "-" if thousandths < 0 else ""
    whole, rest = divmod(abs(thousandths), ONE)
    return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")


def extend(unit_price_minor: int, thousandths: int) -> int:
    """Price of a quantity in minor units, halves away from zero. Source: pricing vectors, Units."""
    return divide_half_away(unit_price_minor * thousandths, ONE)
