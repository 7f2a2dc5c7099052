"""Which applied promotions stand in the way of another one.

Source: pricing vectors, Item lane (limits), Basket lane and Compatibility.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from retail.promotions.results import Applied
from retail.promotions.rules import Promotion

_ByLine = list[list[int]]
"""Per line the places of winners."""


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


def counted_code(promotion: Promotion) -> str | None:
    """The coupon code of which each application takes a use, if there is one."""
    coupon = promotion.conditions.coupon
    return coupon.code if coupon is not None and coupon.per_application else None


class Winners:
    """The applied promotions of a basket, by promotion id, and what they took of each line."""

    def __init__(
        self, promotions: Mapping[str, Promotion], applied: Iterable[Applied], lines: int
    ) -> None:
        """``lines``: how many there are; ``promotions``: at least those applied, by id."""
        self.all = tuple(Winner(promotions[one.promo_id], one) for one in applied)
        self._binding = tuple(
            w for w in self.all if w.promotion.exclusive or w.promotion.exclusive_group is not None
        )
        items = [at for at, w in enumerate(self.all) if w.promotion.is_item]
        self._items = frozenset(items)
        self._consuming: _ByLine = [
            [at for at in items if self.all[at].applied.consumed[line]] for line in range(lines)
        ]
        self._sharing: _ByLine = [
            [at for at, w in enumerate(self.all) if w.applied.shares[line]] for line in range(lines)
        ]

    def rivalry(self, promotion: Promotion, lines: Collection[int]) -> Rivalry | None:
        """Who is in the way of a promotion that is not applied; None when nobody is.

        Args:
            lines: those in the promotion's scope.
        """
        found: Sequence[Winner] = self._never_together(promotion)
        if found:
            return Rivalry(Ground.NEVER_TOGETHER, tuple(found))
        found = self._who_used_the_coupon_up(promotion)
        if found:
            return Rivalry(Ground.COUPON, tuple(found))
        found = self._who_took(promotion, lines)
        return Rivalry(Ground.SAME_ARTICLES, tuple(found)) if found else None

    def _never_together(self, promotion: Promotion) -> Sequence[Winner]:
        candidates = self.all if promotion.exclusive else self._binding
        return [w for w in candidates if not compatible(promotion, w.promotion)]

    def _who_used_the_coupon_up(self, promotion: Promotion) -> Sequence[Winner]:
        code = counted_code(promotion)
        if code is None:
            return ()
        users = [w for w in self.all if counted_code(w.promotion) == code]
        coupons = (p.conditions.coupon for p in (promotion, *(w.promotion for w in users)))
        limits = [c.uses_left for c in coupons if c is not None and c.uses_left is not None]
        used = sum(w.applied.applications for w in users)
        return users if limits and used >= min(limits) else ()

    def _who_took(self, promotion: Promotion, lines: Collection[int]) -> Sequence[Winner]:
        """Those of the same lane who took of the lines; where there is none, of the other one."""
        sharing = {at for line in lines for at in self._sharing[line]}
        if promotion.is_item:
            own = {at for line in lines for at in self._consuming[line]}
            others = sharing - self._items
        else:
            own, others = sharing - self._items, sharing & self._items
        return [self.all[at] for at in sorted(own or others)]
