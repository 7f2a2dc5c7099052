from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retail.vectors.reading import raw_cases, read_case
from retail.vectors.text import text_of
from retail.vectors.writing import answer, major_units, result
from tests.support.vector_case import case, inside

FILE = Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
BY_ID = {case["id"]: case for case in CASES}


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
