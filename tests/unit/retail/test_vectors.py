from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from retail.errors import RetailError
from retail.promotions.rules import Customer, PricingLine
from retail.vectors.reading import id_of, raw_cases, read_case
from retail.vectors.text import text_of
from retail.vectors.writing import answer, major_units, result

FILE = Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
BY_ID = {case["id"]: case for case in CASES}
LINE = {"id": "L1", "gtin": "1", "unit_price": 1000, "qty": 2, "taxes": ["A"]}


def case(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": "c1",
        "currency": {"code": "EUR", "exponent": 2},
        "tax": {"mode": "inclusive", "rates": {"A": 210_000, "B": 60_000}},
        "context": {"datetime": "2026-03-12T11:00:00"},
        "lines": [LINE],
    }
    return copy.deepcopy(whole | changes)


def inside(part: str, **changes: Any) -> dict[str, Any]:
    whole = case()
    return whole | {part: whole[part] | changes}


def test_all_the_cases_are_there() -> None:
    assert len(raw_cases(json.loads(FILE.read_text(encoding="utf-8")))) == len(BY_ID) == 104


@pytest.mark.parametrize("given", CASES, ids=lambda given: given["id"])
def test_a_case_is_priced_as_expected(given: dict[str, Any]) -> None:
    found = result(read_case(given))
    asserted = {name: given["expected"][name] for name in given["assert"]}
    assert {name: found.get(name) for name in asserted} == asserted


@pytest.mark.parametrize("given", CASES, ids=lambda given: given["id"])
def test_a_result_has_the_fields_that_its_case_asks_for(given: dict[str, Any]) -> None:
    expected = {name for name, value in given["expected"].items() if value is not None}
    assert set(result(read_case(given))) == expected


def test_results_keep_the_order_of_the_vectors_table() -> None:
    steps = [{"lines": {"L1": 1}, "policy": "reprice", "tender": "cash"}]
    full = case(
        context={
            "datetime": "2026-03-12T11:00:00",
            "coupons": ["X"],
            "customer": {"id": "C1", "points": 500},
        },
        promos=[{"id": "d", "type": "draw", "step": 100}, {"id": "o", "type": "percent", "bp": 1}],
        points={"earn": {"per": 100, "points": 1}, "redeem": {"points": 100, "value": 50}},
        redeem={"points": 100, "as": "tender"},
        tenders=[{"type": "cash"}],
        want_hints=True,
        returns=steps,
    )
    full["promos"][1]["stores"] = ["S9"]
    found = result(read_case(full))
    order = (
        "line_gross line_discount line_net total_discount payable payable_text tax applied "
        "inactive due_after_noncash cash_due rounding_delta points_earned points_redeemed "
        "redeem_value draw_tickets coupons_consumed hints returns"
    )
    assert " ".join(found) == order
    assert found["inactive"] == {"o": "store"}
    assert found["returns"] == [
        {
            "kept_payable": 1000,
            "refund": 1000,
            "points_clawback": 10,
            "points_recredit": 0,
            "cash_refund": 1000,
        }
    ]


@pytest.mark.parametrize(
    ("minor", "exponent", "expected"),
    [
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (123_456, 2, "1234.56"),
        (1439, 0, "1439"),
        (-1439, 0, "-1439"),
        (0, 0, "0"),
        (3294, 3, "3.294"),
        (29, 3, "0.029"),
        (29, 4, "0.0029"),
    ],
)
def test_major_units(minor: int, exponent: int, expected: str) -> None:
    assert major_units(minor, exponent) == expected


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


def test_points_without_a_way_to_spend_or_to_earn_them() -> None:
    earn = {"earn": {"per": 100, "points": 1}}
    redeem = {"redeem": {"points": 100, "value": 50}}
    wish = {"points": 1000, "as": "discount"}
    member = inside("context", customer={"id": "C1", "points": 1000})
    only_earned = result(read_case(member | {"points": earn, "redeem": wish}))
    assert (only_earned["points_earned"], only_earned["points_redeemed"]) == (20, 0)
    only_spent = result(read_case(member | {"points": redeem, "redeem": wish}))
    assert (only_spent["points_earned"], only_spent["points_redeemed"]) == (0, 1000)
    none = result(read_case(member | {"redeem": wish}))
    assert not {"points_earned", "points_redeemed", "redeem_value"} & set(none)


def test_an_empty_list_of_returns_has_an_empty_result() -> None:
    assert result(read_case(case(returns=[])))["returns"] == []


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


def test_a_priced_case_as_text() -> None:
    assert text_of(answer(read_case(BY_ID["mix-01"]))).splitlines() == [
        "mix-01",
        "  L1      4000000000013        2 ×       39.98       -7.98       32.00",
        "  L2      4000000000020        3 ×       13.50       -3.14       10.36",
        "  L3      4000000000037      512 g        6.60       -0.38        6.22",
        "  promotion i: -6.00",
        "  promotion n: -2.50",
        "  promotion s: -3.00",
        "  tax A: 5.55",
        "  tax B: 0.94",
        "  to pay: 48.58 EUR",
        "  points earned: 48",
        "  due: 48.58",
        "  due in cash: 48.60",
        "  by rounding: 0.02",
        "  coupons used: SAVE",
    ]


@pytest.mark.parametrize(
    ("case_id", "row"),
    [
        ("hint-01", "promotion p1: 1 more needed"),
        ("thr-02", "promotion s: 0.01 more needed"),
        ("time-07", "promotion h does not hold: expired"),
        ("pts-05", "worth of the points: 5.00"),
        ("cur-01", "to pay: 1439 JPY"),
        ("ret-06", "return 1: 15.00 back, what is kept costs 30.00"),
        ("cashret-01", "return 2: 1.01 back, in cash 1.00, tax A 0.17"),
        (
            "ret-17",
            "return 1: 7.50 back, tax A 1.74, 8 points taken back, 500 points given back",
        ),
    ],
)
def test_the_rest_of_a_case_as_text(case_id: str, row: str) -> None:
    assert f"  {row}" in text_of(answer(read_case(BY_ID[case_id]))).splitlines()
