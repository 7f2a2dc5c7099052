"""Finding a customer by card, phone, e-mail or name."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.customers.attached import AttachedCustomer
from pos_app.screens.customers.standing_words import StandingView
from pos_app.screens.list_model import RECORD_ROLE, RecordListModel
from pos_app.screens.records import FoundRow
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.found_delegate import FoundDelegate
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar


class CustomerSheet(QWidget):
    """A line to search with, those found, and the way to a new one.

    Signals:
        asked: the words on the line.
        chosen: key of the one to attach.
        new_asked: enter somebody new.
        change_asked: change what is known of the attached customer.
        detach_asked: take the customer off the basket.
    """

    asked = Signal(str)
    chosen = Signal(str)
    new_asked = Signal()
    change_asked = Signal()
    detach_asked = Signal()

    def __init__(self, attached: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.line = SearchScanBar(_("Name, phone, e-mail or card …"))
        self.line.textEdited.connect(self.asked)
        self.line.entered.connect(lambda _text: self._choose(self._current()))
        self.line.moved.connect(self._step)
        self.setFocusProxy(self.line)
        self._model: RecordListModel[FoundRow] = RecordListModel(
            key=lambda row: row.sku,
            text=lambda row: row.name,
            spoken=lambda row: row.spoken,
            parent=self,
        )
        self._list = self._build_list()
        self._empty = EmptyState("user", "", "")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        self.attached = AttachedCustomer(attached) if attached else None
        if self.attached is not None:
            self.attached.change_asked.connect(self.change_asked)
            self.attached.detach_asked.connect(self.detach_asked)
            column.addWidget(self.attached)
        column.addWidget(self.line)
        column.addWidget(holder, 1)
        new = AppButton(_("New customer"), ButtonKind.PRIMARY, icon="user-plus")
        new.clicked.connect(self.new_asked)
        column.addWidget(new)
        self.show_found((), "")

    def show_found(self, rows: tuple[FoundRow, ...], words: str) -> None:
        """Show those found for some words."""
        self._model.replace(rows)
        self._list.setCurrentIndex(self._model.index(0) if rows else QModelIndex())
        self._stack.setCurrentIndex(1 if rows else 0)
        if words.strip():
            title = _("Nobody found")
            detail = _("Without a network only customers of this store are known here.")
        else:
            title = _("Who is the customer?")
            detail = _("Scan the card, or type the first letters of the name.")
        self._empty.set_content("user", title, detail)

    def show_standing(self, view: StandingView) -> None:
        """Say what is known of the attached customer."""
        if self.attached is not None:
            self.attached.show_standing(view)

    def _build_list(self) -> QListView:
        view = QListView()
        view.setModel(self._model)
        view.setItemDelegate(FoundDelegate(view))
        view.setUniformItemSizes(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAccessibleName(_("Customers found"))
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.clicked.connect(self._choose)
        return view

    def _current(self) -> QModelIndex:
        return self._list.currentIndex()

    def _step(self, way: int) -> None:
        row = min(max(self._list.currentIndex().row() + way, 0), self._model.rowCount() - 1)
        if row >= 0:
            self._list.setCurrentIndex(self._model.index(row))

    def _choose(self, index: QModelIndex) -> None:
        record = index.data(RECORD_ROLE)
        if isinstance(record, FoundRow):
            self.chosen.emit(record.sku)
