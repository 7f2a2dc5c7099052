"""What stands still: empty places, banners, the picture of a receipt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import Tone
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.pill import IconMark

_WITH_ICON = 150
"""Below this height the sentences stand alone."""


class EmptyState(QWidget):
    """An icon and two sentences where nothing is yet."""

    def __init__(
        self, icon: str, title: str, detail: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._title = title
        self._detail = detail
        self.setAccessibleName(f"{title}. {detail}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_content(self, icon: str, title: str, detail: str) -> None:
        """Say something else."""
        self._icon, self._title, self._detail = icon, title, detail
        self.setAccessibleName(f"{title}. {detail}")
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for both sentences."""
        now = theme.current()
        return QSize(now.px(200), now.px(90))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint in the middle."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        middle = rect.center()
        top = middle.y() - now.px(42)
        if rect.height() >= now.px(_WITH_ICON):
            top = self._paint_icon(painter, rect) + now.px(14)
        width = min(rect.width() - now.px(24), now.px(340))
        words = QRectF(middle.x() - width / 2, top, width, now.px(22))
        ink, font = now.colour("text"), now.font("row")
        painting.line(painter, words, self._title, font=font, colour=ink, align=painting.CENTRE)
        words = QRectF(words.left(), words.bottom() + now.px(2), width, now.px(60))
        font, muted = now.font("meta"), now.colour("text2")
        painting.paragraph(painter, words, self._detail, font=font, colour=muted)

    def _paint_icon(self, painter: QPainter, rect: QRectF) -> float:
        """Paint the icon above the middle; where it ends."""
        now = theme.current()
        disc = QRectF(0, 0, now.px(64), now.px(64))
        disc.moveCenter(rect.center())
        disc.moveTop(rect.center().y() - now.px(74))
        painting.box(painter, disc, disc.height() / 2, fill=now.colour("sunken"))
        spot = painting.inset(disc, now.px(18), now.px(18), now.px(18), now.px(18))
        icons.paint(painter, spot, self._icon, now.colour("text3"))
        return disc.bottom()


_BANNER = {
    Tone.OK: ("info", "info"),
    Tone.WARN: ("warn", "triangle-alert"),
    Tone.ERROR: ("danger", "circle-alert"),
}


class Banner(QWidget):
    """A sentence across the screen: what happened, what was kept, what to do.

    Args:
        stays: it has no cross.

    Signals:
        dismissed: its cross was pressed.
    """

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, *, stays: bool = False) -> None:
        super().__init__(parent)
        now = theme.current()
        self._tone = Tone.WARN
        self._icon = IconMark("triangle-alert", 20, "onWarnSoft")
        self._text = Label("", "strong")
        self._text.setWordWrap(True)
        cross = AppButton("", ButtonKind.ICON, icon="x", name=_("Dismiss"))
        cross.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(16), now.px(2), now.px(8), now.px(2))
        row.setSpacing(now.px(12))
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(cross)
        cross.setVisible(not stays)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def text(self) -> str:
        """The sentence shown, empty when the banner is away."""
        return "" if self.isHidden() else self._text.text()

    def show_text(self, text: str, tone: Tone) -> None:
        """Show a sentence until it is dismissed or :meth:`hide` is called."""
        self._tone = tone
        soft, icon = _BANNER[tone]
        self._icon.set_icon(icon, painting.SOFT[soft][1])
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground in the tone's colour."""
        now = theme.current()
        painter = QPainter(self)
        soft, mark = painting.SOFT[_BANNER[self._tone][0]]
        painter.fillRect(self.rect(), now.colour(soft))
        edge = QRectF(0, self.height() - 1, self.width(), 1)
        painter.fillRect(edge, now.colour(mark))

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class _Paper(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QPixmap()

    def set_picture(self, picture: QPixmap) -> None:
        self.picture = picture
        self.setMinimumSize(picture.deviceIndependentSize().toSize())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.smooth(painter)
        left = round((self.width() - self.picture.deviceIndependentSize().width()) / 2)
        painter.drawPixmap(max(left, 0), 0, self.picture)


class ReceiptPreview(QScrollArea):
    """A receipt as its printer would print it, from a PNG."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper = _Paper()
        self.setWidget(self._paper)
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Receipt"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def shows_something(self) -> bool:
        """Whether there is a picture."""
        return not self._paper.picture.isNull()

    def clear(self) -> None:
        """Show nothing."""
        self._paper.set_picture(QPixmap())

    def show_png(self, source: Path | bytes) -> bool:
        """Show a PNG scaled to the width; False when it is no picture."""
        picture = QPixmap()
        if isinstance(source, bytes):
            picture.loadFromData(source)
        else:
            picture.load(str(source))
        if picture.isNull():
            return False
        # Scaled to device pixels, so that the small print stays sharp on a dense screen.
        ratio = self.devicePixelRatioF()
        width = round((self.viewport().width() - 4) * ratio)
        if picture.width() > width > 0:
            picture = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        picture.setDevicePixelRatio(ratio)
        self._paper.set_picture(picture)
        self.verticalScrollBar().setValue(0)
        return True
