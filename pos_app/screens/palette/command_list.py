"""A list of commands: what each does at the start, its key at the end."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.palette.model import CommandRow
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.row_delegate import RowDelegate

_ROW = 48


class CommandDelegate(RowDelegate[CommandRow]):
    """Paints rows of commands and the names of areas above them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(CommandRow, _ROW, parent=parent)

    def paint_row(self, painter: QPainter, rect: QRectF, row: CommandRow, *, chosen: bool) -> None:
        """Paint one row."""
        if row.is_area:
            self._paint_area(painter, rect, row)
        else:
            self._paint_command(painter, rect, row, chosen=chosen)

    @staticmethod
    def _paint_area(painter: QPainter, rect: QRectF, row: CommandRow) -> None:
        now = theme.current()
        words = painting.inset(rect, now.px(12), now.px(14), now.px(12), 0)
        font, ink = now.font("section"), now.colour("text")
        painting.line(painter, words, row.label, font=font, colour=ink)

    @staticmethod
    def _paint_command(painter: QPainter, rect: QRectF, row: CommandRow, *, chosen: bool) -> None:
        now, way = theme.current(), QGuiApplication.layoutDirection()
        if chosen:
            ground = painting.inset(rect, 0, 2, 0, 2)
            fill = now.colour("primarySoft")
            painting.box(painter, ground, now.radius("small"), fill=fill)
        inner = painting.inset(rect, now.px(12), 0, now.px(12), 0)
        width = painting.width_of(row.keys, now.font("captionStrong")) + now.px(20)
        pill = QRectF(inner.right() - width, 0, width, now.px(26))
        pill.moveTop(inner.center().y() - pill.height() / 2)
        tone = "warn" if row.own else "primary" if row.may_change else "plain"
        if chosen:
            tone = "plain"
        place = painting.mirrored(pill, rect, way)
        painting.pill(painter, place, row.keys, role="captionStrong", tone=tone)
        words = painting.inset(inner, 0, 0, width + now.px(12), 0)
        words = painting.mirrored(words, rect, way)
        font, ink = now.font("body"), now.colour("text")
        painting.line(painter, words, row.label, font=font, colour=ink)


class CommandList(QListView):
    """Rows of commands; names of areas cannot be chosen."""

    def __init__(self, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: RecordListModel[CommandRow] = RecordListModel(
            key=lambda row: row.command or (row.label, row.keys),
            text=lambda row: row.label,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self.setModel(self._rows)
        self.setItemDelegate(CommandDelegate(self))
        self.setAccessibleName(spoken)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(theme.current().px(24))

    @property
    def rows(self) -> tuple[CommandRow, ...]:
        """The rows shown."""
        return self._rows.records

    @property
    def chosen(self) -> CommandRow | None:
        """The chosen row."""
        return self.row_at(self.currentIndex())

    def row_at(self, index: QModelIndex) -> CommandRow | None:
        """The row of a command at an index."""
        record = index.data(RECORD_ROLE)
        return record if isinstance(record, CommandRow) and not record.is_area else None

    def show_rows(self, rows: tuple[CommandRow, ...]) -> None:
        """Show other rows; what was chosen stays so while it is there."""
        self._rows.replace(rows)
        if self.chosen is None:
            self.choose(0, 1)
        self.viewport().update()

    def choose(self, row: int, way: int) -> None:
        """Choose the row, or the next one that way which holds a command."""
        while 0 <= row < len(self.rows) and self.rows[row].is_area:
            row += way
        if 0 <= row < len(self.rows):
            index = self._rows.index(row)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def step(self, way: int) -> None:
        """Choose the command above (-1) or below (1)."""
        self.choose(self.currentIndex().row() + way, way)
