from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket.lines import add, set_quantity, weigh
from retail.basket.model import Basket, Weight
from retail.catalog import Unit
from retail.errors import RetailError
from retail.pricing import price
from retail.tax import TaxRules
from retail.weighing import MAX_TARE, Tare, read_tares
from tests.unit.retail.strategies import BASKET_ID, RATES, Refusal, article

EMPTY = Basket(BASKET_ID, "EUR")
EUROPE = TaxRules(inclusive=True, rates=RATES)
CHEESE = article("CHEESE", Unit.KILOGRAM, unit_price_minor=1990)
CLOTH = article("CLOTH", Unit.METRE)


def test_half_a_cent_is_a_cent() -> None:
    basket = weigh(add(EMPTY, CHEESE, code="C"), 1, 1250, Weight(5))
    assert price(basket, EUROPE).total_minor == 2488, "1.250 kg x 19.90 = 24.875"
    assert basket.line(1).weight == Weight(5)
    assert set_quantity(basket, 1, 1250).line(1).weight is None


def test_only_what_is_sold_by_the_kilogram_is_weighed(refused: Refusal) -> None:
    basket = add(EMPTY, CLOTH, code="M", quantity=2500)
    with refused("basket.not_weighed"):
        weigh(basket, 1, 842, Weight())
    cheese = add(EMPTY, CHEESE, code="C")
    for net, tare, code in (
        (842, -1, "basket.tare"),
        (842, MAX_TARE + 1, "basket.tare"),
        (0, 0, "basket.quantity"),
        (-5, 0, "basket.quantity"),
    ):
        with refused(code):
            weigh(cheese, 1, net, Weight(tare))


def test_tares_read_as_people_write_them() -> None:
    assert read_tares("") == ()
    assert read_tares(" Bag=0.005, Tray = 0.012") == (Tare("Bag", 5), Tare("Tray", 12))


@pytest.mark.parametrize(
    "text",
    ["Bag", "Bag=", "=0.005", "Bag=0", "Bag=-1", "Bag=10", f"{'x' * 21}=0.1", "a=0.1," * 9],
)
def test_what_is_no_list_of_tares_is_refused(text: str) -> None:
    with pytest.raises(RetailError) as problem:
        read_tares(text)
    assert problem.value.code == "tare.setting"


@given(st.lists(st.integers(1, MAX_TARE), max_size=8))
def test_a_list_of_tares_is_what_was_written(weights: list[int]) -> None:
    text = ",".join(f"T{n}={w // 1000}.{w % 1000:03d}" for n, w in enumerate(weights))
    assert [tare.thousandths for tare in read_tares(text)] == weights


@given(st.integers(1, 999_999), st.integers(0, MAX_TARE))
def test_what_is_paid_follows_from_the_net_weight_alone(net: int, tare: int) -> None:
    basket = add(EMPTY, CHEESE, code="C")
    with_tare = price(weigh(basket, 1, net, Weight(tare)), EUROPE)
    assert with_tare.total_minor == price(weigh(basket, 1, net, Weight()), EUROPE).total_minor
