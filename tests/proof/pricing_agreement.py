"""The promotion engine beside brute force and beside an integer programme."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.support.pricing_agreement import agrees_with_brute_force, agrees_with_highs

# The first seeds belong to the sample of ``make test``.
_SMALL_FROM, _LARGE_FROM = 1_000, 100


class Agreed(msgspec.Struct, frozen=True):
    """What was compared: baskets in all and by what they showed."""

    small: int
    applied: dict[str, int]
    large: int
    proved: int


def run(_folder: Path, *, number: int, small: int, large: int) -> Agreed:
    """Compare a round of baskets; seeds of rounds do not overlap."""
    first = _SMALL_FROM + number * small
    applied: dict[str, int] = {}
    for seed in range(first, first + small):
        count = str(agrees_with_brute_force(seed))
        applied[count] = applied.get(count, 0) + 1
    first = _LARGE_FROM + number * large
    proved = sum(agrees_with_highs(seed) for seed in range(first, first + large))
    return Agreed(small=small, applied=applied, large=large, proved=proved)
