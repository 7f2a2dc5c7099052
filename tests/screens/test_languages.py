"""The language of the screens changes while somebody sells, and nothing is lost."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.runtime import i18n, theme
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton
from resources.words import MIRRORED, languages
from tests.screens.till_store import Hands, Till, gtin


def _choose(hands: Hands, language: str) -> None:
    hands.window.run(Command.LANGUAGE)
    hands.type(str(languages().index(language) + 1))
    hands.settle()


def _buttons(window: QWidget) -> list[str]:
    return [b.accessibleName() for b in window.findChildren(AppButton) if b.isVisible()]


@pytest.mark.parametrize(("language", "pay"), [("de", "Zahlen"), ("pl", "Zapłata"), ("zh", "付款")])
def test_the_basket_stays_when_the_language_changes(
    selling: Hands, language: str, pay: str
) -> None:
    selling.enter(gtin(0))
    selling.enter(f"3*{gtin(2)}")
    before = [(row.line, row.quantity) for row in selling.rows]
    _choose(selling, language)
    assert selling.page is Page.CHECKOUT
    assert [(row.line, row.quantity) for row in selling.rows] == before
    assert selling.window.selling.checkout.pay.text().startswith(pay)


def test_what_was_typed_and_what_can_be_undone_stay(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.type("12")
    _choose(selling, "de")
    assert selling.window.selling.checkout.line.text() == "12"
    selling.window.run(Command.UNDO)
    selling.settle()
    assert selling.names == []


def test_the_sale_goes_on_by_keys_and_by_scan(selling: Hands, opened: Till) -> None:
    _choose(selling, "pl")
    selling.enter(gtin(0))
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert opened.count("sale") == 1


def test_the_choice_is_kept_as_a_setting(selling: Hands, opened: Till) -> None:
    _choose(selling, "de")
    assert opened.value("SELECT value FROM setting WHERE key = 'screen.language'") == "de"


def test_the_log_in_page_names_its_language_and_changes_it(hands: Hands) -> None:
    assert "Language of the screens: English" in _buttons(hands.window)
    _choose(hands, "de")
    assert "Sprache der Bildschirme: Deutsch" in _buttons(hands.window)
    assert hands.page is Page.LOGIN
    hands.sign_on()
    hands.wait(lambda: hands.page is Page.OPEN_SHIFT)


def test_a_language_is_there_within_half_a_second(selling: Hands) -> None:
    selling.enter(gtin(0))
    window = selling.window
    window.speak("de")
    selling.settle()
    taken = []
    for language in ("en", "de", "pl"):
        start = time.perf_counter()
        window.speak(language)
        selling.settle()
        window.grab()
        taken.append(time.perf_counter() - start)
    # The best of three: what else this machine does is not the till's.
    assert min(taken) < 0.5


def test_no_window_flashes_up_meanwhile(selling: Hands, qapp: QApplication) -> None:
    selling.window.speak("de")
    selling.settle()
    assert selling.window.isActiveWindow()
    assert qapp.focusWidget() is selling.window.selling.checkout.line


def test_answers_for_the_pages_before_are_dropped(selling: Hands) -> None:
    selling.window.selling.basket.scan(gtin(0))
    selling.window.speak("de")
    selling.settle()
    assert len(selling.names) == 1


def test_right_to_left_mirrors_the_page(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.window.speak(MIRRORED)
    selling.settle()
    checkout = selling.window.selling.checkout
    assert checkout.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert checkout._cart.x() < checkout.articles.x()
    assert i18n.money(-235, "EUR") == "\u2068\N{MINUS SIGN}€2.35\u2069"
    selling.window.speak("en")
    selling.settle()
    assert checkout is not selling.window.selling.checkout
    assert selling.window.selling.checkout.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_a_left_hander_has_basket_and_sheets_at_the_left(
    selling: Hands, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, theme.Theme(motion=False, left_handed=True))
    selling.window.speak("en")
    selling.settle()
    checkout = selling.window.selling.checkout
    assert checkout._cart.x() < checkout.articles.x()
    assert checkout.layoutDirection() == Qt.LayoutDirection.LeftToRight
    selling.window.run(Command.HELP)
    assert selling.window.sheet._panel.x() == 0


def test_what_the_basket_has_to_say_is_said_in_the_language_of_the_screens(selling: Hands) -> None:
    selling.window.speak("de")
    selling.settle()
    selling.enter("5901234123457")
    assert selling.messages[-1] == "5901234123457 ist nicht im Sortiment."
