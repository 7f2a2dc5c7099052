"""The keypad, always in the same corner."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.widgets.button import AppButton, ButtonKind

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
