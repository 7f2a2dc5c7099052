from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket.blocks import Block, LineBlock, blocks, confirm_age
from retail.basket.lines import add, add_unknown, remove, set_quantity
from retail.basket.model import Basket
from retail.catalog import Unit
from retail.quantity import MAX_THOUSANDTHS
from tests.unit.retail.strategies import BASKET_ID, Refusal, article, baskets

EMPTY = Basket(BASKET_ID, "EUR")
MILK = article("MILK")
APPLES = article("APPLES", Unit.KILOGRAM)
WINE = article("WINE", min_age=18)


def figures(basket: Basket) -> list[tuple[int, str, int]]:
    return [(line.line, line.code, line.quantity) for line in basket.lines]


def test_equal_pieces_join_one_line() -> None:
    basket = add(add(EMPTY, MILK, code="4006381333931"), MILK, code="MILK", quantity=2000)
    assert figures(basket) == [(1, "4006381333931", 3000)]


def test_the_same_article_at_another_price_is_another_line() -> None:
    basket = add(add(EMPTY, MILK, code="MILK"), article("MILK", unit_price_minor=99), code="MILK")
    assert figures(basket) == [(1, "MILK", 1000), (2, "MILK", 1000)]


def test_a_piece_found_by_hand_joins_those_that_were_scanned() -> None:
    scanned = add(EMPTY, article(gtin="04011200296908"), code="4011200296908")
    by_hand = add(scanned, article(), code="MILK")
    assert [line.quantity for line in by_hand.lines] == [2000]
    assert by_hand.lines[0].item == scanned.lines[0].item
    also = add(add(EMPTY, article(), code="MILK"), article(gtin="04011200296908"), code="4011")
    assert [line.item for line in also.lines] == [line.item for line in scanned.lines]
    other = add(by_hand, article(gtin="04011200296922"), code="4011200296922")
    assert [line.quantity for line in other.lines] == [2000, 1000]
    six = add(by_hand, article(gtin="04011200296915", pack_thousandths=6000), code="4011200296915")
    assert [line.quantity for line in six.lines] == [2000, 1000]
    dearer = add(six, article(unit_price_minor=139), code="MILK")
    assert [line.quantity for line in dearer.lines] == [2000, 1000, 1000]


def test_weighed_articles_never_join() -> None:
    basket = add(add(EMPTY, APPLES, code="A", quantity=842), APPLES, code="A", quantity=1)
    assert figures(basket) == [(1, "A", 842), (2, "A", 1)]


def test_a_change_leaves_the_old_basket_as_it_was() -> None:
    before = add(EMPTY, MILK, code="MILK")
    set_quantity(before, 1, 5000)
    remove(before, 1)
    assert figures(before) == [(1, "MILK", 1000)]
    assert EMPTY.lines == ()


def test_a_line_number_is_never_used_twice() -> None:
    basket = add(remove(add(EMPTY, MILK, code="MILK"), 1), WINE, code="WINE")
    assert figures(basket) == [(2, "WINE", 1000)]


def test_a_line_gets_another_quantity_in_its_place() -> None:
    basket = add(add(EMPTY, MILK, code="M"), APPLES, code="A")
    assert figures(set_quantity(basket, 1, 7000)) == [(1, "M", 7000), (2, "A", 0)]
    assert figures(set_quantity(basket, 2, 842)) == [(1, "M", 1000), (2, "A", 842)]


@pytest.mark.parametrize("quantity", [-1000, -1, MAX_THOUSANDTHS + 1])
def test_a_quantity_out_of_bounds_is_refused(quantity: int, refused: Refusal) -> None:
    with refused("basket.quantity"):
        add(EMPTY, MILK, code="M", quantity=quantity)
    with refused("basket.quantity"):
        add(EMPTY, APPLES, code="A", quantity=quantity)
    with refused("basket.quantity"):
        set_quantity(add(EMPTY, MILK, code="M"), 1, quantity)


def test_nothing_is_no_quantity_for_a_line(refused: Refusal) -> None:
    with refused("basket.quantity"):
        set_quantity(add(EMPTY, MILK, code="M"), 1, 0)


def test_joined_lines_stay_within_bounds(refused: Refusal) -> None:
    full = add(EMPTY, MILK, code="M", quantity=999_999_000)
    with refused("basket.quantity"):
        add(full, MILK, code="M")


def test_pieces_are_not_cut(refused: Refusal) -> None:
    with refused("basket.pieces"):
        add(EMPTY, MILK, code="M", quantity=1500)
    with refused("basket.pieces"):
        set_quantity(add(EMPTY, MILK, code="M"), 1, 1)


def test_a_line_that_is_not_there(refused: Refusal) -> None:
    with refused("basket.line"):
        EMPTY.line(1)
    with refused("basket.line"):
        remove(EMPTY, 1)
    with refused("basket.line"):
        set_quantity(EMPTY, 1, 1000)


def test_an_unknown_code_can_only_be_removed(refused: Refusal) -> None:
    basket = add_unknown(EMPTY, "123")
    assert figures(basket) == [(1, "123", 1000)]
    with refused("basket.unknown"):
        set_quantity(basket, 1, 2000)
    assert remove(basket, 1).lines == ()


def test_what_keeps_a_basket_from_being_paid() -> None:
    cider = article("CIDER", Unit.LITRE, min_age=16)
    basket = add(add_unknown(EMPTY, "123"), MILK, code="M")
    basket = add(add(basket, WINE, code="W"), cider, code="C")
    assert blocks(basket) == (
        LineBlock(1, Block.UNKNOWN_CODE),
        LineBlock(3, Block.AGE_CHECK),
        LineBlock(4, Block.WEIGHT_MISSING),
        LineBlock(4, Block.AGE_CHECK),
    )


def test_an_age_check_lifts_the_lines_up_to_that_age() -> None:
    basket = confirm_age(add(EMPTY, WINE, code="W"), 16)
    assert blocks(basket) == (LineBlock(1, Block.AGE_CHECK),)
    assert blocks(confirm_age(basket, 18)) == ()


def test_a_lower_check_does_not_take_a_higher_one_back() -> None:
    assert confirm_age(confirm_age(EMPTY, 18), 16).age_confirmed == 18


@given(baskets())
def test_line_numbers_rise_and_the_next_is_above_them(basket: Basket) -> None:
    numbers = [line.line for line in basket.lines]
    assert numbers == sorted(set(numbers))
    assert all(number < basket.next_line for number in numbers)
    assert blocks(basket) == ()


@given(baskets(), st.data())
def test_removing_takes_exactly_that_line(basket: Basket, data: st.DataObject) -> None:
    basket = add(basket, MILK, code="M")
    gone = data.draw(st.sampled_from(basket.lines))
    left = remove(basket, gone.line)
    assert left.lines == tuple(line for line in basket.lines if line.line != gone.line)
    assert left.next_line == basket.next_line
