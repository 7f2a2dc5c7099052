from __future__ import annotations

from retail.basket.blocks import Block, LineBlock, blocks
from retail.basket.lines import Piece, add, note_piece, remove, set_quantity
from retail.basket.linked import follow, link
from retail.basket.manual import override_price, reprice
from retail.basket.model import Basket, GivenBy, PriceOverride
from retail.catalog import Unit
from retail.pricing import price
from retail.tax import TaxRules
from tests.unit.retail.strategies import BASKET_ID, RATES, Refusal, article

EMPTY = Basket(BASKET_ID, "EUR")
EUROPE = TaxRules(inclusive=True, rates=RATES)
CHEESE = article("CHEESE", Unit.KILOGRAM, unit_price_minor=1990)
PHONE = article("PHONE", requires=("serial",))
HAM = article("HAM", requires=("lot",))
COLA = article("COLA", linked=(("DEPOSIT", 500),))
DEPOSIT = article("DEPOSIT", unit_price_minor=15)
OTHER = article("OTHER")


def figures(basket: Basket) -> list[tuple[str, int]]:
    return [(line.code, line.quantity) for line in basket.lines]


def test_the_price_on_a_label_is_paid_whatever_the_weight_would_cost(refused: Refusal) -> None:
    basket = add(EMPTY, CHEESE, code="C", quantity=620, piece=Piece(label_minor=1235))
    (line,) = price(basket, EUROPE).lines
    assert (line.gross_minor, line.net_minor) == (1235, 1235)
    with refused("basket.fixed"):
        set_quantity(basket, 1, 500)
    by_hand = GivenBy(BASKET_ID, "label")
    cheaper = override_price(basket, 1, PriceOverride(by_hand, 1000))
    assert price(cheaper, EUROPE).total_minor == 620


def test_a_piece_with_a_label_is_one_at_that_price(refused: Refusal) -> None:
    basket = add(EMPTY, OTHER, code="O", piece=Piece(label_minor=99))
    assert price(basket, EUROPE).total_minor == 99
    with refused("basket.pieces"):
        add(EMPTY, OTHER, code="O", quantity=500, piece=Piece(label_minor=99))


def test_a_serial_number_stands_for_one_piece(refused: Refusal) -> None:
    basket = add(EMPTY, PHONE, code="P", piece=Piece(serial="A"))
    for quantity, serial in ((2000, "B"), (1000, "A")):
        with refused("basket.serial"):
            add(basket, PHONE, code="P", quantity=quantity, piece=Piece(serial=serial))
    other = add(basket, article("WATCH", requires=("serial",)), code="W", piece=Piece(serial="A"))
    assert [line.serial for line in other.lines] == ["A", "A"], "another article's number"
    both = add(basket, PHONE, code="P")
    assert blocks(both) == (LineBlock(2, Block.SERIAL_MISSING),)
    with refused("basket.serial"):
        note_piece(both, 2, Piece(serial="A"))
    assert blocks(note_piece(both, 2, Piece(serial="B"))) == ()
    with refused("basket.fixed"):
        set_quantity(both, 2, 3000)


def test_an_article_without_a_price_waits_for_one_unless_its_label_has_it() -> None:
    bare = article("BARE", unit_price_minor=0, unpriced=True)
    basket = add(EMPTY, bare, code="B")
    assert blocks(basket) == (LineBlock(1, Block.PRICE_MISSING),)
    by = GivenBy(BASKET_ID, "label")
    assert blocks(override_price(basket, 1, PriceOverride(by, 250))) == ()
    assert blocks(reprice(basket, 1, 250)) == ()
    assert blocks(add(EMPTY, bare, code="B", piece=Piece(label_minor=250))) == ()


def test_a_lot_is_asked_for_and_lots_stay_apart() -> None:
    basket = add(EMPTY, HAM, code="H")
    assert blocks(basket) == (LineBlock(1, Block.LOT_MISSING),)
    noted = note_piece(basket, 1, Piece(lot="L1"))
    assert blocks(noted) == ()
    noted = add(noted, HAM, code="H", piece=Piece(lot="L1"))
    assert figures(add(noted, HAM, code="H", piece=Piece(lot="L2"))) == [("H", 2000), ("H", 1000)]


def test_what_comes_with_an_article_follows_it_and_goes_with_it(refused: Refusal) -> None:
    basket = link(add(EMPTY, COLA, code="COLA", quantity=4000), 1, [DEPOSIT])
    assert figures(basket) == [("COLA", 4000), ("DEPOSIT", 2000)]
    assert link(basket, 1, [DEPOSIT]) == basket
    more = follow(set_quantity(add(basket, OTHER, code="O"), 1, 6000))
    assert figures(more) == [("COLA", 6000), ("DEPOSIT", 3000), ("O", 1000)]
    assert figures(follow(remove(more, 1))) == [("O", 1000)]
    assert follow(EMPTY) == EMPTY
    with refused("basket.fixed"):
        set_quantity(basket, 2, 1000)
    assert figures(add(basket, DEPOSIT, code="D"))[-1] == ("D", 1000)
