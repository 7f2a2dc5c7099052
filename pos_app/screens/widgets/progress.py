"""How far something has come, as a bar; its counts are written beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.screens.widgets import painting


class ProgressBar(QWidget):
    """A bar for a known total; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = 0
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def permille(self) -> int:
        """How full it is."""
        return self._done * 1000 // self._total if self._total else 0

    def show_progress(self, done: int, total: int, words: str) -> None:
        """Show so much of a total; ``words`` is what a screen reader says. 0 of 0 hides it."""
        self._done, self._total = min(done, total), total
        self.setAccessibleName(words)
        self.setVisible(total > 0)
        self.update()

    def sizeHint(self) -> QSize:
        """A line across."""
        now = theme.current()
        return QSize(now.px(160), now.px(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and what is done of it."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        border = now.colour("border") if now.look is theme.Look.CONTRAST else None
        painting.box(painter, rect, radius, fill=now.colour("mute"), border=border)
        full = QRectF(rect)
        full.setWidth(max(rect.width() * self.permille / 1000, rect.height()))
        full = painting.mirrored(full, rect, self.layoutDirection())
        painting.box(painter, full, radius, fill=now.colour("primary"))
