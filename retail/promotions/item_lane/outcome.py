"""One way of applying an item promotion, and how its discount is put on lines.

Source: pricing vectors, Item lane, Allocation to lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from retail.money import allocate
from retail.promotions.item_lane.offers import PER_UNIT, Board, Offer
from retail.promotions.rules import EXACT, Bundle, BuyGet, CheapestFree, NFor, TierQuantity

Units = tuple[tuple[int, int], ...]
"""``(line, number)`` pairs, ascending by line, numbers above 0."""


class Outcome(NamedTuple):
    """A promotion applied in one certain way.

    Attributes:
        promo_id: the promotion.
        value: exact discount in 1/10,000 minor unit, at most its cap.
        used: units consumed per line.
        shares: rounded discount per line in minor units.
        reached: the cap of a promotion is reached that must then take all it was offered on.
        parts: the outcomes of several promotions that are looked at as one; else empty.
    """

    promo_id: str
    value: int
    used: Units
    shares: Units
    applications: int
    reached: bool = False
    parts: tuple[Outcome, ...] = ()

    def moved(self, lines: tuple[int, ...]) -> Outcome:
        """The same outcome where line ``i`` is called ``lines[i]``."""
        return Outcome(
            self.promo_id,
            self.value,
            tuple((lines[i], n) for i, n in self.used),
            tuple((lines[i], n) for i, n in self.shares),
            self.applications,
            self.reached,
        )


def joint(left: Outcome, right: Outcome) -> Outcome:
    """Two outcomes as one; only what a search needs of it is kept."""
    used = dict(left.used)
    for line, n in right.used:
        used[line] = used.get(line, 0) + n
    return Outcome(
        left.promo_id,
        left.value + right.value,
        tuple(sorted(used.items())),
        (),
        0,
        parts=(*(left.parts or (left,)), *(right.parts or (right,))),
    )


def pooled(offer: Offer) -> bool:
    """True when the discount belongs to the set and not to single units."""
    mechanic = offer.mechanic
    if isinstance(mechanic, (BuyGet, CheapestFree)):
        return not offer.promotion.reward_alloc
    return isinstance(mechanic, NFor) or (isinstance(mechanic, Bundle) and mechanic.bp is None)


def takes_all_at_cap(offer: Offer) -> bool:
    """True for promotions whose reached cap belongs to everything they were offered on."""
    return isinstance(offer.mechanic, (*PER_UNIT, TierQuantity))


def make_outcome(
    offer: Offer,
    board: Board,
    *,
    used: Mapping[int, int],
    exact: Mapping[int, int],
    total: int,
    applications: int,
) -> Outcome | None:
    """Put a discount on lines.

    Args:
        used: units consumed per line.
        exact: discount per line in 1/10,000 minor unit; sets leave it empty.
        total: the whole exact discount.

    Returns:
        None when every share is 0: such a choice is inadmissible.
    """
    lines = sorted(used)
    most = EXACT * offer.cap
    reached = total >= most
    if pooled(offer):
        rounded = min((2 * total + EXACT) // (2 * EXACT), offer.cap)
        prices = board.prices
        parts = allocate(rounded, [used[i] * prices[i] for i in lines])
    else:
        exacts = [exact.get(i, 0) for i in lines]
        parts = tuple([(2 * e + EXACT) // (2 * EXACT) for e in exacts])
        if reached or sum(parts) > offer.cap:
            parts = allocate(offer.cap, exacts)
    if not any(parts):
        return None
    return Outcome(
        offer.promotion.promo_id,
        most if reached else total,
        tuple([(i, used[i]) for i in lines if used[i]]),
        tuple([(i, part) for i, part in zip(lines, parts, strict=True) if part]),
        applications,
        reached and takes_all_at_cap(offer),
    )
