from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from pos_app.screens.shell.keymap import BINDINGS, Binding
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
PROMISED = {
    "help": "F1", "search": "F2", "price_check": "F4", "quantity": "F5", "pay.cash": "F9",
    "pay.card": "F11", "pay.page": "F12", "back": "Esc", "enter": "Return",
    "basket.undo": "Ctrl+Z", "lock": "Ctrl+L", "receipt.reprint": "Ctrl+P",
    "sync.show": "Ctrl+Shift+S", "line.up": "Up", "line.down": "Down", "line.more": "+",
    "line.less": "-", "line.remove": "Del", "category": "Alt+1", "favourite": "Ctrl+1",
}  # fmt: skip


def _keys(binding: Binding) -> set[str]:
    return {QKeySequence(keys).toString() for keys in (*binding.keys, *binding.also)}


def test_the_map_of_keys_is_the_one_cashiers_were_promised() -> None:
    first = {str(binding.command): binding.keys[0] for binding in BINDINGS}
    assert first.items() >= PROMISED.items()


def test_no_key_means_two_things_on_any_page() -> None:
    for one, other in combinations(BINDINGS, 2):
        if (one.pages or set(Page)) & (other.pages or set(Page)):
            assert not _keys(one) & _keys(other), (one.command, other.command)
    assert all(len(_keys(b)) == len(b.keys) + len(b.also) for b in BINDINGS)


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_F2, None), (Qt.Key.Key_F, CTRL)])
def test_both_keys_of_the_search_open_it(
    selling: Hands, key: Qt.Key, modifiers: Qt.KeyboardModifier | None
) -> None:
    selling.press(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert selling.window.selling.checkout.search.isVisible()
    selling.press(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert not selling.window.selling.checkout.search.isVisible()


def test_undo_means_the_basket_even_while_something_is_typed(selling: Hands) -> None:
    selling.enter(gtin(0))
    selling.type("12")
    selling.press(Qt.Key.Key_Z, CTRL)
    assert selling.names == []
    assert selling.window.selling.checkout.line.text() == "12"


def test_f7_is_free_for_baskets_that_wait(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F7)
    assert selling.page is Page.CHECKOUT
    selling.press(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    selling.wait(lambda: selling.page is Page.SYNC)
