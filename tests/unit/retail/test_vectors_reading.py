"""Cases as they are read, and what is refused, in which words."""

from __future__ import annotations

from typing import Any

import pytest

from retail.errors import RetailError
from retail.promotions.rules import Customer, PricingLine
from retail.vectors.reading import id_of, raw_cases, read_case
from tests.support.vector_case import LINE, case, inside


def test_a_file_a_list_and_a_single_case() -> None:
    one = case()
    assert raw_cases({"schema": "pos-pricing-vectors/1", "cases": [one]}) == [one]
    assert raw_cases([one, one]) == [one, one]
    assert raw_cases(one) == [one]
    assert raw_cases([]) == []


@pytest.mark.parametrize("document", [None, 5, "cases", {"cases": {}}, {"cases": None}])
def test_what_holds_no_cases(document: object) -> None:
    with pytest.raises(RetailError) as caught:
        raw_cases(document)
    assert caught.value.code == "case.document"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(case(), "c1"), ({}, "#3"), ({"id": ""}, "#3"), ({"id": 7}, "#3"), (5, "#3")],
)
def test_a_case_without_an_id_is_named_by_its_place(raw: object, expected: str) -> None:
    assert id_of(raw, 3) == expected


def test_the_least_that_a_case_says() -> None:
    read = read_case(case())
    request = read.request
    assert request.lines == (PricingLine("L1", "1", 1000, 2, taxes=("A",)),)
    assert (request.context.store, request.context.channel, request.context.tender) == (
        "",
        "",
        None,
    )
    assert (request.context.customer, request.points, request.wish) == (None, None, None)
    assert (request.cash.increment, request.payments, request.want_hints) == (1, (), False)
    assert (read.promotions, read.returns, read.currency, read.exponent) == ((), None, "EUR", 2)


def test_null_is_the_same_as_absent() -> None:
    names = "points redeem cash_rounding tenders returns want_hints promos surprise"
    nulls = case(**dict.fromkeys(names.split()))
    nulls["context"] |= dict.fromkeys(("store", "channel", "tender", "coupons", "customer"))
    nulls["tax"] |= dict.fromkeys(("rounding", "combine", "rules", "manufacturer_coupon_taxable"))
    nulls["tax"]["rules"] = {"A": {"exempt_below_unit": None}}
    nulls["lines"][0] |= dict.fromkeys(("weight_g", "category", "tags", "no_discount"))
    assert read_case(nulls) == read_case(case())


def test_notes_of_the_writer_are_no_fault() -> None:
    noted = case(title="a title", expected={}, mechanics=[], comment="so far")
    noted["lines"][0]["brand"] = "X"
    assert read_case(noted) == read_case(case())


def test_a_customer_is_read() -> None:
    customer = {
        "id": "C1",
        "tier": "gold",
        "segments": ["staff"],
        "points": 7,
        "used": {"p": 1, "q": None},
        "tax_exempt": True,
    }
    read = read_case(inside("context", customer=customer))
    assert read.request.context.customer == Customer(
        "C1", "gold", frozenset({"staff"}), 7, {"p": 1}, tax_exempt=True
    )


RETURN = {"lines": {"L1": 1}}
WRONG = "Case c1: there is no field"
NOON = "2026-03-12T11:00:00"
REPRICED = RETURN | {"policy": "reprice"}


