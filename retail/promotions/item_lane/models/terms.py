"""What a set of units gains: by its units, and beside them."""

from __future__ import annotations

from dataclasses import dataclass

from retail.promotions.item_lane.offers import Board, Offer, units_needed
from retail.promotions.rules import EXACT, Bundle, NFor


@dataclass(frozen=True, slots=True)
class SetTerms:
    """The discount of n-for offers and bundles, in 1/10,000 minor unit.

    Attributes:
        rate: per minor unit of every unit's price.
        fixed: per set.
        least: minor units that each set must be worth more than; below 0 where any will do.
        complete: these terms hold for all sets; else only for those worth more than ``least``.
    """

    rate: int
    fixed: int
    least: int = -1
    complete: bool = True


def set_terms(offer: Offer, board: Board) -> SetTerms:
    """The terms of an n-for offer or a bundle.

    An amount off a set is never more than the set is worth: where no set is worth more than the
    amount, all of it is free.
    """
    mechanic = offer.mechanic
    assert isinstance(mechanic, (NFor, Bundle))  # noqa: S101 (narrows the type)
    if mechanic.price is not None:
        return SetTerms(EXACT, -EXACT * mechanic.price, mechanic.price)
    if mechanic.amount is None:
        return SetTerms(mechanic.bp or 0, 0)
    sizes = units_needed(mechanic)
    prices = [[board.prices[i] for i in role] for role in offer.roles]
    if sum(n * max(role) for n, role in zip(sizes, prices, strict=True)) <= mechanic.amount:
        return SetTerms(EXACT, 0, 0)
    cheapest = sum(n * min(role) for n, role in zip(sizes, prices, strict=True))
    fixed, complete = EXACT * mechanic.amount, cheapest >= mechanic.amount
    return SetTerms(0, fixed, -1 if complete else mechanic.amount - 1, complete)
