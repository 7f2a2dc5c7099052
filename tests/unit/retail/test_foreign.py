from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.tender.foreign import Rate, amount_for, rate_text, rates_from
from retail.tender.settlement import Foreign, foreign_cash
from tests.unit.retail.strategies import Refusal

USD = Rate("USD", 910_000)
THIRTEEN = [
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "PLN",
    "SEK",
    "NOK",
    "DKK",
    "CZK",
    "HUF",
    "RON",
    "CAD",
    "AUD",
]


def test_rates_keep_their_order() -> None:
    assert rates_from('{"USD": 910000, "CHF": 1040000}') == (USD, Rate("CHF", 1_040_000))
    assert rates_from("{}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"USD": 0}',
        '{"USD": -1}',
        '{"USD": 0.91}',
        '{"USD": true}',
        '{"USD": "1"}',
        '{"USD": 1000000000001}',
        json.dumps(dict.fromkeys(THIRTEEN, 1)),
    ],
)
def test_what_are_no_rates_is_refused(text: str, refused: Refusal) -> None:
    with refused("currency.rates"):
        rates_from(text)


def test_a_currency_must_be_one(refused: Refusal) -> None:
    with refused("money.currency"):
        rates_from('{"XXY": 1}')


def test_a_rate_is_read_without_needless_digits() -> None:
    assert [rate_text(ppm) for ppm in (910_000, 1_000_000, 4_300_050, 7)] == [
        "0.91",
        "1",
        "4.30005",
        "0.000007",
    ]


def test_cash_is_of_the_currency_at_its_rate() -> None:
    assert USD.cash(2_000) == Foreign("USD", 2_000, 910_000)
    assert foreign_cash(USD.cash(2_000), "EUR").amount_minor == 1_820


@pytest.mark.parametrize(
    ("due", "rate", "amount"),
    [
        (1_820, USD, 2_000),
        (1_821, USD, 2_002),
        (0, USD, 0),
        (-5, USD, 0),
        (1_000, Rate("JPY", 6_200), 1_613),
        (100, Rate("CHF", 1_000_000), 100),
        (101, Rate("CHF", 1_000_000), 105),
    ],
)
def test_the_least_in_coins_that_pays_a_due(due: int, rate: Rate, amount: int) -> None:
    assert amount_for(due, rate, "EUR") == amount


@given(st.integers(1, 10**7), st.integers(1, 10**9), st.sampled_from(["USD", "JPY", "KWD"]))
def test_what_is_asked_for_is_enough(due: int, ppm: int, currency: str) -> None:
    rate = Rate(currency, ppm)
    amount = amount_for(due, rate, "EUR")
    assert foreign_cash(rate.cash(amount), "EUR").amount_minor >= due
