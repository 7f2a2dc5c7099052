"""What codes do: weights and prices on labels, lots and dates, numbers, deposits, cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pos_app.checkout import service
from pos_app.checkout.open_basket import CheckoutView
from pos_app.printing import queue
from retail.barcode.gtin import check_digit
from retail.barcode.number_rules import CodeRules, NumberRule, setting_of
from retail.barcode.scanned import CustomerCard, ReceiptCode
from retail.basket.blocks import Block, blocks
from retail.basket.lines import Piece
from retail.contract.reference import BarcodeRow, PriceRow, ProductRow, Row, SettingRow
from retail.contract.scopes import price_stream, store_stream
from retail.errors import RetailError
from retail.receipt import Item
from retail.store_settings import CODE_RULES
from tests.support.till import SHELF, Books, receive

CATALOGUE = "catalogue"
GS = "\x1d"
CHEESE = ProductRow(sku="CHEESE", name="Cheese", category="dairy", tax_code="R", unit="kg")
PHONE = ProductRow(sku="PHONE", name="Phone", category="home", tax_code="S", requires=("serial",))
HAM = ProductRow(sku="HAM", name="Ham", category="meat", tax_code="R", requires=("lot",))
COLA = ProductRow(
    sku="COLA", name="Cola", category="drinks", tax_code="R", linked=(("DEPOSIT", 1000),)
)
DEPOSIT = ProductRow(sku="DEPOSIT", name="Deposit", category="drinks", tax_code="R")
OLD = ProductRow(sku="OLD", name="Toy", category="home", tax_code="S", stopped="recalled")
PRICES = {"CHEESE": 1990, "PHONE": 29_900, "HAM": 399, "COLA": 150, "DEPOSIT": 15, "OLD": 999}


def _gtin(payload: str) -> str:
    return f"{payload}{check_digit(payload)}"


GTINS = {sku: _gtin(f"952000070{n:03d}") for n, sku in enumerate(PRICES, 1)}
LABEL_BASE = _gtin("280123400000")
"""The article's number with no price behind it."""


def _rows() -> Iterator[Row]:
    yield from (CHEESE, PHONE, HAM, COLA, DEPOSIT, OLD)
    for sku, gtin in (*GTINS.items(), ("CHEESE", LABEL_BASE)):
        yield BarcodeRow(gtin=gtin.rjust(14, "0"), sku=sku)


@pytest.fixture
def shop(selling: Books) -> Books:
    """A till whose shop sells what needs more than a price."""
    now = selling.desk.now()
    prices = [PriceRow(zone="NL", sku=sku, minor=minor) for sku, minor in PRICES.items()]
    selling.run(receive, CATALOGUE, _rows(), now)
    selling.run(receive, price_stream("NL"), prices, now)
    return selling


def _blocked(view: CheckoutView) -> list[Block]:
    return [found.block for found in blocks(view.priced.basket)]


def test_a_weight_on_a_label_is_the_quantity(shop: Books) -> None:
    view = shop.enter(f"]d201{GTINS['CHEESE'].rjust(14, '0')}3103001250")
    (line,) = view.priced.lines
    assert (line.line.quantity, line.net_minor) == (1250, 2488)


def test_a_price_on_a_label_is_what_is_paid(shop: Books) -> None:
    """Complaint 24: labels with a price or a weight are misread."""
    gtin = GTINS["CHEESE"].rjust(14, "0")
    view = shop.enter(f"]d201{gtin}3103000621392201234")
    (line,) = view.priced.lines
    assert (line.line.label_minor, line.net_minor, line.line.quantity) == (1234, 1234, 621)
    sold = shop.pay()
    (line_sold,) = shop.fact(sold.rid).lines
    assert (line_sold.qty, line_sold.gross, line_sold.price) == (621, 1234, 1990)
    assert shop.verify().broken == ""


def test_a_price_in_a_shops_own_number_buys_what_it_pays_for(shop: Books) -> None:
    """Number 2801234, price 04.98 behind it: the article is known by the number without a price."""
    assert shop.enter(_gtin("280123400498")).priced.lines[0].line.item is None
    shop.run(service.clear, shop.session)
    table = CodeRules(numbers=(NumberRule(name="price label", pattern="28IIIIIPPPPPC"),))
    setting = SettingRow(store="S1", name=CODE_RULES, value=setting_of(table))
    shop.run(receive, store_stream("S1"), [setting], shop.desk.now())
    view = shop.enter(_gtin("280123400498"))
    (line,) = view.priced.lines
    assert line.line.item is not None
    assert (line.line.item.sku, line.net_minor) == ("CHEESE", 498)
    assert line.line.quantity == 250


def test_labels_are_scanned_one_by_one_and_never_joined(shop: Books) -> None:
    code = f"]d201{GTINS['CHEESE'].rjust(14, '0')}3103001250"
    assert len(shop.enter(code, code).priced.lines) == 2
    with pytest.raises(RetailError, match="labelled"):
        shop.enter(f"2*{code}")


