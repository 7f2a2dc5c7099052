"""Coupon uses that several promotions share, allotted to them beforehand in large baskets.

Source: pricing vectors, Limits: where each application uses a code once, the applications of all
promotions with that code together are no more than its uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from retail.promotions.basket_lane import BasketOffer
from retail.promotions.item_lane.offers import Offer
from retail.promotions.optimum.choice import counted

MOST_ALLOTMENTS = 40

Allotted = tuple[list[Offer], list[BasketOffer]]


def allotments(
    offers: Sequence[Offer], baskets: Sequence[BasketOffer]
) -> tuple[list[Allotted], bool]:
    """Every way of allotting shared uses, and whether these are all.

    Where there are too many, all uses of a code go to one promotion at a time.
    """
    sharing = _sharing(offers, baskets)
    if not sharing:
        return [(list(offers), list(baskets))], True
    ways = [list(_shares(uses, len(names))) for names, uses in sharing]
    number = 1
    for own in ways:
        number *= len(own)
    complete = number <= MOST_ALLOTMENTS
    if not complete:
        ways = [
            [tuple(uses * (at == own) for at in range(len(names))) for own in range(len(names))]
            for names, uses in sharing
        ]
    found = []
    for picked in product(*ways):
        uses = {
            name: n
            for (names, _), share in zip(sharing, picked, strict=True)
            for name, n in zip(names, share, strict=True)
        }
        found.append(_limited(offers, baskets, uses))
    return found[:MOST_ALLOTMENTS], complete


def _sharing(
    offers: Sequence[Offer], baskets: Sequence[BasketOffer]
) -> list[tuple[list[str], int]]:
    """The promotions that share a limited code, and its uses."""
    promotions = [o.promotion for o in offers] + [b.promotion for b in baskets]
    names: dict[str, list[str]] = {}
    uses: dict[str, int] = {}
    for promotion in promotions:
        coupon = counted(promotion)
        if coupon is not None and coupon.uses_left is not None:
            names.setdefault(coupon.code, []).append(promotion.promo_id)
            uses[coupon.code] = min(coupon.uses_left, uses.get(coupon.code, coupon.uses_left))
    return [(sorted(own), uses[code]) for code, own in sorted(names.items()) if len(own) > 1]


def _shares(uses: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (uses,)
        return
    for n in range(uses, -1, -1):
        for rest in _shares(uses - n, parts - 1):
            yield (n, *rest)


def _limited(
    offers: Sequence[Offer], baskets: Sequence[BasketOffer], uses: dict[str, int]
) -> Allotted:
    kept = []
    for offer in offers:
        most = uses.get(offer.promotion.promo_id, offer.applications)
        if most > 0:
            kept.append(replace(offer, applications=min(most, offer.applications)))
    return kept, [b for b in baskets if uses.get(b.promotion.promo_id, 1) > 0]
