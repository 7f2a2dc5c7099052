from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from retail.promotions.reading import read_promotion
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
    Draw,
    FixedPrice,
    Gift,
    Mechanic,
    NFor,
    Percent,
    PointsBonus,
    PointsMultiplier,
    Promotion,
    QuantityTier,
    Selector,
    Slot,
    ThresholdBase,
    TierQuantity,
    Window,
)

CATEGORY = {"categories": ["a"]}
A = Selector(categories=frozenset({"a"}))
B = Selector(categories=frozenset({"b"}))


def read(kind: str, **fields: Any) -> Promotion:
    return read_promotion({"id": "p7", "type": kind} | fields)


BUY_GET: dict[str, Any] = {"buy": CATEGORY, "buy_qty": 1, "get_qty": 2}


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("percent", {"bp": 2000}, Percent(2000)),
        ("percent", {"bp": 0}, Percent(0)),
        ("amount_off", {"amount": 5}, AmountOff(5)),
        ("fixed_price", {"price": 0}, FixedPrice(0)),
        ("nfor", {"n": 3, "price": 1000}, NFor(3, 1000)),
        ("cheapest_free", {"n": 3, "free": 1}, CheapestFree(3, 1, 10_000)),
        ("cheapest_free", {"n": 3, "free": 3, "bp": 0}, CheapestFree(3, 3, 0)),
        ("buy_get", BUY_GET, BuyGet(A, 1, None, 2, equal_or_lesser=True, bp=10_000)),
        (
            "buy_get",
            BUY_GET | {"get": {"categories": ["b"]}, "amount": 5},
            BuyGet(A, 1, B, 2, equal_or_lesser=False, amount=5),
        ),
        (
            "buy_get",
            BUY_GET | {"equal_or_lesser": False, "price": 5},
            BuyGet(A, 1, None, 2, equal_or_lesser=False, price=5),
        ),
        (
            "bundle",
            {"slots": [{"scope": CATEGORY, "qty": 2}], "price": 500},
            Bundle((Slot(A, 2),), price=500),
        ),
        (
            "bundle",
            {"slots": [{"scope": CATEGORY, "qty": 2}], "amount": 500},
            Bundle((Slot(A, 2),), amount=500),
        ),
        (
            "bundle",
            {"slots": [{"scope": CATEGORY, "qty": 2}], "bp": 500, "price": None},
            Bundle((Slot(A, 2),), bp=500),
        ),
        (
            "tier_qty",
            {"tiers": [{"min": 6, "price": 90}, {"min": 3, "bp": 500}]},
            TierQuantity((QuantityTier(3, bp=500), QuantityTier(6, price=90))),
        ),
        ("gift", {"min_spend": 1, "gift": CATEGORY}, Gift(1, A, repeat=False)),
        ("gift", {"min_spend": 1, "repeat": True}, Gift(1, None, repeat=True)),
        ("basket_percent", {"bp": 10_000}, BasketPercent(BasketTerms(), bp=10_000)),
        (
            "basket_percent",
            {"tiers": [{"min": 9, "bp": 2}, {"min": 0, "bp": 1}], "threshold_base": "net"},
            BasketPercent(
                BasketTerms(base=ThresholdBase.NET), tiers=(BasketTier(0, 1), BasketTier(9, 2))
            ),
        ),
        (
            "basket_amount",
            {"amount": 100, "step": 1, "min_spend": 5, "priority": -1},
            BasketAmount(BasketTerms(-1, 5), amount=100, step=1),
        ),
        (
            "basket_amount",
            {"tiers": [{"min": 1, "amount": 2}], "step": 3, "threshold_base": "running"},
            BasketAmount(
                BasketTerms(base=ThresholdBase.RUNNING), step=3, tiers=(BasketTier(1, 2),)
            ),
        ),
        ("points_multiplier", {"factor_pct": 200}, PointsMultiplier(200)),
        ("points_bonus", {"points": 50}, PointsBonus(50, 0)),
        ("points_bonus", {"points": 50, "min_spend": 9}, PointsBonus(50, 9)),
        ("draw", {"step": 500}, Draw(500, 1, None)),
        ("draw", {"step": 500, "tickets": 0, "max_tickets": 0}, Draw(500, 0, 0)),
    ],
)
def test_every_type(kind: str, fields: dict[str, Any], expected: Mechanic) -> None:
    assert read(kind, **fields).mechanic == expected


