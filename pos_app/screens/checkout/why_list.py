"""The rows of “Why this price?” as a list that keys and fingers walk alike."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.runtime.i18n import _
from pos_app.screens.checkout.why_delegate import WhyDelegate, place
from pos_app.screens.checkout.why_rows import RowAction, RowKind, WhyRow
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.sentence_list import SentenceList

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class WhyModel(RecordListModel[WhyRow]):
    """Rows by their keys."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            key=lambda row: row.key,
            text=lambda row: row.title,
            spoken=lambda row: row.spoken,
            parent=parent,
        )


class WhyList(SentenceList):
    """The rows.

    Signals:
        acted: the :class:`WhyRow` whose button was pressed.
    """

    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Offers and what became of them"), parent)
        self._rows = WhyModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(WhyDelegate(self))

    @property
    def rows(self) -> tuple[WhyRow, ...]:
        """The rows shown."""
        return self._rows.records

    def show_rows(self, rows: tuple[WhyRow, ...]) -> None:
        """Show other rows; the chosen one stays chosen while it is there."""
        chosen = self.currentIndex().data(RECORD_ROLE)
        self._rows.replace(rows)
        row = self._rows.row_of(chosen.key) if isinstance(chosen, WhyRow) else -1
        index = self._rows.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def button_rect(self, index: QModelIndex) -> QRectF:
        """Where the button of a row is; empty for none. A head that folds is one as a whole."""
        row = index.data(RECORD_ROLE)
        if not isinstance(row, WhyRow):
            return QRectF()
        rect = QRectF(self.visualRect(index))
        if row.action is RowAction.FOLD:
            return rect
        button = place(rect, row).button
        return (
            painting.mirrored(button, rect, self.layoutDirection()) if button.height() else button
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose nothing by itself: Qt would take the first row, which is a heading."""
        chosen = self.currentIndex()
        super().focusInEvent(event)
        if not chosen.isValid():
            self.setCurrentIndex(chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps the sentences anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter presses the row's button; the rest is left to the screen."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step:
            self._step(step)
        elif event.key() in _ENTER and self.currentIndex().isValid():
            if not event.isAutoRepeat():
                self._act(self.currentIndex())
        else:
            event.ignore()
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second quick tap is a tap like the first; its release acts."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose a row, and press its button where the finger is on it."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)
            if self.button_rect(index).contains(event.position()):
                self._act(index)
        event.accept()

    def _act(self, index: QModelIndex) -> None:
        row = index.data(RECORD_ROLE)
        if isinstance(row, WhyRow) and row.action is not RowAction.NONE and not row.busy:
            self.acted.emit(row)

    def _step(self, step: int) -> None:
        """Choose the next row in that direction that is more than a heading."""
        rows, at = self.rows, self.currentIndex().row()
        at = len(rows) if at < 0 and step < 0 else at
        while 0 <= (at := at + step) < len(rows):
            if rows[at].kind is not RowKind.HEAD or rows[at].action is not RowAction.NONE:
                self.setCurrentIndex(self._rows.index(at))
                return
        if step < 0:
            self.scrollToTop()
