"""Dealing units into sets: which unit is in which set matters only where a set must gain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from retail.promotions.rules import NFor


def each_dearer(units: Sequence[int], mechanic: NFor) -> bool:
    """True when units can be dealt into sets that are all worth more than their price.

    The cheapest units together are the poorest set; where they fall short, every dealing of the
    units is tried.

    Args:
        units: prices in minor units, the cheapest first.
    """
    return sum(units[: mechanic.n]) > mechanic.price or _dealt(tuple(units), mechanic)


def _dealt(units: tuple[int, ...], mechanic: NFor) -> bool:
    """The dearest unit needs the least beside it: whom it can have as company is tried."""
    if not units:
        return True
    if sum(units) <= mechanic.price * (len(units) // mechanic.n):
        return False
    first, rest = units[-1], units[:-1]
    tried: set[tuple[int, ...]] = set()
    for others in combinations(range(len(rest)), mechanic.n - 1):
        chosen = tuple(rest[i] for i in others)
        if chosen not in tried and first + sum(chosen) > mechanic.price:
            tried.add(chosen)
            left = tuple(unit for i, unit in enumerate(rest) if i not in others)
            if _dealt(left, mechanic):
                return True
    return False