def test_a_plain_promotion_restricts_nothing() -> None:
    assert read("percent", bp=1) == Promotion("p7", Percent(1))


def test_null_is_the_same_as_absent() -> None:
    names = (
        "name scope exclude valid stores channels when customer customer_limit tender coupon "
        "stock_left exclusive_group exclusive max_discount funding max_applications max_units "
        "something_else"
    )
    assert read("percent", bp=1, **dict.fromkeys(names.split())) == Promotion("p7", Percent(1))
    inner: dict[str, Any] = {"valid": {"from": None}, "when": {"days": None}}
    assert read("percent", bp=1, **inner) == Promotion("p7", Percent(1))


def test_every_condition() -> None:
    read_back = read(
        "percent",
        bp=1,
        valid={"from": "2026-03-01", "to": "2026-03-12T11:00:00"},
        stores=["S1"],
        channels=["pos"],
        when={"from": "17:00", "to": "24:00", "days": [1, 7]},
        customer={"tiers": ["gold"], "segments": ["staff"]},
        customer_limit=0,
        tender=["cash"],
        coupon={"code": "SAVE", "uses_left": 0, "per_application": True},
        stock_left=0,
    )
    assert read_back.conditions == Conditions(
        valid_from=datetime.fromisoformat("2026-03-01T00:00:00"),
        valid_to=datetime.fromisoformat("2026-03-12T11:00:00"),
        stores=frozenset({"S1"}),
        channels=frozenset({"pos"}),
        window=Window(17 * 60, 24 * 60, frozenset({1, 7})),
        tiers=frozenset({"gold"}),
        segments=frozenset({"staff"}),
        customer_limit=0,
        tenders=frozenset({"cash"}),
        coupon=Coupon("SAVE", 0, per_application=True),
        stock_left=0,
    )


def test_everything_else_that_can_be_said() -> None:
    read_back = read(
        "cheapest_free",
        n=3,
        free=1,
        name="3 for 2",
        scope={"gtins": ["4"], "skus": ["MILK"], "categories": [], "tags": None},
        exclude={"tags": ["brand", "brand"]},
        exclusive_group="one",
        exclusive=True,
        max_discount=0,
        funding="manufacturer",
        max_applications=0,
        max_units=0,
        alloc="reward",
    )
    assert read_back == Promotion(
        "p7",
        CheapestFree(3, 1),
        scope=Selector(articles=frozenset({"4", "MILK"})),
        exclude=Selector(tags=frozenset({"brand"})),
        exclusive_group="one",
        exclusive=True,
        max_discount=0,
        max_applications=0,
        max_units=0,
        reward_alloc=True,
        manufacturer_funded=True,
        name="3 for 2",
    )


def test_defaults_in_words_mean_the_same_as_nothing() -> None:
    said = read(
        "cheapest_free",
        n=2,
        free=1,
        alloc="set",
        funding="store",
        exclusive=False,
        exclusive_group="",
        stores=[],
        channels=[],
        tender=[],
        customer={"tiers": [], "segments": []},
        when={"days": [], "from": "00:00", "to": "24:00"},
        coupon={},
        exclude={},
        scope={},
    )
    assert said == Promotion("p7", CheapestFree(2, 1))


def test_a_selector_of_empty_lists_selects_nothing() -> None:
    assert read("percent", bp=1, scope={"gtins": []}).scope == Selector()
    assert read("percent", bp=1, exclude={"tags": []}).exclude == Selector()


def test_a_slot_may_take_everything() -> None:
    (slot,) = read("bundle", slots=[{"scope": {}, "qty": 1}], price=1).mechanic.slots  # type: ignore[union-attr]
    assert slot.scope is None


@pytest.mark.parametrize(
    ("buy", "get", "expected"),
    [
        (CATEGORY, None, True),
        (CATEGORY, {}, True),
        (None, None, True),
        (CATEGORY, {"categories": ["a", "a"], "tags": []}, True),
        ({"gtins": ["1", "2"]}, {"gtins": ["2", "1"]}, True),
        (None, CATEGORY, False),
        (CATEGORY, {"tags": ["a"]}, False),
        (CATEGORY, {"categories": ["a", "b"]}, False),
    ],
)
def test_equal_or_lesser_holds_by_itself_for_one_set(buy: Any, get: Any, *, expected: bool) -> None:
    mechanic = read("buy_get", buy=buy, buy_qty=1, get=get, get_qty=1).mechanic
    assert isinstance(mechanic, BuyGet)
    assert mechanic.equal_or_lesser is expected
