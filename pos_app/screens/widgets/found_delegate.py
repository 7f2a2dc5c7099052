"""A found article or person: what it is at the start, a figure at the end."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from pos_app.runtime import theme
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.records import FoundRow
from pos_app.screens.widgets import painting

FOUND_ROW = 56
"""Height of a row at scale 1."""


class FoundDelegate(QStyledItemDelegate):
    """Name and codes at the start, price at the end."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One height for all rows."""
        return QSize(0, theme.current().px(FOUND_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one result."""
        row = index.data(RECORD_ROLE)
        view = option.widget
        if not isinstance(row, FoundRow) or not isinstance(view, QAbstractItemView):
            return
        now = theme.current()
        painter.save()
        painting.smooth(painter)
        rect = painting.inset(option.rect, now.px(8), 2, now.px(8), 2)
        chosen = view.currentIndex() == index
        if chosen:
            fill = now.colour("primarySoft")
            painting.box(painter, rect, now.radius("small"), fill=fill)
        inner = painting.inset(rect, now.px(12), now.px(6), now.px(12), now.px(5))
        font = now.font("amount")
        width = painting.width_of(row.price, font) + 2
        words = painting.inset(inner, 0, 0, width + now.px(12), 0)
        upper = QRectF(words.left(), words.top(), words.width(), words.height() / 2)
        ink = now.colour("text")
        painting.line(painter, upper, row.name, font=now.font("row"), colour=ink)
        lower = upper.translated(0, upper.height())
        muted = now.colour("text2")
        painting.line(painter, lower, row.detail, font=now.font("meta"), colour=muted)
        painting.line(painter, inner, row.price, font=font, colour=ink, align=painting.RIGHT)
        painter.restore()
