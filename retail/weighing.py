"""Tares that a shop uses every day: a bag, a tray, a cup."""

from __future__ import annotations

from dataclasses import dataclass

from retail import quantity
from retail.errors import RetailError

MOST_TARES = 8
MAX_TARE = 9_999
"""Thousandths of a kilogram; nothing heavier is packing at a checkout."""
_MAX_NAME = 20


@dataclass(frozen=True, slots=True)
class Tare:
    """What a packing weighs, in thousandths of a kilogram."""

    name: str
    thousandths: int


def read_tares(text: str) -> tuple[Tare, ...]:
    """``Bag=0.005, Tray=0.012`` in kilograms; an empty text is none.

    Raises:
        RetailError: ``tare.setting`` for anything else, or for more than eight.
    """
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MOST_TARES:
        raise _wrong(text)
    return tuple(_tare(part, text) for part in parts)


def _tare(part: str, text: str) -> Tare:
    name, _, weight = (word.strip() for word in part.partition("="))
    try:
        thousandths = quantity.parse(weight)
    except RetailError:
        raise _wrong(text) from None
    if not 0 < len(name) <= _MAX_NAME or not 0 < thousandths <= MAX_TARE:
        raise _wrong(text)
    return Tare(name, thousandths)


def _wrong(text: str) -> RetailError:
    return RetailError(
        "tare.setting",
        "“%(text)s” is no list of tares; write up to eight like Bag=0.005, Tray=0.012.",
        text=text,
    )
