from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import (
    _EXPONENTS,
    EXPONENT,
    CashRounding,
    Money,
    allocate,
    divide_half_away,
    exponent_of,
    plain,
    round_cash,
)
from tests.unit.retail.strategies import Refusal

CASES = json.loads(
    (Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json").read_text()
)["cases"]
CASH_CASES = [c for c in CASES if "cash_due" in c["assert"] and c["expected"].get("cash_due")]

amounts = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**9), max_size=12)


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("SEK", 2)]
)
def test_every_currency_has_its_iso_4217_digits(currency: str, digits: int) -> None:
    assert exponent_of(currency) == digits


def test_the_table_holds_each_code_once_in_capitals() -> None:
    assert len(EXPONENT) == sum(len(codes.split()) for codes in _EXPONENTS.values()) == 165
    assert all(len(code) == 3 and code.isupper() for code in EXPONENT)


def test_a_code_that_iso_4217_does_not_list_is_refused(refused: Refusal) -> None:
    with refused("money.currency"):
        exponent_of("XYZ")
    with refused("money.currency"):
        Money(1, "eur")


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (5, 3, 2), (0, 7, 0), (1, 2, 1), (-1, 2, -1)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, nearest: int) -> None:
    assert divide_half_away(numerator, denominator) == nearest


@given(amounts, st.integers(1, 10**9))
def test_the_quotient_is_the_nearest_integer_and_symmetric(n: int, d: int) -> None:
    assert abs(Fraction(n, d) - divide_half_away(n, d)) <= Fraction(1, 2)
    assert divide_half_away(-n, d) == -divide_half_away(n, d)


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (100, (1, 1, 1), (34, 33, 33)),
        (-100, (1, 1, 1), (-33, -33, -34)),
        (10, (0, 3, 1), (0, 8, 2)),
        (0, (5, 5), (0, 0)),
        (7, (0, 0), (0, 0)),
        (7, (), ()),
    ],
)
def test_shares_by_largest_remainder(
    total: int, shares: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert allocate(total, shares) == parts


def test_nobody_has_a_negative_share(refused: Refusal) -> None:
    with refused("money.weight"):
        allocate(100, (3, -1))


@given(amounts, weights.filter(any))
def test_shares_add_up_and_each_is_within_one_of_the_exact_share(
    total: int, shares: list[int]
) -> None:
    parts = allocate(total, shares)
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(Fraction(total * share, sum(shares)) - part) < 1


@given(amounts, weights, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(
    total: int, shares: list[int], factor: int
) -> None:
    assert allocate(total, [factor * share for share in shares]) == allocate(total, shares)


@given(st.integers(0, 10**12), weights)
def test_a_heavier_share_never_gets_less(total: int, shares: list[int]) -> None:
    by_weight = sorted(zip(shares, allocate(total, shares), strict=True))
    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert less <= more or lighter == heavier


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        (CashRounding.HALF_UP, (1130, 1135, 1135)),
        (CashRounding.HALF_DOWN, (1130, 1135, 1135)),
        (CashRounding.UP, (1135, 1135, 1135)),
        (CashRounding.DOWN, (1130, 1130, 1135)),
    ],
)
def test_the_four_ways_of_rounding_cash(mode: CashRounding, rounded: tuple[int, ...]) -> None:
    assert tuple(round_cash(minor, 5, mode) for minor in (1132, 1133, 1135)) == rounded


@pytest.mark.parametrize(
    ("mode", "fifteen_to_tens"),
    [
        (CashRounding.HALF_UP, 20),
        (CashRounding.HALF_DOWN, 10),
        (CashRounding.UP, 20),
        (CashRounding.DOWN, 10),
    ],
)
def test_the_half_coin(mode: CashRounding, fifteen_to_tens: int) -> None:
    assert round_cash(15, 10, mode) == fifteen_to_tens
    assert round_cash(-15, 10, mode) == -fifteen_to_tens


@given(amounts, st.integers(1, 10_000), st.sampled_from(CashRounding))
def test_rounded_cash_is_symmetric_made_of_coins_and_less_than_a_coin_away(
    minor: int, coin: int, mode: CashRounding
) -> None:
    rounded = round_cash(minor, coin, mode)
    assert rounded == -round_cash(-minor, coin, mode)
    assert rounded % coin == 0
    assert abs(rounded - minor) < coin
    assert round_cash(rounded, coin, mode) == rounded
    if mode in {CashRounding.HALF_UP, CashRounding.HALF_DOWN}:
        assert 2 * abs(rounded - minor) <= coin


def test_there_is_no_coin_of_nothing(refused: Refusal) -> None:
    with refused("money.increment"):
        round_cash(100, 0)


@pytest.mark.parametrize("case", CASH_CASES, ids=[c["id"] for c in CASH_CASES])
def test_cash_of_the_pricing_vectors(case: dict[str, Any]) -> None:
    rounding, expected = case.get("cash_rounding", {}), case["expected"]
    mode = CashRounding(rounding.get("mode", "half_up"))
    due = expected["due_after_noncash"]
    cash = round_cash(due, rounding.get("increment", 1), mode)
    assert cash == expected["cash_due"]
    assert cash - due == expected["rounding_delta"]


def test_there_are_cash_vectors() -> None:
    assert len(CASH_CASES) >= 5


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1230, "EUR", "12.30"),
        (-1230, "EUR", "-12.30"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (1230, "JPY", "1230"),
        (-7, "JPY", "-7"),
        (1, "KWD", "0.001"),
        (12345, "CLF", "1.2345"),
    ],
)
def test_plain_text_has_a_point_and_the_currencys_digits(
    minor: int, currency: str, text: str
) -> None:
    assert plain(minor, currency) == text


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if "payable_text" in c["assert"]],
    ids=lambda c: c["id"],
)
def test_plain_text_of_the_pricing_vectors(case: dict[str, Any]) -> None:
    expected = case["expected"]
    assert plain(expected["payable"], case["currency"]["code"]) == expected["payable_text"]


@given(amounts, st.sampled_from(sorted(EXPONENT)))
def test_plain_text_reads_back_exactly(minor: int, currency: str) -> None:
    assert Fraction(plain(minor, currency)) * 10 ** exponent_of(currency) == minor


def test_amounts_of_one_currency_add_up_and_turn() -> None:
    assert Money(1000, "EUR") + Money(250, "EUR") == Money(1250, "EUR")
    assert Money(1000, "EUR") - Money(1250, "EUR") == Money(-250, "EUR")
    assert -Money(5, "EUR") == Money(-5, "EUR")
    assert str(Money(-1250, "EUR")) == "-12.50 EUR"


def test_two_currencies_never_mix(refused: Refusal) -> None:
    with refused("money.mixed"):
        Money(1, "EUR") + Money(1, "SEK")
    with refused("money.mixed"):
        Money(1, "EUR") - Money(1, "SEK")


def test_an_amount_splits_into_parts_of_its_currency() -> None:
    assert Money(100, "EUR").split((2, 1)) == (Money(67, "EUR"), Money(33, "EUR"))
