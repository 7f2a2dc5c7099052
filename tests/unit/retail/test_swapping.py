from __future__ import annotations

from dataclasses import replace

import pytest

from retail.basket.lines import Piece, add, add_unknown, take_back
from retail.basket.linked import link
from retail.basket.manual import override_price
from retail.basket.model import Basket, GivenBy, Line, Loads, PriceOverride, Returned
from retail.basket.swapping import swap
from retail.catalog import ItemSnapshot, Unit
from tests.unit.retail.strategies import BASKET_ID, Refusal, article

EMPTY = Basket(BASKET_ID, "EUR")
SMALL = article("SMALL", linked=(("BAG", 1000),))
LARGE, BAG = article("LARGE"), article("BAG")
BY = GivenBy(BASKET_ID, "label")


def test_a_line_becomes_another_variant_where_it_stands() -> None:
    basket = add(add(EMPTY, SMALL, code="S", quantity=2000), BAG, code="B")
    basket = link(override_price(basket, 1, PriceOverride(BY, 100)), 1, [BAG])
    noted = replace(basket.line(1), note="gift", seller=BASKET_ID, lot="L")
    basket = replace(basket, lines=(noted, *basket.lines[1:]))
    after = swap(basket, 1, LARGE)
    assert after.lines == (
        Line(1, LARGE, "LARGE", 2000, note="gift", seller=BASKET_ID),
        basket.line(2),
    )


def _returned() -> Basket:
    return take_back(EMPTY, SMALL, Returned(BY, 100, 100), code="S", quantity=1000)


def _card_sold() -> Basket:
    basket = add(EMPTY, article("CARD", stores="gift_card"), code="C")
    loaded = replace(basket.line(1), loads=Loads("gift_card", "00" * 32, "0042"))
    return replace(basket, lines=(loaded,))


@pytest.mark.parametrize(
    ("basket", "line", "item"),
    [
        (_returned(), 1, LARGE),
        (add(EMPTY, SMALL, code="S", piece=Piece(label_minor=99)), 1, LARGE),
        (link(add(EMPTY, SMALL, code="S"), 1, [BAG]), 2, LARGE),
        (add_unknown(EMPTY, "?"), 1, LARGE),
        (add(EMPTY, SMALL, code="S"), 1, article("LOOSE", Unit.KILOGRAM)),
        (add(EMPTY, SMALL, code="S", quantity=2000), 1, article("NEW", requires=("serial",))),
        (add(EMPTY, SMALL, code="S"), 1, article("CARD", stores="gift_card")),
        (_card_sold(), 1, LARGE),
    ],
)
def test_what_something_else_decides_stays(
    basket: Basket, line: int, item: ItemSnapshot, refused: Refusal
) -> None:
    with refused("basket.swap"):
        swap(basket, line, item)
