"""The list of records that head office had something to say about; painted rows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.sync.results_model import ResultRow, ResultsModel
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.row_delegate import RowDelegate
from pos_app.screens.widgets.sentence_list import SentenceList

_SIDE, _PAD, _TITLE, _DOT = 16, 12, 24, 8
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a row stand."""

    dot: QRectF
    title: QRectF
    pill: QRectF
    words: QRectF


def place(rect: QRectF, row: ResultRow) -> Places:
    """Place the parts of a row that begins at the top of ``rect``; its height follows."""
    now = theme.current()
    top, right = rect.top() + now.px(_PAD), rect.right() - now.px(_SIDE)
    dot = QRectF(rect.left() + now.px(_SIDE), 0, now.px(_DOT), now.px(_DOT))
    left = dot.right() + now.px(12)
    width = painting.width_of(row.state, now.font("captionStrong")) + now.px(20)
    pill = QRectF(right - width, top, width, now.px(_TITLE))
    dot.moveTop(pill.center().y() - dot.height() / 2)
    title = QRectF(left, top, pill.left() - now.px(12) - left, now.px(_TITLE))
    metrics = QFontMetricsF(now.font("meta"))
    space = right - left
    high = metrics.boundingRect(QRectF(0, 0, space, 10_000), _WRAPPED, row.sentence).height()
    words = QRectF(left, title.bottom() + now.px(4), space, high)
    return Places(dot, title, pill, words)


class ResultsDelegate(RowDelegate[ResultRow]):
    """Paints a record: unread mark, what and when, its state, the sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(ResultRow, ringed=True, parent=parent)

    def height_of(self, row: ResultRow, width: int) -> int:
        """As high as the sentence needs."""
        places = place(QRectF(0, 0, width, 0), row)
        return round(places.words.bottom()) + theme.current().px(_PAD)

    def paint_row(self, painter: QPainter, rect: QRectF, row: ResultRow, *, chosen: bool) -> None:
        """Paint one row."""
        now, way = theme.current(), QGuiApplication.layoutDirection()
        places = place(rect, row)

        def at(part: QRectF) -> QRectF:
            return painting.mirrored(part, rect, way)

        if chosen:
            painter.fillRect(rect, now.colour("primarySoft"))
        painter.fillRect(
            QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), now.colour("border")
        )
        if not row.seen:
            dot = at(places.dot)
            painting.box(painter, dot, dot.height() / 2, fill=now.colour("primary"))
        ink = now.colour("onPrimarySoft" if chosen else "text")
        soft = now.colour("onPrimarySoft" if chosen else "text2")
        title = f"{row.title} · {row.when}" if row.when else row.title
        font = now.font("row" if not row.seen else "body")
        painting.line(painter, at(places.title), title, font=font, colour=ink)
        painting.pill(painter, at(places.pill), row.state, role="captionStrong", tone=row.tone)
        painter.setFont(now.font("meta"))
        painter.setPen(soft)
        painter.drawText(at(places.words), _WRAPPED, row.sentence)


class ResultsList(SentenceList):
    """The rows.

    Signals:
        chosen: the :class:`ResultRow` that is the current one now, or None.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Records that head office has something to say about"), parent)
        self._rows = ResultsModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(ResultsDelegate(self))

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        """The rows shown."""
        return self._rows.records

    @property
    def current(self) -> ResultRow | None:
        """The chosen row."""
        row = self.currentIndex().data(RECORD_ROLE)
        return row if isinstance(row, ResultRow) else None

    def show_rows(self, rows: tuple[ResultRow, ...]) -> None:
        """Show other rows; the chosen one stays, or its neighbour is chosen when it has gone."""
        before, place_ = self.current, self.currentIndex().row()
        self._rows.replace(rows)
        row = self._rows.row_of(before.rid) if before else -1
        if row < 0 and rows:
            row = min(max(place_, 0), len(rows) - 1)
        self._choose(row)

    def step(self, by: int) -> None:
        """Choose the row so many below."""
        if self.rows:
            row = self.currentIndex().row() + by
            self._choose(min(max(row, 0), len(self.rows) - 1))

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tell which row is the current one."""
        super().currentChanged(current, previous)
        self.viewport().update()
        self.chosen.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the page, which steps through the rows."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the sentences anew."""
        super().resizeEvent(event)
        self.doItemsLayout()

    def _choose(self, row: int) -> None:
        index = self._rows.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)
        self.chosen.emit(self.current)
