"""Gift cards and split payments, by key, touch and scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hardware.events import CodeScanned
from pos_app.screens.shell.navigation import Page
from pos_app.screens.value.sheet import CodeSheet
from pos_app.screens.widgets.button import AppButton, ButtonKind
from tests.screens.till_store import Hands, gtin, till
from tests.support.office import Office

CTRL = Qt.KeyboardModifier.ControlModifier
MILK, EGGS = gtin(0), gtin(2)
CARD = "TWG-4471"


@pytest.fixture
def purse() -> Office:
    """Head office with one gift card of 1.00."""
    return Office(cards={"4471": 100})


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, purse: Office) -> Iterator[Hands]:
    with till(tmp_path, value=purse) as found:
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        hands.sign_on()
        hands.open_shift("15000")
        yield hands


def _scan(selling: Hands, code: str) -> None:
    selling.window.hearing.code_scanned(CodeScanned(code, "", "scanner", datetime.now(UTC)))
    selling.settle()


def _chips(selling: Hands) -> list[str]:
    chips = selling.window.selling.tender.findChildren(AppButton)
    return [chip.text() for chip in chips if chip.kind is ButtonKind.CHIP and chip.isVisible()]


@pytest.mark.parametrize("change", ["another article", "put aside"])
def test_what_was_taken_for_a_basket_that_changes_is_given_back_and_told(
    selling: Hands, purse: Office, change: str
) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.enter("20")
    selling.press(Qt.Key.Key_G, CTRL)
    selling.enter("4471")
    selling.wait(lambda: len(_chips(selling)) == 2)
    selling.press(Qt.Key.Key_Escape)
    if change == "put aside":
        selling.press(Qt.Key.Key_F7)
    else:
        selling.enter(MILK)
    selling.settle()
    assert len(purse.released) == 1
    told = "no longer count: Cash €0.20, Gift card ••4471 €1.00"
    assert any(told in text for text in selling.messages)
    assert not selling.window.selling.payment.begun


def test_a_gift_card_pays_a_part_and_cash_the_rest(selling: Hands, purse: Office) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_G, CTRL)
    selling.enter("4471")
    selling.wait(lambda: bool(_chips(selling)))
    assert _chips(selling) == ["Gift card ••4471  −€1.00"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    paid = "SELECT group_concat(kind || ' ' || amount_minor) FROM sale_tender"
    assert selling.till.value(paid) == "gift_card 100,cash 30"
    assert selling.till.value("SELECT amount FROM value_move") == 100
    assert len(purse.captured) == 1


def test_a_scan_of_the_card_at_the_payment_takes_it(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    _scan(selling, CARD)
    selling.wait(lambda: bool(_chips(selling)))
    assert _chips(selling) == ["Gift card ••4471  −€1.00"]


def test_what_is_taken_off_again_is_given_back(selling: Hands, purse: Office) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    _scan(selling, CARD)
    selling.wait(lambda: bool(_chips(selling)))
    selling.window.selling.payment.take_back(0)
    assert (purse.given_back, purse.cards["4471"]) == ([100], 100)
    assert _chips(selling) == []


def test_a_refused_card_says_so_and_another_may_be_tried(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_G, CTRL)
    selling.enter("9999")
    content = selling.window.sheet.content
    assert isinstance(content, CodeSheet)
    assert "Nothing can be taken" in content._hint.text()
    selling.enter("4471")
    selling.wait(lambda: bool(_chips(selling)))


def test_esc_leaves_the_question_and_takes_nothing(selling: Hands, purse: Office) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_G, CTRL)
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.TENDER
    assert selling.window.sheet.content is None
    assert purse.cards["4471"] == 100


def test_a_gift_card_on_the_checkout_says_where_it_belongs(selling: Hands) -> None:
    _scan(selling, CARD)
    assert any("payment" in text for text in selling.messages)
    assert selling.names == []


def test_the_rest_is_split_evenly_to_the_cent(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_S, CTRL)
    QTest.keyClick(selling.window.windowHandle(), Qt.Key.Key_2)
    selling.settle()
    for _ in range(2):
        selling.press(Qt.Key.Key_F11)
    selling.wait(lambda: selling.page is Page.DONE)
    paid = "SELECT group_concat(amount_minor) FROM sale_tender ORDER BY n"
    assert sorted(str(selling.till.value(paid)).split(",")) == ["64", "65"]


def _pay_a_part(selling: Hands) -> None:
    selling.enter(MILK)
    selling.press(Qt.Key.Key_F12)
    _scan(selling, CARD)
    selling.wait(lambda: bool(_chips(selling)))


def test_a_part_is_kept_when_the_page_is_left_and_counts_again(
    selling: Hands, purse: Office
) -> None:
    _pay_a_part(selling)
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    assert any("are kept" in text and "4471" in text for text in selling.messages)
    selling.press(Qt.Key.Key_F9)
    assert (selling.page, selling.till.count("sale")) == (Page.TENDER, 0)
    assert _chips(selling) == ["Gift card ••4471  −€1.00"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    paid = "SELECT group_concat(kind || ' ' || amount_minor) FROM sale_tender"
    assert selling.till.value(paid) == "gift_card 100,cash 30"
    assert purse.given_back == []


def test_a_part_outlives_the_lock(selling: Hands, purse: Office) -> None:
    _pay_a_part(selling)
    selling.window.lock()
    selling.sign_on()
    assert selling.names == ["Whole milk 1 L"]
    selling.press(Qt.Key.Key_F12)
    assert _chips(selling) == ["Gift card ••4471  −€1.00"]
    assert purse.given_back == []
