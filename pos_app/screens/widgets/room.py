"""What gives way where there is little room: it scrolls, yields its place or waits behind More."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from pos_app.runtime import theme

_NARROW = 1000
"""Below this width of a page, at scale 1, what only repeats something is hidden."""


class Roll(QScrollArea):
    """Shrinks its content as far as that can, then scrolls it upwards; what has the focus shows.

    Args:
        content: what it holds.
        parent: Qt parent.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        content.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        """As wide as the content needs; as low as a touch target."""
        content = self.widget()
        width = content.minimumSizeHint().width() if content is not None else 0
        return QSize(width, theme.current().height("touch"))

    def sizeHint(self) -> QSize:
        """As the content would like it."""
        content = self.widget()
        return content.sizeHint() if content is not None else QSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the content the width, and the height that it needs at least."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The content came to need another height."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        content, room = self.widget(), self.maximumViewportSize()
        if content is None:
            return
        needed = _least_height(content, room.width())
        if needed > room.height():
            room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
            needed = _least_height(content, room.width())
        content.resize(room.width(), max(needed, room.height()))

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        content = self.widget()
        if now is not None and content is not None and content.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, theme.current().px(8))


def _least_height(content: QWidget, width: int) -> int:
    layout = content.layout()
    if layout is None:
        return content.minimumSizeHint().height()
    if layout.hasHeightForWidth():
        return max(layout.minimumHeightForWidth(width), content.minimumHeight())
    return max(layout.totalMinimumSize().height(), content.minimumHeight())


class OverflowRow(QWidget):
    """Buttons of one width side by side; what has no room is hidden, the last one never.

    Args:
        buttons: in order; the last leads to all the others.
        parent: Qt parent.
    """

    def __init__(self, buttons: Sequence[QAbstractButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = tuple(buttons)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.current().px(8))
        for button in self._buttons:
            self._row.addWidget(button, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Room for the last button."""
        return self._buttons[-1].minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as there is room for."""
        super().resizeEvent(event)
        gap, last = self._row.spacing(), self._buttons[-1]
        room = self.width() - last.minimumSizeHint().width()
        for button in self._buttons[:-1]:
            room -= button.minimumSizeHint().width() + gap
            button.setVisible(room >= 0)


def give_way(page: QWidget, part: QWidget) -> None:
    """Show a part that only repeats something where its page has room for it, else hide it."""
    wide = page.width() >= theme.current().px(_NARROW)
    layout = page.layout()
    if part.isHidden() is wide and layout is not None:
        part.setVisible(wide)
        # A page that is not shown yet would keep the least size that it had with the part.
        layout.activate()


def without(size: QSize, part: QWidget, *, spacing: int = 0) -> QSize:
    """The least size of a page that hides a part of it where it is narrow."""
    if part.isHidden():
        return size
    taken = max(part.minimumSizeHint().width(), part.minimumWidth()) + spacing
    return QSize(max(0, size.width() - taken), size.height())
