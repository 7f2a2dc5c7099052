from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from retail.basket import Basket, add, add_unknown
from retail.catalog import Unit
from retail.pricing import price
from retail.tax import TaxRounding, TaxRules
from tests.unit.retail.strategies import BASKET_ID, RATES, article, baskets, rules

CASES = [
    case
    for case in json.loads(
        (Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json").read_text()
    )["cases"]
    if not case["promos"]
    and not case.get("redeem")
    and not {"combine", "rules", "manufacturer_coupon_taxable"} & set(case["tax"])
]
EMPTY = Basket(BASKET_ID, "EUR")
EUROPE = TaxRules(inclusive=True, rates=RATES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_baskets_without_promotions_of_the_pricing_vectors(case: dict[str, Any]) -> None:
    basket = Basket(BASKET_ID, case["currency"]["code"])
    for line in case["lines"]:
        item = article(
            line["id"],
            Unit.KILOGRAM if "weight_g" in line else Unit.PIECE,
            unit_price_minor=line["unit_price"],
            tax_codes=tuple(line["taxes"]),
        )
        quantity = line.get("weight_g") or 1000 * line["qty"]
        basket = add(basket, item, code=line["gtin"], quantity=quantity)
    tax = case["tax"]
    rounding = TaxRounding(tax.get("rounding", "per_rate"))
    priced = price(basket, TaxRules(tax["mode"] == "inclusive", tax["rates"], rounding))
    expected = case["expected"]
    assert [line.gross_minor for line in priced.lines] == expected["line_gross"]
    assert [line.net_minor for line in priced.lines] == expected["line_net"]
    assert {row.code: row.tax_minor for row in priced.tax} == expected["tax"]
    assert priced.savings_minor == expected["total_discount"] == 0
    assert priced.total_minor == expected["payable"]


def test_the_vectors_are_there() -> None:
    assert len(CASES) >= 8


def test_an_empty_basket_costs_nothing() -> None:
    priced = price(EMPTY, EUROPE)
    assert (priced.lines, priced.tax, priced.total_minor) == ((), (), 0)


def test_an_unknown_code_costs_nothing() -> None:
    priced = price(add(add_unknown(EMPTY, "123"), article(), code="MILK"), EUROPE)
    assert [line.gross_minor for line in priced.lines] == [0, 129]
    assert priced.lines[0].taxes == ()
    assert priced.total_minor == 129


def test_what_waits_for_its_weight_costs_nothing_yet() -> None:
    basket = add(EMPTY, article("APPLES", Unit.KILOGRAM, unit_price_minor=250), code="A")
    assert price(basket, EUROPE).total_minor == 0


@given(baskets(), rules())
def test_a_priced_baskets_figures_add_up(basket: Basket, how: TaxRules) -> None:
    priced = price(basket, how)
    assert priced.subtotal_minor == sum(line.gross_minor for line in priced.lines)
    assert priced.tax_minor == sum(row.tax_minor for row in priced.tax)
    assert priced.tax_minor == sum(tax for line in priced.lines for _, tax in line.taxes)
    assert priced.total_minor == priced.subtotal_minor + (0 if how.inclusive else priced.tax_minor)
    assert all(line.net_minor == line.gross_minor - line.discount_minor for line in priced.lines)
    assert [line.line for line in priced.lines] == list(basket.lines)
    assert price(basket, how) == priced
