"""What the checkout's side sheets hold: price check, quantity, age."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.catalogue_presenter import PriceAnswer
from pos_app.screens.records import ChipView
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode, Typed, pad_key
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.tender import AmountDisplay

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class PriceCheck(QWidget):
    """Scan or type a code; nothing is sold.

    Signals:
        asked: the code.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.line = SearchScanBar(_("Scan or type a code …"))
        self.line.entered.connect(self._ask)
        self.setFocusProxy(self.line)
        self._name = Label("", "h2")
        self._name.setWordWrap(True)
        self._price = Label("", "due")
        self._detail = Label("", "body", tone="text2")
        self._detail.setWordWrap(True)
        self._hint = EmptyState(
            "tag", _("Price check"), _("Scan an article. It is not added to the basket.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(10))
        column.addWidget(self.line)
        column.addSpacing(now.px(16))
        for label in (self._name, self._price, self._detail):
            label.hide()
            column.addWidget(label)
        column.addWidget(self._hint, 1)
        column.addStretch(0)

    def ask_code(self, code: str) -> None:
        """Check a scanned code."""
        self.line.setText(code)
        self._ask(code)

    def show_answer(self, answer: PriceAnswer) -> None:
        """Show name and price, or that the code is unknown."""
        found = bool(answer.name)
        self._name.setText(answer.name or _("Unknown code") + f" {answer.code}")
        self._price.setText(answer.price)
        self._detail.setText(answer.detail)
        self._detail.set_tone("text2" if found else "warn")
        self._name.show()
        self._price.setVisible(found)
        self._detail.show()
        self._hint.set_content("scan-barcode", _("Scan the next one"), _("Esc closes."))

    def _ask(self, text: str) -> None:
        if text.strip():
            self.asked.emit(text)
            self.line.selectAll()


class QuantityPad(QWidget):
    """A quantity or weight by keypad or keys.

    Signals:
        entered: the text typed, such as ``3`` or ``0.842``.
    """

    entered = Signal(str)

    def __init__(self, label: str, present: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._present = present
        self._typed = Typed()
        self._display = AmountDisplay(label)
        self._keypad = Keypad(KeypadMode.QUANTITY)
        self._keypad.pressed.connect(self._press)
        confirm = AppButton(_("Set quantity"), ButtonKind.PRIMARY, hint="↵")
        confirm.clicked.connect(self._confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self._display)
        column.addWidget(self._keypad, 1)
        column.addStretch(0)
        column.addWidget(confirm)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, separators, Backspace, Delete and Enter."""
        key = pad_key(event)
        if key is None:
            event.ignore()
        elif key:
            self._press(key)

    def _press(self, key: str) -> None:
        if key == ENTER:
            self._confirm()
        else:
            self._typed.press(key)
            self._show()

    def _show(self) -> None:
        shown = self._typed.text or self._present
        self._display.show_amount(self._label, shown, faint=not self._typed.text)

    def _confirm(self) -> None:
        if self._typed.text:
            self.entered.emit(self._typed.text)


class AgeCheck(QWidget):
    """Asks whether the buyer is old enough.

    Signals:
        confirmed: the cashier has checked.
        refused: too young or no proof; the articles go.
    """

    confirmed = Signal()
    refused = Signal()

    def __init__(
        self, years: int, born_by: str, names: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(IconMark("id-card", 48, "warn"))
        ask = Label(_("Is the customer %(age)d or older?") % {"age": years}, "h1")
        ask.setWordWrap(True)
        column.addWidget(ask)
        born = Label(_("Born on or before"), "body", tone="text2")
        column.addWidget(born)
        column.addWidget(Label(born_by, "total"))
        column.addSpacing(now.px(8))
        for name in names:
            column.addWidget(Label(f"•  {name}", "body"))
        kept = Label(_("Only that you checked is kept, not the date."), "meta", tone="text2")
        kept.setWordWrap(True)
        column.addWidget(kept)
        column.addStretch(1)
        refuse = AppButton(_("No: take the articles out"), ButtonKind.SECONDARY, icon="trash-2")
        refuse.clicked.connect(self.refused)
        column.addWidget(refuse)
        self._confirm = AppButton(
            _("Checked: %(age)d+") % {"age": years}, ButtonKind.PAY, icon="check", hint="↵"
        )
        self._confirm.clicked.connect(self.confirmed)
        self._typed = False
        self._again = Label(
            _("Something was typed here; nothing was added. Enter again confirms the age."),
            "body",
            tone="warn",
        )
        self._again.setWordWrap(True)
        self._again.hide()
        column.addWidget(self._again)
        column.addWidget(self._confirm)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms, once; the Enter of a code that a slow scanner types does not."""
        if event.key() in _ENTER:
            if event.isAutoRepeat() or not self._confirm.isEnabled():
                return
            if self._typed:
                self._typed = False
                self._again.show()
            else:
                self._confirm.setEnabled(False)
                self.confirmed.emit()
        else:
            self._typed = self._typed or (event.text().isprintable() and bool(event.text()))
            event.ignore()


class CategoryPad(QScrollArea):
    """All categories as large buttons.

    Signals:
        chosen: key of the category.
    """

    chosen = Signal(str)

    def __init__(self, views: tuple[ChipView, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, theme.current().px(8), 0)
        grid.setSpacing(theme.current().px(8))
        for place, view in enumerate(views):
            button = AppButton(view.label)
            button.clicked.connect(lambda _on=False, key=view.key: self.chosen.emit(key))
            grid.addWidget(button, place // 3, place % 3)
        grid.setRowStretch(len(views) // 3 + 1, 1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class QuantityCheck(QWidget):
    """Asks whether an unusually large quantity is meant.

    Signals:
        confirmed: it is.
        refused: it was a slip; nothing changes.
    """

    confirmed = Signal()
    refused = Signal()

    def __init__(self, quantity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(IconMark("triangle-alert", 48, "warn"))
        ask = Label(_("Is this quantity meant?"), "h1")
        ask.setWordWrap(True)
        column.addWidget(ask)
        column.addWidget(Label(quantity, "due"))
        column.addStretch(1)
        refuse = AppButton(_("No: change nothing"), ButtonKind.SECONDARY, icon="x", hint="Esc")
        refuse.clicked.connect(self.refused)
        column.addWidget(refuse)
        confirm = AppButton(
            _("Yes: %(quantity)s") % {"quantity": quantity}, ButtonKind.PRIMARY, hint="↵"
        )
        confirm.clicked.connect(self.confirmed)
        column.addWidget(confirm)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms."""
        if event.key() in _ENTER:
            if not event.isAutoRepeat():
                self.confirmed.emit()
        else:
            event.ignore()
