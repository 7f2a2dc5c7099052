"""Percentages and amounts per unit with a cap on the whole, in large baskets.

Such a promotion gives ``min(X, C)``, X the sum over all units in scope that nobody else consumes.
For any part between 0 and 1 this is at most ``part · X + (1 - part) · C``: units decided one by
one at a reduced gain, plus a fixed sum. The lowest of these bounds over a few parts is kept, and
every part suggests a choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from retail.promotions.item_lane.offers import UNLIMITED, Offer
from retail.promotions.rules import EXACT

WHOLE = 16
"""Parts are counted in sixteenths."""
PARTS = (WHOLE, 0, 8, 12, 4)


def capped(offers: Sequence[Offer]) -> list[Offer]:
    """The additive offers with a cap that may be reached."""
    return [offer for offer in offers if offer.additive and offer.cap < UNLIMITED]


def fixed_sum(offers: Sequence[Offer], part: int) -> int:
    """What the caps add to the bound at a part, in 1/10,000 minor unit."""
    return sum(-(-(WHOLE - part) * EXACT * offer.cap // WHOLE) for offer in offers)


def reduced_gain(gain: int, part: int) -> int:
    """A unit's gain at a part, rounded up."""
    return -(-gain * part // WHOLE)
