"""A sheet from the side: Esc, its cross or a tap beside it closes it and keeps the work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, ElideLabel, Rule
from pos_app.screens.widgets.room import Roll
from pos_app.screens.widgets.sides import works_at_left

NARROW, WIDE = 420, 560
_BY_TAB = Qt.FocusReason.TabFocusReason


class Sheet(QWidget):
    """Lies over its parent, dims it and holds one content at a time.

    Args:
        parent: what it lies over.
        alone: while it is open, keys mean nothing but in it; otherwise it leaves to the screen
            below what it does not know.

    Signals:
        letters_asked: a finger wants the touch keyboard.
        opened: another content is about to be shown.
        closed: it was closed by a person or by :meth:`close_sheet`.
    """

    letters_asked = Signal()
    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget, *, alone: bool = True) -> None:
        super().__init__(parent)
        self._host = parent
        self._alone = alone
        now = theme.current()
        self._panel = Card("surface", self)
        self._title = ElideLabel("", "h2")
        cross = AppButton("", ButtonKind.ICON, icon="x", name=_("Close"))
        cross.clicked.connect(self.leave_sheet)
        letters = AppButton("", ButtonKind.ICON, icon="keyboard", name=_("Keyboard for fingers"))
        letters.clicked.connect(self.letters_asked)
        if not alone:
            letters.hide()
        head = QHBoxLayout()
        head.setContentsMargins(now.px(20), now.px(8), now.px(8), now.px(8))
        head.addWidget(self._title, 1)
        head.addWidget(letters)
        head.addWidget(cross)
        self._body = QVBoxLayout()
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Rule())
        column.addLayout(self._body, 1)
        self._content: QWidget | None = None
        self._roll: Roll | None = None
        self._leave: Callable[[], object] | None = None
        self._width = NARROW
        self._slide = QPropertyAnimation(self._panel, b"geometry", self)
        self._slide.setDuration(120)
        parent.installEventFilter(self)
        self.hide()

    @property
    def content(self) -> QWidget | None:
        """What the open sheet holds."""
        return self._content if self.isVisible() else None

    @property
    def covered(self) -> QRect:
        """What the panel covers of the host when it stands still; nothing when it is closed."""
        return self._panel_area() if self.isVisible() else QRect()

    @property
    def modal(self) -> bool:
        """Whether its content itself decides when it is left."""
        return self.content is not None and self._leave is not None

    def open_with(
        self,
        title: str,
        content: QWidget,
        *,
        width: int = NARROW,
        leave: Callable[[], object] | None = None,
    ) -> None:
        """Show a content; another one that was shown is let go.

        Args:
            leave: called in place of closing when a person wants to leave it.
        """
        self._drop()
        self._leave = leave
        self.opened.emit()
        self._title.set_text(title)
        self.setAccessibleName(title)
        self._content = content
        self._roll = self._rolled(content)
        self._body.addWidget(self._roll, 1)
        content.show()
        self._width = width
        self._fit()
        self.show()
        self.raise_()
        target = content.focusProxy() or content
        target.setFocus()
        if theme.current().motion:
            end = self._panel.geometry()
            way = -48 if works_at_left() else 48
            self._slide.setStartValue(end.translated(theme.current().px(way), 0))
            self._slide.setEndValue(end)
            self._slide.start()

    def leave_sheet(self) -> None:
        """A person wants to leave it."""
        if self._leave is not None:
            self._leave()
        else:
            self.close_sheet()

    def close_sheet(self) -> None:
        """Close it if it is open."""
        if not self.isVisible():
            return
        self.hide()
        self._drop()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; where it is alone, nothing reaches the screen below."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave_sheet()
            event.accept()
        else:
            event.setAccepted(self._alone)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Tab stays within the sheet."""
        if not self._alone:
            return super().focusNextPrevChild(forward)
        stops = [
            widget
            for widget in self._panel.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisible()
            and widget.isEnabled()
            and widget.focusProxy() is None
        ]
        if stops:
            now = next((i for i, stop in enumerate(stops) if stop.hasFocus()), -1)
            stops[(now + (1 if forward else -1)) % len(stops)].setFocus(_BY_TAB)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap beside the sheet closes it."""
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.leave_sheet()
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim what lies below."""
        painter = QPainter(self)
        veil = QColor(theme.current().colour("shadow"))
        veil.setAlpha(90)
        painter.fillRect(self.rect(), veil)
        panel = QRectF(self._panel.geometry())
        painting.shadow(painter, panel, 0)
        # Where all is black, only a line tells the sheet from what lies below.
        edge = painting.inset(panel, -1, 0, -1, 0)
        painter.fillRect(edge, theme.current().colour("border"))

    def _drop(self) -> None:
        self._leave = None
        if self._roll is not None:
            self._body.removeWidget(self._roll)
            self._roll.hide()
            self._roll.deleteLater()
            self._content = self._roll = None

    def _rolled(self, content: QWidget) -> Roll:
        """The content with space around it, to be scrolled where it is too high."""
        pad = theme.current().px(20)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(content)
        return Roll(page)

    def _fit(self) -> None:
        self.setGeometry(self._host.rect())
        self._slide.stop()
        self._panel.setGeometry(self._panel_area())

    def _panel_area(self) -> QRect:
        area = self._host.rect()
        width = min(theme.current().px(self._width), area.width())
        left = 0 if works_at_left() else area.width() - width
        return QRect(left, 0, width, area.height())
