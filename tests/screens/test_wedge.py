from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from pos_app.runtime.sounds import Sound
from pos_app.runtime.wedge import WedgeFilter
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CODE = gtin(0)
MILK = "Whole milk 1 L"


@pytest.fixture
def wedge(selling: Hands, qapp: QApplication) -> Iterator[WedgeFilter]:
    found = WedgeFilter()
    found.install(qapp)
    found.scanned.connect(selling.window.hearing.scan)
    found.misread.connect(selling.window.hearing.misread)
    found.touched.connect(selling.window.touched)
    yield found
    found.remove(qapp)


def _keys(hands: Hands, text: str, *, gap_ms: int) -> None:
    """Keys as a keyboard sends them, with the times at which they were pressed."""
    window = hands.window.windowHandle()
    clock = hands.till.desk.mono_ms()
    for place, letter in enumerate(text):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper()))
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(clock + place * gap_ms)
        QCoreApplication.sendEvent(window, event)


def _scan(hands: Hands, code: str = CODE) -> None:
    """All keys of a scanner, 4 ms apart."""
    _keys(hands, code + "\r", gap_ms=4)
    hands.settle()


def _focusable(hands: Hands) -> list[QWidget]:
    page = hands.window._stack.currentWidget()
    assert page is not None
    return [
        widget
        for widget in (page, *page.findChildren(QWidget))
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
    ]


def test_a_scan_is_heard_whatever_has_the_focus(selling: Hands, wedge: WedgeFilter) -> None:
    widgets = _focusable(selling)
    assert len(widgets) > 15
    for number, widget in enumerate(widgets, 1):
        widget.setFocus()
        _scan(selling)
        assert selling.names == [MILK], type(widget).__name__
        assert selling.rows[0].quantity == str(number)
        assert selling.window.selling.checkout.line.text() == ""


def test_six_hundred_scans_that_wait_for_nobody_are_all_there_in_order(
    selling: Hands, wedge: WedgeFilter
) -> None:
    order = random.Random(600).choices([0, 2, 4, 7, 16], k=600)
    shelf = {gtin(number): number for number in order}
    for number in order:
        _keys(selling, gtin(number) + "\r", gap_ms=4)
    selling.settle()
    priced = selling.window.selling.basket.priced
    assert priced is not None
    lines = [(shelf[one.line.code], one.line.quantity // 1000) for one in priced.lines]
    assert lines == [(number, order.count(number)) for number in dict.fromkeys(order)]
    assert selling.till.heard.count(Sound.ADDED) == 5
    assert selling.till.heard.count(Sound.COUNTED) == 595


def test_a_scan_leaks_no_character_into_a_field(selling: Hands, wedge: WedgeFilter) -> None:
    line = selling.window.selling.checkout.line
    seen: list[str] = []
    line.textChanged.connect(seen.append)
    _scan(selling)
    assert seen == []
    selling.window.run(Command.PRICE_CHECK)
    content = selling.window.sheet.content
    assert content is not None
    field = content.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    typed: list[str] = []
    field.textEdited.connect(typed.append)
    _scan(selling)
    assert typed == []
    assert field.text() == CODE
    assert selling.names == [MILK], "a price check sells nothing"


def test_a_scan_on_the_payment_page_goes_to_the_basket(selling: Hands, wedge: WedgeFilter) -> None:
    _scan(selling)
    selling.press(Qt.Key.Key_F12)
    _scan(selling, gtin(2))
    assert selling.page is Page.CHECKOUT
    assert len(selling.names) == 2


def test_scans_after_a_part_payment_are_the_next_sale(selling: Hands, wedge: WedgeFilter) -> None:
    _scan(selling)
    selling.press(Qt.Key.Key_F12)
    selling.window.selling.payment.type_key("1")
    selling.window.selling.payment.take()
    _scan(selling, gtin(2))
    _scan(selling, gtin(2))
    assert selling.page is Page.TENDER
    assert selling.names == [MILK]
    assert any("2 items wait" in text for text in selling.messages)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.press(Qt.Key.Key_Escape)
    selling.wait(lambda: len(selling.rows) == 1)
    assert selling.rows[0].quantity == "2"
    assert selling.till.count("sale") == 1


def test_typing_at_a_person_s_speed_reaches_the_line(
    selling: Hands, wedge: WedgeFilter, qapp: QApplication
) -> None:
    line = selling.window.selling.checkout.line
    _keys(selling, "00123", gap_ms=60)
    selling.wait(lambda: line.text() == "00123")
    _keys(selling, "\r", gap_ms=0)
    selling.settle()
    assert selling.names == ["Unknown code"]


def test_held_digits_are_typed_before_a_function_key_acts(
    selling: Hands, wedge: WedgeFilter
) -> None:
    _scan(selling)
    _keys(selling, "500", gap_ms=20)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT given_minor FROM sale_tender") == 500


def test_a_broken_scan_asks_to_scan_again(selling: Hands, wedge: WedgeFilter) -> None:
    _scan(selling, CODE[:-1] + str((int(CODE[-1]) + 1) % 10))
    assert selling.names == []
    assert any("Scan again" in text for text in selling.messages)


def test_a_pin_typed_fast_is_no_scan(selling: Hands, wedge: WedgeFilter) -> None:
    heard: list[str] = []
    wedge.scanned.connect(lambda code, _symbology: heard.append(code))
    selling.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    selling.type("952000000000")
    QCoreApplication.processEvents()
    assert heard == []
    assert selling.window.login_presenter._pin == "952000000000"
