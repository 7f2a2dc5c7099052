"""Whether a promotion holds now, and if not, why. Source: pricing vectors, Activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from retail.promotions.rules import Conditions, Customer, Promotion, SaleContext, Window

LEFT_OUT = "left_out"
"""Why a promotion does not hold that somebody took out of the basket."""


class Activity:
    """Which of many promotions hold, judged once for all that have the same conditions."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        kinds: dict[tuple[Conditions, str], list[Promotion]] = {}
        for promotion in promotions:
            # What a customer used up is counted promotion by promotion.
            own = "" if promotion.conditions.customer_limit is None else promotion.promo_id
            kinds.setdefault((promotion.conditions, own), []).append(promotion)
        self._kinds = tuple(kinds.values())

    def inactive(self, context: SaleContext) -> dict[str, str]:
        """The reason of every promotion that does not hold, in the order of their ids."""
        found: list[tuple[str, str]] = []
        for alike in self._kinds:
            reason = inactive_reason(alike[0], context)
            if reason is not None:
                found += [(promotion.promo_id, reason) for promotion in alike]
            elif context.without:
                out = [one.promo_id for one in alike if one.promo_id in context.without]
                found += [(promotion, LEFT_OUT) for promotion in out]
        return dict(sorted(found))


def inactive_reason(promotion: Promotion, context: SaleContext) -> str | None:
    """The first test that the promotion fails, in the order of the vectors; None when it holds."""
    return (
        _outside_place_or_time(promotion, context)
        or _wrong_customer(promotion, context.customer)
        or _without_means(promotion, context)
    )


def _outside_place_or_time(promotion: Promotion, context: SaleContext) -> str | None:
    conditions = promotion.conditions
    if conditions.valid_from is not None and context.at < conditions.valid_from:
        return "not_yet_valid"
    if conditions.valid_to is not None and context.at >= conditions.valid_to:
        return "expired"
    if conditions.stores and context.store not in conditions.stores:
        return "store"
    if conditions.channels and context.channel not in conditions.channels:
        return "channel"
    return None if conditions.window is None else _outside_window(conditions.window, context.at)


def _outside_window(window: Window, at: datetime) -> str | None:
    minute = 60 * at.hour + at.minute
    day = at.isoweekday()
    if window.start < window.end:
        inside = window.start <= minute < window.end
    else:
        inside = minute >= window.start or minute < window.end
        if minute < window.start:
            day = (day - 2) % 7 + 1  # the window began the evening before
    if not inside:
        return "time"
    return "day" if window.days and day not in window.days else None


def _wrong_customer(promotion: Promotion, customer: Customer | None) -> str | None:
    conditions = promotion.conditions
    if not (conditions.tiers or conditions.segments or conditions.customer_limit is not None):
        return None
    if customer is None:
        return "no_customer"
    if conditions.tiers and customer.tier not in conditions.tiers:
        return "tier"
    if conditions.segments and conditions.segments.isdisjoint(customer.segments):
        return "segment"
    limit = conditions.customer_limit
    if limit is not None and customer.used.get(promotion.promo_id, 0) >= limit:
        return "customer_limit"
    return None


def _without_means(promotion: Promotion, context: SaleContext) -> str | None:
    conditions = promotion.conditions
    if conditions.tenders and context.tender not in conditions.tenders:
        return "tender"
    coupon = conditions.coupon
    if coupon is not None:
        if coupon.code not in context.coupons:
            return "coupon_missing"
        if coupon.uses_left is not None and coupon.uses_left < 1:
            return "coupon_used_up"
    stock = conditions.stock_left
    return "stock" if stock is not None and stock < 1 else None
