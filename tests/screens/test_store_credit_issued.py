"""Money that goes out as store credit, by key and touch, and the slip that pays by a scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.engine import open_store
from db.transaction import begin
from hardware.events import CodeScanned
from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.shell.navigation import Page
from retail.contract.documents import decode_document
from retail.receipt import Barcode
from retail.tender.settlement import TenderKind
from tests.screens.test_returns import EGGS, open_newest, sell
from tests.screens.till_store import PIN, Hands, till
from tests.support.gift_cards import know_key
from tests.support.office import Office

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    with till(tmp_path, value=office) as found:
        with begin(open_store(found.path)) as tx:
            know_key(tx)
        found.window.resize(1024, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.activateWindow()
        found.window.start()
        qtbot.waitUntil(lambda: found.ui.open == 0)
        hands = Hands(found, qtbot)
        hands.sign_on()
        hands.open_shift("15000")
        yield hands


def _to_the_payout(selling: Hands) -> None:
    """An article that was paid in cash comes back."""
    sell(selling, EGGS)
    open_newest(selling)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.PAYOUT)


def _allow(selling: Hands) -> None:
    if isinstance(selling.window.sheet.content, ApprovalSheet):
        selling.press(Qt.Key.Key_Right)
        selling.enter(PIN)


def _code(selling: Hands) -> str:
    document = selling.till.value("SELECT document FROM print_job WHERE kind = 'credit'")
    assert isinstance(document, bytes)
    (code,) = [b.data for b in decode_document(document).blocks if isinstance(b, Barcode)]
    return code


def test_ctrl_o_pays_all_of_it_out_as_a_slip(selling: Hands, office: Office) -> None:
    _to_the_payout(selling)
    selling.press(Qt.Key.Key_O, CTRL)
    _allow(selling)
    selling.wait(lambda: selling.page is Page.DONE)
    paid = "SELECT kind || ' ' || amount_minor FROM sale_tender WHERE amount_minor < 0"
    assert selling.till.value(paid) == "store_credit -349"
    assert [[move.act for move in moves] for _rid, moves in office.captured] == [["issue"]]
    assert _code(selling).startswith("TWS-")


def test_the_button_does_the_same_by_touch(selling: Hands) -> None:
    _to_the_payout(selling)
    button = selling.window.selling.returns.page.credit
    assert "€3.49" in button.accessibleName()
    assert button.height() >= 48
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    selling.settle()
    _allow(selling)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _code(selling)


def test_a_scanned_slip_on_the_payment_page_is_asked_for_as_store_credit(selling: Hands) -> None:
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F12)
    asked: list[TenderKind] = []
    selling.window.selling.payment.value_asked.disconnect()
    selling.window.selling.payment.value_asked.connect(lambda kind, _minor: asked.append(kind))
    event = CodeScanned("TWS-0123456789ABCDEF", "", "scanner", datetime.now(UTC))
    selling.window.hearing.code_scanned(event)
    selling.settle()
    assert asked == [TenderKind.STORE_CREDIT]


def test_a_slip_that_is_scanned_at_the_checkout_says_where_it_belongs(selling: Hands) -> None:
    event = CodeScanned("TWS-0123456789ABCDEF", "", "scanner", datetime.now(UTC))
    selling.window.hearing.code_scanned(event)
    selling.settle()
    assert any("store credit" in text for text in selling.messages)
    assert selling.names == []
