"""The grid while it is designed: free places are seen, keys are chosen, carried and dragged."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from pos_app.runtime import icons, theme
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.records import TileKind, TileView
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.tile_grid import TILE_GAP, ProductTileGrid, TileDelegate, tile_model

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class DesignDelegate(TileDelegate):
    """Paints free places and which key is chosen or on its way."""

    def __init__(self, view: DesignGrid) -> None:
        super().__init__(view)
        self._view = view

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one place."""
        super().paint(painter, option, index)
        tile = index.data(RECORD_ROLE)
        now = theme.current()
        gap = now.px(TILE_GAP)
        rect = painting.inset(QRectF(option.rect), 0, 0, gap, gap)
        painter.save()
        painting.smooth(painter)
        if isinstance(tile, TileView) and tile.kind is TileKind.FREE:
            self._paint_free(painter, rect)
        tone = "warn" if index.row() == self._view.moving else "primary"
        if index.row() in {self._view.chosen_place, self._view.moving}:
            edge = painting.inset(rect, 1, 1, 1, 1)
            painting.box(painter, edge, now.radius("card"), border=now.colour(tone), width=3)
        painter.restore()

    @staticmethod
    def _paint_free(painter: QPainter, rect: QRectF) -> None:
        now = theme.current()
        painter.setPen(QPen(now.colour("outline"), 1, Qt.PenStyle.DashLine))
        radius = now.radius("card")
        painter.drawRoundedRect(painting.inset(rect, 1, 1, 1, 1), radius, radius)
        spot = QRectF(0, 0, now.px(22), now.px(22))
        spot.moveCenter(rect.center())
        icons.paint(painter, spot, "plus", now.colour("text3"))


class DesignGrid(ProductTileGrid):
    """All places of a page.

    Signals:
        tapped: a place.
        dragged: the place a key was dragged from, and to.
        stepped: by how many places the arrows go; True while Ctrl is held.
        entered: Enter.
    """

    tapped = Signal(int)
    dragged = Signal(int, int)
    stepped = Signal(int, bool)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._tiles = tile_model(None)
        super().__init__(self._tiles, parent)
        self._tiles.setParent(self)
        self.chosen_place = 0
        self.moving = -1
        self._pressed = -1
        self.setItemDelegate(DesignDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_places(self, tiles: tuple[TileView, ...], chosen: int, moving: int) -> None:
        """Show a page; the chosen place is brought into view."""
        self._tiles.replace(tiles)
        self.chosen_place, self.moving = chosen, moving
        index = self._tiles.index(chosen)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, with Ctrl they carry the key along; Enter is the page's."""
        way = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        columns = self.columns()
        steps = {
            Qt.Key.Key_Left: -way,
            Qt.Key.Key_Right: way,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            carry = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.stepped.emit(step, carry)
        elif event.key() in _ENTER:
            if not event.isAutoRepeat():
                self.entered.emit()
        else:
            event.ignore()
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A key is taken up; where it is let go decides."""
        self._pressed = self._place(event.position().toPoint())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The key goes with the pointer: a picture of it would hide where it goes."""
        if self._pressed >= 0 and self._pressed != self._place(event.position().toPoint()):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go elsewhere it was dragged, on itself it was tapped."""
        source, self._pressed = self._pressed, -1
        self.unsetCursor()
        target = self._place(event.position().toPoint())
        if target >= 0 and source == target:
            self.tapped.emit(target)
        elif target >= 0 and source >= 0:
            self.dragged.emit(source, target)
        event.accept()

    def _place(self, point: QPoint) -> int:
        return self.indexAt(point).row()
