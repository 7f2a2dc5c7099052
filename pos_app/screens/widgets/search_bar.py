"""The one input line: scan, type a name, a code, a quantity or an amount."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.runtime import icons, theme

_FORWARDED = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_CLIPBOARD = {Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X}
_COMMANDS = {
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
}


class SearchScanBar(QLineEdit):
    """The armed line with a mark, a scanner's unless told otherwise.

    Signals:
        entered: Enter was pressed, not held; the text at that moment.
        moved: -1 or 1, an arrow up or down.
        stepped: -1 or 1, minus or plus while the line was empty.
        removed: Delete while the line was empty.
    """

    entered = Signal(str)
    moved = Signal(int)
    stepped = Signal(int)
    removed = Signal()

    def __init__(
        self, placeholder: str, parent: QWidget | None = None, *, icon: str = "scan-barcode"
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        now = theme.current()
        self.setProperty("kind", "scan")
        self.setFont(now.font("input"))
        self.setFixedHeight(now.px(46))
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(256)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl and a letter to the till: a cashier's Ctrl+Z means the basket's Undo."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_command(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys of the till their meaning; everything else is typed."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.entered.emit(self.text())
        elif key in _FORWARDED:
            self.moved.emit(-1 if key in {Qt.Key.Key_Up, Qt.Key.Key_PageUp} else 1)
        elif not self.text() and event.text() in {"+", "-"}:
            self.stepped.emit(1 if event.text() == "+" else -1)
        elif not self.text() and key == Qt.Key.Key_Delete:
            if not event.isAutoRepeat():
                self.removed.emit()
        else:
            super().keyPressEvent(event)
            if key == Qt.Key.Key_Escape:
                event.ignore()
            return
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark into the free room at the line's start."""
        super().paintEvent(event)
        now = theme.current()
        painter = QPainter(self)
        side = now.px(20)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - now.px(12) - side if rtl else now.px(12)
        spot = QRectF(left, (self.height() - side) / 2, side, side)
        icons.paint(painter, spot, self._icon, now.colour("text2"))


def _is_command(event: QKeyEvent) -> bool:
    """A letter with Ctrl that does not serve the clipboard."""
    return (
        event.modifiers() in _COMMANDS
        and Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
        and event.key() not in _CLIPBOARD
    )
