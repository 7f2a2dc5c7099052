"""Search results below the input line."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _, ngettext
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.records import FoundRow
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.found_delegate import FOUND_ROW, FoundDelegate
from pos_app.screens.widgets.labels import ElideLabel
from pos_app.screens.widgets.notices import EmptyState

_LEAST_ROWS = 3


class SearchOverlay(QWidget):
    """Results of the text on the line; the line keeps the focus.

    Signals:
        chosen: SKU of a result that was tapped.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        now = theme.current()
        self._area = QRect()
        self._rows = 0
        self._model: RecordListModel[FoundRow] = RecordListModel(
            key=lambda row: row.sku,
            text=lambda row: row.name,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(FoundDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(_("Search results"))
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.clicked.connect(self._tapped)
        self._empty = EmptyState("search", "", "")
        self._foot = ElideLabel("", "caption", colour="text2")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        column = QVBoxLayout(self)
        edge = now.px(10)
        column.setContentsMargins(edge, edge + now.px(4), edge, edge + now.px(4))
        column.addWidget(holder, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(now.px(12), 0, 0, 0)
        foot.addWidget(self._foot)
        column.addLayout(foot)
        self.hide()

    def ask(self) -> None:
        """Open without results yet."""
        self.show_found((), words="")
        self.show()
        self.raise_()

    def show_found(self, rows: tuple[FoundRow, ...], *, words: str) -> None:
        """Show the results for some words."""
        self._model.replace(rows)
        self._list.setCurrentIndex(self._model.index(0) if rows else QModelIndex())
        self._stack.setCurrentIndex(1 if rows else 0)
        if words:
            detail = _("Check the spelling, or type the code on the shelf.")
            self._empty.set_content("search", _("Nothing found"), detail)
        else:
            detail = _("The first letters of its words are enough: oat coo.")
            self._empty.set_content("search", _("Type the article's name"), detail)
        count = ngettext("%(n)d result", "%(n)d results", len(rows))
        self._foot.set_text(
            f"{count} · " + _("↑ ↓ choose · Enter adds · Esc closes") if rows else ""
        )

    def place(self, area: QRect) -> None:
        """The room it may take; with few results it takes less."""
        self._area = area
        self.fit()

    def fit(self) -> None:
        """As high as the results ask for within the room."""
        now = theme.current()
        needed = now.px(FOUND_ROW) * max(self._rows, _LEAST_ROWS) + now.px(58)
        area = QRect(self._area)
        area.setHeight(min(needed, self._area.height()))
        self.setGeometry(area)

    def step(self, way: int) -> None:
        """Choose the result above or below."""
        row = min(max(self._list.currentIndex().row() + way, 0), self._model.rowCount() - 1)
        if row >= 0:
            self._list.setCurrentIndex(self._model.index(row))

    def current_sku(self) -> str:
        """SKU of the chosen result, empty when there is none."""
        record = self._list.currentIndex().data(RECORD_ROLE)
        return record.sku if isinstance(record, FoundRow) and self.isVisible() else ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the panel with its shadow."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        edge = now.px(8)
        rect = painting.inset(self.rect(), edge, edge, edge, edge)
        radius = now.radius("card")
        painting.shadow(painter, rect, radius)
        fill, border = now.colour("surface"), now.colour("border")
        painting.box(painter, rect, radius, fill=fill, border=border)

    def _tapped(self, index: QModelIndex) -> None:
        record = index.data(RECORD_ROLE)
        if isinstance(record, FoundRow):
            self.chosen.emit(record.sku)
