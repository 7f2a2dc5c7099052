"""What a basket is priced under: a set of promotions made ready, and the sale's circumstances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from retail.loyalty import PointsRules
from retail.promotions.engine import PromotionEngine
from retail.promotions.rules import Customer, Promotion, SaleContext


@dataclass(frozen=True, slots=True)
class LivePromotion:
    """A version of a promotion, and what screens and receipts call it."""

    promotion: Promotion
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class PromotionSet:
    """The promotions of one snapshot.

    Attributes:
        snapshot: hash of the set.
        known: every promotion of the set that can be read here, by its id.
        set_aside: ids of those that cannot; the others work.
    """

    snapshot: str
    engine: PromotionEngine
    known: Mapping[str, LivePromotion]
    set_aside: tuple[str, ...] = ()


def promotion_set(
    snapshot: str, live: Iterable[LivePromotion], set_aside: Iterable[str] = ()
) -> PromotionSet:
    """Make promotions ready for pricing; their ids must differ."""
    known = {one.promotion.promo_id: one for one in live}
    engine = PromotionEngine(one.promotion for one in known.values())
    return PromotionSet(snapshot, engine, known, tuple(set_aside))


@dataclass(frozen=True, slots=True)
class PricingTerms:
    """Under which promotions, when, where and for whom a basket is priced.

    Attributes:
        at: the store's wall clock, without a zone.
        tender: how it will be paid, once that is known.
        points: None where no points are given.
    """

    promotions: PromotionSet
    at: datetime
    store: str = ""
    channel: str = "pos"
    tender: str | None = None
    coupons: frozenset[str] = frozenset()
    customer: Customer | None = None
    points: PointsRules | None = None

    @property
    def context(self) -> SaleContext:
        """The circumstances as promotions see them."""
        return SaleContext(
            at=self.at,
            store=self.store,
            channel=self.channel,
            tender=self.tender,
            coupons=self.coupons,
            customer=self.customer,
        )
