"""Which card an amount goes on, and the amount where the article leaves it open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, money, parse_amount
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode, Typed, pad_key
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.tender import AmountDisplay
from retail.errors import RetailError
from retail.money import exponent_of

_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_LONGEST = 10
_QUICK = (10, 25, 50, 100)


class LoadSheet(QWidget):
    """The code by scan or keys, then the amount by keys or touch; Enter goes on and confirms.

    Args:
        fixed: the amount as people read it, empty where it is to be typed.
        currency: of the amount.

    Signals:
        entered: code and amount in minor units, 0 for the article's own.
    """

    entered = Signal(str, int)

    def __init__(self, fixed: str, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._currency = currency
        self._fixed = fixed
        self._typed = Typed()
        self.line = SearchScanBar(_("Scan or type the code of the card …"))
        self.line.entered.connect(lambda _text: self._confirm())
        self.setFocusProxy(self.line)
        self._hint = Label("", "body", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self.display = AmountDisplay("")
        self.display.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._done = AppButton(_("Add to the basket"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self._done.clicked.connect(self._confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.line)
        column.addWidget(self._hint)
        column.addWidget(self.display)
        if fixed:
            scan = _("Scan the code on the card: a new one, or one to top up.")
            column.addWidget(EmptyState("gift", _("Which card?"), scan), 1)
        else:
            column.addLayout(self._build_quick())
            self.keypad = Keypad(KeypadMode.MONEY)
            # Not by the scale: at 1.5 all of it still fits a panel of 768, each key 48 high.
            self.keypad.pressed.connect(self._press)
            column.addWidget(self.keypad, 1)
        column.addWidget(self._done)
        self._show()

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was added; code and amount may be changed."""
        self._hint.setText(sentence)
        self._hint.show()
        self._done.setEnabled(True)
        self.line.selectAll()
        self.line.setFocus()

    def take_code(self, code: str) -> None:
        """Take a scanned code in the place of what stands there."""
        self.line.setText(code)
        self._confirm()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and separators of the amount, once the code is there; Enter confirms."""
        key = pad_key(event)
        if key is None:
            event.ignore()
        elif key:
            self._press(key)

    def _build_quick(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        for whole in _QUICK:
            minor = whole * 10 ** (exponent_of(self._currency) or 2)
            button = AppButton(money(minor, self._currency))
            button.clicked.connect(lambda _on=False, minor=minor: self._quick(minor))
            row.addWidget(button, 1)
        return row

    def _quick(self, minor: int) -> None:
        self._typed.text = str(minor)
        self._show()
        if self.line.text().strip():
            self._confirm()
        else:
            self.line.setFocus()

    def _press(self, key: str) -> None:
        if self._fixed:
            return
        if key == ENTER:
            self._confirm()
        else:
            self._typed.press(key)
            self._show()

    def _show(self) -> None:
        shown = self._fixed or self._typed.money(self._currency)
        self.display.show_amount(
            _("On the card"), shown, faint=not (self._fixed or self._typed.text)
        )

    def _confirm(self) -> None:
        """Hand over what is complete; otherwise go to what is missing."""
        code = self.line.text().strip()
        if not self._done.isEnabled():
            return
        if not code:
            self.line.setFocus()
        elif not self._fixed and not self._typed.text:
            # From here on digits are the amount; a scan still is a card.
            self.display.setFocus()
        else:
            self._hand_over(code)

    def _hand_over(self, code: str) -> None:
        try:
            minor = 0 if self._fixed else parse_amount(self._typed.text, self._currency)
        except RetailError:
            self.show_refusal(_("Type an amount such as 2500 or 25.00; nothing was added."))
            return
        self._hint.hide()
        self._done.setEnabled(False)
        self.entered.emit(code, minor)
