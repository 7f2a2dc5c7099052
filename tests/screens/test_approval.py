"""Somebody with the right allows an act over the basket, and only they."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pos_app.runtime.wedge import PIN_PROPERTY
from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.shell.commands import Command
from tests.screens.till_store import MARIA, PIN, Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
MILK, EGGS = gtin(0), gtin(2)
AHMED, JONAS = 2, 1


@pytest.fixture
def cashier(hands: Hands) -> Hands:
    """A cashier at work with an empty basket."""
    hands.window.login_presenter.choose(_place(hands, "Maria K."))
    hands.sign_on()
    hands.open_shift("15000")
    return hands


def _place(hands: Hands, name: str) -> int:
    tiles = hands.window.login.tiles
    return next(place for place, tile in enumerate(tiles) if tile.text() == name)


def _half_off(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D, CTRL)
    hands.type("50")
    hands.press(Qt.Key.Key_G)


def _asked(hands: Hands) -> ApprovalSheet:
    content = hands.window.sheet.content
    assert isinstance(content, ApprovalSheet)
    return content


def test_somebody_else_allows_what_goes_too_far(cashier: Hands) -> None:
    """Complaint 22: no way to ask somebody with the right."""
    cashier.enter(MILK)
    _half_off(cashier)
    sheet = _asked(cashier)
    assert sheet.names == ["Ahmed S."], "neither a cashier nor the one at work"
    assert [row.amount for row in cashier.rows] == ["€1.29"]
    cashier.enter(PIN)
    assert cashier.window.sheet.content is None
    assert [row.amount for row in cashier.rows] == ["€0.64"]
    assert cashier.window.selling.checkout.line.hasFocus()
    cashier.press(Qt.Key.Key_F9)
    cashier.settle()
    assert cashier.till.count("sale") == 1


def test_within_the_role_nobody_is_asked(cashier: Hands) -> None:
    cashier.enter(MILK)
    cashier.press(Qt.Key.Key_D, CTRL)
    cashier.type("20")
    cashier.press(Qt.Key.Key_G)
    assert cashier.window.sheet.content is None
    assert cashier.rows[0].amount == "€1.03"


def test_esc_leaves_the_basket_as_it_was(cashier: Hands) -> None:
    cashier.enter(MILK)
    before = cashier.rows
    _half_off(cashier)
    cashier.press(Qt.Key.Key_Escape)
    assert cashier.window.sheet.content is None
    assert cashier.rows == before
    assert any("Not allowed" in text for text in cashier.messages)
    assert cashier.window.selling.checkout.line.hasFocus()
    cashier.enter(EGGS)
    assert len(cashier.rows) == 2


def test_wrong_pins_wait_as_at_the_log_in(cashier: Hands) -> None:
    cashier.enter(MILK)
    _half_off(cashier)
    for _try in range(3):
        cashier.enter("9999")
    assert "Try again in" in _asked(cashier).hint
    assert not _asked(cashier).act.isEnabled()
    cashier.enter(PIN)
    assert isinstance(cashier.window.sheet.content, ApprovalSheet)
    assert cashier.rows[0].amount == "€1.29"
    cashier.press(Qt.Key.Key_Escape)
    _half_off(cashier)
    cashier.enter(PIN)
    assert cashier.rows[0].amount == "€1.29", "the wait outlives the sheet"


def test_another_person_types_another_pin(cashier: Hands) -> None:
    cashier.enter(MILK)
    _half_off(cashier)
    sheet, pin = _asked(cashier), cashier.window.selling.approvals.pin
    assert sheet.property(PIN_PROPERTY)
    cashier.type("12")
    assert pin._pin == "12"
    sheet.tiles[0].click()
    assert pin._pin == ""


def test_nobody_with_the_right_is_told_and_no_trap(hands: Hands) -> None:
    hands.window.login_presenter.choose(_place(hands, "Ahmed S."))
    hands.sign_on()
    hands.open_shift("0")
    hands.enter(MILK)
    basket = hands.window.selling.basket
    _half_off(hands)
    assert hands.window.sheet.content is None, "a manager needs nobody"
    assert basket.session.staff.staff_id != MARIA


def test_holding_enter_allows_once(cashier: Hands) -> None:
    cashier.enter(MILK)
    _half_off(cashier)
    cashier.type(PIN)
    cashier.hold(Qt.Key.Key_Return, repeats=30)
    cashier.settle()
    assert cashier.rows[0].amount == "€0.64"
    assert cashier.window.sheet.content is None


def test_a_scan_takes_the_question_back_and_is_not_lost(cashier: Hands) -> None:
    cashier.enter(MILK)
    _half_off(cashier)
    cashier.window.selling.scan(EGGS)
    cashier.settle()
    assert len(cashier.rows) == 2
    assert cashier.rows[0].amount == "€1.29"
    assert not cashier.window.selling.approvals.is_asking


def test_tab_stays_in_the_sheet(cashier: Hands) -> None:
    cashier.enter(MILK)
    _half_off(cashier)
    for _step in range(8):
        cashier.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert cashier.window.sheet.isAncestorOf(focused)
    assert not cashier.window.run(Command.UNDO), "no command reaches the basket below"
