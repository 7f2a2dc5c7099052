"""The promotion engine beside brute force and beside an integer programme."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from unittest.mock import patch

import msgspec

from retail.promotions import engine
from tests.support.pricing_agreement import (
    agrees_with_brute_force,
    agrees_with_highs,
    bounded_by_brute_force,
)

# The first seeds belong to the sample of ``make test``.
_SMALL_FROM, _LARGE_FROM = 1_000, 100


class Agreed(msgspec.Struct, frozen=True):
    """What was compared: baskets in all and by what they showed.

    Attributes:
        applied: small baskets by number of promotions applied.
        as_large: how small baskets end the way that larger ones go.
        proved: large baskets proved least.
    """

    small: int
    applied: dict[str, int]
    as_large: dict[str, int]
    large: int
    proved: int


def run(_folder: Path, *, number: int, small: int, large: int) -> Agreed:
    """Compare a round of baskets; seeds of rounds do not overlap."""
    first = _SMALL_FROM + number * small
    seeds = range(first, first + small)
    applied = Counter(str(agrees_with_brute_force(seed)) for seed in seeds)
    with patch.object(engine, "MOST_UNITS", -1):
        as_large = Counter(bounded_by_brute_force(seed) for seed in seeds)
    first = _LARGE_FROM + number * large
    proved = sum(agrees_with_highs(seed) for seed in range(first, first + large))
    return Agreed(
        small=small, applied=dict(applied), as_large=dict(as_large), large=large, proved=proved
    )
