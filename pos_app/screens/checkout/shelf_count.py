"""What is left in the store, on the tiles; counted beside the selling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.inventory.queries import told_on_hand
from pos_app.runtime.i18n import sentence
from pos_app.screens.checkout.views import stock_left
from pos_app.screens.records import TileKind, TileView
from retail.catalog import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_app.screens.task_runner import TaskRunner

AGAIN_MS = 30_000
"""And again, because the other tills of the store sell, too."""


class ShelfCount(QObject):
    """Marks the tiles that are shown with what is left of them.

    Only what head office told a level of is marked, and only goods sold by the piece: a tile says
    of weighed goods that they are.

    Signals:
        marked: the same tiles, as a tuple of :class:`TileView`.
        stopped: a sentence; the store could not be read.
    """

    marked = Signal(object)
    stopped = Signal(str)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._plain: tuple[TileView, ...] = ()
        self._shown: tuple[TileView, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self.count)

    def follow(self, tiles: tuple[TileView, ...]) -> None:
        """Another page of tiles is shown."""
        self._plain = self._shown = tiles
        self.count()

    def count(self) -> None:
        """Ask what is left; called whenever goods have moved."""
        tiles = self._plain
        skus = tuple(tile.sku for tile in tiles if _counts(tile))
        if not skus:
            self._timer.stop()
            return
        self._timer.start()
        self._tasks.read(
            told_on_hand,
            skus,
            done=lambda there: self._mark(tiles, there),
            failed=lambda error: self.stopped.emit(sentence(error)),
        )

    def _mark(self, tiles: tuple[TileView, ...], there: Mapping[str, int]) -> None:
        if tiles is not self._plain:
            return
        marked = tuple(
            replace(tile, remark=stock_left(there[tile.sku], Unit.PIECE))
            if _counts(tile) and tile.sku in there
            else tile
            for tile in tiles
        )
        if marked != self._shown:
            self._shown = marked
            self.marked.emit(marked)


def _counts(tile: TileView) -> bool:
    return tile.kind is TileKind.ARTICLE and not tile.remark
