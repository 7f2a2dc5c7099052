"""Split by the amounts that people name; the last one pays what they leave."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, parse_amount, sentence
from pos_app.screens.checkout.split_model import (
    MOST_PEOPLE,
    ToSplit,
    fits,
    shares_by_amount,
    summary,
)
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import CLEAR, ENTER, Keypad, KeypadMode, Typed, pad_key
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.tender import AmountDisplay
from retail.errors import RetailError


class ShareAmounts(QWidget):
    """Each amount with Enter; Enter on nothing, or the button, proposes them.

    Signals:
        chosen: the shares in minor units, the last of them what the others leave.
    """

    chosen = Signal(object)

    def __init__(self, what: ToSplit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._amounts: list[int] = []
        self._typed = Typed()
        now = theme.current()
        self._sum = Label("", "body", tone="text2")
        self._sum.setWordWrap(True)
        self._hint = Label("", "meta", tone="warn")
        self._hint.setWordWrap(True)
        self.display = AmountDisplay("")
        keypad = Keypad(KeypadMode.MONEY)
        keypad.setMinimumHeight(now.px(4 * 48 + 3 * 8))
        keypad.pressed.connect(self._press)
        self._again = AppButton(_("Start again"), icon="rotate-ccw")
        self._again.clicked.connect(self._start_again)
        self._done = AppButton(_("Pay in turn"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self._done.clicked.connect(self._finish)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        row.addWidget(self._again, 1)
        row.addWidget(self._done, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        for part in (self.display, keypad, self._sum, self._hint):
            column.addWidget(part, 4 if part is keypad else 0)
        column.addStretch(1)
        column.addLayout(row)
        self._show()

    @property
    def says(self) -> str:
        """What is shown of the shares."""
        return self._sum.text()

    @property
    def hint(self) -> str:
        """Why an amount was not taken; empty where none was refused."""
        return self._hint.text()

    def take_key(self, event: QKeyEvent) -> bool:
        """Digits, separators, Backspace, Delete and Enter."""
        key = pad_key(event)
        if key:
            self._press(key)
        return key is not None

    def _press(self, key: str) -> None:
        self._hint.setText("")
        if key == ENTER:
            if self._typed.text:
                self._add()
            else:
                self._finish()
            return
        self._typed.press(key)
        self._show()

    def _add(self) -> bool:
        """Take the typed amount as the next person's."""
        if len(self._amounts) == MOST_PEOPLE - 1:
            self._hint.setText(_("The last person pays the rest; start again to change it."))
            return False
        try:
            amounts = [*self._amounts, parse_amount(self._typed.text, self._what.currency)]
        except RetailError as error:
            self._hint.setText(sentence(error))
            return False
        refused = fits(self._what, amounts)
        if refused is not None:
            self._hint.setText(sentence(refused))
            return False
        self._amounts = amounts
        self._typed.press(CLEAR)
        self._show()
        return True

    def _finish(self) -> None:
        if self._typed.text and not self._add():
            return
        shares = shares_by_amount(self._what, self._amounts)
        if len(shares) < 2:
            self._hint.setText(_("Type what the first person pays; the last one pays the rest."))
            return
        self.chosen.emit(tuple(minor for _n, minor in shares))

    def _start_again(self) -> None:
        self._amounts = []
        self._typed.press(CLEAR)
        self._hint.setText("")
        self._show()

    def _show(self) -> None:
        shares = shares_by_amount(self._what, self._amounts)
        person = len(self._amounts) + 1
        label = _("Person %(n)d pays") % {"n": person}
        shown = self._typed.money(self._what.currency)
        self.display.show_amount(label, shown, faint=not self._typed.text)
        self._sum.setText(summary(self._what, shares))
        self._again.setEnabled(bool(self._amounts or self._typed.text))
