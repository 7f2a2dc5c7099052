"""Short messages above the work, at most three, some with Undo."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import Message, Tone
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.button import AppButton, ButtonKind

if TYPE_CHECKING:
    from pos_app.screens.widgets.sheet import Sheet

MOST = 3
_SHOWN_MS = {Tone.OK: 8000, Tone.WARN: 8000, Tone.ERROR: 12_000}
_ICONS = {Tone.OK: "circle-check", Tone.WARN: "triangle-alert", Tone.ERROR: "circle-alert"}
_MARGIN = 8
_LEAST = 320


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
        self._beside = now.px(72)
        if self.undo_button is not None:
            self._beside += self._undo_width() + now.px(24)
        self._size = self.size_within(now.px(560))

    def sizeHint(self) -> QSize:
        """As wide as the text asks for, within limits."""
        return self._size

    def size_within(self, most: int) -> QSize:
        """Its size where it may be so wide; text that is longer takes more lines."""
        now = theme.current()
        font, text, most = now.font("body"), self.message.text, min(most, now.px(560))
        width = min(max(ceil(painting.width_of(text, font)) + self._beside, now.px(_LEAST)), most)
        height = ceil(painting.height_of(text, font, width - self._beside))
        return QSize(width, max(now.px(56), height + now.px(24 + _MARGIN)))

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
        painting.lines(painter, room, self.message.text, font=now.font("body"), colour=ink)
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
        self._sheet: Sheet | None = None
        self._toasts: list[Toast] = []
        anchor.installEventFilter(self)

    def keep_clear_of(self, sheet: Sheet) -> None:
        """Stand beside a sheet that is open, not on what is pressed in it."""
        self._sheet = sheet
        # The sheet is laid out, and raises itself, once it is filled.
        sheet.opened.connect(lambda: QTimer.singleShot(0, self, self._place))
        sheet.closed.connect(self._place)

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
        room = self._room()
        bottom = room.bottom() + theme.current().px(_MARGIN)
        for toast in reversed(self._toasts):
            size = toast.size_within(room.width())
            bottom -= size.height() - theme.current().px(_MARGIN)
            toast.setGeometry(QRect(QPoint(room.right() - size.width(), bottom), size))
            toast.raise_()

    def _room(self) -> QRect:
        """What may be covered: the anchor, or what a sheet leaves of the window beside it."""
        corner = self._anchor.mapTo(self._host, QPoint(0, 0))
        anchor = QRect(corner, self._anchor.size())
        covered = self._sheet.covered if self._sheet is not None else QRect()
        if not covered.intersects(anchor):
            return anchor
        left = covered.right() + 1 if covered.left() <= 0 else 0
        right = covered.left() if left == 0 else self._host.width()
        beside = QRect(left, anchor.top(), right - left, anchor.height())
        return beside if beside.width() >= theme.current().px(_LEAST) else anchor

    @staticmethod
    def _announce(toast: Toast) -> None:
        event = QAccessibleAnnouncementEvent(toast, toast.message.text)
        if toast.message.tone is not Tone.OK:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)
