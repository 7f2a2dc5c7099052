"""Offers that another one beats whatever the basket: they need not be searched.

An offer is dominated when each of its applications can be replaced by some of the other's that
take no other units and give no less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.promotions.item_lane.models.terms import set_terms
from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.rules import EXACT, Bundle, BuyGet, CheapestFree, NFor, TierQuantity


@dataclass(frozen=True, slots=True)
class _Set:
    """Any ``size`` units: the ``free`` cheapest get ``bp`` off, or all cost ``price``."""

    size: int
    free: int = 0
    bp: int = 0
    price: int = 0


def hopeless(offer: Offer, board: Board, reserve: Sequence[int]) -> bool:
    """True when one application surely gains less than its units gain anyway.

    A cheap look ahead of the exact one: the best units for the discount, the cheapest to give up.
    """
    prices, mechanic = board.prices, offer.mechanic
    match mechanic:
        case NFor(n=n, price=price):
            best = _largest([EXACT * prices[i] - reserve[i] for i in offer.lines], board, offer)
            return sum(best[:n]) < EXACT * price
        case CheapestFree(n=n, free=free):
            most = free * max(unit_gain(mechanic, prices[i]) for i in offer.lines)
            return most + sum(_cheapest(offer, board, reserve)[:n]) < 0
        case BuyGet(buy_qty=buy, get_qty=get):
            most = get * max(unit_gain(mechanic, prices[i]) for i in offer.roles[1])
            return most + sum(_cheapest(offer, board, reserve)[: buy + 1]) < 0
        case Bundle():
            return _bundle_gain(offer, mechanic, board, reserve) < 0
        case TierQuantity(tiers=tiers):
            return all(
                unit_gain(tier, prices[i]) < reserve[i] for tier in tiers for i in offer.lines
            )
        case _:
            return all(unit_gain(mechanic, prices[i]) < reserve[i] for i in offer.lines)


def _cheapest(offer: Offer, board: Board, reserve: Sequence[int]) -> list[int]:
    """What units lose that are taken, the least first."""
    return _largest([-reserve[i] for i in offer.lines], board, offer)


def _bundle_gain(offer: Offer, mechanic: Bundle, board: Board, reserve: Sequence[int]) -> int:
    """More than a set can gain: every slot filled with its best unit over and over."""
    prices, terms = board.prices, set_terms(offer, board)
    return terms.fixed + sum(
        slot.qty * max(prices[i] * terms.rate - reserve[i] for i in role)
        for slot, role in zip(mechanic.slots, offer.roles, strict=True)
    )


def _largest(values: Sequence[int], board: Board, offer: Offer) -> list[int]:
    """The values of all units, largest first."""
    units = [board.units[i] for i in offer.lines]
    return sorted((v for v, n in zip(values, units, strict=True) for _ in range(n)), reverse=True)


def undominated(offers: Sequence[Offer]) -> list[Offer]:
    """The offers that no other one beats; of equal ones the first by id."""
    sets = [_set_of(offer) for offer in offers]
    lines = [frozenset(offer.lines) for offer in offers]
    free = [
        offer.unlimited and offer.cap == UNLIMITED and offer.promotion.exclusive_group is None
        for offer in offers
    ]
    kept = []
    for at, offer in enumerate(offers):
        own = sets[at]
        beaten = own is not None and any(
            free[by]
            and by != at
            and (other := sets[by]) is not None
            and lines[at] <= lines[by]
            and _beats(other, own)
            and not (by > at and free[at] and lines[at] == lines[by] and _beats(own, other))
            for by in range(len(offers))
        )
        if not beaten:
            kept.append(offer)
    return kept


def _set_of(offer: Offer) -> _Set | None:
    match offer.mechanic:
        case NFor(n=n, price=price):
            return _Set(n, price=price)
        case CheapestFree(n=n, free=free, bp=bp):
            return _Set(n, free, bp)
        case BuyGet(equal_or_lesser=True, buy_qty=buy, get_qty=1, bp=int(bp)) if (
            offer.roles[0] == offer.roles[1]
        ):
            return _Set(buy + 1, 1, bp)
        case _:
            return None


def _beats(one: _Set, other: _Set) -> bool:
    if one.free and other.free:
        return one.bp >= other.bp and other.size // one.size * one.free >= other.free
    return not one.free and not other.free and one.size == other.size and one.price <= other.price
