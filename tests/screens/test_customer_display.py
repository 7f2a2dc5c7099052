"""What the customer sees while the cashier works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from pos_app.bootstrap.second_screen import qr_modules, second_screen
from pos_app.screens.customer_display.screen import CustomerDisplay
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.qr_code import QrCode
from retail.contract.documents import decode_document
from retail.receipt import Qr
from tests.screens.till_store import Hands, gtin

MILK, EGGS, APPLES = gtin(0), gtin(2), gtin(6)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shown(selling: Hands, qapp: QApplication) -> Iterator[CustomerDisplay]:
    """The customer's screen beside the cashier's window."""
    window, tasks = selling.window, selling.till.ui
    found = second_screen(qapp, window, tasks, store="Harbour Street", wanted="window")
    assert found is not None
    # The offscreen platform gives the focus to every new window.
    window.activateWindow()
    yield found.screen
    found.close()


def words(screen: CustomerDisplay) -> list[str]:
    """Every text on the page shown."""
    page = screen._pages.currentWidget()
    assert page is not None
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def lines(screen: CustomerDisplay) -> list[str]:
    return [row.spoken for row in screen._model.records]


def test_nobody_is_served(shown: CustomerDisplay) -> None:
    assert words(shown) == ["Harbour Street", "Welcome"]


def test_each_article_appears_as_it_is_scanned(selling: Hands, shown: CustomerDisplay) -> None:
    for number, code in enumerate((MILK, EGGS), 1):
        selling.enter(code)
        assert len(lines(shown)) == number
    assert lines(shown)[0].startswith("1 Whole milk 1 L, €1.29")
    assert shown._totals.accessibleName().endswith("Total €4.78")


def test_what_only_the_cashier_must_do_is_not_shown(selling: Hands, shown: CustomerDisplay) -> None:
    selling.enter("5901234123457")
    assert words(shown) == ["Harbour Street", "Welcome"]
    selling.enter(APPLES)
    assert "No weight yet" in selling.rows[-1].blocked
    (row,) = shown._model.records
    assert (row.name, row.blocked, row.actions) == ("Gala apples", "", ())
    assert "No weight" not in row.spoken


def test_a_part_payment_shows_what_is_left(selling: Hands, shown: CustomerDisplay) -> None:
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F12)
    assert "Left to pay" not in words(shown)
    selling.enter("100")
    assert {"Left to pay", "€2.50"} <= set(words(shown))


def test_the_change_and_a_code_that_proves_the_receipt(
    selling: Hands, shown: CustomerDisplay
) -> None:
    selling.enter(MILK)
    selling.type("500")
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.settle()
    assert words(shown)[:3] == ["Thank you", "Change", "€3.70"]
    code = shown.findChild(QrCode)
    assert isinstance(code, QrCode)
    body = selling.till.value("SELECT document FROM print_job")
    assert isinstance(body, bytes)
    (printed,) = (block for block in decode_document(body).blocks if isinstance(block, Qr))
    assert code._modules == qr_modules(None, printed.data)


def test_the_next_sale_begins_with_an_empty_screen(selling: Hands, shown: CustomerDisplay) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.press(Qt.Key.Key_Escape)
    assert words(shown) == ["Harbour Street", "Welcome"]


def test_a_locked_till_shows_no_basket(selling: Hands, shown: CustomerDisplay) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_L, CTRL)
    assert words(shown) == ["Harbour Street", "Welcome"]


@pytest.mark.parametrize("wanted", ["auto", "off"])
def test_without_a_second_screen_or_wish_there_is_none(
    selling: Hands, qapp: QApplication, wanted: str
) -> None:
    window, tasks = selling.window, selling.till.ui
    assert second_screen(qapp, window, tasks, store="", wanted=wanted) is None


def test_the_code_is_that_of_the_proof() -> None:
    modules = qr_modules(None, "TW1.00.AA")
    assert len(modules) == len(modules[0]) == 21, "version 1"
    assert all(modules[0][:7]), "the finder pattern"
    assert not any(modules[1][1:6])
