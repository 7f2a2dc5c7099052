"""How a row of “Why this price?” is laid out and painted; one layout for paint, hits and tests."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.why_rows import RowAction, RowKind, WhyRow
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.row_delegate import RowDelegate

_SIDE, _PAD, _ICON, _GAP = 12, 7, 20, 12
_TITLE, _HEAD = 22, 44
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True)
class WhyPlaces:
    """Where the parts of a row stand; empty rectangles are not painted."""

    icon: QRectF
    title: QRectF
    detail: QRectF
    amount: QRectF
    button: QRectF

    @property
    def bottom(self) -> float:
        """The lowest end of what is painted."""
        return max(self.title.bottom(), self.detail.bottom(), self.button.bottom())


def button_text(row: WhyRow) -> str:
    """What the button of a row says; empty for none."""
    match row.action:
        case RowAction.LEAVE_OUT:
            return _("Leave out")
        case RowAction.LET_IN:
            return _("Let it in")
        case RowAction.LOSS:
            return _("Working it out …") if row.busy else _("By how much?")
        case _:
            return ""


def place(rect: QRectF, row: WhyRow) -> WhyPlaces:
    """Place the parts of a row that begins at the top of ``rect``; its height follows."""
    if row.kind is RowKind.NOTE:
        return _place_note(rect, row)
    now = theme.current()
    side, gap, icon = now.px(_SIDE), now.px(_GAP), now.px(_ICON)
    left, right, top = rect.left() + side, rect.right() - side, rect.top() + now.px(_PAD)
    start = left + icon + gap
    button = QRectF()
    text = button_text(row)
    if text:
        width = painting.width_of(text, now.font("strong")) + now.px(32)
        button = QRectF(right - width, rect.top() + now.px(8), width, now.height("touch"))
    money = painting.width_of(row.amount, now.font("amount")) + 2 if row.amount else 0
    far = button.left() - gap if text else right
    end = far - money - gap if row.amount else far
    title = QRectF(start, top, end - start, now.px(_TITLE))
    words = _words(row.detail, start, title.bottom(), end - start)
    mark = QRectF(left, top + (title.height() - icon) / 2, icon, icon)
    amount = QRectF(far - money, top, money, title.height())
    return WhyPlaces(mark, title, words, amount, button)


def _place_note(rect: QRectF, row: WhyRow) -> WhyPlaces:
    """A sentence beside its icon on a ground of its own."""
    now = theme.current()
    side, icon = now.px(8), now.px(18)
    start = rect.left() + side + icon + side
    words = _words(row.title, start, rect.top() + now.px(11), rect.right() - side - start)
    first_line = QFontMetricsF(now.font("meta")).height()
    mark = QRectF(rect.left() + side, words.top() + (first_line - icon) / 2, icon, icon)
    return WhyPlaces(mark, QRectF(), words, QRectF(), QRectF())


def height_of(row: WhyRow, width: int) -> int:
    """The height of a row in a list of that width."""
    now = theme.current()
    if row.action is RowAction.FOLD:
        return now.height("touch")
    if row.kind is RowKind.HEAD:
        return now.px(_HEAD)
    places = place(QRectF(0, 0, width, 0), row)
    if row.kind is RowKind.NOTE:
        return round(places.bottom) + now.px(12)
    return round(places.bottom) + now.px(8 if places.button.height() else _PAD)


def _words(text: str, left: float, top: float, width: float) -> QRectF:
    """Where a wrapped sentence stands."""
    if not text:
        return QRectF(left, top, width, 0)
    metrics = QFontMetricsF(theme.current().font("meta"))
    needed = metrics.boundingRect(QRectF(0, 0, width, 10_000), _WRAPPED, text)
    return QRectF(left, top, width, needed.height())


class WhyDelegate(RowDelegate[WhyRow]):
    """Paints heads, promotions and notes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(WhyRow, ringed=True, parent=parent)

    def height_of(self, row: WhyRow, width: int) -> int:
        """As high as the sentence needs in the width of the list."""
        return height_of(row, width)

    def paint_row(self, painter: QPainter, rect: QRectF, row: WhyRow, *, chosen: bool) -> None:
        """Paint one row; which one is chosen only the ring tells."""
        del chosen
        if row.kind in {RowKind.HEAD, RowKind.MORE}:
            self._paint_head(painter, rect, row)
        elif row.kind is RowKind.NOTE:
            self._paint_note(painter, rect, row)
        else:
            self._paint_offer(painter, rect, row)

    def _paint_head(self, painter: QPainter, rect: QRectF, row: WhyRow) -> None:
        now, way = theme.current(), QGuiApplication.layoutDirection()
        head = row.kind is RowKind.HEAD
        start = _SIDE if head else _SIDE + _ICON + _GAP
        inner = painting.inset(rect, now.px(start), now.px(6) if head else 0, now.px(_SIDE), 0)
        inner = painting.mirrored(inner, rect, way)
        font = now.font("section" if head else "strong")
        ink = now.colour("text" if head else "primary")
        if row.action is RowAction.FOLD:
            side = now.px(_ICON)
            spot = QRectF(rect.right() - now.px(_SIDE) - side, inner.top(), side, inner.height())
            arrow = "chevron-up" if row.open else "chevron-down"
            icons.paint(painter, painting.mirrored(spot, rect, way), arrow, now.colour("text2"))
        painting.line(painter, inner, row.title, font=font, colour=ink)
        if row.amount:
            font, ink, right = now.font("amount"), now.colour("success"), painting.RIGHT
            painting.line(painter, inner, row.amount, font=font, colour=ink, align=right)
        if head:
            rule = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
            painter.fillRect(rule, now.colour("border"))

    def _paint_note(self, painter: QPainter, rect: QRectF, row: WhyRow) -> None:
        now, way = theme.current(), QGuiApplication.layoutDirection()
        soft, mark = painting.SOFT[row.tone]
        ink = now.colour(mark)
        border = ink if now.look is theme.Look.CONTRAST else None
        box = painting.inset(rect, 0, 1, 0, 2)
        painting.box(painter, box, now.radius("input"), fill=now.colour(soft), border=border)
        places = place(rect, row)
        icons.paint(painter, painting.mirrored(places.icon, rect, way), row.icon, ink)
        self._paragraph(painter, painting.mirrored(places.detail, rect, way), row.title, mark)

    def _paint_offer(self, painter: QPainter, rect: QRectF, row: WhyRow) -> None:
        now, way = theme.current(), QGuiApplication.layoutDirection()
        places = place(rect, row)

        def at(part: QRectF) -> QRectF:
            return painting.mirrored(part, rect, way)

        icons.paint(painter, at(places.icon), row.icon, now.colour(row.tone))
        ink, name = now.colour("text"), now.font("row")
        painting.line(painter, at(places.title), row.title, font=name, colour=ink)
        self._paragraph(painter, at(places.detail), row.detail, "text2")
        if row.amount:
            font, tone, right = now.font("amount"), now.colour("success"), painting.RIGHT
            place_ = at(places.amount)
            painting.line(painter, place_, row.amount, font=font, colour=tone, align=right)
        if places.button.height():
            self._paint_button(painter, at(places.button), row)

    @staticmethod
    def _paragraph(painter: QPainter, rect: QRectF, text: str, tone: str) -> None:
        now = theme.current()
        painter.setFont(now.font("meta"))
        painter.setPen(now.colour(tone))
        painter.drawText(rect, _WRAPPED, text)

    @staticmethod
    def _paint_button(painter: QPainter, rect: QRectF, row: WhyRow) -> None:
        now = theme.current()
        fill = now.colour("surface")
        painting.box(painter, rect, now.radius("input"), fill=fill, border=now.colour("border"))
        ink = now.colour("text3" if row.busy else "text")
        text, font, centre = button_text(row), now.font("strong"), painting.CENTRE
        painting.line(painter, rect, text, font=font, colour=ink, align=centre)
