"""The engine against an integer programme, on baskets too large for brute force."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.support.pricing_agreement import agrees_with_highs
from tests.support.pricing_baskets import Case, random_case
from tests.support.pricing_highs import least
from tests.support.pricing_oracle import best


@pytest.mark.parametrize("block", range(4))
def test_the_engine_finds_the_least_sum(block: int) -> None:
    proved = [agrees_with_highs(seed) for seed in range(10 * block, 10 * block + 10)]
    assert sum(proved) >= 9


def test_both_oracles_find_the_same_sum() -> None:
    compared = 0
    for seed in range(300):
        case = _linear(random_case(Random(seed)))
        if case is not None:
            assert least(*case) == best(*case).minimised, seed
            compared += 1
    assert compared > 150


def _linear(case: Case) -> Case | None:
    """The case without what the programme does not know; None when shares may round to 0."""
    lines, promotions, context = case
    kept = tuple(
        replace(
            promotion,
            max_discount=None,
            exclusive=False,
            conditions=replace(promotion.conditions, coupon=None),
        )
        for promotion in promotions
        if promotion.is_item and "bp=1)" not in repr(promotion) and "amount=" not in repr(promotion)
    )
    return (lines, kept, context) if min(line.unit_price for line in lines) >= 33 else None
