"""Short messages above the work, at most three, some with Undo."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import Message, Tone
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind

MOST = 3
_SHOWN_MS = {Tone.OK: 8000, Tone.WARN: 8000, Tone.ERROR: 12_000}
_ICONS = {Tone.OK: "circle-check", Tone.WARN: "triangle-alert", Tone.ERROR: "circle-alert"}
_MARGIN = 8


class _UndoButton(AppButton):
    """Undo in the toast's inverse colours."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        rect = QRectF(self.rect())
        font, ink = now.font("strong"), now.colour("linkInverse")
        align = painting.CENTRE
        painting.line(painter, rect, self.text(), font=font, colour=ink, align=align)
        if self.hasFocus():
            painting.focus_ring(painter, rect, now.radius("small"))


class Toast(QWidget):
    """One message; it goes by itself."""

    undone = Signal()

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        now = theme.current()
        self.setAccessibleName(message.text)
        self.undo_button: AppButton | None = None
        if message.undo:
            self.undo_button = _UndoButton(_("Undo"), ButtonKind.GHOST, parent=self)
            self.undo_button.clicked.connect(self.undone)
        width = painting.width_of(message.text, now.font("body")) + now.px(72)
        if self.undo_button is not None:
            width += self._undo_width() + now.px(24)
        self._size = QSize(min(max(round(width), now.px(320)), now.px(560)), now.px(56))

    def sizeHint(self) -> QSize:
        """As wide as the text asks for, within limits."""
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint shadow, ground, icon and text."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        gap = now.px(_MARGIN)
        rect = painting.inset(self.rect(), gap, gap, gap, gap)
        painting.shadow(painter, rect, now.radius("input"))
        painting.box(painter, rect, now.radius("input"), fill=now.colour("inverse"))
        ink = now.colour("onInverse")
        side = now.px(20)
        spot = QRectF(rect.left() + now.px(12), rect.center().y() - side / 2, side, side)
        way = self.layoutDirection()
        icons.paint(painter, painting.mirrored(spot, rect, way), _ICONS[self.message.tone], ink)
        width = self._undo_width() if self.undo_button is not None else 0
        room = painting.inset(rect, now.px(42), 0, width + now.px(12), 0)
        room = painting.mirrored(room, rect, way)
        painting.line(painter, room, self.message.text, font=now.font("body"), colour=ink)
        if self.undo_button is not None:
            # The toast is lower than what a finger needs; its shadow's margin is touched too.
            height = now.height("touch")
            left, top = rect.right() - width - now.px(4), rect.center().y() - height / 2
            place = QRectF(left, top, width, height)
            self.undo_button.setGeometry(painting.mirrored(place, rect, way).toRect())

    def _undo_width(self) -> int:
        now = theme.current()
        words = painting.width_of(_("Undo"), now.font("strong"))
        return max(now.px(72), round(words) + now.px(38))


class ToastStack(QObject):
    """Shows toasts at the lower end of an anchor widget, newest lowest.

    Signals:
        undo_asked: Undo was pressed in a toast.
    """

    undo_asked = Signal()

    def __init__(self, host: QWidget, anchor: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._anchor = anchor
        self._toasts: list[Toast] = []
        anchor.installEventFilter(self)

    @property
    def shown(self) -> tuple[Message, ...]:
        """The messages on the screen, oldest first."""
        return tuple(toast.message for toast in self._toasts)

    def show_message(self, message: Message) -> None:
        """Add a message; the oldest goes when there are more than three."""
        while len(self._toasts) >= MOST:
            self._remove(self._toasts[0])
        for same in [t for t in self._toasts if t.message == message or t.message.undo]:
            self._remove(same)
        toast = Toast(message, self._host)
        toast.undone.connect(lambda: self._undo(toast))
        self._toasts.append(toast)
        timer = QTimer(toast)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._remove(toast))
        timer.start(_SHOWN_MS[message.tone])
        self._place()
        toast.show()
        self._announce(toast)

    def set_anchor(self, anchor: QWidget) -> None:
        """Show messages above another part of the window; those shown go."""
        self.clear()
        self._anchor.removeEventFilter(self)
        self._anchor = anchor
        anchor.installEventFilter(self)

    def clear(self) -> None:
        """Remove every message."""
        for toast in list(self._toasts):
            self._remove(toast)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the anchor."""
        if watched is self._anchor and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _undo(self, toast: Toast) -> None:
        self._remove(toast)
        self.undo_asked.emit()

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        corner = self._anchor.mapTo(self._host, self._anchor.rect().bottomRight())
        bottom = corner.y() + theme.current().px(_MARGIN)
        for toast in reversed(self._toasts):
            size = toast.sizeHint()
            width = min(size.width(), self._anchor.width())
            bottom -= size.height() - theme.current().px(_MARGIN)
            toast.setGeometry(corner.x() - width, bottom, width, size.height())
            toast.raise_()

    @staticmethod
    def _announce(toast: Toast) -> None:
        event = QAccessibleAnnouncementEvent(toast, toast.message.text)
        if toast.message.tone is not Tone.OK:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)
