"""What became of each promotion, in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from retail.errors import RetailError
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import Explanation, Kind, Message, explain, phrase, sentence
from retail.promotions.hints import hints
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    Coupon,
    Customer,
    Draw,
    FixedPrice,
    Gift,
    NFor,
    Percent,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    QuantityTier,
    SaleContext,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
    Window,
)
from tests.support.pricing_baskets import random_case

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


@pytest.mark.parametrize(
    ("mechanic", "scope", "counts", "told"),
    [
        (Percent(1000), of("shoes"), (1, 1, 200), "Applied once to one unit: 2.00 saved."),
        (NFor(3, 1000), of("socks"), (1, 3, 500), "Applied once to 3 units: 5.00 saved."),
        (AmountOff(50), of("socks"), (3, 3, 150), "Applied 3 times to 3 units: 1.50 saved."),
        (
            BasketAmount(BasketTerms(), 320),
            None,
            (1, 0, 320),
            "Applied to the basket: 3.20 saved.",
        ),
    ],
)
def test_what_is_applied_says_how_often_and_how_much(
    mechanic: Any, scope: Selector | None, counts: tuple[int, int, int], told: str
) -> None:
    why = explained(offer(mechanic, scope))
    assert why.kind is Kind.APPLIED
    assert (why.applications, why.units, why.discount) == counts
    assert sentence(why) == told


NINE_TO_FIVE = Window(9 * 60, 17 * 60)
LATE = Window(17 * 60, 19 * 60, frozenset({1, 2, 3, 4, 5}))
NIGHTS = Window(22 * 60, 2 * 60, frozenset({5, 6}))


@pytest.mark.parametrize(
    ("conditions", "reason", "told"),
    [
        (
            Conditions(valid_from=datetime.fromisoformat("2026-04-01T08:00")),
            "not_yet_valid",
            "Not yet: it starts on 2026-04-01 08:00.",
        ),
        (Conditions(valid_to=THURSDAY), "expired", "No longer: it ended on 2026-03-12 11:00."),
        (
            Conditions(stores=frozenset({"S9", "S2"})),
            "store",
            "Not in this store: it holds in S2, S9.",
        ),
        (
            Conditions(channels=frozenset({"web"})),
            "channel",
            "Not on this channel: it holds on web.",
        ),
        (Conditions(window=LATE), "time", "Not now: it holds on Mon–Fri 17:00–19:00."),
        (Conditions(window=NIGHTS), "time", "Not now: it holds on Fri, Sat 22:00–02:00."),
        (
            Conditions(window=replace(NINE_TO_FIVE, start=12 * 60)),
            "time",
            "Not now: it holds 12:00–17:00.",
        ),
        (
            Conditions(window=replace(NINE_TO_FIVE, days=frozenset({1, 2, 3, 6}))),
            "day",
            "Not today: it holds on Mon–Wed, Sat 09:00–17:00.",
        ),
        (Conditions(window=Window(days=frozenset({7}))), "day", "Not today: it holds on Sun."),
        (
            Conditions(tiers=frozenset({"gold"})),
            "tier",
            "Not for this customer: it is for customers of gold.",
        ),
        (
            Conditions(segments=frozenset({"staff", "family"})),
            "segment",
            "Not for this customer: it is for customers of family, staff.",
        ),
        (
            Conditions(tenders=frozenset({"card"})),
            "tender",
            "Only when paid with card: choose that way of paying.",
        ),
        (
            Conditions(coupon=Coupon("MAY")),
            "coupon_missing",
            "It needs the coupon MAY: scan it.",
        ),
    ],
)
def test_what_does_not_hold_says_what_it_asks_for(
    conditions: Conditions, reason: str, told: str
) -> None:
    why = explained(offer(Percent(1000), conditions=conditions))
    assert (why.kind, why.reason, sentence(why)) == (Kind.INACTIVE, reason, told)


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (
            Conditions(tiers=frozenset({"gold"})),
            "Only for customers of gold: ask for the customer card.",
        ),
        (
            Conditions(customer_limit=1),
            "It is counted per customer: ask for the customer card.",
        ),
    ],
)
def test_a_stranger_is_asked_for_the_card(conditions: Conditions, told: str) -> None:
    stranger = replace(CONTEXT, customer=None)
    why = explained(offer(Percent(1000), conditions=conditions), context=stranger)
    assert (why.kind, why.reason, sentence(why)) == (Kind.INACTIVE, "no_customer", told)


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        (
            {"conditions": Conditions(customer_limit=0)},
            "customer_limit",
            "This customer has had it already: at most 0 per customer.",
        ),
        (
            {"conditions": Conditions(coupon=Coupon("SPRING", uses_left=0))},
            "coupon_used_up",
            "The coupon SPRING has no uses left.",
        ),
        (
            {"conditions": Conditions(stock_left=0)},
            "stock",
            "What was set aside for it is sold out.",
        ),
        (
            {"conditions": Conditions(stock_left=1)},
            "stock",
            "Only 1 units are left for it, and it takes 2 at once.",
        ),
        (
            {"max_units": 1},
            "max_units",
            "Its limit of 1 units is below the 2 that it takes at once.",
        ),
        ({"max_applications": 0}, "max_applications", "Its limit allows no use."),
        ({"max_discount": 0}, "max_discount", "Its limit allows no discount."),
    ],
)
def test_a_limit_that_is_used_up_bars(changes: dict[str, Any], reason: str, told: str) -> None:
    why = explained(offer(NFor(2, 900), of("socks"), **changes))
    assert (why.kind, why.reason, sentence(why)) == (Kind.LIMIT, reason, told)


def test_a_basket_promotion_has_limits_too() -> None:
    why = explained(offer(BasketPercent(BasketTerms(), 1000), max_discount=0))
    assert (why.kind, why.reason) == (Kind.LIMIT, "max_discount")


@pytest.mark.parametrize("mechanic", [Percent(1000), BasketPercent(BasketTerms(), 1000)])
@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"scope": of("hats")}, Kind.NO_MATCH, "No article of it is in the basket."),
        ({"scope": Selector()}, Kind.NO_MATCH, "No article of it is in the basket."),
        (
            {"scope": of("books")},
            Kind.EXCLUDED,
            "Its articles in the basket are never reduced.",
        ),
        (
            {"scope": of("shoes"), "exclude": Selector(tags=frozenset({"new"}))},
            Kind.EXCLUDED,
            "Its articles in the basket are excluded from it.",
        ),
    ],
)
def test_nothing_in_scope(mechanic: Any, changes: dict[str, Any], kind: Kind, told: str) -> None:
    why = explained(offer(mechanic, **changes))
    assert (why.kind, sentence(why)) == (kind, told)


def test_nothing_is_in_scope_of_an_empty_basket() -> None:
    assert explained(offer(Percent(1000)), lines=()).kind is Kind.NO_MATCH


def buy_get(buy: Selector | None, quantity: int, get: Selector | None, **changes: Any) -> BuyGet:
    terms: dict[str, Any] = {"get_qty": 1, "equal_or_lesser": False, "bp": 10_000}
    return BuyGet(buy=buy, buy_qty=quantity, get=get, **(terms | changes))


HATS = Slot(of("hats", "caps", "helmets", "hoods"), 1)
PRICELESS: Callable[[BasketTerms], BasketAmount] = lambda terms: BasketAmount(terms, 100)  # noqa: E731


@pytest.mark.parametrize(
    ("mechanic", "scope", "missing", "told"),
    [
        (NFor(5, 1000), of("socks"), 2, "Add 2 more for it to count."),
        (CheapestFree(4, 1), of("socks"), 1, "Add 1 more for it to count."),
        (
            TierQuantity((QuantityTier(6, bp=1000), QuantityTier(9, bp=2000))),
            of("socks"),
            3,
            "Add 3 more for it to count.",
        ),
        (buy_get(of("socks"), 3, of("socks")), None, 1, "Add 1 more for it to count."),
        (
            buy_get(of("socks"), 5, of("shoes")),
            None,
            2,
            "Add 2 more of what has to be bought for it to count.",
        ),
        (
            buy_get(of("socks"), 3, of("hats")),
            None,
            1,
            "Add one of the articles that it reduces.",
        ),
        (
            buy_get(of("shoes", "socks"), 4, of("socks")),
            None,
            1,
            "Add one of the articles that it reduces.",
        ),
        (
            buy_get(of("socks"), 4, of("hats")),
            None,
            2,
            "Add 1 more of what has to be bought and one of the articles that it reduces.",
        ),
        (
            buy_get(of("socks"), 1, of("shoes"), equal_or_lesser=True),
            None,
            1,
            "Add a cheaper article: it reduces none that is dearer than what is bought.",
        ),
        (
            Bundle((Slot(of("shoes"), 1), HATS, Slot(Selector(), 2)), price=100),
            None,
            3,
            "Add for the set: 1 × caps/hats/helmets/…, 2 × —.",
        ),
        (
            Bundle((Slot(of("socks"), 2), Slot(None, 4)), price=100),
            None,
            2,
            "Add for the set: 2 × any article.",
        ),
        (Gift(1000, of("hats")), None, 1, "Add the free article: enough was spent for it."),
    ],
)
def test_units_that_are_missing(
    mechanic: Any, scope: Selector | None, missing: int, told: str
) -> None:
    why = explained(offer(mechanic, scope))
    assert (why.kind, why.missing_qty, sentence(why)) == (Kind.SHORT, missing, told)


def test_a_bundle_says_which_slot_lacks_how_many() -> None:
    slots = (Slot(of("shoes", "socks"), 1), Slot(of("shoes"), 1), Slot(of("hats"), 2))
    assert explained(offer(Bundle(slots, price=100))).slots == ((2, 2),)


@pytest.mark.parametrize(
    ("mechanic", "scope", "missing", "told"),
    [
        (Gift(2320, of("socks")), None, 320, "Spend 3.20 more for the free article."),
        (Gift(2500, of("hats")), of("shoes"), 500, "Spend 5.00 more for the free article."),
        (BasketAmount(BasketTerms(min_spend=3820), 100), None, 320, "Spend 3.20 more."),
        (BasketAmount(BasketTerms(min_spend=1), 100, step=4000), None, 500, "Spend 5.00 more."),
        (
            BasketPercent(BasketTerms(), tiers=(BasketTier(2001, 500), BasketTier(9000, 900))),
            of("shoes"),
            1,
            "Spend 0.01 more.",
        ),
        (PointsBonus(50, 3501), None, 901, "Spend 9.01 more for its points."),
        (Draw(5000), None, 600, "Spend 6.00 more for a ticket."),
    ],
)
def test_an_amount_that_is_missing(
    mechanic: Any, scope: Selector | None, missing: int, told: str
) -> None:
    why = explained(offer(mechanic, scope))
    expected = 901 - 1801 + 1 if mechanic == PointsBonus(50, 3501) else missing
    assert why.kind is (Kind.SHORT if expected > 0 else Kind.REWARDS)
