"""Which applied promotions stand in the way of another one.

Source: pricing vectors, Item lane (limits), Basket lane and Compatibility.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from retail.promotions.results import Applied
from retail.promotions.rules import Promotion


class Ground(Enum):
    """Why two promotions do not go together."""

    NEVER_TOGETHER = auto()
    COUPON = auto()
    SAME_ARTICLES = auto()


@dataclass(frozen=True, slots=True)
class Winner:
    """An applied promotion with what it took."""

    promotion: Promotion
    applied: Applied


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Those in the way, by promotion id, on the first ground that there is."""

    ground: Ground
    winners: tuple[Winner, ...]


def compatible(one: Promotion, other: Promotion) -> bool:
    """True when both may be applied in one basket."""
    same_group = one.exclusive_group is not None and one.exclusive_group == other.exclusive_group
    return not (one.exclusive or other.exclusive or same_group)


def rivalry(
    promotion: Promotion, lines: Collection[int], winners: Sequence[Winner]
) -> Rivalry | None:
    """Who is in the way of a promotion that is not applied; None when nobody is.

    Args:
        lines: those in the promotion's scope.
    """
    for ground, found in (
        (Ground.NEVER_TOGETHER, (w for w in winners if not compatible(promotion, w.promotion))),
        (Ground.COUPON, _who_used_the_coupon_up(promotion, winners)),
        (Ground.SAME_ARTICLES, _who_took(promotion, lines, winners)),
    ):
        those = tuple(found)
        if those:
            return Rivalry(ground, those)
    return None


def counted_code(promotion: Promotion) -> str | None:
    """The coupon code of which each application takes a use, if there is one."""
    coupon = promotion.conditions.coupon
    return coupon.code if coupon is not None and coupon.per_application else None


def _who_used_the_coupon_up(promotion: Promotion, winners: Iterable[Winner]) -> Sequence[Winner]:
    code = counted_code(promotion)
    if code is None:
        return ()
    users = [w for w in winners if counted_code(w.promotion) == code]
    coupons = (p.conditions.coupon for p in (promotion, *(w.promotion for w in users)))
    limits = [c.uses_left for c in coupons if c is not None and c.uses_left is not None]
    used = sum(w.applied.applications for w in users)
    return users if limits and used >= min(limits) else ()


def _who_took(
    promotion: Promotion, lines: Collection[int], winners: Sequence[Winner]
) -> Sequence[Winner]:
    """Those of the same lane who took some of the lines; where there is none, of the other one."""
    taking = [w for w in winners if _takes(promotion, w, lines)]
    own = [w for w in taking if w.promotion.is_item == promotion.is_item]
    return own or taking


def _takes(promotion: Promotion, winner: Winner, lines: Collection[int]) -> bool:
    items = promotion.is_item and winner.promotion.is_item
    taken = winner.applied.consumed if items else winner.applied.shares
    return any(taken[i] for i in lines)
