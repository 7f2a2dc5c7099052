"""An article without a price: the sheet asks for one, and the payment waits for it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.screens.by_hand.amounts import PriceSheet
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

MILK = gtin(0)


def test_the_price_is_asked_for_at_once_and_may_be_entered_later(selling: Hands) -> None:
    selling.till.tasks.run(
        lambda tx: tx.exec_driver_sql("DELETE FROM price WHERE sku = 'F0'")
    ).result()
    selling.enter(MILK)
    assert isinstance(selling.window.sheet.content, PriceSheet)
    selling.press(Qt.Key.Key_Escape)
    assert "No price yet" in selling.rows[0].blocked
    selling.press(Qt.Key.Key_F9)
    selling.settle()
    assert (selling.page, selling.till.count("sale")) == (Page.CHECKOUT, 0)
    selling.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    selling.type("250")
    selling.press(Qt.Key.Key_S)
    selling.settle()
    assert selling.rows[0].amount == "€2.50"
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
