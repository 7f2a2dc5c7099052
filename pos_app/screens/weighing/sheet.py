"""The sheet of a weighed article: what the scale says, the tare, the price."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.weighing.model import Entry, WeighingView, kilograms
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import BACK, CLEAR, ENTER, Keypad, KeypadMode
from pos_app.screens.widgets.labels import ElideLabel, Label
from pos_app.screens.widgets.pill import Pill
from pos_app.screens.widgets.tender import AmountDisplay
from retail.weighing import Tare

_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_IN_A_ROW = 3


class WeighingSheet(QWidget):
    """Shows what it is told; keys and buttons say the same.

    Signals:
        confirmed: Enter, or Add.
        tare_chosen: place in the list of tares, 0 for none.
        entry_asked: an :class:`Entry` to begin or to leave.
        typed: what stands in the field now.
    """

    confirmed = Signal()
    tare_chosen = Signal(int)
    entry_asked = Signal(object)
    typed = Signal(str)

    def __init__(self, tares: Sequence[Tare], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._view: WeighingView | None = None
        self.name = ElideLabel("", "h2")
        self.unit_price = Label("", "body", tone="text2")
        self.weight = Label("", "due")
        self.mark = Pill("", "plain")
        self.mark.setMinimumHeight(now.px(24))
        self.words = Label("", "body", tone="warn")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(now.px(40))
        self.price = Label("", "total")
        self.tare = Label("", "meta", tone="text2")
        self.display = AmountDisplay("")
        self.keypad = Keypad(KeypadMode.QUANTITY)
        self.keypad.setMinimumHeight(now.px(4 * 48 + 3 * 8))
        self.keypad.pressed.connect(self._press)
        self.type_weight = AppButton(_("Type the weight"), icon="keyboard", hint="W")
        self.type_weight.clicked.connect(lambda: self.entry_asked.emit(Entry.WEIGHT))
        self.add = AppButton(_("Add"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self.add.clicked.connect(self.confirmed)
        self._packings = QWidget()
        self._tares = self._build_tares(tares)
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_view(self, view: WeighingView) -> None:
        """Show the weight, what is true of it, and what it costs."""
        before, self._view = self._view, view
        self.name.set_text(view.name)
        self.unit_price.setText(view.unit_price)
        self.weight.setText(view.weight)
        self.weight.setAccessibleName(_("Net weight %(weight)s") % {"weight": view.weight})
        good = view.tone == "success"
        self.mark.set_content(view.mark if good else "", view.tone)
        self.mark.setVisible(good)
        self.words.setText("" if good else view.mark)
        self.price.setText(view.price)
        self.tare.setText(view.tare)
        typing = view.entry is not Entry.LIVE
        self._packings.setVisible(not typing)
        self.display.setVisible(typing)
        self.keypad.setVisible(typing)
        label = _("Tare in kg") if view.entry is Entry.TARE else _("Weight in kg")
        self.display.show_amount(label, view.typed or "0.000", faint=not view.typed)
        self.add.setEnabled(view.ready or view.entry is Entry.TARE)
        self.add.set_label(_("Take tare") if view.entry is Entry.TARE else _("Add"))
        self.type_weight.set_label(
            _("Back to the scale") if view.entry is Entry.WEIGHT else _("Type the weight")
        )
        if before is not None and before.entry is not view.entry:
            self.setFocus()

    def say(self, text: str) -> None:
        """Say why it cannot be added now."""
        self.words.setText(text)

    def mark_tare(self, place: int) -> None:
        """Mark the tare that is chosen, -1 for one that was typed."""
        for number, button in enumerate(self._tares):
            chosen = number == place or (place < 0 and number == len(self._tares) - 1)
            button.setChecked(chosen)
            button.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds; digits choose a tare, or are typed; W and T begin to type."""
        view, text = self._view, event.text()
        if event.isAutoRepeat() and event.key() != Qt.Key.Key_Backspace:
            event.ignore()
        elif event.key() in _ENTER_KEYS:
            self.confirmed.emit()
        elif text and text in "wW":
            self.entry_asked.emit(Entry.WEIGHT)
        elif text and text in "tT":
            self.entry_asked.emit(Entry.TARE)
        elif view is not None and view.entry is not Entry.LIVE:
            self._type_key(event)
        elif text.isdecimal() and int(text) < len(self._tares) - 1:
            self.tare_chosen.emit(int(text))
        else:
            event.ignore()

    def _type_key(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Backspace: BACK, Qt.Key.Key_Delete: CLEAR}
        key = keys.get(Qt.Key(event.key()), event.text())
        if key in {BACK, CLEAR} or (key and key in "0123456789.,"):
            self._press(key)
        else:
            event.ignore()

    def _press(self, key: str) -> None:
        text = self._view.typed if self._view else ""
        if key == ENTER:
            self.confirmed.emit()
        elif key == CLEAR:
            self.typed.emit("")
        else:
            self.typed.emit(text[:-1] if key == BACK else text + key)

    def _build_tares(self, tares: Sequence[Tare]) -> list[AppButton]:
        """None, those of the till, and one that is typed."""
        buttons = [AppButton(_("No tare"), hint="0")]
        for number, one in enumerate(tares, 1):
            weight = kilograms(one.thousandths)
            text = f"{one.name} {weight}"
            buttons.append(AppButton(text, hint=str(number)))
        for place, button in enumerate(buttons):
            button.clicked.connect(lambda _on=False, n=place: self.tare_chosen.emit(n))
        other = AppButton(_("Other tare"), hint="T")
        other.clicked.connect(lambda: self.entry_asked.emit(Entry.TARE))
        grid = QGridLayout(self._packings)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.current().px(8))
        for place, button in enumerate((*buttons, other)):
            button.setCheckable(True)
            grid.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        return [*buttons, other]

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addWidget(self.name)
        column.addWidget(self.unit_price)
        weight = QHBoxLayout()
        weight.addWidget(self.weight)
        weight.addStretch(1)
        weight.addWidget(self.mark)
        column.addLayout(weight)
        column.addWidget(self.price)
        column.addWidget(self.words)
        column.addWidget(self.tare)
        column.addWidget(self._packings)
        column.addWidget(self.display)
        column.addWidget(self.keypad, 1)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        row.addWidget(self.type_weight, 1)
        row.addWidget(self.add, 1)
        column.addLayout(row)
