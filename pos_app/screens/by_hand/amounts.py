"""Sheets that take an amount and a reason: another price, a discount."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, money
from pos_app.screens.by_hand.reason_chips import ReasonChips
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode, Typed, pad_key
from pos_app.screens.widgets.labels import ElideLabel, Label
from pos_app.screens.widgets.segments import Segments
from pos_app.screens.widgets.tender import AmountDisplay
from retail.reasons import Occasion

QUICK_PERCENTAGES = (5, 10, 20, 50)
LINE, BASKET = "line", "basket"
PERCENT, AMOUNT = "percent", "amount"


@dataclass(frozen=True, slots=True)
class Subject:
    """The line that a sheet is about; ``line`` is None where there is only the basket."""

    line: int | None
    name: str
    price: str
    currency: str


class AmountSheet(QWidget):
    """An amount by keypad or keys, and a reason by its letter; with both it is done.

    Signals:
        entered: the text typed and the code of the reason.
        reset: what was set before goes.
    """

    entered = Signal(str, str)
    reset = Signal()

    def __init__(self, occasion: Occasion, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed = Typed()
        self._currency = currency
        self.display = AmountDisplay("")
        self.keypad = Keypad(KeypadMode.MONEY)
        self.keypad.setMinimumHeight(theme.current().px(4 * 48 + 3 * 8))
        self.keypad.pressed.connect(self._press)
        self.reasons = ReasonChips(occasion)
        self.reasons.chosen.connect(lambda _code: self._confirm(asked=False))
        self._hint = Label("", "meta", tone="warn")
        self._hint.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def say(self, text: str) -> None:
        """Say why it cannot be done so; what was typed stays."""
        self._hint.setText(text)

    @property
    def says(self) -> str:
        """What is said at present."""
        return self._hint.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, separators, Backspace, Enter, and the letters of the reasons."""
        key, text = pad_key(event), event.text()
        if key is not None:
            self._press(key)
        elif event.isAutoRepeat() or not (text.isalpha() and self.reasons.choose_key(text)):
            event.ignore()

    def show_text(self) -> None:
        """Show what was typed."""
        raise NotImplementedError

    def _press(self, key: str) -> None:
        if not key:
            return
        self.say("")
        if key == ENTER:
            self._confirm(asked=True)
        else:
            self._typed.press(key)
            self.show_text()

    def _confirm(self, *, asked: bool) -> None:
        """Hand over what is complete; say what is missing only when Enter asks for it."""
        if self._typed.text and self.reasons.reason:
            self.entered.emit(self._typed.text, self.reasons.reason)
        elif asked:
            why = _("Choose the reason: tap it or press its letter.")
            self.say(why if self._typed.text else _("Type the amount first."))

    def _build_end(self, column: QVBoxLayout, back: str, forth: str, *, resets: bool) -> None:
        now = theme.current()
        column.addSpacing(now.px(2))
        column.addWidget(Label(_("Why?"), "strong"))
        column.addWidget(self.reasons)
        column.addWidget(self._hint)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        undo = AppButton(back, icon="rotate-ccw")
        undo.setEnabled(resets)
        undo.clicked.connect(self.reset)
        done = AppButton(forth, ButtonKind.PRIMARY, hint="↵")
        done.clicked.connect(lambda: self._confirm(asked=True))
        row.addWidget(undo, 1)
        row.addWidget(done, 1)
        column.addLayout(row)


class PriceSheet(AmountSheet):
    """Another price for one unit of a line."""

    def __init__(self, subject: Subject, *, changed: bool, parent: QWidget | None = None) -> None:
        super().__init__(Occasion.PRICE, subject.currency, parent)
        now = theme.current()
        self._present = subject.price
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        column.addWidget(ElideLabel(subject.name, "row"))
        column.addWidget(self.display)
        column.addWidget(self.keypad, 4)
        self._build_end(column, _("Price of the shelf"), _("Set price"), resets=changed)
        self.show_text()

    def show_text(self) -> None:
        """Show the price typed, before that the present one."""
        shown = self._typed.money(self._currency) if self._typed.text else self._present
        self.display.show_amount(_("New price"), shown, faint=not self._typed.text)


class DiscountSheet(AmountSheet):
    """A share or an amount off a line or the whole basket."""

    def __init__(
        self, subject: Subject, *, resets: frozenset[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(Occasion.REDUCTION, subject.currency, parent)
        now = theme.current()
        self.scope = LINE if subject.line is not None else BASKET
        self.unit = PERCENT
        self._resets = resets
        name = _("This line: %(article)s") % {"article": subject.name}
        self.scopes = Segments({LINE: name, BASKET: _("Whole basket")})
        self.scopes.setAccessibleName(_("What it is about"))
        self.scopes.set_label(LINE, name, open_=subject.line is not None)
        self.scopes.chosen.connect(self.choose_scope)
        self.units = Segments({PERCENT: "%", AMOUNT: money(0, subject.currency)[:1]})
        self.units.set_label(AMOUNT, _("Amount"))
        self.units.setAccessibleName(_("Share or amount"))
        self.units.chosen.connect(self.choose_unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(5))
        column.addWidget(self.scopes)
        column.addWidget(self.display)
        column.addLayout(self._build_units())
        column.addWidget(self.keypad, 4)
        self._build_end(column, _("No discount"), _("Take off"), resets=bool(resets))
        self.choose_scope(self.scope)
        self.choose_unit(self.unit)

    def choose_scope(self, scope: str) -> None:
        """The line or the whole basket."""
        if self.scopes.button(scope).isEnabled():
            self.scope = scope
        self.scopes.choose(self.scope)

    def choose_unit(self, unit: str) -> None:
        """A share or an amount."""
        self.unit = unit
        self.units.choose(unit)
        self.show_text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose line or basket, ``%`` and up or down share or amount."""
        key = event.key()
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.choose_scope(LINE if key == Qt.Key.Key_Left else BASKET)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.choose_unit(AMOUNT if self.unit == PERCENT else PERCENT)
        elif event.text() == "%":
            self.choose_unit(PERCENT)
        else:
            super().keyPressEvent(event)

    def show_text(self) -> None:
        """Show the share or the amount typed."""
        if self.unit == PERCENT:
            shown = f"{self._typed.text or '0'} %"
        else:
            shown = self._typed.money(self._currency)
        self.display.show_amount(_("Discount"), shown, faint=not self._typed.text)

    def _build_units(self) -> QHBoxLayout:
        now = theme.current()
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        row.addWidget(self.units, 2)
        for percent in QUICK_PERCENTAGES:
            button = AppButton(f"{percent} %", name=_("%(n)d percent off") % {"n": percent})
            button.clicked.connect(lambda _on=False, n=percent: self._quick(n))
            row.addWidget(button, 1)
        return row

    def _quick(self, percent: int) -> None:
        self._typed.text = str(percent)
        self.say("")
        self.choose_unit(PERCENT)
        self._confirm(asked=False)
