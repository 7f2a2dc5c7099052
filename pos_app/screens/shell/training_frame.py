"""A frame and a mark over everything, so that nobody takes practice for a sale."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets import painting

_EDGE = 6
_VEIL = 26
"""How much of the mark's colour is seen, of 255."""
_TILT = -24


class TrainingFrame(QWidget):
    """Lies over its host and lets every touch through.

    Args:
        host: the window.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Training: nothing is sold"))
        host.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size, and stay above what it shows."""
        if watched is self._host and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._fit()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the edge, its label and the mark across the window."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        area, edge = QRectF(self.rect()), float(now.px(_EDGE))
        warn = now.colour("warn")
        for side in (
            QRectF(0, 0, area.width(), edge),
            QRectF(0, area.height() - edge, area.width(), edge),
            QRectF(0, 0, edge, area.height()),
            QRectF(area.width() - edge, 0, edge, area.height()),
        ):
            painter.fillRect(side, warn)
        self._paint_mark(painter, area, QColor(warn))
        text = _("Training: nothing is sold")
        width = painting.width_of(text, now.font("captionStrong")) + now.px(32)
        label = QRectF((area.width() - width) / 2, 0, width, now.px(22))
        painting.pill(painter, label, text, role="captionStrong", tone="warn")

    def _paint_mark(self, painter: QPainter, area: QRectF, colour: QColor) -> None:
        colour.setAlpha(_VEIL)
        font = theme.current().font("due")
        font.setPixelSize(round(area.height() / 5))
        painter.save()
        painter.translate(area.center())
        painter.rotate(_TILT)
        room = QRectF(-area.width(), -area.height() / 4, 2 * area.width(), area.height() / 2)
        align = painting.CENTRE
        painting.line(painter, room, _("TRAINING"), font=font, colour=colour, align=align)
        painter.restore()

    def _fit(self) -> None:
        self.setGeometry(self._host.rect())
        self.raise_()
