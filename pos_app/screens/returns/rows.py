"""Receipts and their lines as painted rows."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.returns.model import ReturnRow
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.row_delegate import RowDelegate

_ROW = 58


class ReturnDelegate(RowDelegate[ReturnRow]):
    """Title and details at the start, amount and pill at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(ReturnRow, _ROW, parent=parent)

    def paint_row(self, painter: QPainter, rect: QRectF, row: ReturnRow, *, chosen: bool) -> None:
        """Paint one row."""
        now, way = theme.current(), QGuiApplication.layoutDirection()

        def at(place: QRectF) -> QRectF:
            return painting.mirrored(place, rect, way)

        if chosen:
            box = painting.inset(rect, 0, 1, 0, 2)
            painting.box(painter, box, now.radius("small"), fill=now.colour("primarySoft"))
            bar = QRectF(rect.left(), rect.top() + 1, now.px(4), rect.height() - 3)
            painter.fillRect(at(bar), now.colour("primary"))
        else:
            rule = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
            painter.fillRect(rule, now.colour("border"))
        inner = painting.inset(rect, now.px(12), now.px(7), now.px(12), now.px(8))
        half = inner.height() / 2
        strong, meta, caption = now.font("amount"), now.font("meta"), now.font("captionStrong")
        money = painting.width_of(row.amount, strong) + 2
        upper = QRectF(inner.left(), inner.top(), inner.width() - money - now.px(10), half)
        amount = QRectF(inner.right() - money, inner.top(), money, half)
        pill = painting.width_of(row.mark, caption) + now.px(18) if row.mark else 0.0
        lower = QRectF(inner.left(), inner.top() + half, inner.width() - pill - now.px(8), half)
        ink = now.colour("onPrimarySoft" if chosen else "text")
        soft = now.colour("onPrimarySoft" if chosen else "text2")
        painting.line(painter, at(upper), row.title, font=now.font("strong"), colour=ink)
        end = painting.RIGHT
        painting.line(painter, at(amount), row.amount, font=strong, colour=ink, align=end)
        painting.line(painter, at(lower), row.detail, font=meta, colour=soft)
        if row.mark:
            place = QRectF(inner.right() - pill, lower.top() + 1, pill, half - 1)
            painting.pill(painter, at(place), row.mark, role="captionStrong", tone=row.tone)


class ReturnRows(QListView):
    """The rows; the line keeps the focus and its arrows choose.

    Signals:
        tapped: key of a row.
    """

    tapped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RecordListModel[ReturnRow] = RecordListModel(
            key=lambda row: row.key,
            text=lambda row: row.title,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self.setModel(self._model)
        self.setItemDelegate(ReturnDelegate(self))
        self.setUniformItemSizes(True)
        self.setAccessibleName(_("Receipts and lines"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._tap)

    @property
    def rows(self) -> tuple[ReturnRow, ...]:
        """The rows shown."""
        return self._model.records

    def show_rows(self, rows: tuple[ReturnRow, ...], chosen: str) -> None:
        """Show rows and which one is chosen."""
        self._model.replace(rows)
        place = self._model.row_of(chosen)
        index = self._model.index(place) if place >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def minimumSizeHint(self) -> QSize:
        """Room for two rows."""
        now = theme.current()
        return QSize(now.px(240), now.px(2 * _ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the sheet."""
        event.ignore()

    def _tap(self, index: QModelIndex) -> None:
        record = index.data(RECORD_ROLE)
        if isinstance(record, ReturnRow):
            self.tapped.emit(record.key)
