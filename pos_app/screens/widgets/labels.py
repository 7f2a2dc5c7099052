"""Labels with a text role and a tone, and one that elides."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.screens.widgets import painting


class Label(QLabel):
    """Plain text in a role of the design.

    Args:
        text: shown as it is, never as markup.
        role: a text role of the tokens.
        tone: empty for the text colour, or text2, text3, success, warn, danger, primary.
        align: alignment within the label.
        parent: Qt parent.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        tone: str = "",
        align: Qt.AlignmentFlag = painting.LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.current().font(role))
        self.setAlignment(align)
        self.setProperty("tone", tone)
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Change the colour."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class ElideLabel(QWidget):
    """One line that ends in an ellipsis where there is no room; hovering shows all of it."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        colour: str = "text",
        align: Qt.AlignmentFlag = painting.LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._colour = colour
        self._align = align
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The whole text's size."""
        now = theme.current()
        font = now.font(self._role)
        return QSize(round(painting.width_of(self._text, font)) + 2, round(font.pixelSize() * 1.4))

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(theme.current().px(24), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text, elided."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        font, colour = now.font(self._role), now.colour(self._colour)
        rect = QRectF(self.rect())
        painting.line(painter, rect, self._text, font=font, colour=colour, align=self._align)


class Card(QFrame):
    """A surface with a border and round corners; ``kind`` is a frame kind of the style sheet."""

    def __init__(self, kind: str = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)


class Rule(QFrame):
    """A hair line across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rule")
        self.setFixedHeight(1)
