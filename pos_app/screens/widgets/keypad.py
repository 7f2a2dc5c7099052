"""The keypad, always in the same corner."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _, money, parse_amount
from pos_app.screens.widgets.button import AppButton, ButtonKind
from retail.errors import RetailError

BACK = "back"
CLEAR = "clear"
ENTER = "enter"


class KeypadMode(StrEnum):
    """What is typed: an amount, a quantity or a PIN."""

    MONEY = "money"
    QUANTITY = "quantity"
    PIN = "pin"


# Rows of keys; the digits never mirror.
_KEYS = {
    KeypadMode.MONEY: (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("00", "0", ".")),
    KeypadMode.QUANTITY: (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("000", "0", ".")),
    KeypadMode.PIN: (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (CLEAR, "0", BACK)),
}
_NAMES = {BACK: N_("Delete the last digit"), CLEAR: N_("Clear"), ENTER: N_("Enter")}
_ICONS = {BACK: "delete", ENTER: "check"}


_FIGURES = "0123456789.,"
_DIGITS = "0123456789"
_NONE = ""
_KEYBOARD = {
    Qt.Key.Key_Return: ENTER,
    Qt.Key.Key_Enter: ENTER,
    Qt.Key.Key_Backspace: BACK,
    Qt.Key.Key_Delete: CLEAR,
}


def pad_key(event: QKeyEvent, *, whole: bool = False) -> str | None:
    """What a key of the keyboard is on the keypad, None for nothing.

    An Enter that is only held is an empty text: it belongs to the keypad and does nothing.

    Args:
        whole: separators are none of its keys.
    """
    key = _KEYBOARD.get(Qt.Key(event.key()))
    if key == ENTER and event.isAutoRepeat():
        return _NONE
    text = event.text()
    return key or (text if text and text in (_DIGITS if whole else _FIGURES) else None)


class Typed:
    """What has been typed on a keypad.

    Args:
        longest: how many characters it takes.
    """

    def __init__(self, longest: int = 10) -> None:
        self.text = ""
        self._longest = longest

    def press(self, key: str) -> None:
        """Add a digit or separator; ``back`` and ``clear`` take away."""
        if key == BACK:
            self.text = self.text[:-1]
        elif key == CLEAR:
            self.text = ""
        elif len(self.text + key) <= self._longest:
            self.text += key

    def money(self, currency: str) -> str:
        """What was typed as an amount; as it stands where it is none."""
        try:
            return money(parse_amount(self.text or "0", currency), currency)
        except RetailError:
            return self.text


class Keypad(QWidget):
    """Digits and their commands as touch keys.

    Signals:
        pressed: the digit or digits, ``.``, or one of ``back``, ``clear``, ``enter``.
    """

    pressed = Signal(str)

    def __init__(self, mode: KeypadMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.current().px(8))
        for row, keys in enumerate(_KEYS[mode]):
            for column, key in enumerate(keys):
                grid.addWidget(self._key(key), row, column)
        if mode is not KeypadMode.PIN:
            grid.addWidget(self._key(BACK), 0, 3)
            grid.addWidget(self._key(CLEAR), 1, 3)
            self.enter_key = self._key(ENTER)
            grid.addWidget(self.enter_key, 2, 3, 2, 1)
        for column in range(grid.columnCount()):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, theme.current().px(48))

    def _key(self, key: str) -> AppButton:
        soft = key in _NAMES
        button = AppButton(
            "C" if key == CLEAR else "" if soft else key,
            ButtonKind.KEY_SOFT if soft else ButtonKind.KEY,
            icon=_ICONS.get(key, ""),
            name=_(_NAMES[key]) if soft else key,
            parent=self,
        )
        button.setMaximumHeight(theme.current().height("keyMax") * (2 if key == ENTER else 1) + 8)
        button.setProperty("key", key)
        button.clicked.connect(lambda: self.pressed.emit(key))
        return button
