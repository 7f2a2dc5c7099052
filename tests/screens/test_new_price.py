"""A price that changes while its article is in the basket."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from sqlalchemy import text

from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.basket_delegate import BasketDelegate
from tests.screens.till_store import MILK as MILK_SKU
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
MILK, EGGS = gtin(0), gtin(2)


def _change(hands: Hands, minor: int) -> None:
    """As a sync brings it into force."""
    values = {"minor": minor, "sku": MILK_SKU}
    statement = text("UPDATE price SET minor = :minor WHERE sku = :sku")
    hands.till.tasks.run(lambda tx: tx.execute(statement, values).rowcount).result()


def _mark(hands: Hands, place: int = 0) -> str:
    return hands.rows[place].news


def test_the_line_keeps_its_price_says_so_and_one_key_takes_the_new_one(selling: Hands) -> None:
    """Complaint 12: a price changes silently in the basket."""
    selling.enter(MILK)
    _change(selling, 119)
    selling.enter(EGGS)
    selling.wait(lambda: bool(_mark(selling)))
    row = selling.rows[0]
    assert (row.amount, row.news) == ("€1.29", "Price changed: now €1.19")
    assert row.news in row.spoken
    assert _mark(selling, 1) == ""
    view = selling.window.selling.checkout.basket
    selling.wait(lambda: view.visualRect(view.model().index(0, 0)).height() >= 78)
    first, second = (view.visualRect(view.model().index(n, 0)) for n in (0, 1))
    assert not first.intersects(second)
    selling.press(Qt.Key.Key_Up)
    selling.press(Qt.Key.Key_U, CTRL)
    selling.wait(lambda: selling.rows[0].amount == "€1.19")
    assert _mark(selling) == ""
    assert any("costs €1.19 now" in message for message in selling.messages)
    selling.press(Qt.Key.Key_Z, CTRL)
    assert (selling.rows[0].amount, _mark(selling)) == ("€1.29", row.news)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT min(net_minor) FROM sale_line") == 129


def test_the_new_price_is_taken_by_touch(selling: Hands) -> None:
    selling.enter(MILK)
    _change(selling, 119)
    selling.window.selling.prices.look()
    selling.wait(lambda: bool(_mark(selling)))
    view = selling.window.selling.checkout.basket
    index = view.model().index(0, 0)
    delegate = view.itemDelegate()
    assert isinstance(delegate, BasketDelegate)
    row = selling.rows[0]
    layout = delegate.layout(view.visualRect(index).toRectF(), row, selected=True)
    places = dict(layout.actions)
    assert min(place.width() for place in places.values()) >= 48
    spot = places["new_price"].center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot))
    selling.wait(lambda: selling.rows[0].amount == "€1.19")


def test_a_basket_that_waited_tells_what_changed_meanwhile(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F7)
    selling.wait(lambda: not selling.rows)
    _change(selling, 149)
    selling.press(Qt.Key.Key_F7)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: bool(selling.rows and _mark(selling)))
    assert (selling.rows[0].amount, _mark(selling)) == ("€1.29", "Price changed: now €1.49")


def test_a_restored_basket_tells_it_too(selling: Hands) -> None:
    selling.enter(MILK)
    _change(selling, 149)
    selling.press(Qt.Key.Key_L, CTRL)
    selling.sign_on()
    selling.wait(lambda: selling.page is Page.CHECKOUT)
    selling.window.selling.prices.look()
    selling.wait(lambda: bool(_mark(selling)))


def test_a_price_that_did_not_change_cannot_be_taken_by_mistake(selling: Hands) -> None:
    selling.press(Qt.Key.Key_U, CTRL)
    assert any("Select a line" in message for message in selling.messages)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_U, CTRL)
    assert selling.rows[0].amount == "€1.29"


def test_the_mark_follows_the_shelf_back(selling: Hands) -> None:
    selling.enter(MILK)
    look = selling.window.selling.prices.look
    _change(selling, 119)
    look()
    selling.wait(lambda: bool(_mark(selling)))
    _change(selling, 129)
    look()
    selling.wait(lambda: not _mark(selling))
