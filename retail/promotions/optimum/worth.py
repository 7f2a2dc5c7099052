"""What an item lane is worth at most when basket promotions take a part of what it leaves.

A minor unit off a line costs the basket lane at most its slope there. Exact discounts count whole,
shares on lines count rounded, so every rounding can add half a slope. All in 1/1,000,000 minor
unit.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.item_lane.offers import Offer, unit_gain
from retail.promotions.item_lane.outcome import pooled
from retail.promotions.optimum.lane import Component, Solution
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


def most_worth(solution: Solution, offers: Sequence[Offer], slopes: Sequence[int]) -> int:
    """A bound of what any use of the offers is worth.

    Args:
        offers: all item offers beside the basket promotions.
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
        worth += FINE * gain - flattest * gain // EXACT
        worth += flattest * _roundings(part, offers) // 2 + 1
    return worth + _left_out(solution, offers, slopes)


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


def _roundings(part: Component, offers: Sequence[Offer]) -> int:
    """How many shares on a component's lines may be rounded."""
    place = {line: at for at, line in enumerate(part.lines)}
    sets, by_line = 0, [0] * len(part.lines)
    for offer in offers:
        lines = [
            place[i]
            for i in offer.lines
            if i in place and fractional(offer.mechanic, part.board.prices[place[i]])
        ]
        if lines and pooled(offer):
            sets += 1
        for at in () if pooled(offer) else lines:
            by_line[at] += 1
    return sets + sum(min(n, units) for n, units in zip(by_line, part.board.units, strict=True))


def _left_out(solution: Solution, offers: Sequence[Offer], slopes: Sequence[int]) -> int:
    """What roundings could add for offers that were left out because they gain nothing."""
    kept = {o.promotion.promo_id for part, _ in solution.parts for o in part.offers}
    inside = {line for part, _ in solution.parts for line in part.lines}
    added = 0
    for offer in offers:
        if not offer.additive and offer.promotion.promo_id not in kept:
            lines = [
                i
                for i in offer.lines
                if i not in inside and fractional(offer.mechanic, solution.board.prices[i])
            ]
            steepest = max((slopes[i] for i in lines), default=0)
            added += steepest * (1 if pooled(offer) else len(lines)) // 2 + 1
    return added


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
