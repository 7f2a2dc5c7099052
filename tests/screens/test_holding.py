"""Baskets that wait, through one key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.checkout import holding
from pos_app.checkout.held import Held
from pos_app.screens.holding.waiting_list import WaitingSheet
from pos_app.screens.holding.words import age, waiting_rows
from pos_app.screens.shell.commands import Command
from tests.screens.till_store import Hands, gtin

MILK, EGGS = gtin(0), gtin(2)


def _sheet(hands: Hands) -> WaitingSheet:
    content = hands.window.sheet.content
    assert isinstance(content, WaitingSheet)
    return content


def _hold(hands: Hands, code: str, label: str = "") -> None:
    hands.enter(code)
    hands.type(label)
    hands.press(Qt.Key.Key_F7)


def test_one_key_puts_aside_and_takes_up(selling: Hands) -> None:
    head = selling.window.selling.checkout.head
    assert not head.waiting.isVisible()
    _hold(selling, f"3*{MILK}", "Mrs Smith")
    assert selling.names == []
    assert selling.window.selling.checkout.line.text() == ""
    assert head.waiting.text() == "1 waiting"
    assert head.waiting.isVisible()
    assert head.waiting.height() >= 48
    selling.press(Qt.Key.Key_F7)
    (row,) = _sheet(selling).list.rows
    assert row.title == "Mrs Smith"
    assert "3 items" in row.detail
    assert row.amount == "€3.87"
    selling.press(Qt.Key.Key_Return)
    assert selling.window.sheet.content is None
    assert selling.window.selling.checkout.line.hasFocus()
    assert selling.names == ["Whole milk 1 L"]
    assert not head.waiting.isVisible()


def test_arrows_choose_the_older_one(selling: Hands) -> None:
    _hold(selling, MILK, "first")
    _hold(selling, EGGS, "second")
    selling.press(Qt.Key.Key_F7)
    assert [row.title for row in _sheet(selling).list.rows] == ["second", "first"]
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    assert selling.names == ["Whole milk 1 L"]


def test_a_tap_takes_up_and_the_open_basket_waits_instead(selling: Hands) -> None:
    _hold(selling, MILK, "first")
    selling.enter(EGGS)
    selling.window.selling.checkout.head.waiting.click()
    selling.settle()
    listed = _sheet(selling).list
    spot = listed.visualRect(listed.model().index(0, 0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    assert selling.window.selling.checkout.head.waiting.text() == "1 waiting"
    assert any("put aside" in text for text in selling.messages)


def test_nothing_waits(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F7)
    assert "No basket waits" in _sheet(selling).says
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.selling.checkout.line.hasFocus()


def test_a_list_that_cannot_be_read_says_so(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError("The disk does not answer.")

    monkeypatch.setattr(holding, "held", fails)
    selling.window.run(Command.WAITING)
    selling.settle()
    assert "The disk does not answer." in _sheet(selling).says


def test_a_basket_that_waits_no_longer_is_told(selling: Hands) -> None:
    selling.window.selling.holding.presenter.recall(UUID(int=7))
    selling.settle()
    assert any("no longer waits" in text for text in selling.messages)
    _hold(selling, MILK)
    assert selling.names == []


def test_a_till_that_starts_again_knows_what_waits(selling: Hands) -> None:
    _hold(selling, MILK)
    selling.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    selling.sign_on()
    selling.settle()
    assert selling.window.selling.checkout.head.waiting.text() == "1 waiting"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_it_waits(seconds: int, text: str) -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert age(now - timedelta(seconds=seconds), now) == text


def test_a_basket_without_a_name_is_called_by_its_time() -> None:
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    held = Held(UUID(int=1), "", "", UUID(int=2), at, 1, 129)
    named = Held(UUID(int=3), "office", "Anna L.", UUID(int=2), at, 2, 0)
    rows = waiting_rows([held, named], {UUID(int=2): "Maria K."}, at, "EUR", "Europe/Amsterdam")
    assert [row.title for row in rows] == ["Basket of 13:00", "office · Anna L."]
    assert rows[0].spoken == "Basket of 13:00, Maria K. · just now · 1 item, €1.29"
