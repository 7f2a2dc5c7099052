"""Where the receipt goes, by key and touch, and what is said of it after the sale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import text

from db.engine import open_store
from db.transaction import begin
from pos_app.screens.mailing.sheet import AddressSheet
from pos_app.screens.records import Tone
from pos_app.screens.shell.navigation import Page
from retail.receipt_ways import ReceiptWay
from tests.screens.till_store import Hands, gtin

MILK = gtin(0)
CTRL = Qt.KeyboardModifier.ControlModifier
WAYS = ("paper", "mail", "none")


def _chosen(hands: Hands) -> str:
    chips = hands.window.selling.tender.ways.segments
    (found,) = [way for way in WAYS if chips.button(way).isChecked()]
    return found


def _turn(hands: Hands) -> None:
    hands.press(Qt.Key.Key_R, CTRL)


def _tap(hands: Hands, way: str) -> None:
    button = hands.window.selling.tender.ways.segments.button(way)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    hands.settle()


def _asks(hands: Hands) -> bool:
    return isinstance(hands.window.sheet.content, AddressSheet)


def _printing(hands: Hands) -> str:
    return hands.window.selling.done._print_text.text()


def _way(hands: Hands) -> object:
    return hands.till.value("SELECT way FROM print_job ORDER BY job_id DESC LIMIT 1")


def test_a_tap_on_the_payment_page_and_nothing_is_printed(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    assert _chosen(selling) == "paper"
    _tap(selling, "none")
    assert _chosen(selling) == "none"
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _printing(selling) == "No receipt, as wished."
    selling.window.selling.show_print("The receipt is printed.", Tone.OK)
    assert _printing(selling) == "No receipt, as wished."
    assert _way(selling) == "none"


def test_the_key_works_before_the_payment_too_and_the_next_sale_is_on_paper(
    selling: Hands,
) -> None:
    selling.enter(MILK)
    _turn(selling)
    assert "No receipt will be printed." in selling.messages
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _way(selling) == "none"
    selling.press(Qt.Key.Key_Escape)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    assert _chosen(selling) == "paper"


def test_by_mail_the_address_is_asked_for_once(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    _tap(selling, "mail")
    assert _asks(selling)
    selling.enter("ann at home")
    assert _asks(selling)
    for _ in range(20):
        selling.press(Qt.Key.Key_Backspace)
    selling.enter("ann@example.com")
    assert not _asks(selling)
    assert _chosen(selling) == "mail"
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _printing(selling) == "The receipt goes out by e-mail."
    assert selling.till.count("entry_side") == 1


def test_esc_on_the_address_goes_back_to_paper_and_the_key_goes_round(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    _turn(selling)
    _turn(selling)
    assert isinstance(selling.window.sheet.content, AddressSheet)
    selling.press(Qt.Key.Key_Escape)
    selling.settle()
    assert selling.page is Page.TENDER
    assert _chosen(selling) == "paper"
    _turn(selling)
    assert _chosen(selling) == "none"


def test_where_the_law_wants_a_receipt_none_cannot_be_chosen(selling: Hands) -> None:
    with begin(open_store(selling.till.path)) as tx:
        tx.execute(text("INSERT INTO store_setting VALUES ('NL01', 'receipt.required', '1')"))
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    ways = selling.window.selling.tender.ways
    assert not ways.segments.button("none").isEnabled()
    _turn(selling)
    assert isinstance(selling.window.sheet.content, AddressSheet)
    selling.press(Qt.Key.Key_Escape)
    selling.window.selling.receipt_way.choose(ReceiptWay.NONE)
    selling.settle()
    assert any("The law wants a receipt" in said for said in selling.messages)
    assert _chosen(selling) == "paper"


@pytest.mark.parametrize("way", WAYS)
def test_the_chips_are_high_enough_and_have_names(selling: Hands, way: str) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    button = selling.window.selling.tender.ways.segments.button(way)
    assert button.height() >= 48
    assert button.accessibleName()
