"""A line of free text on a sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.runtime import theme


class TextField(QLineEdit):
    """Text that Enter hands over.

    Signals:
        entered: Enter was pressed, not held.
    """

    entered = Signal()

    def __init__(self, placeholder: str, *, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.setFont(now.font("input"))
        self.setFixedHeight(now.height("touch"))
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(longest)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter hands the text over; Esc is the sheet's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
