from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import RetailError
from retail.quantity import MAX_THOUSANDTHS, ONE, extend, parse, plain
from tests.unit.retail.strategies import Refusal


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("3", 3000),
        ("0,842", 842),
        ("0.842", 842),
        (" 1.5 ", 1500),
        ("0", 0),
        ("000001", 1000),
        ("999999.999", MAX_THOUSANDTHS),
    ],
)
def test_typed_quantities(text: str, thousandths: int) -> None:
    assert parse(text) == thousandths


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1.", ".5", "1.2345", "1000000", "1,234,567", "1 000", "1e3", "٣", "３", "x"],
)
def test_anything_else_is_refused(text: str, refused: Refusal) -> None:
    with refused("quantity.format"):
        parse(text)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        quantity = parse(text)
    except RetailError as problem:
        assert problem.code == "quantity.format"  # noqa: PT017 - or it is read
    else:
        assert 0 <= quantity <= MAX_THOUSANDTHS


@given(st.integers(0, MAX_THOUSANDTHS))
def test_what_is_written_reads_back(thousandths: int) -> None:
    assert parse(plain(thousandths)) == thousandths


@pytest.mark.parametrize(
    ("thousandths", "text"),
    [(3000, "3"), (842, "0.842"), (1500, "1.5"), (-1050, "-1.05"), (0, "0"), (-1, "-0.001")],
)
def test_written_without_trailing_zeros(thousandths: int, text: str) -> None:
    assert plain(thousandths) == text


@pytest.mark.parametrize(
    ("price", "thousandths", "amount"),
    [(129, 3000, 387), (1999, 842, 1683), (1, 500, 1), (-1, 500, -1), (1, 499, 0), (0, 5000, 0)],
)
def test_price_times_quantity(price: int, thousandths: int, amount: int) -> None:
    assert extend(price, thousandths) == amount


@given(st.integers(0, 10**7), st.integers(-MAX_THOUSANDTHS, MAX_THOUSANDTHS))
def test_the_amount_is_the_nearest_and_goes_back_as_it_came(price: int, quantity: int) -> None:
    amount = extend(price, quantity)
    assert abs(Fraction(price * quantity, ONE) - amount) <= Fraction(1, 2)
    assert extend(price, -quantity) == -amount
