"""People as tiles, and a PIN as dots."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.painting import CENTRE

_LEAST_DOTS = 4
_ROLES = {"manager": N_("Manager"), "cashier": N_("Cashier")}


def role_name(role: str) -> str:
    """What a role is called."""
    return _(_ROLES[role]) if role in _ROLES else role


class PersonTile(QAbstractButton):
    """Initials and a name; one of them is chosen."""

    def __init__(self, name: str, initials: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = initials
        self._role = role
        self.setText(name)
        self.setAccessibleName(f"{name}, {role}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """High enough for a finger."""
        now = theme.current()
        return QSize(now.px(180), now.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint avatar, name and role."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        fill = now.colour("primarySoft" if chosen else "surface")
        border = now.colour("primary" if chosen else "border")
        radius = now.radius("card")
        width = 2 if chosen else 1
        painting.box(painter, rect, radius, fill=fill, border=border, width=width)
        way = self.layoutDirection()
        side = now.px(40)
        disc = QRectF(rect.left() + now.px(14), rect.center().y() - side / 2, side, side)
        disc = painting.mirrored(disc, rect, way)
        ground = now.colour("primary" if chosen else "primarySoft")
        ink = now.colour("onPrimary" if chosen else "onPrimarySoft")
        painting.box(painter, disc, side / 2, fill=ground)
        font = now.font("strong")
        painting.line(painter, disc, self._initials, font=font, colour=ink, align=CENTRE)
        words = painting.inset(rect, now.px(66), now.px(15), now.px(10), rect.height() / 2 - 1)
        words = painting.mirrored(words, rect, way)
        text = now.colour("text")
        painting.line(painter, words, self.text(), font=now.font("row"), colour=text)
        words = words.translated(0, now.px(20))
        muted = now.colour("text2")
        painting.line(painter, words, self._role, font=now.font("caption"), colour=muted)
        if self.hasFocus():
            painting.focus_ring(painter, rect, radius)


class PinDots(QWidget):
    """As many full dots as digits were typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = 0
        self.setFixedHeight(theme.current().px(24))

    def show_digits(self, digits: int) -> None:
        """Show so many digits."""
        self._digits = digits
        self.setAccessibleName(_("%(n)d digits typed") % {"n": digits})
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots in the middle."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        count = max(_LEAST_DOTS, self._digits)
        side, gap = now.px(14), now.px(14)
        left = (self.width() - count * side - (count - 1) * gap) / 2
        for place in range(count):
            rect = QRectF(left + place * (side + gap), (self.height() - side) / 2, side, side)
            full = place < self._digits
            fill = now.colour("primary") if full else None
            border = now.colour("primary" if full else "outline")
            painting.box(painter, rect, side / 2, fill=fill, border=border, width=1.5)