@pytest.mark.parametrize(
    ("raw", "code", "sentence"),
    [
        (case(id=None), "missing", "A case: id is missing."),
        (case(lines=None), "missing", "Case c1: lines is missing."),
        (case(context=None), "missing", "Case c1: context is missing."),
        (case(tax=None), "missing", "Case c1: tax is missing."),
        (case(currency=None), "missing", "Case c1: currency is missing."),
        (case(lines={}), "wrong_type", "Case c1: lines must be a list."),
        (case(lines=[LINE, LINE]), "duplicate", "Case c1: lines[1].id is not unique."),
        (case(lines=[5]), "wrong_type", "Case c1: lines[0] must be an object."),
        (
            case(lines=[LINE | {"unit_price": -1}]),
            "range",
            "Case c1: lines[0].unit_price must be at least 0.",
        ),
        (
            case(lines=[LINE | {"unit_price": "1"}]),
            "wrong_type",
            "Case c1: lines[0].unit_price must be a whole number.",
        ),
        (case(lines=[LINE | {"qty": 0}]), "range", "Case c1: lines[0].qty must be at least 1."),
        (
            case(lines=[LINE | {"qty": True}]),
            "wrong_type",
            "Case c1: lines[0].qty must be a whole number.",
        ),
        (
            case(lines=[LINE | {"weight_g": 5}]),
            "one_of",
            "Case c1: exactly one of lines[0].qty, lines[0].weight_g is due.",
        ),
        (
            case(lines=[LINE | {"qty": None, "weight_g": 0}]),
            "range",
            "Case c1: lines[0].weight_g must be at least 1.",
        ),
        (
            case(lines=[LINE | {"qty": None}]),
            "one_of",
            "Case c1: exactly one of lines[0].qty, lines[0].weight_g is due.",
        ),
        (case(lines=[LINE | {"gtin": None}]), "missing", "Case c1: lines[0].gtin is missing."),
        (
            case(lines=[LINE | {"taxes": ["A", "Q"]}]),
            "tax_code",
            "Case c1: lines[0].taxes[1], tax code Q, has no rate.",
        ),
        (
            case(lines=[LINE | {"no_discoutn": True}]),
            "unknown_field",
            f"{WRONG} lines[0].no_discoutn; lines[0].no_discount is meant, perhaps.",
        ),
        (
            case(promo=[]),
            "unknown_field",
            "Case c1: there is no field promo; promos is meant, perhaps.",
        ),
        (
            inside("currency", exponent=9),
            "range",
            "Case c1: currency.exponent must be at most 4.",
        ),
        (inside("currency", code=""), "missing", "Case c1: currency.code is missing."),
        (
            inside("tax", rates={"A": 1_000_001}),
            "range",
            "Case c1: tax.rates.A must be at most 1000000.",
        ),
        (inside("tax", rates={"A": -1}), "range", "Case c1: tax.rates.A must be at least 0."),
        (inside("tax", rates=None), "missing", "Case c1: tax.rates is missing."),
        (
            inside("tax", mode="net"),
            "choice",
            "Case c1: tax.mode must be one of exclusive, inclusive.",
        ),
        (
            inside("tax", rounding="never"),
            "choice",
            "Case c1: tax.rounding must be one of per_line, per_rate.",
        ),
        (
            inside("tax", rules={"A": {"exempt_below_unit": -1}}),
            "range",
            "Case c1: tax.rules.A.exempt_below_unit must be at least 0.",
        ),
        (inside("tax", rules={"A": 5}), "wrong_type", "Case c1: tax.rules.A must be an object."),
        (inside("context", datetime=None), "missing", "Case c1: context.datetime is missing."),
        (
            inside("context", datetime="noon"),
            "datetime",
            f"Case c1: context.datetime must be a date and time without a zone, such as {NOON}.",
        ),
        (
            inside("context", customer={"id": "C", "used": {"p": -1}}),
            "range",
            "Case c1: context.customer.used.p must be at least 0.",
        ),
        (inside("context", customer={}), "missing", "Case c1: context.customer.id is missing."),
        (
            case(points={"earn": {"per": 0, "points": 1}}),
            "range",
            "Case c1: points.earn.per must be at least 1.",
        ),
        (
            case(points={"redeem": {"points": 0, "value": 1}}),
            "range",
            "Case c1: points.redeem.points must be at least 1.",
        ),
        (
            case(redeem={"points": 5, "as": "cash"}),
            "choice",
            "Case c1: redeem.as must be one of discount, tender.",
        ),
        (
            case(redeem={"points": -5, "as": "tender"}),
            "range",
            "Case c1: redeem.points must be at least 0.",
        ),
        (
            case(cash_rounding={"increment": 0}),
            "range",
            "Case c1: cash_rounding.increment must be at least 1.",
        ),
        (
            case(cash_rounding={"mode": "even"}),
            "choice",
            "Case c1: cash_rounding.mode must be one of down, half_down, half_up, up.",
        ),
        (case(tenders=[{"type": "card"}]), "missing", "Case c1: tenders[0].amount is missing."),
        (
            case(tenders=[{"type": "card", "amount": -1}]),
            "range",
            "Case c1: tenders[0].amount must be at least 0.",
        ),
        (case(returns=[{}]), "missing", "Case c1: returns[0].lines is missing."),
        (
            case(returns=[{"lines": {"L9": 1}}]),
            "line",
            "Case c1: returns[0].lines.L9 is returned, but was not sold.",
        ),
        (
            case(returns=[{"lines": {"L1": 0}}]),
            "range",
            "Case c1: returns[0].lines.L1 must be at least 1.",
        ),
        (
            case(returns=[RETURN, {"lines": {"L1": 2}}]),
            "range",
            "Case c1: returns[1].lines.L1 must be at most 1.",
        ),
        (
            case(returns=[REPRICED, RETURN]),
            "policy",
            "Case c1: returns[1].policy must be reprice, as in the step before.",
        ),
        (
            case(promos=[{"id": "p", "type": "percent", "bp": 1}] * 2),
            "duplicate",
            "Case c1: two of promos have the id p.",
        ),
    ],
)
def test_every_fault_names_the_case_and_the_field(
    raw: dict[str, Any], code: str, sentence: str
) -> None:
    with pytest.raises(RetailError) as caught:
        read_case(raw)
    assert str(caught.value) == sentence
    assert caught.value.code == f"case.{code}"


def test_a_case_is_an_object(refused: Any) -> None:
    with refused("case.wrong_type"):
        read_case([])


def test_a_promotions_fault_names_the_case_too() -> None:
    with pytest.raises(RetailError) as caught:
        read_case(case(promos=[{"id": "p7", "type": "percent", "bp": -1}]))
    assert str(caught.value) == "Case c1: Promotion p7: bp must be at least 0."
    assert caught.value.code == "promotion.range"
