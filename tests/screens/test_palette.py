from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.screens.checkout.sheets import PriceCheck
from pos_app.screens.palette.key_sheet import KeySheet
from pos_app.screens.palette.model import CommandRow, matching
from pos_app.screens.palette.screen import Palette
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import bindings, keys_of
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier


def _open(hands: Hands) -> Palette:
    hands.press(Qt.Key.Key_K, CTRL)
    content = hands.window.sheet.content
    assert isinstance(content, Palette)
    assert content.line.hasFocus()
    return content


def test_typing_finds_a_command_and_enter_runs_it(selling: Hands) -> None:
    palette = _open(selling)
    selling.type("che")
    chosen = palette.list.chosen
    assert chosen is not None
    assert chosen.command is Command.PRICE_CHECK
    assert chosen.keys == keys_of(Command.PRICE_CHECK) == "F4"
    selling.press(Qt.Key.Key_Return)
    assert isinstance(selling.window.sheet.content, PriceCheck)


def test_it_shows_what_is_open_on_this_page_and_nothing_else(selling: Hands) -> None:
    palette = _open(selling)
    shown = {row.command for row in palette.list.rows}
    closed = {Command.ENTER, Command.BACK, Command.PALETTE, Command.CATEGORY, Command.FAVOURITE}
    here = {b.command for b in bindings() if not b.pages or Page.CHECKOUT in b.pages}
    assert shown == here - closed
    selling.press(Qt.Key.Key_Escape)
    selling.enter(gtin(0))
    selling.press(Qt.Key.Key_F12)
    assert selling.page is Page.TENDER
    shown = {row.command for row in _open(selling).list.rows}
    assert Command.CASH in shown
    assert Command.PRICE_CHECK not in shown


def test_arrows_choose_and_esc_leaves_everything_as_it_was(selling: Hands) -> None:
    selling.enter(gtin(0))
    palette = _open(selling)
    first = palette.list.chosen
    selling.press(Qt.Key.Key_Down)
    assert palette.list.chosen not in {None, first}
    selling.press(Qt.Key.Key_Up)
    assert palette.list.chosen == first
    selling.press(Qt.Key.Key_Escape)
    assert selling.window.sheet.content is None
    assert selling.window.selling.checkout.line.hasFocus()
    assert selling.names == ["Whole milk 1 L"]


def test_the_same_key_closes_it_and_nothing_lies_upon_another_sheet(selling: Hands) -> None:
    _open(selling)
    selling.press(Qt.Key.Key_K, CTRL)
    assert selling.window.sheet.content is None
    selling.press(Qt.Key.Key_F1)
    selling.press(Qt.Key.Key_K, CTRL)
    assert isinstance(selling.window.sheet.content, KeySheet)


def test_more_is_touched_and_a_row_is_tapped(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.press(Qt.Key.Key_F10)
    palette = selling.window.sheet.content
    assert isinstance(palette, Palette)
    place = next(i for i, r in enumerate(palette.list.rows) if r.command is Command.LINE_REMOVE)
    palette.list.choose(place, 1)
    rect = palette.list.visualRect(palette.list.currentIndex())
    where = palette.list.viewport()
    QTest.mouseClick(where, Qt.MouseButton.LeftButton, pos=rect.center())
    selling.settle()
    assert selling.names == []


def test_words_without_a_command_say_so(selling: Hands) -> None:
    palette = _open(selling)
    selling.type("zzzz")
    assert palette.list.rows == ()
    assert palette.list.chosen is None
    selling.press(Qt.Key.Key_Return)
    assert selling.window.sheet.content is palette


def test_a_scan_goes_to_the_basket(selling: Hands) -> None:
    _open(selling)
    selling.window.selling.scan(gtin(0))
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    assert selling.window.sheet.content is None


def test_labels_are_found_folded_and_beginnings_come_first() -> None:
    rows = (
        CommandRow("Belongs to the till", "F1", Command.LOOK),
        CommandRow("Über Tilgung", "F2", Command.SYNC),
        CommandRow("Till lock", "F3", Command.LOCK),
    )
    assert [r.keys for r in matching(rows, "till")] == ["F3", "F1"]
    assert [r.keys for r in matching(rows, "UBER til")] == ["F2"]
    assert matching(rows, "ill") == ()
    assert matching(rows, "  ") == rows
