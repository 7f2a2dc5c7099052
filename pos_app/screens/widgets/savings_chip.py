"""The chip in the totals that tells what the customer saves; it leads to the reasons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pos_app.runtime import icons, theme
from pos_app.screens.widgets import painting

_ROLE = "strong"
_PILL, _PAD, _TAG, _GAP, _ARROW = 34, 12, 16, 7, 16


class SavingsChip(QAbstractButton):
    """A pill high enough to touch; in a narrow place only its amount is left.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_saving(self, text: str, short: str, *, name: str, hint: str) -> None:
        """Show a saving.

        Args:
            text: the sentence.
            short: what stands there when the sentence does not fit.
            name: accessible name.
            hint: for whoever hovers.
        """
        self._short = short
        self.setText(text)
        self.setAccessibleName(name)
        self.setToolTip(hint)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide as the sentence, high enough to touch."""
        return QSize(self._width(self.text()), theme.current().height("touch"))

    def minimumSizeHint(self) -> QSize:
        """Room for the amount."""
        return QSize(self._width(self._short), theme.current().height("touch"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint pill, tag, words and arrow."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(0, 0, self.width(), now.px(_PILL))
        rect.moveCenter(QRectF(self.rect()).center())
        soft, mark = painting.SOFT["success"]
        ink = now.colour(mark)
        percent = 12 if self.isDown() else 5 if self.underMouse() else 0
        border = ink if now.look is theme.Look.CONTRAST else None
        fill = now.blend(soft, "text", percent)
        painting.box(painter, rect, rect.height() / 2, fill=fill, border=border)
        inner = painting.inset(rect, now.px(_PAD), 0, now.px(_PAD - 4), 0)
        way = self.layoutDirection()
        rtl = way == Qt.LayoutDirection.RightToLeft
        tag = QRectF(inner.left(), inner.top(), now.px(_TAG), inner.height())
        arrow = QRectF(inner.right() - now.px(_ARROW), inner.top(), now.px(_ARROW), inner.height())
        words = QRectF(inner)
        words.setLeft(tag.right() + now.px(_GAP))
        words.setRight(arrow.left())
        icons.paint(painter, painting.mirrored(tag, rect, way), "tag", ink)
        name = "chevron-left" if rtl else "chevron-right"
        icons.paint(painter, painting.mirrored(arrow, rect, way), name, ink)
        text = self.text() if self.width() >= self.sizeHint().width() else self._short
        words = painting.mirrored(words, rect, way)
        painting.line(painter, words, text, font=now.font(_ROLE), colour=ink)
        if self.hasFocus():
            painting.focus_ring(painter, rect, rect.height() / 2)

    def _width(self, text: str) -> int:
        now = theme.current()
        words = round(painting.width_of(text, now.font(_ROLE))) + 2
        return words + now.px(2 * _PAD - 4 + _TAG + _GAP + _ARROW + 2)
