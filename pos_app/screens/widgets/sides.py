"""Which side things stand on: the reading direction, and the hand that works the till."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from pos_app.runtime import theme


def working_row() -> QHBoxLayout:
    """A row whose last part is worked most: at the right hand, or at the left of a left-hander."""
    row = QHBoxLayout()
    if theme.current().left_handed:
        row.setDirection(QBoxLayout.Direction.RightToLeft)
    return row


def works_at_left() -> bool:
    """Whether the last part of such a row stands at the left of the screen."""
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return mirrored != theme.current().left_handed
