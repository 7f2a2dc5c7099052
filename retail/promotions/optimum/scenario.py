"""Which promotions may be applied side by side, and what the basket lane gives at most.

A scenario fixes the basket promotions; the item offers in it may be used or not. All scenarios
together hold every admissible choice. Source: pricing vectors, Compatibility.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from retail.promotions.basket_lane import BasketOffer, reached
from retail.promotions.item_lane.offers import Board, Offer
from retail.promotions.rules import (
    EXACT,
    BasketMechanic,
    BasketPercent,
    ThresholdBase,
)

FINE = 100
"""Bounds count in 1/1,000,000 minor unit: this many to an exact unit."""
MICRO = EXACT * FINE


@dataclass(frozen=True, slots=True)
class Scenario:
    """Basket promotions in the order of their turns, and the item offers beside them."""

    offers: tuple[Offer, ...]
    baskets: tuple[BasketOffer, ...]


def scenarios(
    offers: Sequence[Offer], baskets: Sequence[BasketOffer], always: Sequence[BasketOffer] = ()
) -> Iterator[Scenario]:
    """Every way of fixing the basket lane; exclusive promotions stand alone.

    Args:
        always: basket promotions that are in every scenario without an exclusive one.
    """
    free = tuple(offer for offer in offers if not offer.promotion.exclusive)
    lane = [b for b in baskets if not b.promotion.exclusive]
    for size in range(len(lane), -1, -1):
        for some in combinations(lane, size):
            chosen = sorted((*some, *always), key=lambda b: b.turn)
            groups = [g for b in chosen if (g := b.promotion.exclusive_group) is not None]
            if len(set(groups)) == len(groups):
                beside = (o for o in free if o.promotion.exclusive_group not in groups)
                yield Scenario(tuple(beside), tuple(chosen))
    for offer in offers:
        if offer.promotion.exclusive:
            yield Scenario((offer,), ())
    for basket in baskets:
        if basket.promotion.exclusive:
            yield Scenario((), (basket,))


@dataclass(frozen=True, slots=True)
class Majorant:
    """A linear bound of what the basket lane gives: ``fixed + Σ slope · amount`` of the lines.

    Attributes:
        fixed: in 1/1,000,000 minor unit.
        slopes: per line, in 1/1,000,000 minor unit per minor unit.
    """

    fixed: int
    slopes: tuple[int, ...]

    def at(self, amounts: Sequence[int]) -> int:
        """The bound for line amounts."""
        return self.fixed + sum(s * a for s, a in zip(self.slopes, amounts, strict=True))


def majorant(board: Board, baskets: Sequence[BasketOffer]) -> Majorant:
    """A bound of all that these basket promotions can give, whatever the item lane does."""
    slopes = [0] * len(board.prices)
    fixed = 0
    for place, offer in enumerate(baskets):
        flat, slope = _bound(offer, _before(baskets[:place], offer))
        fixed += flat
        for line in offer.lines:
            slopes[line] += slope
    return Majorant(fixed, tuple(slopes))


@dataclass(frozen=True, slots=True)
class _Before:
    """What plain percentages on the very same lines leave to later turns.

    Attributes:
        part: of the amounts, in millionths.
        error: by how much rounding can make the rest larger, in 1/1,000,000 minor unit.
    """

    part: int = MICRO
    error: int = 0


def _before(earlier: Sequence[BasketOffer], offer: BasketOffer) -> _Before:
    before = _Before()
    for other in earlier:
        same = other.lines == offer.lines and other.promotion.max_discount is None
        match other.mechanic:
            case BasketPercent(bp=int(rate)) if same:
                before = _Before(
                    -(-before.part * (EXACT - rate) // EXACT), before.error + MICRO // 2
                )
    return before


def _bound(offer: BasketOffer, before: _Before) -> tuple[int, int]:
    """A fixed amount and a slope that bound one basket promotion."""
    cap = offer.promotion.max_discount
    flat, slope = _uncapped(offer, offer.mechanic, before)
    if cap is not None and cap * MICRO < flat + slope * offer.gross:
        return cap * MICRO, 0
    return flat, slope


def _uncapped(offer: BasketOffer, mechanic: BasketMechanic, before: _Before) -> tuple[int, int]:
    value = _most(offer)
    if isinstance(mechanic, BasketPercent):
        return MICRO // 2 + value * before.error // EXACT, -(-before.part * value // EXACT)
    if mechanic.step is None:
        return MICRO * min(value, offer.gross), 0
    if mechanic.terms.base is ThresholdBase.GROSS:
        return MICRO * value * (offer.gross // mechanic.step), 0
    return 0, -(-MICRO * value // mechanic.step)


def _most(offer: BasketOffer) -> int:
    """The highest rate or amount that any base up to the gross reaches."""
    mechanic, base = offer.mechanic, offer.gross
    if base < mechanic.terms.min_spend:
        return 0
    fixed = mechanic.bp if isinstance(mechanic, BasketPercent) else mechanic.amount
    if fixed is not None:
        return fixed
    if mechanic.terms.base is ThresholdBase.GROSS:
        return reached(mechanic.tiers, base)
    # A higher tier may give less, and discounts of the item lane may lead down to a better one.
    return max((tier.value for tier in mechanic.tiers if tier.minimum <= base), default=0)


def worthwhile(baskets: Sequence[BasketOffer]) -> list[BasketOffer]:
    """Without those that can never give anything, however the item lane is used."""
    return [b for b in baskets if _most(b) > 0]
