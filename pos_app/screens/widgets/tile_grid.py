"""The grid of product tiles: a list view with one painted delegate."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPainterPath, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.runtime import icons, theme
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.records import TileKind, TileView
from pos_app.screens.widgets import painting

_MIN_WIDTH = 160
_ROOMY = 1000
TILE_GAP = 11
_BAND = 52


def tile_model(parent: QWidget | None = None) -> RecordListModel[TileView]:
    """A model of tiles for :class:`ProductTileGrid`."""
    return RecordListModel(
        key=lambda tile: (tile.kind, tile.sku),
        text=lambda tile: tile.name,
        spoken=lambda tile: ", ".join(
            part for part in (tile.name, tile.price, tile.remark, tile.badge) if part
        ),
        parent=parent,
    )


class TileDelegate(QStyledItemDelegate):
    """Paints a tile: picture on its tint, name, remark and price."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The grid's cell decides."""
        view = option.widget
        return view.gridSize() if isinstance(view, QListView) else QSize()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one tile."""
        tile = index.data(RECORD_ROLE)
        if not isinstance(tile, TileView) or tile.kind is TileKind.FREE:
            return
        now = theme.current()
        painter.save()
        painting.smooth(painter)
        cell: QRect = option.rect
        gap = now.px(TILE_GAP)
        rect = painting.inset(cell, 0, 0, gap, gap)
        state: QStyle.StateFlag = option.state
        self._paint_frame(painter, rect, tile, state)
        self._paint_words(painter, rect, tile)
        if tile.badge:
            self._paint_badge(painter, rect, tile)
        focused = state & QStyle.StateFlag.State_HasFocus
        if focused:
            painting.focus_ring(painter, rect, now.radius("card"))
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, rect: QRectF, tile: TileView, state: QStyle.StateFlag
    ) -> None:
        now = theme.current()
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        back, mark = now.tint(tile.tint)
        radius = now.radius("card")
        path = QPainterPath()
        path.addRoundedRect(rect, radius, radius)
        painter.setClipPath(path)
        painter.fillRect(rect, now.colour("surface"))
        band = QRectF(rect.left(), rect.top(), rect.width(), now.px(_BAND))
        painter.fillRect(band, back)
        painter.setClipping(False)
        border = now.colour("primary" if hover else "border")
        painting.box(painter, rect, radius, border=border, width=1)
        size = now.px(30)
        spot = QRectF(0, 0, size, size)
        spot.moveCenter(band.center())
        icons.paint(painter, spot, tile.icon, QColor(mark))

    def _paint_words(self, painter: QPainter, rect: QRectF, tile: TileView) -> None:
        now = theme.current()
        pad = now.px(11)
        name = QRectF(
            rect.left() + pad, rect.top() + now.px(58), rect.width() - 2 * pad, now.px(22)
        )
        ink = now.colour("text")
        painting.line(painter, name, tile.name, font=now.font("strong"), colour=ink)
        base = QRectF(rect.left() + pad, rect.bottom() - now.px(31), name.width(), now.px(22))
        font = now.font("amount")
        taken = painting.width_of(tile.price, font) + 2
        way = QGuiApplication.layoutDirection()
        price = painting.mirrored(painting.inset(base, base.width() - taken, 0, 0, 0), base, way)
        painting.line(painter, price, tile.price, font=font, colour=ink, align=painting.RIGHT)
        small = now.font("meta")
        room = base.width() - taken - now.px(6)
        if tile.remark and painting.width_of(tile.remark, small) <= room:
            remark = painting.mirrored(painting.inset(base, 0, 0, taken, 0), base, way)
            painting.line(painter, remark, tile.remark, font=small, colour=now.colour("text2"))

    def _paint_badge(self, painter: QPainter, rect: QRectF, tile: TileView) -> None:
        now = theme.current()
        font = now.font("captionStrong")
        width = painting.width_of(tile.badge, font) + now.px(14)
        place = QRectF(rect.right() - width - now.px(6), rect.top() + now.px(6), width, now.px(20))
        painting.pill(painter, place, tile.badge, role="captionStrong", tone="warn")


class ProductTileGrid(QListView):
    """Tiles in as many columns as their smallest width allows.

    Signals:
        chosen: the :class:`TileView` that was tapped or entered; a free place is none.
    """

    chosen = Signal(object)

    def __init__(self, model: RecordListModel[TileView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(TileDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(theme.current().px(40))
        self.clicked.connect(self._choose)
        self.doubleClicked.connect(self._choose)

    def columns(self) -> int:
        """Tiles in a row at the present width."""
        now = theme.current()
        return max(1, (self.viewport().width() - 4) // now.px(_MIN_WIDTH + TILE_GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns; 4 px stay free or the view would wrap early."""
        super().resizeEvent(event)
        now = theme.current()
        width = (self.viewport().width() - 4) // self.columns()
        roomy = self.viewport().width() >= now.px(_ROOMY)
        height = now.height("tileRoomy" if roomy else "tile")
        self.setGridSize(QSize(width, height + now.px(TILE_GAP)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar choose; letters are left to the input line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if not event.isAutoRepeat():
                self._choose(self.currentIndex())
            event.accept()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        tile = index.data(RECORD_ROLE)
        if isinstance(tile, TileView) and tile.kind is not TileKind.FREE:
            self.chosen.emit(tile)
