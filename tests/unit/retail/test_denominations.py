from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import EXPONENT
from retail.tender.denominations import (
    Breakdown,
    breakdown,
    cash_increment,
    counted,
    denominations,
    quick_notes,
    returns_a_note,
    smallest_coin,
)
from tests.unit.retail.strategies import Refusal

CURRENCIES = (
    *("EUR", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK", "CZK", "HUF", "RON", "CAD"),
    *("AUD", "NZD", "JPY", "CNY", "KWD", "BHD", "TRY", "INR", "BRL", "MXN", "ZAR"),
)
any_currency = st.sampled_from(CURRENCIES)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_currency_has_notes_above_its_coins(currency: str) -> None:
    cash = denominations(currency)
    assert list(cash.notes) == sorted(set(cash.notes))
    assert list(cash.coins) == sorted(set(cash.coins))
    assert cash.coins[0] < cash.notes[0]
    assert not set(cash.rare) & set(cash.usual)
    assert list(cash.all) == sorted({*cash.usual, *cash.rare}, reverse=True)
    assert breakdown(cash.unit, currency).rest_minor == 0


@pytest.mark.parametrize(
    ("currency", "withdrawn"),
    [("DKK", 100_000), ("HUF", 100), ("CAD", 1), ("NZD", 5), ("ZAR", 5), ("INR", 200_000)],
)
def test_withdrawn_pieces_are_left_out(currency: str, withdrawn: int) -> None:
    assert withdrawn not in denominations(currency).all


@pytest.mark.parametrize(
    ("currency", "coin"),
    [("EUR", 1), ("CHF", 5), ("NZD", 10), ("HUF", 500), ("KWD", 5), ("SEK", 100), ("GEL", 1)],
)
def test_the_smallest_coin(currency: str, coin: int) -> None:
    assert smallest_coin(currency) == coin


@pytest.mark.parametrize(
    ("country", "currency", "increment"),
    [
        ("DE", "EUR", 1),
        ("BE", "EUR", 5),
        ("NL", "EUR", 5),
        ("FI", "EUR", 5),
        ("IE", "EUR", 5),
        ("SE", "SEK", 100),
        ("NO", "NOK", 100),
        ("DK", "DKK", 50),
        ("CH", "CHF", 5),
        ("CH", "EUR", 1),
        ("CA", "CAD", 5),
        ("AU", "AUD", 5),
        ("NZ", "NZD", 10),
        ("HU", "HUF", 500),
        ("CZ", "CZK", 100),
        ("US", "USD", 1),
        ("JP", "JPY", 1),
        ("GE", "GEL", 1),
    ],
)
def test_what_cash_is_rounded_to(country: str, currency: str, increment: int) -> None:
    assert cash_increment(country, currency) == increment


def test_every_increment_can_be_paid_in_coins() -> None:
    for currency in CURRENCIES:
        for country in ("BE", "SE", "NO", "DK", "CH", "LI", "CZ", "HU", "CA", "AU", "NZ", "ZA"):
            increment = cash_increment(country, currency)
            rest = increment
            for value in denominations(currency).all:
                rest %= value
            assert rest == 0


@pytest.mark.parametrize(
    ("due", "currency", "amounts"),
    [
        (1_135, "EUR", (1_200, 1_500, 2_000)),
        (1_200, "EUR", (1_500, 2_000, 5_000)),
        (1_950, "EUR", (2_000, 5_000, 10_000)),
        (5_130, "EUR", (5_200, 5_500, 10_000)),
        (33_000, "EUR", (34_000, 35_000, 40_000)),
        (1_234, "JPY", (1_300, 2_000, 5_000)),
        (1_135, "KWD", (1_250, 5_000, 10_000)),
        (7_900, "SEK", (8_000, 10_000, 20_000)),
        (123_400, "HUF", (130_000, 150_000, 200_000)),
        (40_000, "EUR", ()),
        (1_135, "GEL", ()),
        (0, "EUR", ()),
        (-500, "EUR", ()),
    ],
)
def test_amounts_that_a_customer_is_likely_to_hand_over(
    due: int, currency: str, amounts: tuple[int, ...]
) -> None:
    assert quick_notes(due, currency) == amounts


@given(st.integers(1, 10**7), any_currency, st.integers(0, 6))
def test_quick_amounts_rise_above_what_is_due_and_can_be_handed_over(
    due: int, currency: str, count: int
) -> None:
    amounts = quick_notes(due, currency, count)
    assert len(amounts) <= count
    assert list(amounts) == sorted(set(amounts))
    assert set(amounts) <= set(quick_notes(due, currency, count + 1))
    for amount in amounts:
        laid_out = breakdown(amount, currency)
        assert amount > due
        assert laid_out.rest_minor == 0
        assert amount - laid_out.pieces[-1][0] < due


def test_no_rare_note_is_offered_or_given() -> None:
    assert breakdown(50_000, "EUR").pieces == ((20_000, 2), (10_000, 1))
    assert breakdown(400, "USD").pieces == ((100, 4),)


@pytest.mark.parametrize(
    ("amount", "currency", "laid_out"),
    [
        (865, "EUR", Breakdown(((500, 1), (200, 1), (100, 1), (50, 1), (10, 1), (5, 1)))),
        (0, "EUR", Breakdown(())),
        (
            1_385,
            "CHF",
            Breakdown(((1_000, 1), (200, 1), (100, 1), (50, 1), (20, 1), (10, 1), (5, 1))),
        ),
        (1_234, "JPY", Breakdown(((1_000, 1), (100, 2), (10, 3), (1, 4)))),
        (1_003, "CAD", Breakdown(((1_000, 1),), 3)),
    ],
)
def test_change_laid_out(amount: int, currency: str, laid_out: Breakdown) -> None:
    assert breakdown(amount, currency) == laid_out


@given(st.integers(0, 10**8), any_currency)
def test_what_is_laid_out_adds_up(amount: int, currency: str) -> None:
    laid_out = breakdown(amount, currency)
    assert counted(dict(laid_out.pieces), currency) + laid_out.rest_minor == amount
    assert laid_out.rest_minor < denominations(currency).usual[-1]
    assert all(number > 0 for _, number in laid_out.pieces)


@given(st.data(), any_currency)
def test_a_count_is_the_sum_of_its_pieces(data: st.DataObject, currency: str) -> None:
    values = st.sampled_from(denominations(currency).all)
    counts = data.draw(st.dictionaries(values, st.integers(0, 500)))
    assert counted(counts, currency) == sum(value * n for value, n in counts.items())


def test_a_drawer_may_hold_a_rare_note() -> None:
    assert counted({50_000: 1, 1: 3}, "EUR") == 50_003


@pytest.mark.parametrize(
    ("change", "currency", "odd"),
    [(49_999, "EUR", False), (50_000, "EUR", True), (10_000, "JPY", True), (9_999, "JPY", False),
     (10**12, "XAF", False)],
)  # fmt: skip
def test_change_as_large_as_the_largest_note_is_a_slip_of_the_keys(
    change: int, currency: str, *, odd: bool
) -> None:
    assert returns_a_note(change, currency) is odd


def test_no_more_pieces_than_needed() -> None:
    """Greedy is shortest for these currencies, against the shortest way by exhaustion."""
    for currency in ("EUR", "GBP", "CHF", "PLN", "SEK", "JPY", "AUD"):
        values = denominations(currency).usual
        coin = values[-1]
        fewest = [0]
        for steps in range(1, 1_200):
            amount = steps * coin
            fewest.append(1 + min(fewest[(amount - v) // coin] for v in values if v <= amount))
            assert sum(n for _, n in breakdown(amount, currency).pieces) == fewest[-1]


def test_what_cannot_be_counted_is_refused(refused: Refusal) -> None:
    with refused("cash.denomination"):
        counted({3: 1}, "EUR")
    with refused("cash.count"):
        counted({100: -1}, "EUR")
    with refused("cash.currency"):
        counted({}, "GEL")
    with refused("cash.amount"):
        breakdown(-1, "EUR")


def test_a_currency_that_a_country_gave_up_has_no_cash(refused: Refusal) -> None:
    """Bulgaria pays in euro since 2026-01-01; ISO 4217 lists no lev any more."""
    assert cash_increment("BG", "EUR") == 1
    with refused("money.currency"):
        denominations("BGN")


@pytest.mark.parametrize("ask", [denominations, smallest_coin, lambda code: quick_notes(5, code)])
def test_only_currencies_have_cash(ask: object, refused: Refusal) -> None:
    assert "XXY" not in EXPONENT
    with refused("money.currency"):
        ask("XXY")  # type: ignore[operator]
