"""Articles that ask for the number of the piece in hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import text

from pos_app.screens.checkout.piece_sheet import PieceSheet
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

PHONE = gtin(2)


@pytest.fixture
def shop(selling: Hands) -> Hands:
    """The third article needs a serial number."""
    change = text(
        "UPDATE product SET requires = :wanted"
        " WHERE sku = (SELECT sku FROM barcode WHERE gtin = :gtin)"
    )
    values = {"wanted": '["serial"]', "gtin": PHONE.rjust(14, "0")}
    selling.till.tasks.run(lambda tx: tx.execute(change, values).rowcount).result()
    return selling


def test_a_serial_number_is_typed_and_the_sale_can_be_paid(shop: Hands) -> None:
    shop.enter(PHONE)
    assert "serial number" in shop.rows[0].blocked
    shop.press(Qt.Key.Key_F9)
    assert shop.page is Page.CHECKOUT
    shop.press(Qt.Key.Key_F5)
    assert isinstance(shop.window.sheet.content, PieceSheet)
    shop.enter("SN-77")
    shop.wait(lambda: not shop.rows[0].blocked)
    assert "SN-77" in shop.rows[0].detail
    shop.press(Qt.Key.Key_F9)
    shop.wait(lambda: shop.page is Page.DONE)
    assert shop.till.value("SELECT serial FROM sale_line") == "SN-77"


def test_a_scan_is_the_number_while_it_is_asked_for(shop: Hands) -> None:
    shop.enter(PHONE)
    shop.press(Qt.Key.Key_F5)
    shop.window.selling.scan("SN-78")
    shop.wait(lambda: not shop.rows[0].blocked)
    assert len(shop.rows) == 1


def test_an_article_that_asks_for_nothing_asks_for_its_quantity(shop: Hands) -> None:
    shop.enter(gtin(0))
    shop.press(Qt.Key.Key_F5)
    assert not isinstance(shop.window.sheet.content, PieceSheet)
