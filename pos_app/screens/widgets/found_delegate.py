"""A found article or person: what it is at the start, a figure at the end."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter

from pos_app.runtime import theme
from pos_app.screens.records import FoundRow
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.row_delegate import RowDelegate

FOUND_ROW = 56
"""Height of a row at scale 1."""


class FoundDelegate(RowDelegate[FoundRow]):
    """Name and codes at the start, price at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(FoundRow, FOUND_ROW, parent=parent)

    def paint_row(self, painter: QPainter, rect: QRectF, row: FoundRow, *, chosen: bool) -> None:
        """Paint one result."""
        now = theme.current()
        rect = painting.inset(rect, now.px(8), 2, now.px(8), 2)
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