def test_what_has_expired_is_not_sold_and_what_is_good_today_is(shop: Books) -> None:
    gtin, today = GTINS["HAM"].rjust(14, "0"), shop.session.place().business_date
    yesterday = today - timedelta(days=1)
    before = shop.dump()
    with pytest.raises(RetailError, match="expired on") as caught:
        shop.enter(f"]d201{gtin}17{yesterday:%y%m%d}10L1")
    assert caught.value.code == "item.expired"
    assert shop.dump() == before
    view = shop.enter(f"]d201{gtin}17{today:%y%m%d}10L1")
    (line,) = view.priced.lines
    assert (line.line.lot, line.line.expires) == ("L1", today.isoformat())
    assert _blocked(view) == []


def test_pieces_of_a_lot_join_and_other_lots_do_not(shop: Books) -> None:
    gtin = GTINS["HAM"].rjust(14, "0")
    view = shop.enter(f"]d201{gtin}10L1", f"]d201{gtin}10L1", f"]d201{gtin}10L2")
    assert [(x.line.lot, x.line.quantity) for x in view.priced.lines] == [
        ("L1", 2000),
        ("L2", 1000),
    ]


def test_a_lot_that_is_missing_blocks_until_it_is_noted(shop: Books) -> None:
    view = shop.enter(GTINS["HAM"])
    assert _blocked(view) == [Block.LOT_MISSING]
    with pytest.raises(RetailError, match="lot number"):
        shop.pay()
    view = shop.run(service.note_piece, shop.session, 1, Piece(lot="L9"))
    assert _blocked(view) == []
    assert shop.fact(shop.pay().rid).lines[0].lot == "L9"


def test_a_serial_number_is_one_piece_and_stands_in_the_basket_once(shop: Books) -> None:
    gtin = GTINS["PHONE"].rjust(14, "0")
    view = shop.enter(f"]d201{gtin}21A1", f"]d201{gtin}21A2")
    assert [x.line.serial for x in view.priced.lines] == ["A1", "A2"]
    for code, why in (
        (f"]d201{gtin}21A1", "in the basket already"),
        (f"2*{GTINS['PHONE']}", "piece by"),
    ):
        with pytest.raises(RetailError, match=why):
            shop.enter(code)
    view = shop.enter(GTINS["PHONE"])
    assert _blocked(view) == [Block.SERIAL_MISSING]
    with pytest.raises(RetailError, match="in the basket already"):
        shop.run(service.note_piece, shop.session, 3, Piece(serial="A2"))
    shop.run(service.note_piece, shop.session, 3, Piece(serial="A3"))
    sold = shop.pay()
    assert [line.serial for line in shop.fact(sold.rid).lines] == ["A1", "A2", "A3"]
    document = shop.run(queue.newest_document, sold.rid)
    assert document is not None
    notes = [one.note for one in document.blocks if isinstance(one, Item)]
    assert notes == ["Serial number A1", "Serial number A2", "Serial number A3"]
    assert shop.verify().broken == ""


def test_what_is_recalled_is_refused_however_it_is_chosen(shop: Books) -> None:
    for code in (GTINS["OLD"], "OLD"):
        with pytest.raises(RetailError, match="recalled"):
            shop.enter(code)
    with pytest.raises(RetailError, match="recalled") as caught:
        shop.run(service.add_sku, shop.session, "OLD")
    assert caught.value.code == "item.stopped"


def test_a_deposit_comes_with_its_bottle_and_follows_it(shop: Books) -> None:
    def lines(view: CheckoutView) -> list[tuple[str, int]]:
        return [(x.line.item.sku, x.line.quantity) for x in view.priced.lines if x.line.item]

    assert lines(shop.enter(f"3*{GTINS['COLA']}")) == [("COLA", 3000), ("DEPOSIT", 3000)]
    assert lines(shop.enter(GTINS["COLA"])) == [("COLA", 4000), ("DEPOSIT", 4000)]
    view = shop.run(service.change_by, shop.session, 1, -2000)
    assert lines(view) == [("COLA", 2000), ("DEPOSIT", 2000)]
    with pytest.raises(RetailError, match="another line"):
        shop.run(service.set_quantity, shop.session, 2, 9000)
    assert lines(shop.run(service.undo, shop.session)) == [("COLA", 4000), ("DEPOSIT", 4000)]
    assert shop.view().priced.total_minor == 4 * (150 + 15)
    assert lines(shop.run(service.remove_line, shop.session, 1)) == []


def test_a_code_for_something_else_changes_nothing_and_says_what_it_is(shop: Books) -> None:
    sold = shop.sell(SHELF.code(SHELF.piece))
    before = shop.dump()
    assert isinstance(shop.enter(sold.receipt_number).other, ReceiptCode)
    assert isinstance(shop.enter("TWC-10023").other, CustomerCard)
    assert shop.dump() == before
