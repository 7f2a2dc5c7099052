"""Which promotions meet which lines, how often they may be applied, and up to which discount."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from retail.promotions.engine import PromotionEngine
from retail.promotions.item_lane.matching import Index
from retail.promotions.item_lane.offers import (
    UNLIMITED,
    limits_of,
    selectors_of,
    unit_gain,
    units_needed,
)
from retail.promotions.rules import (
    EXACT,
    AmountOff,
    BasketPercent,
    BasketTerms,
    Bundle,
    BuyGet,
    CheapestFree,
    Conditions,
    Coupon,
    Customer,
    FixedPrice,
    Gift,
    ItemMechanic,
    NFor,
    Percent,
    PointsBonus,
    Promotion,
    QuantityTier,
    Selector,
    Slot,
    TierQuantity,
)
from retail.promotions.scope import in_scope
from tests.unit.retail.promotions.boards import (
    NOON,
    Small,
    board_of,
    offer_of,
    offers_of,
    only,
    shelf,
)

FREE = BuyGet(only("a"), 2, only("b"), 3, equal_or_lesser=False, bp=EXACT)
PAIR = Bundle((Slot(only("a"), 2), Slot(only("bc"), 1)), price=100)
TIERS = TierQuantity((QuantityTier(2, bp=500), QuantityTier(4, price=80)))
REGULAR = Customer("c", used={"p": 2})


@pytest.mark.parametrize(
    ("mechanic", "price", "gain"),
    [
        (Percent(1250), 99, 99 * 1250),
        (CheapestFree(3, 1, 5000), 99, 99 * 5000),
        (AmountOff(150), 99, 99 * EXACT),
        (AmountOff(50), 99, 50 * EXACT),
        (FixedPrice(60), 99, 39 * EXACT),
        (FixedPrice(100), 99, 0),
        (BuyGet(None, 1, None, 1, equal_or_lesser=True, bp=2500), 99, 99 * 2500),
        (BuyGet(None, 1, None, 1, equal_or_lesser=True, amount=20), 99, 20 * EXACT),
        (BuyGet(None, 1, None, 1, equal_or_lesser=True, price=20), 99, 79 * EXACT),
        (QuantityTier(2, bp=100), 99, 99 * 100),
        (QuantityTier(2, price=90), 99, 9 * EXACT),
        (Gift(1, None), 99, 99 * EXACT),
        (replace(PAIR, price=None, bp=1000), 99, 99 * 1000),
        (PAIR, 99, 0),
        (NFor(2, 100), 99, 0),
    ],
)
def test_what_a_unit_gains(mechanic: ItemMechanic | QuantityTier, price: int, gain: int) -> None:
    assert unit_gain(mechanic, price) == gain


@pytest.mark.parametrize(
    ("mechanic", "needed"),
    [
        (NFor(3, 100), (3,)),
        (CheapestFree(4, 1), (4,)),
        (FREE, (2, 1)),
        (PAIR, (2, 1)),
        (TIERS, (2,)),
        (Gift(100, None), (1,)),
        (Percent(100), (1,)),
    ],
)
def test_the_fewest_units_of_an_application(
    mechanic: ItemMechanic, needed: tuple[int, ...]
) -> None:
    assert units_needed(mechanic) == needed


def test_slots_rewards_and_gifts_have_selectors_of_their_own() -> None:
    everything = only("abc")
    assert selectors_of(Promotion("p", FREE, scope=everything)) == (only("a"), only("b"))
    assert selectors_of(Promotion("p", PAIR, scope=everything)) == (only("a"), only("bc"))
    assert selectors_of(Promotion("p", Gift(1, only("a")), scope=everything)) == (only("a"),)
    assert selectors_of(Promotion("p", TIERS, scope=everything)) == (everything,)


@pytest.mark.parametrize(
    ("promotion", "customer", "limits"),
    [
        (Promotion("p", Percent(1)), None, (UNLIMITED, UNLIMITED)),
        (Promotion("p", Percent(1), max_applications=3, max_units=5), None, (3, 5)),
        (Promotion("p", Percent(1), conditions=Conditions(customer_limit=5)), REGULAR, (3, None)),
        (Promotion("q", Percent(1), conditions=Conditions(customer_limit=5)), REGULAR, (5, None)),
        (Promotion("p", Percent(1), conditions=Conditions(customer_limit=5)), None, (None, None)),
        (
            Promotion(
                "p", Percent(1), conditions=Conditions(coupon=Coupon("C", 4, per_application=True))
            ),
            None,
            (4, None),
        ),
        (
            Promotion("p", Percent(1), conditions=Conditions(coupon=Coupon("C", 4))),
            None,
            (None,) * 2,
        ),
        (
            Promotion("p", Percent(1), max_units=7, conditions=Conditions(stock_left=6)),
            None,
            (None, 6),
        ),
    ],
)
def test_the_smallest_of_all_limits_holds(
    promotion: Promotion, customer: Customer | None, limits: tuple[int | None, int | None]
) -> None:
    assert limits_of(promotion, customer) == tuple(
        UNLIMITED if limit is None else limit for limit in limits
    )


@pytest.mark.parametrize(
    "promotion",
    [
        Promotion("p", Percent(100), max_applications=0),
        Promotion("p", Percent(100), max_units=0),
        Promotion("p", Percent(100), max_discount=0),
        Promotion("p", Percent(100), scope=only("z")),
        Promotion("p", NFor(2, 50), max_units=1),
        Promotion("p", NFor(4, 50)),
        Promotion("p", Gift(301, only("b"))),
        Promotion("p", replace(FREE, get=only("z"))),
        Promotion("p", BuyGet(None, 3, only("a"), 1, equal_or_lesser=False, bp=1)),
        Promotion("p", PAIR, exclude=only("bc")),
    ],
)
def test_what_can_never_be_applied_is_no_offer(promotion: Promotion) -> None:
    assert offers_of([promotion], shelf((100, 2), (300, 1))) == []


def test_a_gift_is_there_once_or_as_often_as_its_spend_was_reached() -> None:
    lines = shelf((300, 2), (100, 5))
    once, often = Gift(250, only("b")), Gift(250, only("b"), repeat=True)
    assert offer_of(Promotion("p", once), lines).applications == 1
    assert offer_of(Promotion("p", often), lines).applications == 2
    assert offer_of(Promotion("p", often, max_applications=1), lines).applications == 1


def test_quantity_tiers_are_applied_once() -> None:
    assert offer_of(Promotion("p", TIERS), shelf((100, 9))).applications == 1


def test_a_cap_beyond_what_all_units_gain_means_nothing() -> None:
    lines = shelf((100, 3))
    assert offer_of(Promotion("p", AmountOff(10), max_discount=30), lines).cap == 30
    assert offer_of(Promotion("p", AmountOff(10), max_discount=31), lines).cap == UNLIMITED
    assert offer_of(Promotion("p", NFor(3, 10), max_discount=500), lines).cap == 500


def test_only_free_percentages_and_amounts_decide_each_unit_alone() -> None:
    lines = shelf((100, 3))
    assert offer_of(Promotion("p", Percent(100)), lines).additive
    assert offer_of(Promotion("p", Percent(100), max_discount=2), lines).additive
    assert not offer_of(Promotion("p", Percent(100), max_applications=9), lines).additive
    assert not offer_of(Promotion("p", Percent(100), max_units=9), lines).additive
    assert not offer_of(Promotion("p", Percent(100), exclusive_group="g"), lines).additive
    assert not offer_of(Promotion("p", NFor(2, 100)), lines).additive


def test_an_offer_is_moved_with_its_lines() -> None:
    offer = offer_of(Promotion("p", PAIR), shelf((80, 2), (90, 1), (70, 1), (60, 1)))
    assert offer.lines == (0, 1, 2)
    assert offer.moved({0: 1, 2: 0}).roles == ((1,), (0,))
    assert board_of(shelf((80, 2), (90, 1))).part((1,)) == board_of(shelf((90, 1)))


def test_a_line_meets_the_promotions_that_name_it_in_any_way() -> None:
    line = replace(shelf((100, 1))[0], category="milk", tags=frozenset({"bio"}))
    promotions = [
        Promotion("p1", Percent(1), scope=only("a")),
        Promotion("p2", Percent(1), scope=Selector(categories=frozenset({"milk"}))),
        Promotion("p3", Percent(1), scope=Selector(tags=frozenset({"bio"}))),
        Promotion("p4", Percent(1)),
        Promotion("p5", Percent(1), exclude=Selector(tags=frozenset({"bio"}))),
        Promotion("p6", Percent(1), scope=Selector()),
        Promotion("p7", BuyGet(only("z"), 1, only("a"), 1, equal_or_lesser=False, bp=1)),
        Promotion("p8", PointsBonus(5)),
    ]
    index = Index(promotions)
    assert index.meetings(line) == ((0, -1), (1, -1), (2, -1), (3, -1), (6, 0b10))
    assert index.meetings(replace(line, no_discount=True)) == ()


def test_basket_promotions_need_to_hold_and_something_in_scope() -> None:
    terms = BasketTerms()
    promotions = [
        Promotion("b1", BasketPercent(terms, bp=100), scope=only("b")),
        Promotion("b2", BasketPercent(terms, bp=100)),
        Promotion("b3", BasketPercent(terms, bp=100), scope=only("z")),
        Promotion("b4", BasketPercent(terms, bp=100), scope=only("c")),
    ]
    lines = shelf((100, 2), (50, 1), (0, 1))
    found = Index(promotions).basket_offers(lines, {"b2"})
    assert [(b.promotion.promo_id, b.lines, b.gross) for b in found] == [("b1", (1,), 50)]


def test_lines_are_looked_up_once_until_the_index_forgets() -> None:
    index = Index([Promotion("p", Percent(1), scope=only("a"))])
    (line,) = shelf((100, 1))
    first = index.meetings(line)
    assert index.meetings(replace(line, unit_price=70, quantity=4)) is first
    index.forget()
    assert index.meetings(line) == first
    assert index.meetings(line) is not first


@pytest.mark.parametrize("seed", range(4))
def test_offers_take_what_their_selectors_take(seed: int) -> None:
    for part in range(60):
        small = Small.random(f"roles {seed} {part}")
        for offer in small.offers:
            promotion = offer.promotion
            assert offer.roles == tuple(
                tuple(at for at, line in enumerate(small.lines) if in_scope(promotion, role, line))
                for role in selectors_of(promotion)
            )


def test_what_is_not_offered_can_do_nothing() -> None:
    for seed in range(120):
        small = Small.random(f"offered {seed}")
        offered = {offer.promotion.promo_id for offer in small.offers}
        for promotion in small.promotions:
            if promotion.is_item and promotion.promo_id not in offered:
                assert not any(any(shares) for _, shares, _ in small.ways(promotion)), promotion


def test_nothing_is_offered_by_a_promotion_that_does_not_hold() -> None:
    lines = shelf((100, 2))
    assert Index([Promotion("p", Percent(1))]).offers(lines, NOON, {"p"}) == []


def test_a_line_is_left_to_the_promotions_that_give_its_units_the_most() -> None:
    promotions = [
        Promotion("p1", Percent(1000)),
        Promotion("p2", Percent(2000)),
        Promotion("p3", Percent(2000), scope=only("a")),
        Promotion("p4", Percent(500), max_applications=1),
        Promotion("p5", Percent(5000), scope=only("c")),
    ]
    offers = Index(promotions).offers(shelf((100, 1), (200, 1)), NOON, (), every=False)
    assert [(o.promotion.promo_id, o.lines) for o in offers] == [
        ("p2", (0, 1)),
        ("p3", (0,)),
        ("p4", (0, 1)),
    ]
    without = Index(promotions).offers(shelf((100, 1)), NOON, {"p2", "p3"}, every=False)
    assert [offer.promotion.promo_id for offer in without] == ["p1", "p4"]


@pytest.mark.parametrize(
    "bound",
    [
        {"exclusive": True},
        {"exclusive_group": "g"},
        {"max_discount": 10},
        {"max_units": 2},
        {"conditions": Conditions(coupon=Coupon("SAVE", per_application=True))},
        {"conditions": Conditions(customer_limit=2)},
    ],
)
def test_what_depends_on_more_than_the_unit_beats_nobody(bound: dict[str, Any]) -> None:
    promotions = [Promotion("p1", Percent(1000)), Promotion("p2", Percent(2000), **bound)]
    context = replace(NOON, customer=REGULAR, coupons=frozenset({"SAVE"}))
    offers = Index(promotions).offers(shelf((100, 1)), context, (), every=False)
    assert [offer.promotion.promo_id for offer in offers] == ["p1", "p2"]


def test_an_exclusive_promotion_leaves_the_others_where_they_are() -> None:
    """Alone it gives 50; the two others give 30 and 40 on lines of their own."""
    promotions = [
        Promotion("p1", Percent(5000), scope=only("a"), exclusive=True),
        Promotion("p2", Percent(3000), scope=only("a")),
        Promotion("p3", Percent(4000), scope=only("b")),
    ]
    found = PromotionEngine(promotions).optimise(shelf((100, 1), (100, 1)), NOON)
    assert found.discounts == (30, 40)


def test_what_alone_rounds_to_nothing_leaves_the_line_to_all() -> None:
    """40 % of one cent is nothing; with another line, 30 % of it counts."""
    promotions = [
        Promotion("p1", Percent(4000), scope=only("a")),
        Promotion("p2", Percent(3000), scope=only("ab")),
    ]
    lines = shelf((1, 1), (100, 1))
    offers = Index(promotions).offers(lines, NOON, (), every=False)
    assert [(o.promotion.promo_id, o.lines) for o in offers] == [("p2", (0, 1))]
    assert PromotionEngine(promotions).optimise(lines, NOON).minimised == 101 * EXACT - 303_000
