"""What the payment page is made of: means of payment, notes, the amount typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from pos_app.runtime import icons, theme
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind

_LOW = 76
"""Below this height title, explanation and key do not fit."""


class TenderTile(QAbstractButton):
    """A means of payment with one line of explanation and its key.

    Args:
        title: its name.
        detail: what it does now.
        icon: Lucide name.
        hint: its key.
        parent: Qt parent.
    """

    def __init__(
        self,
        title: str,
        detail: str,
        *,
        icon: str,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._detail = detail
        self._icon = icon
        self._hint = hint
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(theme.current().px(190))

    def set_detail(self, detail: str) -> None:
        """Explain it otherwise."""
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.update()

    def set_hint(self, hint: str) -> None:
        """Show another key."""
        self._hint = hint
        self.update()

    def sizeHint(self) -> QSize:
        """84 px high at least."""
        now = theme.current()
        return QSize(now.px(180), now.height("tenderTile"))

    def minimumSizeHint(self) -> QSize:
        """As :meth:`sizeHint`, narrower."""
        now = theme.current()
        return QSize(now.px(120), now.height("tenderTile"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tile; the chosen one has a thick border and its own colour."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        fill, border = ("primarySoft", "primary") if chosen else ("surface", "border")
        radius = now.radius("card")
        colour = now.colour(fill)
        if self.isEnabled() and (self.isDown() or self.underMouse()):
            colour = now.blend(fill, "text", 8 if self.isDown() else 3)
        width = 2 if chosen else 1
        painting.box(painter, rect, radius, fill=colour, border=now.colour(border), width=width)
        ink = now.colour("onPrimarySoft" if chosen else "text" if self.isEnabled() else "text3")
        self._paint_content(painter, rect, ink)
        if self.hasFocus():
            painting.focus_ring(painter, rect, radius)

    def _paint_content(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        now = theme.current()
        # On a low tile the key takes the place of the explanation, or it would lie on the title.
        low = rect.height() < now.px(_LOW)
        detail = self._hint if low and self._hint else self._detail
        side, edge = now.px(26), now.px(10 if low else 18)
        spot = QRectF(rect.left() + edge, rect.center().y() - side / 2, side, side)
        way = self.layoutDirection()
        icons.paint(painter, painting.mirrored(spot, rect, way), self._icon, colour)
        words = QRectF(spot.right() + now.px(8 if low else 14), 0, 0, now.px(24))
        words.setRight(rect.right() - now.px(4 if low else 10))
        shift = now.px(11) if detail else 0
        words.moveTop(rect.center().y() - words.height() / 2 - shift)
        place = painting.mirrored(words, rect, way)
        painting.line(painter, place, self.text(), font=now.font("amount"), colour=colour)
        if detail:
            place = place.translated(0, now.px(22))
            muted = now.colour("text2")
            painting.line(painter, place, detail, font=now.font("meta"), colour=muted)
        if low:
            return
        hint = painting.inset(rect, now.px(12), now.px(8), now.px(12), rect.height() - now.px(24))
        muted = now.colour("text3")
        align = painting.RIGHT
        painting.line(painter, hint, self._hint, font=now.font("hint"), colour=muted, align=align)


@dataclass(frozen=True, slots=True)
class Note:
    """An amount to take with one tap; minor units."""

    label: str
    amount_minor: int


class QuickNotes(QWidget):
    """The exact amount and the notes likely handed over.

    Signals:
        chosen: the amount in minor units.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        self._notes: list[Note] = []
        self._buttons = [
            AppButton("", ButtonKind.NOTE, name="–", parent=self) for _slot in range(4)
        ]
        for slot, button in enumerate(self._buttons):
            button.clicked.connect(lambda _on=False, at=slot: self._choose(at))
            row.addWidget(button, 1)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show up to four amounts; their places never move."""
        self._notes = list(notes[: len(self._buttons)])
        for slot, button in enumerate(self._buttons):
            used = slot < len(self._notes)
            button.setEnabled(used)
            button.set_label(self._notes[slot].label if used else "", "" if used else "–")

    def _choose(self, slot: int) -> None:
        if slot < len(self._notes):
            self.chosen.emit(self._notes[slot].amount_minor)


class AmountDisplay(QWidget):
    """A label and an amount on a sunken ground, as on a calculator."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._amount = ""
        self._faint = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """64 px high where there is room."""
        now = theme.current()
        return QSize(now.px(200), now.px(64))

    def minimumSizeHint(self) -> QSize:
        """Room for the figures."""
        now = theme.current()
        return QSize(now.px(160), now.px(48))

    def show_amount(self, label: str, amount: str, *, faint: bool = False) -> None:
        """Show an amount; ``faint`` for one that is proposed and not typed."""
        self._label, self._amount, self._faint = label, amount, faint
        self.setAccessibleName(f"{label} {amount}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, label and amount."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        border = now.colour("border") if now.look is theme.Look.CONTRAST else None
        fill = now.colour("surface2")
        painting.box(painter, rect, now.radius("input"), fill=fill, border=border)
        inner = painting.inset(rect, now.px(16), 0, now.px(16), 0)
        muted = now.colour("text2")
        painting.line(painter, inner, self._label, font=now.font("body"), colour=muted)
        ink = now.colour("text3" if self._faint else "text")
        font = now.font("total")
        painting.line(painter, inner, self._amount, font=font, colour=ink, align=painting.RIGHT)
