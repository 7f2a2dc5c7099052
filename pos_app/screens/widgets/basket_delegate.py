"""How a basket row is laid out and painted; layout serves paint, hits and tests alike."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QFont, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pos_app.runtime import icons, theme
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.records import BasketRow
from pos_app.screens.widgets import painting, saving_tags

ICONS = {
    "less": "minus",
    "more": "plus",
    "quantity": "calculator",
    "reduce": "percent",
    "acts": "ellipsis",
    "why": "circle-question-mark",
    "new_price": "tag",
    "search": "search",
    "remove": "trash-2",
}


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Where the parts of a row stand; empty rectangles are not painted."""

    quantity: QRectF
    name: QRectF
    detail: QRectF
    amount: QRectF
    was: QRectF
    third: QRectF
    actions: tuple[tuple[str, QRectF], ...]


def _has_third(row: BasketRow) -> bool:
    return bool(row.savings or row.blocked or row.returned or row.news)


class BasketDelegate(QStyledItemDelegate):
    """Paints the rows of a basket; the chosen one brighter while it is ``flashing``."""

    flashing = False

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As :meth:`height_of`."""
        selected = self._is_selected(option, index)
        return QSize(0, self.height_of(index.data(RECORD_ROLE), selected=selected))

    @staticmethod
    def height_of(record: object, *, selected: bool) -> int:
        """58 px, 20 more with a saving or a block, 56 more when selected."""
        now = theme.current()
        height = now.height("basketRow")
        if isinstance(record, BasketRow):
            height += now.height("basketPromo") if _has_third(record) else 0
            height += now.height("basketActions") if selected else 0
        return height

    def layout(self, rect: QRectF, row: BasketRow, *, selected: bool) -> RowLayout:
        """Place the parts of a row in ``rect``."""
        now = theme.current()
        left, right = rect.left() + now.px(16), rect.right() - now.px(16)
        top = rect.top()
        needed = painting.width_of(row.quantity, now.font("section")) + now.px(12)
        box = QRectF(left, top + now.px(11), max(now.px(40), needed), now.px(34))
        start = box.right() + now.px(12)
        money = painting.width_of(row.amount, now.font("amount")) + 2
        amount = QRectF(right - money, top + now.px(9), money, now.px(22))
        was = QRectF(right - now.px(90), top + now.px(30), now.px(90), now.px(20))
        text_end = amount.left() - now.px(10)
        name = QRectF(start, top + now.px(9), text_end - start, now.px(22))
        detail_end = was.left() if row.was else right
        detail = QRectF(start, top + now.px(31), detail_end - start, now.px(19))
        third = QRectF()
        if _has_third(row):
            third = QRectF(start, top + now.px(52), right - start, now.px(21))
        return RowLayout(
            box, name, detail, amount, was, third, self._actions(rect, row) if selected else ()
        )

    @staticmethod
    def _actions(rect: QRectF, row: BasketRow) -> tuple[tuple[str, QRectF], ...]:
        now = theme.current()
        gap, side = now.px(8), now.px(16)
        room = rect.width() - 2 * side - gap * (len(row.actions) - 1)
        width = room / len(row.actions)
        top = rect.bottom() - now.px(57)
        return tuple(
            (name, QRectF(rect.left() + side + i * (width + gap), top, width, now.px(48)))
            for i, name in enumerate(row.actions)
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        row = index.data(RECORD_ROLE)
        if not isinstance(row, BasketRow):
            return
        painter.save()
        painting.smooth(painter)
        rect = QRectF(option.rect)
        selected = self._is_selected(option, index)
        layout = self.layout(rect, row, selected=selected)
        self._paint_ground(painter, rect, row, selected=selected)
        self._paint_words(painter, rect, layout, row, selected=selected)
        self._paint_actions(painter, rect, layout)
        painter.restore()

    @staticmethod
    def _is_selected(
        option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        view = option.widget
        if isinstance(view, QAbstractItemView):
            return view.currentIndex() == index
        return bool(option.state & QStyle.StateFlag.State_Selected)

    def _paint_ground(
        self, painter: QPainter, rect: QRectF, row: BasketRow, *, selected: bool
    ) -> None:
        now = theme.current()
        if row.blocked or selected:
            fill = "warnSoft" if row.blocked else "primarySoft"
            if selected and self.flashing:
                fill = "sunken" if row.blocked else "successSoft"
            painter.fillRect(rect, now.colour(fill))
        if selected:
            bar = QRectF(rect.left(), rect.top(), now.px(4), rect.height())
            bar = painting.mirrored(bar, rect, QGuiApplication.layoutDirection())
            painter.fillRect(bar, now.colour("warn" if row.blocked else "primary"))
        elif not row.blocked:
            rule = painting.inset(rect, now.px(16), rect.height() - 1, now.px(16), 0)
            painter.fillRect(rule, now.colour("border"))

    def _paint_words(
        self,
        painter: QPainter,
        rect: QRectF,
        layout: RowLayout,
        row: BasketRow,
        *,
        selected: bool,
    ) -> None:
        now = theme.current()
        ink, muted = now.colour("text"), now.colour("text2")
        way = QGuiApplication.layoutDirection()

        def at(place: QRectF) -> QRectF:
            return painting.mirrored(place, rect, way)

        light = selected or bool(row.blocked)
        fill = now.colour("surface" if light else "sunken")
        painting.box(painter, at(layout.quantity), now.radius("small"), fill=fill)
        centre, right = painting.CENTRE, painting.RIGHT
        strong, plain = now.font("amount"), now.font("meta")
        place = at(layout.quantity)
        painting.line(painter, place, row.quantity, font=strong, colour=ink, align=centre)
        painting.line(painter, at(layout.name), row.name, font=now.font("row"), colour=ink)
        painting.line(painter, at(layout.detail), row.detail, font=plain, colour=muted)
        place = at(layout.amount)
        painting.line(painter, place, row.amount, font=strong, colour=ink, align=right)
        if row.was:
            struck = QFont(plain)
            struck.setStrikeOut(True)
            place = at(layout.was)
            painting.line(painter, place, row.was, font=struck, colour=muted, align=right)
        if row.blocked:
            self._paint_block(painter, at(layout.third), row.blocked)
        elif row.returned:
            place = self._pill_place(layout.third, row.returned)
            painting.pill(painter, at(place), row.returned, role="captionStrong", tone="info")
        else:
            self._paint_marks(painter, rect, layout.third, row)

    def _paint_marks(self, painter: QPainter, rect: QRectF, room: QRectF, row: BasketRow) -> None:
        """What is new about the price, then what made it cheaper, as far as there is room."""
        way = QGuiApplication.layoutDirection()
        if row.news:
            place = self._pill_place(room, row.news)
            spot = painting.mirrored(place, rect, way)
            painting.pill(painter, spot, row.news, role="captionStrong", tone="warn")
            gap = theme.current().px(6)
            room = painting.inset(room, place.width() + gap, 0, 0, 0)
        if row.savings and room.width() > theme.current().px(80):
            tags = saving_tags.place(room, row.savings, row.further)
            saving_tags.paint(painter, tags, rect, way)

    @staticmethod
    def _pill_place(room: QRectF, text: str) -> QRectF:
        now = theme.current()
        wide = painting.width_of(text, now.font("captionStrong")) + now.px(18)
        return QRectF(room.left(), room.top(), min(wide, room.width()), room.height())

    @staticmethod
    def _paint_block(painter: QPainter, room: QRectF, text: str) -> None:
        now = theme.current()
        side, way = now.px(14), QGuiApplication.layoutDirection()
        mark = now.colour(painting.SOFT["warn"][1])
        spot = QRectF(room.left(), room.center().y() - side / 2, side, side)
        icons.paint(painter, painting.mirrored(spot, room, way), "triangle-alert", mark)
        words = painting.mirrored(painting.inset(room, side + now.px(5), 0, 0, 0), room, way)
        painting.line(painter, words, text, font=now.font("captionStrong"), colour=mark)

    def _paint_actions(self, painter: QPainter, rect: QRectF, layout: RowLayout) -> None:
        now = theme.current()
        size = now.px(20)
        for name, place in layout.actions:
            button = painting.mirrored(place, rect, QGuiApplication.layoutDirection())
            fill, border = now.colour("surface"), now.colour("border")
            painting.box(painter, button, now.radius("input"), fill=fill, border=border)
            spot = QRectF(0, 0, size, size)
            spot.moveCenter(button.center())
            ink = now.colour("danger" if name == "remove" else "text")
            icons.paint(painter, spot, ICONS[name], ink)
