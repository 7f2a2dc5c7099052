"""The basket: rows of three heights, the selected one with its actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from pos_app.runtime import theme
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.records import BasketRow
from pos_app.screens.widgets.basket_delegate import BasketDelegate

FLASH_MS = 200
_Index = QModelIndex | QPersistentModelIndex


class BasketList(QListView):
    """The lines of a basket.

    Signals:
        selected: the number of the line that a person chose.
        acted: name of an action of the selected line, as :class:`BasketRow` has them.
    """

    selected = Signal(int)
    acted = Signal(str)

    def __init__(self, model: RecordListModel[BasketRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._records = model
        self._delegate = BasketDelegate(self)
        self._heights: list[int] = []
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._settle)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(theme.current().px(30))

    def select_line(self, line: int | None) -> None:
        """Select a line by its number and bring it into view; None selects nothing."""
        row = -1 if line is None else self._records.row_of(line)
        index = self._records.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
            # Heights change with the selection, so the rows are placed anew before scrolling.
            self.doItemsLayout()
        if index.isValid():
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def flash(self) -> None:
        """Show that the chosen line was changed, for a moment."""
        self._delegate.flashing = True
        self._flash.start()
        self.update(self.currentIndex())

    def _settle(self) -> None:
        self._delegate.flashing = False
        self.update(self.currentIndex())

    def dataChanged(self, first: _Index, last: _Index, roles: Sequence[int] = ()) -> None:
        """Paint a changed row alone; only where its height changed are all placed anew."""
        row = first.row()
        same = first == last and self._heights[row : row + 1] == [self._height(row)]
        if same and not QAccessible.isActive():
            self.update(first)
            return
        super().dataChanged(first, last, roles)
        if not same:
            # The view asks for the new height when it paints, but leaves the rows below in place.
            self.doItemsLayout()

    def doItemsLayout(self) -> None:
        """Place all rows, and remember how high each was."""
        super().doItemsLayout()
        self._heights = [self._height(row) for row in range(len(self._records.records))]

    def _height(self, row: int) -> int:
        records = self._records.records
        record = records[row] if row < len(records) else None
        return self._delegate.height_of(record, selected=self.currentIndex().row() == row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the selected row in view."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)

    def action_at(self, index: QModelIndex, x: int, y: int) -> str:
        """The action button at a point of a row, empty for none."""
        record = index.data(RECORD_ROLE)
        if not isinstance(record, BasketRow) or index != self.currentIndex():
            return ""
        layout = self._delegate.layout(QRectF(self.visualRect(index)), record, selected=True)
        point = QRectF(x, y, 1, 1)
        return next((name for name, rect in layout.actions if rect.intersects(point)), "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press an action of the selected row, or select another row."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        record = index.data(RECORD_ROLE)
        if isinstance(record, BasketRow):
            name = self.action_at(index, point.x(), point.y())
            if name:
                self.acted.emit(name)
            else:
                self.selected.emit(record.line)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second quick tap is a tap like the first; its release acts."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the screen, whose commands act on the selected line."""
        event.ignore()

    def sizeHint(self) -> QSize:
        """Room for some rows."""
        now = theme.current()
        return QSize(now.px(320), now.px(240))

    def minimumSizeHint(self) -> QSize:
        """Room for one selected row."""
        now = theme.current()
        return QSize(now.px(240), now.px(114))
