"""A choice of a few side by side, one of which is always made."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.screens.widgets import painting


class _Segment(QAbstractButton):
    """One of the choices. Its label is no button text, in which ``&`` would make a shortcut."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_label(self, text: str) -> None:
        """Say something else."""
        self._label = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """High enough to touch; a long text is elided."""
        now = theme.current()
        return QSize(now.px(140), now.height("touch"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chosen one raised from the ground."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = painting.inset(self.rect(), now.px(4), now.px(4), now.px(4), now.px(4))
        radius = now.radius("small")
        if self.isChecked():
            fill, border = now.colour("surface"), now.colour("outline")
            painting.box(painter, rect, radius, fill=fill, border=border)
        ink = "text" if self.isChecked() else "text2"
        colour = now.colour(ink if self.isEnabled() else "text3")
        words = painting.inset(rect, now.px(8), 0, now.px(8), 0)
        font, centre = now.font("strong"), painting.CENTRE
        painting.line(painter, words, self._label, font=font, colour=colour, align=centre)
        if self.hasFocus():
            painting.focus_ring(painter, rect, radius)


class Segments(QWidget):
    """Choices by their keys.

    Signals:
        chosen: the key that a person chose.
    """

    chosen = Signal(str)

    def __init__(self, labels: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments = {key: _Segment(self) for key in labels}
        for key, segment in self._segments.items():
            segment.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            row.addWidget(segment, 1)
            self.set_label(key, labels[key])

    def set_label(self, key: str, text: str, *, open_: bool = True) -> None:
        """What a choice says, and whether it may be made."""
        self._segments[key].set_label(text)
        self._segments[key].setEnabled(open_)

    def choose(self, key: str) -> None:
        """Mark a choice as made."""
        self._segments[key].setChecked(True)

    def button(self, key: str) -> QAbstractButton:
        """The button of a choice."""
        return self._segments[key]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sunken ground."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        border = now.colour("border") if now.look is theme.Look.CONTRAST else None
        rect = QRectF(self.rect())
        painting.box(painter, rect, now.radius("input"), fill=now.colour("sunken"), border=border)
