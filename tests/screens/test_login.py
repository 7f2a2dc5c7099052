from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands


def _hint(hands: Hands) -> str:
    return hands.window.login.hint


def test_pin_and_float_open_the_till(hands: Hands) -> None:
    hands.sign_on()
    hands.wait(lambda: hands.page is Page.OPEN_SHIFT)
    hands.press(Qt.Key.Key_Return)
    assert hands.page is Page.OPEN_SHIFT, "a float must be typed, if only 0"
    hands.open_shift("150.00")
    assert hands.till.value("SELECT float_minor FROM shift") == 15_000


def test_three_wrong_pins_wait_with_a_countdown(hands: Hands) -> None:
    hands.sign_on("9999")
    assert "2 tries left" in _hint(hands)
    hands.sign_on("9999")
    hands.sign_on("9999")
    assert "Try again in" in _hint(hands)
    seconds = int("".join(c for c in _hint(hands) if c.isdigit()))
    assert 0 < seconds <= 10
    hands.sign_on()
    assert hands.page is Page.LOGIN, "the right PIN must wait as well"
    assert not hands.window.login.act.isEnabled()
    hands.wait(lambda: f"in {seconds} " not in _hint(hands))
    hands.press(Qt.Key.Key_Right)
    hands.sign_on()
    hands.wait(lambda: hands.page is Page.OPEN_SHIFT)


def test_no_command_of_the_till_works_before_the_log_in(hands: Hands) -> None:
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12, Qt.Key.Key_F4):
        hands.press(key)
    assert hands.page is Page.LOGIN
    assert hands.window.sheet.content is None


def test_holding_enter_signs_on_once(hands: Hands) -> None:
    hands.type("1234")
    hands.hold(Qt.Key.Key_Return, repeats=20)
    hands.wait(lambda: hands.page is Page.OPEN_SHIFT)
    assert hands.till.count("journal_entry") == 1
