"""Hears every key of the application and takes out what a keyboard-wedge scanner typed.

The filter sits at the application and looks at keys on their way to a window, so it works under
every dialog and whatever has the focus. Keys held back are delivered as soon as they prove to be
typed by a person; of a scan not one character reaches a field.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from hardware.scanner.keyboard_layout import CHECK, CHECK_BARS, SAME, layout_of, learn
from hardware.scanner.keyboard_wedge import (
    DEFAULT,
    Decision,
    Key,
    KeyboardWedge,
    Replay,
    Rescan,
    Scanned,
    Terminator,
    WedgeProfile,
)

__all__ = ["CHECK", "CHECK_BARS", "PIN_PROPERTY", "WedgeFilter", "types_a_secret"]
_log = logging.getLogger("tillwright.scanner")

PIN_PROPERTY = "pin"
"""A widget with this property true takes a secret: inside it no timing makes a scan."""

_ROUND_MS = 20
_MODIFIERS = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
}
_ENDS = {
    Qt.Key.Key_Return: Terminator.ENTER,
    Qt.Key.Key_Enter: Terminator.ENTER,
    Qt.Key.Key_Tab: Terminator.TAB,
}


class WedgeFilter(QObject):
    """Install once on the application with :meth:`install`.

    Args:
        profile: the scanner's habits.
        layout: what its keys mean, as the till's setting has it.
        parent: Qt parent.

    Signals:
        scanned: code and AIM symbology (empty when unknown).
        misread: the reason; the person should scan again.
        touched: a key or a pointer was pressed; for the idle lock.
    """

    scanned = Signal(str, str)
    misread = Signal(str)
    touched = Signal()

    def __init__(
        self, profile: WedgeProfile = DEFAULT, layout: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._layout = layout_of(layout)
        self._wedge = KeyboardWedge(profile, self._layout)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._replaying = False
        self._window: QWindow | None = None
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._overdue)

    def listen_plainly(self, *, on: bool) -> None:
        """Give codes as they arrive, while the layout is being learned."""
        self._wedge = KeyboardWedge(self._profile, SAME if on else self._layout)

    def learn(self, received: str) -> str:
        """Read by the layout in which a check code arrived; it as a setting.

        Raises:
            LayoutNotLearned: with what is to be done; the layout is as it was.
        """
        self._layout = learn(received)
        return self._layout.setting()

    def install(self, app: QApplication) -> None:
        """Hear the application's keys from now on."""
        app.installEventFilter(self)

    def remove(self, app: QApplication) -> None:
        """Hear nothing any more; keys held back are typed."""
        app.removeEventFilter(self)
        self._expire()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys on their way to a window; everything else passes at once."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            if self._replaying or not isinstance(watched, QWindow):
                return False
            self.touched.emit()
            return isinstance(event, QKeyEvent) and self._pressed(watched, event)
        if kind == QEvent.Type.ShortcutOverride and not self._replaying:
            # A shortcut runs before its key would arrive here: type what is held first.
            if isinstance(event, QKeyEvent) and _is_command(event):
                self._expire()
        elif kind in {QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin}:
            self.touched.emit()
        return False

    def _pressed(self, window: QWindow, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIERS:
            return False
        self._window = window
        at_ms = event.timestamp() or self._clock.elapsed()
        key = Key(
            text=event.text() if event.key() not in _ENDS else "",
            at_ms=at_ms,
            terminator=_terminator(event),
            is_auto_repeat=event.isAutoRepeat(),
            event=event.clone(),
        )
        decisions = self._wedge.key(key, timing=not types_a_secret())
        passes = self._follow(decisions, key)
        self._arm(at_ms)
        return not passes

    def _follow(self, decisions: tuple[Decision, ...], newest: Key | None) -> bool:
        """Act on decisions; True when the newest key may simply go on its way."""
        passes = False
        for decision in decisions:
            if isinstance(decision, Replay):
                keys = decision.keys
                if newest is not None and keys and keys[-1] is newest:
                    passes, keys = True, keys[:-1]
                self._type(keys)
            elif isinstance(decision, Scanned):
                self.scanned.emit(decision.code, decision.symbology)
            elif isinstance(decision, Rescan):
                _log.info("A scan was not whole: %s.", decision.reason)
                self.misread.emit(decision.reason)
        return passes

    def _type(self, keys: tuple[Key, ...]) -> None:
        window = self._window
        self._replaying = True
        try:
            for key in keys:
                if isinstance(key.event, QKeyEvent) and window is not None:
                    QCoreApplication.sendEvent(window, key.event)
        finally:
            self._replaying = False

    def _arm(self, now_ms: int) -> None:
        deadline = self._wedge.deadline
        if deadline is None:
            self._due.stop()
        else:
            self._due.start(max(deadline - now_ms, 0))

    def _overdue(self) -> None:
        # After a stall the rest of a scan may wait in the queue behind this timer: look there
        # first. Its keys bear the times at which they were pressed. X11 hands its keys over only
        # when the loop has been round; a lone key that a person typed must not wait for that.
        deadline = self._wedge.deadline
        grace = _ROUND_MS if self._wedge.begun else 0
        QTimer.singleShot(grace, self, lambda: self._expire_if(deadline))

    def _expire_if(self, deadline: int | None) -> None:
        if deadline == self._wedge.deadline:
            self._expire()

    def _expire(self) -> None:
        deadline = self._wedge.deadline
        if deadline is not None:
            self._due.stop()
            self._follow(self._wedge.expire(deadline), None)


def _terminator(event: QKeyEvent) -> Terminator | None:
    if event.key() == Qt.Key.Key_J and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
        return Terminator.CTRL_J
    return _ENDS.get(Qt.Key(event.key()))


def _is_command(event: QKeyEvent) -> bool:
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return bool(event.modifiers() & ~plain) or Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35


def types_a_secret() -> bool:
    """Whether what is typed now is a PIN."""
    widget: QWidget | None = QApplication.focusWidget()
    while widget is not None:
        if widget.property(PIN_PROPERTY):
            return True
        widget = widget.parentWidget()
    return False
