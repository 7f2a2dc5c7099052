"""What is missing until a promotion counts, and what would gain nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import Kind, Message, explain, sentence
from retail.promotions.hints import hints
from retail.promotions.rules import (
    AmountOff,
    BasketAmount,
    BasketPercent,
    BasketTerms,
    BasketTier,
    Bundle,
    CheapestFree,
    Draw,
    FixedPrice,
    Gift,
    NFor,
    PointsBonus,
    PointsMultiplier,
    Promotion,
    QuantityTier,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
)
from tests.support.explained import (
    BOOK,
    CONTEXT,
    SHOES,
    SOCKS,
    buy_get,
    explained,
    of,
    offer,
)
from tests.support.pricing_baskets import random_case

HATS = Slot(of("hats", "caps", "helmets", "hoods"), 1)


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
        (PointsBonus(50, 4721), None, 321, "Spend 3.21 more for its points."),
        (Draw(5000), None, 600, "Spend 6.00 more for a ticket."),
    ],
)
def test_an_amount_that_is_missing(
    mechanic: Any, scope: Selector | None, missing: int, told: str
) -> None:
    why = explained(offer(mechanic, scope))
    assert (why.kind, why.missing_amount, sentence(why)) == (Kind.SHORT, missing, told)


@pytest.mark.parametrize(
    ("base", "missing"),
    [(ThresholdBase.GROSS, 0), (ThresholdBase.NET, 100), (ThresholdBase.RUNNING, 110)],
)
def test_a_threshold_counts_its_own_amounts(base: ThresholdBase, missing: int) -> None:
    others = (
        Promotion("a", BasketAmount(BasketTerms(priority=50), 10)),
        Promotion("i", AmountOff(100), scope=of("shoes")),
        Promotion("z", BasketAmount(BasketTerms(), 10)),
    )
    why = explained(offer(BasketAmount(BasketTerms(min_spend=3500, base=base), 10)), *others)
    assert (why.kind is Kind.SHORT, why.missing_amount) == (missing > 0, missing)


@pytest.mark.parametrize(
    ("mechanic", "scope", "units"),
    [
        (PointsMultiplier(200), of("socks"), 3),
        (PointsBonus(50), of("books"), 1),
        (Draw(500), None, 5),
    ],
)
def test_rewards_hold_for_what_counts(mechanic: Any, scope: Selector | None, units: int) -> None:
    why = explained(offer(mechanic, scope))
    assert (why.kind, why.units) == (Kind.REWARDS, units)
    assert sentence(why) == "It holds here; its points or tickets are counted with the total."


@pytest.mark.parametrize("changes", [{"scope": of("hats")}, {"exclude": of("shoes", "socks")}])
def test_rewards_for_which_nothing_counts(changes: dict[str, Any]) -> None:
    lines = (SHOES, SOCKS, replace(BOOK, no_points=True))
    why = explained(offer(Draw(500), **changes), lines=lines)
    assert (why.kind, why.units) == (Kind.REWARDS, 0)
    assert sentence(why) == "Nothing that counts for it is in the basket."


def test_points_need_a_customer_and_tickets_do_not() -> None:
    stranger = replace(CONTEXT, customer=None)
    why = explained(offer(PointsMultiplier(200)), context=stranger)
    assert sentence(why) == "Only customers get its points: ask for the customer card."
    assert explained(offer(Draw(500)), context=stranger).message_id == Message.REWARDS


@pytest.mark.parametrize(
    ("mechanic", "scope"),
    [
        (FixedPrice(500), of("socks")),
        (AmountOff(0), None),
        (NFor(3, 1500), of("socks")),
        (CheapestFree(3, 1, 0), of("socks")),
        (buy_get(of("shoes"), 1, of("socks"), bp=None, price=500), None),
        (buy_get(of("socks"), 1, of("socks"), bp=0), None),
        (Bundle((Slot(of("socks"), 2), Slot(of("shoes"), 1)), price=3000), None),
        (Bundle((Slot(of("socks"), 2),), amount=0), None),
        (Bundle((Slot(of("socks"), 2),), bp=0), None),
        (TierQuantity((QuantityTier(2, price=500), QuantityTier(5, price=100))), of("socks")),
        (BasketPercent(BasketTerms(), 0), None),
    ],
)
def test_what_would_make_nothing_cheaper(mechanic: Any, scope: Selector | None) -> None:
    why = explained(offer(mechanic, scope))
    assert why.kind is Kind.NO_GAIN
    assert sentence(why) == "It would make nothing cheaper here."


def test_nothing_is_left_to_gain_beside_what_takes_all() -> None:
    tiny = offer(BasketPercent(BasketTerms(priority=200), 1), of("socks"))
    assert explained(tiny, lines=(replace(SOCKS, unit_price=1),)).kind is Kind.NO_GAIN


def test_what_is_missing_is_what_the_hints_say() -> None:
    agreed = 0
    for seed in range(400):
        lines, promotions, context = random_case(Random(f"hint {seed}"))
        engine = PromotionEngine(promotions)
        optimum = engine.optimise(lines, context)
        by_id = {why.promo_id: why for why in explain(engine, lines, context, optimum)}
        for hint in hints(engine.active(context), lines, optimum):
            why = by_id[hint.promo_id]
            if why.kind in {Kind.SHORT, Kind.LOST}:
                assert why.missing_qty == hint.missing_qty, seed
                # Tiers and steps may ask for more than the least spending.
                assert why.missing_amount >= hint.missing_amount, seed
                agreed += 1
    assert agreed > 50
