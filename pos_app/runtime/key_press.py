"""Keys that no keyboard sent, given to whatever has the focus."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


def press(key: Qt.Key, text: str = "") -> bool:
    """Press and release a key where the cursor is; False when nothing has the focus."""
    target: QWidget | None = QApplication.focusWidget()
    if target is None:
        return False
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QCoreApplication.sendEvent(target, event)
    return True


def press_letter(letter: str) -> bool:
    """Type one letter, digit or sign; False when nothing has the focus."""
    return press(Qt.Key(ord(letter.upper())), letter)
