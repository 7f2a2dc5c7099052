"""The engine against every admissible choice, and the brute force against the public cases."""

from __future__ import annotations

from random import Random

import pytest

from retail.promotions import engine
from tests.support import pricing_cases
from tests.support.pricing_agreement import agrees_with_brute_force, bounded_by_brute_force
from tests.support.pricing_baskets import random_case
from tests.support.pricing_oracle import best

_SMALL = [
    case
    for case in pricing_cases.cases()
    if sum(line.units for line in pricing_cases.lines(case)) <= 8
    and not case["expected"].get("points_redeemed")
]


@pytest.mark.parametrize("block", range(8))
def test_the_engine_chooses_what_brute_force_chooses(block: int) -> None:
    applied = [agrees_with_brute_force(seed) for seed in range(50 * block, 50 * block + 50)]
    assert max(applied) >= 2


def test_the_way_of_larger_baskets_tells_no_more_than_brute_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "MOST_UNITS", -1)
    told = [bounded_by_brute_force(seed) for seed in range(400)]
    assert told.count("canonical") > 350


@pytest.mark.parametrize("case", _SMALL, ids=lambda case: case["id"])
def test_brute_force_prices_the_public_cases(case: pricing_cases.Case) -> None:
    result = best(
        pricing_cases.lines(case), pricing_cases.active(case), pricing_cases.context(case)
    )
    expected = case["expected"]
    assert list(result.discounts) == expected["line_discount"]
    assert [{"promo": p, "discount": d} for p, d in result.applied] == expected["applied"]


def test_brute_force_passes_over_nothing_that_could_be_best() -> None:
    for seed in range(150):
        case = random_case(Random(f"small {seed}"), units=5)
        assert best(*case) == best(*case, passing_over=False), seed
