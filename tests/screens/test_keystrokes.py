"""How many keys a sale takes: a change that adds one fails here.

Scans are free; everything else is counted as it goes through the window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from PySide6.QtCore import Qt

from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands, gtin

MILK, BUTTER, EGGS, APPLES, WINE = (gtin(n) for n in (0, 1, 2, 6, 15))
CTRL = Qt.KeyboardModifier.ControlModifier
F5, F6 = Qt.Key.Key_F5, Qt.Key.Key_F6
F9, F11, F12 = Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12
ENTER = Qt.Key.Key_Return


@dataclass
class Counted:
    """A cashier whose keys are counted."""

    hands: Hands
    keys: int = 0

    def scan(self, *codes: str) -> None:
        """As many scans as codes; no key."""
        for code in codes:
            self.hands.window.selling.scan(code)
            self.hands.settle()

    def type(self, text: str) -> None:
        """A key for each letter."""
        self.keys += len(text)
        self.hands.type(text)

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """One key."""
        self.keys += 1
        self.hands.press(key, modifiers)


Steps = Callable[[Counted], object]


def scans(*codes: str) -> Steps:
    """Scan."""
    return lambda one: one.scan(*codes)


def typed(text: str) -> Steps:
    """Type."""
    return lambda one: one.type(text)


def pressed(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Steps:
    """Press."""
    return lambda one: one.press(key, modifiers)


CASH, CARD, PAGE = pressed(F9), pressed(F11), pressed(F12)
SALES: dict[str, tuple[int, tuple[Steps, ...]]] = {
    "one article, exact cash": (1, (scans(MILK), CASH)),
    "five articles, exact cash": (1, (scans(MILK, BUTTER, EGGS, MILK, EGGS), CASH)),
    "one article, card": (1, (scans(MILK), CARD)),
    "five articles, card": (1, (scans(MILK, BUTTER, EGGS, MILK, EGGS), CARD)),
    "a note of five": (4, (scans(MILK), typed("500"), CASH)),
    "a note of twenty": (5, (scans(MILK, EGGS), typed("2000"), CASH)),
    "coins to the cent": (5, (scans(MILK), typed("1.30"), CASH)),
    "three of one, scanned": (1, (scans(MILK, MILK, MILK), CASH)),
    "three of one, by quantity": (17, (typed(f"3*{MILK}"), pressed(ENTER), CASH)),
    "one more by key": (2, (scans(MILK), pressed(Qt.Key.Key_Plus), CASH)),
    "one less by key": (2, (scans(MILK, MILK), pressed(Qt.Key.Key_Minus), CARD)),
    "a line taken out": (2, (scans(MILK, EGGS), pressed(Qt.Key.Key_Delete), CASH)),
    "a mistake undone": (2, (scans(MILK, EGGS), pressed(Qt.Key.Key_Z, CTRL), CASH)),
    "apples with a typed weight": (8, (scans(APPLES), typed("0.842*"), pressed(ENTER), CARD)),
    "wine, age checked": (2, (scans(WINE), CASH, pressed(ENTER))),
    "wine by card, age checked": (2, (scans(WINE), CARD, pressed(ENTER))),
    "the payment page, exact": (2, (scans(MILK), PAGE, pressed(ENTER))),
    "the payment page, a note": (5, (scans(MILK), PAGE, typed("500"), pressed(ENTER))),
    "a part in cash, the rest by card": (
        6,
        (scans(EGGS), PAGE, typed("100"), pressed(ENTER), CARD),
    ),
    "two cards, evenly": (
        5,
        (scans(EGGS), PAGE, pressed(Qt.Key.Key_S, CTRL), typed("2"), CARD, CARD),
    ),
    "back to the basket for one more": (
        2,
        (scans(MILK), PAGE, scans(EGGS), CASH),
    ),
    "an article by the grid": (2, (pressed(Qt.Key.Key_1, CTRL), CASH)),
    "an article by its name": (6, (typed("milk"), pressed(ENTER), CASH)),
    "a quantity on the sheet": (4, (scans(MILK), pressed(F5), typed("3"), pressed(ENTER), CASH)),
    "the second line taken out by its place": (
        5,
        (scans(MILK, EGGS), typed("VD2"), pressed(ENTER), CASH),
    ),
    "a note on the line": (
        4,
        (scans(MILK), pressed(Qt.Key.Key_N, CTRL), typed("x"), pressed(ENTER), CASH),
    ),
    "ten percent off, damaged": (
        6,
        (
            scans(MILK),
            pressed(Qt.Key.Key_D, CTRL),
            typed("10"),
            pressed(Qt.Key.Key_D),
            pressed(ENTER),
            CASH,
        ),
    ),
    "two articles by the grid": (
        3,
        (pressed(Qt.Key.Key_1, CTRL), pressed(Qt.Key.Key_2, CTRL), CARD),
    ),
}


@pytest.mark.parametrize("name", SALES)
def test_a_sale_takes_no_more_keys_than_it_did(selling: Hands, name: str) -> None:
    allowed, steps = SALES[name]
    one = Counted(selling)
    for step in steps:
        step(one)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 1
    assert one.keys == allowed


AFTER_A_SALE: dict[str, tuple[int, tuple[Steps, ...]]] = {
    "a return with its receipt, found by F6": (
        6,
        (pressed(F6), pressed(ENTER), typed("c"), pressed(ENTER), PAGE, pressed(ENTER)),
    ),
    "an exchange in one ticket": (
        5,
        (pressed(F6), pressed(ENTER), typed("c"), pressed(ENTER), scans(BUTTER), CASH),
    ),
}


@pytest.mark.parametrize("name", AFTER_A_SALE)
def test_what_follows_a_sale_takes_no_more_keys_than_it_did(selling: Hands, name: str) -> None:
    one = Counted(selling)
    scans(MILK)(one)
    CASH(one)
    selling.wait(lambda: selling.page is Page.DONE)
    pressed(Qt.Key.Key_Escape)(one)
    allowed, steps = AFTER_A_SALE[name]
    one.keys = 0
    for step in steps:
        step(one)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 2
    assert one.keys == allowed


def test_there_are_thirty_canonical_sales() -> None:
    assert len(SALES) + len(AFTER_A_SALE) == 30


def test_the_next_sale_needs_no_key(selling: Hands) -> None:
    one = Counted(selling)
    for sales in range(1, 4):
        one.scan(MILK)
        one.press(F9)
        selling.wait(partial(lambda n: selling.till.count("sale") == n, sales))
    assert one.keys == 3
