"""Value that is put on cards: the lines that pay for it, and what may pay for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retail.basket.lines import add, load, set_quantity
from retail.basket.manual import override_price, reprice
from retail.basket.model import Basket, GivenBy, Line, Loads, PriceOverride
from retail.catalog import ItemSnapshot, Unit
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.quantity import ONE
from retail.storing import check_payment, payable_by_gift_card
from retail.tender.settlement import Offer, TenderKind
from retail.value import check_code
from tests.unit.retail.strategies import BASKET_ID

CARD = Loads("gift_card", "ab" * 16, "0042")
ARTICLE = ItemSnapshot(
    sku="GIFT", name="Gift card", category="paper", unit=Unit.PIECE, unit_price_minor=0,
    tax_codes=(), no_discount=True, no_points=True, stores="gift_card",
)  # fmt: skip
EMPTY = Basket(BASKET_ID, "EUR")
BY = GivenBy(BASKET_ID, "match")


def _refused(refusal: str, act: object, *args: object, **named: object) -> None:
    assert callable(act)
    with pytest.raises(RetailError) as told:
        act(*args, **named)
    assert told.value.code == refusal


def test_a_loaded_line_costs_what_it_stores_and_stands_apart() -> None:
    basket = load(EMPTY, ARTICLE, CARD, 5_000, code="GIFT")
    (line,) = basket.lines
    assert (line.unit_price_minor, line.quantity, line.loads) == (5_000, ONE, CARD)
    assert not line.plain
    beside = add(basket, ARTICLE, code="GIFT")
    assert len(beside.lines) == 2


@pytest.mark.parametrize("minor", [-1, 0, 100_000_001])
def test_an_amount_is_above_zero_and_below_a_million(minor: int) -> None:
    _refused("basket.amount", load, EMPTY, ARTICLE, CARD, minor, code="GIFT")


def test_a_card_is_loaded_once_in_a_basket_and_another_beside_it() -> None:
    basket = add(load(EMPTY, ARTICLE, CARD, 5_000, code="GIFT"), ARTICLE, code="GIFT")
    _refused("basket.loaded", load, basket, ARTICLE, CARD, 100, code="GIFT")
    other = replace(CARD, lookup="cd" * 16)
    assert len(load(basket, ARTICLE, other, 100, code="GIFT").lines) == 3


def test_nobody_changes_what_is_stored_but_by_removing_the_line() -> None:
    basket = load(EMPTY, ARTICLE, CARD, 5_000, code="GIFT")
    _refused("basket.fixed", set_quantity, basket, 1, 2 * ONE)
    _refused("basket.fixed", override_price, basket, 1, PriceOverride(BY, 1))
    _refused("basket.fixed", reprice, basket, 1, 1)
    assert override_price(basket, 1, None) == basket


def test_a_line_of_before_loads_nothing() -> None:
    assert Line(1, None, "x", ONE).loads is None


@pytest.mark.parametrize(
    ("total", "stored", "payable"), [(7_000, 5_000, 2_000), (5_000, 5_000, 0), (-100, 500, 0)]
)
def test_gift_cards_pay_the_goods_alone(total: int, stored: int, payable: int) -> None:
    assert payable_by_gift_card(total, stored) == payable


def test_a_gift_card_buys_no_gift_card() -> None:
    card, cash = Offer(TenderKind.GIFT_CARD, 2_001), Offer(TenderKind.CASH, 4_999)
    _refused("value.by_gift_card", check_payment, 7_000, 5_000, (card, cash))
    check_payment(7_000, 5_000, (replace(card, amount_minor=2_000), cash))
    check_payment(7_000, 0, (replace(card, amount_minor=7_000),))


def test_what_could_be_guessed_is_no_code() -> None:
    assert check_code("AB-12") == "AB-12"
    for code in ("", "AB1", "--- -", "A B 1"):
        _refused("value.short", check_code, code)


@pytest.mark.parametrize(
    ("act", "kind", "line", "tendered", "stored"),
    [
        ("redeem", "gift_card", 0, True, False),
        ("refund", "gift_card", 0, True, False),
        ("issue", "gift_card", 1, False, True),
        ("load", "house_account", 0, False, True),
        ("issue", "store_credit", 0, True, False),
        ("issue", "store_credit", 2, False, True),
        ("load", "store_credit", 0, False, True),
        ("earn", "points", 0, False, False),
    ],
)
def test_a_move_belongs_to_a_tender_a_line_or_neither(
    act: str, kind: str, line: int, *, tendered: bool, stored: bool
) -> None:
    move = ValueMove(n=1, act=act, kind=kind, lookup="ab", amount=1, line=line)
    assert (move.tendered, move.stored) == (tendered, stored)
