"""What the painted lists share: a record for each row, its height, its choice and its focus."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.runtime import theme
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.widgets import painting

R = TypeVar("R")


class RowDelegate(QStyledItemDelegate, Generic[R]):
    """Paints records of one kind, a row each; heirs say how one looks.

    Args:
        record: the kind; a row of another is left blank.
        height: of every row, at scale 1.
        ringed: the chosen row has a ring while its list has the focus.
        parent: Qt parent.
    """

    def __init__(
        self,
        record: type[R],
        height: int = 0,
        *,
        ringed: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._record = record
        self._height = height
        self._ringed = ringed

    def height_of(self, _record: R, _width: int) -> int:
        """How high a row is in a list of that width, in pixels."""
        return theme.current().px(self._height)

    def paint_row(self, painter: QPainter, rect: QRectF, record: R, *, chosen: bool) -> None:
        """Paint one row."""
        raise NotImplementedError

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as the row needs to be."""
        record, view = index.data(RECORD_ROLE), option.widget
        if not isinstance(record, self._record) or not isinstance(view, QAbstractItemView):
            return QSize()
        return QSize(0, self.height_of(record, view.viewport().width()))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        record, view = index.data(RECORD_ROLE), option.widget
        if not isinstance(record, self._record) or not isinstance(view, QAbstractItemView):
            return
        painter.save()
        painting.smooth(painter)
        rect, chosen = QRectF(option.rect), view.currentIndex() == index
        self.paint_row(painter, rect, record, chosen=chosen)
        if self._ringed and chosen and view.hasFocus():
            ring = painting.inset(rect, 1, 1, 1, 1)
            painting.focus_ring(painter, ring, theme.current().radius("small"))
        painter.restore()
