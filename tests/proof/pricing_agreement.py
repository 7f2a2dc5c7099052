"""The promotion engine beside brute force and beside an integer programme."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import msgspec

from retail.promotions import engine
from tests.support.pricing_agreement import (
    agrees_with_brute_force,
    agrees_with_highs,
    is_bounded_by_brute_force,
)

# The first seeds belong to the sample of ``make test``.
_SMALL_FROM, _LARGE_FROM = 1_000, 100


class Agreed(msgspec.Struct, frozen=True):
    """What was compared: baskets in all and by what they showed.

    Attributes:
        applied: small baskets by number of promotions applied.
        proved_as_large: small baskets proved least by the way that larger ones go.
        proved: large baskets proved least.
    """

    small: int
    applied: dict[str, int]
    proved_as_large: int
    large: int
    proved: int


def run(_folder: Path, *, number: int, small: int, large: int) -> Agreed:
    """Compare a round of baskets; seeds of rounds do not overlap."""
    first = _SMALL_FROM + number * small
    seeds = range(first, first + small)
    applied: dict[str, int] = {}
    for seed in seeds:
        count = str(agrees_with_brute_force(seed))
        applied[count] = applied.get(count, 0) + 1
    with patch.object(engine, "MOST_UNITS", -1):
        as_large = sum(is_bounded_by_brute_force(seed) for seed in seeds)
    first = _LARGE_FROM + number * large
    proved = sum(agrees_with_highs(seed) for seed in range(first, first + large))
    return Agreed(
        small=small, applied=applied, proved_as_large=as_large, large=large, proved=proved
    )
