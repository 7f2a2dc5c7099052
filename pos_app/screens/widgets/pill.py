"""Small round labels: pills, the sync pill, initials."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets import painting


class Pill(QWidget):
    """A word on a soft colour.

    Args:
        text: one or two words.
        tone: success, warn, danger, info, primary, plain or solid.
        parent: Qt parent.
    """

    def __init__(self, text: str, tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_content(self, text: str, tone: str) -> None:
        """Show another word."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The text with its round ends."""
        now = theme.current()
        width = painting.width_of(self._text, now.font("captionStrong"))
        return QSize(round(width) + now.px(20), now.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        painting.pill(painter, rect, self._text, role="captionStrong", tone=self._tone)


@dataclass(frozen=True, slots=True)
class SyncLook:
    """How a state of the connection is shown. ``mark``: dot, half, triangle or cross."""

    tone: str
    mark: str


LOOKS = {
    "online": SyncLook("success", "dot"),
    "syncing": SyncLook("primary", "half"),
    "offline": SyncLook("warn", "triangle"),
    "down": SyncLook("warn", "triangle"),
    "action": SyncLook("danger", "cross"),
}


class SyncPill(QAbstractButton):
    """The state of the link to the head office, in a colour, a mark and words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = LOOKS["offline"]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_state("syncing", _("Connecting …"))

    def set_state(self, state: str, text: str) -> None:
        """Show a state of :data:`LOOKS` with words."""
        self._look = LOOKS.get(state, LOOKS["action"])
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide as its words, high enough to touch."""
        now = theme.current()
        width = painting.width_of(self.text(), now.font("captionStrong"))
        return QSize(round(width) + now.px(42), now.height("touch"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint mark and words on a pill."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        soft, ink = painting.SOFT[self._look.tone]
        rect = QRectF(0, 0, self.width(), now.px(26))
        rect.moveCenter(QRectF(self.rect()).center())
        border = now.colour(ink) if now.look is theme.Look.CONTRAST else None
        painting.box(painter, rect, rect.height() / 2, fill=now.colour(soft), border=border)
        mark = QRectF(0, 0, now.px(9), now.px(9))
        mark.moveCenter(rect.center())
        mark.moveLeft(now.px(12))
        text = painting.inset(rect, now.px(28), 0, now.px(10), 0)
        direction = self.layoutDirection()
        mark = painting.mirrored(mark, rect, direction)
        text = painting.mirrored(text, rect, direction)
        self._paint_mark(painter, mark, ink)
        font, colour = now.font("captionStrong"), now.colour(ink)
        painting.line(painter, text, self.text(), font=font, colour=colour)
        if self.hasFocus():
            painting.focus_ring(painter, rect, rect.height() / 2)

    def _paint_mark(self, painter: QPainter, rect: QRectF, ink: str) -> None:
        colour = theme.current().colour(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if self._look.mark == "dot":
            painter.drawEllipse(rect)
        elif self._look.mark == "half":
            painter.drawPie(rect, 90 * 16, 180 * 16)
            painting.box(painter, rect, rect.height() / 2, border=colour, width=1.5)
        elif self._look.mark == "triangle":
            top = rect.center()
            top.setY(rect.top())
            painter.drawPolygon(QPolygonF([top, rect.bottomRight(), rect.bottomLeft()]))
        else:
            icons.paint(painter, painting.inset(rect, -3, -3, -3, -3), "x", colour)


class Avatar(QWidget):
    """Initials in a circle; decoration beside a written name."""

    def __init__(self, initials: str = "", size: int = 36, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = initials
        side = theme.current().px(size)
        self.setFixedSize(side, side)

    def set_initials(self, initials: str) -> None:
        """Show other initials."""
        self._initials = initials
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the circle."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        painting.box(painter, rect, rect.height() / 2, fill=now.colour("primarySoft"))
        font, colour = now.font("metaStrong"), now.colour("onPrimarySoft")
        align = painting.CENTRE
        painting.line(painter, rect, self._initials, font=font, colour=colour, align=align)


class IconMark(QWidget):
    """An icon in a colour of the theme; decoration without an accessible role."""

    def __init__(
        self, icon: str, size: int, colour: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._colour = colour
        side = theme.current().px(size)
        self.setFixedSize(side, side)

    def set_icon(self, icon: str, colour: str) -> None:
        """Show another icon."""
        self._icon, self._colour = icon, colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        colour = theme.current().colour(self._colour)
        icons.paint(painter, QRectF(self.rect()), self._icon, colour)
