from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.runtime import i18n
from retail.errors import RetailError


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    i18n.use("en")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (2728, "EUR", "€27.28"),
        (-235, "EUR", "\N{MINUS SIGN}€2.35"),
        (5, "EUR", "€0.05"),
        (123_456_789, "USD", "$1,234,567.89"),
        (1234, "JPY", "¥1,234"),
        (1234, "KWD", "KWD\N{NO-BREAK SPACE}1.234"),
        (2_000, "CZK", "Kč\N{NO-BREAK SPACE}20.00"),
    ],
)
def test_money_has_the_digits_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert i18n.money(minor, currency) == text


def test_notes_are_named_without_cents() -> None:
    assert i18n.money_short(2000, "EUR") == "€20"
    assert i18n.money_short(2050, "EUR") == "€20.50"


@pytest.mark.parametrize(("thousandths", "text"), [(3000, "3"), (842, "0.842"), (2500, "2.500")])
def test_quantity(thousandths: int, text: str) -> None:
    assert i18n.quantity(thousandths) == text


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("2000", "EUR", 2000),
        ("20.00", "EUR", 2000),
        ("20,0", "EUR", 2000),
        ("20.", "EUR", 2000),
        (".5", "EUR", 50),
        ("2000", "JPY", 2000),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_as_cashiers_type_them(typed: str, currency: str, minor: int) -> None:
    assert i18n.parse_amount(typed, currency) == minor


@pytest.mark.parametrize("typed", ["", "x", "-5", "1.234", "1,234.5", "²", "1 000", "."])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(RetailError, match="Nothing was paid"):
        i18n.parse_amount(typed, "EUR")


@given(st.integers(0, 10**11))
def test_a_shown_amount_typed_again_is_the_same(minor: int) -> None:
    shown = i18n.number(minor, "EUR").replace(",", "")
    assert i18n.parse_amount(shown, "EUR") == minor


def test_a_language_without_catalogue_is_english() -> None:
    assert i18n.use("xx_YY") == "en"
    assert i18n.money(100, "EUR") == "€1.00"
