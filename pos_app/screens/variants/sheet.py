"""The variants of a family in rows and columns, each with its price and what is there of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, money
from pos_app.runtime.i18n import quantity as written
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.labels import Label
from retail.variants import Matrix

_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class VariantSheet(QWidget):
    """Arrows move, Enter or a tap chooses; what is not sold cannot be chosen.

    Signals:
        chosen: the SKU.
    """

    chosen = Signal(str)

    def __init__(self, matrix: Matrix, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix = matrix
        self._currency = currency
        self._stock: Mapping[str, int] = {}
        self._cells: dict[tuple[int, int], AppButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        area = QScrollArea()
        area.setWidget(self._build())
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(area, 1)
        column.addWidget(
            Label(_("Arrows choose · Enter adds · Esc closes"), "caption", tone="text2")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        places = [place for place, cell in self._cells.items() if cell.isEnabled()]
        self._place = min(places, default=(0, 0))
        self._mark()

    @property
    def current(self) -> AppButton | None:
        """The cell that Enter would choose."""
        return self._cells.get(self._place)

    def show_stock(self, stock: Mapping[str, int]) -> None:
        """Tell what is in the store, in thousandths."""
        self._stock = stock
        for place in self._cells:
            self._label(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Enter."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._move(*step)
        elif event.key() in _ENTER and not event.isAutoRepeat():
            cell = self.current
            if cell is not None and cell.isEnabled():
                self._choose(self._place)
        else:
            event.ignore()

    def _move(self, down: int, right: int) -> None:
        """To the next cell that way that is sold."""
        row, column = self._place
        for _step in range(max(len(self._matrix.rows), len(self._matrix.columns))):
            row, column = row + down, column + right
            cell = self._cells.get((row, column))
            if cell is not None and cell.isEnabled():
                self._place = (row, column)
                self._mark()
                return

    def _mark(self) -> None:
        for place, cell in self._cells.items():
            cell.setChecked(place == self._place and cell.isEnabled())
            cell.update()

    def _choose(self, place: tuple[int, int]) -> None:
        self.chosen.emit(self._matrix.cells[place].sku)

    def _build(self) -> QWidget:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setSpacing(theme.current().px(8))
        for number, word in enumerate(self._matrix.columns):
            grid.addWidget(Label(word, "strong"), 0, number + 1)
        for row, word in enumerate(self._matrix.rows):
            grid.addWidget(Label(word, "strong"), row + 1, 0)
            for column in range(len(self._matrix.columns)):
                cell = AppButton("–")
                cell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                cell.setCheckable(True)
                cell.clicked.connect(lambda _on=False, at=(row, column): self._choose(at))
                self._cells[row, column] = cell
                self._label((row, column))
                grid.addWidget(cell, row + 1, column + 1)
        for column in range(1, len(self._matrix.columns) + 1):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(len(self._matrix.rows) + 1, 1)
        return inner

    def _label(self, place: tuple[int, int]) -> None:
        one, cell = self._matrix.cells.get(place), self._cells[place]
        cell.setEnabled(one is not None and one.open)
        words = f"{self._matrix.rows[place[0]]} {self._matrix.columns[place[1]]}".strip()
        if one is None:
            cell.set_label("–", _("%(which)s: not made") % {"which": words})
            return
        price = money(one.minor, self._currency)
        there = self._stock.get(one.sku)
        text = price
        if there is not None:
            text += " · " + _("%(n)s left") % {"n": written(there)}
        spoken = f"{words}, {price}"
        if there is not None:
            spoken += ", " + _("%(n)s in the store") % {"n": written(there)}
        if not one.open:
            text, spoken = _("stopped"), words + ", " + _("must not be sold")
        cell.set_label(text, spoken)
