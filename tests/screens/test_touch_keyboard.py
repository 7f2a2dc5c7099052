"""Letters for fingers: they go where the cursor is, and the cursor stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.sheet import Sheet
from pos_app.screens.widgets.touch_keyboard import TouchKeyboard
from tests.screens.till_store import Hands

LEFT = Qt.MouseButton.LeftButton


def tap(keyboard: TouchKeyboard, *names: str) -> None:
    """Touch keys by their names."""
    buttons = {button.accessibleName(): button for button in keyboard.findChildren(AppButton)}
    for name in names:
        QTest.mouseClick(buttons[name], LEFT)


@pytest.fixture
def keyboard(selling: Hands) -> TouchKeyboard:
    assert selling.window.run(Command.KEYBOARD)
    QApplication.processEvents()
    return selling.window.letters


def test_letters_reach_the_input_line_which_keeps_the_focus(
    selling: Hands, keyboard: TouchKeyboard
) -> None:
    line = selling.window.selling.checkout.line
    tap(keyboard, "m", "i", "l", "Delete the last letter", "Space", "4", "-")
    assert line.text() == "mi 4-"
    assert line.hasFocus()


def test_capital_letters_while_they_are_wanted(selling: Hands, keyboard: TouchKeyboard) -> None:
    tap(keyboard, "Capital letters")
    tap(keyboard, "A")
    tap(keyboard, "Capital letters")
    tap(keyboard, "b")
    assert selling.window.selling.checkout.line.text() == "Ab"


def test_enter_adds_what_is_typed(selling: Hands, keyboard: TouchKeyboard) -> None:
    tap(keyboard, *"9520000000004", "Enter")
    selling.settle()
    assert len(selling.names) == 1


def test_keys_are_large_enough_and_lie_within_the_window(keyboard: TouchKeyboard) -> None:
    assert keyboard._host.rect().contains(keyboard.geometry())
    for button in keyboard.findChildren(AppButton):
        assert min(button.width(), button.height()) >= 48, button.accessibleName()


def test_it_makes_room_for_a_field_at_the_lower_end(
    selling: Hands, keyboard: TouchKeyboard
) -> None:
    assert keyboard.y() > 0
    field = AppButton("low", parent=keyboard.parentWidget())
    field.setGeometry(0, 700, 100, 48)
    field.show()
    field.setFocus()
    QApplication.processEvents()
    assert keyboard.y() == 0
    field.hide()


def test_it_is_put_away(keyboard: TouchKeyboard) -> None:
    tap(keyboard, "Put the keyboard away")
    assert not keyboard.isVisible()


def test_a_sheet_has_a_button_for_it(selling: Hands) -> None:
    selling.window.run(Command.NOTE)
    selling.window.run(Command.QUANTITY)
    selling.window.run(Command.PRICE_CHECK)
    (button,) = (
        one
        for one in selling.window.sheet.findChildren(AppButton)
        if one.accessibleName() == "Keyboard for fingers"
    )
    QTest.mouseClick(button, LEFT)
    assert selling.window.letters.isVisible()


def test_a_screen_reader_reaches_the_sheet(selling: Hands) -> None:
    selling.window.run(Command.PRICE_CHECK)
    seen: list[str] = []
    waiting = [QAccessible.queryAccessibleInterface(selling.window)]
    while waiting:
        one = waiting.pop()
        if one is None or not one.isValid():
            continue
        found = one.object()
        if isinstance(found, Sheet):
            seen.append(found.accessibleName())
        waiting += [one.child(place) for place in range(one.childCount())]
    assert "Price check" in seen
