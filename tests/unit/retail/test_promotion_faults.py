"""What is refused as a promotion, in which words."""

from __future__ import annotations

from typing import Any

import pytest

from retail.errors import RetailError
from retail.promotions.reading import read_promotion

CATEGORY = {"categories": ["a"]}
BUY_GET: dict[str, Any] = {"buy": CATEGORY, "buy_qty": 1, "get_qty": 2}
SLOTS = [{"scope": CATEGORY, "qty": 1}, {"qty": 1}]


@pytest.mark.parametrize(
    ("kind", "fields", "code", "sentence"),
    [
        ("percnt", {}, "unknown_type", "type percnt is unknown; percent is meant, perhaps."),
        ("xyz", {}, "unknown_type", "type xyz is unknown."),
        ("", {}, "missing", "type is missing."),
        ("percent", {}, "missing", "bp is missing."),
        ("percent", {"bp": None}, "missing", "bp is missing."),
        ("percent", {"bp": True}, "wrong_type", "bp must be a whole number."),
        ("percent", {"bp": "5"}, "wrong_type", "bp must be a whole number."),
        ("percent", {"bp": [5]}, "wrong_type", "bp must be a whole number."),
        ("percent", {"bp": -1}, "range", "bp must be at least 0."),
        ("percent", {"bp": 10_001}, "range", "bp must be at most 10000."),
        (
            "percent",
            {"bp": 1, "max_discont": 1},
            "unknown_field",
            "there is no field max_discont; max_discount is meant, perhaps.",
        ),
        ("percent", {"bp": 1, "zzz": 1}, "unknown_field", "there is no field zzz here."),
        ("percent", {"bp": 1, "alloc": "set"}, "unknown_field", "there is no field alloc here."),
        (
            "draw",
            {"step": 1, "exclusive_group": "x"},
            "unknown_field",
            "there is no field exclusive_group here.",
        ),
        ("amount_off", {"amount": -1}, "range", "amount must be at least 0."),
        ("fixed_price", {"price": -1}, "range", "price must be at least 0."),
        ("nfor", {"n": 0, "price": 1}, "range", "n must be at least 1."),
        ("nfor", {"n": 2}, "missing", "price is missing."),
        ("cheapest_free", {"n": 2, "free": 3}, "range", "free must be at most 2."),
        ("cheapest_free", {"n": 2, "free": 0}, "range", "free must be at least 1."),
        (
            "cheapest_free",
            {"n": 2, "free": 1, "alloc": "all"},
            "choice",
            "alloc must be one of reward, set.",
        ),
        ("buy_get", BUY_GET | {"buy_qty": 0}, "range", "buy_qty must be at least 1."),
        ("buy_get", BUY_GET | {"get_qty": 0}, "range", "get_qty must be at least 1."),
        (
            "buy_get",
            BUY_GET | {"bp": 1, "price": 1},
            "one_of",
            "exactly one of bp, amount, price is due.",
        ),
        ("buy_get", BUY_GET | {"buy": ["a"]}, "wrong_type", "buy must be an object."),
        ("bundle", {"price": 1}, "missing", "slots is missing."),
        ("bundle", {"slots": [], "price": 1}, "empty", "slots is empty."),
        ("bundle", {"slots": {}, "price": 1}, "wrong_type", "slots must be a list."),
        ("bundle", {"slots": [1], "price": 1}, "wrong_type", "slots[0] must be an object."),
        ("bundle", {"slots": SLOTS, "price": 1}, "missing", "slots[1].scope is missing."),
        (
            "bundle",
            {"slots": [{"scope": CATEGORY, "qty": 0}], "price": 1},
            "range",
            "slots[0].qty must be at least 1.",
        ),
        (
            "bundle",
            {"slots": [{"scope": CATEGORY, "qt": 1}], "price": 1},
            "unknown_field",
            "there is no field slots[0].qt; slots[0].qty is meant, perhaps.",
        ),
        (
            "bundle",
            {"slots": SLOTS[:1]},
            "one_of",
            "exactly one of price, amount, bp is due.",
        ),
        ("tier_qty", {"tiers": []}, "empty", "tiers is empty."),
        ("tier_qty", {"tiers": [{"min": 0, "bp": 1}]}, "range", "tiers[0].min must be at least 1."),
        (
            "tier_qty",
            {"tiers": [{"min": 1}]},
            "one_of",
            "exactly one of tiers[0].bp, tiers[0].price is due.",
        ),
        (
            "tier_qty",
            {"tiers": [{"min": 2, "bp": 1}, {"min": 2, "price": 1}]},
            "duplicate",
            "two of tiers begin at 2.",
        ),
        ("gift", {"min_spend": 0, "gift": CATEGORY}, "range", "min_spend must be at least 1."),
        ("gift", {"min_spend": 1, "repeat": 1}, "wrong_type", "repeat must be true or false."),
        ("basket_percent", {}, "one_of", "exactly one of bp, tiers is due."),
        (
            "basket_percent",
            {"bp": 1, "tiers": [{"min": 1, "bp": 1}]},
            "one_of",
            "exactly one of bp, tiers is due.",
        ),
        (
            "basket_percent",
            {"tiers": [{"min": 1, "bp": 10_001}]},
            "range",
            "tiers[0].bp must be at most 10000.",
        ),
        ("basket_amount", {"amount": 1, "step": 0}, "range", "step must be at least 1."),
        (
            "basket_amount",
            {"amount": 1, "threshold_base": "total"},
            "choice",
            "threshold_base must be one of gross, net, running.",
        ),
        ("basket_amount", {"amount": 1, "min_spend": -1}, "range", "min_spend must be at least 0."),
        ("points_multiplier", {"factor_pct": -1}, "range", "factor_pct must be at least 0."),
        ("draw", {"step": 0}, "range", "step must be at least 1."),
        ("percent", {"bp": 1, "customer_limit": -1}, "range", "customer_limit must be at least 0."),
        ("percent", {"bp": 1, "stock_left": -1}, "range", "stock_left must be at least 0."),
        ("percent", {"bp": 1, "name": 5}, "wrong_type", "name must be a text."),
        ("percent", {"bp": 1, "stores": "S1"}, "wrong_type", "stores must be a list."),
        ("percent", {"bp": 1, "stores": [1]}, "wrong_type", "stores[0] must be a text."),
        (
            "percent",
            {"bp": 1, "scope": {"gtin": ["1"]}},
            "unknown_field",
            "there is no field scope.gtin; scope.gtins is meant, perhaps.",
        ),
        (
            "percent",
            {"bp": 1, "when": {"days": [0]}},
            "day",
            "when.days[0] must be a day from 1 (Monday) to 7.",
        ),
        (
            "percent",
            {"bp": 1, "when": {"days": [1, True]}},
            "day",
            "when.days[1] must be a day from 1 (Monday) to 7.",
        ),
        (
            "percent",
            {"bp": 1, "when": {"from": "7:00"}},
            "time",
            "when.from must be a time from 00:00 to 24:00.",
        ),
        (
            "percent",
            {"bp": 1, "when": {"to": "24:01"}},
            "time",
            "when.to must be a time from 00:00 to 24:00.",
        ),
        (
            "percent",
            {"bp": 1, "valid": {"from": "yesterday"}},
            "datetime",
            "valid.from must be a date and time without a zone, such as 2026-03-12T11:00:00.",
        ),
        (
            "percent",
            {"bp": 1, "valid": {"to": "2026-03-12T11:00:00Z"}},
            "datetime",
            "valid.to must be a date and time without a zone, such as 2026-03-12T11:00:00.",
        ),
        ("percent", {"bp": 1, "coupon": {"uses_left": 1}}, "missing", "coupon.code is missing."),
        (
            "percent",
            {"bp": 1, "funding": "vendor"},
            "choice",
            "funding must be one of manufacturer, store.",
        ),
        (
            "percent",
            {"bp": 1, "customer": {"tier": ["gold"]}},
            "unknown_field",
            "there is no field customer.tier; customer.tiers is meant, perhaps.",
        ),
    ],
)
def test_every_fault_names_the_promotion_and_the_field(
    kind: str, fields: dict[str, Any], code: str, sentence: str
) -> None:
    with pytest.raises(RetailError) as caught:
        read_promotion({"id": "p7", "type": kind} | fields)
    assert str(caught.value) == f"Promotion p7: {sentence}"
    assert caught.value.code == f"promotion.{code}"


@pytest.mark.parametrize(
    ("raw", "code", "sentence"),
    [
        ([], "wrong_type", "A promotion must be a JSON object."),
        ({}, "missing", "A promotion: id is missing."),
        ({"id": ""}, "missing", "A promotion: id is missing."),
        ({"id": 7}, "wrong_type", "A promotion: id must be a text."),
        ({"id": "p7"}, "missing", "Promotion p7: type is missing."),
    ],
)
def test_what_is_no_promotion(raw: object, code: str, sentence: str) -> None:
    with pytest.raises(RetailError) as caught:
        read_promotion(raw)
    assert str(caught.value) == sentence
    assert caught.value.code == f"promotion.{code}"
