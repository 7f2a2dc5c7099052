from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from backoffice.promotions import sentences
from backoffice.web.formats import money
from retail.promotions.reading import read_promotion
from tests.support.offers import percent

WORDS = sentences.Words(partial(money, currency="EUR"), {"tea": "Tea"})
TEA: dict[str, Any] = {"categories": ["tea"]}
OFFERS: list[tuple[dict[str, Any], str]] = [
    (percent(1250, scope=TEA), "12.5 % off each of Tea"),
    ({"type": "amount_off", "amount": 50}, "€0.50 off each of everything"),
    ({"type": "fixed_price", "price": 99, "scope": {"skus": ["A", "B"]}}, "A, B for €0.99 each"),
    ({"type": "nfor", "n": 3, "price": 1000, "scope": TEA}, "Any 3 of Tea for €10.00"),
    ({"type": "cheapest_free", "n": 3, "free": 1, "scope": TEA},
     "Of any 3 of Tea the cheapest is free"),
    ({"type": "cheapest_free", "n": 4, "free": 2, "bp": 5000},
     "Of any 4 of everything the 2 cheapest are at 50 % off"),
    ({"type": "buy_get", "buy": TEA, "buy_qty": 2, "get": {"tags": ["mug"]}, "get_qty": 1},
     "Buy 2 of Tea, get 1 of “mug” free"),
    ({"type": "buy_get", "buy": TEA, "buy_qty": 1, "get": TEA, "get_qty": 1, "price": 100},
     "Buy 1 of Tea, get 1 of Tea for €1.00"),
    ({"type": "buy_get", "buy": TEA, "buy_qty": 1, "get": TEA, "get_qty": 1, "amount": 100},
     "Buy 1 of Tea, get 1 of Tea at €1.00 off"),
    ({"type": "bundle", "slots": [{"scope": TEA, "qty": 1}, {"scope": {}, "qty": 2}],
      "price": 650}, "1 of Tea + 2 of everything for €6.50"),
    ({"type": "tier_qty", "scope": TEA, "tiers": [{"min": 3, "bp": 500}, {"min": 6, "price": 90}]},
     "Tea, from 3: at 5 % off; from 6: for €0.90"),
    ({"type": "gift", "min_spend": 4000, "gift": TEA},
     "From €40.00 spent on everything: one of Tea free"),
    ({"type": "gift", "min_spend": 4000, "gift": TEA, "repeat": True},
     "For every €40.00 spent on everything: one of Tea free"),
    ({"type": "basket_percent", "bp": 1000, "min_spend": 2000},
     "10 % off everything from €20.00"),
    ({"type": "basket_percent", "tiers": [{"min": 10, "bp": 300}, {"min": 20, "bp": 500}]},
     "3 % from €0.10; 5 % from €0.20"),
    ({"type": "basket_amount", "amount": 200, "step": 2000, "scope": TEA},
     "€2.00 off Tea for every €20.00"),
    ({"type": "basket_amount", "tiers": [{"min": 5000, "amount": 500}]}, "€5.00 from €50.00"),
    ({"type": "points_multiplier", "factor_pct": 150, "scope": TEA}, "150 % of the points on Tea"),
    ({"type": "points_bonus", "points": 100, "min_spend": 5000},
     "100 points more on everything from €50.00"),
    ({"type": "points_bonus", "points": 5}, "5 points more on everything"),
    ({"type": "draw", "step": 1000, "max_tickets": 10},
     "1 tickets for every €10.00 of everything, at most 10"),
]  # fmt: skip
CONDITIONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ()),
    ({"valid": {"from": "2026-11-01"}}, ("Valid 2026-11-01 00:00 to …",)),
    ({"when": {"days": [1, 2], "from": "22:00", "to": "02:00"}}, ("Mon, Tue 22:00–02:00",)),
    ({"when": {"from": "18:00"}}, ("Every day 18:00–24:00",)),
    ({"stores": ["S2", "S1"], "channels": ["pos"]}, ("Stores: S1, S2", "Channels: pos")),
    ({"customer": {"tiers": ["gold"], "segments": ["staff"]}, "tender": ["card"]},
     ("Customers: gold", "Segments: staff", "Paid by: card")),
    ({"coupon": {"code": "SAVE"}}, ("Coupon SAVE",)),
    ({"exclusive": True, "exclusive_group": "g", "funding": "manufacturer"},
     ("Not with any other promotion", "One of the group g", "Paid by the manufacturer")),
    ({"exclude": TEA, "max_applications": 2, "max_units": 6, "max_discount": 500},
     ("Not on Tea", "At most 2 times a basket", "At most 6 units a basket",
      "At most €5.00 a basket")),
    ({"customer_limit": 3, "stock_left": 40}, ("At most 3 times a customer", "40 units are left")),
]  # fmt: skip


@pytest.mark.parametrize(("params", "text"), OFFERS, ids=lambda value: str(value)[:40])
def test_what_a_promotion_gives(params: dict[str, Any], text: str) -> None:
    assert sentences.offer(read_promotion({"id": "P", **params}), WORDS) == text


@pytest.mark.parametrize(("params", "facts"), CONDITIONS, ids=lambda value: str(value)[:40])
def test_on_which_conditions(params: dict[str, Any], facts: tuple[str, ...]) -> None:
    read = read_promotion({"id": "P", **percent(1000), **params})
    assert sentences.conditions(read, WORDS) == facts


def test_many_articles_are_counted_and_an_empty_list_is_nothing() -> None:
    many = read_promotion({"id": "P", **percent(1, scope={"skus": ["A", "B", "C", "D"]})})
    assert sentences.offer(many, WORDS) == "0.01 % off each of 4 articles"
    none = read_promotion({"id": "P", **percent(1000, scope={"skus": []})})
    assert sentences.offer(none, WORDS) == "10 % off each of nothing"
