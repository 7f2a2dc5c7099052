from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket.lines import add, add_unknown, set_quantity
from retail.basket.model import Basket, Line
from retail.catalog import Unit
from retail.pricing import PricedBasket, price, pricing_line
from retail.pricing_terms import PricingTerms, promotion_set
from retail.promotions.engine import ENGINE_VERSION
from retail.promotions.rules import EXACT, Customer
from retail.tax import TaxRounding, TaxRules
from tests.unit.retail.strategies import (
    BASKET_ID,
    NOON,
    OFFERS,
    RATES,
    article,
    baskets,
    rules,
    terms,
)

CASES = [
    case
    for case in json.loads(
        (Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json").read_text()
    )["cases"]
    if not case.get("redeem")
]
EMPTY = Basket(BASKET_ID, "EUR")
EUROPE = TaxRules(inclusive=True, rates=RATES)


def _basket(case: dict[str, Any]) -> Basket:
    """A vector's lines; among equal lines the order of ids decides, as there."""
    ids = sorted(line["id"] for line in case["lines"])
    lines = []
    for line in case["lines"]:
        item = article(
            line["gtin"],
            Unit.KILOGRAM if "weight_g" in line else Unit.PIECE,
            category=line.get("category") or "",
            unit_price_minor=line["unit_price"],
            tax_codes=tuple(line["taxes"]),
            tags=tuple(line.get("tags") or ()),
            no_discount=bool(line.get("no_discount")),
            no_points=bool(line.get("no_points")),
        )
        quantity = line.get("weight_g") or 1000 * line["qty"]
        lines.append(Line(1000 + ids.index(line["id"]), item, line["gtin"], quantity))
    return Basket(BASKET_ID, case["currency"]["code"], tuple(lines))


def _terms(case: dict[str, Any]) -> PricingTerms:
    given_context = case["context"]
    person = given_context.get("customer")
    customer = None
    if person:
        customer = Customer(
            customer_id=person["id"],
            tier=person.get("tier"),
            segments=frozenset(person.get("segments") or ()),
            used=person.get("used") or {},
            tax_exempt=bool(person.get("tax_exempt")),
        )
    return terms(
        *case["promos"],
        at=datetime.fromisoformat(given_context["datetime"]),
        store=given_context.get("store") or "",
        channel=given_context.get("channel") or "",
        tender=given_context.get("tender"),
        coupons=frozenset(given_context.get("coupons") or ()),
        customer=customer,
    )


def _rules(case: dict[str, Any]) -> TaxRules:
    tax = case["tax"]
    return TaxRules(
        inclusive=tax["mode"] == "inclusive",
        rates=tax["rates"],
        rounding=TaxRounding(tax.get("rounding") or "per_rate"),
        combine=bool(tax.get("combine")),
        exempt_below_unit={
            code: rule["exempt_below_unit"] for code, rule in (tax.get("rules") or {}).items()
        },
        manufacturer_coupon_taxable=bool(tax.get("manufacturer_coupon_taxable")),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_baskets_of_the_pricing_vectors(case: dict[str, Any]) -> None:
    priced = price(_basket(case), _rules(case), _terms(case))
    asked = case["assert"]
    found = {
        "line_gross": [line.gross_minor for line in priced.lines],
        "line_discount": [line.discount_minor for line in priced.lines],
        "line_net": [line.net_minor for line in priced.lines],
        "total_discount": priced.savings_minor,
        "payable": priced.total_minor,
        "tax": {row.code: row.tax_minor for row in priced.tax},
        "applied": [
            {"promo": one.promo_id, "discount": one.minor} for one in priced.solution.applied
        ],
    }
    wanted = {name: value for name, value in case["expected"].items() if name in asked}
    assert {name: found[name] for name in found if name in wanted} == {
        name: wanted[name] for name in found if name in wanted
    }
    _adds_up(priced)


def test_the_vectors_are_there() -> None:
    assert len(CASES) > 90
    assert sum(not case["promos"] for case in CASES) >= 8


def _adds_up(priced: PricedBasket) -> None:
    """Every figure of a priced basket follows from its parts."""
    lines, chosen = priced.lines, priced.solution
    assert priced.subtotal_minor == sum(line.gross_minor for line in lines)
    assert priced.savings_minor == sum(line.discount_minor for line in lines)
    assert all(line.net_minor == line.gross_minor - line.discount_minor >= 0 for line in lines)
    assert all(line.discount_minor == sum(s.minor for s in line.savings) for line in lines)
    assert all(s.minor > 0 for line in lines for s in line.savings)
    assert priced.tax_minor == sum(row.tax_minor for row in priced.tax)
    assert priced.tax_minor == sum(tax for line in lines for _, tax in line.taxes)
    extra = 0 if priced.tax_included else priced.tax_minor
    assert priced.total_minor == priced.subtotal_minor - priced.savings_minor + extra
    by_promotion = {one.promo_id: 0 for one in chosen.applied}
    for line in lines:
        for saving in line.savings:
            by_promotion[saving.promo_id] += saving.minor
    assert by_promotion == {one.promo_id: one.minor for one in chosen.applied}
    assert chosen.bound <= chosen.minimised
    assert chosen.proved == (chosen.bound == chosen.minimised)


@pytest.mark.parametrize("held", [None, terms(*OFFERS)], ids=["no promotions", "promotions"])
def test_an_empty_basket_costs_nothing(held: PricingTerms | None) -> None:
    priced = price(EMPTY, EUROPE, held)
    assert (priced.lines, priced.tax, priced.total_minor) == ((), (), 0)


@pytest.mark.parametrize("held", [None, terms(*OFFERS)], ids=["no promotions", "promotions"])
def test_an_unknown_code_costs_nothing(held: PricingTerms | None) -> None:
    priced = price(add(add_unknown(EMPTY, "123"), article(), code="MILK"), EUROPE, held)
    assert [line.gross_minor for line in priced.lines] == [0, 129]
    assert (priced.lines[0].taxes, priced.lines[0].savings) == ((), ())
    assert priced.total_minor == (129 if held is None else 116)


def test_what_waits_for_its_weight_costs_nothing_yet_and_takes_no_part() -> None:
    apples = article("APPLES", Unit.KILOGRAM, unit_price_minor=250)
    basket = add(add(EMPTY, apples, code="A"), article(), code="MILK")
    priced = price(basket, EUROPE, terms(OFFERS[0]))
    assert [line.net_minor for line in priced.lines] == [0, 116]
    weighed = price(set_quantity(basket, 1, 1000), EUROPE, terms(OFFERS[0]))
    assert [line.net_minor for line in weighed.lines] == [225, 116]


def test_a_line_says_which_promotion_took_off_what() -> None:
    basket = add(add(EMPTY, article(), code="M", quantity=3000), article("EGG"), code="E")
    priced = price(basket, EUROPE, terms(*OFFERS))
    found = [[(s.promo_id, s.minor, s.units) for s in line.savings] for line in priced.lines]
    assert found == [
        [("A-TEN", 13, 1), ("B-THREE", 86, 2), ("C-SPEND", 58, 0)],
        [("B-THREE", 43, 1), ("C-SPEND", 17, 0)],
    ]
    assert priced.lines[0].savings[0].name == "Offer A-TEN"
    applied = [
        (x.promo_id, x.minor, x.applications, x.units, x.manufacturer_funded)
        for x in priced.solution.applied
    ]
    assert applied == [
        ("A-TEN", 13, 1, 1, True),
        ("B-THREE", 129, 1, 3, False),
        ("C-SPEND", 75, 1, 0, False),
    ]
    assert {x.version for x in priced.solution.applied} == {7}
    assert (priced.solution.snapshot, priced.solution.engine_version) == ("5e7", ENGINE_VERSION)
    _adds_up(priced)


def test_without_promotions_the_least_sum_is_the_sum() -> None:
    chosen = price(add(EMPTY, article(), code="M"), EUROPE).solution
    assert (chosen.snapshot, chosen.engine_version, chosen.applied) == ("", 0, ())
    assert (chosen.minimised, chosen.bound, chosen.proved) == (129 * EXACT, 129 * EXACT, True)


def test_what_could_not_be_read_is_told() -> None:
    held = PricingTerms(promotion_set("5e7", (), ["BROKEN"]), NOON)
    assert price(EMPTY, EUROPE, held).solution.set_aside == ("BROKEN",)


def test_an_offer_on_the_single_article_is_not_given_on_its_pack() -> None:
    offer = {"id": "P", "type": "fixed_price", "price": 99, "scope": {"skus": ["MILK"]}}
    pack = article(pack_thousandths=6000, unit_price_minor=700)
    basket = add(add(EMPTY, article(), code="1"), pack, code="6")
    assert [x.net_minor for x in price(basket, EUROPE, terms(offer)).lines] == [99, 700]
    on_packs = offer | {"scope": {"skus": ["MILK/6000"]}, "price": 650}
    assert [x.net_minor for x in price(basket, EUROPE, terms(on_packs)).lines] == [129, 650]
    everything = {"id": "P", "type": "percent", "bp": 5000}
    assert [x.net_minor for x in price(basket, EUROPE, terms(everything)).lines] == [64, 350]


def test_an_article_is_seen_with_its_tags_and_flags() -> None:
    item = article(tags=("organic",), no_discount=True, no_points=True)
    line = pricing_line(Line(4, item, "M", 2000))
    assert line is not None
    assert (line.line_id, line.article, line.quantity, line.weighed) == ("4", "MILK", 2, False)
    assert (line.tags, line.no_discount, line.no_points) == (frozenset({"organic"}), True, True)
    weighed = pricing_line(Line(4, article(unit=Unit.METRE), "M", 2500))
    assert weighed is not None
    assert (weighed.quantity, weighed.weighed) == (2500, True)


def test_the_circumstances_are_those_of_the_terms() -> None:
    held = terms(
        *OFFERS,
        store="S1",
        channel="web",
        tender="card",
        coupons=frozenset({"C"}),
        customer=Customer("c"),
    )
    seen = held.context
    assert (seen.at, seen.store, seen.channel, seen.tender) == (NOON, "S1", "web", "card")
    assert (seen.coupons, seen.customer) == (frozenset({"C"}), Customer("c"))


@given(baskets(), rules(), st.booleans())
def test_a_priced_baskets_figures_add_up(basket: Basket, how: TaxRules, offered: bool) -> None:
    held = terms(*OFFERS) if offered else None
    priced = price(basket, how, held)
    _adds_up(priced)
    assert [line.line for line in priced.lines] == list(basket.lines)
    assert price(basket, how, held) == priced


@given(baskets(), rules())
def test_a_promotion_never_makes_the_lines_dearer(basket: Basket, how: TaxRules) -> None:
    without, some = price(basket, how), price(basket, how, terms(*OFFERS[:1]))
    more = price(basket, how, terms(*OFFERS))
    least = [x.solution.minimised for x in (without, some, more)]
    assert least == sorted(least, reverse=True)


@given(baskets(), st.randoms())
def test_the_order_of_scanning_changes_no_sum(basket: Basket, rng: Any) -> None:
    lines = list(basket.lines)
    rng.shuffle(lines)
    shuffled = price(replace(basket, lines=tuple(lines)), EUROPE, terms(*OFFERS))
    priced = price(basket, EUROPE, terms(*OFFERS))
    assert shuffled.total_minor == priced.total_minor
    assert {x.line.line: x.net_minor for x in shuffled.lines} == {
        x.line.line: x.net_minor for x in priced.lines
    }
