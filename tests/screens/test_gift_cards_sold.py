"""Gift cards sold, topped up and asked for their balance: by key, touch and scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hardware.events import CodeScanned
from pos_app.screens.gift_card.balance_sheet import BalanceSheet
from pos_app.screens.gift_card.load_sheet import LoadSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton
from pos_app.value.service import Balance
from tests.screens.gift_card_shelf import FIXED, OPEN, stock_gift_cards
from tests.screens.till_store import Hands, gtin, till
from tests.support.office import Office

CTRL = Qt.KeyboardModifier.ControlModifier
MILK = gtin(0)
CARD = "TWG-QX7Z-0042"


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    with till(tmp_path, value=office) as found:
        found.tasks.run(stock_gift_cards).result()
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


def _scan(selling: Hands, code: str) -> None:
    selling.window.hearing.code_scanned(CodeScanned(code, "", "scanner", datetime.now(UTC)))
    selling.settle()


def _sheet(selling: Hands) -> LoadSheet:
    content = selling.window.sheet.content
    assert isinstance(content, LoadSheet)
    return content


def _stored(selling: Hands) -> object:
    query = "SELECT group_concat(act || ' ' || amount || ' ' || last_four) FROM value_move"
    return selling.till.value(query)


def test_article_card_and_amount_by_keys_and_the_sale_puts_it_on_the_card(
    selling: Hands, office: Office
) -> None:
    selling.enter(OPEN)
    _sheet(selling)
    selling.enter("QX7Z-0042")
    selling.enter("5000")
    assert selling.names == ["Gift card"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _stored(selling) == "issue 5000 0042"
    assert [code for code, _answer in office.asked] == ["QX7Z-0042"]
    assert [[move.amount for move in moves] for _rid, moves in office.captured] == [[5_000]]


def test_a_card_with_a_price_is_two_scans(selling: Hands) -> None:
    _scan(selling, FIXED)
    _scan(selling, CARD)
    assert selling.names == ["Gift card 25"]
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert _stored(selling) == "issue 2500 0042"


def test_by_touch_an_amount_is_a_tap_and_the_card_a_scan(selling: Hands) -> None:
    selling.type("gift card")
    search = selling.window.selling.checkout.search
    selling.wait(search.isVisible)
    selling.settle()
    found = selling.window.selling.catalogue.found_changed
    shown: list[str] = []
    found.connect(lambda rows: shown.extend(row.price for row in rows))
    selling.type("s")
    selling.press(Qt.Key.Key_Backspace)
    selling.wait(lambda: shown[-2:] == ["Any amount", "€25.00"])
    selling.press(Qt.Key.Key_Return)
    content = _sheet(selling)
    (tap,) = [b for b in content.findChildren(AppButton) if b.accessibleName() == "€50.00"]
    QTest.mouseClick(tap, Qt.MouseButton.LeftButton)
    assert selling.names == []
    for button in content.findChildren(AppButton):
        assert button.height() >= 46 or not button.isVisible()
    _scan(selling, CARD)
    assert selling.names == ["Gift card"]


def test_the_same_card_twice_says_so_and_keeps_the_sheet(selling: Hands) -> None:
    for _ in range(2):
        _scan(selling, FIXED)
        _scan(selling, CARD)
    assert "in the basket already" in _sheet(selling)._hint.text()
    _scan(selling, "TWG-QX7Z-0043")
    assert selling.names == ["Gift card 25", "Gift card 25"]


def test_esc_leaves_and_nothing_was_added(selling: Hands) -> None:
    selling.enter(OPEN)
    selling.enter("QX7Z-0042")
    selling.type("5")
    selling.press(Qt.Key.Key_Escape)
    assert selling.page is Page.CHECKOUT
    assert selling.window.sheet.content is None
    assert selling.names == []


def test_undo_takes_the_card_out_again(selling: Hands) -> None:
    _scan(selling, FIXED)
    _scan(selling, CARD)
    selling.press(Qt.Key.Key_Z, CTRL)
    assert selling.names == []


def test_letters_without_sense_are_refused_in_the_sheet(selling: Hands) -> None:
    selling.enter(OPEN)
    selling.enter("12")
    selling.enter("50")
    assert "code of the card" in _sheet(selling)._hint.text()
    assert selling.names == []


def test_a_blocked_card_is_told_of(selling: Hands, office: Office) -> None:
    office.balances["QX7Z-0042"] = Balance(known=True, minor=0, online=True, blocked=True)
    _scan(selling, FIXED)
    _scan(selling, CARD)
    assert any("0042 is blocked" in text for text in selling.messages)


def test_a_gift_card_is_not_asked_for_where_only_a_gift_card_is_bought(selling: Hands) -> None:
    _scan(selling, FIXED)
    _scan(selling, CARD)
    selling.press(Qt.Key.Key_F12)
    selling.press(Qt.Key.Key_G, CTRL)
    assert selling.window.sheet.content is None
    assert any("cannot pay for a gift card" in text for text in selling.messages)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)


def test_the_balance_is_a_key_and_a_scan(selling: Hands, office: Office) -> None:
    office.balances["QX7Z-0042"] = Balance(known=True, minor=1_250, online=True)
    selling.press(Qt.Key.Key_G, CTRL)
    content = selling.window.sheet.content
    assert isinstance(content, BalanceSheet)
    _scan(selling, CARD)
    assert content.says == "€12.50. Card ending in 0042"
    selling.press(Qt.Key.Key_Down)
    assert content.kind == "store_credit"
    selling.enter("QX7Z-9999")
    assert content.says.startswith("Never sold")
    office.balances["QX7Z-1"] = Balance(known=True, minor=None, online=False)
    office.balances["QX7Z-2"] = Balance(
        known=True, minor=700, online=False, as_of=datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    )
    office.balances["QX7Z-3"] = Balance(known=True, minor=0, online=True, blocked=True)
    for code, said in (
        ("QX7Z-1", "Head office cannot be asked"),
        ("QX7Z-2", "as head office told"),
        ("QX7Z-3", "Blocked"),
    ):
        selling.enter(code)
        assert said in content.says
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None


def test_a_till_without_stored_value_says_so(hands: Hands) -> None:
    hands.sign_on()
    hands.open_shift("15000")
    hands.window.commands.trigger(Command.BALANCE)
    content = hands.window.sheet.content
    assert isinstance(content, BalanceSheet)
    hands.enter("QX7Z-0042")
    assert "takes no stored value" in content.says
