"""What an item lane is worth at most when basket promotions take a part of what it leaves.

A minor unit off a line costs the basket lane at most its slope there. Exact discounts count whole,
shares on lines count rounded, so every rounding can add half a slope. All in 1/1,000,000 minor
unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.offers import Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import pooled
from retail.promotions.optimum.lane import Solution
from retail.promotions.optimum.scenario import FINE
from retail.promotions.rules import (
    EXACT,
    Bundle,
    BuyGet,
    CheapestFree,
    ItemMechanic,
    Percent,
    TierQuantity,
)


@dataclass(frozen=True, slots=True)
class Roundings:
    """Where the item lane may round half a minor unit away.

    Attributes:
        by_line: how many promotions may round on a line, each for itself.
        rivals: the same without single offers.
        pools: how many promotions round once for all their lines.
    """

    by_line: tuple[int, ...]
    rivals: tuple[int, ...]
    pools: int

    @classmethod
    def of(cls, board: Board, offers: Sequence[Offer]) -> Roundings:
        """The roundings of all item offers on a board."""
        by_line, rivals, pools = [0] * len(board.prices), [0] * len(board.prices), 0
        for offer in offers:
            lines = [i for i in offer.lines if fractional(offer.mechanic, board.prices[i])]
            pools += bool(lines) and pooled(offer)
            for line in () if pooled(offer) else lines:
                by_line[line] += 1
                rivals[line] += not offer.additive
        return cls(
            tuple(map(min, by_line, board.units)), tuple(map(min, rivals, board.units)), pools
        )


def most_worth(solution: Solution, roundings: Roundings, slopes: Sequence[int]) -> int:
    """A bound of what any use of the item offers is worth beside basket promotions.

    Args:
        slopes: per line.
    """
    inside = {line for part, _ in solution.parts for line in part.lines}
    worth = sum(
        _line_worth(solution, line, slopes[line])
        for line in range(len(slopes))
        if line not in inside
    )
    for part, result in solution.parts:
        base = sum(n * gain for n, gain in zip(part.board.units, part.reserve, strict=True))
        flattest = min(slopes[line] for line in part.lines)
        gain = base + result.bound
        single = sum(roundings.by_line[line] for line in part.lines)
        worth += FINE * gain - flattest * gain // EXACT + flattest * single // 2 + 1
    # What was left out of the parts may round on the other lines.
    outside = (i for i in range(len(slopes)) if i not in inside)
    worth += sum(slopes[i] * roundings.rivals[i] for i in outside) // 2 + 1
    return worth + max(slopes, default=0) * roundings.pools // 2


def _line_worth(solution: Solution, line: int, slope: int) -> int:
    """Single offers on a line: all units to the best, or a unit less and other roundings."""
    singles, board = solution.singles, solution.board
    units, price = board.units[line], board.prices[line]
    gains = sorted(
        (unit_gain(offer.mechanic, price) for offer in singles.offers if line in offer.roles[0]),
        reverse=True,
    )
    if not gains or not gains[0]:
        return 0
    best = units * gains[0]
    whole = FINE * best - slope * ((2 * best + EXACT) // (2 * EXACT))
    second = gains[1] if len(gains) > 1 else 0
    less = best - (gains[0] - second)
    parts = min(units, len(gains))
    other = FINE * less - slope * less // EXACT + slope * parts // 2 + 1
    return max(whole, other)


def fractional(mechanic: ItemMechanic, price: int) -> bool:
    """True when the mechanic may discount a part of a minor unit from a unit of that price."""
    match mechanic:
        case Percent(bp=bp) | CheapestFree(bp=bp):
            rates = [bp]
        case BuyGet(bp=int(bp)) | Bundle(bp=int(bp)):
            rates = [bp]
        case TierQuantity(tiers=tiers):
            rates = [tier.bp or 0 for tier in tiers]
        case _:
            rates = []
    return any(price * rate % EXACT for rate in rates)
