"""A QR code on the screen, black on white in every look so that phones read it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.runtime import theme

_QUIET = 4
"""Modules of white around the code: ISO/IEC 18004, 6.3.8."""


class QrCode(QWidget):
    """Shows modules that somebody else worked out.

    Args:
        side: its width and height at scale 1.
        parent: Qt parent.
    """

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modules: Sequence[Sequence[bool]] = ()
        pixels = theme.current().px(side)
        self.setFixedSize(QSize(pixels, pixels))

    def show_modules(self, modules: Sequence[Sequence[bool]]) -> None:
        """Show a code; without modules nothing."""
        self._modules = modules
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint whole pixels, so that no edge is blurred."""
        if not self._modules:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        across = len(self._modules) + 2 * _QUIET
        pixel = max(self.width() // across, 1)
        start = (self.width() - pixel * len(self._modules)) // 2
        dark = QColor(Qt.GlobalColor.black)
        for row, modules in enumerate(self._modules):
            for column, is_dark in enumerate(modules):
                if is_dark:
                    left, top = start + column * pixel, start + row * pixel
                    painter.fillRect(QRectF(left, top, pixel, pixel), dark)
