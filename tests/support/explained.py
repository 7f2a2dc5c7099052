"""A small basket, and what becomes of promotions in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import Explanation, explain
from retail.promotions.rules import (
    BuyGet,
    Customer,
    PricingLine,
    Promotion,
    SaleContext,
    Selector,
)

THURSDAY = datetime.fromisoformat("2026-03-12T11:00:00")
CONTEXT = SaleContext(THURSDAY, "S1", coupons=frozenset({"SPRING"}), customer=Customer("C1"))
SHOES = PricingLine("L1", "1", 2000, 1, category="shoes", tags=frozenset({"new"}))
SOCKS = PricingLine("L2", "2", 500, 3, category="socks")
BOOK = PricingLine("L3", "3", 900, 1, category="books", no_discount=True)
BASKET = (SHOES, SOCKS, BOOK)


def of(*categories: str) -> Selector:
    return Selector(categories=frozenset(categories))


def offer(mechanic: Any, scope: Selector | None = None, **changes: Any) -> Promotion:
    return Promotion("p", mechanic, scope=scope, **changes)


def explained(
    promotion: Promotion,
    *others: Promotion,
    lines: tuple[PricingLine, ...] = BASKET,
    context: SaleContext = CONTEXT,
) -> Explanation:
    engine = PromotionEngine([promotion, *others])
    told = explain(engine, lines, context, engine.optimise(lines, context))
    assert [one.promo_id for one in told] == [p.promo_id for p in engine.promotions]
    (own,) = (one for one in told if one.promo_id == promotion.promo_id)
    return own


def buy_get(buy: Selector | None, quantity: int, get: Selector | None, **changes: Any) -> BuyGet:
    terms: dict[str, Any] = {"get_qty": 1, "equal_or_lesser": False, "bp": 10_000}
    return BuyGet(buy=buy, buy_qty=quantity, get=get, **(terms | changes))
