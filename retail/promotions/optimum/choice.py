"""A whole choice: item outcomes and basket promotions together, its sum and its rank.

Source: pricing vectors, Compatibility and Optimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retail.promotions.basket_lane import BasketOffer, BasketShare, apply_in_turn
from retail.promotions.item_lane.offers import UNLIMITED, Board, Offer, unit_gain
from retail.promotions.item_lane.outcome import Outcome, make_outcome
from retail.promotions.rules import (
    EXACT,
    Coupon,
    ItemMechanic,
    Promotion,
    QuantityTier,
    TierQuantity,
)

Items = Sequence[tuple[Offer, Outcome]]


@dataclass(frozen=True, slots=True)
class Choice:
    """An admissible choice.

    Attributes:
        minimised: the sum M in 1/10,000 minor unit.
        items: by promotion id, each with its offer.
        discounts: per line of the board, both lanes, in minor units.
    """

    minimised: int
    items: tuple[tuple[Offer, Outcome], ...]
    baskets: tuple[BasketShare, ...]
    discounts: tuple[int, ...]

    def rank(self) -> tuple[object, ...]:
        """The order of preference between choices of equal sum, smallest first."""
        lines = range(len(self.discounts))
        applied = [(o.promotion, dict(outcome.shares)) for o, outcome in self.items]
        applied += [(b.offer.promotion, dict(enumerate(b.shares))) for b in self.baskets]
        applied.sort(key=lambda row: row[0].promo_id)
        used = [0] * len(self.discounts)
        for _, outcome in self.items:
            for line, n in outcome.used:
                used[line] += n
        return (
            len({code for promotion, _ in applied if (code := code_of(promotion))}),
            tuple(-discount for discount in self.discounts),
            len(applied),
            tuple(promotion.promo_id for promotion, _ in applied),
            tuple(tuple(-shares.get(i, 0) for i in lines) for _, shares in applied),
            tuple(used),
        )


def code_of(promotion: Promotion) -> str | None:
    """The coupon code that a promotion needs, if one."""
    coupon = promotion.conditions.coupon
    return None if coupon is None else coupon.code


def counted(promotion: Promotion) -> Coupon | None:
    """The coupon whose uses each application counts, if one."""
    coupon = promotion.conditions.coupon
    return coupon if coupon is not None and coupon.per_application else None


def evaluate(
    board: Board,
    offers: Mapping[str, Offer],
    outcomes: Sequence[Outcome],
    baskets: Sequence[BasketOffer],
) -> Choice | None:
    """The choice with its sum; None when it is inadmissible.

    Args:
        offers: the item offers of the basket by promotion id.
        baskets: in the order of their turns.
    """
    items = [(offers[outcome.promo_id], outcome) for outcome in outcomes]
    if not (
        _groups_hold(items) and _counters_hold(items, baskets) and _caps_hold(board, items, baskets)
    ):
        return None
    discounts = [0] * len(board.prices)
    exact = 0
    for _, outcome in items:
        exact += outcome.value
        for line, share in outcome.shares:
            discounts[line] += share
    gross = [p * n for p, n in zip(board.prices, board.units, strict=True)]
    lane = apply_in_turn(baskets, [g - d for g, d in zip(gross, discounts, strict=True)])
    if lane is None:
        return None
    for basket in lane:
        for line, part in enumerate(basket.shares):
            discounts[line] += part
    taken = sum(basket.discount for basket in lane)
    return Choice(
        EXACT * (sum(gross) - taken) - exact,
        tuple(sorted(items, key=lambda item: item[0].promotion.promo_id)),
        lane,
        tuple(discounts),
    )


def _groups_hold(items: Items) -> bool:
    """True when no exclusive group has two members; scenarios see to the basket lane."""
    groups = [g for offer, _ in items if (g := offer.promotion.exclusive_group) is not None]
    return len(set(groups)) == len(groups)


def _counters_hold(items: Items, baskets: Sequence[BasketOffer]) -> bool:
    """True when coupon uses that several promotions share are not exceeded."""
    uses: dict[str, int] = {}
    limits: list[tuple[str, int]] = []
    applied = [(offer.promotion, outcome.applications) for offer, outcome in items]
    applied += [(offer.promotion, 1) for offer in baskets]
    for promotion, times in applied:
        coupon = counted(promotion)
        if coupon is not None:
            uses[coupon.code] = uses.get(coupon.code, 0) + times
            if coupon.uses_left is not None:
                limits.append((coupon.code, coupon.uses_left))
    return all(uses[code] <= most for code, most in limits)


def _caps_hold(board: Board, items: Items, baskets: Sequence[BasketOffer]) -> bool:
    """True when every reached cap is taken by the dearest units that nobody else consumes.

    Source: pricing vectors, Cap reached.
    """
    return all(
        not outcome.reached
        or dict(outcome.used)
        == _dearest_left(board, offer, items, _uses_left(offer, items, baskets))
        for offer, outcome in items
    )


def with_caps_settled(
    board: Board,
    offers: Mapping[str, Offer],
    outcomes: Sequence[Outcome],
    baskets: Sequence[BasketOffer],
) -> list[Outcome]:
    """The same outcomes, every reached cap taken by the dearest units that the others leave."""
    items = [(offers[outcome.promo_id], outcome) for outcome in outcomes]
    for at, (offer, outcome) in enumerate(items):
        if outcome.reached:
            used = _dearest_left(board, offer, items, _uses_left(offer, items, baskets))
            settled = _at_cap(board, offer, used)
            items[at] = (offer, settled if settled is not None else outcome)
    return [outcome for _, outcome in items]


def _at_cap(board: Board, offer: Offer, used: dict[int, int]) -> Outcome | None:
    size = sum(used.values())
    rate: ItemMechanic | QuantityTier = offer.mechanic
    if isinstance(offer.mechanic, TierQuantity):
        rate = max(
            (t for t in offer.mechanic.tiers if t.minimum <= size),
            key=lambda tier: tier.minimum,
            default=rate,
        )
    exact = {i: n * unit_gain(rate, board.prices[i]) for i, n in used.items()}
    return make_outcome(
        offer,
        board,
        used=used,
        exact=exact,
        total=sum(exact.values()),
        applications=1 if isinstance(offer.mechanic, TierQuantity) else size,
    )


def _dearest_left(board: Board, offer: Offer, items: Items, uses: int) -> dict[int, int]:
    """The units that a promotion must take at its cap.

    Args:
        uses: what other promotions leave of a shared coupon code.
    """
    left = {
        i: board.units[i]
        for i in offer.roles[0]
        if isinstance(offer.mechanic, TierQuantity) or unit_gain(offer.mechanic, board.prices[i])
    }
    for other, taken in items:
        for line, n in taken.used if other is not offer else ():
            if line in left:
                left[line] -= n
    dear = sorted((i for i in left if left[i]), key=lambda i: (-board.prices[i], i))
    limit = min(offer.units, sum(left.values()))
    if not isinstance(offer.mechanic, TierQuantity):
        limit = min(limit, offer.applications, uses)
    return _dearest(board, offer, [(i, left[i]) for i in dear], limit)


def _uses_left(offer: Offer, items: Items, baskets: Sequence[BasketOffer]) -> int:
    """The coupon uses that the other applied promotions of the same code leave to this one."""
    coupon = counted(offer.promotion)
    if coupon is None:
        return UNLIMITED
    taken, most = 0, UNLIMITED
    applied = [(o.promotion, 0 if o is offer else outcome.applications) for o, outcome in items]
    applied += [(basket.promotion, 1) for basket in baskets]
    for promotion, times in applied:
        shared = counted(promotion)
        if shared is not None and shared.code == coupon.code:
            taken += times
            most = most if shared.uses_left is None else min(most, shared.uses_left)
    return most - taken


def _dearest(
    board: Board, offer: Offer, dear: Sequence[tuple[int, int]], limit: int
) -> dict[int, int]:
    """The most of the dearest units, within the limit, with which the cap is reached."""
    used: dict[int, int] = {}
    for size in range(limit, 0, -1):
        rest, used = size, {}
        for line, n in dear:
            if rest:
                used[line] = min(n, rest)
                rest -= used[line]
        if _worth(board, offer.mechanic, size, used) >= EXACT * offer.cap:
            break
    return used


def _worth(board: Board, mechanic: ItemMechanic, size: int, used: dict[int, int]) -> int:
    """What units gain together, at the tier that their number reaches."""
    rate: ItemMechanic | QuantityTier = mechanic
    if isinstance(mechanic, TierQuantity):
        tiers = [tier for tier in mechanic.tiers if tier.minimum <= size]
        rate = tiers[-1] if tiers else mechanic
    return sum(n * unit_gain(rate, board.prices[i]) for i, n in used.items())
