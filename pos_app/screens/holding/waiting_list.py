"""The baskets that wait as a list: painted rows, arrows and Enter, a tap takes one up."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import icons, theme
from pos_app.runtime.i18n import _
from pos_app.screens.holding.words import SOME_TILL, WaitingRow
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.asking import AskingBar
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.row_delegate import RowDelegate
from pos_app.screens.widgets.sentence_list import SentenceList

_HEIGHT, _SIDE, _ICON = 68, 14, 22
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class WaitingDelegate(RowDelegate[WaitingRow]):
    """Paints a basket: its label, who and how long, its total."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(WaitingRow, _HEIGHT, ringed=True, parent=parent)

    def paint_row(self, painter: QPainter, rect: QRectF, row: WaitingRow, *, chosen: bool) -> None:
        """Paint one row."""
        now, way = theme.current(), QGuiApplication.layoutDirection()

        def at(part: QRectF) -> QRectF:
            return painting.mirrored(part, rect, way)

        if chosen:
            painter.fillRect(rect, now.colour("primarySoft"))
        rule = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
        painter.fillRect(rule, now.colour("border"))
        side, icon = now.px(_SIDE), now.px(_ICON)
        spot = QRectF(rect.left() + side, rect.center().y() - icon / 2, icon, icon)
        icon_name = "store" if row.till else "shopping-basket"
        tint = now.colour("primary" if row.reachable else "text3")
        icons.paint(painter, at(spot), icon_name, tint)
        right = rect.right() - side
        money = painting.width_of(row.amount, now.font("amount")) + 2
        start = spot.right() + now.px(12)
        room = right - money - now.px(12) - start
        ink = now.colour("onPrimarySoft" if chosen else "text")
        soft = now.colour("onPrimarySoft" if chosen else "text2")
        if not row.reachable and not chosen:
            ink = soft
        title = at(QRectF(start, rect.top() + now.px(11), room, now.px(23)))
        painting.line(painter, title, row.title, font=now.font("row"), colour=ink)
        detail = at(QRectF(start, rect.top() + now.px(35), room, now.px(20)))
        painting.line(painter, detail, row.detail, font=now.font("meta"), colour=soft)
        total = at(QRectF(right - money, rect.top(), money, rect.height()))
        align = painting.RIGHT
        painting.line(painter, total, row.amount, font=now.font("amount"), colour=ink, align=align)


class WaitingList(SentenceList):
    """The rows.

    Signals:
        chosen: the :class:`WaitingRow` to take up.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Waiting baskets"), parent)
        self._rows: RecordListModel[WaitingRow] = RecordListModel(
            key=lambda row: row.basket_id,
            text=lambda row: row.title,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self.setModel(self._rows)
        self.setItemDelegate(WaitingDelegate(self))

    @property
    def rows(self) -> tuple[WaitingRow, ...]:
        """The rows shown."""
        return self._rows.records

    def show_rows(self, rows: tuple[WaitingRow, ...]) -> None:
        """Show other rows; the first is chosen where none was."""
        self._rows.replace(rows)
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._rows.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter takes up; Esc is the sheet's."""
        step = _STEPS.get(Qt.Key(event.key()), 0)
        row = self.currentIndex().row()
        if step and self.rows:
            row = min(max(row + step, 0), len(self.rows) - 1)
            self.setCurrentIndex(self._rows.index(row))
        elif event.key() in _ENTER and 0 <= row < len(self.rows):
            if not event.isAutoRepeat():
                self.chosen.emit(self.rows[row])
        else:
            event.ignore()
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take up what is tapped."""
        row = self.indexAt(event.position().toPoint()).data(RECORD_ROLE)
        if isinstance(row, WaitingRow):
            self.chosen.emit(row)
        event.accept()


class WaitingSheet(QWidget):
    """The list, or what stands in its place.

    Signals:
        chosen: the :class:`WaitingRow` to take up.
        cancelled: nobody waits any longer for another till's basket.
    """

    chosen = Signal(object)
    cancelled = Signal()

    def __init__(self, *, swaps: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.list = WaitingList()
        self.list.chosen.connect(self.chosen)
        self.setFocusProxy(self.list)
        self._empty = EmptyState("pause", "", "")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for page in (QWidget(), self.list, self._empty):
            self._stack.addWidget(page)
        self._swaps = swaps
        self._swap = Label(_("The open basket is put aside in its place."), "meta", tone="text2")
        self._swap.hide()
        self.asking = AskingBar()
        self.asking.cancelled.connect(self.cancelled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(8))
        column.addWidget(holder, 1)
        column.addWidget(self.asking)
        column.addWidget(self._swap)

    @property
    def says(self) -> str:
        """The sentence in the place of the list; empty while there are rows."""
        shown = self._stack.currentWidget() is self._empty
        return self._empty.accessibleName() if shown else ""

    def show_rows(self, rows: tuple[WaitingRow, ...]) -> None:
        """Show what waits."""
        self.list.show_rows(rows)
        if not rows:
            how = _("Type a name and press %(key)s: the open basket waits under it.")
            text = how % {"key": keys_of(Command.HOLD)}
            self._empty.set_content("pause", _("No basket waits"), text)
        self._swap.setVisible(self._swaps and bool(rows))
        self._stack.setCurrentWidget(self.list if rows else self._empty)

    def show_asking(self, till: int) -> None:
        """Head office is asked for a basket of that till; 0 for no more."""
        if till:
            said = _("Asking head office for the basket of till %(till)s …") % {"till": till}
            self.asking.begin(_("Asking head office for it …") if till == SOME_TILL else said)
        else:
            self.asking.end()
            self.list.setFocus()

    def show_error(self, text: str) -> None:
        """Say why the list cannot be read."""
        self._empty.set_content("circle-alert", _("The list cannot be read now"), text)
        self._stack.setCurrentWidget(self._empty)
